"""The first day: companies, goods, posts and their first occupants."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .chance import Luck, lowest_of_normals, normal
from .leaving import expect_flow, first_savings, settle_in
from .row import rows, rule
from .settings import Cohort, Levers, Surroundings
from .world import (
    Company,
    Good,
    Outside,
    Planner,
    ReviewBoard,
    Search,
    Trader,
    World,
)

MOST_MEETINGS = 12
GOLDEN = 0.6180339887498949  # multiples of it, modulo one, spread evenly however many there are


@dataclass(frozen=True)
class GoodKind:
    """A good and its part of the stream of trade it belongs to."""

    name: str
    recorded: bool
    share: float


# Shares within a stream are assumed: customs data of 2018 onwards show no machinery, electronics
# or vehicles (evidence 1.3), and the unrecorded stream has no published value.
GOODS = (
    GoodKind("consumer goods", True, 0.6),
    GoodKind("fuel and grain", True, 0.4),
    GoodKind("electronics", False, 0.3),
    GoodKind("computers", False, 0.2),
    GoodKind("industrial components", False, 0.3),
    GoodKind("vehicles", False, 0.2),
)


def empty_world(levers: Any, surroundings: Any, cohort: Any, today: Any) -> World:
    """Rows for everybody; settings and calendar are tables of rows, one a month (cohort: one)."""
    searches = rows(Search, MOST_MEETINGS + 1)
    searches["lowest_normal"] = lowest_of_normals(MOST_MEETINGS)
    goods = rows(Good, len(GOODS))
    unrecorded = float(surroundings["unrecorded_ratio"][0])
    for good, kind in zip(goods, GOODS, strict=True):
        stream = 1.0 if kind.recorded else unrecorded
        good["recorded"] = kind.recorded
        good["share"] = kind.share * stream / (1.0 + unrecorded)
    return World(
        levers,
        surroundings,
        cohort,
        today,
        planner=rows(Planner, 1),
        board=rows(ReviewBoard, 1),
        outside=rows(Outside, 1),
        searches=searches,
        goods=goods,
        companies=rows(Company, int(cohort["companies"][0])),
        traders=rows(Trader, int(cohort["posts"][0])),
    )


@rule
def tier_of(place: float, cohort: Cohort) -> int:
    """Companies in order of closeness to the Party; ``place`` runs from 0 to 1."""
    if place < cohort.tier_one_share:
        return 1
    if place < cohort.tier_one_share + cohort.tier_two_share:
        return 2
    return 3


@rule
def good_of(post: int, goods: Sequence[Good]) -> int:
    """Posts are shared out among goods by the goods' part of all orders."""
    place = post * GOLDEN % 1.0
    for number in range(len(goods)):
        place -= goods[number].share
        if place < 0.0:
            return number
    return 0


@rule
def take_up_post(
    trader: Trader, levers: Levers, surroundings: Surroundings, cohort: Cohort, luck: Luck
) -> None:
    """A first occupant, somewhere in his term, so that terms do not all end together."""
    settle_in(trader, cohort, surroundings, luck)
    trader.quota_factor = math.exp(cohort.quota_spread * normal(luck.new_quota))
    trader.months_posted = int(luck.new_term * cohort.stagger_months)
    trader.began = -trader.months_posted
    trader.experience = cohort.experience
    trader.savings = first_savings(cohort.savings_usd, cohort, luck)
    expect_flow(trader, levers, surroundings)


@rule
def first_day(world: World, luck: Sequence[Luck]) -> None:
    """Everybody in place before the first month."""
    cohort, companies, traders = world.cohort, world.companies, world.traders
    for number in range(len(companies)):
        companies[number].tier = tier_of((number + 0.5) / len(companies), cohort)
    for post in range(len(traders)):
        trader = traders[post]
        trader.company = post % len(companies)
        trader.good = good_of(post, world.goods)
        take_up_post(trader, world.levers, world.surroundings, cohort, luck[post])
        companies[trader.company].posts += 1
        companies[trader.company].capital += cohort.company_capital_usd
