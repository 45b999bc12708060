"""Luck: a published generator, even and independent; no policy, no order of work touches it."""

import multiprocessing
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest
from numba import njit
from scipy import stats

from sim.ensemble import one_replicate, run_ensemble
from sim.model import chance
from sim.model.row import cells, row_type, rows
from sim.run import Replicate, _draw
from sim.scenario import load
from sim.setting_values import SETTINGS
from tests.worlds import ACTORS, EVERYTHING, as_words, make_course

PURPOSES = len(row_type(chance.Luck))
DRAWERS = [chance.MONTHLY, chance.OF_GOODS, chance.FIRST_DAY, chance.OF_CONTACTS]


def draws(people, seed=1, replicate=0, month=0, drawer=chance.MONTHLY, purposes=PURPOSES):
    """A table of luck (who, purposes), as a run draws it."""
    table = np.empty((people, purposes))
    _draw(table, seed, replicate, month, drawer)
    return table


# Random123, tests/kat_vectors: philox 4x32, 10 rounds (counter, key, answer)
KNOWN = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000",
     "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff",
     "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0",
     "d16cfe09 94fdcceb 5001e420 24126ea1"),
]  # fmt: skip


@njit
def compiled_philox(c0, c1, c2, c3, k0, k1):
    return chance.philox(c0, c1, c2, c3, k0, k1)


def words(text):
    return [np.uint64(int(word, 16)) for word in text.split()]


@pytest.mark.parametrize("philox", [chance.philox, compiled_philox], ids=["plain", "compiled"])
@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN, ids=["zeros", "ones", "pi"])
def test_philox_gives_the_published_answers(philox, counter, key, answer):
    assert list(philox(*words(counter), *words(key))) == words(answer)


@pytest.mark.parametrize(
    ("who", "month", "seed", "replicate", "drawer"),
    [(0, 0, 0, 0, 0), (5, 83, 1, 7, 0), (2, 11, 2**32 - 1, 2**32 - 1, 1), (499, 0, 9, 3, 2)],
)
def test_each_draw_is_the_named_cell_of_the_generator(who, month, seed, replicate, drawer):
    """Purpose 4 b + lane is lane of block b: a purpose added at the end moves no other."""
    table = draws(who + 1, seed, replicate, month, drawer)
    for block in range(PURPOSES // 4):
        counter = [np.uint64(each) for each in (who, month, block, drawer)]
        answer = chance.philox(*counter, np.uint64(seed), np.uint64(replicate))
        expected = [(int(word) + 0.5) / 2**32 for word in answer]
        assert table[who, 4 * block : 4 * block + 4].tolist() == expected


def test_every_purpose_of_a_post_of_a_good_and_of_a_tie_is_drawn():
    for declared in (chance.Luck, chance.GoodLuck, chance.ContactLuck):
        assert len(row_type(declared)) % 4 == 0, "the last block would stay undrawn"


def test_luck_is_strictly_between_zero_and_one():
    table = draws(200_000)
    assert table.min() > 0 and table.max() < 1
    assert (2**32 - 1 + 0.5) / 2**32 < 1  # the largest there is


# Even: about one in 1000 tests of a true generator would fail a bound of p > 0.001; the luck is
# fixed, so a test that passes once passes always.


@pytest.mark.parametrize("drawer", DRAWERS)
def test_luck_is_even_for_every_purpose(drawer):
    table = draws(100_000, seed=3, drawer=drawer)
    for purpose in range(PURPOSES):
        counts = np.histogram(table[:, purpose], bins=200, range=(0, 1))[0]
        assert stats.chisquare(counts).pvalue > 1e-4, purpose
        assert stats.kstest(table[:, purpose], "uniform").pvalue > 1e-4, purpose


def uncorrelated(here, there):
    """Within four standard errors of no correlation, and even as pairs on a square."""
    here, there = np.ravel(here), np.ravel(there)
    assert len(here) >= 100_000
    assert abs(np.corrcoef(here, there)[0, 1]) < 4 / np.sqrt(len(here))
    counts = np.histogram2d(here, there, bins=16, range=[[0, 1], [0, 1]])[0]
    assert stats.chisquare(counts.ravel()).pvalue > 1e-4
    assert not np.isin(here[:1000], there[:1000]).all()


@pytest.mark.parametrize("lag", [1, 2, 50])
def test_luck_of_neighbouring_posts_is_independent(lag):
    table = draws(20_000)
    uncorrelated(table[lag:, :10], table[:-lag, :10])


def test_luck_of_different_purposes_is_independent():
    table = draws(100_000, seed=5)
    correlation = np.corrcoef(table, rowvar=False)[np.triu_indices(PURPOSES, 1)]
    assert np.abs(correlation).max() < 4.5 / np.sqrt(100_000)  # 378 pairs
    uncorrelated(table[:, 0], table[:, 4])  # one lane, neighbouring blocks
    uncorrelated(table[:, 0], table[:, 1])  # one block, neighbouring lanes


@pytest.mark.parametrize(
    "other",
    [
        {"month": 1}, {"month": 12}, {"replicate": 1}, {"seed": 2}, {"seed": 2**31},
        {"seed": 0, "replicate": 1}, {"drawer": chance.OF_GOODS}, {"drawer": chance.FIRST_DAY},
        {"drawer": chance.OF_CONTACTS},
    ],
    ids=str,
)  # fmt: skip
def test_luck_of_other_months_replicates_seeds_and_drawers_is_independent(other):
    uncorrelated(draws(10_000), draws(10_000, **other))


def test_months_of_one_post_are_independent_too():
    """The usual use of a draw: one post and purpose, month after month."""
    path = np.array([draws(400, month=month)[:, :4] for month in range(101)])
    uncorrelated(path[1:], path[:-1])


def test_no_two_seeds_and_replicates_share_their_luck():
    keys = [(seed, number) for seed in range(30) for number in range(30)]
    firsts = {draws(2, seed, number).tobytes() for seed, number in keys}
    assert len(firsts) == len(keys)


# No policy.


def luck_of(course, seed=1, replicate=0):
    """The luck of every month of a run, and of its first day, as bytes."""
    world = Replicate(course, seed, replicate)
    ties = [world.world.contacts[name].tobytes() for name in ("listener", "teller")]
    lucks = [world.luck.tobytes(), *ties]
    for _ in course.months:
        world.live()
        lucks += [world.luck.tobytes(), world.good_luck.tobytes()]
    return lucks, world


@pytest.mark.parametrize("bound", ["low", "high"])
def test_luck_is_the_same_whatever_the_levers_and_surroundings(bound):
    """Lives differ, luck does not: with every lever and surrounding at its bound."""
    pushed = {
        drawer: {name: getattr(entry, bound) for name, entry in SETTINGS[drawer].items()}
        for drawer in ("levers", "surroundings")
    }
    plain, world = luck_of(make_course(EVERYTHING, posts=30, orders_usd=8e4))
    other, other_world = luck_of(make_course(EVERYTHING, pushed, posts=30, orders_usd=8e4))
    assert plain == other
    assert world.world.traders.tobytes() != other_world.world.traders.tobytes()


def test_luck_drawn_in_the_loop_is_the_luck_drawn_outside_it():
    """The plain carrier draws by draw_luck, the compiled one within its loop over months."""
    course = make_course(EVERYTHING, posts=30, orders_usd=8e4)
    inside, outside = Replicate(course, 4, 2), Replicate(course, 4, 2)
    for _ in course.months:
        outside.draw_luck()
        inside.live()
        outside.month += 1
        assert inside.luck.tobytes() == outside.luck.tobytes()
        assert inside.good_luck.tobytes() == outside.good_luck.tobytes()


def test_more_posts_leave_the_luck_of_the_first_as_it_was():
    for drawer in DRAWERS:
        assert np.array_equal(draws(37, drawer=drawer), draws(5000, drawer=drawer)[:37])


def test_more_purposes_leave_the_earlier_ones_as_they_were():
    assert np.array_equal(draws(50), draws(50, purposes=PURPOSES + 8)[:, :PURPOSES])


def test_more_months_leave_the_earlier_ones_as_they_were():
    short, long = (
        luck_of(make_course(EVERYTHING, months=months, posts=5))[0] for months in (6, 30)
    )
    assert long[: len(short)] == short


def test_more_posts_leave_each_life_as_it_was_where_posts_share_no_purse_and_no_board():
    """Posts are known by number: adding some renumbers nobody. (Company and good hang on the
    number too, so with one company a post, or none that helps, a life is the number's own; what
    it would risk for him is not. Ties lead to other posts, so no news is passed on.)"""
    alone = {
        "surroundings": {"company_cover_chance": 0, "news_weight": 0},
        "levers": {"forced_cases_per_year": 0},
    }
    few, many = (
        make_course(alone, months=36, posts=posts, cohort={"companies": 10}, orders_usd=6e4,
                    levers={"autonomy_tiers": 3})
        for posts in (20, 90)
    )  # fmt: skip
    lives = [luck_of(course)[1].world.traders for course in (few, many)]
    for name in lives[0].dtype.names:
        if name != "backing":
            assert lives[1][name][:20].tobytes() == lives[0][name].tobytes(), name


# No order of work.


class OneByOne(Executor):
    """Works at once, in the order asked."""

    def submit(self, work, /, *args, **named):
        future = Future()
        future.set_result(work(*args, **named))
        return future


class LastFirst(Executor):
    """Works only when a result is asked for, the last asked first."""

    def __init__(self):
        self.asked = []

    def submit(self, work, /, *args, **named):
        future = Future()
        self.asked.append((future, work, args, named))
        if len(self.asked) == 5:
            for late, task, given, words in reversed(self.asked):
                late.set_result(task(*given, **words))
        return future


def as_bytes(lived):
    return [
        (each.scenario, each.replicate, each.outcomes.tobytes(), each.postings.tobytes())
        for replicate in lived
        for each in replicate
    ]


@pytest.fixture(scope="module")
def pair():
    """Two shipped scenarios, small."""
    words = ["cohort.posts=40", "cohort.companies=5", *as_words(EVERYTHING)]
    return [load(name, words).course() for name in ("tight_control", "restored_autonomy")]


@pytest.fixture(scope="module")
def plain_work(pair):
    return as_bytes(run_ensemble(pair, range(5), seed=1, jobs=1))


@pytest.mark.parametrize("jobs", [1, 2, 4, 16])
def test_the_number_of_jobs_changes_nothing(pair, plain_work, jobs):
    assert as_bytes(run_ensemble(pair, range(5), seed=1, jobs=jobs)) == plain_work


@pytest.mark.parametrize("kind", [OneByOne, LastFirst, ThreadPoolExecutor])
def test_the_executor_changes_nothing(pair, plain_work, kind):
    assert as_bytes(run_ensemble(pair, range(5), seed=1, executor=kind())) == plain_work


def test_other_processes_change_nothing(pair, plain_work):
    anew = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=anew) as pool:
        assert as_bytes(run_ensemble(pair, range(5), seed=1, executor=pool)) == plain_work


def test_more_replicates_leave_the_earlier_ones_as_they_were(pair, plain_work):
    more = as_bytes(run_ensemble(pair, range(9), seed=1, jobs=2))
    assert more[: len(plain_work)] == plain_work
    assert len(set(more)) == 18, "each replicate is another"


def test_replicates_are_known_by_number_not_by_place(pair, plain_work):
    back = as_bytes(run_ensemble(pair, [4, 0, 3], seed=1))
    assert back == [plain_work[at] for at in (8, 9, 0, 1, 6, 7)]


def test_another_seed_is_another_luck(pair, plain_work):
    other = as_bytes(run_ensemble(pair, range(5), seed=2))
    assert not set(other) & set(plain_work)


# A fork is a run.


@pytest.mark.parametrize("number", [0, 3])
def test_scenarios_lived_together_are_what_each_is_alone(pair, number):
    """Together they share the months up to the first difference and fork there."""
    assert pair[0].first_difference(pair[1]) == 42
    together = one_replicate(pair, 1, number)
    alone = [one_replicate([course], 1, number)[0] for course in pair]
    assert as_bytes([together]) == as_bytes([alone])
    assert alone[0].outcomes.tobytes() != alone[1].outcomes.tobytes()


@pytest.mark.parametrize("month", [0, 1, 17, 35])
def test_a_fork_is_bit_for_bit_a_run_from_the_start(month):
    """Every field of every actor, in every month after a fork at the first, any or last month."""
    bend = np.where(np.arange(36) < month, 0.2, 0.9)
    common = {"months": 36, "posts": 30, "orders_usd": 6e4}
    straight = make_course(EVERYTHING, **common)
    bent = make_course(EVERYTHING, **common, levers={"authority_share": bend})
    trunk, fresh = Replicate(straight, 1, 0), Replicate(bent, 1, 0)
    for _ in range(month):
        trunk.live()
        fresh.live()
    branch = trunk.fork(bent)
    untouched = [getattr(trunk.world, actor).tobytes() for actor in ACTORS]
    for _ in range(36 - month):
        branch.live()
        fresh.live()
        for actor in ACTORS:
            here, there = getattr(branch.world, actor), getattr(fresh.world, actor)
            assert here.tobytes() == there.tobytes(), actor
    assert [getattr(trunk.world, actor).tobytes() for actor in ACTORS] == untouched
    trunk.live()
    assert trunk.world.traders.tobytes() != branch.world.traders.tobytes()


def test_history_in_blocks_is_history_at_once(monkeypatch):
    """Large worlds keep fewer months at a time; the numbers are the same."""
    course = make_course(EVERYTHING, months=25, posts=40, orders_usd=6e4)
    whole = as_bytes([one_replicate([course], 1, 0)])
    monkeypatch.setattr("sim.run.BLOCK_ROWS", 40 * 7)
    assert as_bytes([one_replicate([course], 1, 0)]) == whole


# What the luck means.


@pytest.mark.parametrize("month", [0, 40])
def test_tables_of_luck_are_filled_whole(month):
    luck = rows(chance.Luck, 9)
    _draw(cells(luck), 1, 0, month, chance.MONTHLY)
    assert np.array_equal(cells(luck), draws(9, month=month))
    assert not (cells(luck) == 0.5).any()
