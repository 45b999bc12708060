"""The shape of a scenario file, and every mistake in one, each with its line.

pydantic holds the shape; what may stand in a drawer comes from the settings' own declarations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .model.settings import DRAWERS
from .reading import Document, Loc, Problem, format_path, shown, suggest
from .setting_values import SETTINGS, drawer_of, misfit, unknown_setting, unpack

COHORT_HAS_NO_DATES = "the cohort starts once and has no dates"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=False)


class Months(_Strict):
    """First and last month of a run."""

    first: str = Field(alias="from", description="the first month")
    last: str = Field(alias="to", description="the last month, included")


class Change(_Strict):
    """A dated change: from a month on, perhaps until another, phased in, or known beforehand."""

    first: str = Field(alias="from", description="the first month in which it holds")
    until: str | None = Field(None, description="the last month in which it holds, if any")
    over_months: int = Field(1, ge=1, le=240, description="months over which it is phased in")
    announced: str | None = Field(
        None, description="the month from which traders know of it, if before it holds"
    )
    levers: dict[str, Any] = {}
    surroundings: dict[str, Any] = {}


class Demand(_Strict):
    """Another trade series than the packaged one."""

    series: str = Field(description="a CSV file in the scenario's folder or below")


class ScenarioFile(_Strict):
    """All that a scenario file may say."""

    format: int = Field(1, description="the format of the file")
    title: str | None = Field(None, description="what it is called in tables and figures")
    description: str | None = Field(None, description="what it is about, in a sentence or two")
    based_on: str | None = Field(
        None, description="a shipped scenario, or a file beside this one without its ending"
    )
    packages: list[str] = Field([], description="packages of changes to stack, by name")
    months: Months | None = None
    timeline: list[Change] = Field([], description="dated changes")
    levers: dict[str, Any] = {}
    surroundings: dict[str, Any] = {}
    cohort: dict[str, Any] = {}
    demand: Demand | None = None


class PackageFile(_Strict):
    """All that a package may say: dated changes, for scenarios to stack."""

    format: int = 1
    title: str | None = None
    description: str | None = None
    timeline: list[Change]


@dataclass(frozen=True)
class Given:
    """One value that a file sets: which, what, where it says so, and on what grounds."""

    drawer: str
    name: str
    value: float
    where: str
    source: str | None = None
    grade: str | None = None
    first: str | None = None
    until: str | None = None
    over_months: int = 1
    announced: str | None = None
    last_word: bool = False


_SAID = {
    "extra_forbidden": "is not a key that belongs here",
    "missing": "is missing",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "dict_type": "must be a mapping (name: value)",
    "model_type": "must be a mapping (name: value)",
    "list_type": "must be a list (lines that begin with a dash)",
    "model_attributes_type": "must be a mapping (name: value)",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "literal_error": "must be {expected}",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "too_short": "must not be empty",
}


def shape(document: Document, kind: type[BaseModel]) -> tuple[BaseModel | None, list[Problem]]:
    """The file's shape, or the problems that keep it from having one.

    What was already noted while reading is not complained about again.
    """
    try:
        return kind.model_validate(document.value), []
    except ValidationError as error:
        noted = {problem.path for problem in document.problems}
        problems = [_explain(document, kind, each) for each in error.errors()]
        return None, [problem for problem in problems if problem.path not in noted]


def _explain(document: Document, file: type[BaseModel], error: Any) -> Problem:
    loc: Loc = tuple(error["loc"])
    kind = error["type"]
    if kind == "extra_forbidden":
        return Problem(document.where_key(loc), format_path(loc), _misplaced(file, loc))
    said = _SAID.get(kind, error["msg"][:1].lower() + error["msg"][1:])
    if "ctx" in error:
        said = said.format(**error["ctx"])
    if "mapping" in said and re.search(r"\w:\S", str(error["input"])):
        said += "; a space must follow the colon"
    if kind == "string_type" and loc[-1] in ("from", "to", "until", "announced"):
        said = f"must be a month such as 2026-07{_month_meant(error['input'])}"
    return Problem(document.where(loc), format_path(loc), said)


def _misplaced(file: type[BaseModel], loc: Loc) -> str:
    """Where a key that does not belong here belongs, or which keys do."""
    name, known = str(loc[-1]), _known_keys(file, loc)
    if name == "cohort" and loc[0] == "timeline":
        return f"{COHORT_HAS_NO_DATES}; set it outside the timeline"
    if len(loc) in (1, 3) and (drawer := drawer_of(name)):
        return f"belongs under {drawer}: write it below a line '{drawer}:'"
    return f"is not a key that belongs here{suggest(name, known)}; known: {', '.join(known)}"


def _known_keys(file: type[BaseModel], loc: Loc) -> list[str]:
    model = file
    for part in loc[:-1]:
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        if isinstance(part, str) and part in fields:
            model = _model_in(fields[part].annotation) or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that a field holds, alone, in a list, or not always."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)


def changes_of(document: Document) -> list[dict[str, Any]]:
    """The timeline as written, with an empty change wherever something else stands."""
    timeline = document.value.get("timeline")
    if not isinstance(timeline, list):
        return []
    return [change if isinstance(change, dict) else {} for change in timeline]


def givens(document: Document) -> tuple[list[Given], list[Problem]]:
    """Every value set in the drawers and the timeline, and what is wrong with them.

    Works on a file that is misshapen elsewhere too, so that all its mistakes are told at once.
    """
    found: list[Given] = []
    problems: list[Problem] = []
    for drawer in DRAWERS:
        _drawer(document, (drawer,), drawer, document.value.get(drawer), {}, found, problems)
    for number, change in enumerate(changes_of(document)):
        when = {"first": change.get("from"), "until": change.get("until")}
        when["over_months"] = change.get("over_months", 1)
        when["announced"] = change.get("announced")
        for drawer in ("levers", "surroundings"):
            loc = ("timeline", number, drawer)
            _drawer(document, loc, drawer, change.get(drawer), when, found, problems)
    return found, problems


def _drawer(
    document: Document,
    loc: Loc,
    drawer: str,
    values: Any,
    when: dict[str, Any],
    found: list[Given],
    problems: list[Problem],
) -> None:
    if not isinstance(values, dict):
        return
    for name, raw in values.items():
        at = (*loc, name)
        if complaint := unknown_setting(drawer, name):
            problems.append(Problem(document.where_key(at), format_path(at), complaint))
            continue
        value, grounds, complaint = unpack(raw, SETTINGS[drawer][name])
        if not complaint:
            complaint = misfit(SETTINGS[drawer][name], value)
        if complaint:
            problems.append(Problem(document.where(at), format_path(at), complaint))
        else:
            found.append(Given(drawer, name, value, document.where(at), **grounds, **when))


MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
MOST_YEARS = 100


def dates(document: Document) -> Iterator[Problem]:
    """Months that are no months, or out of order."""
    span = document.value.get("months")
    if isinstance(span, dict):
        yield from _in_order(document, ("months",), span, "from", "to")
        if is_month(span.get("from")) and is_month(span.get("to")):
            years = int(span["to"][:4]) - int(span["from"][:4])
            if years > MOST_YEARS:
                message = f"{years} years after the first; expected at most {MOST_YEARS}"
                yield Problem(document.where(("months", "to")), "months.to", message)
    for number, change in enumerate(changes_of(document)):
        yield from _in_order(document, ("timeline", number), change, "from", "until")
        yield from _announced_in_time(document, ("timeline", number), change)


def _announced_in_time(document: Document, loc: Loc, change: dict[str, Any]) -> Iterator[Problem]:
    """An announcement comes before what it announces, and only the planner announces."""
    told, at = change.get("announced"), (*loc, "announced")
    message = ""
    if not isinstance(told, str):
        return
    if not is_month(told):
        message = f"{told!r} is not a month; expected a month such as 2026-04"
    elif is_month(change.get("from")) and told > change["from"]:
        message = f"{told} is after the change begins, {change['from']}; expected a month before"
    elif "surroundings" in change:
        message = "surroundings are nobody's to announce; give them a dated change of their own"
    if message:
        yield Problem(document.where(at), format_path(at), message)


def is_month(written: Any) -> bool:
    """Whether this is a month such as 2026-07."""
    return isinstance(written, str) and MONTH.fullmatch(written) is not None


def _month_meant(written: Any) -> str:
    """The month in a text such as '2026-7-01' or '2026/07', as a question."""
    found = re.fullmatch(r"([0-9]{4})[-/. ]?([0-9]{1,2})([-/. ][0-9]{1,2})?", str(written))
    month = f"{found[1]}-{int(found[2]):02d}" if found else ""
    return f"; did you mean {month}?" if is_month(month) else ""


def _in_order(
    document: Document, loc: Loc, said: dict[str, Any], first: str, last: str
) -> Iterator[Problem]:
    for key in (first, last):
        at = (*loc, key)
        if isinstance(said.get(key), str) and not is_month(said[key]):
            message = f"{shown(said[key])} is not a month; expected a month such as 2026-07"
            message += _month_meant(said[key])
            yield Problem(document.where(at), format_path(at), message)
    if is_month(said.get(first)) and is_month(said.get(last)) and said[last] < said[first]:
        at = (*loc, last)
        message = f"{said[last]} is before {said[first]}"
        yield Problem(document.where(at), format_path(at), message)
