"""The books balance: in every shipped scenario, every month, all money goes from purse to purse."""

import numpy as np
import pytest

from sim.model.row import states_of
from sim.model.world import OVERSTAYING, POSTED, VACANT, Trader
from sim.run import Replicate
from sim.scenario import load, shipped
from sim.scenario_file import SETTINGS
from tests.worlds import ACTORS, make_course

SCENARIOS = shipped()
INFLOWS = ("salary_paid", "commission_paid", "margin_kept", "carried")
OUTFLOWS = (
    "living_paid", "quota_from_income", "quota_from_savings", "levy_paid", "arrears_paid",
)  # fmt: skip
TO_THE_STATE = (*OUTFLOWS[1:], "quota_from_company")
FROM_THE_STATE = ("salary_paid", "margin_kept", "company_margin", "paid_sellers")
TRADE = (
    "orders", "own_orders", "directed_orders", "rejected_orders", "contacts", "delivered",
    "paid_sellers", "salary_paid", "commission_paid", "margin_kept", "company_margin", "observed",
)  # fmt: skip


def months_of(course, seed):
    """For each month: traders before, the world after, and the purses before."""
    replicate = Replicate(course, seed, 0)
    for _ in course.months:
        before, held = replicate.world.traders.copy(), purses(replicate.world)
        replicate.live()
        yield before, replicate.world, held


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
        for name in {*INFLOWS, *OUTFLOWS, *TO_THE_STATE, *FROM_THE_STATE}
    )


def course_of(name):
    return load(name, ["cohort.posts=150", "cohort.companies=15"]).course()


def extreme(bound):
    drawers = {
        drawer: {name: getattr(entry, bound) for name, entry in entries.items()}
        for drawer, entries in SETTINGS.items()
    }
    size = {"posts": 40, "companies": 4}
    return make_course(drawers, months=12, cohort=size, orders_usd=9e4, exports_usd=5e4)


COURSES = [pytest.param(lambda name=name: course_of(name), id=name) for name in SCENARIOS]
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
    """State: quota, levies and arrears in; salaries, margins, sellers and repairs out."""
    course = make()
    repairs = course.surroundings["repair_share"]
    for month, (before, world, held) in enumerate(months_of(course, seed=4)):
        page, after = world.traders, purses(world)
        size = 1e-9 * max(gross_flows(page), 1.0)
        worked = before["status"] == POSTED
        state = sum(page[name].sum() for name in TO_THE_STATE)
        state -= sum(page[name].sum() for name in FROM_THE_STATE)
        state -= repairs[month] * page["defective"][worked].sum()
        assert abs(after[2] - held[2] - state) <= size
        companies = (page["company_margin"] - page["quota_from_company"]).sum()
        assert abs(after[1] - held[1] - companies) <= size


@pytest.mark.parametrize("make", COURSES)
def test_arrears_grow_by_what_was_due_and_not_paid(make):
    """Unless he leaves, when they are struck off."""
    course = make()
    for month, (before, world, _) in enumerate(months_of(course, seed=5)):
        page = world.traders
        stayed = page["left"] == 0
        quota = ("quota_from_income", "quota_from_company", "quota_from_savings")
        levy = course.levers["levy_usd"][month] * course.today["levies_due"][month]
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
        assert (page["savings"][vacant] == page["carried"][vacant]).all()
        assert not page["carried"][vacant & ~refilled].any()
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
    """Belief, experience and the codes of status, call, choice, ending and verdict."""
    highest = {"status": 2, "called": 2, "choice": 4, "left": 4, "verdict": 4, "found": 1}
    for _, world, _ in months_of(make(), seed=8):
        page = world.traders
        for name in ("belief", "experience", "bargaining"):
            assert page[name].min() >= 0 and page[name].max() <= 1, name
        for name, most in highest.items():
            assert page[name].min() >= 0 and page[name].max() <= most, name
        parts = page["own_orders"] + page["directed_orders"]
        assert np.allclose(parts, page["orders"], rtol=1e-12)
        assert (page["delivered"] <= page["orders"] * (1 + 1e-12)).all()
        assert (page["defective"] <= page["delivered"] * (1 + 1e-12)).all()


def test_a_page_has_no_flow_that_the_law_leaves_out():
    """A new field in dollars must be placed in these laws, or named here as no flow."""
    no_flow = {
        "savings", "arrears", "net_flow", "orders", "own_orders", "directed_orders",
        "rejected_orders", "delivered", "quality_value", "adjusted_value", "defective",
        "quota_due", "value_stay", "value_overstay", "value_defect",
    }  # fmt: skip
    in_dollars = {each.name for each in states_of(Trader) if each.unit.startswith("USD")}
    assert in_dollars - no_flow == {*INFLOWS, *OUTFLOWS, *TO_THE_STATE, *FROM_THE_STATE}


def test_a_lost_dollar_would_be_seen():
    """The bound on all purses is tight enough for one dollar in a month of 150 posts."""
    for _, world, held in months_of(course_of("tight_control"), seed=1):
        assert 1e-9 * gross_flows(world.traders) < 1.0
        assert 1e-9 * max(map(abs, held)) < 1.0
