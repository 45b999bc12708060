"""A scenario in full: every value with unit, source and grade, and where it was set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .scenario import Scenario
from .scenario_file import SETTINGS


def as_json(scenario: Scenario) -> dict[str, Any]:
    """The scenario as plain values; a setting that moves has its value for each month."""
    drawers: dict[str, Any] = {}
    for drawer, settings in SETTINGS.items():
        drawers[drawer] = {}
        for name, entry in settings.items():
            path = scenario.path(drawer, name)
            source, grade, where = scenario.grounds(drawer, name)
            moves = bool((path != path[0]).any())
            drawers[drawer][name] = {
                "value": path.tolist() if moves else float(path[0]),
                "unit": entry.unit,
                "meaning": entry.meaning,
                "source": source,
                "grade": grade,
                "set_by": where,
            }
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


def as_text(scenario: Scenario) -> str:
    """The same to be read on a terminal."""
    return "\n".join(_lines(scenario))


def _lines(scenario: Scenario) -> Iterator[str]:
    yield f"{scenario.title} ({scenario.months[0]} to {scenario.months[-1]})"
    if scenario.description:
        yield scenario.description
    yield f"read from: {', then '.join(scenario.files)}"
    yield scenario.trade.sentence()
    total = sum(scenario.coverage().values())
    grades = ", ".join(f"{count} {grade}" for grade, count in sorted(scenario.coverage().items()))
    yield f"what its {total} settings rest on: {grades}"
    for drawer, settings in SETTINGS.items():
        yield ""
        yield drawer.upper()
        for name, entry in settings.items():
            path = scenario.path(drawer, name)
            source, grade, where = scenario.grounds(drawer, name)
            yield f"  {name} = {_values(path, scenario.months)} {entry.unit}"
            yield f"      {entry.meaning}"
            yield f"      {grade}: {source} [{where}]"


def _values(path: np.ndarray, months: tuple[str, ...]) -> str:
    """'0.2; 0.6 from 2025-03; …' for a setting that moves."""
    moved = np.flatnonzero(path[1:] != path[:-1]) + 1
    parts = [f"{path[0]:g}", *(f"{path[at]:g} from {months[at]}" for at in moved)]
    return "; ".join(parts)
