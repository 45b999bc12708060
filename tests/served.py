"""A page served by a process of its own, as a person would have it."""

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]


@contextmanager
def serving(folder, *command):
    """Address and process of ``python -m COMMAND --port PORT``, run in ``folder``; afterwards its
    log must hold no fault."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    own = {name: word for name, word in os.environ.items() if not name.startswith("PYTEST")}
    own["PYTHONPATH"] = str(ROOT)  # a server under test would otherwise take itself for a test
    with (folder / "log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", *command, "--port", port],
            cwd=folder, stdout=log, stderr=log, env=own,
        )  # fmt: skip
        try:
            address = f"http://127.0.0.1:{port}/"
            _until_it_answers(address, server)
            yield address, server
        finally:
            server.terminate()
            server.wait(20)
    assert "Traceback" not in (folder / "log").read_text(encoding="utf-8")


def _until_it_answers(address, server):
    for _ in range(600):
        assert server.poll() is None, "the page's server ended"
        try:
            urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the page does not answer")
