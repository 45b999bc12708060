"""A story as a small figure: savings, and where each month's quota came from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from .drawing import COLOURS, GREY, INK, Picture, month_number, styled
from .story import Story

SOURCES = {  # field: what it is called, colour, hatching
    "quota_from_income": ("income", COLOURS[2], ""),
    "quota_from_company": ("the company", COLOURS[5], "///"),
    "quota_from_savings": ("savings", COLOURS[1], "..."),
    "quota_unpaid": ("left owing", "#ffffff", ""),
}
HIDING: dict[str, Any] = {"facecolor": GREY, "alpha": 0.3, "linewidth": 0}
EMPTY: dict[str, Any] = {
    "facecolor": "none", "edgecolor": "#c8c8c8", "hatch": "////", "linewidth": 0,
}  # fmt: skip


def numbers(story: Story) -> pd.DataFrame:
    """What is drawn: a row a month, in USD; savings are those held before he left, NaN while the
    post is empty."""
    rows = []
    for chapter in story.chapters:
        trader = chapter.trader
        rows.append(
            {
                "month": chapter.month,
                "occupant": trader.occupant + 1,
                "savings": np.nan if chapter.empty else trader.savings + trader.taken_away,
                **{name: getattr(trader, name) for name in SOURCES},
                "empty": chapter.empty,
                "hiding": chapter.hiding,
                "reviewed": bool(trader.reviewed),
                "left": bool(trader.left),
            }
        )
    return pd.DataFrame(rows)


@styled
def draw(story: Story) -> Picture:
    """The figure, 9 by 5.4 inches, with the numbers it draws in ``data``."""
    table = numbers(story)
    years = table["month"].map(month_number).to_numpy() / 12
    picture = Picture(figsize=(9, 5.4))
    picture.title = f"{story.title}: the life of post {story.post}"
    picture.caption = f"Buys {story.good}. Replicate {story.replicate}, seed {story.seed}."
    picture.text(0.02, 0.975, picture.title, size=14, weight="bold", va="top")
    picture.text(0.02, 0.92, picture.caption, size=10, color=GREY, va="top")
    above, below = picture.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    picture.subplots_adjust(left=0.09, right=0.98, top=0.78, bottom=0.06, hspace=0.55)
    _draw_savings(above, table, years)
    _draw_quota(below, table, years)
    left = int(table["left"].sum())
    picture.alt = (
        f"{picture.title}. {table['occupant'].iloc[-1]} occupants; {left} postings ended; savings "
        f"between {table['savings'].min():,.0f} and {table['savings'].max():,.0f} USD."
    )
    picture.data = table
    return picture


def _draw_savings(ax: Axes, table: pd.DataFrame, years: np.ndarray) -> None:
    ax.set_title("Savings, USD", pad=24)
    for _, life in table.groupby("occupant"):
        ax.plot(years[life.index], life["savings"], color=COLOURS[0])
    marks: dict[str, dict[str, Any]] = {
        "reviewed": {"marker": "o", "s": 26}, "left": {"marker": "X", "s": 64},
    }  # fmt: skip
    for name, look in marks.items():
        rows = np.flatnonzero(table[name])
        held = table["savings"].iloc[rows]
        ax.scatter(years[rows], held, color=INK, zorder=3, clip_on=False, **look)
    for name, look in (("hiding", HIDING), ("empty", EMPTY)):
        for row in np.flatnonzero(table[name]):
            ax.axvspan(years[row] - 1 / 24, years[row] + 1 / 24, zorder=0, **look)
    keys = [
        Line2D([], [], color=INK, linestyle="", marker="o", markersize=5, label="review"),
        Line2D([], [], color=INK, linestyle="", marker="X", markersize=8, label="posting ended"),
        Patch(**HIDING, label="abroad without permission"),
        Patch(**EMPTY, label="post empty"),
    ]
    _legend(ax, keys)
    ax.set_ylim(0)


def _draw_quota(ax: Axes, table: pd.DataFrame, years: np.ndarray) -> None:
    ax.set_title("Where the month's quota came from, USD", pad=24)
    floor = np.zeros(len(table))
    for name, (label, colour, hatch) in SOURCES.items():
        ax.bar(
            years, table[name], 1 / 12, floor, color=colour, hatch=hatch, label=label,
            edgecolor=INK if colour == "#ffffff" else "white", linewidth=0.3,
        )  # fmt: skip
        floor = floor + table[name].to_numpy()
    _legend(ax, None)
    ax.set_ylim(0, 1.06 * max(floor.max(), 1.0))
    ax.xaxis.set_major_formatter("{x:.0f}")


def _legend(ax: Axes, keys: list[Any] | None) -> None:
    ax.legend(handles=keys, loc="lower left", ncols=4, bbox_to_anchor=(0, 1.0), handlelength=1.5)
    ax.yaxis.set_major_formatter("{x:,.0f}")
