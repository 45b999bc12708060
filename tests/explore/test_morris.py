"""Elementary effects against SALib, and against functions whose effects are known."""

import numpy as np
import pytest
from SALib.analyze import morris as reference

from sim.explore.morris import elementary_effects, screening, trajectories
from sim.explore.resampled import generator


def curved(places):
    """One setting that does nothing, one straight, one curved, two that act together."""
    return 3 * places[..., 1] + 5 * places[..., 2] ** 2 + 4 * places[..., 3] * places[..., 4]


@pytest.mark.parametrize("seed", [0, 1])
def test_statistics_are_those_of_salib(seed):
    places = trajectories(5, 30, 6, generator(seed, 1))
    lived = curved(places)[..., None]
    effects, noise = elementary_effects(places, lived)
    found = screening(effects, noise, generator(seed, 2))
    problem = {"num_vars": 5, "names": list("abcde"), "bounds": [[0.0, 1.0]] * 5}
    theirs = reference.analyze(problem, places.reshape(-1, 5), lived.ravel(), num_levels=6, seed=1)
    assert found.mean.value == pytest.approx(theirs["mu"], abs=1e-12)
    assert found.size.value == pytest.approx(theirs["mu_star"], abs=1e-12)
    assert found.spread.value == pytest.approx(theirs["sigma"], abs=1e-7)


def test_what_does_nothing_is_nothing_and_what_is_straight_has_no_spread():
    places = trajectories(5, 50, 4, generator(0, 1))
    effects, noise = elementary_effects(places, curved(places)[..., None].repeat(2, -1))
    found = screening(effects, noise, generator(0, 2))
    assert found.size.value[0] == 0
    assert found.size.value[1] == pytest.approx(3)
    assert found.spread.value[1] == pytest.approx(0, abs=1e-6)
    assert (found.spread.low[2:] > 0.5).all()
    assert (found.mean.low <= found.mean.value).all()
    assert (found.by_chance == 0).all()
    assert set(places.ravel()) <= {0, 1 / 3, 2 / 3, 1}


def test_noise_is_told_from_what_a_setting_does():
    """What noise alone would give of mu* is what it gives of a setting that does nothing."""
    places = trajectories(5, 2000, 4, generator(0, 1))
    luck = np.random.default_rng(0).normal(0, 1, (2000, 1, 4))
    own = np.random.default_rng(1).normal(0, 2, (2000, 6, 4))
    lived = curved(places)[..., None] + 10 * luck + own
    effects, noise = elementary_effects(places, lived)
    found = screening(effects, noise, generator(0, 2))
    assert found.size.value[0] == pytest.approx(found.by_chance[0], rel=0.05)
    assert found.mean.low[0] < 0 < found.mean.high[0]


def test_a_step_with_an_end_that_failed_is_left_out_and_counted():
    places = trajectories(5, 20, 4, generator(0, 1))
    lived = curved(places)[..., None].repeat(2, -1)
    lived[4, 0] = np.nan  # the first point: one step is lost
    lived[7, :, 1] = np.nan  # a replicate: no step is, but its noise is not known
    effects, noise = elementary_effects(places, lived)
    found = screening(effects, noise, generator(0, 2))
    assert found.count.sum() == 99
    assert np.isnan(noise).sum() == 6
    assert found.size.value[1] == pytest.approx(3)
