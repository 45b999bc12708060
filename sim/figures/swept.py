"""Outcomes over points: lines over one setting, heat maps over two, dots over more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.drawing import COLOURS, Picture, canvas, draw_line, inscribe, sheet, short, styled
from sim.explore.varied import Varied
from sim.figures.sizes import numbers
from sim.report_numbers import figures

TITLE = "How outcomes move with what was varied"
MOST_PANELS = 12
FEW = 24  # points, below which slices would be of single ones
SHADES = "cividis"  # from dark to light evenly, in grey print as well, and for the colour-blind


@dataclass(frozen=True)
class Looked:
    """One quantity looked at: its column, what it is called, and its unit."""

    name: str
    label: str
    unit: str


@styled
def swept(
    points: pd.DataFrame,
    table: pd.DataFrame,
    varied: Sequence[Varied],
    looked: Sequence[Looked],
    caption: str,
) -> Picture:
    """``points`` are the values, ``table`` has a row a point and the columns of each quantity."""
    if len(varied) == 1:
        picture = _lines(points, table, varied[0], looked)
    elif len(varied) == 2 and _is_grid(points):
        picture = _maps(points, table, varied, looked)
    else:
        picture = _dots(points, table, varied, looked)
    return inscribe(picture, caption, table, _alt(table, looked))


def _is_grid(points: pd.DataFrame) -> bool:
    sizes = [points[name].nunique() for name in points]
    return len(points) == np.prod(sizes) and len(points.drop_duplicates()) == len(points)


def _lines(
    points: pd.DataFrame, table: pd.DataFrame, varied: Varied, looked: Sequence[Looked]
) -> Picture:
    shown = looked[:MOST_PANELS]
    columns = min(len(shown), 2)
    about = f"Means over replicates against {varied.label} ({varied.unit})"
    names = [each.label for each in shown]
    band = "95 % interval of the mean"
    picture, axes = canvas(TITLE, about, names, columns, [], band, share_y=False, gap=0.95)
    order = np.argsort(points[varied.name].to_numpy(), kind="stable")
    x = points[varied.name].to_numpy()[order]
    for ax, each in zip(axes, shown, strict=True):
        rows = _columns(table, each).iloc[order]
        draw_line(ax, x, rows, 0)
        _axes(ax, varied, each)
    return picture


def _columns(table: pd.DataFrame, looked: Looked) -> pd.DataFrame:
    names = {looked.name: "value", f"{looked.name}_low": "low", f"{looked.name}_high": "high"}
    return table[list(names)].rename(columns=names)


def _axes(ax: Axes, varied: Varied, looked: Looked) -> None:
    ax.xaxis.set_major_locator(MaxNLocator(6, integer=varied.whole))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(varied, value)))
    ax.yaxis.set_major_locator(MaxNLocator(5))
    ax.yaxis.set_major_formatter(numbers(looked.unit))
    if varied.log:
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(varied, value)))


def _tick(varied: Varied, value: float) -> str:
    if varied.date:
        return str(varied.written(value)).replace("-", "\n")
    return f"{value:,.6g}".replace("-", "−")


def _maps(
    points: pd.DataFrame, table: pd.DataFrame, varied: Sequence[Varied], looked: Sequence[Looked]
) -> Picture:
    """A panel a quantity; each field holds its number if there is room."""
    across, up = varied
    shown = looked[:MOST_PANELS]
    columns = min(len(shown), 2)
    about = f"Means over replicates by {across.label} (across) and {up.label} (upward)"
    names = [each.label for each in shown]
    picture, axes = canvas(TITLE, about, names, columns, [], share_y=False, gap=0.95)
    x, y = (np.unique(points[each.name]) for each in varied)
    place_x = np.searchsorted(x, points[across.name])
    place_y = np.searchsorted(y, points[up.name])
    for ax, each in zip(axes, shown, strict=True):
        field = np.full((len(y), len(x)), np.nan)
        field[place_y, place_x] = table[each.name]
        drawn = ax.imshow(field, origin="lower", aspect="auto", cmap=SHADES)
        ax.set_xticks(range(len(x)), [_tick(across, value) for value in x])
        ax.set_yticks(range(len(y)), [_tick(up, value) for value in y])
        for axis, count in ((ax.xaxis, len(x)), (ax.yaxis, len(y))):
            axis.set_ticks(axis.get_ticklocs()[:: max(count // 8, 1)])
        ax.grid(visible=False)
        ax.set_ylabel(up.label, size=8.5)
        ax.set_xlabel(across.label, size=8.5)
        if len(x) * columns <= 14 and len(y) <= 10:
            _numbers(ax, field, each.unit, drawn)
        else:
            bar = picture.colorbar(drawn, ax=ax, format=numbers(each.unit), pad=0.02)
            bar.outline.set_visible(False)
    return picture


def _numbers(ax: Axes, field: np.ndarray, unit: str, drawn: Any) -> None:
    known = field[np.isfinite(field)]
    if not known.size:
        return
    words = dict(zip(known, figures(list(known), unit, apart=True), strict=True))
    for (row, column), value in np.ndenumerate(field):
        if np.isfinite(value):
            bright = drawn.norm(value) > 0.55
            ax.text(
                column, row, words[value], ha="center", va="center", size=7.5,
                color="black" if bright else "white",
            )  # fmt: skip


def _dots(
    points: pd.DataFrame, table: pd.DataFrame, varied: Sequence[Varied], looked: Sequence[Looked]
) -> Picture:
    """A row of panels a quantity, one a thing that varied: dots, and means of eight slices."""
    columns = min(len(varied), 4)
    pairs = [(each, one) for each in looked for one in varied[:columns]][:MOST_PANELS]
    keys = [Line2D([], [], color=COLOURS[0], marker="o", linestyle="none", label="a point")]
    if len(points) >= FEW:
        keys.append(Line2D([], [], color=COLOURS[1], label="mean of points alike in this setting"))
    rest = len(varied) - columns
    about = "Means over replicates, a dot a point" + (
        f"; {rest} more settings not drawn" * (rest > 0)
    )
    rows = -(-len(pairs) // columns)
    picture, edges = sheet(TITLE, about, keys, rows * 2.3 + (rows - 1) * 0.95, 1.2)
    grid = picture.subplots(rows, columns, squeeze=False)
    picture.subplots_adjust(left=0.1, right=0.975, wspace=0.45, hspace=0.95 / 2.3, **edges)
    for ax, (each, one) in zip(grid.flat, pairs, strict=False):
        x, value = points[one.name].to_numpy(), table[each.name].to_numpy()
        ax.plot(x, value, "o", color=COLOURS[0], markersize=2.5, alpha=0.5)
        if len(points) >= FEW:
            ax.plot(*_slices(x, value), color=COLOURS[1], marker="s", markersize=4)
        ax.set_title(short(each.label, 2 + 78 // columns), size=9)
        ax.set_xlabel(short(one.label, 26), size=8.5)
        _axes(ax, one, each)
        ax.tick_params(labelsize=8)
        ax.margins(x=0.05)
        if 0 < len(one.values) <= 5:
            ax.set_xticks(one.values)
        else:
            ax.xaxis.set_major_locator(MaxNLocator(3, integer=one.whole))
    for ax in grid.flat[len(pairs) :]:
        ax.set_axis_off()
    return picture


def _slices(x: np.ndarray, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means of x and value over at most eight groups of points neighbouring in x."""
    known = np.isfinite(value)
    x, value = x[known], value[known]
    levels = np.unique(x)
    if len(levels) > 8:
        groups = np.array_split(np.argsort(x, kind="stable"), min(8, len(x)))
    else:
        groups = [np.flatnonzero(x == level) for level in levels]
    groups = [group for group in groups if len(group)]
    return (
        np.array([x[group].mean() for group in groups]),
        np.array([value[group].mean() for group in groups]),
    )


def _alt(table: pd.DataFrame, looked: Sequence[Looked]) -> str:
    said = []
    for each in looked:
        ends = [table[each.name].min(), table[each.name].max()]
        low, high = figures(ends, each.unit, apart=True)
        said.append(f"{each.label}: from {low} to {high}")
    return f"{'; '.join(said)}."
