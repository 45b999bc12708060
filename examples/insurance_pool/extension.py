"""The pool put together, what is measured of it, and an agent that can be asked about it."""

from __future__ import annotations

from sim import Extension
from sim.mesa_model import Trader
from sim.view import View

from .month import month
from .nouns import PoolCompany, PoolSurroundings, PoolTrader

POOL = Extension(
    month,
    memories={"traders": PoolTrader, "companies": PoolCompany},
    settings={"surroundings": PoolSurroundings},
)


def pool_outcomes(view: View) -> dict[str, float]:
    """Outcomes of the pool: members among posts (share), quota paid out of it (share of what was
    due; NaN if none was), money in an average pool (USD)."""
    traders = view.traders
    due = traders.quota_due.sum()
    return {
        "pool_members": (traders.pool_member == traders.occupant + 1).mean(),
        "quota_from_pool_share": traders.pool_received.sum() / due if due else float("nan"),
        "pool_usd": view.companies.pool.mean(),
    }


class Member(Trader):
    """A trader, as a Mesa agent, who can say how he stands with the pool.

    He decides as every trader does; ``balance`` adds up what the pool gave him less what it took.
    """

    def __init__(self, model, **memories: float) -> None:
        """Nothing paid and nothing received so far."""
        super().__init__(model, **memories)
        self.balance = 0.0

    def reckon(self) -> None:
        """To be called after each month (``model.agents_by_type[Member].do("reckon")``)."""
        self.balance += self.pool_received - self.pool_paid
