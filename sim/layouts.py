"""Rows with more fields than the model declares: where an extension's actors remember theirs.

A class that extends one of the model's nouns or drawers has the same fields first, so every rule of
the model, and history, reads the longer rows as it reads its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .model.course import Course
from .model.world import ACTORS
from .run import Month, Replicate

Layouts = Mapping[str, "np.dtype[Any]"]


def widened(table: np.ndarray, layout: np.dtype[Any]) -> np.ndarray:
    """The same rows in a layout that has their fields and more.

    The further fields begin at zero. Raises ValueError if the layout lacks a field or has it
    elsewhere.
    """
    own = table.dtype.names or ()
    if (layout.names or ())[: len(own)] != own:
        raise ValueError(
            f"a layout must begin with the {len(own)} fields it extends, {', '.join(own[:3])}, …: "
            "declare it as a dataclass that inherits from the model's own"
        )
    wide = np.zeros(len(table), layout)
    for name in own:
        wide[name] = table[name]
    return wide


def begin(course: Course, seed: int, number: int, month: Month, layouts: Layouts) -> Replicate:
    """A replicate on its first day, its actors in these layouts (by field of ``World``), every
    further field at zero."""
    first = Replicate(course, seed, number, month)
    tables = {name: getattr(first.world, name) for name in ACTORS}
    return first.fork(
        course,
        [
            widened(table, layouts[name]) if name in layouts else table
            for name, table in tables.items()
        ],
    )
