"""Commands that run replicates: ``run`` and ``compare``, and ``bench``, which times them."""

from __future__ import annotations

import json
import shlex
from concurrent.futures import Executor
from pathlib import Path
from typing import Annotated

import typer

from ..scenario import Scenario, ScenarioError
from .carrying_out import carry_out, compile_first, on_cluster
from .options import (
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
    Until,
    app,
    read_scenarios,
    refuse,
)


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
    compile_first(options.telling)
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


def _tell_forecast(scenarios: list[Scenario], options: Options, folder: Path) -> None:
    from ..forecast import as_text, forecast

    told = forecast(
        scenarios, options.replicates, options.seed, options.jobs, options.audit, options.panel
    )
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
