"""A scenario written out in full: every value as it holds, so that it needs no base."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .model.settings import Setting
from .paths import PathOf
from .setting_values import SETTINGS

When = tuple[str, str]  # from which month, and since when known ("": not announced)


def written_out(
    months: tuple[str, ...],
    path_of: PathOf,
    announced: Callable[[str], np.ndarray],
    grounds_of: Callable[[str, str], dict[str, str]],
) -> dict[str, Any]:
    """What a scenario file would say of its months, drawers and timeline, from the value of each
    setting by month, from what each lever is known to come to, and from the grounds of each."""
    content: dict[str, Any] = {"months": {"from": months[0], "to": months[-1]}}
    changes: dict[When, dict[str, dict[str, Any]]] = {}
    for drawer, settings in SETTINGS.items():
        content[drawer] = {}
        for name, entry in settings.items():
            path = path_of(drawer, name)
            grounds = grounds_of(drawer, name)
            content[drawer][name] = _with(grounds, entry.kind(path[0]))
            known = announced(name) if drawer == "levers" else path
            for when, value in _changes(entry, path, known, _months_on(months)):
                changes.setdefault(when, {}).setdefault(drawer, {})[name] = _with(grounds, value)
    # of changes in one month the last has the last word: what was announced gives way to what is
    ordered = sorted(changes, key=lambda when: (when[0], not when[1], when))
    if ordered:
        content["timeline"] = [
            {"from": month, **({"announced": told} if told else {}), **changes[month, told]}
            for month, told in ordered
        ]
    return content


def _with(grounds: dict[str, str], value: float) -> Any:
    """A value with its grounds, or the bare value where none are given."""
    return {"value": value, **grounds} if grounds else value


def _changes(
    entry: Setting, path: np.ndarray, known: np.ndarray, months: list[str]
) -> Iterator[tuple[When, float]]:
    """Every step of a path, and every stretch over which something else is known to come."""
    begins = None  # the stretch, while in one
    for at in range(len(months)):
        inside = at < len(path)
        if begins is not None and (not inside or known[at] != known[begins]):
            yield (months[at], months[begins]), entry.kind(known[begins])
            if inside:
                yield (months[at], ""), entry.kind(path[at])
            begins = None
        elif inside and at > 0 and path[at] != path[at - 1]:
            yield (months[at], ""), entry.kind(path[at])
        if inside and begins is None and known[at] != path[at]:
            begins = at


def _months_on(months: tuple[str, ...]) -> list[str]:
    """The months and the one after."""
    year, month = int(months[-1][:4]), int(months[-1][5:])
    return [*months, f"{year + month // 12:04d}-{month % 12 + 1:02d}"]
