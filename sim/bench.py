"""How fast it is, measured in one run: rates, what each part costs, start-up, growth, memory.

Rates are by the clock, best of interleaved rounds; parts and growth are by processor time of one
thread, which other work on the machine disturbs less. Months that scenarios share are never counted
twice: every rate is of a single scenario.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from . import postings, unfinished
from .ensemble import Diary, Watching, in_order, one_replicate, run_ensemble
from .history import MEASURED, History
from .mesa_model import TraderModel
from .model.course import Course
from .outcomes import measure as measure_outcomes
from .outcomes import weighted
from .request import Request
from .run import Replicate
from .scenario import Scenario, load

SCENARIO = "tight_control"
ROUNDS = 5
STORED = 40  # replicates written in one go
SIZES = (100, 1_000, 10_000, 100_000, 1_000_000)  # posts
SPANS = (12, 24, 48, 84)  # months
COUNTS = (2, 4, 8, 16)  # replicates
TRADER_MONTHS = 400_000  # of a size: large worlds live few months
PLAIN_MONTHS = 12
PURE_ROUNDS = 100_000  # of a loop that only computes
CHILD = """
import json, resource, time
began = time.perf_counter()
from sim.ensemble import run_ensemble
from sim.scenario import load
course = load({scenario!r}).course()
imported = time.perf_counter()
list(run_ensemble([course], range(1), 1))
first = time.perf_counter()
list(run_ensemble([course], range({count}), 1))
print(json.dumps([imported - began, first - imported, resource.getrusage(
    resource.RUSAGE_SELF).ru_maxrss]))
"""


def measure(seconds: float) -> dict[str, Any]:
    """All numbers of a benchmark; ``seconds`` is about how long rates are measured, the rest takes
    about twenty more on one core."""
    scenario = load(SCENARIO)
    course = scenario.course()
    one_replicate([course], 1, 0)  # compiled code is loaded
    rates, threads = _rates(course, seconds)
    return {
        "scenario": SCENARIO,
        "posts": _posts(course),
        "months": len(course.months),
        "cores": os.cpu_count() or 1,
        "machine": platform.machine(),
        "python": platform.python_version(),
        "trader_months_a_second": rates,
        "rows_to_plain_one_thread": rates["rows_one_thread"] / rates["plain"],
        "threads": threads,
        "nanoseconds_a_trader_month": _parts(scenario, course),
        "start_up_seconds": _start_up(),
        "growth": _growth(scenario),
    }


def _posts(course: Course) -> int:
    return int(course.cohort["posts"][0])


# ------------------------------------------------------------------------------------------ rates


def _rates(course: Course, seconds: float) -> tuple[dict[str, float], dict[str, float]]:
    """Trader-months a second of both carriers, and how many times one thread all are: of rows, and
    of a loop that only computes."""
    cores = os.cpu_count() or 1
    a_replicate = _posts(course) * len(course.months)

    def rows(jobs: int, count: int) -> Callable[[], float]:
        def live() -> float:
            for _ in run_ensemble([course], range(count), 1, jobs=jobs):
                pass
            return count * a_replicate

        return live

    def plain() -> float:
        model = TraderModel(course, seed=1)
        for _ in range(PLAIN_MONTHS):
            model.step()
        return PLAIN_MONTHS * _posts(course)

    def pure(jobs: int) -> Callable[[], float]:
        def compute() -> float:
            with ThreadPoolExecutor(jobs) as pool:
                list(in_order(_compute, [(PURE_ROUNDS,)] * 4 * jobs, pool, jobs))
            return 4.0 * jobs

        return compute

    rate = _rate(rows(1, 1))  # how many replicates fill a round
    count = max(1, round(rate * seconds / (6 * ROUNDS) / a_replicate))
    work = {
        "rows_one_thread": rows(1, count),
        "rows_all_threads": rows(cores, count * cores),
        "plain": plain,
        "pure_one_thread": pure(1),
        "pure_all_threads": pure(cores),
    }
    best = {name: 0.0 for name in work}
    for _ in range(ROUNDS):  # interleaved: what else the machine does hits all alike
        for name, act in work.items():
            best[name] = max(best[name], _rate(act))
    rates = {name: best[name] for name in ("rows_one_thread", "rows_all_threads", "plain")}
    times = {
        "rows": best["rows_all_threads"] / best["rows_one_thread"],
        "pure_compute": best["pure_all_threads"] / best["pure_one_thread"],
    }
    return rates, times


def _rate(work: Callable[[], float]) -> float:
    began = time.perf_counter()
    done = work()
    return done / (time.perf_counter() - began)


def _compute(rounds: int) -> bytes:
    """Hashing in a core's registers, which does not ask for Python's lock until it is done, so that
    two threads give what two cores give."""
    return hashlib.pbkdf2_hmac("sha256", b"rounds", b"and rounds", rounds)


# ------------------------------------------------------------------------------------------ parts


def _parts(scenario: Scenario, course: Course) -> dict[str, float]:
    """What a trader-month costs by part of the work, nanoseconds of processor time."""
    fresh = iter([_lived(course) for _ in range(2 * ROUNDS)])  # a history keeps what it was asked
    few = [one_replicate([course], 1, number) for number in range(STORED)]

    def luck() -> None:
        world = Replicate(course, 1, 0)
        for world.month in range(len(course.months)):
            world.draw_luck()

    def keep() -> None:
        with (
            tempfile.TemporaryDirectory() as scratch,
            unfinished.locked(Path(scratch) / "result") as place,
        ):
            batches = unfinished.Batches(place, Request((scenario,), 1, len(few)))
            for replicate in few:
                batches.keep(replicate)
            batches.flush()

    first_day = _processor_time(lambda: Replicate(course, 1, 0))
    alone = _processor_time(luck) - first_day
    whole = _processor_time(lambda: one_replicate([course], 1, 0))
    parts = {
        "first day": first_day,
        "luck": alone,
        "rules and history": _processor_time(lambda: _lived(course)) - alone - first_day,
        "outcomes": _processor_time(lambda: weighted(measure_outcomes(next(fresh)))),
        "postings": _processor_time(lambda: _postings(next(fresh))),
    }
    parts["everything else"] = max(0.0, whole - sum(parts.values()))
    parts["storing"] = _processor_time(keep) / len(few)
    a_replicate = _posts(course) * len(course.months)
    return {name: 1e9 * seconds / a_replicate for name, seconds in parts.items()}


def _lived(course: Course) -> History:
    return next(iter(Replicate(course, 1, 0).histories(len(course.months), kept=MEASURED)))


def _postings(history: History) -> None:
    postings.ended(history)
    postings.going_on(history)


def _processor_time(work: Callable[[], Any]) -> float:
    """Seconds of processor time, the best of some rounds."""
    best = np.inf
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best


# --------------------------------------------------------------------------------------- start-up


def _start_up() -> dict[str, float]:
    """Seconds of new processes: to say the version, to compile, to load what is compiled."""
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"XDG_CACHE_HOME": home}
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "sim", "--version"], check=True, capture_output=True)
        version = time.perf_counter() - began
        compiled, cached = (_child(environment) for _ in range(2))
    return {
        "version": version,
        "import": cached[0],
        "compile": compiled[1],
        "first replicate, compiled before": cached[1],
        "peak_memory_mb": cached[2] / (1e6 if sys.platform == "darwin" else 1024),
    }


def _child(environment: dict[str, str]) -> list[float]:
    code = CHILD.format(scenario=SCENARIO, count=20)
    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True
    )
    found: list[float] = json.loads(ended.stdout)
    return found


# ----------------------------------------------------------------------------------------- growth


def _growth(scenario: Scenario) -> dict[str, dict[str, Any]]:
    """How processor time grows with posts, months and replicates: exponents, 1 is linear."""

    def of(posts: int, months: int, replicates: int) -> float:
        course = scenario.with_(cohort={"posts": posts}).first_months(months).course()
        began = time.process_time()
        for number in range(replicates):
            one_replicate([course], 1, number)
        return (time.process_time() - began) / replicates

    def of_posts(posts: int) -> float:
        """A month of a world that has lived as long before: its memory is no longer new."""
        months = int(np.clip(TRADER_MONTHS // posts, 2, max(SPANS) // 2))
        course = scenario.with_(cohort={"posts": posts}).first_months(2 * months).course()
        replicates, seconds = max(1, TRADER_MONTHS // (posts * months)), 0.0
        for number in range(replicates):
            world, diary = Replicate(course, 1, number), Diary(Watching())
            diary.live(world, months)
            began = time.process_time()
            diary.live(world, 2 * months)
            seconds += time.process_time() - began
        return seconds / (replicates * months)

    return {
        "posts": _fit(SIZES, map(of_posts, SIZES)),
        "months": _fit(SPANS, (of(500, span, 8) - of(500, 1, 8) for span in SPANS)),
        "replicates": _fit(COUNTS, (count * of(500, 24, count) for count in COUNTS)),
    }


def _fit(sizes: Iterable[int], seconds: Iterable[float]) -> dict[str, Any]:
    """The exponent of growth, by least squares on logarithms, and the points; None where a cost
    was too small beside what it is a difference of."""
    x, y = np.array(list(sizes), float), np.array(list(seconds))
    slope = float(np.polyfit(np.log(x), np.log(y), 1)[0]) if (y > 0).all() else None
    return {"exponent": slope, "sizes": x.tolist(), "seconds": y.tolist()}


def as_text(measured: dict[str, Any]) -> str:
    """The same to be read on a terminal."""
    rates, threads = measured["trader_months_a_second"], measured["threads"]
    parts, starting = measured["nanoseconds_a_trader_month"], measured["start_up_seconds"]
    lines = [
        f"{measured['scenario']}: {measured['posts']} posts, {measured['months']} months, "
        f"{measured['cores']} cores, Python {measured['python']}",
        "",
        "trader-months a second, luck, rules and outcomes included",
        _line("rows, one thread", rates["rows_one_thread"], ",.0f"),
        _line("rows, all threads", rates["rows_all_threads"], ",.0f")
        + f"   {threads['rows']:.2f} times one; a loop that only computes: "
        f"{threads['pure_compute']:.2f}",
        _line("plain Mesa agents", rates["plain"], ",.0f")
        + f"   rows are {measured['rows_to_plain_one_thread']:.0f} times as fast, one thread each",
        "",
        "nanoseconds of processor time a trader-month, rows, one thread",
        *(_line(name, value, ",.1f") for name, value in parts.items()),
        "",
        "seconds to start",
        _line("trader-sim --version", starting["version"], ".2f"),
        _line("import, read a scenario", starting["import"], ".2f"),
        _line("compile, once", starting["compile"], ".2f"),
        _line("first replicate after that", starting["first replicate, compiled before"], ".2f"),
        "",
        "growth of processor time (1 is linear)",
        *(_line(name, fit["exponent"], ".3f") for name, fit in measured["growth"].items()),
        "",
        _line("peak memory, MB (20 replicates)", starting["peak_memory_mb"], ",.0f"),
    ]
    return "\n".join(lines)


def _line(name: str, value: float | None, form: str) -> str:
    shown = "too small" if value is None else format(value, form)
    return f"  {name:<32}{shown:>14}"
