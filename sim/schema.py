"""A JSON Schema for scenario files, made from the declarations, for editors' completion.

It holds what an editor can check while one types; `trader-sim check` holds the rest.
"""

from __future__ import annotations

from typing import Any

from .explore.plan_file import StudyFile
from .formats import todays_format
from .model.settings import DRAWERS, GRADES, Setting
from .scenario import shipped
from .scenario_file import MONTH, ScenarioFile
from .setting_values import SETTINGS

ENDS = {
    "type": "object",
    "additionalProperties": False,
    "required": ["from", "to"],
    "properties": {
        "from": {"description": "the lowest value, or the first month"},
        "to": {"description": "the highest value, or the last month"},
        "scale": {"enum": ["even", "log"], "default": "even"},
        "steps": {"type": "integer", "minimum": 2, "description": "makes it a list of so many"},
    },
}
FACTORS = {
    "type": "object",
    "additionalProperties": False,
    "required": ["times"],
    "properties": {"times": ENDS},
    "description": "factors of what the scenario says",
}
DRAWS = {
    "type": "object",
    "properties": {"posterior": {"type": "string"}},
    "required": ["posterior"],
    "additionalProperties": False,
    "description": "draws that a calibration has stored, in a CSV file beside the study",
}
KINDS_OF_RANGE: list[Any] = [ENDS, FACTORS, {"type": "array", "minItems": 2}]
RANGE = {"anyOf": KINDS_OF_RANGE}
DATE_OR_DRAWS = {"anyOf": [*KINDS_OF_RANGE, DRAWS]}
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def scenario_schema() -> dict[str, Any]:
    """The whole schema, as plain values."""
    schema = ScenarioFile.model_json_schema()
    shapes = schema["$defs"]
    for drawer, declared in DRAWERS.items():
        shapes[drawer] = _drawer(drawer, declared)
    for shape in (schema, *shapes.values()):
        for name, held in shape["properties"].items():
            held.pop("title", None)
            if name in DRAWERS:
                shape["properties"][name] = {"$ref": f"#/$defs/{name}"}
            if name in ("from", "to", "until", "announced"):
                shape["properties"][name] = _month(held)
    schema["properties"]["format"] |= {"minimum": 1, "maximum": todays_format()}
    schema["properties"]["based_on"]["examples"] = shipped()
    return {"$schema": DIALECT, **schema, "title": "A scenario of trader-sim"}


def study_schema() -> dict[str, Any]:
    """The same for study files; what may vary is named by setting."""
    schema = StudyFile.model_json_schema()
    for shape in (schema, *schema["$defs"].values()):
        for held in shape["properties"].values():
            held.pop("title", None)
    named = {"^(" + "|".join(SETTINGS) + r")\.\w+(@.+)?$": RANGE, r"^[^.]+$": DATE_OR_DRAWS}
    vary = {"type": "object", "patternProperties": named, "additionalProperties": False}
    for shape in (schema, schema["$defs"]["Surroundings"]):
        shape["properties"]["vary"] |= vary
    for name in ("from", "to"):
        months = schema["$defs"]["Months"]["properties"]
        months[name] = _month(months[name])
    return {"$schema": DIALECT, **schema, "title": "A study of trader-sim"}


def _drawer(drawer: str, declared: type) -> dict[str, Any]:
    settings = {name: _setting(entry) for name, entry in SETTINGS[drawer].items()}
    about = {"description": declared.__doc__, "additionalProperties": False}
    return {"type": "object", **about, "properties": settings}


def _setting(entry: Setting) -> dict[str, Any]:
    """A number by itself, or with where it comes from."""
    kind = "integer" if entry.kind is int else "number"
    number = {"type": kind, "minimum": entry.low, "maximum": entry.high, "default": entry.default}
    with_grounds = {
        "type": "object",
        "additionalProperties": False,
        "required": ["value"],
        "properties": {
            "value": number,
            "unit": {"type": "string", "default": entry.unit},
            "source": {"type": "string"},
            "grade": {"enum": list(GRADES)},
        },
    }
    described = f"{entry.meaning} ({entry.unit}; {entry.grade}: {entry.source})"
    return {"description": described, "default": entry.default, "anyOf": [number, with_grounds]}


def _month(held: dict[str, Any]) -> dict[str, Any]:
    month = {"type": "string", "pattern": f"^({MONTH.pattern})$", "examples": ["2026-07"]}
    optional = {"anyOf": [month, {"type": "null"}]} if "anyOf" in held else month
    return {key: held[key] for key in ("description", "default") if key in held} | optional
