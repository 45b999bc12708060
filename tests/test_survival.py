"""Survival against values worked by hand and against scipy."""

import time
import warnings

import numpy as np
import pytest
from scipy import stats

from sim.competing import aalen_johansen
from sim.survival import count_by_month, kaplan_meier, survival_curve
from sim.survival_summaries import log_rank, median_survival, over_replicates, restricted_mean

pytestmark = pytest.mark.filterwarnings("error")
NAN = float("nan")


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


def test_late_entries_are_at_risk_from_the_month_after():
    events, at_risk = count_by_month([3, 3, 5], [1, 0, 1], horizon=5, entries=[0, 2, 3])
    assert at_risk.tolist() == [1, 1, 1, 2, 1, 1]
    assert events.tolist() == [[0, 0, 0, 1, 0, 1]]
    for entry in (3, 1.5, -1, NAN):
        with pytest.raises(ValueError, match="whole months before"):
            count_by_month([3], [1], horizon=5, entries=[entry])


def test_restricted_mean_by_hand():
    curve = survival_curve([0, 1, 0, 1], [4, 4, 3, 2])  # 1, 3/4, 3/4, 3/8
    restricted = restricted_mean(curve)
    assert (restricted.earliest, restricted.latest) == (1.875, 2.5)
    assert restricted.mean == 2.1875
    # month 1: area 1.6875 after it, 1 / (4 × 3); month 3: area 0.1875, 1 / (2 × 1)
    assert restricted.error == pytest.approx(np.sqrt(1.6875**2 / 12 + 0.1875**2 / 2))
    assert restricted_mean(curve, 0).mean == 0
    assert np.isnan(restricted_mean(kaplan_meier([1, 2], [True, False], 3)).mean)
    assert restricted_mean(kaplan_meier([1, 2], [True, True], 3)).latest == 1.5
    with pytest.raises(ValueError, match="months 0 to 3"):
        restricted_mean(curve, 4)


def test_median_not_reached_is_nan():
    assert np.isnan(median_survival(survival_curve([0, 1], [4, 4])).month)
    assert median_survival(survival_curve([0, 2], [4, 4])).month == 1


def test_log_rank_of_what_cannot_be_compared():
    curve, empty = survival_curve([0, 1, 1], [4, 4, 2]), survival_curve([0, 0, 0], [0, 0, 0])
    assert log_rank([curve, curve]).p == 1
    assert log_rank([curve, curve, empty]).degrees == 1
    assert np.isnan(log_rank([curve, empty]).p)
    with pytest.raises(ValueError, match="two or more"):
        log_rank([curve])


def test_competing_ends_without_censoring_are_shares_with_binomial_errors():
    ends = np.repeat([1, 2], [30, 70])
    months = np.random.default_rng(0).integers(1, 7, 100)
    found = aalen_johansen(months, ends, horizon=5, kinds=2)
    share = np.array([[(months[ends == k] <= m).sum() / 100 for m in range(6)] for k in (1, 2)])
    assert found.incidence == pytest.approx(share)
    assert found.error == pytest.approx(np.sqrt(share * (1 - share) / 100))
    assert found.incidence.sum(axis=0) + found.survival == pytest.approx(1)
    assert (found.ci_high[:, 0] == 0).all()


def test_one_kind_of_end_is_kaplan_meier():
    months, observed = [1, 2, 3, 4, 9], [True, False, True, False, True]
    found, curve = aalen_johansen(months, observed, 9, 1), kaplan_meier(months, observed, 9)
    assert found.incidence[0] == pytest.approx(1 - curve.survival)
    assert np.isnan(found.ci_low[0, 9])


def test_over_replicates_is_the_t_interval_around_the_pooled_curve():
    low, high = over_replicates([1.0, 0.6], [[1.0, 0.4], [1.0, 0.6]])
    assert (low[0], high[0]) == (1, 1)
    assert (low[1], high[1]) == (0, 1)  # 0.6 ± 12.7 × 0.1, kept within 0–1
    low, high = over_replicates([0.6], [[0.55], [0.6], [0.65]])
    assert high[0] - 0.6 == pytest.approx(4.302653 * 0.05 / np.sqrt(3), rel=1e-6)
    assert np.isnan(over_replicates([0.6], [[0.6]])).all()
