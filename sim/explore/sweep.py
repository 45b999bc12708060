"""``sweep``: outcomes at every combination of values, at values side by side, or at a sample.

Table ``points``: one row a point: ``point``, a column a thing that varied, and of each quantity its
mean over replicates, the ends of its 95 % interval and how many replicates did not fail
(``NAME``, ``NAME_low``, ``NAME_high``, ``NAME_replicates``).
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
from scipy.stats import qmc

from ..figures.swept import Looked, swept
from ..report_numbers import figures
from ..statistics import mean_interval
from .found import Found
from .plan import Plan, column_names
from .points import Points
from .varied import points_at, written

SHOWN = 20  # points in the table of the page


def design(plan: Plan) -> pd.DataFrame:
    """The points of a sweep, one a row."""
    lists = {each.name: each.values for each in plan.varied}
    if plan.how.design == "grid":
        return pd.DataFrame(list(product(*lists.values())), columns=list(lists))
    if plan.how.design == "zip":
        return pd.DataFrame(lists)
    hypercube = qmc.LatinHypercube(len(plan.varied), rng=np.random.default_rng(plan.seed))
    return points_at(plan.varied, hypercube.random(plan.how.points))


def units(plan: Plan) -> int:
    """How many replicates of points are lived."""
    sizes = [len(each.values) for each in plan.varied]
    count = {"grid": int(np.prod(sizes)), "zip": sizes[0]}.get(plan.how.design, plan.how.points)
    return count * plan.replicates


def sweep(plan: Plan, points: Points) -> Found:
    """Live every point and tell how each quantity moves over them."""
    table = design(plan)
    measured = points(table, range(plan.replicates))
    told = written(plan.varied, table)
    told.insert(0, "point", np.arange(len(table)))
    looked, answer = [], []
    for name, quantity in column_names(plan).items():
        values = plan.values(quantity, points.cells, measured)
        over = mean_interval(values.T)
        told[name], told[f"{name}_low"], told[f"{name}_high"] = over.mean, over.low, over.high
        told[f"{name}_replicates"] = over.count
        looked.append(Looked(name, plan.label(quantity), plan.unit(quantity)))
        answer.append(_span(plan, told, looked[-1], values))
    caption = f"{len(table)} points, {plan.replicates} replicates of each, seed {plan.seed}."
    failed = int(np.isnan(measured).any(axis=2).sum())
    return Found(
        answer=answer,
        tables={"points": told},
        shown={
            f"The first {min(SHOWN, len(told))} of {len(told)} points": _shown(plan, told, looked)
        },
        pictures={"sweep": swept(table, told, plan.varied, looked, caption)},
        limits=_limits(plan, failed),
        summary={"points": len(told), "failed": failed},
    )


def _span(plan: Plan, told: pd.DataFrame, looked: Looked, values: np.ndarray) -> str:
    """Between which values a quantity moves, and where these are."""
    means = told[looked.name]
    name = f"{looked.label[:1].upper()}{looked.label[1:]}"
    if means.isna().all():
        return f"{name}: nothing could be measured at any point."
    low, high = means.idxmin(), means.idxmax()
    ends = figures([means[low], means[high]], looked.unit, apart=True)
    if means[low] == means[high]:
        return f"{name} is {ends[0]} at every point."
    where = [_place(plan, told.loc[at]) for at in (low, high)]
    sentence = f"{name}: from {ends[0]} (at {where[0]}) to {ends[1]} (at {where[1]})."
    apart = mean_interval((values[high] - values[low])[:, None])
    if not apart.low[0] > 0:
        sentence += " With so few replicates that may be chance."
    return sentence


def _place(plan: Plan, row: pd.Series) -> str:
    """A point in words."""
    values = {each.label: row[each.name] for each in plan.varied}
    return ", ".join(
        f"{label} {value if isinstance(value, str) else format(value, ',.4g')}"
        for label, value in values.items()
    )


def _shown(plan: Plan, told: pd.DataFrame, looked: list[Looked]) -> pd.DataFrame:
    first = told.head(SHOWN)
    ends = ("", "_low", "_high", "_replicates")
    measured = {f"{each.name}{end}" for each in looked for end in ends}
    table = first[[name for name in first.columns if name not in measured]]
    table = table.rename(columns={each.name: each.label for each in plan.varied})
    table = table.map(lambda value: value if isinstance(value, str) else f"{value:,.6g}")
    for each in looked:
        cells = zip(*(first[f"{each.name}{end}"] for end in ("", "_low", "_high")), strict=True)
        table[each.label] = [_with_interval(row, each.unit) for row in cells]
    return table


def _with_interval(row: tuple[float, ...], unit: str) -> str:
    mean, low, high = figures(row, unit, apart=True)
    return f"{mean} [{low}, {high}]"


def _limits(plan: Plan, failed: int) -> list[str]:
    limits = [
        "Intervals are of the mean at each point by itself; the lowest and the highest of many "
        "points are extreme partly by chance.",
    ]
    if failed:
        limits.append(f"{failed} replicates failed and are left out.")
    return limits
