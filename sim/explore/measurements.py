"""Measurements that take more than an outcome and a contrast: what rows of the table of patterns
name under ``by``.

Each takes what one draw left in all its worlds (``Seen``) and the declared measure, and gives one
number; ``measure.worlds`` are the worlds it compares, in the order that its docstring names. It is
measured over the months of the measure. Prices are relative to the reference price.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..ensemble import Lived
from ..history import KEPT
from ..model.choosing import value_of_defecting, value_of_overstaying, value_of_staying
from ..model.course import Course
from ..model.leaving import expect_flow
from ..model.planner import open_month
from ..model.row import as_objects
from ..model.settings import Levers, Surroundings
from ..model.world import POSTED, Company, Planner, Trader
from ..outcomes import OUTCOMES
from ..run import Replicate
from .points import PLACE, measured
from .targets import Measure

Floats = NDArray[np.float64]
PUNISHED_PEERS, NEWS_MONTHS = 60, 12  # of the experiment on news: cases, and months watched
FEWEST_ALIKE = 10  # posts that buy one good in one month, for their prices to be compared
SAVINGS, BELIEFS = np.arange(0.0, 100_001.0, 10_000.0), np.arange(0.1, 0.91, 0.2)


@dataclass(frozen=True)
class Seen:
    """One draw lived in all its worlds with the same luck.

    ``lived`` and ``courses`` by world; ``window``: first and last month, by place, of a measure
    that names none.
    """

    lived: dict[str, Lived]
    courses: dict[str, Course]
    seed: int
    number: int
    window: tuple[int, int]

    def span(self, measure: Measure) -> tuple[int, int]:
        """First and last month of a measure, by place."""
        if not measure.months:
            return self.window
        months = next(iter(self.courses.values())).months
        return months.index(measure.months.first), months.index(measure.months.last)

    def value(self, world: str, outcome: str, measure: Measure) -> float:
        """An outcome of a world over the measure's months."""
        return measured(self.lived[world], outcome, *self.span(measure))

    def monthly(self, world: str, outcome: str, measure: Measure) -> tuple[Floats, Floats]:
        """An outcome month by month and what each month weighs, (months,) each."""
        first, last = self.span(measure)
        values, weights = self.lived[world].outcomes[PLACE[outcome]][:, first : last + 1]
        return values, weights

    def panel(self, world: str, measure: Measure) -> dict[str, NDArray[np.float64]]:
        """Kept fields of all traders, by name, (months, posts) each."""
        first, last = self.span(measure)
        fields = self.lived[world].panel[1:, first : last + 1]
        return dict(zip(KEPT["traders"], fields, strict=True))

    def replicate(self, world: str) -> Replicate:
        """Its first day, to be lived again."""
        return Replicate(self.courses[world], self.seed, self.number)

    @cached_property
    def minds(self) -> dict[tuple[str, int], Floats]:
        """What the experiment on news gave, kept for the measures that share it."""
        return {}


Measurement = Callable[[Seen, Measure], float]
MEASUREMENTS: dict[str, Measurement] = {}
WITH_PANEL: set[str] = set()


def _measurement(panel: bool = False) -> Callable[[Measurement], Measurement]:
    """Register under its name; ``panel``: it looks at single traders."""

    def register(taken: Measurement) -> Measurement:
        MEASUREMENTS[taken.__name__] = taken
        if panel:
            WITH_PANEL.add(taken.__name__)
        return taken

    return register


# ------------------------------------------------------------------------------------------ prices


@_measurement()
def log_price(seen: Seen, measure: Measure) -> float:
    """Difference of ln price paid, first world less second, quality left as it is."""
    one, other = (seen.value(world, "nominal_price", measure) for world in measure.worlds)
    return float(np.log(one / other))


@_measurement()
def price_at_constant_quality(seen: Seen, measure: Measure) -> float:
    """Coefficient of the first world in ln price on that world and quality, months of both
    together, ordinary least squares (as row N1 asks)."""
    treated, control = measure.worlds
    return _at_constant_quality(seen, measure, treated, control)


@_measurement()
def difference_of_effects(seen: Seen, measure: Measure) -> float:
    """Effect on ln price at constant quality of the first world over the second, less that of the
    third over the fourth."""
    one, its_control, other, other_control = measure.worlds
    return _at_constant_quality(seen, measure, one, its_control) - _at_constant_quality(
        seen, measure, other, other_control
    )


def _at_constant_quality(seen: Seen, measure: Measure, treated: str, control: str) -> float:
    arms = [
        [seen.monthly(world, name, measure)[0] for name in ("nominal_price", "quality")]
        for world in (control, treated)
    ]
    price, quality = (np.concatenate([arm[k] for arm in arms]) for k in (0, 1))
    is_treated = np.repeat([0.0, 1.0], len(price) // 2)
    columns = np.column_stack([np.ones(len(price)), is_treated, quality])
    known = np.isfinite(price) & np.isfinite(quality)
    return float(np.linalg.lstsq(columns[known], np.log(price[known]), rcond=None)[0][1])


@_measurement()
def lost_share(seen: Seen, measure: Measure) -> float:
    """Part of what a lower price saves that lower quality costs: worth of an SD of quality times
    the gap of qualities, over the gap of ln prices (N5; T15b: 1 is break-even). The worth is that
    by which traders choose. Worlds: directed, own."""
    directed, own = measure.worlds
    first, _ = seen.span(measure)
    worth = float(seen.courses[own].surroundings["value_of_quality"][first])
    quality = [seen.value(world, "quality", measure) for world in (own, directed)]
    price = [np.log(seen.value(world, "nominal_price", measure)) for world in (own, directed)]
    return float(worth * (quality[0] - quality[1]) / (price[0] - price[1]))


@_measurement()
def elasticity(seen: Seen, measure: Measure) -> float:
    """Change of ln of the measure's outcome for a change of ln income. Worlds: as it is, with
    higher pay."""
    as_it_is, paid = measure.worlds
    moved, income = (
        np.log(seen.value(paid, name, measure) / seen.value(as_it_is, name, measure))
        for name in (measure.outcome, "income_mean")
    )
    return float(moved / income)


@_measurement()
def ends_over_middle(seen: Seen, measure: Measure) -> float:
    """The larger elasticity of the two ends over that of the middle, in size. Worlds, in pairs as
    for ``elasticity``: low end, middle, high end."""
    low, middle, high = (
        abs(elasticity(seen, measure.model_copy(update={"worlds": measure.worlds[k : k + 2]})))
        for k in (0, 2, 4)
    )
    return max(low, high) / middle


@_measurement()
def slope_ratio(seen: Seen, measure: Measure) -> float:
    """Fall of the outcome from the first world to the second, over that from the third to the
    fourth, each for a unit of surveillance."""
    slopes = []
    for one, other in (measure.worlds[:2], measure.worlds[2:]):
        levels = [seen.value(world, measure.outcome, measure) for world in (one, other)]
        watched = [seen.value(w, "surveillance_in_force", measure) for w in (one, other)]
        slopes.append((levels[0] - levels[1]) / (watched[1] - watched[0]))
    return float(slopes[0] / slopes[1])


@_measurement()
def step_least_falling(seen: Seen, measure: Measure) -> float:
    """The largest change of the outcome from a world to the next one: below 0 if it falls all the
    way."""
    levels = [seen.value(world, measure.outcome, measure) for world in measure.worlds]
    return float(np.diff(levels).max())


@_measurement(panel=True)
def trader_share(seen: Seen, measure: Measure) -> float:
    """Part of the variance of ln price that goes with the trader: variance component of a one-way
    analysis over trader-months, less the mean of all who buy the same good in that month. The
    month's bundle is the smallest deal there is."""
    (world,) = measure.worlds
    panel = seen.panel(world, measure)
    goods = seen.replicate(world).world.traders["good"]
    with np.errstate(invalid="ignore", divide="ignore"):
        price = np.log(np.where(panel["delivered"] > 0, panel["paid"] / panel["delivered"], np.nan))
    for good in np.unique(goods):
        mine = price[:, goods == good]
        known = np.isfinite(mine)
        count = known.sum(axis=1, keepdims=True)
        mean = np.where(known, mine, 0).sum(axis=1, keepdims=True) / np.maximum(count, 1)
        price[:, goods == good] = np.where(count >= FEWEST_ALIKE, mine - mean, np.nan)
    posts = np.broadcast_to(np.arange(price.shape[1]), price.shape)
    trader = (posts * 10_000 + panel["began"] + 5_000).astype(np.int64)
    known = np.isfinite(price)
    return between_share(price[known], trader[known])


def between_share(values: Floats, group: NDArray[np.int64]) -> float:
    """Variance between groups over all, from one-way analysis of variance with unequal groups; 0
    where nothing varies."""
    _, place, size = np.unique(group, return_inverse=True, return_counts=True)
    if len(size) < 2 or len(values) <= len(size):
        return np.nan
    means = np.bincount(place, values) / size
    within = ((values - means[place]) ** 2).sum() / (len(values) - len(size))
    between = (size * (means - values.mean()) ** 2).sum() / (len(size) - 1)
    even = (len(values) - (size**2).sum() / len(values)) / (len(size) - 1)
    part = max(0.0, (between - within) / even)
    return float(part / (part + within)) if part + within > 1e-12 else 0.0


# ----------------------------------------------------------------------------------------- traders


@_measurement()
def per_trader_at_work(seen: Seen, measure: Measure) -> float:
    """The outcome's total over traders at work, first world relative to second."""
    levels = []
    for world in measure.worlds:
        values, weights = seen.monthly(world, measure.outcome, measure)
        at_work = seen.monthly(world, "income_mean", measure)[1]
        levels.append((values * weights).sum() / at_work.sum())
    return float(levels[0] / levels[1] - 1)


@_measurement()
def recovered(seen: Seen, measure: Measure) -> float:
    """Part of what the first world lost to the second that the third has won back."""
    low, high, back = (seen.value(world, measure.outcome, measure) for world in measure.worlds)
    return (back - low) / (high - low)


@_measurement()
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


@_measurement(panel=True)
def held_back(seen: Seen, measure: Measure) -> float:
    """Part of their output, in exports a month at work, that the most productive quarter of posts
    holds back in the first world; the quarter is that of the second."""
    return _held_back(seen, measure, measure.worlds)


@_measurement(panel=True)
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


@_measurement(panel=True)
def below_full_output(seen: Seen, measure: Measure) -> float:
    """Part by which exports fall short of what full effort would bring."""
    (world,) = measure.worlds
    first, last = seen.span(measure)
    course, panel = seen.courses[world], seen.panel(world, measure)
    rate = course.surroundings["commission_share"][first : last + 1]
    full = rate * course.today["exports_usd"][first : last + 1]
    possible = (panel["at_work"].sum(axis=1) * full).sum()
    return float(1 - panel["commission_paid"].sum() / possible)


@_measurement()
def home_by_savings(seen: Seen, measure: Measure) -> float:
    """Chance that a typical trader who weighs leaving goes home, with 100,000 USD saved less with
    nothing, mean over beliefs; through the rules, at the cash flow he reckons with."""
    home = _going_home(seen, measure, may_stay=True)
    return float((home[-1] - home[0]).mean())


@_measurement()
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


# -------------------------------------------------------------------------------------------- news


@_measurement()
def minds_changed_near(seen: Seen, measure: Measure) -> float:
    """Traders who chose otherwise within a year because they heard of one punished peer, of those
    who hear from him (distance 1)."""
    return float(_minds(seen, measure)[0])


@_measurement()
def minds_changed_far(seen: Seen, measure: Measure) -> float:
    """Chance that a trader at distance 3 or more chooses otherwise, over that at distance 1."""
    _, near, far = _minds(seen, measure)
    return float(far / near) if near > 0 else np.nan


def _minds(seen: Seen, measure: Measure) -> Floats:
    """Changes of mind for one punished peer at distance 1; chance of one for a trader at distance
    1, and 3 or more. One case at a time is heard of in a copy of the world, all else, luck
    included, being the same."""
    (world,), (month, _) = measure.worlds, seen.span(measure)
    if (world, month) not in seen.minds:
        seen.minds[world, month] = _experiment(seen.replicate(world), month)
    return seen.minds[world, month]


def _experiment(before: Replicate, month: int) -> Floats:
    for _ in range(month):
        before.live()
    contacts = before.world.contacts
    as_it_is = _choices(before.fork(before.course))
    posted = np.flatnonzero(before.world.traders["status"] == POSTED)
    peers = posted[np.linspace(0, len(posted) - 1, min(PUNISHED_PEERS, len(posted))).astype(int)]
    found = []
    for peer in np.unique(peers):
        told = before.fork(before.course)
        heard = contacts[contacts["teller"] == peer]
        np.add.at(told.world.traders["heard_punished"], heard["listener"], heard["weight"])
        changed = (_choices(told) != as_it_is).any(axis=0)
        away = distances(contacts["teller"], contacts["listener"], len(changed), int(peer))
        near, far = changed[away == 1], changed[away >= 3]
        if len(near) and len(far):
            found.append([near.sum(), near.mean(), far.mean()])
    return np.array(found, float).mean(axis=0) if found else np.full(3, np.nan)


def _choices(world: Replicate) -> NDArray[np.int64]:
    """What every occupant of a post chose, month by month, (months, posts)."""
    chosen = []
    for _ in range(min(NEWS_MONTHS, len(world.course.months) - world.month)):
        world.live()
        chosen.append(world.world.traders["choice"].copy())
    return np.array(chosen)


def distances(
    tellers: NDArray[np.int64], listeners: NDArray[np.int64], count: int, start: int
) -> NDArray[np.int64]:
    """How many contacts away from ``start`` everybody is, as news would travel, (count,); more than
    that for who is not reached."""
    away = np.full(count, count + 1)
    away[start] = 0
    edge: Sequence[int] | NDArray[np.int64] = [start]
    step = 0
    while len(edge):
        step += 1
        reached = np.unique(listeners[np.isin(tellers, edge)])
        edge = reached[away[reached] > step]
        away[edge] = step
    return away


def taken(seen: Seen, measure: Measure) -> float:
    """The number that a declared measure gives; NaN where there is nothing to divide by."""
    try:
        with np.errstate(divide="ignore", invalid="ignore"):
            return MEASUREMENTS[measure.by](seen, measure) if measure.by else _plain(seen, measure)
    except ZeroDivisionError:
        return np.nan


def _plain(seen: Seen, measure: Measure) -> float:
    """An outcome of a world, or how it differs from that of another."""
    assert measure.under is not None  # checked as the file is read
    mine = seen.value(measure.under, measure.outcome, measure)
    if measure.less:
        return mine - measure.less.times * seen.value(measure.under, measure.less.outcome, measure)
    if measure.minus:
        return mine - seen.value(measure.minus, measure.outcome, measure)
    if measure.relative_to:
        return mine / seen.value(measure.relative_to, measure.outcome, measure) - 1
    return mine


def unit_of(measure: Measure) -> str:
    """The unit of what a measure gives."""
    if measure.unit or measure.by:
        return measure.unit
    if measure.relative_to:
        return "share"
    known = OUTCOMES.get(measure.outcome)
    return known.unit if known else "months"
