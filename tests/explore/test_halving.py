"""Successive halving: who goes on, in what order, and what the solver is told."""

import numpy as np
import pytest

from sim.explore.halving import goes_on, regrets, replicates_lived, search, told
from sim.explore.judged import Judge
from sim.explore.solvers import Filling

ONE = Judge([1], [])


class Measured:
    """The place itself is the number; of each call it is known what was asked for."""

    def __init__(self, failing=()):
        self.calls, self.failing = [], failing

    def __call__(self, places, replicates):
        self.calls.append((places.copy(), replicates))
        found = []
        for place in places:
            values = np.full((1, len(replicates), 1), place[0])
            found.append(
                values * np.nan if any(place[0] == bad for bad in self.failing) else values
            )
        return found


def listed(*places):
    """A solver that goes through these places."""

    def solver(size, tried, values, violations):
        return np.array(places, float)[len(tried) : len(tried) + size, None]

    return solver


def test_the_best_third_of_a_batch_goes_on_with_more_replicates_and_none_twice():
    measure = Measured()
    found = search(listed(1, 5, 3, 2, 9, 4, 7, 8, 6), measure, ONE, 9, 9, [2, 5, 11])
    asked = [(places[:, 0].tolist(), list(numbers)) for places, numbers in measure.calls]
    assert asked == [
        ([1, 5, 3, 2, 9, 4, 7, 8, 6], [0, 1]),
        ([9, 7, 8], [2, 3, 4]),
        ([9], [5, 6, 7, 8, 9, 10]),
    ]
    assert [each.rung for each in found] == [0, 0, 0, 0, 2, 0, 1, 1, 0]
    assert [each.measured.shape[1] for each in found] == [2, 2, 2, 2, 11, 2, 5, 5, 2]


@pytest.mark.parametrize(
    ("trials", "size", "rungs"), [(9, 9, [2, 5]), (11, 4, [1, 3, 9]), (5, 9, [4])]
)
def test_what_it_takes_is_known_beforehand(trials, size, rungs):
    measure = Measured()
    search(Filling(1, 0), measure, ONE, trials, size, rungs)
    assert replicates_lived(trials, size, rungs) == sum(
        len(places) * len(numbers) for places, numbers in measure.calls
    )


def test_somebody_always_goes_on():
    assert [goes_on(count) for count in (1, 2, 3, 4, 9, 10)] == [1, 1, 1, 2, 3, 4]


def test_what_failed_goes_on_only_if_nothing_else_is_there():
    found = search(listed(9, 1, 2), Measured(failing=[9]), ONE, 3, 3, [1, 2])
    assert [each.rung for each in found] == [0, 0, 1]
    found = search(listed(9), Measured(failing=[9]), ONE, 1, 1, [1, 2])
    assert found[0].rung == 1 and np.isnan(found[0].measured).all()


def test_what_keeps_the_limits_goes_on_before_what_does_not():
    limited = Judge([1, -1], [5.0])

    def measure(places, replicates):
        return [np.tile(place, (1, len(replicates), 2)) for place in places]

    found = search(listed(9, 1, 4), measure, limited, 3, 3, [1, 2])
    assert [each.rung for each in found] == [0, 0, 1]
    places, values, violations = told(found, limited, [1, 2])
    assert places[:, 0].tolist() == values[:, 0].tolist() == [9, 1, 4]
    assert violations[:, 0].tolist() == [0.8, -0.8, -0.2]


def test_the_solver_hears_of_each_trial_at_the_most_replicates_it_has():
    def measure(places, replicates):
        return [np.array([[[place[0] + number] for number in replicates]]) for place in places]

    found = search(listed(0, 10, 20), measure, ONE, 3, 3, [1, 3])
    assert told(found, ONE, [1, 3])[1][:, 0].tolist() == [0, 10, 21]


def test_regret_counts_rivals_that_were_dropped():
    """One is best in the first world, where it shone before it was dropped; at equal replicates."""
    judge = Judge([1], [], "max_regret")
    lived = {0.0: [[5.0, 5.0], [0.0, 0.0]], 1.0: [[0.0, 4.0], [9.0, 9.0]]}

    def measure(places, replicates):
        return [np.array(lived[place[0]])[:, list(replicates), None] for place in places]

    found = search(listed(0, 1), measure, judge, 2, 2, [1, 2])
    assert [each.rung for each in found] == [0, 1]
    assert regrets(found, judge, [1, 2], 1).tolist() == [[5.0]]
    assert told(found, judge, [1, 2])[1].tolist() == [[-9.0], [-5.0]]
