"""What commands that run replicates say: progress, the table of headlines, what failed."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    import pandas as pd

    from ..explore.found import Found
    from ..request import Request
    from ..result import Result


def summary(
    result: Result, table: pd.DataFrame | None, folder: Path, request: Request
) -> dict[str, Any]:
    """What ``--json`` prints: effects, or means of a single scenario."""
    from ..outcomes import OUTCOMES

    summary: dict[str, Any] = {
        "folder": str(folder),
        "seed": result.seed,
        "replicates": len(result.numbers),
        "scenarios": [scenario.name for scenario in result.scenarios],
        "compared_from": result.window_month,
        "failures": result.failures["message"].tolist(),
        "inert": list(request.inert),
        "assumed": dict(request.assumed),
    }
    if table is not None:
        rows = table.to_dict("records")
        summary["effects"] = [{k: _plain(v) for k, v in row.items()} for row in rows]
    else:
        means = result.replicates[list(OUTCOMES)].mean()
        summary["means"] = {name: _plain(value) for name, value in means.items()}
    return summary


def _plain(value: Any) -> Any:
    """NaN is no JSON."""
    return None if isinstance(value, float) and value != value else value


def print_table(result: Result, table: pd.DataFrame | None, request: Request) -> None:
    """The headlines, a line each; the rest is in the result."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from ..drawing import MARK, assumption
    from ..outcomes import HEADLINES, OUTCOMES
    from ..report import figures

    note = assumption(request.assumed)
    mark = f" {MARK}" if note else ""
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    base, *others = result.scenarios
    grid.add_column("outcome", no_wrap=True)
    grid.add_column(base.title, justify="right")
    for other in others:
        grid.add_column(other.title, justify="right")
        grid.add_column("difference [95 % interval]", justify="right", no_wrap=True)
    effects = None if table is None else table.set_index(["other", "outcome"])
    means = result.replicates.groupby("scenario")[list(OUTCOMES)].mean()
    for name in HEADLINES:
        outcome = OUTCOMES[name]
        row = [
            f"{outcome.label}{' (at the end)' * outcome.at_end}{mark}",
            figures([means.loc[base.name, name]], outcome.unit)[0],
        ]
        for other in others:
            effect = effects.loc[(other.name, name)]  # type: ignore[union-attr]
            size = [effect.difference, effect.ci_low, effect.ci_high]
            moved, low, high = figures(size, outcome.unit, change=True, signed=True)
            low, high = low.removesuffix(" points"), high.removesuffix(" points")
            row += [figures([effect.other_mean], outcome.unit)[0], f"{moved}  [{low}, {high}]"]
        grid.add_row(*row)
    console = Console()
    console.width = max(console.width, 72 + 50 * len(others))
    console.print(f"\nMeans over replicates, from {result.window_month} on", highlight=False)
    console.print(grid, markup=False)
    for sentence in filter(None, [note, *_on_precision(table)]):
        console.print(sentence, highlight=False, markup=False)


def _on_precision(table: pd.DataFrame | None) -> Iterator[str]:
    """What common seeds saved, and which headlines would need more replicates."""
    from ..outcomes import HEADLINES

    if table is None or table["variance_saved"].isna().all():
        return
    saved = table["variance_saved"].median()
    yield f"Common seeds took {saved:.0%} off the variance of differences (median over outcomes)."
    headlines = table[table["outcome"].isin(HEADLINES) & table["ci_low"].notna()]
    vague = headlines[~headlines["precise_enough"]]
    if len(vague):
        labels = ", ".join(dict.fromkeys(vague["label"]))
        yield f"Too few replicates to tell a direction or rule out an effect of 2 %: {labels}."


def print_found(found: Found, folder: Path) -> None:
    """What a study of points found: its first table, its sentences, where the rest is."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for caption, table in list(found.shown.items())[:1]:
        grid = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for name in table.columns:
            grid.add_column(str(name))
        for row in table.itertuples(index=False):
            grid.add_row(*map(str, row))
        wide = [max(len(str(name)), *table[name].map(len), 0) + 2 for name in table.columns]
        console.width = max(console.width, sum(wide))
        console.print(f"\n{caption}", highlight=False, markup=False)
        console.print(grid, markup=False)
    for sentence in found.answer:
        typer.echo(sentence)
    typer.echo(f"\nreport: {folder / 'report.html'}")


def tell_failures(result: Result, folder: Path) -> None:
    """How many replicates failed, and the first few of them."""
    count = len(result.failures)
    runs = len(result.scenarios) * len(result.numbers)
    typer.echo(f"{count} of {runs} replicates failed and are left out; the first:", err=True)
    for message in result.failures["message"][:3]:
        typer.echo(f"  {message}", err=True)
    typer.echo(f"all of them, with tracebacks: {folder / 'failures.csv'}", err=True)


def tell_interrupted(folder: Path, total: int) -> None:
    """What an interrupted study has left, and how to go on with it."""
    from ..unfinished import kept, place_of

    if lived := kept(folder):
        typer.echo(
            f"{lived:,} of {total:,} replicates are kept in {place_of(folder)}; go on with: "
            f"trader-sim resume {shlex.quote(str(folder))}",
            err=True,
        )
    else:
        typer.echo("nothing was written", err=True)


@contextmanager
def progress(total: int) -> Iterator[Callable[[int], None]]:
    """A function to be told how many replicates are done."""
    if not sys.stderr.isatty():
        said = [time.monotonic()]

        def tell(done: int) -> None:
            if time.monotonic() - said[0] > 10:
                said[0] = time.monotonic()
                typer.echo(f"{done} of {total} replicates", err=True)

        yield tell
        return
    from rich import progress
    from rich.console import Console

    columns = (
        progress.TextColumn("replicates"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
    )
    with progress.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda done: bar.update(task, completed=done)
