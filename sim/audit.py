"""The audit: after every month each purse must have changed by just what was booked.

A double-entry account of every ``Flow`` in the chart of accounts (``model/books.py``). Nothing of
it runs unless asked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from .model.books import COMPANY, FLOWS, OUTSIDE, PURSES, STATE, TRADER
from .model.row import cells, row_type
from .model.world import Trader, World
from .run import Replicate

BY_TRADERS = [flow for flow in FLOWS if flow.noted_by == TRADER]
BY_THE_STATE = [flow for flow in FLOWS if flow.noted_by == STATE]
ACCOUNTS = [*BY_TRADERS, *BY_THE_STATE]  # the order of all totals
_NOTES = np.array([list(row_type(Trader).names or ()).index(flow.note) for flow in BY_TRADERS])
# Additions round: after n of them a sum of size s is off by about sqrt(n) s times half this.
ROUNDING = 16 * np.finfo(float).eps


class Imbalance(Exception):
    """Money appeared or vanished; the text names month, rule, actor and flow."""


_SIGNS = {purse: np.array([flow.sign(purse) for flow in ACCOUNTS], float) for purse in PURSES}


def purses(world: World) -> dict[str, np.ndarray]:
    """What every purse holds now, by kind: (actors of that kind,), USD."""
    holders = {
        STATE: world.planner, COMPANY: world.companies, TRADER: world.traders,
        OUTSIDE: world.outside,
    }  # fmt: skip
    return {kind: holders[kind][purse].copy() for kind, purse in PURSES.items()}


def booked(world: World) -> tuple[np.ndarray, np.ndarray]:
    """What the month's pages say: notes of traders (posts, flows), and totals of all
    ``ACCOUNTS`` (flows,), USD."""
    notes = cells(world.traders)[:, _NOTES]
    by_the_state = [world.planner[flow.note][0] for flow in BY_THE_STATE]
    return notes, np.concatenate([notes.sum(axis=0), by_the_state])


class Audit:
    """Watches one replicate from where it stands; ``totals`` has a row of ``ACCOUNTS`` for every
    month watched (USD, all posts)."""

    def __init__(self, replicate: Replicate) -> None:
        """From the coming month on."""
        self.origin = replicate.fork(replicate.course)
        self.held = purses(replicate.world)
        self.totals: list[np.ndarray] = []

    def __call__(self, replicate: Replicate) -> None:
        """Compare every purse with the pages of the month just lived; raises ``Imbalance``."""
        now = purses(replicate.world)
        notes, totals = booked(replicate.world)
        faults = [
            f"the purse of {who} changed by {changed:+,.2f} where {should:+,.2f} was booked"
            for who, changed, should in _gaps(self.held, now, notes, totals, replicate.world)
        ]
        if faults:
            raise Imbalance(self._explain(replicate, faults[0]))
        self.held = now
        self.totals.append(totals)

    def _explain(self, replicate: Replicate, fault: str) -> str:
        """The rule, actor and flow, found by living the month again in the plain carrier."""
        from .trace import find_leak  # Mesa comes with it, which only this needs

        month = replicate.month - 1
        before = self.origin.fork(self.origin.course)
        while before.month < month:
            before.live()
        name = replicate.course.name
        where = f"{name}, replicate {replicate.number}, {replicate.course.months[month]}"
        return f"{where}: the books do not balance: {find_leak(before) or fault}"


def _gaps(
    held: dict[str, np.ndarray],
    now: dict[str, np.ndarray],
    notes: np.ndarray,
    totals: np.ndarray,
    world: World,
) -> Iterator[tuple[str, float, float]]:
    """Each purse that is off: whose, by how much it changed, by how much it should have."""
    mine, of_company = (_SIGNS[kind][: len(BY_TRADERS)] for kind in (TRADER, COMPANY))
    sizes = np.abs(notes)
    firms = world.traders["company"], len(world.companies)
    expected: dict[str, tuple[Any, Any]] = {
        TRADER: (notes @ mine, sizes @ np.abs(mine)),
        COMPANY: (
            _by_company(notes @ of_company, *firms), _by_company(sizes @ np.abs(of_company), *firms)
        ),
        STATE: (totals @ _SIGNS[STATE], np.abs(totals).sum()),
        OUTSIDE: (totals @ _SIGNS[OUTSIDE], np.abs(totals).sum()),
    }  # fmt: skip
    payments = len(ACCOUNTS) * len(world.traders)
    for kind, (change, size) in expected.items():
        moved = now[kind] - held[kind]
        allowed = ROUNDING * math.sqrt(payments) * (np.abs(held[kind]) + size)
        for number in np.flatnonzero(~(np.abs(moved - change) <= allowed)):  # NaN is off, too
            should = float(np.atleast_1d(change)[number])
            yield _whose(kind, int(number)), float(moved[number]), should


def _by_company(of_traders: np.ndarray, company: np.ndarray, companies: int) -> np.ndarray:
    return np.bincount(company, of_traders, companies)


def _whose(kind: str, number: int) -> str:
    names = {TRADER: f"post {number}", COMPANY: f"company {number}", STATE: "the state"}
    return names.get(kind, "everyone outside")
