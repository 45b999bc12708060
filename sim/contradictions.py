"""Values that are fine each by itself and cannot hold together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from .customs_file import month_name, month_number
from .model.settings import PARTS_OF_ONE
from .reading import Document, Loc, Problem, format_path
from .scenario_file import Given, changes_of, is_month
from .setting_values import SETTINGS

ROUNDING = 1e-9


def above_one(
    months: Sequence[str], given: Sequence[Given], path: Callable[[str, str], np.ndarray]
) -> Iterator[Problem]:
    """Shares of one whole that sum to more than 1 in some month."""
    for drawer, names in PARTS_OF_ONE:
        paths = [path(drawer, name) for name in names]
        above = np.flatnonzero(np.sum(paths, axis=0) > 1.0 + ROUNDING)
        if not above.size:
            continue
        at = int(above[0])
        mine = [each for each in given if each.drawer == drawer and each.name in names]
        last = [each for each in mine if (each.first or "") <= months[at]][-1]
        said = " and ".join(f"{name} {part[at]:g}" for name, part in zip(names, paths, strict=True))
        total = sum(part[at] for part in paths)
        message = f"{said} make {total:g} in {months[at]}; they are parts of one whole, lower one"
        yield Problem(last.where, f"{drawer}.{last.name}", message)


class _Span(NamedTuple):
    """A dated value: when it begins, until when it still moves, and where it stands."""

    first: str
    settled: str
    loc: Loc
    phased: bool
    announced: bool


def overlaps(document: Document) -> Iterator[Problem]:
    """Changes of one setting in one file that leave unclear which of them holds.

    A later change beats an earlier one; two that begin in the same month, or one that starts to
    move a value while another still moves it, leave it open. Only what was announced gives way to
    what then holds in its stead.
    """
    for spans in _by_setting(document).values():
        before: _Span | None = None
        for span in sorted(spans, key=lambda each: each.first):
            if before and (
                (span.first == before.first and span.announced == before.announced)
                or (span.phased and span.first <= before.settled)
            ):
                yield _unclear(document, span, before)
            if not before or span.settled > before.settled:
                before = span


def _unclear(document: Document, span: _Span, before: _Span) -> Problem:
    other = document.where_key(before.loc)
    if span.first == before.first:
        message = f"changes in {span.first} at {other} too, and which holds is unclear; "
        message += "keep one, or let one begin in another month"
    else:
        message = f"is phased in while the change at {other} still is, until {before.settled}; "
        message += "let it begin after that"
    return Problem(document.where_key(span.loc), format_path(span.loc), message)


def _by_setting(document: Document) -> dict[tuple[str, str], list[_Span]]:
    found: dict[tuple[str, str], list[_Span]] = {}
    for number, change in enumerate(changes_of(document)):
        for drawer in ("levers", "surroundings"):
            values: Any = change.get(drawer)
            for name in values if isinstance(values, dict) else ():
                if name in SETTINGS[drawer] and is_month(change.get("from")):
                    span = _span(change, ("timeline", number, drawer, name))
                    found.setdefault((drawer, name), []).append(span)
    return found


def _span(change: dict[str, Any], loc: Loc) -> _Span:
    first, until, over = change["from"], change.get("until"), change.get("over_months")
    whole = SETTINGS[str(loc[2])][str(loc[3])].kind is int  # switches at once
    steps = over if type(over) is int and over > 1 and not whole else 1
    settled = month_name(month_number(first) + steps - 1)
    if isinstance(until, str):
        settled = min(settled, until)
    return _Span(first, settled, loc, steps > 1, "announced" in change)
