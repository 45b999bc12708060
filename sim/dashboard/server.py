"""The page's server: on this machine alone unless somebody asks for more."""

from __future__ import annotations

from pathlib import Path

from nicegui import app, ui
from starlette.requests import Request

from .guard import Guard
from .live import Computing
from .page import Page


def serve(host: str, port: int, results: Path, show: bool) -> None:
    """Serves the page until somebody ends it; ``results`` is the one folder it reads from."""
    computing = Computing()
    app.on_shutdown(computing.close)
    app.add_middleware(Guard, host=host)

    @ui.page("/", response_timeout=20)
    def index(request: Request) -> None:
        Page(str(request.url.query), computing, results)

    ui.run(
        host=host, port=port, title="trader-sim", show=show, reload=False, favicon="📦",
        show_welcome_message=False, uvicorn_logging_level="warning", reconnect_timeout=5.0,
    )  # fmt: skip
