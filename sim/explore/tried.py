"""Lives points of a tuning in all worlds it is judged in, and counts what failed."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import qmc

from .aims import Aim
from .plan import Plan
from .points import COURSES_KEPT, Points
from .varied import points_at

WORLDS, FRESH_WORLDS = 11, 12  # purposes of luck


def worlds_of(plan: Plan, purpose: int) -> pd.DataFrame:
    """The worlds of a robust tuning, one a row, evenly over their ranges (Latin hypercube); one
    row without columns where the surroundings are as the scenario has them."""
    if not plan.surroundings:
        return pd.DataFrame(index=[0])
    luck = np.random.default_rng([plan.seed, purpose])
    design = qmc.LatinHypercube(len(plan.surroundings), rng=luck)
    return points_at(plan.surroundings, design.random(plan.how.surroundings.worlds))


class Worlds:
    """Measures aims of points in every world: (worlds, replicates, aims) of each point.

    ``lived`` and ``failed`` count replicates of a point in a world, the latter those in which
    nothing could be measured.
    """

    def __init__(self, plan: Plan, points: Points, aims: list[Aim], worlds: pd.DataFrame) -> None:
        self._plan, self._points, self._aims = plan, points, aims
        self.worlds = worlds
        self.lived = self.failed = 0

    def at(self, places: np.ndarray, replicates: range) -> list[np.ndarray]:
        """Of places in the unit cube, (points, levers)."""
        return self.of(points_at(self._plan.varied, places), replicates)

    def of(self, table: pd.DataFrame, replicates: range) -> list[np.ndarray]:
        """Of points, one a row; a row without columns is the scenario as it stands."""
        rows = table.to_dict("records")
        worlds = self.worlds.to_dict("records")
        together = max(1, COURSES_KEPT // len(worlds))  # more would be made concrete again
        found: list[np.ndarray] = []
        for first in range(0, len(rows), together):
            some = rows[first : first + together]
            lived = [{**row, **world} for row in some for world in worlds]
            crossed = pd.DataFrame(lived, index=range(len(lived)))
            found += self._measured(crossed, replicates, len(some))
        return found

    def _measured(self, table: pd.DataFrame, replicates: range, count: int) -> list[np.ndarray]:
        measured = self._points(table, replicates)
        self.lived += len(table) * len(replicates)
        self.failed += int(np.isnan(measured).all(axis=2).sum())
        columns = [each.values(self._plan, self._points.cells, measured) for each in self._aims]
        values = np.stack(columns, axis=2)
        return list(values.reshape(count, len(self.worlds), len(replicates), len(self._aims)))
