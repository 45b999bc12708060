"""What was changed, for the report: sentences taken apart and put under their scenarios."""

import re
from collections.abc import Sequence

from sim.drawing import month_name, month_number
from sim.report_numbers import is_percent
from sim.report_words import capital, printed

CHANGE = re.compile(
    r"(?P<name>\w+) is (?P<new>[-+.\de]+) instead of (?P<old>[-+.\de]+)(?P<when>.*?) "
    r"\((?P<meaning>.*); (?P<unit>[^;]*)\)\.",
    re.DOTALL,
)
MONTH = re.compile(r"\b\d{4}-\d{2}\b")


def changed(
    changes: Sequence[str], titles: Sequence[str]
) -> list[tuple[str, list[dict[str, str]]]]:
    """Scenario title and what was changed in it, item by item; "" holds what names no scenario."""
    groups: dict[str, list[dict[str, str]]] = {}
    for sentence in changes:
        fitting = [title for title in titles if sentence.startswith(f"{title}: ")]
        title = max(fitting, key=len, default="")
        groups.setdefault(title, []).append(_change(sentence.removeprefix(f"{title}: ")))
    return list(groups.items())


def months_named(text: str) -> str:
    """The text with its months as people write them."""
    return MONTH.sub(lambda month: month_name(month_number(month[0])), text)


def _change(text: str) -> dict[str, str]:
    """Meaning, values, months and name of a change; a sentence of another form stays as it is."""
    found = CHANGE.fullmatch(text)
    if not found:
        return {"meaning": "", "values": text, "when": "", "name": ""}
    (new, old), unit = _amounts(found["unit"], *(float(found[each]) for each in ("new", "old")))
    when = months_named(found["when"])
    return {
        "meaning": printed(capital(found["meaning"])),
        "values": printed(f"{new} instead of {old}{unit}"),
        "when": f",{when}" if when else "",
        "name": found["name"],
    }


def _amounts(unit: str, *values: float) -> tuple[list[str], str]:
    """Values and what follows them: '90 %' and '', '$1,500' and ' a month', '3' and ' (ratio)'."""
    rest = unit[len(unit.split(" ")[0]) :]
    if is_percent(unit):
        return [f"{value * 100:g} %" for value in values], rest
    if unit.startswith("USD"):
        return [f"${value:,.10g}" for value in values], rest
    return [f"{value:g}" for value in values], f" ({unit})"
