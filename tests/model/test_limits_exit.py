"""Exact limits of belief, choice and exit (T30-T45 of the project's list of closed forms).

T31-T34 (news from others) stand in tests/model/test_news.py. T36 and T44 hold for traders who are
not called to a review: who is called counts on getting his post back with one minus his belief,
whatever a punishment costs. T45 is held by the number of meetings alone, which is whole:
tests/test_scenarios_run.py.
"""

import math
from itertools import product

import numpy as np
import pytest

from sim.model.chance import Luck, lowest_of_normals
from sim.model.choosing import choose, weigh_leaving
from sim.model.leaving import update_belief
from sim.model.markets import expect_from_meetings, set_out_sellers
from sim.model.planner import open_month
from sim.model.reckoning import discounted_months
from sim.model.row import as_objects, rows
from sim.model.trading import plan_meetings
from sim.model.world import (
    CALLED_HOME,
    CALLED_TO_REVIEW,
    CAME_HOME,
    DEFECTED,
    NOT_CALLED,
    OVERSTAYING,
    POSTED,
    PUNISHED,
    VACANT,
    Company,
    Good,
    Planner,
    Search,
    Trader,
)
from tests.worlds import (
    ALL_ALIKE,
    FREE_HAND,
    NOBODY_LEAVES,
    ONE_PRICE,
    OWN_PURSE_ONLY,
    PURSE_AND_MARKET,
    lived,
    make_course,
    month_by_month,
    settings,
    share_within_four_errors,
    within_four_errors,
)

POSTS = 100_000
WAYS = ("value_stay", "value_overstay", "value_defect")


def weighed(trader, levers=None, surroundings=None):
    """The trader after weighing the four ways, and what the settings were."""
    planner = Planner()
    levers, surroundings, _ = settings(levers, surroundings)
    open_month(planner, levers, surroundings)
    weigh_leaving(trader, planner, levers, surroundings, Luck(reconsider=0.0))
    return trader, surroundings


def chance_of_home(trader, levers=None, surroundings=None):
    """The chance that going home is chosen, from the values of the four ways."""
    trader, surroundings = weighed(trader, levers, surroundings)
    values = [0.0, trader.value_overstay, trader.value_defect]
    if trader.status == POSTED and trader.called != CALLED_HOME:
        values.append(trader.value_stay)
    odds = np.exp((np.array(values) - max(values)) / surroundings.choice_noise_usd)
    return odds[0] / odds.sum()


def posted(**memories):
    return Trader(**({"status": POSTED, "has_family": 1} | memories))


@pytest.mark.parametrize(("prior", "other"), [(1.0, 2.6), (0.5, 0.5), (3.0, 17.0)])
@pytest.mark.parametrize(("punished", "cleared"), [(0, 0), (1, 0), (0, 4), (7, 13)])
def test_t30_belief_is_the_mean_of_a_beta_after_cases_seen(prior, other, punished, cleared):
    """Nothing forgotten: (a + k) / (a + b + n)."""
    trader = Trader(punished_seen=punished, cleared_seen=cleared)
    law = {"belief_punished": prior, "belief_cleared": other, "belief_kept": 1}
    update_belief(trader, settings(surroundings=law)[1])
    expected = (prior + punished) / (prior + other + punished + cleared)
    assert trader.belief == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("kept", [0.0, 0.5, 0.95])
def test_t30_with_forgetting_a_case_counts_less_every_month_until_the_prior_is_left(kept):
    trader = Trader(punished_seen=3.0, cleared_seen=1.0)
    surroundings = settings(surroundings={"belief_kept": kept})[1]
    for month in range(1, 30):
        update_belief(trader, surroundings)
        counts = kept**month
        expected = (1.0 + 3 * counts) / (1.0 + 2.6 + 4 * counts)
        assert trader.belief == pytest.approx(expected, rel=1e-12)


# T35: logit


def shares(stay, overstay, defect, noise, may_stay=True):
    """Chances of the four ways, from where on the line of luck the choice turns over."""
    trader = Trader(value_stay=stay, value_overstay=overstay, value_defect=defect)
    turns = [0.0]
    for way in (1, 2, 3):
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = 0.5 * (low + high)
            if choose(trader, may_stay, noise, middle) <= way:
                low = middle
            else:
                high = middle
        turns.append(low)
    return np.diff([*turns, 1.0])


@pytest.mark.parametrize("noise", [0.5, 1.0, 2600.0])
def test_t35_chances_are_exponentials_of_value_over_noise(noise):
    for values in ((0.3, -0.2, 0.1), (-2.0, 1.5, -0.4), (4.0, 4.0, 4.0)):
        odds = np.exp([values[0], 0.0, values[1], values[2]])
        scaled = [value * noise for value in values]
        assert shares(*scaled, noise) == pytest.approx(odds / odds.sum(), abs=1e-12)


@pytest.mark.parametrize(
    ("values", "best"),
    [((5, 3, 1), 0), ((-5, -3, -1), 1), ((1, 7, 3), 2), ((1, 3, 9), 3), ((-1, -1, 1e-3), 3)],
)
def test_t35_without_noise_the_best_way_is_taken(values, best):
    expected = np.eye(4)[best]
    assert shares(*values, noise=1e-6) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("size", [1.0, 3e4])
def test_t35_with_endless_noise_every_way_is_as_likely(size):
    values = size * np.array([1.0, -1.0, 0.5])
    assert shares(*values, noise=1e16) == pytest.approx([0.25] * 4, abs=1e-11)
    assert shares(*values, noise=1e16, may_stay=False) == pytest.approx(
        [0, *[1 / 3] * 3], abs=1e-11
    )


@pytest.mark.parametrize("third", [-1e6, -1.0, 0.0, 2.5])
def test_t35_odds_of_two_ways_do_not_depend_on_a_third(third):
    stay, home, overstay, _ = shares(0.7, -0.4, third, 1.0)
    assert stay / home == pytest.approx(math.exp(0.7), rel=1e-9)
    assert overstay / home == pytest.approx(math.exp(-0.4), rel=1e-9)
    _, home, overstay, _ = shares(0.7, -0.4, third, 1.0, may_stay=False)
    assert overstay / home == pytest.approx(math.exp(-0.4), rel=1e-9)


# T36, T37: certainty and severity

CERTAIN_ENDS = {"caught_chance": 0, "overstay_punish_chance": 0}


@pytest.mark.parametrize("called", [NOT_CALLED, CALLED_HOME])
@pytest.mark.parametrize("times", [0.5, 1.01, 3.0])
def test_t36_chance_and_loss_of_punishment_count_by_their_product(called, times):
    """World in which overstaying adds nothing to the case and nobody is caught: p times k and L
    over k leave every value as it was, so both elasticities of each choice are equal."""
    for belief, savings in product((0.05, 0.2, 0.33), (5_000.0, 30_000.0)):
        ours, theirs = (
            weighed(
                posted(belief=part * belief, savings=savings, net_flow=-1_500.0, called=called),
                surroundings=CERTAIN_ENDS | {"punishment_loss_usd": 1_100 / part},
            )[0]
            for part in (1.0, times)
        )
        for way in WAYS:
            assert getattr(theirs, way) == pytest.approx(getattr(ours, way), rel=1e-11), way


@pytest.mark.parametrize(("months", "printed"), [(12, 0.83), (36, 0.55), (60, 0.35), (120, 0.10)])
def test_t37_a_longer_sentence_deters_less_than_its_length(months, printed):
    """e_T / e_p = -T b^T ln b / (1 - b^T) at b .97, by the slope of what a sentence costs."""
    step = 1e-5
    longer, shorter = (discounted_months(months * (1 + each), 0.97) for each in (step, -step))
    slope = (math.log(longer) - math.log(shorter)) / (math.log1p(step) - math.log1p(-step))
    exact = -months * 0.97**months * math.log(0.97) / (1 - 0.97**months)
    assert slope == pytest.approx(exact, rel=1e-8)
    assert slope == pytest.approx(printed, abs=0.006)


@pytest.mark.parametrize("months", [0, 1, 12, 60, 240])
@pytest.mark.parametrize("discount", [0.8, 0.97, 0.999])
def test_t37_a_sentence_costs_the_sum_of_its_discounted_months(months, discount):
    planner = Planner()
    levers, surroundings, _ = settings(
        {"sentence_months": months}, {"discount_factor": discount, "punishment_loss_usd": 700}
    )
    open_month(planner, levers, surroundings)
    expected = 700 * sum(discount**month for month in range(months))
    assert planner.punishment_loss == pytest.approx(expected, rel=1e-11)


# T38: two opposed pulls

BELIEFS = (0.05, 0.15, 0.28, 0.45, 0.7, 0.95)


@pytest.mark.parametrize("flow", [-3_000.0, -1_500.0, -500.0, 300.0])
@pytest.mark.parametrize("savings", [0.0, 2_000.0, 20_000.0, 100_000.0])
@pytest.mark.parametrize("called", [NOT_CALLED, CALLED_HOME])
def test_t38_fear_keeps_traders_from_going_home(savings, flow, called):
    """At default settings the chance of going home falls with the punishment expected, for all
    savings and cash flows; for those called to a review it need not (staying is worth less)."""
    chances = [
        chance_of_home(posted(belief=belief, savings=savings, net_flow=flow, called=called))
        for belief in BELIEFS
    ]
    assert (np.diff(chances) < 0).all()


@pytest.mark.parametrize(
    ("flow", "least", "most"),
    [(-500.0, 1_000, 60_000), (-1_000.0, 1_000, 60_000), (-1_500.0, 3_000, 80_000)],
)
@pytest.mark.parametrize("belief", [0.28, 0.45, 0.7])
def test_t38_as_savings_run_out_traders_go_home(flow, least, most, belief):
    """At default settings and a moderate burn, from about two months' burn upwards. It does not
    hold of the very poor, nor at a heavy burn (2,000 a month and more) with little fear, where
    the chance first rises with savings: what is saved is then better taken home than spent."""
    chances = [
        chance_of_home(posted(belief=belief, savings=float(savings), net_flow=flow))
        for savings in np.linspace(least, most, 25)
    ]
    assert (np.diff(chances) < 0).all()
    assert chances[0] > 1.5 * chances[-1]


# T39: constant exit shares

ONLY_CALLED_HOME = {  # everybody's term is over, nothing is held against anybody, posts stay empty
    "levers": {"term_months": 0, "review_chance": 0, "surveillance": 0, "sentence_months": 0,
               "forced_cases_per_year": 0, "levy_usd": 0, "quota_usd": 0},
    "surroundings": {
        "reconsider_chance": 0, "call_up_per_surveillance": 0, "call_up_per_arrears_month": 0,
        "call_up_per_exposure": 0, "punish_per_exposure": 0, "punish_per_arrears_month": 0,
        "punish_per_failure": 0, "refill_chance": 0, "commission_share": 0,
        "hostage_cost_usd": 0, "exile_cost_usd": 0, "exile_value_usd": 0,
        "living_cost_usd": 0, "salary_usd": 0,
        # overstaying is out of the question: a life in hiding is worth nothing, home very much
        "value_illegal_usd": 0, "value_home_usd": 2e7, "overstay_burn_usd": 0,
    },
    "cohort": {"savings_usd": 0},
}  # fmt: skip


@pytest.mark.parametrize(
    ("home", "punished", "defected"), [(0.04, 0.025, 0.005), (0.1, 0.02, 0.0), (0.02, 0.0, 0.02)]
)
def test_t39_constant_exit_shares_give_geometric_survival_and_constant_cause_shares(
    home, punished, defected
):
    """World of one reason to leave: survival (1 - h)^t, mean stay 1 / h, causes h_j / h."""
    leaving = home + punished + defected
    noise = 1_000.0
    odds = defected / (home + punished)  # of defecting against going home
    exile = {"exile_value_usd": noise * math.log(odds)} if odds else {"exile_cost_usd": 1e9}
    months = 36
    course = make_course(
        PURSE_AND_MARKET, ONLY_CALLED_HOME, ALL_ALIKE, months=months, posts=POSTS,
        levers={
            "recall_chance": leaving, "punish_base_chance": punished / (home + punished),
        },
        surroundings={"choice_noise_usd": noise} | exile,
    )  # fmt: skip
    causes = dict.fromkeys((CAME_HOME, PUNISHED, DEFECTED), 0)
    for world in month_by_month(course):
        traders = world.world.traders
        for how in causes:
            causes[how] += (traders["left"] == how).sum()
        if world.month in (1, 6, 24, months):
            alive = (traders["status"] == POSTED).sum()
            assert share_within_four_errors(alive, POSTS, (1 - leaving) ** world.month)
    gone = sum(causes.values())
    assert gone == (traders["status"] == VACANT).sum()
    for how, share in ((CAME_HOME, home), (PUNISHED, punished), (DEFECTED, defected)):
        assert share_within_four_errors(causes[how], gone, share / leaving), how
    # those who stay for so many months on average, of the months there are
    stays = np.where(traders["status"] == POSTED, months, traders["months_posted"])
    assert within_four_errors(stays, (1 - (1 - leaving) ** months) / leaving)


# T41, T42: hazards


@pytest.mark.parametrize("surveillance", [0.0, 0.2, 0.53, 1.0])
def test_t41_one_contact_a_month_is_seen_within_k_months_as_it_should(surveillance):
    """World of one order, one supplier met: 1 - (1 - s)^k; .738 for s .2 and six months."""
    course = make_course(
        PURSE_AND_MARKET, NOBODY_LEAVES, ALL_ALIKE, ONE_PRICE, FREE_HAND, months=6, posts=POSTS,
        levers={"surveillance": surveillance, "sentence_months": 0},
        surroundings={"order_usd": 37_000},
        orders_usd=37_000,
    )  # fmt: skip
    seen = np.zeros(POSTS, bool)
    for world in month_by_month(course):
        assert (world.world.traders["contacts"] == 1.0).all()
        seen |= world.world.traders["observed"] > 0
        chance = 1 - (1 - surveillance) ** world.month
        assert share_within_four_errors(seen.sum(), POSTS, chance)
        assert (world.world.traders["exposure"][~seen] == 0).all()
    if surveillance == 0.2:
        assert chance == pytest.approx(0.738, abs=5e-4)


@pytest.mark.parametrize("contacts", [0.3, 2.5, 7.0])
def test_t41_contacts_seen_are_on_average_their_share(contacts):
    course = make_course(
        PURSE_AND_MARKET, NOBODY_LEAVES, ALL_ALIKE, ONE_PRICE, FREE_HAND, months=1, posts=POSTS,
        levers={"surveillance": 0.37, "sentence_months": 0}, orders_usd=37_000 * contacts,
    )  # fmt: skip
    (world,) = month_by_month(course)
    assert within_four_errors(world.world.traders["observed"], 0.37 * contacts)


@pytest.mark.parametrize(("a_year", "printed"), [(1, 0.080), (2, 0.154), (0.1, None), (12, None)])
@pytest.mark.parametrize("watched", [0.0, 0.5])
def test_t42_call_ups_come_at_the_monthly_chance_of_their_yearly_rate(a_year, printed, watched):
    """1 - exp(-a / 12), the rate being that of periodic reviews plus that of surveillance."""
    periodic, added = (1 - watched) * a_year / 12, watched * a_year / 12
    course = make_course(
        PURSE_AND_MARKET, ALL_ALIKE, OWN_PURSE_ONLY, months=1, posts=POSTS,
        levers={"review_chance": periodic, "surveillance": 0.5, "recall_chance": 0},
        surroundings={"call_up_per_surveillance": added / 0.5},
    )  # fmt: skip
    (world,) = month_by_month(course)
    chance = -math.expm1(-a_year / 12)
    called = (world.world.traders["called"] == CALLED_TO_REVIEW).sum()
    assert share_within_four_errors(called, POSTS, chance)
    if printed:
        assert chance == pytest.approx(printed, abs=5e-4)


# T43: hostages

TEMPTED = {"reconsider_chance": 1, "exile_value_usd": 32_000, "punishment_loss_usd": 0}


@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 1.0])
def test_t43_with_a_family_at_home_worth_everything_only_others_defect(share):
    """Hostage cost 1e9: the share that defects is f times that of those without family."""
    course = make_course(
        PURSE_AND_MARKET, ALL_ALIKE, OWN_PURSE_ONLY, months=1, posts=POSTS,
        surroundings=TEMPTED | {"hostage_cost_usd": 1e9},
        cohort={"without_family_share": share, "savings_usd": 10_000},
    )  # fmt: skip
    (world,) = month_by_month(course)
    traders = world.world.traders
    defected = traders["left"] == DEFECTED
    assert not traders["has_family"][defected].any()
    assert share_within_four_errors((traders["has_family"] == 0).sum(), POSTS, share)
    if share == 0:
        assert not defected.any()
        return
    # the month's cash: 10,000 less 600 more for living than earned and 2,000 of quota
    alone = posted(has_family=0, savings=7_400.0, net_flow=-2_600.0, belief=1 / 3.6)
    chance = share_defecting(alone, TEMPTED)
    assert chance > 0.05
    assert share_within_four_errors(defected.sum(), POSTS, share * chance)


def share_defecting(trader, surroundings):
    trader, numbers = weighed(trader, surroundings=surroundings)
    return shares(*(getattr(trader, way) for way in WAYS), numbers.choice_noise_usd)[3]


def test_t43_families_count_as_much_as_is_said():
    """Between a cost of nothing and 1e9 the chance falls smoothly with the cost."""
    chances = []
    for cost in (0.0, 2_000.0, 5_000.0, 20_000.0, 1e9):
        trader = posted(savings=10_000.0, net_flow=-2_000.0, belief=0.3)
        chances.append(share_defecting(trader, TEMPTED | {"hostage_cost_usd": cost}))
    assert (np.diff(chances) < 0).all()
    assert chances[-1] < 1e-15


# T44: no punishment, no fear

NO_FEAR = [({"sentence_months": 0}, {}), ({}, {"punishment_loss_usd": 0})]


@pytest.mark.parametrize(("levers", "surroundings"), NO_FEAR, ids=["no sentence", "no loss"])
@pytest.mark.parametrize("status", [POSTED, OVERSTAYING])
@pytest.mark.parametrize("called", [NOT_CALLED, CALLED_HOME])
def test_t44_without_a_loss_belief_and_record_do_not_touch_the_choice(
    levers, surroundings, status, called
):
    """Exact: values equal to the last bit. (Not for those called to a review.)"""
    for savings, flow in product((0.0, 500.0, 40_000.0), (-2_000.0, 300.0)):
        found = set()
        for belief, exposure in product((0.0, 0.3, 1.0), (0.0, 5.0)):
            trader = posted(
                status=status, savings=savings, net_flow=flow, called=called, belief=belief,
                exposure=exposure, failure=exposure, punished_seen=exposure,
            )  # fmt: skip
            trader, _ = weighed(trader, levers, surroundings)
            found.add(tuple(getattr(trader, way) for way in WAYS))
        assert len(found) == 1


@pytest.mark.parametrize(("levers", "surroundings"), NO_FEAR, ids=["no sentence", "no loss"])
def test_t44_without_a_loss_nobody_meets_fewer_suppliers_for_fear(levers, surroundings):
    meetings = {
        planned_meetings(belief, levers | {"surveillance": watched}, surroundings)
        for belief, watched in product((0.0, 0.3, 1.0), (0.0, 0.5, 1.0))
    }
    assert len(meetings) == 1 and meetings != {0}


def planned_meetings(belief, levers, surroundings):
    levers, surroundings, _ = settings({"margin_retention": 1} | levers, surroundings)
    planner, good = Planner(), Good()
    searches = rows(Search, 13)
    searches["lowest_normal"] = lowest_of_normals(12)
    searches = as_objects(Search, searches)
    open_month(planner, levers, surroundings)
    expect_from_meetings(searches, surroundings)
    set_out_sellers(good, surroundings)
    trader = Trader(bargaining=0.5, experience=0.5, belief=belief)
    plan_meetings(trader, Company(tier=1), planner, good, searches, levers, surroundings)
    return trader.meetings


@pytest.mark.parametrize("punished", [0.01, 1.0, 50.0])
def test_t44_without_a_loss_lives_do_not_depend_on_belief_where_nobody_is_reviewed(punished):
    """World without call-ups to review: choices, meetings and savings equal to the last bit."""
    histories = [
        lived(
            make_course(
                months=48, posts=100, orders_usd=5e4,
                levers={"review_chance": 0, "sentence_months": 0},
                surroundings={
                    "call_up_per_surveillance": 0, "call_up_per_arrears_month": 0,
                    "call_up_per_exposure": 0, "belief_punished": prior,
                },
            )
        )[1]
        for prior in (0.3, punished)
    ]  # fmt: skip
    for name in ("choice", "status", "savings", "contacts", "arrears", "left"):
        assert np.array_equal(histories[0][name], histories[1][name]), name
    assert not np.array_equal(histories[0]["belief"], histories[1]["belief"])


@pytest.mark.parametrize(("levers", "surroundings"), NO_FEAR, ids=["no sentence", "no loss"])
def test_t44_with_a_loss_belief_does_touch_the_choice(levers, surroundings):
    """The same comparison can fail: with the loss back, values move with belief."""
    found = {
        weighed(posted(savings=20_000.0, net_flow=-2_000.0, belief=belief))[0].value_stay
        for belief in (0.1, 0.5)
    }
    assert len(found) == 2
