"""Crossings of a threshold along one setting, and how much of a quantity goes with a column."""

import numpy as np
import pytest

from sim.explore.scores import explained_share
from sim.explore.tipping import GRID, STEPS, crossings

RNG = np.random.default_rng(1)
LUCK = RNG.normal(size=(1, 20))  # common to all values, as with common seeds


def noisy(curve, noise):
    def measure(values):
        return curve(values)[:, None] + noise * (LUCK - LUCK.mean())

    return measure


@pytest.mark.parametrize("true", [0.03, 0.37, 0.5001, 0.99])
def test_a_crossing_is_found_as_finely_as_bisection_goes(true):
    found, tried, means = crossings(noisy(lambda x: x - true, 0.0), 0, 1)
    (one,) = found
    assert one.low <= true <= one.high
    assert one.high - one.low == pytest.approx(1 / (GRID - 1) / 2**STEPS)
    assert one.value == pytest.approx(true, abs=0.005)
    assert len(tried) == GRID + STEPS == len(means)


def test_the_interval_is_where_replicates_leave_no_doubt():
    found, _, _ = crossings(noisy(lambda x: x - 0.4, 0.2), 0, 1)
    (one,) = found
    reach = 0.2 * LUCK.std(ddof=1) * 2.093 / np.sqrt(20)
    assert one.sure_low < 0.4 - reach < 0.4 + reach < one.sure_high
    assert one.sure_high - one.sure_low < 0.6


def test_two_crossings_apart_are_both_found_and_none_where_there_is_none():
    found, _, _ = crossings(noisy(lambda x: (x - 0.1) * (x - 0.8), 0.0), 0, 1)
    assert [one.value for one in found] == pytest.approx([0.1, 0.8], abs=0.005)
    found, tried, _ = crossings(noisy(lambda x: x + 1, 0.0), 0, 1)
    assert found == [] and len(tried) == GRID


def test_what_is_missing_crosses_nothing():
    def measure(values):
        return np.where(values[:, None] < 0.5, np.nan, 1.0) * np.ones((1, 4))

    assert crossings(measure, 0, 1)[0] == []


def test_a_column_explains_its_share_of_the_variance():
    points = RNG.random((20_000, 4))
    values = 3 * points[:, 0] + 2 * (points[:, 1] - 0.5) ** 2 + RNG.normal(size=20_000)
    parts = np.array([9 / 12, 4 / 180, 0, 0])
    found = explained_share(points, values)
    # a hundredth of a straight line's variance lies within ten slices of it
    assert found == pytest.approx(parts / (parts.sum() + 1), abs=0.015)


def test_columns_that_do_nothing_explain_nothing():
    points = RNG.random((2000, 50))
    found = explained_share(points, RNG.normal(size=2000))
    assert found.max() < 0.02 and (found == 0).any()


def test_missing_values_are_left_out_and_constants_have_nothing_to_explain():
    points = RNG.random((500, 2))
    values = points[:, 0].copy()
    values[::3] = np.nan
    assert explained_share(points, values)[0] > 0.95
    assert np.isnan(explained_share(points, np.ones(500))).all()
    assert np.isnan(explained_share(points, np.full(500, np.nan))).all()
