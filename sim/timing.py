"""When things happen to traders: savings spent, quota missed, home, overstaying, defecting.

Of those in post when the scenarios part (or when the run begins), months from then on. Everything
is counted by replicate and month first, so a million traders take no more room than a few: counts
are arrays (replicates, horizon + 2), the last place for what lies beyond the horizon.

Traders of one replicate share its luck, so intervals are taken over replicates, not over traders.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from .competing import cumulative_incidence
from .paired import paired_effect
from .result import Result
from .statistics import mean_interval
from .survival import SurvivalCurve, survival_curve
from .survival_summaries import log_rank, median_survival, over_replicates, restricted_mean

EVENTS = {"spent": "savings spent", "missed": "first missed quota"}
ENDS = ("home", "overstayed", "punished", "defected")  # only overstayers are caught
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


def counted(result: Result, scenario: str, event: str) -> Counted:
    """Counts of one event (``spent``, ``missed``), censored when the trader leaves his post, or of
    the ``ENDS`` that compete (``event`` "ends"), censored only when the run ends."""
    start, horizon = result.window, horizon_of(result)
    kinds = len(ENDS) if event == "ends" else 1
    shape = kinds + 1, len(result.numbers), horizon + 2  # kind 0: censored
    counts = np.zeros(shape, np.int64)
    place = {number: at for at, number in enumerate(result.numbers)}
    for piece in result.pieces.of("postings", scenario, COLUMNS):
        rows = piece.to_pandas()
        # Strictly before: scenarios with one past then watch the very same people.
        before = (rows["ended"] < start) | (rows["overstayed"] < start)
        before |= (rows[event] < start) if event != "ends" else False
        rows = rows[(rows["began"] <= max(start - 1, 0)) & ~before]
        until, kind = _ends(rows) if event == "ends" else _event(rows, event)
        # What happens in the first month has taken one month.
        month = np.minimum(np.nan_to_num(until, nan=np.inf) - start + 1, horizon + 1)
        kind = np.where(month > horizon, 0, kind)
        at = rows["replicate"].map(place).to_numpy(np.int64)
        flat = np.ravel_multi_index((kind, at, month.astype(np.int64)), shape)
        counts += np.bincount(flat, minlength=counts.size).reshape(shape)
    leaving = counts.sum(axis=0)
    at_risk = np.cumsum(leaving[:, ::-1], axis=1)[:, ::-1][:, : horizon + 1]
    return Counted(counts[1:, :, : horizon + 1], at_risk)


def _event(rows: pd.DataFrame, event: str) -> tuple[np.ndarray, np.ndarray]:
    """Month of the event or of being lost from sight, and whether it was the event. Who overstays
    owes no quota any more, but may still use up his savings."""
    lost = ["ended"] if event == "spent" else ["overstayed", "ended"]
    gone = rows[lost].min(axis=1).fillna(np.inf).to_numpy(float)
    when = rows[event].fillna(np.inf).to_numpy(float)
    return np.minimum(when, gone), ((when <= gone) & (when < np.inf)).astype(np.int64)


def _ends(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Month and kind of how a posting ended; who overstays has left his post by doing so."""
    how = rows["how"].astype(str).map({name: at for at, name in enumerate(ENDS, start=1)})
    kind = how.fillna(0).to_numpy(np.int64)
    overstayed = rows["overstayed"].to_numpy(float)
    strayed = ~np.isnan(overstayed)
    kind[strayed] = ENDS.index("overstayed") + 1
    return np.where(strayed, overstayed, rows["ended"].to_numpy(float)), kind


def curves(result: Result) -> pd.DataFrame:
    """Every curve: event, kind (survival, incidence), scenario, month, value, low, high, at_risk.

    Months count from the parting, 0 before its first month; 95 % intervals are over replicates, or
    Greenwood's and Aalen's for a single one. A curve ends where nobody is watched any more.
    """
    parts = []
    for scenario in result.scenarios:
        for event in EVENTS:
            count = counted(result, scenario.name, event)
            parts.append(_survival(count, event, scenario.name))
        parts += _incidence(counted(result, scenario.name, "ends"), scenario.name)
    return pd.concat(parts, ignore_index=True)


def _survival(count: Counted, event: str, scenario: str) -> pd.DataFrame:
    curve = _with_band(count)
    table = pd.DataFrame(
        {
            "event": EVENTS[event],
            "kind": "survival",
            "scenario": scenario,
            "month": curve.times,
            "value": curve.survival,
            "low": curve.ci_low,
            "high": curve.ci_high,
            "at_risk": curve.at_risk,
        }
    )
    return table[curve.at_risk > 0]


def _with_band(count: Counted) -> SurvivalCurve:
    (events,), at_risk = count.pooled()
    curve = survival_curve(events, at_risk)
    if len(count.at_risk) < 2:
        return curve
    each = [own.survival for own in _each(count)]
    low, high = over_replicates(curve.survival, each)
    return replace(curve, ci_low=low, ci_high=high)


def _each(count: Counted) -> list[SurvivalCurve]:
    return [survival_curve(*pair) for pair in zip(count.events[0], count.at_risk, strict=True)]


def _incidence(count: Counted, scenario: str) -> list[pd.DataFrame]:
    events, at_risk = count.pooled()
    pooled = cumulative_incidence(events, at_risk)
    each = [
        cumulative_incidence(count.events[:, at], count.at_risk[at]).incidence
        for at in range(len(count.at_risk))
    ]
    parts = []
    for kind, end in enumerate(ENDS):
        low, high = pooled.ci_low[kind], pooled.ci_high[kind]
        if len(each) > 1:
            low, high = over_replicates(pooled.incidence[kind], [own[kind] for own in each])
        table = pd.DataFrame(
            {
                "event": end,
                "kind": "incidence",
                "scenario": scenario,
                "month": pooled.times,
                "value": pooled.incidence[kind],
                "low": low,
                "high": high,
                "at_risk": at_risk,
            }
        )
        parts.append(table[at_risk > 0])
    return parts


def times(result: Result) -> pd.DataFrame:
    """How long it takes, a row an event and scenario.

    event, label, scenario, watched, happened, median_months, restricted_months (mean months
    without the event within the horizon, with its 95 % interval: restricted_low, restricted_high),
    difference (from the first scenario, pair by pair; difference_low, difference_high), log_rank_p
    (of all scenarios; it takes traders for independent, which those of one replicate are not).
    """
    rows = []
    for event, label in EVENTS.items():
        counts = {each.name: counted(result, each.name, event) for each in result.scenarios}
        pooled = {name: survival_curve(*_first(count)) for name, count in counts.items()}
        several = [curve for curve in pooled.values() if curve.at_risk[0] > 0]
        p = log_rank(several).p if len(several) > 1 else np.nan
        means = {name: _means(count) for name, count in counts.items()}
        base = next(iter(means.values()))
        for name, curve in pooled.items():
            over = mean_interval(means[name][:, None])
            own = restricted_mean(curve)
            low, high = (
                (over.low[0], over.high[0]) if len(means[name]) > 1 else (own.ci_low, own.ci_high)
            )
            effect = paired_effect(base, means[name])
            first = name == result.scenarios[0].name
            gap = (effect.difference, effect.ci_low, effect.ci_high)
            rows.append(
                (event, label, name, int(curve.at_risk[0]), int(curve.events.sum()))
                + (median_survival(curve).month, float(over.mean[0]), float(low), float(high))
                + ((np.nan,) * 3 if first else gap)
                + (p,)
            )
    columns = ["event", "label", "scenario", "watched", "happened", "median_months"]
    columns += ["restricted_months", "restricted_low", "restricted_high"]
    columns += ["difference", "difference_low", "difference_high", "log_rank_p"]
    return pd.DataFrame(rows, columns=columns)


def _first(count: Counted) -> tuple[np.ndarray, np.ndarray]:
    events, at_risk = count.pooled()
    return events[0], at_risk


def _means(count: Counted) -> np.ndarray:
    """The restricted mean in every replicate, NaN where nobody was watched; where nobody is left
    before the horizon, the curve is carried on, or such replicates would be missed."""
    return np.array(
        [np.trapezoid(own.survival) if own.at_risk[0] else np.nan for own in _each(count)]
    )
