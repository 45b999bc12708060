"""A study carried out for a command: where it is lived, what is said of it, how it ends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from .options import FAILED, INTERRUPTED, Telling, refuse
from .printing import print_table, progress, summary, tell_failures, tell_interrupted

if TYPE_CHECKING:
    from ..request import Request
    from ..result import Result


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


def compile_first(telling: Telling) -> None:
    """Compile the rules where that is still to be done, and say that it takes its time."""
    from ..warm_up import warm_up

    warm_up(lambda sentence: None if telling.quiet else typer.echo(sentence, err=True))


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

    if executor is None:
        compile_first(telling)
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
