"""Scenarios and results in a notebook: whole, escaped, and the same numbers as everywhere."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

import sim
from sim.rich_html import as_html, folded, grid

SMALL = ["cohort.posts=20", "cohort.companies=4"]


@pytest.fixture(scope="module")
def result():
    return sim.study([sim.load(name, SMALL) for name in ("tight_control", "keep_margin")], 3)


def rows(shown):
    """Every line of every table as text; the page must be whole."""
    return [["".join(cell.itertext()) for cell in line]
            for line in ElementTree.fromstring(shown).iter("tr")]  # fmt: skip


def test_whatever_is_shown_is_escaped():
    bad = "<script>alert('x')</script>&"
    shown = as_html(bad, [bad], [folded(bad, grid([bad], [[bad]]))])
    assert "<script" not in shown
    assert "".join(ElementTree.fromstring(shown).itertext()) == bad * 5


def test_it_brings_no_style_names_or_programs_of_its_own(result):
    for shown in (result._repr_html_(), result.scenarios[0]._repr_html_()):
        for element in ElementTree.fromstring(shown).iter():
            assert element.tag not in ("style", "script", "link", "img")
            assert set(element.attrib) <= {"style"}
            assert element.get("style", "text-align:left").startswith("text-align:")


def test_a_scenario_shows_what_it_sets():
    scenario = sim.load("tight_control", [*SMALL, "levers.surveillance@2027-01=0.4"])
    shown = scenario._repr_html_()
    assert scenario.title in shown
    assert "2023-01 to 2029-12" in shown
    head, *lines = rows(shown)
    assert head == ["setting", "grade", "source", "from", "value"]
    assert ["levers.surveillance", "2027-01", "0.4 chance"] in [
        [line[0], *line[3:]] for line in lines
    ]
    said = {line[0] for line in lines}
    assert "cohort.posts" in said
    assert "surroundings.value_of_quality" not in said, "left at its default"


def test_a_scenario_s_title_cannot_be_code():
    scenario = replace(sim.load("history"), title="<b>x", description="<i>")
    assert "<b>" not in scenario._repr_html_()
    assert "<i>" not in scenario._repr_html_()


def test_a_result_shows_the_effects(result):
    head, *lines = rows(result._repr_html_())
    assert head[1:] == ["Tight control", "Keep a margin", "difference [95 % interval]"]
    told = {line[0]: line[1:] for line in lines}
    row = sim.effects(result).set_index("outcome").loc["savings_median"]
    cells = told["median savings (at the end)"]
    assert cells[0] == f"${row.base_mean:,.0f}"
    assert cells[1] == f"${row.other_mean:,.0f}"
    assert f"[{_signed(row.ci_low)}, {_signed(row.ci_high)}]" in cells[2]
    assert len(lines) == 15
    assert "3 replicates each, seed 1" in result._repr_html_()


def _signed(dollars):
    return f"{'−' if dollars < 0 else '+'}${abs(dollars):,.0f}"


def test_a_single_scenario_shows_its_means():
    result = sim.study([sim.load("history", SMALL)], 1)
    head, *lines = rows(result._repr_html_())
    assert head == ["outcome", result.scenarios[0].title]
    assert all(len(line) == 2 for line in lines)


def test_replicates_that_failed_are_told(result):
    failed = replace(result, failures=result.failures.reindex([0]))
    assert "1 failed and are left out" in failed._repr_html_()
