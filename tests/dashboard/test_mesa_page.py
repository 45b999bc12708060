"""The model in Mesa's own page: it opens without a network, steps and is reset."""

import pytest

from tests.browser import CHROMIUM
from tests.served import serving

pytest.importorskip("solara", reason="the extra 'app' is not installed")
sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")


@pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium")
def test_mesa_s_page_plays_the_model(tmp_path):
    words = ("run", "sim.mesa_page", "--host", "127.0.0.1", "--production", "--no-open")
    with serving(tmp_path, "solara", *words) as (address, _):
        _look(address)


def _look(address):
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
