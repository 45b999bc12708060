"""``robustness``: which conclusions hold over all that nobody knows, and where they flip.

A conclusion holds in a world if its quantity, the mean over replicates, lies on the stated side.
Where it lies exactly on the threshold in every replicate (nothing happens under either scenario)
the world decides nothing: it is counted apart, and shares are of the others.

Tables. ``worlds``: a row a world: ``world``, a column a setting, ``OUTCOME.SCENARIO`` the mean of
each measured outcome (an outcome over other months than the rest has these in its name), and of
each conclusion ``N_value`` and ``N_holds``, numbered as in ``conclusions``. ``conclusions``: how
often each holds, its interval and verdict, in how many worlds replicates leave no doubt, and its
box. ``boxes``: a row a limit. ``scores``: for each conclusion and setting, the part of the
variance of its quantity over worlds that goes with the setting alone. ``tipping``: where the
quantity crosses the threshold as one setting moves and all else is as in the scenarios.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import qmc

from ..figures.robust import maps, scores_figure, verdicts_figure
from ..statistics import mean_interval
from . import robustness_words as words
from .found import Found
from .holding import LIKELY, ROBUST, Judged, beyond, share_of, verdict
from .plan import Cell, Plan
from .plan_file import Conclusion
from .points import Points
from .prim import find_box
from .scores import explained_share
from .tipping import GRID, STEPS, crossings
from .varied import points_at

FEWEST = 20  # failing worlds for a box
TIPPED = 3  # settings a conclusion, the most telling ones
TIPPING_REPLICATES = 20


def units(plan: Plan) -> int:
    """How many replicates of points are lived, at most."""
    along = len(plan.how.conclusions) * TIPPED * (GRID + STEPS) * TIPPING_REPLICATES
    return plan.how.worlds * plan.replicates + along


def worlds(plan: Plan) -> pd.DataFrame:
    """The sampled worlds, one a row."""
    count, columns = plan.how.worlds, len(plan.varied)
    rng = np.random.default_rng([plan.seed, 1])
    if plan.how.design == "latin":
        return points_at(plan.varied, qmc.LatinHypercube(columns, rng=rng).random(count))
    size = 1 << (count - 1).bit_length()  # a Sobol sequence is balanced at powers of two
    return points_at(plan.varied, qmc.Sobol(columns, rng=rng).random(size)[:count])


def robustness(plan: Plan, points: Points) -> Found:
    """Live all worlds and judge every conclusion."""
    table = worlds(plan)
    measured = points(table, range(plan.replicates))
    matrix = np.column_stack([each.shares_of(table[each.name].to_numpy()) for each in plan.varied])
    judged = [_judge(plan, points, each, measured, matrix) for each in plan.how.conclusions]
    tipping = _tipping(plan, points, judged)
    caption = f"{len(table):,} worlds, {plan.replicates} replicates of each, seed {plan.seed}."
    summary = _conclusions(judged)
    labels = [each.label for each in plan.varied]
    score = np.array([each.scores for each in judged])
    failed = int(np.isnan(measured).any(axis=2).sum())
    return Found(
        answer=[words.sentence(plan, each) for each in judged],
        tables={
            "conclusions": summary,
            "worlds": _worlds_table(plan, points, table, measured, judged),
            "boxes": _boxes(plan, judged),
            "scores": _scores(plan, judged),
            "tipping": tipping,
        },
        shown={
            "How often each conclusion holds": words.shown(judged),
            "Where it fails: the boxes that explain it best": words.boxes_shown(plan, judged),
            words.tipping_caption(tipping): words.tipping_shown(plan, tipping),
        },
        pictures={
            "verdicts": verdicts_figure(summary, ROBUST, LIKELY, caption),
            "scores": scores_figure(
                [each.conclusion.says for each in judged], labels, score, caption
            ),
            "maps": maps(plan.varied, table, _mapped(judged), caption),
        },
        limits=words.limits(plan, failed),
        summary={
            "worlds": len(table),
            "failed": failed,
            "verdicts": {each.conclusion.says: each.verdict for each in judged},
        },
    )


# --------------------------------------------------------------------------------------- judging


def _judge(
    plan: Plan, points: Points, conclusion: Conclusion, measured: np.ndarray, matrix: np.ndarray
) -> Judged:
    numbers = plan.values(conclusion, points.cells, measured)
    apart = beyond(conclusion, numbers)
    over = mean_interval(apart.T)
    values = mean_interval(numbers.T).mean
    sure = np.where(over.low > 0, 1, np.where(over.high < 0, -1, 0))
    known = np.isfinite(values) & ~np.all(np.isnan(apart) | (apart == 0), axis=1)
    holds = over.mean > 0
    count, of = int(np.count_nonzero(holds & known)), int(np.count_nonzero(known))
    share, low, high = share_of(count, of)
    failing = known & ~holds
    box = None
    if failing.sum() >= FEWEST and failing.sum() < of:
        box = find_box(matrix[known], failing[known])
    return Judged(
        conclusion, values, np.where(known, sure, 0), known, share, low, high,
        verdict(low, high), box, explained_share(matrix, values),
    )  # fmt: skip


def _tipping(plan: Plan, points: Points, judged: list[Judged]) -> pd.DataFrame:
    rows = []
    for number, each in enumerate(judged, start=1):
        telling = np.argsort(-np.nan_to_num(each.scores), kind="stable")[:TIPPED]
        for column in telling:
            varied = plan.varied[column]
            if varied.date or not each.scores[column] > 0:
                continue

            def measure(
                values: np.ndarray, each: Judged = each, name: str = varied.name
            ) -> np.ndarray:
                found = points(pd.DataFrame({name: values}), range(TIPPING_REPLICATES))
                return beyond(each.conclusion, plan.values(each.conclusion, points.cells, found))

            found, _, means = crossings(measure, varied.low, varied.high)
            about = {"conclusion": number, "says": each.conclusion.says, "setting": varied.name}
            ends = {"holds_at_low_end": means[0] > 0, "holds_at_high_end": means[-1] > 0}
            for one in found:
                bracket = {"value": one.value, "low": one.sure_low, "high": one.sure_high}
                rows.append({**about, **ends, **bracket})
            if not found:
                rows.append({**about, **ends, "value": np.nan, "low": np.nan, "high": np.nan})
    return pd.DataFrame(
        rows,
        columns=["conclusion", "says", "setting", "holds_at_low_end", "holds_at_high_end", "value",
                 "low", "high"],
    )  # fmt: skip


# ----------------------------------------------------------------------------------------- tables


def _conclusions(judged: list[Judged]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "conclusion": range(1, len(judged) + 1),
            "says": [each.conclusion.says for each in judged],
            "share": [each.share for each in judged],
            "low": [each.low for each in judged],
            "high": [each.high for each in judged],
            "verdict": [each.verdict for each in judged],
            "worlds": [int(each.decides.sum()) for each in judged],
            "undecided": [each.undecided for each in judged],
            "surely_holds": [int((each.sure > 0).sum()) for each in judged],
            "surely_fails": [int((each.sure < 0).sum()) for each in judged],
            "box_coverage": [each.box.coverage if each.box else np.nan for each in judged],
            "box_density": [each.box.density if each.box else np.nan for each in judged],
            "box_mass": [each.box.mass if each.box else np.nan for each in judged],
        }
    )


def _worlds_table(
    plan: Plan, points: Points, table: pd.DataFrame, measured: np.ndarray, judged: list[Judged]
) -> pd.DataFrame:
    told = table.copy()
    told.insert(0, "world", np.arange(len(table)))
    columns = {
        _cell_name(plan, cell): mean_interval(measured[:, :, at].T).mean
        for at, cell in enumerate(points.cells)
    }
    for number, each in enumerate(judged, start=1):
        columns[f"{number}_value"] = each.values
        columns[f"{number}_holds"] = np.where(each.decides, each.holds, np.nan)
    return pd.concat([told, pd.DataFrame(columns)], axis=1)


def _cell_name(plan: Plan, cell: Cell) -> str:
    name = f"{cell.outcome}.{plan.scenarios[cell.scenario].name}"
    if (cell.first, cell.last) == (plan.window, len(plan.months) - 1):
        return name
    return f"{name}.{plan.months[cell.first]}.{plan.months[cell.last]}"


def _boxes(plan: Plan, judged: list[Judged]) -> pd.DataFrame:
    rows = [
        {"conclusion": number, "setting": plan.varied[column].name, "low": low, "high": high,
         "quasi_p": chance}
        for number, each in enumerate(judged, start=1) if each.box
        for column, low, high, chance in words.limits_of(plan, each.box)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["conclusion", "setting", "low", "high", "quasi_p"])


def _scores(plan: Plan, judged: list[Judged]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"conclusion": number, "setting": varied.name, "explained_share": each.scores[column]}
            for number, each in enumerate(judged, start=1)
            for column, varied in enumerate(plan.varied)
        ]
    )


def _mapped(judged: list[Judged]) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Says, whether it holds by world (NaN unknown), and the two most telling columns."""
    found = []
    for each in judged:
        holds = np.where(each.decides, each.holds, np.nan)
        telling = np.argsort(-np.nan_to_num(each.scores), kind="stable")[:2]
        found.append((each.conclusion.says, holds, telling))
    return found
