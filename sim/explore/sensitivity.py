"""``sensitivity``: what outcomes hang on. One setting at a time first, which explains; then
elementary effects and variance shares, which say what counts where all settings vary at once.

Tables, one row a quantity and setting (``setting``; empty: the dummy, a setting that changes
nothing), intervals being of 95 %:

``profiles``: ``value`` of the setting (``place``: as written), ``mean``, ``low``, ``high`` and the
number of ``replicates`` behind it. Here and in ``swings``, ``difference``: whether the quantity is
one, of two scenarios.

``swings``: from the ``lowest`` to the ``highest`` value; the mean where all is as in the scenario
(``base``), ``at_lowest`` and ``at_highest``; the ``swing`` between them with its interval;
``shape``.

``morris``: ``mu_star``, ``mu`` and ``sigma`` of elementary effects over the whole range, with
intervals; ``by_chance``, what mu* is of noise alone; ``effects``, how many are known.

``sobol``: ``first`` and ``total`` shares of the variance of expected outcomes, with intervals;
``first_of_means`` and ``total_of_means``, the same without taking out the noise of means;
``behind``, the lower end of the interval by which the largest total share is larger than this one.

``variance``, one row a quantity: shares of the variance of a single replicate by settings each
``alone``, only ``together``, and by ``chance``, with intervals; ``noise_left``, what part of the
variance of means was noise; ``variance`` of expected outcomes; ``rows`` used and rows ``lost``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import numpy as np
import pandas as pd

from . import morris, sobol
from .found import Found
from .plan import Plan
from .plan_file import Quantity
from .points import Points
from .profiles import profile, profile_points
from .resampled import SCREENED, SCREENING, SHARED, SHARES, generator
from .sensitivity_pictures import pictures
from .sensitivity_shown import limits, shown
from .sensitivity_words import answer
from .sobol import Interval
from .varied import Varied, points_at

Tables = dict[str, pd.DataFrame]


def units(plan: Plan) -> int:
    """How many replicates of points are lived, at most."""
    how, settings = plan.how, len(plan.varied)
    profiled = 1 + sum(len(table) for table in profile_points(plan.varied, how.profiles))
    count = profiled * plan.replicates
    if how.morris:
        count += how.morris.trajectories * (settings + 1) * _replicates(plan, "morris")
    if how.sobol:
        count += how.sobol.samples * (settings + 3) * _replicates(plan, "sobol")
    return count


def _replicates(plan: Plan, part: str) -> int:
    return int(getattr(plan.how, part).replicates or plan.replicates)


def sensitivity(plan: Plan, points: Points) -> Found:
    """Carry the study out; raises ``MissingSALib`` before anything is lived."""
    how, settings = plan.how, len(plan.varied)
    if how.morris:
        random = generator(plan.seed, SCREENING)
        walks = morris.trajectories(settings, how.morris.trajectories, how.morris.levels, random)
    if how.sobol:
        crossed = sobol.saltelli(settings, how.sobol.samples, generator(plan.seed, SHARES))
    counted = _Counting(points)
    tables = _profiled(plan, counted)
    if how.morris:
        tables["morris"] = _screened(plan, counted, walks)
    if how.sobol:
        tables |= _shared(plan, counted, crossed)
    return Found(
        answer=answer(tables),
        tables=tables,
        shown=shown(tables),
        pictures=dict(pictures(plan, tables)),
        limits=limits(plan, tables, counted.failed),
        summary={"replicates": counted.lived, "failed": counted.failed},
    )


class _Counting:
    """Lives points, and counts those in which a rule failed: they have no number at all."""

    def __init__(self, points: Points) -> None:
        self.points, self.cells = points, points.cells
        self.lived = self.failed = 0

    def __call__(self, table: pd.DataFrame, first: int, count: int) -> np.ndarray:
        found = self.points(table, range(first, first + count))
        self.lived += len(table) * count
        self.failed += int(np.isnan(found).all(axis=2).sum())
        return found


def _profiled(plan: Plan, points: _Counting) -> Tables:
    """One setting at a time, all with the luck of the same replicates."""
    base = points(pd.DataFrame(index=[0]), 0, plan.replicates)
    lived = [
        (each, table, points(table, 0, plan.replicates))
        for each, table in zip(
            plan.varied, profile_points(plan.varied, plan.how.profiles), strict=True
        )
    ]
    rows, swings = [], []
    for quantity in _quantities(plan):
        unmoved = profile(plan.values(quantity, points.cells, base)).over.mean[0]
        for each, table, measured in lived:
            found = profile(plan.values(quantity, points.cells, measured))
            values = table[each.name].to_numpy()
            about = _about(plan, quantity) | _named(plan, each)
            about["difference"] = quantity.minus is not None
            over = found.over
            rows += [
                about | {"setting_unit": each.unit, "value": value, "place": each.written(value),
                         "mean": mean, "low": low, "high": high, "replicates": count}
                for value, mean, low, high, count in zip(
                    values, over.mean, over.low, over.high, over.count, strict=True)
            ]  # fmt: skip
            swings.append(about | {
                "lowest": each.written(values[0]), "highest": each.written(values[-1]),
                "base": unmoved, "at_lowest": over.mean[0], "at_highest": over.mean[-1],
                "swing": found.swing, "swing_low": found.swing_low,
                "swing_high": found.swing_high, "shape": found.shape,
            })  # fmt: skip
    return {"profiles": pd.DataFrame(rows), "swings": pd.DataFrame(swings)}


def _screened(plan: Plan, points: _Counting, walks: np.ndarray) -> pd.DataFrame:
    """Elementary effects; each trajectory has luck of its own."""
    count = _replicates(plan, "morris")
    lived = np.array([
        points(points_at(plan.varied, walk), plan.replicates + k * count, count)
        for k, walk in enumerate(walks)
    ])  # fmt: skip
    rows: list[Mapping[str, object]] = []
    for at, quantity in enumerate(_quantities(plan)):
        effects, noise = morris.elementary_effects(
            walks, plan.values(quantity, points.cells, lived)
        )
        found = morris.screening(effects, noise, generator(plan.seed, SCREENED, at))
        rows += [
            _about(plan, quantity) | _named(plan, each)
            | _interval("mu_star", found.size, k) | _interval("mu", found.mean, k)
            | _interval("sigma", found.spread, k)
            | {"by_chance": found.by_chance[k], "effects": found.count[k]}
            for k, each in enumerate(plan.varied)
        ]  # fmt: skip
    return pd.DataFrame(rows)


def _shared(plan: Plan, points: _Counting, crossed: np.ndarray) -> Tables:
    """Variance shares. A row is lived with luck of its own, and with it A of the other row of its
    pair, which is the dummy of that one."""
    count = _replicates(plan, "sobol")
    first = plan.replicates
    if plan.how.morris:
        first += plan.how.morris.trajectories * _replicates(plan, "morris")
    partners = np.arange(len(crossed)) ^ 1
    places = np.concatenate([crossed, crossed[partners, :1]], axis=1)
    lived = np.array([
        points(points_at(plan.varied, row), first + k * count, count)
        for k, row in enumerate(places)
    ])  # fmt: skip
    rows: list[Mapping[str, object]] = []
    variances = []
    for at, quantity in enumerate(_quantities(plan)):
        values = plan.values(quantity, points.cells, lived)
        found = sobol.shares(
            values[:, :-1], values[partners, -1], generator(plan.seed, SHARED, at),
            plan.how.sobol.bootstraps,
        )  # fmt: skip
        names = [_named(plan, each) for each in plan.varied]
        names.append({"setting": "", "label": "dummy"})
        rows += [
            _about(plan, quantity) | name | _interval("first", found.first, k)
            | _interval("total", found.total, k)
            | {"first_of_means": found.first_of_means[k], "total_of_means": found.total_of_means[k],
               "behind": found.ahead[k] if k != found.most else np.nan}
            for k, name in enumerate(names)
        ]  # fmt: skip
        variances.append(_about(plan, quantity) | _variance(found))
    return {"sobol": pd.DataFrame(rows), "variance": pd.DataFrame(variances)}


def _variance(found: sobol.Shares) -> dict[str, object]:
    rest = ("noise_left", "variance", "rows", "lost")
    return {
        **_interval("alone", found.alone, 0),
        **_interval("together", found.together, 0),
        **_interval("chance", found.chance, 0),
        **{name: getattr(found, name) for name in rest},
    }


def _interval(name: str, interval: Interval, k: int) -> dict[str, object]:
    ends = asdict(interval)
    return {name: ends["value"][k], f"{name}_low": ends["low"][k], f"{name}_high": ends["high"][k]}


def _quantities(plan: Plan) -> list[Quantity]:
    """Each once, even if the file names it twice."""
    return list({plan.label(each): each for each in plan.quantities()}.values())


def _about(plan: Plan, quantity: Quantity) -> dict[str, object]:
    return {"quantity": plan.label(quantity), "unit": plan.unit(quantity)}


def _named(plan: Plan, varied: Varied) -> dict[str, object]:
    """The name of a setting, and its label, where that tells it from all others."""
    alike = [each for each in plan.varied if each.label == varied.label]
    return {"setting": varied.name, "label": varied.label if len(alike) == 1 else varied.name}
