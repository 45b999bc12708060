"""The shape of a scenario file: what is said of a misshapen one, and that it is said once."""

import pytest

from sim.reading import parse_yaml
from sim.scenario_file import ScenarioFile, shape


def complaints(text: str) -> list[str]:
    """Where every problem stands that reading and shaping find, in the order a user sees them."""
    document = parse_yaml(text, "s.yaml")
    file, misshapen = shape(document, ScenarioFile)
    problems = [*document.problems, *misshapen]
    assert problems == [] or file is None
    return [f"{problem.where} {problem.path}" for problem in problems]


def test_a_well_shaped_file_has_no_complaints() -> None:
    assert complaints("title: A ban\nmonths: {from: 2017-01, to: 2025-12}\n") == []


def test_every_misshapen_place_is_named() -> None:
    text = "title: 3\nmonth: {}\ntimeline:\n  - {from: 2020-01, over_months: x}\n"
    assert complaints(text) == [
        "s.yaml:1:8 title",
        "s.yaml:4:34 timeline[0].over_months",
        "s.yaml:2:1 month",
    ]


@pytest.mark.parametrize(
    ("text", "once"),
    [
        # read as text, so not a whole number either
        ("timeline:\n  - {from: 2020-01, over_months: 010}", "s.yaml:2:34 timeline[0].over_months"),
        # in doubt, and not a mapping either
        ("months: yes", "s.yaml:1:9 months"),
        # given twice, and the first is not a list
        ("timeline: 1\ntimeline: []", "s.yaml:2:1 timeline"),
    ],
)
def test_what_reading_noted_is_not_complained_about_again(text: str, once: str) -> None:
    assert complaints(text) == [once]


def test_only_the_noted_path_is_passed_over() -> None:
    """A note on a value says nothing about its neighbours, its parent, or what is inside it."""
    text = "months: {from: yes, to: 3, until: 4}\nlevers: [no]\n"
    assert complaints(text) == [
        "s.yaml:1:16 months.from",
        "s.yaml:2:10 levers[0]",
        "s.yaml:1:25 months.to",
        "s.yaml:1:28 months.until",
        "s.yaml:2:9 levers",
    ]
