"""Scenarios in Python: other values put over them, written out, compared by what they run."""

import dataclasses

import numpy as np
import pytest
import yaml

import sim
from sim.scenario import ScenarioError, load
from sim.setting_values import SETTINGS
from tests.test_scenario import same_course

MONTHS = {"2025-03": 0.4, "2024-02": 0.3}


def test_with_numbers_is_as_set():
    tight = sim.load("tight_control")
    mine = tight.with_(
        levers={"surveillance": 0.2, "autonomy_tiers": np.int64(2)},
        surroundings={"demand_factor": np.float64(1.5)},
        cohort={"posts": 40},
    )
    words = ["surveillance=0.2", "autonomy_tiers=2"]
    there = [*(f"levers.{word}" for word in words), "surroundings.demand_factor=1.5"]
    assert same_course(mine, load("tight_control", [*there, "cohort.posts=40"]))
    assert mine == load("tight_control", [*there, "cohort.posts=40"]) != tight
    assert mine.grounds("levers", "surveillance") == ("not given", "assumed", "with_")


def test_with_numbers_by_month_all_hold_however_they_are_listed():
    mine = load("tight_control").with_(levers={"surveillance": MONTHS})
    words = [f"levers.surveillance@{month}={MONTHS[month]}" for month in sorted(MONTHS)]
    assert same_course(mine, load("tight_control", words))
    path = mine.path("levers", "surveillance")
    assert path[[13, 26, 83]].tolist() == [0.3, 0.4, 0.4]


def test_a_scenario_is_left_as_it_was():
    tight = load("tight_control")
    before = tight.content
    tight.with_(levers={"quota_usd": 1}, name="other")
    assert tight.content == load("tight_control").content == before
    with pytest.raises(dataclasses.FrozenInstanceError):
        tight.name = "other"


def test_under_another_name_it_can_be_compared_with_itself():
    tight = load("tight_control", ["cohort.posts=10", "cohort.companies=2"]).first_months(3)
    other = tight.with_(levers={"quota_usd": 1}, name="low_quota")
    assert (other.name, other.title) == ("low_quota", "low quota")
    result = sim.study([tight, other], replicates=1)
    assert list(result.tables) == ["tight_control", "low_quota"]


@pytest.mark.parametrize(
    "drawers, told",
    [
        ({"levers": {"survailance": 0.2}}, "levers.survailance: there is no such setting"),
        ({"levers": {"posts": 2}}, "levers.posts: belongs under cohort, not levers"),
        ({"levers": {"surveillance": "high"}}, "levers.surveillance: 'high' is not a number"),
        ({"levers": {"surveillance": True}}, "True is not a number"),
        ({"levers": {"surveillance": None}}, "has no value"),
        ({"levers": {"surveillance": float("nan")}}, "is not finite"),
        ({"levers": {"surveillance": {"2022-01": 0.1}}}, "2022-01 is not a month of this run"),
        (
            {"levers": {"surveillance": {3: 0.1}}},
            "3 is not a month; expected a month such as 2026-07",
        ),
        (
            {"levers": {"surveillance": {3: 0.1, "2024-01": 1}}},
            "3 is not a month; expected a month such as 2026-07",
        ),
        ({"cohort": {"posts": {"2024-01": 3}}}, "the cohort starts once and has no dates"),
    ],
)
def test_what_cannot_be_set_is_refused(drawers, told):
    with pytest.raises(ScenarioError, match="with_") as caught:
        load("tight_control").with_(**drawers)
    assert told in str(caught.value)


@pytest.mark.parametrize("name", ["tight_control", "restored_autonomy", "review_amnesty"])
def test_a_scenario_written_out_loads_again_equal(name, tmp_path):
    scenario = load(name).with_(levers={"quota_usd": {"2025-01": 1234.5}})
    path = tmp_path / "again.yaml"
    path.write_text(yaml.safe_dump(scenario.resolved()), encoding="utf-8")
    again = load(str(path))
    assert same_course(scenario, again)
    assert again == scenario and hash(again) == hash(scenario)
    assert again.title == scenario.title and again.name != scenario.name
    assert {scenario, again} == {scenario}


@pytest.mark.parametrize("name", ["tight_control", "keep_margin"])
def test_a_scenario_written_out_keeps_its_grounds(name, tmp_path):
    scenario = load(name, ["levers.levy_usd=12"])
    path = tmp_path / "again.yaml"
    path.write_text(yaml.safe_dump(scenario.resolved()), encoding="utf-8")
    again = load(str(path))
    assert again.coverage() == scenario.coverage()
    assert set(again.assumed()) == set(scenario.assumed())
    for drawer, settings in SETTINGS.items():
        for entry in settings:
            (mine, grade, _), (theirs, other, _) = (
                each.grounds(drawer, entry) for each in (scenario, again)
            )
            assert (mine, grade) == (theirs, other)


def test_what_runs_differently_is_not_equal(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    change = "from: 2027-01, levers: {quota_usd: 9}"
    for name, more in {"sudden": "", "announced": ", announced: 2026-08"}.items():
        text = f"based_on: tight_control\ntimeline: [{{{change}{more}}}]\n"
        (tmp_path / f"{name}.yaml").write_text(text)
    sudden, announced = load("sudden.yaml"), load("announced.yaml")
    tight = load("tight_control")
    different = [sudden, announced, tight, tight.first_months(83), load("history")]
    assert len(set(different)) == 5
    assert tight != "tight_control"
