"""Which points a tuning tries next: pure functions of the seed and of what was tried before.

Points are places in the unit cube, (points, levers). Values are (trials, objectives), larger is
better; violations are (trials, limits), above 0 where a limit is not kept; NaN: a trial failed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np
from scipy.stats import qmc

from .found import StudyError

FILLING, CHOOSING = 1, 2  # purposes of luck
CANDIDATES = 24  # among which the most promising one is tried


class MissingOptuna(StudyError):
    """Optuna is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "tuning with the solver optuna needs the extra 'tune': pip install 'trader-sim[tune]'; "
            "solver: random needs nothing"
        )


class Solver(Protocol):
    """Says which points to try in the next batch."""

    def __call__(
        self, size: int, tried: np.ndarray, values: np.ndarray, violations: np.ndarray
    ) -> np.ndarray:
        """So many points more, (size, levers), after those tried, (trials, levers)."""


class Filling:
    """Fills the cube evenly, whatever was found (scrambled Halton sequence)."""

    def __init__(self, levers: int, seed: int) -> None:
        self._levers, self._seed = levers, seed

    def __call__(
        self, size: int, tried: np.ndarray, values: np.ndarray, violations: np.ndarray
    ) -> np.ndarray:
        """The next points of the sequence."""
        luck = np.random.default_rng([self._seed, FILLING])
        sequence = qmc.Halton(self._levers, rng=luck)
        return np.asarray(sequence.fast_forward(len(tried)).random(size))


class Learning:
    """Tries what looks promising: the tree-structured Parzen estimator, all levers together.

    The first points fill the cube. Each batch is chosen by a fresh sampler seeded by (seed, number
    of trials so far) from the trials so far alone, so a tuning broken off goes on as if nothing had
    happened. Whatever matters is set here: versions of Optuna differ in their defaults.
    """

    def __init__(self, levers: int, seed: int, objectives: int) -> None:
        """Raises ``MissingOptuna``."""
        self._optuna = optuna()
        self._first = max(10, 2 * levers + 2)
        self._filling = Filling(levers, seed)
        self._levers, self._seed, self._objectives = levers, seed, objectives

    def __call__(
        self, size: int, tried: np.ndarray, values: np.ndarray, violations: np.ndarray
    ) -> np.ndarray:
        """The next points, each chosen knowing that the others of the batch are under way."""
        even = min(size, max(0, self._first - len(tried)))
        places = self._filling(even, tried, values, violations) if even else None
        if even == size and places is not None:
            return places
        known = np.isfinite(values).all(axis=1) & np.isfinite(violations).all(axis=1)
        space = {
            f"{k:03d}": self._optuna.distributions.FloatDistribution(0.0, 1.0)
            for k in range(self._levers)
        }
        with quiet(self._optuna):
            study = self._optuna.create_study(
                directions=["maximize"] * self._objectives, sampler=self._sampler(len(tried))
            )
            for place, value, violation in zip(
                tried[known], values[known], violations[known], strict=True
            ):
                study.add_trial(
                    self._optuna.create_trial(
                        params=dict(zip(space, place.tolist(), strict=True)),
                        distributions=space,
                        values=value.tolist(),
                        constraints={str(k): float(one) for k, one in enumerate(violation)},
                    )
                )
            asked = [study.ask(space).params for _ in range(size - even)]
        chosen = np.array([[each[name] for name in space] for each in asked])
        return chosen if places is None else np.concatenate([places, chosen])

    def _sampler(self, trials: int) -> Any:
        luck = np.random.SeedSequence([self._seed, CHOOSING, trials])
        return self._optuna.samplers.TPESampler(
            n_startup_trials=0,
            n_ei_candidates=CANDIDATES,
            seed=int(luck.generate_state(1)[0]),
            multivariate=True,
            group=False,
            constant_liar=True,
        )


def optuna() -> Any:
    """The library; raises ``MissingOptuna``."""
    try:
        import optuna
    except ImportError:
        raise MissingOptuna from None
    return optuna


@contextmanager
def quiet(library: Any) -> Iterator[None]:
    """Without Optuna's own report on every step."""
    level = library.logging.get_verbosity()
    library.logging.set_verbosity(library.logging.WARNING)
    try:
        yield
    finally:
        library.logging.set_verbosity(level)
