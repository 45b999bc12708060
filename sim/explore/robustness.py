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

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import binomtest, qmc

from ..figures.robust import maps, scores_figure, verdicts_figure
from ..report_numbers import figures
from ..statistics import mean_interval
from .found import Found
from .plan import Cell, Plan
from .plan_file import Conclusion
from .points import Points
from .prim import Box, find_box
from .scores import explained_share
from .tipping import GRID, STEPS, crossings
from .varied import points_at

ROBUST, LIKELY = 0.95, 2 / 3
VERDICTS = {
    "robust": "holds in at least 95 % of the worlds, by the low end of the interval",
    "likely": "in at least two thirds of them, by the low end",
    "reversed": "in at most a third of them, by the high end: its opposite is likely",
    "undetermined": "anything else: the evidence does not decide it",
}
FEWEST = 20  # failing worlds for a box
OFTEN = 0.01  # share of worlds that decide nothing above which a sentence says so
TIPPED = 3  # settings a conclusion, the most telling ones
TIPPING_REPLICATES = 20


@dataclass(frozen=True)
class Judged:
    """One conclusion over all worlds; arrays are (worlds,), NaN where it could not be measured."""

    conclusion: Conclusion
    values: np.ndarray
    sure: np.ndarray
    """1 where replicates leave no doubt that it holds, −1 that it does not, 0 else."""
    decides: np.ndarray
    """Worlds in which it could be measured and something happens at all."""
    share: float
    low: float
    high: float
    verdict: str
    box: Box | None
    scores: np.ndarray

    @property
    def holds(self) -> np.ndarray:
        """In which worlds it holds, of those that decide."""
        return _beyond(self.conclusion, self.values) > 0


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
        answer=[_sentence(plan, each) for each in judged],
        tables={
            "conclusions": summary,
            "worlds": _worlds_table(plan, points, table, measured, judged),
            "boxes": _boxes(plan, judged),
            "scores": _scores(plan, judged),
            "tipping": tipping,
        },
        shown={
            "How often each conclusion holds": _shown(judged),
            "Where it fails: the boxes that explain it best": _boxes_shown(plan, judged),
            _tipping_caption(tipping): _tipping_shown(plan, tipping),
        },
        pictures={
            "verdicts": verdicts_figure(summary, ROBUST, LIKELY, caption),
            "scores": scores_figure(
                [each.conclusion.says for each in judged], labels, score, caption
            ),
            "maps": maps(plan.varied, table, _mapped(judged), caption),
        },
        limits=_limits(plan, failed),
        summary={
            "worlds": len(table),
            "failed": failed,
            "verdicts": {each.conclusion.says: each.verdict for each in judged},
        },
    )


# --------------------------------------------------------------------------------------- judging


def _beyond(conclusion: Conclusion, values: np.ndarray) -> np.ndarray:
    """How far values lie on the stated side of the threshold, below 0 on the other."""
    if conclusion.above is not None:
        return np.asarray(values - conclusion.above)
    assert conclusion.below is not None  # one of the two is there: the plan was checked
    return np.asarray(conclusion.below - values)


def _judge(
    plan: Plan, points: Points, conclusion: Conclusion, measured: np.ndarray, matrix: np.ndarray
) -> Judged:
    numbers = plan.values(conclusion, points.cells, measured)
    over = mean_interval(_beyond(conclusion, numbers).T)
    values = mean_interval(numbers.T).mean
    sure = np.where(over.low > 0, 1, np.where(over.high < 0, -1, 0))
    beyond = _beyond(conclusion, numbers)
    known = np.isfinite(values) & ~np.all(np.isnan(beyond) | (beyond == 0), axis=1)
    holds = over.mean > 0
    count, of = int(np.count_nonzero(holds & known)), int(np.count_nonzero(known))
    share, low, high = _share(count, of)
    failing = known & ~holds
    box = None
    if failing.sum() >= FEWEST and failing.sum() < of:
        box = find_box(matrix[known], failing[known])
    return Judged(
        conclusion, values, np.where(known, sure, 0), known, share, low, high,
        verdict(low, high), box, explained_share(matrix, values),
    )  # fmt: skip


def _share(count: int, of: int) -> tuple[float, float, float]:
    """A share with its 95 % interval (Wilson)."""
    if not of:
        return np.nan, np.nan, np.nan
    interval = binomtest(count, of).proportion_ci(method="wilson")
    return count / of, float(interval.low), float(interval.high)


def verdict(low: float, high: float) -> str:
    """The word for a share of worlds with this interval."""
    if low >= ROBUST:
        return "robust"
    if low >= LIKELY:
        return "likely"
    return "reversed" if high <= 1 - LIKELY else "undetermined"


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
                return _beyond(each.conclusion, plan.values(each.conclusion, points.cells, found))

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
            "undecided": [_undecided(each) for each in judged],
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


def _limits_of(plan: Plan, box: Box) -> list[tuple[int, float, float, float]]:
    """Column, lowest and highest value (not finite where there is no limit) and quasi-p."""
    found = []
    for column in box.limited:
        shares = np.array([box.low[column], box.high[column]])
        values = plan.varied[column].at(np.clip(shares, 0, 1))
        low, high = np.where(np.isfinite(shares), values, shares)
        found.append((column, float(low), float(high), float(box.quasi_p[column])))
    return found


def _boxes(plan: Plan, judged: list[Judged]) -> pd.DataFrame:
    rows = [
        {"conclusion": number, "setting": plan.varied[column].name, "low": low, "high": high,
         "quasi_p": chance}
        for number, each in enumerate(judged, start=1) if each.box
        for column, low, high, chance in _limits_of(plan, each.box)
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


# ------------------------------------------------------------------------------------------ words


def _sentence(plan: Plan, judged: Judged) -> str:
    says = judged.conclusion.says.rstrip(".")
    if not np.isfinite(judged.share):
        return f"{says}: there is no world in which that could be told."
    share, low, high = _percents(judged)
    of = "the worlds"
    if _undecided(judged) > OFTEN * len(judged.values):
        idle = _percent(_undecided(judged) / len(judged.values))
        of = f"the worlds in which that can be told (in {idle} nothing happens either way)"
    sentence = f"{says}: {judged.verdict}. It holds in {share} of {of} [{low}, {high}]"
    if judged.box and judged.verdict != "robust" and judged.box.limited:
        inside = _percent(judged.box.density)
        sentence += f"; it fails in {inside} of those with {_in_words(plan, judged.box)}"
    return f"{sentence}."


def _undecided(judged: Judged) -> int:
    """Worlds that decide nothing: nothing happens, or nothing could be measured."""
    return int((~judged.decides).sum())


def _percents(judged: Judged) -> list[str]:
    return [_percent(each) for each in (judged.share, judged.low, judged.high)]


def _percent(share: float) -> str:
    """Never rounded to all or none when it is not."""
    text = f"{100 * share:.1f} %"
    if text == "100.0 %" and share < 1:
        return "> 99.9 %"
    return "< 0.1 %" if text == "0.0 %" and share > 0 else text


def _in_words(plan: Plan, box: Box) -> str:
    parts = []
    for column, low, high, _ in _limits_of(plan, box)[:3]:
        varied = plan.varied[column]
        parts.append(f"{varied.label} {_span(low, high, varied.unit)}")
    rest = len(box.limited) - 3
    return " and ".join(parts) + (f" and {rest} more limits" if rest > 0 else "")


def _span(low: float, high: float, unit: str) -> str:
    ends = figures([each for each in (low, high) if np.isfinite(each)], unit, apart=True)
    if np.isfinite(low) and np.isfinite(high):
        return f"from {ends[0]} to {ends[1]}"
    return f"above {ends[0]}" if np.isfinite(low) else f"below {ends[0]}"


def _shown(judged: list[Judged]) -> pd.DataFrame:
    rows = []
    for each in judged:
        share, low, high = _percents(each)
        known = max(int(each.decides.sum()), 1)
        sure = [_percent(float((each.sure == side).sum()) / known) for side in (1, -1)]
        idle = _percent(_undecided(each) / max(len(each.values), 1))
        rows.append([each.conclusion.says, each.verdict, f"{share} [{low}, {high}]", *sure, idle])
    head = ["Conclusion", "Verdict", "Holds in [95 %]", "Surely holds", "Surely fails"]
    return pd.DataFrame(rows, columns=[*head, "Nothing happens"])


def _boxes_shown(plan: Plan, judged: list[Judged]) -> pd.DataFrame:
    rows = []
    for each in judged:
        failing = int((each.decides & ~each.holds).sum())
        if not failing:
            words, measures = "it fails nowhere", ["", "", ""]
        elif each.box is None:
            words, measures = f"fails in {failing} worlds: too few, or all", ["", "", ""]
        elif not each.box.limited:
            words, measures = "no box that chance could not explain", ["", "", ""]
        else:
            words = _in_words(plan, each.box)
            measures = [
                _percent(each.box.coverage), _percent(each.box.density),
                f"{max(each.box.quasi_p[each.box.limited]):.2g}",
            ]  # fmt: skip
        rows.append([each.conclusion.says, words, *measures])
    return pd.DataFrame(
        rows, columns=["Conclusion", "Box", "Coverage", "Density", "Largest quasi-p"]
    )


def _tipping_caption(tipping: pd.DataFrame) -> str:
    pairs = tipping[["conclusion", "setting"]].drop_duplicates()
    tips = tipping.dropna(subset="value")[["conclusion", "setting"]].drop_duplicates()
    return (
        f"Where it tips, as one setting moves along its range: {len(tips)} of the {len(pairs)} "
        "pairs looked at do"
    )


def _tipping_shown(plan: Plan, tipping: pd.DataFrame) -> pd.DataFrame:
    known = {each.name: each for each in plan.varied}
    rows = []
    for row in tipping.dropna(subset="value").to_dict("records"):
        varied = known[row["setting"]]
        value = figures([row["value"]], varied.unit)[0]
        ends = [
            figures([end], varied.unit)[0] if np.isfinite(end) else "unsure"
            for end in (row["low"], row["high"])
        ]
        low, high = figures([varied.low, varied.high], varied.unit, apart=True)
        tips = f"{value} [{ends[0]}, {ends[1]}]"
        rows.append([row["says"], varied.label, f"{low} to {high}", tips])
    return pd.DataFrame(rows, columns=["Conclusion", "Setting", "Range", "Tips at [surely beyond]"])


def _mapped(judged: list[Judged]) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Says, whether it holds by world (NaN unknown), and the two most telling columns."""
    found = []
    for each in judged:
        holds = np.where(each.decides, each.holds, np.nan)
        telling = np.argsort(-np.nan_to_num(each.scores), kind="stable")[:2]
        found.append((each.conclusion.says, holds, telling))
    return found


def _limits(plan: Plan, failed: int) -> list[str]:
    defined = "; ".join(f"{word}: {meaning}" for word, meaning in VERDICTS.items())
    limits = [
        f"Verdicts. {defined}.",
        "A share of worlds is no probability: worlds are spread evenly over ranges that are "
        "judgements, and settings are varied independently of each other.",
        "With a few replicates a world, one near the threshold may fall on either side by chance: "
        "the columns “surely” count those in which replicates leave no doubt.",
        "Tipping points move one setting and leave all others as the scenarios have them.",
    ]
    if failed:
        limits.append(f"{failed} replicates failed and are left out.")
    return limits
