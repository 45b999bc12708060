"""Exact limits of price, quality and margin (T11-T17 of the project's list of closed forms).

T13 holds as T14 and T15 with quality worth nothing: prices here are log-normal, not uniform. T16
and Stigler's square root (T17) are limits of uniform prices and of search one by one: not used.
T18-T21 (hidden margin) stand in tests/model/test_limits_hiding.py, T22-T29 (a planner who adapts)
in tests/model/test_limits_planner.py.
"""

import math

import numpy as np
import pytest
from scipy import integrate, optimize, stats

from sim.model.chance import GoodLuck, Luck, best_of, lowest_of_normals, normal
from sim.model.founding import MOST_MEETINGS
from sim.model.markets import expect_from_meetings, set_out_sellers
from sim.model.planner import look_up_price
from sim.model.reckoning import adjusted_price
from sim.model.row import as_objects, rows
from sim.model.trading import find_supplier
from sim.model.world import Good, Search, Trader
from tests.worlds import (
    ALL_ALIKE,
    FREE_HAND,
    NOBODY_LEAVES,
    ONE_PRICE,
    PURSE_AND_MARKET,
    lived,
    make_course,
    month_by_month,
    settings,
    share_within_four_errors,
    within_four_errors,
)

DRAWS = 100_000
LOWEST = lowest_of_normals(100)


def uniforms(seed):
    return np.random.default_rng(seed).random((DRAWS, 2)).tolist()


# T12 and the law of the best of n


@pytest.mark.parametrize(
    ("count", "printed"),
    [
        (2, -0.56419), (3, -0.84628), (4, -1.02938), (5, -1.16296), (10, -1.53875),
        (20, -1.86748), (50, -2.24907), (100, -2.50759),
    ],
)  # fmt: skip
def test_t12_lowest_of_n_normals_as_printed(count, printed):
    assert LOWEST[count] == pytest.approx(printed, abs=6e-6)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 12, 20, 50, 100])
def test_t12_lowest_of_n_normals_as_integrated_by_scipy(count):
    def weighted(z):
        return z * count * stats.norm.pdf(z) * stats.norm.sf(z) ** (count - 1)

    integral = integrate.quad(weighted, -12, 12, epsabs=1e-12, epsrel=1e-12, limit=200)[0]
    assert LOWEST[count] == pytest.approx(integral, abs=1e-9)


def test_t12_two_and_three_have_closed_forms():
    assert LOWEST[:2].tolist() == pytest.approx([0, 0], abs=1e-12)
    assert LOWEST[2] == pytest.approx(-1 / math.sqrt(math.pi), rel=1e-12)
    assert LOWEST[3] == pytest.approx(-1.5 / math.sqrt(math.pi), rel=1e-12)


def test_normal_quantile_is_scipy_s():
    uniform = np.concatenate([np.geomspace(1e-12, 0.4, 300), np.linspace(0.4, 1 - 1e-9, 300)])
    ours = [normal(each) for each in uniform.tolist()]
    assert ours == pytest.approx(stats.norm.ppf(uniform), rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("able", [1.0, 0.7, 0.4, 0.01])
@pytest.mark.parametrize("tries", [1, 2, 5, 12, 20])
def test_best_of_is_exact_where_each_of_n_can_deliver_with_a_chance(tries, able):
    """The lowest usable rank exceeds x with chance (1 - able x)^n, none at all (1 - able)^n."""
    for uniform in np.linspace(0.0005, 0.9995, 400).tolist():
        rank = best_of(uniform, tries, able)
        if able * rank < 1:
            assert (1 - able * rank) ** tries == pytest.approx(uniform, rel=1e-9)
    none = (1 - able) ** tries
    if 1e-9 < none < 1:
        assert (
            best_of(none * (1 - 1e-6), tries, able) >= 1 > best_of(none * (1 + 1e-6), tries, able)
        )


@pytest.mark.parametrize(("tries", "able"), [(3, 0.4), (6, 0.9), (20, 1.0)])
def test_best_of_is_what_comes_of_drawing_one_by_one(tries, able):
    chance = np.random.default_rng(1)
    ranks = chance.random((DRAWS, tries))
    ranks[chance.random((DRAWS, tries)) >= able] = 9.0
    slow = ranks.min(axis=1)
    quick = np.array([best_of(each, tries, able) for each in chance.random(DRAWS).tolist()])
    slow, quick = (np.minimum(each, 1.0) for each in (slow, quick))
    assert stats.ks_2samp(slow, quick).pvalue > 1e-4
    assert abs((slow == 1).mean() - (quick == 1).mean()) < 4 * math.sqrt(0.5 / DRAWS)


@pytest.mark.parametrize(("tries", "able"), [(1, 0.4), (3, 0.4), (5, 0.8), (12, 0.05), (7, 1.0)])
def test_a_trader_expects_of_meetings_what_they_bring_on_average(tries, able):
    """T12 weighted by how many can deliver: mean best index, nothing found counting zero."""
    searches = rows(Search, MOST_MEETINGS + 1)
    searches["lowest_normal"] = lowest_of_normals(MOST_MEETINGS)
    searches = as_objects(Search, searches)
    expect_from_meetings(searches, settings(surroundings={"seller_able_chance": able})[1])
    assert searches[tries].found_chance == pytest.approx(1 - (1 - able) ** tries, rel=1e-12)
    ranks = [best_of(each, tries, able) for each, _ in uniforms(tries)]
    best = [normal(rank) if rank < 1 else 0.0 for rank in ranks]
    assert within_four_errors(best, searches[tries].best_index)


# T14, T15: what the directive and the trader's own choice bring


def nature(spread, worth, correlation, **more):
    return settings(
        surroundings={
            "price_sd": spread,
            "value_of_quality": worth,
            "price_quality_correlation": correlation,
            "seller_able_chance": 1,
            "bargaining_room": 0,
        }
        | more
    )[1]


def directed(listings, surroundings, luck):
    """ln price and quality of the lowest of so many listings, for each pair of uniforms."""
    levers, good = settings(levers={"listings_looked_up": listings})[0], Good()
    found = []
    for listing, quality in luck:
        look_up_price(good, levers, surroundings, GoodLuck(listing, quality))
        found.append((math.log(good.fixed_price), good.fixed_quality))
    return np.array(found).T


def chosen(meetings, surroundings, luck):
    """ln price and quality of the best index among so many quotes, for each pair of uniforms."""
    trader, good = Trader(meetings=meetings, bargaining=1.0, experience=1.0), Good()
    set_out_sellers(good, surroundings)
    found = []
    for quote, quality in luck:
        find_supplier(trader, good, surroundings, Luck(quote=quote, quote_quality=quality))
        assert trader.found
        found.append((math.log(trader.own_price), trader.own_quality))
    return np.array(found).T


@pytest.mark.parametrize(
    ("spread", "correlation", "listings"), [(0.15, 0.5, 20), (0.2, 0.5, 5), (0.3, -0.6, 2)]
)
def test_t14_the_lowest_listing_is_cheap_and_of_the_quality_that_goes_with_it(
    spread, correlation, listings
):
    """E ln p = s_p e_n and E quality = rho e_n; -0.934 SD for rho .5, n 20."""
    log_price, quality = directed(listings, nature(spread, 0.2, correlation), uniforms(14))
    assert within_four_errors(log_price, spread * LOWEST[listings])
    assert within_four_errors(quality, correlation * LOWEST[listings])


def test_t14_printed_values():
    assert 0.5 * LOWEST[20] == pytest.approx(-0.934, abs=5e-4)
    assert 0.5 * LOWEST[5] == pytest.approx(-0.581, abs=5e-4)


@pytest.mark.parametrize("correlation", [0.0, 0.6, 1.0 - 1e-9])
def test_t14_one_listing_is_any_seller(correlation):
    """n = 1: price and quality have the spread and the correlation of all sellers."""
    log_price, quality = directed(1, nature(0.2, 0.3, correlation), uniforms(3))
    assert log_price.std() == pytest.approx(0.2, rel=0.01)
    assert quality.std() == pytest.approx(1.0, rel=0.01)
    assert np.corrcoef(log_price, quality)[0, 1] == pytest.approx(correlation, abs=0.012)


INDEX_CASES = [
    (0.2, 0.25, 0.5, 12),
    (0.15, 0.2, 0.3, 3),
    (0.1, 0.4, -0.5, 7),
    (0.2, 0.0, 0.5, 5),  # quality worth nothing: the cheapest
    (0.0, 0.3, 0.5, 5),  # one price: the best
    (0.3, 0.1, 0.9, 4),
]


@pytest.mark.parametrize(("spread", "worth", "correlation", "meetings"), INDEX_CASES)
def test_t15_the_best_index_fixes_price_and_quality(spread, worth, correlation, meetings):
    """E ln p = (s_p^2 - g rho s_p) / s_I e_n, E Q = (rho s_p - g) / s_I e_n."""
    log_price, quality = chosen(meetings, nature(spread, worth, correlation), uniforms(15))
    index = math.sqrt(spread**2 + worth**2 - 2 * worth * correlation * spread)
    low = LOWEST[meetings]
    price = (spread**2 - worth * correlation * spread) / index * low
    if spread:
        assert within_four_errors(log_price, price)
    else:
        assert np.abs(log_price).max() < 1e-15
    assert within_four_errors(quality, (correlation * spread - worth) / index * low)
    assert within_four_errors(log_price - worth * quality, index * low)


@pytest.mark.parametrize("meetings", [1, 5])
def test_t15_with_nothing_to_choose_by_any_seller_is_taken(meetings):
    """One price and quality worth nothing: price one, quality any."""
    log_price, quality = chosen(meetings, nature(0.0, 0.0, 0.4), uniforms(2))
    assert not log_price.any()
    assert within_four_errors(quality, 0.0)
    assert quality.std() == pytest.approx(1.0, rel=0.01)


@pytest.mark.parametrize(("spread", "worth", "correlation"), [(0.2, 0.25, 0.5), (0.15, 0.4, -0.3)])
def test_t15_one_quote_is_any_seller(spread, worth, correlation):
    """n = 1: the index splits price and quality without losing spread or correlation."""
    log_price, quality = chosen(1, nature(spread, worth, correlation), uniforms(4))
    assert log_price.std() == pytest.approx(spread, rel=0.012)
    assert quality.std() == pytest.approx(1.0, rel=0.012)
    assert np.corrcoef(log_price, quality)[0, 1] == pytest.approx(correlation, abs=0.015)


@pytest.mark.parametrize(
    ("spread", "worth", "correlation", "count"),
    [(0.2, 0.25, 0.5, 20), (0.15, 0.2, 0.3, 5), (0.2, 0.0, 0.5, 20), (0.1, 0.3, -0.4, 3)],
)
def test_t15_looking_at_price_alone_loses_by_quality(spread, worth, correlation, count):
    """Same n: loss |e_n| (s_I - s_p + g rho) >= 0; .288 for s_p .2, g .25, n 20, rho .5."""
    surroundings = nature(spread, worth, correlation)
    loss = mean_log_adjusted_directed(count, surroundings)
    loss -= mean_log_adjusted_chosen(count, surroundings)
    index = math.sqrt(spread**2 + worth**2 - 2 * worth * correlation * spread)
    expected = -LOWEST[count] * (index - spread + worth * correlation)
    assert loss == pytest.approx(expected, abs=1e-6)
    assert loss > 1e-3 or worth == 0
    if (spread, worth, count) == (0.2, 0.25, 20):
        assert loss == pytest.approx(0.288, abs=5e-4)


def mean_over_luck(value):
    """Mean of a function of one uniform, by quadrature."""
    halves = ((0.0, 1e-4), (1e-4, 0.5), (0.5, 1 - 1e-4), (1 - 1e-4, 1.0))
    return sum(integrate.quad(value, *half, epsabs=1e-10)[0] for half in halves)


def mean_log_adjusted_directed(listings, surroundings):
    """The rules' own ln price at constant quality; the unseen part of quality has mean zero."""
    levers, good = settings(levers={"listings_looked_up": listings})[0], Good()

    def value(uniform):
        look_up_price(good, levers, surroundings, GoodLuck(uniform, 0.5))
        return math.log(good.fixed_adjusted)

    return mean_over_luck(value)


def mean_log_adjusted_chosen(meetings, surroundings):
    trader, good = Trader(meetings=meetings, bargaining=1.0, experience=1.0), Good()
    set_out_sellers(good, surroundings)

    def value(uniform):
        find_supplier(trader, good, surroundings, Luck(quote=uniform, quote_quality=0.5))
        return math.log(adjusted_price(trader.own_price, trader.own_quality, surroundings))

    return mean_over_luck(value)


@pytest.mark.parametrize(
    ("spread", "correlation", "printed"),
    [
        (0.10, 0.0, 0.197), (0.10, 0.4, 0.115), (0.15, 0.0, 0.295),
        (0.15, 0.4, 0.173), (0.20, 0.0, 0.393), (0.20, 0.4, 0.231),
    ],
)  # fmt: skip
def test_t15b_where_the_directive_breaks_even_with_three_local_quotes(spread, correlation, printed):
    """Twenty listings against three quotes, no bargaining: g* as printed; above it the directive
    costs more at constant quality, below it less."""

    def gap(worth):
        surroundings = nature(spread, worth, correlation)
        directive = mean_log_adjusted_directed(20, surroundings)
        return directive - mean_log_adjusted_chosen(3, surroundings)

    assert gap(printed / 2) < 0 < gap(2 * printed)
    even = optimize.brentq(gap, printed / 2, 2 * printed, xtol=1e-6)
    assert even == pytest.approx(printed, abs=6e-4)


def test_t15b_price_and_quality_gaps_at_the_break_even():
    """s_p .15, rho .4, g .173: nominal gap -22 pp, quality gap -1.28 SD."""
    surroundings = nature(0.15, 0.173, 0.4)
    directive = directed(20, surroundings, uniforms(5))
    own = chosen(3, surroundings, uniforms(6))
    gap = directive.mean(axis=1) - own.mean(axis=1)
    assert gap[0] == pytest.approx(-0.22, abs=0.01)
    assert gap[1] == pytest.approx(-1.28, abs=0.02)


@pytest.mark.parametrize("spread", [0.1, 0.2, 0.4])
def test_t11_lowest_of_two_log_normal_prices(spread):
    """E = 2 exp(s^2 / 2) Phi(-s / sqrt 2)."""
    levers, good = settings(levers={"listings_looked_up": 2})[0], Good()
    surroundings = nature(spread, 0.2, 0.3)

    def price(uniform):
        look_up_price(good, levers, surroundings, GoodLuck(uniform, 0.5))
        return good.fixed_price

    expected = 2 * math.exp(spread**2 / 2) * stats.norm.cdf(-spread / math.sqrt(2))
    assert mean_over_luck(price) == pytest.approx(expected, rel=1e-7)


# T17b-d: fill rate, bargaining, and how margin vanishes


@pytest.mark.parametrize("failure", [0.0, 0.25, 0.487, 1.0])
def test_t17b_directed_orders_are_filled_as_often_as_the_seller_honours_the_price(failure):
    """World of directed orders only: completion is 1 - seller_failure_chance."""
    course = make_course(
        PURSE_AND_MARKET, NOBODY_LEAVES, ALL_ALIKE, months=1, posts=DRAWS, orders_usd=3e4,
        levers={"authority_share": 0, "online_lookup_share": 1, "price_tolerance": 0},
        surroundings={"seller_failure_chance": failure},
    )  # fmt: skip
    (world,) = month_by_month(course)
    traders = world.world.traders
    assert set(traders["delivered"]) <= {0.0, 3e4}
    filled = (traders["delivered"] > 0).sum()
    assert share_within_four_errors(filled, DRAWS, 1 - failure)


@pytest.mark.parametrize("weight", [0.0, 0.3, 0.8, 1.0])
@pytest.mark.parametrize("room", [0.0, 0.1, 0.5])
def test_t17c_bargain_splits_the_room_between_quote_and_cost(weight, room):
    """p = c + (1 - th)(v - c), with quote v = 1 and cost c = 1 - room; th = 1 pays the cost."""
    trader, good = Trader(meetings=1, bargaining=weight, experience=0.4), Good()
    surroundings = nature(0.0, 0.0, 0.0, bargaining_room=room, skill_weight=0)
    set_out_sellers(good, surroundings)
    find_supplier(trader, good, surroundings, Luck())
    cost = 1 - room
    assert trader.own_price == pytest.approx(cost + (1 - weight) * (1 - cost), rel=1e-12)


@pytest.mark.parametrize("experience", [0.0, 0.35, 1.0])
@pytest.mark.parametrize("skill", [0.0, 0.59, 1.0])
def test_t17c_without_skill_the_part_that_rests_on_it_is_lost(skill, experience):
    trader, good = Trader(meetings=2, bargaining=0.8, experience=experience), Good()
    surroundings = nature(0.0, 0.0, 0.0, bargaining_room=0.3, skill_weight=skill)
    set_out_sellers(good, surroundings)
    find_supplier(trader, good, surroundings, Luck())
    power = 0.8 * (1 - skill * (1 - experience))
    assert trader.own_price == pytest.approx(1 - 0.3 * power, rel=1e-12)


INFORMED = {"authority_share": 0, "online_lookup_share": 1, "price_tolerance": 0}


@pytest.mark.parametrize("surveillance", [0.0, 0.19, 1.0])
@pytest.mark.parametrize("retention", [0.2, 1.0])
def test_t17d_where_every_price_is_known_no_margin_is_left_whatever_the_surveillance(
    surveillance, retention
):
    """No tolerance, every price looked up, no authority: margin vanishes through information,
    not punishment, the hidden one too."""
    course = make_course(
        months=24, posts=60, orders_usd=5e4,
        levers=INFORMED | {"surveillance": surveillance, "margin_retention": retention},
    )  # fmt: skip
    worked = 0
    for world in month_by_month(course, seed=2):
        page = world.world.traders
        for name in ("margin_kept", "company_margin", "hidden_margin", "contacts"):
            assert not page[name].any(), name
        working = page["at_work"] == 1
        assert np.array_equal(page["directed_orders"][working], page["placed"][working])
        worked += working.sum()
    assert worked > 0


@pytest.mark.parametrize(
    "loosened",
    [{"authority_share": 0.01}, {"online_lookup_share": 0.99}, {"price_tolerance": 0.01}],
    ids=str,
)
def test_t17d_each_of_the_three_alone_lets_margin_in_again(loosened):
    levers = INFORMED | {"margin_retention": 0.9, "surveillance": 0} | loosened
    world = {"months": 12, "posts": 100, "orders_usd": 5e4, "levers": levers}
    _, honest = lived(make_course(**world, surroundings={"hidden_cap_share": 0}))
    assert honest["margin_kept"].sum() > 0 and not honest["hidden_margin"].any()
    _, tempted = lived(make_course(**world))
    assert tempted["hidden_margin"].sum() > 0


@pytest.mark.parametrize("tolerance", [0.0, 0.05, 0.3])
def test_t17d_on_looked_up_orders_the_price_stays_within_the_tolerance(tolerance):
    """All orders looked up: whatever is bought of an own seller costs at most so much more, with
    what is hidden in the price."""
    course = make_course(
        NOBODY_LEAVES, months=12, posts=300, orders_usd=5e4,
        levers=INFORMED | {"price_tolerance": tolerance, "margin_retention": 0.5},
    )  # fmt: skip
    stood = rejected = hidden = 0
    for world in month_by_month(course):
        page, goods = world.world.traders, world.world.goods
        own = page["own_orders"] > 0
        limit = goods["fixed_price"][page["good"]] * (1 + tolerance)
        declared = page["own_price"] + page["hidden_in_proposals"]
        assert (declared[own] <= limit[own] * (1 + 1e-12)).all()
        assert np.array_equal(page["own_orders"], page["proposed_orders"])
        turned_down = page["rejected_orders"] > 0
        assert (page["own_price"][turned_down] > limit[turned_down]).all()
        stood, rejected = stood + own.sum(), rejected + turned_down.sum()
        hidden += page["hidden_margin"].sum()
    assert (stood > 0, rejected > 0, hidden > 0) == (tolerance > 0,) * 3


@pytest.mark.parametrize("tiers", [0, 1, 2, 3])
def test_free_orders_go_to_the_upper_tiers_only(tiers):
    """Every price looked up: what an own seller gets is what authority leaves free."""
    course = make_course(
        PURSE_AND_MARKET, NOBODY_LEAVES, ONE_PRICE, FREE_HAND, ALL_ALIKE,
        months=2, posts=50, orders_usd=5e4, cohort={"companies": 10},
        levers=INFORMED | {"authority_share": 0.4, "autonomy_tiers": tiers},
    )  # fmt: skip
    world, history = lived(course)
    tier = world.world.companies["tier"][world.world.traders["company"]]
    own = history["orders"] - history["directed_orders"]
    assert set(tier) == {1, 2, 3}
    expected = np.broadcast_to(np.where(tier <= tiers, 0.4 * 5e4, 0.0), own.shape)
    assert own == pytest.approx(expected, rel=1e-12)
