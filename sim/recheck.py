"""A stored result held against itself and the model: checksums, counts, a replicate anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .cache import rules_hash
from .ensemble import one_replicate
from .folders import NoResult, checksums, read_manifest
from .result import Result, collect
from .scenario import Scenario
from .stored import request_of


def faults(folder: Path) -> list[str]:
    """All in a result that is not as it was written, a sentence each; raises ``NoResult``."""
    manifest = read_manifest(folder)
    written, found = manifest["files"], checksums(folder)
    told = [f"{name} is missing" for name in written if name not in found]
    told += [f"{name} was not written with the result" for name in found if name not in written]
    told += [
        f"{name} has been changed since it was written"
        for name in written
        if name in found and found[name] != written[name]
    ]
    return told or list(_miscounted(folder, manifest))


def _miscounted(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    rows = len(pd.read_parquet(folder / "replicates.parquet", columns=["replicate"]))
    expected = len(manifest["scenarios"]) * manifest["replicates"]
    if rows != expected:
        yield f"replicates.parquet has {rows} rows, where {expected} were lived"


def replay(folder: Path, number: int) -> tuple[list[str], str]:
    """Live one replicate anew from the stored scenarios and hold it against what is stored.

    Returns what may explain a difference (other rules), and the first difference in words, nothing
    if every stored number of it is the same to the last bit. Raises ``NoResult``.
    """
    manifest = read_manifest(folder)
    if not 0 <= number < manifest["replicates"]:
        raise NoResult(f"{folder} has replicates 0 to {manifest['replicates'] - 1}, not {number}")
    request = request_of(folder)
    anew = _lived(request.scenarios, request.seed, number)
    notes = [] if manifest["rules"] == rules_hash() else ["it was lived by other rules than these"]
    stored = pd.read_parquet(folder / "monthly.parquet", filters=[("replicate", "==", number)])
    return notes, _first_difference(stored, anew.monthly)


def _lived(scenarios: Sequence[Scenario], seed: int, number: int) -> Result:
    courses = [scenario.course() for scenario in scenarios]
    return collect(scenarios, seed, [number], [one_replicate(courses, seed, number)], 0)


def _first_difference(stored: pd.DataFrame, anew: pd.DataFrame) -> str:
    """The first month in which a stored number is another, whichever scenario it is of."""
    keys = ["scenario", "month"]
    stored, anew = (
        table.astype({"scenario": str}).set_index(keys).drop(columns="replicate")
        for table in (stored, anew)
    )
    # weights are written only where some are not 0 or 1, so a replicate by itself may have fewer
    both = [name for name in stored.columns if name in anew.columns]
    differ_in = {name for name in {*stored.columns} ^ {*anew.columns} if "__weight" not in name}
    if not stored.index.equals(anew.index) or differ_in:
        return "it has other months or outcomes than what is stored"
    stored, anew = stored[both], anew[both]
    here, there = stored.to_numpy(float), anew.to_numpy(float)
    differ = (here != there) & ~(np.isnan(here) & np.isnan(there))
    if not differ.any():
        return ""
    rows, columns = np.nonzero(differ)
    at = min(range(len(rows)), key=lambda place: stored.index[rows[place]][1])
    row, column = int(rows[at]), int(columns[at])
    scenario, month = stored.index[row]
    return (
        f"{scenario} in {month}: {stored.columns[column]} is stored as {here[row, column]!r} and "
        f"was {there[row, column]!r} now ({differ.sum()} of {differ.size} numbers differ)"
    )
