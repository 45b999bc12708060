"""What a study would take, before it is run: months, time, memory, disk."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import Any

from .ensemble import Watching, run_ensemble
from .outcomes import OUTCOMES
from .postings import COLUMNS
from .scenario import Scenario

SECONDS = 0.5
POSTS = 500  # at most so many in the trial; time and postings grow with their number
ROW_IN_TABLE = 26  # bytes of a posting in the table of postings
# Measured: Parquet keeps half of the outcomes' bytes and 3 a posting; figures and report, 2.5 MB.
KEPT_SHARE, ROW_ON_DISK, PAGES = 0.52, 3, 2_500_000


def forecast(
    scenarios: Sequence[Scenario], replicates: int, seed: int, jobs: int | None, audit: bool
) -> dict[str, Any]:
    """Memory is 2 × 8 bytes × scenarios × replicates × outcomes × 2 × months (the arrays and the
    monthly table made of them) and 26 bytes a posting in its table beside those noted first; disk
    is what Parquet keeps of one of each, and the pages. Time is that of living."""
    lived, trader_months = _months(scenarios)
    trial = [_smaller(scenario) for scenario in scenarios]
    rate, a_trader_month = _calibrate(trial, seed, jobs, audit)
    months = len(scenarios[0].months)
    arrays = 8 * len(scenarios) * replicates * len(OUTCOMES) * 2 * months
    posts = sum(int(each.path("cohort", "posts")[0]) for each in scenarios)
    postings = a_trader_month * replicates * posts * months
    return {
        "scenarios": [scenario.name for scenario in scenarios],
        "replicates": replicates,
        "months": replicates * lived,
        "trader_months": replicates * trader_months,
        "estimated_seconds": replicates * trader_months / rate,
        "memory_bytes": round(2 * arrays + (ROW_IN_TABLE + COLUMNS.itemsize) * postings),
        "disk_bytes": round(KEPT_SHARE * arrays + ROW_ON_DISK * postings + PAGES),
    }


def _smaller(scenario: Scenario) -> Scenario:
    posts = min(POSTS, int(scenario.path("cohort", "posts")[0]))
    return scenario.with_(cohort={"posts": posts})


def _months(scenarios: Sequence[Scenario]) -> tuple[int, int]:
    """Months and trader-months of one replicate; what scenarios share is lived once."""
    courses = [scenario.course() for scenario in scenarios]
    end = len(courses[0].months)
    shared = min((courses[0].first_difference(each) for each in courses[1:]), default=end)
    posts = [int(course.cohort["posts"][0]) for course in courses]
    own = end - shared
    return shared + own * len(courses), shared * posts[0] + own * sum(posts)


def _calibrate(
    scenarios: Sequence[Scenario], seed: int, jobs: int | None, audit: bool
) -> tuple[float, float]:
    """Trader-months a second, and postings a trader-month, of a short trial."""
    courses = [scenario.course() for scenario in scenarios]
    batch = 2 * min(jobs or 1024, os.cpu_count() or 1)
    watching = Watching(audit=audit)
    first = next(iter(run_ensemble(courses, range(1), seed, jobs=1, watching=watching)))
    kept = sum(len(each.postings) for each in first)
    whole = sum(int(each.cohort["posts"][0]) * len(each.months) for each in courses)
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        done += len(list(run_ensemble(courses, range(batch), seed, None, jobs, watching)))
    rate = done * _months(scenarios)[1] / (time.perf_counter() - began)
    return rate, kept / whole


def as_text(told: dict[str, Any]) -> str:
    """The same to be read on a terminal."""
    return "\n".join(
        [
            f"{told['replicates']:,} replicates of {', '.join(told['scenarios'])}",
            f"{told['months']:,} months, {told['trader_months']:,} trader-months",
            f"about {told['estimated_seconds']:.1f} s to live them (estimated in a short trial)",
            f"about {told['memory_bytes'] / 1e6:,.0f} MB of memory for the result",
            f"about {told['disk_bytes'] / 1e6:,.0f} MB on disk, in {told['folder']}",
            "nothing was written",
        ]
    )
