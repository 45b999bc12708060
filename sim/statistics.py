"""How sure we may be: means with their intervals, p values where several questions are asked.

Plain numpy and scipy on arrays. Nothing here knows scenarios, data frames or the model.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special  # of scipy.stats, importing alone takes half a second

CONFIDENCE = 0.95
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class MeanInterval:
    """A mean and its 95 % t interval, each of shape (columns,), in the unit of the values."""

    mean: Floats
    low: Floats
    high: Floats
    error: Floats
    """Standard error of the mean."""
    count: NDArray[np.int64]
    """Values used."""


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
    reach = special.stdtrit(np.maximum(n - 1, 1), (1 + CONFIDENCE) / 2) * error
    return MeanInterval(mean, mean - reach, mean + reach, error, n)


def _ratio(top: NDArray[Any], bottom: NDArray[Any]) -> Floats:
    """top / bottom, NaN where bottom is not positive."""
    return np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)


def holm(p_values: ArrayLike) -> Floats:
    """Adjust p values, shape (outcomes,), for having asked about several outcomes at once.

    Keeps the chance of even one false alarm below the level. NaN stays NaN and does not count.

    Raises ValueError when a p value lies outside 0–1.
    Source: Holm (1979), Scandinavian Journal of Statistics 6: 65–70.
    """
    p, known = _known_p(p_values)
    order = known[np.argsort(p[known], kind="stable")]
    stepped = p[order] * np.arange(order.size, 0, -1)
    adjusted = np.full(p.shape, np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(stepped), 1.0)
    return adjusted


def benjamini_hochberg(p_values: ArrayLike) -> Floats:
    """Adjust p values, shape (outcomes,), so that of the outcomes found few are false on average.

    Keeps the expected share of false alarms among all alarms (the false discovery rate) below
    the level, for outcomes that are independent or rise and fall together. Finds more than Holm
    and promises less. NaN stays NaN and does not count.

    Raises ValueError when a p value lies outside 0–1.
    Source: Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57: 289–300.
    """
    p, known = _known_p(p_values)
    order = known[np.argsort(p[known], kind="stable")]
    stepped = p[order] * (order.size / np.arange(1, order.size + 1))
    adjusted = np.full(p.shape, np.nan)
    adjusted[order] = np.minimum(np.minimum.accumulate(stepped[::-1])[::-1], 1.0)
    return adjusted


def _known_p(p_values: ArrayLike) -> tuple[Floats, NDArray[np.intp]]:
    """The p values, and the places of those that are not missing."""
    p = np.asarray(p_values, dtype=float)
    known = np.flatnonzero(~np.isnan(p))
    if ((p[known] < 0) | (p[known] > 1)).any():
        raise ValueError("p values must lie between 0 and 1")
    return p, known
