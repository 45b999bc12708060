"""How much of what a quantity does over a sample goes with each column alone."""

from __future__ import annotations

import numpy as np

SLICES = 10


def explained_share(points: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Part of the variance of ``values``, (points,), that goes with each column of ``points`` by
    itself, (columns,): between slices of equal size, less what chance would give; from 0 to 1.

    Over a sample in which columns are independent this estimates first-order sensitivity. A value
    that is missing is left out; NaN where there is nothing to explain.
    """
    points, values = np.asarray(points, float), np.asarray(values, float)
    known = np.isfinite(values)
    points, values = points[known], values[known]
    if len(values) < 2 * SLICES or not np.ptp(values):
        return np.full(points.shape[1], np.nan)
    total = values.var()
    found = np.empty(points.shape[1])
    for column in range(points.shape[1]):
        groups = _slices(points[:, column])
        means = np.array([values[group].mean() for group in groups])
        sizes = np.array([len(group) for group in groups])
        between = np.average((means - values.mean()) ** 2, weights=sizes) / total
        by_chance = (len(groups) - 1) / (len(values) - 1)
        found[column] = max(0.0, (between - by_chance) / max(1 - by_chance, 1e-12))
    return found


def _slices(column: np.ndarray) -> list[np.ndarray]:
    levels = np.unique(column)
    if len(levels) <= SLICES:
        return [np.flatnonzero(column == level) for level in levels]
    return np.array_split(np.argsort(column, kind="stable"), SLICES)
