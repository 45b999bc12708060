"""What is put over a scenario's files and has the last word: ``--set`` and ``with_``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from numbers import Real
from typing import Any

from .problems import Problem
from .scenario_file import COHORT_HAS_NO_DATES, Given, is_month
from .setting_values import SETTINGS, drawer_of, misfit, unknown_setting
from .yaml_words import plain_value

Values = Mapping[str, Any]  # by setting: a number, or numbers by the month from which they hold


def read_override(text: str, months: Sequence[str] | None) -> Given | Problem:
    """What ``drawer.name=value`` or ``drawer.name@month=value`` gives, or what is wrong with it;
    ``months`` are None when the run's are not known."""
    path, equals, written = text.partition("=")
    where = f"--set {text}"
    drawer, dot, name = path.strip().partition(".")
    name, at, month = name.partition("@")
    if not equals or not dot or drawer not in SETTINGS:
        near = drawer_of(path.strip().partition("@")[0])
        hint = f" (did you mean {near}.{text.strip()}?)" if near else ""
        message = f"expected drawer.name=value, with a drawer out of {', '.join(SETTINGS)}{hint}"
        return Problem(where, "", message)
    value, doubt = plain_value(written.strip())
    doubt = f"{written.strip()!r} {doubt}" if doubt else ""
    if wrong := _complaint(drawer, name, value, month if at else None, months, doubt):
        return Problem(where, f"{drawer}.{name}", wrong)
    return Given(drawer, name, value, "--set", first=month or None, last_word=True)


def read_values(drawer: str, values: Values, months: Sequence[str]) -> Iterator[Given | Problem]:
    """The same of ``{name: value}`` and ``{name: {month: value}}``, handed over in Python."""
    for name, said in values.items():
        dated = sorted(said.items(), key=str) if isinstance(said, Mapping) else [(None, said)]
        for month, written in dated:
            real = isinstance(written, Real) and not isinstance(written, bool)
            value = float(written) if real else written
            if wrong := _complaint(drawer, name, value, month, months):
                yield Problem("with_", f"{drawer}.{name}", wrong)
            else:
                yield Given(drawer, name, value, "with_", first=month, last_word=True)


def _complaint(
    drawer: str,
    name: str,
    value: Any,
    month: str | None,
    months: Sequence[str] | None,
    doubt: str = "",
) -> str:
    """What is wrong with setting this, to that, from then on; or nothing."""
    return (
        unknown_setting(drawer, name)
        or ("" if month is None else _wrong_month(drawer, month, months))
        or doubt
        or misfit(SETTINGS[drawer][name], value)
    )


def _wrong_month(drawer: str, month: str, months: Sequence[str] | None) -> str:
    if not is_month(month):
        return f"{month!r} is not a month; expected a month such as 2026-07"
    if drawer == "cohort":
        return COHORT_HAS_NO_DATES
    if months and month not in months:
        return f"{month} is not a month of this run, {months[0]} to {months[-1]}"
    return ""
