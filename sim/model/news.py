"""News of reviews, from trader to trader."""

from __future__ import annotations

from .row import rule
from .settings import Surroundings
from .world import (
    CAME_BACK,
    CAME_HOME,
    CAUGHT,
    CLEARED,
    GONE,
    NOT_HEARD_OF,
    PUNISHED,
    Contact,
    Trader,
)


@rule
def make_news(trader: Trader) -> None:
    """What others can hear: he is back in his post, or punished, or went home and is silent."""
    if trader.left == PUNISHED or trader.left == CAUGHT:
        trader.news = GONE
    elif trader.left == CAME_HOME:
        trader.news = NOT_HEARD_OF
    elif trader.verdict == CLEARED:
        trader.news = CAME_BACK


@rule
def pass_on(listener: Trader, teller: Trader, contact: Contact, surroundings: Surroundings) -> None:
    """Near ties count more than far ones (Lochner 2007); some take silence about one who went
    home for punishment (2017 report; T33)."""
    if teller.news == GONE:
        listener.heard_punished += contact.weight
    elif teller.news == CAME_BACK:
        listener.heard_cleared += contact.weight
    elif teller.news == NOT_HEARD_OF:
        taken_ill = surroundings.silence_share * contact.weight
        listener.heard_punished += taken_ill
        listener.heard_cleared += contact.weight - taken_ill
