"""How good a trial is over the worlds it was lived in. Plain numpy.

A trial's numbers are (worlds, replicates, aims), in units of their own; of an ordinary tuning there
is one world. ``signs`` are 1 for aims of which more is better, −1 for the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .points import means

WORST = 0.1  # part of the worlds that counts as the worst


def by_world(trials: Sequence[np.ndarray], replicates: int) -> np.ndarray:
    """Means over the first replicates that did not fail, (trials, worlds, aims)."""
    return np.stack([means(each[:, :replicates]) for each in trials])


def mean(worlds: np.ndarray, sign: int) -> np.ndarray:
    """Mean over worlds, (trials, worlds) to (trials,)."""
    return means(worlds)


def worst_decile(worlds: np.ndarray, sign: int) -> np.ndarray:
    """Mean of the worst tenth of the worlds in which something was measured, at least of one."""
    found = np.full(len(worlds), np.nan)
    for at, row in enumerate(worlds):
        known = sign * np.sort(sign * row[np.isfinite(row)])  # the worst first
        if known.size:
            found[at] = known[: int(np.ceil(WORST * known.size))].mean()
    return found


def best_by_world(worlds: np.ndarray, sign: int, eligible: np.ndarray) -> np.ndarray:
    """The best of the eligible trials in each world, of all if none is, (worlds,)."""
    return sign * _largest(sign * (worlds[eligible] if eligible.any() else worlds), axis=0)


def max_regret(worlds: np.ndarray, sign: int, best: np.ndarray) -> np.ndarray:
    """How far trials are, at most, from the best in the same world, (trials, worlds) to
    (trials,)."""
    return _largest(sign * (best - worlds), axis=1)


def _largest(values: np.ndarray, axis: int) -> np.ndarray:
    """The largest of those known; NaN where none is."""
    known = np.isfinite(values)
    top = np.where(known, values, -np.inf).max(axis=axis)
    return np.where(known.any(axis=axis), top, np.nan)


def kept_share(worlds: np.ndarray, sign: int, limit: float) -> np.ndarray:
    """Part of the worlds in which a limit is kept, (trials, worlds) to (trials,); a world in which
    nothing was measured counts as one in which it is not."""
    return np.asarray((sign * (worlds - limit) >= 0).mean(axis=1))


def violation(values: np.ndarray, sign: int, limit: float) -> np.ndarray:
    """How far values are from keeping a limit, in parts of its size (of 1, if it is 0); 0 or less
    where it is kept."""
    return np.asarray(sign * (limit - values) / (abs(limit) or 1.0))


@dataclass(frozen=True)
class Judge:
    """Turns means by world, (trials, worlds, aims), into what trials are ranked by.

    The first ``signs`` are of objectives, the last ones of limits, as many as there are
    ``limits``. ``share``: part of the worlds in which each limit must be kept; none where there is
    one world, in which it is held against the mean.
    """

    signs: Sequence[int]
    limits: Sequence[float]
    how: str = "mean"
    share: float | None = None

    def kept(self, worlds: np.ndarray) -> np.ndarray:
        """Of each limit the part of worlds in which it is kept, (trials, limits)."""
        columns = [
            kept_share(worlds[:, :, k], self.signs[k], limit) for k, limit in self._limited()
        ]
        return np.reshape(columns, (len(columns), len(worlds))).T

    def violations(self, worlds: np.ndarray) -> np.ndarray:
        """How far each limit is from being kept, (trials, limits), 0 or less where it is."""
        if self.share is not None:
            return self.share - self.kept(worlds)
        columns = [
            violation(means(worlds[:, :, k]), self.signs[k], limit) for k, limit in self._limited()
        ]
        return np.reshape(columns, (len(columns), len(worlds))).T

    def kept_all(self, worlds: np.ndarray) -> np.ndarray:
        """Which trials keep all limits, (trials,)."""
        return np.asarray((self.violations(worlds) <= 0).all(axis=1))

    def judged(self, worlds: np.ndarray) -> np.ndarray:
        """Of each objective what it is judged by, (trials, objectives), in its own unit; where it
        is regret, that against the best of these trials that keep all limits."""
        if self.how == "max_regret":
            return self.regrets(worlds, worlds)
        by = worst_decile if self.how == "worst_decile" else mean
        return np.stack([by(worlds[:, :, k], sign) for k, sign in self._aimed()], axis=1)

    def regrets(self, worlds: np.ndarray, rivals: np.ndarray) -> np.ndarray:
        """The largest regret of each objective, (trials, objectives), against the best of these
        rivals that keep all limits."""
        kept = self.kept_all(rivals)
        columns = []
        for k, sign in self._aimed():
            best = best_by_world(rivals[:, :, k], sign, kept)
            columns.append(max_regret(worlds[:, :, k], sign, best))
        return np.stack(columns, axis=1)

    def better(self, judged: np.ndarray) -> np.ndarray:
        """The same with more always better."""
        signs = np.array(self.signs[: judged.shape[1]])
        return -judged if self.how == "max_regret" else judged * signs

    def _aimed(self) -> list[tuple[int, int]]:
        return list(enumerate(self.signs[: len(self.signs) - len(self.limits)]))

    def _limited(self) -> list[tuple[int, float]]:
        first = len(self.signs) - len(self.limits)
        return [(first + at, limit) for at, limit in enumerate(self.limits)]


def total(violations: np.ndarray) -> np.ndarray:
    """All limits together, (trials, limits) to (trials,): 0 where all are kept, NaN where one
    could not be measured."""
    return np.asarray(np.maximum(violations, 0.0).sum(axis=1))
