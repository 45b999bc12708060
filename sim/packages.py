"""Packages: dated changes with a name, stacked by scenarios."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

from .problems import Problem, suggest
from .reading import Document
from .scenario_file import Given, givens, is_month
from .shelf import is_plain_name, shipped_folder

FOLDER = "packages"
LAST = "9999-12"  # of what is not said to end


def packages_of(
    document: Document, path: Path, stacked: dict[Path, str], problems: list[Problem]
) -> list[Path]:
    """The files of the packages that a scenario stacks, in order; notes what cannot be found and
    what is ``stacked`` already, and where."""
    names = document.value.get("packages")
    found: list[Path] = []
    for number, name in enumerate(names if isinstance(names, list) else []):
        if not isinstance(name, str):
            continue  # its shape is complained about
        where = document.where(("packages", number))
        file, complaint = _find(name, path.parent / FOLDER)
        if file and (first := stacked.setdefault(file.resolve(), where)) != where:
            complaint = f"{name!r} is stacked twice, also at {first}; keep one"
        if complaint:
            problems.append(Problem(where, f"packages[{number}]", complaint))
        elif file:
            found.append(file)
    return found


def _find(name: str, beside: Path) -> tuple[Path | None, str]:
    """The file of a package, beside the scenario or shipped; or what is wrong with its name."""
    if not is_plain_name(name):
        return None, f"must be the name of a file in {FOLDER}/, without its ending"
    shelves = (beside, shipped_folder() / FOLDER)
    for shelf in shelves:
        if (shelf / f"{name}.yaml").is_file():
            return shelf / f"{name}.yaml", ""
    files = [path for shelf in shelves for path in shelf.glob("*.yaml") if path.is_file()]
    known = sorted({path.stem for path in files})
    near = suggest(name, known)
    return None, f"there is no package {name!r}{near}; known: {', '.join(known)}"


def clashes(stacked: list[Document]) -> Iterator[Problem]:
    """Packages that set one setting in months that overlap: nobody could say which one holds."""
    for one, other in combinations(stacked, 2):
        for mine in givens(other)[0]:
            clash = next((each for each in givens(one)[0] if _overlap(each, mine)), None)
            if clash:
                message = f"is set by another package too, {clash.where}, in months that overlap"
                what = f"{message}; stack one of them, or end one before the other begins"
                yield Problem(mine.where, f"{mine.drawer}.{mine.name}", what)


def _overlap(one: Given, other: Given) -> bool:
    """Whether both set the same setting in some month."""
    if (one.drawer, one.name) != (other.drawer, other.name):
        return False
    months: list[Any] = [one.first, one.until or LAST, other.first, other.until or LAST]
    if not all(map(is_month, months)):
        return False  # complained about as dates
    (first, until), (begins, ends) = (months[:2], months[2:])
    return bool(first <= ends and begins <= until)
