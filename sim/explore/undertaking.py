"""A study from its file to a result folder: begun, interrupted, gone on with.

Measured points are kept in ``NAME.unfinished``. A study gone on with runs from its start again and
finds them there: each of its decisions follows from numbers already kept, so it comes out the same.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import pandas as pd

from .. import store
from ..cache import rules_hash
from ..ensemble import in_order
from ..folders import MANIFEST, REQUEST, NoResult, place_of, read_json
from ..outcomes import OUTCOMES
from ..painting import save_figures
from ..request import MEASURING, versions, write_scenarios
from ..scenario import ScenarioError
from ..unfinished import locked, write_json
from . import kinds
from .found import Found
from .kept import OnDisk
from .page import write_page
from .plan import Plan
from .plan_reading import read_plan

STUDY = ".study.yaml"  # ends the name of a study's file in a result; no scenario's name has a dot
DIGITS = "%.10g"
TRIAL_SECONDS = 1.0


def key_of(plan: Plan) -> str:
    """A fingerprint of all that decides what a point leaves."""
    here = Path(__file__).parent
    sources = [(here.parent / name).read_text("utf-8") for name in MEASURING]
    names = (
        "points.py",
        "seen.py",
        "measurements.py",
        *(path.name for path in here.glob("measured_*.py")),
    )
    sources += [(here / name).read_text("utf-8") for name in sorted(names)]
    content = [plan.key, repr(kinds.cells(plan)), list(OUTCOMES), rules_hash(), versions(), sources]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def undertake_study(
    plan: Plan,
    folder: Path | str,
    *,
    command: str = "",
    force: bool = False,
    executor: Executor | None = None,
    jobs: int | None = None,
    told: Callable[[int], None] | None = None,
) -> Found:
    """Carry a study out and write what it found into ``folder``, whole or not at all.

    Points that an earlier, interrupted run of the same study has left are not lived again. ``told``
    hears how many replicates of points are done. Raises ``store.StoreError``.
    """
    started, folder = time.perf_counter(), Path(folder)
    store.check_target(folder, force)
    key = key_of(plan)
    with locked(folder, key, force) as place:
        _write_study(place, plan)
        asked = _asked(plan, command, key)
        write_json(place / REQUEST, asked)
        keeper = OnDisk(place, key)
        points = kinds.points(plan, keeper, executor, jobs, told)
        try:
            found = kinds.find(plan, points)
        finally:
            keeper.flush()
        more = {"request": asked, "failures": sorted(set(keeper.faults.values()))}

        def fill(whole: Path) -> None:
            _write(whole, plan, found, command, more, started)

        store.put(place, folder, fill)
    return found


def _asked(plan: Plan, command: str, key: str) -> dict[str, Any]:
    posts = int(plan.scenarios[0].path("cohort", "posts")[0])
    about = {"kind": plan.kind, "study": plan.name, "replicates": plan.replicates}
    return about | {"seed": plan.seed, "posts": posts, "command": command, "key": key}


def _write_study(place: Path, plan: Plan) -> None:
    """The study and all that it names, so that it can be read from here alone."""
    write_scenarios(place, plan.scenarios)
    (place / "scenarios" / f"{plan.name}{STUDY}").write_text(
        plan.text, encoding="utf-8", newline="\n"
    )
    for companion in plan.companions():
        copy = place / "scenarios" / companion.name
        if not (copy.exists() and copy.samefile(companion)):
            shutil.copyfile(companion, copy)


def _write(
    folder: Path, plan: Plan, found: Found, command: str, more: Mapping[str, Any], started: float
) -> None:
    _write_study(folder, plan)
    for name, table in found.tables.items():
        text = table.to_csv(index=False, float_format=DIGITS, lineterminator="\n")
        (folder / f"{name}.csv").write_text(text, encoding="utf-8", newline="\n")
    for name, text in found.scenarios.items():
        (folder / "scenarios" / f"{name}.yaml").write_text(text, encoding="utf-8", newline="\n")
    for name, content in found.files.items():
        (folder / name).write_bytes(content)
    save_figures(found.pictures, folder / "figures")
    about = {
        "command": command,
        "kind": plan.kind,
        "study": plan.name,
        "seed": plan.seed,
        "replicates": plan.replicates,
        "scenarios": {each.name: each.content for each in plan.scenarios},
        **store.made_by(),
        **more,
    }
    write_page(plan, found, folder, command, about)
    store.write_manifest(folder, about | {"seconds": round(time.perf_counter() - started, 3)})


def is_study(folder: Path) -> bool:
    """Whether what was interrupted here is a study of points."""
    return "kind" in read_json(place_of(folder) / REQUEST)


def study_to_resume(folder: Path) -> tuple[Plan, str] | None:
    """An interrupted study and the command that began it; nothing if it is whole after all. Raises
    ``NoResult``."""
    place = place_of(folder)
    asked = read_json(place / REQUEST)
    try:
        plan = read_plan(
            str(place / "scenarios" / f"{asked['study']}{STUDY}"), asked["kind"],
            replicates=asked["replicates"], posts=asked["posts"], seed=asked["seed"],
            name=asked["study"],
        )  # fmt: skip
    except (KeyError, ScenarioError):
        raise NoResult(f"{place} holds no study that can be gone on with; it may be deleted") from (
            None
        )
    if asked["key"] != key_of(plan):
        raise NoResult(
            f"{place} was begun with other rules or versions than these; begin anew, with --force: "
            f"{asked['command']}"
        )
    manifest = read_json(folder / MANIFEST)
    if manifest.get("request", {}).get("key") == asked["key"]:  # killed in the last moment
        shutil.rmtree(place, ignore_errors=True)
        return None
    return plan, str(asked["command"])


def forecast_study(plan: Plan, jobs: int | None = None) -> dict[str, Any]:
    """What a study would take, from a short trial of the middle of its ranges."""
    varied = (*plan.varied, *plan.surroundings)
    middle = {each.name: float(each.at(pd.Series([0.5]).to_numpy())[0]) for each in varied}
    points = kinds.points(plan)
    courses, wanted = points.courses(tuple(middle.items())), points.cells
    threads = min(jobs or 1024, os.cpu_count() or 1)
    points.live(courses, plan.seed, 0, wanted)  # compiles, or loads what is compiled
    done, began = 0, time.perf_counter()
    while (seconds := time.perf_counter() - began) < TRIAL_SECONDS:
        numbers = range(done, done + 4 * threads)
        calls = ((courses, plan.seed, number, wanted) for number in numbers)
        done += len(list(in_order(points.live, calls, jobs=jobs)))
    count = kinds.units(plan)
    return {
        "study": plan.name,
        "kind": plan.kind,
        "scenarios": [each.name for each in plan.scenarios],
        "varied": [each.name for each in varied],
        "point_replicates": count,
        "estimated_seconds": count * seconds / done,
    }
