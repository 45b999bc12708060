"""How scenarios differ: paired differences of what they come to, and of every month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from .outcomes import Outcome
from .paired import PairedEffect, paired_effects, replicates_needed
from .result import Result
from .scenario import Scenario
from .setting_values import SETTINGS
from .statistics import benjamini_hochberg, holm, mean_interval

MEASURED = (
    "base_mean", "other_mean", "difference", "ci_low", "ci_high", "bootstrap_low", "bootstrap_high",
    "relative", "relative_low", "relative_high", "superiority", "p",
)  # fmt: skip
NEGLIGIBLE = 0.02  # of the base's mean: what would not matter to anybody


def effects(result: Result) -> pd.DataFrame:
    """Each outcome of each other scenario against the first, paired by replicate.

    Columns: outcome, label, unit, base, other, base_mean, other_mean, difference, ci_low, ci_high
    (95 %, t), bootstrap_low, bootstrap_high (95 %, BCa), relative, relative_low, relative_high
    (difference over base mean, Fieller's interval; NaN where that mean is not told from zero),
    superiority (chance that other exceeds base), p, p_adjusted (Holm over all rows: the chance of
    even one false alarm), p_discovery (Benjamini-Hochberg: the share of false ones among alarms),
    variance_saved (by common seeds, share), replicates (pairs used), precise_enough (the direction
    is clear after Holm's correction, or an effect above 2 % of the base's mean is ruled out),
    replicates_needed (for the interval to clear zero, should the difference stay what it is).
    """
    base, *others = (scenario.name for scenario in result.scenarios)
    rows = [
        _row(outcome, base, other, effect)
        for other in others
        for outcome, effect in zip(
            result.outcomes.values(),
            paired_effects(result.end_values[base], result.end_values[other]),
            strict=True,
        )
    ]
    table = pd.DataFrame(rows)
    table["p_adjusted"] = holm(table["p"].to_numpy())
    table["p_discovery"] = benjamini_hochberg(table["p"].to_numpy())
    table["precise_enough"] = _precise(table)
    return table


def _row(outcome: Outcome, base: str, other: str, effect: PairedEffect) -> dict[str, Any]:
    size = abs(effect.difference)
    return {
        "outcome": outcome.name,
        "label": f"{outcome.label} (at the end)" if outcome.at_end else outcome.label,
        "unit": outcome.unit,
        "base": base,
        "other": other,
        **{name: getattr(effect, name) for name in MEASURED},
        "p_adjusted": np.nan,
        "p_discovery": np.nan,
        "variance_saved": effect.variance_saved,
        "replicates": effect.pairs,
        "precise_enough": False,
        "replicates_needed": float(replicates_needed(effect.spread, size)) if size > 0 else np.nan,
    }


def _precise(table: pd.DataFrame) -> np.ndarray:
    largest = np.maximum(table["ci_low"].abs(), table["ci_high"].abs())
    clear = (table["p_adjusted"] < 0.05) & ~table["ci_low"].isna()
    return np.asarray(clear | (largest <= NEGLIGIBLE * table["base_mean"].abs()))


def effects_over_time(result: Result, outcomes: Iterable[str] | None = None) -> pd.DataFrame:
    """Paired differences month by month: outcome, base, other, month, difference, ci_low, ci_high
    (95 %, t), replicates (pairs in which both could be measured in that month)."""
    parts = [_over_time(result, name) for name in outcomes or result.outcomes]
    return pd.concat([each for part in parts for each in part], ignore_index=True)


def _over_time(result: Result, outcome: str) -> Iterator[pd.DataFrame]:
    base, *others = (scenario.name for scenario in result.scenarios)
    mine = result.values(base, outcome)
    for other in others:
        differences = result.values(other, outcome) - mine
        over = mean_interval(differences)
        yield pd.DataFrame(
            {
                "outcome": outcome,
                "base": base,
                "other": other,
                "month": result.scenarios[0].months,
                "difference": over.mean,
                "ci_low": over.low,
                "ci_high": over.high,
                "replicates": np.isfinite(differences).sum(axis=0),
            }
        )


def changes(base: Scenario, other: Scenario) -> list[str]:
    """In words, every setting that takes another path than in the base."""
    sentences = []
    for drawer, settings in SETTINGS.items():
        for name, entry in settings.items():
            mine, theirs = base.path(drawer, name), other.path(drawer, name)
            differ = np.flatnonzero(mine != theirs)
            if differ.size:
                last = differ[-1]
                when = f" from {other.months[differ[0]]}" if drawer != "cohort" else ""
                settled = np.flatnonzero(theirs != theirs[last])
                settled = settled[settled < last]
                if settled.size and settled[-1] + 1 > differ[0]:
                    when += f", in full from {other.months[settled[-1] + 1]}"
                sentences.append(
                    f"{other.title}: {name} is {theirs[last]:g} instead of {mine[last]:g}{when} "
                    f"({entry.meaning}; {entry.unit})."
                )
    return sentences
