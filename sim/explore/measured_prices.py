"""Measurements of prices, quality and hidden margins."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .seen import Floats, Seen, measurement
from .targets import Measure

FEWEST_ALIKE = 10  # posts that buy one good in one month, for their prices to be compared


@measurement(2)
def price_at_constant_quality(seen: Seen, measure: Measure) -> float:
    """Coefficient of the first world in ln price on that world and quality, months of both
    together, ordinary least squares (as row N1 asks)."""
    treated, control = measure.worlds
    return _at_constant_quality(seen, measure, treated, control)


@measurement(4)
def difference_of_effects(seen: Seen, measure: Measure) -> float:
    """Effect on ln price at constant quality of the first world over the second, less that of the
    third over the fourth."""
    one, its_control, other, other_control = measure.worlds
    return _at_constant_quality(seen, measure, one, its_control) - _at_constant_quality(
        seen, measure, other, other_control
    )


def _at_constant_quality(seen: Seen, measure: Measure, treated: str, control: str) -> float:
    arms = [
        [seen.monthly(world, name, measure)[0] for name in ("nominal_price", "quality")]
        for world in (control, treated)
    ]
    price, quality = (np.concatenate([arm[k] for arm in arms]) for k in (0, 1))
    is_treated = np.repeat([0.0, 1.0], len(price) // 2)
    columns = np.column_stack([np.ones(len(price)), is_treated, quality])
    known = np.isfinite(price) & np.isfinite(quality)
    return float(np.linalg.lstsq(columns[known], np.log(price[known]), rcond=None)[0][1])


@measurement(2)
def lost_share(seen: Seen, measure: Measure) -> float:
    """Part of what a lower price saves that lower quality costs: worth of an SD of quality times
    the gap of qualities, over the gap of ln prices (N5; T15b: 1 is break-even). The worth is that
    by which traders choose. Worlds: directed, own."""
    directed, own = measure.worlds
    first, _ = seen.span(measure)
    worth = float(seen.courses[own].surroundings["value_of_quality"][first])
    quality = [seen.value(world, "quality", measure) for world in (own, directed)]
    price = [np.log(seen.value(world, "nominal_price", measure)) for world in (own, directed)]
    return float(worth * (quality[0] - quality[1]) / (price[0] - price[1]))


@measurement(2, outcome=True)
def elasticity(seen: Seen, measure: Measure) -> float:
    """Change of ln of the measure's outcome for a change of ln income. Worlds: as it is, with
    higher pay."""
    as_it_is, paid = measure.worlds
    moved, income = (
        np.log(seen.value(paid, name, measure) / seen.value(as_it_is, name, measure))
        for name in (measure.outcome, "income_mean")
    )
    return float(moved / income)


@measurement(6, outcome=True)
def ends_over_middle(seen: Seen, measure: Measure) -> float:
    """The larger elasticity of the two ends over that of the middle, in size. Worlds, in pairs as
    for ``elasticity``: low end, middle, high end."""
    low, middle, high = (
        abs(elasticity(seen, measure.model_copy(update={"worlds": measure.worlds[k : k + 2]})))
        for k in (0, 2, 4)
    )
    return max(low, high) / middle


@measurement(4, outcome=True)
def slope_ratio(seen: Seen, measure: Measure) -> float:
    """Fall of the outcome from the first world to the second, over that from the third to the
    fourth, each for a unit of surveillance."""
    slopes = []
    for one, other in (measure.worlds[:2], measure.worlds[2:]):
        levels = [seen.value(world, measure.outcome, measure) for world in (one, other)]
        watched = [seen.value(w, "surveillance_in_force", measure) for w in (one, other)]
        slopes.append((levels[0] - levels[1]) / (watched[1] - watched[0]))
    return float(slopes[0] / slopes[1])


@measurement(None, outcome=True)
def step_least_falling(seen: Seen, measure: Measure) -> float:
    """The largest change of the outcome from a world to the next one: below 0 if it falls all the
    way."""
    levels = [seen.value(world, measure.outcome, measure) for world in measure.worlds]
    return float(np.diff(levels).max())


@measurement(1, panel=True)
def trader_share(seen: Seen, measure: Measure) -> float:
    """Part of the variance of ln price that goes with the trader: variance component of a one-way
    analysis over trader-months, less the mean of all who buy the same good in that month. The
    month's bundle is the smallest deal there is."""
    (world,) = measure.worlds
    panel = seen.panel(world, measure)
    goods = seen.replicate(world).world.traders["good"]
    with np.errstate(invalid="ignore", divide="ignore"):
        price = np.log(np.where(panel["delivered"] > 0, panel["paid"] / panel["delivered"], np.nan))
    for good in np.unique(goods):
        mine = price[:, goods == good]
        known = np.isfinite(mine)
        count = known.sum(axis=1, keepdims=True)
        mean = np.where(known, mine, 0).sum(axis=1, keepdims=True) / np.maximum(count, 1)
        price[:, goods == good] = np.where(count >= FEWEST_ALIKE, mine - mean, np.nan)
    posts = np.broadcast_to(np.arange(price.shape[1]), price.shape)
    trader = (posts * 10_000 + panel["began"] + 5_000).astype(np.int64)
    known = np.isfinite(price)
    return between_share(price[known], trader[known])


def between_share(values: Floats, group: NDArray[np.int64]) -> float:
    """Variance between groups over all, from one-way analysis of variance with unequal groups; 0
    where nothing varies."""
    _, place, size = np.unique(group, return_inverse=True, return_counts=True)
    if len(size) < 2 or len(values) <= len(size):
        return np.nan
    means = np.bincount(place, values) / size
    within = ((values - means[place]) ** 2).sum() / (len(values) - len(size))
    between = (size * (means - values.mean()) ** 2).sum() / (len(size) - 1)
    even = (len(values) - (size**2).sum() / len(values)) / (len(size) - 1)
    part = max(0.0, (between - within) / even)
    return float(part / (part + within)) if part + within > 1e-12 else 0.0
