"""The audit: after every month each purse must have changed by just what was booked.

A double-entry account of every ``Flow`` in the chart of accounts (``model/books.py``). It looks at
history, of which more is kept for it; nothing of it runs, or is kept, unless asked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from .history import KEPT, History, Kept
from .model.books import COMPANY, FLOWS, OUTSIDE, PURSES, STATE, TRADER, Flow
from .model.world import World
from .run import Replicate

HOLDERS = {TRADER: "traders", COMPANY: "companies", STATE: "planner", OUTSIDE: "outside"}
# Additions round: after n of them a sum of size s is off by about sqrt(n) s times half this.
ROUNDING = 16 * np.finfo(float).eps


def _for_the_audit() -> Kept:
    kept = {actor: list(names) for actor, names in KEPT.items()}
    for kind, purse in PURSES.items():
        kept[HOLDERS[kind]].append(purse)
    for flow in FLOWS:
        kept[HOLDERS[flow.noted_by]].append(flow.note)
    return {actor: tuple(dict.fromkeys(names)) for actor, names in kept.items()}


AUDITED = _for_the_audit()  # what history must keep


class Imbalance(Exception):
    """Money appeared or vanished; the text names month, rule, actor and flow."""


class Audit:
    """Follows one replicate from where it stands; ``totals`` collects what moved: an array
    (flows, months) in USD for each stretch of history, flows in the order of ``FLOWS``."""

    def __init__(self, replicate: Replicate) -> None:
        """From the coming month on."""
        self.origin = replicate.fork(replicate.course)
        self.held = _purses(replicate.world)
        self.totals: list[np.ndarray] = []

    def check(self, history: History) -> None:
        """Holds every purse against the pages of every month of the next stretch of history
        (one that keeps what is ``AUDITED``). Raises ``Imbalance`` at the first that is off."""
        notes = {flow: history.of(HOLDERS[flow.noted_by], flow.note) for flow in FLOWS}
        totals = {flow: noted.sum(axis=1) for flow, noted in notes.items()}
        faults = list(self._faults(history, notes, totals))
        if faults:
            month, fault = min(faults)
            raise Imbalance(self._explain(history.first + month, fault))
        self.totals.append(np.array(list(totals.values())))

    def _faults(
        self,
        history: History,
        notes: dict[Flow, np.ndarray],
        totals: dict[Flow, np.ndarray],
    ) -> Iterator[tuple[int, str]]:
        """For purses of each kind, the first month in which one is off, and how."""
        payments = len(FLOWS) * history["status"].shape[1]
        company = self.origin.world.traders["company"]
        for kind, actor in HOLDERS.items():
            now = history.of(actor, PURSES[kind])
            then = np.concatenate([self.held[kind][None], now[:-1]])
            change, gross = _booked(kind, notes if kind in (TRADER, COMPANY) else totals)
            if kind == COMPANY:
                change, gross = (_by_group(part, company, now.shape[1]) for part in (change, gross))
            change, gross = change.reshape(now.shape), gross.reshape(now.shape)
            allowed = ROUNDING * math.sqrt(payments) * (np.abs(then) + gross)
            off = ~(np.abs(now - then - change) <= allowed)  # NaN is off, too
            if off.any():
                month, number = np.argwhere(off)[0]
                moved = now[month, number] - then[month, number]
                yield (
                    int(month),
                    (
                        f"the purse of {_whose(kind, number)} changed by {moved:+,.2f} where "
                        f"{change[month, number]:+,.2f} was booked"
                    ),
                )
            self.held[kind] = now[-1].copy()

    def _explain(self, month: int, fault: str) -> str:
        """The rule, actor and flow, found by living the month again in the plain carrier."""
        from .trace import find_leak  # Mesa comes with it, which only this needs

        before = self.origin.fork(self.origin.course)
        while before.month < month:
            before.live()
        course = before.course
        where = f"{course.name}, replicate {before.number}, {course.months[month]}"
        return f"{where}: the books do not balance: {find_leak(before) or fault}"


def _purses(world: World) -> dict[str, np.ndarray]:
    """What every purse holds now, by kind: (purses of that kind,), USD."""
    return {kind: getattr(world, HOLDERS[kind])[purse].copy() for kind, purse in PURSES.items()}


def _booked(kind: str, noted: dict[Flow, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """By how much what is noted changes purses of a kind, and the sum of sizes."""
    mine = [(flow.sign(kind), amount) for flow, amount in noted.items() if flow.sign(kind)]
    change, gross = np.zeros_like(mine[0][1]), np.zeros_like(mine[0][1])
    for sign, amount in mine:
        change += sign * amount
        gross += np.abs(amount)
    return change, gross


def _by_group(amounts: np.ndarray, group: np.ndarray, groups: int) -> np.ndarray:
    """Sums of the columns of each group: (months, groups)."""
    months = np.arange(len(amounts))[:, None]
    place = (months * groups + group).ravel()
    sums = np.bincount(place, amounts.ravel(), len(amounts) * groups)
    return sums.reshape(len(amounts), groups)


def _whose(kind: str, number: int) -> str:
    names = {TRADER: f"post {number}", COMPANY: f"company {number}", STATE: "the state"}
    return names.get(kind, "everyone outside")
