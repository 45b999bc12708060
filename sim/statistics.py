"""How sure we may be: paired differences, corrections for many outcomes, survival curves.

Plain numpy and scipy on arrays. Nothing here knows scenarios, data frames or the model.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

CONFIDENCE = 0.95
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PairedEffect:
    """What changing the scenario did to one outcome, on replicates that share their luck.

    Means, difference and interval are in the outcome's own unit; superiority and p are 0–1.
    """

    base_mean: float
    other_mean: float
    difference: float
    """Mean of other − base."""
    ci_low: float
    ci_high: float
    """The 95 % t interval of the difference."""
    superiority: float
    """Share of pairs in which other is above base, ties counted half."""
    p: float
    """Two-sided p value of the paired t test."""
    pairs: int
    """Pairs used, after dropping those in which either value is missing."""


@dataclass(frozen=True)
class MeanInterval:
    """A mean and its 95 % t interval, each of shape (columns,), in the unit of the values."""

    mean: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class SurvivalCurve:
    """The share to whom it has not happened yet; every array has shape (horizon + 1,)."""

    times: NDArray[np.int64]
    """Whole months, 0 to the horizon."""
    survival: Floats
    ci_low: Floats
    ci_high: Floats
    """The pointwise 95 % interval; NaN once the curve has reached zero."""
    at_risk: NDArray[np.int64]
    """How many were still watched just before each month; where 0, the curve is only carried on."""


def paired_effect(base: ArrayLike, other: ArrayLike) -> PairedEffect:
    """Compare two scenarios pair by pair: shape (replicates,) each, same seeds in the same order.

    Pairs in which either value is not finite are dropped. One pair gives a difference without an
    interval; no pair gives NaN throughout. If every pair differs by the same amount the interval
    has width 0, and p is 1 when that amount is zero and 0 otherwise.

    Raises ValueError when the two are not one-dimensional and equally long.
    Source: Student (1908) for the interval and the test; the chance of superiority is that of
    Grissom (1994), taken over pairs.
    """
    first, second = np.asarray(base, dtype=float), np.asarray(other, dtype=float)
    if first.ndim != 1 or first.shape != second.shape:
        raise ValueError(
            f"base and other must be equally long lists of replicates, "
            f"got shapes {first.shape} and {second.shape}"
        )
    usable = np.isfinite(first) & np.isfinite(second)
    first, second = first[usable], second[usable]
    if first.size == 0:
        nan = float("nan")
        return PairedEffect(nan, nan, nan, nan, nan, nan, nan, pairs=0)
    differences = _without_rounding(first, second)
    low, high, p = _t_interval_and_p(differences)
    return PairedEffect(
        base_mean=float(first.mean()),
        other_mean=float(second.mean()),
        difference=float(differences.mean()),
        ci_low=low,
        ci_high=high,
        superiority=float(((differences > 0) + 0.5 * (differences == 0)).mean()),
        p=p,
        pairs=int(differences.size),
    )


def _without_rounding(first: Floats, second: Floats) -> Floats:
    """The differences, with those that are only the last digits of a float made equal.

    Else two outcomes that differ by 1e-17, or all by the same amount, would look significant.
    """
    differences = second - first
    rounding = 8 * np.finfo(float).eps * np.maximum(np.abs(first), np.abs(second))
    differences[np.abs(differences) <= rounding] = 0.0
    if np.ptp(differences) <= rounding.max():
        differences[:] = differences.mean()
    return differences


def _t_interval_and_p(differences: Floats) -> tuple[float, float, float]:
    n, mean = differences.size, float(differences.mean())
    if n == 1:
        return float("nan"), float("nan"), float("nan")
    if np.ptp(differences) == 0:
        same = float(differences[0])
        return same, same, 1.0 if same == 0 else 0.0
    error = float(differences.std(ddof=1)) / np.sqrt(n)
    reach = float(stats.t.ppf((1 + CONFIDENCE) / 2, n - 1)) * error
    return mean - reach, mean + reach, float(2 * stats.t.sf(abs(mean) / error, n - 1))


def mean_interval(values: ArrayLike) -> MeanInterval:
    """Column means with their 95 % t intervals; `values` has shape (replicates, columns).

    NaN means "undefined in that replicate" and is left out; a column with one value has a mean
    but no interval, a column with none has neither.

    Raises ValueError when `values` is not two-dimensional.
    """
    table = np.asarray(values, dtype=float)
    if table.ndim != 2:
        raise ValueError(f"values must have shape (replicates, columns), got {table.shape}")
    known = np.isfinite(table)
    n = known.sum(axis=0)
    mean = _ratio(np.where(known, table, 0.0).sum(axis=0), n)
    squares = np.where(known, table - mean, 0.0) ** 2
    error = np.sqrt(_ratio(squares.sum(axis=0), n - 1) / np.maximum(n, 1))
    reach = stats.t.ppf((1 + CONFIDENCE) / 2, np.maximum(n - 1, 1)) * error
    return MeanInterval(mean, mean - reach, mean + reach)


def _ratio(top: NDArray[Any], bottom: NDArray[Any]) -> Floats:
    """top / bottom, NaN where bottom is not positive."""
    return np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)


def holm(p_values: ArrayLike) -> Floats:
    """Adjust p values, shape (outcomes,), for having asked about several outcomes at once.

    Keeps the chance of even one false alarm below the level. NaN stays NaN and does not count.

    Raises ValueError when a p value lies outside 0–1.
    Source: Holm (1979), Scandinavian Journal of Statistics 6: 65–70.
    """
    p = np.asarray(p_values, dtype=float)
    known = np.flatnonzero(~np.isnan(p))
    if ((p[known] < 0) | (p[known] > 1)).any():
        raise ValueError("p values must lie between 0 and 1")
    order = known[np.argsort(p[known], kind="stable")]
    stepped = p[order] * np.arange(order.size, 0, -1)
    adjusted = np.full(p.shape, np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(stepped), 1.0)
    return adjusted


def kaplan_meier(durations: ArrayLike, observed: ArrayLike, horizon: int) -> SurvivalCurve:
    """Survival by whole months from partly censored durations, both of shape (people,).

    `durations` are months (a part of a month counts as a whole one) until the event where
    `observed` is true, else until the person was lost from sight. Whatever lies beyond
    `horizon` is censored there. Counts by month, so a million people cost milliseconds.

    Raises ValueError for a negative or missing duration, unequal shapes, or a negative horizon.
    Source: Kaplan and Meier (1958); variance of Greenwood (1926) on the log-log scale, which
    keeps the interval within 0–1 (Kalbfleisch and Prentice 1980).
    """
    months, happened = np.asarray(durations, dtype=float), np.asarray(observed, dtype=bool)
    if months.ndim != 1 or months.shape != happened.shape:
        raise ValueError(f"durations {months.shape} and observed {happened.shape} must match")
    if horizon < 0 or not (months >= 0).all():
        raise ValueError("durations and horizon must not be negative or missing")
    whole = np.minimum(np.ceil(months), horizon + 1).astype(np.int64)
    events = np.bincount(whole[happened], minlength=horizon + 2)[: horizon + 1]
    leaving = np.bincount(whole, minlength=horizon + 2)
    at_risk = np.cumsum(leaving[::-1])[::-1][: horizon + 1]
    survival = np.cumprod(1 - events / np.maximum(at_risk, 1), dtype=np.float64)
    low, high = _greenwood(events, at_risk, survival)
    return SurvivalCurve(np.arange(horizon + 1), survival, low, high, at_risk)


def _greenwood(
    events: NDArray[np.int64], at_risk: NDArray[np.int64], survival: Floats
) -> tuple[Floats, Floats]:
    """The log-log interval: 1 where nothing has happened yet, NaN once nobody is left."""
    left = at_risk - events
    variance = np.cumsum(events / np.maximum(at_risk * left, 1))
    inside = (survival > 0) & (survival < 1)
    log_survival = np.log(np.where(inside, survival, 0.5))
    spread = stats.norm.ppf((1 + CONFIDENCE) / 2) * np.sqrt(variance) / np.abs(log_survival)
    outside = np.where(survival == 1, 1.0, np.nan)
    # A curve just above zero with a wide interval: the lower end is zero, not an overflow.
    low = np.exp(log_survival * np.exp(np.minimum(spread, 700.0)))
    high = np.exp(log_survival * np.exp(-spread))
    return np.where(inside, low, outside), np.where(inside, high, outside)
