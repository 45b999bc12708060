"""``patterns``: the table of validation, measured; and which rows rival models fail.

Every row is measured at the same draws of a posterior, each lived once (or as often as the study
says), with luck of its own, in all worlds of the table. Tables:

* ``rows``: per row its role and verdict (``verdicts.py``), its source and what that published;
* ``measures``: per measure what is accepted, median over draws with its 95 % interval, 5 to 95 % of
  the draws, the part of them within what is accepted, how many had a number, and its verdict;
* ``draws``: a row a draw and replicate, a column a measure, numbered as in ``measures``;
* ``rivals``, if the study has rival models: per model and row its verdict; ``conclusions``: per
  model and conclusion the median, its interval, in which part of the draws it holds, with its 95 %
  interval (Wilson), and the verdict on that, in the words of ``robustness``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..ensemble import Lived, Watching, one_replicate
from ..figures import patterned as pictures
from ..model.course import Course
from . import patterns_words as words
from .found import Found
from .holding import beyond, share_of, verdict
from .measurements import taken
from .plan import Plan
from .plan_file import Changes, Conclusion
from .points import Keeper, Points, Row
from .seen import MEASUREMENTS, Seen
from .table import table_of
from .targets import Measure
from .varied import applied
from .verdicts import judged, median_interval, of_row
from .worlds import in_world

Floats = NDArray[np.float64]
RIVAL = "rival"  # in a point: which rival model, counted from 1; 0 is the model itself


def cells(plan: Plan) -> list[Measure]:
    """All that is measured: the measures of the table, row by row, then the conclusions."""
    rows = [each for row in table_of(plan).rows.values() for each in row.measures]
    return rows + [as_measure(plan, each) for each in plan.how.conclusions]


def as_measure(plan: Plan, conclusion: Conclusion) -> Measure:
    """What a conclusion looks at."""
    said = conclusion.model_dump(exclude={"above", "below"})
    under = conclusion.under or plan.scenarios[-1].name
    return Measure.model_validate(said | {"under": under})


def units(plan: Plan) -> int:
    """How many replicates of draws it takes."""
    return int(plan.how.draws) * plan.replicates * (1 + len(plan.how.rivals))


def points(
    plan: Plan,
    cells: Sequence[Measure],
    keeper: Keeper | None = None,
    executor: Executor | None = None,
    jobs: int | None = None,
    told: Callable[[int], None] | None = None,
) -> Points:
    """Draws, to be lived in the worlds of the table."""
    return Draws(plan, cells, keeper, executor, jobs, told)


class Draws(Points):
    """A point is a draw, and a rival model; it is lived in all worlds that the measures name."""

    courses_kept = 2  # many worlds, and each draw is lived but once

    def __init__(self, plan: Plan, cells: Sequence[Measure], *how: object) -> None:
        super().__init__(plan, cells, *how)  # type: ignore[arg-type]
        self._worlds = table_of(plan).worlds
        self._rivals: list[Changes | None] = [None, *plan.how.rivals.values()]
        self._named = list(dict.fromkeys(name for each in cells for name in named_by(each)))
        alone = [each for each in cells if each.by and MEASUREMENTS[each.by].panel]
        seen_alone = {name for each in alone for name in named_by(each)}
        self.live = partial(
            live_draw, window=(plan.window, len(plan.months) - 1), panels=frozenset(seen_alone)
        )

    def courses(self, row: Row) -> list[Course]:
        """Every world at a draw."""
        point = dict(row)
        rival = self._rivals[int(point.pop(RIVAL, 0))]
        varied = self.varied(point)
        drawn = {each.name: applied(each, varied, point) for each in self.plan.scenarios}
        return [in_world(name, self._worlds, drawn, rival).course() for name in self._named]


def named_by(measure: Measure) -> list[str]:
    """The worlds that a measure looks at."""
    return measure.worlds or [
        each for each in (measure.under, measure.minus, measure.relative_to) if each
    ]


def live_draw(
    courses: Sequence[Course], seed: int, replicate: int, measures: Sequence[Measure],
    window: tuple[int, int], panels: frozenset[str],
) -> tuple[Floats, str]:  # fmt: skip
    """One replicate of a draw in every world: (measures,), and why it failed, if it did."""
    lived: dict[str, Lived] = {}
    for course in courses:
        watching = Watching(panel=1.0 if course.name in panels else 0.0)
        (lived[course.name],) = one_replicate([course], seed, replicate, watching)
        if fault := lived[course.name].fault:
            return np.full(len(measures), np.nan), str(fault)
    seen = Seen(lived, {each.name: each for each in courses}, seed, replicate, window)
    return np.array([taken(seen, each) for each in measures], float), ""


def patterns(plan: Plan, points: Points) -> Found:
    """Measure all rows, under the model and its rivals."""
    table, measures = table_of(plan), cells(plan)
    values = [_values(plan, points, rival) for rival in range(1 + len(plan.how.rivals))]
    count = sum(len(row.measures) for row in table.rows.values())
    shown = [judged(each, values[0][:, k]) for k, each in enumerate(measures[:count])]
    tables = {
        "rows": _rows(plan, values[0]),
        "measures": words.measures_table(table, shown),
        "draws": _draws(values[0][:, :count]),
    }
    if plan.how.rivals:
        names = [words.MODEL, *plan.how.rivals]
        tables["rivals"] = _rivals(plan, names, values)
        if plan.how.conclusions:
            tables["conclusions"] = _conclusions(plan, names, [each[:, count:] for each in values])
    caption = words.caption(plan)
    return Found(
        answer=words.answer(plan, tables),
        tables=tables,
        shown=words.shown(plan, table, tables),
        pictures=pictures.by_role(tables["measures"], caption),
        limits=words.limits(plan, points),
        summary=words.summary(tables) | {"draws": plan.how.draws, "posts": words.posts(plan)},
    )


def _values(plan: Plan, points: Points, rival: int) -> Floats:
    """What is measured of a rival model, (draws times replicates, measures)."""
    (drawn,) = plan.varied
    chosen = (np.arange(plan.how.draws) + 0.5) * len(drawn.rows) // plan.how.draws
    repeated = np.repeat(chosen, plan.replicates)
    table = pd.DataFrame({drawn.name: repeated, RIVAL: float(rival)})
    return points.dealt(table, range(len(repeated)))


def _rows(plan: Plan, values: Floats) -> pd.DataFrame:
    table, verdicts = table_of(plan), row_verdicts(plan, values)
    found = [
        [name, row.role, row.pattern, verdicts[name], row.published, " ".join(row.source.split())]
        for name, row in table.rows.items()
    ]
    return pd.DataFrame(found, columns=["row", "role", "pattern", "verdict", "published", "source"])


def row_verdicts(plan: Plan, values: Floats) -> dict[str, str]:
    """The verdict on every row, from what was measured, (draws, measures)."""
    found, first = {}, 0
    for name, row in table_of(plan).rows.items():
        columns = values[:, first : first + len(row.measures)].T
        shown = [judged(*each).verdict for each in zip(row.measures, columns, strict=True)]
        found[name], first = of_row(shown), first + len(row.measures)
    return found


def _draws(values: Floats) -> pd.DataFrame:
    names = [f"measure_{k + 1}" for k in range(values.shape[1])]
    return pd.DataFrame(values, columns=names).rename_axis("draw").reset_index()


def _rivals(plan: Plan, names: Sequence[str], values: Sequence[Floats]) -> pd.DataFrame:
    rows = []
    for name, each in zip(names, values, strict=True):
        rows += [[name, row, verdict] for row, verdict in row_verdicts(plan, each).items()]
    return pd.DataFrame(rows, columns=["model", "row", "verdict"])


def _conclusions(plan: Plan, names: Sequence[str], values: Sequence[Floats]) -> pd.DataFrame:
    rows = []
    for name, table in zip(names, values, strict=True):
        for conclusion, column in zip(plan.how.conclusions, table.T, strict=True):
            known = column[np.isfinite(column)]
            low, high = median_interval(known)
            held = share_of(int((beyond(conclusion, known) > 0).sum()), len(known))
            middle = float(np.median(known)) if len(known) else np.nan
            word = verdict(*held[1:])
            rows.append([name, conclusion.says, middle, low, high, *held, word])
    columns = ["model", "conclusion", "median", "ci_low", "ci_high", "holds_share", "holds_low",
               "holds_high", "verdict"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
