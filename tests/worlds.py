"""Small textbook worlds: courses built by hand, without a scenario file or customs data."""

from collections.abc import Iterator

import numpy as np

from sim.history import History
from sim.model.course import Course
from sim.model.row import as_objects, rows
from sim.model.settings import DRAWERS, Cohort, Levers, Surroundings
from sim.model.world import Today
from sim.run import Replicate

ACTORS = ("planner", "board", "outside", "searches", "goods", "companies", "traders")

# Worlds are overlays, drawer by drawer; a later one has the last word.
NOBODY_IS_CALLED = {
    "levers": {"review_chance": 0, "recall_chance": 0, "forced_cases_per_year": 0},
    "surroundings": {
        "call_up_per_surveillance": 0,
        "call_up_per_arrears_month": 0,
        "call_up_per_exposure": 0,
    },
}
NOBODY_LEAVES = {
    "levers": NOBODY_IS_CALLED["levers"],
    "surroundings": NOBODY_IS_CALLED["surroundings"] | {"reconsider_chance": 0},
}
ALL_ALIKE = {
    "surroundings": {"order_noise": 0},
    "cohort": {
        "savings_spread": 0,
        "quota_spread": 0,
        "bargaining_spread": 0,
        "without_family_share": 0,
        "stagger_months": 1,
    },
}
OWN_PURSE_ONLY = {  # no company helps, no commission, no levy
    "levers": {"levy_usd": 0},
    "surroundings": {"company_cover_chance": 0, "commission_share": 0},
}
ONE_PRICE = {"surroundings": {"price_sd": 0, "value_of_quality": 0, "seller_able_chance": 1}}
FREE_HAND = {  # every order is the trader's own, meeting costs nothing, skill is of no account
    "levers": {"authority_share": 1, "autonomy_tiers": 3, "surveillance": 0},
    "surroundings": {"meeting_cost_usd": 0, "skill_weight": 0, "seller_failure_chance": 0},
    "cohort": {"bargaining_share": 1, "bargaining_spread": 0},
}


def make_course(
    *worlds, months=12, posts=10, levers=None, surroundings=None, cohort=None,
    orders_usd=0.0, exports_usd=0.0, levies_due=0,
):  # fmt: skip
    """A course of so many months; a value may be one number or one a month."""
    tables = {}
    own = {"levers": levers, "surroundings": surroundings, "cohort": cohort}
    for drawer, declared in DRAWERS.items():
        tables[drawer] = rows(declared, 1 if drawer == "cohort" else months)
        if drawer == "cohort":
            tables[drawer]["posts"] = posts
            tables[drawer]["companies"] = max(1, posts // 10)
        for overlay in [world.get(drawer, {}) for world in worlds] + [own[drawer] or {}]:
            for name, value in overlay.items():
                tables[drawer][name] = value
    today = rows(Today, months)
    today["month"] = np.arange(months)
    today["orders_usd"] = orders_usd
    today["exports_usd"] = exports_usd
    today["levies_due"] = levies_due
    names = tuple(f"{2000 + at // 12}-{at % 12 + 1:02d}" for at in range(months))
    return Course("by hand", names, **tables, today=today)


def lived(course, seed=1, replicate=0):
    """A replicate lived to its end, and everything history keeps of it."""
    world = Replicate(course, seed, replicate)
    history = History(0, len(course.months), world.world)
    world.live(history)
    return world, history


def month_by_month(course, seed=1, replicate=0) -> Iterator[Replicate]:
    """The same replicate again after each month, for worlds too large for a history."""
    world = Replicate(course, seed, replicate)
    for _ in course.months:
        world.live()
        yield world


def settings(levers=None, surroundings=None, cohort=None):
    """One month's settings as plain objects, for driving a rule by hand."""
    course = make_course(months=1, levers=levers, surroundings=surroundings, cohort=cohort)
    return (
        as_objects(Levers, course.levers)[0],
        as_objects(Surroundings, course.surroundings)[0],
        as_objects(Cohort, course.cohort)[0],
    )


def within_four_errors(sample, expected):
    """Whether the mean of a sample is within four standard errors of what is expected."""
    sample = np.asarray(sample, float)
    error = sample.std(ddof=1) / np.sqrt(len(sample))
    assert error > 0, "a sample without spread proves nothing here"
    return abs(sample.mean() - expected) <= 4 * error


def share_within_four_errors(hits, tries, chance):
    """Whether hits out of tries are within four standard errors of a chance."""
    return abs(hits / tries - chance) <= 4 * np.sqrt(chance * (1 - chance) / tries)
