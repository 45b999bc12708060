"""Screening by elementary effects (Morris 1991; mu* of Campolongo et al. 2007).

A trajectory moves from one point to the next by one setting at a time; all its points are lived
with the same luck. An effect is how much a quantity would change over the whole range of a setting,
by the pace of that one step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..statistics import Floats
from .points import means, spreads
from .resampled import RESAMPLES, overall_means, percentile_ends, resampled_means
from .sobol import Interval, MissingSALib


def trajectories(settings: int, count: int, levels: int, random: np.random.Generator) -> Floats:
    """Places in the unit cube, (count, settings + 1, settings), on so many levels, an even number.

    Raises ``MissingSALib``.
    """
    try:
        from SALib.sample import morris
    except ImportError:
        raise MissingSALib from None
    names = [str(k) for k in range(settings)]
    problem = {"num_vars": settings, "names": names, "bounds": [[0.0, 1.0]] * settings}
    places = morris.sample(problem, count, num_levels=levels, seed=random)
    on_grid = np.rint(np.asarray(places, float) * (levels - 1)) / (levels - 1)
    return on_grid.reshape(count, settings + 1, settings)


def elementary_effects(places: Floats, lived: Floats) -> tuple[Floats, Floats]:
    """Effects, (trajectories, settings), and the variance of each that is noise, of values lived
    (trajectories, settings + 1, replicates); NaN where no replicate has both ends of a step."""
    steps = np.diff(places, axis=1)
    mover = np.abs(steps).argmax(axis=2)
    length = np.take_along_axis(steps, mover[..., None], axis=2)
    paces = (np.diff(lived, axis=1) / length).swapaxes(1, 2)
    known = np.isfinite(paces).sum(axis=1)
    order = np.argsort(mover, axis=1)  # steps in the order of the settings
    effects, noise = means(paces), spreads(paces) / np.maximum(known, 1)
    return np.take_along_axis(effects, order, 1), np.take_along_axis(noise, order, 1)


@dataclass(frozen=True)
class Screening:
    """Elementary effects of each setting, in the unit of the quantity, over a whole range."""

    mean: Interval
    """mu: with their signs."""
    size: Interval
    """mu*: without."""
    spread: Interval
    """sigma: how much they differ from place to place: curvature, interactions, and noise."""
    by_chance: Floats
    """What mu* would be on average of a setting that does nothing, by noise alone."""
    count: np.ndarray
    """Effects known, of each setting."""


def screening(effects: Floats, noise: Floats, random: np.random.Generator) -> Screening:
    """Sizes of elementary effects, (trajectories, settings), with percentile intervals over
    trajectories; ``noise`` is the variance of each that is noise."""
    settings = effects.shape[1]
    known = np.isfinite(effects)
    clean = np.where(known, effects, 0.0)
    sums = np.column_stack([clean, np.abs(clean), clean**2])
    counts = np.tile(known.astype(float), 3)
    of_all, of_each = overall_means(sums, counts), resampled_means(sums, counts, random, RESAMPLES)
    values = _statistics(of_all[None], settings, known.sum(axis=0))
    draws = _statistics(of_each, settings, known.sum(axis=0))
    mean, size, spread = (
        Interval(value[0], *percentile_ends(drawn))
        for value, drawn in zip(values, draws, strict=True)
    )
    told = np.isfinite(noise)
    average = overall_means(np.where(told, noise, 0.0), told.astype(float))
    return Screening(mean, size, spread, np.sqrt(2 / np.pi * average), known.sum(axis=0))


def _statistics(mean: Floats, settings: int, known: np.ndarray) -> list[Floats]:
    """mu, mu* and sigma from means of effects, sizes, and squares, (resamples, 3 settings)."""
    signed, sizes, squares = np.split(mean, [settings, 2 * settings], axis=1)
    variance = np.maximum(squares - signed**2, 0.0)
    correction = np.divide(known, known - 1, out=np.full(settings, np.nan), where=known > 1)
    return [signed, sizes, np.sqrt(variance * correction)]
