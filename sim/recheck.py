"""A stored result held against itself and the model: checksums, counts, a replicate anew."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from .cache import rules_hash
from .ensemble import Watching, one_replicate
from .folders import NoResult, checksums, read_manifest
from .postings import HAPPENED
from .result import Result, collect
from .stored import opened, request_of


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
    if "kind" in manifest:  # a study of points counts nothing twice
        return
    rows = len(pd.read_parquet(folder / "replicates.parquet", columns=["replicate"]))
    expected = len(manifest["scenarios"]) * manifest["replicates"]
    if rows != expected:
        yield f"replicates.parquet has {rows} rows, where {expected} were lived"


Difference = tuple[int, int, str]  # month counted from 0, how fine a record tells it, in words
OF_A_TRADER, OF_A_POSTING, OF_ALL = range(3)


def replay(folder: Path, number: int) -> tuple[list[str], str]:
    """Live one replicate anew from the stored scenarios and hold it against what is stored.

    Returns what may explain a difference (other rules), and the first difference in words, nothing
    if every stored number of it is the same to the last bit: outcomes, postings, flows after an
    audit, and every kept field of the traders of a panel. Raises ``NoResult``.
    """
    manifest, request = read_manifest(folder), request_of(folder)
    if not 0 <= number < manifest["replicates"]:
        raise NoResult(f"{folder} has replicates 0 to {manifest['replicates'] - 1}, not {number}")
    stored = opened(folder, request=request)
    notes = [] if manifest["rules"] == rules_hash() else ["it was lived by other rules than these"]
    courses = [scenario.course() for scenario in request.scenarios]
    watching = Watching(audit=request.audit, panel=request.panel)
    lived = [one_replicate(courses, request.seed, number, watching)]
    anew = collect(request.scenarios, request.seed, [number], lived, stored.window)
    found: list[Difference] = []
    for scenario in request.scenarios:
        here, there = (
            {name: _rows(each, name, scenario.name, number) for name in stored.pieces.names}
            for each in (stored, anew)
        )
        told = _differences(here, there, scenario.months)
        found += [(month, how, f"{scenario.name} in {words}") for month, how, words in told]
    if found and not request.panel:
        notes.append("a result made with --panel 1 would tell of which trader")
    return notes, min(found)[2] if found else ""


def _rows(result: Result, table: str, scenario: str, number: int) -> pd.DataFrame:
    pieces = result.pieces.of(table, scenario) if table in result.pieces.names else iter(())
    rows = [piece.filter(pc.equal(piece["replicate"], number)).to_pandas() for piece in pieces]
    kept = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame()
    return kept.drop(columns=["scenario", "replicate"], errors="ignore")


def _differences(
    here: Mapping[str, pd.DataFrame], there: Mapping[str, pd.DataFrame], months: Sequence[str]
) -> Iterator[Difference]:
    for name in here:
        if name == "postings":
            yield from _of_postings(here[name], there[name], months)
        else:
            yield from _of_months(here[name], there[name], months)


def _of_months(
    here: pd.DataFrame, there: pd.DataFrame, months: Sequence[str]
) -> Iterator[Difference]:
    """The first month in which a number differs; both tables are in order of month."""
    by = [name for name in ("month", "post") if name in here]
    if list(here.columns) != list(there.columns) or not here[by].equals(there[by]):
        yield 0, OF_ALL, f"{months[0]}: it has other months or outcomes than what is stored"
        return
    mine, theirs = (table.drop(columns=by).to_numpy(float) for table in (here, there))
    differ = (mine != theirs) & ~(np.isnan(mine) & np.isnan(theirs))
    if not differ.any():
        return
    row, column = (int(place[0]) for place in np.nonzero(differ))
    name = here.columns[len(by) + column]
    at = here.loc[row, "month"]
    who = f" of the trader at post {here.loc[row, 'post']}" if "post" in by else ""
    how = OF_A_TRADER if who else OF_ALL
    values = float(mine[row, column]), float(theirs[row, column])
    said = f"{at}: {name}{who} is stored as {values[0]!r} and was {values[1]!r} now"
    yield months.index(at), how, f"{said} ({differ.sum()} of {differ.size} numbers differ)"


def _of_postings(
    here: pd.DataFrame, there: pd.DataFrame, months: Sequence[str]
) -> Iterator[Difference]:
    """The first month in which something happened to a trader that had not, or the reverse."""
    who = ["post", "began"]
    both = here.merge(there, how="outer", on=who, suffixes=("", " now"))
    for name in (*HAPPENED, "ended"):
        mine, theirs = both[name], both[f"{name} now"]
        for row in both[(mine != theirs) & (mine.notna() | theirs.notna())].to_dict("records"):
            first = int(np.nanmin([row[name], row[f"{name} now"]]))
            said = [
                "never" if math.isnan(row[key]) else months[int(row[key])]
                for key in (name, f"{name} now")
            ]
            yield (
                first,
                OF_A_POSTING,
                f"{months[first]}: of the trader at post {int(row['post'])}, {name!r} is stored as "
                f"{said[0]} and was {said[1]} now",
            )
