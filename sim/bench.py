"""How fast it is: trader-months a second of both carriers, measured in one run."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from typing import Any

from .ensemble import run_ensemble
from .mesa_model import TraderModel
from .scenario import load

SCENARIO = "tight_control"


def measure(seconds: float) -> dict[str, Any]:
    """Rates of rows (one thread and all, luck and outcomes included) and of plain Mesa agents.

    Each rate is the best of the rounds that fit into its part of ``seconds``.
    """
    course = load(SCENARIO).course()
    posts, months = int(course.cohort["posts"][0]), len(course.months)
    cores = os.cpu_count() or 1
    began = time.perf_counter()
    list(run_ensemble([course], range(1), seed=1))
    first = time.perf_counter() - began

    def rows(jobs: int) -> Callable[[], int]:
        batch = 4 * jobs

        def live() -> int:
            for _ in run_ensemble([course], range(batch), seed=1, jobs=jobs):
                pass
            return batch * posts * months

        return live

    def plain() -> int:
        model = TraderModel(course, seed=1)
        for _ in range(12):
            model.step()
        return 12 * posts

    share = seconds / 3
    rates = {
        "rows_one_thread": _best_rate(rows(1), share),
        "rows_all_threads": _best_rate(rows(cores), share),
        "plain": _best_rate(plain, share),
    }
    return {
        "scenario": SCENARIO,
        "posts": posts,
        "months": months,
        "cores": cores,
        "machine": platform.machine(),
        "first_replicate_seconds": first,
        "trader_months_a_second": rates,
        "rows_to_plain_one_thread": rates["rows_one_thread"] / rates["plain"],
        "threads": rates["rows_all_threads"] / rates["rows_one_thread"],
    }


def _best_rate(work: Callable[[], int], seconds: float) -> float:
    """Trader-months a second of the best round; ``work`` returns how many it lived."""
    best = 0.0
    until = time.perf_counter() + seconds
    while best == 0.0 or time.perf_counter() < until:
        began = time.perf_counter()
        best = max(best, work() / (time.perf_counter() - began))
    return best


def as_text(measured: dict[str, Any]) -> str:
    """The same to be read on a terminal."""
    rates = measured["trader_months_a_second"]
    return "\n".join(
        [
            f"{measured['scenario']}: {measured['posts']} posts, {measured['months']} months, "
            f"{measured['cores']} cores; luck, rules and outcomes included",
            f"  rows, one thread    {rates['rows_one_thread']:>12,.0f} trader-months a second",
            f"  rows, all threads   {rates['rows_all_threads']:>12,.0f}  "
            f"({measured['threads']:.2f} times one)",
            f"  plain Mesa agents   {rates['plain']:>12,.0f}  "
            f"(rows are {measured['rows_to_plain_one_thread']:.0f} times as fast, one thread)",
            f"  first replicate     {measured['first_replicate_seconds']:>12.2f} s "
            "(compiling, or loading compiled code)",
        ]
    )
