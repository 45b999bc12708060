"""The same rules over Mesa agents and over compiled rows: equal to the last bit, every month."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.mesa_model import TraderModel
from sim.run import Replicate
from sim.scenario import load, shipped
from sim.setting_values import SETTINGS
from tests.worlds import ACTORS, EVERYTHING, NOBODY_LEAVES, as_words, make_course

ROOT = Path(__file__).parents[2]


def as_table(actors, like):
    """Mesa agents (or one) as rows of the same layout."""
    agents = actors if isinstance(actors, list) else [actors]
    table = np.zeros(len(agents), like.dtype)
    for name in like.dtype.names:
        values = [getattr(agent, name) for agent in agents]
        kind = int if like.dtype[name] == np.int64 else float
        # a float in a whole-number field would be cut silently by the rows
        assert all(type(value) is kind for value in values), name
        table[name] = values
    return table


def differences(model, replicate):
    """Where the two carriers differ, bit for bit: (actor, field, number of the actor)."""
    found = []
    for actor in ACTORS:
        table = getattr(replicate.world, actor)
        mine = as_table(getattr(model, actor), table)
        assert len(mine) == len(table)
        for name in table.dtype.names:
            # copied to be read as bits: -0.0 is not 0.0, and nan equals itself
            here, there = (each[name].copy().view(np.int64) for each in (mine, table))
            found += [(actor, name, int(row)) for row in np.flatnonzero(here != there)]
    return found


def in_lockstep(course, seed, number=0):
    """Lives both carriers side by side; the number of months lived."""
    model, rows = TraderModel(course, seed, number), Replicate(course, seed, number)
    assert differences(model, rows) == [], "on the first day"
    for month in course.months:
        model.step()
        rows.live()
        assert differences(model, rows) == [], f"in {month}"
    return model.months_lived


def course_of(name, *words, posts=60):
    return load(name, [f"cohort.posts={posts}", "cohort.companies=12", *words]).course()


PAIRS = [(name, 1) for name in shipped()] + [
    (name, seed) for name in ("tight_control", "restored_autonomy", "history") for seed in (2, 3)
]


@pytest.mark.parametrize(("scenario", "seed"), PAIRS)
def test_every_field_of_every_actor_is_equal_every_month_in_shipped_scenarios(scenario, seed):
    months = 42 if scenario == "history" else 84
    assert in_lockstep(course_of(scenario), seed) == months


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("scenario", ["tight_control", "restored_autonomy"])
def test_equal_with_many_posts_and_every_mechanism_on(scenario, seed):
    assert in_lockstep(course_of(scenario, *as_words(EVERYTHING), posts=120), seed) == 84


@pytest.mark.parametrize("seed", [1, 2])
def test_equal_with_changes_announced(seed):
    course = load("tight_control", ["cohort.posts=60", "cohort.companies=12"]).first_months(48)
    told = course.course()
    announced = told.announced.copy()
    for name, value in {"quota_usd": 500, "levy_usd": 0, "sentence_months": 6}.items():
        announced[name][3:30] = value
    assert in_lockstep(replace(told, announced=announced), seed) == 48


@pytest.mark.parametrize("number", [1, 4_294_967_295])
def test_other_replicates_are_equal_too(number):
    course = load("restored_autonomy", ["cohort.posts=40"]).first_months(24).course()
    assert in_lockstep(course, 7, number) == 24


@pytest.mark.parametrize("bound", ["low", "high"])
def test_equal_where_every_setting_is_at_a_bound(bound):
    """Corners are where plain Python raises and compiled code goes on (log 0, overflow)."""
    drawers = {
        drawer: {name: getattr(entry, bound) for name, entry in settings.items()}
        for drawer, settings in SETTINGS.items()
    }
    size = {"posts": 30, "companies": 5}
    course = make_course(drawers, months=12, cohort=size, orders_usd=9e4, exports_usd=5e4)
    assert in_lockstep(course, seed=3) == 12


@pytest.mark.parametrize("draw", range(30))
def test_equal_in_worlds_thrown_together_within_the_bounds(draw):
    """Half of all settings somewhere between their bounds, a quarter at either."""
    chance = np.random.default_rng(draw)
    drawers = {drawer: {} for drawer in SETTINGS}
    for drawer, settings in SETTINGS.items():
        for name, entry in settings.items():
            part = min(1.0, max(0.0, chance.uniform(-0.5, 1.5)))
            value = entry.low + part * (entry.high - entry.low)
            drawers[drawer][name] = round(value) if entry.kind is int else value
    size = {"posts": 12, "companies": 5}
    course = make_course(drawers, months=8, cohort=size, orders_usd=9e4, exports_usd=5e4)
    assert in_lockstep(course, seed=draw) == 8


def test_equal_where_the_evidence_against_a_trader_is_overwhelming():
    everything_seen = {"surveillance": 1, "review_chance": 1, "margin_retention": 1}
    course = make_course(
        months=8,
        posts=20,
        levers=everything_seen | {"punish_base_chance": 0.5, "sentence_months": 0},
        surroundings={
            "exposure_per_contact": 5,
            "exposure_kept": 0.99,
            "punish_per_exposure": 10,
            "meeting_cost_usd": 0,
        },
        orders_usd=2e5,
    )
    assert in_lockstep(course, seed=1) == 8


def test_equal_in_a_world_without_trade():
    assert in_lockstep(make_course(NOBODY_LEAVES, months=12, posts=20), seed=5) == 12


HAPPENINGS = (
    "heard_punished", "heard_cleared", "backlog", "waiting", "late_orders", "rejected_orders",
    "proposed_orders", "hidden_in_proposals", "seized", "bonus_paid", "hidden_margin",
    "directed_margin", "monitor_taken", "fine_paid", "bribe_paid", "own_account",
)  # fmt: skip


def test_much_happens_in_the_worlds_compared():
    """Else equality would prove little: every status, choice, ending and verdict must occur."""
    codes = ("status", "choice", "left", "verdict", "called", "news", "detected", "good")
    seen = {name: set() for name in (*codes, "occupant")}
    sums = dict.fromkeys(HAPPENINGS, 0.0)
    for seed in (1, 2, 3):
        rows = Replicate(course_of("tight_control", *as_words(EVERYTHING), posts=120), seed, 0)
        for _ in range(84):
            rows.live()
            for name in sums:
                sums[name] += np.abs(rows.world.traders[name]).sum()
            for name, values in seen.items():
                values.update(rows.world.traders[name].tolist())
    assert seen["status"] == {0, 1, 2}
    assert seen["choice"] == {0, 1, 2, 3, 4}
    assert seen["left"] == {0, 1, 2, 3, 4}
    assert seen["verdict"] == {0, 1, 2, 3, 4}
    assert seen["called"] == {0, 1, 2}
    assert seen["news"] == {0, 1, 2, 3}
    assert seen["detected"] == {0, 1}
    assert seen["good"] == set(range(12)) - {9, 11}  # Russia sells no computers and no vehicles
    assert max(seen["occupant"]) >= 2
    assert all(sums.values()), sums


@pytest.mark.parametrize("actor", ACTORS)
def test_a_planted_difference_is_found_in_every_field(actor):
    course = load("tight_control", ["cohort.posts=7", "cohort.companies=3"]).course()
    model, rows = TraderModel(course, 1, 0), Replicate(course, 1, 0)
    model.step()
    rows.live()
    table = getattr(rows.world, actor)
    last = len(table) - 1
    for name in table.dtype.names:
        kept = table[name][last]
        nudged = kept + 1 if table.dtype[name] == np.int64 else np.nextafter(kept, np.inf)
        table[name][last] = nudged
        assert differences(model, rows) == [(actor, name, last)]
        table[name][last] = kept
    assert differences(model, rows) == []


def test_another_luck_is_found():
    course = course_of("history", posts=20)
    model, rows = TraderModel(course, 1, 0), Replicate(course, 2, 0)
    assert len(differences(model, rows)) > 20


OUT_OF_BOUNDS = """
import numba, numpy
from tests.laws import test_two_carriers as law
assert numba.config.BOUNDSCHECK == 1
try:
    numba.njit(lambda table: table[7])(numpy.zeros(3))
except IndexError:
    course = law.course_of("tight_control", *law.as_words(law.EVERYTHING))
    print(law.in_lockstep(course, 1), "months")
"""


def test_no_rule_reaches_beyond_a_table_tight_control_with_bounds_checked(tmp_path):
    """Compiled rows are not checked by default: a number out of range would read rubbish."""
    more = {"NUMBA_BOUNDSCHECK": "1", "XDG_CACHE_HOME": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "-c", OUT_OF_BOUNDS],
        cwd=ROOT, env=os.environ | more, capture_output=True, text=True,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert told.stdout == "84 months\n"
    assert list(tmp_path.rglob("*.nbc")), "compiled elsewhere"
