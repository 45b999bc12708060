"""What each setting does by itself: profiles over its range, and the swing from end to end."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

from sim.drawing import COLOURS, GREY, INK, Picture, canvas, inscribe, sheet, short, styled
from sim.figures.sizes import size, ticks
from sim.report_numbers import is_percent

PANELS = 20  # profiles in a figure
ROWS = 14  # settings in a panel
SETTING = FuncFormatter(lambda value, _: f"{round(value, 9):,.6g}".replace("-", "−"))


@styled
def profiles(table: pd.DataFrame, swings: pd.DataFrame, caption: str) -> Picture:
    """One quantity over the values of each setting, a panel a setting, those that move it most
    first.

    ``table``: quantity, unit, difference (whether the quantity is one), setting, label,
    setting_unit, place (text of the value, for a date), value, mean, low, high, of one quantity;
    ``swings`` as ``tornado`` takes them, of that quantity.
    """
    swings = largest_first(swings, "swing")
    drawn = list(swings["setting"])[:PANELS]
    names = list(swings["label"])[:PANELS]
    quantity, unit = str(table["quantity"].iloc[0]), str(table["unit"].iloc[0])
    counted = _unit_words(unit, bool(table["difference"].iloc[0]))
    keys = [
        Line2D([], [], color=COLOURS[0], marker="o", label="mean"),
        Patch(facecolor=COLOURS[0], alpha=0.2, label="95 % interval"),
        Line2D([], [], color=GREY, linewidth=1.0, label="as the scenario has all settings"),
    ]
    picture, axes = canvas(
        "One setting at a time",
        short(f"{quantity[:1].upper()}{quantity[1:]}, in {counted}; all other settings as in the "
              "scenario", 110),
        [""] * len(drawn), min(4, len(drawn)), keys, panel_height=1.25, gap=0.72,
        foot=1.25,
    )  # fmt: skip
    for ax, setting, name in zip(axes, drawn, names, strict=True):
        rows = table[table["setting"] == setting]
        ax.fill_between(rows["value"], rows["low"], rows["high"], color=COLOURS[0], alpha=0.2, lw=0)
        ax.plot(rows["value"], rows["mean"], color=COLOURS[0], marker="o", lw=1.5, ms=3)
        ax.axhline(swings["base"].iloc[0], color=GREY, linewidth=1.0, zorder=1.5)
        ax.set_title(short(name, 28), pad=4, size=9)
        ax.yaxis.set_major_formatter(ticks(unit))
        ax.yaxis.set_major_locator(MaxNLocator(4))
        _values_below(ax, rows)
        ax.tick_params(labelsize=8)
    rest = len(swings) - len(drawn)
    note = f" {rest} more settings, which move it less, are in profiles.csv." if rest else ""
    data = table[table["setting"].isin(drawn)].reset_index(drop=True)
    return inscribe(picture, f"{caption}{note}", data, _alt(swings[: len(drawn)], "swing"))


def _values_below(ax: Axes, rows: pd.DataFrame) -> None:
    values = rows["value"].to_numpy()
    steps = values[1:] / np.where(values[:-1] > 0, values[:-1], np.nan)
    ends = values[[0, -1]]
    if isinstance(rows["place"].iloc[0], str):
        _ticks_at_ends(ax, ends, list(rows["place"].iloc[[0, -1]]))
    elif len(steps) > 1 and steps[0] > 1.5 and np.allclose(steps, steps[0]):
        ax.set_xscale("log")
        ax.xaxis.set_minor_locator(NullLocator())
        _ticks_at_ends(ax, ends, [SETTING(value) for value in ends])
    else:
        ax.xaxis.set_major_locator(MaxNLocator(4, prune="upper"))  # or it meets the next panel
        ax.xaxis.set_major_formatter(SETTING)
    unit = str(rows["setting_unit"].iloc[0])
    ax.set_xlabel(short(unit, 26), size=8, color=GREY, labelpad=1)


def _ticks_at_ends(ax: Axes, ends: np.ndarray, words: Sequence[str]) -> None:
    """Two ticks, their words inside the panel."""
    ax.set_xticks(ends, words)
    first, last = ax.get_xticklabels()
    first.set_horizontalalignment("left")
    last.set_horizontalalignment("right")


@styled
def tornado(swings: pd.DataFrame, caption: str) -> Picture:
    """How far each setting moves each quantity, at either end of its range; a panel a quantity.

    ``swings``: quantity, unit, difference, setting, label, base, at_lowest, at_highest, swing,
    swing_low, swing_high.
    """
    keys: list[Artist] = [
        Patch(facecolor=COLOURS[4], label="setting at its lowest"),
        Patch(facecolor=COLOURS[0], label="at its highest"),
        Line2D([], [], color=INK, linewidth=1.2, label="95 % interval of the swing"),
    ]
    panels = [
        (str(name), largest_first(rows, "swing"))
        for name, rows in swings.groupby("quantity", sort=False)
    ]
    picture, axes = row_panels(
        "How far each setting moves it", "From one end of its range to the other, all other "
        "settings as in the scenario (the upright line)", panels, keys,
    )  # fmt: skip
    for ax, (_, rows) in zip(axes, panels, strict=True):
        rows = rows[:ROWS]
        y, base = np.arange(len(rows)), rows["base"].to_numpy()
        bars = (("at_lowest", COLOURS[4], 0.7), ("at_highest", COLOURS[0], 0.42))
        for column, colour, height in bars:  # the second seen before the first, on one side
            reach = rows[column].to_numpy() - base
            ax.barh(y, reach, left=base, height=height, color=colour, zorder=2)
        start = rows["at_lowest"].to_numpy()
        ax.hlines(y, start + rows["swing_low"], start + rows["swing_high"], color=INK, lw=1.2,
                  zorder=3)  # fmt: skip
        ax.axvline(base[0], color=INK, linewidth=1.0, zorder=2.5)
        changes_below(ax, str(rows["unit"].iloc[0]), bool(rows["difference"].iloc[0]))
    note = not_drawn(panels)
    return inscribe(picture, f"{caption}{note}", swings, _alt(swings, "swing"))


def row_panels(
    title: str, subtitle: str, panels: Sequence[tuple[str, pd.DataFrame]], keys: Sequence[Artist],
    extra: Sequence[str] = (),
) -> tuple[Picture, list[Axes]]:  # fmt: skip
    """A sheet with a panel a quantity and a row a setting, its label at the left; ``extra`` are
    labels of rows below those of the settings."""
    columns = 2 if len(panels) > 1 else 1
    counts = [min(len(rows), ROWS) + len(extra) for _, rows in panels]
    heights = [0.35 + 0.235 * max(counts[k : k + columns]) for k in range(0, len(panels), columns)]
    gap = 0.95
    body = sum(heights) + gap * (len(heights) - 1)
    picture, edges = sheet(title, subtitle, keys, body, 1.15)
    grid = picture.add_gridspec(
        len(heights), columns, height_ratios=heights, hspace=gap / float(np.mean(heights)),
        wspace=0.78, left=0.215, right=0.975, **edges,
    )  # fmt: skip
    axes = []
    for k, (name, rows) in enumerate(panels):
        ax = picture.add_subplot(grid[k // columns, k % columns])
        labels = [*(short(label, 31) for label in rows["label"][:ROWS]), *extra]
        ax.set_yticks(range(len(labels)), labels, size=8.5)
        ax.set_ylim(len(labels) - 0.4, -0.6)
        ax.margins(x=0.06)
        ax.xaxis.set_major_locator(MaxNLocator(4))
        ax.tick_params(axis="x", labelsize=8.5)
        ax.grid(visible=True, axis="x")
        ax.grid(visible=False, axis="y")
        name = f"{name[:1].upper()}{name[1:]}"
        title = "\n".join(textwrap.wrap(name, 52 if columns == 2 else 110)[:2])
        ax.set_title(title, pad=6, size=9, x=-0.62 if columns == 2 else -0.2)
        axes.append(ax)
    return picture, axes


def changes_below(ax: Axes, unit: str, difference: bool = True) -> None:
    """An axis of differences, or of the quantity itself, with its unit."""
    ax.xaxis.set_major_formatter(ticks(unit))
    ax.set_xlabel(_unit_words(unit, difference), size=8, color=GREY, labelpad=2)


def _unit_words(unit: str, difference: bool) -> str:
    if is_percent(unit):
        return "percentage points" if difference else "per cent"
    return unit


def largest_first(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Rows by the size of a number, what is not known last."""
    order = rows[column].abs().fillna(-1).sort_values(ascending=False, kind="stable").index
    return rows.loc[order]


def not_drawn(panels: Sequence[tuple[str, pd.DataFrame]]) -> str:
    """What a caption says of rows there was no room for."""
    rest = max(len(rows) for _, rows in panels) - ROWS
    return f" The {ROWS} largest of each are drawn." if rest > 0 else ""


def _alt(rows: pd.DataFrame, column: str) -> str:
    said: list[str] = [
        f"{row['quantity']}, {row['label']}: {size(row[column], row['unit'])}"
        for row in rows.to_dict("records")
    ]
    return f"From lowest to highest value: {'; '.join(said)}."


def marks(colour: str, marker: str, filled: bool = True) -> dict[str, Any]:
    """A mark without a line."""
    face = colour if filled else "white"
    return {"color": colour, "marker": marker, "linestyle": "", "ms": 5, "markerfacecolor": face}
