"""When things happen to traders: counted by hand, against R-checked functions, and in real runs."""

import numpy as np
import pandas as pd
import pytest

from sim import postings
from sim.compare import study
from sim.competing import aalen_johansen
from sim.ensemble import Lived
from sim.model.world import CAME_HOME, CAUGHT, DEFECTED, PUNISHED
from sim.outcomes import OUTCOMES
from sim.result import collect
from sim.scenario import load
from sim.survival import kaplan_meier
from sim.timing import ENDS, counted, curves, horizon_of, times

SMALL = ["cohort.posts=40", "cohort.companies=4"]
N = postings.NEVER
# post, began, spent, missed, overstayed, ended, how; scenarios part in month 2 of 6
LIVES = [
    (0, -3, N, N, N, N, postings.STILL_ABROAD),
    (1, 0, 2, 3, N, 4, CAME_HOME),  # spent in the first month after the change
    (2, 0, 5, N, 3, N, postings.STILL_ABROAD),  # overstays, then spends
    (3, 1, 4, N, N, 4, PUNISHED),  # spent in the month he is sent home
    (4, 1, N, N, 2, 3, CAUGHT),
    (5, -9, 1, 1, N, 5, DEFECTED),  # nothing left before the change
    (6, -9, N, N, N, 1, CAME_HOME),  # gone before it
    (7, 2, N, N, N, 5, CAME_HOME),  # came with it: another in each scenario
    (8, 1, N, N, 0, N, postings.STILL_ABROAD),  # no longer in post
]


@pytest.fixture
def by_hand():
    base = load("history", SMALL).first_months(6)
    nothing = np.zeros((len(OUTCOMES), 2, 6))
    lived = [
        [Lived("history", number, nothing, np.array(rows, postings.COLUMNS))]
        for number, rows in enumerate((LIVES[:5], LIVES[5:]))
    ]
    return collect([base], 1, range(2), lived, 2)


def test_everything_that_ends_a_posting_is_an_end():
    of_a_posting = set(postings.HOW.values()) - {postings.HOW[postings.STILL_ABROAD]}
    assert set(ENDS) == of_a_posting - {"caught"} | {"overstayed"}


def test_savings_spent_by_hand(by_hand):
    count = counted(by_hand, "history")["spent"]
    assert horizon_of(by_hand) == 4
    assert count.at_risk.tolist() == [[5, 5, 4, 3, 2], [0, 0, 0, 0, 0]]
    assert count.events.tolist() == [[[0, 1, 0, 1, 1], [0] * 5]]


def test_missed_quotas_by_hand(by_hand):
    """Who overstays owes none any more; who missed one before is not watched."""
    count = counted(by_hand, "history")["missed"]
    assert count.at_risk[0].tolist() == [5, 5, 4, 2, 1]
    assert count.events[0, 0].tolist() == [0, 0, 1, 0, 0]


def test_competing_ends_by_hand(by_hand):
    count = counted(by_hand, "history")["ends"]
    home, overstayed, punished, defected = count.events.sum(axis=1).tolist()
    assert home == [0, 0, 0, 1, 0] and punished == [0, 0, 0, 1, 0]
    assert overstayed == [0, 1, 1, 0, 0], "caught, but an overstayer first"
    assert defected == [0, 0, 0, 0, 1]
    assert count.at_risk.sum(axis=0).tolist() == [6, 6, 5, 4, 2]


@pytest.fixture(scope="module")
def result():
    pair = [load(name, SMALL) for name in ("tight_control", "restored_autonomy")]
    return study(pair, 12, seed=3)


@pytest.fixture(scope="module")
def table(result):
    return curves(result)


def test_the_same_people_are_watched_in_scenarios_with_one_past(result):
    for event in ("spent", "missed", "ends"):
        one, two = (counted(result, each.name)[event].at_risk[:, 0] for each in result.scenarios)
        assert one.tolist() == two.tolist() and one.min() > 0


def test_curves_are_those_of_the_functions_that_agree_with_r(result, table):
    rows = result.postings[result.postings["scenario"] == "tight_control"]
    before = (rows["ended"] < 42) | (rows["overstayed"] < 42)
    rows = rows[(rows["began"] <= 41) & ~before]
    kinds = {name: kind for kind, name in enumerate(ENDS, start=1)}
    kind = np.where(rows["overstayed"].notna(), kinds["overstayed"], rows["how"].map(kinds))
    when = rows["overstayed"].fillna(rows["ended"])
    expected = aalen_johansen(
        when.fillna(83).to_numpy() - 41, np.nan_to_num(kind.astype(float)).astype(int), 42, 4
    )
    for at, end in enumerate(ENDS):
        mine = table[(table["scenario"] == "tight_control") & (table["event"] == end)]
        places = mine["month"].to_numpy()
        np.testing.assert_allclose(mine["value"], expected.incidence[at][places], atol=1e-12)
    watched = rows[~(rows["spent"] < 42)]
    until = watched[["spent", "ended"]].min(axis=1).fillna(83) - 41
    spent = (watched["spent"] <= watched["ended"].fillna(np.inf)).to_numpy()
    curve = kaplan_meier(until, spent, 42)
    mine = table.query("scenario == 'tight_control' and event == 'savings spent'")
    np.testing.assert_allclose(mine["value"], curve.survival[mine["month"]], atol=1e-12)
    assert mine["at_risk"].tolist() == curve.at_risk[mine["month"]].tolist()


def test_what_has_ended_and_what_goes_on_make_up_the_whole(table):
    ends = table[(table["kind"] == "incidence") & (table["scenario"] == "tight_control")]
    total = ends.groupby("month")["value"].sum()
    assert (total.diff().dropna() >= -1e-12).all() and total.iloc[-1] <= 1 + 1e-12
    assert (ends["low"] <= ends["value"] + 1e-12).all()
    assert (ends["value"] <= ends["high"] + 1e-12).all()


def test_tight_control_spends_savings_sooner(result):
    rows = times(result).set_index(["event", "scenario"])
    row = rows.loc[("spent", "restored_autonomy")]
    base = rows.loc[("spent", "tight_control")]
    assert row["difference_low"] > 0 and row["log_rank_p"] < 1e-6
    assert row["difference"] == pytest.approx(
        row["restricted_months"] - base["restricted_months"], abs=1e-9
    )
    assert np.isnan(base["difference"]) and base["median_months"] < 42
    assert base["restricted_low"] < base["restricted_months"] < base["restricted_high"]


@pytest.mark.filterwarnings("error")
def test_nobody_to_watch_one_replicate_and_nothing_that_happens():
    alone = study([load("history", [*SMALL]).first_months(1)], 1)
    told = times(alone)
    assert (told["watched"] > 0).all() and (told["happened"] <= told["watched"]).all()
    spent = curves(alone).query("event == 'savings spent'")
    assert spent["value"].iloc[-1] == pytest.approx(1 - told["happened"][0] / told["watched"][0])
    base = load("history", SMALL).first_months(6)
    nothing = np.zeros((len(OUTCOMES), 2, 6))
    empty = [[Lived("history", 0, nothing, np.empty(0, postings.COLUMNS))]]
    nobody = collect([base], 1, range(1), empty, 0)
    assert curves(nobody).empty
    assert times(nobody)["watched"].tolist() == [0, 0]
    assert times(nobody)[["median_months", "restricted_months"]].isna().all(axis=None)


def test_tables_have_the_documented_columns(result, table):
    assert isinstance(table, pd.DataFrame)
    assert table.columns.tolist() == [
        "event", "kind", "scenario", "month", "value", "low", "high", "at_risk",
    ]  # fmt: skip
    assert times(result).columns.tolist() == [
        "event", "label", "scenario", "watched", "happened", "median_months",
        "restricted_months", "restricted_low", "restricted_high", "difference",
        "difference_low", "difference_high", "log_rank_p",
    ]  # fmt: skip
