"""Paired differences against values worked by hand and against scipy."""

import numpy as np
import pytest
from scipy import stats

from sim.paired import paired_effect

pytestmark = pytest.mark.filterwarnings("error")
NAN = float("nan")


def test_paired_effect_by_hand():
    effect = paired_effect([1, 2, 3, 4], [2, 4, 3, 7])  # differences 1, 2, 0, 3
    assert (effect.base_mean, effect.other_mean, effect.difference) == (2.5, 4.0, 1.5)
    assert effect.superiority == 0.875  # three above, one tie
    reach = 3.182446 * np.sqrt(5 / 3) / 2  # t of 3 degrees, sd of 0..3, root of 4
    assert (effect.ci_low, effect.ci_high) == pytest.approx((1.5 - reach, 1.5 + reach), rel=1e-6)
    assert effect.pairs == 4


def test_paired_effect_agrees_with_scipy():
    rng = np.random.default_rng(3)
    base = rng.normal(size=40)
    other = base + rng.normal(0.3, 1, size=40)
    test = stats.ttest_rel(other, base)
    interval = test.confidence_interval(0.95)
    effect = paired_effect(base, other)
    assert effect.p == pytest.approx(test.pvalue, rel=1e-12)
    assert (effect.ci_low, effect.ci_high) == pytest.approx((interval.low, interval.high))


def test_pairs_with_a_missing_value_are_dropped():
    effect = paired_effect([1, NAN, 3, 5, np.inf], [2, 9, NAN, 8, 1])
    assert (effect.pairs, effect.base_mean, effect.difference) == (2, 3.0, 2.0)


def test_one_pair_has_a_difference_but_no_interval():
    effect = paired_effect([1.0], [3.0])
    assert (effect.difference, effect.superiority, effect.pairs) == (2.0, 1.0, 1)
    assert np.isnan([effect.ci_low, effect.ci_high, effect.p]).all()


def test_no_pair_is_all_nan():
    effect = paired_effect([NAN, 1], [1, NAN])
    assert effect.pairs == 0
    assert np.isnan([effect.difference, effect.base_mean, effect.superiority, effect.p]).all()


@pytest.mark.parametrize("shift", [0.0, 0.1, -2.5])
def test_equal_differences_have_an_interval_of_width_zero(shift):
    base = np.array([1.1, 2.2, 3.3, 1e6])
    effect = paired_effect(base, base + shift)  # which differ in the last digits of a float
    assert effect.ci_low == effect.ci_high == effect.difference == pytest.approx(shift)
    assert effect.p == (1.0 if shift == 0 else 0.0)
    assert effect.superiority == {0.0: 0.5, 0.1: 1.0, -2.5: 0.0}[shift]


def test_rounding_is_not_an_effect():
    effect = paired_effect([0.3, 0.3, 0.7], [0.1 + 0.2, 0.3, 0.7])
    assert (effect.difference, effect.p, effect.superiority) == (0.0, 1.0, 0.5)


def test_paired_effect_refuses_unequal_lengths():
    with pytest.raises(ValueError, match="equally long"):
        paired_effect([1, 2], [1, 2, 3])


def test_intervals_cover_as_often_as_they_say():
    rng = np.random.default_rng(1)
    hits = 0
    for differences in rng.normal(0.5, 2, size=(2000, 12)):
        effect = paired_effect(np.zeros(12), differences)
        hits += effect.ci_low <= 0.5 <= effect.ci_high
    assert 0.935 < hits / 2000 < 0.965
