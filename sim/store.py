"""How a result is written: whole or not at all, with a manifest that knows every other file."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .cache import rules_hash
from .commit import commit
from .folders import MANIFEST, StoreError, check_target, checksums
from .pieces import InFolders, write_pieces
from .request import Request, resolved_yaml, write_scenarios
from .result import Result
from .unfinished import locked

CSV: dict[str, Any] = {"index": False, "lineterminator": "\n"}  # the same bytes on every system


def write(folder: Path, force: bool, fill: Callable[[Path], None]) -> None:
    """Fill a folder beside the target, then put it in the target's place.

    Nothing is left behind if ``fill`` fails or is interrupted.
    """
    check_target(folder, force)
    with locked(folder, force=force) as place:
        put(place, folder, fill)


def put(place: Path, folder: Path, fill: Callable[[Path], None]) -> None:
    """Fill ``place``/whole and let it take the folder's place; batches then are of no more use.

    If that fails or is interrupted, what was in the folder is back.
    """
    whole = place / "whole"
    try:
        whole.mkdir()
        fill(whole)
        _exchange(whole, folder, place / "replaced")
    except OSError as error:
        raise StoreError(f"{folder} could not be written ({error.strerror or error})") from None
    shutil.rmtree(place / "batches", ignore_errors=True)


def _exchange(whole: Path, folder: Path, aside: Path) -> None:
    if not folder.exists():
        os.replace(whole, folder)
        return
    try:
        os.replace(folder, aside)
        os.replace(whole, folder)
    finally:
        if not folder.exists():
            os.replace(aside, folder)
        shutil.rmtree(aside, ignore_errors=True)


def write_tables(folder: Path, result: Result, csv: bool) -> Result:
    """Parquet tables, resolved scenarios, and trade series of the user's own.

    Returns the result as it can be read from there, piece by piece.
    """
    write_scenarios(folder, result.scenarios)
    write_pieces(result.pieces, [each.name for each in result.scenarios], folder)
    kept = replace(result, pieces=InFolders([folder], len(result.numbers)))
    for name in result.pieces.names if csv else ():
        for at, piece in enumerate(
            piece for each in result.scenarios for piece in kept.pieces.of(name, each.name)
        ):
            frame = piece.to_pandas()
            frame.to_csv(folder / f"{name}.csv", mode="a", header=at == 0, **CSV)
    kept.replicates.to_parquet(folder / "replicates.parquet", index=False)
    if csv:
        kept.replicates.to_csv(folder / "replicates.csv", **CSV)
    if len(kept.failures):
        kept.failures.to_csv(folder / "failures.csv", **CSV)
    if kept.flows:
        kept.accounts.to_csv(folder / "accounts.csv", **CSV)
    return kept


def made_by() -> dict[str, Any]:
    """Rules, versions, commit and machine, and when."""
    return {
        "rules": rules_hash(),
        "versions": {
            name: version(name)
            for name in ("trader-sim", "numpy", "numba", "pandas", "scipy", "mesa", "matplotlib")
        },
        "python": platform.python_version(),
        "commit": commit(),
        "machine": {
            "system": platform.system(),
            "processor": platform.machine(),
            "cores": os.cpu_count(),
        },
        "finished": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def manifest(result: Result, request: Request) -> dict[str, Any]:
    """Who made this result, from what: enough to make it again, to go on, and to doubt it."""
    return {
        "command": request.reproduced_by(len(result.numbers)),
        "seed": result.seed,
        "replicates": len(result.numbers),
        "scenarios": {
            scenario.name: hashlib.sha256(resolved_yaml(scenario).encode()).hexdigest()
            for scenario in result.scenarios
        },
        "series": {
            scenario.name: hashlib.sha256(scenario.series.read_bytes()).hexdigest()
            for scenario in result.scenarios
            if scenario.series
        },
        "compared_from": result.window_month,
        **made_by(),
        "failures": result.failures.drop(columns="traceback").to_dict("records"),
        "inert": list(request.inert),
        "request": request.as_json(),
    }


def write_manifest(folder: Path, content: dict[str, Any]) -> None:
    """The manifest comes last: a folder that has one is whole; it knows every other file."""
    whole = content | {"files": checksums(folder)}
    text = json.dumps(whole, indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")
