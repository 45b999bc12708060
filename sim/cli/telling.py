"""Commands that only tell: ``show``, ``settings``, ``outcomes``."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from .options import Json, MonthCount, Posts, ScenarioName, Set, app, read_scenarios, refuse


@app.command()
def show(
    scenario: ScenarioName,
    set_: Set = None,
    months: MonthCount = None,
    posts: Posts = None,
    json_: Json = False,
) -> None:
    """Show a scenario in full: every value with unit, source, grade, and where it was set."""
    from ..show import as_json, as_text

    (found,) = read_scenarios([scenario], set_ or [], posts, months)
    typer.echo(json.dumps(as_json(found), ensure_ascii=False) if json_ else as_text(found))


Names = Annotated[
    list[str] | None, typer.Argument(metavar="NAME...", help="Only these; all by default.")
]


@app.command()
def settings(names: Names = None, json_: Json = False) -> None:
    """List what a scenario may set: meaning, unit, bounds, default, grade, source."""
    from .. import catalogue

    _list(catalogue.settings_json, catalogue.settings_text, names, json_)


@app.command()
def outcomes(names: Names = None, json_: Json = False) -> None:
    """List what is measured: label, unit, meaning, at the end or over the period."""
    from .. import catalogue

    _list(catalogue.outcomes_json, catalogue.outcomes_text, names, json_)


def _list(
    as_json: Callable[[Sequence[str]], dict[str, Any]],
    as_text: Callable[[Sequence[str]], str],
    names: list[str] | None,
    json_: bool,
) -> None:
    from ..catalogue import UnknownName

    try:
        told = (
            json.dumps(as_json(names or []), ensure_ascii=False) if json_ else as_text(names or [])
        )
    except UnknownName as error:
        refuse(str(error))
    typer.echo(told)
