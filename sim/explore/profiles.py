"""One setting at a time, all others as the scenario has them: what a setting does, and which way.

Every point is lived with the same replicates, so that differences between points are paired.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from ..statistics import CONFIDENCE, Floats, MeanInterval, mean_interval
from .varied import Varied

RISES, FALLS, TURNS, FLAT = "rises", "falls", "turns", "not told from flat"


def profile_points(varied: Sequence[Varied], values: int) -> list[pd.DataFrame]:
    """Points of each profile, lowest value first, at most so many evenly over its range.

    A point names one setting and leaves all others as the scenario has them. A date does nothing
    by itself, and a setting that holds from such a date needs one: the other of the two is kept at
    the middle of its range then.
    """
    tables = []
    for each in varied:
        across = np.unique(each.at(np.linspace(0, 1, values)))
        middles = {other.name: float(other.at(np.array(0.5))) for other in _bound(each, varied)}
        tables.append(pd.DataFrame({each.name: across} | middles))
    return tables


def _bound(varied: Varied, others: Sequence[Varied]) -> Iterator[Varied]:
    for other in others:
        setting, date = (other, varied) if varied.date else (varied, other)
        if date.date and setting.name.partition("@")[2] == date.name:
            yield other


@dataclass(frozen=True)
class Profile:
    """A quantity over the values of one setting, (values,), and its swing from end to end."""

    over: MeanInterval
    swing: float
    """Mean at the highest value less that at the lowest, over replicates with both."""
    swing_low: float
    swing_high: float
    shape: str
    """'rises', 'falls', 'turns' (higher or lower in between than at both ends), or neither for
    sure."""


def profile(values: Floats) -> Profile:
    """The profile of a quantity lived at rising values of a setting, (values, replicates)."""
    ends = mean_interval((values[-1] - values[0])[:, None])
    swing, low, high = (float(end[0]) for end in (ends.mean, ends.low, ends.high))
    shape = TURNS if _turns(values) else RISES if low > 0 else FALLS if high < 0 else FLAT
    return Profile(mean_interval(values.T), swing, low, high, shape)


def _turns(values: Floats) -> bool:
    """Whether some value in between is surely above both ends, or below both: by t tests of paired
    differences, with the level shared out among the values (Bonferroni)."""
    inside = values[1:-1]
    if not len(inside):
        return False
    signs = [_sure_sign((inside - end).T, len(inside)) for end in (values[0], values[-1])]
    return bool((signs[0] * signs[1] > 0).any())


def _sure_sign(differences: Floats, questions: int) -> Floats:
    """The sign of each mean, (columns,), 0 where it is not sure enough."""
    over = mean_interval(differences)
    reach = over.error * stats.t.ppf(
        1 - (1 - CONFIDENCE) / 2 / questions, np.maximum(over.count - 1, 1)
    )
    return np.where(np.abs(over.mean) > reach, np.sign(over.mean), 0.0)
