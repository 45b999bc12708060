"""History matching: what is ruled out, and what never may be."""

import numpy as np
import pytest

from sim.explore.matching import CUT, Sought, Wave, history_matching

NONE = np.zeros(1)


def of(low, high=None, variance=0.0):
    ends = np.atleast_1d(np.asarray(low, float))
    top = ends if high is None else np.atleast_1d(np.asarray(high, float))
    return Sought(ends, top, np.full(len(ends), float(variance)))


def matched(function, sought, noise=0.1, dimensions=2, waves=3, seed=1, **more):
    def simulate(shares, numbers):
        luck = [
            np.random.default_rng([seed, number]).normal(size=(len(shares), len(sought.low)))
            for number in numbers
        ]
        return function(shares)[:, None] + noise * np.stack(luck, axis=1)

    asked = {"points": 40, "replicates": 4, "size": 2000} | more
    return history_matching(simulate, sought, dimensions, waves, seed=seed, **asked)


class Flat:
    """An emulator that says the same everywhere."""

    def __init__(self, mean, variance):
        self.mean, self.variance = mean, variance

    def at(self, shares):
        return np.full(len(shares), self.mean), np.full(len(shares), self.variance)


def test_implausibility_is_distance_over_all_variances():
    values = np.zeros((1, 4, 1))
    wave = Wave(
        values[:, 0], values, [Flat(5.0, 2.0)], [Flat(4.0, 0.0)], np.array([1.0]), 1.0, NONE
    )
    # 5 off; 9 of observation and discrepancy, 4 + 4/4 of the ensemble, 2 of the emulator
    found = wave.implausibility(of(0.0, variance=9.0), np.zeros((1, 1)))
    assert found[0, 0] == pytest.approx(5 / 4)


def test_inside_of_bounds_nothing_is_implausible_and_outside_the_nearest_end_counts():
    values = np.zeros((1, 1, 1))
    for mean, expected in ((0.5, 0.0), (1.0, 0.0), (4.0, 1.5), (-2.0, 1.0)):
        wave = Wave(
            values[:, 0], values, [Flat(mean, 2.0)], [Flat(0.0, 0.0)], np.array([1.0]), 1.0, NONE
        )
        found = wave.implausibility(of(0.0, 1.0), np.zeros((1, 1)))
        assert found[0, 0] == pytest.approx(expected)


def test_what_is_left_is_the_part_that_fits():
    """Of x + y between 0.9 and 1.1 half of 0.04 + 0.34 is left, more by three standard deviations."""
    found = matched(lambda x: x.sum(axis=1, keepdims=True), of(0.9, 1.1), noise=0.01)
    reach = 3 * 0.01 * np.sqrt(1.25)
    assert found.waves[-1].left == pytest.approx(1 - (0.9 - reach) ** 2, rel=0.06)
    sums = found.population.sum(axis=1)
    assert (np.abs(sums - 1) < 0.1 + 1.3 * reach).all()


def test_the_population_is_spread_evenly_over_what_is_left():
    found = matched(lambda x: x[:, :1], of(0.2, 0.4), noise=0.001)
    x, y = found.population.T
    assert np.quantile(x, [0.25, 0.5, 0.75]) == pytest.approx([0.25, 0.3, 0.35], abs=0.015)
    assert np.quantile(y, [0.25, 0.5, 0.75]) == pytest.approx([0.25, 0.5, 0.75], abs=0.04)


def test_a_very_small_part_is_found_and_its_size_told():
    """A corner of six dimensions, six millionths of the cube, reached in eight steps; walks that
    favour some places of it would be off by orders of magnitude."""
    found = matched(
        lambda x: x.sum(axis=1, keepdims=True), of(-1.0, 0.4), 0.001, 6, 1, points=80
    )  # fmt: skip
    volume = (0.4 + 0.003 * np.sqrt(1.25)) ** 6 / 720
    assert found.waves[-1].left == pytest.approx(volume, rel=0.4)
    assert np.median(found.population.sum(axis=1)) == pytest.approx(0.403 / 2 ** (1 / 6), abs=0.01)


def test_planted_points_are_hardly_ever_ruled_out():
    ruled_out = 0
    for seed in range(25):
        rng = np.random.default_rng([seed, 5])
        planted = rng.random((1, 2))
        seen = planted[0] + 0.1 * rng.normal(size=2)
        found = matched(lambda x: x, of(seen), seed=seed, waves=2)
        ruled_out += found.worst(planted)[0] > CUT
    assert ruled_out <= 1  # 0.3 % each of two targets


def test_if_nothing_fits_nothing_is_left():
    found = matched(lambda x: x, of([5.0, 0.5]))
    assert not len(found.population)
    assert found.waves[-1].left == 0
    assert found.waves[-1].ruled_out[0] == 1


def test_waves_end_once_they_have_nothing_to_say():
    found = matched(lambda x: x, of([0.0, 0.0], [1.0, 1.0]), waves=10)
    assert len(found.waves) == 1 and found.stable
    assert found.waves[0].left == 1


def test_failed_replicates_are_left_out_and_too_few_values_told():
    def broken(x):
        return np.where(x[:, :1] < 0.1, np.nan, x[:, :1])

    assert matched(broken, of(0.5)).waves[0].left < 1
    with pytest.raises(ValueError, match="only 0 points have a value"):
        matched(lambda x: x[:, :1] * np.nan, of(0.5))


def test_the_same_seed_gives_the_same_digits():
    one, other = (matched(lambda x: x, of([0.3, 0.6]), seed=4) for _ in range(2))
    assert (one.population == other.population).all()
    assert (matched(lambda x: x, of([0.3, 0.6]), seed=5).population != one.population).any()
