"""Shares of the variance that settings account for, where every outcome hangs on luck as well.

The design is Saltelli's: of a scrambled Sobol sequence, places A and B in the unit cube, and
between them A with one column of B at a time. A row is lived with luck of its own, the same for all
its points, so that what a setting does is told from pairs that share their luck.

Indices are those of expected outcomes, over all luck there could be, and not of means over the few
replicates that were lived: the noise left in these means is taken out, without bias, by how the
replicates of a point (and of a pair of points) scatter. The estimators are those of Saltelli et
al. (2010, first order) and Jansen (1999, total) then; ``Shares.first_of_means`` and
``total_of_means`` are theirs without that correction.

The dummy is a setting that changes nothing. With shared luck its points would be the very same
outcomes and its indices 0 by construction; so it is A again with the luck of the next row. What its
estimates are off 0 is what chance does to estimates. Rows exchange their luck in pairs, and
resamples draw pairs, which are independent of each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..statistics import Floats
from .found import StudyError
from .points import means, spreads
from .resampled import overall_means, percentile_ends, resampled_means


class MissingSALib(StudyError):
    """SALib is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "sensitivity needs the extra 'sensitivity': pip install 'trader-sim[sensitivity]'"
        )


def saltelli(settings: int, samples: int, random: np.random.Generator) -> Floats:
    """Places in the unit cube, (samples, settings + 2, settings): A, A with one column of B at a
    time, B. Raises ``MissingSALib``; ``samples`` must be a power of two."""
    try:
        from SALib.sample import sobol
    except ImportError:
        raise MissingSALib from None
    names = [str(k) for k in range(settings)]
    problem = {"num_vars": settings, "names": names, "bounds": [[0.0, 1.0]] * settings}
    flat = sobol.sample(problem, samples, calc_second_order=False, seed=random)
    return np.asarray(flat, float).reshape(samples, settings + 2, settings)


@dataclass(frozen=True)
class Interval:
    """Estimates with the ends of their 95 % percentile bootstrap intervals, each (columns,)."""

    value: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Shares:
    """What a quantity hangs on. All are shares; NaN where nothing can be said."""

    first: Interval
    """Of the variance of expected outcomes, by each setting alone; last the dummy."""
    total: Interval
    """By each setting alone and with others; last the dummy."""
    alone: Interval
    """Of the variance of a single replicate, over settings and luck, by settings each alone, (1,);
    the three add up to 1."""
    together: Interval
    """By settings only together, (1,): what their first-order shares leave."""
    chance: Interval
    """By luck, (1,)."""
    first_of_means: Floats
    """First-order indices of means over replicates as they are, noise and all."""
    total_of_means: Floats
    """Total indices of these means."""
    noise_left: float
    """Part of the variance of these means that is noise."""
    variance: float
    """Variance of expected outcomes over the ranges."""
    rows: int
    """Rows used."""
    lost: int
    """Rows left out, because fewer than two replicates of each of their points have a number."""
    most: int
    """Which setting has the largest total share; -1 if none is known."""
    ahead: Floats
    """Lower end of the 95 % interval by which that is larger than each other's, (settings + 1,)."""


def shares(lived: Floats, dummy: Floats, random: np.random.Generator, resamples: int) -> Shares:
    """What a quantity hangs on; ``lived`` is (rows, settings + 2, replicates) in the order of
    ``saltelli``, ``dummy`` (rows, replicates) A with the luck of the other row of a pair.

    Rows 0 and 1, 2 and 3, ... are pairs. NaN is a replicate that failed: it is left out of all
    points of its row.
    """
    settings = lived.shape[1] - 2
    terms, used = _terms(lived, dummy)
    pairs = np.add.reduceat(terms, np.arange(0, len(terms), 2))
    counts = np.add.reduceat(used.astype(float), np.arange(0, len(terms), 2))
    counts = np.repeat(counts[:, None], terms.shape[1], axis=1)
    value = _indices(overall_means(pairs, counts)[None], settings)
    draws = _indices(resampled_means(pairs, counts, random, resamples), settings)
    found = {
        name: Interval(value[name][0], *percentile_ends(draws[name]))
        for name in ("first", "total", "alone", "together", "chance")
    }
    total = value["total"][0]
    most = int(np.argmax(total[:-1])) if np.isfinite(total).all() else -1
    ahead = percentile_ends(draws["total"][:, [most]] - draws["total"])[0]
    return Shares(
        **found,
        first_of_means=value["first_of_means"][0],
        total_of_means=value["total_of_means"][0],
        noise_left=float(value["noise_left"][0, 0]),
        variance=float(value["variance"][0, 0]),
        rows=int(used.sum()),
        lost=int(len(used) - used.sum()),
        most=most,
        ahead=ahead,
    )


def _terms(lived: Floats, dummy: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """What each row adds to every mean that indices are made of, (rows, terms), zero for rows that
    are not used, and which are used, (rows,)."""
    complete = np.asarray(np.isfinite(lived).all(axis=1))
    count, dummies = complete.sum(axis=1), np.isfinite(dummy).sum(axis=1)
    used = (count > 1) & (dummies > 1)
    lived = np.where(complete[:, None], lived, np.nan)
    a, crossed, b = lived[:, 0], lived[:, 1:-1].swapaxes(1, 2), lived[:, -1]
    mean_a, mean_b, mean_dummy = means(a), means(b), means(dummy)
    every = np.column_stack([mean_a, means(crossed), mean_dummy, mean_b])[used]
    centre = every.mean() if used.any() else 0.0  # indices of values far from 0 are less sure
    count, dummies = np.maximum(count, 1), np.maximum(dummies, 1)
    steps = crossed - a[..., None]
    step = np.column_stack([means(steps), mean_dummy - mean_a])
    noise = [spreads(steps) / count[:, None], spreads(a) / count + spreads(dummy) / dummies]
    by_luck = [_covariances(b, steps), -_covariances(b, a[..., None])]
    one, other = mean_a - centre, mean_b - centre
    rough_first, rough_total = other[:, None] * step, step**2 / 2
    within = (spreads(a) + spreads(b)) / 2
    terms = [
        rough_first, rough_first - np.column_stack(by_luck) / count[:, None],
        rough_total, rough_total - np.column_stack(noise) / 2,
        (one**2 + other**2) / 2, (one + other) / 2, within, within / count,
    ]  # fmt: skip
    return np.where(used[:, None], np.column_stack(terms), 0.0), used


def _covariances(one: Floats, others: Floats) -> Floats:
    """Covariances over replicates, (rows, replicates) with (rows, replicates, columns)."""
    off = one - means(one)[:, None]
    known = np.maximum(np.isfinite(one).sum(axis=1) - 1, 1)[:, None]
    products = off[..., None] * (others - means(others)[:, None])
    return np.where(np.isfinite(products), products, 0.0).sum(axis=1) / known


def _indices(mean: Floats, settings: int) -> dict[str, Floats]:
    """Indices from means of terms, (resamples, terms); NaN where there is no variance."""
    columns = settings + 1
    parts = np.split(mean, np.cumsum([columns] * 4 + [1, 1, 1]), axis=1)
    rough_first, first, rough_total, total, squares, level, within, left = parts  # as in _terms
    of_means = squares - level**2
    of_means = np.where(of_means > 1e-14 * (squares + level**2), of_means, np.nan)
    variance = np.where(of_means - left > 0, of_means - left, np.nan)
    alone = first[:, :-1].sum(axis=1, keepdims=True)
    return {
        "first": first / variance,
        "total": total / variance,
        "alone": alone / (variance + within),
        "together": (variance - alone) / (variance + within),
        "chance": within / (variance + within),
        "first_of_means": rough_first / of_means,
        "total_of_means": rough_total / of_means,
        "noise_left": left / of_means,
        "variance": variance,
    }
