"""The format of scenario files, by number, and the steps that bring an older file to today's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .reading import Document, Problem

# A step changes a document in place and tells, in sentences, what it did.
Step = Callable[[dict[str, Any]], list[str]]
STEPS: tuple[Step, ...] = ()  # the first will lead from format 1 to format 2


def todays_format() -> int:
    """The format that is read and written."""
    return 1 + len(STEPS)


def format_problem(document: Document) -> Problem | None:
    """Why a document cannot be read by today's rules, if it cannot."""
    said, today = document.value.get("format", 1), todays_format()
    if type(said) is not int or said == today:
        return None
    if said < 1:
        message = f"{said} is no format: they count from 1; today's is {today}"
    elif said > today:
        message = f"{said} is newer than what is read here, {today}: upgrade trader-sim"
    else:
        message = f"{said} is older than today's, {today}: bring the file up with "
        message += f"trader-sim migrate {document.name}"
    return Problem(document.where(("format",)), "format", message)
