"""The files of a scenario: where they lie, what they are based on, and all that is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from .customs import CustomsError
from .customs import load as load_customs
from .packages import clashes, packages_of
from .reading import Document, Problem, ReadingError, read_yaml
from .scenario_file import (
    PackageFile,
    ScenarioFile,
    changes_of,
    dates,
    givens,
    is_month,
    shape,
)
from .shelf import ScenarioError, is_plain_name, locate

DEEPEST_CHAIN = 10


@dataclass(frozen=True)
class Layer:
    """One file of a scenario, and whether it was stacked rather than named or built on."""

    document: Document
    is_package: bool


def read_chain(name: str) -> tuple[list[Layer], list[Problem]]:
    """The file after its packages after its base, the deepest base first; and problems met on
    the way."""
    chain: list[Layer] = []
    stacked: dict[Path, str] = {}
    problems: list[Problem] = []
    seen: list[Path] = []
    path: Path | None = locate(name)
    while path is not None:
        layer = _read(path, ScenarioFile, problems)
        found = packages_of(layer.document, path, stacked, problems)
        packages = [_read(each, PackageFile, problems) for each in found]
        chain = [*packages, layer, *chain]
        seen.append(path.resolve())
        path = _base(layer.document, path, seen, problems)
    problems += clashes([each.document for each in chain if each.is_package])
    return chain, problems


def _read(path: Path, kind: type[BaseModel], problems: list[Problem]) -> Layer:
    try:
        document = read_yaml(path)
    except ReadingError as error:
        raise ScenarioError([*problems, *error.problems]) from None
    misshapen = shape(document, kind)[1]
    told = [each.where for each in document.problems]
    more = [*misshapen, *givens(document)[1], *dates(document), *_series_problems(document)]
    problems += [*document.problems, *(each for each in more if each.where not in told)]
    return Layer(document, kind is PackageFile)


def _base(document: Document, path: Path, seen: list[Path], problems: list[Problem]) -> Path | None:
    based_on = document.value.get("based_on")
    if not isinstance(based_on, str):
        return None
    where = document.where(("based_on",))
    if not is_plain_name(based_on):
        message = "must be the name of a shipped scenario or of a file in the same folder"
        problems.append(Problem(where, "based_on", f"{message}, without its ending"))
        return None
    beside = path.parent / f"{based_on}.yaml"
    if not beside.is_file():
        try:
            beside = locate(based_on)
        except ScenarioError as error:
            problems.append(Problem(where, "based_on", error.problems[0].message))
            return None
    if beside.resolve() in seen:
        problems.append(Problem(where, "based_on", f"{based_on!r} leads back to this file"))
        return None
    if len(seen) >= DEEPEST_CHAIN:
        message = f"the chain of bases is longer than {DEEPEST_CHAIN} files; put some together"
        problems.append(Problem(where, "based_on", message))
        return None
    return beside


def series_of(document: Document) -> Path | None:
    """The file of the user's own trade series, if the document names one."""
    demand = document.value.get("demand")
    written = demand.get("series") if isinstance(demand, dict) else None
    return Path(document.name).parent / written if isinstance(written, str) else None


def _series_problems(document: Document) -> Iterator[Problem]:
    if not (path := series_of(document)):
        return
    where = document.where(("demand", "series"))
    folder = Path(document.name).parent.resolve()
    try:
        inside = path.resolve().is_relative_to(folder)
    except (OSError, RuntimeError):  # a link that leads round in a circle
        inside = False
    if not inside:
        written = document.value["demand"]["series"]
        message = f"{written!r} lies outside the scenario's folder; put it below {folder.name}/"
        yield Problem(where, "demand.series", message)
        return
    try:
        load_customs(path)
    except CustomsError as error:
        yield Problem(where, "demand.series", str(error))


def span_of(chain: list[Layer], problems: list[Problem]) -> tuple[str, str]:
    """First and last month, as the nearest file has them; notes what is wrong with them."""
    values = [each.document.value for each in chain if not each.is_package]
    spans = [each["months"] for each in values if each.get("months") is not None]
    if not spans:
        if "based_on" not in [problem.path for problem in problems]:
            message = "is missing; expected {from: …, to: …}"
            problems.append(Problem(chain[-1].document.name, "months", message))
        return "", ""
    span = spans[-1] if isinstance(spans[-1], dict) else {}
    if is_month(span.get("from")):
        problems += _outside(chain, span["from"])
    return span.get("from", ""), span.get("to", "")


def _outside(chain: list[Layer], first_month: str) -> Iterator[Problem]:
    """Changes dated before the run begins (later ones wait for a longer run)."""
    for document in [each.document for each in chain]:
        for number, change in enumerate(changes_of(document)):
            first: Any = change.get("from")
            if is_month(first) and first < first_month:
                at = ("timeline", number, "from")
                message = f"{first} is before the first month, {first_month}"
                yield Problem(document.where(at), f"timeline[{number}].from", message)
