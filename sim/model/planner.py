"""The planner: what Pyongyang works out and fixes at the start of a month."""

from __future__ import annotations

import math

from .chance import GoodLuck, best_of, normal
from .reckoning import adjusted_price, defective_part, discounted_months
from .row import rule
from .settings import Levers, Surroundings
from .world import Good, Planner


@rule
def work_out_threats(planner: Planner, levers: Levers, surroundings: Surroundings) -> None:
    """Severity counts by discounted duration, so certainty deters more than severity (T37)."""
    months = discounted_months(levers.sentence_months, surroundings.discount_factor)
    planner.punishment_loss = surroundings.punishment_loss_usd * months
    watching = surroundings.call_up_per_surveillance * levers.surveillance
    planner.base_call_rate = levers.review_chance + watching
    planner.base_odds = levers.punish_base_chance / (1.0 - levers.punish_base_chance)


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
