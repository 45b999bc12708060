"""Commands on stored results: go on with one, extend it, hold it against itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .carrying_out import carry_out, on_cluster
from .exploring import carry_out_study
from .options import FAILED, Cluster, Force, Jobs, Json, NoProgress, Quiet, Telling, app, refuse

ResultFolder = Annotated[Path, typer.Argument(metavar="RESULT", help="The folder of a result.")]


@app.command()
def resume(
    result: ResultFolder,
    jobs: Jobs = None,
    cluster: Cluster = None,
    json_: Json = False,
    quiet: Quiet = False,
    no_progress: NoProgress = False,
) -> None:
    """Go on with a study that was interrupted; what is lived already is not lived again."""
    from ..folders import NoResult, StoreError, place_of, read_manifest

    folder = result.with_name(result.name.removesuffix(".unfinished"))
    asked = studied = None
    try:
        if place_of(folder).exists():
            from ..explore.undertaking import is_study, study_to_resume
            from ..undertaking import to_resume

            studied = study_to_resume(folder) if is_study(folder) else None
            asked = None if is_study(folder) else to_resume(folder)
        else:
            read_manifest(folder)
    except (NoResult, StoreError) as error:
        refuse(str(error))
    telling = Telling(json_, quiet, no_progress)
    if studied:
        with on_cluster(cluster, jobs) as executor:
            plan, command = studied
            carry_out_study(plan, folder, command, telling, jobs, executor, force=True)
        return
    if asked is None:
        if telling.aloud:
            typer.echo(f"{folder} is whole; there is nothing to go on with")
        return
    request, extends = asked
    with on_cluster(cluster, jobs) as executor:
        carry_out(request, folder, telling, jobs, executor, force=True, extends=extends)


@app.command()
def extend(
    result: ResultFolder,
    replicates: Annotated[
        int, typer.Option("-n", "--replicates", min=1, max=100_000, help="How many in all.")
    ],
    jobs: Jobs = None,
    cluster: Cluster = None,
    json_: Json = False,
    quiet: Quiet = False,
    no_progress: NoProgress = False,
) -> None:
    """Add replicates to a result, up to so many in all; those it has are not lived again."""
    from ..folders import NoResult
    from ..undertaking import to_extend

    try:
        request = to_extend(result, replicates)
    except NoResult as error:
        refuse(str(error))
    telling = Telling(json_, quiet, no_progress)
    with on_cluster(cluster, jobs) as executor:
        carry_out(request, result, telling, jobs, executor, extends=True)


FigureFolder = Annotated[
    Path | None, typer.Option("-o", "--out", help="Folder; RESULT-report by default.")
]
Base = Annotated[
    str | None, typer.Option(help="What the others are held against; the first by default.")
]


@app.command()
def report(
    result: ResultFolder,
    out: FigureFolder = None,
    base: Base = None,
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """Write report, figures and tables of effects anew from a stored result."""
    _from_stored(result, out, base, force, quiet, None)


@app.command()
def plot(
    result: ResultFolder,
    figures: Annotated[
        list[str] | None, typer.Argument(metavar="[FIGURE]...", help="Which; all by default.")
    ] = None,
    size: Annotated[str, typer.Option(help="For what: page, print or slides.")] = "page",
    out: FigureFolder = None,
    base: Base = None,
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """Draw figures anew from a stored result, as SVG, PNG and CSV."""
    from ..painting import SIZES
    from ..plots import FIGURES
    from ..problems import suggest

    if size not in SIZES:
        refuse(f"there is no size {size!r}{suggest(size, SIZES)}; there are {', '.join(SIZES)}")

    for name in figures or []:
        if name not in FIGURES:
            near = suggest(name, FIGURES) or f"; there are {', '.join(FIGURES)}"
            refuse(f"there is no figure {name!r}{near}")
    _from_stored(result, out, base, force, quiet, figures or [], size)


def _from_stored(
    result: Path, out: Path | None, base: str | None, force: bool, quiet: bool,
    figures: list[str] | None, size: str = "page",
) -> None:  # fmt: skip
    from ..folders import NoResult, StoreError
    from ..publish import publish_again

    folder = out or result.with_name(f"{result.name}-report")
    try:
        publish_again(result, folder, base, figures, force, size)
    except (NoResult, StoreError) as error:
        refuse(str(error))
    if not quiet:
        typer.echo(f"report: {folder / 'report.html'}" if figures is None else f"{folder}/figures")


@app.command()
def verify(result: ResultFolder, quiet: Quiet = False) -> None:
    """Hold a stored result against its own checksums and counts."""
    from ..folders import NoResult, read_manifest
    from ..recheck import faults

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
    from ..folders import NoResult
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
