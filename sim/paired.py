"""What one change did: scenarios compared pair by pair, on replicates that share their luck.

Plain numpy and scipy on arrays. Inside, an array has shape (columns, pairs): a row for every
outcome, so that sums run over neighbouring numbers.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from .bootstrap import bootstrap_interval, row_means, row_spreads
from .statistics import CONFIDENCE, Floats


@dataclass(frozen=True)
class PairedEffect:
    """What changing the scenario did to one outcome, on replicates that share their luck.

    Means, difference, spread and intervals are in the outcome's own unit, the relative ones in
    shares of the base; superiority and p are 0–1. NaN is what cannot be told from these pairs.
    """

    base_mean: float
    other_mean: float
    difference: float
    """Mean of other − base."""
    ci_low: float
    ci_high: float
    """The 95 % t interval of the difference."""
    bootstrap_low: float
    bootstrap_high: float
    """The 95 % bootstrap interval of the difference (bias-corrected and accelerated)."""
    relative: float
    """The difference as a share of the base mean's size; NaN if that is not told from zero."""
    relative_low: float
    relative_high: float
    """The 95 % interval of the relative difference (Fieller)."""
    spread: float
    """Standard deviation of the differences over pairs; see `replicates_needed`."""
    variance_saved: float
    """By how much sharing luck lowered the difference's variance: 1 − paired / unpaired."""
    superiority: float
    """Share of pairs in which other is above base, ties counted half."""
    p: float
    """Two-sided p value of the paired t test."""
    pairs: int
    """Pairs used, after dropping those in which either value is missing."""


def paired_effect(base: ArrayLike, other: ArrayLike) -> PairedEffect:
    """Compare two scenarios pair by pair: shape (replicates,) each, same seeds in the same order.

    As `paired_effects`, for a single outcome.

    Raises ValueError when the two are not one-dimensional and equally long.
    """
    first, second = np.asarray(base, dtype=float), np.asarray(other, dtype=float)
    if first.ndim != 1 or first.shape != second.shape:
        raise ValueError(
            f"base and other must be equally long lists of replicates, "
            f"got shapes {first.shape} and {second.shape}"
        )
    return paired_effects(first[:, None], second[:, None])[0]


def paired_effects(base: ArrayLike, other: ArrayLike) -> list[PairedEffect]:
    """Compare two scenarios outcome by outcome: shape (replicates, outcomes) each, same seeds.

    Pairs in which either value is not finite are dropped. One pair gives a difference without an
    interval; no pair gives NaN throughout. If every pair differs by the same amount the interval
    has width 0, and p is 1 when that amount is zero and 0 otherwise.

    Raises ValueError when the two are not two-dimensional and of one shape.
    Sources: Student (1908) for the t interval and the test; `bootstrap` for the other interval;
    Fieller (1954) for the relative difference; the chance of superiority is that of Grissom
    (1994), taken over pairs.
    """
    first, second = np.asarray(base, dtype=float), np.asarray(other, dtype=float)
    if first.ndim != 2 or first.shape != second.shape:
        raise ValueError(
            f"base and other must both have shape (replicates, outcomes), "
            f"got {first.shape} and {second.shape}"
        )
    usable = (np.isfinite(first) & np.isfinite(second)).T
    pairs = usable.sum(axis=1)
    measures = [field.name for field in fields(PairedEffect) if field.name != "pairs"]
    effects = [PairedEffect(**dict.fromkeys(measures, float("nan")), pairs=0)] * len(pairs)
    # Outcomes with as many pairs form a table without gaps and share their resamples.
    for n in np.unique(pairs[pairs > 0]):
        columns = np.flatnonzero(pairs == n)
        kept = usable[columns]
        tables = (each.T[columns][kept].reshape(-1, n) for each in (first, second))
        measured = _measure(*tables)
        for place, column in enumerate(columns):
            numbers = {name: float(each[place]) for name, each in measured.items()}
            effects[column] = PairedEffect(**numbers, pairs=int(n))
    return effects


def _measure(first: Floats, second: Floats) -> dict[str, Floats]:
    """All but the number of pairs, by name, each of shape (columns,)."""
    differences = _without_rounding(first, second)
    n = differences.shape[1]
    mean, spread = row_means(differences), row_spreads(differences)
    error = spread / np.sqrt(n)
    reach = special.stdtrit(n - 1, (1 + CONFIDENCE) / 2) * error
    distance = np.where(mean == 0, 0.0, np.inf)
    np.divide(np.abs(mean), error, out=distance, where=error != 0)
    bootstrap_low, bootstrap_high = bootstrap_interval(differences)
    relative, relative_low, relative_high = _fieller(first, differences, mean)
    unpaired = row_spreads(first) ** 2 + row_spreads(second) ** 2
    kept = np.divide(spread**2, unpaired, out=np.full(mean.shape, np.nan), where=unpaired != 0)
    return {
        "base_mean": first.mean(axis=1),
        "other_mean": second.mean(axis=1),
        "difference": mean,
        "ci_low": mean - reach,
        "ci_high": mean + reach,
        "bootstrap_low": bootstrap_low,
        "bootstrap_high": bootstrap_high,
        "relative": relative,
        "relative_low": relative_low,
        "relative_high": relative_high,
        "spread": spread,
        "variance_saved": 1 - kept,
        "superiority": ((differences > 0) + 0.5 * (differences == 0)).mean(axis=1),
        "p": 2 * special.stdtr(n - 1, -distance),
    }


def _without_rounding(first: Floats, second: Floats) -> Floats:
    """The differences, with those that are only the last digits of a float made equal.

    Else two outcomes that differ by 1e-17, or all by the same amount, would look significant.
    """
    differences = second - first
    rounding = 8 * np.finfo(float).eps * np.maximum(np.abs(first), np.abs(second))
    differences[np.abs(differences) <= rounding] = 0.0
    same = np.ptp(differences, axis=1) <= rounding.max(axis=1)
    differences[same] = differences[same].mean(axis=1, keepdims=True)
    return differences


def _fieller(first: Floats, differences: Floats, mean: Floats) -> tuple[Floats, Floats, Floats]:
    """The differences' mean over the size of the base mean, with its 95 % interval.

    The shares s for which difference − s × base has zero within its t interval. They have no end
    where the base mean is itself not told from zero; the share is not given there.
    """
    n = first.shape[1]
    base = row_means(first)
    size = np.abs(base)
    errors = special.stdtrit(n - 1, (1 + CONFIDENCE) / 2) ** 2 / n
    together = ((first - base[:, None]) * (differences - mean[:, None])).sum(axis=1)
    base_error = errors * row_spreads(first) ** 2
    shared_error = errors * together / max(n - 1, 1) * np.sign(base)
    a = size**2 - base_error
    b = size * mean - shared_error
    c = mean**2 - errors * row_spreads(differences) ** 2
    root = np.sqrt(np.maximum(b**2 - a * c, 0.0))
    told = (a > 0) | (np.isnan(a) & (size > 0))
    unknown = np.full((3, len(mean)), np.nan)
    for out, top, bottom in zip(unknown, (mean, b - root, b + root), (size, a, a), strict=True):
        np.divide(top, bottom, out=out, where=told)
    relative, low, high = unknown
    return relative, low, high


def replicates_needed(spread: ArrayLike, half_width: ArrayLike) -> Floats:
    """Replicates until the 95 % t interval of a mean reaches no further than `half_width`.

    `spread` is the standard deviation over replicates (for a comparison, `PairedEffect.spread`),
    in the unit of `half_width`; any shapes that fit together. At least 2; NaN where the spread
    is missing. The spread is itself an estimate: from 10 pairs it may be wrong by a quarter, and
    the number by half.

    Raises ValueError when a half-width is not above 0.
    """
    width = np.asarray(half_width, dtype=float)
    if not (width > 0).all():
        raise ValueError("a half-width must be above 0")
    ratio = np.asarray(spread, dtype=float) / width
    needed = np.maximum(np.ceil((special.ndtri((1 + CONFIDENCE) / 2) * ratio) ** 2), 2.0)
    while True:  # the t interval is wider than the normal one, which the first guess is for
        reach = special.stdtrit(needed - 1, (1 + CONFIDENCE) / 2) * ratio / np.sqrt(needed)
        wide = reach > 1 + 1e-12  # a step is lost in rounding beyond
        if not wide.any():
            return needed
        needed = needed + wide
