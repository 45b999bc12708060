"""Patterns: what is accepted against what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.drawing import COLOURS, GREY, Picture, inscribe, sheet, short, styled
from sim.report_numbers import figures

GROUPS = {
    "held_out": (("H",), "Patterns that were held out"),
    "known": (("C", "D", "V"), "Patterns calibrated on, or asked for in design"),
}
LOOKS: dict[str, dict[str, Any]] = {
    "in magnitude": {"marker": "o", "color": COLOURS[0], "markersize": 7},
    "in sign": {"marker": "D", "color": COLOURS[4], "markersize": 6.5},
    "fails": {"marker": "X", "color": COLOURS[1], "markersize": 8},
}
ROW, REACH = 0.36, 1.2  # inches a measure; lengths of the accepted range shown to each side


def by_role(measures: pd.DataFrame, caption: str) -> dict[str, Picture]:
    """A figure of the rows that were held out, and one of the others; as far as there are any."""
    found = {}
    for name, (roles, title) in GROUPS.items():
        mine = measures[measures["role"].isin(roles)]
        if len(mine):
            found[name] = ranges(mine, title, caption)
    return found


@styled
def ranges(measures: pd.DataFrame, title: str, caption: str) -> Picture:
    """A line a measure, each on a scale of its own on which what is accepted is as wide."""
    keys = [
        Patch(facecolor="#dcdcdc", label="accepted"),
        *(Line2D([], [], linestyle="none", label=label, **look) for label, look in LOOKS.items()),
        Line2D([], [], color=GREY, linewidth=1.2, label="5 to 95 % of draws"),
        Line2D([], [], color=GREY, linewidth=4, label="95 % interval of the median"),
    ]
    about = "Each line on its own scale; medians over draws, and what is accepted, as numbers"
    picture, edges = sheet(title, about, keys, ROW * len(measures), 0.62, named=False)
    height = edges["top"] - edges["bottom"]
    ax = picture.add_axes((0.46, edges["bottom"], 0.30, height))
    for place, row in enumerate(measures.to_dict("records")):
        _line(ax, place, row)
    ax.set_xlim(-REACH, 1 + REACH)
    ax.set_ylim(len(measures) - 0.5, -0.5)
    ax.set_xticks([])
    names = [f"{short(row.measure, 54)}  {row.row}" for row in measures.itertuples()]
    ax.set_yticks(range(len(measures)), names, size=8)
    ax.grid(visible=False)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    said = "; ".join(f"{row.row} {row.measure}: {row.verdict}" for row in measures.itertuples())
    return inscribe(picture, caption, measures.reset_index(drop=True), f"{said}.")


def accepted(row: Mapping[str, Any]) -> str:
    """'5 % to 35 %', 'above 0 %'."""
    low, high = row["accept_low"], row["accept_high"]
    if np.isfinite(low) and np.isfinite(high):
        return " to ".join(dict.fromkeys(written([low, high], row["unit"])))
    bound = written([low if np.isfinite(low) else high], row["unit"])[0]
    return f"{'above' if np.isfinite(low) else 'below'} {bound}"


def written(values: Sequence[float], unit: str) -> list[str]:
    """Numbers told apart, in their unit; what is nothing but rounding is zero."""
    return figures([float(np.round(value, 8)) + 0.0 for value in values], unit, apart=True)


def scaled(value: float, row: Mapping[str, Any]) -> float:
    """Where a value lies: 0 at the low end of what is accepted and 1 at the high one; where only
    one end is known, the other is as far from it as the draws reach."""
    low, high = row["accept_low"], row["accept_high"]
    if not np.isfinite(high):
        return (value - low) / _reach(row, low)
    if not np.isfinite(low):
        return 1 + (value - high) / _reach(row, high)
    return (value - low) / (high - low)


def _reach(row: Mapping[str, Any], end: float) -> float:
    known = [row[name] for name in ("draws_low", "draws_high") if np.isfinite(row[name])]
    return max((abs(value - end) for value in known), default=1.0) or 1.0


def _line(ax: Axes, place: int, row: Mapping[str, Any]) -> None:
    """One measure: the accepted range, the spread over draws, the median and its interval."""
    left = -REACH if not np.isfinite(row["accept_low"]) else 0
    right = 1 + REACH if not np.isfinite(row["accept_high"]) else 1
    ax.fill_between([left, right], place - 0.36, place + 0.36, color="#dcdcdc", linewidth=0)
    words = f"{written([row['median']], row['unit'])[0]}  ({accepted(row)})"
    ax.text(1 + REACH + 0.2, place, words, size=8, va="center", clip_on=False)
    if not np.isfinite(row["median"]):
        return
    spots = {key: scaled(row[key], row) for key in ("draws_low", "draws_high", "ci_low", "ci_high")}
    ends = np.clip([*spots.values()], -REACH, 1 + REACH)
    ax.plot(ends[:2], [place, place], color=GREY, linewidth=1.2)
    ax.plot(ends[2:], [place, place], color=GREY, linewidth=4, alpha=0.6, solid_capstyle="butt")
    middle = scaled(row["median"], row)
    look = LOOKS.get(row["verdict"], LOOKS["fails"])
    ax.plot([np.clip(middle, -REACH, 1 + REACH)], [place], linestyle="none", clip_on=False, **look)
    if not -REACH <= middle <= 1 + REACH:
        ax.annotate("«" if middle < 0 else "»", (np.clip(middle, -REACH, 1 + REACH), place),
                    (-11 if middle < 0 else 4, 0), textcoords="offset points", va="center",
                    size=9, annotation_clip=False)  # fmt: skip
