"""Being watched, and being called to a review or home."""

from __future__ import annotations

import math

from .chance import Luck
from .reckoning import arrears_months
from .row import rule
from .settings import Levers, Surroundings
from .world import CALLED_HOME, CALLED_TO_REVIEW, NOT_CALLED, Company, Good, Planner, Trader


@rule
def be_watched(trader: Trader, planner: Planner, surroundings: Surroundings, luck: Luck) -> None:
    """Each contact is observed with chance ``surveillance`` (rounded by luck, so the mean is
    exact, T41); observed contacts build exposure, which fades."""
    trader.observed = int(planner.surveillance * trader.contacts + luck.observed)
    kept = trader.exposure * surroundings.exposure_kept
    trader.exposure = kept + surroundings.exposure_per_contact * trader.observed


@rule
def be_watched_at_the_border(
    trader: Trader, good: Good, planner: Planner, surroundings: Surroundings
) -> None:
    """Secret goods draw further watching, contact or no contact (evidence 1.4)."""
    if good.covert:
        seen = surroundings.covert_watch * planner.surveillance * trader.order_count
        trader.exposure += surroundings.exposure_per_contact * seen


@rule
def be_called(
    trader: Trader,
    company: Company,
    planner: Planner,
    levers: Levers,
    surroundings: Surroundings,
    luck: Luck,
) -> None:
    """After the term an order to come home; before, a review trip now and then, oftener with
    arrears and exposure (hazards, T42; the chance is never above the rate)."""
    if trader.called != NOT_CALLED:
        return
    if trader.months_posted >= levers.term_months and luck.recall < levers.recall_chance:
        trader.called = CALLED_HOME
        return
    owed = arrears_months(trader, company, levers, surroundings)
    rate = (
        planner.base_call_rate
        + surroundings.call_up_per_arrears_month * owed
        + surroundings.call_up_per_exposure * trader.exposure
    )
    if luck.call_up < rate and luck.call_up < -math.expm1(-rate):
        trader.called = CALLED_TO_REVIEW
