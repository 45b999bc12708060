"""The report in a browser: quiet, alone, within its width, to be read by anybody."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim import publish, report
from sim.plots import FIGURES
from tests.browser import CHROMIUM, browser

needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="no chromium on PATH")
STYLE = (Path(report.__file__).parent / "templates" / "report.css").read_text()
# what is written on what
PAIRS = [(ink, on) for ink in ("ink", "soft", "accent") for on in ("paper", "card")]


def colours(block):
    return dict(re.findall(r"--(\w+): (#\w+);", block))


LIGHT, DARK, PRINT = (colours(block) for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL))


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = np.array([int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("scheme", [LIGHT, DARK, PRINT], ids=["light", "dark", "print"])
@pytest.mark.parametrize("pair", PAIRS, ids="-on-".join)
def test_letters_stand_out_from_their_ground(scheme, pair):
    low, high = sorted(luminance(scheme[name]) for name in pair)
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_contrast_is_measured_as_the_guidelines_do():
    assert (luminance("#ffffff") + 0.05) / (luminance("#000") + 0.05) == pytest.approx(21)
    assert (luminance("#fff") + 0.05) / (luminance("#777777") + 0.05) == pytest.approx(
        4.478, abs=0.001
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Small results of two scenarios, of five, and of one in one replicate."""
    place = tmp_path_factory.mktemp("reports")
    names = ("tight_control", "restored_autonomy", "quota_relief", "keep_margin", "open_areas")
    scenarios = [sim.load(name).with_(cohort={"posts": 30}) for name in names]
    for name, some, count in (("two", 2, 4), ("five", 5, 4), ("one", 1, 1)):
        publish.save(place / name, sim.study(scenarios[:some], replicates=count))
    return place


def figures_of(name):
    """Contributions were not asked for, and a single scenario has no effects."""
    return len(FIGURES) - (2 if name == "one" else 1)


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("chromium")) as opened:
        yield opened


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ["two", "five", "one"])
def test_the_page_is_quiet_alone_and_no_wider_than_the_screen(
    folder, tab, tmp_path, name, width, scheme
):
    path = folder / name / "report.html"
    tab.open(path, width, scheme)
    tab.value("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert tab.value("innerWidth") == width
    assert tab.value("document.documentElement.scrollWidth") <= width
    images = "[...document.images].every(each => each.complete && each.naturalWidth > 0)"
    assert tab.value(images) and tab.value("document.images.length") == figures_of(name)
    ground = tab.value("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(22, 22, 26)"}[scheme]
    picture = "getComputedStyle(document.querySelector('.picture')).backgroundColor"
    assert tab.value(picture) == "rgb(255, 255, 255)"
    tab.screenshot(tmp_path / f"{name}_{width}_{scheme}.png")
    assert tab.complaints() == []
    asked = [each for each in tab.requests() if not each.startswith("data:")]
    assert asked == [path.resolve().as_uri()]


@needs_chromium
def test_headings_images_and_tables_can_be_read_by_machines(folder, tab):
    tab.open(folder / "two" / "report.html", 1280)
    levels = tab.value("[...document.querySelectorAll('h1,h2,h3,h4')].map(each => each.tagName)")
    levels = [int(each[1]) for each in levels]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
    assert tab.value("document.documentElement.lang") == "en"
    without = "[...document.querySelectorAll('{}')].filter(each => {}).length"
    assert tab.value(without.format("img", "each.alt.length < 20")) == 0
    assert tab.value(without.format("table", "!each.caption.textContent")) == 0
    assert tab.value(without.format("th", "!each.scope")) == 0
    assert tab.value(without.format("a", "!document.querySelector(each.hash)")) == 0
    assert (
        tab.value(without.format("[id]", "document.querySelectorAll('#' + each.id).length > 1"))
        == 0
    )
    assert tab.value(without.format(".wide, .picture", "each.tabIndex < 0 || !each.ariaLabel")) == 0


@needs_chromium
def test_the_keyboard_reaches_the_answer_first(folder, tab):
    tab.open(folder / "two" / "report.html", 1280)
    tab.press("Tab")
    assert tab.value("document.activeElement.className") == "skip"
    assert tab.value("document.activeElement.getBoundingClientRect().left") >= 0
    tab.press("Enter")
    assert tab.value("location.hash") == "#answer"
    assert tab.value("document.activeElement.id") == "answer"


@needs_chromium
def test_it_prints_on_white_with_what_is_folded_away(folder, tab, tmp_path):
    tab.open(folder / "two" / "report.html", 1280, "dark")
    tab.pdf(tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    tab.ask("Emulation.setEmulatedMedia", media="print", features=[])
    assert tab.value("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    folded = "document.querySelector('details table').checkVisibility()"
    assert tab.value(folded) is True
    tab.ask("Emulation.setEmulatedMedia", media="screen", features=[])
    assert tab.value(folded) is False


def test_markdown_says_the_same_with_figures_that_are_there(folder):
    for name in ("two", "five", "one"):
        text = (folder / name / "report.md").read_text()
        page = (folder / name / "report.html").read_text()
        heads = re.findall(r"^## (.*)$", text, re.MULTILINE)
        assert heads == re.findall(r"<h2[^>]*>(.*?)</h2>", page)
        links = re.findall(r"\]\((.*?)\)", text)
        assert len(links) == 2 * figures_of(name)
        assert all((folder / name / each).is_file() for each in links)
        assert "<" not in text.replace("\\<", "")


def test_grounds_are_told_of_every_setting_that_differs(folder):
    text = (folder / "two" / "report.md").read_text()
    part = text.split("Sources of the settings that differ")[1].split("##")[0]
    for name in ("authority", "online_lookup", "price_tolerance", "surveillance"):
        assert part.count(name.replace("_", r"\_")) == 2  # in either scenario
    assert "size assumed | assumed |" in part
    effects = pd.read_csv(folder / "two" / "effects.csv")
    assert all(label in text for label in effects["label"].str.replace("'", "’"))
