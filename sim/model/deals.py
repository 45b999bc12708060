"""A trader's deals: delivery, what was paid, and who gets what of the difference."""

from __future__ import annotations

from .books import (
    pay_bonus,
    pay_commission,
    pay_company_margin,
    pay_directed_margin,
    pay_hidden_margin,
    pay_margin,
    pay_monitor,
    pay_repairs,
    pay_sellers,
)
from .chance import Luck
from .reckoning import adjusted_price, defective_part
from .row import rule
from .settings import Levers, Surroundings
from .world import Company, Good, Outside, Planner, Today, Trader


@rule
def book_delivery(
    trader: Trader, value: float, price: float, quality: float, adjusted: float, defects: float
) -> None:
    """Writes one delivery, of so much value at the reference price, on the trader's page."""
    trader.delivered += value
    trader.paid += value * price
    trader.quality_value += value * quality
    trader.adjusted_value += value * adjusted
    trader.defective += value * defects


@rule
def deliver_own(
    trader: Trader,
    value: float,
    price: float,
    hidden: float,
    worth: float,
    defects: float,
    planner: Planner,
    outside: Outside,
) -> None:
    """An order of his own: sellers get their price, the state pays what he declares."""
    declared = price + hidden
    book_delivery(trader, value, declared, trader.own_quality, declared * worth, defects)
    trader.own_delivered += value
    trader.own_paid += value * declared
    trader.own_quality_value += value * trader.own_quality
    pay_sellers(planner, outside, trader, value * price)
    pay_hidden_margin(planner, trader, value * hidden)


@rule
def take_own_delivery(
    trader: Trader, planner: Planner, outside: Outside, surroundings: Surroundings
) -> None:
    """Own suppliers were chosen for being able to deliver: unchecked orders, looked-up ones
    within tolerance, and what an official approved at last."""
    if trader.found:
        worth = adjusted_price(1.0, trader.own_quality, surroundings)
        bad = defective_part(trader.own_quality, surroundings)
        price, hidden = trader.own_price, trader.hidden_part
        unchecked = trader.own_orders - trader.proposed_orders
        deliver_own(trader, unchecked, price, hidden, worth, bad, planner, outside)
        if trader.proposed_orders > 0.0:
            hidden = trader.hidden_in_proposals
            proposed = trader.proposed_orders
            deliver_own(trader, proposed, price, hidden, worth, bad, planner, outside)
        if trader.late_orders > 0.0:
            price, hidden, late = trader.late_price, trader.hidden_part, trader.late_orders
            deliver_own(trader, late, price, hidden, worth, bad, planner, outside)


@rule
def take_directed_delivery(
    trader: Trader,
    good: Good,
    planner: Planner,
    outside: Outside,
    surroundings: Surroundings,
    luck: Luck,
) -> None:
    """A fixed supplier may not honour the listed price (T17b)."""
    if luck.seller >= surroundings.seller_failure_chance:
        value = trader.directed_orders
        book_delivery(
            trader,
            value,
            good.fixed_price,
            good.fixed_quality,
            good.fixed_adjusted,
            good.fixed_defects,
        )
        pay_sellers(planner, outside, trader, value * good.fixed_price)


@rule
def cross_the_border(trader: Trader, good: Good, surroundings: Surroundings, luck: Luck) -> None:
    """Secret deliveries may be seized, paid for as they are (evidence 1.4, 2.6)."""
    if good.covert and luck.border < surroundings.seizure_chance:
        trader.seized = trader.delivered


@rule
def repair_and_answer(
    trader: Trader, planner: Planner, outside: Outside, surroundings: Surroundings
) -> None:
    """Defects cost the state repairs; defects, seizures and orders that failed are blamed on the
    trader, who is forgiven slowly."""
    pay_repairs(planner, outside, surroundings.repair_share * trader.defective)
    trader.failure = trader.failure * surroundings.failure_kept
    if trader.orders > 0.0:
        short = max(0.0, trader.orders - trader.delivered)
        trader.failure += (short + trader.seized + trader.defective) / trader.orders


@rule
def saved_on(value: float, price: float, hidden: float) -> float:
    """What declared prices left of the reference price; a loss stays with the state."""
    return max(0.0, value * (1.0 - (price + hidden)))


@rule
def share_margin(
    trader: Trader,
    company: Company,
    planner: Planner,
    outside: Outside,
    levers: Levers,
    surroundings: Surroundings,
) -> None:
    """What his own bargains saved, less what a late official keeps of it, is shared by state,
    company and trader; directed orders leave no margin unless the planner says so (A6, A7)."""
    if trader.found:
        saved = saved_on(
            trader.own_orders - trader.proposed_orders, trader.own_price, trader.hidden_part
        ) + saved_on(trader.proposed_orders, trader.own_price, trader.hidden_in_proposals)
        late = saved_on(trader.late_orders, trader.late_price, trader.hidden_part)
        taken = surroundings.monitor_capture_share * late
        pay_monitor(planner, outside, trader, taken)
        trader.paid += taken
        trader.own_paid += taken
        trader.adjusted_value += adjusted_price(taken, trader.own_quality, surroundings)
        margin = saved + late - taken
        pay_margin(planner, trader, levers.margin_retention * margin)
        pay_company_margin(planner, company, trader, levers.company_margin_share * margin)


@rule
def leave_margin_on_directed(trader: Trader, good: Good, planner: Planner, levers: Levers) -> None:
    """A part of what a fixed price saved may be left to the trader (none now, A7)."""
    delivered = trader.delivered - trader.own_delivered
    saved = saved_on(delivered, good.fixed_price, 0.0)
    pay_directed_margin(planner, trader, levers.directed_margin_share * saved)


@rule
def earn_bonus(trader: Trader, planner: Planner, levers: Levers) -> None:
    """A bonus, without authority, on what he saved on orders approved in time: who waits for a
    late official misses it (assumption; in Punjab incentives worked only under prompt monitors,
    N3, Bandiera et al. 2021)."""
    if trader.found:
        saved = saved_on(trader.approved_orders, trader.own_price, trader.hidden_part)
        pay_bonus(planner, trader, levers.saving_bonus_share * saved)


@rule
def earn_commission(
    trader: Trader, company: Company, today: Today, outside: Outside, surroundings: Surroundings
) -> None:
    """A commission on exports of home products, in proportion to the effort he puts in."""
    sold = today.exports_usd * company.effort
    pay_commission(outside, trader, surroundings.commission_share * sold)


@rule
def practise(trader: Trader, surroundings: Surroundings) -> None:
    """Skill grows with deals of his own and fades without them (A14)."""
    kept = trader.experience * (1.0 - surroundings.forgetting)
    own_part = 0.0
    if trader.orders > 0.0:
        own_part = min(1.0, trader.own_delivered / trader.orders)
    trader.experience = kept + surroundings.learning * own_part * (1.0 - kept)


@rule
def note_closing_time(trader: Trader) -> None:
    """Deals close in the month they are placed, late ones when they are approved."""
    if trader.found:
        trader.closing = trader.late_orders * trader.late_months
