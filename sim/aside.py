"""A second process that does part of a list of work, for work that holds Python's lock.

    with Aside(paint) as aside:          # it gets ready while other things are done here
        ...
        painted = aside.share([(one,), (another,), (a_third,)])

Each takes the next piece when it is done with its last, so it does not matter which one is faster,
and what comes out is the same. Where no second process can be had, all is done here.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from subprocess import DEVNULL, PIPE, Popen
from threading import Thread
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Aside(Generic[T]):
    """Does ``act`` here and in a second process, which ends with the ``with`` block."""

    def __init__(self, act: Callable[..., T]) -> None:
        self.act = act
        self.other: Popen[bytes] | None = None

    def __enter__(self) -> Aside[T]:
        if (os.cpu_count() or 1) > 1:
            places = os.pathsep.join(each for each in sys.path if each)
            with suppress(OSError):
                self.other = Popen(
                    [sys.executable, "-m", __name__],
                    stdin=PIPE, stdout=PIPE, stderr=DEVNULL,
                    env=os.environ | {"PYTHONPATH": places},
                    start_new_session=True,  # Ctrl-C is for this process, which then ends the other
                )  # fmt: skip
                self._send(self.act)
        return self

    def __exit__(self, *error: object) -> None:
        if self.other:
            self.other.kill()
            self.other.communicate()

    def share(self, calls: Sequence[tuple[Any, ...]]) -> list[T]:
        """What ``act`` gives for each of these arguments, in their order."""
        results: dict[int, T] = {}
        waiting = deque(range(len(calls)))
        thread = Thread(target=self._done_there, args=(calls, waiting, results), daemon=True)
        thread.start()
        self._done_here(calls, waiting, results)
        thread.join()
        self._done_here(calls, waiting, results)  # what the other process failed to do
        return [results[place] for place in range(len(calls))]

    def _done_here(
        self, calls: Sequence[tuple[Any, ...]], waiting: deque[int], results: dict[int, T]
    ) -> None:
        with suppress(IndexError):
            while True:
                place = waiting.popleft()
                results[place] = self.act(*calls[place])

    def _done_there(
        self, calls: Sequence[tuple[Any, ...]], waiting: deque[int], results: dict[int, T]
    ) -> None:
        while self.other and self.other.stdout and waiting:
            try:
                place = waiting.pop()
            except IndexError:  # taken here in between
                return
            try:
                self._send(calls[place])
                results[place] = pickle.load(self.other.stdout)  # what our own process wrote
            except Exception:  # it could not be sent, or the other process is gone
                waiting.append(place)
                return

    def _send(self, thing: object) -> None:
        if self.other and self.other.stdin:
            self.other.stdin.write(pickle.dumps(thing, pickle.HIGHEST_PROTOCOL))
            self.other.stdin.flush()


def main() -> None:
    """What the second process does: whatever it is sent, until it is sent no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    orders, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing that prints may come between answers
    with suppress(EOFError):
        act = pickle.load(orders)
        while True:
            pickle.dump(act(*pickle.load(orders)), answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()


if __name__ == "__main__":
    main()
