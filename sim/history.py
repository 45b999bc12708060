"""What is kept of a run: for a stretch of months, the kept fields of every actor."""

from __future__ import annotations

from functools import cache, cached_property
from typing import Any

import numpy as np

from .model.row import cells, row_type, states_of
from .model.world import POSTED, Company, Good, Outside, Planner, ReviewBoard, Trader, World

ACTORS: dict[str, type] = {  # those of whom anything is kept
    "traders": Trader,
    "companies": Company,
    "goods": Good,
    "planner": Planner,
    "board": ReviewBoard,
    "outside": Outside,
}
Kept = dict[str, tuple[str, ...]]  # actor: fields that are recorded every month
KEPT: Kept = {
    actor: tuple(entry.name for entry in states_of(noun) if entry.kept)
    for actor, noun in ACTORS.items()
}

SUMMED = tuple(entry.name for entry in states_of(Trader) if entry.summed)  # numbers with a point
MEASURED: Kept = KEPT | {  # what outcomes need of each: less memory, which is what takes time
    "traders": tuple(name for name in KEPT["traders"] if name not in SUMMED)
}

CODES = tuple(  # of traders: small whole numbers, kept in a byte
    entry.name for entry in states_of(Trader) if entry.kept and entry.unit in ("code", "flag")
)

# what is kept of rows: their cells, which of these, and where to
Pair = tuple[np.ndarray, np.ndarray, np.ndarray]
Places = tuple[tuple[Pair, ...], Pair, Pair]
_NO_PLACES = np.empty(0, np.int64)
NOTHING_KEPT: Places = (
    ((np.empty((0, 0)), _NO_PLACES, np.empty((0, 0, 0))),) * len(ACTORS),
    (np.empty((0, 0), np.int64), _NO_PLACES, np.empty((0, 0, 0), np.int8)),
    (np.empty((0, 0)), _NO_PLACES, np.empty((0, 0))),
)


class History:
    """Months ``first`` to ``first + length - 1`` of one replicate: what is ``kept`` of each.

    ``history["savings"]`` is an array (months, posts) of a kept field of traders;
    ``history.of("board", "called")`` one of another actor, (months, how many there are);
    ``history.total("orders")`` a kept field summed over traders, (months,), which is there for
    ``SUMMED`` ones even if they are not ``kept`` one by one.
    """

    def __init__(
        self,
        first: int,
        length: int,
        world: World,
        kept: Kept = KEPT,
        over: History | None = None,
    ) -> None:
        """Room for ``length`` months of a world with this many actors; that of ``over``, an earlier
        history of this world that nobody needs any more, if it was as long."""
        self.kept = kept
        self.first = first
        self.length = length
        self._totals: dict[str, np.ndarray] = {}
        traders = kept["traders"]
        self.summed = tuple(name for name in SUMMED if name not in traders)
        self._codes = tuple(name for name in traders if name in CODES)
        self._cells = kept | {"traders": tuple(name for name in traders if name not in CODES)}
        self.tables: dict[str, np.ndarray]
        self.codes: np.ndarray
        self.sums: np.ndarray
        if over and over.length == length:
            self.tables, self.codes, self.sums = over.tables, over.codes, over.sums
            return
        self.tables = {
            actor: np.empty((len(self._cells[actor]), length, len(getattr(world, actor))))
            for actor in ACTORS
        }
        self.codes = np.empty((len(self._codes), length, len(world.traders)), np.int8)
        self.sums = np.empty((length, len(self.summed)))

    def put(self, step: int, month: History) -> None:
        """Copy a history of one month into place ``step``."""
        for actor, table in self.tables.items():
            table[:, step] = month.tables[actor][:, 0]
        self.codes[:, step] = month.codes[:, 0]
        self.sums[step] = month.sums[0]

    def __getitem__(self, name: str) -> np.ndarray:
        """A kept field of traders, (months, posts)."""
        return self.of("traders", name)

    def of(self, actor: str, name: str) -> np.ndarray:
        """A kept field of any actor, (months, actors of that kind)."""
        if name not in self.kept[actor]:
            raise ValueError(f"of {actor}, {name!r} is not kept; {', '.join(self.kept[actor])} are")
        if actor == "traders" and name in self._codes:
            return np.asarray(self.codes[self._codes.index(name)])
        column: np.ndarray = self.tables[actor][self._cells[actor].index(name)]
        return column.view(np.int64) if row_type(ACTORS[actor])[name] == np.int64 else column

    def total(self, name: str) -> np.ndarray:
        """A field summed over traders, (months,); summed once, for many outcomes use it."""
        if name not in self._totals:
            if name in self.summed:
                self._totals[name] = self.sums[:, self.summed.index(name)].copy()
            else:
                self._totals[name] = self[name].sum(axis=1).astype(float)
        return self._totals[name]

    @cached_property
    def posted(self) -> np.ndarray:
        """Whether a post has a trader in post at the end of the month, (months, posts)."""
        return np.asarray(self["status"] == POSTED)

    @cached_property
    def ordered_savings(self) -> np.ndarray:
        """Savings of traders in post in rising order, infinity after the last: (months, posts)."""
        savings = np.where(self.posted, self["savings"], np.inf)
        savings.sort(axis=1)
        return savings

    def places(self, world: World) -> Places:
        """What to keep of every kind of actor as it is, what of traders in a byte, and what of
        them to add up: rows as cells, which cells, and where to."""
        pairs = tuple(
            (cells(getattr(world, actor)), _places(actor, names), self.tables[actor])
            for actor, names in self._cells.items()
        )
        traders = cells(world.traders)
        codes = traders.view(np.int64), _places("traders", self._codes), self.codes
        return pairs, codes, (traders, _places("traders", self.summed), self.sums)

    def keep(self, step: int, world: Any) -> None:
        """Copies the month just lived from a world of plain agents into place ``step``."""
        for place, name in enumerate(self.summed):
            self.sums[step, place] = np.sum([getattr(each, name) for each in world.traders])
        for actor in ACTORS:
            agents = getattr(world, actor)
            agents = agents if isinstance(agents, list) else [agents]
            for name in self.kept[actor]:
                self.of(actor, name)[step] = [getattr(agent, name) for agent in agents]


@cache
def _places(actor: str, names: tuple[str, ...]) -> np.ndarray:
    """Which cells of a row hold these fields."""
    all_names = list(row_type(ACTORS[actor]).names or ())
    return np.array([all_names.index(name) for name in names], np.int64)
