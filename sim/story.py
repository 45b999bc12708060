"""One post's life, month by month: everything its occupants did, met with, heard and weighed.

Nothing is worked out here: what is told stands in the fields that the rules wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from .model.course import Course
from .model.row import as_objects
from .model.settings import GOODS, Levers, Surroundings
from .model.world import (
    OVERSTAYING,
    RUSSIA,
    VACANT,
    Company,
    Contact,
    Good,
    Planner,
    Today,
    Trader,
)
from .run import Replicate


class NoSuchPost(ValueError):
    """A post that the scenario does not have, in one sentence."""


@dataclass(frozen=True)
class News:
    """What was heard of somebody else's review: his post, a code of news, how much it counts."""

    post: int
    colleague: bool
    news: int
    weight: float


@dataclass(frozen=True)
class Chapter:
    """One month at one post: its trader before and after, and what he had to do with."""

    month: str
    before: Trader
    trader: Trader
    company: Company
    good: Good
    planner: Planner
    today: Today
    levers: Levers
    levers_before: Levers
    announced: Levers
    announced_before: Levers
    surroundings: Surroundings
    news: tuple[News, ...]

    @property
    def empty(self) -> bool:
        """Whether nobody held the post all month."""
        return self.before.status == VACANT and self.trader.status == VACANT

    @property
    def hiding(self) -> bool:
        """Whether its occupant was abroad without permission all month."""
        return self.before.status == OVERSTAYING and self.trader.status == OVERSTAYING


@dataclass(frozen=True)
class Story:
    """The life of one post in one replicate, from the first month on."""

    scenario: str
    title: str
    seed: int
    replicate: int
    post: int
    good: str
    contacts: tuple[int, ...]
    chapters: tuple[Chapter, ...]


def tell(course: Course, title: str, post: int, seed: int = 1, replicate: int = 0) -> Story:
    """Live one replicate and write down what happens at one post (numbered from 0).

    Raises ``NoSuchPost``.
    """
    world = Replicate(course, seed, replicate)
    posts = len(world.world.traders)
    if not 0 <= post < posts:
        raise NoSuchPost(f"post {post}: {course.name} has posts 0 to {posts - 1}")
    number = int(world.world.traders["good"][post])
    market = "Russia" if world.world.goods["partner"][number] == RUSSIA else "China"
    listened = world.world.contacts
    listened = listened[(listened["listener"] == post) & (listened["weight"] > 0.0)]
    return Story(
        course.name,
        title,
        seed,
        replicate,
        post,
        f"{GOODS[number % len(GOODS)].name} in {market}",
        tuple(sorted(set(listened["teller"].tolist()))),
        tuple(_chapters(world, post, as_objects(Contact, listened))),
    )


def _chapters(world: Replicate, post: int, ties: list[Contact]) -> Iterator[Chapter]:
    course, tables = world.course, world.world
    for at, month in enumerate(course.months):
        before = _one(Trader, tables.traders, post)
        world.live()
        trader = _one(Trader, tables.traders, post)
        yield Chapter(
            month,
            before,
            trader,
            _one(Company, tables.companies, trader.company),
            _one(Good, tables.goods, trader.good),
            _one(Planner, tables.planner, 0),
            _one(Today, course.today, at),
            _one(Levers, course.levers, at),
            _one(Levers, course.levers, max(at - 1, 0)),
            _one(Levers, course.announced, at),
            _one(Levers, course.announced, max(at - 1, 0)),
            _one(Surroundings, course.surroundings, at),
            tuple(_heard(tables.traders, trader.company, ties)),
        )


def _one(noun: type, table: np.ndarray, number: int) -> Any:
    return as_objects(noun, table[number : number + 1])[0]


def _heard(traders: np.ndarray, company: int, ties: list[Contact]) -> Iterator[News]:
    """News of the month along the ties of one listener."""
    for tie in ties:
        told = traders[tie.teller]
        if told["news"]:
            colleague = bool(told["company"] == company)
            yield News(tie.teller, colleague, int(told["news"]), tie.weight)


def as_json(story: Story) -> dict[str, Any]:
    """The story as plain values: every field of the trader after each month, his company's, his
    good's and the planner's, and the news he heard."""
    about = {
        name: getattr(story, name)
        for name in ("scenario", "title", "seed", "replicate", "post", "good")
    }
    told = ("trader", "company", "good", "planner", "news")
    months = [
        {"month": chapter.month, **{name: value for name, value in asdict(chapter).items()
                                    if name in told}}
        for chapter in story.chapters
    ]  # fmt: skip
    return about | {"contacts": list(story.contacts), "months": months}
