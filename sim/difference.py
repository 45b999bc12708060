"""Two scenarios in full, and only what differs: values, since when, and where they are set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .scenario import Scenario
from .setting_values import SETTINGS


@dataclass(frozen=True)
class Difference:
    """One setting, or the months or the trade series, in both scenarios."""

    name: str
    unit: str
    first: str
    values: tuple[str, str]
    set_by: tuple[str, str]


def differences(one: Scenario, other: Scenario) -> list[Difference]:
    """All that makes the two run differently, over the months they share."""
    return [*_spans(one, other), *_trade(one, other), *_settings(one, other)]


def _spans(one: Scenario, other: Scenario) -> Iterator[Difference]:
    if one.months != other.months:
        spans = [f"{each.months[0]} to {each.months[-1]}" for each in (one, other)]
        yield Difference("months", "", "", (spans[0], spans[1]), (one.files[-1], other.files[-1]))


def _trade(one: Scenario, other: Scenario) -> Iterator[Difference]:
    paths = [str(each.series or "the packaged series") for each in (one, other)]
    if paths[0] != paths[1]:
        places = (one.files[-1], other.files[-1])
        yield Difference("demand.series", "", "", (paths[0], paths[1]), places)


def _settings(one: Scenario, other: Scenario) -> Iterator[Difference]:
    shared = [month for month in one.months if month in other.months]
    drawers = SETTINGS if shared else {"cohort": SETTINGS["cohort"]}
    for drawer, settings in drawers.items():
        for name, entry in settings.items():
            mine, theirs = (_of(each, drawer, name, shared) for each in (one, other))
            apart = np.flatnonzero((mine != theirs).any(axis=0))
            if apart.size:
                at = int(apart[0])
                first = "" if drawer == "cohort" else shared[at]
                values = (told(mine[:, at:], shared[at:]), told(theirs[:, at:], shared[at:]))
                places = [_place(each, drawer, name, first) for each in (one, other)]
                label = f"{drawer}.{name}"
                yield Difference(label, entry.unit, first, values, (places[0], places[1]))


def grounds(base: Scenario, others: Sequence[Scenario]) -> list[dict[str, str]]:
    """Name, scenario, source and grade of every setting in which another differs from the base,
    in the base first."""
    found: dict[str, list[Scenario]] = {}
    for other in others:
        for each in _settings(base, other):
            found.setdefault(each.name, [base]).append(other)
    rows = []
    for label, scenarios in found.items():
        for scenario in scenarios:
            source, grade, _ = scenario.grounds(*label.split("."))
            about = {"name": label.split(".")[1], "scenario": scenario.title}
            rows.append(about | {"source": source, "grade": grade})
    return rows


def _place(scenario: Scenario, drawer: str, name: str, month: str) -> str:
    """Where the value that holds, or is announced, in this month is set."""
    for each in reversed(scenario.words(drawer, name)):
        begins = each.announced or each.first or ""
        if begins <= month <= (each.until or month):
            return each.where
    return "default"


def _of(scenario: Scenario, drawer: str, name: str, shared: list[str]) -> np.ndarray:
    """A setting's path, and what it is known to come to, over the shared months: (2, months)."""
    path = scenario.path(drawer, name)
    both = np.array([path, scenario.announced(name) if drawer == "levers" else path])
    if drawer == "cohort":
        return both[:, :1]
    first = scenario.months.index(shared[0])
    return both[:, first : first + len(shared)]


def told(both: np.ndarray, months: list[str] | tuple[str, ...]) -> str:
    """'0.2; 0.6 from 2025-03', and if it is known beforehand, 'announced: 0.6 from 2025-01'."""
    path, known = (_steps(each, months) for each in both)
    return path if path == known else f"{path} (announced: {known})"


def _steps(path: np.ndarray, months: list[str] | tuple[str, ...]) -> str:
    moved = np.flatnonzero(path[1:] != path[:-1]) + 1
    return "; ".join([f"{path[0]:g}", *(f"{path[at]:g} from {months[at]}" for at in moved)])


def as_json(one: Scenario, other: Scenario) -> dict[str, Any]:
    """The differences as plain values."""
    names = (one.name, other.name)
    rows = [
        {
            "name": each.name,
            "unit": each.unit,
            "from": each.first,
            "values": list(each.values),
            "set_by": list(each.set_by),
        }
        for each in differences(one, other)
    ]
    return {"scenarios": list(names), "differences": rows}


def as_text(one: Scenario, other: Scenario) -> str:
    """The differences to be read on a terminal."""
    return "\n".join(_lines(one, other))


def _lines(one: Scenario, other: Scenario) -> Iterator[str]:
    names = (one.name, other.name) if one.name != other.name else (one.files[-1], other.files[-1])
    yield f"{names[0]} against {names[1]}"
    found = differences(one, other)
    if not found:
        yield "no difference: they run the same"
    width = max(map(len, names))
    for each in found:
        unit = f" ({each.unit})" if each.unit else ""
        yield f"\n{each.name}{unit}{f', from {each.first}' if each.first else ''}"
        for name, value, place in zip(names, each.values, each.set_by, strict=True):
            yield f"  {name:{width}}  {value}  [{place}]"
