"""Approximate Bayesian computation against posteriors that are known exactly."""

import numpy as np
import pytest

from sim.explore.abc import accepted, region_holds
from sim.explore.matching import Sought


def sought(low, variance, high=None):
    low = np.atleast_1d(np.asarray(low, float))
    high = low if high is None else np.atleast_1d(np.asarray(high, float))
    return Sought(low, high, np.full(len(low), float(variance)))


def test_a_known_posterior_is_found():
    """Seen 0.5 with errors of 0.05 in all: normal about 0.5, its 90 % interval 0.082 to each side."""
    rng = np.random.default_rng(1)
    shares = rng.random((20_000, 2))
    values = shares[:, :1] + 0.03 * rng.normal(size=(20_000, 1))
    found = accepted(values, sought(0.5, 0.04**2), np.array([0.03**2]), 0.02, 1)
    draws = shares[found.draws(4000, rng)]
    assert np.quantile(draws[:, 0], [0.05, 0.5, 0.95]) == pytest.approx(
        [0.418, 0.5, 0.582], abs=0.012
    )
    assert np.quantile(draws[:, 1], [0.05, 0.95]) == pytest.approx([0.05, 0.95], abs=0.05)


def test_a_wide_tolerance_is_wide_and_never_too_narrow():
    rng = np.random.default_rng(2)
    shares = rng.random((2000, 1))
    values = shares + 0.01 * rng.normal(size=shares.shape)
    spreads = []
    for part in (0.02, 0.1, 0.5):
        found = accepted(values, sought(0.4, 0.0), np.array([1e-4]), part, 1)
        spreads.append(float(shares[found.draws(500, rng)].std()))
    assert 0.008 < spreads[0] < spreads[1] < spreads[2]


def test_inside_of_bounds_all_points_are_equally_good():
    shares = np.linspace(0, 1, 1001)[:, None]
    found = accepted(shares, sought(0.2, 0.0, 0.6), np.array([1e-4]), 0.3, 1)
    assert found.tolerance == 0
    assert found.weights == pytest.approx(1 / len(found.place))
    assert shares[found.place].min() == pytest.approx(0.2)
    assert shares[found.place].max() == pytest.approx(0.6)


def test_a_gap_counts_where_there_is_no_variance_at_all():
    shares = np.linspace(0, 1, 101)[:, None]
    found = accepted(shares, sought(0.0, 0.0), np.zeros(1), 0.05, 1)
    assert shares[found.place].max() <= 0.05


def test_failed_points_are_never_accepted_and_all_failed_is_told():
    shares = np.random.default_rng(3).random((200, 1))
    values = shares.copy()
    values[::2] = np.nan
    found = accepted(values, sought(0.5, 0.01), np.zeros(1), 0.5, 1)
    assert (found.place % 2 == 1).all() and len(found.place) == 50
    assert np.isnan(found.distance[::2]).all()
    with pytest.raises(ValueError, match="fewer than two"):
        accepted(values * np.nan, sought(0.5, 0.01), np.zeros(1), 0.5, 1)


def test_draws_come_as_often_as_they_weigh():
    rng = np.random.default_rng(4)
    shares = rng.random((300, 1))
    found = accepted(shares, sought(0.5, 0.01), np.zeros(1), 0.5, 1)
    counts = np.bincount(found.draws(10_000, rng), minlength=300)[found.place]
    assert np.abs(counts - 10_000 * found.weights).max() <= 1
    assert 2 < found.effective <= len(found.place)


def test_a_region_of_ninety_per_cent_holds_nine_points_of_ten():
    rng = np.random.default_rng(5)
    mixing = np.array([[1.0, 0.0], [0.9, 0.2]])
    draws = rng.normal(size=(2000, 2)) @ mixing.T
    points = rng.normal(size=(1000, 2)) @ mixing.T
    held = np.mean([region_holds(draws, point) for point in points])
    assert held == pytest.approx(0.9, abs=0.03)
    assert not region_holds(draws, np.array([1.0, -1.0]))  # inside of both, but against the tie
