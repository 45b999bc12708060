"""What the pool adds to the model's nouns and settings."""

from __future__ import annotations

from dataclasses import dataclass

from sim.model.row import state
from sim.model.settings import Surroundings, setting
from sim.model.world import Company, Trader


@dataclass
class PoolTrader(Trader):
    """A trader who may insure himself with his colleagues."""

    pool_member: int = state("occupant who has paid into the pool, plus 1; 0 if none", "number")
    pool_paid: float = state("paid into the pool this month", "USD")
    pool_received: float = state("got out of the pool this month", "USD")


@dataclass
class PoolCompany(Company):
    """A company whose traders keep a common fund, out of the company's sight."""

    pool: float = state("money in its traders' pool", "USD")


@dataclass
class PoolSurroundings(Surroundings):
    """What nobody decides, and how traders insure one another."""

    premium_share: float = setting(
        0.0, "premium to the pool, as a part of the month's quota", "share", 0, 1
    )
    feared_months: float = setting(
        24, "who expects his savings to last no longer than this pays in", "months", 0, 240
    )
