"""The plain carrier: the same month over ordinary Mesa agents, for looking, stepping, subclassing.

>>> from sim.scenario import load
>>> model = TraderModel(load("tight_control", ["cohort.posts=20"]).course(), seed=1)
>>> model.step()
>>> model.months_lived, len(model.traders), model.traders[0].savings > 0
(1, 20, True)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

import mesa
import numpy as np

from .layouts import widened
from .model import world as nouns
from .model.chance import GoodLuck, Luck
from .model.course import Course
from .model.month import month
from .model.row import as_objects, as_rows, states_of
from .model.settings import Cohort, Levers, Surroundings
from .run import Replicate, compile_month
from .view import View


def _objects(declared: type, table: np.ndarray) -> list[Any]:
    """The rows as plain objects of the declared class, with what an extension declared besides."""
    names, known = table.dtype.names or (), len(fields(declared))
    objects = []
    for row in table.tolist():
        objects.append(declared(*row[:known]))
        _remember(objects[-1], names[known:], row[known:])
    return objects


def _remember(actor: Any, names: Sequence[str], values: Sequence[float]) -> None:
    """What an extension's rows hold beyond the model's own fields."""
    for name, value in zip(names, values, strict=True):
        setattr(actor, name, value)


def _rows(noun: type, layout: Any, objects: Sequence[Any]) -> np.ndarray:
    """Plain objects, or agents, as rows of a layout that holds the noun's fields, or more."""
    table = widened(as_rows(noun, objects), layout)
    for name in layout.names[len(fields(noun)) :]:
        table[name] = [getattr(each, name) for each in objects]
    return table


class Actor(mesa.Agent):
    """A Mesa agent that owns the declared memories of one of the model's nouns."""

    noun: type

    def __init__(self, model: mesa.Model, **memories: float) -> None:
        """Set every declared memory; those not named start at their default."""
        super().__init__(model)
        for entry in states_of(self.noun):
            setattr(self, entry.name, memories.pop(entry.name, getattr(self.noun, entry.name)))
        if memories:
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(memories))}")


class Trader(Actor):
    """One post and its occupant."""

    noun = nouns.Trader


class CentralPlanner(Actor):
    """Pyongyang."""

    noun = nouns.Planner


class ReviewBoard(Actor):
    """Those who review the returned."""

    noun = nouns.ReviewBoard


class Company(Actor):
    """A trading company."""

    noun = nouns.Company


class TraderModel(mesa.Model):
    """A world of Mesa agents; ``step`` lives one month, with the luck and the first day that
    replicate ``replicate`` of ``seed`` has in the compiled carrier."""

    def __init__(
        self,
        course: Course,
        seed: int = 1,
        replicate: int = 0,
        live_month: Callable[..., None] = month,
        **kinds: type,
    ) -> None:
        """``live_month`` may be a month function of one's own; ``kinds`` may name own subclasses:
        trader, planner, board, company."""
        super().__init__()
        self._embody_world(Replicate(course, seed, replicate), live_month, kinds)

    @classmethod
    def go_on(cls, replicate: Replicate, **kinds: type) -> TraderModel:
        """The world of a replicate as it stands, to go on from there as Mesa agents, by the
        replicate's own month."""
        model = cls.__new__(cls)
        mesa.Model.__init__(model)
        model._embody_world(replicate.fork(replicate.course), replicate.rules.plain, kinds)
        return model

    def _embody_world(
        self, fate: Replicate, live_month: Callable[..., None], kinds: dict[str, type]
    ) -> None:
        course = fate.course
        self.live_month = live_month
        self.after_month: list[Callable[[View], Any]] = []
        self.fate = fate
        self.course = course
        rows = fate.world
        self.levers = _objects(Levers, course.levers)
        self.announced = _objects(Levers, course.announced)
        self.surroundings = _objects(Surroundings, course.surroundings)
        self.cohort = _objects(Cohort, course.cohort)[0]
        self.calendar = as_objects(nouns.Today, course.today)
        self.planner = self._embody(kinds.get("planner", CentralPlanner), rows.planner)[0]
        self.board = self._embody(kinds.get("board", ReviewBoard), rows.board)[0]
        self.companies = self._embody(kinds.get("company", Company), rows.companies)
        self.traders = self._embody(kinds.get("trader", Trader), rows.traders)
        self.outside = as_objects(nouns.Outside, rows.outside)[0]
        self.searches = as_objects(nouns.Search, rows.searches)
        self.goods = as_objects(nouns.Good, rows.goods)
        self.contacts = as_objects(nouns.Contact, rows.contacts)
        self.months_lived = fate.month
        self.running = self.months_lived < len(course.months)

    def as_replicate(self) -> Replicate:
        """The world as it stands, as rows, to go on compiled or to be saved."""
        actors = [
            _rows(noun, layout, held if isinstance(held := getattr(self, name), list) else [held])
            for name, noun in nouns.ACTORS.items()
            for layout in [getattr(self.fate.world, name).dtype]
        ]
        self.fate.month = self.months_lived
        twin = self.fate.fork(self.course, actors)
        if twin.rules.plain is not self.live_month:
            twin.rules = compile_month(self.live_month)
        return twin

    def _embody(self, kind: Any, table: np.ndarray) -> list[Any]:
        names = table.dtype.names or ()
        known = len(list(states_of(kind.noun)))
        agents = []
        for row in table.tolist():
            agents.append(kind(self, **dict(zip(names[:known], row[:known], strict=True))))
            _remember(agents[-1], names[known:], row[known:])
        return agents

    def step(self) -> None:
        """One month; after the last one ``running`` is false. Raises ValueError beyond it."""
        if self.months_lived == len(self.course.months):
            raise ValueError(f"{self.course.name} is lived to its end, {self.course.months[-1]}")
        self.fate.month = self.months_lived
        self.fate.draw_luck()
        self.live_month(
            self.world(),
            as_objects(GoodLuck, self.fate.good_luck),
            as_objects(Luck, self.fate.luck),
        )
        self.months_lived += 1
        self.running = self.months_lived < len(self.course.months)
        for watch in self.after_month:
            watch(self.view())

    def view(self) -> View:
        """The world as the month just lived left it, as analysers see it in either carrier."""
        return View(self.world(), self.course, self.months_lived - 1)

    def world(self) -> nouns.World:
        """Everything the coming month touches."""
        now = self.months_lived
        return nouns.World(
            self.levers[now],
            self.surroundings[now],
            self.cohort,
            self.calendar[now],
            self.announced[now],
            self.planner,
            self.board,
            self.outside,
            self.searches,
            self.goods,
            self.companies,
            self.contacts,
            self.traders,
        )
