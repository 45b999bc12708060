"""Worlds as a whole: a still one stands still, and what pulls traders shows in what they do."""

import numpy as np
import pytest

from sim.compare import study
from sim.contrast import effects
from sim.outcomes import OUTCOMES
from sim.run import Replicate
from sim.scenario import load, shipped
from sim.setting_values import SETTINGS
from tests.worlds import ACTORS, ALL_ALIKE, NOBODY_LEAVES, lived, make_course, month_by_month

SMALL = ["cohort.posts=150", "cohort.companies=15"]
CLOCKS = {"months_posted", "at_work"}  # time passes all the same
WORKED_OUT = {"planner", "searches", "goods"}  # what the office and the market reckon, not a life


def still(**more):
    """Every lever and surrounding zero, or as near to it as it may be."""
    drawers = {
        drawer: {name: min(max(0, entry.low), entry.high) for name, entry in settings.items()}
        for drawer, settings in SETTINGS.items()
        if drawer != "cohort"
    }
    return make_course(drawers, months=36, posts=30, cohort={"russia_share": 0}, **more)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_still_world_stands_still(seed):
    """Nothing ordered, paid, watched or weighed: after three years everybody is where he was."""
    world = Replicate(still(), seed, 0)
    world.live()  # his feeling for the cash flow forgets what he was told on the first day
    first = {actor: getattr(world.world, actor).copy() for actor in ACTORS}
    for _ in range(35):
        world.live()
    for actor in set(ACTORS) - WORKED_OUT:
        table = getattr(world.world, actor)
        for name in table.dtype.names:
            if name in CLOCKS | {"net_flow"}:
                continue
            assert np.array_equal(table[name], first[actor][name]), (actor, name)
    assert (world.world.traders["months_posted"] == first["traders"]["months_posted"] + 35).all()
    assert (world.world.traders["status"] == 1).all()
    assert world.world.planner["treasury"][0] == world.world.outside["balance"][0] == 0


def test_a_still_world_with_orders_only_delivers():
    """Orders alone move goods from the fixed suppliers, and no purse but the state's."""
    _, history = lived(still(orders_usd=1e4))
    assert history["delivered"].sum() == pytest.approx(1e4 * 30 * 36, rel=1e-12)
    assert not np.diff(history["savings"], axis=0).any()
    assert not history["contacts"].any()


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_scenario_runs_and_measures_something(name):
    result = study([load(name, SMALL)], 2, seed=1)
    values = result.end_values[name]
    assert values.shape == (2, len(OUTCOMES))
    assert np.isfinite(values).all()
    assert len(result.monthly) == 2 * len(load(name).months)


def meetings(**levers):
    """Meetings for an order in a world of free orders in which nobody leaves."""
    course = make_course(
        NOBODY_LEAVES, ALL_ALIKE, months=1, posts=400, orders_usd=5e4,
        levers={"authority_share": 1, "margin_retention": 0.5, "review_chance": 0.06} | levers,
        surroundings={"call_up_per_surveillance": 0.089, "call_up_per_exposure": 0.05},
        cohort={"bargaining_spread": 0.25},
    )  # fmt: skip
    _, history = lived(course)
    return history["contacts"].sum() / history["order_count"].sum()


@pytest.mark.parametrize("retention", [0.2, 0.5, 1.0])
def test_meetings_fall_with_surveillance(retention):
    """T45: the more is seen, the fewer suppliers are met for an order, at every step."""
    grid = np.linspace(0, 1, 11)
    met = [meetings(surveillance=watched, margin_retention=retention) for watched in grid]
    assert (np.diff(met) <= 0).all()
    assert met[0] > 1.3 * met[-1]


@pytest.mark.parametrize("surveillance", [0.0, 0.5])
def test_meetings_rise_with_what_a_trader_may_keep(surveillance):
    grid = np.linspace(0, 1, 11)
    met = [meetings(surveillance=surveillance, margin_retention=kept) for kept in grid]
    assert (np.diff(met) >= 0).all()
    assert met[0] == 0 < met[-1]


@pytest.mark.parametrize("name", shipped())
def test_nobody_meets_anybody_where_no_margin_may_be_kept(name):
    """In shipped scenarios too: with nothing to keep initiative dies; what is not directed goes to
    a first offer, as it is."""
    course = load(name, [*SMALL, "levers.margin_retention=0"]).course()
    for world in month_by_month(course):
        page = world.world.traders
        assert not page["contacts"].any()
        assert not page["meetings"].any()
        assert not page["margin_kept"][page["directed_margin"] == 0].any()


def change(name, word, outcome, posts="cohort.posts=150"):
    """Paired differences of one outcome that one setting makes in a shipped scenario."""
    plain, moved = (
        study([load(name, [*SMALL, posts, *words])], 8, seed=1, jobs=2).end_values[name]
        for words in ([], [word])
    )
    place = list(OUTCOMES).index(outcome)
    return (moved - plain)[:, place]


@pytest.mark.parametrize("name", ["tight_control", "restored_autonomy"])
@pytest.mark.parametrize(
    ("word", "sign"),
    [
        ("cohort.savings_usd=20000", 1),  # less to live on: home
        ("cohort.savings_usd=80000", -1),
        ("surroundings.salary_usd=0", 1),
        ("surroundings.salary_usd=1500", -1),
        ("surroundings.belief_punished=0.3", 1),  # less to fear: home
        ("surroundings.belief_punished=3", -1),
    ],
)
def test_opposed_pulls_empty_purses_send_traders_home_and_fear_keeps_them(name, word, sign):
    """Going home unasked, in shipped scenarios: each pull by itself, in every replicate."""
    assert (np.sign(change(name, word, "voluntary_returns")) == sign).all()


@pytest.mark.parametrize(
    ("prior", "outcome", "sign"),
    [
        (0.05, "return_rate", 1),
        (0.05, "repatriation_rate", 1),
        # less fear than the default hardly moves overstaying: there is little left to flee from
        (5, "return_rate", -1),
        (5, "repatriation_rate", -1),
        (5, "new_overstay_rate", 1),
        (5, "overstay_share", 1),
    ],
)
def test_fear_keeps_those_called_home_from_coming(prior, outcome, sign):
    word = f"surroundings.belief_punished={prior}"
    moved = sign * change("tight_control", word, outcome, posts="cohort.posts=450")
    assert moved.mean() > 3 * moved.std(ddof=1) / np.sqrt(len(moved))


def test_what_control_does_to_trade_shows_between_the_shipped_scenarios():
    """By construction of the levers: more is directed, fewer met, less kept under tight control;
    what that does to savings, returns or price is a result, not a law, and not tested here."""
    both = [load(name, SMALL) for name in ("tight_control", "restored_autonomy")]
    table = effects(study(both, 6, seed=1, jobs=2)).set_index("outcome")
    assert table.loc["directed_share", "ci_high"] < 0
    assert table.loc["meetings_per_order", "ci_low"] > 0
    assert table.loc["retained_margin_share", "ci_low"] > 0
