"""Exact limits of hidden margin (T18-T21, and T17d where it is hidden)."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import optimize

from sim.model.chance import Luck, normal
from sim.model.hiding import hide_margin, may_be_found_out, tempting_margin
from sim.model.settings import Levers, Surroundings
from sim.model.trading import place_orders
from sim.model.world import CALLED_HOME, Company, Good, Planner, Trader

NO_LIMIT = 1e12

detections = st.floats(1e-6, 0.1)
shares = st.floats(0, 0.9)
dollars = st.floats(0, 1e5)


# T18: Becker and Stigler


def honest(rent, temptation, detection, penalty, discount):
    """Whether nothing is hidden by who would lose so much a month: a dollar is found out with
    chance p / x, and the worth of staying is what begins next month."""
    worth = discount * rent / (1 - discount)
    return tempting_margin(detection / temptation, 0.0, penalty, worth, temptation) == 0


def test_t18_printed_value():
    """x 100, p .05, D 200, beta .98: honest from a rent of 36.73 on."""
    rent = (100 / 0.05 - 200) * 0.02 / 0.98
    assert rent == pytest.approx(36.73, abs=5e-3)
    assert not honest(rent * 0.999, 100, 0.05, 200, 0.98)
    assert honest(rent * 1.001, 100, 0.05, 200, 0.98)


@given(
    temptation=st.floats(1, 1e4),
    detection=st.floats(0.001, 1),
    penalty=st.floats(0, 1e4),
    discount=st.floats(0.8, 0.999),
)
def test_t18_the_rent_that_keeps_a_trader_honest(temptation, detection, penalty, discount):
    rent = (temptation / detection - penalty) * (1 - discount) / discount
    assume(rent > 1e-6)
    assert not honest(rent * 0.999, temptation, detection, penalty, discount)
    assert honest(rent * 1.001, temptation, detection, penalty, discount)


# T19, T20: how much to hide


def test_t19_printed_value():
    """sigma .4, phi .05, L 10: 20."""
    assert tempting_margin(0.4 * 0.05, 0.0, 10, 0, NO_LIMIT) == pytest.approx(20, rel=1e-12)


def test_t20_printed_value():
    """sigma .4, phi .004, L 10, V 40, beta .98: 287.9."""
    assert tempting_margin(0.4 * 0.004, 0.0, 10, 0.98 * 40, NO_LIMIT) == pytest.approx(287.9)


@given(detection=detections, legal=shares, loss=dollars, worth=dollars, most=dollars)
def test_t20_closed_form_within_its_corners(detection, legal, loss, worth, most):
    wanted = (1 - legal - detection * (loss + worth)) / (2 * detection)
    hidden = tempting_margin(detection, legal, loss, worth, most)
    assert 0 <= hidden <= most
    assert hidden == pytest.approx(max(0, min(most, wanted)), rel=1e-9, abs=1e-6)


@given(
    detection=st.floats(1e-5, 1e-2),
    legal=shares,
    loss=st.floats(0, 1000),
    worth=st.floats(0, 1e4),
    most=st.floats(100, 1e4),
)
def test_t20_nothing_else_would_leave_him_more(detection, legal, loss, worth, most):
    """He keeps a dollar hidden instead of a legal share of it; found out, which a dollar is with
    chance d, he loses all he hid, the fine and his post."""

    def gained(hidden):
        return (1 - legal) * hidden - detection * hidden * (hidden + loss + worth)

    best = optimize.minimize_scalar(lambda hidden: -gained(hidden), bounds=(0, most)).x
    hidden = tempting_margin(detection, legal, loss, worth, most)
    assert gained(hidden) >= gained(best) - 1e-9 * (1 + abs(gained(best)))


@given(conceal=st.floats(1e-6, 0.1), loss=st.floats(1, 1e5))
def test_t19_nothing_is_hidden_from_a_surveillance_on(conceal, loss):
    """Zero iff sigma phi >= 1 / L (the surveillance need not be a chance here)."""
    enough = 1 / (conceal * loss)
    assert tempting_margin(enough * 1.001 * conceal, 0.0, loss, 0, NO_LIMIT) == 0
    assert tempting_margin(enough * 0.999 * conceal, 0.0, loss, 0, NO_LIMIT) > 0


# T21


@given(legal=shares, loss=dollars, worth=dollars, most=st.floats(0.01, 1e5))
def test_t21_unwatched_he_hides_all_there_is_room_for(legal, loss, worth, most):
    assert tempting_margin(0.0, legal, loss, worth, most) == most
    assert tempting_margin(1e-9, legal, loss, worth, most) == most


@given(loss=dollars, worth=dollars, most=dollars, detection=st.floats(0, 0.1))
def test_t20_who_may_keep_everything_hides_nothing(loss, worth, most, detection):
    assert tempting_margin(detection, 1.0, loss, worth, most) == 0


def test_t21_it_is_confiscation_that_makes_hiding_a_matter_of_degree():
    """Helper only: without it gain and risk are both in proportion, all or nothing at
    sigma phi L = 1; the model always confiscates."""
    most, loss = 500.0, 10.0
    for detection, best in ((0.0999, most), (0.1001, 0.0)):
        gain = [hidden * (1 - detection * loss) for hidden in (0.0, most / 2, most)]
        assert (0.0, most / 2, most)[gain.index(max(gain))] == best
        assert 0 < tempting_margin(detection / 2, 0.0, loss, 0, most) < most


# The same through the rule


def hides(value_stay=0.0, surveillance=0.4, opacity=0.5, tolerance=0.1, own_price=0.9, **law):
    """A trader with own orders and late ones after the month's hiding, and the room he had."""
    trader = Trader(
        found=1, own_orders=60000.0, late_orders=20000.0, own_price=own_price,
        value_stay=value_stay,
    )  # fmt: skip
    nature = {
        "detection_per_usd": 0.004, "detection_loss_usd": 10, "dismissal_chance": 1,
        "discount_factor": 0.98, "hidden_cap_share": 0.5, "order_usd": 37000,
    } | law  # fmt: skip
    surroundings = Surroundings(**nature)
    levers = Levers(price_tolerance=tolerance, margin_retention=0)
    good, planner = Good(fixed_price=0.8), Planner(surveillance=surveillance)
    hide_margin(trader, good, planner, levers, surroundings, Luck(opacity=opacity))
    return trader


def hidden_dollars(**world):
    trader = hides(**world)
    return trader.hidden_part * (trader.own_orders + trader.late_orders)


def test_t20_printed_value_through_the_rule():
    assert hidden_dollars(value_stay=40) == pytest.approx(287.9, rel=1e-9)


@given(
    value=st.floats(0, 1000),
    surveillance=st.floats(0.01, 1),
    opacity=st.floats(0.01, 0.99),
    spread=st.floats(0, 2),
    legal=shares,
)
def test_t20_through_the_rule(value, surveillance, opacity, spread, legal):
    detection = surveillance * 0.004 * math.exp(spread * normal(opacity))
    trader = Trader(found=1, own_orders=5e4, own_price=0.9, value_stay=value)
    surroundings = Surroundings(
        detection_per_usd=0.004, detection_loss_usd=10, dismissal_chance=0.5, discount_factor=0.98,
        hidden_cap_share=0.02, order_usd=37000, opacity_spread=spread,
    )  # fmt: skip
    levers, planner = Levers(margin_retention=legal), Planner(surveillance=surveillance)
    hide_margin(trader, Good(), planner, levers, surroundings, Luck(opacity=opacity))
    wanted = ((1 - legal) / detection - (10 + 0.98 * 0.5 * value)) / 2
    expected = max(0, min(0.02 * 37000, wanted))
    assert trader.hidden_part * 5e4 == pytest.approx(expected, rel=1e-9, abs=1e-6)
    assert trader.detection == pytest.approx(detection, rel=1e-12)


def slope(value, **world):
    """What a dollar more in the worth of his post does to what he hides."""
    step = 1e-2
    more, less = (hidden_dollars(value_stay=value + change, **world) for change in (step, -step))
    return (more - less) / (2 * step)


@pytest.mark.parametrize("discount", [0.9, 0.98])
@pytest.mark.parametrize("dismissal", [0.25, 1.0])
def test_t20_golden_goose_the_more_a_post_is_worth_the_less_is_hidden(discount, dismissal):
    """dh/dV = -beta / 2 where he is dismissed for certain, as often less as he is dismissed."""
    inside = slope(40.0, discount_factor=discount, dismissal_chance=dismissal)
    assert inside == pytest.approx(-discount * dismissal / 2, rel=1e-6)


@pytest.mark.parametrize(
    ("world", "expected"),
    [({"surveillance": 1.0, "detection_per_usd": 0.1}, 0.0), ({"surveillance": 0.001}, 18500.0)],
    ids=["nothing hidden", "all there is room for"],
)
def test_t20_at_either_end_the_worth_of_his_post_does_not_matter(world, expected):
    assert hidden_dollars(value_stay=40.0, **world) == pytest.approx(expected)
    assert slope(40.0, **world) == 0


def test_t20_a_post_worth_less_than_going_home_holds_nobody_back():
    assert hidden_dollars(value_stay=-500.0) == hidden_dollars(value_stay=0.0)


def test_t20_pay_matters_at_middling_surveillance_only():
    """N7's hump: nothing at low surveillance, most in between, nothing at high."""
    effect = [
        -slope(40.0, surveillance=watching, hidden_cap_share=0.02)
        for watching in (0.0, 0.05, 0.4, 1.0)
    ]
    strict = -slope(40.0, surveillance=1.0, detection_loss_usd=300)
    assert effect[:2] == [0, 0] and strict == 0
    assert effect[2:] == pytest.approx([0.49, 0.49], rel=1e-6)


@given(
    hidden=st.floats(1, 1e4),
    detection=detections,
    uniform=st.floats(0.001, 0.999),
    dismissed=st.floats(0.001, 0.999),
    savings=st.floats(0, 1e5),
)
def test_t19_what_was_hidden_is_found_out_in_proportion_and_lost(
    hidden, detection, uniform, dismissed, savings
):
    trader, planner = Trader(hidden_margin=hidden, detection=detection, savings=savings), Planner()
    surroundings = Surroundings(detection_loss_usd=300, dismissal_chance=0.25)
    luck = Luck(detection=uniform, dismissal=dismissed)
    may_be_found_out(trader, planner, surroundings, luck)
    assert trader.detected == (uniform < hidden * detection)
    due = min(hidden + 300, savings) if trader.detected else 0
    assert trader.fine_paid == planner.treasury == pytest.approx(due)
    assert (trader.called == CALLED_HOME) == bool(trader.detected and dismissed < 0.25)


# T17d: the ceiling


@given(
    surveillance=st.floats(0, 1),
    price=st.floats(0.3, 2),
    conceal=st.floats(1e-9, 1),
    value=dollars,
)
def test_t17d_where_every_price_is_looked_up_nothing_is_hidden_whatever_the_surveillance(
    surveillance, price, conceal, value
):
    """World: no authority, all looked up, no tolerance: no order of his own, so none to hide in;
    margin vanishes through information, not punishment."""
    trader = Trader(placed=8e4, meetings=3, found=1, own_price=price, value_stay=value)
    company, good = Company(tier=1), Good(fixed_price=0.8)
    planner = Planner(surveillance=surveillance)
    levers = Levers(online_lookup_share=1, price_tolerance=0)
    surroundings = Surroundings(detection_per_usd=conceal)
    place_orders(trader, company, good, planner, levers, surroundings)
    hide_margin(trader, good, planner, levers, surroundings, Luck())
    assert trader.own_orders == trader.hidden_part == trader.hidden_in_proposals == 0
    assert trader.directed_orders == 8e4


@given(
    tolerance=st.floats(0.001, 0.5),
    price=st.floats(0.3, 1.5),
    fixed=st.floats(0.4, 1.2),
    surveillance=st.floats(0, 1),
)
def test_t17d_in_a_looked_up_price_at_most_the_tolerance_is_hidden(
    tolerance, price, fixed, surveillance
):
    """h <= max(0, p (1 + tol) - own price), in the price of every proposal that stands."""
    trader = Trader(placed=8e4, meetings=3, found=1, own_price=price)
    levers = Levers(online_lookup_share=1, price_tolerance=tolerance)
    good, planner = Good(fixed_price=fixed), Planner(surveillance=surveillance)
    place_orders(trader, Company(tier=1), good, planner, levers, Surroundings())
    hide_margin(trader, good, planner, levers, Surroundings(), Luck())
    ceiling = fixed * (1 + tolerance)
    assert (trader.proposed_orders > 0) == (price <= ceiling)
    assert trader.proposed_orders + trader.rejected_orders == pytest.approx(8e4)
    assert 0 <= trader.hidden_in_proposals <= max(0, ceiling - price)
    assert trader.hidden_in_proposals <= trader.hidden_part


def test_t17d_unwatched_he_hides_up_to_the_ceiling_and_at_the_ceiling_nothing():
    trader = hides(own_price=0.8801, tolerance=0.1, surveillance=0.0)
    assert trader.hidden_in_proposals == 0 < trader.hidden_part
    tight = hides(own_price=0.85, tolerance=0.1, surveillance=0.0)
    assert tight.hidden_in_proposals == pytest.approx(0.03)
