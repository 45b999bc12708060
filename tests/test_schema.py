"""The JSON Schema for editors takes what is fine and refuses what our own checks refuse."""

import json

import pytest
from jsonschema import Draft202012Validator

from sim.explore.plan_reading import FOLDER, studies
from sim.model.settings import DRAWERS
from sim.reading import parse_yaml, read_yaml
from sim.scenario import ScenarioError, load, shipped, shipped_folder
from sim.scenario_file import ScenarioFile
from sim.schema import DIALECT, scenario_schema, study_schema
from sim.setting_values import SETTINGS

SCHEMA = json.loads(json.dumps(scenario_schema()))
VALIDATOR = Draft202012Validator(SCHEMA)
YEAR = "months: {from: 2024-01, to: 2024-12}\n"


def said_of(text):
    return [error.message for error in VALIDATOR.iter_errors(parse_yaml(text, "f").value)]


def test_it_is_a_schema_of_the_draft_it_names():
    assert SCHEMA["$schema"] == DIALECT == Draft202012Validator.META_SCHEMA["$id"]
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", shipped())
def test_shipped_files_are_fine(name):
    document = read_yaml(shipped_folder() / f"{name}.yaml")
    assert list(VALIDATOR.iter_errors(document.value)) == []


def test_every_key_and_setting_is_described_for_completion():
    assert list(SCHEMA["properties"]) == list(ScenarioFile.model_fields)
    for name, held in SCHEMA["properties"].items():
        shape = held.get("$ref") or json.dumps(held)
        assert "description" in held or name in DRAWERS or "#/$defs/" in shape, name
    for drawer, settings in SETTINGS.items():
        described = SCHEMA["$defs"][drawer]["properties"]
        assert list(described) == list(settings)
        for name, entry in settings.items():
            number, with_grounds = described[name]["anyOf"]
            assert entry.meaning in described[name]["description"]
            assert number == with_grounds["properties"]["value"]
            bounds = [number[key] for key in ("minimum", "default", "maximum")]
            assert bounds == [entry.low, entry.default, entry.high]
            assert (number["type"] == "integer") == (entry.kind is int)
            assert with_grounds["properties"]["unit"]["default"] == entry.unit


@pytest.mark.parametrize(
    "more",
    [
        "levers: {autonomy_tiers: 2.0, quota_usd: 0}",
        "levers: {surveillance: {value: 1, source: x, grade: assumed}}",
        "timeline: [{from: 2024-03, until: 2024-03, over_months: 240, levers: {levy_usd: 1}}]",
        "format: 1",
        "title: ",
    ],
)
def test_what_our_checks_take_is_fine(more, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(YEAR + more)
    assert load("mine.yaml")
    assert said_of(YEAR + more) == []


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("levers: {surveillance: 70}", "is not valid under any of the given schemas"),
        ("levers: {surveillance: -0.1}", "is not valid under any of the given schemas"),
        ("levers: {surveillance: high}", "is not valid under any of the given schemas"),
        ("levers: {surveillance: true}", "is not valid under any of the given schemas"),
        ("levers: {surveillance: }", "is not valid under any of the given schemas"),
        ("levers: {autonomy_tiers: 1.5}", "is not valid under any of the given schemas"),
        ("levers: {surveillance: {source: x}}", "is not valid under any of the given schemas"),
        ("levers: {surveillance: {value: 1, grade: sure}}", "is not valid under any"),
        ("levers: {survailance: 0.5}", "'survailance' was unexpected"),
        ("levers: {posts: 5}", "'posts' was unexpected"),
        ("lever: {}", "'lever' was unexpected"),
        ("levers: ", "None is not of type 'object'"),
        ("timeline: {from: 2024-03}", "is not of type 'array'"),
        ("timeline: [{levers: {}}]", "'from' is a required property"),
        ("timeline: [{from: 2024-13}]", "'2024-13' does not match"),
        ("timeline: [{from: 2024-03, over_months: 0}]", "0 is less than the minimum of 1"),
        ("timeline: [{from: 2024-03, cohort: {posts: 5}}]", "'cohort' was unexpected"),
        ("format: 2", "2 is greater than the maximum of 1"),
        ("demand: {}", "is not valid under any of the given schemas"),
        ("title: 5", "is not valid under any of the given schemas"),
    ],
)
def test_what_our_checks_refuse_is_refused(more, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(YEAR + more)
    with pytest.raises(ScenarioError):
        load("mine.yaml")
    (message,) = said_of(YEAR + more)
    assert told in message


STUDIES = Draft202012Validator(json.loads(json.dumps(study_schema())))


@pytest.mark.parametrize("name", studies())
def test_shipped_studies_are_fine(name):
    document = read_yaml(shipped_folder() / FOLDER / f"{name}.yaml")
    assert list(STUDIES.iter_errors(document.value)) == []


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("vary: {levers.levy_usd@x: {from: 0, to: 1, steps: 3}, x: [2026-07, 2027-01]}", 0),
        ("vary: {surroundings.price_sd: {times: {from: 0.5, to: 2}}}", 0),
        ("vary: {lever.surveillance: [0, 1]}", 1),
        ("vary: {levers.surveillance: 0.5}", 1),
        ("vary: {levers.surveillance: {from: 0}}", 1),
        ("sweep: {quantities: []}", 1),
        ("sweep: {design: grd, quantities: [{outcome: x}]}", 1),
        ("replicates: 0", 1),
        ("replicats: 5", 1),
    ],
)  # fmt: skip
def test_studies_are_held_to_their_shape(text, faults):
    STUDIES.check_schema(STUDIES.schema)
    assert len(list(STUDIES.iter_errors(parse_yaml(text, "f").value))) == faults
