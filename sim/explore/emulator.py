"""An emulator: what a slow function would give where it was not tried, and how sure that is.

A Gaussian process (Rasmussen and Williams 2006, chapters 2 and 5) over the unit cube: a linear
trend, deviations from it that are smooth to a degree of their own in every direction (Matérn 5/2),
and independent noise. Length scales and noise by maximum likelihood, held from extremes by weak
priors. Plain numpy and scipy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve, solve_triangular
from scipy.optimize import minimize
from scipy.spatial.distance import cdist

Floats = NDArray[np.float64]
TREND = 4.0  # variance of level and slopes before anything is seen, relative to the values' own
LENGTH, LENGTH_SPREAD = 1.0, 1.0  # prior of the logarithm of a length: median of e^0 cubes' sides
NOISE_SPREAD = 2.0  # prior spread of the logarithm of noise, around a tenth
ROOT5 = np.sqrt(5.0)


@dataclass(frozen=True)
class Emulator:
    """A function emulated from values at some places of the unit cube."""

    places: Floats
    """(places, dimensions)"""
    values: Floats
    """What was measured there, (places,)."""
    lengths: Floats
    noise: float
    """Relative to the variance of the deviations."""
    scale: float
    """Variance of the deviations, in units of the values squared."""
    middle: float
    lower: Floats
    """Cholesky factor of the correlations."""
    weights: Floats

    def at(self, shares: Floats) -> tuple[Floats, Floats]:
        """Mean and variance of the function, not of noisy values, at (points, dimensions)."""
        if not self.scale:
            return np.full(len(shares), self.middle), np.zeros(len(shares))
        cross = _correlation(shares, self.places, self.lengths)
        solved = solve_triangular(self.lower, cross.T, lower=True, check_finite=False)
        own = 1.0 + TREND * (1.0 + ((shares - 0.5) ** 2).sum(axis=1))
        variance = np.maximum(own - (solved * solved).sum(axis=0), 0.0)
        return self.middle + cross @ self.weights, self.scale * variance

    def left_out(self) -> tuple[Floats, Floats]:
        """What each value would have been thought to be without it: means and variances, noise
        included (Rasmussen and Williams 2006, equation 5.12)."""
        if not self.scale:
            return np.full(len(self.values), self.middle), np.zeros(len(self.values))
        inverse = cho_solve((self.lower, True), np.eye(len(self.values)))
        diagonal = np.diag(inverse)
        return self.values - self.weights / diagonal, self.scale / diagonal


def emulated(places: Floats, values: Floats) -> Emulator:
    """The emulator of values, (places,), at (places, dimensions) of the unit cube."""
    middle, spread = float(values.mean()), float(values.std())
    count, dimensions = places.shape
    if spread <= 1e-12 * max(abs(middle), 1e-300):
        flat = np.ones(dimensions)
        return Emulator(places, values, flat, 1.0, 0.0, middle, np.eye(count), values * 0)
    y = (values - middle) / spread
    squares = (places.T[:, :, None] - places.T[:, None, :]) ** 2
    trend = _trend(places, places)
    start = np.append(np.full(dimensions, LENGTH), np.log(0.1))
    bounds = [(np.log(0.1), np.log(50.0))] * dimensions + [(np.log(1e-4), np.log(10.0))]
    best = minimize(
        _unlikely, start, (y, squares, trend), jac=True, method="L-BFGS-B", bounds=bounds,
        options={"maxiter": 60},
    ).x  # fmt: skip
    lengths, noise = np.exp(best[:-1]), float(np.exp(best[-1]))
    full = _correlation(places, places, lengths) + noise * np.eye(count)
    lower, _ = cho_factor(full, lower=True)
    lower = np.tril(lower)
    alpha = cho_solve((lower, True), y)
    scale = float(y @ alpha) / count
    scale *= spread * spread
    return Emulator(places, values, lengths, noise, scale, middle, lower, alpha * spread)


def _trend(one: Floats, other: Floats) -> Floats:
    return TREND * (1.0 + (one - 0.5) @ (other - 0.5).T)


def _correlation(one: Floats, other: Floats, lengths: Floats) -> Floats:
    reach = ROOT5 * cdist(one / lengths, other / lengths)
    return np.asarray(
        (1.0 + reach + reach * reach / 3.0) * np.exp(-reach) + _trend(one, other), dtype=float
    )


def _unlikely(logs: Floats, y: Floats, squares: Floats, trend: Floats) -> tuple[float, Floats]:
    """Negative logarithm of likelihood and priors, the scale profiled out, and its gradient."""
    count = len(y)
    shrunk = np.exp(-2.0 * logs[:-1])
    reach = ROOT5 * np.sqrt(np.tensordot(shrunk, squares, axes=1))
    fall = np.exp(-reach)
    noise = np.exp(logs[-1])
    full = (1.0 + reach + reach * reach / 3.0) * fall + trend + noise * np.eye(count)
    factor = cho_factor(full, lower=True)
    inverse = cho_solve(factor, np.eye(count))
    alpha = inverse @ y
    scale = float(y @ alpha) / count
    off = np.append((logs[:-1] - LENGTH) / LENGTH_SPREAD, (logs[-1] - np.log(0.1)) / NOISE_SPREAD)
    value = 0.5 * count * np.log(scale) + np.log(np.diag(factor[0])).sum() + 0.5 * off @ off
    spare = inverse - np.outer(alpha, alpha) / scale
    steep = spare * (1.0 + reach) * fall
    slopes = 5.0 / 3.0 * shrunk * np.tensordot(squares, steep, axes=2)
    gradient = 0.5 * np.append(slopes, noise * np.trace(spare))
    spreads = np.append(
        np.full(len(shrunk), LENGTH_SPREAD), NOISE_SPREAD
    )  # fmt: skip
    return float(value), gradient + off / spreads
