"""Measurements of patterns, held against numbers known by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.ensemble import Lived, Watching, one_replicate
from sim.explore.measured_news import distances
from sim.explore.measured_prices import between_share
from sim.explore.measurements import taken
from sim.explore.points import PLACE
from sim.explore.seen import MEASUREMENTS, Seen
from sim.explore.targets import Measure
from sim.history import KEPT
from sim.outcomes import OUTCOMES
from sim.postings import COLUMNS, NEVER
from sim.scenario import load

MONTHS = 6


def world(panel=None, postings=None, **outcomes):
    """A replicate with outcomes given month by month; weights are 1 unless given as a pair."""
    table = np.full((len(OUTCOMES), 2, MONTHS), np.nan)
    table[:, 1] = 0
    for name, said in outcomes.items():
        values, weights = said if isinstance(said, tuple) else (said, 1.0)
        table[PLACE[name], 0], table[PLACE[name], 1] = values, weights
    kept = np.zeros((1 + len(KEPT["traders"]), MONTHS, 8))
    for name, values in (panel or {}).items():
        kept[1 + KEPT["traders"].index(name)] = values
    there = np.empty(0, COLUMNS) if postings is None else postings
    return Lived("w", 0, table, there, panel=kept)


def seen(worth=0.2, **worlds):
    surroundings = np.array([(worth, 0.5)] * MONTHS,
                            [("value_of_quality", float), ("commission_share", float)])  # fmt: skip
    today = np.array([(100.0,)] * MONTHS, [("exports_usd", float)])
    months = tuple(f"2026-0{k + 1}" for k in range(MONTHS))
    course = SimpleNamespace(surroundings=surroundings, today=today, months=months)
    return Seen(worlds, dict.fromkeys(worlds, course), 1, 0, (0, MONTHS - 1))


def measure(by=None, **said):
    return Measure.model_validate({"says": "x", "by": by, **said})


def number(by, worlds, among, **said):
    return MEASUREMENTS[by].take(among, measure(by, worlds=worlds, **said))


def test_lost_share_is_one_at_break_even():
    # 0.2 an SD times 1 SD is what a price lower by exp(-0.2) saves
    among = seen(own=world(nominal_price=1.0, quality=0.0),
                 fixed=world(nominal_price=np.exp(-0.2), quality=-1.0))  # fmt: skip
    assert number("lost_share", ["fixed", "own"], among) == pytest.approx(1.0)


def test_the_effect_at_constant_quality_is_found_among_noise_of_quality():
    rng = np.random.default_rng(3)
    quality = rng.normal(size=(2, MONTHS))
    price = np.exp(0.1 + 0.3 * quality - 0.08 * np.array([[0], [1]]))
    arms = {name: world(nominal_price=price[k], quality=quality[k]) for k, name in enumerate("ab")}
    among = seen(**arms, same=world(nominal_price=price[0], quality=quality[0]))
    assert number("price_at_constant_quality", ["b", "a"], among) == pytest.approx(-0.08)
    found = number("difference_of_effects", ["b", "a", "same", "a"], among)
    assert found == pytest.approx(-0.08)


def test_elasticities_and_their_hump():
    def paid(moved):
        return world(nominal_price=np.exp(moved * np.log(1.1)), income_mean=1100.0)

    among = seen(as_it_is=world(nominal_price=1.0, income_mean=1000.0), low=paid(-0.02),
                 middle=paid(-0.2), high=paid(0.04))  # fmt: skip
    named = ["as_it_is", "low", "as_it_is", "middle", "as_it_is", "high"]
    assert number("elasticity", named[2:4], among, outcome="nominal_price") == pytest.approx(-0.2)
    assert number("ends_over_middle", named, among, outcome="nominal_price") == pytest.approx(0.2)


def test_slopes_are_for_a_unit_of_surveillance():
    levels = {"a": (0.04, 0.10), "b": (0.24, 0.06), "c": (0.8, 0.05), "d": (1.0, 0.04)}
    among = seen(**{name: world(surveillance_in_force=watched, hidden_margin_share=hidden)
                    for name, (watched, hidden) in levels.items()})  # fmt: skip
    found = number("slope_ratio", list("abcd"), among, outcome="hidden_margin_share")
    assert found == pytest.approx(4.0)
    steps = number("step_least_falling", list("abcd"), among, outcome="hidden_margin_share")
    assert steps == pytest.approx(-0.01)
    back = number("step_least_falling", list("abdc"), among, outcome="hidden_margin_share")
    assert back == pytest.approx(0.01)


def test_a_total_for_each_trader_at_work():
    among = seen(reform=world(remittance_usd=(10.0, 8.0), income_mean=(1.0, 4.0)),
                 before=world(remittance_usd=(10.0, 8.0), income_mean=(1.0, 8.0)))  # fmt: skip
    found = number("per_trader_at_work", ["reform", "before"], among, outcome="remittance_usd")
    assert found == pytest.approx(1.0)  # 20 a trader against 10


def test_what_was_won_back():
    among = seen(**{name: world(retained_margin_share=level)
                    for name, level in (("low", 0.0), ("high", 0.02), ("back", 0.015))})  # fmt: skip
    named = ["low", "high", "back"]
    found = number("recovered", named, among, outcome="retained_margin_share")
    assert found == pytest.approx(0.75)


def test_first_traders_leave_by_ending_or_by_overstaying():
    def postings(*ends):
        table = np.full(len(ends) + 1, 0, COLUMNS)
        for name in ("spent", "missed", "overstayed", "ended"):
            table[name] = NEVER
        table["began"][-1] = 2  # a newcomer, who does not count
        for row, (name, month) in zip(table, ends, strict=False):
            if name:
                row[name] = month
        return table

    among = seen(few=world(postings=postings(("ended", 1), ("overstayed", 5), ("ended", 9), ("", 0))),
                 all=world(postings=postings(("", 0), ("", 0))))  # fmt: skip
    assert number("first_traders_left", ["few", "all"], among) == pytest.approx(-0.5)


def test_output_held_back_is_that_of_the_best_quarter():
    ones = np.ones((MONTHS, 8))
    output = np.arange(1.0, 9.0) * np.ones((MONTHS, 1))
    less = np.where(np.arange(8) >= 6, 0.9, 0.2) * output
    among = seen(ratchet=world({"at_work": ones, "commission_paid": less}),
                 free=world({"at_work": ones, "commission_paid": output}),
                 same=world({"at_work": ones, "commission_paid": np.full((MONTHS, 8), 50.0)}))  # fmt: skip
    assert number("held_back", ["ratchet", "free"], among) == pytest.approx(0.1)
    assert number("held_back_over", ["free", "free", "ratchet", "free"], among) == 0
    assert number("below_full_output", ["same"], among) == pytest.approx(0)


def test_the_part_of_variance_that_lies_between_groups():
    rng = np.random.default_rng(8)
    group = np.repeat(np.arange(400), 20)
    personal = rng.normal(size=400)[group]
    noise = rng.normal(size=len(group))
    assert between_share(personal + noise * 2, group) == pytest.approx(0.2, abs=0.02)
    assert between_share(noise, group) == pytest.approx(0.0, abs=0.01)
    assert between_share(np.zeros(len(group)), group) == 0.0


def test_distances_follow_the_news():
    tellers, listeners = np.array([0, 1, 2, 4]), np.array([1, 2, 3, 0])
    assert list(distances(tellers, listeners, 6, 0)) == [0, 1, 2, 3, 7, 7]


def test_plain_measures_are_contrasts_of_outcomes():
    among = seen(a=world(quality=3.0, nominal_price=1.0), b=world(quality=2.0))
    plain = {"outcome": "quality", "under": "a"}
    assert taken(among, measure(**plain)) == 3.0
    assert taken(among, measure(**plain, minus="b")) == 1.0
    assert taken(among, measure(**plain, relative_to="b")) == 0.5
    assert np.isnan(taken(seen(a=world(quality=3.0), b=world(quality=0.0)),
                          measure(**plain, relative_to="b")))  # fmt: skip
    less = measure(**plain, less={"times": 2, "outcome": "nominal_price"})
    assert taken(among, less) == 1.0


def lived(name):
    course = load(name, ["cohort.posts=60", "cohort.companies=8"]).first_months(30).course()
    return Seen({}, {name: course}, 1, 0, (24, 29))


def test_savings_keep_abroad_and_fear_keeps_from_coming_home():
    among = lived("tight_control")
    by_savings = number("home_by_savings", ["tight_control"], among)
    by_belief = number("home_by_belief", ["tight_control"], among)
    assert -1 <= by_savings < 0
    assert -1 <= by_belief < 0


def test_news_that_weighs_nothing_changes_no_mind():
    among = lived("tight_control")
    near = number("minds_changed_near", ["tight_control"], among)
    assert near >= 0
    among.minds.clear()
    quiet = load("tight_control", ["cohort.posts=60", "cohort.companies=8",
                                   *(f"surroundings.{name}=0" for name in
                                     ("news_weight", "city_tie", "stranger_tie"))])  # fmt: skip
    among.courses["tight_control"] = quiet.first_months(30).course()
    assert number("minds_changed_near", ["tight_control"], among) == 0


def test_what_is_personal_in_prices_is_the_traders_part():
    """Skill that differs more between traders is a larger part of the variance; on directed orders
    alone nothing is."""
    shares = {}
    for about, more in {
        "alike": ["cohort.bargaining_spread=0", "surroundings.skill_weight=0",
                  "cohort.late_monitor_share=0"],
        "unlike": ["cohort.bargaining_spread=0.5", "surroundings.bargaining_room=0.6"],
        "directed": ["levers.authority_share=0", "levers.online_lookup_share=1",
                     "levers.price_tolerance=0"],
    }.items():  # fmt: skip
        course = load("restored_autonomy", ["cohort.posts=200", *more]).first_months(12).course()
        panel = one_replicate([course], 1, 0, Watching(panel=1.0))[0]
        among = Seen({"w": panel}, {"w": course}, 1, 0, (0, 11))
        shares[about] = number("trader_share", ["w"], among)
    assert shares["directed"] == 0
    assert shares["alike"] < shares["unlike"] < 1
    assert shares["alike"] == pytest.approx(0, abs=0.03)
