"""The interview: each claim of the articles, asked of those still abroad after three years and of
everybody, so that it shows who is not there to be asked.

The articles rest on one trader who had been in post for three years or more. Those who were called
home, punished or spent sooner could not be asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .claims import CLAIMS, Life
from .model.choosing import value_of_overstaying, value_of_staying
from .model.course import Course
from .model.row import as_objects
from .model.settings import Levers, Surroundings
from .model.world import OVERSTAYING, VACANT, Planner, Trader
from .run import Replicate
from .statistics import mean_interval

LONG = 36  # months abroad that make a witness; and how far back everybody is asked


class _Film:
    """A replicate's traders, goods and planner after every month: (months, how many)."""

    def __init__(self, course: Course, seed: int, number: int) -> None:
        replicate = Replicate(course, seed, number)
        pictures: list[tuple[np.ndarray, ...]] = []
        for _ in course.months:
            replicate.live()
            world = replicate.world
            pictures.append((world.traders.copy(), world.goods.copy(), world.planner.copy()))
        self.course = course
        self.traders, self.goods, self.planner = map(np.stack, zip(*pictures, strict=True))

    def lives(self) -> Iterator[tuple[Life, bool]]:
        """Everybody abroad at any time in the last months, each asked when he last was, and
        whether he is a witness: still abroad at the end, after three years."""
        last = len(self.traders) - 1
        since = max(0, last - LONG + 1)
        for post in range(self.traders.shape[1]):
            status = self.traders["status"][:, post]
            asked = [last] if status[last] != VACANT else []
            # who left in a month is asked at the end of the month before
            asked += [at - 1 for at in range(max(1, since), last + 1)
                      if self.traders["left"][at, post] and status[at - 1] != VACANT]  # fmt: skip
            for at in asked:
                if self.traders["began"][at, post] > at:
                    continue  # arrived in that very month: he has nothing to tell
                abroad = self.traders["months_posted"][at, post]
                yield self._life(post, at), bool(at == last and abroad >= LONG)

    def _life(self, post: int, at: int) -> Life:
        start = max(0, int(self.traders["began"][at, post]))
        months = slice(start, at + 1)
        good = int(self.traders["good"][at, post])
        return Life(
            self.traders[months, post],
            self.goods[months, good],
            self.planner["surveillance"][months, 0],
            self._stays_for_fear(post, at),
        )

    def _stays_for_fear(self, post: int, at: int) -> bool:
        """What the rules of choice say, with his belief and without."""
        (trader,) = as_objects(Trader, self.traders[at, post : post + 1])
        (planner,) = as_objects(Planner, self.planner[at])
        (levers,) = as_objects(Levers, self.course.levers[at : at + 1])
        (surroundings,) = as_objects(Surroundings, self.course.surroundings[at : at + 1])

        def value() -> float:
            if trader.status != OVERSTAYING:
                return value_of_staying(trader, planner, levers, surroundings)
            later = min(1.0, trader.belief + surroundings.overstay_punish_chance)
            return value_of_overstaying(trader, later, planner, surroundings)

        fearing = value()
        trader.belief = 0.0
        return fearing >= 0.0 > value()


@dataclass(frozen=True)
class Interviews:
    """Shares of yes, (replicates, claims), NaN where nobody could be asked; and how many were
    there to ask, (replicates,)."""

    witnesses: np.ndarray
    everybody: np.ndarray
    witness_count: np.ndarray
    everybody_count: np.ndarray


def interview(course: Course, replicates: int, seed: int = 1) -> Interviews:
    """Ask everybody in each of so many replicates, in the last month of the course."""
    witnesses, everybody, counts = [], [], []
    for number in range(replicates):
        people = list(_Film(course, seed, number).lives())
        answers = np.array([[_number(claim.holds(life)) for claim in CLAIMS] for life, _ in people])
        answers = answers.reshape(len(people), len(CLAIMS))
        witness = np.array([each for _, each in people], bool)
        witnesses.append(_share(answers[witness]))
        everybody.append(_share(answers))
        counts.append((witness.sum(), len(people)))
    return Interviews(np.array(witnesses), np.array(everybody), *np.array(counts).T)


def _number(answer: bool | None) -> float:
    return np.nan if answer is None else float(answer)


def _share(answers: np.ndarray) -> np.ndarray:
    """Share of yes among those who were asked, claim by claim."""
    asked = np.isfinite(answers).sum(axis=0)
    return np.where(asked > 0, np.nansum(answers, axis=0) / np.maximum(asked, 1), np.nan)


def table(interviews: Interviews) -> pd.DataFrame:
    """One row a claim: claim, words, and mean share with 95 % interval of witnesses, everybody
    and their difference (paired by replicate)."""
    parts = {
        "witnesses": interviews.witnesses,
        "everybody": interviews.everybody,
        "difference": interviews.witnesses - interviews.everybody,
    }
    columns: dict[str, Any] = {
        "claim": [claim.number for claim in CLAIMS],
        "words": [claim.words for claim in CLAIMS],
    }
    for name, shares in parts.items():
        over = mean_interval(shares)
        columns |= {name: over.mean, f"{name}_low": over.low, f"{name}_high": over.high}
    return pd.DataFrame(columns)


def as_text(rows: pd.DataFrame, interviews: Interviews, title: str, month: str) -> Sequence[str]:
    """Lines to be read on a terminal: heading, table, and what it means."""
    few, many = (counts.mean() for counts in (interviews.witness_count, interviews.everybody_count))
    lines = [
        f"{title}, asked in {month}: {few:,.0f} traders still abroad after {LONG} months or more, "
        f"of {many:,.0f} who were abroad at any time in the last {LONG} months (means of "
        f"{len(interviews.witnesses)} replicates)",
        "",
        f"{'':4} {'of himself he would say that he':56} {'still abroad':>13} {'everybody':>11} "
        f"{'difference [95 %]':>24}",
    ]
    for row in rows.itertuples(index=False):
        shares = f"{_percent(row.witnesses):>13} {_percent(row.everybody):>11}"
        low, high = _points(row.difference_low), _points(row.difference_high)
        gap = f"{_points(row.difference)} [{low}, {high}]"
        lines.append(f"{row.claim:4} {row.words:56} {shares} {gap:>24}")
    return lines


def _percent(share: float) -> str:
    return "nobody asked" if np.isnan(share) else f"{share:.1%}".replace("%", " %")


def _points(share: float) -> str:
    return "–" if np.isnan(share) else f"{100 * share:+.1f}".replace("-", "−")
