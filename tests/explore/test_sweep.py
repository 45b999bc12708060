"""Sweeps: which points, and sentences no stronger than the numbers. Outcomes are made up here."""

import warnings

import numpy as np
import pytest

from sim.explore.plan_reading import read_plan
from sim.explore.points import Points
from sim.explore.sweep import design, sweep, units

STUDY = """
title: A trial
description: What is asked.
scenario: restored_autonomy
vary:
  levers.quota_usd@2026-07: {from: 1000, to: 3000, steps: 3}
  surroundings.salary_usd: [400, 900, 1000]
posts: 10
replicates: 4
seed: 3
sweep:
  design: DESIGN
  points: 30
  quantities: [{outcome: savings_median}, {outcome: spent_share}]
"""


@pytest.fixture
def plan(tmp_path):
    def read(design="grid", drop=""):
        file = tmp_path / "trial.yaml"
        text = STUDY.replace("DESIGN", design)
        lines = [line for line in text.splitlines() if not drop or drop not in line]
        file.write_text("\n".join(lines), encoding="utf-8")
        return read_plan(str(file), "sweep")

    return read


class MadeUp(Points):
    """Savings that follow from quota and salary, and luck as large as ``noise``."""

    noise = 1.0

    def __call__(self, points, replicates):
        rng = np.random.default_rng(1)
        quota = points["levers.quota_usd@2026-07"].to_numpy()
        value = 50_000 - 5 * quota
        if "surroundings.salary_usd" in points:
            value = value + 10 * points["surroundings.salary_usd"].to_numpy()
        luck = rng.normal(size=(1, len(replicates))) * 10_000  # common to all points
        own = rng.normal(size=(len(points), len(replicates))) * self.noise
        savings = value[:, None] + luck + own
        return np.stack([savings, np.full_like(savings, np.nan)], axis=2)


class Noisy(MadeUp):
    noise = 100_000.0


def test_a_grid_is_every_combination_and_zip_goes_side_by_side(plan):
    grid = plan("grid")
    assert design(grid).to_numpy().tolist() == [
        [quota, salary] for quota in (1000, 2000, 3000) for salary in (400, 900, 1000)
    ]
    assert units(grid) == 36
    side = plan("zip")
    assert design(side).to_numpy().tolist() == [[1000, 400], [2000, 900], [3000, 1000]]
    assert units(side) == 12


def test_a_sample_fills_the_ranges_evenly_and_follows_the_seed(plan):
    sample = plan("sample")
    table = design(sample)
    assert len(table) == 30 and units(sample) == 120
    counts = table.value_counts("surroundings.salary_usd")
    assert counts.max() - counts.min() <= 1
    assert table.equals(design(plan("sample")))


def test_extremes_are_told_apart_by_paired_luck_alone(plan):
    """Luck common to all points is far larger than their differences, which are sure all the same."""
    found = sweep(plan(), MadeUp(plan()))
    sentence = found.answer[0]
    assert "(at quota 3,000, salary 400) to" in sentence
    assert "(at quota 1,000, salary 1,000)" in sentence
    assert "may be chance" not in sentence
    assert "may be chance" in sweep(plan(), Noisy(plan())).answer[0]


def test_what_could_not_be_measured_is_said_and_drawn(plan):
    found = sweep(plan(), MadeUp(plan()))
    assert (
        found.answer[1]
        == "Traders whose savings are spent: nothing could be measured at any point."
    )
    assert found.tables["points"]["spent_share_replicates"].eq(0).all()


def test_the_table_holds_means_and_intervals_of_every_point(plan):
    points = MadeUp(plan())
    table = sweep(plan(), points).tables["points"]
    values = points(design(plan()), range(4))[:, :, 0]
    assert table["savings_median"].to_numpy() == pytest.approx(values.mean(axis=1))
    reach = 3.182446 * values.std(axis=1, ddof=1) / 2  # t of three degrees of freedom
    assert (table["savings_median_high"] - table["savings_median"]).to_numpy() == pytest.approx(
        reach, rel=1e-6
    )


@pytest.mark.parametrize(("kind", "drop"), [("grid", ""), ("grid", "salary"), ("sample", "")])
def test_figures_are_drawn_without_a_warning(plan, kind, drop):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = sweep(plan(kind, drop), MadeUp(plan(kind, drop))).pictures["sweep"]
        picture.canvas.draw()
    assert "median savings: from $" in picture.alt
    assert "4 replicates of each, seed 3" in picture.caption
    assert len(picture.axes) >= 2
