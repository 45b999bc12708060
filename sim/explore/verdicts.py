"""Whether a pattern is shown: verdicts on what was measured over draws of the surroundings.

The number that counts is the median over draws, with a distribution-free 95 % interval of order
statistics. A measure passes *in magnitude* if the median lies within what is accepted and its sign,
where the accepted values have one, is certain: the interval leaves out zero, or, for a ratio of two
effects, one. With the sign alone it passes *in sign*. It fails as *undecided* if the interval holds
that number, with the *wrong sign*, or *out of range* where only a range is asked for. A row is as
good as the worst of its measures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from .targets import Measure, target_of

IN_MAGNITUDE, IN_SIGN, FAILS, NOT_MEASURED = "in magnitude", "in sign", "fails", "not measured"
OUT_OF_RANGE, UNDECIDED, WRONG_SIGN = "out of range", "undecided", "wrong sign"
CONFIDENCE = 0.95
ROLES = {
    "H": "held out",
    "C": "calibrated on",
    "D": "asked for in design",
    "V": "true by construction",
}
ENOUGH = 5  # held-out rows that must pass in magnitude, fixed before any was measured


@dataclass(frozen=True)
class Shown:
    """What was measured: median over draws and its 95 % interval, 5 to 95 % of the draws, the part
    of them within what is accepted, how many had a number, and the verdict."""

    median: float
    low: float
    high: float
    draws_low: float
    draws_high: float
    within: float
    known: int
    verdict: str


def wanted_sign(measure: Measure) -> int:
    """On which side of no effect all accepted values lie: above (1), below (-1), or 0 if on both
    sides or on it."""
    low, high = target_of("", measure).accepted
    if measure.sign:
        return 1 if measure.sign == "positive" else -1
    return int(low > measure.neutral) - int(high < measure.neutral)


def median_interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """A 95 % interval of the median that assumes nothing of the distribution: order statistics by
    the binomial law. All of the line for fewer than 6 values."""
    ordered, count = np.sort(values), len(values)
    at_most = special.bdtr(np.arange(count + 1), count, 0.5)  # chance of so many below the median
    rank = int(np.searchsorted(at_most, (1 - CONFIDENCE) / 2))
    if rank < 1:
        return -np.inf, np.inf
    return float(ordered[rank - 1]), float(ordered[count - rank])


def judged(measure: Measure, values: NDArray[np.float64]) -> Shown:
    """What the values of a measure over draws show; draws without a number are left out."""
    known = values[np.isfinite(values)]
    if not len(known):
        return Shown(np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, 0, NOT_MEASURED)
    target, middle = target_of("", measure), float(np.median(known))
    low, high = median_interval(known)
    least, most = (float(each) for each in np.quantile(known, [0.05, 0.95]))
    within = float(target.met(known).mean())
    verdict = _verdict(measure, middle, low, high)
    return Shown(middle, low, high, least, most, within, len(known), verdict)


def _verdict(measure: Measure, middle: float, low: float, high: float) -> str:
    sign = wanted_sign(measure)
    inside = bool(target_of("", measure).met(np.array([middle]))[0])
    if not sign:
        return IN_MAGNITUDE if inside else OUT_OF_RANGE
    if low <= measure.neutral <= high:
        return UNDECIDED
    if (low > measure.neutral) != (sign > 0):
        return WRONG_SIGN
    return IN_MAGNITUDE if inside else IN_SIGN


def of_row(verdicts: Sequence[str]) -> str:
    """The verdict on a row, which is that of its worst measure."""
    if {UNDECIDED, WRONG_SIGN, OUT_OF_RANGE} & set(verdicts):
        return FAILS
    if NOT_MEASURED in verdicts:
        return NOT_MEASURED
    return IN_SIGN if IN_SIGN in verdicts else IN_MAGNITUDE


def joint_rule(rows: pd.DataFrame, measures: pd.DataFrame) -> tuple[bool, int, list[str]]:
    """Whether the rule fixed beforehand is met, how many rows that were held out pass in magnitude,
    and which have a measure of the wrong sign."""
    passed = int(((rows["role"] == "H") & (rows["verdict"] == IN_MAGNITUDE)).sum())
    turned = (measures["role"] == "H") & (measures["verdict"] == WRONG_SIGN)
    wrong = list(dict.fromkeys(measures["row"][turned]))
    return passed >= ENOUGH and not wrong, passed, wrong
