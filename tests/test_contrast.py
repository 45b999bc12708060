"""How scenarios differ: the columns, what they say, and month by month."""

import numpy as np
import pytest

from sim import postings
from sim.compare import study
from sim.contrast import effects, effects_over_time
from sim.ensemble import Lived
from sim.outcomes import OUTCOMES
from sim.result import collect
from sim.scenario import load

SMALL = ["cohort.posts=30", "cohort.companies=3"]


@pytest.fixture(scope="module")
def result():
    names = ("tight_control", "restored_autonomy", "keep_margin")
    return study([load(name, SMALL).first_months(50) for name in names], 10, seed=2)


@pytest.fixture(scope="module")
def table(result):
    return effects(result)


def test_the_columns_are_the_documented_ones(table):
    told = " ".join((effects.__doc__ or "").split())
    assert all(name in told for name in table.columns)
    assert len(table) == 2 * len(OUTCOMES)


def test_both_corrections_are_over_all_rows_and_holm_s_is_the_stricter(table):
    known = table.dropna(subset="p")
    assert (known["p_adjusted"] >= known["p_discovery"] - 1e-15).all()
    assert (known["p_discovery"] >= known["p"] - 1e-15).all()
    smallest = known.loc[known["p"].idxmin()]
    assert smallest["p_adjusted"] == pytest.approx(min(smallest["p"] * len(known), 1))


def test_a_relative_effect_is_the_difference_over_the_base(table):
    rows = table.dropna(subset="relative")
    expected = rows["difference"] / rows["base_mean"].abs()
    np.testing.assert_allclose(rows["relative"], expected, rtol=1e-9)
    assert (rows["relative_low"] <= rows["relative"]).all()


def two(base, other):
    """A result of two scenarios whose every outcome is these numbers, one a replicate."""
    both = [load(name, SMALL).first_months(1) for name in ("history", "tight_control")]
    nobody = np.empty(0, postings.COLUMNS)
    lived = [
        [
            Lived(scenario.name, at, np.full((len(OUTCOMES), 2, 1), [[value], [1.0]]), nobody)
            for scenario, value in zip(both, pair, strict=True)
        ]
        for at, pair in enumerate(zip(base, other, strict=True))
    ]
    return collect(both, 1, range(len(base)), lived, 0)


def test_what_is_precise_enough_and_how_many_it_would_take():
    rng = np.random.default_rng(3)
    base = 100 + rng.normal(size=40)
    clear = effects(two(base, base + 5 + 0.1 * rng.normal(size=40))).iloc[0]
    assert clear["precise_enough"] and clear["replicates_needed"] <= 3
    none = effects(two(base, base + 0.1 * rng.normal(size=40))).iloc[0]
    assert none["precise_enough"], "an effect above 2 % is ruled out"
    wide = effects(two(base, base + 30 * rng.normal(size=40))).iloc[0]
    assert not wide["precise_enough"] and wide["replicates_needed"] > 40
    assert clear["variance_saved"] > 0.9


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("base", "other"),
    [([1.0], [2.0]), ([np.nan] * 3, [1.0] * 3), ([2.0] * 4, [2.0] * 4), ([0.0] * 3, [1.0, 2.0, 3])],
)
def test_thin_data_is_no_trouble(base, other):
    row = effects(two(base, other)).iloc[0]
    assert row["replicates"] == np.isfinite(base).sum()
    assert not row["precise_enough"] or len(base) > 1


def test_effects_over_time_are_those_of_each_month(result):
    rows = effects_over_time(result, ["savings_mean"])
    assert rows.columns.tolist() == [
        "outcome", "base", "other", "month", "difference", "ci_low", "ci_high", "replicates",
    ]  # fmt: skip
    assert len(rows) == 2 * 50
    before = rows[rows["month"] < "2026-07"]
    assert (before["difference"] == 0).all() and (before["ci_high"] == 0).all()
    last = rows[(rows["other"] == "keep_margin") & (rows["month"] == "2027-02")].iloc[0]
    mine, theirs = (result.values(n, "savings_mean") for n in ("tight_control", "keep_margin"))
    assert last["difference"] == pytest.approx((theirs - mine)[:, -1].mean())
    end = effects(result).query("outcome == 'savings_mean' and other == 'keep_margin'").iloc[0]
    assert last["difference"] == pytest.approx(end["difference"])
    assert last["ci_low"] == pytest.approx(end["ci_low"])
