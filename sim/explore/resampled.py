"""The percentile bootstrap of whatever is made of means over rows, for many columns at once.

Plain numpy. A resample is how much each row weighs in it, so that all means of it are one product
of matrices.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..statistics import CONFIDENCE, Floats

RESAMPLES = 1000  # where a study does not say how many
AT_A_TIME = 2_000_000  # weights held at once
SCREENING, SHARES, SCREENED, SHARED = range(4)
"""What random numbers are for: two designs, and the resampling of either."""


def generator(seed: int, *purpose: int) -> np.random.Generator:
    """Random numbers for one purpose of a study; any seed from 0 on, and no two purposes alike."""
    return np.random.default_rng([seed, *purpose])


def resampled_means(
    sums: Floats, counts: Floats, random: np.random.Generator, resamples: int
) -> Floats:
    """Means of each resample, (resamples, columns), of rows drawn with replacement.

    ``sums`` and ``counts`` are (rows, columns): what a row adds to each mean, and of how many
    values. NaN where a resample has none.
    """
    rows = len(sums)
    means = [
        _ratio(weights @ sums, weights @ counts) for weights in _weights(random, rows, resamples)
    ]
    return np.concatenate(means)


def _weights(random: np.random.Generator, rows: int, resamples: int) -> Iterator[Floats]:
    """How often each row is drawn, (some resamples, rows)."""
    some = max(1, AT_A_TIME // rows)
    for first in range(0, resamples, some):
        count = min(some, resamples - first)
        drawn = random.integers(0, rows, (count, rows)) + rows * np.arange(count)[:, None]
        weights = np.bincount(drawn.ravel(), minlength=rows * count)
        yield weights.reshape(count, rows).astype(float)


def _ratio(top: Floats, bottom: Floats) -> Floats:
    return np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)


def overall_means(sums: Floats, counts: Floats) -> Floats:
    """Means over all rows, (columns,); NaN where there is nothing."""
    return _ratio(sums.sum(axis=0), counts.sum(axis=0))


def percentile_ends(draws: Floats) -> tuple[Floats, Floats]:
    """Ends of the 95 % interval of each column of (resamples, columns); NaN for a column that is
    not known in every resample, for what is left of it would look surer than it is."""
    tails = [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]
    known = np.isfinite(draws).all(axis=0)
    ends = np.quantile(np.where(known, draws, 0.0), tails, axis=0)
    low, high = np.where(known, ends, np.nan)
    return low, high
