"""The market: how prices and qualities of sellers hang together, and what meeting them brings."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .row import rule
from .settings import Surroundings
from .world import RUSSIA, Good, Search, Today, Trader


@rule
def set_out_sellers(good: Good, surroundings: Surroundings) -> None:
    """Sellers' ln price and quality are jointly normal; buyers rank them by ln price less worth
    of quality, so the best index fixes both but for one spread (T15)."""
    spread = surroundings.price_sd
    worth = surroundings.value_of_quality
    correlation = surroundings.price_quality_correlation
    variance = spread * spread + worth * worth - 2.0 * worth * correlation * spread
    good.index_sd = math.sqrt(max(variance, 0.0))
    good.price_on_index = 0.0
    good.quality_on_index = 0.0
    good.quality_apart = 1.0
    if good.index_sd > 0.0:
        good.price_on_index = (spread * spread - worth * correlation * spread) / good.index_sd
        good.quality_on_index = (correlation * spread - worth) / good.index_sd
        unexplained = math.sqrt(1.0 - correlation * correlation)
        good.quality_apart = spread * unexplained / good.index_sd


@rule
def share_out_demand(good: Good, today: Today, surroundings: Surroundings) -> None:
    """A post's orders follow the stream its good belongs to; manufactures that Russia does not
    deliver are bought in China instead (A1, A12)."""
    good.delivered = 0.0
    good.orders_usd = 0.0
    if good.share <= 0.0:
        return
    stream = today.unrecorded_usd
    if good.recorded:
        stream = today.recorded_usd
    good.orders_usd = stream * good.stream_share / good.share
    if good.manufactured:
        if good.partner == RUSSIA:
            good.orders_usd *= surroundings.russia_delivers
        else:
            shifted = (1.0 - surroundings.russia_delivers) * good.elsewhere / good.share
            good.orders_usd *= max(0.0, 1.0 + shifted)


@rule
def count_imports(good: Good, trader: Trader) -> None:
    """What came through a post arrives at home, unless it was seized on the way."""
    good.delivered += trader.delivered - trader.seized


@rule
def expect_from_meetings(searches: Sequence[Search], surroundings: Surroundings) -> None:
    """Of n sellers met each can deliver with a given chance: mean best index over how many can
    (T12 weighted by the binomial law)."""
    able = surroundings.seller_able_chance
    for meetings in range(len(searches)):
        search = searches[meetings]
        chance = 1.0
        for _ in range(meetings):
            chance = chance * (1.0 - able)
        search.found_chance = 1.0 - chance
        search.best_index = 0.0
        if able >= 1.0:
            search.best_index = search.lowest_normal
        else:
            for usable in range(1, meetings + 1):
                odds = able / (1.0 - able)
                chance = chance * odds * (meetings - usable + 1) / usable
                search.best_index += chance * searches[usable].lowest_normal
