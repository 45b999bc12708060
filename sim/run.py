"""One replicate: a course of settings and a seed become history, month by month, over rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from . import cache

cache.choose_folder()  # before numba looks for it

import numpy as np  # noqa: E402
from numba import njit  # noqa: E402

from .history import KEPT, NOTHING_KEPT, History, Kept  # noqa: E402
from .model import chance  # noqa: E402
from .model.course import Course  # noqa: E402
from .model.founding import empty_world, first_day  # noqa: E402
from .model.month import month  # noqa: E402
from .model.row import FEW_ROWS, cells, rows, rule  # noqa: E402
from .model.world import World  # noqa: E402

BLOCK_ROWS = 65536  # trader-months of history held at a time


@njit(nogil=True, cache=True)
def _draw(table, seed, replicate, month, drawer):  # type: ignore[no-untyped-def]
    chance.fill(table, seed, replicate, month, drawer)


def over_rows(act: Callable[..., None]) -> Callable[..., None]:
    """An act on a world, such as the month, as a rule over a world of rows in a given month."""

    @rule
    def act_on_rows(rows, month, *lucks):  # type: ignore[no-untyped-def]
        now = World(
            rows.levers[month],
            rows.surroundings[month],
            rows.cohort[0],
            rows.today[month],
            rows.announced[month],
            rows.planner[0],
            rows.board[0],
            rows.outside[0],
            rows.searches,
            rows.goods,
            rows.companies,
            rows.contacts,
            rows.traders,
        )
        act(now, *lucks)

    return act_on_rows


_first_day_of_rows = over_rows(first_day)


@njit(nogil=True, cache=True)
def _live_first_day(rows, luck, contact_luck):  # type: ignore[no-untyped-def]
    _first_day_of_rows(rows, 0, luck, contact_luck)


@dataclass(frozen=True)
class Month:
    """A month function as it is written, for plain agents, and compiled, for rows."""

    plain: Callable[..., None]
    of_rows: Callable[..., None]


@rule
def _keep(table, columns, kept, step):  # type: ignore[no-untyped-def]
    """Copy columns of a cell matrix into place ``step`` of what is kept of each."""
    for first in range(0, table.shape[0], FEW_ROWS):
        few = table[first : first + FEW_ROWS]
        for k in range(len(columns)):
            column, place = columns[k], kept[k, step, first : first + FEW_ROWS]
            for row in range(len(few)):
                place[row] = few[row, column]


@njit(nogil=True, cache=True)
def _add_up(table, columns, sums):  # type: ignore[no-untyped-def]
    """Sums of columns of a cell matrix, added by twos and eights as numpy does, to the last bit."""
    count = len(table)
    if count > 128:
        half = count // 2 // 8 * 8
        rest = np.empty(len(columns))
        _add_up(table[:half], columns, sums)
        _add_up(table[half:], columns, rest)
        for k in range(len(columns)):
            sums[k] += rest[k]
        return
    even = count // 8 * 8
    for k in range(len(columns)):
        column, total = columns[k], 0.0
        if even:
            a, b, c, d = table[0, column], table[1, column], table[2, column], table[3, column]
            e, f, g, h = table[4, column], table[5, column], table[6, column], table[7, column]
            for row in range(8, even, 8):
                a += table[row, column]
                b += table[row + 1, column]
                c += table[row + 2, column]
                d += table[row + 3, column]
                e += table[row + 4, column]
                f += table[row + 5, column]
                g += table[row + 6, column]
                h += table[row + 7, column]
            total = ((a + b) + (c + d)) + ((e + f) + (g + h))
        for row in range(even, count):
            total += table[row, column]
        sums[k] = total


def compile_month(month: Callable[..., None], cache: bool = False) -> Month:
    """Month after month: luck, then the month, then what history keeps of it. The loop over
    months is compiled only so that threads need not pass Python's lock to and fro."""
    month_of_rows = over_rows(month)

    @njit(nogil=True, cache=cache)
    def live_months(rows, lucks, cells_of_lucks, key, first, count, keeping):  # type: ignore[no-untyped-def]
        seed, replicate = key
        pairs, codes, additions = keeping
        traders, summed, sums = additions
        for step in range(count):
            chance.fill(cells_of_lucks[0], seed, replicate, first + step, chance.OF_GOODS)
            chance.fill(cells_of_lucks[1], seed, replicate, first + step, chance.MONTHLY)
            month_of_rows(rows, first + step, lucks[0], lucks[1])
            for table, columns, kept in pairs:
                _keep(table, columns, kept, step)
            _keep(codes[0], codes[1], codes[2], step)
            if len(summed) > 0:
                _add_up(traders, summed, sums[step])

    return Month(month, live_months)


MONTH = compile_month(month, cache=True)
Watcher = Callable[["Replicate"], None]  # told after each month


class RuleFault(Exception):
    """A rule failed; the text names scenario, replicate, month, rule, actor and what was wrong.

    ``traceback`` is that of the rule in plain Python.
    """

    def __init__(self, text: str, traceback: str = "") -> None:
        super().__init__(text, traceback)
        self.traceback = traceback

    def __str__(self) -> str:
        return str(self.args[0])


class Replicate:
    """A world of rows with its luck; lives months one by one and can be forked."""

    def __init__(
        self,
        course: Course,
        seed: int,
        replicate: int,
        month: Month = MONTH,
    ) -> None:
        """The first day of replicate number ``replicate`` under ``seed``, each 0 to 2**32 - 1.

        ``month`` may be another than the model's own, made by ``compile_month``. Raises ValueError
        for other numbers.
        """
        if not (0 <= seed < 2**32 and 0 <= replicate < 2**32):
            raise ValueError(f"seed {seed} and replicate {replicate} must be 0 to {2**32 - 1}")
        self.course = course
        self.rules = month
        self.seed = seed
        self.number = replicate
        self.month = 0
        self.world = empty_world(*course.settings())
        self.luck = rows(chance.Luck, len(self.world.traders))
        self.good_luck = rows(chance.GoodLuck, len(self.world.goods))
        contact_luck = rows(chance.ContactLuck, len(self.world.contacts))
        _draw(cells(self.luck), seed, replicate, 0, chance.FIRST_DAY)
        _draw(cells(contact_luck), seed, replicate, 0, chance.OF_CONTACTS)
        _live_first_day(self.world, self.luck, contact_luck)

    def live(self, history: History | None = None) -> None:
        """One month, or all the months of an empty history, which then keeps them."""
        count = history.length if history else 1
        places = history.places(self.world) if history else NOTHING_KEPT
        lucks = self.good_luck, self.luck
        cells_of_lucks = cells(self.good_luck), cells(self.luck)
        key = self.seed, self.number
        self.rules.of_rows(self.world, lucks, cells_of_lucks, key, self.month, count, places)
        self.month += count

    def draw_luck(self) -> None:
        """This month's luck, which no policy touches."""
        _draw(cells(self.luck), self.seed, self.number, self.month, chance.MONTHLY)
        _draw(cells(self.good_luck), self.seed, self.number, self.month, chance.OF_GOODS)

    def fork(self, course: Course, actors: Sequence[np.ndarray] | None = None) -> Replicate:
        """The same world so far, to go on under another course; ``actors`` may give its tables,
        in the order of ``World``."""
        twin = object.__new__(Replicate)
        twin.__dict__.update(self.__dict__)
        twin.course = course
        settings = course.settings()
        actors = [table.copy() for table in actors or self.world[len(settings) :]]
        twin.world = World(*settings, *actors)
        twin.luck = self.luck.copy()
        twin.good_luck = self.good_luck.copy()
        return twin

    def histories(
        self, until: int, watchers: Sequence[Watcher] = (), kept: Kept = KEPT
    ) -> Iterator[History]:
        """Lives to month ``until`` and yields history in blocks of bounded size; ``watchers`` are
        called after every month, at the cost of stepping out of compiled code for it.

        A block's arrays are written over by the next block: copy what is to be kept."""
        history = None
        most = max(1, BLOCK_ROWS // max(1, len(self.world.traders)))
        while self.month < until:
            length = min(most, until - self.month)
            history = History(self.month, length, self.world, kept, history)
            if watchers:
                self._live_watched(history, watchers)
            else:
                self.live(history)
            yield history

    def _live_watched(self, history: History, watchers: Sequence[Watcher]) -> None:
        one = History(history.first, 1, self.world, history.kept)
        for step in range(history.length):
            self.live(one)
            history.put(step, one)
            for watch in watchers:
                watch(self)
