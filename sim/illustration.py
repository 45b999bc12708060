"""What figures and report know of a result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from .contrast import effects
from .customs import FilledSeries
from .customs_file import KNOWN
from .drawing import Study
from .ensemble import Watching, run_ensemble
from .result import Result, collect
from .scenario import Scenario
from .timing import Timing

AUDITED_REPLICATES = 5  # how many are lived again to see who paid whom


def study_of(
    result: Result,
    assumed: Mapping[str, Sequence[str]] | None = None,
    contributed: pd.DataFrame | None = None,
    timed: Timing | None = None,
) -> Study:
    """What figures and report know of a result; ``assumed`` as the scenarios say, if not given, and
    ``timed`` if it was counted already."""
    return replace(
        plain_study(result, assumed),
        effects=effects(result) if len(result.scenarios) > 1 else pd.DataFrame(),
        times=(timed or Timing(result)).curves(),
        contributions=pd.DataFrame() if contributed is None else contributed,
    )


def plain_study(result: Result, assumed: Mapping[str, Sequence[str]] | None = None) -> Study:
    """The same without what takes long to work out: effects, times and contributions."""
    several = len(result.scenarios) > 1
    absent = np.full((len(result.numbers), len(result.scenarios[0].months)), np.nan)

    def values(scenario: str, outcome: str) -> np.ndarray:
        return result.values(scenario, outcome) if outcome in result.outcomes else absent

    def weights(scenario: str, outcome: str) -> np.ndarray:
        return result.weights(scenario, outcome) if outcome in result.outcomes else absent

    return Study(
        months=result.scenarios[0].months,
        values=values,
        weights=weights,
        titles={each.name: each.title for each in result.scenarios},
        labels=result.outcomes,
        change_month=result.window_month if several and result.window else None,
        last_data_month=last_data_month(result.scenarios[0].trade),
        made_up_months=made_up_months(result.scenarios[0].trade),
        seed=result.seed,
        replicate_count=len(result.numbers),
        failed=len(result.failures),
        posts=int(result.scenarios[0].path("cohort", "posts")[0]),
        assumed=assumed or {each.name: each.assumed() for each in result.scenarios},
        customs=customs_of(result.scenarios[0]),
    )


def with_accounts(study: Study, result: Result) -> Study:
    """The same, knowing who paid whom: from an audit or, if there was none, from living the first
    replicates again with one."""
    count = len(result.numbers)
    if not result.flows:
        courses = [each.course() for each in result.scenarios]
        first, watching = result.numbers[:AUDITED_REPLICATES], Watching(audit=True)
        ensemble = run_ensemble(courses, first, result.seed, watching=watching)
        lived = [each for each in ensemble if not any(one.fault for one in each)]
        if not lived:
            return study
        numbers = [each[0].replicate for each in lived]
        result = collect(result.scenarios, result.seed, numbers, lived, result.window)
        count = len(numbers)
    return replace(study, accounts=result.accounts, accounts_replicates=count)


def customs_of(scenario: Scenario) -> pd.DataFrame:
    """The customs series as it enters a scenario: recorded orders of an average post, by month."""
    statuses = ["known" if status in KNOWN else status for status in scenario.trade.export_status]
    orders = scenario.course().today["recorded_usd"]
    return pd.DataFrame({"month": scenario.months, "usd": orders, "status": statuses})


def data_sentence(scenario: Scenario) -> str:
    """What the trade series rests on, with every month that had to be made up."""
    months = ", ".join(made_up_months(scenario.trade))
    listed = f" Exports split or filled (hatched in the figures): {months}." if months else ""
    return scenario.trade.sentence() + listed


def made_up_months(trade: FilledSeries) -> list[str]:
    """Months within the data whose exports were split from a total or filled."""
    statuses = zip(trade.months, trade.export_status, strict=True)
    return [month for month, status in statuses if status in ("split", "filled")]


def last_data_month(trade: FilledSeries) -> str | None:
    """The last month that rests on customs data."""
    known = [
        month
        for month, status in zip(trade.months, trade.export_status, strict=True)
        if status != "projected"
    ]
    return known[-1] if known else None
