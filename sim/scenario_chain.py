"""The files of a scenario: where they lie, what they are based on, and all that is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from .contradictions import overlaps
from .customs import CustomsError
from .customs import load as load_customs
from .formats import format_problem
from .packages import clashes, packages_of
from .reading import Document, Problem, ReadingError, read_yaml, shown
from .scenario_file import (
    Given,
    PackageFile,
    ScenarioFile,
    changes_of,
    dates,
    givens,
    is_month,
    shape,
)
from .shelf import OR_A_PATH, ScenarioError, exists, is_plain_name, locate, within_reach

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
    problems += mistakes(document, kind)
    if format_problem(document):
        raise ScenarioError(problems)  # what else it names cannot be known
    return Layer(document, kind is PackageFile)


def read_package(path: Path) -> list[Given]:
    """What a package by itself sets; raises ScenarioError with all that is wrong with it."""
    problems: list[Problem] = []
    layer = _read(path, PackageFile, problems)
    if problems:
        raise ScenarioError(problems)
    return givens(layer.document)[0]


def mistakes(document: Document, kind: type[BaseModel] = ScenarioFile) -> list[Problem]:
    """All that is wrong with a file by itself."""
    if problem := format_problem(document):
        return [problem]  # by today's rules the rest would only mislead
    told = {each.where for each in document.problems}
    more = [*shape(document, kind)[1], *givens(document)[1], *dates(document), *overlaps(document)]
    more += _series_problems(document)
    return [*document.problems, *(each for each in more if each.where not in told)]


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
    if not exists(beside):
        try:
            beside = locate(based_on)
        except ScenarioError as error:
            message = error.problems[0].message.removesuffix(OR_A_PATH)
            message += f"; or put {shown(beside.name)} beside this file"
            problems.append(Problem(where, "based_on", message))
            return None
    if not within_reach(beside, path.parent):
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


def series_of(document: Document) -> Path | None:
    """The file of the user's own trade series, if the document names one."""
    demand = document.value.get("demand")
    written = demand.get("series") if isinstance(demand, dict) else None
    return Path(document.name).parent / written if isinstance(written, str) else None


def _series_problems(document: Document) -> Iterator[Problem]:
    if not (path := series_of(document)):
        return
    where, written = document.where(("demand", "series")), document.value["demand"]["series"]
    folder = Path(document.name).parent
    if not written.strip() or not written.isprintable():
        message = f"{shown(written)} is no name of a file; expected one such as my_trade.csv"
        yield Problem(where, "demand.series", message)
        return
    if not within_reach(path, folder):
        message = f"{shown(written)} lies outside the scenario's folder; "
        message += f"put it below {folder.resolve().name}/"
        yield Problem(where, "demand.series", message)
        return
    try:
        load_customs(path).whole()
    except CustomsError as error:
        yield from (Problem(where, "demand.series", each) for each in error.sentences)


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
        problems += _outside(chain)
    return span.get("from", ""), span.get("to", "")


def setter_of(chain: list[Layer]) -> Document:
    """The file whose months hold."""
    documents = [each.document for each in chain if not each.is_package]
    return [each for each in documents if each.value.get("months") is not None][-1]


def _outside(chain: list[Layer]) -> Iterator[Problem]:
    """Changes dated before the run begins (later ones wait for a longer run)."""
    documents = [each.document for each in chain]
    setter = setter_of(chain)
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
