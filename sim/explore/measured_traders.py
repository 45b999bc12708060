"""Measurements of what traders earn, remit, put in, and where they go."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..model.choosing import value_of_defecting, value_of_overstaying, value_of_staying
from ..model.leaving import expect_flow
from ..model.planner import open_month
from ..model.row import as_objects
from ..model.settings import Levers, Surroundings
from ..model.world import Company, Planner, Trader
from .seen import Floats, Seen, measurement
from .targets import Measure

SAVINGS, BELIEFS = np.arange(0.0, 100_001.0, 10_000.0), np.arange(0.1, 0.91, 0.2)


@measurement(2, outcome=True)
def per_trader_at_work(seen: Seen, measure: Measure) -> float:
    """The outcome's total over traders at work, first world relative to second."""
    levels = []
    for world in measure.worlds:
        values, weights = seen.monthly(world, measure.outcome, measure)
        at_work = seen.monthly(world, "income_mean", measure)[1]
        levels.append((values * weights).sum() / at_work.sum())
    return float(levels[0] / levels[1] - 1)


@measurement(3, outcome=True)
def recovered(seen: Seen, measure: Measure) -> float:
    """Part of what the first world lost to the second that the third has won back."""
    low, high, back = (seen.value(world, measure.outcome, measure) for world in measure.worlds)
    return (back - low) / (high - low)


@measurement(2)
def first_traders_left(seen: Seen, measure: Measure) -> float:
    """Part of the first traders who are in post after the last month, first world less second."""
    _, last = seen.span(measure)
    parts = []
    for world in measure.worlds:
        there = seen.lived[world].postings
        there = there[there["began"] <= 0]
        gone = [(there[name] >= 0) & (there[name] <= last) for name in ("ended", "overstayed")]
        parts.append(1 - (gone[0] | gone[1]).mean())
    return float(parts[0] - parts[1])


@measurement(2, panel=True)
def held_back(seen: Seen, measure: Measure) -> float:
    """Part of their output, in exports a month at work, that the most productive quarter of posts
    holds back in the first world; the quarter is that of the second."""
    return _held_back(seen, measure, measure.worlds)


@measurement(4, panel=True)
def held_back_over(seen: Seen, measure: Measure) -> float:
    """``held_back`` of the first world over the second, relative to that of the third over the
    fourth."""
    parts = [_held_back(seen, measure, measure.worlds[k : k + 2]) for k in (0, 2)]
    return parts[0] / parts[1]


def _held_back(seen: Seen, measure: Measure, worlds: Sequence[str]) -> float:
    output = []
    for world in worlds:
        panel = seen.panel(world, measure)
        at_work = panel["at_work"].sum(axis=0)
        output.append(panel["commission_paid"].sum(axis=0) / np.maximum(at_work, 1))
    top = output[1] >= np.quantile(output[1], 0.75)
    return float(1 - output[0][top].mean() / output[1][top].mean())


@measurement(1, panel=True)
def below_full_output(seen: Seen, measure: Measure) -> float:
    """Part by which exports fall short of what full effort would bring."""
    (world,) = measure.worlds
    first, last = seen.span(measure)
    course, panel = seen.courses[world], seen.panel(world, measure)
    rate = course.surroundings["commission_share"][first : last + 1]
    full = rate * course.today["exports_usd"][first : last + 1]
    possible = (panel["at_work"].sum(axis=1) * full).sum()
    return float(1 - panel["commission_paid"].sum() / possible)


@measurement(1)
def home_by_savings(seen: Seen, measure: Measure) -> float:
    """Chance that a typical trader who weighs leaving goes home, with 100,000 USD saved less with
    nothing, mean over beliefs; through the rules, at the cash flow he reckons with."""
    home = _going_home(seen, measure, may_stay=True)
    return float((home[-1] - home[0]).mean())


@measurement(1)
def home_by_belief(seen: Seen, measure: Measure) -> float:
    """Chance that a typical trader who is ordered home obeys, sure of punishment (0.9) less sure of
    being cleared (0.1), mean over savings; through the rules."""
    home = _going_home(seen, measure, may_stay=False)
    return float((home[:, -1] - home[:, 0]).mean())


def _going_home(seen: Seen, measure: Measure, may_stay: bool) -> Floats:
    """Chance of going home, (savings, beliefs), in the first month of the measure."""
    course, (month, _) = seen.courses[measure.worlds[0]], seen.span(measure)
    (levers,) = as_objects(Levers, course.levers[month : month + 1])
    (surroundings,) = as_objects(Surroundings, course.surroundings[month : month + 1])
    planner = Planner()
    open_month(planner, levers, surroundings)
    home = np.empty((len(SAVINGS), len(BELIEFS)))
    for at, savings in enumerate(SAVINGS):
        for column, belief in enumerate(BELIEFS):
            trader = Trader(savings=savings, belief=belief, has_family=1)
            expect_flow(trader, Company(), levers, surroundings)
            values = [
                value_of_staying(trader, planner, levers, surroundings) if may_stay else -np.inf,
                value_of_overstaying(trader, belief, planner, surroundings),
                value_of_defecting(trader, belief, planner, surroundings),
            ]
            odds = np.exp(np.minimum(np.array(values) / surroundings.choice_noise_usd, 700))
            home[at, column] = 1 / (1 + odds.sum())
    return home
