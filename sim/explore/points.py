"""Points of a study lived, replicate by replicate, and what was measured of them.

A point is lived under every scenario of the study with the same luck, so that differences between
scenarios are paired at every point, and differences between points share their luck as well. What
was measured once is kept and not lived again: a study gone on with, or a tuning that comes back to
a point, finds it there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
import pandas as pd

from ..ensemble import Lived, in_order, one_replicate
from ..model.course import Course
from ..outcomes import OUTCOMES, end_value
from ..postings import NEVER
from ..survival import kaplan_meier
from ..survival_summaries import median_survival
from .plan import UNTIL, Cell, Plan
from .varied import Varied, applied

COURSES_KEPT = 128  # of points just lived, which may be lived again with other luck
PLACE = {name: at for at, name in enumerate(OUTCOMES)}
Key = tuple[str, int]  # a point and a replicate
Row = tuple[tuple[str, float], ...]  # a point, by what varies


class Keeper(Protocol):
    """Where measured points are kept and found again."""

    def find(self, key: Key) -> np.ndarray | None:
        """What was measured, (cells,), if it was."""

    def keep(self, key: Key, values: np.ndarray, fault: str) -> None:
        """Keep what was measured, and why it failed, if it did."""


class InMemory:
    """Keeps it as long as it lives."""

    def __init__(self) -> None:
        self.rows: dict[Key, np.ndarray] = {}
        self.faults: dict[Key, str] = {}

    def find(self, key: Key) -> np.ndarray | None:
        """What was measured, (cells,), if it was."""
        return self.rows.get(key)

    def keep(self, key: Key, values: np.ndarray, fault: str) -> None:
        """Keep what was measured, and why it failed, if it did."""
        self.rows[key] = values
        if fault:
            self.faults[key] = fault


class Points:
    """Measures points of a plan: ``points(table, replicates)`` is (points, replicates, cells).

    ``live`` lives one replicate of what ``courses`` makes of a point and measures the cells.
    A replicate in which a rule fails has no numbers. ``told`` is called after each one lived or
    found, with how many there were so far.
    """

    courses_kept = COURSES_KEPT
    live: Callable[..., tuple[np.ndarray, str]]

    def __init__(
        self,
        plan: Plan,
        cells: Sequence[Any] | None = None,
        keeper: Keeper | None = None,
        executor: Executor | None = None,
        jobs: int | None = None,
        told: Callable[[int], None] | None = None,
    ) -> None:
        self.plan = plan
        self.cells: list[Any] = plan.cells() if cells is None else list(cells)
        self.live = live_point
        self.keeper = keeper or InMemory()
        self.done = 0
        self._executor, self._jobs, self._told = executor, jobs, told
        self._varied = {each.name: each for each in (*plan.varied, *plan.surroundings)}
        self._courses = lru_cache(self.courses_kept)(self.courses)

    def __call__(self, points: pd.DataFrame, replicates: Iterable[int]) -> np.ndarray:
        """Numbers measured, (points, replicates, cells), in the order of both; round by round, so
        that what is kept of a study broken off is of all points alike."""
        numbers = list(replicates)
        rows = _rows(points)
        found = self._measured([(row, number) for number in numbers for row in rows])
        return found.reshape(len(numbers), len(rows), len(self.cells)).swapaxes(0, 1)

    def dealt(self, points: pd.DataFrame, replicates: Sequence[int]) -> np.ndarray:
        """Numbers measured, (points, cells), each point in the replicate that stands at its
        place."""
        return self._measured(list(zip(_rows(points), replicates, strict=True)))

    def _measured(self, asked: Sequence[tuple[Row, int]]) -> np.ndarray:
        """What was measured of each point and replicate, (asked, cells)."""
        keys = [(_name(row), number) for row, number in asked]
        found = np.full((len(asked), len(self.cells)), np.nan)
        missing = []
        for at, key in enumerate(keys):
            kept = self.keeper.find(key)
            if kept is None:
                missing.append(at)
            else:
                found[at] = kept
        self._tell(len(asked) - len(missing))
        calls = (
            (self._courses(asked[at][0]), self.plan.seed, asked[at][1], self.cells)
            for at in missing
        )
        lived = in_order(self.live, calls, self._executor, self._jobs)
        with closing(lived):
            for at, (values, fault) in zip(missing, lived, strict=True):
                found[at] = values
                self.keeper.keep(keys[at], values, fault)
                self._tell(1)
        return found

    def _tell(self, more: int) -> None:
        self.done += more
        if self._told:
            self._told(self.done)

    def courses(self, row: Row) -> list[Course]:
        """What is lived at a point."""
        point = dict(row)
        varied = [self._varied[name] for name in point]
        return [applied(each, varied, point).course() for each in self.plan.scenarios]

    def varied(self, names: Iterable[str]) -> list[Varied]:
        """What is known of the things of these names that vary."""
        return [self._varied[name] for name in names]


def _rows(points: pd.DataFrame) -> list[Row]:
    return [tuple(row.items()) for row in points.to_dict("records")]


def _name(row: Row) -> str:
    """A fingerprint of a point."""
    said = json.dumps([[name, float(value).hex()] for name, value in sorted(row)])
    return hashlib.sha256(said.encode()).hexdigest()[:24]


def live_point(
    courses: Sequence[Course], seed: int, replicate: int, cells: Sequence[Cell]
) -> tuple[np.ndarray, str]:
    """One replicate of a point under every scenario: (cells,), and why it failed, if it did."""
    lived = one_replicate(courses, seed, replicate)
    fault = next((str(each.fault) for each in lived if each.fault), "")
    return np.fromiter(_measured(lived, cells), float, len(cells)), fault


def _measured(lived: Sequence[Lived], cells: Sequence[Cell]) -> Iterator[float]:
    for cell in cells:
        mine = lived[cell.scenario]
        yield np.nan if mine.fault else measured(mine, cell.outcome, cell.first, cell.last)


def measured(lived: Lived, outcome: str, first: int, last: int) -> float:
    """An outcome, or what is measured besides, of one replicate over months by place."""
    if outcome in UNTIL:
        return months_until(lived.postings, outcome.removeprefix("months_until_"), first, last)
    values, weights = lived.outcomes[PLACE[outcome]][:, None, first : last + 1]
    return float(end_value(values, weights, OUTCOMES[outcome].at_end)[0])


def months_until(postings: np.ndarray, event: str, first: int, last: int) -> float:
    """Median months from the first to an event, 'spent' or 'missed', of traders then in post.

    Kaplan and Meier's median, censored where a trader leaves his post, as ``timing`` has it; the
    number of months where it has not come to half of them by the last; NaN if nobody was there.
    """
    when, began = _month_of(postings, event), _month_of(postings, "began")
    ended, overstayed = _month_of(postings, "ended"), _month_of(postings, "overstayed")
    lost = ended if event == "spent" else np.minimum(ended, overstayed)
    there = (began <= max(first - 1, 0)) & (ended >= first) & (overstayed >= first)
    there &= ~(when < first)
    if not there.any():
        return np.nan
    until = np.minimum(when, lost)[there] - first + 1
    horizon = last - first + 1
    happened = (when <= lost)[there] & (until <= horizon)
    durations = np.minimum(until, horizon + 1)
    month = median_survival(kaplan_meier(durations, happened, horizon)).month
    return float(horizon if np.isnan(month) else month)


def _month_of(postings: np.ndarray, name: str) -> np.ndarray:
    month = postings[name].astype(float)
    return np.where(month == NEVER, np.inf, month)


def means(values: np.ndarray) -> np.ndarray:
    """Means over replicates, (points, replicates, ...) to (points, ...), of those that did not
    fail; NaN where all did."""
    known = np.isfinite(values)
    count = known.sum(axis=1)
    total = np.where(known, values, 0.0).sum(axis=1)
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def spreads(values: np.ndarray) -> np.ndarray:
    """Variances between replicates, (points, replicates, ...) to (points, ...), of those that did
    not fail; NaN where fewer than two did not."""
    known = np.isfinite(values)
    count = known.sum(axis=1)
    off = np.where(known, values - means(values)[:, None], 0.0)
    squares = (off * off).sum(axis=1)
    return np.divide(squares, count - 1, out=np.full(squares.shape, np.nan), where=count > 1)
