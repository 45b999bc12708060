"""Parts of one whole as areas on top of each other, a panel a scenario."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from sim.drawing import Picture, Study, canvas, columns_for, finish, month_number, percent, styled
from sim.figures.over_time import month_axis, not_measured
from sim.statistics import mean_interval

# From light to dark, so that grey paper keeps the order.
SHADES = ("#cfe2f0", "#8fbcdb", "#dd8438", "#a3480a", "#333333")
SOURCES = {
    "from income": SHADES[0],
    "from the company": SHADES[1],
    "from savings": SHADES[2],
    "unpaid": SHADES[4],
}


def shade_keys(shades: Mapping[str, str]) -> list[Patch]:
    """One key an area."""
    return [Patch(facecolor=shade, label=name) for name, shade in shades.items()]


def stack(ax: Axes, x: np.ndarray, rows: pd.DataFrame, shades: Mapping[str, str]) -> None:
    """The values of `rows` (panel, month, value) on top of each other, in the order of shades."""
    floor = np.zeros(len(x))
    for name, shade in shades.items():
        top = floor + rows.loc[rows["panel"] == name, "value"].to_numpy()
        ax.fill_between(x, floor, top, color=shade, linewidth=0)
        ax.plot(x, top, color="white", linewidth=0.7, zorder=1.5)
        floor = top


@styled
def quota_sources(study: Study) -> Picture:
    """Where the quota came from: parts of what was due in its month."""
    title = "Where the quota came from"
    about = "Parts of the quota due, paid in its month from each purse or not paid, by month"
    titles = list(study.titles.values())
    keys = shade_keys(SOURCES)
    picture, axes = canvas(title, about, titles, columns_for(len(titles)), keys)
    data = pd.concat([sources_of(study, name) for name in study.titles], ignore_index=True)
    x = np.array([month_number(month) for month in study.months]) + 0.5
    for ax, scenario in zip(axes, study.titles, strict=True):
        rows = data[data["scenario"] == scenario]
        ax.yaxis.set_major_formatter(percent)
        if rows["value"].isna().all():
            not_measured(ax)
        stack(ax, x, rows, SOURCES)
        ax.set_ylim(0, 1.14)
        ax.set_yticks(np.linspace(0, 1, 6))
        month_axis(ax, study)
    return finish(picture, study, data, "The intervals of the means are in the CSV file.")


def sources_of(study: Study, scenario: str) -> pd.DataFrame:
    """The tidy table of one panel; of each replicate's month the parts add up to one."""
    paid = study.values(scenario, "quota_fulfilment")
    of_paid = {
        name: study.values(scenario, f"quota_from_{name}_share")
        for name in ("income", "company", "savings")
    }
    # where nothing was paid, no purse paid anything
    parts = [np.where(paid == 0, 0.0, paid * share) for share in of_paid.values()]
    tables = []
    for name, part in zip(SOURCES, [*parts, 1 - paid], strict=True):
        over = mean_interval(part)
        columns = {"month": study.months, "value": over.mean, "low": over.low, "high": over.high}
        tables.append(pd.DataFrame({"panel": name, "scenario": scenario, **columns}))
    return pd.concat(tables, ignore_index=True)
