"""Which trials are held up, and which cannot be told from the first of them."""

import numpy as np

from sim.explore.chosen import alike, finals, observed, roles
from sim.explore.halving import Trial
from sim.explore.judged import Judge

LUCK = np.array([-3.0, -1.0, 0.0, 1.0, 3.0])


def trial(*columns, rung=1):
    return Trial(np.zeros(1), 0, rung, np.stack(columns, axis=1)[None])


def test_alike_are_those_whose_paired_difference_may_be_nothing():
    own = np.array([0.2, -0.2, 0.2, -0.2, 0.1])
    trials = [
        trial(LUCK + 10),
        trial(LUCK + 9.9 + own),  # a tenth less, and luck of its own of that size
        trial(LUCK + 9.5 + own),  # half less: told, though the luck both share is much larger
        trial(LUCK + 9.9),  # a tenth less without any luck of its own
        trial(LUCK[:2] + 10, rung=0),
    ]
    last = finals(trials, Judge([1], []), [2, 5])
    assert last.at.tolist() == [0, 1, 2, 3]
    held = roles(last, ["savings"])
    assert held == {"winner": 0}
    assert alike(trials, last, 0, 1).tolist() == [True, True, False, False]
    both = [Trial(each.place, 0, 1, np.repeat(each.measured, 2, axis=2)) for each in trials[:4]]
    both[1].measured[..., 1] += 5  # told apart by one aim is told apart
    last = finals(both, Judge([1, 1], []), [2, 5])
    assert not alike(both, last, 0, 2)[1]


def test_what_breaks_a_limit_is_neither_chosen_nor_alike():
    trials = [trial(LUCK + 10, LUCK * 0), trial(LUCK + 10, LUCK * 0 + 1), trial(LUCK, LUCK * 0 + 1)]
    last = finals(trials, Judge([1, 1], [0.5]), [2, 5])
    assert roles(last, ["savings"]) == {"winner": 1}
    assert alike(trials, last, 1, 1).tolist() == [False, True, False]
    nobody = finals(trials, Judge([1, 1], [1.5]), [2, 5])
    assert roles(nobody, ["savings"]) == {"nearest": 1}


def test_of_two_aims_ends_are_held_up_and_a_knee_where_there_is_one():
    def of(*pairs):
        trials = [trial(LUCK * 0 + a, LUCK * 0 + b) for a, b in pairs]
        return roles(finals(trials, Judge([1, -1], []), [2, 5]), ["one", "other"])

    assert of((0, -10), (9, -9), (10, 0)) == {"knee": 1, "best_one": 2, "best_other": 0}
    assert of((0, -10), (1, -1), (10, 0)) == {"best_one": 2, "best_other": 0}
    assert of((0, 10), (10, 0)) == {"winner": 1}, "best in both"


def test_what_is_independent_are_replicates_or_the_means_of_worlds():
    one = np.arange(6.0).reshape(1, 3, 2)
    assert (observed(one) == one[0]).all()
    many = np.arange(12.0).reshape(2, 3, 2)
    assert observed(many).tolist() == [[2, 3], [8, 9]]
