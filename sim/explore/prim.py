"""The patient rule induction method: the box of a sample in which something is the case most.

A box is peeled a little at a time, always by the slice whose loss raises the density inside most,
and pasted back where that does not lower it. Of the boxes met on the way the one with the best
balance of coverage and density is kept, and limits that chance alone could explain are dropped.

Source: Friedman and Fisher (1999); measures and quasi-p by Bryant and Lempert (2010).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

PEEL = 0.05  # share of the points inside that one peel takes
SMALLEST = 0.02  # share of all points a box must hold at least ...
FEWEST = 10  # ... and number
CHANCE = 0.05  # quasi-p above which a limit is dropped


@dataclass(frozen=True)
class Box:
    """Limits on some columns of a sample.

    ``low`` and ``high``: (columns,), not finite where there is no limit; ``coverage``: part of all
    cases that lie inside; ``density``: part of the points inside that are cases; ``mass``: part of
    all points inside; ``quasi_p``: (columns,), the chance of a density as high without a column's
    limits if they did nothing, 1 where there are none.
    """

    low: np.ndarray
    high: np.ndarray
    coverage: float
    density: float
    mass: float
    quasi_p: np.ndarray

    @property
    def limited(self) -> list[int]:
        """Columns with a limit, the surest first."""
        columns = np.flatnonzero(np.isfinite(self.low) | np.isfinite(self.high))
        return sorted(columns.tolist(), key=lambda column: (self.quasi_p[column], column))

    def holds(self, points: np.ndarray) -> np.ndarray:
        """Which of the points, (points, columns), lie inside."""
        return np.all((points >= self.low) & (points <= self.high), axis=1)


def find_box(points: np.ndarray, cases: np.ndarray) -> Box:
    """The box that explains ``cases``, (points,) of bools, best; ``points`` is (points, columns).

    Raises ValueError if there are no cases or nothing else.
    """
    points, cases = np.asarray(points, float), np.asarray(cases, bool)
    if not cases.any() or cases.all():
        raise ValueError("a box needs some cases, and some points that are none")
    least = max(FEWEST, SMALLEST * len(points))
    low, high = np.full(points.shape[1], -np.inf), np.full(points.shape[1], np.inf)
    best, score = (low, high), _score(points, cases, low, high)
    while (peeled := _peel(points, cases, low, high, least)) is not None:
        low, high = peeled
        if (now := _score(points, cases, low, high)) > score:
            best, score = (low, high), now
    low, high = _paste(points, cases, *best)
    low, high = _drop(points, cases, low, high)
    return _box(points, cases, low, high)


def _inside(points: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    return np.all((points >= low) & (points <= high), axis=1)


def _measures(
    points: np.ndarray, cases: np.ndarray, low: np.ndarray, high: np.ndarray
) -> tuple[float, float]:
    """Coverage and density."""
    inside = _inside(points, low, high)
    caught = int(np.count_nonzero(inside & cases))
    return caught / int(np.count_nonzero(cases)), caught / max(int(np.count_nonzero(inside)), 1)


def _score(points: np.ndarray, cases: np.ndarray, low: np.ndarray, high: np.ndarray) -> float:
    """The harmonic mean of coverage and density, which thus weigh alike."""
    coverage, density = _measures(points, cases, low, high)
    if not coverage:
        return 0.0
    return 2 * coverage * density / (density + coverage)


def _peel(
    points: np.ndarray, cases: np.ndarray, low: np.ndarray, high: np.ndarray, least: float
) -> tuple[np.ndarray, np.ndarray] | None:
    """The box after the best peel, or nothing if it would hold too few points."""
    inside = _inside(points, low, high)
    own, hit = points[inside], cases[inside]
    best: tuple[float, tuple[np.ndarray, np.ndarray]] | None = None
    for column in range(points.shape[1]):
        for new_low, new_high in _slices(own[:, column], column, low, high):
            kept = (own[:, column] >= new_low[column]) & (own[:, column] <= new_high[column])
            count = np.count_nonzero(kept)
            if count < least or count == len(own):
                continue
            # whole numbers and lists peel by large steps: what counts is the gain a point lost
            gain = (hit[kept].mean() - hit.mean()) * count / (len(own) - count)
            if best is None or gain > best[0]:
                best = gain, (new_low, new_high)
    return best[1] if best else None


def _slices(
    values: np.ndarray, column: int, low: np.ndarray, high: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray]]:
    """A column's limits without its lowest slice, and without its highest."""
    levels = np.unique(values)
    if len(levels) < 2:
        return []
    first, last = np.quantile(values, [PEEL, 1 - PEEL])
    above = levels[np.searchsorted(levels, first, "right")] if first < levels[-1] else levels[-1]
    below = levels[np.searchsorted(levels, last, "left") - 1] if last > levels[0] else levels[0]
    raised, lowered = low.copy(), high.copy()
    raised[column], lowered[column] = above, below
    return [(raised, high), (low, lowered)]


def _paste(
    points: np.ndarray, cases: np.ndarray, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Limits moved outward again as long as coverage and density together gain."""
    score = _score(points, cases, low, high)
    for column in range(points.shape[1]):
        for limit, outward in ((low, -1), (high, 1)):
            while np.isfinite(limit[column]):
                others = [low.copy(), high.copy()]
                levels = np.unique(points[:, column])
                step = max(1, len(levels) // 50)
                place = np.searchsorted(levels, limit[column]) + outward * step
                inside = 0 <= place < len(levels)
                changed = others[0] if outward < 0 else others[1]
                changed[column] = levels[place] if inside else outward * np.inf
                if (now := _score(points, cases, *others)) <= score:
                    break
                score, limit[column] = now, changed[column]
    return low, high


def _drop(
    points: np.ndarray, cases: np.ndarray, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Without the limits that chance could explain, one column after another, the worst first."""
    while True:
        chances = _quasi_p(points, cases, low, high)
        limited = np.isfinite(low) | np.isfinite(high)
        worst = int(np.argmax(np.where(limited, chances, -1.0)))
        if not limited.any() or chances[worst] <= CHANCE:
            return low, high
        low, high = low.copy(), high.copy()
        low[worst], high[worst] = -np.inf, np.inf


def _quasi_p(
    points: np.ndarray, cases: np.ndarray, low: np.ndarray, high: np.ndarray
) -> np.ndarray:
    """For each column with limits, the chance of so many cases in the box if its limits did
    nothing: a binomial test against the density without them."""
    chances = np.ones(points.shape[1])
    inside = _inside(points, low, high)
    count, caught = np.count_nonzero(inside), np.count_nonzero(inside & cases)
    for column in np.flatnonzero(np.isfinite(low) | np.isfinite(high)):
        wider_low, wider_high = low.copy(), high.copy()
        wider_low[column], wider_high[column] = -np.inf, np.inf
        _, density = _measures(points, cases, wider_low, wider_high)
        chances[column] = binomtest(caught, count, density, alternative="greater").pvalue
    return chances


def _box(points: np.ndarray, cases: np.ndarray, low: np.ndarray, high: np.ndarray) -> Box:
    coverage, density = _measures(points, cases, low, high)
    mass = float(_inside(points, low, high).mean())
    return Box(low, high, coverage, density, mass, _quasi_p(points, cases, low, high))
