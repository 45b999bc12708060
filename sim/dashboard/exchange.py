"""What goes in and out of a page: scenario files, fronts of tunings, whole results."""

from __future__ import annotations

import io
import math
import zipfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from ..folders import MANIFEST, read_json
from ..publish import save
from ..result import Result
from ..scenario import Scenario, ScenarioError, load
from ..setting_values import SETTINGS
from ..shelf import is_plain_name, shipped
from .view import Column, View, ViewError

LARGEST_FILE = 1_000_000  # bytes of a scenario that is opened
MOST_POINTS = 500  # of a front that are shown


def opened(name: str, content: bytes) -> Scenario:
    """A scenario from a file that somebody hands in, by the same checks as any other.

    It stands alone: what it builds on must be shipped. Raises ViewError with the first thing that
    is wrong with it.
    """
    if len(content) > LARGEST_FILE:
        raise ViewError(f"the file has {len(content):,} bytes; at most {LARGEST_FILE:,} are read")
    stem = Path(name.replace("\\", "/")).stem
    if not is_plain_name(stem) or len(stem) > 60:
        raise ViewError("a scenario file's name has letters, digits, _ and -, and ends in .yaml")
    if stem in shipped():
        raise ViewError(f"a shipped scenario is called {stem}; give the file another name")
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{stem}.yaml"
        path.write_bytes(content)
        try:
            found = load(str(path))
            found.course()  # a series of its own would have to lie beside it
        except ScenarioError as error:
            raise ViewError(str(error.problems[0]).replace(f"{folder}/", "")) from None
    if found.series:
        raise ViewError("a scenario with a trade series of its own can be run from a command only")
    return found


@dataclass(frozen=True)
class Front:
    """The undominated trials of a tuning: ``points``, a row each, levers first and then aims;
    ``levers``, written like levers.quota_usd@2026-07; ``aims``, names of outcomes."""

    name: str
    base: str
    points: pd.DataFrame
    levers: tuple[str, ...]
    aims: tuple[str, ...]

    def column(self, place: int) -> Column:
        """A point of the front as a scenario with levers."""
        row = self.points.iloc[place]
        since = {each.partition("@")[2] for each in self.levers}
        values = {each.split(".")[1].partition("@")[0]: float(row[each]) for each in self.levers}
        if len(since) != 1:
            raise ViewError(f"{self.name} changes levers at several dates; open its scenario files")
        return Column(self.base, since.pop(), values)


def tunings(results: Path) -> list[str]:
    """Names of the folders in the results folder that hold a tuning."""
    if not results.is_dir():
        return []
    folders = (each for each in results.iterdir() if not each.is_symlink())
    return sorted(
        each.name
        for each in folders
        if (each / "trials.csv").is_file() and read_json(each / MANIFEST).get("kind") == "tune"
    )


def front(results: Path, name: str) -> Front:
    """The front of a tuning in the results folder; ViewError if there is none of this name."""
    if name not in tunings(results):
        raise ViewError(f"there is no tuning {name[:60]!r} in the results folder")
    base = next(iter(read_json(results / name / MANIFEST)["scenarios"]), "")
    try:
        trials = pd.read_csv(results / name / "trials.csv")
        points = trials[trials["front"].astype(bool)].head(MOST_POINTS).reset_index(drop=True)
    except (KeyError, ValueError, OSError) as error:
        raise ViewError(f"{name}/trials.csv cannot be read: {error}") from None
    levers = tuple(each for each in points.columns if _is_lever(str(each)))
    aims = tuple(each.removesuffix("_low") for each in points.columns if each.endswith("_low"))
    if base not in shipped() or not levers or not len(points):
        raise ViewError(f"{name} tunes no shipped scenario, or has no front to choose from")
    return Front(name, base, points, levers, aims)


def _is_lever(name: str) -> bool:
    drawer, _, rest = name.partition(".")
    return drawer == "levers" and rest.partition("@")[0] in SETTINGS["levers"]


def with_point(view: View, found: Front, point: int, place: int) -> View:
    """The view with a point of a front in a column."""
    column = found.column(point)
    changed = view.put(place, Column(column.base, column.since))
    for name, value in column.levers.items():
        changed = changed.set_lever(place, name, _whole(name, value))
    return changed


def _whole(name: str, value: float) -> float:
    return float(round(value)) if SETTINGS["levers"][name].kind is int else value


def archive(result: Result) -> bytes:
    """The whole result, report and figures and tables, as a ZIP file."""
    packed = io.BytesIO()
    with TemporaryDirectory() as folder:
        place = Path(folder) / "result"
        save(place, result)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
            for path in sorted(each for each in place.rglob("*") if each.is_file()):
                file.write(path, path.relative_to(place).as_posix())
    return packed.getvalue()


def number(value: float) -> str:
    """A value as a control shows it."""
    return f"{value:,.6g}" if math.isfinite(value) else "–"
