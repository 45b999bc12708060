"""What happens to traders, how many months after the change."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from sim.drawing import (
    INK,
    Picture,
    Study,
    canvas,
    columns_for,
    draw_line,
    finish,
    look,
    nothing,
    percent,
    scenario_keys,
    styled,
)
from sim.figures.over_time import not_measured
from sim.figures.stacked import SHADES, shade_keys, stack

SURVIVAL, INCIDENCE = "How long until it happens", "How stays abroad end"


@styled
def times_survival(study: Study) -> Picture:
    """Survival curves, a panel an event, with how many are still watched beneath."""
    data = of_kind(study, "survival")
    if data.empty:
        return nothing(study, SURVIVAL, "No times were measured in this run")
    events = list(data["event"].unique())
    table = 0.3 + 0.17 * len(study.titles)
    columns = min(len(events), 2)
    picture, axes = canvas(
        SURVIVAL,
        f"Share of traders to whom it has not happened yet, by months from {_origin(study)}",
        [_sentence(event) for event in events], columns, scenario_keys(study), "95 % interval",
        share_y=False, gap=0.8 + table, foot=0.85 + table,
    )  # fmt: skip
    for ax, event in zip(axes, events, strict=True):
        mine = data[data["event"] == event]
        survival_curves(ax, study, mine)
        _at_risk(ax, study, mine, picture.get_figheight())
    note = "Beneath: how many were still watched just before that month."
    return finish(picture, study, data, note)


def survival_curves(ax: Axes, study: Study, rows: pd.DataFrame) -> None:
    """One event's curves with their bands, a line a scenario."""
    for index, scenario in enumerate(study.titles):
        curve = rows[rows["scenario"] == scenario]
        if len(curve):
            draw_line(ax, curve["month"], curve, index, steps=True)
    _month_axis(ax)


@styled
def times_incidence(study: Study) -> Picture:
    """How stays end: the share to whom each kind of end has come, on top of each other."""
    data = of_kind(study, "incidence")
    if data.empty:
        return nothing(study, INCIDENCE, "No ends were measured in this run")
    ends = [_sentence(event) for event in data["event"].unique()]
    chosen = SHADES[: len(ends)] if len(ends) != 4 else (*SHADES[:3], SHADES[4])
    shades = dict(zip(ends, chosen, strict=True))
    titles = list(study.titles.values())
    picture, axes = canvas(
        INCIDENCE, f"Share of traders by how their stay has ended, by months from {_origin(study)}",
        titles, columns_for(len(titles)), shade_keys(shades),
    )  # fmt: skip
    for ax, scenario in zip(axes, study.titles, strict=True):
        rows = data[data["scenario"] == scenario]
        if rows["value"].notna().any():
            stack(ax, np.sort(rows["month"].unique()), rows, shades)
            _whiskers(ax, rows, list(shades))
        else:
            not_measured(ax)
        _month_axis(ax)
    note = "White: still abroad. Whiskers: 95 % interval of the area beneath; more in the CSV file."
    return finish(picture, study, data, note)


def _whiskers(ax: Axes, rows: pd.DataFrame, ends: list[str]) -> None:
    """The interval of each area at its upper edge, at four months, the areas beside each other."""
    months = np.sort(rows["month"].unique())
    floor = np.zeros(len(months))
    for kind, end in enumerate(ends):
        own = rows[rows["panel"] == end]
        value, low, high = (own[name].to_numpy() for name in ("value", "low", "high"))
        floor = floor + value
        places = np.linspace(0, len(months) - 1, 5)[1:] - (len(ends) - 1 - kind) * len(months) / 40
        at = np.unique(np.maximum(np.round(places).astype(int), 0))
        ax.vlines(
            months[at], (floor - value + low)[at], (floor - value + high)[at],
            color=INK, linewidth=0.8, zorder=3,
        )  # fmt: skip


def of_kind(study: Study, kind: str) -> pd.DataFrame:
    """The curves of one kind, each a panel."""
    if study.times.empty:
        return study.times
    rows = study.times[study.times["kind"] == kind]
    rows = rows[rows["scenario"].isin(list(study.titles))].reset_index(drop=True)
    return rows.assign(panel=rows["event"].map(_sentence))


def _sentence(event: str) -> str:
    """'savings_spent' as 'Savings spent'."""
    words = event.replace("_", " ")
    return words[:1].upper() + words[1:]


def _origin(study: Study) -> str:
    return "the change" if study.change_month else "the start"


def _month_axis(ax: Axes) -> None:
    ax.yaxis.set_major_formatter(percent)
    ax.xaxis.set_major_locator(MaxNLocator(7, integer=True))
    ax.set_ylim(0, 1.04)
    ax.set_yticks(np.linspace(0, 1, 6))


def _at_risk(ax: Axes, study: Study, rows: pd.DataFrame, height: float) -> None:
    """A row a scenario beneath the months, in its mark and colour."""
    last = rows["month"].max()
    months = [month for month in ax.get_xticks() if 0 <= month <= last]
    inch = 1 / (ax.get_position().height * height)
    place = ax.get_xaxis_transform()
    for index, scenario in enumerate(study.titles):
        y = -(0.4 + 0.17 * index) * inch
        own = look(index)
        watched = rows[rows["scenario"] == scenario].set_index("month")["at_risk"]
        ax.plot(
            [-0.08], [y], transform=ax.transAxes, clip_on=False, color=own["color"],
            marker=own["marker"], markersize=4,
        )  # fmt: skip
        for month in months:
            if month in watched.index:
                words = f"{watched[month]:,.0f}"
                ax.text(month, y, words, transform=place, ha="center", va="center", size=7.5)
