"""The command that opens the page: ``dashboard``."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Annotated

import typer

from .options import app, refuse

USUAL = Path("results")  # where commands write, if there is one


@app.command()
def dashboard(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where the page answers.")] = 8765,
    host: Annotated[str, typer.Option(help="An address; others than this machine's are open.")] = (
        "127.0.0.1"
    ),
    results: Annotated[
        Path, typer.Option(help="Folder with tunings whose fronts can be opened.")
    ] = USUAL,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
) -> None:
    """Open a page on which levers can be moved, and scenarios compared as they move."""
    try:
        from ..dashboard.server import serve
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] != "nicegui":
            raise
        refuse("the page needs NiceGUI: pip install 'trader-sim[app]'")
    if not host.strip():  # which would mean all addresses
        refuse("--host is empty; expected an address such as 127.0.0.1")
    if results != USUAL and not results.is_dir():
        refuse(f"{results} is no folder; --results names one in which tunings lie")
    from ..dashboard.guard import is_loopback
    from ..warm_up import warm_up

    try:
        with socket.create_server((host, port)):
            pass
    except (OSError, UnicodeError) as error:
        reason = str(getattr(error, "strerror", None) or error).partition(" (while")[0]
        refuse(f"{host}, port {port}, cannot be used ({reason}); choose another with --port")
    if not is_loopback(host):
        typer.echo(
            f"Warning: {host} can be reached from other machines, and whoever reaches it may "
            "compute here. There is no password.",
            err=True,
        )
    warm_up(lambda sentence: typer.echo(sentence, err=True))
    typer.echo(f"The page is at http://{host}:{port}/ (Ctrl-C ends it)")
    serve(host, port, results, browser)
