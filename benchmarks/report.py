"""How long effects, figures and report of a stored result take.

    python benchmarks/report.py [REPLICATES]     # 200 by default, of eight scenarios

Lives the study first, which is not counted. Prints seconds by the clock and of the processor.
"""

import sys
import tempfile
import time
from pathlib import Path

from sim.publish import publish_again
from sim.request import Request
from sim.scenario import load
from sim.undertaking import undertake

NAMES = (
    "tight_control", "restored_autonomy", "tier_one_autonomy", "price_tolerance", "open_areas",
    "quota_relief", "review_amnesty", "keep_margin",
)  # fmt: skip


def main(replicates: int) -> None:
    """Measure once and print."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "result"
        undertake(Request(tuple(load(name) for name in NAMES), 1, replicates), folder)
        clock, processor = time.perf_counter(), time.process_time()
        publish_again(folder, Path(scratch) / "report")
        clock, processor = time.perf_counter() - clock, time.process_time() - processor
        size = (Path(scratch) / "report" / "report.html").stat().st_size
    print(
        f"{len(NAMES)} scenarios, {replicates} replicates: {clock:.1f} s, {processor:.1f} s of "
        f"processor time; report.html {size / 1e6:.1f} MB"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
