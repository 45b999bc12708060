"""Commands that run replicates: ``run`` and ``compare``, and ``bench``, which times them."""

from __future__ import annotations

import json
import shlex
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..scenario import Scenario, ScenarioError
from .options import (
    FAILED,
    Audit,
    Cluster,
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
from .printing import print_table, progress, summary, tell_failures

if TYPE_CHECKING:
    from concurrent.futures import Executor

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
    cluster: Cluster = None,
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
    _study_here_or_there([scenario], Options.of(context))


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
    cluster: Cluster = None,
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
    _study_here_or_there([base, *others], Options.of(context))


def _study_here_or_there(names: list[str], options: Options) -> None:
    """On threads of this machine, or on a cluster: connected to before anything is written."""
    scenarios = read_scenarios(names, options.set_ or [], options.posts, options.months)
    if options.cluster is None:
        _study(scenarios, options)
        return
    if options.jobs:
        refuse("-j counts threads of this machine and --cluster uses others; give one of the two")
    if options.dry_run:
        refuse("--dry-run measures this machine, which --cluster leaves idle; give one of the two")
    from ..cluster import ClusterError, connected

    try:
        with connected(options.cluster) as cluster:
            _study(scenarios, options, cluster)
    except ClusterError as error:
        refuse(f"--cluster: {error}")


def _study(scenarios: list[Scenario], options: Options, executor: Executor | None = None) -> None:
    started = time.perf_counter()
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
        result = _live(scenarios, options, until, executor, show=speak and not options.no_progress)
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
        typer.echo(json.dumps(summary(result, table, folder, vain), ensure_ascii=False))
    elif speak:
        print_table(result, table)
        if until:
            typer.echo(f"{len(result.numbers)} replicates were lived")
        typer.echo(f"\nreport: {folder / 'report.html'}")
    if len(result.failures):
        tell_failures(result, folder)
        raise typer.Exit(FAILED)


def _tell_forecast(scenarios: list[Scenario], options: Options, folder: Path) -> None:
    from ..forecast import as_text, forecast

    told = forecast(scenarios, options.replicates, options.seed, options.jobs, options.audit)
    told["folder"] = str(folder)
    typer.echo(json.dumps(told, ensure_ascii=False) if options.json_ else as_text(told))


def _live(
    scenarios: list[Scenario],
    options: Options,
    until: dict[str, float],
    executor: Executor | None,
    show: bool,
) -> Result:
    """Run with a progress bar on a terminal, a plain line now and then elsewhere."""
    from ..compare import study

    total = options.max_replicates if until else options.replicates
    with progress(total) if show else nullcontext() as tell:
        return study(
            scenarios,
            options.replicates,
            options.seed,
            executor=executor,
            jobs=options.jobs,
            progress=tell,
            audit=options.audit,
            fail_fast=options.fail_fast,
            until=until,
            max_replicates=options.max_replicates,
        )


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
