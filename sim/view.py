"""What is seen of a world after a month: the same words for rows and for agents."""

from __future__ import annotations

from typing import Any

import numpy as np

from .model.course import Course
from .model.world import World


class Seen:
    """The actors of one kind; an attribute is that field of all of them, (actors,), read-only."""

    def __init__(self, actors: Any, one: bool = False) -> None:
        """``actors``: rows, agents or one agent; ``one``: fields are plain numbers, not arrays."""
        self._actors = actors if isinstance(actors, list | np.ndarray) else [actors]
        self._one = one

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if isinstance(self._actors, np.ndarray):
            names = self._actors.dtype.names or ()
            column = self._actors[name] if name in names else None
        elif hasattr(self._actors[0], name):
            column = np.array([getattr(each, name) for each in self._actors])
        else:
            column = None
        if column is None:
            raise AttributeError(f"there is no field {name!r} here; docs/model.md lists them all")
        if self._one:
            return column[0].item()
        column = column.view()
        column.flags.writeable = False
        return column


class View:
    """A world after a month, for looking only.

    ``traders``, ``companies``, ``goods`` and ``contacts`` have fields (actors,); ``planner``,
    ``board``, ``outside``, ``levers``, ``surroundings``, ``cohort`` and ``today`` plain numbers.
    ``month`` is written like 2026-07.
    """

    def __init__(self, world: World, course: Course, month: int) -> None:
        """``world`` as it stands after month number ``month`` of ``course``."""
        self.month = course.months[month]
        self.traders, self.companies = Seen(world.traders), Seen(world.companies)
        self.goods, self.contacts = Seen(world.goods), Seen(world.contacts)
        self.planner, self.board = Seen(world.planner, one=True), Seen(world.board, one=True)
        self.outside = Seen(world.outside, one=True)
        self.levers = Seen(course.levers[month : month + 1], one=True)
        self.surroundings = Seen(course.surroundings[month : month + 1], one=True)
        self.cohort = Seen(course.cohort, one=True)
        self.today = Seen(course.today[month : month + 1], one=True)
