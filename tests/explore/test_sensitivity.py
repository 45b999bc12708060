"""The whole study, on formulas whose sensitivities are known and on the model itself."""

import builtins

import numpy as np
import pandas as pd
import pytest

from sim.drawing import Picture
from sim.explore.plan_reading import read_plan
from sim.explore.points import InMemory, Points
from sim.explore.sensitivity import sensitivity, units
from sim.explore.sobol import MissingSALib
from sim.scenario import ScenarioError
from tests.explore.sensitivity_worlds import (
    BURNING,
    LIVING,
    OWN_PURSE,
    QUOTA,
    SALARY,
    SAVINGS,
    Formula,
    months_of_savings,
    study,
)

T49_FIRST, T49_TOTAL = [0.743, 0.183, 0.046, 0.020], [0.747, 0.190, 0.049, 0.022]


def exactly(points, _):
    return months_of_savings(points)


def in_whole_months(points, _):
    return np.ceil(months_of_savings(points))


def with_luck(points, number):
    """Luck that is as large as what the largest setting does."""
    return months_of_savings(points) + np.random.default_rng([number, 5]).normal(0, 3)


def found_of(plan, function=exactly):
    return sensitivity(plan, Formula(plan, function))


@pytest.mark.parametrize("seed", [0, 1])
def test_t49(tmp_path, seed):
    """Sobol on T1, f = S0 / (q + c - w): within 0.01 of the printed indices, seed 0 too."""
    text = BURNING.replace("samples: 64", "samples: 4096")
    shares = found_of(study(tmp_path, text, seed=seed)).tables["sobol"]
    assert shares["first"].tolist() == pytest.approx([*T49_FIRST, 0], abs=0.01)
    assert shares["total"].tolist() == pytest.approx([*T49_TOTAL, 0], abs=0.01)
    assert (shares["total_low"] <= shares["total"]).all()


def test_t49_through_the_model(tmp_path):
    """Lived by the model, months until savings are spent are whole: the month in which the last
    dollar goes, S0 / b rounded up. So all that is found must be what is found of that step
    function. Rounding adds about 1/12 to a variance of 15 months squared, half a per cent, mostly
    to what settings do together: the printed indices lie within 0.01 of those of the steps, and 64
    rows are only sure of them to the width of their intervals, which must hold them."""
    plan = study(tmp_path, worlds=OWN_PURSE)
    lived = sensitivity(plan, Points(plan))
    reckoned = found_of(plan, in_whole_months)
    for name in ("morris", "sobol", "variance"):  # profiles start where the scenario's values are
        pd.testing.assert_frame_equal(lived.tables[name], reckoned.tables[name])
    shares = lived.tables["sobol"]
    assert (shares["total_low"][:4] - 0.01 <= T49_TOTAL).all()
    assert (shares["total_high"][:4] + 0.01 >= T49_TOTAL).all()
    assert lived.tables["variance"]["chance"].tolist() == [0]
    many = study(tmp_path, BURNING.replace("samples: 64", "samples: 4096"))
    assert found_of(many, in_whole_months).tables["sobol"]["total"].tolist() == pytest.approx(
        [*T49_TOTAL, 0], abs=0.015
    )


def test_profiles_explain_first_which_way_each_setting_goes(tmp_path):
    swings = found_of(study(tmp_path)).tables["swings"].set_index("setting")
    assert swings["shape"].to_dict() == {
        SAVINGS: "rises", QUOTA: "falls", LIVING: "falls", SALARY: "rises",
    }  # fmt: skip
    assert swings["swing"][SAVINGS] == pytest.approx(20_000 / 1_850)
    assert swings["base"][SAVINGS] == pytest.approx(30_000 / 1_850)
    assert swings["lowest"][QUOTA] == 1200


def test_morris_ranks_as_sobol_does(tmp_path):
    tables = found_of(study(tmp_path)).tables
    order = [
        list(table.sort_values(column, ascending=False)["setting"])
        for table, column in ((tables["morris"], "mu_star"), (tables["sobol"], "total"))
    ]
    assert order[0] == order[1][:4] == [SAVINGS, QUOTA, LIVING, SALARY]
    assert (tables["morris"]["mu"] * [1, -1, -1, 1] > 0).all()


def test_it_takes_what_it_says_and_no_luck_is_used_twice_by_chance(tmp_path):
    """Profiles share their luck; each trajectory and each row has its own."""
    plan = study(tmp_path, BURNING.replace("{samples: 64}", "{samples: 64, replicates: 3}"))
    points = Formula(plan, with_luck)
    sensitivity(plan, points)
    assert sum(len(table) for table, _ in points.lived) == units(plan)
    blocks = {number: 0 for _, number in points.lived}
    for table, number in points.lived:
        blocks[number] += len(table)
    profiles, morris, sobol = 1 + 4 * 5, 5, 7
    assert list(blocks.values()) == [profiles] * 2 + [morris] * 20 + [sobol] * 64 * 3


def test_chance_is_a_share_of_its_own_and_not_in_the_indices(tmp_path):
    text = BURNING.replace("samples: 64", "samples: 2048")
    tables = found_of(study(tmp_path, text), with_luck).tables
    variance = tables["variance"].iloc[0]
    settings = variance["variance"]
    assert variance["chance"] == pytest.approx(9 / (9 + settings), abs=0.03)
    assert variance["chance_low"] < 9 / (9 + settings) < variance["chance_high"]
    assert variance[["alone", "together", "chance"]].sum() == pytest.approx(1)
    assert tables["sobol"]["total"].tolist() == pytest.approx([*T49_TOTAL, 0], abs=0.06)
    assert tables["sobol"]["total_of_means"].iloc[-1] > 0.15
    dummy = tables["sobol"].iloc[-1]
    assert dummy["total_low"] < 0 < dummy["total_high"]


def test_the_answer_names_what_matters_and_what_does_not(tmp_path):
    def nothing_by_salary(points, number):
        return months_of_savings(points.assign(**{SALARY: 400}))

    text = BURNING.replace("samples: 64", "samples: 256")
    found = found_of(study(tmp_path, text), nothing_by_salary)
    assert found.answer[0].startswith(
        "Median months until savings are spent: savings moves it most (with others, 7"
    )
    assert "not surely" not in found.answer[0]
    assert found.answer[1] == (
        "With all else as in the scenario, savings from 20,000 to 40,000 changes it by +10.8."
    )
    assert found.answer[2] == "1 of 4 settings is not shown to do more than a dummy: salary."
    assert found.answer[3].endswith("is chance.")


def test_no_more_is_said_than_intervals_allow(tmp_path):
    def noise(points, number):
        random = np.random.default_rng([number, int(1e6 * points.to_numpy().sum())])
        return random.normal(0, 1, (len(points), 1))

    found = found_of(study(tmp_path), noise)
    assert found.answer[0].endswith(
        ("no setting is shown to move it.", "it never moves, or by chance alone.")
    )

    def alike(points, number):
        quota, living = (points.get(name, pd.Series(0.5, points.index)) for name in (QUOTA, LIVING))
        return (quota / 600 + living / 300).to_numpy()[:, None]

    found = found_of(study(tmp_path), alike)
    assert "not surely more than living cost" in found.answer[0] or (
        "not surely more than quota" in found.answer[0]
    )


@pytest.mark.parametrize("left_out", ["sobol", "morris", "both"])
def test_without_indices_it_says_what_the_rest_allows(tmp_path, left_out):
    lines = BURNING.splitlines()
    words = ("sobol:", "morris:") if left_out == "both" else (f"{left_out}:",)
    text = "\n".join(line for line in lines if not line.strip().startswith(words))
    plan = study(tmp_path, text)
    found = found_of(plan)
    assert "savings moves it most" in found.answer[0]
    assert units(plan) == {"sobol": 21 * 2 + 100, "morris": 42 + 64 * 14, "both": 42}[left_out]
    assert set(found.tables) == {"profiles", "swings", "morris", "sobol", "variance"} - {
        "sobol": {"sobol", "variance"}, "morris": {"morris"},
        "both": {"morris", "sobol", "variance"},
    }[left_out]  # fmt: skip


def test_what_failed_is_left_out_and_counted(tmp_path):
    def failing(points, number):
        return months_of_savings(points) + (np.nan if number in (1, 7, 41) else 0)

    found = found_of(study(tmp_path), failing)
    variance = found.tables["variance"].iloc[0]
    assert (variance["rows"], variance["lost"]) == (62, 2)  # a row and, as its dummy, its partner
    assert any("2 of 64 rows of points are left out" in each for each in found.limits)
    assert any("replicates failed" in each for each in found.limits)
    assert found.summary["failed"] == 21 + 5 + 7
    assert found.tables["swings"]["swing"].notna().all()
    nothing = found_of(study(tmp_path), lambda points, _: np.full((len(points), 1), np.nan))
    assert nothing.answer == [
        "Median months until savings are spent: it is not known what moves it; too little could "
        "be measured."
    ]


def test_it_is_written_and_drawn(tmp_path):
    text = BURNING.replace(
        "[{outcome: months_until_spent}]",
        "[{outcome: months_until_spent}, {outcome: months_until_missed}]",
    )

    def two(points, number):
        return np.column_stack([with_luck(points, number), in_whole_months(points, number) / 9])

    found = found_of(study(tmp_path, text), two)
    assert list(found.pictures) == [
        "swings", "profiles_1", "profiles_2", "morris", "sobol", "chance",
    ]  # fmt: skip
    assert all(isinstance(each, Picture) for each in found.pictures.values())
    assert "64 rows of 7 points, 2 replicates of each, seed 1" in found.pictures["sobol"].caption
    assert "21 points, the same 2 replicates of each, seed 1" in found.pictures["swings"].caption
    assert len(found.shown) == 3
    assert all(table.map(lambda cell: isinstance(cell, str)).all(axis=None)
               for table in found.shown.values())  # fmt: skip
    assert found.answer[-1].startswith("What moves the others most: median months until the first")


def test_the_same_seed_is_the_same_study_whatever_went_on_before(tmp_path):
    one, other = (found_of(study(tmp_path, seed=seed), with_luck) for seed in (0, 0))
    for name in one.tables:
        pd.testing.assert_frame_equal(one.tables[name], other.tables[name], check_exact=True)
    third = found_of(study(tmp_path, seed=3), with_luck)
    assert not one.tables["sobol"]["total"].equals(third.tables["sobol"]["total"])


def test_neither_threads_nor_an_interruption_change_anything(tmp_path):
    text = BURNING.replace("samples: 64", "samples: 8").replace(
        "trajectories: 10", "trajectories: 3"
    )
    plan = study(tmp_path, text, posts=20)
    whole = sensitivity(plan, Points(plan, jobs=1)).tables
    keeper = InMemory()

    def breaks_off(done):
        if done == 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sensitivity(plan, Points(plan, keeper=keeper, told=breaks_off))
    assert 0 < len(keeper.rows) < units(plan)
    gone_on_with = sensitivity(plan, Points(plan, keeper=keeper, jobs=2)).tables
    for name in whole:
        pd.testing.assert_frame_equal(whole[name], gone_on_with[name], check_exact=True)
    assert whole["variance"]["chance"].notna().all()


def test_without_salib_it_says_what_to_install_before_anything_is_lived(tmp_path, monkeypatch):
    def without(name, *args, **kwargs):
        if name.startswith("SALib"):
            raise ImportError(name)
        return imported(name, *args, **kwargs)

    imported = builtins.__import__
    plan = study(tmp_path)
    points = Formula(plan, exactly)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingSALib, match=r"pip install 'trader-sim\[sensitivity\]'"):
        sensitivity(plan, points)
    assert not points.lived


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [("sobol: {samples: 100}", "sensitivity.sobol.samples: must be a power of two, such as 128"),
     ("morris: {levels: 5}", "sensitivity.morris.levels: must be an even number"),
     ("sobol: {samples: 64, replicates: 1}", "must be 2 or more"),
     ("sobol: {bootstraps: 100}", "must be 1000 or more")],
)  # fmt: skip
def test_a_design_that_does_not_exist_is_told_with_its_line(tmp_path, wrong, complaint):
    lines = [line for line in BURNING.splitlines() if wrong[:5] not in line]
    lines.insert(-1, f"  {wrong}")
    with pytest.raises(ScenarioError) as told:
        study(tmp_path, "\n".join(lines))
    assert complaint in str(told.value)
    assert f"study.yaml:{len(lines) - 1}:" in str(told.value)


def test_chance_cannot_be_told_with_one_replicate_of_a_point(tmp_path):
    with pytest.raises(ScenarioError, match="cannot tell chance from settings"):
        study(tmp_path, replicates=1)


def test_the_shipped_study_is_one():
    plan = read_plan("sensitivity", "sensitivity")
    assert units(plan) < 50_000
    for each in plan.varied:
        assert each.low < each.setting.default < each.high
