"""Commands that run replicates: ``run`` and ``compare``, and ``bench``, which times them."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..scenario import Scenario, ScenarioError
from .options import (
    FAILED,
    INTERRUPTED,
    Audit,
    Cluster,
    Contributions,
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
    Panel,
    Posts,
    Quiet,
    Replicates,
    ScenarioName,
    Seed,
    Set,
    Telling,
    Until,
    app,
    read_scenarios,
    refuse,
)
from .printing import print_table, progress, summary, tell_failures, tell_interrupted

if TYPE_CHECKING:
    from ..request import Request
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
    max_replicates: MaxReplicates = None,
    dry_run: DryRun = False,
    audit: Audit = False,
    panel: Panel = 0.0,
    fail_fast: FailFast = False,
    force: Force = False,
    csv: Csv = False,
    json_: Json = False,
    quiet: Quiet = False,
    no_progress: NoProgress = False,
) -> None:
    """Run replicates of one scenario; writes tables, figures and a report."""
    _study(["run", scenario], Options.of(context))


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
    max_replicates: MaxReplicates = None,
    dry_run: DryRun = False,
    audit: Audit = False,
    panel: Panel = 0.0,
    contributions: Contributions = False,
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
    _study(["compare", base, *others], Options.of(context))


def _study(words: list[str], options: Options) -> None:
    scenarios = read_scenarios(words[1:], options.set_ or [], options.posts, options.months)
    if options.cluster and options.dry_run:
        refuse("--dry-run measures this machine, which --cluster leaves idle; give one of the two")
    with on_cluster(options.cluster, options.jobs) as executor:
        _study_of(scenarios, words, options, executor)


@contextmanager
def on_cluster(address: str | None, jobs: int | None) -> Iterator[Executor | None]:
    """Connected to a cluster before anything is written, if one is named."""
    if address is None:
        yield None
        return
    if jobs:
        refuse("-j counts threads of this machine and --cluster uses others; give one of the two")
    from ..cluster import ClusterError, connected

    try:
        with connected(address) as cluster:
            yield cluster
    except ClusterError as error:
        refuse(f"--cluster: {error}")


def _study_of(
    scenarios: list[Scenario], words: list[str], options: Options, executor: Executor | None
) -> None:
    folder = options.out or Path("results") / "-".join(each.name for each in scenarios)[:100]
    from ..compare import check_comparable
    from ..folders import StoreError, check_target
    from ..inert import inert
    from ..precision import MOST, UntilError, read_until
    from ..request import Request

    if options.dry_run and options.until:
        refuse("--dry-run tells what a given number of replicates takes; leave out --until")
    if options.max_replicates and not options.until:
        refuse("--max-replicates limits --until; give that too, or say with -n how many to live")
    most = options.max_replicates or MOST
    try:
        check_comparable(scenarios)
        until = read_until(options.until or [])
        check_target(folder, options.force, options.dry_run)
    except (ScenarioError, UntilError, StoreError) as error:
        refuse(str(error))
    if options.dry_run:
        _tell_forecast(scenarios, options, folder)
        return
    if options.telling.aloud:
        titles = " against ".join(scenario.title for scenario in scenarios)
        many = "" if options.replicates == 1 else "s"
        limit = f" at a time, at most {most}" if until else ""
        typer.echo(f"{titles}: {options.replicates} replicate{many}{limit}, seed {options.seed}")
    vain = inert(scenarios, options.seed)
    if not options.quiet:
        for sentence in vain:
            typer.echo(f"warning: {sentence}", err=True)
    request = Request(
        tuple(scenarios),
        options.seed,
        options.replicates,
        _command(words, options),
        until,
        most,
        options.audit,
        options.panel,
        options.csv,
        options.contributions,
        tuple(vain),
    )
    carry_out(
        request,
        folder,
        options.telling,
        options.jobs,
        executor,
        force=options.force,
        fail_fast=options.fail_fast,
    )


def _command(words: list[str], options: Options) -> str:
    """What gives the same numbers again; only how many replicates is left open."""
    more = ["--seed", str(options.seed)]
    more += [word for each in options.set_ or [] for word in ("--set", each)]
    for flag, value in (("--months", options.months), ("--posts", options.posts)):
        more += [flag, str(value)] if value else []
    more += ["--audit"] if options.audit else []
    more += ["--contributions"] if options.contributions else []
    more += ["--panel", f"{options.panel:g}"] if options.panel else []
    return shlex.join(["trader-sim", *words, *more])


def carry_out(
    request: Request,
    folder: Path,
    telling: Telling,
    jobs: int | None,
    executor: Executor | None,
    force: bool = False,
    extends: bool = False,
    fail_fast: bool = False,
) -> None:
    """Live what is asked for, write it and tell of it."""
    from ..audit import Imbalance
    from ..folders import StoreError
    from ..levers import LeverError
    from ..run import RuleFault
    from ..undertaking import undertake

    total = request.max_replicates if request.until else request.replicates
    show = telling.aloud and not telling.no_progress
    try:
        with progress(total) if show else nullcontext() as tell:
            result = undertake(
                request, folder, force=force, extends=extends, executor=executor, jobs=jobs,
                progress=tell, fail_fast=fail_fast,
            )  # fmt: skip
    except LeverError as error:
        refuse(f"--contributions: {error}")
    except StoreError as error:
        tell_interrupted(folder, total)
        refuse(str(error))
    except (Imbalance, RuleFault) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FAILED) from None
    except KeyboardInterrupt:
        tell_interrupted(folder, total)
        raise typer.Exit(INTERRUPTED) from None
    except Exception:
        if executor:  # it may be lost; what came from it is kept
            tell_interrupted(folder, total)
        raise
    _tell(result, request, folder, telling)


def _tell(result: Result, request: Request, folder: Path, telling: Telling) -> None:
    from ..contrast import effects
    from ..precision import shortfalls

    names = [scenario.name for scenario in result.scenarios]
    if not telling.quiet:
        for sentence in shortfalls(result.ends, names, request.until, len(result.numbers)):
            typer.echo(f"warning: {sentence}", err=True)
    if request.audit and telling.aloud:
        lived = len(result.numbers) * len(names) * len(result.scenarios[0].months)
        typer.echo(f"the books balance in all {lived:,} months")
    table = effects(result) if len(names) > 1 else None
    if telling.json_:
        typer.echo(json.dumps(summary(result, table, folder, request), ensure_ascii=False))
    elif telling.aloud:
        print_table(result, table, request)
        if request.until:
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
