"""What is asked: a scenario file, what it is based on, and every number month by month.

A scenario says only how it differs. Values hold from the first month; the timeline changes them
at dates; ``--set`` has the last word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .contradictions import above_one, overlaps
from .customs import CustomsError, FilledSeries
from .customs import load as load_customs
from .formats import format_problem
from .model.settings import DRAWERS
from .reading import Document, Problem, ReadingError, read_yaml, shown, suggest
from .scenario_file import (
    COHORT_HAS_NO_DATES,
    SETTINGS,
    Given,
    ScenarioFile,
    changes_of,
    dates,
    drawer_of,
    givens,
    is_month,
    misfit,
    shape,
    unknown_setting,
)
from .yaml_words import plain_value

if TYPE_CHECKING:
    from .model.course import Course

DEEPEST_CHAIN = 10
OR_A_PATH = "; or give the path of a YAML file"
LEVY_MONTHS = (4, 10, 2, 9)  # birthdays of the founder and his son, of the Party and the state


class ScenarioError(Exception):
    """A scenario that cannot be run; ``problems`` lists everything there is to mend."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


def shipped_folder() -> Path:
    """Where the shipped scenarios lie: inside an installed package, beside it in a checkout."""
    inside = Path(__file__).parent / "scenarios"
    return inside if inside.is_dir() else Path(__file__).parents[1] / "scenarios"


def shipped() -> list[str]:
    """Names of the shipped scenarios."""
    return sorted(path.stem for path in shipped_folder().glob("*.yaml"))


def locate(name: str) -> Path:
    """The file of a scenario given by path or by shipped name."""
    if name.endswith((".yaml", ".yml")) or "/" in name or "\\" in name:
        return Path(name)
    if name in shipped():
        return shipped_folder() / f"{name}.yaml"
    known = ", ".join(shipped())
    message = f"there is no scenario of this name{suggest(name, shipped())}; shipped: {known}"
    raise ScenarioError([Problem(name, "", f"{message}{OR_A_PATH}")])


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
        entry = SETTINGS[drawer][name]
        values = np.full(len(self.months), entry.default, float)
        mine = [given for given in self.given if given.drawer == drawer and given.name == name]
        dated = sorted(
            (given for given in mine if given.first), key=lambda given: given.first or ""
        )
        for given in [each for each in mine if not each.first] + dated:
            _apply(values, given, self.months, whole=entry.kind is int)
        return values

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
        today = self._calendar(tables["levers"], tables["surroundings"])
        return Course(self.name, self.months, **tables, today=today)

    def _calendar(self, levers: np.ndarray, surroundings: np.ndarray) -> np.ndarray:
        """Orders and exports of an average post, and the levies that fall due, by month."""
        from .model.row import rows
        from .model.world import Today

        today = rows(Today, len(self.months))
        today["month"] = np.arange(len(self.months))
        growth = self._growth(surroundings["growth_share"])
        scale = surroundings["demand_factor"] * growth / surroundings["real_posts"]
        today["recorded_usd"] = self.trade.exports_usd * scale
        today["unrecorded_usd"] = today["recorded_usd"] * surroundings["unrecorded_ratio"]
        today["exports_usd"] = self.trade.imports_usd * scale
        calendar_month = [int(month[5:]) for month in self.months]
        for number, in_month in enumerate(LEVY_MONTHS, start=1):
            due = (np.array(calendar_month) == in_month) & (levers["levies_per_year"] >= number)
            today["levies_due"] += due
        return today

    def _growth(self, yearly: np.ndarray) -> np.ndarray:
        """Beyond the data every month grows on the same month of the year before; years between
        the data and the first month of the run grow as that month does."""
        growth = np.ones(len(self.months))
        ahead = len(self._months_after_data())
        for at, status in enumerate(self.trade.export_status):
            if status == "projected":
                years_before = (ahead + at) // 12
                before = growth[at - 12] if at >= 12 else (1.0 + yearly[0]) ** years_before
                growth[at] = before * (1.0 + yearly[at])
        return growth

    def _months_after_data(self) -> tuple[str, ...]:
        """Months between the last with data and the first of the run."""
        series = load_customs(self.series)
        known = np.isfinite([series.exports, series.imports, series.total]).any(axis=0)
        last = series.months[np.flatnonzero(known)[-1]]
        return month_range(last, self.months[0])[1:-1]

    def first_months(self, count: int) -> Scenario:
        """The same scenario, stopped after ``count`` months."""
        return replace(self, months=self.months[:count])

    def with_settings(self, texts: Iterable[str]) -> Scenario:
        """With settings overridden, each written ``drawer.name=value`` (whole run) or
        ``drawer.name@month=value`` (from that month on); ScenarioError lists all that is wrong."""
        read = [_read_override(text, self.months) for text in texts]
        problems = [each for each in read if isinstance(each, Problem)]
        given = self.given
        for each in read:
            if isinstance(each, Given):
                given = (*_silenced(given, each), each)
        changed = replace(self, given=given)
        if problems := [*problems, *above_one(self.months, given, changed.path)]:
            raise ScenarioError(problems)
        return changed

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
            given
            for given in self.given
            if given.drawer == drawer and given.name == name
            if (given.first or "") <= self.months[-1]
        ]
        if not mine:
            return entry.source, entry.grade, "default"
        last = sorted(mine, key=lambda given: given.first or "")[-1]
        return last.source or "not given", last.grade or "assumed", last.where


def _silenced(given: tuple[Given, ...], by: Given) -> Iterator[Given]:
    """What is left of earlier values once an override has the last word."""
    for each in given:
        same = (each.drawer, each.name) == (by.drawer, by.name)
        if not same or (by.first and (not each.first or each.first < by.first)):
            yield each


def _apply(values: np.ndarray, given: Given, months: tuple[str, ...], whole: bool) -> None:
    if given.first is None:
        values[:] = given.value
        return
    if given.first > months[-1]:
        return
    start = months.index(given.first)
    before = values.copy()
    steps = 1 if whole else given.over_months
    part = np.minimum(1.0, np.arange(1, len(months) - start + 1) / steps)
    values[start:] = before[start:] + part * (given.value - before[start:])
    values[start:][part >= 1.0] = given.value
    if given.until is not None and given.until < months[-1]:
        after = months.index(given.until) + 1
        values[after:] = before[after:]


def _read_override(text: str, months: tuple[str, ...] | None) -> Given | Problem:
    """An override, or what is wrong with it; ``months`` are None when the run's are not known."""
    path, equals, written = text.partition("=")
    where = f"--set {text}"
    drawer, dot, name = path.strip().partition(".")
    name, at, month = name.partition("@")
    if not equals or not dot or drawer not in SETTINGS:
        near = drawer_of(path.strip().partition("@")[0])
        hint = f" (did you mean {near}.{text.strip()}?)" if near else ""
        message = f"expected drawer.name=value, with a drawer out of {', '.join(SETTINGS)}{hint}"
        return Problem(where, "", message)
    value, doubt = plain_value(written.strip())
    complaint = (
        unknown_setting(drawer, name)
        or (_wrong_month(drawer, month, months) if at else "")
        or (f"{written.strip()!r} {doubt}" if doubt else misfit(SETTINGS[drawer][name], value))
    )
    if complaint:
        return Problem(where, f"{drawer}.{name}", complaint)
    return Given(drawer, name, value, "--set", first=month or None)


def _wrong_month(drawer: str, month: str, months: tuple[str, ...] | None) -> str:
    if not is_month(month):
        return f"{month!r} is not a month; expected a month such as 2026-07"
    if drawer == "cohort":
        return COHORT_HAS_NO_DATES
    if months and month not in months:
        return f"{month} is not a month of this run, {months[0]} to {months[-1]}"
    return ""


def month_range(first: str, last: str) -> tuple[str, ...]:
    """All months from one to another, both included."""
    start, stop = (int(text[:4]) * 12 + int(text[5:]) - 1 for text in (first, last))
    return tuple(f"{each // 12:04d}-{each % 12 + 1:02d}" for each in range(start, stop + 1))


def load(name: str, overrides: Iterable[str] = ()) -> Scenario:
    """Read a scenario by path or shipped name, with all it is based on.

    Raises ScenarioError with every problem of every file.
    """
    overrides = list(overrides)
    try:
        chain, problems = _read_chain(name)
        scenario = _assemble(name, chain, problems)
    except ScenarioError as error:
        read = [_read_override(text, None) for text in overrides]
        wrong = [each for each in read if isinstance(each, Problem)]
        raise ScenarioError([*error.problems, *wrong]) from None
    return scenario.with_settings(overrides)


def mistakes(document: Document) -> tuple[ScenarioFile | None, list[Problem]]:
    """The shape of a file, if it has one, and all that is wrong with the file by itself."""
    if problem := format_problem(document):
        return None, [problem]  # by today's rules the rest would only mislead
    file, misshapen = shape(document)
    told = {each.where for each in document.problems}
    more = [*misshapen, *givens(document)[1], *dates(document), *overlaps(document)]
    more += _series_problems(document)
    return file, [*document.problems, *(each for each in more if each.where not in told)]


Chain = list[tuple[Document, ScenarioFile | None]]  # None: misshapen


def _read_chain(name: str) -> tuple[Chain, list[Problem]]:
    """The file and its bases, the deepest base first, and problems met on the way."""
    chain: Chain = []
    problems: list[Problem] = []
    seen: list[Path] = []
    path: Path | None = locate(name)
    while path is not None:
        try:
            document = read_yaml(path)
        except ReadingError as error:
            raise ScenarioError([*problems, *error.problems]) from None
        file, wrong = mistakes(document)
        problems += wrong
        if format_problem(document):
            raise ScenarioError(problems)  # what it is based on cannot be known
        chain.insert(0, (document, file))
        seen.append(path.resolve())
        path = _base(document, path, seen, problems)
    return chain, problems


def _base(document: Document, path: Path, seen: list[Path], problems: list[Problem]) -> Path | None:
    based_on = document.value.get("based_on")
    if not isinstance(based_on, str):
        return None
    where = document.where(("based_on",))
    if not based_on.replace("_", "").replace("-", "").isalnum():
        message = "must be the name of a shipped scenario or of a file in the same folder"
        problems.append(Problem(where, "based_on", f"{message}, without its ending"))
        return None
    beside = path.parent / f"{based_on}.yaml"
    if not _exists(beside):
        try:
            beside = locate(based_on)
        except ScenarioError as error:
            message = error.problems[0].message.removesuffix(OR_A_PATH)
            message += f"; or put {shown(beside.name)} beside this file"
            problems.append(Problem(where, "based_on", message))
            return None
    if not _within_reach(beside, path.parent):
        message = f"{beside.name} is a link that leads outside the scenario's folder"
        problems.append(Problem(where, "based_on", f"{message}; put the file itself there"))
        return None
    if beside.resolve() in seen:
        problems.append(Problem(where, "based_on", f"{based_on!r} leads back to this file"))
        return None
    if len(seen) >= DEEPEST_CHAIN:
        message = f"the chain of bases is longer than {DEEPEST_CHAIN} files; put some together"
        problems.append(Problem(where, "based_on", message))
        return None
    return beside


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name too long, or not to be written on this system
        return False


def _within_reach(path: Path, folder: Path) -> bool:
    """Whether a file a scenario names really lies below the scenario's folder or is shipped."""
    try:
        real, homes = path.resolve(), (folder.resolve(), shipped_folder().resolve())
    except (OSError, RuntimeError, ValueError):  # links in a circle, names that cannot be
        return False
    return any(real.is_relative_to(home) for home in homes)


def _assemble(name: str, chain: Chain, problems: list[Problem]) -> Scenario:
    document = chain[-1][0]
    spans = [each.value["months"] for each, _ in chain if each.value.get("months") is not None]
    if not spans and "based_on" not in [problem.path for problem in problems]:
        problems.append(Problem(document.name, "months", "is missing; expected {from: …, to: …}"))
    elif spans and isinstance(spans[-1], dict) and is_month(spans[-1].get("from")):
        problems += _outside(chain)
    files = [file for _, file in chain if file]
    if problems or len(files) < len(chain):
        raise ScenarioError(problems)
    scenario = Scenario(
        name=Path(name).stem,
        title=files[-1].title or Path(name).stem.replace("_", " "),
        description=(files[-1].description or "").strip(),
        files=tuple(each.name for each, _ in chain),
        months=month_range(spans[-1]["from"], spans[-1]["to"]),
        given=tuple(given for each, _ in chain for given in givens(each)[0]),
        series=next((path for each, _ in chain[::-1] if (path := _series(each))), None),
    )
    try:
        scenario.trade  # noqa: B018 - a series that cannot be used is a problem of the file
    except CustomsError as error:
        setter = [each for each, _ in chain if each.value.get("months") is not None][-1]
        where = setter.where(("months",))
        raise ScenarioError([Problem(where, "months", str(error))]) from None
    return scenario


def _series(document: Document) -> Path | None:
    """The file of the user's own trade series, if the document names one."""
    demand = document.value.get("demand")
    written = demand.get("series") if isinstance(demand, dict) else None
    return Path(document.name).parent / written if isinstance(written, str) else None


def _series_problems(document: Document) -> Iterator[Problem]:
    if not (path := _series(document)):
        return
    where, written = document.where(("demand", "series")), document.value["demand"]["series"]
    folder = Path(document.name).parent
    if not written.strip() or not written.isprintable():
        message = f"{shown(written)} is no name of a file; expected one such as my_trade.csv"
        yield Problem(where, "demand.series", message)
        return
    if not _within_reach(path, folder):
        message = f"{shown(written)} lies outside the scenario's folder; "
        message += f"put it below {folder.resolve().name}/"
        yield Problem(where, "demand.series", message)
        return
    try:
        load_customs(path).whole()
    except CustomsError as error:
        yield from (Problem(where, "demand.series", each) for each in error.sentences)


def _outside(chain: Chain) -> Iterator[Problem]:
    """Changes dated before the run begins (later ones wait for a longer run)."""
    documents = [document for document, _ in chain]
    setter = [each for each in documents if each.value.get("months") is not None][-1]
    first_month = setter.value["months"]["from"]
    for at, document in enumerate(documents):
        early = [
            (number, change["from"])
            for number, change in enumerate(changes_of(document))
            if is_month(change.get("from")) and change["from"] < first_month
        ]
        if early and at < documents.index(setter):  # the base is not for its user to mend
            begins = min(month for _, month in early)
            message = f"{first_month} is after the first change in {document.name}, {begins}; "
            message += "begin in that month or earlier"
            yield Problem(setter.where(("months", "from")), "months.from", message)
            continue
        for number, month in early:
            loc = ("timeline", number, "from")
            message = f"{month} is before the first month, {first_month}"
            yield Problem(document.where(loc), f"timeline[{number}].from", message)
