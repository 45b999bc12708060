"""Study files: what they may say, and a sentence with a line for all that they may not."""

import pytest

from sim import ScenarioError, load
from sim.explore.plan_file import kinds_in
from sim.explore.plan_reading import locate_study, read_plan, studies

GOOD = """
title: A trial
scenarios: [tight_control, restored_autonomy]
vary:
  levers.authority_share@begins: {from: 0, to: 1, steps: 3}
  begins: [2026-07, 2027-07]
  surroundings.price_sd: [0.1, 0.2]
  surroundings.demand_factor: {times: {from: 0.5, to: 2, steps: 2}}
posts: 40
replicates: 3
seed: 7
sweep:
  quantities:
    - {outcome: savings_median}
    - {outcome: savings_median, minus: tight_control}
    - {outcome: months_until_missed, under: tight_control, months: {from: 2026-07, to: 2029-12}}
"""


@pytest.fixture
def told(tmp_path):
    """What is wrong with the good study after some text in it is put otherwise."""

    def read(old, new, kind="sweep"):
        file = tmp_path / "trial.yaml"
        file.write_text(GOOD.replace(old, new), encoding="utf-8")
        assert old in GOOD
        with pytest.raises(ScenarioError) as error:
            read_plan(str(file), kind)
        return [str(each).replace(f"{file}:", "") for each in error.value.problems]

    return read


@pytest.fixture
def plan(tmp_path):
    file = tmp_path / "trial.yaml"
    file.write_text(GOOD, encoding="utf-8")
    return read_plan(str(file), "sweep")


def test_a_good_study_says_what_varies_and_what_is_measured(plan):
    assert [each.name for each in plan.scenarios] == ["tight_control", "restored_autonomy"]
    authority, begins, spread, demand = plan.varied
    assert authority.values == (0, 0.5, 1)
    assert [begins.written(value) for value in begins.values] == ["2026-07", "2027-07"]
    assert spread.values == (0.1, 0.2)
    assert demand.times and demand.values == (0.5, 2)
    assert plan.months[plan.window] == "2026-07"
    assert (plan.replicates, plan.seed) == (3, 7)
    assert plan.scenarios[0].path("cohort", "posts")[0] == 40
    assert [plan.label(each) for each in plan.quantities()] == [
        "median savings, Restored autonomy",
        "median savings, Restored autonomy less Tight control",
        "median months until the first missed quota, Tight control, 2026-07 to 2029-12",
    ]


def test_options_have_the_last_word(tmp_path):
    file = tmp_path / "trial.yaml"
    file.write_text(GOOD, encoding="utf-8")
    override = ["surroundings.salary_usd=900"]
    plan = read_plan(str(file), "sweep", override, replicates=5, posts=30, seed=0)
    assert (plan.replicates, plan.seed) == (5, 0)
    assert {int(each.path("cohort", "posts")[0]) for each in plan.scenarios} == {30}
    assert {each.path("surroundings", "salary_usd")[0] for each in plan.scenarios} == {900.0}


def test_a_scenario_beside_the_study_comes_before_a_shipped_one(tmp_path):
    file = tmp_path / "trial.yaml"
    file.write_text(GOOD, encoding="utf-8")
    own = "title: My own\nbased_on: restored_autonomy\n"
    (tmp_path / "restored_autonomy.yaml").write_text(
        "title: My own\nbased_on: history\nmonths: {from: 2023-01, to: 2029-12}\n", encoding="utf-8"
    )
    assert read_plan(str(file), "sweep").scenarios[1].title == "My own"
    (tmp_path / "mine.yaml").write_text(own.replace("restored_autonomy", "tight_control"))
    file.write_text(GOOD.replace("[tight_control, restored_autonomy]", "[tight_control, mine]"))
    assert read_plan(str(file), "sweep").scenarios[1].name == "mine"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("title: A", "titel: A", "2:1: titel: is not a key that belongs here (did you mean 'title'?)"),
        ("[tight_control, restored_autonomy]", "[tight_control, ../x]", "a file beside the study"),
        ("restored_autonomy]", "restored_autonmy]", "did you mean 'restored_autonomy'?"),
        ("restored_autonomy]", "tight_control]", "must be different scenarios"),
        ("levers.authority_share@begins", "levers.autority_share", "did you mean 'authority_share'?"),
        ("levers.authority_share@begins", "authority_share", "write levers.authority_share"),
        ("levers.authority_share@begins", "lever.authority_share", "with a drawer out of"),
        ("@begins", "@starts", "'starts' is neither a month such as 2026-07 nor a date"),
        ("@begins", "@1999-01", "is not a month of this run, 2023-01 to 2029-12"),
        ("{from: 0, to: 1, steps: 3}", "{from: 1, to: 0}", "to, 0, must be above from, 1"),
        ("{from: 0, to: 1, steps: 3}", "{from: 0, to: 3}", "a share runs from 0 to 1"),
        ("{from: 0, to: 1, steps: 3}", "{from: 0, too: 1}", "did you mean 'to'?"),
        ("{from: 0, to: 1, steps: 3}", "0.5", "'0.5' is no range; expected {from"),
        ("{from: 0, to: 1, steps: 3}", "{from: 0, to: 1, steps: 1}", "steps must be a whole number"),
        ("{from: 0, to: 1, steps: 3}", "{from: 0, to: 1, scale: log}", "must begin above 0"),
        ("{from: 0, to: 1, steps: 3}", "{from: 0, to: 1}", "a grid needs values: give a list"),
        ("[0.1, 0.2]", "[0.1, 0.1]", "has no two different values"),
        ("[0.1, 0.2]", "[0.1, seven]", "'seven' is not a number"),
        ("[2026-07, 2027-07]", "[2026-07, 2031-07]", "2031-07 is not a month of this run"),
        ("from: 0.5, to: 2, steps: 2", "from: 0, to: 2, steps: 2", "factors must be numbers above 0"),
        ("replicates: 3", "replicates: 0", "replicates: must be 1 or more"),
        ("seed: 7", "seed: x", "seed: must be a whole number"),
        ("outcome: savings_median}", "outcome: savings_medain}", "did you mean 'savings_median'?"),
        ("minus: tight_control", "minus: history", "'history' is not a scenario of this study"),
        ("to: 2029-12}}", "to: 2030-12}}", "must be two months of the run"),
        ("  quantities:", "  design: zip\n  quantities:", "side by side all must have as many values"),
        ("sweep:", "tune:", "tune.objectives: is missing"),
    ],
)  # fmt: skip
def test_every_mistake_is_told_with_its_line(told, old, new, sentence):
    found = told(old, new)
    assert any(sentence in each for each in found), found
    assert all(each.partition(":")[0].isdigit() or "trial" in each or "sweep" in each
               for each in found)  # fmt: skip


def test_all_mistakes_of_a_file_are_told_at_once(told):
    found = told(
        "surroundings.price_sd: [0.1, 0.2]", "surroundings.price_sd: 3\n  levers.x: [1, 2]"
    )
    assert len(found) == 2
    assert found[0].startswith("7:") and found[1].startswith("8:")


def test_a_study_of_another_kind_is_told_apart(told):
    assert "says nothing on how to tune; it has sweep" in told("title: A", "title: B", "tune")[0]


def test_shares_that_could_sum_above_one_are_refused(told):
    found = told(
        "surroundings.price_sd: [0.1, 0.2]",
        "levers.margin_retention: [0.2, 0.7]\n  levers.company_margin_share: [0.1, 0.6]",
    )
    assert "at the high ends of the ranges" in found[0]


def test_every_shipped_study_can_be_read():
    assert studies()
    for name in studies():
        (kind,) = kinds_in(locate_study(name))
        plan = read_plan(name, kind)
        assert plan.title and plan.description
        assert load(plan.scenarios[0].name)
