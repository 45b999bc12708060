"""Folders of results: which may be taken, where an unfinished one lies, what one says of itself."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

MANIFEST, REQUEST, ABOUT = "manifest.json", "request.json", "about.json"
TABLES = ("monthly", "postings", "flows", "panel")
OURS = {
    *(MANIFEST, "scenarios", "effects.csv", "effects_monthly.csv", "failures.csv", "figures"),
    *("times.csv", "contributions.csv", "accounts.csv"),
    *("report.html", "report.md", ".DS_Store"),
    *(f"{table}.{ending}" for table in (*TABLES, "replicates") for ending in ("parquet", "csv")),
}


class StoreError(Exception):
    """A result that cannot be written, in one sentence."""


class NoResult(Exception):
    """A folder that holds no result, or none of use here, in one sentence."""


def place_of(folder: Path) -> Path:
    """Where the study of this result is kept while it is not whole."""
    return folder.with_name(f"{folder.name}.unfinished")


def read_json(path: Path) -> dict[str, Any]:
    """What a file says, nothing if it is not there or not whole."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def read_manifest(folder: Path) -> dict[str, Any]:
    """What a result says of itself; raises ``NoResult``."""
    beside = place_of(folder)
    if not (folder / MANIFEST).exists() and beside.exists():
        raise NoResult(f"{folder} is not whole yet; go on with: trader-sim resume {folder}")
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        known = {"files", "scenarios", "rules", "request"} <= manifest.keys()
        known &= isinstance(manifest.get("replicates"), int)
    except OSError as error:
        raise NoResult(f"{folder} is no result: {MANIFEST} ({error.strerror})") from None
    except (ValueError, AttributeError):
        raise NoResult(f"{folder} is no result: {MANIFEST} cannot be read") from None
    if not known:
        raise NoResult(f"{folder} was written by an earlier trader-sim; run it again")
    return dict(manifest)


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
    written = {name.partition("/")[0] for name in read_json(folder / MANIFEST).get("files", ())}
    if strangers := sorted(names - OURS - written):
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


def checksums(folder: Path) -> dict[str, str]:
    """Each file of a result, but what holds these, by its path below the folder: SHA-256."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): _checksum(path)
        for path in files
        if path.name not in (MANIFEST, ABOUT, ".DS_Store")
    }


def _checksum(path: Path) -> str:
    """Read piece by piece, for a table may be larger than memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
