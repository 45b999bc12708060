"""Survival and competing ends against R (tests/data/survival says how its values were made)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.competing import aalen_johansen
from sim.survival import kaplan_meier
from sim.survival_summaries import log_rank, median_survival, restricted_mean

FOLDER = Path(__file__).parent / "data" / "survival"
HORIZON = 48
CASES = ("prompt", "late")
pytestmark = pytest.mark.filterwarnings("error")


def table(name):
    return pd.read_csv(FOLDER / f"{name}.csv")


@pytest.fixture(scope="module")
def people():
    return table("people")


def curve_of(people, case):
    entries = people["entry"] if case == "late" else None
    return kaplan_meier(people["duration"], people["end"] == 1, HORIZON, entries)


@pytest.mark.parametrize("group", [1, 2, 3])
@pytest.mark.parametrize("case", CASES)
def test_kaplan_meier_agrees_with_r(people, case, group):
    curve = curve_of(people[people["group"] == group], case)
    expected = table("curves").query("case == @case and group == @group")
    assert expected["month"].tolist() == curve.times[1:].tolist()
    for name, mine in {
        "survival": curve.survival,
        "low": curve.ci_low,
        "high": curve.ci_high,
        "at_risk": curve.at_risk,
        "events": curve.events,
    }.items():
        np.testing.assert_allclose(mine[1:], expected[name], rtol=1e-10, err_msg=name)


@pytest.mark.parametrize("row", table("summaries").to_dict("records"), ids=str)
def test_median_and_restricted_mean_agree_with_r(people, row):
    curve = curve_of(people[people["group"] == row["group"]], row["case"])
    median = median_survival(curve)
    assert median.month == row["median"]
    assert (median.ci_low, median.ci_high) == (row["median_low"], row["median_high"])
    restricted = restricted_mean(curve, row["horizon"])
    assert restricted.latest == pytest.approx(row["steps"], rel=1e-10)
    assert restricted.mean == pytest.approx(row["mean"], rel=1e-10)
    assert restricted.error == pytest.approx(row["error"], rel=1e-10)


@pytest.mark.parametrize("row", table("log_rank").to_dict("records"), ids=str)
def test_log_rank_agrees_with_r(people, row):
    some = people[people["group"] <= row["groups"]]
    if row["case"] == "late":
        some = some[(some.index + 1) % 10 == 0]
    assert len(some) == row["people"]
    test = log_rank([curve_of(group, row["case"]) for _, group in some.groupby("group")])
    assert test.statistic == pytest.approx(row["statistic"], rel=1e-10)
    assert test.degrees == row["groups"] - 1


@pytest.mark.parametrize("kind", [1, 2])
@pytest.mark.parametrize("case", CASES)
def test_cumulative_incidence_agrees_with_r(people, case, kind):
    entries = people["entry"] if case == "late" else None
    mine = aalen_johansen(people["duration"], people["end"], HORIZON, 2, entries)
    expected = table("incidence").query("case == @case and kind == @kind")
    share, error = mine.incidence[kind - 1, 1:], mine.error[kind - 1, 1:]
    np.testing.assert_allclose(share, expected["etm"], rtol=1e-10)
    np.testing.assert_allclose(share, expected["survfit"], rtol=1e-10)
    np.testing.assert_allclose(error, expected["etm_error"], rtol=1e-10)
    if case == "prompt":
        np.testing.assert_allclose(error, expected["survfit_error"], rtol=1e-10)
        np.testing.assert_allclose(mine.ci_low[kind - 1, 1:], expected["low"], rtol=1e-10)
        np.testing.assert_allclose(mine.ci_high[kind - 1, 1:], expected["high"], rtol=1e-10)
