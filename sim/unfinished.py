"""A study that is not whole yet: batches of replicates in a folder beside the result to be.

``NAME.unfinished`` holds the request, the scenarios as resolved, and ``batches/``, each a folder of
Parquet tables with ``about.json``: which replicates, of which request, and a checksum of each file.
A batch is written under another name and renamed, so a killed process leaves whole batches or none;
one whose checksums do not hold, or of another request, counts for nothing. ``whole/`` is a result
being written and ``replaced/`` the one whose place it takes.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import filelock
import pandas as pd

from .arrow import tables
from .ensemble import Lived
from .folders import ABOUT, MANIFEST, REQUEST, StoreError, checksums, place_of, read_json
from .pieces import InFolders, InMemory, write_pieces
from .request import Request, write_scenarios
from .result import Result, failures, failures_table

OURS = {REQUEST, "lock", "scenarios", "batches", "whole", "replaced", ".DS_Store"}
SECONDS, BYTES = 1.0, 32_000_000  # after so long, or with so much waiting, a batch is written


@contextmanager
def locked(folder: Path, key: str = "", force: bool = False) -> Iterator[Path]:
    """The unfinished folder of a result, ours alone; gone afterwards unless it holds batches.

    Raises ``StoreError`` if another process has it, if it is somebody else's, or if it holds
    replicates of another request than that of this key, unless they are to go by ``force``.
    """
    place = place_of(folder)
    lock = filelock.FileLock(place / "lock", timeout=0)
    try:
        _refuse_strangers(place)
        place.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except OSError as error:  # filelock's Timeout is one, without a number
        if error.errno:
            raise StoreError(f"{place} cannot be written ({error.strerror})") from None
        raise StoreError(
            f"another trader-sim is writing {folder}; wait for it, or choose another place with -o"
        ) from None
    try:
        other = read_json(place / REQUEST).get("key") != key
        if other and not force and (lived := kept(folder)):
            raise StoreError(
                f"{place} holds {lived:,} replicates of another study; go on with that one: "
                f"trader-sim resume {folder}, drop it with --force, or choose another place with -o"
            )
        _recover(place, folder)
        yield place
    finally:
        shutil.rmtree(place / "whole", ignore_errors=True)
        if not any((place / "batches").glob("*/" + ABOUT)):
            shutil.rmtree(place, ignore_errors=True)
        lock.release()


def _refuse_strangers(place: Path) -> None:
    if place.is_symlink() or (place.exists() and not place.is_dir()):
        raise StoreError(f"{place} is not a folder; choose another place with -o")
    names = {each.name for each in place.iterdir()} if place.exists() else set()
    if strangers := sorted(names - OURS):
        raise StoreError(
            f"{place} holds other things ({', '.join(strangers[:3])}), so the result cannot be put "
            "together there; choose another place with -o"
        )


def _recover(place: Path, folder: Path) -> None:
    """Undo what a killed process left half done: a result not written, or not put in its place."""
    shutil.rmtree(place / "whole", ignore_errors=True)
    if (place / "replaced").exists() and not folder.exists():
        os.replace(place / "replaced", folder)
    shutil.rmtree(place / "replaced", ignore_errors=True)


class Batches:
    """Keeps replicates of one request in an unfinished folder, and finds those kept before.

    ``also``: a finished result of the same request with fewer replicates, to be extended; one that
    is not as it was written counts for nothing either.
    """

    def __init__(self, place: Path, request: Request, also: Path | None = None) -> None:
        """Sound batches of this very request are held from the start."""
        self._place = place / "batches"
        self._request = request
        self._key = request.key
        self._waiting: list[list[Lived]] = []
        self._bytes = 0
        self._written = time.monotonic()
        write_scenarios(place, request.scenarios)
        write_json(place / REQUEST, request.as_json() | {"extends": also is not None})
        self._place.mkdir(exist_ok=True)
        for leftover in self._place.glob(".*"):
            shutil.rmtree(leftover, ignore_errors=True)
        self._parts = self._sound([also] if also else [])
        self.held = {number for first, last, _ in self._parts for number in range(first, last + 1)}

    def _sound(self, folders: list[Path]) -> list[tuple[int, int, Path]]:
        """First and last number and place of all that holds replicates, each number once."""
        batches = self._place.glob(f"[0-9]*-{self._key[:16]}")
        sound = [each for each in (*folders, *batches) if is_sound(each, self._key)]
        found: list[tuple[int, int, Path]] = []
        for first, last, folder in sorted((*_numbers(each), each) for each in sound):
            if not found or first > found[-1][1]:
                found.append((first, last, folder))
        return found

    def keep(self, replicate: list[Lived]) -> None:
        """One more replicate of all scenarios, written with others when it is time."""
        number = replicate[0].replicate
        if self._waiting and number != self._waiting[-1][0].replicate + 1:
            self.flush()
        self._waiting.append(replicate)
        self.held.add(number)
        self._bytes += sum(each.nbytes for each in replicate)
        if self._bytes > BYTES or time.monotonic() - self._written > SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write what is waiting as a batch, whole or not at all."""
        if not self._waiting:
            return
        first, last = (self._waiting[at][0].replicate for at in (0, -1))
        name = f"{first:06d}-{last:06d}-{self._key[:16]}"
        failed: list[Sequence[Any]] = []
        about = {"key": self._key, "numbers": [first, last], "failures": failed}
        write_batch(self._place, name, about, lambda scratch: self._write(scratch, failed))
        self._parts = sorted([*self._parts, (first, last, self._place / name)])
        self._waiting, self._bytes = [], 0
        self._written = time.monotonic()

    def _write(self, scratch: Path, failed: list[Sequence[Any]]) -> None:
        scenarios = self._request.scenarios
        found: dict[str, dict[str, Any]] = {}
        for scenario, lived in zip(scenarios, zip(*self._waiting, strict=True), strict=True):
            failed += failures(lived, self._request.seed)
            for name, table in tables(lived, scenario.months).items():
                found.setdefault(name, {})[scenario.name] = table
        write_pieces(InMemory(found), [each.name for each in scenarios], scratch, to_stay=False)

    def result(self, count: int, window: int) -> Result:
        """The first ``count`` replicates, read from disk as they are asked for."""
        self.flush()
        folders = [folder for _, _, folder in self._parts]
        failed = [row for folder in folders for row in failures_in(folder) if row[1] < count]
        request = self._request
        return Result(
            request.scenarios,
            request.seed,
            tuple(range(count)),
            InFolders(folders, count),
            window,
            failures=failures_table(failed),
        )


def write_batch(
    batches: Path, name: str, about: Mapping[str, Any], fill: Callable[[Path], None]
) -> None:
    """A batch of this name, filled by ``fill``, with what is said about it: whole or not at all."""
    scratch = batches / f".{name}"
    shutil.rmtree(scratch, ignore_errors=True)  # of a Ctrl-C while it was written
    try:
        scratch.mkdir()
        fill(scratch)
        write_json(scratch / ABOUT, {**about, "files": checksums(scratch)})
        shutil.rmtree(batches / name, ignore_errors=True)  # there, but not sound
        os.replace(scratch, batches / name)
    except OSError as error:
        shutil.rmtree(scratch, ignore_errors=True)
        raise StoreError(
            f"{batches.parent} could not be written ({error.strerror or error})"
        ) from None


def kept(folder: Path) -> int:
    """How many replicates an interrupted study of this result has left."""
    abouts = [read_json(each) for each in place_of(folder).glob(f"batches/[0-9]*/{ABOUT}")]
    return sum(about["numbers"][1] - about["numbers"][0] + 1 for about in abouts if about)


def is_sound(folder: Path, key: str) -> bool:
    """Whether a batch, or a finished result, is of this request and as it was written."""
    about, manifest = read_json(folder / ABOUT), read_json(folder / MANIFEST)
    of = about.get("key") or manifest.get("request", {}).get("key")
    return of == key and (about or manifest).get("files") == checksums(folder)


def _numbers(folder: Path) -> tuple[int, int]:
    """First and last replicate of a batch, or of a finished result."""
    about = read_json(folder / ABOUT)
    if "numbers" in about:
        first, last = about["numbers"]
        return int(first), int(last)
    return 0, int(read_json(folder / MANIFEST)["replicates"]) - 1


def failures_in(folder: Path) -> list[Sequence[Any]]:
    """What a batch, or a finished result, says of replicates that failed, as in ``FAILURE``."""
    if (folder / ABOUT).exists():
        return list(read_json(folder / ABOUT)["failures"])
    if not (folder / "failures.csv").exists():
        return []
    return list(pd.read_csv(folder / "failures.csv").itertuples(index=False, name=None))


def write_json(path: Path, content: Any) -> None:
    """Whole or not at all."""
    scratch = path.with_name(f"{path.name}.new")
    scratch.write_text(
        json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n"
    )
    os.replace(scratch, path)
