"""From a result to a folder: tables, effects, figures, report, manifest."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from . import store
from .contrast import changes, effects, effects_over_time
from .customs import FilledSeries
from .difference import grounds
from .drawing import Picture, Study
from .folders import read_manifest
from .plots import FIGURES, save_figure
from .report import title_of, write_report
from .request import Request
from .result import Result
from .scenario import Scenario
from .stored import opened, request_of
from .timing import curves, times

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


def fill(
    place: Path,
    result: Result,
    request: Request,
    started: float | None = None,
    contributed: pd.DataFrame | None = None,
) -> None:
    """Everything of a result into an empty folder; ``started`` is the ``time.perf_counter()`` at
    which the work on it began, ``contributed`` what ``contributions`` found, if it was asked."""
    kept = store.write_tables(place, result, request.csv)
    illustrate(place, kept, request, contributed)
    seconds = None if started is None else time.perf_counter() - started
    store.write_manifest(place, store.manifest(result, request, seconds))


def illustrate(
    place: Path, result: Result, request: Request, contributed: pd.DataFrame | None = None
) -> None:
    """What is made of a result's tables: how scenarios differ, when, through what, in words, in
    figures."""
    study = study_of(result, request.assumed, contributed)
    several = len(result.scenarios) > 1
    tables = {"times": times(result), "contributions": study.contributions}
    if several:
        tables |= {"effects": study.effects, "effects_monthly": effects_over_time(result)}
    for name, table in tables.items():
        if len(table):
            table.to_csv(place / f"{name}.csv", index=False)
    drawn = draw_into(place / "figures", study)
    base, *others = result.scenarios
    write_report(
        study,
        study.effects,
        place,
        title=title_of(list(study.titles.values())),
        question=QUESTION,
        changes=[sentence for other in others for sentence in changes(base, other)],
        inert=request.inert,
        data_sentence=data_sentence(base),
        coverage=base.coverage(),
        command=request.reproduced_by(len(result.numbers)),
        pictures=drawn,
        grounds=grounds(base, others),
        manifest=store.manifest(result, request, None),
    )


def draw_into(folder: Path, study: Study, names: Iterable[str] = FIGURES) -> dict[str, Picture]:
    """The figures of these names, as SVG, PNG and CSV."""
    drawn = {name: FIGURES[name](study) for name in names}
    for name, picture in drawn.items():
        save_figure(name, picture, picture.data, folder)
    return drawn


def study_of(
    result: Result,
    assumed: Mapping[str, Sequence[str]] | None = None,
    contributed: pd.DataFrame | None = None,
) -> Study:
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
        effects=effects(result) if several else pd.DataFrame(),
        times=curves(result),
        contributions=pd.DataFrame() if contributed is None else contributed,
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


def draw(result: Result, name: str) -> Picture:
    """One figure of a result, by its name among ``plots.FIGURES``, as a matplotlib figure."""
    if name not in FIGURES:
        raise ValueError(f"there is no figure {name!r}; there are {', '.join(FIGURES)}")
    return FIGURES[name](study_of(result))


def publish_again(
    folder: Path,
    out: Path,
    base: str | None = None,
    figures: Sequence[str] | None = None,
    force: bool = False,
) -> None:
    """Write report and tables of effects of a stored result, or only these figures, into ``out``.

    Nothing is lived again and the result is left as it is. Raises ``NoResult`` or ``StoreError``.
    """
    result, request = opened(folder, base), request_of(folder)
    path = folder / "contributions.csv"
    contributed = pd.read_csv(path) if path.exists() else pd.DataFrame()
    if base and len(contributed):  # they were found against the first scenario
        contributed = contributed[contributed["base"] == base]

    def fill_again(place: Path) -> None:
        if figures is None:
            illustrate(place, result, request, contributed)
        else:
            draw_into(place / "figures", study_of(result, request.assumed, contributed), figures)
        store.write_manifest(place, {"report_of": read_manifest(folder)["request"]["key"]})

    store.write(out, force, fill_again)
