"""Many replicates: the same seeds for every scenario, on any executor, with the same result."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import lru_cache
from threading import Event
from typing import Any, TypeVar

import numpy as np

from . import postings
from .audit import AUDITED, Audit
from .history import KEPT, MEASURED, History, Kept
from .model.course import Course
from .outcomes import OUTCOMES, measure, weighted
from .run import Replicate, RuleFault, Watcher
from .view import View

T = TypeVar("T")
Analyser = Callable[[View], Mapping[str, float]]


class Cancelled(Exception):
    """Somebody asked for an end before all was lived."""


class AnalyserError(Exception):
    """What an analyser gave back is no set of numbers that can become outcomes."""


@dataclass(frozen=True)
class Watching:
    """What else is done after every month; nothing by default, at no cost.

    ``analysers``: each is shown the world (a ``View``) and returns numbers by name;
    ``audit``: every purse is held against the books; ``panel``: share of posts whose traders are
    kept one by one; ``cancel``: once set, ``Cancelled`` is raised; ``fail_fast``: a failing rule
    ends everything, and not just its replicate.
    """

    analysers: tuple[Analyser, ...] = ()
    audit: bool = False
    panel: float = 0.0
    cancel: Event | None = None
    fail_fast: bool = False


@dataclass(frozen=True)
class Lived:
    """One replicate of one scenario.

    ``outcomes``: (outcomes, 2, months), values and weights; ``postings``: (postings, columns);
    ``analysed``: what analysers returned, by name, (months,); ``flows``: USD by flow and month
    (flows, months), none without an audit; ``panel``: posts' numbers and kept fields of traders
    (1 + fields, months, posts), none unless asked for; ``fault``: why it was not lived to the
    end, if so: its outcomes are then no numbers of weight 0, and it has no postings.
    """

    scenario: str
    replicate: int
    outcomes: np.ndarray
    postings: np.ndarray
    analysed: dict[str, np.ndarray] = field(default_factory=dict)
    flows: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))
    panel: np.ndarray = field(default_factory=lambda: np.empty((0, 0, 0)))
    fault: RuleFault | None = None

    @property
    def nbytes(self) -> int:
        """Bytes of what is noted."""
        return sum(each.nbytes for each in (self.outcomes, self.postings, self.flows, self.panel))


class Diary:
    """What is noted while a replicate lives; a fork's diary begins with its trunk's."""

    def __init__(self, watching: Watching, trunk: Diary | None = None) -> None:
        self.watching = watching
        self.outcomes: list[np.ndarray] = list(trunk.outcomes) if trunk else []
        self.postings: list[np.ndarray] = list(trunk.postings) if trunk else []
        self.analysed: list[dict[str, float]] = list(trunk.analysed) if trunk else []
        self.flows: list[np.ndarray] = list(trunk.flows) if trunk else []
        self.panel: list[np.ndarray] = list(trunk.panel) if trunk else []

    def lives(self, world: Replicate, until: int) -> RuleFault | None:
        """Lives to a month and notes it, or tells the fault that came in between."""
        try:
            self.live(world, until)
        except RuleFault as fault:
            if self.watching.fail_fast:
                raise
            return fault
        return None

    def live(self, world: Replicate, until: int) -> None:
        """Lives to a month and notes it; errors name the rule, the month and the actor."""
        audit = Audit(world) if self.watching.audit else None
        watchers = [self._analyse] if self.watching.analysers else []
        kept = AUDITED if audit else KEPT if self.watching.panel else MEASURED
        for history in _explained(world, until, watchers, kept):
            if audit:
                audit.check(history)
            self.outcomes.append(measure(history))
            self.postings.append(postings.ended(history))
            if self.watching.panel:
                self.panel.append(_panel(history, self.watching.panel))
            if world.month == len(world.course.months):
                self.postings.append(postings.going_on(history))
            if self.watching.cancel and self.watching.cancel.is_set():
                raise Cancelled
        if audit:
            self.flows += audit.totals

    def _analyse(self, world: Replicate) -> None:
        seen = View(world.world, world.course, world.month - 1)
        found: dict[str, float] = {}
        for analyser in self.watching.analysers:
            found |= _numbers(analyser, seen)
        if self.analysed and found.keys() != self.analysed[0].keys():
            was, now = (", ".join(each) for each in (self.analysed[0], found))
            raise AnalyserError(
                f"analysers gave {now or 'nothing'} in {seen.month}, but {was} before; "
                "every month must give the same names (NaN where there is nothing)"
            )
        self.analysed.append(found)

    def close(self, scenario: str, number: int) -> Lived:
        """All that was noted, of replicate ``number`` of a scenario."""
        names = list(self.analysed[0]) if self.analysed else []
        return Lived(
            scenario,
            number,
            weighted(np.concatenate(self.outcomes, axis=2)),
            np.concatenate(self.postings),
            {name: np.array([each[name] for each in self.analysed]) for name in names},
            np.concatenate(self.flows, axis=1) if self.flows else np.empty((0, 0)),
            np.concatenate(self.panel, axis=1) if self.panel else np.empty((0, 0, 0)),
        )


def _panel(history: History, share: float) -> np.ndarray:
    """Kept fields of the traders at so many posts, evenly spread, the posts' numbers first."""
    count = history["status"].shape[1]
    ends = np.floor(np.arange(1, count + 1) * share)
    posts = np.flatnonzero(np.diff(ends, prepend=0.0))
    numbers = np.broadcast_to(posts, (history.length, len(posts)))
    return np.array([numbers, *(history[name][:, posts] for name in KEPT["traders"])])


def _explained(
    world: Replicate, until: int, watchers: Sequence[Watcher], kept: Kept
) -> Iterator[History]:
    """The histories of a replicate; where one breaks off, the rule and actor are named."""
    try:
        yield from world.histories(until, watchers, kept)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        from .trace import relive  # Mesa comes with it, which only this needs

        raise relive(world, error) from error


def _numbers(analyser: Analyser, seen: View) -> dict[str, float]:
    """What an analyser says of a month, or a sentence on what it should have said."""
    name = getattr(analyser, "__name__", repr(analyser))
    try:
        said = analyser(seen)
    except Exception as error:
        raise AnalyserError(f"analyser {name} failed in {seen.month}: {error!r}") from error
    try:
        numbers = {str(key): float(value) for key, value in said.items()}
    except (AttributeError, TypeError, ValueError):
        raise AnalyserError(
            f"analyser {name} gave {said!r} in {seen.month}; expected numbers by name, "
            "such as {'rich': 12.0}"
        ) from None
    for taken in numbers.keys() & OUTCOMES.keys():
        raise AnalyserError(f"analyser {name}: {taken!r} is an outcome of the model already")
    return numbers


@lru_cache(maxsize=8)  # asked again for every replicate
def months_shared(courses: tuple[Course, ...]) -> int:
    """How many first months are the same in all of these."""
    end = len(courses[0].months)
    return min((courses[0].first_difference(other) for other in courses[1:]), default=end)


def one_replicate(
    courses: Sequence[Course], seed: int, number: int, watching: Watching = Watching()
) -> list[Lived]:
    """All scenarios with one replicate's luck; the months they share are lived once.

    Scenarios that differ from the first month on may have different first days, too.
    """
    end, shared = len(courses[0].months), months_shared(tuple(courses))
    trunk = Replicate(courses[0], seed, number)
    common = Diary(watching)
    if fault := common.lives(trunk, shared):
        return [_failed(course, number, fault) for course in courses]
    if shared == end:
        return [common.close(course.name, number) for course in courses]
    result = []
    for course in courses:
        own = trunk.fork(course) if shared else Replicate(course, seed, number)
        diary = Diary(watching, common)
        fault = diary.lives(own, end)
        result.append(_failed(course, number, fault) if fault else diary.close(course.name, number))
    return result


def _failed(course: Course, number: int, fault: RuleFault) -> Lived:
    """A replicate of which nothing counts."""
    nothing = weighted(np.zeros((len(OUTCOMES), 2, len(course.months))))
    return Lived(course.name, number, nothing, np.empty(0, postings.COLUMNS), fault=fault)


def run_ensemble(
    courses: Sequence[Course],
    replicates: Iterable[int],
    seed: int,
    executor: Executor | None = None,
    jobs: int | None = None,
    watching: Watching = Watching(),
) -> Iterator[list[Lived]]:
    """Lives every replicate (by number) under every course; yields them in order of number.

    Courses of different lengths or cohorts share no history but still share their luck.
    ``executor``: any of ``concurrent.futures``; by default threads, ``jobs`` of them (all cores).
    One that knows how many replicates it lives at a time says so in an attribute ``threads``.
    Work runs only a little ahead of whoever takes the results, so memory stays bounded; stop
    taking them and the rest is cancelled: own threads end within a block of history.
    """
    pool = executor or ThreadPoolExecutor(jobs or os.cpu_count() or 1)
    stop = Event() if executor is None and watching.cancel is None else None
    # an event cannot be sent to another process, nor would it hear of its being set there
    here = isinstance(pool, ThreadPoolExecutor)
    sent = replace(watching, cancel=(stop or watching.cancel) if here else None)
    calls = ((courses, seed, number, sent) for number in replicates)
    try:
        with closing(in_order(one_replicate, calls, pool, jobs)) as lived:
            try:
                for one in lived:
                    if watching.cancel and watching.cancel.is_set():
                        raise Cancelled
                    yield one
            finally:
                if stop:
                    stop.set()
    finally:
        if executor is None:
            pool.shutdown(cancel_futures=True)  # type: ignore[call-arg]


def in_order(
    act: Callable[..., T],
    calls: Iterable[tuple[Any, ...]],
    executor: Executor | None = None,
    jobs: int | None = None,
) -> Generator[T, None, None]:
    """What ``act`` gives for each call, in order, worked out only a little ahead of the taker; an
    executor and ``jobs`` as for ``run_ensemble``."""
    threads = jobs or os.cpu_count() or 1
    pool = executor or ThreadPoolExecutor(threads)
    ahead: deque[Future[T]] = deque()
    try:
        for arguments in calls:
            ahead.append(pool.submit(act, *arguments))
            while len(ahead) > 4 * getattr(pool, "threads", threads):
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:
        for future in ahead:
            future.cancel()
        if executor is None:
            pool.shutdown(cancel_futures=True)  # type: ignore[call-arg]
