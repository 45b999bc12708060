"""What a calibration ruled out, what it left, and what that predicts."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from sim.drawing import COLOURS, GREY, INK, Picture, canvas, inscribe, percent, sheet, short, styled
from sim.explore.varied import Varied
from sim.figures.sizes import numbers

BEFORE: dict[str, Any] = {"color": GREY, "linestyle": (0, (5, 2)), "linewidth": 1.2}
SLICES = 15
SIDES: tuple[Any, ...] = ("left", "center", "right")
OPEN: dict[str, Any] = {"marker": "o", "color": GREY, "markerfacecolor": "white", "markersize": 6}
FULL: dict[str, Any] = {"marker": "s", "color": COLOURS[0], "markersize": 5}
PALE = "#bdbdbd"


@styled
def waves(table: pd.DataFrame, emulators: pd.DataFrame, caption: str) -> Picture:
    """Which part of the ranges each wave leaves, and what each target ruled out of what a wave
    found. ``table`` has wave and left, ``emulators`` wave, target and ruled_out."""
    numbers_of_waves = list(table["wave"])
    drawn = [(1, OPEN)] + [(numbers_of_waves[-1], FULL)] * (len(numbers_of_waves) > 1)
    targets = list(emulators["target"][emulators["wave"] == 1])
    keys = [
        Line2D([], [], linestyle="none", label=f"right: by wave {wave}", **look)
        for wave, look in drawn
    ]
    body = max(2.4, 0.34 * len(targets) + 0.4)
    about = "Implausible is what lies beyond 3; at the right, of what a wave found"
    picture, edges = sheet("What the waves ruled out", about, keys, body, 1.2)
    height = edges["top"] - edges["bottom"]
    left = picture.add_axes((0.085, edges["bottom"], 0.24, height))
    right = picture.add_axes((0.69, edges["bottom"], 0.27, height))
    _left(left, table)
    for wave, look in drawn:
        own = emulators["ruled_out"][emulators["wave"] == wave]
        right.plot(own, range(len(targets)), linestyle="none", **look)
    right.set_ylim(len(targets) - 0.5, -0.5)
    right.set_xlim(-0.03, 1.03)
    right.xaxis.set_major_formatter(percent)
    right.xaxis.set_major_locator(MaxNLocator(4))
    right.set_yticks(range(len(targets)), [short(name, 56) for name in targets], size=8)
    right.grid(visible=True, axis="both")
    right.set_title("Ruled out by each target alone")
    data = emulators[["wave", "target", "ruled_out"]].merge(table[["wave", "left"]], on="wave")
    said = ", ".join(f"after wave {row.wave}: {_percent(row.left)}" for row in table.itertuples())
    return inscribe(picture, caption, data, f"Part of the ranges left {said}.")


def _left(ax: Axes, table: pd.DataFrame) -> None:
    """The part of the ranges left, on a logarithmic scale; none is not drawn, but said."""
    parts = np.array([1.0, *table["left"]])
    shown = np.where(parts > 0, parts, np.nan)
    ax.plot(range(len(parts)), shown, color=COLOURS[0], marker="o")
    for place, part in enumerate(parts):
        height = part if part > 0 else float(np.nanmin(shown))
        said = _percent(part) if part > 0 else "nothing"
        ax.annotate(said, (place, height), (4, 4), textcoords="offset points", size=8)
    ax.set_yscale("log")
    ax.set_ylim(float(np.nanmin(shown)) / 2, 2)
    ax.set_yticks([])
    ax.minorticks_off()
    ax.set_xticks(range(len(parts)), ["before", *(str(wave) for wave in table["wave"])])
    ax.set_xlim(-0.3, len(parts) - 0.3)
    ax.set_title("Ranges left after each wave")


def _percent(part: float) -> str:
    return f"{100 * part:.3g} %" if np.isfinite(part) else "–"


@styled
def posterior(
    varied: Sequence[Varied], draws: np.ndarray, settings: pd.DataFrame, caption: str
) -> Picture:
    """A panel a setting: draws (draws, settings) of the unit cube against the flat prior."""
    keys = [
        Patch(facecolor=PALE, edgecolor=INK, linewidth=0.6, label="after: draws of the posterior"),
        Line2D([], [], label="before: the range", **BEFORE),
        Line2D([], [], color=INK, linewidth=3, label="90 % interval after"),
    ]
    names = [short(each.label, 22) for each in varied]
    said = [f"{each.label}: {row.ratio:.0%}".replace("%", " %")
             for each, row in zip(varied, settings.itertuples(), strict=True)]  # fmt: skip
    about = "In each panel, the width of its 90 % interval relative to that before"
    columns = min(len(varied), 4)
    picture, axes = canvas(
        "What the targets say of each setting", about, names, columns, keys, share_y=False,
        panel_height=1.35, gap=0.85, foot=1.15,
    )  # fmt: skip
    rows = []
    for k, (ax, each) in enumerate(zip(axes, varied, strict=True)):
        counts, edges = np.histogram(draws[:, k], SLICES, (0.0, 1.0))
        density = counts / counts.sum() * SLICES
        ax.stairs(density, edges, fill=True, facecolor=PALE, edgecolor=INK, linewidth=0.6)
        ax.plot([0, 0, 1, 1], [0, 1, 1, 0], **BEFORE)
        low, high = np.quantile(draws[:, k], [0.05, 0.95])
        ax.plot([low, high], [0, 0], color=INK, linewidth=3, solid_capstyle="butt", clip_on=False)
        ax.text(1, 0.97, f"{settings['ratio'].iloc[k]:.0%}".replace("%", " %"), ha="right",
                va="top", transform=ax.transAxes, size=9, color=GREY)  # fmt: skip
        ax.set_ylim(bottom=0)
        _axis(ax, each)
        rows += [[each.name, *row] for row in zip(edges[:-1], edges[1:], density, strict=True)]
    for ax in axes:
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        for label, side in zip(ax.get_xticklabels(), SIDES, strict=True):
            label.set_horizontalalignment(side)
    data = pd.DataFrame(rows, columns=["setting", "from_share", "to_share", "density"])
    return inscribe(picture, caption, data, f"Widths left: {'; '.join(said)}.")


def _axis(ax: Axes, varied: Varied, down: bool = False) -> None:
    """An axis of the unit cube, marked with the values it stands for."""
    axis = ax.yaxis if down else ax.xaxis
    spots = np.array([0.0, 0.5, 1.0])
    ends = varied.at(np.array([0.0, 0.5, 1.0 - 1e-9]))
    axis.set_ticks(spots, [_written(varied, value) for value in ends])
    axis.set_tick_params(labelsize=8)


def _written(varied: Varied, value: float) -> str:
    said = varied.written(value)
    if isinstance(said, str):
        return said
    money = "$" if varied.unit.startswith("USD") else ""
    if abs(value) >= 10_000:
        return f"{money}{value / 1000:,.3g}k"
    if abs(value) >= 999.5:
        return f"{money}{value:,.0f}"
    return f"{money}{np.format_float_positional(float(f'{value:.3g}'), trim='-')}"


@styled
def pair(
    varied: Sequence[Varied], before: np.ndarray, draws: np.ndarray, settings: pd.DataFrame,
    caption: str,
) -> Picture:  # fmt: skip
    """The two settings known best, one against the other: points before (points, settings) and
    draws after, both of the unit cube."""
    best = np.argsort(settings["ratio"].to_numpy(), kind="stable")[:2]
    across, up = int(best[0]), int(best[-1])
    keys = [
        Line2D([], [], linestyle="none", marker="x", color=GREY, label="points of the first wave"),
        Line2D([], [], linestyle="none", marker="o", color=COLOURS[0], label="draws after"),
    ]  # fmt: skip
    title = "The two settings known best"
    about = (
        f"{varied[across].label} ({varied[across].unit}), {varied[up].label} ({varied[up].unit})"
    )
    picture, axes = canvas(title, about, [""], 1, keys, panel_height=3.4, foot=1.15)
    picture.subplots_adjust(left=0.13)
    ax = axes[0]
    ax.plot(before[:, across], before[:, up], "x", color=GREY, markersize=4, markeredgewidth=0.7)
    ax.plot(draws[:, across], draws[:, up], "o", color=COLOURS[0], markersize=3.5, alpha=0.6)
    _axis(ax, varied[across])
    _axis(ax, varied[up], down=True)
    ax.set_xlim(-0.02, 1.02)
    ax.set_ylim(-0.03, 1.03)
    ax.set_xlabel(varied[across].label, size=9)
    ax.set_ylabel(varied[up].label, size=9)
    names = [varied[across].name, varied[up].name]
    values = [varied[k].at(draws[:, k]) for k in (across, up)]
    data = pd.DataFrame(dict(zip(names, values, strict=True)))
    found = float(np.corrcoef(draws[:, across], draws[:, up])[0, 1])
    return inscribe(picture, caption, data, f"Correlation over the draws {found:.2f}.")


@styled
def predictions(table: pd.DataFrame, units: Sequence[str], caption: str) -> Picture:
    """A panel a target: what is accepted, and the 90 % intervals before and after. ``table`` as
    ``calibrate`` gives it, ``units`` of its targets in order."""
    rows = table[table["row"] != "all"].to_dict("records")
    keys = [
        Patch(facecolor="#dcdcdc", label="accepted"),
        Line2D([], [], color=GREY, marker="o", markerfacecolor="white", linewidth=1.2,
               linestyle=(0, (5, 2)), label="before"),
        Line2D([], [], color=COLOURS[0], marker="s", label="after"),
    ]  # fmt: skip
    columns = min(len(rows), 3)
    about = "Median and 90 % interval of single replicates; beside each name, how many lie within"
    names = [
        "\n".join(textwrap.wrap(short(f"{row['row']} {row['target']}", 76), 40)) for row in rows
    ]
    picture, axes = canvas(
        "What is known, and what the model says", about, [" "] * len(rows), columns, keys,
        share_y=False, panel_height=0.95, gap=0.85, foot=1.15,
    )  # fmt: skip
    for ax, row, unit, name in zip(axes, rows, units, names, strict=True):
        _predicted(ax, row, unit)
        within = [_percent(round(row[f"{when}_within"], 2)) for when in ("prior", "posterior")]
        ax.set_title(f"{name}\n{within[0]} → {within[1]}", size=8, pad=5)
    data = table.copy()
    said = "; ".join(
        f"{row['target']}: {_percent(row['prior_within'])} before, "
        f"{_percent(row['posterior_within'])} after"
        for row in rows
    )
    return inscribe(picture, caption, data, f"Within what is accepted: {said}.")


def _predicted(ax: Axes, row: dict[str, Any], unit: str) -> None:
    ends = [row[f"{when}_{end}"] for when in ("prior", "posterior") for end in ("low", "high")]
    known = [
        value for value in [*ends, row["accept_low"], row["accept_high"]] if np.isfinite(value)
    ]
    low, high = min(known, default=0.0), max(known, default=1.0)
    room = 0.08 * ((high - low) or 1.0)
    ax.set_xlim(low - room, high + room)
    shade = np.clip([row["accept_low"], row["accept_high"]], low - room, high + room)
    ax.axvspan(*shade, color="#dcdcdc", linewidth=0, zorder=0)
    for y, when, line, mark in (
        (1, "prior", BEFORE, OPEN),
        (0, "posterior", {"color": COLOURS[0]}, FULL),
    ):
        ax.plot([row[f"{when}_low"], row[f"{when}_high"]], [y, y], **line)
        ax.plot([row[f"{when}_median"]], [y], linestyle="none", **mark)
    ax.set_ylim(-0.6, 1.6)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.xaxis.set_major_formatter(numbers(unit))
    ax.tick_params(labelsize=8)
