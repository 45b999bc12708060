"""The planner: what Pyongyang fixes at the start of a month, and how it adapts every quarter."""

from __future__ import annotations

import math

from .books import pay_watchers
from .chance import GoodLuck, best_of, normal
from .reckoning import adjusted_price, defective_part, discounted_months
from .row import rule
from .settings import Levers, Surroundings
from .world import DEFECTED, OVERSTAYING, VACANT, Company, Good, Outside, Planner, Trader


@rule
def open_month(planner: Planner, levers: Levers, surroundings: Surroundings) -> None:
    """Levers in force, with what the planner's own rules added; and what its threats weigh:
    severity counts by discounted duration, so certainty deters more than severity (T37)."""
    planner.surveillance = min(1.0, max(0.0, levers.surveillance + planner.surveillance_added))
    planner.authority_share = min(1.0, max(0.0, levers.authority_share + planner.authority_added))
    months = discounted_months(levers.sentence_months, surroundings.discount_factor)
    planner.punishment_loss = surroundings.punishment_loss_usd * months
    watching = surroundings.call_up_per_surveillance * planner.surveillance
    planner.base_call_rate = levers.review_chance + watching
    planner.base_odds = levers.punish_base_chance / (1.0 - levers.punish_base_chance)
    planner.control_cost = 0.0
    planner.repair_cost = 0.0


@rule
def announce(planner: Planner, announced: Levers, surroundings: Surroundings) -> None:
    """Announced sentences weigh beforehand, as far as announcements are trusted (assumption)."""
    months = discounted_months(announced.sentence_months, surroundings.discount_factor)
    loss = surroundings.punishment_loss_usd * months
    planner.loss_to_come = surroundings.announcement_trust * (loss - planner.punishment_loss)


@rule
def watch_posts(planner: Planner, outside: Outside, posts: int, levers: Levers) -> None:
    """Control has a price: every post watched costs in proportion to surveillance."""
    pay_watchers(planner, outside, levers.surveillance_cost_usd * planner.surveillance * posts)


@rule
def look_up_price(good: Good, levers: Levers, surroundings: Surroundings, luck: GoodLuck) -> None:
    """The lowest of n listings becomes the fixed price, its seller the fixed supplier (A3, T14)."""
    rank = best_of(luck.listing, levers.listings_looked_up, 1.0)
    correlation = surroundings.price_quality_correlation
    deviation = normal(rank)
    apart = math.sqrt(1.0 - correlation * correlation)
    good.fixed_price = math.exp(surroundings.price_sd * deviation)
    good.fixed_quality = correlation * deviation + apart * normal(luck.listing_quality)
    good.fixed_defects = defective_part(good.fixed_quality, surroundings)
    good.fixed_adjusted = adjusted_price(good.fixed_price, good.fixed_quality, surroundings)


@rule
def take_note(
    planner: Planner, trader: Trader, company: Company, surroundings: Surroundings, levers: Levers
) -> None:
    """What reaches Pyongyang: who is absent, declared earnings and quota by company, prices on
    own and on directed orders, and of their quality only the part it takes notice of (T29)."""
    if trader.status != VACANT or trader.left == DEFECTED:
        planner.abroad += 1.0
    if trader.status == OVERSTAYING or trader.left == DEFECTED:
        planner.absent += 1.0
    company.earnings += trader.margin_kept + trader.commission_paid
    company.quota_due += trader.quota_due
    company.quota_paid += (
        trader.quota_from_income + trader.quota_from_company + trader.quota_from_savings
    )
    seen = surroundings.value_of_quality * levers.quality_seen_share
    fixed = trader.delivered - trader.own_delivered
    fixed_paid = trader.paid - trader.own_paid
    fixed_quality = trader.quality_value - trader.own_quality_value
    planner.own_value += trader.own_delivered
    planner.own_gain += trader.own_delivered - trader.own_paid + seen * trader.own_quality_value
    planner.fixed_value += fixed
    planner.fixed_gain += fixed - fixed_paid + seen * fixed_quality


@rule
def revise_quota(company: Company, levers: Levers) -> None:
    """Earnings above quota raise it by a part of the excess (ratchet, Weitzman 1980, T23-T25);
    a company that paid too little is given relief (2017, evidence 2.2)."""
    if company.quota_due > 0.0:
        excess = max(0.0, company.earnings / company.quota_due - 1.0)
        change = levers.quota_ratchet * excess
        if company.quota_paid < levers.relief_below_share * company.quota_due:
            change -= levers.quota_relief
        company.quota_factor *= 1.0 + change
    company.earnings = 0.0
    company.quota_due = 0.0
    company.quota_paid = 0.0


@rule
def revise_surveillance(planner: Planner, levers: Levers) -> None:
    """Surveillance rises while more traders are absent than is tolerated, and falls while fewer
    are (T27); where fear makes traders stay away it feeds on itself (T28)."""
    if planner.abroad > 0.0:
        excess = planner.absent / planner.abroad - levers.tolerated_absence
        added = planner.surveillance_added + levers.surveillance_gain * excess
        planner.surveillance_added = min(1.0, max(-1.0, added))
    planner.abroad = 0.0
    planner.absent = 0.0


@rule
def revise_authority(planner: Planner, levers: Levers) -> None:
    """Authority moves towards what seemed to gain more, once it beats the wish to keep control
    (T29; Fehr, Herz and Wilkening)."""
    if planner.own_value > 0.0 and planner.fixed_value > 0.0:
        own = planner.own_gain / planner.own_value
        advantage = own - planner.fixed_gain / planner.fixed_value - levers.control_premium
        added = planner.authority_added + levers.authority_gain * advantage
        planner.authority_added = min(1.0, max(-1.0, added))
    planner.own_value = 0.0
    planner.own_gain = 0.0
    planner.fixed_value = 0.0
    planner.fixed_gain = 0.0
