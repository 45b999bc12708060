"""How good trials are over worlds: worked out by hand."""

import numpy as np
import pytest

from sim.explore.judged import (
    Judge,
    best_by_world,
    by_world,
    kept_share,
    max_regret,
    total,
    worst_decile,
)

NAN = np.nan


def test_the_worst_tenth_is_the_low_end_of_what_is_to_be_large_and_the_high_end_of_the_rest():
    worlds = np.arange(20.0)[None]
    assert worst_decile(worlds, 1) == [0.5]
    assert worst_decile(worlds, -1) == [18.5]
    assert worst_decile(np.array([[3.0, NAN, 5.0]]), 1) == [3.0]
    assert np.isnan(worst_decile(np.array([[NAN]]), 1))


def test_regret_is_against_the_best_in_the_same_world():
    worlds = np.array([[10.0, 0.0], [4.0, 7.0], [9.0, 6.0]])
    all_of_them, only = np.ones(3, bool), np.array([False, True, True])
    assert best_by_world(worlds, 1, all_of_them).tolist() == [10, 7]
    assert best_by_world(worlds, -1, all_of_them).tolist() == [4, 0]
    assert best_by_world(worlds, 1, only).tolist() == [9, 7]
    assert best_by_world(worlds, 1, ~all_of_them).tolist() == [10, 7], "nobody is eligible"
    assert max_regret(worlds, 1, np.array([10.0, 7.0])).tolist() == [7, 6, 1]
    assert max_regret(worlds, -1, np.array([4.0, 0.0])).tolist() == [6, 7, 6]


def test_a_limit_is_not_kept_where_nothing_was_measured():
    assert kept_share(np.array([[0.9, 0.8, 0.7, NAN]]), 1, 0.8).tolist() == [0.5]
    assert kept_share(np.array([[0.9, 0.8, 0.7, NAN]]), -1, 0.8).tolist() == [0.5]


def test_in_one_world_a_limit_is_held_against_the_mean():
    judge = Judge([1, -1, 1], [4.0, 0.0])
    worlds = np.array([[[1.0, 5.0, 2.0]], [[2.0, 3.0, -2.0]], [[3.0, NAN, 1.0]]])
    violations = judge.violations(worlds)
    assert violations[:2].tolist() == [[0.25, -2.0], [-0.25, 2.0]]
    assert total(violations)[:2].tolist() == [0.25, 2.0]
    assert np.isnan(total(violations)[2])
    assert judge.judged(worlds).tolist() == [[1], [2], [3]]


def test_over_worlds_a_limit_must_be_kept_in_a_share_of_them():
    worlds = np.zeros((2, 4, 2))
    worlds[0, :, 1] = [1, 1, 1, -1]
    worlds[1, :, 1] = [1, 1, -1, -1]
    judge = Judge([1, 1], [0.5], "mean", 0.75)
    assert judge.kept(worlds).tolist() == [[0.75], [0.5]]
    assert total(judge.violations(worlds)).tolist() == [0.0, 0.25]


def test_regret_is_told_as_such_and_less_of_it_is_better():
    worlds = np.array([[[10.0, 1.0], [0.0, 1.0]], [[8.0, 1.0], [5.0, 1.0]]])
    judge = Judge([1, 1], [0.5], "max_regret", 1.0)
    judged = judge.judged(worlds)
    assert judged.tolist() == [[5], [2]]
    assert judge.better(judged).tolist() == [[-5], [-2]]


def test_regret_does_not_count_a_rival_that_breaks_a_limit():
    worlds = np.array([[[10.0, 0.0], [10.0, 0.0]], [[8.0, 1.0], [5.0, 1.0]]])
    assert Judge([1, 1], [0.5], "max_regret", 1.0).judged(worlds)[1] == [0]


def test_means_are_over_the_first_replicates_that_did_not_fail():
    trial = np.array([[[1.0], [NAN], [9.0]]])
    assert by_world([trial], 2).tolist() == [[[1.0]]]
    assert by_world([trial], 3).tolist() == [[[pytest.approx(5.0)]]]
