"""From a result to a folder: tables, effects, figures, report, manifest."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from . import store
from .aside import Aside
from .contrast import changes, effects, effects_over_time
from .difference import grounds
from .drawing import Picture, Study
from .folders import MANIFEST, StoreError, read_json, read_manifest
from .illustration import data_sentence, study_of, with_accounts
from .painting import Painters, paint, save_figures
from .plots import FIGURES, drawable, left_out
from .report import title_of, write_report
from .request import Request
from .result import Result
from .stored import opened, request_of
from .timing import Timing
from .validity import kept, sentences

QUESTION = (
    "What happens to traders' savings, to their coming home, and to what the state gets, as the "
    "planner moves between leaving traders room and deciding everything for them?"
)


def save(
    folder: Path | str,
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
    store.write(Path(folder), force, lambda place: fill(place, result, request))
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
    manifest = store.manifest(result, request)
    illustrate(place, kept, request, manifest, contributed)
    seconds = None if started is None else round(time.perf_counter() - started, 3)
    store.write_manifest(place, manifest | {"seconds": seconds})


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Python looks for unused rings of objects a hundred times less often, as long as it lasts:
    figures are large webs that stay, and looking them through again and again takes its time."""
    before = gc.get_threshold()
    gc.set_threshold(100 * before[0], *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@seldom_collecting()
def illustrate(
    place: Path,
    result: Result,
    request: Request,
    manifest: Mapping[str, Any],
    contributed: pd.DataFrame | None = None,
) -> None:
    """What is made of a result's tables: how scenarios differ, when, through what, in words, in
    figures."""
    base, *others = result.scenarios
    with Aside(paint) as painters:
        timed = Timing(result)
        study = study_of(result, request.assumed, contributed, timed)
        tables = {"times": timed.times(), "contributions": study.contributions}
        if others:
            tables |= {"effects": study.effects, "effects_monthly": effects_over_time(result)}
        for name, table in tables.items():
            if len(table):
                table.to_csv(place / f"{name}.csv", index=False, lineterminator="\n")
        study = with_accounts(study, result)
        drawn = draw_into(place / "figures", study, drawable(study), painters=painters)
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
        not_drawn=left_out(study),
        grounds=grounds(base, others),
        validity=sentences(kept()),
        manifest=manifest,
    )


def draw_into(
    folder: Path,
    study: Study,
    names: Iterable[str],
    size: str = "page",
    painters: Painters | None = None,
) -> dict[str, Picture]:
    """The figures of these names, as SVG, PNG and CSV, in one of ``painting.SIZES``."""
    drawn = {name: FIGURES[name](study) for name in names}
    save_figures(drawn, folder, size, painters)
    return drawn


def draw(result: Result, name: str) -> Picture:
    """One figure of a result, by its name among ``plots.FIGURES``, as a matplotlib figure."""
    if name not in FIGURES:
        raise ValueError(f"there is no figure {name!r}; there are {', '.join(FIGURES)}")
    return FIGURES[name](with_accounts(study_of(result), result))


def publish_again(
    folder: Path,
    out: Path,
    base: str | None = None,
    figures: Sequence[str] | None = None,
    force: bool = False,
    size: str = "page",
) -> None:
    """Write report and tables of effects of a stored result, or only these figures, into ``out``.

    ``figures`` may be empty: all that can be drawn; ``size`` is that of these. Nothing is lived
    again and the result is left as it is; ``force`` replaces an earlier report, never a result.
    Raises ``NoResult`` or ``StoreError``.
    """
    there = read_json(out / MANIFEST)
    if there and "report_of" not in there:
        raise StoreError(f"{out} is a result and no report of one; choose another place with -o")
    manifest, request = read_manifest(folder), request_of(folder)
    result = opened(folder, base, request)
    path = folder / "contributions.csv"
    contributed = pd.read_csv(path) if path.exists() else pd.DataFrame()
    if base and len(contributed):  # they were found against the first scenario
        contributed = contributed[contributed["base"] == base]

    def fill_again(place: Path) -> None:
        if figures is None:
            illustrate(place, result, request, manifest, contributed)
        else:
            study = with_accounts(study_of(result, request.assumed, contributed), result)
            draw_into(place / "figures", study, figures or drawable(study), size)
        store.write_manifest(place, {"report_of": manifest["request"]["key"]})

    store.write(out, force, fill_again)
