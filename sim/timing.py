"""When things happen to traders: savings spent, quota missed, home, overstaying, defecting.

Of those in post when the scenarios part (or when the run begins), months from then on. Everything
is counted by replicate and month first, so a million traders take no more room than a few: counts
are arrays (replicates, horizon + 2), the last place for what lies beyond the horizon.

Traders of one replicate share its luck, so intervals are taken over replicates, not over traders.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from .competing import cumulative_incidence
from .paired import paired_effect
from .result import Result
from .statistics import mean_interval
from .survival import survival_curve
from .survival_summaries import log_rank, median_survival, over_replicates, restricted_mean

EVENTS = {"spent": "savings spent", "missed": "first missed quota"}
ENDS = ("home", "overstayed", "punished", "defected")  # only overstayers are caught
TIMES = (
    "event", "label", "scenario", "watched", "happened", "median_months", "restricted_months",
    "restricted_low", "restricted_high", "difference", "difference_low", "difference_high",
    "log_rank_p",
)  # fmt: skip
COLUMNS = ["replicate", "began", "spent", "missed", "overstayed", "ended", "how"]


@dataclass(frozen=True)
class Counted:
    """Of one scenario, by replicate and month: ``events`` (kinds, replicates, horizon + 1) and
    ``at_risk`` (replicates, horizon + 1), just before each month."""

    events: np.ndarray
    at_risk: np.ndarray

    def pooled(self) -> tuple[np.ndarray, np.ndarray]:
        """Events by kind and those at risk, of all replicates together."""
        return self.events.sum(axis=1), self.at_risk.sum(axis=0)


def horizon_of(result: Result) -> int:
    """Months from the parting of the scenarios to the end of the run."""
    return len(result.scenarios[0].months) - result.window


def counted(result: Result, scenario: str) -> dict[str, Counted]:
    """Counts of each of the ``EVENTS``, censored when the trader leaves his post, and under "ends"
    of the ``ENDS`` that compete, censored only when the run ends."""
    start, horizon = result.window, horizon_of(result)
    order = np.argsort(result.numbers)
    numbers = np.asarray(result.numbers)[order]
    shapes = {
        event: (1 + (len(ENDS) if event == "ends" else 1), len(numbers), horizon + 2)
        for event in (*EVENTS, "ends")
    }
    counts = {event: np.zeros(shape, np.int64) for event, shape in shapes.items()}
    for piece in result.pieces.of("postings", scenario, COLUMNS):
        whole = _columns(piece)
        # Strictly before: scenarios with one past then watch the very same people.
        before = (whole["ended"] < start) | (whole["overstayed"] < start)
        there = (whole["began"] <= max(start - 1, 0)) & ~before
        rows = {name: column[there] for name, column in whole.items()}
        at = order[np.searchsorted(numbers, rows["replicate"])]
        for event, shape in shapes.items():
            watched = np.ones(len(at), bool)
            if event != "ends":
                watched = ~(rows[event] < start)
            until, kind = _ends(rows) if event == "ends" else _event(rows, event)
            # What happens in the first month has taken one month.
            month = np.minimum(np.nan_to_num(until, nan=np.inf) - start + 1, horizon + 1)
            kind = np.where(month > horizon, 0, kind)
            both = (kind[watched], at[watched], month[watched].astype(np.int64))
            flat = np.ravel_multi_index(both, shape)
            counts[event] += np.bincount(flat, minlength=counts[event].size).reshape(shape)
    return {event: _at_risk(count, horizon) for event, count in counts.items()}


def _at_risk(counts: np.ndarray, horizon: int) -> Counted:
    """From how many left by kind (0: lost from sight), replicate and month."""
    leaving = counts.sum(axis=0)
    at_risk = np.cumsum(leaving[:, ::-1], axis=1)[:, ::-1][:, : horizon + 1]
    return Counted(counts[1:, :, : horizon + 1], at_risk)


def _columns(piece: pa.Table) -> dict[str, np.ndarray]:
    """The columns as arrays, NaN where nothing happened; ``how`` as the place among ``ENDS``,
    from 1 on, and 0 for any other."""
    rows = {name: piece[name].to_numpy() for name in COLUMNS if name != "how"}
    how = piece["how"].cast(pa.string())
    return rows | {"how": pc.fill_null(pc.index_in(how, pa.array(ENDS)), -1).to_numpy() + 1}


def _event(rows: dict[str, np.ndarray], event: str) -> tuple[np.ndarray, np.ndarray]:
    """Month of the event or of being lost from sight, and whether it was the event. Who overstays
    owes no quota any more, but may still use up his savings."""
    lost = ["ended"] if event == "spent" else ["overstayed", "ended"]
    gone = np.nan_to_num(np.fmin.reduce([rows[name] for name in lost]), nan=np.inf)
    when = np.nan_to_num(rows[event], nan=np.inf)
    return np.minimum(when, gone), ((when <= gone) & (when < np.inf)).astype(np.int64)


def _ends(rows: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Month and kind of how a posting ended; who overstays has left his post by doing so."""
    strayed = ~np.isnan(rows["overstayed"])
    kind = np.where(strayed, ENDS.index("overstayed") + 1, rows["how"]).astype(np.int64)
    return np.where(strayed, rows["overstayed"], rows["ended"]), kind


class Timing:
    """All of it for one result, counted once."""

    def __init__(self, result: Result) -> None:
        self._names = [scenario.name for scenario in result.scenarios]
        self._counts = {name: counted(result, name) for name in self._names}

    def curves(self) -> pd.DataFrame:
        """See ``curves``."""
        parts = []
        for name, counts in self._counts.items():
            parts += [_survival(counts[event], event, name) for event in EVENTS]
            parts += _incidence(counts["ends"], name)
        return pd.concat(parts, ignore_index=True)

    def times(self) -> pd.DataFrame:
        """See ``times``."""
        rows = []
        for event, label in EVENTS.items():
            counts = {name: self._counts[name][event] for name in self._names}
            rows += [(event, label, *row) for row in _summary(counts)]
        return pd.DataFrame(rows, columns=list(TIMES))


def curves(result: Result) -> pd.DataFrame:
    """Every curve: event, kind (survival, incidence), scenario, month, value, low, high, at_risk.

    Months count from the parting, 0 before its first month; 95 % intervals are over replicates, or
    Greenwood's and Aalen's for a single one. A curve ends where nobody is watched any more.
    """
    return Timing(result).curves()


def times(result: Result) -> pd.DataFrame:
    """How long it takes, a row an event and scenario.

    event, label, scenario, watched, happened, median_months, restricted_months (mean months
    without the event within the horizon, with its 95 % interval: restricted_low, restricted_high),
    difference (from the first scenario, pair by pair; difference_low, difference_high), log_rank_p
    (of all scenarios; it takes traders for independent, which those of one replicate are not).
    """
    return Timing(result).times()


def _survival(count: Counted, event: str, scenario: str) -> pd.DataFrame:
    (events,), at_risk = count.pooled()
    curve = survival_curve(events, at_risk)
    low, high = curve.ci_low, curve.ci_high
    if len(count.at_risk) > 1:
        low, high = over_replicates(curve.survival, _survivals(count))
    return _table(EVENTS[event], "survival", scenario, curve.survival, low, high, at_risk)


def _incidence(count: Counted, scenario: str) -> list[pd.DataFrame]:
    events, at_risk = count.pooled()
    pooled = cumulative_incidence(events, at_risk)
    before = np.pad(_survivals(count), ((0, 0), (1, 0)), constant_values=1.0)[:, :-1]
    each = np.cumsum(before * count.events / np.maximum(count.at_risk, 1), axis=2)
    parts = []
    for kind, end in enumerate(ENDS):
        low, high = pooled.ci_low[kind], pooled.ci_high[kind]
        if each.shape[1] > 1:
            low, high = over_replicates(pooled.incidence[kind], each[kind])
        value = pooled.incidence[kind]
        parts.append(_table(end, "incidence", scenario, value, low, high, at_risk))
    return parts


def _survivals(count: Counted) -> np.ndarray:
    """Kaplan-Meier of every replicate, (replicates, horizon + 1)."""
    left = 1 - count.events.sum(axis=0) / np.maximum(count.at_risk, 1)
    return np.cumprod(left, axis=1)


def _table(
    event: str, kind: str, scenario: str, value: np.ndarray, low: np.ndarray, high: np.ndarray,
    at_risk: np.ndarray,
) -> pd.DataFrame:  # fmt: skip
    columns = {
        "event": event, "kind": kind, "scenario": scenario, "month": np.arange(len(value)),
        "value": value, "low": low, "high": high, "at_risk": at_risk,
    }  # fmt: skip
    return pd.DataFrame(columns)[at_risk > 0]


def _summary(counts: dict[str, Counted]) -> list[tuple[str | float, ...]]:
    """Of one event, a row a scenario, as in ``TIMES`` from the scenario on."""
    pooled = {name: survival_curve(*_first(count)) for name, count in counts.items()}
    several = [curve for curve in pooled.values() if curve.at_risk[0] > 0]
    p = log_rank(several).p if len(several) > 1 else np.nan
    means = {name: _means(count) for name, count in counts.items()}
    base = next(iter(means))
    rows: list[tuple[str | float, ...]] = []
    for name, curve in pooled.items():
        over = mean_interval(means[name][:, None])
        low, high = over.low[0], over.high[0]
        if len(means[name]) == 1:
            own = restricted_mean(curve)
            low, high = own.ci_low, own.ci_high
        effect = paired_effect(means[base], means[name])
        gap = (effect.difference, effect.ci_low, effect.ci_high)
        rows.append(
            (name, int(curve.at_risk[0]), int(curve.events.sum()), median_survival(curve).month)
            + (float(over.mean[0]), float(low), float(high))
            + ((np.nan,) * 3 if name == base else gap)
            + (p,)
        )
    return rows


def _first(count: Counted) -> tuple[np.ndarray, np.ndarray]:
    events, at_risk = count.pooled()
    return events[0], at_risk


def _means(count: Counted) -> np.ndarray:
    """The restricted mean in every replicate, NaN where nobody was watched; where nobody is left
    before the horizon, the curve is carried on, or such replicates would be missed."""
    means = np.trapezoid(_survivals(count), axis=1)
    return np.where(count.at_risk[:, 0] > 0, means, np.nan)
