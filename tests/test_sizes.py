"""Figures for a page, for print and for slides, and panels on axes of one's own."""

import re
import warnings

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

import sim
from sim.figures.contributions import contributions
from sim.painting import SIZES, save_figures
from sim.plots import FIGURES
from tests.studies import make_study

SMALL = ["cohort.posts=12", "cohort.companies=3"]
MM = 25.4


def size_of(svg):
    """Width and height in mm, and the frame in points."""
    head = svg.read_text(encoding="utf-8").split("<svg", 1)[1]
    sides = re.search(r'width="([\d.]+)(mm|pt)" height="([\d.]+)(mm|pt)"', head)
    scale = 1 if sides[2] == "mm" else MM / 72
    frame = re.search(r'viewBox="([^"]+)"', head)[1].split()
    return float(sides[1]) * scale, float(sides[3]) * scale, [float(each) for each in frame]


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A low and a tall figure in every size."""
    folder, study = tmp_path_factory.mktemp("sizes"), make_study()
    names = ("prices", "imports")
    return {
        size: save_figures({name: FIGURES[name](study) for name in names}, folder / size, size)
        for size in SIZES
    }


@pytest.mark.parametrize("name", ["prices", "imports"])
def test_print_is_as_wide_as_paper_at_300_dots_an_inch(saved, name):
    svg, png, _ = saved["print"][name]
    width, height, frame = size_of(svg)
    _, _, page = size_of(saved["page"][name][0])
    assert width == pytest.approx(180)
    assert frame == page  # the same picture
    assert height / width == pytest.approx(page[3] / page[2])
    with Image.open(png) as picture:
        assert picture.width == pytest.approx(180 / MM * 300, abs=1)
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.01)
    letters = 7.5 * 180 / (9 * MM)
    assert letters > 5.8  # points, of the smallest words


@pytest.mark.parametrize("name", ["prices", "imports"])
def test_slides_are_16_to_9_with_the_whole_figure_in_their_middle(saved, name):
    svg, png, _ = saved["slides"][name]
    width, height, (left, top, across, down) = size_of(svg)
    _, _, page = size_of(saved["page"][name][0])
    assert width / height == pytest.approx(16 / 9, rel=1e-4)
    assert across / down == pytest.approx(16 / 9, rel=1e-4)
    assert left <= 0 and top <= 0
    assert across + 2 * left == pytest.approx(page[2], abs=0.01)
    assert down + 2 * top == pytest.approx(page[3], abs=0.01)
    with Image.open(png) as picture:
        assert picture.size == (1920, 1080)
        table = np.asarray(picture.convert("L"))
    inked = np.flatnonzero((table < 200).any(axis=0))
    assert inked[0] + inked[-1] == pytest.approx(1920, abs=120)


def test_the_numbers_are_the_same_in_every_size(saved):
    for name in ("prices", "imports"):
        assert len({saved[size][name][2].read_bytes() for size in SIZES}) == 1


def test_the_command_draws_in_a_size(call):
    call("run", "history", "-n", 1, "--set", SMALL[0], "--set", SMALL[1], "-o", "r", "-q")
    assert call("plot", "r", "prices", "--size", "slides", "-o", "p", "-q")[0] == 0
    with Image.open("p/figures/prices.png") as picture:
        assert picture.size == (1920, 1080)
    code, _, errors = call("plot", "r", "--size", "slide", "-o", "q")
    assert code == 2
    assert (
        errors
        == "there is no size 'slide' (did you mean 'slides'?); there are page, print, slides\n"
    )


# ------------------------------------------------------------------------------------- one's axes


@pytest.fixture(scope="module")
def result():
    pair = [sim.load(name, SMALL) for name in ("tight_control", "restored_autonomy")]
    return sim.study(pair, replicates=4)


@pytest.fixture(scope="module")
def alone():
    return sim.study([sim.load("history", SMALL)], replicates=1)


PANELS = {
    "outcome": lambda result, ax=None: sim.outcome_panel(result, "savings_median", ax=ax),
    "share": lambda result, ax=None: sim.outcome_panel(result, "overstay_share", ax=ax),
    "survival": lambda result, ax=None: sim.survival_panel(result, "missed", ax=ax),
    "effects": lambda result, ax=None: sim.effects_panel(result, ax=ax),
}


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_is_drawn_on_the_axes_given_and_touches_nothing_else(result, name):
    before = dict(mpl.rcParams)
    figure = Figure()
    left, right = figure.subplots(1, 2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert PANELS[name](result, left) is left
        figure.canvas.draw()
    assert left.has_data() and not right.has_data()
    assert dict(mpl.rcParams) == before
    assert PANELS[name](result).has_data()  # on axes of its own


def test_a_panel_shows_the_numbers_of_the_result(result):
    ax = sim.outcome_panel(result, "savings_median")
    for scenario, line in zip(("tight_control", "restored_autonomy"), ax.lines, strict=False):
        means = result.values(scenario, "savings_median").mean(axis=0)
        assert line.get_ydata() == pytest.approx(means)
    assert ax.get_ylabel() == "median savings (USD)"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "Tight control", "Restored autonomy",
    ]  # fmt: skip


def test_a_single_scenario_and_replicate_have_panels_too(alone):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sim.outcome_panel(alone, "savings_median").get_legend() is None
        assert sim.survival_panel(alone, "spent").has_data()
    with pytest.raises(ValueError, match="a single scenario has no effects"):
        sim.effects_panel(alone)


def test_unknown_names_are_told_with_the_nearest(result):
    with pytest.raises(ValueError, match="did you mean 'savings_median'"):
        sim.outcome_panel(result, "savings_medain")
    with pytest.raises(ValueError, match="there are spent, missed"):
        sim.survival_panel(result, "defected")


def test_the_contributions_are_told_shortly_to_those_who_cannot_see():
    picture = contributions(make_study())
    assert "e+0" not in picture.alt
    assert "most by" in picture.alt and picture.alt.endswith("The rest is in the CSV file.")
    assert len(picture.alt) < 900
