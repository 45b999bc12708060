"""Points: what is measured is what the same scenario has when it is run by itself."""

import numpy as np
import pytest

from sim import study
from sim.explore.kept import OnDisk
from sim.explore.plan_reading import read_plan
from sim.explore.points import InMemory, Points, means, spreads
from sim.explore.sweep import design
from sim.explore.varied import applied
from sim.timing import times

STUDY = """
scenarios: [tight_control, restored_autonomy]
vary:
  surroundings.salary_usd: [400, 900]
  levers.quota_usd@2026-07: [1000, 6000]
posts: 40
replicates: 3
seed: 5
sweep:
  design: zip
  quantities:
    - {outcome: savings_median}
    - {outcome: savings_median, minus: tight_control}
    - {outcome: quota_fulfilment, relative_to: tight_control}
    - {outcome: repatriation_rate, under: tight_control}
    - {outcome: months_until_missed, under: tight_control}
    - {outcome: months_until_spent}
"""


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    file = tmp_path_factory.mktemp("study") / "trial.yaml"
    file.write_text(STUDY, encoding="utf-8")
    return read_plan(str(file), "sweep")


@pytest.fixture(scope="module")
def measured(plan):
    return Points(plan)(design(plan), range(3))


def test_a_point_is_its_scenarios_run_by_themselves(plan, measured):
    points = Points(plan)
    for at, point in enumerate(design(plan).to_dict("records")):
        scenarios = [applied(each, plan.varied, point) for each in plan.scenarios]
        result = study(scenarios, 3, 5)
        tight, restored = (
            {name: result.ends(each, name) for name in ("savings_median", "quota_fulfilment",
                                                        "repatriation_rate")}
            for each in ("tight_control", "restored_autonomy")
        )  # fmt: skip
        expected = [
            restored["savings_median"],
            restored["savings_median"] - tight["savings_median"],
            restored["quota_fulfilment"] / tight["quota_fulfilment"] - 1,
            tight["repatriation_rate"],
        ]
        found = [plan.values(each, points.cells, measured[at]) for each in plan.quantities()]
        assert np.array(found[:4]) == pytest.approx(np.array(expected), rel=1e-12)


def test_months_until_something_are_those_of_the_survival_curve(plan):
    """With one replicate the pooled median of ``times`` is the replicate's own."""
    point = design(plan).to_dict("records")[1]
    result = study([applied(each, plan.varied, point) for each in plan.scenarios], 1, 5)
    table = times(result).set_index(["event", "scenario"])["median_months"]
    points = Points(plan)
    found = points(design(plan).iloc[[1]], [0])[0, 0]
    missed, spent = (plan.values(each, points.cells, found) for each in plan.quantities()[4:])
    horizon = len(plan.months) - plan.window
    for mine, event, scenario in (
        (missed, "missed", "tight_control"),
        (spent, "spent", "restored_autonomy"),
    ):
        theirs = table[event, scenario]
        assert mine == (horizon if np.isnan(theirs) else theirs)
    assert missed < horizon


def test_threads_and_order_change_nothing(plan, measured):
    table = design(plan)
    assert np.array_equal(Points(plan, jobs=1)(table, range(3)), measured, equal_nan=True)
    turned = Points(plan, jobs=2)(table.iloc[::-1], [2, 0, 1])
    assert np.array_equal(turned[::-1][:, [1, 2, 0]], measured, equal_nan=True)


def test_points_dealt_out_over_replicates_are_the_same_points(plan, measured):
    dealt = Points(plan).dealt(design(plan), [2, 0])
    np.testing.assert_array_equal(dealt, measured[[0, 1], [2, 0]])


def test_what_is_kept_is_not_lived_again(plan, measured, tmp_path):
    table, told = design(plan), []
    first = OnDisk(tmp_path, "a" * 64)
    Points(plan, keeper=first)(table, range(2))
    first.flush()
    again = OnDisk(tmp_path, "a" * 64)
    assert len(again.rows) == 4
    lived = []
    again.keep = lambda key, values, fault: lived.append(key)
    found = Points(plan, keeper=again, told=told.append)(table, range(3))
    assert len(lived) == 2  # the third replicate of two points
    assert told[0] == 4 and told[-1] == 6
    assert np.array_equal(found, measured, equal_nan=True)


def test_batches_of_another_study_or_damaged_ones_count_for_nothing(plan, tmp_path):
    keeper = OnDisk(tmp_path, "a" * 64)
    Points(plan, keeper=keeper)(design(plan), range(1))
    keeper.flush()
    assert OnDisk(tmp_path, "b" * 64).rows == {}
    file = next(tmp_path.glob("batches/*/points.parquet"))
    file.write_bytes(file.read_bytes()[:-5])
    assert OnDisk(tmp_path, "a" * 64).rows == {}
    keeper = OnDisk(tmp_path, "a" * 64)
    Points(plan, keeper=keeper)(design(plan), range(1))
    keeper.flush()  # beside the damaged batch, or in its place
    assert len(OnDisk(tmp_path, "a" * 64).rows) == 2


def test_a_replicate_that_fails_has_no_numbers_and_says_why(plan, monkeypatch):
    from sim.explore import points as module

    lived = module.one_replicate

    def failing(courses, seed, number):
        found = lived(courses, seed, number)
        if number == 1:
            from dataclasses import replace

            from sim.run import RuleFault

            found = [replace(found[0], fault=RuleFault("a rule failed")), found[1]]
        return found

    monkeypatch.setattr(module, "one_replicate", failing)
    keeper = InMemory()
    points = Points(plan, keeper=keeper, jobs=1)
    found = points(design(plan), range(3))
    tight = [at for at, cell in enumerate(points.cells) if cell.scenario == 0]
    assert np.isnan(found[:, 1][:, tight]).all()
    assert np.isfinite(means(found)).all()
    assert set(keeper.faults.values()) == {"a rule failed"}


def test_means_and_variances_leave_out_what_is_missing():
    values = np.array([[[1.0], [3.0], [np.nan]], [[np.nan], [np.nan], [4.0]], [[np.nan]] * 3])
    assert means(values)[:, 0] == pytest.approx([2.0, 4.0, np.nan], nan_ok=True)
    assert spreads(values)[:, 0] == pytest.approx([2.0, np.nan, np.nan], nan_ok=True)
