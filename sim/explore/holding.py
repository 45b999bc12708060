"""Whether a conclusion holds: on which side of its threshold values lie, in what share of worlds,
and the word for such a share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from .plan_file import Conclusion
from .prim import Box

ROBUST, LIKELY = 0.95, 2 / 3
VERDICTS = {
    "robust": "holds in at least 95 % of the worlds, by the low end of the interval",
    "likely": "in at least two thirds of them, by the low end",
    "reversed": "in at most a third of them, by the high end: its opposite is likely",
    "undetermined": "anything else: the evidence does not decide it",
}


@dataclass(frozen=True)
class Judged:
    """One conclusion over all worlds; arrays are (worlds,), NaN where it could not be measured."""

    conclusion: Conclusion
    values: np.ndarray
    sure: np.ndarray
    """1 where replicates leave no doubt that it holds, −1 that it does not, 0 else."""
    decides: np.ndarray
    """Worlds in which it could be measured and something happens at all."""
    share: float
    low: float
    high: float
    verdict: str
    box: Box | None
    scores: np.ndarray

    @property
    def holds(self) -> np.ndarray:
        """In which worlds it holds, of those that decide."""
        return beyond(self.conclusion, self.values) > 0

    @property
    def undecided(self) -> int:
        """How many worlds decide nothing: nothing happens, or nothing could be measured."""
        return int((~self.decides).sum())


def beyond(conclusion: Conclusion, values: np.ndarray) -> np.ndarray:
    """How far values lie on the stated side of the threshold, below 0 on the other."""
    if conclusion.above is not None:
        return np.asarray(values - conclusion.above)
    assert conclusion.below is not None  # one of the two is there: the plan was checked
    return np.asarray(conclusion.below - values)


def share_of(count: int, of: int) -> tuple[float, float, float]:
    """A share with its 95 % interval (Wilson)."""
    if not of:
        return np.nan, np.nan, np.nan
    interval = binomtest(count, of).proportion_ci(method="wilson")
    return count / of, float(interval.low), float(interval.high)


def verdict(low: float, high: float) -> str:
    """The word for a share of worlds with this interval."""
    if low >= ROBUST:
        return "robust"
    if low >= LIKELY:
        return "likely"
    return "reversed" if high <= 1 - LIKELY else "undetermined"
