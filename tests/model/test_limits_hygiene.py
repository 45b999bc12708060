"""Exact limits of the simulation itself (T46-T48 of the project's list of closed forms).

T46's thread counts stand in tests/laws/test_luck.py, T50 (plain against compiled) in
tests/laws/test_two_carriers.py, T49 (Sobol shares) in tests/explore/test_sensitivity.py.
"""

import numpy as np
import pytest

from sim.ensemble import one_replicate
from sim.model.chance import GoodLuck, Luck
from sim.model.month import month
from sim.model.row import as_objects, states_of
from sim.model.settings import Cohort, Levers, Surroundings
from sim.model.world import (
    Company,
    Contact,
    Good,
    Outside,
    Planner,
    ReviewBoard,
    Search,
    Today,
    Trader,
    World,
)
from sim.paired import paired_effect
from sim.run import Replicate
from sim.scenario import load
from tests.worlds import EVERYTHING, ONE_PRICE, OWN_PURSE_ONLY, PURSE_AND_MARKET, lived, make_course

# T46


@pytest.mark.parametrize("scenario", ["tight_control", "restored_autonomy", "history"])
def test_t46_the_same_scenario_and_seed_give_the_same_bytes(scenario):
    courses = [load(scenario, ["cohort.posts=50"]).course() for _ in range(2)]
    lives = [one_replicate([course], 3, 1)[0] for course in courses]
    assert lives[0].outcomes.tobytes() == lives[1].outcomes.tobytes()
    assert lives[0].postings.tobytes() == lives[1].postings.tobytes()


def lives_in_order(course, order):
    """Each post's fields month by month, posts, their luck and their ties taken in some order,
    then put back into their places."""
    fate = Replicate(course, 1, 0)
    rows = fate.world
    calendar = as_objects(Today, course.today)
    levers, announced, surroundings = (
        as_objects(Levers, course.levers),
        as_objects(Levers, course.announced),
        as_objects(Surroundings, course.surroundings),
    )
    cohort = as_objects(Cohort, course.cohort)[0]
    shared = [
        as_objects(kind, table)[0]
        for kind, table in (
            (Planner, rows.planner),
            (ReviewBoard, rows.board),
            (Outside, rows.outside),
        )
    ]
    searches, goods = as_objects(Search, rows.searches), as_objects(Good, rows.goods)
    companies = as_objects(Company, rows.companies)
    traders = as_objects(Trader, rows.traders[order])
    contacts, place_of = as_objects(Contact, rows.contacts), np.argsort(order).tolist()
    for contact in contacts:
        contact.listener, contact.teller = place_of[contact.listener], place_of[contact.teller]
    lives = []
    for now in range(len(course.months)):
        fate.month = now
        fate.draw_luck()
        dated = levers[now], surroundings[now], cohort, calendar[now], announced[now]
        world = World(*dated, *shared, searches, goods, companies, contacts, traders)
        month(world, as_objects(GoodLuck, fate.good_luck), as_objects(Luck, fate.luck[order]))
        told = [None] * len(order)
        for place, trader in zip(order, traders, strict=True):
            told[place] = list(vars(trader).values())
        lives.append(told)
    return np.array(lives, float)


POSTS_APART = {  # nothing that all posts add up to, in some order, comes back to any
    "levers": {
        "open_area_share": 0, "quota_ratchet": 0, "surveillance_gain": 0, "authority_gain": 0,
    },
    "surroundings": {"company_cover_chance": 0},
}  # fmt: skip


def lively(*worlds, cover=0.5):
    return make_course(
        EVERYTHING, {"surroundings": {"company_cover_chance": cover}}, *worlds,
        months=48, posts=60, cohort={"companies": 6}, orders_usd=5e4, exports_usd=2e4,
        levies_due=np.arange(48) % 6 == 0,
    )  # fmt: skip


@pytest.mark.parametrize("shuffle", [1, 2])
def test_t46_renumbering_posts_with_their_luck_changes_no_life_by_a_bit(shuffle):
    """World in which no company helps, nor does the planner adapt: sums over many posts feed back
    on nobody. (What a company would risk for a trader is a part of such a sum.)"""
    order = np.random.default_rng(shuffle).permutation(60)
    straight = lives_in_order(lively(POSTS_APART), np.arange(60))
    shuffled = lives_in_order(lively(POSTS_APART), order)
    for place, entry in enumerate(states_of(Trader)):
        here, there = straight[:, :, place], shuffled[:, :, place]
        if entry.name == "backing":
            assert np.allclose(here, there, rtol=1e-12)
        else:
            assert np.array_equal(here, there), entry.name
    assert len(np.unique(straight[-1, :, 4])) > 1, "nothing happened"


@pytest.mark.parametrize("order", [np.arange(60)[::-1], np.roll(np.arange(60), 17)])
def test_t46_who_is_served_first_does_not_matter_where_companies_help(order):
    """But for rounding, as a company's capital and what the planner notes are sums in order of
    posts."""
    straight = lives_in_order(lively(), np.arange(60))
    assert np.allclose(straight, lives_in_order(lively(), order), rtol=1e-9, atol=1e-7)


# T47: what has no strength changes nothing, whatever its other numbers are

WITHOUT_STRENGTH = [
    ("exposure",
     {"surroundings": {"call_up_per_exposure": 0, "punish_per_exposure": 0}},
     {"surroundings": {"exposure_per_contact": 5, "exposure_kept": 0.1}}, {"exposure"}),
    ("cases to be produced",
     {"levers": {"forced_cases_per_year": 0}}, {"surroundings": {"posts_per_agent": 1}}, set()),
    ("authority",
     {"levers": {"authority_share": 0}}, {"levers": {"autonomy_tiers": 0}}, set()),
    ("look-up",
     {"levers": {"online_lookup_share": 0}}, {"levers": {"price_tolerance": 0}},
     {"hidden_in_proposals"}),
    ("levies",
     {"levers": {"levies_per_year": 0}}, {"levers": {"levy_usd": 9_000}}, set()),
    ("levies of nothing",
     {"levers": {"levy_usd": 0}}, {"levers": {"levies_per_year": 4}}, set()),
    ("recall",
     {"levers": {"recall_chance": 0}}, {"levers": {"term_months": 1}}, set()),
    ("refill",
     {"surroundings": {"refill_chance": 0}},
     {"cohort": {"newcomer_savings_ratio": 9, "newcomer_experience": 1}}, set()),
    ("company's cover",
     {"surroundings": {"company_cover_chance": 0}}, {"cohort": {"company_capital_usd": 100}},
     {"backing"}),
    ("skill",
     {"surroundings": {"skill_weight": 0}},
     {"surroundings": {"learning": 0.9, "forgetting": 0.5}}, {"experience"}),
    ("margin",
     {"levers": {"margin_retention": 0}},
     {"surroundings": {"meeting_cost_usd": 0, "seller_able_chance": 1, "bargaining_room": 0.9}},
     set()),
    ("surveillance",
     {"levers": {"surveillance": 0}}, {"surroundings": {"call_up_per_surveillance": 2}}, set()),
    ("a sentence",
     {"levers": {"sentence_months": 0}}, {"surroundings": {"punishment_loss_usd": 9_000}}, set()),
    ("repair",
     {"surroundings": {"defect_share": 0}}, {"surroundings": {"repair_share": 1}}, set()),
]  # fmt: skip


def merged(*drawers):
    return {
        drawer: {name: value for each in drawers for name, value in each.get(drawer, {}).items()}
        for drawer in ("levers", "surroundings", "cohort")
    }


@pytest.mark.parametrize(
    ("zero", "others", "own"),
    [case[1:] for case in WITHOUT_STRENGTH],
    ids=[case[0] for case in WITHOUT_STRENGTH],
)
def test_t47_a_mechanism_of_strength_zero_changes_no_bit_of_any_life(zero, others, own):
    """Its other settings may be anything: luck, choices, money and postings stay the same."""
    words = ["cohort.posts=60", "cohort.companies=6"]

    def life(*drawers):
        sets = [
            f"{drawer}.{name}={value}"
            for drawer, values in merged(*drawers).items()
            for name, value in values.items()
        ]
        return lived(load("restored_autonomy", [*words, *sets]).course())

    (ours, our_history), (theirs, their_history) = life(zero), life(zero, others)
    assert ours.luck.tobytes() == theirs.luck.tobytes()
    for name in ours.world.traders.dtype.names:
        if name in own:
            continue
        here, there = ours.world.traders[name], theirs.world.traders[name]
        assert np.array_equal(here, there), name
    for name in ("savings", "choice", "left", "contacts", "delivered", "called"):
        assert np.array_equal(our_history[name], their_history[name]), name


@pytest.mark.parametrize(
    "others",
    [case[2] for case in WITHOUT_STRENGTH],
    ids=[case[0] for case in WITHOUT_STRENGTH],
)
def test_t47_with_its_strength_back_it_does_change_lives(others):
    """The comparison above can fail: at default strength the other settings do matter."""
    words = ["cohort.posts=60", "cohort.companies=6"]
    sets = [
        f"{drawer}.{name}={value}" for drawer in others for name, value in others[drawer].items()
    ]
    histories = [
        lived(load("restored_autonomy", [*words, *more]).course())[1] for more in ([], sets)
    ]
    kept = ("savings", "choice", "left", "contacts", "called")
    same = all(np.array_equal(histories[0][name], histories[1][name]) for name in kept)
    only_the_state_pays = any("repair_share" in values for values in others.values())
    assert same == only_the_state_pays


# T48: more posts, more replicates

ALONE = {  # posts share no price, no purse and no board
    "levers": {"forced_cases_per_year": 0, "punish_base_chance": 0},
}


def means(posts, replicates, **more):
    """Mean savings of all posts after a year, by replicate."""
    found = []
    alone = PURSE_AND_MARKET, ALONE, ONE_PRICE, OWN_PURSE_ONLY
    course = make_course(*alone, months=12, posts=posts, orders_usd=5e4, **more)
    for number in range(replicates):
        world = Replicate(course, 5, number)
        for _ in range(12):
            world.live()
        found.append(world.world.traders["savings"].mean())
    return np.array(found)


def test_t48_twice_as_many_posts_leave_means_and_halve_their_variance():
    replicates = 1_500
    few, many = means(20, replicates), means(40, replicates)
    error = np.sqrt(few.var(ddof=1) / replicates)  # the first 20 of 40 posts are the same ones
    assert abs(few.mean() - many.mean()) < 4 * error
    ratio = few.var(ddof=1) / many.var(ddof=1)
    assert abs(np.log(ratio / 2)) < 4 * np.sqrt(4 / replicates)


def test_t48_the_error_of_a_paired_difference_falls_as_the_root_of_replicates():
    """Slope of ln width over ln replicates is -1/2, on one difference of policy."""
    base = means(20, 1_600)
    other = means(20, 1_600, levers={"quota_usd": 1_500})
    counts = np.array([100, 200, 400, 800, 1600])
    widths = []
    for count in counts:
        parts = [
            paired_effect(base[start : start + count], other[start : start + count])
            for start in range(0, 1_600, count)
        ]
        widths.append(np.mean([part.ci_high - part.ci_low for part in parts]))
    slope = np.polyfit(np.log(counts), np.log(widths), 1)[0]
    assert slope == pytest.approx(-0.5, abs=0.05)


def test_t48_pairs_share_their_luck_and_so_their_error_is_smaller():
    """The same difference between replicates of unequal luck has several times the error."""
    base, other = means(20, 300), means(20, 300, levers={"quota_usd": 1_800})
    paired = (other - base).std()
    unpaired = (np.roll(other, 1) - base).std()
    assert paired < unpaired / 2
