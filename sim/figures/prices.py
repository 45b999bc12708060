"""Price and quality in one plane: what is paid, and what is got for it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.drawing import (
    GREY,
    INK,
    PAPER,
    THIN,
    Picture,
    Study,
    finish,
    look,
    month_name,
    month_number,
    sheet,
    short,
    styled,
    two_digits,
)
from sim.figures.over_time import not_measured, trailing_ratio
from sim.outcomes import end_value
from sim.statistics import mean_interval

QUALITY, PRICE, ADJUSTED = "quality", "price paid", "at constant quality"
MEASURES = {QUALITY: "quality", PRICE: "nominal_price", ADJUSTED: "quality_adjusted_price"}
Points = Mapping[str, pd.DataFrame]
"""Scenario to value, low and high of each measure."""


@styled
def price_quality(study: Study) -> Picture:
    """Each scenario's quality and price, the way it took there, and its gaps to the base."""
    points = {name: bargain(study, name) for name in study.titles}
    paths = {name: _path(study, name) for name in study.titles}
    since = "means of the whole run"
    if study.change_month:
        since = f"means from {month_name(month_number(study.change_month))} on"
    grey: dict[str, Any] = {"color": GREY, "linestyle": "none", "markersize": 7}
    keys = [
        Line2D([], [], marker="o", label="what was paid for the quality got", **grey),
        Line2D([], [], marker="o", markerfacecolor="white", label=ADJUSTED, **grey),
        Line2D([], [], color=GREY, linewidth=1, alpha=0.6, label="path, 12-month means"),
    ]
    picture, edges = sheet(
        "What is paid, and what is got for it",
        f"Price and quality of deliveries, {since}; crosses are 95 % intervals",
        keys, 4.4, 1.3, named=False,
    )  # fmt: skip
    ax = picture.subplots()
    picture.subplots_adjust(left=0.085, right=0.655, **edges)
    _draw_plane(ax, study, points, paths)
    for index, name in enumerate(study.titles):
        place = edges["top"] - (0.06 + 0.55 * index) / picture.get_figheight()
        _list_one(picture, study.titles[name], points, index, place)
    data = pd.concat([_tidy(name, points[name], paths[name]) for name in study.titles])
    note = (
        "Dotted lines lead from what was paid to what goods of average quality would have cost "
        "for as good a bargain. In brackets: less the first scenario."
    )
    return finish(picture, study, data, note, alt=_alt(study, points))


def bargain(study: Study, scenario: str) -> pd.DataFrame:
    """Quality and both prices from the change on: means over replicates, with intervals."""
    start = study.months.index(study.change_month) if study.change_month in study.months else 0
    ends = [
        end_value(
            study.values(scenario, outcome)[:, start:],
            np.nan_to_num(study.weights(scenario, outcome)[:, start:]), at_end=False,
        )
        for outcome in MEASURES.values()
    ]  # fmt: skip
    over = mean_interval(np.column_stack(ends))
    columns = {"value": over.mean, "low": over.low, "high": over.high}
    return pd.DataFrame(columns, index=list(MEASURES))


def _path(study: Study, scenario: str) -> pd.DataFrame:
    """Month by month from the change on, means over twelve months and over replicates."""
    columns = {
        what: mean_interval(trailing_ratio(study, scenario, MEASURES[what]).to_numpy().T).mean
        for what in (QUALITY, PRICE)
    }
    path = pd.DataFrame(columns, index=pd.Index(study.months, name="month"))
    return path.loc[path.index >= (study.change_month or "")].dropna()


def _draw_plane(ax: Axes, study: Study, points: Points, paths: Points) -> None:
    ax.grid(axis="x")
    ax.set_xlabel("quality, in standard deviations between sellers (0 is average)")
    ax.set_ylabel("price, ratio to reference price")
    ax.xaxis.set_major_formatter(_signed_tick)
    ax.yaxis.set_major_formatter(two_digits)
    known = [name for name, rows in points.items() if rows["value"].notna().all()]
    if not known:
        not_measured(ax)
        return
    for index, name in enumerate(study.titles):
        if name in known:
            _draw_point(ax, points[name], paths[name], index)
    ax.axvline(0, color=GREY, linewidth=1.0, zorder=1.5)
    ax.margins(0.2)
    _label_line(ax, [points[name]["value"] for name in known])


def _draw_point(ax: Axes, point: pd.DataFrame, path: pd.DataFrame, index: int) -> None:
    own = look(index)
    colour, marker = own["color"], own["marker"]
    quality, price, adjusted = point["value"]
    ax.plot(path[QUALITY], path[PRICE], color=colour, linewidth=1, alpha=0.45)
    ax.plot([0, quality], [adjusted, price], **THIN | {"color": colour})
    below, above = (point["value"] - point["low"], point["high"] - point["value"])
    reach = np.nan_to_num([below, above])  # a single replicate has no interval
    for x, y, place, fill in ((quality, price, 1, colour), (0, adjusted, 2, "white")):
        ax.errorbar(
            x, y, yerr=reach[:, [place]], xerr=reach[:, [0]] if place == 1 else None,
            fmt=marker, color=colour, markerfacecolor=fill, markersize=7.5, linewidth=1.3,
            capsize=2.5, zorder=3,
        )  # fmt: skip


def _label_line(ax: Axes, values: list[pd.Series]) -> None:
    """What the line at average quality stands for; between two scenarios also how far apart they
    are on it, and how far apart are the prices paid."""
    base, other = values[0], values[-1]
    words = ADJUSTED
    if len(values) == 2:
        words += f":\n{_signed(other[ADJUSTED] - base[ADJUSTED], 2)}"
        _draw_gap(ax, base, other)
    right = base[QUALITY] < 0
    ax.annotate(
        words, (0, 0.985), xycoords=ax.get_xaxis_transform(), textcoords="offset points", size=8.5,
        xytext=(5 if right else -5, 0), ha="left" if right else "right", va="top", bbox=PAPER,
    )  # fmt: skip


def _draw_gap(ax: Axes, base: pd.Series, other: pd.Series) -> None:
    """From the base's price up or down to the other's, where the other stands."""
    x, start, end = other[QUALITY], base[PRICE], other[PRICE]
    ax.plot([base[QUALITY], x], [start, start], color=GREY, linewidth=0.8)
    arrow = {"arrowstyle": "->", "color": INK, "lw": 1.1, "shrinkA": 0, "shrinkB": 5}
    ax.annotate("", (x, end), (x, start), arrowprops=arrow)
    left = x > np.mean(ax.get_xlim())
    ax.annotate(
        f"{PRICE}:\n{_signed(end - start, 2)}", (x, start + (end - start) / 4),
        xytext=(-6 if left else 6, 0), textcoords="offset points", va="center", size=8.5,
        ha="right" if left else "left", bbox=PAPER, zorder=4,
    )  # fmt: skip


def _list_one(picture: Picture, title: str, points: Points, index: int, height: float) -> None:
    """Beside the plane: a scenario's prices and, in brackets, how far they lie from the base's."""
    base, values = (list(points.values())[place]["value"] for place in (0, index))
    own = look(index)
    key = Line2D([0.685], [height], color=own["color"], marker=own["marker"], markersize=7)
    picture.add_artist(key)
    picture.text(0.7, height, short(title, 34), va="center", weight="bold", size=9)
    lines = [
        f"{what} {value:.2f}" + (f" ({_signed(value - base[what], 2)})" if index else "")
        for what, value in values[[PRICE, ADJUSTED]].items()
    ]
    drop = 0.1 / picture.get_figheight()
    picture.text(0.7, height - drop, "\n".join(lines), va="top", size=8, color=GREY)


def _tidy(scenario: str, point: pd.DataFrame, path: pd.DataFrame) -> pd.DataFrame:
    """Points have no month; of paths there are values only."""
    steps = path.stack().rename_axis(["month", "panel"]).rename("value").reset_index()
    table = pd.concat([point.rename_axis("panel").reset_index(), steps])
    table.insert(1, "scenario", scenario)
    return table[["panel", "scenario", "month", "value", "low", "high"]]


def _signed_tick(value: float, _: object) -> str:
    return _signed(value, 1)


def _signed(value: float, decimals: int) -> str:
    """'+0.11', '−0.50', and zero without a sign."""
    rounded = round(value, decimals)
    return f"{rounded:+.{decimals}f}".replace("-", "−") if rounded else f"{0:.{decimals}f}"


def _alt(study: Study, points: Points) -> str:
    said = []
    for name, title in study.titles.items():
        values = points[name]["value"].dropna().items()
        words = ", ".join(f"{what} {value:.3g}" for what, value in values)
        said.append(f"{title}: {words or 'not measured'}")
    return f"{'; '.join(said)}."
