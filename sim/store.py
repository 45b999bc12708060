"""What is kept under results/: written whole or not at all, never over something else."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from .cache import rules_hash
from .result import Result
from .scenario import Scenario

MANIFEST = "manifest.json"
TABLES = ("monthly", "replicates", "postings")
OURS = {
    *(MANIFEST, "scenarios", "effects.csv", "accounts.csv", "failures.csv", "figures"),
    *("report.html", ".DS_Store"),
    *(f"{table}.{ending}" for table in TABLES for ending in ("parquet", "csv")),
}


class StoreError(Exception):
    """A result that cannot be written, in one sentence."""


def check_target(folder: Path, force: bool, dry: bool = False) -> None:
    """Refuse early what would fail, or destroy something, late; ``dry`` touches nothing."""
    try:
        _refuse_to_destroy(folder, force)
        if dry:
            return
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".trader-sim-"):
            pass
    except OSError as error:
        reason = error.strerror or error
        raise StoreError(
            f"{folder} cannot be written ({reason}); choose another place with -o"
        ) from None


def _refuse_to_destroy(folder: Path, force: bool) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise StoreError(f"{folder} is not a folder; choose another place with -o")
    above = next(each for each in folder.absolute().parents if each.exists())
    if not above.is_dir():
        raise StoreError(f"{above} is a file, not a folder; choose another place with -o")
    if folder.resolve() == Path.cwd():
        raise StoreError("a result needs a folder of its own, not the current one; name it with -o")
    names = {each.name for each in folder.iterdir()} if folder.is_dir() else set()
    if strangers := sorted(names - OURS):
        raise StoreError(
            f"{folder} holds other things than a result ({', '.join(strangers[:3])}), so it is "
            "left alone even with --force; choose another place with -o"
        )
    if names and not (folder / MANIFEST).is_file():
        raise StoreError(
            f"{folder} holds other files and no {MANIFEST}, so it is no result and is left "
            "alone even with --force; choose another place with -o"
        )
    if names and not force:
        raise StoreError(
            f"{folder} already holds a result; choose another place with -o, or replace it "
            "with --force"
        )


def write(folder: Path, force: bool, fill: Callable[[Path], None]) -> None:
    """Fill a temporary folder beside the target, then put it in the target's place.

    Nothing is left behind if ``fill`` fails or is interrupted.
    """
    check_target(folder, force)
    scratch = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".trader-sim-"))
    try:
        fill(scratch)
        scratch.chmod(0o777 & ~_umask())
        _put(scratch, folder)
    except OSError as error:
        raise StoreError(f"{folder} could not be written ({error.strerror or error})") from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _put(scratch: Path, folder: Path) -> None:
    """Scratch takes the folder's place; if that fails or is interrupted, the old one is back."""
    if not folder.exists():
        os.replace(scratch, folder)
        return
    aside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".trader-sim-old-"))
    try:
        os.replace(folder, aside / "old")
        os.replace(scratch, folder)
    finally:
        if not folder.exists():
            os.replace(aside / "old", folder)
        shutil.rmtree(aside, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_tables(folder: Path, result: Result, effects: pd.DataFrame | None, csv: bool) -> None:
    """Parquet tables, effects as CSV, resolved scenarios, and trade series of the user's own."""
    (folder / "scenarios").mkdir()
    for scenario in result.scenarios:
        text = resolved_yaml(scenario)
        (folder / "scenarios" / f"{scenario.name}.yaml").write_text(text, encoding="utf-8")
        if scenario.series:
            shutil.copyfile(scenario.series, folder / "scenarios" / f"{scenario.name}.csv")
    for name in TABLES:
        table: pd.DataFrame = getattr(result, name)
        table.to_parquet(folder / f"{name}.parquet", index=False)
        if csv:
            table.to_csv(folder / f"{name}.csv", index=False)
    if effects is not None:
        effects.to_csv(folder / "effects.csv", index=False)
    if len(result.failures):
        result.failures.to_csv(folder / "failures.csv", index=False)
    if result.flows:
        result.accounts.to_csv(folder / "accounts.csv", index=False)


def resolved_yaml(scenario: Scenario) -> str:
    """Every setting as it holds, month by month where it moves: a scenario that needs no base."""
    content = scenario.resolved()
    said = {key: content.pop(key) for key in ("title", "description")}
    # quoted as JSON, because PyYAML leaves bare what other readers take for a number or a flag
    texts = [
        f"{key}: {json.dumps(text, ensure_ascii=False)}\n" for key, text in said.items() if text
    ]
    if scenario.series:
        content["demand"] = {"series": f"{scenario.name}.csv"}
    return "".join(texts) + yaml.safe_dump(content, sort_keys=False, allow_unicode=True)


def manifest(result: Result, command: str, seconds: float | None) -> dict[str, Any]:
    """Who made this result, from what: enough to make it again and to doubt it."""
    return {
        "command": command,
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
        "rules": rules_hash(),
        "versions": {
            name: version(name)
            for name in ("trader-sim", "numpy", "numba", "pandas", "scipy", "mesa", "matplotlib")
        },
        "python": platform.python_version(),
        "commit": _commit(),
        "machine": {
            "system": platform.system(),
            "processor": platform.machine(),
            "cores": os.cpu_count(),
        },
        "finished": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "seconds": seconds and round(seconds, 3),
        "failures": result.failures.drop(columns="traceback").to_dict("records"),
    }


def _commit() -> dict[str, Any] | None:
    """Commit and whether files differ from it, if this is a checkout."""
    here = Path(__file__).parents[1]
    if not (here / ".git").exists():
        return None
    git = ["git", "-C", str(here)]
    try:
        commit, differs = (
            subprocess.run(git + words, capture_output=True, text=True, timeout=5, check=True)
            for words in (["rev-parse", "HEAD"], ["status", "--porcelain"])
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return {"hash": commit.stdout.strip(), "dirty": bool(differs.stdout.strip())}


def checksums(folder: Path) -> dict[str, str]:
    """Each file of a result but its manifest, by its path below the folder: SHA-256."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if path.name not in (MANIFEST, ".DS_Store")
    }


def write_manifest(folder: Path, content: dict[str, Any]) -> None:
    """The manifest comes last: a folder that has one is whole; it knows every other file."""
    whole = content | {"files": checksums(folder)}
    text = json.dumps(whole, indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
