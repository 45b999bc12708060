"""What is asked: a scenario file, what it is based on, and every number month by month.

A scenario says only how it differs. Values hold from the first month; the timeline changes them
at dates; ``--set`` has the last word.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .calendar import course_of
from .calendar import month_range as month_range
from .contradictions import above_one
from .customs import CustomsError, CustomsSeries, FilledSeries
from .customs import load as load_customs
from .model.settings import GRADES
from .overrides import Values, read_override, read_values
from .paths import announced_of, in_force, path_of
from .reading import Problem
from .resolved import written_out
from .rich_html import as_html, folded, grid
from .scenario_chain import read_chain, series_of, setter_of, span_of
from .scenario_file import Given, givens
from .setting_values import DEFAULT, SETTINGS
from .shelf import ScenarioError as ScenarioError
from .shelf import shipped as shipped
from .shelf import shipped_folder as shipped_folder

if TYPE_CHECKING:
    from .model.course import Course


@dataclass(frozen=True, eq=False)
class Scenario:
    """A scenario with everything it is based on; immutable, and equal to one that runs the same.

    ``given`` lists every value set, the base's first and what has the last word last;
    ``months`` are all months of the run.
    """

    name: str
    title: str
    description: str
    files: tuple[str, ...]
    months: tuple[str, ...]
    given: tuple[Given, ...]
    series: Path | None = None

    def path(self, drawer: str, name: str) -> np.ndarray:
        """A setting's value in each month (months,); phased changes move in even steps."""
        return path_of(SETTINGS[drawer][name], self._given(drawer, name), self.months)

    def announced(self, lever: str) -> np.ndarray:
        """What a lever is known to become, in each month (months,); its path, as far as nothing
        is announced."""
        path, given = self.path("levers", lever), self._given("levers", lever)
        return announced_of(SETTINGS["levers"][lever], given, self.months, path)

    def _given(self, drawer: str, name: str) -> list[Given]:
        return in_force(self._by_setting.get((drawer, name), ()))

    @cached_property
    def _by_setting(self) -> dict[tuple[str, str], list[Given]]:
        found: dict[tuple[str, str], list[Given]] = {}
        for each in self.given:
            found.setdefault((each.drawer, each.name), []).append(each)
        return found

    @cached_property
    def trade(self) -> FilledSeries:
        """The trade series over the months of the run, filled by the declared method."""
        return self._customs.filled(self.months[0], self.months[-1])

    @cached_property
    def _customs(self) -> CustomsSeries:
        return load_customs(self.series)

    def course(self) -> Course:
        """The scenario made concrete, for a run."""
        trade = self._customs, self.trade
        return course_of(self.name, self.months, self.path, self.announced, *trade)

    def resolved(self) -> dict[str, Any]:
        """Plain values that, written as YAML, load again to an equal course without any base (a
        trade series of the user's own must lie beside them)."""
        said = {"title": self.title, "description": self.description}
        series = {"demand": {"series": self.series.name}} if self.series else {}
        return said | written_out(self.months, self.path, self.announced, self._said_of) | series

    def _said_of(self, drawer: str, name: str) -> dict[str, str]:
        """Source and grade as a file says them; of what was left alone, that it is the default."""
        if not (mine := self.words(drawer, name)):
            return {"source": DEFAULT}
        said = {"source": mine[-1].source, "grade": mine[-1].grade}
        return {key: text for key, text in said.items() if text}

    def first_months(self, count: int) -> Scenario:
        """The same scenario, stopped after ``count`` months."""
        return replace(self, months=self.months[:count])

    def with_settings(self, texts: Iterable[str]) -> Scenario:
        """With settings overridden, each written ``drawer.name=value`` (whole run) or
        ``drawer.name@month=value`` (from that month on); ScenarioError lists all that is wrong."""
        return self._with(read_override(text, self.months) for text in texts)

    def with_(
        self,
        levers: Values | None = None,
        surroundings: Values | None = None,
        cohort: Values | None = None,
        name: str | None = None,
    ) -> Scenario:
        """With settings overridden by numbers, or by ``{month: number}`` from those months on;
        under another name, if it is to be compared with this one."""
        drawers = {"levers": levers, "surroundings": surroundings, "cohort": cohort}
        renamed = self if name is None else replace(self, name=name, title=name.replace("_", " "))
        return renamed._with(
            each
            for drawer, values in drawers.items()
            for each in read_values(drawer, values or {}, self.months)
        )

    def _with(self, overrides: Iterable[Given | Problem]) -> Scenario:
        read = list(overrides)
        problems = [each for each in read if isinstance(each, Problem)]
        good = [each for each in read if isinstance(each, Given)]
        changed = self.given_otherwise([*self.given, *good])
        if problems := [*problems, *above_one(self.months, changed.given, changed.path)]:
            raise ScenarioError(problems)
        return changed

    def given_otherwise(self, given: Iterable[Given]) -> Scenario:
        """The same with other values given; they leave alone the trade series, once it is read."""
        twin = replace(self, given=tuple(given))
        read = {"_customs", "trade"} & vars(self).keys()
        vars(twin).update({name: vars(self)[name] for name in read})
        return twin

    @cached_property
    def content(self) -> str:
        """A fingerprint of all that a run needs: months, settings, trade; not of name or place."""
        course = self.course()
        tables = [each.tobytes() for each in course.settings()]
        return hashlib.sha256(b"".join(["".join(self.months).encode(), *tables])).hexdigest()

    def __eq__(self, other: object) -> bool:
        """Whether a run would be the same, whatever the scenarios are called."""
        return isinstance(other, Scenario) and self.content == other.content

    def __hash__(self) -> int:
        return hash(self.content)

    def _repr_html_(self) -> str:
        """As a notebook shows it: what it is, and what it sets."""
        words = [
            (drawer, name, each)
            for drawer, settings in SETTINGS.items()
            for name in settings
            for each in self.words(drawer, name)
        ]
        rows = [
            (f"{drawer}.{name}", each.grade or "assumed", each.source or "not given",
             each.first or "", f"{each.value:g} {SETTINGS[drawer][name].unit}")
            for drawer, name, each in words
        ]  # fmt: skip
        head = ("setting", "grade", "source", "from", "value")
        span = f"{self.months[0]} to {self.months[-1]}; {self.trade.sentence()}"
        told = folded(f"values set ({len(rows)})", grid(head, rows, left=3))
        return as_html(self.title, [self.description, span], [told])

    def coverage(self) -> dict[str, int]:
        """How many settings rest on which grade of evidence."""
        counts = dict.fromkeys(GRADES, 0)
        for drawer, settings in SETTINGS.items():
            for entry in settings.values():
                grade = self.grounds(drawer, entry.name)[1]
                counts[grade] += 1
        return counts

    def grounds(self, drawer: str, name: str) -> tuple[str, str, str]:
        """Source, grade and place of a setting's last word (a bare value counts as assumed)."""
        entry = SETTINGS[drawer][name]
        if not (mine := self.words(drawer, name)):
            return entry.source, entry.grade, "default"
        last = mine[-1]
        return last.source or "not given", last.grade or "assumed", last.where

    def words(self, drawer: str, name: str) -> list[Given]:
        """All that is given for a setting and begins within the run, by date; none: its default,
        be it only written out as such."""
        mine = [x for x in self._given(drawer, name) if (x.first or "") <= self.months[-1]]
        mine = [x for x in mine if x.source != DEFAULT]
        return sorted(mine, key=lambda given: given.first or "")

    def assumed(self) -> tuple[str, ...]:
        """Settings that are set on assumption rather than left at their default, the last set
        first; how many posts are simulated is no claim about the world."""
        latest = dict.fromkeys((each.drawer, each.name) for each in reversed(self.given))
        return tuple(
            name
            for drawer, name in latest
            if name != "posts" and self.words(drawer, name)
            if self.grounds(drawer, name)[1] == "assumed"
        )


def load(name: str, overrides: Iterable[str] = ()) -> Scenario:
    """Read a scenario by path or shipped name, with all it is based on.

    Raises ScenarioError with every problem of every file.
    """
    overrides = list(overrides)
    try:
        scenario = _read(name)
    except ScenarioError as error:
        read = [read_override(text, None) for text in overrides]
        wrong = [each for each in read if isinstance(each, Problem)]
        raise ScenarioError([*error.problems, *wrong]) from None
    return scenario.with_settings(overrides)


def _read(name: str) -> Scenario:
    chain, problems = read_chain(name)
    span = span_of(chain, problems)
    if problems:
        raise ScenarioError(problems)
    documents = [each.document for each in chain]
    top = documents[-1].value
    scenario = Scenario(
        name=Path(name).stem,
        title=top.get("title") or Path(name).stem.replace("_", " "),
        description=(top.get("description") or "").strip(),
        files=tuple(each.name for each in documents),
        months=month_range(*span),
        given=tuple(given for each in documents for given in givens(each)[0]),
        series=next((path for each in documents[::-1] if (path := series_of(each))), None),
    )
    try:
        scenario.trade  # noqa: B018 - a series that cannot be used is a problem of the file
    except CustomsError as error:
        where = setter_of(chain).where(("months",))
        raise ScenarioError([Problem(where, "months", str(error))]) from None
    return scenario
