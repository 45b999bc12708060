"""A study from request to result folder: begun, interrupted, gone on with, extended."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

import pandas as pd

from . import store
from .compare import live
from .ensemble import Watching
from .folders import MANIFEST, REQUEST, NoResult, place_of, read_json, read_manifest
from .levers import contributions, separable
from .publish import fill
from .recheck import faults
from .request import Request, read_request
from .result import Result
from .stored import opened, request_of
from .unfinished import Batches, locked

CONTRIBUTION_REPLICATES = 50  # at most: two to the power of changes scenarios are lived


def undertake(
    request: Request,
    folder: Path | str,
    *,
    force: bool = False,
    extends: bool = False,
    executor: Executor | None = None,
    jobs: int | None = None,
    progress: Callable[[int], None] | None = None,
    fail_fast: bool = False,
) -> Result:
    """Live what a request asks for and write it into ``folder``, whole or not at all.

    Replicates are kept in ``NAME.unfinished`` as they are lived; those that an earlier, interrupted
    run of the same request left there are not lived again, nor, with ``extends``, those of the
    result in ``folder``. Raises ``StoreError`` if something cannot or must not be written, and
    ``LeverError`` if contributions are asked of scenarios that cannot be taken apart.
    """
    started, folder = time.perf_counter(), Path(folder)
    store.check_target(folder, force or extends)
    for other in request.scenarios[1:] if request.contributions else ():
        separable(request.scenarios[0], other)
    with locked(folder, request.key, force) as place:
        batches = Batches(place, request, folder if extends else None)
        if batches.held and progress:
            progress(len(batches.held))
        watching = Watching(audit=request.audit, panel=request.panel, fail_fast=fail_fast)
        try:
            result = live(
                request.scenarios, request.seed, batches, request.replicates, request.until,
                request.max_replicates, executor=executor, jobs=jobs, progress=progress,
                watching=watching,
            )  # fmt: skip
        finally:
            batches.flush()
        contributed = _contributed(request, len(result.numbers), executor, jobs)
        store.put(place, folder, lambda whole: fill(whole, result, request, started, contributed))
    return opened(folder)


def _contributed(
    request: Request, replicates: int, executor: Executor | None, jobs: int | None
) -> pd.DataFrame | None:
    """What each change does, on the first replicates of the study, if it is asked."""
    if not request.contributions:
        return None
    base, *others = request.scenarios
    count = min(replicates, CONTRIBUTION_REPLICATES)
    return pd.concat(
        [
            contributions(base, each, count, request.seed, executor=executor, jobs=jobs)
            for each in others
        ]
    )


def to_resume(folder: Path) -> tuple[Request, bool] | None:
    """The request of an interrupted study, and whether it extends the result there; none if the
    result is whole after all. Raises ``NoResult`` if it is not one that can be gone on with.
    """
    place = place_of(folder)
    content = read_json(place / REQUEST)
    if not content:
        raise NoResult(f"{place} holds no study that can be gone on with; it may be deleted")
    request = read_request(place, content)
    if content["key"] != request.key:
        raise NoResult(
            f"{place} was begun with other rules or versions than these; begin anew, with --force: "
            f"{request.reproduced_by(request.replicates)}"
        )
    if _is_whole(folder, request):
        with locked(folder, request.key):  # batches left behind by a kill in the last moment
            shutil.rmtree(place / "batches", ignore_errors=True)
        return None
    return request, bool(content["extends"])


def _is_whole(folder: Path, request: Request) -> bool:
    manifest = read_json(folder / MANIFEST)
    asked = request.replicates if not request.until else manifest.get("replicates")
    same = manifest.get("request", {}).get("key") == request.key
    return same and manifest["replicates"] == asked


def to_extend(folder: Path, replicates: int) -> Request:
    """The request of a result, for more replicates; raises ``NoResult`` if that cannot be."""
    manifest, request = read_manifest(folder), request_of(folder)
    if told := faults(folder):
        raise NoResult(f"{folder}: {told[0]}; only a sound result can be extended")
    if manifest["request"]["key"] != request.key:
        raise NoResult(
            f"{folder} was lived by other rules or versions than these, to which more replicates "
            f"would not belong; run it anew: {request.reproduced_by(replicates)}"
        )
    if replicates <= manifest["replicates"]:
        raise NoResult(
            f"{folder} has {manifest['replicates']:,} replicates; -n must say how many there "
            "shall be in all, and more than that"
        )
    return replace(request, replicates=replicates, until={})
