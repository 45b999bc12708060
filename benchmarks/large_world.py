"""How fast one replicate of a single large world is lived, and how much memory it takes.

Run by hand: ``.venv/bin/python benchmarks/large_world.py [POSTS] [MONTHS]`` (100,000 posts and the
whole of ``history`` by default, a few seconds; 1,000,000 posts take about ten times as long). Luck,
rules, history and outcomes are included, compiling is not. Peak memory is that of the process,
Python and compiled code with it.
"""

from __future__ import annotations

import resource
import sys
import time

from sim.ensemble import run_ensemble
from sim.scenario import load

SCENARIO = "history"
MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024  # the unit of ru_maxrss


def seconds_to_live(posts: int, months: int | None) -> tuple[float, int]:
    """Seconds that one replicate takes, and its months."""
    scenario = load(SCENARIO, [f"cohort.posts={posts}"])
    course = (scenario.first_months(months) if months else scenario).course()
    began = time.perf_counter()
    for _ in run_ensemble([course], range(1), seed=1, jobs=1):
        pass
    return time.perf_counter() - began, len(course.months)


def main() -> None:
    """Print posts, months, seconds, trader-months a second and peak memory."""
    numbers = [int(word.replace(",", "")) for word in sys.argv[1:3]]
    posts = numbers[0] if numbers else 100_000
    seconds_to_live(50, 1)  # compiles, or loads compiled code
    seconds, months = seconds_to_live(posts, numbers[1] if len(numbers) > 1 else None)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_BYTES
    print(
        f"{posts:,} posts, {months} months: {seconds:.1f} s, "
        f"{posts * months / seconds / 1e6:.2f} million trader-months a second, "
        f"peak memory {peak / 1e9:.2f} GB"
    )


if __name__ == "__main__":
    main()
