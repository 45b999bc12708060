"""What a page shows can be written into an address and read again; nothing else can be read."""

import pytest

from sim.dashboard.desk import Desk
from sim.dashboard.view import Column, View, ViewError, read
from sim.scenario import load


def test_the_usual_view_is_two_shipped_scenarios_as_they_are():
    view = read("")
    assert [each.name for each in view.scenarios()] == ["tight_control", "restored_autonomy"]
    assert view.scenarios()[0] == load("tight_control")


def test_a_lever_holds_from_the_month_of_change_on():
    view = View().set_lever(0, "quota_usd", 1200)
    changed = view.scenario(0)
    assert changed == load("tight_control", ["levers.quota_usd@2026-07=1200"])
    assert changed.name == "tight_control_A" and "A, changed" in changed.title
    assert view.scenario(1) == load("restored_autonomy")


def test_a_lever_at_its_base_is_as_if_never_touched():
    view = View().set_lever(0, "quota_usd", 1200).set_lever(0, "quota_usd", 2000)
    assert view == View() and view.scenario(0).name == "tight_control"


def test_the_world_is_the_same_for_all():
    view = View().set_world("value_of_quality", 0.1)
    value = "surroundings.value_of_quality=0.1"
    names = ("tight_control", "restored_autonomy")
    assert view.scenarios() == [load(name, [value]) for name in names]


def test_one_scenario_twice_has_two_names():
    view = View((Column("history"), Column("history")), months=48)
    names = [each.name for each in view.scenarios()]
    assert len(set(names)) == 2


def test_an_address_gives_the_same_view_again():
    view = View(
        (Column("quota_relief", "2026-09", {"quota_usd": 1500.5}), Column("tight_control")),
        {"value_of_quality": 0.125}, replicates=40, posts=60, months=60, seed=7,
    )  # fmt: skip
    again = read(view.query())
    assert again == view and again.scenarios() == view.scenarios()


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("s=thight_control", "did you mean 'tight_control'?"),
        ("s=../../etc/passwd", "there is no scenario"),
        ("s=tight_control~2026-07~quota_usd:nan", "not finite"),
        ("s=tight_control~2026-07~quota_usd:1e300", "out of bounds"),
        ("s=tight_control~2026-07~no_lever:1", "no such setting"),
        ("s=tight_control~2026-07~value_of_quality:1", "belongs under surroundings"),
        ("s=tight_control~1999-01", "is no month"),
        ("s=tight_control~2026-07~quota_usd", "expected a setting and a number"),
        ("n=99999999999999999999", "expected a whole number from 2 to 1000"),
        ("n=²", "expected a whole number"),
        ("posts=-5", "expected a whole number"),
        ("w=quota_usd:3", "no setting of the surroundings"),
        ("w=<script>:3", "no setting of the surroundings"),
        ("&".join(["s=tight_control"] * 5), "at most 4"),
        ("s=" + "x" * 7000, "longer than 6,000 letters"),
    ],
)
def test_what_an_address_may_not_say(query, part):
    with pytest.raises(ViewError, match=part.replace("?", r"\?")):
        read(query)


def test_the_command_names_shipped_scenarios_or_the_files_that_can_be_saved():
    assert View(replicates=20).command() == (
        "trader-sim compare tight_control restored_autonomy -n 20 --posts 500 --seed 1"
    )
    changed = View(months=60).set_lever(1, "quota_usd", 1200).command()
    assert "tight_control.yaml restored_autonomy_B.yaml" in changed and "--months 60" in changed


@pytest.fixture
def desk():
    calls = []
    made = Desk("", calls.append)
    made.calls = calls
    return made


def test_a_desk_lets_in_only_what_can_be_run(desk):
    assert desk.set("quota_usd", 1200) == "" and desk.at("quota_usd") == 1200
    assert "out of bounds" in desk.set("quota_usd", -1)
    assert desk.at("quota_usd") == 1200 and desk.calls == [False]


def test_values_that_contradict_each_other_are_told_and_not_kept(desk):
    desk.set("margin_retention", 0.9)
    assert "company_margin_share" in desk.set("company_margin_share", 0.9)
    assert desk.at("company_margin_share") == 0.15


def test_columns_come_and_go(desk):
    assert desk.add() == "" and desk.add() == ""
    assert len(desk.view.columns) == 4
    assert desk.remove(0) == "" and desk.view.columns[0].base == "restored_autonomy"
    desk.place = 2
    desk.remove(2)
    assert desk.place == 1
    assert "no scenario" in desk.base(0, "nonsense")


def test_an_address_that_is_wrong_is_told_and_the_usual_view_shown():
    desk = Desk("s=nonsense", lambda anew: None)
    assert "no scenario 'nonsense'" in desk.complaint and desk.view == View()


@pytest.mark.parametrize("value", [None, 1, 20.5, 1e9])
def test_how_much_is_lived_has_bounds(desk, value):
    assert "expected a whole number from 2 to 1,000" in desk.size("replicates", value)
