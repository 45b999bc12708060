"""Which conclusions hold in how many worlds, what decides it, and where they fail."""

import textwrap
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.drawing import COLOURS, GREY, INK, Picture, inscribe, percent, sheet, short, styled
from sim.explore.varied import Varied

MARKS = {"robust": "o", "likely": "s", "undetermined": "D", "reversed": "v"}
SHADES = {  # of one hue, dark where sure
    "robust": "#08306b", "likely": "#4292c6", "undetermined": "#ffffff", "reversed": COLOURS[1],
}  # fmt: skip
TOP = 14  # settings in the heat map
Mapped = tuple[str, np.ndarray, np.ndarray]
"""What a conclusion says, whether it holds by world (NaN unknown), its two most telling columns."""


@styled
def verdicts_figure(
    conclusions: pd.DataFrame, robust: float, likely: float, caption: str
) -> Picture:
    """A mark a conclusion with its interval: columns says, share, low, high, verdict."""
    count = len(conclusions)
    keys = [
        Line2D([], [], linestyle="none", color=SHADES["robust"], marker=mark, label=word,
               markerfacecolor=SHADES[word], markersize=7)
        for word, mark in MARKS.items()
    ]  # fmt: skip
    picture, edges = sheet(
        "Which conclusions survive what nobody knows",
        "Share of worlds in which each holds, 95 % intervals; lines: a third, two thirds, 95 %",
        keys, 0.42 * count, 1.0, named=False,
    )  # fmt: skip
    ax = picture.subplots()
    picture.subplots_adjust(left=0.44, right=0.87, **edges)
    for place, row in enumerate(conclusions.to_dict("records")):
        fill = SHADES[row["verdict"]]
        ax.plot([row["low"], row["high"]], [place, place], color=INK, linewidth=1.3)
        ax.plot(
            [row["share"]], [place], marker=MARKS[row["verdict"]], markersize=7,
            color=SHADES["robust"], markerfacecolor=fill,
        )  # fmt: skip
        ax.annotate(
            row["verdict"], (1.015, place), xycoords=ax.get_yaxis_transform(), va="center", size=8.5
        )
    for line in (1 - likely, likely, robust):
        ax.axvline(line, color=GREY, linewidth=0.9, linestyle=(0, (3, 3)), zorder=1)
    names = ["\n".join(textwrap.wrap(short(says, 90), 48)) for says in conclusions["says"]]
    ax.set_yticks(range(count), names, size=8.5)
    ax.set_ylim(count - 0.5, -0.5)
    ax.set_xlim(0, 1.012)
    ax.xaxis.set_major_formatter(percent)
    ax.grid(visible=False, axis="y")
    said = [f"{row.says}: {row.share:.0%}, {row.verdict}" for row in conclusions.itertuples()]
    data = conclusions[["says", "share", "low", "high", "verdict"]]
    return inscribe(picture, caption, data, f"{'; '.join(said)}.")


@styled
def scores_figure(
    says: Sequence[str], labels: Sequence[str], scores: np.ndarray, caption: str
) -> Picture:
    """What decides each conclusion's quantity: a field a conclusion and setting."""
    clean = np.nan_to_num(scores)
    top = np.argsort(-clean.max(axis=0), kind="stable")[:TOP]
    picture, edges = sheet(
        "What the conclusions hang on",
        "Part of the variance over worlds that goes with one setting by itself, %",
        [], 0.36 * len(says), 1.95, named=False,
    )  # fmt: skip
    ax = picture.subplots()
    picture.subplots_adjust(left=0.36, right=0.985, **edges)
    field = 100 * clean[:, top]
    ax.imshow(field, aspect="auto", cmap="Blues", vmin=0, vmax=max(60.0, field.max(initial=0.0)))
    for (row, column), value in np.ndenumerate(field):
        if value >= 1:
            colour = "white" if value > 35 else INK
            words = f"{value:.0f}"
            ax.text(column, row, words, ha="center", va="center", size=8, color=colour)
    names = ["\n".join(textwrap.wrap(short(each, 80), 46)) for each in says]
    ax.set_yticks(range(len(says)), names, size=8)
    settings = [short(labels[column], 30) for column in top]
    ax.set_xticks(
        range(len(top)), settings, rotation=45, ha="right", size=8.5, rotation_mode="anchor"
    )
    ax.grid(visible=False)
    data = pd.DataFrame(scores[:, top], columns=[labels[column] for column in top])
    data.insert(0, "says", list(says))
    told = [
        f"{each}: most by {labels[int(np.argmax(row))]} ({row.max():.0%})"
        for each, row in zip(says, clean, strict=True)
    ]
    note = f"{caption} The {len(top)} settings that matter most; fields below 1 % are left empty."
    return inscribe(picture, note, data, f"{'; '.join(told)}.")


@styled
def maps(
    varied: Sequence[Varied], points: pd.DataFrame, mapped: Sequence[Mapped], caption: str
) -> Picture:
    """A panel a conclusion: worlds by the two settings that tell most, and whether it holds."""
    columns = 3
    rows = -(-len(mapped) // columns)
    keys = [
        Line2D([], [], color=COLOURS[5], marker="o", linestyle="none", markersize=4, label="holds"),
        Line2D([], [], color=COLOURS[1], marker="x", linestyle="none", markersize=5, label="fails"),
    ]
    picture, edges = sheet(
        "Where conclusions hold, by the two settings that tell most", "A mark a world",
        keys, rows * 2.3 + (rows - 1) * 1.0, 1.15,
    )  # fmt: skip
    grid = picture.subplots(rows, columns, squeeze=False)
    picture.subplots_adjust(left=0.09, right=0.975, wspace=0.42, hspace=1.0 / 2.3, **edges)
    tables = []
    for ax, (says, holds, telling) in zip(grid.flat, mapped, strict=False):
        across, up = (varied[column] for column in telling)
        table = pd.DataFrame(
            {"panel": says, across.name: points[across.name], up.name: points[up.name],
             "holds": holds}
        )  # fmt: skip
        _map(ax, table, across, up)
        ax.set_title("\n".join(textwrap.wrap(short(says, 60), 31)), size=8.5, pad=6)
        tables.append(
            table.set_axis(["panel", "x", "y", "holds"], axis=1).assign(
                x_setting=across.name, y_setting=up.name
            )
        )
    for ax in grid.flat[len(mapped) :]:
        ax.set_axis_off()
    said = [
        f"{says}: {varied[telling[0]].label} and {varied[telling[1]].label}"
        for says, _, telling in mapped
    ]
    data = pd.concat(tables, ignore_index=True)
    return inscribe(picture, caption, data, f"Settings that tell most. {'; '.join(said)}.")


def _map(ax: Axes, table: pd.DataFrame, across: Varied, up: Varied) -> None:
    holds = table["holds"].to_numpy()
    x, y = table.iloc[:, 1].to_numpy(), table.iloc[:, 2].to_numpy()
    for side, mark, colour, size in ((1.0, "o", COLOURS[5], 1.6), (0.0, "x", COLOURS[1], 3.2)):
        own = holds == side
        ax.plot(x[own], y[own], mark, color=colour, markersize=size, markeredgewidth=0.7,
                zorder=2 if side else 3)  # fmt: skip
    ax.set_xlabel(short(across.label, 30), size=8.5)
    ax.set_ylabel(short(up.label, 24), size=8.5)
    for axis, varied in ((ax.xaxis, across), (ax.yaxis, up)):
        axis.set_major_locator(MaxNLocator(4, integer=varied.whole))
        axis.set_major_formatter(lambda value, _: f"{value:,.6g}".replace("-", "−"))
    ax.tick_params(labelsize=8)
    ax.grid(visible=False)
    ax.margins(0.02)
