"""Compiling the rules before they are needed, and saying so."""

from __future__ import annotations

import time
from collections.abc import Callable

from .cache import is_compiled, note_seconds, seconds_before
from .run import Replicate
from .scenario import load


def warm_up(say: Callable[[str], None]) -> None:
    """Compile the month, unless that was done before; ``say`` is told beforehand, once."""
    if is_compiled():
        return
    before = seconds_before()
    took = f"; it took {before:.0f} s before" if before else ""
    say(f"compiling the rules, once{took}")
    began = time.perf_counter()
    course = load("history", ["cohort.posts=2", "cohort.companies=1"]).first_months(1).course()
    for _ in Replicate(course, 0, 0).histories(1):
        pass
    note_seconds(time.perf_counter() - began)
