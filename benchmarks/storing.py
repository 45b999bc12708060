"""What keeping results costs: processor time, memory and disk of the default comparison.

    python benchmarks/storing.py [REPLICATES]     # 1,000 by default

Lives 100 replicates and keeps them, one after the other, so that their processor times can be
told apart (the best of five rounds of keeping: batches, then the tables made of them); then runs
the whole study as a command would and prints the peak memory of the process and the size on disk.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

from sim import store, unfinished
from sim.ensemble import Lived, run_ensemble
from sim.request import Request
from sim.scenario import load
from sim.undertaking import undertake

PAIR = tuple(load(name) for name in ("tight_control", "restored_autonomy"))
FEW = 100


def keep(lived: list[list[Lived]]) -> float:
    """Seconds of processor time that batches and tables of these replicates take."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "result"
        with unfinished.locked(folder) as place:
            began = time.process_time()
            batches = unfinished.Batches(place, Request(PAIR, 1, FEW))
            for replicate in lived:
                batches.keep(replicate)
            result = batches.result(FEW, 42)
            (place / "whole").mkdir()
            store.write_tables(place / "whole", result, csv=False)
            return time.process_time() - began


def main(replicates: int) -> None:
    """Measure and print."""
    courses = [scenario.course() for scenario in PAIR]
    list(run_ensemble(courses, range(4), 1))  # compiled code is loaded
    began = time.process_time()
    lived = list(run_ensemble(courses, range(FEW), 1))
    living = time.process_time() - began
    keeping = min(keep(lived) for _ in range(5))
    print(
        f"{FEW} replicates of two scenarios: {living:.2f} s of processor time to live them, "
        f"{keeping:.2f} s to keep them: {keeping / (living + keeping):.1%} of both"
    )
    del lived
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "result"
        began = time.perf_counter()
        undertake(Request(PAIR, 1, replicates), folder)
        seconds = time.perf_counter() - began
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{replicates} replicates: {seconds:.1f} s with figures and report, peak memory "
        f"{peak:,.0f} MB, {size / 1e6:,.0f} MB on disk"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
