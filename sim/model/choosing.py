"""What a trader weighs: to stay, to go home, to overstay or to defect."""

from __future__ import annotations

import math

from .chance import Luck
from .reckoning import discounted_months, levies_a_month, monthly_quota
from .row import rule
from .settings import Levers, Surroundings
from .world import (
    CALLED_HOME,
    CALLED_TO_REVIEW,
    DEFECT,
    GO_HOME,
    NOT_CALLED,
    OVERSTAY,
    OVERSTAYING,
    POSTED,
    STAY,
    Company,
    Planner,
    Trader,
)


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
def reckon_with_announced(
    trader: Trader, company: Company, levers: Levers, announced: Levers, surroundings: Surroundings
) -> None:
    """What announced quotas and yearly levies would change in his cash flow, as far as he trusts
    announcements; once they hold, that gives way to his feeling at its own pace (assumption)."""
    uncovered = 1.0 - surroundings.company_cover_chance
    quota = monthly_quota(trader, company, announced) - monthly_quota(trader, company, levers)
    levies = levies_a_month(announced) - levies_a_month(levers)
    asked = surroundings.announcement_trust * (quota * uncovered + levies)
    trader.flow_to_come *= 1.0 - surroundings.flow_weight
    if asked != 0.0:
        trader.flow_to_come = -asked


@rule
def worth_of_posted_months(
    trader: Trader,
    months: float,
    flow: float,
    held: float,
    planner: Planner,
    surroundings: Surroundings,
) -> float:
    """Over going home at once: pay and postponed punishment for so many months in post, less the
    savings they cost; ``held`` is what his savings are worth to him now (A10, T38)."""
    lived = discounted_months(months, surroundings.discount_factor)
    postponed = 1.0 - surroundings.discount_factor**months
    then = max(0.0, trader.savings + flow * months)
    value = (surroundings.value_posted_usd - surroundings.value_home_usd) * lived
    value += worth_of_savings(then, surroundings) - held
    value += postponed * trader.belief * planner.punishment_loss
    return value - (1.0 - postponed) * trader.belief * planner.loss_to_come


@rule
def value_of_staying(
    trader: Trader, planner: Planner, levers: Levers, surroundings: Surroundings
) -> float:
    """Over going home: the best of a month more or of all, half, a quarter and so on of his
    horizon, as far as money lasts, for he may go home any month (a return is timed: Burda 1995).
    Who cannot pay for a month runs up debts that weigh like savings lost, and fears what arrears
    bring: so thin savings push home."""
    flow = trader.net_flow + trader.flow_to_come
    held = worth_of_savings(trader.savings, surroundings)
    value = worth_of_posted_months(trader, 1.0, flow, held, planner, surroundings)
    most = months_ahead(trader.savings, -flow, surroundings)
    months = surroundings.horizon_months
    while months > 1.0:
        if months <= most:
            longer = worth_of_posted_months(trader, months, flow, held, planner, surroundings)
            value = max(value, longer)
        months *= 0.5
    short = -flow - trader.savings
    if short > 0.0:
        loss = trader.belief * planner.punishment_loss
        value -= surroundings.savings_value_share * short
        worse_case = surroundings.punish_per_arrears_month * (1.0 - trader.belief)
        value -= loss * (
            surroundings.call_up_per_arrears_month + worse_case * planner.base_call_rate
        )
    return value


@rule
def worth_of_hidden_months(
    trader: Trader,
    months: float,
    belief_home: float,
    held: float,
    planner: Planner,
    surroundings: Surroundings,
) -> float:
    """Over going home at once: a life in hiding for so many months or until he is caught, then home
    all the same, with more to answer for (A10, S5)."""
    caught = surroundings.caught_chance
    lived = discounted_months(months, surroundings.discount_factor)
    free = surroundings.discount_factor * (1.0 - caught)
    still_free = free**months
    then = max(0.0, trader.savings - surroundings.overstay_burn_usd * months)
    later = min(1.0, trader.belief + surroundings.overstay_punish_chance)
    risk = caught * (1.0 - still_free) / (1.0 - free) + still_free * later
    value = (surroundings.value_illegal_usd - surroundings.value_home_usd) * lived
    value += worth_of_savings(then, surroundings) - held
    return value + planner.punishment_loss * (belief_home - risk) - planner.loss_to_come * risk


@rule
def value_of_overstaying(
    trader: Trader, belief_home: float, planner: Planner, surroundings: Surroundings
) -> float:
    """Over going home: the best of hiding for longer or shorter, as far as money lasts, for he may
    give up any month. Who has not even a month's living lives in want."""
    held = worth_of_savings(trader.savings, surroundings)
    value = worth_of_hidden_months(trader, 1.0, belief_home, held, planner, surroundings)
    most = months_ahead(trader.savings, surroundings.overstay_burn_usd, surroundings)
    months = surroundings.horizon_months
    while months > 1.0:
        if months <= most:
            longer = worth_of_hidden_months(
                trader, months, belief_home, held, planner, surroundings
            )
            value = max(value, longer)
        months *= 0.5
    short = surroundings.overstay_burn_usd - trader.savings
    if short > 0.0:
        value -= surroundings.savings_value_share * short
    return value


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
