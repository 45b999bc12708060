"""Run scenarios with the same seeds and tell how they differ, pair by pair."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing
from threading import Event
from typing import Protocol

from .ensemble import Analyser, Lived, Watching, run_ensemble
from .precision import MOST, check_until, too_wide
from .reading import Problem
from .result import Result, collect
from .scenario import Scenario, ScenarioError


def study(
    scenarios: Sequence[Scenario],
    replicates: int,
    seed: int = 1,
    *,
    executor: Executor | None = None,
    jobs: int | None = None,
    progress: Callable[[int], None] | None = None,
    analysers: Sequence[Analyser] = (),
    audit: bool = False,
    panel: float = 0.0,
    cancel: Event | None = None,
    fail_fast: bool = False,
    until: Mapping[str, float] | None = None,
    max_replicates: int = MOST,
) -> Result:
    """Live ``replicates`` replicates of every scenario; replicate k has the same luck in all.

    End values cover the months from the first in which any scenario differs from the first one
    (all months for a single scenario, or for scenarios that never differ). ``progress(done)`` is
    told after each replicate; an exception it raises ends the study. ``analysers`` are shown the
    world after every month (a ``View``, the same for rows and for agents) and return numbers by
    name, which become outcomes. ``audit`` holds every purse against the books every month and
    raises ``Imbalance``. ``panel`` keeps the traders at this share of posts, one by one. Set
    ``cancel`` from anywhere and ``Cancelled`` ends the study. A replicate in which a rule fails is
    noted among the result's ``failures`` and the rest goes on; ``fail_fast`` raises ``RuleFault``
    instead.

    ``until``, outcome to half-width, adds blocks of ``replicates`` more until the 95 % interval of
    each paired difference from the first scenario (of the mean, for a single one) is no wider than
    that to either side, or ``max_replicates`` are lived. Stopping so makes intervals a little too
    narrow where blocks are small.
    """
    check_comparable(scenarios)
    check_until(until or {})
    watching = Watching(tuple(analysers), audit, panel, cancel, fail_fast)
    keeper = InMemoryKeeper(scenarios, seed)
    return live(
        scenarios, seed, keeper, replicates, until or {}, max_replicates,
        executor=executor, jobs=jobs, progress=progress, watching=watching,
    )  # fmt: skip


class Keeper(Protocol):
    """Where replicates go as they are lived, and where those lived before are found."""

    held: set[int]

    def keep(self, replicate: list[Lived]) -> None:
        """One more replicate, of all scenarios."""

    def result(self, count: int, window: int) -> Result:
        """The first ``count`` replicates."""


class InMemoryKeeper:
    """Holds everything until it is asked for."""

    def __init__(self, scenarios: Sequence[Scenario], seed: int) -> None:
        self.held: set[int] = set()
        self._about = scenarios, seed
        self._lived: list[list[Lived]] = []

    def keep(self, replicate: list[Lived]) -> None:
        """One more replicate, of all scenarios."""
        self._lived.append(replicate)
        self.held.add(replicate[0].replicate)

    def result(self, count: int, window: int) -> Result:
        """The first ``count`` replicates."""
        return collect(*self._about, range(count), self._lived, window)


def live(
    scenarios: Sequence[Scenario],
    seed: int,
    keeper: Keeper,
    replicates: int,
    until: Mapping[str, float],
    max_replicates: int,
    *,
    executor: Executor | None,
    jobs: int | None,
    progress: Callable[[int], None] | None,
    watching: Watching,
) -> Result:
    """Live what the keeper does not hold yet, block by block while ``until`` asks for more."""
    courses = [scenario.course() for scenario in scenarios]
    differences = [courses[0].first_difference(other) for other in courses[1:]]
    window = min((each for each in differences if each < len(courses[0].months)), default=0)
    most = max_replicates if until else replicates
    done = 0
    while True:
        missing = [n for n in range(done, min(done + replicates, most)) if n not in keeper.held]
        with closing(run_ensemble(courses, missing, seed, executor, jobs, watching)) as lived:  # type: ignore[type-var]
            for replicate in lived:
                keeper.keep(replicate)
                if progress:
                    progress(len(keeper.held))
        done = min(done + replicates, most)
        result = keeper.result(done, window)
        names = [scenario.name for scenario in scenarios]
        if done == most or not too_wide(result.ends, names, until):
            return result


def check_comparable(scenarios: Sequence[Scenario]) -> None:
    """Scenarios compared must cover the same months and have names of their own."""
    first = scenarios[0]
    problems = []
    for number, other in enumerate(scenarios[1:], start=1):
        if other.months != first.months:
            spans = (f"{each.months[0]} to {each.months[-1]}" for each in (first, other))
            message = f"covers other months than {first.name} ({' against '.join(spans)})"
            problems.append(Problem(other.name, "months", f"{message}; compare equal months"))
        if other.name in [each.name for each in scenarios[:number]]:
            problems.append(Problem(other.name, "", "is named twice; give each file its own name"))
    if problems:
        raise ScenarioError(problems)
