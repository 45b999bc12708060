"""Commands on studies of many points: sweep, tune, sensitivity, robustness, calibrate,
patterns."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .carrying_out import compile_first, on_cluster
from .options import (
    FAILED,
    INTERRUPTED,
    Cluster,
    DryRun,
    Force,
    Jobs,
    Json,
    NoProgress,
    Out,
    Posts,
    Quiet,
    Set,
    Telling,
    app,
    refuse,
)
from .printing import print_found, progress, tell_interrupted

if TYPE_CHECKING:
    from ..explore.found import Found
    from ..explore.plan import Plan

StudyName = Annotated[
    str, typer.Argument(metavar="STUDY", help="A YAML file or the name of a shipped study.")
]
PointReplicates = Annotated[
    int | None,
    typer.Option("-n", "--replicates", min=1, max=100_000, help="Of a point; else as in the file."),
]
StudySeed = Annotated[
    int | None, typer.Option("--seed", min=0, max=2**32 - 1, help="Instead of the file's.")
]


def _command(kind: str, meaning: str, shipped: str | None = None) -> None:
    """Add the command for one kind of study; ``shipped``: the one that is meant if none is
    named."""

    def command(
        study: StudyName = shipped or ...,  # type: ignore[assignment]
        replicates: PointReplicates = None,
        seed: StudySeed = None,
        set_: Set = None,
        posts: Posts = None,
        out: Out = None,
        jobs: Jobs = None,
        cluster: Cluster = None,
        dry_run: DryRun = False,
        force: Force = False,
        json_: Json = False,
        quiet: Quiet = False,
        no_progress: NoProgress = False,
    ) -> None:
        plan = _read(study, kind, set_ or [], replicates, posts, seed)
        words = ["trader-sim", kind, study]
        given = {"-n": replicates, "--seed": seed, "--posts": posts}
        words += [
            w for flag, value in given.items() if value is not None for w in (flag, str(value))
        ]
        words += [word for each in set_ or [] for word in ("--set", each)]
        folder = out or Path("results") / plan.name
        telling = Telling(json_, quiet, no_progress)
        if dry_run:
            if cluster:
                refuse("--dry-run measures this machine; leave out --cluster")
            _tell_forecast(plan, folder, force, jobs, json_)
            return
        with on_cluster(cluster, jobs) as executor:
            said = shlex.join(words)
            carry_out_study(plan, folder, said, telling, jobs, executor, force)

    app.command(kind, help=meaning)(command)


_command("sweep", "Outcomes over a grid, lists or a sample of settings.")
_command("tune", "Search for the levers that serve one or several aims best.")
_command("sensitivity", "Which settings outcomes hang on, and how much is chance.")
_command("robustness", "Which conclusions hold over all that nobody knows, and where they flip.")
_command("calibrate", "What the surroundings may be, given what is known of outcomes.")
_command("patterns", "Which known patterns the model shows: the table of validation.", "patterns")


def _read(
    study: str, kind: str, overrides: Sequence[str], replicates: int | None, posts: int | None,
    seed: int | None,
) -> Plan:  # fmt: skip
    from ..explore.plan_reading import read_plan
    from ..scenario import ScenarioError

    try:
        return read_plan(study, kind, overrides, replicates, posts, seed)
    except ScenarioError as error:
        refuse("\n".join(map(str, error.problems)))


def carry_out_study(
    plan: Plan, folder: Path, command: str, telling: Telling, jobs: int | None,
    executor: Executor | None, force: bool = False,
) -> None:  # fmt: skip
    """Carry a study out, write what it found, and tell of it."""
    from ..explore.found import StudyError
    from ..explore.kinds import units
    from ..explore.undertaking import undertake_study
    from ..folders import StoreError

    if executor is None:
        compile_first(telling)
    total = units(plan)
    if telling.aloud:
        typer.echo(f"{plan.title}: up to {total:,} replicates of points, seed {plan.seed}")
    show = telling.aloud and not telling.no_progress
    try:
        with progress(total) if show else nullcontext() as tell:
            found = undertake_study(
                plan, folder, command=command, force=force, executor=executor, jobs=jobs, told=tell
            )
    except StudyError as error:
        refuse(str(error))
    except StoreError as error:
        tell_interrupted(folder, total)
        refuse(str(error))
    except KeyboardInterrupt:
        tell_interrupted(folder, total)
        raise typer.Exit(INTERRUPTED) from None
    except Exception:
        if executor:  # it may be lost; what came from it is kept
            tell_interrupted(folder, total)
        raise
    _tell(found, folder, telling)


def _tell(found: Found, folder: Path, telling: Telling) -> None:
    failed = int(found.summary.get("failed", 0))
    if telling.json_:
        summary: dict[str, Any] = {"folder": str(folder), "answer": list(found.answer)}
        typer.echo(json.dumps(summary | dict(found.summary), ensure_ascii=False))
    elif telling.aloud:
        print_found(found, folder)
    if failed:
        typer.echo(f"{failed} replicates of points failed and are left out", err=True)
        raise typer.Exit(FAILED)


def _tell_forecast(plan: Plan, folder: Path, force: bool, jobs: int | None, json_: bool) -> None:
    from ..explore.undertaking import forecast_study
    from ..folders import StoreError, check_target

    try:
        check_target(folder, force, dry=True)
    except StoreError as error:
        refuse(str(error))
    told = forecast_study(plan, jobs) | {"folder": str(folder)}
    if json_:
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    typer.echo(
        f"{plan.title}: {len(told['varied'])} things vary\n"
        f"at most {told['point_replicates']:,} replicates of points\n"
        f"about {told['estimated_seconds']:.0f} s to live them (estimated in a short trial)\n"
        f"nothing was written; it would go to {folder}"
    )
