"""What a study would take, before it is run: months, time, memory, disk."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import Any

from .ensemble import Watching, months_shared, run_ensemble
from .history import KEPT
from .outcomes import OUTCOMES
from .run import BLOCK_ROWS, Replicate
from .scenario import Scenario

SECONDS = 0.5
POSTS = 500  # at most so many in the trial; time and postings grow with their number
# Measured: Parquet keeps half of the outcomes' bytes and 3 a posting; figures, report and effects.
KEPT_SHARE, ROW_ON_DISK, PAGES, PAGES_OF_A_SCENARIO = 0.52, 3, 5_000_000, 1_200_000
PANEL_ROW_ON_DISK = 100
PROCESS = 370_000_000  # bytes of a process that has lived, drawn and told a small study
READ_OF_A_REPLICATE = 400  # bytes a month: a few outcomes at a time, and what figures make of them
WORLDS = 2  # of a replicate held at a time: that of the shared months, and the one being lived


def forecast(
    scenarios: Sequence[Scenario],
    replicates: int,
    seed: int,
    jobs: int | None,
    audit: bool,
    panel: float = 0.0,
) -> dict[str, Any]:
    """Memory is that of the process, of the worlds being lived at a time, of the panels that wait
    to be written, and of what is read of a few outcomes for effects and figures; replicates
    themselves go to disk, which is what Parquet keeps of outcomes, postings and panels, and the
    pages. Time is that of living."""
    lived, trader_months = _months(scenarios)
    trial = [_smaller(scenario) for scenario in scenarios]
    rate, a_trader_month = _calibrate(trial, seed, jobs, audit)
    months = len(scenarios[0].months)
    arrays = 8 * len(scenarios) * replicates * len(OUTCOMES) * 2 * months
    posts_of = [int(each.path("cohort", "posts")[0]) for each in scenarios]
    postings = a_trader_month * replicates * sum(posts_of) * months
    rows = panel * sum(posts_of) * months  # of a panel, a replicate
    waiting = 5 * (jobs or os.cpu_count() or 1) * 8 * len(KEPT["traders"]) * rows
    return {
        "scenarios": [scenario.name for scenario in scenarios],
        "replicates": replicates,
        "months": replicates * lived,
        "trader_months": replicates * trader_months,
        "estimated_seconds": replicates * trader_months / rate,
        "memory_bytes": _memory(trial[0], max(posts_of), replicates, seed, jobs) + round(waiting),
        "disk_bytes": round(
            KEPT_SHARE * arrays + ROW_ON_DISK * postings + PANEL_ROW_ON_DISK * rows * replicates
        )
        + PAGES
        + PAGES_OF_A_SCENARIO * len(scenarios),
    }


def _smaller(scenario: Scenario) -> Scenario:
    posts = min(POSTS, int(scenario.path("cohort", "posts")[0]))
    return scenario.with_(cohort={"posts": posts})


def _memory(trial: Scenario, posts: int, replicates: int, seed: int, jobs: int | None) -> int:
    """Bytes, at the most; a post takes as much as in the trial."""
    course = trial.course()
    world = Replicate(course, seed, 0)
    settings = sum(each.nbytes for each in course.settings())
    held = sum(each.nbytes for each in [*world.world, world.luck, world.good_luck]) - settings
    a_post = held / len(world.world.traders)
    history = 8 * len(KEPT["traders"]) * max(BLOCK_ROWS, posts)
    lived = (jobs or os.cpu_count() or 1) * (WORLDS * a_post * posts + history)
    read = READ_OF_A_REPLICATE * len(course.months) * replicates
    return round(PROCESS + lived + read)


def _months(scenarios: Sequence[Scenario]) -> tuple[int, int]:
    """Months and trader-months of one replicate; what scenarios share is lived once."""
    courses = [scenario.course() for scenario in scenarios]
    end, shared = len(courses[0].months), months_shared(tuple(courses))
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
            f"about {told['memory_bytes'] / 1e6:,.0f} MB of memory at most",
            f"about {told['disk_bytes'] / 1e6:,.0f} MB on disk, in {told['folder']}",
            "nothing was written",
        ]
    )
