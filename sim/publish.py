"""From a result to a folder: tables, effects, figures, report, manifest."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from . import store
from .compare import changes, effects
from .customs import FilledSeries
from .drawing import Study
from .plots import FIGURES, save_figure
from .report import write_report
from .result import Result
from .scenario import Scenario

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
    command: str = "written from Python",
    started: float | None = None,
    inert: Sequence[str] = (),
) -> pd.DataFrame | None:
    """Write everything into ``folder``, whole or not at all; returns the effects, if any.

    ``force`` replaces a result already there; ``csv`` adds tables as CSV; ``command`` is what made
    the result and ``started`` the ``time.perf_counter()`` at which it began; ``inert`` are
    sentences on what was set in vain. Raises ``store.StoreError`` when the folder cannot or must
    not be written.
    """
    table = effects(result) if len(result.scenarios) > 1 else None

    def fill(place: Path) -> None:
        store.write_tables(place, result, table, csv)
        study = study_of(result)
        drawn = {name: draw(study) for name, draw in FIGURES.items()}
        for name, picture in drawn.items():
            save_figure(name, picture, picture.data, place / "figures")
        base, *others = result.scenarios
        said = [sentence for other in others for sentence in changes(base, other)]
        write_report(
            study,
            table if table is not None else pd.DataFrame(),
            place,
            title=" and ".join(study.titles.values()),
            question=QUESTION,
            changes=said,
            inert=inert,
            data_sentence=data_sentence(base),
            coverage=base.coverage(),
            command=command,
            pictures=drawn,
        )
        seconds = None if started is None else time.perf_counter() - started
        manifest = store.manifest(result, command, seconds) | {"inert": list(inert)}
        store.write_manifest(place, manifest)

    store.write(folder, force, fill)
    return table


def study_of(result: Result) -> Study:
    """What figures and report know of a result."""
    several = len(result.scenarios) > 1
    return Study(
        monthly=result.monthly,
        replicates=result.replicates,
        postings=result.postings,
        titles={each.name: each.title for each in result.scenarios},
        labels=result.outcomes,
        change_month=result.window_month if several and result.window else None,
        last_data_month=last_data_month(result.scenarios[0].trade),
        made_up_months=made_up_months(result.scenarios[0].trade),
        seed=result.seed,
        replicate_count=len(result.numbers),
        assumed={each.name: each.assumed() for each in result.scenarios},
    )


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
