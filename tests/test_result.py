"""What an ensemble leaves: tables with the documented columns, and how pairs differ."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim import postings
from sim.compare import check_comparable, study
from sim.contrast import changes, effects
from sim.ensemble import Lived, one_replicate
from sim.illustration import last_data_month, study_of, with_accounts
from sim.model.world import CAME_HOME
from sim.outcomes import OUTCOMES, end_value, measure
from sim.result import collect
from sim.run import Replicate
from sim.scenario import ScenarioError, load

SMALL = ["cohort.posts=12", "cohort.companies=3"]
ABOUT = ["scenario", "replicate"]


def scenario(name="tight_control", months=45, *sets):
    return load(name, [*SMALL, *sets]).first_months(months)


@pytest.fixture(scope="module")
def result():
    return study([scenario(), scenario("restored_autonomy")], 3, seed=4)


def made(tables, ended=None, months=("2024-01", "2024-02"), window=0):
    """A result of one scenario for each table of values and weights."""
    base = load("history", SMALL)
    scenarios = [replace(base, name=name, months=months) for name in tables]
    count = len(next(iter(tables.values())))
    ended = ended or [np.empty(0, postings.COLUMNS)] * count
    lived = [
        [Lived(name, at, tables[name][at], ended[at]) for name in tables] for at in range(count)
    ]
    return collect(scenarios, 9, range(count), lived, window)


def test_the_monthly_table_has_a_row_a_month_and_a_column_an_outcome(result):
    table = result.monthly
    assert len(table) == 2 * 3 * 45
    names = [name for name in table.columns if not name.endswith("__weight")]
    assert names == [*ABOUT, "month", *OUTCOMES]
    assert not table.duplicated([*ABOUT, "month"]).any()
    assert set(table["month"]) == set(result.scenarios[0].months)
    assert set(table["scenario"]) == {"tight_control", "restored_autonomy"}
    assert set(table["replicate"]) == {0, 1, 2}


def test_every_monthly_number_stands_in_its_row(result):
    for (name, number), rows in result.monthly.groupby(ABOUT, observed=True):
        lived = result.tables[name][number]
        assert rows["month"].tolist() == list(result.scenarios[0].months)
        for place, outcome in enumerate(OUTCOMES):
            np.testing.assert_array_equal(rows[outcome], lived[place, 0])
            np.testing.assert_array_equal(rows[f"{outcome}__weight"], lived[place, 1])


def test_values_come_with_the_weights_that_make_them_exact_sums():
    course = scenario().course()
    (lived,) = one_replicate([course], seed=4, number=0)
    (history,) = Replicate(course, 4, 0).histories(len(course.months))
    for (top, bottom), (value, weight) in zip(measure(history), lived.outcomes, strict=True):
        some = bottom != 0
        assert weight.tolist() == bottom.tolist() and np.isnan(value[~some]).all()
        np.testing.assert_allclose((value * weight)[some], top[some], rtol=1e-15)


def test_the_table_of_replicates_has_their_end_values(result):
    table = result.replicates
    assert table.columns.tolist() == [*ABOUT, "seed", "status", *OUTCOMES]
    assert len(table) == 6
    assert set(table["seed"]) == {4} and set(table["status"]) == {"ok"}
    for row in table.to_dict("records"):
        lived = result.tables[row["scenario"]][row["replicate"], :, :, 42:]
        expected = [
            end_value(*table, outcome.at_end)
            for table, outcome in zip(lived, OUTCOMES.values(), strict=True)
        ]
        np.testing.assert_array_equal([row[name] for name in OUTCOMES], expected)


def test_end_values_cover_the_months_since_the_first_difference(result):
    assert (result.window, result.window_month) == (42, "2026-07")
    assert study([scenario()], 1).window == 0
    assert study([scenario(months=42), scenario("restored_autonomy", 42)], 1).window == 0


def test_a_window_by_hand():
    table = np.zeros((1, len(OUTCOMES), 2, 2))
    table[0, :, 0], table[0, :, 1] = (3, 1), (2, 1)
    values = made({"one": table}).replicates
    assert values["completion"].tolist() == [7 / 3]
    assert values["savings_median"].tolist() == [1.0]
    assert made({"one": table}, window=1).replicates["completion"].tolist() == [1.0]


def test_the_table_of_postings_has_a_row_a_posting(result):
    table = result.postings
    assert table.columns.tolist() == [*ABOUT, "post", "began", *postings.HAPPENED, "ended", "how"]
    assert set(table["how"].cat.categories) == set(postings.HOW.values())
    abroad = table["how"] == "still abroad"
    assert (table["ended"].isna() == abroad).all()
    assert table["post"].between(0, 11).all()
    assert table.loc[~abroad, "ended"].between(0, 44).all()
    assert (table["ended"].fillna(44) >= table["began"] - 1).all()
    assert (table["began"] < 0).any() and (table["began"] > 0).any()
    assert (table["spent"].dropna() >= 0).all() and (table["missed"].dropna() >= 0).all()
    one = table[(table["scenario"] == "tight_control") & (table["replicate"] == 1)]
    (lived,) = one_replicate([result.scenarios[0].course()], seed=4, number=1)
    assert one["began"].tolist() == lived.postings["began"].tolist()
    assert one.groupby("post")["ended"].apply(lambda ended: ended.isna().sum()).max() == 1


def test_postings_by_hand():
    rows = np.array(
        [(3, -7, postings.NEVER, 0, 1, 1, CAME_HOME), (5, 2, 4, *[postings.NEVER] * 3, 0)],
        postings.COLUMNS,
    )
    lived = np.ones((2, len(OUTCOMES), 2, 2))
    table = made({"one": lived}, [rows[:0], rows]).postings
    assert table["replicate"].tolist() == [1, 1]
    assert table["post"].tolist() == [3, 5]
    assert table["began"].tolist() == [-7, 2]
    assert table["how"].tolist() == ["home", "still abroad"]
    np.testing.assert_array_equal(table["spent"], [np.nan, 4])
    np.testing.assert_array_equal(table["missed"], [0, np.nan])
    np.testing.assert_array_equal(table["overstayed"], [1, np.nan])
    np.testing.assert_array_equal(table["ended"], [1, np.nan])


def test_effects_are_paired_differences_of_end_values(result):
    table = effects(result)
    assert table["outcome"].tolist() == list(OUTCOMES)
    assert set(table["base"]) == {"tight_control"} and set(table["other"]) == {"restored_autonomy"}
    wide = result.replicates.pivot(index="replicate", columns="scenario")
    for row in table.to_dict("records"):
        base, other = (
            wide[row["outcome"]][name] for name in ("tight_control", "restored_autonomy")
        )
        both = base.notna() & other.notna()
        assert row["replicates"] == both.sum()
        if both.any():
            assert row["difference"] == pytest.approx((other - base)[both].mean(), abs=1e-9)
    assert (
        table["label"].str.contains("at the end") == [o.at_end for o in OUTCOMES.values()]
    ).all()


def test_one_replicate_has_effects_without_intervals():
    lived = study([scenario(), scenario("restored_autonomy")], 1)
    table = effects(lived)
    assert table["difference"].notna().any()
    assert table[["ci_low", "ci_high", "p"]].isna().all(axis=None)


def test_replicates_are_the_same_however_many_and_whatever_the_jobs(result):
    scenarios = [scenario(), scenario("restored_autonomy")]
    for lived in (study(scenarios, 2, seed=4, jobs=1), study(scenarios, 2, seed=4, jobs=2)):
        for name, table in lived.tables.items():
            assert table.tobytes() == result.tables[name][:2].tobytes()
        first = result.postings[result.postings["replicate"] < 2].reset_index(drop=True)
        pd.testing.assert_frame_equal(lived.postings, first)


def test_a_scenario_is_the_same_alone_and_in_company(result):
    alone = study([scenario("restored_autonomy")], 1, seed=4)
    table = result.tables["restored_autonomy"][:1]
    assert alone.tables["restored_autonomy"].tobytes() == table.tobytes()


def test_progress_is_told_after_each_replicate():
    told = []
    study([scenario(months=2)], 3, progress=told.append)
    assert told == [1, 2, 3]


def test_what_cannot_be_compared_is_refused():
    one = scenario(months=3)
    with pytest.raises(ScenarioError, match="is named twice; give each file its own name"):
        check_comparable([one, one])
    with pytest.raises(ScenarioError) as caught:
        check_comparable([one, replace(scenario(months=4), name="b"), load("history")])
    assert [each.where for each in caught.value.problems] == ["b", "history"]
    assert "2023-01 to 2023-03 against 2023-01 to 2023-04" in str(caught.value)


def test_changes_are_told_in_words():
    told = changes(load("tight_control"), load("restored_autonomy", ["cohort.posts=7"]))
    text = "\n".join(told)
    assert len(told) == 5
    assert "authority_share is 0.9 instead of 0.05 from 2026-07, in full from 2026-09" in text
    assert "posts is 7 instead of 500 (" in text
    assert changes(load("history"), load("history")) == []


def test_figures_are_told_who_paid_whom_with_and_without_an_audit():
    worlds = [scenario(months=3), scenario("restored_autonomy", months=3)]
    plain, audited = (study(worlds, 7, seed=4, audit=audit) for audit in (False, True))
    first = study(worlds, 5, seed=4, audit=True)
    again, whole = (with_accounts(study_of(each), each) for each in (plain, audited))
    assert study_of(plain).accounts.empty
    assert (again.accounts_replicates, whole.accounts_replicates) == (5, 7)
    pd.testing.assert_frame_equal(again.accounts, first.accounts)
    pd.testing.assert_frame_equal(whole.accounts, audited.accounts)


def test_figures_are_told_the_customs_series_as_it_enters():
    base = scenario(months=3)
    customs = study_of(study([base], 1)).customs
    assert customs["month"].tolist() == list(base.months)
    assert set(customs["status"]) <= {"known", "split", "filled", "projected"}
    known = (customs["status"] != "projected").to_numpy()
    shared = base.trade.exports_usd / base.path("surroundings", "real_posts")
    np.testing.assert_allclose(customs["usd"][known], shared[known])


def test_figures_are_told_where_scenarios_part_and_data_end(result):
    known = study_of(result)
    assert known.change_month == "2026-07"
    assert known.replicate_count == 3 and known.seed == 4
    assert list(known.titles) == ["tight_control", "restored_autonomy"]
    assert study_of(study([scenario(months=2)], 1)).change_month is None
    trade = load("tight_control").trade
    last = last_data_month(trade)
    statuses = dict(zip(trade.months, trade.export_status, strict=True))
    assert statuses[last] != "projected"
    assert all(status == "projected" for month, status in statuses.items() if month > last)
