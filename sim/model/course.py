"""A scenario made concrete: settings and calendar as rows, one a month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Course:
    """What a run needs to know.

    ``levers``, ``surroundings`` and ``today`` are record arrays (months,), ``cohort`` is (1,);
    ``months`` are written like 2026-07.
    """

    name: str
    months: tuple[str, ...]
    levers: np.ndarray
    surroundings: np.ndarray
    cohort: np.ndarray
    today: np.ndarray

    def first_difference(self, other: Course) -> int:
        """The first month in which two courses differ; their length if they never do."""
        if self.months != other.months or self.cohort.tobytes() != other.cohort.tobytes():
            return 0
        differ = np.zeros(len(self.months), bool)
        for mine, theirs in (
            (self.levers, other.levers),
            (self.surroundings, other.surroundings),
            (self.today, other.today),
        ):
            differ |= mine != theirs
        return int(np.argmax(differ)) if differ.any() else len(self.months)
