"""Companies: what they risk for their traders, and trade on their own account."""

from __future__ import annotations

from .books import settle_own_account, share_own_account
from .chance import Luck, normal
from .row import rule
from .settings import Levers, Surroundings
from .world import Company, Outside, Trader


@rule
def set_effort(company: Company, levers: Levers, surroundings: Surroundings) -> None:
    """Who expects the quota to follow what he earns holds back: r / (r + lambda w), with the
    weight w of his own earnings in the company's quota (Weitzman 1980; T22)."""
    month = surroundings.discount_factor
    discount = month * month * month  # a quarter; compiled and plain powers of 3 differ
    impatience = (1.0 - discount) / discount
    company.effort = impatience / (impatience + levers.quota_ratchet / max(company.posts, 1))


@rule
def set_backing(company: Company) -> None:
    """A company risks at most an even part of its capital for each of its traders (assumption;
    it makes what a trader gets independent of who asks first)."""
    company.backing = max(company.capital, 0.0) / max(company.posts, 1)


@rule
def back(trader: Trader, company: Company) -> None:
    """The part of company capital at risk for this trader this month."""
    trader.backing = company.backing


@rule
def trade_on_own_account(
    trader: Trader,
    company: Company,
    outside: Outside,
    levers: Levers,
    surroundings: Surroundings,
    luck: Luck,
) -> None:
    """In areas left to companies a trader turns over what is allowed and what capital permits
    (A14); profits are shared, losses are the company's, and capital lost is volume lost."""
    volume = min(levers.open_area_share * trader.orders, trader.backing)
    if volume <= 0.0:
        return
    rate = surroundings.own_account_margin
    rate += surroundings.own_account_spread * normal(luck.own_account)
    profit = volume * max(-1.0, rate)
    trader.own_account += volume
    settle_own_account(outside, company, trader, profit)
    share_own_account(company, trader, surroundings.own_account_share * max(0.0, profit))
    trader.backing += min(0.0, profit)
