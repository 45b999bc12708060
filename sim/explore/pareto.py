"""What is better than what, where there are several objectives and limits. Plain numpy.

Throughout, values are (candidates, objectives), larger is better; a violation, (candidates,), is
how far a candidate is from keeping all limits, 0 if it keeps them; NaN: nothing was measured.
"""

from __future__ import annotations

import numpy as np


def non_dominated(values: np.ndarray) -> np.ndarray:
    """Which candidates nobody beats, (candidates,): none is as good in all objectives and better
    in one."""
    front = np.zeros(len(values), bool)
    for at, mine in enumerate(values):
        beaten = ((values >= mine).all(axis=1) & (values > mine).any(axis=1)).any()
        front[at] = np.isfinite(mine).all() and not beaten
    return front


def crowding(values: np.ndarray) -> np.ndarray:
    """How far apart the neighbours of each candidate are, (candidates,), ends infinitely (Deb and
    others 2002)."""
    distance = np.zeros(len(values))
    for column in values.T:
        order = np.argsort(column, kind="stable")
        span = column[order[-1]] - column[order[0]]
        distance[order[[0, -1]]] = np.inf
        if span > 0:
            distance[order[1:-1]] += (column[order[2:]] - column[order[:-2]]) / span
    return distance


def best_first(values: np.ndarray, violation: np.ndarray) -> np.ndarray:
    """Places of candidates, the best first: those that keep the limits, front by front, the
    lonelier ones first; then the others, the smaller their violation; last what failed."""
    known = np.isfinite(values).all(axis=1) & np.isfinite(violation)
    left = np.flatnonzero(known & (violation <= 0))
    order: list[int] = []
    while left.size:
        front = left[non_dominated(values[left])]
        order += front[np.argsort(-crowding(values[front]), kind="stable")].tolist()
        left = np.setdiff1d(left, front)
    over = np.flatnonzero(known & (violation > 0))
    order += over[np.argsort(violation[over], kind="stable")].tolist()
    return np.array([*order, *np.flatnonzero(~known)], int)


def in_box(values: np.ndarray, worst: np.ndarray, best: np.ndarray) -> np.ndarray:
    """Values as shares of the way from the worst to the best; 0 where these are the same."""
    span = best - worst
    return np.divide(values - worst, span, out=np.zeros(values.shape), where=span > 0)


def knee(front: np.ndarray) -> int | None:
    """Place of the candidate farthest beyond the straight line (plane) between the ends of the
    front, each objective measured from its worst to its best value in it; none if no candidate
    lies beyond (Das 1999)."""
    shares = in_box(front, front.min(axis=0), front.max(axis=0)).sum(axis=1)
    at = int(np.argmax(shares))
    # on the line between the ends the shares sum to 1; 1e-9 is rounding
    return at if shares[at] > 1 + 1e-9 else None


def area_dominated(shares: np.ndarray) -> float:
    """Of the unit square, what candidates with these shares (candidates, 2) are better than: the
    hypervolume of two objectives."""
    inside = np.clip(shares, 0.0, 1.0)
    area, height = 0.0, 0.0
    for across, up in inside[np.lexsort((-inside[:, 1], -inside[:, 0]))]:
        if up > height:
            area += across * (up - height)
            height = up
    return float(area)
