"""The command line: ``trader-sim``. Each module beside this one adds commands to ``app``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from ..problems import suggest

# isort: off
# in the order in which --help lists their commands
from . import studies as studies
from . import exploring as exploring
from . import traders as traders
from . import pages as pages
from . import results as results
from . import scenarios as scenarios
from . import files as files
from . import telling as telling

# isort: on
from .options import BAD_INPUT, DONE, INTERRUPTED, app


def _version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        from ..commit import commit, in_words

        known = in_words(commit())
        typer.echo(f"trader-sim {version('trader-sim')}" + f", commit {known}" * bool(known))
        raise typer.Exit


@app.callback()
def top(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Print version and commit."
        ),
    ] = False,
) -> None:
    """Trader incentives under central control."""


def main() -> None:
    """Entry point: errors of use end in one sentence and code 2, Ctrl-C in 130."""
    try:
        code = app(standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except Exception as error:
        code = _explain(error)
    if code == INTERRUPTED:  # typer turns Ctrl-C into this code itself
        typer.echo("interrupted", err=True)
    sys.exit(code if isinstance(code, int) else DONE)


def _explain(error: Exception) -> int:
    """Usage errors in a sentence; anything else is a fault of ours and is shown whole."""
    say = getattr(error, "format_message", None)
    if say is None:
        raise error
    message = say().rstrip(".")
    if message.startswith("Usage:"):  # nothing was asked
        typer.echo(message, err=True)
        return BAD_INPUT
    if "No such command" in message and "id you mean" not in message:
        message += suggest(message.split("'")[1], typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    typer.echo(f"{message}; see trader-sim --help", err=True)
    return BAD_INPUT
