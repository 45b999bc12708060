"""Many replicates: the same seeds for every scenario, on any executor, with the same result."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from . import postings
from .model.course import Course
from .outcomes import measure
from .run import Replicate


@dataclass(frozen=True)
class Lived:
    """One replicate of one scenario.

    ``outcomes``: (outcomes, 2, months), tops and bottoms; ``postings``: (postings, columns).
    """

    scenario: str
    replicate: int
    outcomes: np.ndarray
    postings: np.ndarray


def live(world: Replicate, until: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Lives to a month; outcomes and postings of each block of history on the way."""
    measured, over = [], []
    for history in world.histories(until):
        measured.append(measure(history))
        over.append(postings.ended(history))
        if world.month == len(world.course.months):
            over.append(postings.going_on(history))
    return measured, over


def one_replicate(courses: Sequence[Course], seed: int, number: int) -> list[Lived]:
    """All scenarios with one replicate's luck; the months they share are lived once.

    Scenarios that differ from the first month on may have different first days, too.
    """
    end = len(courses[0].months)
    shared = min((courses[0].first_difference(other) for other in courses[1:]), default=end)
    trunk = Replicate(courses[0], seed, number)
    measured, over = live(trunk, shared)
    result = []
    for course in courses:
        own = trunk.fork(course) if shared else Replicate(course, seed, number)
        own_measured, own_over = live(own, end) if shared < end else ([], [])
        result.append(
            Lived(
                course.name,
                number,
                np.concatenate(measured + own_measured, axis=2),
                np.concatenate(over + own_over),
            )
        )
    return result


def run_ensemble(
    courses: Sequence[Course],
    replicates: Iterable[int],
    seed: int,
    executor: Executor | None = None,
    jobs: int | None = None,
) -> Iterator[list[Lived]]:
    """Lives every replicate (by number) under every course; yields them in order of number.

    Courses of different lengths or cohorts share no history but still share their luck.
    ``executor``: any of ``concurrent.futures``; by default threads, ``jobs`` of them (all cores).
    Work runs only a little ahead of whoever takes the results, so memory stays bounded; stop
    taking them and the rest is cancelled.
    """
    workers = jobs or os.cpu_count() or 1
    pool = executor or ThreadPoolExecutor(workers)
    ahead: deque[Future[list[Lived]]] = deque()
    try:
        for number in replicates:
            ahead.append(pool.submit(one_replicate, courses, seed, number))
            if len(ahead) > 4 * workers:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:
        for future in ahead:
            future.cancel()
        if executor is None:
            pool.shutdown(cancel_futures=True)
