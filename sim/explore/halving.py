"""A search in batches, in which only what looks good is measured well.

Every trial of a batch is lived for few replicates; the best third goes on to more of them, and the
best third of these to more again (successive halving, Karnin and others 2013). All trials share
their luck. Batches are asked for and told in order, so nothing depends on who was done first.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .judged import Judge, by_world, total
from .pareto import best_first
from .solvers import Solver

Measure = Callable[[np.ndarray, range], list[np.ndarray]]
"""Places (points, levers) lived for these replicates: a point's (worlds, replicates, aims)."""


@dataclass
class Trial:
    """A place tried, (levers,): in which batch, how far it came, and what was measured of it,
    (worlds, replicates, aims)."""

    place: np.ndarray
    batch: int
    rung: int
    measured: np.ndarray


def goes_on(count: int) -> int:
    """How many of so many trials are measured further."""
    return math.ceil(count / 3)


def batches(trials: int, size: int) -> Iterator[int]:
    """How many trials each batch has."""
    for done in range(0, trials, size):
        yield min(size, trials - done)


def replicates_lived(trials: int, size: int, rungs: Sequence[int]) -> int:
    """How many replicates a search takes, of each world."""
    count = 0
    for alive in batches(trials, size):
        for before, until in zip([0, *rungs], rungs, strict=False):
            count += alive * (until - before)
            alive = goes_on(alive)
    return count


def search(
    solver: Solver, measure: Measure, judge: Judge, trials: int, size: int, rungs: Sequence[int]
) -> list[Trial]:
    """All trials, in the order in which they were asked for."""
    found: list[Trial] = []
    for batch, count in enumerate(batches(trials, size)):
        places, values, violations = told(found, judge, rungs)
        asked = solver(count, places, values, violations)
        news = [
            Trial(place, batch, 0, measured)
            for place, measured in zip(asked, measure(asked, range(rungs[0])), strict=True)
        ]
        found += news
        for rung, (before, until) in enumerate(zip(rungs, rungs[1:], strict=False), start=1):
            news = _best(found, news, judge, rungs, rung - 1)
            more = measure(np.stack([each.place for each in news]), range(before, until))
            for each, measured in zip(news, more, strict=True):
                each.measured = np.concatenate([each.measured, measured], axis=1)
                each.rung = rung
    return found


def _best(
    found: list[Trial], among: list[Trial], judge: Judge, rungs: Sequence[int], rung: int
) -> list[Trial]:
    """The third of these that is best at a rung."""
    group, standing = stand(found, judge, rungs, rung)
    # identity: trials may be equal, and hold arrays
    mine = [at for at, each in enumerate(group) if any(each is one for one in among)]
    values, violation = judge.better(standing.judged), total(standing.violations)
    order = best_first(values[mine], violation[mine])[: goes_on(len(mine))]
    return [group[mine[at]] for at in sorted(order)]


@dataclass(frozen=True)
class Standing:
    """How trials stand at a rung: means by world (trials, worlds, aims), what each objective is
    judged by (trials, objectives), and how far each limit is from being kept (trials, limits)."""

    worlds: np.ndarray
    judged: np.ndarray
    violations: np.ndarray


def stand(
    found: Sequence[Trial], judge: Judge, rungs: Sequence[int], rung: int
) -> tuple[list[Trial], Standing]:
    """Trials that came to a rung, all at the replicates of it."""
    group = [each for each in found if each.rung >= rung]
    worlds = by_world([each.measured for each in group], rungs[rung])
    judged = judge.judged(worlds)
    if judge.how == "max_regret":
        judged = regrets(found, judge, rungs, rung)
    return group, Standing(worlds, judged, judge.violations(worlds))


def regrets(found: Sequence[Trial], judge: Judge, rungs: Sequence[int], rung: int) -> np.ndarray:
    """The largest regret of trials that came to a rung, (trials, objectives), against all trials,
    each at the replicates that both have: one that was dropped may be the best in some world."""
    group = [each for each in found if each.rung >= rung]
    largest = []
    for replicates, at in zip(rungs, range(rung + 1), strict=False):
        rivals = by_world([each.measured for each in found if each.rung >= at], replicates)
        own = by_world([each.measured for each in group], replicates)
        largest.append(judge.regrets(own, rivals))
    return np.asarray(np.fmax.reduce(largest))


def told(
    found: Sequence[Trial], judge: Judge, rungs: Sequence[int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places, values (more is better) and violations of all trials, each at the most replicates
    it has."""
    values = np.full((len(found), len(judge.signs) - len(judge.limits)), np.nan)
    violations = np.full((len(found), len(judge.limits)), np.nan)
    for rung in range(len(rungs)):
        at = [k for k, each in enumerate(found) if each.rung >= rung]
        if not at:
            break
        _, standing = stand(found, judge, rungs, rung)
        values[at] = judge.better(standing.judged)
        violations[at] = standing.violations
    places = [each.place for each in found]
    levers = len(places[0]) if places else 0
    return np.reshape(places, (len(found), levers)), values, violations
