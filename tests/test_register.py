"""The register of evidence: every number has its source or is marked as assumed."""

from pathlib import Path

import pytest

from sim import description, register
from sim.explore.drawn import draws_in
from sim.model.settings import GRADES
from sim.scenario import load
from sim.setting_values import SETTINGS
from sim.shelf import shipped, shipped_folder

PAGE = (Path(__file__).parents[1] / "docs" / "evidence.md").read_text(encoding="utf-8")
ALL = [each for held in SETTINGS.values() for each in held.values()]
WITHOUT = "no source; varied in studies"


@pytest.mark.parametrize("setting", ALL, ids=lambda each: each.name)
def test_every_setting_has_a_source_or_is_marked_assumed(setting):
    assert setting.grade in GRADES
    assert setting.grade == "assumed" or setting.source not in ("", WITHOUT), setting.name
    assert setting.source  # if it is assumed, that no source gives it is said


@pytest.mark.parametrize("name", shipped())
def test_every_value_of_a_shipped_scenario_has_a_source_and_a_grade(name):
    for each in load(name).given:
        assert each.source and each.grade in GRADES, (name, each.name, each.where)


def test_every_setting_is_used_by_a_rule_that_is_named():
    used = register.used_by()
    assert [each.name for each in ALL if each.name not in used] == []
    assert "cash.draw_salary_and_live" in used["salary_usd"]
    assert "calendar.course_of" in used["unrecorded_ratio"] or any(
        name.startswith("calendar.") for name in used["unrecorded_ratio"]
    )


def test_dates_are_those_a_source_names():
    assert (
        register.dates_in("before the congresses of 2016 and 2020 (evidence 2.2)") == "2016, 2020"
    )
    assert register.dates_in("no source") == register.UNDATED


def test_the_page_is_as_settings_scenarios_and_data_say():
    assert description.refreshed(PAGE, register.PARTS) == PAGE, "docs/evidence.md: make docs"
    assert set(register.PARTS) == {found[1] for found in description.PART.findall(PAGE)}


def test_coverage_adds_up():
    lines = register.coverage_part().splitlines()[2:]
    counts = [int(line.split("|")[2]) for line in lines]
    assert sum(counts[:-1]) == counts[-1] == len(ALL)


def test_the_shipped_draws_are_the_calibrated_ones():
    draws = draws_in(shipped_folder() / "studies" / "posterior.csv")
    assert len(draws) == 300
    assert all(name.partition(".")[2] in SETTINGS[name.partition(".")[0]] for name in draws)
