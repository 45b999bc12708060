"""A tuning: what was tried, where the front runs, which levers matter, and how the search went."""

import math
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.drawing import COLOURS, INK, MARKERS, PAPER, Picture, canvas, inscribe, short, styled
from sim.figures.sizes import numbers
from sim.report_numbers import figures

FRONT, LEVERS, SEARCH = "What one aim costs the other", "What was tried", "How the search went"
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
LINE: dict[str, Any] = {"color": COLOURS[0], "linewidth": 1.3, "drawstyle": "steps-post"}
FRONTIER: dict[str, Any] = {"color": COLOURS[0], "linewidth": 1.3}
CHOSEN: dict[str, Any] = {
    "color": INK, "marker": MARKERS[3], "markersize": 8, "markerfacecolor": COLOURS[4],
    "linestyle": "none",
}  # fmt: skip
MOST_PANELS = 12


@dataclass(frozen=True)
class Axis:
    """A column that is drawn, what it is called, its unit, and whether it holds months; ``best``:
    its column in the table of how the search went."""

    column: str
    label: str
    unit: str
    date: bool = False
    best: str = ""


@styled
def front(
    trials: pd.DataFrame, objectives: Sequence[Axis], base: Sequence[float], caption: str
) -> Picture:
    """Trials by two objectives: all of them, and the front by itself, if it is more than a point;
    by more objectives, a panel a pair.

    ``base`` is the scenario as it stands (NaN: not known). ``trials`` has the columns of the
    objectives, last, feasible, front, alike and role.
    """
    pairs = list(combinations(range(len(objectives)), 2))
    one = len(pairs) == 1
    near = one and trials["front"].sum() > 1
    names = ["all trials", "the front"][: 1 + near] if one else [""] * len(pairs)
    stands = Line2D([], [], **_stands(), label="scenario as it stands")
    keys = [*_keys(trials), Line2D([], [], **CHOSEN, label="chosen"), stands]
    if one:
        keys.insert(-2, Line2D([], [], **FRONTIER, label="front"))
    about = "Means over replicates, a mark a trial"
    picture, axes = canvas(
        FRONT, about, names, 1 + (near or not one), keys, share_y=False,
        panel_height=3.6 if one else 2.6, gap=1.3, foot=1.35,
    )  # fmt: skip
    picture.subplots_adjust(left=0.125, wspace=0.42)
    for ax, (across, up) in zip(axes, pairs * 2 if near else pairs, strict=True):
        x, y = objectives[across], objectives[up]
        magnified = near and ax is axes[1]
        if one:
            rows = trials[trials["front"]].sort_values(x.column)
            ax.plot(rows[x.column], rows[y.column], **FRONTIER, zorder=2)
        _marks(ax, trials, x.column, y.column)
        ax.plot([base[across]], [base[up]], **_stands())
        seen = trials[trials["front"] | (trials["role"] != "")] if magnified else trials
        _window(ax, seen, x.column, y.column, () if magnified else (base[across], base[up]))
        _scale(ax, x, y)
        if magnified or (one and not near):
            _name(ax, trials, x.column, y.column)
    data = trials[[each.column for each in objectives] + ["last", "feasible", "front", "role"]]
    return inscribe(picture, caption, data, _alt(trials, objectives))


def _stands() -> dict[str, Any]:
    return {"color": INK, "marker": "P", "markersize": 8, "linestyle": "none"}


def _keys(trials: pd.DataFrame) -> list[Line2D]:
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


def _marks(ax: Axes, trials: pd.DataFrame, x: str, y: str) -> None:
    for place, (rows, look) in enumerate(_groups(trials)):
        ax.plot(rows[x], rows[y], **look, zorder=2.5 + place / 10)
    chosen = trials[trials["role"] != ""]
    ax.plot(chosen[x], chosen[y], **CHOSEN, zorder=4)


def _window(ax: Axes, trials: pd.DataFrame, x: str, y: str, also: Sequence[float] = ()) -> None:
    """Around the trials of the last rung and what else must be seen: one that was dropped far off
    would press all others together."""
    last = trials[trials["last"]]
    for at, (axis, column) in enumerate(zip("xy", (x, y), strict=True)):
        known = np.array([*last[column], *also[at : at + 1]], float)
        known = known[np.isfinite(known)]
        if known.size and np.ptp(known) > 0:
            room = 0.12 * np.ptp(known)
            getattr(ax, f"set_{axis}lim")(known.min() - room, known.max() + room)


def _scale(ax: Axes, x: Axis, y: Axis) -> None:
    ax.xaxis.set_major_locator(MaxNLocator(4, integer=x.date))
    ax.xaxis.set_major_formatter(FuncFormatter(_month) if x.date else numbers(x.unit))
    ax.yaxis.set_major_locator(MaxNLocator(5))
    ax.yaxis.set_major_formatter(numbers(y.unit))
    ax.set_xlabel("\n".join(textwrap.wrap(_named(x), 42)), size=9)
    ax.set_ylabel("\n".join(textwrap.wrap(_named(y), 40)), size=9)
    ax.grid(visible=True, axis="both")


def _named(axis: Axis) -> str:
    """A label with what a dollar is of."""
    per = axis.unit.removeprefix("USD").strip() if axis.unit.startswith("USD") else ""
    return f"{axis.label} ({'USD ' + per if per else axis.unit})"


def _month(value: float, _: int) -> str:
    number = int(round(value))
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def _name(ax: Axes, trials: pd.DataFrame, x: str, y: str) -> None:
    """What each chosen trial is, beside it."""
    low, high = ax.get_xlim()
    for row in trials[trials["role"] != ""].to_dict("records"):
        right = row[x] > (low + high) / 2
        ax.annotate(
            "\n".join(textwrap.wrap(row["role"], 24)), (row[x], row[y]),
            xytext=(-9 if right else 9, 9), textcoords="offset points",
            ha="right" if right else "left", va="bottom", size=8.5, bbox=PAPER, zorder=5,
        )  # fmt: skip


@styled
def levers(
    trials: pd.DataFrame, settings: Sequence[Axis], objectives: Sequence[Axis], caption: str
) -> Picture:
    """Objectives of trials against each lever, a row of panels an objective."""
    shown = [(aim, each) for aim in objectives[: max(1, MOST_PANELS // len(settings))]
             for each in settings][:MOST_PANELS]  # fmt: skip
    columns = min(len(settings), 3) if len(settings) != 4 else 2
    per_aim = math.ceil(min(len(settings), MOST_PANELS) / columns)
    places: list[tuple[Axis, Axis] | None] = []
    for at in range(0, len(shown), len(settings)):
        row: list[tuple[Axis, Axis] | None] = list(shown[at : at + len(settings)])
        places += row + [None] * (per_aim * columns - len(row))
    names = [each[1].label if each else " " for each in places]
    keys = [*_keys(trials), Line2D([], [], **CHOSEN, label="chosen")]
    about = "Means over replicates against each lever, a mark a trial"
    picture, axes = canvas(
        LEVERS, about, names, columns, keys, share_y=False, panel_height=1.9, gap=0.95, foot=1.0
    )
    picture.subplots_adjust(left=0.125, wspace=0.3)
    for place, (ax, pair) in enumerate(zip(axes, places, strict=True)):
        if pair is None:
            ax.remove()
            continue
        aim, each = pair
        _marks(ax, trials, each.column, aim.column)
        _window(ax, trials, each.column, aim.column)
        spread = trials[each.column]
        room = 0.04 * max(float(np.ptp(spread)), 1e-12)
        ax.set_xlim(spread.min() - room, spread.max() + room)
        _scale(ax, each, aim)
        ax.xaxis.set_major_locator(MaxNLocator(4, integer=each.date))
        ax.tick_params(labelsize=8)
        ax.set_xlabel("" if each.date else each.unit, size=8.5)
        first = place % columns == 0
        ax.set_ylabel(
            "\n".join(textwrap.wrap(short(_named(aim), 75), 27)) if first else "", size=8.5
        )
    columns_drawn = [each.column for each in (*settings, *objectives)]
    data = trials[[*columns_drawn, "last", "feasible", "alike", "role"]]
    return inscribe(picture, caption, data, _alt(trials, objectives))


@styled
def converged(table: pd.DataFrame, objectives: Sequence[Axis], caption: str) -> Picture:
    """The best so far of each objective, and the hypervolume of two, over trials."""
    drawn = list(objectives)
    if "hypervolume" in table:
        drawn.append(Axis("", "hypervolume of the front", "share of the box", best="hypervolume"))
    columns = min(len(drawn), 3) if len(drawn) != 4 else 2
    names = [short(each.label, 2 + 82 // columns) for each in drawn]
    about = "The best so far among trials that keep all limits, after each batch of trials"
    picture, axes = canvas(
        SEARCH, about, names, columns, [], share_y=False, panel_height=2.3, foot=1.0
    )
    picture.subplots_adjust(wspace=0.4)
    for ax, each in zip(axes, drawn, strict=True):
        ax.plot(table["trials"], table[each.best], **LINE)
        ax.plot(table["trials"], table[each.best], "o", color=COLOURS[0], markersize=3.5)
        ax.yaxis.set_major_locator(MaxNLocator(5))
        ax.yaxis.set_major_formatter(numbers(each.unit))
        ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        ax.set_xlabel("trials", size=9)
        ax.margins(x=0.03)
    last = table.iloc[-1]
    said = [f"{each.label}: {figures([last[each.best]], each.unit)[0]}" for each in drawn]
    return inscribe(picture, caption, table, f"Best at the end: {'; '.join(said)}.")


def _alt(trials: pd.DataFrame, objectives: Sequence[Axis]) -> str:
    said = []
    for row in trials[trials["role"] != ""].to_dict("records"):
        numbers = [
            f"{each.label} {figures([row[each.column]], each.unit)[0]}" for each in objectives
        ]
        said.append(f"{row['role']}: {', '.join(numbers)}")
    return f"Chosen: {'; '.join(said)}."
