"""From what was found to charts, as options of Apache ECharts: plain lists and dictionaries.

The numbers are those that figures of a result draw, by the same functions; ``numbers`` of a chart
are what a test, or a reader who sees no chart, can hold on to.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ..drawing import COLOURS, Study
from ..figures.effects import headlines
from ..figures.over_time import means, trailing_ratio
from ..figures.prices import ADJUSTED, PRICE, QUALITY, bargain
from ..figures.stacked import SOURCES, sources_of
from .live import Found

Option = dict[str, Any]
LINES = ("solid", "dashed", [9, 3, 2, 3], "dotted")
SCALE = (1 / 8, 8.0)
SYMBOLS = ("circle", "rect", "triangle", "diamond")
WHISKER = """(params, api) => {
  const ends = [0, 1, 2].map(each => api.coord([api.value(each), api.value(3)]));
  if (ends.some(each => !each || each.some(isNaN))) return null;
  const [[left, y], [right], [middle]] = ends, colour = api.visual('color');
  return {type: 'group', children: [
    {type: 'line', shape: {x1: left, y1: y, x2: right, y2: y},
     style: {stroke: colour, lineWidth: 2}},
    {type: 'circle', shape: {cx: middle, cy: y, r: 4}, style: {fill: colour}}]};
}"""


def savings(found: Found, ink: str) -> Option:
    """Median savings of traders in post and the middle 80 % of them, by month."""
    study, series = found.study, []
    for place, (name, title) in enumerate(study.titles.items()):
        low, middle, high = (
            _by_month(study, name, f"savings_{which}", 0) for which in ("p10", "median", "p90")
        )
        band = {"type": "line", "stack": f"band{place}", "symbol": "none", "silent": True,
                "lineStyle": {"opacity": 0}, "tooltip": {"show": False}}  # fmt: skip
        wide = [None if a is None or b is None else b - a for a, b in zip(low, high, strict=True)]
        area = {"color": COLOURS[place], "opacity": 0.16}
        series += [
            {**band, "name": f"poorest tenth, {title}", "data": low},
            {**band, "name": f"middle 80 %, {title}", "data": wide, "areaStyle": area},
            _line(place, title, middle),
        ]
    return _over_time(study, series, "${value}", ink)


def share_spent(found: Found, ink: str) -> Option:
    """Traders in post whose savings are spent, in per cent, by month."""
    return _shares(found.study, "spent_share", ink)


def repatriation(found: Found, ink: str) -> Option:
    """Who came of those called home over the past twelve months, in per cent."""
    return _shares(found.study, "repatriation_rate", ink, trailing_ratio)


def quota(found: Found, ink: str) -> Option:
    """Where the quota came from over the last twelve months, in per cent, a bar a scenario."""
    study = found.study
    parts = {name: sources_of(study, name) for name in study.titles}
    late = set(study.months[-12:])
    series = []
    for source, shade in SOURCES.items():
        data = []
        for table in parts.values():
            rows = table[(table["panel"] == source) & table["month"].isin(late)]
            data.append(_rounded(100 * rows["value"].mean(), 1))
        series.append(
            {"name": source, "type": "bar", "stack": "quota", "data": data, "barMaxWidth": 34,
             "itemStyle": {"color": shade, "borderColor": "#777", "borderWidth": 0.5}}
        )  # fmt: skip
    return _frame(ink, series) | {
        "xAxis": {"type": "value", "max": 100, "axisLabel": {"formatter": "{value} %"}},
        "yAxis": {"type": "category", "inverse": True, "data": list(study.titles.values())},
    }


def plane(found: Found, ink: str) -> Option:
    """Price and quality of deliveries from the change on; the filled mark is what was paid, the
    hollow one the price at constant quality."""
    study, series = found.study, []
    for place, (name, title) in enumerate(study.titles.items()):
        at = bargain(study, name)["value"]
        paid = [[_rounded(at[QUALITY], 4), _rounded(at[PRICE], 4)]]
        fair = [[_rounded(at[QUALITY], 4), _rounded(at[ADJUSTED], 4)]]
        mark = {"type": "scatter", "symbol": SYMBOLS[place], "symbolSize": 14, "name": title}
        hollow = {"color": "transparent", "borderColor": COLOURS[place], "borderWidth": 2}
        series += [
            {**mark, "data": paid, "itemStyle": {"color": COLOURS[place]}},
            {**mark, "data": fair, "itemStyle": hollow},
        ]
    axis = {"type": "value", "scale": True, "nameLocation": "middle", "splitLine": {"show": False},
            "axisLine": {"onZero": False}}  # fmt: skip
    option = _frame(ink, series) | {
        "xAxis": {**axis, "name": "quality, SD between sellers", "nameGap": 28},
        "yAxis": {**axis, "name": "price, of the reference", "nameGap": 42},
    }
    option["grid"] |= {"bottom": 44, "left": 58}
    option["tooltip"] = {"trigger": "item"}
    return option


def effects(found: Found, ink: str) -> Option:
    """Other scenarios as multiples of the first one's mean, with 95 % intervals, on a scale where
    halving and doubling are equally long; what lies beyond its ends stands at them."""
    study = found.study
    if found.effects.empty:
        return _frame(ink, [])
    table = headlines_of(found)
    table = table[np.isfinite(table[["relative_low", "relative_high"]]).all(axis=1)]
    labels = list(dict.fromkeys(table["label"]))
    others = list(study.titles)[1:]
    series: list[Option] = []
    for place, (name, rows) in enumerate(table.groupby("scenario", sort=False), start=1):
        shift = 0.7 * ((others.index(str(name)) + 0.5) / len(others) - 0.5)
        data = [
            [*(_times(row[each]) for each in ("relative_low", "relative_high", "relative")),
             labels.index(row["label"]) + shift]
            for row in rows.to_dict("records")
        ]  # fmt: skip
        series.append(
            {"name": study.titles[str(name)], "type": "custom", "data": data, "clip": True,
             ":renderItem": WHISKER, "encode": {"x": [0, 1, 2], "y": 3},
             "itemStyle": {"color": COLOURS[place]}}
        )  # fmt: skip
    words = [label.removesuffix(" (at the end)") for label in labels]
    option = _frame(ink, series) | {
        "xAxis": {"type": "log", "logBase": 2, "min": SCALE[0], "max": SCALE[1],
                  "axisLine": {"onZero": False},
                  "axisLabel": {"formatter": "× {value}"}},
        "yAxis": [
            {"type": "value", "min": -0.5, "max": len(labels) - 0.5, "inverse": True,
             "show": False},
            {"type": "category", "inverse": True, "data": words, "position": "left",
             "axisTick": {"show": False}, "axisLine": {"show": False},
             "axisLabel": {"width": 165, "overflow": "truncate", "interval": 0}},
        ],
    }  # fmt: skip
    option["grid"] |= {"left": 178, "top": 28}
    option["tooltip"] = {"show": False}
    return option


def _times(relative: float) -> float | None:
    return _rounded(min(max(1 + relative, SCALE[0]), SCALE[1]), 4)


CHARTS: dict[str, tuple[str, Callable[[Found, str], Option]]] = {
    "savings": ("What traders have saved: median, and the middle 80 %", savings),
    "share_spent": ("Traders whose savings are spent", share_spent),
    "repatriation": ("Called home and came, past 12 months", repatriation),
    "quota": ("Where the quota came from, last 12 months", quota),
    "plane": ("What is paid, and the quality got for it", plane),
    "effects": ("Times the first scenario's mean, with 95 % intervals", effects),
}


def headlines_of(found: Found) -> pd.DataFrame:
    """The rows of effects that are shown first, as figures of a result show them."""
    return headlines(replace(found.study, effects=found.effects))


def _shares(
    study: Study, outcome: str, ink: str, measure: Callable[..., pd.DataFrame] | None = None
) -> Option:
    series = [
        _line(place, title, _by_month(study, name, outcome, 1, 100.0, measure))
        for place, (name, title) in enumerate(study.titles.items())
    ]
    return _over_time(study, series, "{value} %", ink)


def _by_month(
    study: Study, scenario: str, outcome: str, digits: int, scale: float = 1.0,
    measure: Callable[..., pd.DataFrame] | None = None,
) -> list[float | None]:  # fmt: skip
    table = means(study, outcome, outcome, *([measure] if measure else []))
    rows = table[table["scenario"] == scenario]
    return [_rounded(scale * value, digits) for value in rows["value"]]


def _rounded(value: float, digits: int) -> float | None:
    return round(float(value), digits) if math.isfinite(value) else None


def _line(place: int, title: str, data: Sequence[float | None]) -> Option:
    return {
        "name": title, "type": "line", "symbol": "none", "data": data, "z": 3,
        "lineStyle": {"type": LINES[place], "width": 2.4, "color": COLOURS[place]},
        "itemStyle": {"color": COLOURS[place]},
    }  # fmt: skip


def _over_time(study: Study, series: list[Option], form: str, ink: str) -> Option:
    if study.change_month:
        at = {"xAxis": study.change_month}
        rule = {"color": ink, "type": "dotted", "opacity": 0.7}
        series[-1]["markLine"] = {
            "symbol": "none", "silent": True, "data": [at], "lineStyle": rule,
            "label": {"formatter": "the policies part", "color": ink, "fontSize": 11},
        }  # fmt: skip
    option = _frame(ink, series) | {
        "xAxis": {"type": "category", "data": list(study.months)},
        "yAxis": {"type": "value", "min": 0, "axisLabel": {"formatter": form}},
    }
    option["legend"]["data"] = list(study.titles.values())
    return option


def legible(option: Option, ink: str) -> Option:
    """The same with letters and lines that can be read on the page's ground, light or dark."""
    for axes in (option.get("xAxis", []), option.get("yAxis", [])):
        for axis in axes if isinstance(axes, list) else [axes]:
            axis["axisLabel"] = {"color": ink, "hideOverlap": True, **axis.get("axisLabel", {})}
            axis["nameTextStyle"] = {"color": ink}
            axis.setdefault("splitLine", {"lineStyle": {"color": "rgba(128,128,128,.25)"}})
    return {
        "animation": False,
        "aria": {"enabled": True},
        "textStyle": {"color": ink, "fontFamily": "inherit"},
        "grid": {"left": 62, "right": 18, "top": 34, "bottom": 28},
        **option,
    }


def _frame(ink: str, series: list[Option]) -> Option:
    return {
        "legend": {"top": 0, "textStyle": {"color": ink}, "type": "scroll"},
        "grid": {"left": 62, "right": 18, "top": 34, "bottom": 28},
        "tooltip": {"trigger": "axis", "confine": True},
        "series": series,
    }
