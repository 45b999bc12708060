"""Which trials of a tuning are held up: the winner, or knee and ends of the front, and those that
cannot be told from it.

Only trials that came to the last rung are compared: these have equally many replicates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..statistics import mean_interval
from .halving import Trial, stand
from .judged import Judge, total
from .pareto import best_first, knee, non_dominated
from .points import means

WINNER, KNEE, NEAREST, BEST = "winner", "knee", "nearest", "best_"


@dataclass(frozen=True)
class Finals:
    """The trials of the last rung: ``at``, their places among all, (finalists,); ``worlds``,
    their means by world, (finalists, worlds, aims); ``judged``, what they are judged by,
    (finalists, objectives), and ``values``, the same with more always better; ``violation``,
    (finalists,); which are ``feasible``, and which of these on the ``front``."""

    at: np.ndarray
    worlds: np.ndarray
    judged: np.ndarray
    values: np.ndarray
    violation: np.ndarray
    feasible: np.ndarray
    front: np.ndarray


def finals(found: Sequence[Trial], judge: Judge, rungs: Sequence[int]) -> Finals:
    """Those that came to the last rung, held against each other."""
    at = np.array([k for k, each in enumerate(found) if each.rung == len(rungs) - 1], int)
    _, standing = stand(found, judge, rungs, len(rungs) - 1)
    judged = standing.judged
    values, violation = judge.better(judged), total(standing.violations)
    feasible = (violation <= 0) & np.isfinite(values).all(axis=1)
    front = np.zeros(len(at), bool)
    front[feasible] = non_dominated(values[feasible])
    return Finals(at, standing.worlds, judged, values, violation, feasible, front)


def roles(finals: Finals, names: Sequence[str]) -> dict[str, int]:
    """Trials that are held up, by role, as places among the finalists, the main one first:
    ``winner`` of one objective, or of all of them; else ``knee``, if the front has one, and
    ``best_NAME`` for each objective; ``nearest`` to keeping the limits where none does."""
    if not finals.front.any():
        order = best_first(finals.values, finals.violation)
        return {NEAREST: int(order[0])}
    front = np.flatnonzero(finals.front)
    if len(names) == 1 or len(front) == 1:
        return {WINNER: int(front[0])}
    found = {}
    middle = knee(finals.values[front])
    if middle is not None:
        found[KNEE] = int(front[middle])
    for k, name in enumerate(names):
        found[BEST + name] = int(front[np.argmax(finals.values[front, k])])
    return found


def observed(measured: np.ndarray) -> np.ndarray:
    """What is independent in a trial's numbers (worlds, replicates, aims): replicates, where there
    is one world, (replicates, aims); else means by world, (worlds, aims)."""
    return measured[0] if len(measured) == 1 else means(measured)


def alike(found: Sequence[Trial], finals: Finals, main: int, objectives: int) -> np.ndarray:
    """Which feasible finalists cannot be told from the main one, (finalists,): the 95 % interval
    of the paired difference of means holds 0 for every objective."""
    like = np.zeros(len(finals.at), bool)
    like[main] = True
    mine = observed(found[finals.at[main]].measured)[:, :objectives]
    for k in np.flatnonzero(finals.feasible):
        if k != main:
            other = observed(found[finals.at[k]].measured)[:, :objectives]
            apart = mean_interval(other - mine)
            like[k] = ((apart.low <= 0) & (apart.high >= 0)).all()
    return like
