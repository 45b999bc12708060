"""Hidden margin: how much a trader hides in prices, and what happens if it is found out."""

from __future__ import annotations

import math

from .books import pay_fine
from .chance import Luck, normal
from .row import rule
from .settings import Levers, Surroundings
from .world import CALLED_HOME, Good, Planner, Trader


@rule
def tempting_margin(
    detection: float, legal_share: float, loss: float, value_of_post: float, most: float
) -> float:
    """Dollars to hide in an order: h = ((1 - mu) / d - (L + V)) / 2, at least 0 and at most what
    there is room for; d is the chance that a hidden dollar is found out (T19, T20, T21). Who may
    keep everything legally has nothing to hide, however blind the state."""
    if legal_share >= 1.0:
        return 0.0
    if detection <= 0.0:
        return most
    wanted = ((1.0 - legal_share) / detection - (loss + value_of_post)) / 2.0
    return max(0.0, min(most, wanted))


@rule
def ease_of_detection(planner: Planner, surroundings: Surroundings, luck: Luck) -> float:
    """Chance that a hidden dollar is found out: surveillance, and how opaque the deal is."""
    opacity = math.exp(surroundings.opacity_spread * normal(luck.opacity))
    return planner.surveillance * surroundings.detection_per_usd * opacity


@rule
def hide_margin(
    trader: Trader,
    good: Good,
    planner: Planner,
    levers: Levers,
    surroundings: Surroundings,
    luck: Luck,
) -> None:
    """Hides in the prices of a month's own deals what pays, given the risk. Control removes it by
    two channels: information, for a looked-up price leaves no room beyond tolerance (T17d), and
    punishment, by detection and the loss of a post (T20)."""
    own = trader.own_orders + trader.late_orders
    if trader.found == 0 or own <= 0.0:
        return
    trader.detection = ease_of_detection(planner, surroundings, luck)
    hidden = tempting_margin(
        trader.detection,
        levers.margin_retention,
        surroundings.detection_loss_usd,
        surroundings.dismissal_chance * max(0.0, surroundings.discount_factor * trader.value_stay),
        surroundings.hidden_cap_share * min(surroundings.order_usd, own),
    )
    room = good.fixed_price * (1.0 + levers.price_tolerance) - trader.own_price
    trader.hidden_part = hidden / own
    trader.hidden_in_proposals = max(0.0, min(trader.hidden_part, room))


@rule
def may_be_found_out(
    trader: Trader, planner: Planner, surroundings: Surroundings, luck: Luck
) -> None:
    """What was hidden is found out with a chance in proportion to it (T19); it is confiscated
    with a fine on top, held against him, and may cost him the post (Becker and Stigler 1974)."""
    if trader.hidden_margin <= 0.0:
        return
    if luck.detection < trader.hidden_margin * trader.detection:
        trader.detected = 1
        due = trader.hidden_margin + surroundings.detection_loss_usd
        pay_fine(trader, planner, min(due, trader.savings))
        trader.exposure += surroundings.exposure_per_detection
        if luck.dismissal < surroundings.dismissal_chance:
            trader.called = CALLED_HOME
