"""A scenario in full: every value with unit, source and grade, and where it was set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .difference import told
from .scenario import Scenario
from .scenario_file import Given
from .setting_values import SETTINGS


def as_json(scenario: Scenario) -> dict[str, Any]:
    """The scenario as plain values; a setting that moves has its value for each month."""
    drawers: dict[str, Any] = {}
    for drawer, settings in SETTINGS.items():
        drawers[drawer] = {}
        for name, entry in settings.items():
            path, known = _paths(scenario, drawer, name)
            source, grade, where = scenario.grounds(drawer, name)
            moves = bool((path != path[0]).any())
            about = {
                "value": path.tolist() if moves else float(path[0]),
                "unit": entry.unit,
                "meaning": entry.meaning,
                "source": source,
                "grade": grade,
                "set_by": where,
                "set": [_word_json(each) for each in scenario.words(drawer, name)],
            }
            if (known != path).any():
                about["announced"] = known.tolist()
            drawers[drawer][name] = about
    return {
        "name": scenario.name,
        "title": scenario.title,
        "description": scenario.description,
        "months": [scenario.months[0], scenario.months[-1]],
        "files": list(scenario.files),
        "trade": scenario.trade.sentence(),
        "coverage": scenario.coverage(),
        **drawers,
    }


def _word_json(given: Given) -> dict[str, Any]:
    keys = ("value", "first", "until", "over_months", "announced", "source", "grade", "where")
    return {{"first": "from"}.get(key, key): getattr(given, key) for key in keys}


def _paths(scenario: Scenario, drawer: str, name: str) -> np.ndarray:
    """A setting's path and what it is known to come to, (2, months)."""
    path = scenario.path(drawer, name)
    return np.array([path, scenario.announced(name) if drawer == "levers" else path])


def as_text(scenario: Scenario) -> str:
    """The same to be read on a terminal."""
    return "\n".join(_lines(scenario))


def _lines(scenario: Scenario) -> Iterator[str]:
    yield f"{scenario.title} ({scenario.months[0]} to {scenario.months[-1]})"
    if scenario.description:
        yield scenario.description
    yield f"read from: {', then '.join(scenario.files)}"
    yield scenario.trade.sentence()
    coverage = scenario.coverage()
    grades = ", ".join(f"{count} {grade}" for grade, count in coverage.items())
    yield f"what its {sum(coverage.values())} settings rest on: {grades}"
    yield from _moving_levers(scenario)
    for drawer, settings in SETTINGS.items():
        yield ""
        yield drawer.upper()
        for name, entry in settings.items():
            yield f"  {name} = {told(_paths(scenario, drawer, name), scenario.months)} {entry.unit}"
            yield f"      {entry.meaning}"
            yield from _grounds(scenario, drawer, name)


def _grounds(scenario: Scenario, drawer: str, name: str) -> Iterator[str]:
    """What each value of a setting rests on and where it stands; the last word comes last."""
    entry, words = SETTINGS[drawer][name], scenario.words(drawer, name)
    if not words:
        yield f"      {entry.grade}: {entry.source} [default]"
    elif (words[0].first or "") > scenario.months[0]:
        yield f"      {entry.default:g}; {entry.grade}: {entry.source} [default]"
    for each in words:
        when = f"{each.value:g}{_when(each)}; " if len(words) > 1 or each.first else ""
        yield f"      {when}{each.grade or 'assumed'}: {each.source or 'not given'} [{each.where}]"


def _when(given: Given) -> str:
    """' from 2025-07 until 2026-06 over 6 months, announced 2025-03'"""
    first = f" from {given.first}" if given.first else ""
    until = f" until {given.until}" if given.until else ""
    phased = f" over {given.over_months} months" if given.over_months > 1 else ""
    return first + until + phased + (f", announced {given.announced}" if given.announced else "")


# ------------------------------------------------------------------- the levers, month by month


def _moving_levers(scenario: Scenario) -> Iterator[str]:
    """A column a lever that moves, a row a month in which one does; → what is announced."""
    paths = {name: _paths(scenario, "levers", name) for name in SETTINGS["levers"]}
    moving = {name: both for name, both in paths.items() if (both != both[0, 0]).any()}
    if not moving:
        return
    columns = [[*_heading(name, moving), *_cells(both)] for name, both in moving.items()]
    height = len(columns[0]) - len(scenario.months)
    grid = [[*[""] * height, *scenario.months], *columns]
    widths = [max(map(len, column)) for column in grid]
    yield ""
    yield "LEVERS THAT MOVE (· as the month before, → as announced)"
    for row in range(len(grid[0])):
        cells = [column[row] for column in grid]
        if any(cell != "·" for cell in cells[1:]):
            line = [cells[0].ljust(widths[0])]
            line += [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
            yield "  " + "  ".join(line).rstrip()


def _heading(name: str, all_names: Any) -> list[str]:
    """A name in words below each other, so that columns stay narrow."""
    tall = max(len(each.split("_")) for each in all_names)
    words = name.split("_")
    return [""] * (tall - len(words)) + words


def _cells(both: np.ndarray) -> list[str]:
    """A path as a column: a value where it moves, with what it is known to come to."""
    texts = [
        f"{now:.4g}" + (f" → {known:.4g}" if known != now else "") for now, known in both.T.tolist()
    ]
    return [text if at == 0 or text != texts[at - 1] else "·" for at, text in enumerate(texts)]
