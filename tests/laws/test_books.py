"""The books balance: in every shipped scenario, every month, all money goes from purse to purse."""

import numpy as np
import pytest

from sim.model.chance import normal
from sim.model.row import states_of
from sim.model.world import OVERSTAYING, POSTED, VACANT, Company, Planner, Trader
from sim.run import Replicate
from sim.scenario import load, shipped
from sim.setting_values import SETTINGS
from tests.worlds import ACTORS, EVERYTHING, as_words, make_course

SCENARIOS = shipped()
INFLOWS = (
    "salary_paid", "commission_paid", "margin_kept", "bonus_paid", "hidden_margin",
    "own_account_profit", "brought",
)  # fmt: skip
OUTFLOWS = (
    "living_paid", "bribe_paid", "quota_from_income", "quota_from_savings", "levy_paid",
    "arrears_paid", "fine_paid", "taken_away",
)  # fmt: skip
TO_THE_STATE = (*OUTFLOWS[2:-1], "quota_from_company")
FROM_THE_STATE = (
    "salary_paid", "margin_kept", "bonus_paid", "hidden_margin", "monitor_taken", "company_margin",
    "paid_sellers",
)  # fmt: skip
TRADE = (
    "orders", "order_count", "placed", "own_orders", "proposed_orders", "approved_orders",
    "late_orders", "directed_orders", "rejected_orders", "meetings", "contacts", "found",
    "delivered", "paid", "own_delivered", "own_paid", "own_quality_value", "closing", "seized",
    "quality_value", "adjusted_value", "defective", "own_account", "detected", "observed",
    "directed_margin", *INFLOWS[:-1], *FROM_THE_STATE,
)  # fmt: skip


def months_of(course, seed):
    """For each month: traders before, the world after, and the purses before."""
    for before, replicate, held in replicates_of(course, seed):
        yield before, replicate.world, held


def replicates_of(course, seed):
    """The same with the luck of the month."""
    replicate = Replicate(course, seed, 0)
    for _ in course.months:
        before, held = replicate.world.traders.copy(), purses(replicate.world)
        replicate.live()
        yield before, replicate, held


def purses(world):
    return (
        world.traders["savings"].sum(),
        world.companies["capital"].sum(),
        world.planner["treasury"][0],
        world.outside["balance"][0],
    )


def gross_flows(traders):
    """All that changed hands over traders' pages in a month."""
    return sum(
        np.abs(traders[name]).sum()
        for name in {*INFLOWS, *OUTFLOWS, *TO_THE_STATE, *FROM_THE_STATE, "own_account"}
    )


def course_of(name, *words):
    return load(name, ["cohort.posts=150", "cohort.companies=15", *words]).course()


def extreme(bound):
    drawers = {
        drawer: {name: getattr(entry, bound) for name, entry in entries.items()}
        for drawer, entries in SETTINGS.items()
    }
    size = {"posts": 40, "companies": 4}
    return make_course(drawers, months=12, cohort=size, orders_usd=9e4, exports_usd=5e4)


COURSES = [pytest.param(lambda name=name: course_of(name), id=name) for name in SCENARIOS]
COURSES += [
    pytest.param(lambda: course_of("restored_autonomy", *as_words(EVERYTHING)), id="everything on")
]
COURSES += [pytest.param(lambda at=at: extreme(at), id=f"all {at}") for at in ("low", "high")]


@pytest.mark.parametrize("make", COURSES)
@pytest.mark.parametrize("seed", [1, 2])
def test_all_purses_together_never_change(make, seed):
    """T9: traders' savings, companies' capital, the treasury and everyone else's balance."""
    moved = 0.0
    for _, world, held in months_of(make(), seed):
        after, flows = purses(world), gross_flows(world.traders)
        assert abs(sum(after) - sum(held)) <= 1e-9 * max(flows, 1.0)
        moved += flows
    assert moved > 1e4, "nothing was paid"


@pytest.mark.parametrize("make", COURSES)
def test_each_trader_s_savings_change_by_what_stands_on_his_page(make):
    for before, world, _ in months_of(make(), seed=3):
        page = world.traders
        signed = sum(page[name] for name in INFLOWS) - sum(page[name] for name in OUTFLOWS)
        size = before["savings"] + sum(np.abs(page[name]) for name in (*INFLOWS, *OUTFLOWS))
        changed = page["savings"] - before["savings"]
        assert np.all(np.abs(changed - signed) <= 1e-12 * (1 + size))


@pytest.mark.parametrize("make", COURSES)
def test_treasury_and_companies_change_by_what_stands_on_the_pages(make):
    """State: quota, levies, arrears and fines in; salaries, margins, bonuses, late officials,
    sellers, repairs and watchers out. Companies: margins and own-account trade, less quotas."""
    course = make()
    levers, nature = course.levers, course.surroundings
    for month, (before, replicate, held) in enumerate(replicates_of(course, seed=4)):
        world = replicate.world
        page, after = world.traders, purses(world)
        size = 1e-9 * max(gross_flows(page), 1.0)
        worked = before["status"] == POSTED
        state = sum(page[name].sum() for name in TO_THE_STATE)
        state -= sum(page[name].sum() for name in FROM_THE_STATE)
        repairs = nature["repair_share"][month] * page["defective"][worked].sum()
        assert world.planner["repair_cost"][0] == pytest.approx(repairs, rel=1e-12)
        state -= repairs
        watched = levers["surveillance_cost_usd"][month] * world.planner["surveillance"][0]
        assert world.planner["control_cost"][0] == pytest.approx(watched * len(page), rel=1e-12)
        state -= world.planner["control_cost"][0]
        assert abs(after[2] - held[2] - state) <= size
        chance = np.array([normal(each) for each in replicate.luck["own_account"].tolist()])
        rate = nature["own_account_margin"][month] + nature["own_account_spread"][month] * chance
        profit = page["own_account"] * np.maximum(-1.0, rate)
        shared = nature["own_account_share"][month] * np.maximum(0.0, profit)
        assert np.allclose(page["own_account_profit"], shared, rtol=1e-12)
        assert np.allclose(page["own_account_result"], profit, rtol=1e-12)
        companies = page["company_margin"] + profit - shared - page["quota_from_company"]
        assert abs(after[1] - held[1] - companies.sum()) <= size


@pytest.mark.parametrize("make", COURSES)
def test_what_the_state_paid_went_to_sellers_to_traders_in_hiding_and_to_late_officials(make):
    """Unknowing, it pays for an order more than sellers get."""
    for _, world, _ in months_of(make(), seed=9):
        page = world.traders
        parts = page["paid_sellers"] + page["hidden_margin"] + page["monitor_taken"]
        assert np.allclose(page["paid"], parts, rtol=1e-12)
        assert (page["own_paid"] <= page["paid"] * (1 + 1e-12)).all()
        assert (page["directed_margin"] <= page["margin_kept"] * (1 + 1e-12)).all()
        no_more = page["own_account_profit"] + page["own_delivered"]
        assert not no_more[page["at_work"] == 0].any()


@pytest.mark.parametrize("make", COURSES)
def test_arrears_grow_by_what_was_due_and_not_paid(make):
    """Unless he leaves, when they are struck off."""
    course = make()
    for month, (before, world, _) in enumerate(months_of(course, seed=5)):
        page = world.traders
        stayed = page["left"] == 0
        quota = ("quota_from_income", "quota_from_company", "quota_from_savings")
        levy = course.levers["levy_usd"][month] * course.today["levies_due"][month]
        levy += course.levers["extra_levy_usd"][month]
        due = page["quota_due"] + levy * (before["status"] == POSTED)
        paid = sum(page[name] for name in quota) + page["levy_paid"] + page["arrears_paid"]
        expected = before["arrears"] + due - paid
        assert np.allclose(page["arrears"][stayed], expected[stayed], rtol=1e-12, atol=1e-6)
        assert not page["arrears"][~stayed].any()


@pytest.mark.parametrize("make", COURSES)
def test_no_purse_of_a_trader_or_a_company_is_overdrawn(make):
    for _, world, _ in months_of(make(), seed=6):
        assert world.traders["savings"].min() >= 0
        assert world.traders["arrears"].min() >= 0
        capital = world.companies["capital"]
        assert capital.min() >= -1e-9 * np.abs(capital).max()  # a limit paid out by many posts
        # the month's income is summed twice, so a payment of nothing may miss zero in the last bit
        assert all((world.traders[name] >= -1e-9).all() for name in OUTFLOWS)


@pytest.mark.parametrize("make", COURSES)
def test_vacant_posts_and_overstayers_do_not_trade(make):
    """An overstayer lives on what he has; at a vacant post nothing happens but its filling."""
    vacant_months = overstaying_months = 0
    course = make()
    for before, world, _ in months_of(course, seed=1):
        page = world.traders
        idle = before["status"] != POSTED
        for name in (*TRADE, "quota_due", *TO_THE_STATE, "quota_from_company", "at_work"):
            assert not page[name][idle].any(), name
        vacant = before["status"] == VACANT
        assert not page["living_paid"][vacant].any()
        refilled = vacant & (page["status"] == POSTED)
        assert (page["savings"][vacant] == page["brought"][vacant]).all()
        assert not page["brought"][vacant & ~refilled].any()
        assert not page["savings"][page["status"] == VACANT].any()
        overstaying = before["status"] == OVERSTAYING
        still = overstaying & (page["status"] == OVERSTAYING)
        assert (page["savings"][still] <= before["savings"][still]).all()
        vacant_months += vacant.sum()
        overstaying_months += overstaying.sum()
    if course.name in SCENARIOS:
        assert vacant_months > 0 and overstaying_months > 0, "no post was ever idle"


@pytest.mark.parametrize("make", COURSES)
def test_every_number_of_every_actor_is_finite(make):
    for _, world, _ in months_of(make(), seed=7):
        for actor in ACTORS:
            table = getattr(world, actor)
            for name in table.dtype.names:
                assert np.isfinite(table[name]).all(), (actor, name)


@pytest.mark.parametrize("make", COURSES)
def test_shares_and_chances_stay_between_zero_and_one(make):
    """Belief, experience, the codes of status, call, choice, ending, verdict and news, and what
    the planner's own rules made of surveillance and authority."""
    highest = {
        "status": 2, "called": 2, "choice": 4, "left": 4, "verdict": 4, "found": 1, "detected": 1,
        "monitor_late": 1, "news": 3,
    }  # fmt: skip
    for _, world, _ in months_of(make(), seed=8):
        page = world.traders
        for name in ("surveillance", "authority_share"):
            assert 0 <= world.planner[name][0] <= 1, name
        assert world.companies["effort"].min() > 0 and world.companies["effort"].max() <= 1
        for name in ("belief", "experience", "bargaining"):
            assert page[name].min() >= 0 and page[name].max() <= 1, name
        for name, most in highest.items():
            assert page[name].min() >= 0 and page[name].max() <= most, name
        for part in ("defective", "seized", "own_delivered"):
            assert (page[part] <= page["delivered"] * (1 + 1e-12)).all(), part


@pytest.mark.parametrize("make", COURSES)
def test_no_order_appears_or_vanishes(make):
    """Orders received are placed or wait for permission; orders placed are a trader's own, the
    planner's or wait for approval, where some fall through; no more arrives than was placed."""
    course = make()
    fails = course.surroundings["late_order_failure_chance"]
    for month, (before, world, _) in enumerate(months_of(course, seed=10)):
        page = world.traders
        worked = page["at_work"] == 1
        page, before = page[worked], before[worked]
        known = before["waiting"] + page["orders"]
        assert np.allclose(page["placed"] + page["waiting"], known, rtol=1e-12)
        assert (page["waiting"] >= 0).all() and (page["backlog"] >= 0).all()
        to_wait = page["placed"] - page["own_orders"] - page["directed_orders"]
        size = 1e-12 * (page["placed"] + before["backlog"])
        assert (to_wait >= -size).all()
        assert (to_wait[page["monitor_late"] == 0] <= size[page["monitor_late"] == 0]).all()
        left = (1 - fails[month]) * (before["backlog"] + to_wait)
        assert (np.abs(page["late_orders"] + page["backlog"] - left) <= size).all()
        most = page["own_orders"] + page["directed_orders"] + page["late_orders"]
        assert (page["delivered"] <= most * (1 + 1e-12)).all()
        assert (page["own_delivered"] <= (most - page["directed_orders"]) + size).all()
        arrived = np.zeros(len(world.goods))
        np.add.at(arrived, page["good"], page["delivered"] - page["seized"])
        assert np.allclose(world.goods["delivered"], arrived, rtol=1e-12, atol=1e-6)


def test_who_hears_from_nobody_lives_all_the_same():
    """Contacts at their lower bound, all else as usual."""
    assert list(months_of(make_course(months=2, cohort={"contacts": 0}), seed=1))


def test_a_page_has_no_flow_that_the_law_leaves_out():
    """A new field in dollars must be placed in these laws, or named here as no flow."""
    no_flow = {
        "savings", "arrears", "net_flow", "flow_to_come", "orders", "own_orders", "directed_orders",
        "rejected_orders", "delivered", "quality_value", "adjusted_value", "defective",
        "quota_due", "quota_unpaid", "value_stay", "value_overstay", "value_defect",
        "placed", "proposed_orders", "approved_orders", "late_orders", "own_delivered",
        "own_quality_value", "closing", "seized", "backlog", "waiting", "backing",
        "own_account",  # turnover
        "paid", "own_paid", "directed_margin",  # sums or parts of flows
    }  # fmt: skip
    flows = {*INFLOWS, *OUTFLOWS, *TO_THE_STATE, *FROM_THE_STATE, "own_account_result"}
    assert in_dollars(Trader) - no_flow == flows
    assert in_dollars(Company) == {"capital", "backing", "earnings", "quota_due", "quota_paid"}
    assert in_dollars(Planner) == {
        "treasury", "punishment_loss", "loss_to_come", "control_cost", "repair_cost", "own_value",
        "own_gain", "fixed_value", "fixed_gain",
    }  # fmt: skip


def in_dollars(declared):
    return {each.name for each in states_of(declared) if each.unit.startswith("USD")}


def test_with_everything_on_every_flow_flows():
    """Else a flow that balances because nothing moves would prove nothing."""
    moved = {*INFLOWS, *OUTFLOWS, *TO_THE_STATE, *FROM_THE_STATE, "directed_margin", "own_account"}
    for _, world, _ in months_of(course_of("restored_autonomy", *as_words(EVERYTHING)), seed=1):
        moved -= {name for name in moved if world.traders[name].any()}
    assert moved == set()


def test_a_lost_dollar_would_be_seen():
    """The bound on all purses is tight enough for one dollar in a month of 150 posts."""
    for _, world, held in months_of(course_of("tight_control"), seed=1):
        assert 1e-9 * gross_flows(world.traders) < 1.0
        assert 1e-9 * max(map(abs, held)) < 1.0


@pytest.mark.parametrize("name", ["tight_control", "restored_autonomy"])
def test_where_quality_is_worth_nothing_price_at_constant_quality_is_the_price_paid(name):
    """Whatever late officials keep is part of both."""
    taken = 0.0
    for _, world, _ in months_of(course_of(name, "surroundings.value_of_quality=0"), seed=1):
        page = world.traders
        assert np.allclose(page["adjusted_value"], page["paid"], rtol=1e-12)
        taken += page["monitor_taken"].sum()
    assert taken > 0
