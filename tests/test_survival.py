"""Survival against values worked by hand and against scipy."""

import time
import warnings

import numpy as np
import pytest
from scipy import stats

from sim.survival import kaplan_meier

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
