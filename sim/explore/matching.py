"""History matching in waves: where in the unit cube a model may lie, given what is known.

A wave lives points, emulates every target, and rules out whatever is implausible:

    I = distance of the emulated mean from what is known
        / sqrt(observation + discrepancy + ensemble (1 + 1/replicates) + emulator variance)

above 3 for any target, by any wave (Craig et al. 1997; Vernon, Goldstein and Bower 2010; for
agent-based models McCulloch et al., JASSS 25(2)1). The next wave lives points of what is left.
Ensemble variance is that of one replicate, for the world is seen once; a share more, because the
replicates of a wave share their luck among all points, and the emulator cannot see that. It is
emulated as well, for it may differ by orders of magnitude, and never counts for less than its mean
over points, for too small a variance rules out what should stay.

What is left is held as a population spread evenly over it. Where it is a small part of the cube it
is come to by way of larger ones, each reached by walks inside the last (subset simulation, Au and
Beck 2001), so that its share can be told however small. Plain numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from .emulator import Emulator, emulated

Floats = NDArray[np.float64]
Simulate = Callable[[Floats, range], Floats]
"""From (points, dimensions) of the unit cube and replicates to (points, replicates, targets)."""
CUT = 3.0  # Pukelsheim (1994): 95 % of any distribution with one peak lie within 3 of its own sd
STABLE = 0.9  # a wave that leaves so much of what it found has not much to say
SMALLEST = 1e-12  # of the cube: nothing is left
LEVEL = 0.2  # part of the population that each step towards a small space keeps
STEPS = 16  # of a walk
FEWEST = 20  # points that an emulator is made from
MOST = 400


class TooFew(ValueError):
    """Too few points have numbers to go on."""


@dataclass(frozen=True)
class Sought:
    """What is known of each target: between ``low`` and ``high``, (targets,), give or take
    ``variance`` of observation and discrepancy."""

    low: Floats
    high: Floats
    variance: Floats

    def beyond(self, values: Floats) -> Floats:
        """How far values, (..., targets), lie outside, with the sign; 0 inside."""
        return np.asarray(values - np.clip(values, self.low, self.high))


@dataclass(frozen=True)
class Wave:
    """One wave: its points (points, dimensions), what was measured, (points, replicates, targets),
    an emulator a target, one of its variance between replicates, and that variance averaged over
    points, (targets,); the part of the cube it leaves, and which part
    of what it found each target rules out by itself, (targets,)."""

    shares: Floats
    values: Floats
    emulators: Sequence[Emulator]
    spreads: Sequence[Emulator]
    ensemble: Floats
    left: float
    ruled_out: Floats

    def implausibility(self, sought: Sought, shares: Floats) -> Floats:
        """Implausibility of every target, (points, targets)."""
        found = np.empty((len(shares), len(self.emulators)))
        more = 1.0 + 1.0 / self.values.shape[1]
        for k, emulator in enumerate(self.emulators):
            mean, variance = emulator.at(shares)
            off = np.abs(mean - np.clip(mean, sought.low[k], sought.high[k]))
            ensemble = np.maximum(self.spreads[k].at(shares)[0], self.ensemble[k])
            spread = np.sqrt(sought.variance[k] + more * ensemble + variance)
            with np.errstate(divide="ignore", invalid="ignore"):
                found[:, k] = np.where(off > 0, off / spread, 0.0)
        return found


@dataclass
class Matched:
    """Waves, and a population spread evenly over what they leave, (size, dimensions); empty if
    nothing is left."""

    sought: Sought
    waves: list[Wave] = field(default_factory=list)
    population: Floats = field(default_factory=lambda: np.empty((0, 0)))

    @property
    def stable(self) -> bool:
        """Whether the last wave had not much to say."""
        left = [1.0, *(wave.left for wave in self.waves)]
        return len(left) > 1 and left[-1] > STABLE * left[-2]

    def worst(self, shares: Floats, enough: float = np.inf) -> Floats:
        """The largest implausibility of points, over targets and waves, (points,); exactly so
        only up to ``enough``, for what is beyond is not asked of earlier waves."""
        worst = np.zeros(len(shares))
        for wave in reversed(self.waves):
            asked = np.flatnonzero(worst <= enough)
            if asked.size:
                own = wave.implausibility(self.sought, shares[asked]).max(axis=1)
                worst[asked] = np.maximum(worst[asked], own)
        return worst


def history_matching(
    simulate: Simulate,
    sought: Sought,
    dimensions: int,
    waves: int,
    points: int,
    replicates: int,
    size: int,
    seed: int,
) -> Matched:
    """Up to so many waves, fewer if the space is stable, or nothing is left of it.

    Wave w lives replicates w R to (w + 1) R - 1, so that not all waves share their luck; ``size``
    is that of the population.
    """
    rng = np.random.default_rng([seed, 1])
    matched = Matched(sought, [], qmc.LatinHypercube(dimensions, rng=rng).random(size))
    design = qmc.LatinHypercube(dimensions, rng=rng).random(points)
    none = np.empty((0, len(sought.low)))
    known: tuple[Floats, ...] = (np.empty((0, dimensions)), none, none)  # and variances
    left = 1.0
    for number in range(waves):
        values = simulate(design, range(number * replicates, (number + 1) * replicates))
        means, variances, ensemble = _moments(values)
        known = tuple(map(np.vstack, zip(known, (design, means, variances), strict=True)))
        emulators, spreads = (
            [_emulator(known[0], column) for column in table.T] for table in known[1:]
        )
        wave = Wave(design, values, emulators, spreads, ensemble, left, np.zeros(len(sought.low)))
        matched.waves.append(wave)
        alone = (wave.implausibility(sought, matched.population) > CUT).mean(axis=0)
        matched.population, share = _shrunk(matched, matched.population, rng)
        left *= share
        matched.waves[-1] = replace(wave, left=left, ruled_out=alone)
        if not len(matched.population) or matched.stable:
            break
        inside = matched.worst(known[0], CUT) <= CUT
        known = tuple(each[inside] for each in known)
        design = _spread_out(matched.population, points, rng)
    return matched


def _moments(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Means over replicates and variances between them, (points, targets), NaN where too many
    failed; and the variance averaged over points, (targets,)."""
    known = np.isfinite(values)
    count = known.sum(axis=1)
    total = np.where(known, values, 0.0).sum(axis=1)
    means = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    squares = (np.where(known, values - means[:, None], 0.0) ** 2).sum(axis=1)
    free = (count - 1).clip(0)
    variances = np.divide(squares, free, out=np.full(total.shape, np.nan), where=free > 0)
    return means, variances, squares.sum(axis=0) / np.maximum(free.sum(axis=0), 1)


def _emulator(shares: Floats, values: Floats) -> Emulator:
    """From the newest points that have a value."""
    usable = np.flatnonzero(np.isfinite(values))[-MOST:]
    if len(usable) < FEWEST:
        raise TooFew(
            f"only {len(usable)} points have a value, and two replicates; {FEWEST} are needed"
        )
    return emulated(shares[usable], values[usable])


def _shrunk(matched: Matched, population: Floats, rng: np.random.Generator) -> tuple[Floats, float]:
    """A population of what is left, spread evenly, and which part of the given one's space that
    is."""
    worst = matched.worst(population)
    size, share, before = len(population), 1.0, np.inf
    while True:
        level = max(CUT, float(np.quantile(worst, LEVEL)))
        alive = worst <= level
        share *= float(alive.mean())
        if share < SMALLEST or (level >= before and level > CUT):
            return population[:0], 0.0
        population, worst = _walked(matched, population[alive], worst[alive], level, size, rng)
        if level == CUT:
            return population, share
        before = level


def _walked(
    matched: Matched, alive: Floats, worst: Floats, level: float, size: int,
    rng: np.random.Generator,
) -> tuple[Floats, Floats]:  # fmt: skip
    """As many points as before, spread evenly where implausibility is at most ``level``: copies
    of those alive that walk at random and do not step outside (Metropolis)."""
    if len(alive) == size:
        return alive, worst
    dimensions = alive.shape[1]
    place = np.concatenate(
        [np.arange(len(alive)), rng.integers(len(alive), size=size - len(alive))]
    )
    points, worst = alive[place], worst[place]
    root = _root(np.cov(alive.T).reshape(dimensions, dimensions), len(alive))
    sides = np.sqrt((root * root).sum(axis=1))
    strides = np.full(2, 2.38 / np.sqrt(dimensions))
    for step in range(STEPS):
        kind = step % 2
        moves = strides[kind] * rng.normal(size=points.shape)
        if kind:  # along ridges; not reflected at the faces, for that could not be walked back
            tried = points + moves @ root.T
        else:  # into corners: some sides at a time, each by itself, reflected
            tried = points + moves * sides * (rng.random(points.shape) < 0.5)
            tried = np.abs(tried) % 2.0
            tried = np.minimum(tried, 2.0 - tried)
        found = np.full(size, np.inf)
        within = np.flatnonzero(((tried >= 0.0) & (tried <= 1.0)).all(axis=1))
        found[within] = matched.worst(tried[within], level)
        taken = found <= level
        points, worst = np.where(taken[:, None], tried, points), np.where(taken, found, worst)
        strides[kind] *= np.exp(taken.mean() - 0.25)
    return points, worst


def _root(spread: Floats, count: int) -> Floats:
    """A factor of a covariance; of one that rests on too few points, its sides alone."""
    if count <= 2 * len(spread):
        spread = np.diag(np.diag(spread))
    return np.asarray(np.linalg.cholesky(spread + 1e-10 * np.eye(len(spread))))


def _spread_out(population: Floats, count: int, rng: np.random.Generator) -> Floats:
    """So many of the population, each in turn the one farthest from those chosen."""
    chosen = [int(rng.integers(len(population)))]
    nearest = np.full(len(population), np.inf)
    for _ in range(min(count, len(population)) - 1):
        nearest = np.minimum(nearest, ((population - population[chosen[-1]]) ** 2).sum(axis=1))
        chosen.append(int(nearest.argmax()))
    return population[chosen]
