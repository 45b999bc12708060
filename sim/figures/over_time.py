"""Figures over the months of a run: their numbers, their panels, their marks."""

import textwrap
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.lib.stride_tricks import sliding_window_view

from sim.drawing import (
    GREY,
    INK,
    PAPER,
    Picture,
    Study,
    canvas,
    draw_line,
    finish,
    look,
    month_name,
    month_number,
    percent,
    scenario_keys,
    short,
)
from sim.statistics import mean_interval

TRAILING_MONTHS = 12


def paths(study: Study, scenario: str, outcome: str) -> pd.DataFrame:
    """One outcome as months × replicates; all NaN if it was not measured."""
    return pd.DataFrame(study.values(scenario, outcome).T, index=pd.Index(study.months))


def trailing_ratio(study: Study, scenario: str, outcome: str) -> pd.DataFrame:
    """Twelve months' cases over twelve months' chances: a quiet month weighs little."""
    rate = study.values(scenario, outcome)
    weight = np.where(np.isnan(rate), 0.0, np.nan_to_num(study.weights(scenario, outcome)))
    cases, chances = _trailing(np.nan_to_num(rate) * weight), _trailing(weight)
    ratio = np.divide(cases, chances, out=np.full(cases.shape, np.nan), where=chances > 0)
    return pd.DataFrame(ratio.T, index=pd.Index(study.months))


def _trailing(values: np.ndarray) -> np.ndarray:
    """Sums of twelve months each, (replicates, months); NaN before there are twelve."""
    sums = np.full(values.shape, np.nan)
    if values.shape[1] >= TRAILING_MONTHS:
        windows = sliding_window_view(values, TRAILING_MONTHS, axis=1)
        sums[:, TRAILING_MONTHS - 1 :] = windows.sum(axis=2)
    return sums


def means(
    study: Study, column: str, panel: str, measure: Callable[..., pd.DataFrame] = paths
) -> pd.DataFrame:
    """The tidy table of one panel: mean over replicates with its 95 % interval."""
    parts = []
    for scenario in study.titles:
        paths = measure(study, scenario, column)
        over = mean_interval(paths.to_numpy().T)
        columns = {"month": paths.index, "value": over.mean, "low": over.low, "high": over.high}
        parts.append(pd.DataFrame({"panel": panel, "scenario": scenario, **columns}))
    return pd.concat(parts, ignore_index=True)


def over_time(
    study: Study, title: str, subtitle: str, panels: Sequence[pd.DataFrame], form: Any,
    level: float = 0.0, share_y: bool = True, note: str = "",
) -> Picture:  # fmt: skip
    """Panels of means over time, with a line at the level that means something."""
    alone = len(panels) == 1
    labelled = alone and len(study.titles) < 5  # more titles do not fit beside the lines
    names = [""] if alone else [rows["panel"].iloc[0] for rows in panels]
    keys = [] if labelled else scenario_keys(study)
    picture, axes = canvas(
        title, subtitle, names, len(names), keys, "95 % interval of the mean", labelled, share_y
    )
    for ax, rows in zip(axes, panels, strict=True):
        time_panel(ax, study, rows, form)
        ax.axhline(level, color=GREY, linewidth=1.0, zorder=1.5)
        if level:  # the words on the policy stand above the line
            ax.margins(y=0.25)
        if form is percent or (level == 0 and not (rows[["value", "low"]] < 0).any(axis=None)):
            ax.set_ylim(bottom=0)
    if labelled:
        label_ends(axes[0], study, panels[0])
    return finish(picture, study, pd.concat(panels, ignore_index=True), note)


def time_panel(ax: Axes, study: Study, rows: pd.DataFrame, form: Any, words: bool = True) -> None:
    """Every scenario in `rows` over time, with the marks that say what the months rest on."""
    ax.yaxis.set_major_formatter(form)
    if rows["value"].isna().all():
        not_measured(ax)
    for index, scenario in enumerate(study.titles):
        own = rows[rows["scenario"] == scenario]
        if len(own):
            draw_line(ax, own["month"].map(month_number).to_numpy() + 0.5, own, index)
    month_axis(ax, study, words)


def not_measured(ax: Axes) -> None:
    """Words in place of what is missing."""
    words = "not measured in this run"
    ax.text(0.5, 0.5, words, transform=ax.transAxes, ha="center", bbox=PAPER, zorder=4)
    if len(ax.get_shared_y_axes().get_siblings(ax)) == 1:
        ax.tick_params(labelleft=False)


def month_axis(ax: Axes, study: Study, words: bool = True) -> None:
    """The months of the run along the bottom, with the marks that say what they rest on; small
    panels beside a large one do without the words."""
    numbers = [month_number(month) for month in study.months]
    first, last = min(numbers, default=0), max(numbers, default=0) + 1
    ax.set_xlim(first, last + 0.01 * (last - first))
    room = min(9 * ax.get_position().width / 0.45, 10)  # labels that fit side by side
    step = next((s for s in (1, 3, 6, 12, 24, 60) if (last - first) / s < room), 120)
    ticks = [number for number in range(first, last + 1) if number % step == 0]
    names = [str(n // 12) if step >= 12 else month_name(n).replace(" ", "\n") for n in ticks]
    ax.set_xticks(ticks, names)
    _mark_data(ax, study, first, last, words)
    change = month_number(study.change_month) if study.change_month else -1
    if first <= change < last and len(study.titles) > 1:
        _mark_change(ax, change, (first + last) / 2, words)


def _mark_change(ax: Axes, change: int, middle: float, words: bool) -> None:
    """The policy line, its words on the side where there is room."""
    ax.axvline(change, color=INK, linewidth=0.9, zorder=1.5)
    if not words:
        return
    left = change > middle
    ax.annotate(
        f"policy change\n{month_name(change)}", (change, 0.985), size=8.5, va="top",
        xycoords=ax.get_xaxis_transform(), textcoords="offset points", zorder=4,
        xytext=(-4 if left else 4, 0), ha="right" if left else "left",
        bbox=PAPER,
    )  # fmt: skip


def _mark_data(ax: Axes, study: Study, first: int, last: int, said: bool) -> None:
    """A strip above the panel: dark over months of customs data, hatched over those of them
    that had to be filled, pale over projected ones."""
    if not study.last_data_month:
        return
    known = min(max(month_number(study.last_data_month) + 1, first), last)
    place: dict[str, Any] = {"transform": ax.get_xaxis_transform(), "clip_on": False}
    parts = (("customs data", first, known, "#9a9a9a"), ("projection", known, last, "#e2e2e2"))
    for words, start, end, shade in parts:
        ax.plot([start, end], [1.02, 1.02], color=shade, lw=3, solid_capstyle="butt", **place)
        if said and end - start > 0.25 * (last - first):
            ax.text((start + end) / 2, 1.04, words, ha="center", size=8, color=GREY, **place)
    for month in map(month_number, study.made_up_months):
        if first <= month < known:  # hatched: dashes of paper across the strip
            ax.plot([month + 0.25, month + 0.75], [1.011, 1.029], color="white", lw=1.2, **place)


def label_ends(ax: Axes, study: Study, rows: pd.DataFrame) -> None:
    """Scenario titles at the right end of their lines, pushed apart where they would touch."""
    low, high = ax.get_ylim()
    ends = rows.dropna(subset="value").groupby("scenario")["value"].last()
    heights = {name: (ends[name] - low) / (high - low) for name in study.titles if name in ends}
    placed, floor, gap = [], -1.0, 0.031  # half a line of text, as a share of the panel
    for name in sorted(heights, key=lambda name: heights[name]):
        lines = textwrap.wrap(short(study.titles[name], 34), 15) or [name]
        height = max(heights[name], floor + gap * len(lines))
        placed.append((name, height, "\n".join(lines)))
        floor = height + gap * (len(lines) + 0.5)
    excess = max([0.0, *(height - 1 for _, height, _ in placed)])
    for name, height, words in placed:
        ax.text(
            1.015, height - excess, words, transform=ax.transAxes, va="center", weight="bold",
            color=look(list(study.titles).index(name))["color"],
        )  # fmt: skip
