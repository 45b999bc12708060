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
            news = _best(found, news, judge, before, rung - 1)
            more = measure(np.stack([each.place for each in news]), range(before, until))
            for each, measured in zip(news, more, strict=True):
                each.measured = np.concatenate([each.measured, measured], axis=1)
                each.rung = rung
    return found


def _best(
    found: list[Trial], among: list[Trial], judge: Judge, replicates: int, rung: int
) -> list[Trial]:
    """The third of these that is best at so many replicates; regret is against all trials that
    have as many."""
    group = [each for each in found if each.rung >= rung]
    worlds = by_world([each.measured for each in group], replicates)
    values, violation = judge.better(judge.judged(worlds)), total(judge.violations(worlds))
    # identity: trials may be equal, and hold arrays
    mine = [at for at, each in enumerate(group) if any(each is one for one in among)]
    order = best_first(values[mine], violation[mine])[: goes_on(len(mine))]
    return [group[mine[at]] for at in sorted(order)]


def told(
    found: Sequence[Trial], judge: Judge, rungs: Sequence[int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places, values (more is better) and violations of all trials, each at the most replicates
    it has, so held only against trials that have as many."""
    objectives = len(judge.signs) - len(judge.limits)
    values = np.full((len(found), objectives), np.nan)
    violations = np.full((len(found), len(judge.limits)), np.nan)
    for rung, replicates in enumerate(rungs):
        group = [at for at, each in enumerate(found) if each.rung >= rung]
        if not group:
            break
        worlds = by_world([found[at].measured for at in group], replicates)
        values[group] = judge.better(judge.judged(worlds))
        violations[group] = judge.violations(worlds)
    places = [each.place for each in found]
    levers = len(places[0]) if places else 0
    return np.reshape(places, (len(found), levers)), values, violations
