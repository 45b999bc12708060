"""Exact limits of a planner who adapts (T22-T25, T27-T29).

T26, a bonus paid at the quota line, has no counterpart: nothing in the model pays for fulfilment.
"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize

from sim.model.books import pay_commission
from sim.model.chance import lowest_of_normals
from sim.model.companies import set_effort
from sim.model.deals import earn_commission
from sim.model.planner import (
    open_month,
    revise_authority,
    revise_quota,
    revise_surveillance,
    take_note,
)
from sim.model.settings import Levers, Surroundings
from sim.model.world import POSTED, Company, Outside, Planner, Today, Trader
from tests.bare import bare_course, lived_by_rows

# T22: effort under a ratchet


def effort(discount, ratchet, posts=1):
    company = Company(posts=posts)
    set_effort(company, Levers(quota_ratchet=ratchet), Surroundings(discount_factor=discount))
    return company.effort


def monthly(rate):
    """The monthly discount factor of so much a quarter."""
    return (1 + rate) ** (-1 / 3)


def test_t22_printed_value():
    """r = .02, lambda = .3: .0625 of the effort without a ratchet."""
    assert effort(monthly(0.02), 0.3) == pytest.approx(0.0625, rel=1e-9)


@given(
    rate=st.floats(0.003, 0.9),
    ratchet=st.floats(0, 1),
    posts=st.integers(1, 50),
)
def test_t22_effort_is_the_worth_of_one_more_dollar_and_of_all_it_does_to_later_quotas(
    rate, ratchet, posts
):
    """World: a bonus of 1 a dollar above quota, of which his own share in the company's quota
    is one over its posts. A dollar more today raises it by lambda / posts next quarter, by
    (1 - lambda / posts) of that in the next, and so on (Weitzman 1980)."""
    pull = ratchet / posts
    quarter = 1 / (1 + rate)
    raised = pull * quarter * (1 / (1 - (1 - pull) * quarter))
    assert effort(monthly(rate), ratchet, posts) == pytest.approx(1 - raised, rel=1e-9)


@pytest.mark.parametrize(("ratchet", "rate"), [(0.3, 0.02), (0.1, 0.05), (1.0, 0.3)])
def test_t22_it_is_the_best_he_can_do_at_quadratic_cost(ratchet, rate):
    """Among constant efforts from the one the quota stands at, none gains by a small change."""
    best = effort(monthly(rate), ratchet)

    def gained(change):
        quota, total = best, 0.0
        for quarter in range(1500):
            made = best + (change if quarter == 0 else 0.0)
            total += ((made - quota) - made * made / 2) * math.exp(-quarter * math.log1p(rate))
            quota += ratchet * (made - quota)
        return total

    found = optimize.minimize_scalar(lambda change: -gained(change), bounds=(-0.2, 0.2))
    assert found.x == pytest.approx(0, abs=1e-4)


def test_t22_without_a_ratchet_or_without_a_tomorrow_nothing_is_held_back():
    for discount in (0.8, 0.98, 0.999):
        assert effort(discount, 0.0) == 1
    assert effort(1e-3, 1.0) == pytest.approx(1, abs=1e-8)


@given(effort=st.floats(0, 1), exports=st.floats(0, 1e6), share=st.floats(0, 1))
def test_t22_exports_follow_effort(effort, exports, share):
    trader, outside = Trader(), Outside()
    law = Surroundings(commission_share=share)
    earn_commission(trader, Company(effort=effort), Today(exports_usd=exports), outside, law)
    assert trader.commission_paid == pytest.approx(share * exports * effort, rel=1e-12)
    twin = Trader()
    pay_commission(Outside(), twin, trader.commission_paid)
    assert twin.savings == trader.savings


# T23-T25: the quota

QUOTA = 6000.0  # due of a company in a quarter at factor 1


def quarters(earned, start, **law):
    """The quota of each quarter, over quarters with these declared earnings, fully paid."""
    company, levers = Company(quota_factor=start / QUOTA), Levers(**law)
    due = []
    for earnings in earned:
        due.append(QUOTA * company.quota_factor)
        company.earnings = earnings
        company.quota_due = company.quota_paid = due[-1]
        revise_quota(company, levers)
        assert (company.earnings, company.quota_due, company.quota_paid) == (0, 0, 0)
    return np.array([*due, QUOTA * company.quota_factor])


@given(
    earned=st.floats(1000, 1e5),
    gap=st.floats(0.01, 0.99),
    ratchet=st.floats(0, 1),
)
def test_t23_from_below_the_quota_closes_the_gap_geometrically(earned, gap, ratchet):
    """World: constant declared earnings above quota, everything paid:
    q_t - y = (1 - lambda)^t (q_0 - y)."""
    start = earned * (1 - gap)
    quota = quarters([earned] * 20, start, quota_ratchet=ratchet)
    expected = earned + (1 - ratchet) ** np.arange(21) * (start - earned)
    assert quota == pytest.approx(expected, rel=1e-9)


@given(
    earned=st.floats(0, 1e5),
    above=st.floats(1.001, 10),
    ratchet=st.floats(0, 1),
)
def test_t23_from_above_the_quota_stays_for_the_ratchet_turns_one_way(earned, above, ratchet):
    start = max(earned, 1.0) * above
    quota = quarters([earned] * 20, start, quota_ratchet=ratchet)
    assert (quota == quota[0]).all()


@given(paid=st.floats(0, 1), relief=st.floats(0, 0.5), below=st.floats(0, 1))
def test_t23_downwards_only_relief_moves_it(paid, relief, below):
    company = Company(quota_due=QUOTA, quota_paid=paid * QUOTA)
    revise_quota(company, Levers(quota_relief=relief, relief_below_share=below))
    short = paid * QUOTA < below * QUOTA
    assert company.quota_factor == pytest.approx(1 - relief if short else 1, rel=1e-12)


def test_t24_a_taut_add_on_keeps_a_two_sided_quota_above_output_for_good():
    """Helper only: the model has no add-on and its ratchet no way down. lambda .3, delta 3: the
    quota ends 10 above output."""
    quota, output = 50.0, 100.0
    for _ in range(200):
        quota += 0.3 * (output - quota) + 3
    assert quota - output == pytest.approx(10, rel=1e-9)


def test_t24_in_the_model_an_add_on_would_pile_up():
    """World: one-sided ratchet, an add-on of 3 by hand: above output nothing pulls back, so the
    gap grows by 3 a quarter instead of ending at 10."""
    company, levers = Company(), Levers(quota_ratchet=0.3)
    gaps = []
    for _ in range(60):
        company.quota_due = company.quota_paid = QUOTA * company.quota_factor
        company.earnings = QUOTA
        revise_quota(company, levers)
        company.quota_factor += 3 / QUOTA
        gaps.append(QUOTA * (company.quota_factor - 1))
    assert np.diff(gaps) == pytest.approx(3, rel=1e-6)


LAWS = {
    "uniform": lambda chance, size: chance.uniform(size=size),
    "log-normal": lambda chance, size: np.exp(chance.normal(size=size)),
    "heavy": lambda chance, size: chance.pareto(1.5, size=size) + 1,
}


@pytest.mark.parametrize("law", LAWS)
def test_t25_a_full_ratchet_is_a_record_and_records_come_at_one_over_t(law):
    """World: lambda = 1, independent output of any continuous law, a first quota of next to
    nothing. P(over-fulfil in quarter t) = 1/t; H_24 = 3.776 rises in 24 quarters."""
    tries = 1500
    output = 1e3 * LAWS[law](np.random.default_rng(1), (tries, 24))
    raised = np.empty((tries, 24))
    for at, earned in enumerate(output):
        quota = quarters(earned, 1e-6, quota_ratchet=1)
        assert quota[1:] == pytest.approx(np.maximum.accumulate(earned), rel=1e-9)
        raised[at] = earned > quota[:-1] * (1 + 1e-9)
    expected = 1 / np.arange(1, 25)
    error = np.sqrt(expected * (1 - expected) / tries)
    assert (abs(raised.mean(axis=0) - expected) <= 4 * error).all()
    assert expected.sum() == pytest.approx(3.776, abs=5e-4)
    assert raised.sum(axis=1).mean() == pytest.approx(expected.sum(), abs=4 * 1.5 / tries**0.5)


# T27, T28: surveillance

TOLERATED, BALANCE = 0.3, 0.4  # absence that leaves surveillance alone; where it then stands


def watched(gain, response, start, count):
    """Surveillance quarter by quarter, where absence responds to it in a straight line."""
    planner, levers = (
        Planner(),
        Levers(surveillance=start, surveillance_gain=gain, tolerated_absence=TOLERATED),
    )
    course = []
    for _ in range(count):
        open_month(planner, levers, Surroundings())
        course.append(planner.surveillance)
        planner.abroad = 150.0
        absence = TOLERATED + response * (planner.surveillance - BALANCE)
        planner.absent = planner.abroad * absence
        revise_surveillance(planner, levers)
        assert (planner.abroad, planner.absent) == (0, 0)
    return np.array(course)


@given(gain=st.floats(0, 4), strength=st.floats(0.01, 0.5), start=st.floats(0.3, 0.5))
def test_t27_where_watching_brings_traders_back_the_error_shrinks_by_a_factor(
    gain, strength, start
):
    """World: absence x0 - theta sigma, within bounds: error factor 1 - kappa theta."""
    course = watched(gain, -strength, start, 6)
    error = (start - BALANCE) * (1 - gain * strength) ** np.arange(6)
    assert course == pytest.approx(BALANCE + error, abs=1e-9)


@pytest.mark.parametrize(
    ("product", "ends"), [(0.5, True), (1.0, True), (1.99, True), (2.01, False)]
)
def test_t27_stable_below_two_and_not_above(product, ends):
    course = watched(product / 0.5, -0.5, BALANCE + 1e-3, 300)
    error = abs(course - BALANCE)
    assert (error[-1] < 0.1 * error[0]) == ends
    assert (error[-1] > 10 * error[0]) != ends
    if product <= 1:
        assert (course >= BALANCE - 1e-12).all(), "no swinging"


@pytest.mark.parametrize(("start", "end"), [(0.401, 1.0), (0.399, 0.0), (0.4, 0.4)])
def test_t28_where_fear_keeps_traders_away_control_feeds_on_itself(start, end):
    """World: absence x0 + theta sigma: factor 1 + kappa theta, to the end of the scale."""
    course = watched(2.0, 0.3, start, 40)
    free = (course > 0) & (course < 1)
    error = (start - BALANCE) * 1.6 ** np.arange(40)
    assert course[free] == pytest.approx((BALANCE + error)[free], abs=1e-9)
    assert course[-1] == pytest.approx(end, abs=1e-6)


def test_t27_with_no_gain_it_never_moves():
    assert (watched(0.0, 0.3, 0.7, 20) == 0.7).all()


# T29: what the planner sees of quality

MET, LISTED = 5, 20  # a price rule on 20 listings against an index on 5 quotes


def authority_added(seen, premium=0.0, saved=0.0, worth=0.25):
    """What one quarter adds, where own and directed orders turn out as expected (T14, T15)."""
    spread, rho = 0.2, 0.3
    lowest = lowest_of_normals(LISTED)
    index_sd = math.sqrt(spread**2 + worth**2 - 2 * worth * rho * spread)
    fixed = spread * lowest[LISTED], rho * lowest[LISTED]
    own = (
        (spread**2 - worth * rho * spread) / index_sd * lowest[MET] - saved,
        (rho * spread - worth) / index_sd * lowest[MET],
    )
    planner, value = Planner(), 1e5
    levers = Levers(authority_gain=1.0, quality_seen_share=seen, control_premium=premium)
    surroundings = Surroundings(value_of_quality=worth)
    page = {
        "delivered": 2 * value,
        "own_delivered": value,
        "paid": value * (math.exp(own[0]) + math.exp(fixed[0])),
        "own_paid": value * math.exp(own[0]),
        "quality_value": value * (own[1] + fixed[1]),
        "own_quality_value": value * own[1],
    }
    take_note(planner, Trader(status=POSTED, **page), Company(), surroundings, levers)
    revise_authority(planner, levers)
    assert planner.own_value == planner.fixed_value == planner.own_gain == planner.fixed_gain == 0
    dearer = math.exp(own[0]) - math.exp(fixed[0])
    return planner.authority_added, dearer / (worth * (own[1] - fixed[1]))


def test_t29_the_price_rule_is_kept_until_enough_quality_is_seen():
    """World: own and directed deliveries at their expected price and quality, no wish for control
    as such. Authority rises iff the price gap is below om g times the quality gap (the gap in
    ratios of the reference price, as the rule has it)."""
    _, break_even = authority_added(0.0)
    assert 0 < break_even < 1
    assert authority_added(break_even * 0.999)[0] < 0 < authority_added(break_even * 1.001)[0]
    assert authority_added(0.0)[0] < 0 < authority_added(1.0)[0]


@given(worth=st.floats(0.21, 1))
def test_t29_who_sees_no_quality_always_prefers_the_lower_price(worth):
    added, break_even = authority_added(0.0, worth=worth)
    assert added < 0 or break_even <= 0


@given(seen=st.floats(0, 1), premium=st.floats(0, 0.2))
def test_t29_the_wish_for_control_counts_against_authority_in_full(seen, premium):
    assert authority_added(seen, premium)[0] == pytest.approx(
        authority_added(seen)[0] - premium, abs=1e-12
    )


def test_t29_a_blind_planner_takes_all_authority_back_in_the_whole_model():
    """World: no bargaining, nothing hidden, no wish for control as such."""
    blind = (
        "cohort.posts=60",
        "cohort.companies=6",
        "levers.authority_gain=2",
        "levers.quality_seen_share=0",
        "levers.control_premium=0",
        "surroundings.bargaining_room=0",
        "surroundings.hidden_cap_share=0",
        "surroundings.meeting_cost_usd=10",  # else nobody would meet anybody
    )
    authority = lived_by_rows(bare_course(*blind)).of("planner", "authority_share")[:, 0]
    assert (np.diff(authority) <= 0).all()
    assert authority[0] == 0.2 and authority[-1] == 0
