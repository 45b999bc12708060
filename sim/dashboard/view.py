"""What one page shows: two to four scenarios with their changes, the world they share, and how
much is lived. A view can be written into an address and read from one, whatever that says."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

from ..problems import suggest
from ..scenario import Scenario, ScenarioError, load, shipped
from ..setting_values import SETTINGS, drawer_of, misfit, unknown_setting

MOST_COLUMNS, LONGEST_ADDRESS = 4, 6000
USUAL_CHANGE = "2026-07"
LIMITS = {  # what of a run may be chosen on the page: lowest, highest, usual
    "replicates": (2, 1000, 200),
    "posts": (10, 2000, 500),
    "months": (48, 84, 84),
    "seed": (0, 2**32 - 1, 1),
}
SHORT = {"replicates": "n", "posts": "posts", "months": "months", "seed": "seed"}  # in addresses


class ViewError(ValueError):
    """What cannot be shown, in a sentence."""


@dataclass(frozen=True)
class Column:
    """A scenario by name, and levers set otherwise from a month on."""

    base: str
    since: str = USUAL_CHANGE
    levers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class View:
    """``world`` sets surroundings and the cohort, in all columns and for the whole run; ``loaded``
    holds the scenarios that were opened from files, by name."""

    columns: tuple[Column, ...] = (Column("tight_control"), Column("restored_autonomy"))
    world: Mapping[str, float] = field(default_factory=dict)
    replicates: int = 200
    posts: int = 500
    months: int = 84
    seed: int = 1
    loaded: Mapping[str, Scenario] = field(default_factory=dict)

    def scenario(self, place: int) -> Scenario:
        """The scenario of a column, made by the same checks as files and ``--set``.

        Raises ScenarioError with all that is wrong.
        """
        column = self.columns[place]
        since = self.since(place)
        changes = [f"levers.{name}@{since}={value:.12g}" for name, value in self.own(place)]
        world = [f"{drawer_of(name)}.{name}={value:.12g}" for name, value in self.world.items()]
        posts = [f"cohort.posts={self.posts}"]
        made = self.of(column.base).with_settings([*world, *posts, *changes])
        twins = [each.base for each in self.columns].count(column.base) > 1
        if not (changes or twins):
            return made
        letter = "ABCD"[place]
        words = "changed" if changes else "again"
        return replace(
            made, name=f"{made.name}_{letter}", title=f"{made.title} ({letter}, {words})"
        )

    def of(self, base: str) -> Scenario:
        """A scenario as it is, over the months that are shown."""
        whole = self.loaded[base] if base in self.loaded else _shipped(base)
        return whole.first_months(self.months)

    def own(self, place: int) -> list[tuple[str, float]]:
        """The levers of a column that are not as its base has them."""
        column = self.columns[place]
        return [
            (name, value)
            for name, value in column.levers.items()
            if value != self.usual(place, name)
        ]

    def since(self, place: int) -> str:
        """The month from which a column's levers are set otherwise; its last, if the run ends
        before."""
        column = self.columns[place]
        months = self.of(column.base).months
        return column.since if column.since in months else months[-1]

    def usual(self, place: int, name: str) -> float:
        """What a setting is in a column's base: of levers, in the month of change."""
        column, drawer = self.columns[place], drawer_of(name)
        base = self.of(column.base)
        at = base.months.index(self.since(place)) if drawer == "levers" else 0
        return float(base.path(drawer, name)[at])

    def scenarios(self) -> list[Scenario]:
        """All columns' scenarios."""
        return [self.scenario(place) for place in range(len(self.columns))]

    def set_lever(self, place: int, name: str, value: float) -> View:
        """With a lever of a column at a value; at its base's, it is as if never touched."""
        column = self.columns[place]
        levers = {**column.levers, name: _checked("levers", name, value)}
        if levers[name] == self.usual(place, name):
            del levers[name]
        return self.put(place, replace(column, levers=levers))

    def set_world(self, name: str, value: float) -> View:
        """With a setting of the surroundings or the cohort at a value, everywhere."""
        drawer = drawer_of(name)
        world = {**self.world, name: _checked(drawer, name, value)}
        if all(world[name] == self.usual(place, name) for place in range(len(self.columns))):
            del world[name]
        return replace(self, world=world)

    def put(self, place: int, column: Column) -> View:
        """With another column in a place."""
        columns = list(self.columns)
        columns[place] = column
        return replace(self, columns=tuple(columns))

    def query(self) -> str:
        """The view as the end of an address; opened files are not in it."""
        told = [
            (
                "s",
                "~".join(
                    [each.base, each.since, *(f"{k}:{v:.12g}" for k, v in each.levers.items())]
                ),
            )
            for each in self.columns
        ]
        told += [("w", f"{name}:{value:.12g}") for name, value in self.world.items()]
        told += [
            (SHORT[name], str(getattr(self, name)))
            for name, (_, _, usual) in LIMITS.items()
            if getattr(self, name) != usual
        ]
        return urlencode(told, safe="~:")

    def command(self) -> str:
        """What makes the same comparison on a command line. Where levers or the world were moved,
        of the scenarios as they can be saved here."""
        saved = bool(self.world) or any(self.own(place) for place in range(len(self.columns)))
        files = saved or any(each.base in self.loaded for each in self.columns)
        names = [f"{each.name}.yaml" if files else each.name for each in self.scenarios()]
        options = [f"-n {self.replicates}", f"--posts {self.posts}", f"--seed {self.seed}"]
        options += [f"--months {self.months}"] if self.months != LIMITS["months"][2] else []
        return " ".join(["trader-sim compare", *map(shlex.quote, names), *options])


@lru_cache(maxsize=32)
def _shipped(name: str) -> Scenario:
    if name not in shipped():
        near = suggest(name, shipped())
        raise ViewError(f"there is no scenario {name[:60]!r}{near}")
    return load(name)


def _checked(drawer: str, name: str, value: float) -> float:
    entry = SETTINGS[drawer][name]
    if wrong := misfit(entry, value):
        raise ViewError(f"{name} {wrong}")
    return value


def read(query: str, loaded: Mapping[str, Scenario] | None = None) -> View:
    """The view that an address asks for; raises ViewError with what is wrong with it."""
    if len(query) > LONGEST_ADDRESS:
        raise ViewError(f"this address is longer than {LONGEST_ADDRESS:,} letters")
    said = parse_qsl(query)
    numbers = {
        name: _number_of(name, value)
        for name, short in SHORT.items()
        for key, value in said
        if key == short
    }
    view = View(loaded=loaded or {}, **numbers)  # type: ignore[arg-type]
    columns = [_column(view, text) for key, text in said if key == "s"]
    if len(columns) > MOST_COLUMNS:
        raise ViewError(f"{len(columns)} scenarios are asked for; at most {MOST_COLUMNS} are shown")
    if columns:
        view = replace(view, columns=tuple(columns))
    for text in (text for key, text in said if key == "w"):
        name, value = _pair(text)
        if not drawer_of(name) or drawer_of(name) == "levers":
            raise ViewError(f"{name[:60]!r} is no setting of the surroundings or the cohort")
        view = view.set_world(name, value)
    _together(view)
    return view


def _number_of(name: str, text: str) -> int:
    low, high, _ = LIMITS[name]
    if not (text.isascii() and text.isdecimal() and len(text) < 12 and low <= int(text) <= high):
        raise ViewError(f"{name} is {text[:40]!r}; expected a whole number from {low} to {high}")
    return int(text)


def _column(view: View, text: str) -> Column:
    base, *rest = text.split("~")
    view.of(base)
    since = rest[0] if rest else USUAL_CHANGE
    if since not in view.of(base).months:
        first, last = view.of(base).months[0], view.of(base).months[-1]
        raise ViewError(
            f"{since[:20]!r} is no month of {base}; expected one from {first} to {last}"
        )
    levers = {}
    for name, value in map(_pair, rest[1:]):
        if wrong := unknown_setting("levers", name):
            raise ViewError(f"{name[:60]!r}: {wrong}")
        levers[name] = _checked("levers", name, value)
    return Column(base, since, levers)


def _pair(text: str) -> tuple[str, float]:
    name, _, written = text.partition(":")
    try:
        return name, float(written)
    except ValueError:
        raise ViewError(
            f"{text[:60]!r}: expected a setting and a number, such as quota_usd:1500"
        ) from None


def _together(view: View) -> None:
    try:
        view.scenarios()
    except ScenarioError as error:
        raise ViewError(str(error.problems[0])) from None
