"""What keeping results costs: time, memory and disk of the default comparison.

    python benchmarks/storing.py [REPLICATES]     # 1,000 by default

Prints the part of the run spent on writing (batches, tables, manifest), peak memory of the whole
process, and the size of the result.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim import store, unfinished
from sim.request import Request
from sim.scenario import load
from sim.undertaking import undertake

spent = {"batches": 0.0, "tables": 0.0, "manifest": 0.0}


def timed(part: str, act: Callable[..., Any]) -> Callable[..., Any]:
    """The same, with the time it takes added up."""

    def acting(*words: Any, **more: Any) -> Any:
        began = time.perf_counter()
        try:
            return act(*words, **more)
        finally:
            spent[part] += time.perf_counter() - began

    return acting


def main(replicates: int) -> None:
    """Run it once and print."""
    unfinished.Batches.flush = timed("batches", unfinished.Batches.flush)  # type: ignore[method-assign]
    store.write_tables = timed("tables", store.write_tables)
    store.write_manifest = timed("manifest", store.write_manifest)
    pair = tuple(load(name) for name in ("tight_control", "restored_autonomy"))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "result"
        began = time.perf_counter()
        undertake(Request(pair, 1, replicates), folder)
        whole = time.perf_counter() - began
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    parts = ", ".join(f"{part} {seconds:.2f} s" for part, seconds in spent.items())
    share = sum(spent.values()) / whole
    print(f"{replicates} replicates of two scenarios: {whole:.1f} s, {share:.1%} of it: {parts}")
    print(f"peak memory {peak:,.0f} MB, result {size / 1e6:,.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
