"""What one draw left in all its worlds, and the register of measurements that look at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..ensemble import Lived
from ..history import KEPT
from ..model.course import Course
from ..run import Replicate
from .points import PLACE, measured
from .targets import Measure

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Seen:
    """One draw lived in all its worlds with the same luck.

    ``lived`` and ``courses`` by world; ``window``: first and last month, by place, of a measure
    that names none.
    """

    lived: dict[str, Lived]
    courses: dict[str, Course]
    seed: int
    number: int
    window: tuple[int, int]

    def span(self, measure: Measure) -> tuple[int, int]:
        """First and last month of a measure, by place."""
        if not measure.months:
            return self.window
        months = next(iter(self.courses.values())).months
        return months.index(measure.months.first), months.index(measure.months.last)

    def value(self, world: str, outcome: str, measure: Measure) -> float:
        """An outcome of a world over the measure's months."""
        return measured(self.lived[world], outcome, *self.span(measure))

    def monthly(self, world: str, outcome: str, measure: Measure) -> tuple[Floats, Floats]:
        """An outcome month by month and what each month weighs, (months,) each."""
        first, last = self.span(measure)
        values, weights = self.lived[world].outcomes[PLACE[outcome]][:, first : last + 1]
        return values, weights

    def panel(self, world: str, measure: Measure) -> dict[str, NDArray[np.float64]]:
        """Kept fields of all traders, by name, (months, posts) each."""
        first, last = self.span(measure)
        fields = self.lived[world].panel[1:, first : last + 1]
        return dict(zip(KEPT["traders"], fields, strict=True))

    def replicate(self, world: str) -> Replicate:
        """Its first day, to be lived again."""
        return Replicate(self.courses[world], self.seed, self.number)

    @cached_property
    def minds(self) -> dict[tuple[str, int], Floats]:
        """What the experiment on news gave, kept for the measures that share it."""
        return {}


@dataclass(frozen=True)
class Measurement:
    """How one number is taken of what a draw left, and what a measure must name for it.

    ``worlds``: how many it compares, None for two or more; ``outcome``: whether it looks at one
    that the measure names; ``panel``: whether it looks at single traders.
    """

    take: Callable[[Seen, Measure], float]
    worlds: int | None
    outcome: bool
    panel: bool


MEASUREMENTS: dict[str, Measurement] = {}


def measurement(
    worlds: int | None, outcome: bool = False, panel: bool = False
) -> Callable[[Callable[[Seen, Measure], float]], Callable[[Seen, Measure], float]]:
    """Register under its name, as ``Measurement`` says."""

    def register(take: Callable[[Seen, Measure], float]) -> Callable[[Seen, Measure], float]:
        MEASUREMENTS[take.__name__] = Measurement(take, worlds, outcome, panel)
        return take

    return register
