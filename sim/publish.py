"""From a result to a folder: tables, effects, figures, report, manifest."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from . import store
from .compare import changes, effects
from .customs import FilledSeries
from .customs_file import KNOWN
from .drawing import Study
from .ensemble import Watching, run_ensemble
from .plots import drawable, save_figure
from .report import write_report
from .request import Request
from .result import Result, collect
from .scenario import Scenario

AUDITED_REPLICATES = 5  # how many are lived again to see who paid whom
QUESTION = (
    "What happens to traders' savings, to their coming home, and to what the state gets, as the "
    "planner moves between leaving traders room and deciding everything for them?"
)


def save(
    folder: Path,
    result: Result,
    *,
    force: bool = False,
    csv: bool = False,
) -> pd.DataFrame | None:
    """Write everything into ``folder``, whole or not at all; returns the effects, if any.

    ``force`` replaces a result already there; ``csv`` adds tables as CSV. Raises
    ``store.StoreError`` when the folder cannot or must not be written.
    """
    request = Request(result.scenarios, result.seed, len(result.numbers), csv=csv)
    table = effects(result) if len(result.scenarios) > 1 else None
    store.write(folder, force, lambda place: fill(place, result, request))
    return table


def fill(place: Path, result: Result, request: Request, started: float | None = None) -> None:
    """Everything of a result into an empty folder; ``started`` is the ``time.perf_counter()`` at
    which the work on it began."""
    result = store.write_tables(place, result, request.csv)
    table = effects(result) if len(result.scenarios) > 1 else None
    if table is not None:
        table.to_csv(place / "effects.csv", index=False)
    study = with_accounts(study_of(result, request.assumed), result)
    if table is not None:
        study = replace(study, effects=table)
    drawn = {name: draw(study) for name, draw in drawable(study).items()}
    for name, picture in drawn.items():
        save_figure(name, picture, picture.data, place / "figures")
    base, *others = result.scenarios
    write_report(
        study,
        table if table is not None else pd.DataFrame(),
        place,
        title=" and ".join(study.titles.values()),
        question=QUESTION,
        changes=[sentence for other in others for sentence in changes(base, other)],
        inert=request.inert,
        data_sentence=data_sentence(base),
        coverage=base.coverage(),
        command=request.reproduced_by(len(result.numbers)),
        pictures=drawn,
    )
    seconds = None if started is None else time.perf_counter() - started
    store.write_manifest(place, store.manifest(result, request, seconds))


def study_of(result: Result, assumed: Mapping[str, Sequence[str]] | None = None) -> Study:
    """What figures and report know of a result; ``assumed`` as the scenarios say, if not given."""
    several = len(result.scenarios) > 1
    absent = np.full((len(result.numbers), len(result.scenarios[0].months)), np.nan)

    def values(scenario: str, outcome: str) -> np.ndarray:
        return result.values(scenario, outcome) if outcome in result.outcomes else absent

    def weights(scenario: str, outcome: str) -> np.ndarray:
        return result.weights(scenario, outcome) if outcome in result.outcomes else absent

    def postings(scenario: str, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
        for piece in result.pieces.of("postings", scenario, columns):
            yield piece.to_pandas()

    return Study(
        months=result.scenarios[0].months,
        values=values,
        weights=weights,
        postings=postings,
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
