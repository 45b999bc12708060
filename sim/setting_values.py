"""One value of a setting as it may be written, and what is wrong with one that is not."""

from __future__ import annotations

import math
import re
from typing import Any

from .model.settings import DRAWERS, GRADES, Setting, settings_of
from .problems import shown, suggest
from .units import YUAN, convert

SETTINGS: dict[str, dict[str, Setting]] = {
    drawer: {entry.name: entry for entry in settings_of(kind)} for drawer, kind in DRAWERS.items()
}


def drawer_of(name: str) -> str:
    """The drawer that has a setting of this name, or nothing."""
    return next((drawer for drawer, settings in SETTINGS.items() if name in settings), "")


def unknown_setting(drawer: str, name: str) -> str:
    """What is wrong with a setting's name in a drawer, or nothing."""
    if name in SETTINGS[drawer]:
        return ""
    if other := drawer_of(name):
        return f"belongs under {other}, not {drawer}"
    near = suggest(name, SETTINGS[drawer]) or "; trader-sim show lists them all"
    return f"there is no such setting in {drawer}{near}"


WORDS_OF_A_VALUE = ("value", "unit", "source", "grade")
DEFAULT = "default"  # the source of what is only written out as the catalogue has it


def unpack(raw: Any, entry: Setting) -> tuple[Any, dict[str, Any], str]:
    """Value and grounds of ``0.3`` or ``{value: 30, unit: percent, source: …, grade: …}``, or a
    complaint."""
    if not isinstance(raw, dict):
        return raw, {}, ""
    expected = ", ".join(WORDS_OF_A_VALUE)
    strange = [str(key) for key in raw if key not in (*WORDS_OF_A_VALUE, YUAN)]
    if strange:
        near = suggest(strange[0], WORDS_OF_A_VALUE)
        return None, {}, f"{shown(strange[0])} is not known here{near}; expected {expected}"
    if "value" not in raw:
        return None, {}, "has no value; expected {value: …, unit: …, source: …, grade: …}"
    grounds = {key: raw[key] for key in ("source", "grade") if key in raw}
    if any(not isinstance(text, str) for text in grounds.values()):
        return None, {}, "source and grade must be text"
    if grounds.get("grade", GRADES[0]) not in GRADES:
        near = suggest(grounds["grade"], GRADES)
        return None, {}, f"grade must be one of {', '.join(GRADES)}{near}"
    value, complaint = _in_own_unit(raw, entry)
    return value, grounds, complaint


def _in_own_unit(raw: dict[str, Any], entry: Setting) -> tuple[Any, str]:
    """The value in the setting's own unit, or a complaint; what is no number stays as it is."""
    value, unit, rate = raw["value"], raw.get("unit", entry.unit), raw.get(YUAN)
    if not isinstance(unit, str):
        return value, f"unit must be text; expected {entry.unit}"
    if YUAN in raw and not (is_number(rate) and raw[YUAN] > 0):
        return value, f"{YUAN} must be a number above 0"
    return convert(value, unit, entry.unit, rate) if is_number(value) else (value, "")


def is_number(value: Any) -> bool:
    """Whether this is a finite number, and no flag."""
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return known and math.isfinite(value)


def misfit(entry: Setting, value: Any) -> str:
    """What is wrong with a value for a setting, or nothing."""
    expected = f"expected {'a whole number' if entry.kind is int else 'a number'} "
    expected += f"from {entry.low:.12g} to {entry.high:.12g} ({entry.unit})"
    if value is None:
        return f"has no value; {expected}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"{_briefly(value)} is not a number; {expected}{_number_meant(entry, value)}"
    if not math.isfinite(value):
        return f"{value!r} is not finite; {expected}"
    if entry.kind is int and value != int(value):
        return f"{value!r} is not whole; {expected}"
    if entry.low <= value <= entry.high:
        return ""
    if (noun := _share_or_chance(entry)) and entry.high < value <= 100 * entry.high:
        expected = f"a {noun} runs from {entry.low:g} to {entry.high:g}; "
        expected += f"did you mean {value / 100:.12g}?"
    return f"{value!r} is out of bounds; {expected}"


def _share_or_chance(entry: Setting) -> str:
    """What is easily given in per cent."""
    words = f"{entry.name} {entry.unit}".replace("_", " ").split()
    return next((noun for noun in ("share", "chance") if noun in words), "")


def _briefly(value: Any) -> str:
    return shown(value) if isinstance(value, str) else shown(str(value))[1:-1]


_AMOUNT = re.compile(r"(?:USD|[$])? ?([-+]?[0-9]+(?:,[0-9]{3})*(?:[.,][0-9]+)?) ?(%|[A-Za-z$ ]*)")


def _number_meant(entry: Setting, value: Any) -> str:
    """The plain number in a text such as '70 %', '2,000 USD' or '0,7', as a question."""
    if not isinstance(value, str) or not (amount := _AMOUNT.fullmatch(value.strip())):
        return ""
    plain = re.sub(r",(?=[0-9]{3}\b)", "", amount[1]).replace(",", ".")
    number = float(plain) / (100 if amount[2] == "%" else 1)
    known = {"%", "$", "USD", "month", "months", *entry.unit.split()}  # not k, mln or years
    if not entry.low <= number <= entry.high or not known.issuperset(amount[2].split()):
        return ""
    return f"; did you mean {number:.12g}{', without quotes' if plain == value else ''}?"
