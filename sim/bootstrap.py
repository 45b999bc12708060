"""The bootstrap interval of a mean, for many rows at once.

It resamples the replicates 2,000 times, from a fixed seed. The interval is the bias-corrected and
accelerated one, because plain percentiles of a skewed outcome reach too little to the side of the
long tail; for a mean the correction costs hardly anything. With fewer than some 20 replicates any
bootstrap is too narrow, and a t interval the better one. Of 200 lognormal values with a sigma of 1
either interval holds the true mean in 93 studies of 100, not in 95 (tests/test_coverage.py).
"""

from functools import lru_cache

import numpy as np
from scipy import special

from .statistics import CONFIDENCE, Floats

RESAMPLES = 2000
AT_A_TIME = 2_000_000  # draws held at once
RESAMPLING_SEED = 20_260_701
"""Fixed, so that the same numbers have the same interval wherever it is computed."""


def bootstrap_interval(values: Floats) -> tuple[Floats, Floats]:
    """The 95 % interval of each row's mean; `values` has shape (rows, replicates), no NaN.

    Equal values have an interval of width 0, a single one has NaN.

    Source: Efron (1987), Journal of the American Statistical Association 82: 171–185.
    """
    mean, spread = row_means(values), row_spreads(values)
    low, high = mean.copy(), mean.copy()
    low[np.isnan(spread)] = high[np.isnan(spread)] = np.nan
    varied = np.flatnonzero(spread > 0)
    if varied.size:
        centred = values[varied] - mean[varied, None]
        reaches = _accelerated(centred, spread[varied])
        low[varied] += reaches[0]
        high[varied] += reaches[1]
    return low, high


def _accelerated(centred: Floats, spread: Floats) -> Floats:
    """How far the interval reaches to either side of the mean, shape (2, columns)."""
    means = np.sort(_resample_means(centred), axis=1)
    # A resample mean that is the mean but for rounding is a tie, on whatever machine.
    tie = 1e-12 * spread[:, None]
    below = ((means < -tie).mean(axis=1) + (means <= tie).mean(axis=1)) / 2
    bias = special.ndtri(below)
    skew = (centred**3).sum(axis=1) / (centred**2).sum(axis=1) ** 1.5 / 6
    reaches = []
    for tail in ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2):
        shifted = bias + special.ndtri(tail)
        place = special.ndtr(bias + shifted / (1 - skew * shifted)) * (RESAMPLES - 1)
        under = np.floor(place).astype(int)[:, None]
        ends = np.take_along_axis(means, np.hstack([under, np.ceil(place)[:, None].astype(int)]), 1)
        reaches.append(ends[:, 0] + (place - under[:, 0]) * (ends[:, 1] - ends[:, 0]))
    return np.array(reaches)


def _resample_means(values: Floats) -> Floats:
    """Mean of each row in each resample, (rows, resamples); many replicates are drawn piece by
    piece, or they would fill the memory."""
    pairs = values.shape[1]
    if RESAMPLES * pairs <= AT_A_TIME:
        return np.asarray(values @ _all_shares(pairs).T)
    rng, some = np.random.default_rng(RESAMPLING_SEED), max(1, AT_A_TIME // pairs)
    counts = [min(some, RESAMPLES - first) for first in range(0, RESAMPLES, some)]
    return np.concatenate([values @ _shares(rng, pairs, count).T for count in counts], axis=1)


@lru_cache(maxsize=4)
def _all_shares(pairs: int) -> Floats:
    return _shares(np.random.default_rng(RESAMPLING_SEED), pairs, RESAMPLES)


def _shares(rng: np.random.Generator, pairs: int, resamples: int) -> Floats:
    """How much each pair weighs in each resample, shape (resamples, pairs); rows sum to 1."""
    drawn = rng.integers(0, pairs, (resamples, pairs))
    drawn += pairs * np.arange(resamples)[:, None]
    counts = np.bincount(drawn.ravel(), minlength=resamples * pairs)
    return counts.reshape(resamples, pairs) / pairs


def row_means(values: Floats) -> Floats:
    """Row means; of equal values exactly that value."""
    return np.where(np.ptp(values, axis=1) == 0, values[:, 0], values.mean(axis=1))


def row_spreads(values: Floats) -> Floats:
    """Standard deviation of each row: exactly 0 for equal values, NaN for a single one."""
    if values.shape[1] == 1:
        return np.full(len(values), np.nan)
    return np.where(np.ptp(values, axis=1) == 0, 0.0, values.std(axis=1, ddof=1))
