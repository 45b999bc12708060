"""Emulators: right where they look, and no surer than they may be."""

import numpy as np
import pytest

from sim.explore import emulator
from sim.explore.emulator import emulated


def bent(places):
    return np.sin(5 * places[:, 0]) + 2 * places[:, 1] * places[:, 2] + 30 * places[:, 3]


@pytest.fixture(scope="module")
def seen():
    rng = np.random.default_rng(0)
    places = rng.random((150, 5))
    return places, bent(places) + 0.1 * rng.normal(size=150)


def test_what_is_left_out_lies_in_its_interval_as_often_as_it_should(seen):
    expected, variance = emulated(*seen).left_out()
    off = (seen[1] - expected) / np.sqrt(variance)
    assert 0.9 <= (np.abs(off) < 1.96).mean() <= 0.99
    assert 0.8 <= off.std() <= 1.2


def test_left_out_is_what_an_emulator_without_the_value_says(seen):
    places, values = seen
    whole = emulated(places, values)
    inner = whole.lower @ whole.lower.T
    rest = np.arange(1, 150)
    weights = np.linalg.solve(inner[np.ix_(rest, rest)], values[rest] - whole.middle)
    assert whole.left_out()[0][0] == pytest.approx(whole.middle + inner[0, rest] @ weights)


def test_new_places_are_told_with_their_uncertainty(seen):
    fresh = np.random.default_rng(1).random((500, 5))
    mean, variance = emulated(*seen).at(fresh)
    off = mean - bent(fresh)
    assert np.sqrt((off * off).mean()) < 0.1  # of a spread of nine
    assert (np.abs(off) < 1.96 * np.sqrt(variance)).mean() >= 0.85


def test_a_function_that_never_moves_is_known_exactly():
    places = np.random.default_rng(2).random((30, 2))
    mean, variance = emulated(places, np.full(30, 42.0)).at(places)
    assert (mean == 42).all() and (variance == 0).all()


def test_the_gradient_of_the_likelihood_is_right(seen):
    places, values = seen
    y = (values - values.mean()) / values.std()
    squares = (places.T[:, :, None] - places.T[:, None, :]) ** 2
    trend = emulator._trend(places, places)
    logs = np.array([-0.5, 0.1, 0.4, 1.0, 1.5, -2.0])
    slopes = [
        emulator._unlikely(logs + step, y, squares, trend)[0]
        - emulator._unlikely(logs - step, y, squares, trend)[0]
        for step in 1e-5 * np.eye(6)
    ]
    gradient = emulator._unlikely(logs, y, squares, trend)[1]
    assert gradient == pytest.approx(np.array(slopes) / 2e-5, abs=1e-5)
