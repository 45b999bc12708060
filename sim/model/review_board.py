"""The review board: whom it punishes, and the cases it must produce."""

from __future__ import annotations

import math

from .books import pay_bribe
from .chance import Luck
from .reckoning import arrears_months
from .row import rule
from .settings import Levers, Surroundings
from .world import (
    BANISHED,
    CLEARED,
    MONTHS_IN_YEAR,
    OVERSTAYING,
    REEDUCATED,
    WORSE,
    Company,
    Outside,
    Planner,
    ReviewBoard,
    Trader,
)


@rule
def open_session(
    board: ReviewBoard, posts: int, levers: Levers, surroundings: Surroundings
) -> None:
    """Every agent owes so many cases a year, guilty or not (order of October 2022, evidence 2.8);
    what is owed is spread over whoever comes this month."""
    agents = posts / surroundings.posts_per_agent
    board.cases_owed += agents * levers.forced_cases_per_year / MONTHS_IN_YEAR
    board.forced_chance = 0.0
    if board.called > 0:
        board.forced_chance = min(1.0, board.cases_owed / board.called)


@rule
def punishment_chance(
    trader: Trader,
    company: Company,
    planner: Planner,
    levers: Levers,
    surroundings: Surroundings,
) -> float:
    """Contacts, arrears and failed deliveries raise the odds of punishment (A9: contacts, talk,
    performance); coming home late adds to the chance."""
    owed = arrears_months(trader, company, levers, surroundings)
    held_against = (
        surroundings.punish_per_exposure * trader.exposure
        + surroundings.punish_per_arrears_month * owed
        + surroundings.punish_per_failure * trader.failure
    )
    if trader.bribe_paid > 0.0:
        held_against -= surroundings.relief_per_bribe * trader.bribe_paid / surroundings.bribe_usd
    chance = 0.0
    if planner.base_odds > 0.0:
        chance = planner.base_odds / (planner.base_odds + math.exp(-held_against))
    if trader.status == OVERSTAYING:
        chance = min(1.0, chance + surroundings.overstay_punish_chance)
    return chance


@rule
def offer_bribe(trader: Trader, outside: Outside, surroundings: Surroundings) -> None:
    """Who comes before the board pays those who sit on it, as far as he can (evidence 2.9)."""
    if trader.reviewed:
        pay_bribe(trader, outside, min(surroundings.bribe_usd, trader.savings))


@rule
def sentence(luck: Luck, surroundings: Surroundings) -> int:
    """How hard the punishment is (A9)."""
    if luck.severity < surroundings.reeducation_share:
        return REEDUCATED
    if luck.severity < surroundings.reeducation_share + surroundings.banishment_share:
        return BANISHED
    return WORSE


@rule
def review(
    trader: Trader,
    company: Company,
    board: ReviewBoard,
    planner: Planner,
    levers: Levers,
    surroundings: Surroundings,
    luck: Luck,
) -> None:
    """Guilty by his record, or else, perhaps, used to fill the board's quota of cases."""
    guilty = luck.verdict < punishment_chance(trader, company, planner, levers, surroundings)
    if guilty or luck.forced < board.forced_chance:
        trader.verdict = sentence(luck, surroundings)
        board.punished += 1
    else:
        trader.verdict = CLEARED


@rule
def close_session(board: ReviewBoard) -> None:
    """Every punishment, deserved or not, counts towards the cases owed."""
    board.cases_owed = max(0.0, board.cases_owed - board.punished)
