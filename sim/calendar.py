"""A course: settings month by month, and what the calendar brings to everybody, orders and exports
by the trade series, levies by date."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from .customs import CustomsSeries, FilledSeries
from .model.settings import DRAWERS
from .paths import PathOf
from .setting_values import SETTINGS

if TYPE_CHECKING:
    from .model.course import Course

LEVY_MONTHS = (4, 10, 2, 9)  # birthdays of the founder, the Party, the founder's son and the state


def month_range(first: str, last: str) -> tuple[str, ...]:
    """All months from one to another, both included."""
    start, stop = (int(text[:4]) * 12 + int(text[5:]) - 1 for text in (first, last))
    return tuple(f"{each // 12:04d}-{each % 12 + 1:02d}" for each in range(start, stop + 1))


def course_of(
    name: str,
    months: tuple[str, ...],
    path_of: PathOf,
    announced_of: Callable[[str], np.ndarray],
    series: CustomsSeries,
    trade: FilledSeries,
) -> Course:
    """All that a run needs to know, from the value of each setting by month, what each lever is
    known to come to, and the trade series, as it is and filled over the months of the run."""
    from .model.course import Course
    from .model.row import rows  # loads the compiler, which whoever only reads does without

    tables = {}
    for drawer, declared in DRAWERS.items():
        tables[drawer] = rows(declared, 1 if drawer == "cohort" else len(months))
        for setting in SETTINGS[drawer]:
            tables[drawer][setting] = path_of(drawer, setting)[: len(tables[drawer])]
    announced = rows(DRAWERS["levers"], len(months))
    for lever in SETTINGS["levers"]:
        announced[lever] = announced_of(lever)
    today = calendar_rows(series, trade, tables["levers"], tables["surroundings"])
    return Course(name, months, **tables, today=today, announced=announced)


def calendar_rows(
    series: CustomsSeries, trade: FilledSeries, levers: np.ndarray, surroundings: np.ndarray
) -> np.ndarray:
    """Orders and exports of an average post, and the levies that fall due, by month; ``trade`` is
    the series filled over the months of the run."""
    from .model.row import rows
    from .model.world import Today

    today = rows(Today, len(trade.months))
    today["month"] = np.arange(len(trade.months))
    growth = _growth(series, trade, surroundings["growth_share"])
    scale = surroundings["demand_factor"] * growth / surroundings["real_posts"]
    today["recorded_usd"] = trade.exports_usd * scale
    today["unrecorded_usd"] = today["recorded_usd"] * surroundings["unrecorded_ratio"]
    today["exports_usd"] = trade.imports_usd * scale
    calendar_month = np.array([int(month[5:]) for month in trade.months])
    for number, in_month in enumerate(LEVY_MONTHS, start=1):
        today["levies_due"] += (calendar_month == in_month) & (levers["levies_per_year"] >= number)
    return today


def _growth(series: CustomsSeries, trade: FilledSeries, yearly: np.ndarray) -> np.ndarray:
    """Beyond the data every month grows on the same month of the year before; years between
    the data and the first month of the run grow as that month does."""
    growth = np.ones(len(trade.months))
    ahead = len(_months_after_data(series, trade.months[0]))
    for at, status in enumerate(trade.export_status):
        if status == "projected":
            years_before = (ahead + at) // 12
            before = growth[at - 12] if at >= 12 else (1.0 + yearly[0]) ** years_before
            growth[at] = before * (1.0 + yearly[at])
    return growth


def _months_after_data(series: CustomsSeries, first: str) -> tuple[str, ...]:
    """Months between the last with data and the first of the run."""
    known = np.isfinite([series.exports, series.imports, series.total]).any(axis=0)
    last = series.months[np.flatnonzero(known)[-1]]
    return month_range(last, first)[1:-1]
