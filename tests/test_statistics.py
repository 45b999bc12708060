"""Statistics against values worked by hand and against scipy."""

import time
import warnings

import numpy as np
import pytest
from scipy import stats

from sim.statistics import holm, kaplan_meier, mean_interval, paired_effect

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


def test_mean_interval_leaves_missing_values_out():
    over = mean_interval([[1.0, NAN, 5.0], [3.0, NAN, NAN]])
    assert over.mean[[0, 2]] == pytest.approx([2.0, 5.0])
    assert over.high[0] - 2.0 == pytest.approx(12.706205, rel=1e-6)  # t of 1 degree, error 1
    assert np.isnan([over.mean[1], over.low[1], over.low[2], over.high[2]]).all()
    with pytest.raises(ValueError, match="shape"):
        mean_interval([1.0])


def test_kaplan_meier_by_hand():
    # 1 event of 5 in month 1; one lost in month 2; 1 event of 3 in month 3.
    curve = kaplan_meier([1, 2, 3, 4, 9], [True, False, True, False, True], horizon=5)
    assert curve.survival == pytest.approx([1, 0.8, 0.8, 0.8 * 2 / 3, 0.8 * 2 / 3, 0.8 * 2 / 3])
    assert curve.at_risk.tolist() == [5, 5, 4, 3, 2, 1]
    assert (curve.ci_low[0], curve.ci_high[0]) == (1, 1)


def test_kaplan_meier_agrees_with_scipy():
    rng = np.random.default_rng(5)
    true, lost = rng.integers(1, 60, 400), rng.integers(1, 60, 400)
    durations, observed = np.minimum(true, lost), true <= lost
    data = stats.CensoredData(uncensored=durations[observed], right=durations[~observed])
    expected = stats.ecdf(data).sf
    curve = kaplan_meier(durations, observed, horizon=50)
    assert curve.survival == pytest.approx(expected.evaluate(curve.times), rel=1e-12)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scipy divides by zero where the curve is 0 or 1
        band = expected.confidence_interval(0.95, method="log-log")
    inside = (curve.survival > 0) & (curve.survival < 1)
    times = curve.times[inside]
    assert curve.ci_low[inside] == pytest.approx(band.low.evaluate(times), rel=1e-9)
    assert curve.ci_high[inside] == pytest.approx(band.high.evaluate(times), rel=1e-9)


def test_kaplan_meier_at_its_edges():
    everyone = kaplan_meier([2, 2], [True, True], horizon=3)
    assert everyone.survival.tolist() == [1, 1, 0, 0]
    assert np.isnan(everyone.ci_low[2:]).all()
    nobody = kaplan_meier([], [], horizon=2)
    assert nobody.survival.tolist() == [1, 1, 1]
    assert kaplan_meier([1.2], [True], horizon=3).survival.tolist() == [1, 1, 0, 0]
    assert kaplan_meier([np.inf, 9], [True, True], horizon=3).survival.tolist() == [1] * 4
    for bad in ([-1.0], [NAN]):
        with pytest.raises(ValueError, match="negative or missing"):
            kaplan_meier(bad, [True], horizon=3)


def test_kaplan_meier_takes_a_million_rows():
    rng = np.random.default_rng(0)
    durations, observed = rng.integers(0, 100, 1_000_000), rng.random(1_000_000) < 0.5
    start = time.perf_counter()
    kaplan_meier(durations, observed, 84)
    assert time.perf_counter() - start < 1.0
