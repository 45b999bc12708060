"""What traders believe about punishment, and what happens to those who come."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from sim.drawing import (
    GREY,
    INK,
    Picture,
    Study,
    canvas,
    columns_for,
    draw_line,
    finish,
    month_number,
    percent,
    styled,
)
from sim.figures.over_time import means, month_axis, not_measured, trailing_ratio

BELIEVED, HAPPENED = "punishment expected", "punished of those reviewed, past 12 months"
HAPPENED_LOOK: dict[str, Any] = {"color": INK, "linestyle": (0, (1.5, 1.5)), "linewidth": 1.6}


@styled
def beliefs(study: Study) -> Picture:
    """The chance of punishment that traders in post expect, beside the part punished in truth."""
    believed = means(study, "belief_punished", BELIEVED)
    happened = means(study, "punished_share", HAPPENED, trailing_ratio)
    titles = list(study.titles.values())
    keys = [
        Line2D([], [], color=GREY, marker="o", label=f"{BELIEVED} (mean of traders in post)"),
        Line2D([], [], label=HAPPENED, **HAPPENED_LOOK),
    ]
    picture, axes = canvas(
        "What traders fear, and what happens", "Chance of being punished on a review", titles,
        columns_for(len(titles)), keys, "95 % interval of the mean",
    )  # fmt: skip
    for index, (ax, scenario) in enumerate(zip(axes, study.titles, strict=True)):
        ax.yaxis.set_major_formatter(percent)
        mine, truth = (rows[rows["scenario"] == scenario] for rows in (believed, happened))
        if mine["value"].isna().all() and truth["value"].isna().all():
            not_measured(ax)
        x = np.array([month_number(month) for month in study.months]) + 0.5
        ax.fill_between(x, truth["low"], truth["high"], color=INK, alpha=0.13, linewidth=0)
        ax.plot(x, truth["value"], **HAPPENED_LOOK)
        draw_line(ax, x, mine, index)
        month_axis(ax, study)
    axes[0].set_ylim(bottom=0)
    note = (
        "Reviewed are those who came when called; overstayers who were caught are not among them."
    )
    return finish(picture, study, pd.concat([believed, happened], ignore_index=True), note)
