"""Approximate Bayesian computation: draws from what a model may be, given what is known.

Points from the prior are lived once each. To what was measured an error is added, drawn from
observation and discrepancy, for what is known of the world has such errors (Wilkinson 2013). Points
whose numbers then lie nearest to what is known are accepted, with more weight the nearer. They stay
where they are: moving them by local-linear regression (Beaumont, Zhang and Balding 2002) makes
intervals too narrow where what fits is a bent ridge, and what few targets leave mostly is. Plain
numpy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .matching import Sought, TooFew

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Accepted:
    """Accepted points: ``place`` among all, ``weights`` that sum to 1; of all points the
    ``distance``, (points,), NaN where one failed; the ``tolerance`` within which they were
    accepted."""

    place: NDArray[np.intp]
    weights: Floats
    distance: Floats
    tolerance: float

    @property
    def effective(self) -> float:
        """As how many points of equal weight they count (Kish)."""
        return float(1.0 / (self.weights**2).sum())

    def draws(self, count: int, rng: np.random.Generator) -> NDArray[np.intp]:
        """Places of so many draws of equal weight, as even as may be."""
        steps = (np.arange(count) + rng.random()) / count
        own = np.searchsorted(np.cumsum(self.weights), steps)
        return self.place[np.minimum(own, len(self.weights) - 1)]


def accepted(values: Floats, sought: Sought, ensemble: Floats, part: float, seed: int) -> Accepted:
    """The nearest ``part`` of points with one replicate each, (points, targets); ``ensemble``
    variance, (targets,), only weighs targets against each other.

    Raises TooFew if fewer than two points did not fail.
    """
    rng = np.random.default_rng([seed, 2])
    errors = rng.normal(size=values.shape) * np.sqrt(sought.variance)
    off = sought.beyond(values + errors)
    scale = np.sqrt(sought.variance + ensemble)
    gaps = off / np.where(scale > 0, scale, 1.0)
    distance = np.sqrt((gaps * gaps).sum(axis=1))
    usable = np.flatnonzero(np.isfinite(distance))
    if len(usable) < 2:
        raise TooFew("fewer than two points have numbers")
    count = max(int(np.ceil(part * len(usable))), 2)
    tolerance = float(np.sort(distance[usable])[count - 1])
    place = usable[distance[usable] <= tolerance]
    near = distance[place] / tolerance if tolerance else np.zeros(len(place))
    weights = np.maximum(1.0 - near * near, 1e-9)
    weights /= weights.sum()
    return Accepted(place, weights, distance, tolerance)


def region_holds(draws: Floats, point: Floats, part: float = 0.9) -> bool:
    """Whether a point, (dimensions,), lies in the region of this part of the draws: those nearest
    to their mean in units of their own spread (Mahalanobis)."""
    middle = draws.mean(axis=0)
    spread = np.atleast_2d(np.cov(draws.T)) + 1e-12 * np.eye(draws.shape[1])
    inverse = np.linalg.inv(spread)

    def far(points: Floats) -> Floats:
        off = points - middle
        return np.asarray(np.einsum("...i,ij,...j->...", off, inverse, off))

    return bool(far(point) <= np.quantile(far(draws), part))
