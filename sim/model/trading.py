"""A trader's month of trade: orders, meetings, the choice of a supplier, delivery, margins."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .books import (
    pay_commission,
    pay_company_margin,
    pay_margin,
    pay_repairs,
    pay_sellers,
)
from .chance import Luck, best_of, normal
from .reckoning import adjusted_price, defective_part
from .row import rule
from .settings import Levers, Surroundings
from .world import Company, Good, Outside, Planner, Search, Today, Trader


@rule
def receive_orders(trader: Trader, today: Today, surroundings: Surroundings, luck: Luck) -> None:
    """A post's part of the month's trade, more or less than an even share (mean one)."""
    spread = surroundings.order_noise
    factor = math.exp(spread * normal(luck.orders) - 0.5 * spread * spread)
    trader.orders = today.orders_usd * factor
    trader.order_count = trader.orders / surroundings.order_usd


@rule
def bargaining_power(trader: Trader, surroundings: Surroundings) -> float:
    """Part of the room a trader wins: habit, less what he lacks in skill."""
    lacking = surroundings.skill_weight * (1.0 - trader.experience)
    return trader.bargaining * (1.0 - lacking)


@rule
def fear_of_contact(trader: Trader, planner: Planner, surroundings: Surroundings) -> float:
    """Loss he expects from one observed contact: more call-ups, and a worse case when called,
    until it is forgotten (A2, T45)."""
    remembered = surroundings.exposure_per_contact / (1.0 - surroundings.exposure_kept)
    doubt = 1.0 - trader.belief
    more_calls = surroundings.call_up_per_exposure
    worse_case = surroundings.punish_per_exposure * doubt * planner.base_call_rate
    loss = trader.belief * planner.punishment_loss
    return remembered * loss * (more_calls + worse_case)


@rule
def plan_meetings(
    trader: Trader,
    planner: Planner,
    good: Good,
    searches: Sequence[Search],
    levers: Levers,
    surroundings: Surroundings,
) -> None:
    """Meets as many suppliers as leave most, of what he keeps of the better deal, after trouble
    and fear (Stigler's fixed sample, T15, T17, T45); with nothing to keep initiative dies."""
    won = bargaining_power(trader, surroundings) * surroundings.bargaining_room
    keeps = levers.margin_retention * surroundings.order_usd
    fear = levers.surveillance * fear_of_contact(trader, planner, surroundings)
    price_of_one = surroundings.meeting_cost_usd + fear
    trader.meetings = 0
    most = 0.0
    for meetings in range(1, len(searches)):
        search = searches[meetings]
        better = won * search.found_chance - good.price_on_index * search.best_index
        left = keeps * better - price_of_one * meetings
        if left > most:
            most = left
            trader.meetings = meetings


@rule
def find_supplier(trader: Trader, good: Good, surroundings: Surroundings, luck: Luck) -> None:
    """Best index among suppliers who can deliver (T15), then a bargain over the room between
    quote and cost (Nash, T17c)."""
    trader.found = 0
    if trader.meetings == 0:
        return
    rank = best_of(luck.quote, trader.meetings, surroundings.seller_able_chance)
    if rank >= 1.0:
        return
    trader.found = 1
    deviation = normal(rank)
    apart = good.quality_apart * normal(luck.quote_quality)
    won = bargaining_power(trader, surroundings) * surroundings.bargaining_room
    trader.own_quality = good.quality_on_index * deviation + apart
    log_quote = good.price_on_index * deviation + surroundings.value_of_quality * apart
    trader.own_price = math.exp(log_quote) * (1.0 - won)


@rule
def free_share(company: Company, levers: Levers) -> float:
    """Authority may be given to the upper company tiers only (directive of March 2025)."""
    if company.tier <= levers.autonomy_tiers:
        return levers.authority_share
    return 0.0


@rule
def place_orders(
    trader: Trader, company: Company, good: Good, levers: Levers, surroundings: Surroundings
) -> None:
    """Free orders and those to be approved are his to place; looked-up ones are directed, unless
    his own proposal is within tolerance of the fixed price (A3, A4). Who met nobody sends all
    his orders to the fixed supplier."""
    trader.directed_orders = trader.orders
    if trader.meetings == 0:
        return
    free = free_share(company, levers)
    looked_up = trader.orders * (1.0 - free) * levers.online_lookup_share
    own = trader.orders - looked_up
    sought = own
    if levers.price_tolerance > 0.0:
        sought = trader.orders
        if trader.found:
            if trader.own_price <= good.fixed_price * (1.0 + levers.price_tolerance):
                own = trader.orders
            else:
                trader.rejected_orders = looked_up
    trader.own_orders = own
    trader.directed_orders = trader.orders - own
    trader.contacts = trader.meetings * sought / surroundings.order_usd


@rule
def book_delivery(
    trader: Trader, value: float, quality: float, adjusted: float, defects: float
) -> None:
    """Writes one delivery, of so much value at the reference price, on the trader's page."""
    trader.delivered += value
    trader.quality_value += value * quality
    trader.adjusted_value += value * adjusted
    trader.defective += value * defects


@rule
def take_delivery(
    trader: Trader,
    good: Good,
    planner: Planner,
    outside: Outside,
    surroundings: Surroundings,
    luck: Luck,
) -> None:
    """Own suppliers were chosen for being able; a fixed one may not honour the listed price
    (T17b). Defects and orders that fail are blamed on the trader."""
    if trader.found:
        book_delivery(
            trader,
            trader.own_orders,
            trader.own_quality,
            adjusted_price(trader.own_price, trader.own_quality, surroundings),
            defective_part(trader.own_quality, surroundings),
        )
        pay_sellers(planner, outside, trader, trader.own_orders * trader.own_price)
    if luck.seller >= surroundings.seller_failure_chance:
        book_delivery(
            trader,
            trader.directed_orders,
            good.fixed_quality,
            good.fixed_adjusted,
            good.fixed_defects,
        )
        pay_sellers(planner, outside, trader, trader.directed_orders * good.fixed_price)
    pay_repairs(planner, outside, surroundings.repair_share * trader.defective)
    trader.failure = trader.failure * surroundings.failure_kept
    if trader.orders > 0.0:
        failed = trader.orders - trader.delivered + trader.defective
        trader.failure += failed / trader.orders


@rule
def share_margin(trader: Trader, company: Company, planner: Planner, levers: Levers) -> None:
    """What his own bargain saved is shared by state, company and trader; a loss stays with the
    state, and directed orders leave no margin (A6, A7, T17d)."""
    if trader.found:
        margin = max(0.0, trader.own_orders * (1.0 - trader.own_price))
        pay_margin(planner, trader, levers.margin_retention * margin)
        pay_company_margin(planner, company, trader, levers.company_margin_share * margin)


@rule
def earn_commission(
    trader: Trader, today: Today, outside: Outside, surroundings: Surroundings
) -> None:
    """A commission on the exports of home products that pass through his hands."""
    pay_commission(outside, trader, surroundings.commission_share * today.exports_usd)


@rule
def practise(trader: Trader, surroundings: Surroundings) -> None:
    """Skill grows with deals of his own and fades without them."""
    kept = trader.experience * (1.0 - surroundings.forgetting)
    own_part = 0.0
    if trader.orders > 0.0:
        own_part = trader.found * trader.own_orders / trader.orders
    trader.experience = kept + surroundings.learning * own_part * (1.0 - kept)
