"""The small ensemble behind a page: lived in the background, finer and finer, until it is sure
enough or something was changed."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from threading import Event, Lock

import pandas as pd

from ..compare import InMemoryKeeper, check_comparable, live
from ..contrast import effects
from ..drawing import Study
from ..ensemble import Cancelled, Watching
from ..illustration import plain_study
from ..result import Result
from ..scenario import Scenario

STAGES = (20, 60)  # replicates at which something is shown before all are lived
AT_A_TIME = 2  # pages that compute at once; others wait for their turn


@dataclass(frozen=True)
class Found:
    """What is known so far: ``done`` of ``asked`` replicates of these scenarios; ``forgotten`` is
    set once something else is asked for."""

    result: Result
    done: int
    asked: int
    forgotten: Event = field(default_factory=Event)

    @cached_property
    def study(self) -> Study:
        """What charts are made from: the same as figures are."""
        return plain_study(self.result)

    @cached_property
    def effects(self) -> pd.DataFrame:
        """Paired differences from the first scenario; none for a single one."""
        return effects(self.result) if len(self.result.scenarios) > 1 else pd.DataFrame()


class Computing:
    """The threads that all pages share. Replicates of one page run on all cores; a page that
    waits is cancelled as cheaply as one that runs."""

    def __init__(self) -> None:
        self._pages = ThreadPoolExecutor(AT_A_TIME, "page")

    def start(self, work: Callable[[], None]) -> Future[None]:
        """Does this when it is its turn."""
        return self._pages.submit(work)

    def close(self) -> None:
        """No more work; what runs is waited for."""
        self._pages.shutdown(cancel_futures=True)


class Live:
    """The ensemble of one page. ``ask`` forgets what was asked before; ``tell`` is called, from
    another thread, with what was found, or with an error, but never about what is forgotten."""

    def __init__(self, computing: Computing, tell: Callable[[Found | Exception], None]) -> None:
        self._computing, self._tell = computing, tell
        self._cancel, self._lock = Event(), Lock()
        self._waiting: Future[None] | None = None

    def ask(self, scenarios: list[Scenario], replicates: int, seed: int) -> None:
        """Live these, and tell after 20, 60 and all replicates."""
        self.forget()
        with self._lock:
            cancel = self._cancel = Event()
            self._waiting = self._computing.start(
                lambda: self._work(scenarios, replicates, seed, cancel)
            )

    def forget(self) -> None:
        """End what was asked; nothing more is told about it."""
        with self._lock:
            self._cancel.set()
            if self._waiting:
                self._waiting.cancel()
                self._waiting = None

    def _work(self, scenarios: list[Scenario], replicates: int, seed: int, cancel: Event) -> None:
        try:
            if len(scenarios) > 1:
                check_comparable(scenarios)
            keeper = InMemoryKeeper(scenarios, seed)
            for stage in [*(each for each in STAGES if each < replicates), replicates]:
                result = live(
                    scenarios, seed, keeper, stage, {}, stage, executor=None,
                    jobs=os.cpu_count(), progress=None, watching=Watching(cancel=cancel),
                )  # fmt: skip
                self._told(Found(result, stage, replicates, cancel), cancel)
        except Cancelled:
            return
        except Exception as error:  # told on the page, whatever it is
            self._told(error, cancel)

    def _told(self, found: Found | Exception, cancel: Event) -> None:
        if not cancel.is_set():
            self._tell(found)
