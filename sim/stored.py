"""A result read back from its folder."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from .arrow import WEIGHT
from .folders import NoResult, read_manifest
from .outcomes import OUTCOMES, analysed
from .pieces import InFolders
from .request import Request, read_request
from .result import Result, failures_table
from .unfinished import failures_in


def request_of(folder: Path) -> Request:
    """What was asked for when the result was made; raises ``NoResult``."""
    manifest = read_manifest(folder)
    if kind := manifest.get("kind"):
        raise NoResult(
            f"{folder} is the result of a study of many points ({kind}), not of replicates of "
            f"scenarios; its report is {folder / 'report.html'}"
        )
    return read_request(folder, manifest["request"])


def opened(folder: Path | str, base: str | None = None, request: Request | None = None) -> Result:
    """A result from its folder, its tables read only as they are asked for; raises ``NoResult``.

    ``base`` names the scenario that the others are to be held against, the first by default;
    ``request`` is what was asked for, if it was read already.
    """
    folder = Path(folder)
    manifest, request = read_manifest(folder), request or request_of(folder)
    scenarios = sorted(request.scenarios, key=lambda each: each.name != base)
    if base not in (None, scenarios[0].name):
        names = ", ".join(each.name for each in request.scenarios)
        raise NoResult(f"{folder} has no scenario {base!r}; it has {names}")
    count = int(manifest["replicates"])
    try:
        columns = pq.read_schema(folder / "monthly.parquet").names
        pieces = InFolders([folder], count)
    except (OSError, pa.ArrowException):
        raise NoResult(
            f"{folder} is not as it was written; see: trader-sim verify {folder}"
        ) from None
    measured = [name for name in columns[3:] if not name.endswith(WEIGHT)]
    return Result(
        tuple(scenarios),
        request.seed,
        tuple(range(count)),
        pieces,
        request.scenarios[0].months.index(manifest["compared_from"]),
        {name: OUTCOMES.get(name) or analysed(name) for name in measured},
        failures_table(failures_in(folder)),
    )
