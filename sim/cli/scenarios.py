"""Commands about scenarios themselves: ``diff`` and ``new``."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from ..scenario import ScenarioError
from .options import Json, app, read_scenarios, refuse


@app.command()
def diff(
    one: Annotated[str, typer.Argument(metavar="A", help="A YAML file or a shipped name.")],
    other: Annotated[str, typer.Argument(metavar="B", help="Another one.")],
    json_: Json = False,
) -> None:
    """Show what differs between two scenarios: values, from which month, and where they are set."""
    from ..difference import as_json, as_text

    both = read_scenarios([one, other], [], None, None)
    typer.echo(json.dumps(as_json(*both), ensure_ascii=False) if json_ else as_text(*both))


@app.command()
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="NAME.yaml is written here.")],
    based_on: Annotated[str, typer.Option("--based-on", help="The scenario to begin from.")],
) -> None:
    """Write a commented scenario file to begin with into the current folder."""
    from ..starter import write_starter

    try:
        path = write_starter(name, based_on)
    except ScenarioError as error:
        refuse(str(error))
    typer.echo(f"{path} is written; next: trader-sim show {path}")
