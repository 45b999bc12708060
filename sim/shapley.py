"""What each of several changes contributes to what they do together, whatever the order.

Two changes that need each other have no effect of their own: what the second adds depends on
the first being there. The Shapley value averages what a change adds over all orders in which the
changes could have been made. Contributions add up to the whole, in every replicate.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from .statistics import CONFIDENCE, Floats, mean_interval

MOST_EXACT = 8
"""Up to so many players every coalition is valued: 256 of them."""
Coalition = frozenset[str]
Order = tuple[str, ...]
Value = Callable[[Coalition], ArrayLike]
Values = dict[Coalition, Floats]


@dataclass(frozen=True)
class Contributions:
    """What each player contributes, in the unit of the value.

    Shapes: `each` is (players, replicates, …), `whole` (replicates, …), all others (players, …),
    where … stands for outcomes if the value has any.
    """

    players: Order
    each: Floats
    """By replicate; over players they add up to `whole`."""
    whole: Floats
    """Value of all players together − value of none."""
    mean: Floats
    low: Floats
    high: Floats
    """The 95 % t interval of the mean over replicates, and over orders where these were drawn."""
    order_error: Floats
    """The part of the standard error that is due to drawing orders; 0 where all were taken."""
    coalitions: int
    """How many coalitions were valued."""


def shapley(
    players: Sequence[str], value: Value, order_pairs: int = 50, seed: int = 1
) -> Contributions:
    """Contributions of `players` to `value(coalition)`, averaged over the orders they may come in.

    `value` is asked once for every coalition it is needed for and returns shape (replicates,) or
    (replicates, outcomes), replicates in the same order every time. Up to 8 players every order
    counts. Beyond, `order_pairs` random orders and their reverses are taken (what comes early in
    one comes late in the other, so that their errors cancel in part), from `seed`; a pair asks
    for up to twice as many coalitions as there are players. The interval then holds both errors: of
    having few replicates and of having few orders. They are added as if independent, which
    counts what they share twice. With fewer than some 20 pairs of orders the interval may be too
    narrow all the same: a change that needs others then has too few different values.

    A replicate in which any coalition's value is not finite is NaN throughout. One replicate has
    no interval.

    Raises ValueError for players named twice, fewer than two pairs of orders beyond 8 players,
    or values that are not of one shape.
    Source: Shapley (1953); Castro, Gómez and Tejada (2009) for drawing orders; Mitchell and
    others (2022) for reversing them; degrees of freedom by Satterthwaite (1946).
    """
    names = tuple(players)
    if len(set(names)) < len(names):
        raise ValueError("every player must have a name of its own")
    if len(names) <= MOST_EXACT:
        values = _value_all(value, _all_coalitions(names))
        each = _over_all_orders(names, values)
        low, mean, high, order_error = _interval(each)
    else:
        if order_pairs < 2:
            raise ValueError("order_pairs must be at least 2, or the error of drawing is unknown")
        rng = np.random.default_rng(seed)
        orders = [tuple(rng.permutation(names).tolist()) for _ in range(order_pairs)]
        both_ways = [way for order in orders for way in (order, order[::-1])]
        values = _value_all(value, (before for way in both_ways for before in _build_up(way)))
        each, by_pair = _over_drawn_orders(names, orders, values)
        low, mean, high, order_error = _interval(each, by_pair)
    whole = values[frozenset(names)] - values[frozenset()]
    return Contributions(names, each, whole, mean, low, high, order_error, len(values))


def _all_coalitions(players: Order) -> Iterator[Coalition]:
    for size in range(len(players) + 1):
        yield from map(frozenset, combinations(players, size))


def _build_up(order: Order) -> Iterator[Coalition]:
    """The coalitions on the way from nobody to everybody."""
    for size in range(len(order) + 1):
        yield frozenset(order[:size])


def _value_all(value: Value, coalitions: Iterable[Coalition]) -> Values:
    """Each coalition's value, asked for once; NaN in all where it is not finite in one."""
    values: Values = {}
    for coalition in coalitions:
        if coalition not in values:
            values[coalition] = np.array(value(coalition), dtype=float)
    shapes = {found.shape for found in values.values()}
    if len(shapes) > 1 or len(min(shapes)) not in (1, 2):
        raise ValueError(
            f"values must all have shape (replicates,) or (replicates, outcomes), got {shapes}"
        )
    unusable = ~np.logical_and.reduce([np.isfinite(found) for found in values.values()])
    for found in values.values():
        found[unusable] = np.nan
    return values


def _over_all_orders(players: Order, values: Values) -> Floats:
    """A coalition precedes a player in as many orders as it and the others have arrangements."""
    n = len(players)
    each = np.zeros((n, *values[frozenset()].shape))
    for place, player in enumerate(players):
        for before in values:
            if player not in before:
                weight = 1 / (n * comb(n - 1, len(before)))
                each[place] += weight * (values[before | {player}] - values[before])
    return each


def _over_drawn_orders(
    players: Order, orders: Sequence[Order], values: Values
) -> tuple[Floats, Floats]:
    """Contributions, and their means over replicates by pair of orders (pairs, columns)."""
    each = np.zeros((len(players), *values[frozenset()].shape))
    by_pair = []
    for order in orders:
        pair = np.zeros_like(each)
        for way in (order, order[::-1]):
            for player, before in zip(way, _build_up(way), strict=False):  # the last is everybody
                added = values[before | {player}] - values[before]
                pair[players.index(player)] += added / 2
        each += pair / len(orders)
        by_pair.append(mean_interval(_columns(pair)).mean)
    return each, np.array(by_pair)


def _columns(each: Floats) -> Floats:
    """(players, replicates, …) as (replicates, players × …)."""
    return np.moveaxis(each, 1, 0).reshape(each.shape[1], -1)


def _interval(each: Floats, by_pair: Floats | None = None) -> Floats:
    """Low, mean, high and the error of drawing orders: shape (4, players, …)."""
    over = mean_interval(_columns(each))
    low, high, order_error = over.low, over.high, np.zeros_like(over.mean)
    if by_pair is not None:
        order_error = mean_interval(by_pair).error
        error = np.hypot(over.error, order_error)
        parts = over.error**4 / np.maximum(over.count - 1, 1) + order_error**4 / (len(by_pair) - 1)
        degrees = np.divide(error**4, parts, out=np.ones_like(error), where=parts > 0)
        reach = special.stdtrit(degrees, (1 + CONFIDENCE) / 2) * error
        low, high = over.mean - reach, over.mean + reach
    shape = (each.shape[0], *each.shape[2:])
    return np.array([part.reshape(shape) for part in (low, over.mean, high, order_error)])
