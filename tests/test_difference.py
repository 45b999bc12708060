"""``diff``: only what differs, in both values, from which month, and where each is set."""

import json

import pytest

from sim.difference import as_json, as_text, differences
from sim.scenario import load, shipped
from tests.test_cli import refused as refused  # noqa: F401 - a fixture

YEAR = "months: {from: 2024-01, to: 2024-12}\n"


@pytest.fixture
def pair(tmp_path, monkeypatch):
    """Reads two scenarios of these texts, called one and other."""
    monkeypatch.chdir(tmp_path)

    def read(one, other):
        for name, text in {"one": one, "other": other}.items():
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        return load("one.yaml"), load("other.yaml")

    return read


@pytest.mark.parametrize("name", shipped())
def test_a_scenario_does_not_differ_from_itself(name):
    assert differences(load(name), load(name)) == []
    assert as_text(load(name), load(name)).endswith("no difference: they run the same")


def test_what_a_reform_changes_and_nothing_else():
    found = differences(load("tight_control"), load("quota_relief"))
    assert [each.name for each in found] == ["levers.quota_usd", "levers.quota_relief"]
    quota = found[0]
    assert (quota.unit, quota.first, quota.values) == ("USD a month", "2026-07", ("2000", "1500"))
    assert quota.set_by[0] == "default"
    assert quota.set_by[1].endswith("packages/quota_relief.yaml:9:18")


def test_paths_are_told_from_the_first_month_that_differs(pair):
    change = "timeline: [{from: 2024-03, over_months: 2, levers: {quota_usd: 1000}}]\n"
    (found,) = differences(*pair(YEAR, YEAR + change))
    assert (found.first, found.values) == ("2024-03", ("2000", "1500; 1000 from 2024-04"))


def test_a_value_is_placed_where_it_was_set_and_not_where_something_that_ended_was(pair):
    ended = "timeline: [{from: 2024-02, until: 2024-03, levers: {quota_usd: 9}}]\n"
    lasting = "timeline: [{from: 2024-02, until: 2024-03, levers: {quota_usd: 9}},\n"
    lasting += "  {from: 2024-05, levers: {quota_usd: 7}}]\n"
    (found,) = differences(*pair(YEAR + ended, YEAR + lasting))
    assert (found.first, found.values) == ("2024-05", ("2000", "7"))
    assert found.set_by == ("default", "other.yaml:3:39")


def test_what_is_announced_differs_too(pair):
    change = "timeline: [{from: 2024-06, MOREover_months: 1, levers: {quota_usd: 1000}}]\n"
    told = change.replace("MORE", "announced: 2024-02, ")
    (found,) = differences(*pair(YEAR + change.replace("MORE", ""), YEAR + told))
    assert found.first == "2024-02"
    plain = "2000; 1000 from 2024-06"
    assert found.values == (plain, f"{plain} (announced: 1000)")
    assert found.set_by == ("default", "other.yaml:2:84")


def test_cohort_and_months_differ_without_a_month(pair):
    later = YEAR.replace("2024-12", "2025-12") + "cohort: {companies: 7}\n"
    found = differences(*pair(YEAR, later))
    assert [(each.name, each.first) for each in found] == [("months", ""), ("cohort.companies", "")]
    assert found[0].values == ("2024-01 to 2024-12", "2024-01 to 2025-12")
    assert found[1].set_by == ("default", "other.yaml:2:21")


def test_runs_without_a_month_in_common_differ_in_cohort_and_months_alone(pair):
    later = "months: {from: 2025-01, to: 2025-12}\nlevers: {quota_usd: 1}\n"
    assert [each.name for each in differences(*pair(YEAR, later))] == ["months"]


def test_the_same_name_twice_is_told_apart_by_file(pair, tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "one.yaml").write_text(YEAR + "levers: {quota_usd: 1}\n")
    one, _ = pair(YEAR, YEAR)
    text = as_text(one, load("deep/one.yaml"))
    assert "one.yaml       2000  [default]" in text
    assert "deep/one.yaml  1  [deep/one.yaml:2:21]" in text


def test_json_and_text_say_the_same(pair):
    one, other = pair(YEAR, YEAR + "levers: {quota_usd: 1}\n")
    (row,) = as_json(one, other)["differences"]
    assert row == {
        "name": "levers.quota_usd", "unit": "USD a month", "from": "2024-01",
        "values": ["2000", "1"], "set_by": ["default", "other.yaml:2:21"],
    }  # fmt: skip
    assert all(
        part in as_text(one, other) for part in (*row["values"], *row["set_by"], row["unit"])
    )


def test_the_command_tells_both_ways_and_ends_well(call):  # noqa: F811
    code, out, err = call("diff", "tight_control", "restored_autonomy")
    assert (code, err) == (0, "") and out.count("\nlevers.") == 4
    code, out, _ = call("diff", "tight_control", "restored_autonomy", "--json")
    assert code == 0 and len(json.loads(out)["differences"]) == 4


def test_scenarios_that_cannot_be_read_are_refused_together(refused):  # noqa: F811
    told = refused("diff", "tight_contrl", "none.yaml")
    assert len(told) == 2 and "did you mean 'tight_control'?" in told[0]
    assert "Missing argument 'B'" in refused("diff", "tight_control")[0]
