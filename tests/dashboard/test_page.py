"""The page in a real browser: what a person does on it, and what may not happen meanwhile."""

import json
import shutil
import time
import zipfile
from pathlib import Path

import pytest

from tests.browser import CHROMIUM
from tests.served import ROOT, serving

pytest.importorskip("nicegui", reason="the extra 'app' is not installed")
sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium")

SMALL = "n=24&posts=20&months=48"
SERVER: dict[str, int] = {}
TUNED = ROOT / "results" / "reference" / "tune_autonomy"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A page that is served as a person would have it, with one tuning in its results folder."""
    folder = tmp_path_factory.mktemp("served")
    if TUNED.is_dir():
        shutil.copytree(TUNED, folder / "results" / "tune_autonomy")
    with serving(folder, "sim", "dashboard", "--no-browser") as (place, server):
        SERVER["pid"] = server.pid
        yield place


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


class Tab:
    """One page of its own; ends with a look at its console and at what it asked for."""

    def __init__(self, browser, address, query=SMALL, **how):
        self.context = browser.new_context(accept_downloads=True, **how)
        self.page, self.address = self.context.new_page(), address
        self.complaints, self.asked = [], []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(f"{address}?{query}")
        self.settled()

    def _console(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def settled(self, count=24):
        """Waits until everything asked for was lived."""
        self.page.get_by_text(f"{count} of {count} replicates").wait_for(timeout=30_000)
        return self.page

    def set(self, name, value):
        """Writes a number into a control."""
        self.page.get_by_label(f"{name}, number", exact=True).fill(str(value))
        self.page.get_by_text("waiting …").or_(self.page.get_by_text("0 of 24")).first.wait_for()
        return self.settled()

    def table(self):
        """The rows of the table of differences."""
        rows = self.page.locator("table.effects tbody tr")
        return {row.split("\t")[0]: row.split("\t")[1:] for row in rows.all_inner_texts()}

    def close(self):
        self.context.close()
        away = [url for url in self.asked if not url.startswith((self.address, "data:", "blob:"))]
        assert away == [] and self.complaints == []


@pytest.fixture
def tab(browser, address):
    made = Tab(browser, address)
    yield made
    made.close()


def test_the_page_says_what_the_command_says(tab, call):
    code, out, _ = call(
        "compare", "tight_control", "restored_autonomy", "-n", 24, "--posts", 20, "--months", 48,
        "--json", "-o", "r",
    )  # fmt: skip
    effects = {each["outcome"]: each for each in json.loads(out)["effects"]}
    table = tab.table()
    assert code == 0 and len(table) == 15
    savings = effects["savings_median"]
    shown = table["median savings (at the end)"]
    assert shown[1].replace("−", "-") == f"{savings['difference']:+,.0f}".replace(
        "+", "+$"
    ).replace("-", "-$")
    assert "restored autonomy" in shown[0].lower()


def test_a_lever_moved_is_marked_shared_and_taken_back(tab, browser, address):
    before = tab.table()
    page = tab.set("quota_usd", 1200)
    assert page.locator(".q-chip", has_text="quota usd: 2,000 → 1,200").count() == 1
    assert "quota_usd:1200" in page.url and page.locator(".setting.changed").count() == 1
    moved = tab.table()
    assert moved != before
    other = Tab(browser, address, page.url.partition("?")[2])
    assert other.table() == moved
    other.close()
    page.get_by_label("quota_usd back to 2,000").click()
    tab.settled()
    page.wait_for_function("!location.href.includes('quota_usd')")
    assert page.locator(".setting.changed").count() == 0
    page.wait_for_timeout(500)
    tab.settled()
    assert tab.table() == before


def test_a_slider_by_keyboard_and_words_at_a_control_that_is_wrong(tab):
    page = tab.page
    track = page.locator(".q-slider[aria-label=surveillance] .q-slider__track-container")
    track.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("location.href.includes('surveillance:')")
    tab.settled()
    page.get_by_label("quota_usd, number", exact=True).fill("99999999")
    wrong = page.get_by_text("is out of bounds; expected a number from 0 to 20000")
    wrong.wait_for()
    assert "quota_usd" not in page.url
    page.get_by_label("about quota_usd").press("Enter")
    page.get_by_text("Source: 2,500 reported for 2019").wait_for()


def test_what_is_changed_in_all_scenarios_is_told_and_taken_back(browser, address):
    tab = Tab(browser, address, f"{SMALL}&w=value_of_quality:0.1")
    chip = tab.page.locator(".q-chip", has_text="value of quality: 0.2 → 0.1")
    chip.locator(".q-chip__icon--remove").click()
    tab.page.wait_for_function("!location.href.includes('value_of_quality')")
    assert chip.count() == 0
    tab.close()


def test_scenarios_can_be_added_changed_and_removed(tab):
    page = tab.page
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_label("Scenario C", exact=True).wait_for()
    tab.settled()
    page.wait_for_function("document.querySelectorAll('table.effects tbody tr').length == 30")
    page.get_by_label("remove scenario C").click()
    page.wait_for_function("document.querySelectorAll('table.effects tbody tr').length == 15")


def test_a_scenario_is_saved_and_opened_again(tab, tmp_path):
    page = tab.set("quota_usd", 1300)
    moved = tab.table()
    with page.expect_download() as download:
        page.get_by_label("save scenario A").click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    assert saved.name == "tight_control_A.yaml" and "1300" in saved.read_text(encoding="utf-8")
    page.get_by_label("the command that does the same").click()
    page.get_by_text("trader-sim compare tight_control_A.yaml").wait_for()
    page.get_by_role("button", name="Close").click()
    page.get_by_label("quota_usd back to 2,000").click()
    tab.settled()
    page.get_by_label("open a scenario file").click()
    page.locator("input[type=file]").set_input_files(saved)
    page.locator("[aria-label='Scenario A']").wait_for()
    page.wait_for_function("location.href.includes('s=tight_control_A')")
    page.wait_for_timeout(300)
    tab.settled()
    assert [row[1:] for row in tab.table().values()] == [row[1:] for row in moved.values()]


def test_the_whole_result_is_downloaded(tab, tmp_path):
    with tab.page.expect_download(timeout=60_000) as download:
        tab.page.get_by_label("download report, figures and tables").click()
    download.value.save_as(tmp_path / "whole.zip")
    names = zipfile.ZipFile(tmp_path / "whole.zip").namelist()
    assert "report.html" in names and "figures/savings_over_time.svg" in names


def test_a_bad_file_is_told_and_nothing_changes(tab, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("title: <img src=x onerror=alert(1)>\nlevers: {quota: 3}\n", encoding="utf-8")
    page = tab.page
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    page.get_by_label("open a scenario file").click()
    page.locator("input[type=file]").set_input_files(bad)
    page.get_by_text("bad.yaml:").wait_for()
    assert "bad" not in page.url


def test_a_title_with_a_script_in_it_is_only_shown(tab, tmp_path):
    evil = tmp_path / "evil.yaml"
    evil.write_text(
        "title: <script>alert(1)</script><img src=x onerror=alert(2)>\nbased_on: tight_control\n",
        encoding="utf-8",
    )
    page = tab.page
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    page.get_by_label("open a scenario file").click()
    page.locator("input[type=file]").set_input_files(evil)
    page.wait_for_function("location.href.includes('s=evil')")
    page.locator("th", has_text="<script>alert(1)").wait_for()
    assert page.locator("img[src=x]").count() == 0


def test_a_trader_s_life_month_by_month(tab):
    page = tab.page
    page.get_by_text("One trader's life").click()
    page.get_by_label("post", exact=True).fill("3")
    page.get_by_role("button", name="Tell").click()
    page.get_by_text("Buys").first.wait_for()
    page.get_by_text("2023-01", exact=True).wait_for()
    page.get_by_label("next month").click()
    page.get_by_text("2023-02", exact=True).wait_for()
    page.get_by_text("fear of a review", exact=True).click()
    page.get_by_text("the surer he is to be punished").wait_for()
    page.get_by_label("post", exact=True).fill("999")
    page.get_by_role("button", name="Tell").click()
    page.get_by_text("has posts 0 to 19").wait_for()


@pytest.mark.skipif(not TUNED.is_dir(), reason="results/reference is not here")
def test_a_point_of_a_tuned_front_is_loaded(tab):
    page = tab.page
    page.get_by_text("A tuned front").click()
    page.get_by_label("tuning").click()
    page.get_by_role("option", name="tune_autonomy").click()
    page.locator(".q-table tbody .q-checkbox").first.click()
    page.wait_for_function("location.href.includes('restored_autonomy~2026-07~authority_share')")
    page.wait_for_timeout(300)
    tab.settled()


def test_what_runs_can_be_stopped(browser, address):
    tab = Tab(browser, address)
    tab.page.goto(f"{address}?n=1000&posts=500")
    tab.page.get_by_role("button", name="Stop").click()
    tab.page.get_by_text("stopped; ").wait_for()
    tab.close()


def test_a_phone_in_the_dark(browser, address):
    size = {"width": 390, "height": 844}
    tab = Tab(browser, address, viewport=size, color_scheme="dark")
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 390
    ground = "getComputedStyle(document.body).backgroundColor"
    assert tab.page.evaluate(ground) == "rgb(18, 18, 18)"
    letters = "(Object.values(mounted_app.elements).find(e => e.props?.options?.series?.length))"
    tab.page.wait_for_function(f"{letters}?.props.options.textStyle.color == '#dddddd'")
    tab.page.get_by_label("light or dark").click()
    tab.page.wait_for_function(f"{ground} != 'rgb(18, 18, 18)'")
    tab.page.wait_for_function(f"{letters}?.props.options.textStyle.color == '#333333'")
    tab.close()


def test_an_address_from_elsewhere_is_told_and_the_usual_view_shown(browser, address):
    tab = Tab(browser, address)
    tab.page.goto(f"{address}?s=<script>alert(1)</script>")
    tab.page.get_by_text("The usual comparison is shown instead").wait_for()
    tab.close()


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_twenty_tabs_at_once_and_memory_comes_back(browser, address):
    def megabytes():
        status = Path(f"/proc/{SERVER['pid']}/status").read_text(encoding="utf-8")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def twenty():
        tabs = [Tab(browser, address) for _ in range(20)]
        for each in tabs:
            each.close()
        time.sleep(8)  # a tab that may come back is waited for

    twenty()
    after_one = megabytes()
    for _ in range(3):
        twenty()
    assert megabytes() - after_one < 60
