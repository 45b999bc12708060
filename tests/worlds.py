"""Small textbook worlds: courses built by hand, without a scenario file or customs data."""

from collections.abc import Iterator

import numpy as np

from sim.history import History
from sim.model.course import Course
from sim.model.row import as_objects, rows
from sim.model.settings import DRAWERS, Cohort, Levers, Surroundings
from sim.model.world import Today
from sim.run import Replicate

ACTORS = (
    "planner", "board", "outside", "searches", "goods", "companies", "contacts", "traders",
)  # fmt: skip

# Worlds are overlays, drawer by drawer; a later one has the last word.
PURSE_AND_MARKET = {  # every mechanism around them at strength zero
    "levers": {
        "surveillance_cost_usd": 0,
        "extra_levy_usd": 0,
        "saving_bonus_share": 0,
        "directed_margin_share": 0,
        "open_area_share": 0,
        "quota_ratchet": 0,
        "quota_relief": 0,
        "surveillance_gain": 0,
        "authority_gain": 0,
    },
    "surroundings": {
        "unrecorded_ratio": 0,  # only goods that need no permission and cross the border openly
        "seizure_chance": 0,
        "hidden_cap_share": 0,
        "bribe_usd": 0,
        "news_weight": 0,
    },
    "cohort": {"late_monitor_share": 0, "russia_share": 0},
}
EVERYTHING = {  # what is off by default, or hardly seen, at a strength that shows
    "levers": {
        "quota_usd": 6000,
        "directed_margin_share": 0.05,
        "saving_bonus_share": 0.2,
        "open_area_share": 0.3,
        "extra_levy_usd": 150,
        "quota_ratchet": 0.05,
        "quota_relief": 0.1,
        "relief_below_share": 0.95,
        "surveillance_gain": 0.05,
        "tolerated_absence": 0.3,
        "authority_gain": 0.2,
    },
    "surroundings": {
        "unrecorded_ratio": 1,
        "russia_delivers": 0.5,
        "seizure_chance": 0.1,
        "hidden_cap_share": 0.05,
        "detection_loss_usd": 1000,
    },
    "cohort": {"russia_share": 0.2, "rewired_share": 0.3},
}
NOBODY_IS_CALLED = {
    "levers": {"review_chance": 0, "recall_chance": 0, "forced_cases_per_year": 0},
    "surroundings": {
        "call_up_per_surveillance": 0,
        "call_up_per_arrears_month": 0,
        "call_up_per_exposure": 0,
        "dismissal_chance": 0,
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
    orders_usd=0.0, exports_usd=0.0, levies_due=0, announced=None,
):  # fmt: skip
    """A course of so many months; a value may be one number or one a month.

    ``orders_usd`` are what an average post in China orders of both streams of trade; with
    PURSE_AND_MARKET it is exactly what every post orders. ``announced`` are levers of which that
    is known beforehand.
    """
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
    tables["announced"] = tables["levers"].copy()
    for name, value in (announced or {}).items():
        tables["announced"][name] = value
    today = rows(Today, months)
    today["month"] = np.arange(months)
    unrecorded = tables["surroundings"]["unrecorded_ratio"]
    today["recorded_usd"] = orders_usd / (1 + unrecorded)
    today["unrecorded_usd"] = today["recorded_usd"] * unrecorded
    today["exports_usd"] = exports_usd
    today["levies_due"] = levies_due
    names = tuple(f"{2000 + at // 12}-{at % 12 + 1:02d}" for at in range(months))
    return Course("by hand", names, **tables, today=today)


def as_words(*worlds):
    """Worlds as the words that put them over a scenario."""
    return [
        f"{drawer}.{name}={value}"
        for world in worlds
        for drawer, values in world.items()
        for name, value in values.items()
    ]


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
