"""Being watched and called, and the choice to stay, go home, overstay or defect."""

from __future__ import annotations

import math

from .books import bring_savings, pay_living, take_savings_away
from .chance import Luck, normal
from .reckoning import arrears_months, discounted_months
from .row import rule
from .settings import Cohort, Levers, Surroundings
from .world import (
    CALLED_HOME,
    CALLED_TO_REVIEW,
    CAME_HOME,
    CAUGHT,
    CLEARED,
    DEFECT,
    DEFECTED,
    GO_HOME,
    NOT_CALLED,
    OVERSTAY,
    OVERSTAYING,
    POSTED,
    PUNISHED,
    STAY,
    VACANT,
    Good,
    Outside,
    Planner,
    Today,
    Trader,
)


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
    trader: Trader, planner: Planner, levers: Levers, surroundings: Surroundings, luck: Luck
) -> None:
    """After the term an order to come home; before, a review trip now and then, oftener with
    arrears and exposure (hazards, T42)."""
    if trader.called != NOT_CALLED:
        return
    if trader.months_posted >= levers.term_months and luck.recall < levers.recall_chance:
        trader.called = CALLED_HOME
        return
    owed = arrears_months(trader, levers, surroundings)
    rate = (
        planner.base_call_rate
        + surroundings.call_up_per_arrears_month * owed
        + surroundings.call_up_per_exposure * trader.exposure
    )
    if luck.call_up < -math.expm1(-rate):
        trader.called = CALLED_TO_REVIEW


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
def worth_of_savings(savings: float, surroundings: Surroundings) -> float:
    """Savings taken home are worth less the more there are: K ln(1 + S / K) (assumption)."""
    scale = surroundings.savings_scale_usd
    return surroundings.savings_value_share * scale * math.log1p(savings / scale)


@rule
def months_ahead(savings: float, burn: float, surroundings: Surroundings) -> float:
    """The runway: how long savings last at this burn, at least 1 and at most the horizon."""
    if burn <= 0.0:
        return surroundings.horizon_months
    return max(1.0, min(surroundings.horizon_months, savings / burn))


@rule
def value_of_staying(
    trader: Trader, planner: Planner, levers: Levers, surroundings: Surroundings
) -> float:
    """Over going home: pay and postponed punishment for as long as money lasts, less the savings
    it costs (A10, T38). Who cannot pay for a month runs up debts that weigh like savings lost, and
    fears what arrears bring: so thin savings push home."""
    months = months_ahead(trader.savings, -trader.net_flow, surroundings)
    lived = discounted_months(months, surroundings.discount_factor)
    postponed = 1.0 - surroundings.discount_factor**months
    loss = trader.belief * planner.punishment_loss
    then = max(0.0, trader.savings + trader.net_flow * months)
    value = (surroundings.value_posted_usd - surroundings.value_home_usd) * lived
    value += worth_of_savings(then, surroundings) - worth_of_savings(trader.savings, surroundings)
    value += postponed * loss
    short = -trader.net_flow - trader.savings
    if short > 0.0:
        value -= surroundings.savings_value_share * short
        worse_case = surroundings.punish_per_arrears_month * (1.0 - trader.belief)
        value -= loss * (
            surroundings.call_up_per_arrears_month + worse_case * planner.base_call_rate
        )
    return value


@rule
def value_of_overstaying(
    trader: Trader, belief_home: float, planner: Planner, surroundings: Surroundings
) -> float:
    """Over going home: a life in hiding until money runs out or he is caught, then home all the
    same, with more to answer for (A10, S5). Who has not even a month's living lives in want."""
    caught = surroundings.caught_chance
    months = months_ahead(trader.savings, surroundings.overstay_burn_usd, surroundings)
    lived = discounted_months(months, surroundings.discount_factor)
    free = surroundings.discount_factor * (1.0 - caught)
    still_free = free**months
    then = max(0.0, trader.savings - surroundings.overstay_burn_usd * months)
    later = min(1.0, trader.belief + surroundings.overstay_punish_chance)
    risk = caught * (1.0 - still_free) / (1.0 - free) + still_free * later
    value = (surroundings.value_illegal_usd - surroundings.value_home_usd) * lived
    value += worth_of_savings(then, surroundings) - worth_of_savings(trader.savings, surroundings)
    short = surroundings.overstay_burn_usd - trader.savings
    if short > 0.0:
        value -= surroundings.savings_value_share * short
    return value + planner.punishment_loss * (belief_home - risk)


@rule
def value_of_defecting(
    trader: Trader, belief_home: float, planner: Planner, surroundings: Surroundings
) -> float:
    """Over going home: another life and no review; but exile, savings that count as lost, and a
    family at home that pays for it (N12, T43)."""
    value = surroundings.exile_value_usd - surroundings.exile_cost_usd
    value -= surroundings.hostage_cost_usd * trader.has_family
    value += belief_home * planner.punishment_loss
    return value - worth_of_savings(trader.savings, surroundings)


@rule
def weigh_leaving(
    trader: Trader, planner: Planner, levers: Levers, surroundings: Surroundings, luck: Luck
) -> None:
    """Now and then, and always when called, he weighs the four ways; values decide up to logit
    noise (A9, A10, T35). Called to review he may obey and, if cleared, return; called home he
    may not stay; an overstayer goes on or gives up."""
    if trader.called == NOT_CALLED and luck.reconsider >= surroundings.reconsider_chance:
        return
    belief_home = trader.belief
    may_stay = trader.status == POSTED and trader.called != CALLED_HOME
    if trader.status == OVERSTAYING:
        belief_home = min(1.0, trader.belief + surroundings.overstay_punish_chance)
    trader.value_stay = 0.0
    if may_stay:
        trader.value_stay = value_of_staying(trader, planner, levers, surroundings)
    if trader.called == CALLED_TO_REVIEW:
        trader.value_stay = (1.0 - trader.belief) * max(0.0, trader.value_stay)
    trader.value_overstay = value_of_overstaying(trader, belief_home, planner, surroundings)
    trader.value_defect = value_of_defecting(trader, belief_home, planner, surroundings)
    trader.choice = choose(trader, may_stay, surroundings.choice_noise_usd, luck.choice)


@rule
def choose(trader: Trader, may_stay: bool, noise: float, uniform: float) -> int:
    """Logit choice (McFadden; T35): odds are exponentials of value over noise; going home is the
    zero of values."""
    best = max(0.0, trader.value_overstay, trader.value_defect)
    if may_stay:
        best = max(best, trader.value_stay)
    stay = 0.0
    if may_stay:
        stay = math.exp((trader.value_stay - best) / noise)
    home = math.exp(-best / noise)
    overstay = math.exp((trader.value_overstay - best) / noise)
    defect = math.exp((trader.value_defect - best) / noise)
    mark = uniform * (stay + home + overstay + defect)
    if mark < stay:
        return STAY
    if mark < stay + home:
        return GO_HOME
    if mark < stay + home + overstay:
        return OVERSTAY
    return DEFECT


@rule
def act_on_choice(trader: Trader, outside: Outside) -> None:
    """Going home and obeying a call lead before the board; overstaying blocks the post."""
    if trader.choice == GO_HOME or trader.choice == STAY and trader.called == CALLED_TO_REVIEW:
        trader.reviewed = 1
    elif trader.choice == OVERSTAY:
        trader.status = OVERSTAYING
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
    trader.spent = 0
    trader.missed = 0
    update_belief(trader, surroundings)


@rule
def first_savings(typical: float, cohort: Cohort, luck: Luck) -> float:
    """Savings brought along, spread log-normally."""
    return typical * math.exp(cohort.savings_spread * normal(luck.new_savings))


@rule
def refill(
    trader: Trader,
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
    expect_flow(trader, levers, surroundings)
    typical = cohort.newcomer_savings_ratio * cohort.savings_usd
    bring_savings(outside, trader, first_savings(typical, cohort, luck))


@rule
def expect_flow(trader: Trader, levers: Levers, surroundings: Surroundings) -> None:
    """Before the first month he reckons with salary, living cost and what the company may leave
    of the quota."""
    uncovered = 1.0 - surroundings.company_cover_chance
    quota = levers.quota_usd * trader.quota_factor * uncovered
    trader.net_flow = surroundings.salary_usd - surroundings.living_cost_usd - quota
