"""How the figures of a tuning mark its trials, and how their axes look."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.drawing import COLOURS, INK, MARKERS
from sim.figures.sizes import numbers

DROPPED: dict[str, Any] = {
    "color": "#c4c4c4", "marker": ".", "markersize": 5, "linestyle": "none",
    "label": "dropped after fewer replicates",
}  # fmt: skip
OVER: dict[str, Any] = {
    "color": COLOURS[1], "marker": "x", "markersize": 5, "linestyle": "none",
    "markeredgewidth": 1.2, "label": "breaks a limit",
}  # fmt: skip
KEPT: dict[str, Any] = {
    "color": COLOURS[5], "marker": "o", "markersize": 5, "linestyle": "none",
    "label": "measured fully",
}  # fmt: skip
ALIKE: dict[str, Any] = KEPT | {
    "color": COLOURS[0], "label": "not told from the one chosen first",
}  # fmt: skip
CHOSEN: dict[str, Any] = {
    "color": INK, "marker": MARKERS[3], "markersize": 8, "markerfacecolor": COLOURS[4],
    "linestyle": "none",
}  # fmt: skip


@dataclass(frozen=True)
class Axis:
    """A column that is drawn, what it is called, its unit, and whether it holds months; ``best``:
    its column in the table of how the search went."""

    column: str
    label: str
    unit: str
    date: bool = False
    best: str = ""


def keys_of(trials: pd.DataFrame) -> list[Line2D]:
    """A key for each kind of trials that is there."""
    return [Line2D([], [], **look) for _, look in _groups(trials)]


def _groups(trials: pd.DataFrame) -> Iterator[tuple[pd.DataFrame, dict[str, Any]]]:
    """Kinds of trials that are there, the least important first."""
    last, feasible, alike = trials["last"], trials["feasible"], trials["alike"]
    if alike.sum() < 2:  # the one chosen first is always one of them
        alike = alike & False
    kinds = (
        (~last, DROPPED),
        (last & ~feasible, OVER),
        (last & feasible & ~alike, KEPT),
        (last & feasible & alike, ALIKE),
    )
    for which, look in kinds:
        if which.any():
            yield trials[which], look


def draw_trials(ax: Axes, trials: pd.DataFrame, x: str, y: str) -> None:
    """A mark a trial, at two of its columns; those chosen on top."""
    for place, (rows, look) in enumerate(_groups(trials)):
        ax.plot(rows[x], rows[y], **look, zorder=2.5 + place / 10)
    chosen = trials[trials["role"] != ""]
    ax.plot(chosen[x], chosen[y], **CHOSEN, zorder=4)


def look_at(ax: Axes, trials: pd.DataFrame, x: str, y: str, also: Sequence[float] = ()) -> None:
    """Around the trials of the last rung and what else must be seen: one that was dropped far off
    would press all others together."""
    last = trials[trials["last"]]
    for at, (axis, column) in enumerate(zip("xy", (x, y), strict=True)):
        known = np.array([*last[column], *also[at : at + 1]], float)
        known = known[np.isfinite(known)]
        if known.size and np.ptp(known) > 0:
            room = 0.12 * np.ptp(known)
            getattr(ax, f"set_{axis}lim")(known.min() - room, known.max() + room)


def scale(ax: Axes, x: Axis, y: Axis) -> None:
    """Few round numbers in the units of both, and what they are of."""
    ax.xaxis.set_major_locator(MaxNLocator(4, integer=x.date))
    ax.xaxis.set_major_formatter(FuncFormatter(_month) if x.date else numbers(x.unit))
    ax.yaxis.set_major_locator(MaxNLocator(5))
    ax.yaxis.set_major_formatter(numbers(y.unit))
    ax.set_xlabel("\n".join(textwrap.wrap(with_unit(x), 42)), size=9)
    ax.set_ylabel("\n".join(textwrap.wrap(with_unit(y), 40)), size=9)
    ax.grid(visible=True, axis="both")


def with_unit(axis: Axis) -> str:
    """A label with what a dollar is of."""
    per = axis.unit.removeprefix("USD").strip() if axis.unit.startswith("USD") else ""
    return f"{axis.label} ({'USD ' + per if per else axis.unit})"


def _month(value: float, _: int) -> str:
    number = int(round(value))
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
