"""The first day: companies, goods, posts and their first occupants."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from .chance import ContactLuck, Luck, lowest_of_normals, normal
from .leaving import expect_flow, first_savings, settle_in
from .row import rows, rule
from .settings import GOODS, Cohort, Levers, Surroundings
from .world import (
    CHINA,
    RUSSIA,
    Company,
    Contact,
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


def empty_world(levers: Any, surroundings: Any, cohort: Any, today: Any, announced: Any) -> World:
    """Rows for everybody; settings and calendar are tables of rows, one a month (cohort: one)."""
    searches = rows(Search, MOST_MEETINGS + 1)
    searches["lowest_normal"] = lowest_of_normals(MOST_MEETINGS)
    posts = int(cohort["posts"][0])
    return World(
        levers,
        surroundings,
        cohort,
        today,
        announced,
        planner=rows(Planner, 1),
        board=rows(ReviewBoard, 1),
        outside=rows(Outside, 1),
        searches=searches,
        goods=goods_rows(
            float(surroundings["unrecorded_ratio"][0]), float(cohort["russia_share"][0])
        ),
        companies=rows(Company, int(cohort["companies"][0])),
        contacts=rows(Contact, posts * int(cohort["contacts"][0])),
        traders=rows(Trader, posts),
    )


def goods_rows(unrecorded: float, russia: float) -> np.ndarray:
    """Goods on the Chinese, then on the Russian market; posts are shared out so that on the first
    day every post has the same orders."""
    goods = rows(Good, 2 * len(GOODS))
    for number, kind in enumerate(GOODS):
        stream = (1.0 if kind.recorded else unrecorded) / (1.0 + unrecorded)
        at_home = (1.0 - russia) * kind.share * stream
        abroad = russia * kind.russian_share
        for partner, good in ((CHINA, goods[number]), (RUSSIA, goods[number + len(GOODS)])):
            good["partner"] = partner
            good["recorded"] = kind.recorded
            good["manufactured"] = kind.manufactured
            good["permission_share"] = kind.permission_share
            good["covert"] = kind.covert
            good["share"] = at_home if partner == CHINA else abroad
            good["elsewhere"] = abroad if partner == CHINA else at_home
            good["stream_share"] = kind.share
            if partner == RUSSIA and stream > 0.0:
                good["stream_share"] = abroad / stream / max(1.0 - russia, 0.5)
    return goods


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
    trader: Trader,
    company: Company,
    levers: Levers,
    surroundings: Surroundings,
    cohort: Cohort,
    luck: Luck,
) -> None:
    """A first occupant, somewhere in his term, so that terms do not all end together."""
    settle_in(trader, cohort, surroundings, luck)
    trader.quota_factor = math.exp(cohort.quota_spread * normal(luck.new_quota))
    trader.monitor_late = int(luck.new_monitor < cohort.late_monitor_share)
    trader.months_posted = int(luck.new_term * cohort.stagger_months)
    trader.began = -trader.months_posted
    trader.experience = cohort.experience
    trader.savings = first_savings(cohort.savings_usd, cohort, luck)
    expect_flow(trader, company, levers, surroundings)


@rule
def tie(
    contact: Contact, place: int, cohort: Cohort, surroundings: Surroundings, luck: ContactLuck
) -> None:
    """Everyone hears of colleagues, of others in town, and of a few strangers (small world)."""
    listener = place // cohort.contacts
    number = place % cohort.contacts
    company = listener % cohort.companies
    colleagues = (cohort.posts - 1 - company) // cohort.companies + 1
    teller = (listener + number + 1) % cohort.posts
    if 2 * number < cohort.contacts and number + 1 < colleagues:
        place_in_company = (listener // cohort.companies + number + 1) % colleagues
        teller = company + cohort.companies * place_in_company
    weight = surroundings.city_tie
    if teller % cohort.companies == company:
        weight = 1.0
    if luck.rewired < cohort.rewired_share:
        teller = int(luck.stranger * cohort.posts)
        weight = surroundings.stranger_tie
    contact.listener = listener
    contact.teller = teller
    contact.weight = surroundings.news_weight * weight
    if teller == listener:
        contact.weight = 0.0


@rule
def first_day(world: World, luck: Sequence[Luck], contact_luck: Sequence[ContactLuck]) -> None:
    """Everybody in place before the first month."""
    cohort, companies, traders = world.cohort, world.companies, world.traders
    for number in range(len(companies)):
        companies[number].tier = tier_of((number + 0.5) / len(companies), cohort)
    for post in range(len(traders)):
        trader = traders[post]
        trader.company = post % len(companies)
        company = companies[trader.company]
        trader.good = good_of(post, world.goods)
        take_up_post(trader, company, world.levers, world.surroundings, cohort, luck[post])
        company.posts += 1
        company.capital += cohort.company_capital_usd
    for place in range(len(world.contacts)):
        tie(world.contacts[place], place, cohort, world.surroundings, contact_luck[place])
