"""Commands on stored results: ``verify`` and ``replay``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import FAILED, Quiet, app, refuse

ResultFolder = Annotated[Path, typer.Argument(metavar="RESULT", help="The folder of a result.")]


@app.command()
def verify(result: ResultFolder, quiet: Quiet = False) -> None:
    """Hold a stored result against its own checksums and counts."""
    from ..recheck import NoResult, faults, read_manifest

    try:
        found = faults(result)
        files = len(read_manifest(result)["files"])
    except NoResult as error:
        refuse(str(error))
    for sentence in found:
        typer.echo(f"{result}: {sentence}", err=True)
    if found:
        raise typer.Exit(FAILED)
    if not quiet:
        typer.echo(f"{result}: all {files} files are as they were written")


@app.command()
def replay(
    result: ResultFolder,
    replicate: Annotated[int, typer.Option("--replicate", min=0, help="Which one to live anew.")],
    quiet: Quiet = False,
) -> None:
    """Live one replicate anew and compare it, to the last bit, with what is stored."""
    from ..recheck import NoResult
    from ..recheck import replay as live_anew

    try:
        notes, difference = live_anew(result, replicate)
    except NoResult as error:
        refuse(str(error))
    for note in notes:
        typer.echo(f"{result}: {note}", err=True)
    if difference:
        typer.echo(f"{result}: replicate {replicate} is another now: {difference}", err=True)
        raise typer.Exit(FAILED)
    if not quiet:
        typer.echo(f"{result}: replicate {replicate} lived anew is the same to the last bit")
