"""Commands that look at single traders: ``story`` and ``witness``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from .options import Json, MonthCount, Posts, ScenarioName, Seed, Set, app, read_scenarios, refuse

PICTURES = (".svg", ".png", ".pdf")


@app.command()
def story(
    scenario: ScenarioName,
    post: Annotated[int, typer.Option("--post", min=0, help="Which post, counted from 0.")],
    replicate: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Which replicate.")] = 0,
    seed: Seed = 1,
    set_: Set = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Draw a figure here: .svg, .png or .pdf.")
    ] = None,
    months: MonthCount = None,
    posts: Posts = None,
    json_: Json = False,
) -> None:
    """Tell one post's life month by month: trade, money, what he heard, weighed and chose."""
    (found,) = read_scenarios([scenario], set_ or [], posts, months)
    if out and out.suffix not in PICTURES:
        refuse(f"{out}: a figure's name ends in {', '.join(PICTURES)}")
    if out and out.exists():
        refuse(f"{out} is there already; choose another name with -o")
    from ..story import NoSuchPost, as_json, tell
    from ..story_words import as_text

    try:
        told = tell(found.course(), found.title, post, seed, replicate)
    except NoSuchPost as error:
        refuse(str(error))
    typer.echo(json.dumps(as_json(told), ensure_ascii=False) if json_ else as_text(told))
    if out:
        from ..story_figure import draw

        try:
            draw(told).savefig(out, dpi=150)
        except OSError as error:
            refuse(f"{out} could not be written: {error.strerror}")


@app.command()
def witness(
    scenario: ScenarioName,
    replicates: Annotated[
        int, typer.Option("-n", "--replicates", min=1, max=10_000, help="Replicates to ask in.")
    ] = 20,
    seed: Seed = 1,
    set_: Set = None,
    months: MonthCount = None,
    posts: Posts = None,
    json_: Json = False,
) -> None:
    """Ask those still abroad after three years, and everybody, what the articles report."""
    (found,) = read_scenarios([scenario], set_ or [], posts, months)
    from ..witness import as_text, interview, table

    interviews = interview(found.course(), replicates, seed)
    rows = table(interviews)
    if json_:
        about = {"scenario": found.name, "month": found.months[-1], "replicates": replicates}
        counts = {
            "witnesses": float(interviews.witness_count.mean()),
            "everybody": float(interviews.everybody_count.mean()),
        }
        claims = json.loads(rows.to_json(orient="records"))
        typer.echo(json.dumps(about | {"asked": counts, "claims": claims}, ensure_ascii=False))
    else:
        typer.echo("\n".join(as_text(rows, interviews, found.title, found.months[-1])))
