"""What each of several changes between two scenarios does by itself, averaged over their order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace

import numpy as np
import pandas as pd

from .ensemble import run_ensemble
from .outcomes import OUTCOMES, end_value
from .scenario import Scenario
from .setting_values import SETTINGS
from .shapley import Coalition, Contributions, shapley

AT_A_TIME = 16  # coalitions lived side by side: what they share of the past is lived once
COLUMNS = (
    "base", "other", "change", "outcome", "contribution", "ci_low", "ci_high", "order_error",
    "whole", "replicates",
)  # fmt: skip


class LeverError(ValueError):
    """Two scenarios whose difference cannot be taken apart, in one sentence."""


def changed(base: Scenario, other: Scenario) -> list[str]:
    """The settings, as ``drawer.name``, that take another path or are known of at another time."""
    return [
        f"{drawer}.{name}"
        for drawer, settings in SETTINGS.items()
        for name in settings
        if (base.path(drawer, name) != other.path(drawer, name)).any()
        or (drawer == "levers" and (base.announced(name) != other.announced(name)).any())
    ]


def hybrid(base: Scenario, other: Scenario, settings: frozenset[str]) -> Scenario:
    """The base with these settings as the other has them."""
    mine = [each for each in base.given if f"{each.drawer}.{each.name}" not in settings]
    theirs = [each for each in other.given if f"{each.drawer}.{each.name}" in settings]
    return base.given_otherwise([*mine, *theirs])


def separable(base: Scenario, other: Scenario) -> list[str]:
    """The settings that differ, if nothing else does; ``LeverError`` otherwise."""
    if base.months == other.months:
        settings = changed(base, other)
        if hybrid(base, other, frozenset(settings)).content == other.content:
            return settings
    raise LeverError(
        f"{base.name} and {other.name} differ in their months or trade series, which are no "
        "settings; compare scenarios that share both"
    )


def contributions(
    base: Scenario,
    other: Scenario,
    replicates: int,
    seed: int = 1,
    *,
    groups: Mapping[str, Sequence[str]] | None = None,
    order_pairs: int = 50,
    executor: Executor | None = None,
    jobs: int | None = None,
) -> pd.DataFrame:
    """Order-averaged contributions of every changed setting to the difference of every outcome.

    Columns: base, other, change, outcome, contribution, ci_low, ci_high (95 %, over replicates and,
    beyond eight changes, over the orders drawn), order_error, whole (what the contributions add up
    to), replicates. ``groups``, name to settings (``drawer.name``), makes one change of several;
    settings not in any stand for themselves. Up to eight changes are exact, in 2 ** changes
    scenarios; beyond, ``order_pairs`` orders are drawn. All share the replicates and seeds of
    ``compare``.

    Raises ``LeverError`` if the two differ in other things than settings, or a group is unsound.
    """
    settings = separable(base, other)
    players = _players(settings, groups or {})
    if not settings:
        return pd.DataFrame(columns=list(COLUMNS))
    live = _Living(base, other, players, range(replicates), seed, executor, jobs)
    taken = shapley(list(players), live.value, order_pairs, seed)
    return pd.DataFrame(_rows(taken, base, other), columns=list(COLUMNS))


def _players(
    settings: Sequence[str], groups: Mapping[str, Sequence[str]]
) -> dict[str, frozenset[str]]:
    grouped = [name for members in groups.values() for name in members]
    if len(set(grouped)) < len(grouped):
        raise LeverError("a setting may be in one group only")
    if strange := sorted(set(grouped) - set(settings)):
        raise LeverError(
            f"{strange[0]} does not differ between the scenarios; these do: {', '.join(settings)}"
        )
    alone = {name: frozenset([name]) for name in settings if name not in grouped}
    return {name: frozenset(members) for name, members in groups.items()} | alone


class _Living:
    """Values of coalitions, lived several at a time and kept."""

    def __init__(
        self,
        base: Scenario,
        other: Scenario,
        players: Mapping[str, frozenset[str]],
        numbers: range,
        seed: int,
        executor: Executor | None,
        jobs: int | None,
    ) -> None:
        self.base, self.other, self.players = base, other, players
        self.window = base.course().first_difference(other.course()) % len(base.months)
        self._numbers, self._seed = numbers, seed
        self._how = executor, jobs
        self._known: dict[Coalition, np.ndarray] = {}

    def value(self, coalition: Coalition) -> np.ndarray:
        """End values of a coalition, (replicates, outcomes)."""
        if coalition not in self._known:
            # those that add one more are asked for next: they are lived in its company
            more = [coalition | {name} for name in self.players if name not in coalition]
            asked = [coalition, *(each for each in more if each not in self._known)][:AT_A_TIME]
            for each, ends in zip(asked, self._live(asked), strict=True):
                self._known[each] = ends
        return self._known[coalition]

    def _live(self, coalitions: Sequence[Coalition]) -> Iterator[np.ndarray]:
        courses = []
        for at, coalition in enumerate(coalitions):
            settings = frozenset().union(*(self.players[name] for name in coalition))
            mixed = hybrid(self.base, self.other, settings)
            courses.append(replace(mixed, name=str(at)).course())
        ends = np.full((len(courses), len(self._numbers), len(OUTCOMES)), np.nan)
        lived = run_ensemble(courses, self._numbers, self._seed, *self._how)
        for number, replicate in enumerate(lived):
            for at, each in enumerate(replicate):
                ends[at, number] = _ends(each.outcomes, self.window)
        return iter(ends)


def _ends(outcomes: np.ndarray, window: int) -> list[float]:
    return [
        float(end_value(values[window:], weights[window:], outcome.at_end))
        for (values, weights), outcome in zip(outcomes, OUTCOMES.values(), strict=True)
    ]


def _rows(
    taken: Contributions, base: Scenario, other: Scenario
) -> Iterator[tuple[str | float | int, ...]]:
    whole = np.isfinite(taken.whole)
    for at, change in enumerate(taken.players):
        for place, outcome in enumerate(OUTCOMES):
            known = int(whole[:, place].sum())
            together = float(taken.whole[whole[:, place], place].mean()) if known else np.nan
            yield (
                base.name, other.name, change, outcome,
                float(taken.mean[at, place]), float(taken.low[at, place]),
                float(taken.high[at, place]), float(taken.order_error[at, place]),
                together, known,
            )  # fmt: skip
