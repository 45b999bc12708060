"""A trader's orders: what comes in, whom he meets, what he finds, where he places them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .chance import Luck, best_of, normal
from .row import rule
from .settings import Levers, Surroundings
from .world import Company, Good, Planner, Search, Trader


@rule
def receive_orders(trader: Trader, good: Good, surroundings: Surroundings, luck: Luck) -> None:
    """A post's part of the month's trade, more or less than an even share (mean one)."""
    spread = surroundings.order_noise
    factor = math.exp(spread * normal(luck.orders) - 0.5 * spread * spread)
    trader.orders = good.orders_usd * factor
    trader.order_count = trader.orders / surroundings.order_usd
    trader.placed = trader.orders


@rule
def await_permission(trader: Trader, good: Good, levers: Levers, luck: Luck) -> None:
    """Japanese and American goods wait until the Party grants permission (A13)."""
    held = good.permission_share * trader.orders
    if luck.permission < levers.permission_chance / levers.permission_delay_months:
        trader.placed += trader.waiting
        trader.waiting = 0.0
    else:
        trader.placed -= held
        trader.waiting += held


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
def free_share(company: Company, planner: Planner, levers: Levers) -> float:
    """Authority may be given to the upper company tiers only (directive of March 2025)."""
    if company.tier <= levers.autonomy_tiers:
        return planner.authority_share
    return 0.0


@rule
def part_kept(
    trader: Trader, company: Company, planner: Planner, levers: Levers, surroundings: Surroundings
) -> float:
    """What he expects to keep of a dollar saved on orders of his own: his margin, less what a late
    official takes of it on orders to be approved, and on these a bonus if they are approved in
    time (N1-N3)."""
    free = free_share(company, planner, levers)
    to_approve = (1.0 - free) * (1.0 - levers.online_lookup_share)
    if free + to_approve <= 0.0:
        return levers.margin_retention
    approved = to_approve / (free + to_approve)
    left = 1.0 - trader.monitor_late * surroundings.monitor_capture_share
    bonus = levers.saving_bonus_share * (1 - trader.monitor_late)
    kept_if_approved = levers.margin_retention * left + bonus
    return (1.0 - approved) * levers.margin_retention + approved * kept_if_approved


@rule
def plan_meetings(
    trader: Trader,
    company: Company,
    planner: Planner,
    good: Good,
    searches: Sequence[Search],
    levers: Levers,
    surroundings: Surroundings,
) -> None:
    """Meets as many suppliers as leave most, of what he keeps of the better deal, after trouble
    and fear (Stigler's fixed sample, T15, T17, T45); with nothing to keep initiative dies."""
    won = bargaining_power(trader, surroundings) * surroundings.bargaining_room
    keeps = part_kept(trader, company, planner, levers, surroundings) * surroundings.order_usd
    fear = planner.surveillance * fear_of_contact(trader, planner, surroundings)
    price_of_one = surroundings.meeting_cost_usd + fear
    last = searches[len(searches) - 1]
    at_best = won * last.found_chance + max(0.0, -good.price_on_index * last.best_index)
    trader.meetings = 0
    most = 0.0
    for meetings in range(1, len(searches)):
        cost = price_of_one * meetings
        if keeps * at_best - cost <= most:
            break  # not even the best of all bargains would make up for so many meetings
        search = searches[meetings]
        better = won * search.found_chance - good.price_on_index * search.best_index
        if keeps * better - cost > most:
            most = keeps * better - cost
            trader.meetings = meetings


@rule
def find_supplier(trader: Trader, good: Good, surroundings: Surroundings, luck: Luck) -> None:
    """Best index among suppliers who can deliver (T15), then a bargain over the room between
    quote and cost (Nash, T17c). Who meets nobody takes a first offer as it is, from a seller who
    may let him down like any listed one."""
    trader.found = 0
    won = bargaining_power(trader, surroundings) * surroundings.bargaining_room
    if trader.meetings > 0:
        rank = best_of(luck.quote, trader.meetings, surroundings.seller_able_chance)
        if rank >= 1.0:
            return
    else:
        if trader.orders <= 0.0 or luck.seller < surroundings.seller_failure_chance:
            return
        rank = luck.quote
        won = 0.0
    trader.found = 1
    deviation = normal(rank)
    apart = good.quality_apart * normal(luck.quote_quality)
    trader.own_quality = good.quality_on_index * deviation + apart
    log_quote = good.price_on_index * deviation + surroundings.value_of_quality * apart
    trader.own_price = math.exp(log_quote) * (1.0 - won)


@rule
def place_orders(
    trader: Trader,
    company: Company,
    good: Good,
    planner: Planner,
    levers: Levers,
    surroundings: Surroundings,
) -> None:
    """Free orders and those to be approved are his to place; looked-up ones are directed, unless
    he proposes something of his own within tolerance of the fixed price (A3, A4)."""
    free = free_share(company, planner, levers)
    looked_up = trader.placed * (1.0 - free) * levers.online_lookup_share
    own = trader.placed - looked_up
    checked = trader.placed * (1.0 - free) * (1.0 - levers.online_lookup_share)
    trader.approved_orders = min(own, checked)  # rounding must leave no order below zero
    sought = own
    if levers.price_tolerance > 0.0 and trader.meetings > 0:
        sought = trader.placed
        if trader.found:
            if trader.own_price <= good.fixed_price * (1.0 + levers.price_tolerance):
                trader.proposed_orders = looked_up
            else:
                trader.rejected_orders = looked_up
    trader.own_orders = own + trader.proposed_orders
    trader.directed_orders = looked_up - trader.proposed_orders
    trader.contacts = trader.meetings * sought / surroundings.order_usd


@rule
def approval_months(planner: Planner, levers: Levers, surroundings: Surroundings) -> float:
    """Late approval takes the longer the more everybody is watched (A2: slower decisions)."""
    slowed = 1.0 + surroundings.decision_slowing * planner.surveillance
    return levers.approval_delay_months * slowed


@rule
def await_approval(
    trader: Trader, planner: Planner, levers: Levers, surroundings: Surroundings
) -> None:
    """A late official lets orders pile up; some of the pile falls through, a part is approved,
    and sellers charge for the wait (N1-N4; Bandiera et al. 2021)."""
    if trader.monitor_late:
        trader.own_orders -= trader.approved_orders
        trader.backlog += trader.approved_orders
        trader.approved_orders = 0.0
    trader.backlog -= surroundings.late_order_failure_chance * trader.backlog
    if trader.found:
        months = approval_months(planner, levers, surroundings)
        trader.late_orders = trader.backlog / months
        trader.backlog -= trader.late_orders
        trader.late_price = trader.own_price * (1.0 + surroundings.delay_premium * months)
        trader.late_months = months
