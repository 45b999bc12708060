"""The model in Mesa's own page: it opens without a network, steps and is reset."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.browser import CHROMIUM

pytest.importorskip("solara", reason="the extra 'app' is not installed")
sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium")
def test_mesa_s_page_plays_the_model(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "solara", "run", "sim.mesa_page", "--host", "127.0.0.1",
               "--port", str(port), "--production", "--no-open"]  # fmt: skip
    own = {name: word for name, word in os.environ.items() if not name.startswith("PYTEST")}
    with (tmp_path / "log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(
            command, cwd=tmp_path, stdout=log, stderr=log, env=own | {"PYTHONPATH": str(ROOT)}
        )
        try:
            _look(f"http://127.0.0.1:{port}/", server)
        finally:
            server.terminate()
            server.wait(20)
    assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")


def _look(address, server):
    for _ in range(600):
        assert server.poll() is None, "the page's server ended"
        try:
            urlopen(address, timeout=5).close()
            break
        except OSError:
            time.sleep(0.1)
    asked, complaints = [], []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        page.get_by_text("Step: 0").wait_for(timeout=40_000)
        for step in (1, 2):
            page.get_by_role("button", name="Step").click()
            page.get_by_text(f"Step: {step}").wait_for(timeout=20_000)
        page.get_by_role("button", name="Reset").click()
        page.get_by_text("Step: 0").wait_for(timeout=20_000)
        browser.close()
    away = [url for url in asked if not url.startswith((address, "data:", "blob:"))]
    assert away == [] and complaints == []
