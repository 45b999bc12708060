"""Imports by partner, by stream and by good, and the customs series that the orders follow."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from sim.drawing import (
    GREY,
    INK,
    Picture,
    Study,
    finish,
    month_number,
    scenario_keys,
    sheet,
    styled,
)
from sim.figures.over_time import means, time_panel

MARK: dict[str, Any] = {"linestyle": "none", "color": INK, "markersize": 4.5}
CUSTOMS: dict[str, dict[str, Any]] = {  # how a month of the series was come by, and its mark
    "customs, known": MARK | {"marker": "o"},
    "customs, split from a total": MARK | {"marker": "D", "markerfacecolor": "white"},
    "customs, filled": MARK | {"marker": "x"},
    "customs, projected": MARK | {"marker": "o", "markersize": 2, "color": GREY},
}
RECORDED = "Recorded goods, and the customs series they follow"
PANELS = {
    "unrecorded": "Unrecorded goods",
    "china": "From China",
    "russia": "From Russia",
    "consumer_goods": "Consumer goods (recorded)",
    "fuel_and_grain": "Fuel and grain (recorded)",
    "electronics": "Electronics",
    "computers": "Computers",
    "industrial_components": "Industrial components",
    "vehicles": "Vehicles",
}


def _thousands(value: float, _: object) -> str:
    return f"${value / 1000:g}k" if value else "$0"


@styled
def imports(study: Study) -> Picture:
    """What arrived, a post a month, beside the customs figures that orders are made from."""
    recorded = means(study, "imports_recorded_usd", RECORDED)
    smaller = [means(study, f"imports_{name}_usd", title) for name, title in PANELS.items()]
    customs = _customs(study)
    marks = [Line2D([], [], label=name, **CUSTOMS[name]) for name in customs["panel"].unique()]
    keys = [*scenario_keys(study), *marks]
    heights = [2.8, *[1.75] * 3]
    picture, edges = sheet(
        "What arrives: imports by stream, by partner and by good",
        "Thousand US dollars a post a month, at the reference price; each panel has its own scale",
        keys, sum(heights) + 3 * 0.75, 1.1,
    )  # fmt: skip
    grid = picture.add_gridspec(
        4, 3, height_ratios=heights, left=0.085, right=0.975, wspace=0.3,
        hspace=0.75 / np.mean(heights), **edges,
    )  # fmt: skip
    first = picture.add_subplot(grid[0, :])
    first.set_title(RECORDED)
    time_panel(first, study, recorded, _thousands)
    for status, rows in customs.groupby("panel", sort=False):
        x = rows["month"].map(month_number) + 0.5
        first.plot(x, rows["value"], **CUSTOMS[str(status)], zorder=3)
    first.set_ylim(bottom=0)
    for place, rows in enumerate(smaller):
        ax = picture.add_subplot(grid[1 + place // 3, place % 3])
        ax.set_title(rows["panel"].iloc[0])
        time_panel(ax, study, rows, _thousands, words=False)
        ax.set_ylim(bottom=0)
    data = pd.concat([recorded, *smaller, customs], ignore_index=True)
    note = (
        "A check of the plumbing, not a validation: orders are made from the customs series; less "
        "arrives, for posts stand empty, and orders are not delivered or are seized."
    )
    return finish(picture, study, data, note)


def _customs(study: Study) -> pd.DataFrame:
    """The series as rows of the figure's table, under the name of the base, which it enters."""
    if study.customs.empty:
        return pd.DataFrame(columns=["panel", "scenario", "month", "value"])
    names = dict(zip(("known", "split", "filled", "projected"), CUSTOMS, strict=True))
    table = study.customs.rename(columns={"usd": "value"})
    panel = table.pop("status").map(names)
    table.insert(0, "panel", panel)
    table.insert(1, "scenario", next(iter(study.titles)))
    return table
