"""Where along one setting a quantity crosses a threshold: by bisection, with common seeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..statistics import mean_interval

GRID = 5  # values at which it is looked first, ends of the range included
STEPS = 5  # halvings of a bracket


@dataclass(frozen=True)
class Crossing:
    """One place where a quantity crosses zero: between ``low`` and ``high``, with the nearest
    values tried at which replicates leave no doubt on its side (not finite if there are none)."""

    low: float
    high: float
    sure_low: float
    sure_high: float

    @property
    def value(self) -> float:
        """The middle of the bracket."""
        return (self.low + self.high) / 2


def crossings(
    measure: Callable[[np.ndarray], np.ndarray], low: float, high: float
) -> tuple[list[Crossing], np.ndarray, np.ndarray]:
    """Crossings of zero between two ends, with all the values tried and the means there.

    ``measure`` takes values (points,) and gives numbers (points, replicates), the same luck at
    every point. What is not a number crosses nothing. Crossings that come in pairs between two
    values of the first grid are not seen.
    """
    tried = np.linspace(low, high, GRID)
    numbers = measure(tried)
    for _ in range(STEPS):
        signs = np.sign(_means(numbers))
        middles = [
            (a + b) / 2
            for a, b, s, t in zip(tried, tried[1:], signs, signs[1:], strict=False)
            if s * t < 0 and b - a < (high - low) / (GRID - 1) * 1.01
        ]
        if not middles:
            break
        order = np.argsort(np.concatenate([tried, middles]), kind="stable")
        tried = np.concatenate([tried, middles])[order]
        numbers = np.concatenate([numbers, measure(np.array(middles))])[order]
    return _found(tried, numbers), tried, _means(numbers)


def _means(numbers: np.ndarray) -> np.ndarray:
    return mean_interval(numbers.T).mean


def _found(tried: np.ndarray, numbers: np.ndarray) -> list[Crossing]:
    over = mean_interval(numbers.T)
    signs = np.sign(over.mean)
    sure = np.where(over.low > 0, 1, np.where(over.high < 0, -1, 0))
    found = []
    for at in np.flatnonzero(signs[:-1] * signs[1:] < 0):
        before = np.flatnonzero(sure[: at + 1] == signs[at])
        after = np.flatnonzero(sure[at + 1 :] == signs[at + 1]) + at + 1
        found.append(
            Crossing(
                float(tried[at]),
                float(tried[at + 1]),
                float(tried[before[-1]]) if before.size else -np.inf,
                float(tried[after[0]]) if after.size else np.inf,
            )
        )
    return found
