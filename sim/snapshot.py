"""A world put away in mid-run: saved to a file, loaded again, and gone on with under any future.

The file is a plain archive of tables (numpy ``.npz``); nothing in it can be code.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .cache import rules_hash
from .model.course import Course
from .model.world import ACTORS
from .run import Replicate

if TYPE_CHECKING:
    from .mesa_model import TraderModel

TOLD = ("levers", "surroundings", "cohort", "today", "announced")
ABOUT = ("seed", "replicate", "month", "months", "rules")
LARGEST = 1 << 34  # bytes once unpacked, about 20 million posts


class SnapshotError(Exception):
    """A saved world that cannot be used, in one sentence."""


def save_world(world: Replicate | TraderModel, path: str | Path) -> None:
    """Write a world as it stands, of rows or of agents, to a new file.

    With it go the settings of its past and the hash of its rules. Raises ``SnapshotError`` if the
    file is there already or cannot be written.
    """
    replicate = world if isinstance(world, Replicate) else world.as_replicate()
    course, lived = replicate.course, replicate.month
    about = {
        "seed": replicate.seed, "replicate": replicate.number, "month": lived,
        "months": course.months[:lived], "rules": rules_hash(),
    }  # fmt: skip
    past = {name: getattr(course, name)[:lived] for name in TOLD} | {"cohort": course.cohort}
    actors = {name: getattr(replicate.world, name) for name in ACTORS}
    try:
        with Path(path).open("xb") as file:
            np.savez_compressed(file, about=np.array(json.dumps(about)), **past, **actors)
    except OSError as error:
        raise SnapshotError(f"{path} could not be written: {error.strerror}") from None


def load_world(path: str | Path, course: Course) -> Replicate:
    """A saved world, to go on under ``course`` (``Scenario.course()``) from the month it had
    reached; ``TraderModel.go_on`` makes agents of it.

    Raises ``SnapshotError`` if the file is none, was made by other rules, or if the course has
    another past than the one the world has lived.
    """
    tables, about = _read(Path(path))
    if about["rules"] != rules_hash():
        raise SnapshotError(f"{path} was lived by other rules than these; live its past anew")
    _same_past(path, tables, about, course)
    replicate = Replicate(course, about["seed"], about["replicate"])
    for name in ACTORS:
        mine, saved = getattr(replicate.world, name), tables[name]
        if (saved.dtype, saved.shape) != (mine.dtype, mine.shape):
            raise SnapshotError(f"{path} is no saved world: its {name} are of another kind")
    replicate = replicate.fork(course, [tables[name] for name in ACTORS])
    replicate.month = about["month"]
    return replicate


def _read(path: Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
                raise SnapshotError(f"{path} is too large to be a saved world")
        with np.load(path, allow_pickle=False) as archive:
            tables = {name: archive[name] for name in archive.files}
        about = json.loads(str(tables["about"]))
        missing = [each for each in (*TOLD, *ACTORS) if each not in tables]
        missing += [each for each in ABOUT if each not in about]
    except OSError as error:
        raise SnapshotError(f"{path} could not be read: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError, zipfile.BadZipFile):
        raise SnapshotError(f"{path} is no saved world") from None
    if missing:
        raise SnapshotError(f"{path} is no saved world: it lacks {', '.join(missing)}")
    return tables, about


def _same_past(
    path: str | Path, tables: dict[str, np.ndarray], about: dict[str, Any], course: Course
) -> None:
    """The course must have the months that the world has lived, and their settings."""
    lived = about["month"]
    if tuple(about["months"]) != course.months[:lived]:
        raise SnapshotError(
            f"{path} has lived from {about['months'][0]} to {about['months'][-1]}; {course.name} "
            f"runs from {course.months[0]} to {course.months[-1]} and cannot go on from there"
        )
    for drawer in TOLD:
        past, told = tables[drawer], getattr(course, drawer)[: len(tables[drawer])]
        for name in told.dtype.names:
            differ = np.flatnonzero(past[name] != told[name])
            if differ.size:
                at = differ[0]
                month = "on the first day" if drawer == "cohort" else f"in {course.months[at]}"
                raise SnapshotError(
                    f"{path} has lived with {drawer}.{name} {past[name][at]:g} {month}, where "
                    f"{course.name} has {told[name][at]:g}; only the future may differ"
                )
