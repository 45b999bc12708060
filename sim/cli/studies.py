"""Commands that run replicates: ``run`` and ``compare``, and ``bench``, which times them."""

from __future__ import annotations

import json
import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..scenario import Scenario, ScenarioError
from .options import (
    FAILED,
    Audit,
    Csv,
    DryRun,
    FailFast,
    Force,
    Jobs,
    Json,
    MaxReplicates,
    MonthCount,
    NoProgress,
    Options,
    Out,
    Posts,
    Quiet,
    Replicates,
    ScenarioName,
    Seed,
    Set,
    Until,
    app,
    read_scenarios,
    refuse,
)

if TYPE_CHECKING:
    import pandas as pd

    from ..result import Result


@app.command()
def run(
    context: typer.Context,
    scenario: ScenarioName,
    replicates: Replicates = 200,
    seed: Seed = 1,
    set_: Set = None,
    out: Out = None,
    jobs: Jobs = None,
    months: MonthCount = None,
    posts: Posts = None,
    until: Until = None,
    max_replicates: MaxReplicates = 10_000,
    dry_run: DryRun = False,
    audit: Audit = False,
    fail_fast: FailFast = False,
    force: Force = False,
    csv: Csv = False,
    json_: Json = False,
    quiet: Quiet = False,
    no_progress: NoProgress = False,
) -> None:
    """Run replicates of one scenario; writes tables, figures and a report."""
    _study([scenario], Options.of(context))


@app.command()
def compare(
    context: typer.Context,
    base: Annotated[str, typer.Argument(metavar="BASE", help="What the others are held against.")],
    others: Annotated[list[str], typer.Argument(metavar="OTHER...", help="One to seven others.")],
    replicates: Replicates = 200,
    seed: Seed = 1,
    set_: Set = None,
    out: Out = None,
    jobs: Jobs = None,
    months: MonthCount = None,
    posts: Posts = None,
    until: Until = None,
    max_replicates: MaxReplicates = 10_000,
    dry_run: DryRun = False,
    audit: Audit = False,
    fail_fast: FailFast = False,
    force: Force = False,
    csv: Csv = False,
    json_: Json = False,
    quiet: Quiet = False,
    no_progress: NoProgress = False,
) -> None:
    """Compare scenarios, all with the same seeds; writes tables, figures and a report."""
    if len(others) > 7:
        refuse(f"{len(others) + 1} scenarios are too many for one comparison; give at most 8")
    _study([base, *others], Options.of(context))


def _study(names: list[str], options: Options) -> None:
    started = time.perf_counter()
    scenarios = read_scenarios(names, options.set_ or [], options.posts, options.months)
    folder = options.out or Path("results") / "-".join(each.name for each in scenarios)[:100]
    from .. import publish, store
    from ..audit import Imbalance
    from ..compare import check_comparable
    from ..inert import inert
    from ..precision import UntilError, read_until, shortfalls
    from ..run import RuleFault

    if options.dry_run and options.until:
        refuse("--dry-run tells what a given number of replicates takes; leave out --until")
    try:
        check_comparable(scenarios)
        until = read_until(options.until or [])
        store.check_target(folder, options.force, options.dry_run)
    except (ScenarioError, UntilError, store.StoreError) as error:
        refuse(str(error))
    if options.dry_run:
        _tell_forecast(scenarios, options, folder)
        return
    speak = not options.quiet and not options.json_
    if speak:
        titles = " against ".join(scenario.title for scenario in scenarios)
        many = "" if options.replicates == 1 else "s"
        limit = f" at a time, at most {options.max_replicates}" if until else ""
        typer.echo(f"{titles}: {options.replicates} replicate{many}{limit}, seed {options.seed}")
    vain = inert(scenarios, options.seed)
    if not options.quiet:
        for sentence in vain:
            typer.echo(f"warning: {sentence}", err=True)
    try:
        result = _live(scenarios, options, until, show=speak and not options.no_progress)
        command = shlex.join(["trader-sim", *sys.argv[1:]])
        table = publish.save(
            folder,
            result,
            force=options.force,
            csv=options.csv,
            command=command,
            started=started,
            inert=vain,
        )
    except store.StoreError as error:
        refuse(str(error))
    except (Imbalance, RuleFault) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FAILED) from None
    if until and not options.quiet:
        for sentence in shortfalls(result.end_values, until, len(result.numbers)):
            typer.echo(f"warning: {sentence}", err=True)
    if options.audit and speak:
        lived = len(result.numbers) * len(scenarios) * len(scenarios[0].months)
        typer.echo(f"the books balance in all {lived:,} months")
    if options.json_:
        typer.echo(json.dumps(_summary(result, table, folder, vain), ensure_ascii=False))
    elif speak:
        _print_table(result, table)
        if until:
            typer.echo(f"{len(result.numbers)} replicates were lived")
        typer.echo(f"\nreport: {folder / 'report.html'}")
    if len(result.failures):
        _tell_failures(result, folder)
        raise typer.Exit(FAILED)


def _tell_failures(result: Result, folder: Path) -> None:
    """How many replicates failed, and the first few of them."""
    count = len(result.failures)
    runs = len(result.scenarios) * len(result.numbers)
    typer.echo(f"{count} of {runs} replicates failed and are left out; the first:", err=True)
    for message in result.failures["message"][:3]:
        typer.echo(f"  {message}", err=True)
    typer.echo(f"all of them, with tracebacks: {folder / 'failures.csv'}", err=True)


def _tell_forecast(scenarios: list[Scenario], options: Options, folder: Path) -> None:
    from ..forecast import as_text, forecast

    told = forecast(scenarios, options.replicates, options.seed, options.jobs, options.audit)
    told["folder"] = str(folder)
    typer.echo(json.dumps(told, ensure_ascii=False) if options.json_ else as_text(told))


def _live(
    scenarios: list[Scenario], options: Options, until: dict[str, float], show: bool
) -> Result:
    """Run with a progress bar on a terminal, a plain line now and then elsewhere."""
    from ..compare import study

    total = options.max_replicates if until else options.replicates
    with _progress(total) if show else nullcontext() as progress:
        return study(
            scenarios,
            options.replicates,
            options.seed,
            jobs=options.jobs,
            progress=progress,
            audit=options.audit,
            fail_fast=options.fail_fast,
            until=until,
            max_replicates=options.max_replicates,
        )


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
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


def _summary(
    result: Result, table: pd.DataFrame | None, folder: Path, vain: list[str]
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
        "inert": vain,
        "assumed": {scenario.name: scenario.assumed() for scenario in result.scenarios},
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


HEADLINES = (
    "savings_median", "spent_share", "quota_from_savings_share", "quota_fulfilment",
    "retained_margin_share", "meetings_per_order", "completion", "nominal_price", "quality",
    "quality_adjusted_price", "repatriation_rate", "overstay_share", "defection_rate",
    "remittance_usd", "procurement_saving_usd",
)  # fmt: skip


def _print_table(result: Result, table: pd.DataFrame | None) -> None:
    """The headlines, a line each; the rest is in the result."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from ..drawing import MARK, assumption
    from ..outcomes import OUTCOMES
    from ..publish import study_of
    from ..report import figures

    note = assumption(study_of(result))
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
    if note:
        console.print(note, highlight=False, markup=False)


@app.command()
def bench(
    seconds: Annotated[
        float, typer.Option(min=0.5, max=60, help="About how long to measure.")
    ] = 10,
    json_: Json = False,
) -> None:
    """Measure trader-months a second, compiled and plain, in one run."""
    from ..bench import as_text, measure

    measured = measure(seconds)
    typer.echo(json.dumps(measured) if json_ else as_text(measured))
