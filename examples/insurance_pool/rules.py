"""The pool's decisions: who pays in, who gets help. All of it is assumed; no source tells of it.

Money moves three ways only: from a trader's savings into his company's pool, from the pool into
savings, and, as quota, from savings to the state. Nothing else fills or empties the pool.
"""

from __future__ import annotations

from sim.model.books import pay_quota_from_savings
from sim.model.row import rule
from sim.model.world import Planner

from .nouns import PoolCompany, PoolSurroundings, PoolTrader


@rule
def pay_into_pool(trader: PoolTrader, company: PoolCompany, amount: float) -> None:
    """From a trader's savings into the pool."""
    trader.savings -= amount
    company.pool += amount
    trader.pool_paid += amount


@rule
def pay_out_of_pool(company: PoolCompany, trader: PoolTrader, amount: float) -> None:
    """From the pool into a trader's savings."""
    company.pool -= amount
    trader.savings += amount
    trader.pool_received += amount


@rule
def turn_pool_page(trader: PoolTrader) -> None:
    """A new month: nothing paid, nothing received."""
    trader.pool_paid = 0.0
    trader.pool_received = 0.0


@rule
def be_helped(trader: PoolTrader, company: PoolCompany, planner: Planner) -> None:
    """A member who could not pay his quota in full gets what the pool has, and pays with it."""
    if trader.pool_member != trader.occupant + 1 or trader.quota_unpaid <= 0.0:
        return
    help = min(trader.quota_unpaid, company.pool)
    pay_out_of_pool(company, trader, help)
    pay_quota_from_savings(trader, planner, help)
    trader.quota_unpaid -= help
    trader.arrears -= help


@rule
def fears_shortfall(trader: PoolTrader, surroundings: PoolSurroundings) -> bool:
    """Whether, as the months go now, his savings will not outlast ``feared_months``."""
    return trader.savings < -trader.net_flow * surroundings.feared_months


@rule
def insure(trader: PoolTrader, company: PoolCompany, surroundings: PoolSurroundings) -> None:
    """Who fears a shortfall and owes nothing pays a premium, and is a member from then on."""
    premium = surroundings.premium_share * trader.quota_due
    if premium <= 0.0 or premium > trader.savings or trader.arrears > 0.0:
        return
    if fears_shortfall(trader, surroundings):
        pay_into_pool(trader, company, premium)
        trader.pool_member = trader.occupant + 1


@rule
def feel_pool(trader: PoolTrader, surroundings: PoolSurroundings) -> None:
    """Premiums and help are part of what a month feels like, as all other money is."""
    if trader.pool_paid > 0.0 or trader.pool_received > 0.0:
        flow = trader.pool_received - trader.pool_paid
        trader.net_flow += surroundings.flow_weight * flow
