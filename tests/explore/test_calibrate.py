"""Calibration as a whole, mostly on a made-up model that takes no time; the real one at the end."""

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.explore.abc import region_holds
from sim.explore.calibrate import calibrate, cells, units
from sim.explore.calibrate_words import share
from sim.explore.found import StudyError
from sim.explore.plan import Cell
from sim.explore.plan_reading import read_plan
from sim.explore.points import Points
from sim.explore.posterior import central, posterior, tied, verdict
from sim.explore.varied import applied
from sim.painting import png_bytes
from sim.scenario import load

STUDY = """\
title: A trial
scenario: restored_autonomy
vary:
  surroundings.salary_usd: {from: 350, to: 1000}
  cohort.savings_usd: {from: 5000, to: 150000, scale: log}
  surroundings.price_sd: {from: 0.1, to: 0.2}
posts: 10
replicates: 4
seed: SEED
calibrate: {targets: known, rows: [A], waves: 3, points: 50, simulations: 1500, draws: 300}
"""
ROW = """\
rows:
  A:
    pattern: planted
    role: C
    source: this file
    published: as below
    measures:
"""
MEASURE = """\
      - says: NAME
        outcome: NAME
        value: {figure: FIGURE, low: LOW, high: HIGH, setting: same}
        accept: {from: -10, to: 10}
"""
OUTCOMES = ("savings_median", "spent_share", "quality")
ERROR = 0.05  # standard error of what is published
LUCK = 0.1
PUBLISHED = {"savings_median": 0.5, "spent_share": 0.4, "quality": 0.5}


def truth(shares):
    """Numbers that follow from places in the unit cube; the third setting hardly matters."""
    x, y, z = shares.T
    return np.stack([np.exp(x) - 0.7 * y, x * y + 0.3 * y, np.sin(3 * y) + 0.05 * z], axis=-1)


class MadeUp(Points):
    """A model that is a formula, with luck of its own for every replicate and point."""

    def __init__(self, plan):
        super().__init__(plan, cells(plan))
        self.asked = 0

    def __call__(self, points, replicates):
        self.asked += len(points) * len(list(replicates))
        varied = self.plan.varied
        shares = np.column_stack([each.shares_of(points[each.name]) for each in varied])
        lucks = []
        for number in replicates:
            rng = np.random.default_rng([self.plan.seed, number])
            common, own = rng.normal(size=3), rng.normal(size=(len(points), 3))
            lucks.append(LUCK * (0.6 * common + 0.8 * own))
        return truth(shares)[:, None] + np.stack(lucks, axis=1)


@pytest.fixture
def read(tmp_path):
    def read(published=None, seed=1, drop=(), more=""):
        text = ROW
        for name, value in (published or PUBLISHED).items():
            if name not in drop:
                ends = {"FIGURE": value, "LOW": value - 1.96 * ERROR, "HIGH": value + 1.96 * ERROR}
                one = MEASURE.replace("NAME", name)
                for key, number in ends.items():
                    one = one.replace(key, f"{number:.9f}")
                text += one
        (tmp_path / "known.yaml").write_text(text + more)
        (tmp_path / "trial.yaml").write_text(STUDY.replace("SEED", str(seed)))
        return read_plan(str(tmp_path / "trial.yaml"), "calibrate")

    return read


@pytest.fixture
def found(read):
    plan = read()
    return calibrate(plan, MadeUp(plan))


def recovered(read, seed):
    """Whether the region of a trial holds what was planted, how many intervals do, and of how many
    settings."""
    rng = np.random.default_rng([seed, 99])
    planted = rng.random(3)
    seen = truth(planted) + LUCK * rng.normal(size=3) + ERROR * rng.normal(size=3)
    plan = read(dict(zip(OUTCOMES, seen, strict=True)), seed)
    draws = calibrate(plan, MadeUp(plan)).tables["posterior"]
    shares = np.column_stack([each.shares_of(draws[each.name]) for each in plan.varied])
    low, high = np.quantile(shares, [0.05, 0.95], axis=0)
    return region_holds(shares, planted), int(((low <= planted) & (planted <= high)).sum())


def test_what_was_planted_is_found_again(read):
    """Nine times of ten; fewer than five of seven would be bad luck of one in 150."""
    assert sum(recovered(read, seed)[0] for seed in range(7)) >= 5


@pytest.mark.long
def test_what_was_planted_is_found_again_in_forty_trials(read):
    """Of 40 at 90 % 31 are the least to be expected (99 in 100); of 120 intervals, 98."""
    trials = [recovered(read, seed) for seed in range(100, 140)]
    assert sum(region for region, _ in trials) >= 31
    assert sum(inside for _, inside in trials) >= 98


def test_knowledge_is_told_from_ignorance(found):
    table = found.tables["settings"].set_index("setting")
    assert table.loc["cohort.savings_usd", "verdict"] == "narrowed to half or less"
    assert table.loc["surroundings.price_sd", "verdict"] == "left open"
    known = next(each for each in found.answer if each.startswith("The targets narrow"))
    assert "savings" in known and "price sd" not in known
    assert any(each.startswith("They leave open") and "price sd" in each for each in found.answer)
    assert 2 <= len(found.answer) <= 6


def test_it_takes_no_more_than_it_says_and_lives_fresh_luck_for_each_part(read):
    plan = read()
    points = MadeUp(plan)
    calibrate(plan, points)
    assert points.asked <= units(plan) == 3 * 50 * 4 + 1500 + 300


def test_the_same_seed_gives_the_same_digits(read):
    one, other, third = (
        calibrate(plan, MadeUp(plan)).tables["posterior"] for plan in (read(), read(), read(seed=2))
    )
    assert one.equals(other) and not one.equals(third)


def test_a_share_of_another_outcome_is_taken_off(read):
    part = "        less: {times: 0.5, outcome: quality}\n        sign: negative\n"
    more = f"      - says: difference\n        outcome: spent_share\n{part}"
    plan = read(more=more)
    last = len(plan.months) - 1
    assert cells(plan) == [Cell(0, name, 0, last) for name in OUTCOMES]
    points = MadeUp(plan)
    rows = calibrate(plan, points).tables["simulations"]
    assert rows["target_4"].to_numpy() == pytest.approx(
        (rows["target_2"] - 0.5 * rows["target_3"]).to_numpy()
    )


def test_draws_are_read_back_as_points_and_make_scenarios(found, read, tmp_path):
    plan = read()
    file = tmp_path / "posterior.csv"
    found.tables["posterior"].to_csv(file, index=False)
    draws = posterior(file)
    assert list(draws) == [each.name for each in plan.varied] and len(draws) == 300
    there = applied(plan.scenarios[0], plan.varied, draws.iloc[0])
    assert there.path("surroundings", "salary_usd")[0] == draws["surroundings.salary_usd"][0]
    assert np.isfinite(Points(plan, cells(plan))(draws.head(2), [0])).all()


def test_dates_are_read_back_as_months(tmp_path):
    file = tmp_path / "posterior.csv"
    pd.DataFrame({"begins": ["2026-07", "2027-01"], "x": [1, 2]}).to_csv(file, index=False)
    assert posterior(file)["begins"].tolist() == [2026 * 12 + 6, 2027 * 12]


def test_the_scenario_of_the_middle_can_be_loaded(found, tmp_path):
    ((name, text),) = found.scenarios.items()
    (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    scenario = load(str(tmp_path / f"{name}.yaml"))
    draws = found.tables["posterior"]
    salary = scenario.path("surroundings", "salary_usd")[0]
    assert np.isclose(draws["surroundings.salary_usd"], salary, rtol=1e-9).any()
    assert scenario.path("cohort", "posts")[0] == 500  # not the few that the study simulated
    assert scenario.title.endswith(", calibrated")


def test_nothing_left_is_said(read):
    plan = read(PUBLISHED | {"quality": 30.0})
    found = calibrate(plan, MadeUp(plan))
    assert found.answer[0].startswith("Nothing is left")
    assert "quality (100 %)" in found.answer[1]
    assert "posterior" not in found.tables and not found.scenarios


def test_failures_are_counted_and_a_target_without_values_is_told(read):
    class Failing(MadeUp):
        part = 0.05

        def __call__(self, points, replicates):
            values = super().__call__(points, replicates)
            rng = np.random.default_rng([len(points), replicates[0]])
            values[rng.random(values.shape[:2]) < self.part] = np.nan
            return values

    plan = read()
    found = calibrate(plan, Failing(plan))
    assert 5 <= found.tables["waves"]["failed"].iloc[0] <= 16  # of 200
    assert any("had no number" in each for each in found.limits)
    Failing.part = 1.1
    with pytest.raises(StudyError, match="only 0 points have a value"):
        calibrate(plan, Failing(plan))


def test_predictions_lie_nearer_than_before(found):
    rows = found.tables["predictions"].iloc[:-1]
    widths = [rows[f"{when}_high"] - rows[f"{when}_low"] for when in ("prior", "posterior")]
    assert (widths[1] < widths[0]).all()
    assert np.abs(rows["posterior_median"] - list(PUBLISHED.values())).max() < 0.1


def test_figures_are_drawn_without_a_warning(found):
    assert list(found.pictures) == ["waves", "posterior", "pairs", "predictions"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for picture in found.pictures.values():
            assert png_bytes(picture)
            assert "seed 1" in picture.caption and "4 replicates" in picture.caption
            assert picture.alt and len(picture.data)


def test_settings_known_only_together_are_named(read):
    plan = read()
    rng = np.random.default_rng(1)
    one = rng.random(500)
    table = tied(plan.varied, np.column_stack([one, 1 - one, rng.random(500)]))
    assert table["rank_correlation"].iloc[0] == pytest.approx(-1)
    assert table.loc[0, ["one", "other"]].tolist() == [
        "surroundings.salary_usd", "cohort.savings_usd",
    ]  # fmt: skip
    assert central(np.array([[0.0, 0.0], [0.5, 0.4], [1.0, 1.0]])) == 1


def test_words():
    assert [verdict(each) for each in (0.3, 0.6, 0.9)] == [
        "narrowed to half or less", "narrowed somewhat", "left open",
    ]  # fmt: skip
    parts = (1.0, 0.123, 0.0123, 0.00123, 0.0000123, 1e-9, 0.0, np.nan)
    assert [share(each) for each in parts] == [
        "100 %", "12 %", "1.2 %", "0.12 %", "0.0012 %", "less than 0.0001 %", "0 %", "–",
    ]  # fmt: skip


@pytest.mark.long
def test_the_shipped_study_at_small_size():
    plan = read_plan("calibrate", "calibrate", posts=60, replicates=2)
    how = plan.how.model_copy(update={"points": 60, "simulations": 400, "draws": 50, "waves": 2})
    plan = replace(plan, how=how)
    found = calibrate(plan, Points(plan, cells(plan)))
    assert 0 < found.summary["left"] < 0.6
    assert len(found.tables["posterior"]) == 50
    assert set(found.scenarios) == {f"{each.name}_calibrated" for each in plan.scenarios}
    table = found.tables["settings"].set_index("setting")
    assert table["ratio"].idxmin() in ("cohort.savings_usd", "surroundings.detection_per_usd")
