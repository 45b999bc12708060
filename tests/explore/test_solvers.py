"""Which points are tried next: the same whenever they are asked for, and near what is good."""

import sys

import numpy as np
import pytest

from sim.explore.solvers import Filling, Learning, MissingOptuna, optuna, quiet

BEST = np.array([0.3, 0.7, 0.5])


def went(solver, trials, size, response, levers):
    tried, values = np.empty((0, levers)), np.empty((0, 1))
    while len(tried) < trials:
        places = solver(size, tried, values, np.zeros((len(tried), 0)))
        tried = np.concatenate([tried, places])
        values = np.concatenate([values, response(places)[:, None]])
    return tried, values


def hill(places):
    return 1 - ((places - BEST[: places.shape[1]]) ** 2).sum(axis=1)


def test_filling_goes_on_where_it_was_and_spreads_evenly():
    whole = went(Filling(2, 5), 64, 64, hill, 2)[0]
    parts = went(Filling(2, 5), 64, 7, hill, 2)[0][:64]
    assert (whole == parts).all()
    assert (whole != went(Filling(2, 6), 64, 64, hill, 2)[0]).any()
    counts = np.histogram2d(*whole.T, bins=4, range=[[0, 1], [0, 1]])[0]
    assert counts.min() >= 1 and counts.max() <= 8


def test_learning_comes_nearer_to_what_is_good_than_filling():
    tried, values = went(Learning(3, 1, 1), 100, 10, hill, 3)
    even = went(Filling(3, 1), 100, 10, hill, 3)[1]
    assert 1 - values.max() < (1 - even.max()) / 3
    assert np.abs(tried[np.argmax(values)] - BEST).max() < 0.07
    assert ((tried >= 0) & (tried <= 1)).all()


def test_a_batch_depends_on_the_seed_and_on_what_was_tried_alone():
    tried, values = went(Learning(3, 1, 1), 40, 10, hill, 3)
    free = np.zeros((40, 0))
    once = Learning(3, 1, 1)(10, tried, values, free)
    again = Learning(3, 1, 1)
    again(4, tried[:20], values[:20], free[:20])  # whatever it was asked before
    np.random.seed(0)
    assert (again(10, tried, values, free) == once).all()
    assert (Learning(3, 2, 1)(10, tried, values, free) != once).any()
    assert len(np.unique(once, axis=0)) == 10


def test_learning_keeps_away_from_what_breaks_limits():
    tried, values = went(Filling(1, 3), 60, 60, lambda places: places[:, 0], 1)
    over = np.maximum(tried - 0.5, 0.0) * 10 - 0.01  # more is better, but not beyond a half
    asked = Learning(1, 3, 1)(20, tried, values, over)
    assert (asked <= 0.55).mean() >= 0.7


def test_learning_passes_over_trials_that_failed():
    tried, values = went(Filling(2, 3), 30, 30, hill, 2)
    values[::3] = np.nan
    assert Learning(2, 3, 1)(5, tried, values, np.zeros((30, 0))).shape == (5, 2)
    assert Learning(2, 3, 1)(5, tried, values * np.nan, np.zeros((30, 0))).shape == (5, 2)


def test_whoever_has_no_optuna_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(MissingOptuna, match=r"pip install 'trader-sim\[tune\]'"):
        Learning(2, 1, 1)
    assert Filling(2, 1)(3, np.empty((0, 2)), np.empty((0, 1)), np.empty((0, 0))).shape == (3, 2)


def test_optuna_is_as_talkative_afterwards_as_before():
    library = optuna()
    before = library.logging.get_verbosity()
    with pytest.raises(KeyError), quiet(library):
        raise KeyError
    assert library.logging.get_verbosity() == before
