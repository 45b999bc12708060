"""What is better than what: fronts, crowding, knees, areas. Examples worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.explore.pareto import (
    area_dominated,
    best_first,
    crowding,
    in_box,
    knee,
    non_dominated,
)

VALUES = arrays(float, st.tuples(st.integers(1, 12), st.integers(1, 3)),
                elements=st.integers(0, 4).map(float))  # fmt: skip


@given(VALUES)
def test_nobody_on_the_front_is_beaten_and_everybody_else_is(values):
    front = non_dominated(values)
    assert front.any()
    for mine, on_it in zip(values, front, strict=True):
        beaten = any((o >= mine).all() and (o > mine).any() for o in values)
        assert on_it != beaten


@given(VALUES, st.randoms())
def test_best_first_is_an_order_of_all_with_the_front_ahead(values, random):
    violation = np.array([random.choice([0.0, 0.0, 1.0, 2.0]) for _ in values])
    order = best_first(values, violation)
    assert sorted(order) == list(range(len(values)))
    assert (np.diff(violation[order]) >= 0).all()
    kept = violation <= 0
    if kept.any():
        assert non_dominated(values[kept])[np.flatnonzero(kept).tolist().index(order[0])]


def test_what_failed_comes_last_and_is_on_no_front():
    values = np.array([[np.nan], [1.0], [3.0], [2.0]])
    assert best_first(values, np.array([0, 9.0, 0, np.nan])).tolist() == [2, 1, 0, 3]
    assert non_dominated(values).tolist() == [False, False, True, False]


def test_lonely_candidates_of_a_front_come_before_crowded_ones():
    front = np.array([[0, 10.0], [1, 9.0], [1.2, 8.8], [6, 4.0], [10, 0.0]])
    assert crowding(front)[[0, 4]].tolist() == [np.inf, np.inf]
    assert crowding(front)[3] == pytest.approx((10 - 1.2) / 10 + (8.8 - 0) / 10)
    assert best_first(front, np.zeros(5)).tolist() == [0, 4, 3, 2, 1]


def test_a_knee_lies_beyond_the_line_between_the_ends():
    assert knee(np.array([[0, 100.0], [9, 90.0], [10, 0.0]])) == 1
    assert knee(np.array([[0, 100.0], [5, 50.0], [10, 0.0]])) is None, "on the line"
    assert knee(np.array([[0, 100.0], [1, 10.0], [10, 0.0]])) is None, "short of it"
    assert knee(np.array([[3.0, 4.0]])) is None, "a point has no line"


def test_the_area_dominated_is_that_of_a_staircase():
    stairs = np.array([[0.25, 1.0], [0.5, 0.5], [1.0, 0.25]])
    assert area_dominated(stairs) == pytest.approx(0.25 * 0.5 + 0.5 * 0.25 + 0.25)
    more = np.vstack([stairs, [[0.4, 0.4], [0.5, 0.1]]])
    assert area_dominated(more) == area_dominated(stairs), "what is dominated adds nothing"
    assert area_dominated(np.empty((0, 2))) == 0
    assert area_dominated(np.array([[1.0, 1.0]])) == 1


@given(arrays(float, st.tuples(st.integers(1, 10), st.just(2)), elements=st.floats(0, 1)))
def test_the_area_is_the_part_of_random_points_that_are_beaten(shares):
    grid = (np.stack(np.meshgrid(*[np.arange(200)] * 2), axis=-1).reshape(-1, 2) + 0.5) / 200
    beaten = (shares[None] >= grid[:, None]).all(axis=2).any(axis=1).mean()
    assert area_dominated(shares) == pytest.approx(beaten, abs=0.03)


def test_shares_of_a_box_without_extent_are_zero():
    assert in_box(np.array([[2.0, 5.0]]), np.array([2.0, 0.0]), np.array([2.0, 10.0])).tolist() == [
        [0.0, 0.5]
    ]
