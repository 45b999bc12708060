"""Contributions against games worked by hand."""

from itertools import combinations

import numpy as np
import pytest

from sim.shapley import shapley

pytestmark = pytest.mark.filterwarnings("error")
NAN = float("nan")


def interactions(players, replicates, seed):
    """A game of single, pair and triple effects, and what each player deserves of it.

    What two or three do together is split equally among them, whatever the order.
    """
    rng = np.random.default_rng(seed)
    groups = [frozenset(g) for size in (1, 2, 3) for g in combinations(players, size)]
    effects = {group: rng.normal(1, 1, replicates) for group in groups}

    def value(coalition):
        return sum((e for group, e in effects.items() if group <= coalition), np.zeros(replicates))

    fair = [sum(e / len(g) for g, e in effects.items() if player in g) for player in players]
    return value, np.array(fair)


def test_glove_game():
    # One left glove, two right ones: a pair is worth 1. In 4 of 6 orders the left one completes it.
    def gloves(coalition):
        return [float("left" in coalition and bool(coalition & {"right", "other right"}))]

    found = shapley(["left", "right", "other right"], gloves)
    assert found.each[:, 0] == pytest.approx([4 / 6, 1 / 6, 1 / 6])
    assert found.whole == [1.0]
    assert found.coalitions == 8
    assert np.isnan([found.low, found.high]).all()  # one replicate


def test_additive_game_gives_everyone_their_own():
    worth = {"a": np.array([1.0, 3.0]), "b": np.array([-2.0, 0.0]), "c": np.array([5.0, 5.0])}
    found = shapley(list(worth), lambda who: 7 + sum((worth[p] for p in who), np.zeros(2)))
    np.testing.assert_allclose(found.each, list(worth.values()))
    assert found.mean == pytest.approx([2, -1, 5])
    assert found.low[2] == found.high[2] == pytest.approx(5)


def test_an_interaction_is_split_equally_and_a_dummy_gets_nothing():
    def value(who):
        return np.array([[4.0, 1.0], [6.0, 1.0]]) * ({"a", "b"} <= who)

    found = shapley(["a", "b", "idle"], value)
    assert found.each.shape == (3, 2, 2)
    assert found.each[0].tolist() == found.each[1].tolist() == [[2.0, 0.5], [3.0, 0.5]]
    assert (found.each[2] == 0).all()
    assert found.mean.tolist() == [[2.5, 0.5], [2.5, 0.5], [0.0, 0.0]]
    assert found.low[0, 0] == pytest.approx(2.5 - 12.706205 * 0.5, rel=1e-6)  # t of 1 degree
    assert found.whole.tolist() == [[4.0, 1.0], [6.0, 1.0]]


@pytest.mark.parametrize("count", [1, 2, 5, 8])
def test_exact_up_to_eight_players(count):
    players = [f"p{k}" for k in range(count)]
    value, fair = interactions(players, 5, count)
    asked = []
    found = shapley(players, lambda who: asked.append(who) or value(who))
    np.testing.assert_allclose(found.each, fair, atol=1e-12)
    np.testing.assert_allclose(found.each.sum(axis=0), found.whole, atol=1e-12)
    assert len(asked) == len(set(asked)) == found.coalitions == 2**count
    assert (found.order_error == 0).all()


@pytest.mark.parametrize("count", [9, 10])
def test_drawn_orders_come_close(count):
    players = [f"p{k}" for k in range(count)]
    value, fair = interactions(players, 20, count)
    errors = []
    for order_pairs in (10, 400):
        found = shapley(players, value, order_pairs=order_pairs)
        np.testing.assert_allclose(found.each.sum(axis=0), found.whole, atol=1e-10)
        errors.append(np.abs(found.mean - fair.mean(axis=1)).max())
        assert (np.abs(found.mean - fair.mean(axis=1)) < 4 * found.order_error).all()
        assert found.order_error.min() > 0
    assert errors[1] < errors[0] / 2
    assert errors[1] < 0.02 * np.abs(fair.mean(axis=1)).max()


def test_a_pair_of_reversed_orders_is_exact_for_interactions_of_two():
    players = [f"p{k}" for k in range(9)]

    def value(who):
        return np.full(3, float(len(who) * (len(who) - 1)))

    found = shapley(players, value, order_pairs=2)
    np.testing.assert_allclose(found.each, 8.0)  # 9 × 8 for all, an equal part each
    assert found.order_error == pytest.approx(0, abs=1e-12)


def test_the_interval_of_drawn_orders_holds_both_errors():
    players = [f"p{k}" for k in range(9)]
    triples = [frozenset(players[:3]), frozenset(players[2:5])]
    fair = np.array([2, 2, 4, 2, 2])
    both, replicates_alone = [], []
    for study in range(100):
        luck = np.random.default_rng(study).normal(0, 3, size=8)

        def value(who, luck=luck):
            return 6.0 * sum(each <= who for each in triples) + luck * len(who) / 9

        found = shapley(players, value, order_pairs=20, seed=study)
        miss = np.abs(found.mean[:5] - fair)
        both.append(miss <= (found.high - found.low)[:5] / 2)
        error = found.each[:5].std(axis=1, ddof=1) / np.sqrt(8)
        replicates_alone.append(miss <= 2.364624 * error)  # t of 7 degrees
    assert np.mean(both) > 0.93
    assert np.mean(replicates_alone) < 0.8


def test_drawing_is_the_same_for_the_same_seed():
    players = [f"p{k}" for k in range(9)]
    value, _ = interactions(players, 3, 0)
    one, same, other = (shapley(players, value, 5, seed).each for seed in (1, 1, 2))
    assert (one == same).all()
    assert (one != other).any()


@pytest.mark.parametrize("count", [3, 9])
def test_a_missing_value_takes_its_replicate_out(count):
    players = [f"p{k}" for k in range(count)]

    def value(who):
        return [1.0 * len(who), 2.0 * len(who), NAN if len(who) == 1 else 1.0]

    found = shapley(players, value, order_pairs=3)
    assert found.mean == pytest.approx([1.5] * count)
    assert np.isnan(found.each[:, 2]).all()
    assert np.isnan(found.whole[2])
    np.testing.assert_allclose(found.each[:, :2].sum(axis=0), found.whole[:2])


def test_what_shapley_refuses():
    with pytest.raises(ValueError, match="name of its own"):
        shapley(["a", "a"], lambda who: [1.0])
    with pytest.raises(ValueError, match="shape"):
        shapley(["a"], lambda who: [1.0] * (1 + len(who)))
    with pytest.raises(ValueError, match="at least 2"):
        shapley([f"p{k}" for k in range(9)], lambda who: [1.0], order_pairs=1)
