"""The one clever file: from a declared class to rows, and the mark that makes a rule.

``@rule`` marks a small function over scalar attributes. Called from Python it is plain Python;
called from a compiled loop it is compiled. ``row_type`` turns a dataclass of floats and ints into
a numpy record layout of eight-byte cells, so that a row ``trader.savings`` reads like an object.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

# Intel's vector maths rounds differently from the C library that plain Python calls.
os.environ["NUMBA_DISABLE_INTEL_SVML"] = "1"

import numpy as np  # noqa: E402
from numba.extending import register_jitable  # noqa: E402

rule = register_jitable(forceinline=True)
inlined_rule = register_jitable(inline="always")  # merged before compiling: can run on vectors

FEW_ROWS = 256  # so many stay in a core's cache while a loop goes over them again and again
CELL = {"float": np.dtype(np.float64), "int": np.dtype(np.int64)}


@dataclass(frozen=True)
class State:
    """One thing an actor remembers: name, kind, meaning, unit, and whether history keeps it, and
    if so whether the sum over everybody is enough unless somebody asks for more."""

    name: str
    kind: str
    meaning: str
    unit: str
    kept: bool
    summed: bool


def state(
    meaning: str, unit: str, start: float = 0, kept: bool = False, summed: bool = False
) -> Any:
    """Declare what an actor remembers; ``kept`` fields are recorded every month, ``summed`` ones,
    too, but only added up over all actors where nothing more is asked for."""
    about = {"meaning": meaning, "unit": unit, "kept": kept or summed, "summed": summed}
    return field(default=start, metadata=about)


def states_of(actor: type) -> Iterator[State]:
    """Every declared memory of an actor, in order."""
    for entry in fields(actor):
        about = entry.metadata
        yield State(
            entry.name,
            str(entry.type),
            about["meaning"],
            about["unit"],
            about.get("kept", False),
            about.get("summed", False),
        )


@cache
def row_type(declared: type) -> np.dtype[Any]:
    """The record layout of a declared class: one eight-byte cell a field."""
    return np.dtype([(entry.name, CELL[str(entry.type)]) for entry in fields(declared)])


def rows(declared: type, count: int) -> np.ndarray:
    """``count`` rows of a declared class, each field at its default."""
    row = np.array([tuple(entry.default for entry in fields(declared))], row_type(declared))
    return row.repeat(count)


def as_objects(declared: type, table: np.ndarray) -> list[Any]:
    """The rows as plain objects of the declared class (for the plain carrier)."""
    return [declared(*row) for row in table.tolist()]


def as_rows(declared: type, objects: Sequence[Any]) -> np.ndarray:
    """Plain objects, or agents, with the declared fields, as rows."""
    table = rows(declared, len(objects))
    for name in table.dtype.names or ():
        table[name] = [getattr(each, name) for each in objects]
    return table


def cells(table: np.ndarray) -> np.ndarray:
    """The same memory as a float matrix (rows, fields); int cells keep their bits."""
    return table.view(np.float64).reshape(len(table), table.dtype.itemsize // 8)
