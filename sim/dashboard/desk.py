"""What one tab holds, and the one way to change it: whatever cannot be run is not let in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..scenario import ScenarioError
from ..setting_values import drawer_of
from .view import LIMITS, Column, View, ViewError, read

NEW = "quota_relief"  # what a further column begins with


class Desk:
    """The view of a tab, and ``place``, the column whose levers are at hand. ``changed`` is called
    after every change; its argument says whether controls must be made anew, too."""

    def __init__(self, query: str, changed: Callable[[bool], None]) -> None:
        self.view, self.place, self.complaint = View(), 0, ""
        self._changed = changed
        try:
            self.view = read(query)
        except ViewError as error:
            self.complaint = f"{error}. The usual comparison is shown instead."

    def change(self, change: Callable[[], View], anew: bool = True) -> str:
        """Makes a change if what comes of it can be run; else what is wrong with it."""
        before = self.view
        try:
            self.view = change()
            self.view.scenarios()
        except (ViewError, ScenarioError) as error:
            self.view = before
            return str(error.problems[0]) if isinstance(error, ScenarioError) else str(error)
        self.place = min(self.place, len(self.view.columns) - 1)
        self.complaint = ""  # it was about an address that is no longer shown
        self._changed(anew)
        return ""

    def set(self, name: str, value: float) -> str:
        """A setting's value: of a lever in the column at hand, of others everywhere."""
        if drawer_of(name) == "levers":
            return self.change(lambda: self.view.set_lever(self.place, name, value), anew=False)
        return self.change(lambda: self.view.set_world(name, value), anew=False)

    def at(self, name: str) -> float:
        """How a setting stands."""
        held = self.view.world
        if drawer_of(name) == "levers":
            held = self.view.columns[self.place].levers
        return float(held.get(name, self.view.usual(self.place, name)))

    def base(self, place: int, base: str) -> str:
        """Another scenario in a column, as it is."""
        return self.change(lambda: self.view.put(place, Column(base)))

    def since(self, place: int, month: str) -> str:
        """Another month from which a column's levers hold."""
        column = replace(self.view.columns[place], since=month)
        return self.change(lambda: self.view.put(place, column))

    def reset(self, place: int, name: str) -> str:
        """A lever as the column's base has it."""
        column = self.view.columns[place]
        levers = {each: value for each, value in column.levers.items() if each != name}
        return self.change(lambda: self.view.put(place, replace(column, levers=levers)))

    def reset_world(self, name: str) -> str:
        """A setting of the world as the scenarios themselves have it."""
        world = {each: value for each, value in self.view.world.items() if each != name}
        return self.change(lambda: replace(self.view, world=world))

    def remove(self, place: int) -> str:
        """Without a column."""
        kept = tuple(each for at, each in enumerate(self.view.columns) if at != place)
        return self.change(lambda: replace(self.view, columns=kept))

    def add(self) -> str:
        """With one more column."""
        columns = (*self.view.columns, Column(NEW))
        return self.change(lambda: replace(self.view, columns=columns))

    def size(self, name: str, value: float | None) -> str:
        """How much is lived: replicates, posts, months or the seed."""
        low, high, _ = LIMITS[name]
        if value is None or value != int(value) or not low <= value <= high:
            return f"{name}: expected a whole number from {low:,} to {high:,}"
        number = {name: int(value)}
        return self.change(lambda: replace(self.view, **number), anew=False)  # type: ignore[arg-type]
