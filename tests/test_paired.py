"""Paired differences against values worked by hand and against scipy."""

import time
from dataclasses import astuple

import numpy as np
import pytest
from scipy import stats

from sim.bootstrap import RESAMPLES, RESAMPLING_SEED, bootstrap_interval
from sim.paired import paired_effect, paired_effects, replicates_needed

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


def test_bootstrap_agrees_with_scipy():
    # scipy draws the same resamples from the same generator
    values = np.random.default_rng(4).lognormal(size=(3, 40))
    low, high = bootstrap_interval(values)
    for row in range(3):
        expected = stats.bootstrap(
            (values[row],),
            np.mean,
            n_resamples=RESAMPLES,
            method="BCa",
            rng=np.random.default_rng(RESAMPLING_SEED),
        ).confidence_interval
        assert (low[row], high[row]) == pytest.approx((expected.low, expected.high), rel=1e-10)


def test_bootstrap_reaches_further_towards_the_long_tail():
    effect = paired_effect(np.zeros(60), np.random.default_rng(0).lognormal(size=60))
    up, down = effect.bootstrap_high - effect.difference, effect.difference - effect.bootstrap_low
    assert up > 1.1 * down


def test_outcomes_together_are_as_each_alone():
    rng = np.random.default_rng(6)
    base, other = rng.normal(5, 1, (2, 30, 7))
    base[rng.random(base.shape) < 0.1] = NAN
    base[:, 6] = NAN
    together = paired_effects(base, other)
    assert len({effect.pairs for effect in together}) > 2
    for place, effect in enumerate(together):
        alone = paired_effect(base[:, place], other[:, place])
        assert astuple(effect) == pytest.approx(astuple(alone), rel=1e-12, nan_ok=True)


def test_relative_effect_by_hand():
    # base 9, 11, 10, 10; differences 1, 3, 2, 2: both have variance 2/3, and so their product
    effect = paired_effect([9, 11, 10, 10], [10, 14, 12, 12])
    error = 3.182446305284263**2 * 2 / 3 / 4
    a, b, c = 100 - error, 20 - error, 4 - error
    root = np.sqrt(b * b - a * c)
    assert effect.relative == pytest.approx(0.2)
    assert effect.relative_low == pytest.approx((b - root) / a)
    assert effect.relative_high == pytest.approx((b + root) / a)


def test_relative_effect_is_in_sizes_of_a_negative_base():
    effect = paired_effect([-9, -11, -10, -10], [-10, -14, -12, -12])
    mirror = paired_effect([9, 11, 10, 10], [10, 14, 12, 12])
    assert effect.relative == pytest.approx(-0.2)
    assert effect.relative_low == pytest.approx(-mirror.relative_high)


def test_relative_effect_of_a_base_about_zero_is_not_given():
    for base in ([0, 0, 0], [-1, 1, 0.5]):
        effect = paired_effect(base, [1, 2, 4])
        assert np.isnan([effect.relative, effect.relative_low, effect.relative_high]).all()
    assert paired_effect([2.0], [3.0]).relative == 0.5  # one pair: no interval
    assert np.isnan(paired_effect([2.0], [3.0]).relative_low)


def test_variance_saved_by_shared_luck():
    shared = np.random.default_rng(8).normal(size=500)
    base, other = shared + [0.0, 0.1] * 250, shared + [0.1, 0.0] * 250
    effect = paired_effect(base, other)
    unpaired = base.var(ddof=1) + other.var(ddof=1)
    assert effect.variance_saved == pytest.approx(1 - (other - base).var(ddof=1) / unpaired)
    opposite = paired_effect(shared, -shared)
    assert opposite.variance_saved == pytest.approx(-1)  # luck that pulls apart does harm
    same = paired_effect(shared, shared)
    assert same.variance_saved == 1.0
    assert np.isnan(paired_effect([1, 1], [2, 2]).variance_saved)


def test_replicates_needed_is_the_smallest_number():
    spreads = np.array([0.1, 1.0, 3.0, 40.0, 2e4])
    needed = replicates_needed(spreads, 0.7)

    def reach(n):
        return stats.t.ppf(0.975, n - 1) * spreads / np.sqrt(n)

    assert (reach(needed) <= 0.7).all()
    assert (reach(needed - 1)[1:] > 0.7).all()
    assert replicates_needed(0.0, 1.0) == 2
    assert np.isnan(replicates_needed(NAN, 1.0))
    with pytest.raises(ValueError, match="above 0"):
        replicates_needed(1.0, 0.0)


def test_many_outcomes_take_little_time():
    base, other = np.random.default_rng(0).normal(size=(2, 200, 480))
    start = time.perf_counter()
    paired_effects(base, other)
    assert time.perf_counter() - start < 2.0
