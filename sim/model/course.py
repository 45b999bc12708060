"""A scenario made concrete: settings and calendar as rows, one a month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Course:
    """What a run needs to know.

    ``levers``, ``surroundings`` and ``today`` are record arrays (months,), ``cohort`` is (1,);
    ``announced`` are levers as they will be, as far as that month knows, and equal to ``levers``
    where nothing is announced; ``months`` are written like 2026-07.
    """

    name: str
    months: tuple[str, ...]
    levers: np.ndarray
    surroundings: np.ndarray
    cohort: np.ndarray
    today: np.ndarray
    announced: np.ndarray

    def settings(self) -> tuple[np.ndarray, ...]:
        """The tables in the order in which a world holds them, before its actors."""
        return self.levers, self.surroundings, self.cohort, self.today, self.announced

    def first_difference(self, other: Course) -> int:
        """The first month in which two courses differ; their length if they never do."""
        if self.months != other.months or self.cohort.tobytes() != other.cohort.tobytes():
            return 0
        differ = np.zeros(len(self.months), bool)
        for mine, theirs in (
            (self.levers, other.levers),
            (self.surroundings, other.surroundings),
            (self.today, other.today),
            (self.announced, other.announced),
        ):
            differ |= mine != theirs
        return int(np.argmax(differ)) if differ.any() else len(self.months)
