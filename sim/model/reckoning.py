"""Reckonings that several actors share."""

from __future__ import annotations

import math

from .row import rule
from .settings import Levers, Surroundings
from .world import MONTHS_IN_YEAR, Company, Trader


@rule
def discounted_months(months: float, discount: float) -> float:
    """Worth today of one dollar a month for so many months: (1 - b**m) / (1 - b)."""
    return (1.0 - discount**months) / (1.0 - discount)


@rule
def monthly_quota(trader: Trader, company: Company, levers: Levers) -> float:
    """The quota of a post: the lever, the post's own size, and its company's revisions."""
    return levers.quota_usd * trader.quota_factor * company.quota_factor


@rule
def levies_a_month(levers: Levers) -> float:
    """The regular levies of a year, spread over its months."""
    return levers.levy_usd * levers.levies_per_year / MONTHS_IN_YEAR


@rule
def arrears_months(
    trader: Trader, company: Company, levers: Levers, surroundings: Surroundings
) -> float:
    """Arrears in months of his quota, as far as they count."""
    quota = monthly_quota(trader, company, levers)
    if quota <= 0.0:
        return 0.0
    return min(trader.arrears / quota, surroundings.arrears_months_counted)


@rule
def defective_part(quality: float, surroundings: Surroundings) -> float:
    """The log-odds of a defect fall evenly with quality (evidence 3)."""
    average = surroundings.defect_share / (1.0 - surroundings.defect_share)
    odds = average * math.exp(-surroundings.defect_slope * quality)
    return odds / (1.0 + odds)


@rule
def adjusted_price(price: float, quality: float, surroundings: Surroundings) -> float:
    """Price at constant quality: what goods of average quality would cost for the same bargain."""
    return price * math.exp(-surroundings.value_of_quality * quality)
