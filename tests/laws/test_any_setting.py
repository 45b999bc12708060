"""Whatever a scenario may set: no impossible state, no number that is none, balanced books.

Random valid scenarios: every setting anywhere within its bounds, often at either end.
"""

import numpy as np
import pytest

from sim.audit import AUDITED, Audit
from sim.history import History
from sim.mesa_model import TraderModel
from sim.model.row import states_of
from sim.model.settings import settings_of
from sim.model.world import ACTORS, OVERSTAYING, POSTED, VACANT
from sim.run import Replicate
from sim.setting_values import SETTINGS
from tests.laws.test_two_carriers import differences
from tests.worlds import make_course

MONTHS = 30
SHARES = ("belief", "experience", "bargaining")
CODES = {"status": 2, "called": 2, "choice": 4, "left": 4, "verdict": 4, "news": 3, "at_work": 1,
         "reviewed": 1, "found": 1, "detected": 1, "monitor_late": 1}  # fmt: skip
NEVER_NEGATIVE = [
    entry.name for entry in states_of(ACTORS["traders"])
    if entry.unit in ("USD", "meetings", "orders", "contacts", "months", "cases", "exposure")
    and entry.name not in ("own_account_result", "value_stay", "value_overstay", "value_defect",
                           "paid_sellers")
]  # fmt: skip
OF_WORK = ("orders", "placed", "own_orders", "directed_orders", "meetings", "contacts", "delivered",
           "paid", "salary_paid", "commission_paid", "margin_kept", "hidden_margin", "bonus_paid",
           "quota_due", "quota_from_income", "quota_from_company", "quota_from_savings",
           "levy_paid", "own_account", "observed", "at_work")  # fmt: skip


def anything(number):
    """A course in which every setting is somewhere within its bounds."""
    chance = np.random.default_rng([20261124, number])
    drawers = {
        drawer: {name: somewhere(entry, chance) for name, entry in entries.items()}
        for drawer, entries in SETTINGS.items()
    }
    posts = int(chance.integers(1, 40))
    size = {"posts": posts, "companies": int(chance.integers(1, posts + 1)), "contacts": 4}
    size["stagger_months"] = int(chance.integers(1, 60))
    halfway = chance.integers(0, MONTHS)
    for name, entry in SETTINGS["levers"].items():  # a policy that changes on the way
        if chance.random() < 0.3:
            before = np.full(MONTHS, drawers["levers"][name], float)
            before[halfway:] = somewhere(entry, chance)
            drawers["levers"][name] = before
    return make_course(
        drawers, months=MONTHS, cohort=size,
        orders_usd=chance.choice([0.0, 1e-6, 9e4, 1e9]), exports_usd=chance.choice([0.0, 5e4]),
        levies_due=chance.integers(0, 3, MONTHS),
    )  # fmt: skip


def somewhere(entry, chance):
    """A value of a setting: at an end, at its default, or anywhere between, evenly or by size."""
    kind = chance.integers(0, 5)
    if kind == 0:
        value = entry.low
    elif kind == 1:
        value = entry.high
    elif kind == 2:
        value = entry.default
    elif kind == 3 and entry.low >= 0 and entry.high > 0:
        value = max(entry.low, entry.high * 10 ** chance.uniform(-6, 0))
    else:
        value = chance.uniform(entry.low, entry.high)
    return int(round(value)) if entry.kind is int else float(value)


def impossible(before, world, course):
    """In words, everything in a world that cannot be."""
    traders = world.traders
    for actor in ACTORS:
        table = getattr(world, actor)
        for name in table.dtype.names:
            if not np.isfinite(table[name]).all():
                yield f"{actor}.{name} is no number"
    for name in SHARES:
        if traders[name].min() < 0 or traders[name].max() > 1:
            yield f"{name} is outside 0 to 1"
    for name, most in CODES.items():
        if traders[name].min() < 0 or traders[name].max() > most:
            yield f"{name} is no code"
    size = 1e-12 * (1 + np.abs(traders["orders"]) + np.abs(traders["savings"]))
    for name in NEVER_NEGATIVE:
        if (traders[name] < -size).any():
            yield f"{name} is negative: {traders[name].min()}"
    if traders["savings"].min() < 0 or traders["arrears"].min() < 0:
        yield "savings or arrears are overdrawn"
    idle = before["status"] != POSTED
    for name in OF_WORK:
        if traders[name][idle].any():
            yield f"{name} at a post where nobody works"
    vacant = (before["status"] == VACANT) & (traders["status"] == VACANT)
    if traders["savings"][vacant].any() or traders["living_paid"][vacant].any():
        yield "money at an empty post"
    hiding = (before["status"] == OVERSTAYING) & (traders["status"] == OVERSTAYING)
    if (traders["savings"] > before["savings"])[hiding].any():
        yield "an overstayer grows rich"
    for name in ("surveillance", "authority_share"):
        if not 0 <= world.planner[name][0] <= 1:
            yield f"{name} is outside 0 to 1"
    if not 0 <= world.board["forced_chance"][0] <= 1:
        yield "the board's chance is none"
    if (world.goods["fixed_price"] <= 0).any() or (traders["own_price"] <= 0).any():
        yield "a price is not positive"
    if (traders["delivered"] > traders["placed"] + traders["late_orders"] + size).any():
        yield "more is delivered than was ordered"


def lives_through(number):
    course = anything(number)
    replicate = Replicate(course, number, 0)
    audit = Audit(replicate)
    for month in course.months:
        before = replicate.world.traders.copy()
        history = History(replicate.month, 1, replicate.world, AUDITED)
        replicate.live(history)
        audit.check(history)
        assert not list(impossible(before, replicate.world, course)), (number, month)
    return replicate


@pytest.mark.parametrize("block", range(10))
def test_no_impossible_state_in_random_valid_scenarios(block):
    """A hundred of them, ten at a time."""
    for number in range(10 * block, 10 * block + 10):
        lives_through(number)


@pytest.mark.long
@pytest.mark.parametrize("block", range(20))
def test_no_impossible_state_in_two_thousand_random_valid_scenarios(block):
    for number in range(1000 + 100 * block, 1000 + 100 * block + 100):
        lives_through(number)


def test_random_scenarios_are_lively():
    """Else they would prove nothing: people trade, leave in every way, and are called."""
    seen = {name: set() for name in ("status", "left", "verdict", "choice", "called")}
    for number in range(40):
        replicate = Replicate(anything(number), number, 0)
        for _ in range(MONTHS):
            replicate.live()
            for name, values in seen.items():
                values |= set(replicate.world.traders[name].tolist())
    assert {name: len(values) for name, values in seen.items()} == {
        "status": 3, "left": 5, "verdict": 5, "choice": 5, "called": 3,
    }  # fmt: skip


@pytest.mark.parametrize("number", range(6))
def test_both_carriers_are_equal_in_random_valid_scenarios(number):
    course = anything(number)
    model, rows = TraderModel(course, number), Replicate(course, number, 0)
    for month in course.months:
        model.step()
        rows.live()
        assert differences(model, rows) == [], month


def test_a_planted_impossibility_is_seen():
    """The check can fail: each state that cannot be is told."""
    course = make_course(months=1, orders_usd=9e4)
    replicate = Replicate(course, 1, 0)
    before = replicate.world.traders.copy()
    replicate.live()
    planted = {
        "belief": (1.5, "outside 0 to 1"), "savings": (-1.0, "overdrawn"),
        "choice": (7, "no code"), "own_price": (0.0, "not positive"),
        "quota_due": (np.nan, "no number"), "delivered": (1e9, "more is delivered"),
    }  # fmt: skip
    for name, (value, words) in planted.items():
        kept = replicate.world.traders[name][0]
        assert not list(impossible(before, replicate.world, course))
        replicate.world.traders[name][0] = value
        assert any(words in told for told in impossible(before, replicate.world, course)), name
        replicate.world.traders[name][0] = kept


def test_every_setting_is_drawn():
    """A setting that is added is drawn as well."""
    course = anything(0)
    for drawer, declared in (("levers", course.levers), ("surroundings", course.surroundings)):
        for entry in settings_of(type_of(drawer)):
            values = declared[entry.name]
            assert (values >= entry.low).all() and (values <= entry.high).all()
    assert (course.levers["term_months"] == course.levers["term_months"].astype(int)).all()


def type_of(drawer):
    from sim.model.settings import DRAWERS

    return DRAWERS[drawer]
