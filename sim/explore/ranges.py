"""What a study file writes under ``vary``: over what each thing varies, or what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ..reading import Document, Loc, Problem, format_path, shown, suggest
from ..scenario_file import COHORT_HAS_NO_DATES, is_month
from ..setting_values import SETTINGS, drawer_of, is_number, misfit, unknown_setting
from .drawn import drawn
from .varied import Varied

EXPECTED = "expected {from: …, to: …}, a list of values, or {times: {from: …, to: …}}"
KEYS = ("from", "to", "scale", "steps")
DATE_NAMES = "a date that varies may have any name without a dot, such as begins"


def varied_of(
    document: Document, loc: Loc, months: Sequence[str], problems: list[Problem]
) -> list[Varied]:
    """Everything under ``vary`` at this place of a file, in order; notes all that is wrong."""
    raw = _at(document.value, loc)
    if not isinstance(raw, dict):
        return []
    dates = [name for name, said in raw.items() if "." not in name and not _is_posterior(said)]
    found = []
    for name, said in raw.items():
        at = (*loc, name)
        complaint = _name_complaint(name, dates, months)
        if complaint:
            problems.append(Problem(document.where_key(at), format_path(at), complaint))
            continue
        if _is_posterior(said):
            one, complaint = drawn(Path(document.name).parent, name, said)
        elif name in dates:
            one, complaint = _date(name, said, months)
        else:
            one, complaint = _setting(name, said)
        if complaint or one is None:
            problems.append(Problem(document.where(at), format_path(at), complaint))
        else:
            found.append(one)
    return found


def _at(value: Any, loc: Loc) -> Any:
    for part in loc:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _name_complaint(name: str, dates: Sequence[str], months: Sequence[str]) -> str:
    drawer, dot, rest = name.partition(".")
    setting, at, month = rest.partition("@")
    if not dot:
        near = drawer_of(name.partition("@")[0])
        return f"is a setting; write {near}.{name}" if near else ""
    if drawer not in SETTINGS:
        known = ", ".join(SETTINGS)
        return f"expected drawer.name, with a drawer out of {known}{suggest(drawer, SETTINGS)}"
    if complaint := unknown_setting(drawer, setting):
        return complaint
    if at and drawer == "cohort":
        return COHORT_HAS_NO_DATES
    if at and not is_month(month) and month not in dates:
        return f"{shown(month)} is neither a month such as 2026-07 nor a date that varies here"
    if is_month(month) and months and month not in months:
        return f"{month} is not a month of this run, {months[0]} to {months[-1]}"
    return ""


def _setting(name: str, said: Any) -> tuple[Varied | None, str]:
    drawer, _, rest = name.partition(".")
    entry = SETTINGS[drawer][rest.partition("@")[0]]
    if isinstance(said, dict) and set(said) == {"times"}:
        return _factor(name, said["times"])
    if isinstance(said, list):
        wrong = next((text for value in said if (text := misfit(entry, value))), "")
        if wrong or len(set(said)) < 2:
            return None, wrong or "has no two different values to choose from"
        return Varied(name, min(said), max(said), tuple(map(float, said))), ""
    if complaint := _range_complaint(said):
        return None, complaint
    for value in (said["from"], said["to"]):
        if complaint := misfit(entry, value):
            return None, complaint
    low, high = said["from"], said["to"]
    if high <= low:
        return None, f"to, {high:g}, must be above from, {low:g}"
    log = said.get("scale", "even") == "log"
    if log and low <= 0:
        return None, "a logarithmic scale must begin above 0"
    return _stepped(Varied(name, low, high, whole=entry.kind is int, log=log), said)


def _factor(name: str, said: Any) -> tuple[Varied | None, str]:
    if complaint := _range_complaint(said):
        return None, complaint
    low, high = said["from"], said["to"]
    if not (is_number(low) and is_number(high) and 0 < low < high):
        return None, "factors must be numbers above 0, to above from"
    if "@" in name:
        return None, "a factor holds for the whole run; leave out the month"
    varied = Varied(name, low, high, log=said.get("scale", "even") == "log", times=True)
    return _stepped(varied, said)


def _date(name: str, said: Any, months: Sequence[str]) -> tuple[Varied | None, str]:
    if isinstance(said, list):
        written = said
    elif complaint := _range_complaint(said):
        return None, complaint
    else:
        written = [said["from"], said["to"]]
    for month in written:
        if not is_month(month):
            return None, f"{month!r} is not a month such as 2026-07; {DATE_NAMES}"
        if months and month not in months:
            return None, f"{month} is not a month of this run, {months[0]} to {months[-1]}"
    numbers = [12 * int(month[:4]) + int(month[5:]) - 1 for month in written]
    if len(set(numbers)) < 2 or (isinstance(said, dict) and numbers[1] < numbers[0]):
        return None, "must hold at least two months, the later one last"
    values = tuple(map(float, numbers)) if isinstance(said, list) else ()
    varied = Varied(name, min(numbers), max(numbers), values, whole=True, date=True)
    return _stepped(varied, said)


def _is_posterior(said: Any) -> bool:
    return isinstance(said, dict) and "posterior" in said


def _range_complaint(said: Any) -> str:
    if not isinstance(said, dict):
        return f"{shown(str(said))} is no range; {EXPECTED}"
    for key in said:
        if key not in KEYS:
            return f"{shown(str(key))} is not known here{suggest(str(key), KEYS)}; {EXPECTED}"
    if not {"from", "to"} <= said.keys():
        return f"has no {'to' if 'from' in said else 'from'}; {EXPECTED}"
    if said.get("scale", "even") not in ("even", "log"):
        return "scale must be even or log"
    steps = said.get("steps", 2)
    if type(steps) is not int or not 2 <= steps <= 10_000:
        return "steps must be a whole number from 2 to 10000"
    return ""


def _stepped(varied: Varied, said: Any) -> tuple[Varied, str]:
    """A range with steps is the list of values at these steps, evenly spread over it."""
    if not isinstance(said, dict) or "steps" not in said:
        return varied, ""
    values = list(dict.fromkeys(_steps(varied, said["steps"])))
    return Varied(
        varied.name, varied.low, varied.high, tuple(values), varied.whole, varied.log,
        varied.date, varied.times,
    ), ""  # fmt: skip


def _steps(varied: Varied, steps: int) -> Iterator[float]:
    for k in range(steps):
        share = k / (steps - 1)
        if varied.log:
            yield varied.low ** (1 - share) * varied.high**share
        else:
            value = varied.low + share * (varied.high - varied.low)
            yield float(round(value)) if varied.whole else value
