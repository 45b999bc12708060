"""Survival curves in a number or two: median, restricted mean, test of groups, replicates' band."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from .statistics import CONFIDENCE, Floats, mean_interval
from .survival import TIE, SurvivalCurve, greenwood


@dataclass(frozen=True)
class LogRank:
    """Whether groups differ in how soon it happens to them."""

    observed: Floats
    """Events in each group, shape (groups,)."""
    expected: Floats
    """Events each group would have had if the groups did not differ, shape (groups,)."""
    statistic: float
    """Chi-squared; NaN, as p is, where nothing can be compared."""
    degrees: int
    p: float


@dataclass(frozen=True)
class RestrictedMean:
    """Mean months without the event, counting none after the horizon; in months."""

    mean: float
    """With events spread evenly over their month (trapezoids under the curve)."""
    error: float
    """Standard error of the mean."""
    ci_low: float
    ci_high: float
    """The 95 % normal interval."""
    earliest: float
    latest: float
    """What the mean would be with every event at the beginning or at the end of its month."""


@dataclass(frozen=True)
class Median:
    """The month by whose end it has happened to half; NaN what is not reached by the horizon."""

    month: float
    ci_low: float
    ci_high: float


def log_rank(curves: Sequence[SurvivalCurve]) -> LogRank:
    """Test whether two or more groups, a curve each with one horizon, differ.

    Events in one month are ties: their variance is the hypergeometric one. People count as
    independent. Where people of one replicate share its luck, test within a replicate, or
    compare `restricted_mean` over replicates instead.

    Raises ValueError for fewer than two curves or unequal horizons.
    Source: Mantel (1966); Peto and Peto (1972).
    """
    if len(curves) < 2 or len({len(curve.times) for curve in curves}) > 1:
        raise ValueError("log_rank takes two or more curves with one horizon")
    events = np.array([curve.events for curve in curves], dtype=float)
    at_risk = np.array([curve.at_risk for curve in curves], dtype=float)
    happened, watched = events.sum(axis=0), at_risk.sum(axis=0)
    share = at_risk / np.maximum(watched, 1)
    expected = (share * happened).sum(axis=1)
    ties = happened * (watched - happened) / np.maximum(watched - 1, 1)
    variance = np.diag(share @ ties) - (share * ties) @ share.T
    excess = events.sum(axis=1) - expected
    # The excesses add up to zero, so one group tells nothing new, nor does one never at risk.
    free = np.flatnonzero(expected > 0)[:-1]
    part = variance[np.ix_(free, free)]
    degrees = int(np.linalg.matrix_rank(part, rtol=1e-10, hermitian=True)) if free.size else 0
    statistic = p = float("nan")
    if degrees:
        inverse = np.linalg.pinv(part, rtol=1e-10, hermitian=True)
        statistic = float(excess[free] @ inverse @ excess[free])
        p = float(special.chdtrc(degrees, statistic))
    return LogRank(events.sum(axis=1), expected, statistic, degrees, p)


def restricted_mean(curve: SurvivalCurve, horizon: int | None = None) -> RestrictedMean:
    """Mean months without the event up to `horizon`, a month of the curve (default: its last).

    NaN throughout where nobody is watched any more (or yet) in some month up to the horizon
    while the curve is above zero. Error and interval are those of the trapezoids; that of the
    bounds differs by little.

    Raises ValueError for a horizon that is no month of the curve.
    Source: Irwin (1949); Klein and Moeschberger (2003), 4.5, for the error.
    """
    last = len(curve.times) - 1 if horizon is None else horizon
    if not 0 <= last < len(curve.times):
        raise ValueError(f"the curve has months 0 to {len(curve.times) - 1}, not {last}")
    survival = curve.survival[: last + 1]
    events, at_risk = curve.events[: last + 1], curve.at_risk[: last + 1]
    if ((at_risk[1:] == 0) & (survival[1:] > 0)).any():
        return RestrictedMean(*[float("nan")] * 6)
    latest, earliest = float(survival[:-1].sum()), float(survival[1:].sum())
    mean = (latest + earliest) / 2
    weights = np.ones(last + 1)
    weights[0] = weights[-1] = 0.5 if last else 0.0
    left = np.cumsum((weights * survival)[::-1])[::-1]
    error = float(np.sqrt((left**2 * greenwood(events, at_risk)).sum()))
    reach = float(special.ndtri((1 + CONFIDENCE) / 2)) * error
    return RestrictedMean(mean, error, mean - reach, mean + reach, earliest, latest)


def median_survival(curve: SurvivalCurve) -> Median:
    """The first month by whose end at least half have had the event, with its 95 % interval.

    The interval is of the months at which the curve's own band contains a half.

    Source: Brookmeyer and Crowley (1982).
    """
    ends = (curve.survival, curve.ci_low, curve.ci_high)
    reached = [np.flatnonzero(end <= 0.5 + TIE) for end in ends]
    return Median(*(float(curve.times[months[0]]) if months.size else np.nan for months in reached))


def over_replicates(pooled: ArrayLike, each: ArrayLike) -> tuple[Floats, Floats]:
    """The pointwise 95 % interval of a curve of shares, from its replicates' own curves.

    People of one replicate share its luck, so an interval that counts people, as Greenwood's
    does, is too narrow; this is the t interval over replicates, laid around the `pooled` curve,
    shape (months,), and kept within 0–1. `each` has shape (replicates, months); NaN is left out.
    With one replicate both ends are NaN.
    """
    over = mean_interval(each)
    centre, reach = np.asarray(pooled, dtype=float), (over.high - over.low) / 2
    return np.clip(centre - reach, 0, 1), np.clip(centre + reach, 0, 1)
