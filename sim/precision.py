"""Replicates until the answer is as sure as was asked: half-widths of 95 % intervals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import isfinite

import numpy as np

from .ensemble import Lived
from .outcomes import OUTCOMES, end_values
from .paired import paired_effect
from .problems import suggest
from .statistics import mean_interval

MOST = 10_000


class UntilError(ValueError):
    """A precision that cannot be asked for, in one sentence."""


def read_until(words: Iterable[str]) -> dict[str, float]:
    """``OUTCOME=HALFWIDTH``, as on the command line."""
    until: dict[str, float] = {}
    for word in words:
        name, equals, number = word.partition("=")
        try:
            until[name] = float(number)
        except ValueError:
            raise UntilError(
                f"--until {word}: expected OUTCOME=HALFWIDTH, such as savings_median=500"
            ) from None
    check_until(until)
    return until


def check_until(until: Mapping[str, float]) -> None:
    """Raises ``UntilError`` for an unknown outcome or a half-width not above 0."""
    for name, width in until.items():
        if name not in OUTCOMES:
            near = suggest(name, OUTCOMES) or "; trader-sim outcomes lists them all"
            raise UntilError(f"until {name}: there is no outcome of this name{near}")
        if not (isfinite(width) and width > 0):
            raise UntilError(f"until {name}={width:g}: the half-width must be a number above 0")


def live_until(
    live: Callable[[range], Iterator[list[Lived]]],
    until: Mapping[str, float],
    block: int,
    most: int,
    window: int,
) -> list[list[Lived]]:
    """Blocks of replicates, 0, 1, 2, …, until all intervals are narrow enough or ``most`` lived."""
    lived: list[list[Lived]] = []
    ends: dict[str, list[list[float]]] = {}
    while len(lived) < most:
        for replicate in live(range(len(lived), min(len(lived) + block, most))):
            lived.append(replicate)
            for each in replicate:
                values = end_values(each.outcomes, window, OUTCOMES.values())
                ends.setdefault(each.scenario, []).append(list(values))
        if not too_wide({name: np.array(rows) for name, rows in ends.items()}, until):
            break
    return lived


def too_wide(
    ends: Mapping[str, np.ndarray], until: Mapping[str, float]
) -> list[tuple[str, str, float]]:
    """Scenario, outcome and half-width of every interval wider than asked, or without a width.

    ``ends``: scenario name to end values (replicates, outcomes), the base first. One scenario has
    intervals of its means, several those of paired differences from the base.
    """
    wide = []
    for outcome in until:
        place = list(OUTCOMES).index(outcome)
        columns = {name: values[:, place] for name, values in ends.items()}
        for scenario, width in _half_widths(columns).items():
            if not width <= until[outcome]:  # not a number is not narrow enough either
                wide.append((scenario, outcome, width))
    return wide


def _half_widths(columns: Mapping[str, np.ndarray]) -> dict[str, float]:
    (base, first), *others = columns.items()
    if not others:
        interval = mean_interval(first[:, None])
        return {base: float(interval.high[0] - interval.low[0]) / 2}
    effects = {name: paired_effect(first, other) for name, other in others}
    return {name: (each.ci_high - each.ci_low) / 2 for name, each in effects.items()}


def shortfalls(
    ends: Mapping[str, np.ndarray], until: Mapping[str, float], replicates: int
) -> Sequence[str]:
    """In words, which outcomes are still less sure than was asked."""
    return [
        f"{outcome} of {scenario} is still ±{width:.4g} wide after {replicates:,} replicates "
        f"(asked: ±{until[outcome]:g} {OUTCOMES[outcome].unit})"
        if isfinite(width)
        else f"{outcome} of {scenario} has no interval after {replicates:,} replicates"
        for scenario, outcome, width in too_wide(ends, until)
    ]
