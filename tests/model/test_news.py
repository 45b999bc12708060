"""News of reviews: what is counted, how it fades, whom one hears of (T30, T31, T33).

T32 and T34 are not used: bad and good news fade alike, and cases are passed on, not beliefs.
"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.mesa_model import TraderModel
from sim.model.leaving import live_with_verdict, update_belief
from sim.model.month import month
from sim.model.news import make_news, pass_on
from sim.model.settings import Surroundings
from sim.model.world import (
    CAME_BACK,
    CAME_HOME,
    CAUGHT,
    CLEARED,
    DEFECTED,
    GONE,
    NOT_HEARD_OF,
    PUNISHED,
    STAY,
    Contact,
    Outside,
    Trader,
)
from sim.run import Replicate
from tests.bare import bare_course

PRIOR = Surroundings().belief_punished, Surroundings().belief_cleared
weights = st.floats(0.001, 5)


def hear(listener, news, weight=1.0, **law):
    pass_on(listener, Trader(news=news), Contact(weight=weight), Surroundings(**law))


# What there is to hear


@pytest.mark.parametrize(
    ("left", "verdict", "news"),
    [
        (PUNISHED, 2, GONE),
        (CAUGHT, 0, GONE),
        (CAME_HOME, CLEARED, NOT_HEARD_OF),
        (0, CLEARED, CAME_BACK),
        (DEFECTED, 0, 0),
        (0, 0, 0),
    ],
)
def test_what_others_can_hear(left, verdict, news):
    trader = Trader(left=left, verdict=verdict)
    make_news(trader)
    assert trader.news == news


# T30: counts


@pytest.mark.parametrize(("punished", "cleared"), [(0, 0), (1, 0), (0, 3), (4, 9)])
def test_t30_every_case_heard_of_is_a_count(punished, cleared):
    """Beta(a, b), k punished of n: (a + k) / (a + b + n)."""
    listener, law = Trader(), {"belief_kept": 1.0}
    for news, cases in ((GONE, punished), (CAME_BACK, cleared)):
        for _ in range(cases):
            hear(listener, news, **law)
    update_belief(listener, Surroundings(**law))
    a, b = PRIOR
    assert listener.belief == pytest.approx((a + punished) / (a + b + punished + cleared))
    assert (listener.heard_punished, listener.heard_cleared) == (0, 0)


@given(near=weights, far=weights)
def test_t30_a_case_counts_by_the_tie_it_comes_along(near, far):
    listener = Trader()
    hear(listener, GONE, near)
    hear(listener, CAME_BACK, far)
    update_belief(listener, Surroundings())
    a, b = PRIOR
    assert listener.belief == pytest.approx((a + near) / (a + b + near + far), rel=1e-12)


def test_nothing_new_is_no_news():
    listener = Trader()
    hear(listener, 0)
    assert (listener.heard_punished, listener.heard_cleared) == (0, 0)


def test_his_own_review_counts_in_full():
    trader = Trader(verdict=CLEARED, choice=STAY)
    live_with_verdict(trader, Outside())
    assert (trader.punished_seen, trader.cleared_seen) == (0, 1)


# Fading


@given(
    kept=st.floats(0, 1),
    punished=st.floats(0, 50),
    cleared=st.floats(0, 50),
    heard=st.floats(0, 5),
    months=st.integers(1, 30),
)
def test_cases_fade_towards_the_prior(kept, punished, cleared, heard, months):
    """a' = a0 + d (a - a0) + heard, month after month; without news a belief goes back to the
    prior, and never to zero."""
    surroundings = Surroundings(belief_kept=kept)
    trader = Trader(punished_seen=punished, cleared_seen=cleared)
    a0, b0 = PRIOR
    a, b = a0 + punished, b0 + cleared
    for _ in range(months):
        trader.heard_punished = heard
        update_belief(trader, surroundings)
        a, b = a0 + kept * (a - a0) + heard, b0 + kept * (b - b0)
        assert trader.belief == pytest.approx(a / (a + b), rel=1e-9)


def test_without_news_the_prior_is_what_remains():
    trader = Trader(punished_seen=0.0, cleared_seen=400.0)
    seen = []
    for _ in range(600):
        update_belief(trader, Surroundings())
        seen.append(trader.belief)
    a, b = PRIOR
    assert seen[0] < 0.01 and (np.diff(seen) >= 0).all()
    assert seen[-1] == pytest.approx(a / (a + b), rel=1e-9)
    assert min(seen) > 0


# T31: where cases come evenly and outweigh the prior, fading counts are an average that fades

MANY = 1e9  # cases a month, beside which a prior of 3.6 is nothing


def averaging(chance, start, kept, heard):
    """Beliefs of one who hears of MANY cases a month, after as many months of as many cases."""
    known = MANY / (1 - kept)
    trader = Trader(punished_seen=start * known, cleared_seen=(1 - start) * known)
    beliefs = []
    for share in heard:
        trader.heard_punished, trader.heard_cleared = MANY * share, MANY * (1 - share)
        update_belief(trader, Surroundings(belief_kept=kept))
        beliefs.append(trader.belief)
    return np.array(beliefs)


def test_t31_printed_mean_and_half_life():
    """eta = 1 - belief_kept = .2, p .1, b0 .3: .1137 after 12 months."""
    beliefs = averaging(0.1, 0.3, 0.8, [0.1] * 12)
    assert beliefs[-1] == pytest.approx(0.1137, abs=5e-5)
    expected = 0.1 + 0.8 ** np.arange(1, 13) * 0.2
    assert beliefs == pytest.approx(expected, abs=1e-7)
    half_life = math.log(0.5) / math.log(0.8)
    assert 0.8**half_life == pytest.approx(0.5)
    assert beliefs[2] - 0.1 > 0.1 > beliefs[3] - 0.1, "half of .2 is gone between 3 and 4 months"
    assert 3 < half_life < 4


def test_t31_printed_variance():
    """All cases of a month alike: variance p (1 - p) eta / (2 - eta) = .0100."""
    heard = (np.random.default_rng(1).uniform(size=40000) < 0.1).astype(float)
    beliefs = averaging(0.1, 0.1, 0.8, heard)[100:]
    assert beliefs.mean() == pytest.approx(0.1, abs=0.006)
    assert beliefs.var() == pytest.approx(0.01, rel=0.06)


# T33: silence


@given(chance=st.floats(0, 1), silence=st.floats(0, 1), weight=weights)
def test_t33_silence_is_taken_for_punishment_by_some(chance, silence, weight):
    """World: the cleared go home and are not heard of. Of what is heard, p + (1 - p) m is bad
    news, and nothing is lost."""
    listener, law = Trader(), {"silence_share": silence}
    hear(listener, GONE, weight * chance, **law)
    hear(listener, NOT_HEARD_OF, weight * (1 - chance), **law)
    assert listener.heard_punished == pytest.approx(
        weight * (chance + (1 - chance) * silence), rel=1e-9
    )
    assert listener.heard_punished + listener.heard_cleared == pytest.approx(weight, rel=1e-9)


def test_t33_printed_value_however_much_is_heard():
    """p .1, m .2: .28, with infinite data."""
    listener, law = Trader(), {"silence_share": 0.2, "belief_kept": 1.0}
    for news in [GONE] + 9 * [NOT_HEARD_OF]:
        hear(listener, news, MANY, **law)
    update_belief(listener, Surroundings(**law))
    assert listener.belief == pytest.approx(0.28, abs=1e-8)


def test_t33_who_comes_back_to_his_post_is_no_riddle():
    listener = Trader()
    hear(listener, CAME_BACK, silence_share=1)
    assert (listener.heard_punished, listener.heard_cleared) == (0, 1)


# Ties

NEAR, TOWN, FAR = 2.0, 0.6, 0.25  # weights of news


def ties(posts=600, companies=60, contacts=6, rewired=0.1, seed=1):
    """Listener, teller and weight of every tie on the first day, and the company of every post."""
    world = Replicate(
        bare_course(
            f"cohort.posts={posts}", f"cohort.companies={companies}",
            f"cohort.contacts={contacts}", f"cohort.rewired_share={rewired}",
            f"surroundings.news_weight={NEAR}", f"surroundings.city_tie={TOWN / NEAR}",
            f"surroundings.stranger_tie={FAR / NEAR}", months=("2023-01", "2023-01"),
        ),
        seed,
        0,
    ).world  # fmt: skip
    listener, teller = world.contacts["listener"], world.contacts["teller"]
    company = world.traders["company"]
    return listener, teller, world.contacts["weight"].round(9), company


def test_everybody_hears_of_as_many_as_declared_and_never_of_himself():
    for contacts in (0, 1, 6, 7):
        listener, teller, weight, _ = ties(contacts=contacts)
        assert (np.bincount(listener, minlength=600) == contacts).all()
        assert (weight[teller == listener] == 0).all()
        assert (weight[teller != listener] > 0).all()
        assert ((teller >= 0) & (teller < 600)).all()


@pytest.mark.parametrize("contacts", [1, 2, 6, 7])
def test_half_are_colleagues_the_rest_others_in_town(contacts):
    listener, teller, weight, company = ties(contacts=contacts, rewired=0)
    colleagues = company[listener] == company[teller]
    assert (weight == np.where(colleagues, NEAR, TOWN)).all()
    assert colleagues.sum() == 600 * math.ceil(contacts / 2)
    pairs = set(zip(listener.tolist(), teller.tolist(), strict=True))
    assert len(pairs) == len(listener), "nobody is heard of twice"


@pytest.mark.parametrize(
    ("posts", "companies"),
    [(48, 7), (2000, 300), (60, 6), (60, 20)],
    ids=["posts over", "posts over, many", "few companies", "small companies"],
)
def test_colleagues_are_colleagues_however_posts_are_shared_out(posts, companies):
    """Also where posts are no multiple of companies, where companies are few, or small."""
    listener, teller, weight, company = ties(posts, companies, rewired=0)
    assert (teller != listener).all()
    assert (weight == np.where(company[listener] == company[teller], NEAR, TOWN)).all()


@pytest.mark.parametrize("rewired", [0.05, 0.1, 0.3])
def test_strangers_are_as_many_as_declared_and_anybody(rewired):
    listener, teller, weight, _ = ties(posts=3000, companies=300, rewired=rewired)
    strangers = (weight == FAR) | (teller == listener)
    error = math.sqrt(rewired * (1 - rewired) / len(listener))
    assert abs(strangers.mean() - rewired) <= 4 * error
    places = teller[strangers] / 3000
    assert abs(places.mean() - 0.5) <= 4 * math.sqrt(1 / 12 / len(places))
    near = weight[~strangers] == NEAR
    assert abs(near.mean() - 0.5) <= 4 * math.sqrt(0.25 / len(near))


def test_all_may_be_strangers():
    listener, teller, weight, _ = ties(rewired=1)
    assert ((weight == FAR) | (teller == listener)).all()


def test_the_same_cohort_with_other_luck_has_other_strangers_only():
    one, other = ties(seed=1), ties(seed=2)
    both = (one[2] != FAR) & (other[2] != FAR) & (one[2] > 0) & (other[2] > 0)
    assert (one[1][both] == other[1][both]).all()
    assert (one[1] != other[1]).any()


def test_news_travels_along_ties_in_the_whole_model():
    """What a trader heard in a month is the weight of his ties to those with news."""

    heard = []

    def live(world, good_luck, luck):
        month(world, good_luck, luck)
        told = np.zeros((len(world.traders), 2))
        silence = world.surroundings.silence_share
        for contact in world.contacts:
            news = world.traders[contact.teller].news
            bad = {GONE: 1, NOT_HEARD_OF: silence}.get(news, 0)
            told[contact.listener] += contact.weight * np.array([bad, (news != 0) - bad])
        now = [(each.heard_punished, each.heard_cleared) for each in world.traders]
        abroad = np.array([each.status != 0 for each in world.traders])
        assert np.array(now)[abroad] == pytest.approx(told[abroad], abs=1e-12)
        heard.append(told.sum())

    course = bare_course("cohort.posts=60", "cohort.companies=6", months=("2023-01", "2024-06"))
    model = TraderModel(course, live_month=live)
    for _ in course.months:
        model.step()
    assert sum(heard) > 0
