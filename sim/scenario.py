"""What is asked: a scenario file, what it is based on, and every number month by month.

A scenario says only how it differs. Values hold from the first month; the timeline changes them
at dates; ``--set`` has the last word.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .calendar import calendar_rows, month_range
from .customs import CustomsError, FilledSeries
from .customs import load as load_customs
from .model.settings import DRAWERS
from .paths import announced_of, path_of, read_override, silenced
from .reading import Problem
from .resolved import written_out
from .scenario_chain import read_chain, series_of, span_of
from .scenario_file import SETTINGS, Given, givens
from .shelf import ScenarioError, locate, shipped, shipped_folder

if TYPE_CHECKING:
    from .model.course import Course

__all__ = [
    "Scenario",
    "ScenarioError",
    "load",
    "locate",
    "month_range",
    "shipped",
    "shipped_folder",
]


@dataclass(frozen=True)
class Scenario:
    """A scenario with everything it is based on; immutable.

    ``given`` lists every value set, the base's first; ``months`` are all months of the run.
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
        return [each for each in self.given if (each.drawer, each.name) == (drawer, name)]

    @cached_property
    def trade(self) -> FilledSeries:
        """The trade series over the months of the run, filled by the declared method."""
        return load_customs(self.series).filled(self.months[0], self.months[-1])

    def course(self) -> Course:
        """The scenario made concrete, for a run."""
        from .model.course import Course
        from .model.row import rows

        count = {"levers": len(self.months), "surroundings": len(self.months), "cohort": 1}
        tables = {}
        for drawer, declared in DRAWERS.items():
            tables[drawer] = rows(declared, count[drawer])
            for name in SETTINGS[drawer]:
                tables[drawer][name] = self.path(drawer, name)[: count[drawer]]
        series = load_customs(self.series)
        today = calendar_rows(series, self.trade, tables["levers"], tables["surroundings"])
        announced = rows(DRAWERS["levers"], len(self.months))
        for name in SETTINGS["levers"]:
            announced[name] = self.announced(name)
        return Course(self.name, self.months, **tables, today=today, announced=announced)

    def resolved(self) -> dict[str, Any]:
        """Plain values that, written as YAML, load again to an equal course without any base (a
        trade series of the user's own must lie beside them)."""
        said = {"title": self.title, "description": self.description}
        series = {"demand": {"series": self.series.name}} if self.series else {}
        paths = {
            drawer: {name: self.path(drawer, name) for name in settings}
            for drawer, settings in SETTINGS.items()
        }
        announced = {name: self.announced(name) for name in SETTINGS["levers"]}
        return said | written_out(self.months, paths, announced) | series

    def first_months(self, count: int) -> Scenario:
        """The same scenario, stopped after ``count`` months."""
        return replace(self, months=self.months[:count])

    def with_settings(self, texts: Iterable[str]) -> Scenario:
        """With settings overridden, each written ``drawer.name=value`` (whole run) or
        ``drawer.name@month=value`` (from that month on); ScenarioError lists all that is wrong."""
        read = [read_override(text, self.months) for text in texts]
        if problems := [each for each in read if isinstance(each, Problem)]:
            raise ScenarioError(problems)
        given = self.given
        for each in read:
            if isinstance(each, Given):
                given = (*silenced(given, each), each)
        return replace(self, given=given)

    def coverage(self) -> dict[str, int]:
        """How many settings rest on which grade of evidence."""
        counts: dict[str, int] = {}
        for drawer, settings in SETTINGS.items():
            for entry in settings.values():
                grade = self.grounds(drawer, entry.name)[1]
                counts[grade] = counts.get(grade, 0) + 1
        return counts

    def grounds(self, drawer: str, name: str) -> tuple[str, str, str]:
        """Source, grade and place of a setting's last word (a bare value counts as assumed)."""
        entry = SETTINGS[drawer][name]
        mine = [
            given for given in self._given(drawer, name) if (given.first or "") <= self.months[-1]
        ]
        if not mine:
            return entry.source, entry.grade, "default"
        last = sorted(mine, key=lambda given: given.first or "")[-1]
        return last.source or "not given", last.grade or "assumed", last.where


def load(name: str, overrides: Iterable[str] = ()) -> Scenario:
    """Read a scenario by path or shipped name, with all it is based on.

    Raises ScenarioError with every problem of every file.
    """
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
        raise ScenarioError([Problem(documents[-1].name, "months", str(error))]) from None
    return scenario.with_settings(overrides)
