"""Exact limits of the purse (T1-T10 of the project's list of closed forms).

T2 (interest) is not used: no money in the model earns any. T6, T7 and T8 are limits of laws of
chance (walks of one step, normal margins, Poisson orders) that the model does not have.
"""

import math

import numpy as np
import pytest

from sim.model.reckoning import arrears_months
from sim.model.row import states_of
from sim.model.world import (
    Company,
    Contact,
    Good,
    Outside,
    Planner,
    ReviewBoard,
    Search,
    Trader,
)
from sim.run import Replicate
from sim.setting_values import SETTINGS
from tests.worlds import (
    ACTORS,
    ALL_ALIKE,
    EVERYTHING,
    FREE_HAND,
    NOBODY_IS_CALLED,
    NOBODY_LEAVES,
    ONE_PRICE,
    OWN_PURSE_ONLY,
    PURSE_AND_MARKET,
    lived,
    make_course,
    month_by_month,
    settings,
    within_four_errors,
)

BURNING = (
    PURSE_AND_MARKET,
    NOBODY_LEAVES,
    ALL_ALIKE,
    OWN_PURSE_ONLY,
)  # no trade, no help, nobody goes


def burning(start, quota, living, salary, months):
    return make_course(
        *BURNING,
        months=months,
        posts=3,
        levers={"quota_usd": quota},
        surroundings={"living_cost_usd": living, "salary_usd": salary},
        cohort={"savings_usd": start},
    )


@pytest.mark.parametrize(
    ("start", "quota", "living", "salary"),
    [
        (30_000, 1_500, 500, 1_150),  # burn 850: 35 months paid, the 36th short
        (30_000, 850, 0, 0),
        (30_000, 1_350, 0, 500),
        (42_000, 2_000, 1_100, 500),
        (850, 850, 0, 0),  # the last dollar pays the last month
        (849, 850, 0, 0),
        (0, 10, 0, 0),
        (1_000, 300, 700, 200),
    ],
)
def test_t1_savings_burn_evenly_and_the_quota_is_missed_when_they_are_gone(
    start, quota, living, salary
):
    """World without trade: S_t = S0 - b t, floor(S0 / b) months fully paid, the next one short."""
    burn = quota + living - salary
    paid = start // burn
    _, history = lived(burning(start, quota, living, salary, months=paid + 3))
    month = np.arange(1, paid + 1)[:, None]
    assert history["savings"][:paid] == pytest.approx(
        np.repeat(start - burn * month, 3, axis=1), rel=1e-12
    )
    assert not history["arrears"][:paid].any()
    assert (history["arrears"][paid] > 0).all()
    assert (history["missed"][-1] == paid + 1).all()
    spent = -(-start // burn) if start else 1
    assert (history["spent"][-1] == spent).all()


@pytest.mark.parametrize(
    ("burn", "paid", "short"), [(850, 35, 36), (1_000, 30, 31), (7, 4285, 4286)]
)
def test_t1_printed_values(burn, paid, short):
    """30,000 at 850 a month: 35 months paid, short in the 36th."""
    _, history = lived(burning(30_000, burn, 0, 0, months=short + 1))
    assert history["missed"][-1].tolist() == [short] * 3
    assert (history["quota_from_savings"] == burn).all(axis=1).sum() == paid


def test_t1_what_is_short_becomes_arrears_and_nothing_else():
    """After the last dollar arrears grow by the burn, where salary covers the living."""
    _, history = lived(burning(2_500, 1_000, 400, 400, months=8))
    expected = np.array([0, 0, 500, 1500, 2500, 3500, 4500, 5500.0])
    assert np.array_equal(history["arrears"][:, 0], expected)
    assert not history["savings"][2:].any()


def test_t2_savings_earn_no_interest():
    """World in which salary is living cost and nothing is due: savings stand still."""
    _, history = lived(burning(30_000, 0, 700, 700, months=60))
    assert (history["savings"] == 30_000).all()


@pytest.mark.parametrize(
    ("quota", "growth", "printed"),
    [(1_500, 0.01, 28), (1_500, 0.03, None), (2_500, 0.002, None), (1_200, 0.05, None)],
)
def test_t3_a_quota_that_grows_every_month_is_paid_for_as_long_as_the_sum_allows(
    quota, growth, printed
):
    """Largest N with q0 ((1 + g)^N - 1) / g + N (c - w) <= S0; salary exceeds living by 650."""
    start, gap, months = 30_000, -650, 60
    path = quota * (1 + growth) ** np.arange(months)
    _, history = lived(burning(start, path, 500, 500 - gap, months))

    def asked(count):
        return quota * ((1 + growth) ** count - 1) / growth + count * gap

    paid = max(count for count in range(months) if asked(count) <= start)
    assert paid == printed or printed is None
    assert (history["missed"][-1] == paid + 1).all()


def trading(margin, quota, living, salary, orders, months=24, **more):
    """Deals at one price, all free; the trader keeps everything he bargains for."""
    return make_course(
        *BURNING,
        ONE_PRICE,
        FREE_HAND,
        months=months,
        posts=4,
        levers={"quota_usd": quota, "margin_retention": 1} | more,
        surroundings={
            "living_cost_usd": living, "salary_usd": salary, "bargaining_room": margin,
        },
        cohort={"savings_usd": 40_000},
        orders_usd=orders,
    )  # fmt: skip


TRADES = [(1_500, 800, 500, 76_000), (2_000, 1_100, 500, 46_250), (900, 700, 650, 20_000)]


@pytest.mark.parametrize(("quota", "living", "salary", "orders"), TRADES)
@pytest.mark.parametrize("margin", [0.0, 0.01, 0.03, 0.1])
def test_t4_savings_move_by_margin_and_salary_less_living_and_quota(
    quota, living, salary, orders, margin
):
    """No surveillance, full autonomy, one price: slope w + lambda V m - c - q."""
    _, history = lived(trading(margin, quota, living, salary, orders))
    slope = salary + margin * orders - living - quota
    month = np.arange(1, 25)
    solvent = 40_000 + slope * month >= 0
    savings = history["savings"][solvent, 0]
    assert savings == pytest.approx(40_000 + slope * month[solvent], rel=1e-12)


@pytest.mark.parametrize(("quota", "living", "salary", "orders"), TRADES)
def test_t4_savings_are_drawn_on_below_the_break_even_margin_only(quota, living, salary, orders):
    """m* = (q + c - w) / (lambda V); 2.37 % for 1,500 + 800 - 500 over 2 x 38,000."""
    even = (quota + living - salary) / orders
    if orders == 76_000:
        assert even == pytest.approx(0.0237, abs=5e-5)
    _, above = lived(trading(even * (1 + 1e-9), quota, living, salary, orders))
    _, below = lived(trading(even * (1 - 1e-9), quota, living, salary, orders))
    assert above["quota_from_savings"].max() < 1e-9
    assert (above["savings"] >= 40_000).all()
    assert below["quota_from_savings"].min() > 1e-7
    assert (np.diff(below["savings"], axis=0) < 0).all()


@pytest.mark.parametrize("kept", [0.0, 0.25, 0.5, 1.0])
def test_t4_only_the_part_of_the_margin_he_may_keep_counts(kept):
    course = trading(0.05, 1_500, 800, 500, 76_000, margin_retention=kept)
    _, history = lived(course)
    slope = 500 - 800 - 1_500 + kept * 0.05 * 76_000
    drawn = np.maximum(0.0, 40_000 + slope * np.arange(1, 25))
    assert history["savings"][:, 0] == pytest.approx(drawn, rel=1e-12)


@pytest.mark.parametrize(("start", "drift", "noise"), [(30_000, -850, 0.7), (4_000, -500, 0.2)])
def test_t5_wald_months_until_the_quota_is_missed(start, drift, noise):
    """Margins that vary, drift below zero: E T = (S0 + E overshoot) / |drift|, exactly.

    Salary pays the living, so that arrears in the first short month are the overshoot.
    """
    margin, orders, posts = 0.02, 75_000, 100_000
    course = make_course(
        *BURNING, ONE_PRICE, FREE_HAND,
        months=160, posts=posts,
        levers={"quota_usd": margin * orders - drift, "margin_retention": 1},
        surroundings={
            "living_cost_usd": 500, "salary_usd": 500, "bargaining_room": margin,
            "order_noise": noise,
        },
        cohort={"savings_usd": start},
        orders_usd=orders,
    )  # fmt: skip
    lasted, overshoot = np.zeros(posts), np.zeros(posts)
    for world in month_by_month(course):
        traders = world.world.traders
        now = traders["missed"] == world.month
        lasted[now] = world.month
        overshoot[now] = traders["arrears"][now]
        if (traders["missed"] > 0).all():
            break
    assert (lasted > 0).all()
    assert within_four_errors(start + overshoot + drift * lasted, 0.0)
    # Brownian limit of many months, but for the overshoot: variance S0 s^2 / |drift|^3
    spread = margin * orders * math.sqrt(math.expm1(noise * noise))
    assert lasted.mean() == pytest.approx((start + overshoot.mean()) / -drift, rel=0.01)
    if start > 20 * -drift:
        assert lasted.var() == pytest.approx(start * spread**2 / (-drift) ** 3, rel=0.06)


# T10: units. Money times a power of two changes no bit of anything else.


def in_money(entries):
    """Names of what is measured in dollars."""
    return [each.name for each in entries if each.unit.startswith("USD")]


def per_dollar(entries):
    """Names of what is measured per dollar."""
    return [each.name for each in entries if each.unit == "a USD"]


def powers_of_money(entries):
    """By what power of the worth of money each number grows."""
    entries = list(entries)
    return dict.fromkeys(in_money(entries), 1) | dict.fromkeys(per_dollar(entries), -1)


def test_t10_settings_in_dollars_are_those_whose_name_says_so():
    for declared in SETTINGS.values():
        named = {name for name in declared if name.endswith("_usd")}
        fractions = {name for name in named if name.endswith("_per_usd")}
        assert set(in_money(declared.values())) == named - fractions
        assert set(per_dollar(declared.values())) == fractions


def scaled(factor):
    """A lively world in which every dollar is worth so many."""
    drawers = {
        drawer: {
            name: EVERYTHING[drawer].get(name, settings[name].default) * factor**power
            for name, power in powers_of_money(settings.values()).items()
        }
        for drawer, settings in SETTINGS.items()
    }
    return make_course(
        EVERYTHING, drawers, months=60, posts=80,
        cohort={"companies": 8}, levers={"surveillance": 0.4},
        orders_usd=46_000 * factor, exports_usd=20_000 * factor,
        levies_due=np.arange(60) % 6 == 0,
    )  # fmt: skip


@pytest.mark.parametrize("factor", [2.0, 0.25, 1024.0])
def test_t10_all_money_times_a_power_of_two_changes_no_bit_but_the_amounts(factor):
    """Same decisions, months, shares, prices and beliefs; amounts exactly so many times."""
    ours, theirs = Replicate(scaled(1.0), 1, 0), Replicate(scaled(factor), 1, 0)
    declared = Planner, ReviewBoard, Outside, Search, Good, Company, Contact, Trader
    kinds = dict(zip(ACTORS, declared, strict=True))
    for _ in range(60):
        ours.live()
        theirs.live()
        for actor, kind in kinds.items():
            here, there = getattr(ours.world, actor), getattr(theirs.world, actor)
            powers = powers_of_money(states_of(kind))
            for name in here.dtype.names:
                times = factor ** powers.get(name, 0)
                assert np.array_equal(here[name] * times, there[name]), (actor, name)
    assert len(set(ours.world.traders["occupant"])) > 2, "nobody ever left"


@pytest.mark.parametrize("factor", [3.0, 7.3, 1e-3])
def test_t10_all_money_times_anything_changes_no_decision(factor):
    """Codes, months and counts equal; shares and amounts but for rounding."""
    ours, theirs = (lived(scaled(each))[1] for each in (1.0, factor))
    powers = powers_of_money(states_of(Trader))
    for entry in states_of(Trader):
        if not entry.kept:
            continue
        here, there = ours[entry.name], theirs[entry.name]
        if entry.kind == "int":
            # savings of a last millionth of a cent may be spent a month apart
            differ = np.mean(here != there)
            assert differ == 0 if entry.name != "spent" else differ < 0.01, entry.name
        else:
            times = factor ** powers.get(entry.name, 0)
            close = np.isclose(here * times, there, rtol=1e-9, atol=1e-6 * times)
            assert close.all(), entry.name


def test_t9_no_dollar_appears_in_a_world_without_trade():
    """Exact here, where every amount is a whole number: purses sum to the same, every month."""
    world = Replicate(burning(5_000, 1_000, 400, 300, months=12), 1, 0)
    sums = set()
    for _ in range(12):
        world.live()
        rows = world.world
        sums.add(
            rows.traders["savings"].sum() + rows.companies["capital"].sum()
            + rows.planner["treasury"][0] + rows.outside["balance"][0]
        )  # fmt: skip
    assert sums == {3 * 5_000 + 3 * 20_000}


def test_nobody_is_called_in_the_worlds_used_here():
    """A trader nobody calls stays though he weighs leaving only if he chooses to."""
    course = make_course(EVERYTHING, NOBODY_IS_CALLED, months=24, posts=200, orders_usd=5e4)
    _, history = lived(course)
    assert not history["called"].any()
    assert history["choice"].any()


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_arrears_count_in_months_of_the_quota_as_the_company_has_it_now(factor):
    """A quota revised for a company makes the same debt weigh as fewer or more months."""
    levers, surroundings, _ = settings(levers={"quota_usd": 1_000})
    trader = Trader(arrears=3_000.0, quota_factor=1.25)
    months = arrears_months(trader, Company(quota_factor=factor), levers, surroundings)
    assert months == pytest.approx(min(3_000 / (1_250 * factor), 6), rel=1e-12)


def test_an_unpaid_levy_is_no_missed_quota():
    """Income pays every quota; no savings pay the levy of the third month."""
    levies = np.array([0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    course = make_course(
        *BURNING, months=12, levers={"quota_usd": 1_000, "levy_usd": 50_000},
        surroundings={"living_cost_usd": 0, "salary_usd": 1_000},
        cohort={"savings_usd": 500}, levies_due=levies,
    )  # fmt: skip
    _, history = lived(course)
    assert (history["arrears"][2:] > 49_000).all(), "the levy stays owed"
    assert not history["missed"].any(), "and every quota is paid out of income"
    assert (history["spent"][2:] == 3).all()
