"""The directive's price and quality, each through the model itself: what it saves, what it costs,
and that neither sign is built in (literature 6: S2, N1-N3; 7: T14-T15b)."""

import math
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.break_even import break_even, root, waste
from sim.compare import study
from sim.model.chance import GoodLuck, lowest_of_normals
from sim.model.planner import look_up_price
from sim.model.settings import Levers, Surroundings
from sim.model.world import Good
from sim.outcomes import OUTCOMES
from sim.paired import paired_effect
from sim.run import Replicate
from sim.scenario import load

E = lowest_of_normals(20)  # expected lowest of n standard normals
MOVED = ("authority_share", "online_lookup_share", "price_tolerance", "surveillance")
SMALL = ["cohort.posts=200", "cohort.companies=20"]


def named(name, *settings):
    """Tight control under other settings, by another name."""
    return replace(load("tight_control", settings), name=name)


def values(result, scenario, outcome):
    """An outcome's end values, (replicates,)."""
    return result.end_values[scenario][:, list(OUTCOMES).index(outcome)]


# --------------------------------------------------------------------- (a) under the defaults


def test_the_directive_lowers_price_and_quality():
    pair = [load(name, SMALL) for name in ("restored_autonomy", "tight_control")]
    result = study(pair, 8)
    for outcome in ("nominal_price", "quality"):
        effect = paired_effect(*(values(result, each.name, outcome) for each in pair))
        assert effect.ci_high < 0, outcome


# ------------------------------------------------------------- (b) the world where T15b is exact

PRICE_SD, LISTINGS, MEETINGS = 0.15, 20, 3
EXACT = {
    "levers": {
        "autonomy_tiers": 3, "price_tolerance": 0, "surveillance": 0,
        "listings_looked_up": LISTINGS, "review_chance": 0, "recall_chance": 0,
        "forced_cases_per_year": 0, "permission_chance": 1, "permission_delay_months": 1,
    },
    "surroundings": {
        "price_sd": PRICE_SD, "bargaining_room": 0, "seller_able_chance": 1,
        "seller_failure_chance": 0, "hidden_cap_share": 0, "meeting_cost_usd": 0,
        "seizure_chance": 0, "reconsider_chance": 0, "call_up_per_arrears_month": 0,
    },
    "cohort": {"posts": 60, "companies": 6, "late_monitor_share": 0},
}  # fmt: skip


def exact_world(authority, worth, correlation):
    """Orders either all his own or all directed; nothing else moves a price."""
    settings = [f"{drawer}.{name}={value}" for drawer, held in EXACT.items()
                for name, value in held.items()]  # fmt: skip
    return named(
        "exact",
        *settings,
        f"levers.authority_share={authority}",
        f"levers.online_lookup_share={1 - authority}",
        f"surroundings.value_of_quality={worth}",
        f"surroundings.price_quality_correlation={correlation}",
    ).course()


def monthly_indices(course, number, worth):
    """Mean ln price less worth of quality over goods, month by month, from what was delivered.

    Meetings cost nothing here, so a trader meets as many as there are rows to look at: three.
    """
    replicate = Replicate(course, 1, number)
    world = replicate.world
    replicate.world = world._replace(searches=world.searches[: MEETINGS + 1])
    for _ in course.months:
        replicate.live()
        traders = world.traders
        bought = traders[traders["delivered"] > 0]
        own = bought["own_delivered"] > 0
        assert own.all() or not own.any()
        assert not own.any() or (bought["meetings"] == MEETINGS).all()
        price = np.log(bought["paid"] / bought["delivered"])
        index = price - worth * bought["quality_value"] / bought["delivered"]
        kinds = [index[bought["good"] == good].mean() for good in np.unique(bought["good"])]
        yield np.mean(kinds)


def closed_form(worth, correlation):
    """T15b: what the directive pays more than autonomy, in ln units at constant quality."""
    spread = math.sqrt(PRICE_SD**2 + worth**2 - 2 * worth * correlation * PRICE_SD)
    return E[LISTINGS] * (PRICE_SD - worth * correlation) - E[MEETINGS] * spread


BREAK_EVEN = {
    correlation: root(lambda worth, rho=correlation: closed_form(worth, rho), 0.01, 1, 40)
    for correlation in (0.0, 0.4)
}


def test_the_break_even_is_that_of_the_literature():
    assert {rho: round(worth, 3) for rho, worth in BREAK_EVEN.items()} == {0.0: 0.295, 0.4: 0.173}


@pytest.mark.parametrize("correlation", BREAK_EVEN)
@pytest.mark.parametrize("side", [-1, 0, 1])
def test_the_gap_is_the_closed_form(correlation, side):
    worth = BREAK_EVEN[correlation] * (1 + 0.6 * side)
    own, fixed = (exact_world(authority, worth, correlation) for authority in (1, 0))
    gaps = np.array([
        theirs - mine
        for number in range(16)
        for mine, theirs in zip(
            monthly_indices(own, number, worth), monthly_indices(fixed, number, worth), strict=True
        )
    ])  # fmt: skip
    error = gaps.std(ddof=1) / math.sqrt(len(gaps))
    expected = closed_form(worth, correlation)
    assert abs(gaps.mean() - expected) < 4 * error
    assert error < 0.02
    if side:  # below the break-even the directive saves, above it wastes
        assert side * gaps.mean() > 4 * error


# --------------------------------------------------------------- (c) approval, monitors, a bonus

LOCAL = [  # nobody looks prices up; who meets nobody gets a seller nobody has compared
    "levers.online_lookup_share=0", "levers.listings_looked_up=1", "levers.surveillance=0.19",
    "levers.autonomy_tiers=3",
]  # fmt: skip
BONUS = "levers.saving_bonus_share=0.2"


def approval_worlds(late, *more):
    """Control, authority, bonus, both; prices of each, ln, and the other arms' less control's."""
    settings = [*LOCAL, f"cohort.late_monitor_share={late}", *SMALL, *more]
    arms = [
        named("control", "levers.authority_share=0", *settings),
        named("authority", "levers.authority_share=1", *settings),
        named("bonus", "levers.authority_share=0", BONUS, *settings),
        named("both", "levers.authority_share=1", BONUS, *settings),
    ]
    result = study(arms, 8)
    price = {each.name: np.log(values(result, each.name, "nominal_price")) for each in arms}
    return {each.name: price[each.name] - price["control"] for each in arms}


@pytest.fixture(scope="module")
def by_monitor():
    """Effects on ln price, paired by replicate, with officials who are prompt and who are late."""
    return {"prompt": approval_worlds(0), "late": approval_worlds(1)}


def effect(changes):
    """Mean of paired changes and its interval."""
    return paired_effect(np.zeros(len(changes)), changes)


def test_authority_is_worth_nothing_where_officials_are_prompt(by_monitor):
    found = effect(by_monitor["prompt"]["authority"])
    interval = f"{found.difference:+.4f} [{found.ci_low:+.4f}, {found.ci_high:+.4f}]"
    assert found.ci_low > -0.02 and found.ci_high < 0.02, interval


def test_authority_lowers_prices_where_officials_are_late(by_monitor):
    late = by_monitor["late"]["authority"]
    assert effect(late).difference > -0.20 and effect(late).ci_high < -0.02  # N1
    interaction = effect(late - by_monitor["prompt"]["authority"])
    assert interaction.ci_high < 0  # N2


def test_a_bonus_alone_does_little_and_most_where_officials_are_prompt(by_monitor):
    prompt, late = by_monitor["prompt"]["bonus"], by_monitor["late"]["bonus"]
    assert effect(prompt).ci_high < 0
    assert effect(late - prompt).ci_low > 0
    mixed = 0.5 * (effect(prompt).difference + effect(late).difference)
    assert abs(mixed) < 0.06  # N3


def test_with_authority_a_bonus_on_approved_orders_adds_nothing(by_monitor):
    for found in by_monitor.values():
        assert (found["both"] == found["authority"]).all()


def test_an_official_who_takes_all_that_is_saved_makes_a_bonus_worthless():
    grabbing = approval_worlds(1, "surroundings.monitor_capture_share=1")
    assert (grabbing["bonus"] == 0).all()
    assert effect(grabbing["authority"]).ci_high < 0


# ----------------------------------------------------------------- (d) how cheap means how poor


def listed_quality(correlation, draws):
    """Qualities of the cheapest of 20 listings, through the planner's own rule."""
    rng = np.random.default_rng(5)
    levers, good = Levers(), Good()
    surroundings = Surroundings(price_quality_correlation=correlation)
    found = np.empty(draws)
    for at, (listing, quality) in enumerate(rng.random((draws, 2))):
        luck = GoodLuck(listing=float(listing), listing_quality=float(quality))
        look_up_price(good, levers, surroundings, luck)
        found[at] = good.fixed_quality
    return found


@pytest.mark.parametrize("correlation", [0.2, 0.4])
def test_the_cheapest_listing_loses_quality_with_the_correlation(correlation):
    found = listed_quality(correlation, 100_000)
    error = found.std(ddof=1) / math.sqrt(len(found))
    assert abs(found.mean() - correlation * E[20]) < 4 * error  # T14


def test_at_half_the_correlation_the_directive_costs_half_the_quality():
    """What goods bought under the directive lack of an average seller's. (Against autonomy the
    loss falls less, to about 0.7 of it: traders who value quality find more of it where it is not
    dear. Where nobody values it that loss is halved, too.)"""
    tight, free = (
        [f"levers.{name}={load(future).path('levers', name)[-1]}" for name in MOVED]
        for future in ("tight_control", "restored_autonomy")
    )
    worlds = [
        named(f"{name} {rho} {worth}", *levers, *SMALL,
              f"surroundings.price_quality_correlation={rho}",
              f"surroundings.value_of_quality={worth}")
        for name, levers in (("tight", tight), ("free", free))
        for rho in (0.2, 0.4) for worth in (0, 0.2)
    ]  # fmt: skip
    result = study(worlds, 12)
    found = {each.name: values(result, each.name, "quality").mean() for each in worlds}
    assert 0.4 < found["tight 0.2 0.2"] / found["tight 0.4 0.2"] < 0.6
    lost = {rho: found[f"tight {rho} 0"] - found[f"free {rho} 0"] for rho in (0.2, 0.4)}
    assert 0.4 < lost[0.2] / lost[0.4] < 0.6
    assert lost[0.4] < 0


# ------------------------------------------------------------------------- (e) the break-even


def test_neither_autonomy_nor_the_directive_always_wins():
    assert waste(0.04, 6, SMALL).ci_high < 0
    assert waste(0.40, 6, SMALL).ci_low > 0
    middle, low, high = break_even(6, SMALL, low=0.04, high=0.40, steps=5)
    assert 0.04 < low <= middle <= high < 0.40


def test_bisection_finds_a_root_and_refuses_to_guess():
    assert root(lambda x: x - 0.3, 0, 1, 40) == pytest.approx(0.3)
    with pytest.raises(ValueError, match="no crossing between 0.4 and 1"):
        root(lambda x: x - 0.3, 0.4, 1, 40)
