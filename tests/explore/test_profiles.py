"""Profiles: points of one setting at a time, and which way a quantity goes."""

import numpy as np
import pytest

from sim.explore.profiles import FALLS, FLAT, RISES, TURNS, profile, profile_points
from sim.explore.varied import Varied

SALARY = Varied("surroundings.salary_usd", 200.0, 800.0)


def test_a_point_names_one_setting_and_leaves_the_others():
    tables = profile_points(
        [SALARY, Varied("levers.quota_usd", 1.0, 4.0, values=(4.0, 1.0)),
         Varied("levers.term_months", 1, 3, whole=True),
         Varied("levers.levy_usd", 0.5, 2.0, log=True, times=True)], 5,
    )  # fmt: skip
    assert [list(table) for table in tables] == [
        ["surroundings.salary_usd"], ["levers.quota_usd"], ["levers.term_months"],
        ["levers.levy_usd"],
    ]  # fmt: skip
    assert tables[0].iloc[:, 0].tolist() == [200, 350, 500, 650, 800]
    assert tables[1].iloc[:, 0].tolist() == [1, 4]
    assert tables[2].iloc[:, 0].tolist() == [1, 2, 3]
    assert tables[3].iloc[:, 0].to_numpy() == pytest.approx([0.5, 0.5**0.5, 1, 2**0.5, 2])


def test_a_setting_that_holds_from_a_date_is_looked_at_with_it_and_the_date_with_it():
    begins = Varied("begins", 24300, 24312, whole=True, date=True)
    dated = Varied("levers.surveillance@begins", 0.1, 0.9)
    plain, date, setting = profile_points([SALARY, begins, dated], 3)
    assert list(plain) == ["surroundings.salary_usd"]
    assert date["begins"].tolist() == [24300, 24306, 24312]
    assert date["levers.surveillance@begins"].tolist() == [0.5] * 3
    assert setting["begins"].tolist() == [24306] * 3


@pytest.mark.parametrize(
    ("curve", "shape"),
    [([0, 1, 2, 3], RISES), ([3, 1, 2, 0], FALLS), ([0, 3, 3, 1], TURNS), ([2, 0, 1, 2], TURNS),
     ([1, 1, 1, 1], FLAT), ([0, 0.01, 0.02, 0.01], FLAT)],
)  # fmt: skip
def test_the_shape_is_what_paired_replicates_are_sure_of(curve, shape):
    """Luck much larger than any step, but shared by all points, hides none; noise does."""
    random = np.random.default_rng(0)
    values = np.array(curve, float)[:, None] + random.normal(0, 50, 20)
    values += random.normal(0, 0.1, values.shape)
    found = profile(values)
    assert found.shape == shape
    assert found.swing == pytest.approx(curve[-1] - curve[0], abs=0.1)
    assert found.swing_high - found.swing_low < 0.3


def test_flat_is_hardly_ever_taken_for_a_turn():
    random = np.random.default_rng(1)
    turns = sum(profile(random.normal(0, 1, (32, 20))).shape == TURNS for _ in range(400))
    assert turns <= 400 * 0.05


def test_a_replicate_that_failed_is_left_out_of_what_it_is_needed_for():
    values = np.arange(3.0)[:, None] + np.arange(4.0)
    values[0, 1] = np.nan
    found = profile(values)
    assert found.over.count.tolist() == [3, 4, 4]
    assert found.swing == found.swing_low == 2
    assert np.isnan(profile(np.full((3, 4), np.nan)).swing)
