"""What varies in a study, and the scenario that a point of it stands for.

A point is a row of numbers, one for each thing that varies, under its name: that of a setting as
``--set`` writes it (``levers.surveillance@2026-07``: from that month on), or that of a date
(``begins``), from which settings may hold (``levers.surveillance@begins``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from ..model.settings import Setting
from ..scenario import Scenario
from ..scenario_file import Given
from ..setting_values import SETTINGS


@dataclass(frozen=True)
class Varied:
    """One thing that varies: over a range, or through a list of ``values``.

    ``whole``: only whole numbers; ``log``: evenly on a logarithmic scale; ``date``: months, counted
    from the start of year 0; ``times``: the number multiplies whatever the scenario says, month by
    month, and does not replace it. ``rows``: draws of a posterior from a ``file``,
    of which the value is the number of one, and ``columns`` what each of them sets.
    """

    name: str
    low: float = 0.0
    high: float = 1.0
    values: tuple[float, ...] = ()
    whole: bool = False
    log: bool = False
    date: bool = False
    times: bool = False
    columns: tuple[Varied, ...] = ()
    rows: tuple[tuple[float, ...], ...] = ()
    file: Path | None = None

    @property
    def setting(self) -> Setting | None:
        """What is declared of the setting; nothing of a date."""
        drawer, _, rest = self.name.partition(".")
        return None if self.date or self.rows else SETTINGS[drawer][rest.partition("@")[0]]

    @property
    def label(self) -> str:
        """What it is called in figures and tables."""
        words = self.name.partition(".")[2] or self.name
        plain = words.partition("@")[0].replace("_", " ")
        plain = plain if plain.endswith(" per usd") else plain.removesuffix(" usd")
        return plain + (" (times)" if self.times else "")

    @property
    def unit(self) -> str:
        """In which unit it is counted."""
        if self.date or self.rows:
            return "month" if self.date else "number of a draw"
        return "times" if self.times or self.setting is None else self.setting.unit

    def at(self, shares: np.ndarray) -> np.ndarray:
        """Values at shares of the range, from 0 to 1: the map from the unit cube."""
        shares = np.asarray(shares, float)
        if self.values:
            place = np.minimum((shares * len(self.values)).astype(int), len(self.values) - 1)
            return np.asarray(self.values, float)[place]
        if self.whole:
            whole = np.floor(self.low + shares * (self.high - self.low + 1))
            return np.minimum(whole, self.high)
        if self.log:
            low, high = np.log([self.low, self.high])
            return np.exp(low + shares * (high - low))
        return self.low + shares * (self.high - self.low)

    def shares_of(self, values: np.ndarray) -> np.ndarray:
        """Where values lie in the range, from 0 to 1: undoes ``at``, but for rounding."""
        values = np.asarray(values, float)
        if self.values:
            distance = np.abs(values[..., None] - np.asarray(self.values))
            return (np.argmin(distance, axis=-1) + 0.5) / len(self.values)
        if self.whole:
            return (values - self.low + 0.5) / (self.high - self.low + 1)
        low, high = (np.log([self.low, self.high])) if self.log else (self.low, self.high)
        return ((np.log(values) if self.log else values) - low) / (high - low)

    def written(self, value: float) -> float | int | str:
        """A value as a person writes it: a date as 2026-07."""
        if self.date:
            return f"{int(value) // 12:04d}-{int(value) % 12 + 1:02d}"
        return int(value) if self.whole else float(value)


def points_at(varied: Sequence[Varied], shares: np.ndarray) -> pd.DataFrame:
    """Points from places in the unit cube, (points, varied)."""
    return pd.DataFrame({each.name: each.at(shares[:, k]) for k, each in enumerate(varied)})


def written(varied: Sequence[Varied], points: pd.DataFrame) -> pd.DataFrame:
    """Points as a person reads them: dates as months, whole numbers as such."""
    return pd.DataFrame(
        {each.name: [each.written(value) for value in points[each.name]] for each in varied},
        index=points.index,
    )


def applied(scenario: Scenario, varied: Sequence[Varied], point: Mapping[str, float]) -> Scenario:
    """The scenario at a point; what is varied has the last word over what its files say."""
    varied, point = _drawn(varied, point)
    dates = {each.name: str(each.written(point[each.name])) for each in varied if each.date}
    given = list(scenario.given)
    for each in varied:
        if each.times:
            given = list(_multiplied(given, each, point[each.name]))
        elif not each.date:
            given.append(_given(each, point[each.name], dates))
    return scenario.given_otherwise(given)


def _drawn(
    varied: Sequence[Varied], point: Mapping[str, float]
) -> tuple[list[Varied], Mapping[str, float]]:
    """The same with what the draws set instead of their numbers."""
    plain = [each for each in varied if not each.rows]
    values = {each.name: point[each.name] for each in plain}
    for each in varied:
        if each.rows:
            plain += each.columns
            row = each.rows[int(point[each.name])]
            values |= zip((column.name for column in each.columns), row, strict=True)
    return plain, values


def _given(varied: Varied, value: float, dates: Mapping[str, str]) -> Given:
    drawer, _, rest = varied.name.partition(".")
    name, _, month = rest.partition("@")
    value = varied.written(value)  # type: ignore[assignment]
    first = dates.get(month, month) or None
    return Given(drawer, name, value, "the study", first=first, last_word=True)


def _multiplied(given: Sequence[Given], varied: Varied, factor: float) -> Iterator[Given]:
    """All that is given for a setting, and its default, times a factor, within bounds; what is
    phased in moves from one to the other as before."""
    drawer, _, name = varied.name.partition(".")
    entry = SETTINGS[drawer][name]

    def times(value: float) -> float:
        return entry.kind(min(max(entry.kind(np.rint(value * factor) if entry.kind is int else
                                             value * factor), entry.low), entry.high))  # fmt: skip

    yield Given(drawer, name, times(entry.default), "the study")
    for each in given:
        mine = (each.drawer, each.name) == (drawer, name)
        yield replace(each, value=times(each.value)) if mine else each


def assumed(scenarios: Sequence[Scenario]) -> list[Varied]:
    """Every setting that rests on assumption, over its whole plausible range; not levers in which
    the scenarios differ, for these are what is compared. A setting that moves over the months is
    multiplied, so that its course keeps its shape."""
    found = []
    for drawer, settings in SETTINGS.items():
        for entry in settings.values():
            low, high = entry.plausible
            if low == high:  # as good as known; or, of posts, no claim about the world
                continue
            if all(each.grounds(drawer, entry.name)[1] != "assumed" for each in scenarios):
                continue
            if (one := _over_plausible(scenarios, drawer, entry)) is not None:
                found.append(one)
    return found


def _over_plausible(scenarios: Sequence[Scenario], drawer: str, entry: Setting) -> Varied | None:
    low, high = entry.plausible
    paths = [each.path(drawer, entry.name) for each in scenarios]
    if any((path != paths[0]).any() for path in paths):
        return None
    name = f"{drawer}.{entry.name}"
    if (paths[0] != paths[0][0]).any():
        if not entry.default or low <= 0:
            return None
        return Varied(name, low / entry.default, high / entry.default, log=True, times=True)
    if entry.kind is int:
        return Varied(name, np.ceil(low), np.floor(high), whole=True)
    return Varied(name, low, high)
