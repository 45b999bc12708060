"""Statistics against values worked by hand and against scipy."""

import numpy as np
import pytest
from scipy import stats

from sim.statistics import benjamini_hochberg, holm, mean_interval

pytestmark = pytest.mark.filterwarnings("error")
NAN = float("nan")


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.9]) == pytest.approx([1.0, 1.0])


def test_holm_leaves_missing_values_out_of_the_family():
    adjusted = holm([0.02, NAN, 0.5])
    assert adjusted[[0, 2]] == pytest.approx([0.04, 0.5])
    assert np.isnan(adjusted[1])
    assert holm([]).size == 0
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([1.2])


def test_benjamini_hochberg_by_hand():
    # 0.005 × 4, 0.01 × 4 / 2, 0.03 × 4 / 3, 0.04 × 4 / 4: none may exceed the next
    adjusted = benjamini_hochberg([0.01, 0.04, NAN, 0.03, 0.005])
    assert adjusted[[0, 1, 3, 4]] == pytest.approx([0.02, 0.04, 0.04, 0.02])
    assert np.isnan(adjusted[2])
    assert benjamini_hochberg([]).size == 0
    assert np.isnan(benjamini_hochberg([NAN])).all()
    with pytest.raises(ValueError, match="between 0 and 1"):
        benjamini_hochberg([-0.1])


def test_benjamini_hochberg_finds_all_that_holm_finds():
    p = np.random.default_rng(2).random(50) ** 3
    assert (benjamini_hochberg(p) <= holm(p)).all()
    assert (benjamini_hochberg(p) >= p).all()


def test_mean_interval_leaves_missing_values_out():
    over = mean_interval([[1.0, NAN, 5.0], [3.0, NAN, NAN]])
    assert over.mean[[0, 2]] == pytest.approx([2.0, 5.0])
    assert over.high[0] - 2.0 == pytest.approx(12.706205, rel=1e-6)  # t of 1 degree, error 1
    assert np.isnan([over.mean[1], over.low[1], over.low[2], over.high[2]]).all()
    with pytest.raises(ValueError, match="shape"):
        mean_interval([1.0])


@pytest.mark.parametrize("count", [1, 2, 7, 60])
def test_benjamini_hochberg_is_that_of_scipy(count):
    p = np.random.default_rng(count).random(count) ** 3
    assert benjamini_hochberg(p) == pytest.approx(stats.false_discovery_control(p), rel=1e-14)
