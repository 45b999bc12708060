"""PRIM recovers boxes that were planted, and finds none where there is nothing."""

import numpy as np
import pytest

from sim.explore.prim import find_box


def planted(seed, count=2000, columns=20, low=0.6, high=0.3, inside=0.95, outside=0.03):
    """Cases are likely where column 3 is above ``low`` and column 7 below ``high``."""
    rng = np.random.default_rng(seed)
    points = rng.random((count, columns))
    box = (points[:, 3] >= low) & (points[:, 7] <= high)
    return points, rng.random(count) < np.where(box, inside, outside)


@pytest.mark.parametrize("seed", range(10))
def test_a_planted_box_is_found(seed):
    points, cases = planted(seed)
    box = find_box(points, cases)
    assert set(box.limited[:2]) == {3, 7}
    assert box.low[3] == pytest.approx(0.6, abs=0.05)
    assert box.high[7] == pytest.approx(0.3, abs=0.05)
    assert box.density > 0.85 and box.coverage > 0.6
    assert (box.quasi_p[[3, 7]] < 1e-6).all()


def test_hardly_any_other_limit_is_left_of_a_planted_box():
    extra = sum(len(find_box(*planted(seed)).limited) - 2 for seed in range(10))
    assert extra <= 5  # of 180 that could be


def test_measures_are_shares_of_the_sample():
    points, cases = planted(1)
    box = find_box(points, cases)
    inside = box.holds(points)
    assert box.mass == inside.mean()
    assert box.coverage == (inside & cases).sum() / cases.sum()
    assert box.density == cases[inside].mean()


def test_whole_numbers_and_lists_have_boxes_too():
    rng = np.random.default_rng(2)
    points = np.column_stack([rng.integers(0, 5, 1000), rng.random(1000)])
    cases = points[:, 0] >= 3
    box = find_box(points, cases)
    assert box.limited == [0] and box.low[0] == 3
    assert (box.coverage, box.density) == (1, 1)


def test_cases_at_random_have_no_sharp_box():
    rng = np.random.default_rng(3)
    points, cases = rng.random((1000, 10)), rng.random(1000) < 0.3
    assert find_box(points, cases).density < 0.55


def test_without_cases_there_is_nothing_to_explain():
    points = np.random.default_rng(0).random((50, 2))
    for cases in (np.zeros(50, bool), np.ones(50, bool)):
        with pytest.raises(ValueError, match="needs some cases"):
            find_box(points, cases)
