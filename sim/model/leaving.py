"""What becomes of a choice and a verdict: postings end, and posts are taken up anew."""

from __future__ import annotations

import math

from .books import bring_savings, pay_living, take_savings_away
from .chance import Luck, normal
from .reckoning import levies_a_month, monthly_quota
from .row import rule
from .settings import Cohort, Levers, Surroundings
from .world import (
    CALLED_TO_REVIEW,
    CAME_HOME,
    CAUGHT,
    CLEARED,
    DEFECT,
    DEFECTED,
    GO_HOME,
    OVERSTAY,
    OVERSTAYING,
    POSTED,
    PUNISHED,
    STAY,
    VACANT,
    Company,
    Outside,
    Today,
    Trader,
)


@rule
def use_up_savings(trader: Trader, outside: Outside, surroundings: Surroundings) -> None:
    """An overstayer neither trades nor pays quota; he lives on what he has."""
    pay_living(trader, outside, min(surroundings.overstay_burn_usd, trader.savings))


@rule
def note_spent_savings(trader: Trader, today: Today) -> None:
    """Notes the month in which savings were first spent."""
    if trader.savings <= 0.0 and trader.spent == 0:
        trader.spent = today.month + 1


@rule
def act_on_choice(trader: Trader, outside: Outside, today: Today) -> None:
    """Going home and obeying a call lead before the board; overstaying blocks the post, and its
    first month is noted."""
    if trader.choice == GO_HOME or trader.choice == STAY and trader.called == CALLED_TO_REVIEW:
        trader.reviewed = 1
    elif trader.choice == OVERSTAY:
        trader.status = OVERSTAYING
        if trader.overstayed == 0:
            trader.overstayed = today.month + 1
    elif trader.choice == DEFECT:
        leave(trader, outside, DEFECTED)


@rule
def may_be_caught(trader: Trader, outside: Outside, surroundings: Surroundings, luck: Luck) -> None:
    """An overstayer who is caught is sent back and punished."""
    if luck.caught < surroundings.caught_chance:
        leave(trader, outside, CAUGHT)


@rule
def leave(trader: Trader, outside: Outside, how: int) -> None:
    """The posting ends and the post falls empty; savings go along."""
    take_savings_away(trader, outside, trader.savings)
    trader.arrears = 0.0
    trader.status = VACANT
    trader.left = how


@rule
def live_with_verdict(trader: Trader, outside: Outside) -> None:
    """The punished are gone; the cleared return to their posts from a review trip, and know that
    one can be cleared."""
    if trader.verdict != CLEARED:
        leave(trader, outside, PUNISHED)
    elif trader.choice == GO_HOME:
        leave(trader, outside, CAME_HOME)
    else:
        trader.cleared_seen += 1.0


@rule
def update_belief(trader: Trader, surroundings: Surroundings) -> None:
    """Cases he knows of count, fade, and leave the prior behind (T30)."""
    trader.punished_seen *= surroundings.belief_kept
    trader.cleared_seen *= surroundings.belief_kept
    trader.punished_seen += trader.heard_punished
    trader.cleared_seen += trader.heard_cleared
    trader.heard_punished = 0.0
    trader.heard_cleared = 0.0
    punished = surroundings.belief_punished + trader.punished_seen
    cleared = surroundings.belief_cleared + trader.cleared_seen
    trader.belief = punished / (punished + cleared)


@rule
def settle_in(trader: Trader, cohort: Cohort, surroundings: Surroundings, luck: Luck) -> None:
    """What every occupant of a post starts with, apart from savings."""
    trader.status = POSTED
    trader.has_family = 1
    if luck.new_family < cohort.without_family_share:
        trader.has_family = 0
    power = cohort.bargaining_share + cohort.bargaining_spread * normal(luck.new_bargaining)
    trader.bargaining = max(0.0, min(1.0, power))
    trader.exposure = 0.0
    trader.failure = 0.0
    trader.heard_punished = 0.0
    trader.heard_cleared = 0.0
    trader.punished_seen = 0.0
    trader.cleared_seen = 0.0
    trader.backlog = 0.0
    trader.waiting = 0.0
    trader.value_stay = 0.0
    trader.flow_to_come = 0.0
    trader.spent = 0
    trader.missed = 0
    trader.overstayed = 0
    update_belief(trader, surroundings)


@rule
def first_savings(typical: float, cohort: Cohort, luck: Luck) -> float:
    """Savings brought along, spread log-normally."""
    return typical * math.exp(cohort.savings_spread * normal(luck.new_savings))


@rule
def refill(
    trader: Trader,
    company: Company,
    outside: Outside,
    today: Today,
    cohort: Cohort,
    levers: Levers,
    surroundings: Surroundings,
    luck: Luck,
) -> None:
    """An empty post is filled after a while by somebody with less money and less skill (A14)."""
    if trader.left or luck.refill >= surroundings.refill_chance:
        return
    settle_in(trader, cohort, surroundings, luck)
    trader.occupant += 1
    trader.began = today.month + 1
    trader.months_posted = 0
    trader.experience = cohort.newcomer_experience
    expect_flow(trader, company, levers, surroundings)
    typical = cohort.newcomer_savings_ratio * cohort.savings_usd
    bring_savings(outside, trader, first_savings(typical, cohort, luck))


@rule
def expect_flow(
    trader: Trader, company: Company, levers: Levers, surroundings: Surroundings
) -> None:
    """Before the first month he reckons with salary, living cost, the regular levies, and what the
    company may leave of the quota."""
    uncovered = 1.0 - surroundings.company_cover_chance
    quota = monthly_quota(trader, company, levers) * uncovered
    income = surroundings.salary_usd - surroundings.living_cost_usd
    trader.net_flow = income - quota - levies_a_month(levers)
