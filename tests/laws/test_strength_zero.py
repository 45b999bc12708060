"""Strength zero means gone (T47): a mechanism whose settings are zero leaves every bit of every
life as if its lines did not stand in the model at all, whatever its luck; and with its strength
back, its lines do matter.

The other month is the model's own source with lines left out (tests/variants.py), so a line that
is renamed or moved makes these tests fail rather than pass by oversight.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pytest

from sim.model import (
    cash,
    choosing,
    companies,
    deals,
    hiding,
    markets,
    news,
    planner,
    trading,
    watching,
)
from sim.model import review_board as board
from sim.model.month import month
from sim.scenario_file import Given
from tests.bare import bare_course, bits, lived_by_agents, lived_by_rows
from tests.variants import calls_of, without

# A world in which everything is at work that defaults leave out.
ON = (
    "cohort.posts=48",
    "cohort.companies=6",
    "cohort.russia_share=0.2",
    "cohort.without_family_share=0.3",
    "cohort.savings_usd=8000",
    "surroundings.unrecorded_ratio=1",
    "surroundings.russia_delivers=0.5",
    "surroundings.seizure_chance=0.2",
    "surroundings.exposure_per_contact=0.05",
    "surroundings.covert_watch=5",
    "surroundings.exposure_per_detection=2",
    "surroundings.hostage_cost_usd=10000",
    "surroundings.value_illegal_usd=700",
    "levers.autonomy_tiers=2",
    "levers.directed_margin_share=0.1",
    "levers.saving_bonus_share=0.1",
    "levers.open_area_share=0.2",
    "levers.extra_levy_usd=50",
    "levers.surveillance=0.3",
    "levers.surveillance_gain=0.5",
    "levers.authority_gain=0.5",
    "levers.quota_ratchet=0.3",
    "levers.quota_relief=0.1",
    "levers.relief_below_share=0.98",
)
MONTHS = ("2023-01", "2025-06")
ANNOUNCED = tuple(
    Given("levers", name, value, "here", first="2024-07", announced="2023-03")
    for name, value in {"quota_usd": 1000, "levy_usd": 500, "sentence_months": 12}.items()
)


@dataclass(frozen=True)
class Mechanism:
    """What is set to zero; the lines of the month to leave out; rules to change; its luck."""

    zero: str
    lines: str = ""
    rules: Callable[[], dict] = dict
    luck: str = ""

    def settings(self):
        return self.zero.split()

    def month(self):
        return without(month, *(f"{name}(" for name in self.lines.split()), **self.rules())


def free_for_all(rule, **more):
    """A rule that knows no company tiers."""
    anywhere = without(
        trading.free_share,
        "return 0.0",
        instead={"company.tier <= levers.autonomy_tiers": "True"},
    )
    return without(rule, free_share=anywhere, **more)


def with_verdict_less(*statements, instead=None, **rules):
    """The review, with some statements of the chance of punishment left out."""
    chance = without(board.punishment_chance, *statements, instead=instead, **rules)
    return without(board.review, punishment_chance=chance)


def without_worth_of_savings():
    """The choice of somebody to whom savings are worth nothing."""
    nothing = without(
        choosing.worth_of_savings,
        instead={"surroundings.savings_value_share * scale * math.log1p(savings / scale)": "0.0"},
    )
    return without(
        choosing.weigh_leaving,
        value_of_staying=without(
            choosing.value_of_staying,
            "value -= surroundings.savings_value_share",
            worth_of_savings=nothing,
            worth_of_posted_months=without(
                choosing.worth_of_posted_months, worth_of_savings=nothing
            ),
        ),
        value_of_overstaying=without(
            choosing.value_of_overstaying,
            "value -= surroundings.savings_value_share",
            worth_of_savings=nothing,
            worth_of_hidden_months=without(
                choosing.worth_of_hidden_months, worth_of_savings=nothing
            ),
        ),
        value_of_defecting=without(choosing.value_of_defecting, worth_of_savings=nothing),
    )


def no_arrears(rule):
    """A rule to which arrears are of no account."""
    return without(rule, arrears_months=lambda *_: 0.0)


def no_defects(rule):
    """A rule in whose world nothing is defective."""
    return without(rule, defective_part=lambda *_: 0.0)


def no_bargain(rule):
    """A rule of somebody who wins nothing by bargaining."""
    return without(rule, bargaining_power=lambda *_: 0.0)


def no_skill(rule):
    """A rule of somebody whose bargaining does not rest on skill."""
    power = without(
        trading.bargaining_power,
        "lacking =",
        instead={"trader.bargaining * (1.0 - lacking)": "trader.bargaining"},
    )
    return without(rule, bargaining_power=power)


NO_CALL_UPS = (
    "levers.review_chance=0 levers.recall_chance=0 surroundings.call_up_per_surveillance=0 "
    "surroundings.call_up_per_arrears_month=0 surroundings.call_up_per_exposure=0"
)
NO_GAINS = (
    "levers.surveillance_gain=0 levers.authority_gain=0 levers.quota_ratchet=0 "
    "levers.quota_relief=0"
)
OWN_DEALS = (
    "plan_meetings find_supplier await_approval hide_margin take_own_delivery share_margin "
    "earn_bonus note_closing_time may_be_found_out"
)

# Whole lines of the month.
LINES = {
    # luck is below 1 always, so at chance 1 and delay 1 every order is let through at once
    "permission": Mechanism(
        "levers.permission_chance=1 levers.permission_delay_months=1",
        "await_permission",
        luck="permission",
    ),
    # kinds of monitors are drawn on the first day, which the month cannot redraw
    "late approval": Mechanism("cohort.late_monitor_share=0", "await_approval"),
    # nothing hidden can be found out either
    "hidden margin": Mechanism(
        "surroundings.hidden_cap_share=0",
        "hide_margin may_be_found_out",
        luck="opacity detection dismissal",
    ),
    "seizure": Mechanism("surroundings.seizure_chance=0", "cross_the_border", luck="border"),
    "watching at the border": Mechanism("surroundings.covert_watch=0", "be_watched_at_the_border"),
    # exposure that nothing adds to stays at zero, so that its fading may go too
    "exposure": Mechanism(
        "surroundings.exposure_per_contact=0 surroundings.exposure_per_detection=0",
        "be_watched be_watched_at_the_border",
        luck="observed",
    ),
    "surveillance": Mechanism(
        "levers.surveillance=0 levers.surveillance_gain=0",
        "watch_posts be_watched be_watched_at_the_border may_be_found_out revise_surveillance",
        luck="observed detection dismissal opacity",
    ),
    "blame": Mechanism(
        "surroundings.repair_share=0 surroundings.punish_per_failure=0", "repair_and_answer"
    ),
    "margins": Mechanism(
        "levers.margin_retention=0 levers.company_margin_share=0 "
        "surroundings.monitor_capture_share=0",
        "share_margin",
    ),
    "directed margin": Mechanism("levers.directed_margin_share=0", "leave_margin_on_directed"),
    "saving bonus": Mechanism("levers.saving_bonus_share=0", "earn_bonus"),
    "export commission": Mechanism("surroundings.commission_share=0", "earn_commission"),
    "ratchet effort": Mechanism("levers.quota_ratchet=0", "set_effort"),
    "own-account trade": Mechanism(
        "levers.open_area_share=0", "trade_on_own_account", luck="own_account"
    ),
    "money risked by companies": Mechanism(
        "levers.open_area_share=0 surroundings.company_cover_chance=0",
        "set_backing back trade_on_own_account",
        luck="own_account company",
    ),
    "practise": Mechanism("surroundings.learning=0 surroundings.forgetting=0", "practise"),
    "salary and living": Mechanism(
        "surroundings.salary_usd=0 surroundings.living_cost_usd=0", "draw_salary_and_live"
    ),
    "quota": Mechanism("levers.quota_usd=0", "pay_quota revise_quota", luck="company"),
    "levies": Mechanism("levers.levy_usd=0 levers.extra_levy_usd=0", "pay_levies"),
    "levies, none a year": Mechanism(
        "levers.levies_per_year=0 levers.extra_levy_usd=0", "pay_levies"
    ),
    "dues of every kind": Mechanism(
        "levers.quota_usd=0 levers.levy_usd=0 levers.extra_levy_usd=0",
        "pay_quota pay_levies settle_arrears",
        luck="company",
    ),
    # a dismissal still calls home: it stands in may_be_found_out
    "call-ups": Mechanism(NO_CALL_UPS, "be_called", luck="call_up recall"),
    "bribes": Mechanism("surroundings.bribe_usd=0", "offer_bribe"),
    "forced cases": Mechanism(
        "levers.forced_cases_per_year=0", "open_session close_session", luck="forced"
    ),
    "refilling": Mechanism(
        "surroundings.refill_chance=0",
        "refill",
        luck="refill new_savings new_bargaining new_family",
    ),
    "news": Mechanism("surroundings.news_weight=0", "pass_on make_news"),
    "living in hiding": Mechanism("surroundings.overstay_burn_usd=0", "use_up_savings"),
    "catching overstayers": Mechanism(
        "surroundings.caught_chance=0", "may_be_caught", luck="caught"
    ),
    "announcements": Mechanism(
        "surroundings.announcement_trust=0", "announce reckon_with_announced"
    ),
    "cost of surveillance": Mechanism("levers.surveillance_cost_usd=0", "watch_posts"),
    "adapting surveillance": Mechanism("levers.surveillance_gain=0", "revise_surveillance"),
    "adapting authority": Mechanism("levers.authority_gain=0", "revise_authority"),
    "adapting quotas": Mechanism(
        "levers.quota_ratchet=0 levers.quota_relief=0", "revise_quota set_effort"
    ),
    "a planner who adapts": Mechanism(
        NO_GAINS, "take_note revise_surveillance revise_authority revise_quota set_effort"
    ),
    # every order is looked up and directed: nobody deals for himself
    "own deals": Mechanism(
        "levers.authority_share=0 levers.authority_gain=0 levers.online_lookup_share=1 "
        "levers.price_tolerance=0",
        OWN_DEALS,
        luck="quote quote_quality opacity detection dismissal",
    ),
    "trade": Mechanism(
        "surroundings.demand_factor=0",
        "expect_from_meetings share_out_demand set_out_sellers look_up_price receive_orders "
        "await_permission place_orders take_directed_delivery cross_the_border repair_and_answer "
        "leave_margin_on_directed earn_commission trade_on_own_account count_imports set_effort "
        "be_watched_at_the_border revise_authority " + OWN_DEALS,
        luck="orders quote quote_quality seller permission border opacity detection dismissal "
        "own_account observed",
    ),
    "leaving": Mechanism(
        NO_CALL_UPS + " surroundings.reconsider_chance=0 surroundings.dismissal_chance=0 "
        "levers.surveillance_gain=0",
        "be_called use_up_savings note_spent_savings may_be_caught update_belief weigh_leaving "
        "act_on_choice offer_bribe open_session review live_with_verdict refill make_news "
        "close_session pass_on revise_surveillance",
        luck="call_up recall reconsider choice caught verdict forced severity refill new_savings "
        "new_bargaining new_family",
    ),
}

# What stands inside a rule: the rule from its own source without it.
RULES = {
    "tiers": Mechanism(
        "levers.autonomy_tiers=3",
        rules=lambda: {
            "place_orders": free_for_all(trading.place_orders),
            "plan_meetings": without(
                trading.plan_meetings, part_kept=free_for_all(trading.part_kept)
            ),
        },
    ),
    "tolerance": Mechanism(
        "levers.price_tolerance=0",
        rules=lambda: {
            "place_orders": without(trading.place_orders, "if levers.price_tolerance > 0.0")
        },
    ),
    "bargaining": Mechanism(
        "surroundings.bargaining_room=0",
        rules=lambda: {
            "plan_meetings": no_bargain(trading.plan_meetings),
            "find_supplier": no_bargain(trading.find_supplier),
        },
        luck="new_bargaining",
    ),
    "skill": Mechanism(
        "surroundings.skill_weight=0",
        rules=lambda: {
            "plan_meetings": no_skill(trading.plan_meetings),
            "find_supplier": no_skill(trading.find_supplier),
        },
    ),
    "fear of contact": Mechanism(
        "surroundings.call_up_per_exposure=0 surroundings.punish_per_exposure=0",
        rules=lambda: {
            "plan_meetings": without(
                trading.plan_meetings,
                "fear =",
                instead={"surroundings.meeting_cost_usd + fear": "surroundings.meeting_cost_usd"},
            )
        },
    ),
    "noise of orders": Mechanism(
        "surroundings.order_noise=0",
        rules=lambda: {
            "receive_orders": without(
                trading.receive_orders,
                "spread =",
                "factor =",
                instead={"good.orders_usd * factor": "good.orders_usd"},
            )
        },
        luck="orders",
    ),
    "sellers charge for waiting": Mechanism(
        "surroundings.delay_premium=0",
        rules=lambda: {
            "await_approval": without(
                trading.await_approval,
                instead={" * (1.0 + surroundings.delay_premium * months)": ""},
            )
        },
    ),
    "decisions slowed by surveillance": Mechanism(
        "surroundings.decision_slowing=0",
        rules=lambda: {
            "await_approval": without(
                trading.await_approval,
                approval_months=without(
                    trading.approval_months, "slowed =", instead={" * slowed": ""}
                ),
            )
        },
    ),
    "waiting orders fall through": Mechanism(
        "surroundings.late_order_failure_chance=0",
        rules=lambda: {
            "await_approval": without(
                trading.await_approval, "trader.backlog -= surroundings.late_order_failure_chance"
            )
        },
    ),
    "fixed suppliers fail": Mechanism(
        "surroundings.seller_failure_chance=0",
        rules=lambda: {
            "take_directed_delivery": without(
                deals.take_directed_delivery,
                instead={"luck.seller >= surroundings.seller_failure_chance": "True"},
            )
        },
        luck="seller",
    ),
    "defects": Mechanism(
        "surroundings.defect_share=0",
        rules=lambda: {
            "look_up_price": no_defects(planner.look_up_price),
            "take_own_delivery": no_defects(deals.take_own_delivery),
        },
    ),
    "repairs": Mechanism(
        "surroundings.repair_share=0",
        rules=lambda: {"repair_and_answer": without(deals.repair_and_answer, "pay_repairs(")},
    ),
    "trader's margin": Mechanism(
        "levers.margin_retention=0",
        rules=lambda: {"share_margin": without(deals.share_margin, "pay_margin(")},
    ),
    "company's margin": Mechanism(
        "levers.company_margin_share=0",
        rules=lambda: {"share_margin": without(deals.share_margin, "pay_company_margin(")},
    ),
    "capture by monitors": Mechanism(
        "surroundings.monitor_capture_share=0",
        rules=lambda: {
            "share_margin": without(
                deals.share_margin,
                "taken =",
                "pay_monitor(",
                "trader.paid +=",
                "trader.own_paid +=",
                "trader.adjusted_value +=",
                instead={"saved + late - taken": "saved + late"},
            ),
            "plan_meetings": without(
                trading.plan_meetings,
                part_kept=without(
                    trading.part_kept,
                    "left =",
                    instead={"levers.margin_retention * left": "levers.margin_retention"},
                ),
            ),
        },
    ),
    "opacity of deals": Mechanism(
        "surroundings.opacity_spread=0",
        rules=lambda: {
            "hide_margin": without(
                hiding.hide_margin,
                ease_of_detection=without(
                    hiding.ease_of_detection, "opacity =", instead={" * opacity": ""}
                ),
            )
        },
        luck="opacity",
    ),
    "dismissal": Mechanism(
        "surroundings.dismissal_chance=0",
        rules=lambda: {
            "may_be_found_out": without(
                hiding.may_be_found_out, "if luck.dismissal < surroundings.dismissal_chance"
            )
        },
        luck="dismissal",
    ),
    "detection held against him": Mechanism(
        "surroundings.exposure_per_detection=0",
        rules=lambda: {"may_be_found_out": without(hiding.may_be_found_out, "trader.exposure +=")},
    ),
    "fine": Mechanism(
        "surroundings.detection_loss_usd=0",
        rules=lambda: {
            "may_be_found_out": without(
                hiding.may_be_found_out,
                instead={" + surroundings.detection_loss_usd": ""},
            )
        },
    ),
    "spread of own-account profit": Mechanism(
        "surroundings.own_account_spread=0",
        rules=lambda: {"trade_on_own_account": without(companies.trade_on_own_account, "rate +=")},
        luck="own_account",
    ),
    "trader's part of own-account profit": Mechanism(
        "surroundings.own_account_share=0",
        rules=lambda: {
            "trade_on_own_account": without(companies.trade_on_own_account, "share_own_account(")
        },
    ),
    "Russia falls short": Mechanism(
        "surroundings.russia_delivers=1",
        rules=lambda: {
            "share_out_demand": without(markets.share_out_demand, "if good.manufactured")
        },
    ),
    "company cover": Mechanism(
        "surroundings.company_cover_chance=0",
        rules=lambda: {"pay_quota": without(cash.pay_quota, "if luck.company <")},
        luck="company",
    ),
    "recall after the term": Mechanism(
        "levers.recall_chance=0",
        rules=lambda: {"be_called": without(watching.be_called, "if trader.months_posted >=")},
        luck="recall",
    ),
    "arrears held against him": Mechanism(
        "surroundings.call_up_per_arrears_month=0 surroundings.punish_per_arrears_month=0",
        rules=lambda: {
            "be_called": no_arrears(watching.be_called),
            "review": with_verdict_less(arrears_months=lambda *_: 0.0),
            "weigh_leaving": without(
                choosing.weigh_leaving,
                value_of_staying=without(
                    choosing.value_of_staying, "worse_case =", "value -= loss *"
                ),
            ),
        },
    ),
    "failure held against him": Mechanism(
        "surroundings.punish_per_failure=0",
        rules=lambda: {"review": with_verdict_less(instead={"trader.failure": "1000.0"})},
    ),
    "relief by bribes": Mechanism(
        "surroundings.relief_per_bribe=0",
        rules=lambda: {"review": with_verdict_less("if trader.bribe_paid > 0.0")},
    ),
    "punishment by record": Mechanism(
        "levers.punish_base_chance=0",
        rules=lambda: {"review": with_verdict_less("if planner.base_odds > 0.0")},
    ),
    "punishment for overstaying": Mechanism(
        "surroundings.overstay_punish_chance=0",
        rules=lambda: {
            "review": with_verdict_less("if trader.status == OVERSTAYING"),
            "weigh_leaving": without(
                choosing.weigh_leaving,
                "if trader.status == OVERSTAYING",
                value_of_overstaying=without(
                    choosing.value_of_overstaying,
                    worth_of_hidden_months=without(
                        choosing.worth_of_hidden_months,
                        instead={
                            "min(1.0, trader.belief + surroundings.overstay_punish_chance)": (
                                "trader.belief"
                            )
                        },
                    ),
                ),
            ),
        },
    ),
    "punishment": Mechanism(
        "levers.punish_base_chance=0 surroundings.overstay_punish_chance=0 "
        "levers.forced_cases_per_year=0",
        rules=lambda: {
            "review": without(
                board.review,
                "guilty =",
                instead={"guilty or luck.forced < board.forced_chance": "False"},
            )
        },
        luck="verdict forced severity",
    ),
    "second thoughts": Mechanism(
        "surroundings.reconsider_chance=0",
        rules=lambda: {
            "weigh_leaving": without(
                choosing.weigh_leaving,
                instead={" and luck.reconsider >= surroundings.reconsider_chance": ""},
            )
        },
        luck="reconsider",
    ),
    "family at home": Mechanism(
        "surroundings.hostage_cost_usd=0",
        rules=lambda: {
            "weigh_leaving": without(
                choosing.weigh_leaving,
                value_of_defecting=without(
                    choosing.value_of_defecting, "value -= surroundings.hostage_cost_usd"
                ),
            )
        },
        luck="new_family",
    ),
    "worth of savings": Mechanism(
        "surroundings.savings_value_share=0",
        rules=lambda: {"weigh_leaving": without_worth_of_savings()},
    ),
    "silence taken for punishment": Mechanism(
        "surroundings.silence_share=0",
        rules=lambda: {
            "pass_on": without(
                news.pass_on,
                "taken_ill =",
                "listener.heard_punished += taken_ill",
                instead={"contact.weight - taken_ill": "contact.weight"},
            )
        },
    ),
    "ratchet": Mechanism(
        "levers.quota_ratchet=0",
        rules=lambda: {
            "revise_quota": without(
                planner.revise_quota,
                "excess =",
                instead={"levers.quota_ratchet * excess": "0.0"},
            )
        },
    ),
    "relief": Mechanism(
        "levers.quota_relief=0",
        rules=lambda: {
            "revise_quota": without(
                planner.revise_quota, "if company.quota_paid < levers.relief_below_share"
            )
        },
    ),
    "quality seen by the planner": Mechanism(
        "levers.quality_seen_share=0",
        rules=lambda: {
            "take_note": without(
                planner.take_note,
                "seen =",
                "fixed_quality =",
                instead={
                    " + seen * trader.own_quality_value": "",
                    " + seen * fixed_quality": "",
                },
            )
        },
    ),
}
MECHANISMS = LINES | RULES

# Lines that no strength of zero takes away.
NEEDED = {
    "open_month": "puts the levers of the month in force",
    "turn_page": "wipes the page of the month",
    "take_stock": "notes and feels what happened; a feeling's weight is at least 0.001",
}


def other_luck(live_month, names):
    """The month with some luck overwritten: turned round, the lowest there is, the highest."""

    def live(world, good_luck, luck):
        for post, fate in enumerate(luck):
            for name in names:
                drawn = getattr(fate, name)
                setattr(fate, name, (1.0 - drawn, 0.5**33, 1.0 - 0.5**33)[post % 3])
        live_month(world, good_luck, luck)

    return live


def world(*settings):
    return bare_course(*ON, *settings, months=MONTHS, given=ANNOUNCED)


@cache
def with_all_at_work():
    return lived_by_agents(world())


def differing(one, other):
    """Where two lives differ, by actor."""
    mine, theirs = bits(one), bits(other)
    return [actor for actor in mine if mine[actor] != theirs[actor]]


@pytest.mark.parametrize("name", MECHANISMS)
def test_t47_strength_zero_means_gone_whatever_the_luck(name):
    mechanism = MECHANISMS[name]
    course = world(*mechanism.settings())
    zero, purses = lived_by_agents(course, other_luck(month, mechanism.luck.split()))
    gone, same_purses = lived_by_agents(course, mechanism.month())
    assert differing(zero, gone) == []
    assert purses == same_purses


@pytest.mark.parametrize("name", MECHANISMS)
def test_t47_with_its_strength_back_its_lines_do_matter(name):
    history, purses = with_all_at_work()
    gone, other_purses = lived_by_agents(world(), MECHANISMS[name].month())
    assert differing(history, gone) or purses != other_purses


def test_every_line_of_the_month_can_be_switched_off_or_is_needed():
    lines = set(calls_of(month))
    left_out = {line for each in LINES.values() for line in each.lines.split()}
    assert lines == left_out | set(NEEDED)
    assert not left_out & set(NEEDED)


def test_a_line_that_is_not_there_is_not_left_out():
    for absent in ("await_permit(", "for "):
        with pytest.raises(AssertionError, match="statements of month, not one"):
            without(month, absent)
    with pytest.raises(AssertionError, match="stands 0 times"):
        without(month, instead={"await_permit": "await"})
    with pytest.raises(AssertionError, match="does not call"):
        without(month, await_permit=lambda *_: None)


def test_an_unchanged_copy_of_the_month_is_the_month():
    history, purses = with_all_at_work()
    copy, same_purses = lived_by_agents(world(), without(month))
    assert differing(history, copy) == []
    assert purses == same_purses


def test_t50_with_all_at_work_both_carriers_agree():
    assert differing(with_all_at_work()[0], lived_by_rows(world())) == []
