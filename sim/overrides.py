"""What is put over a scenario's files and has the last word: ``--set`` and ``with_``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from numbers import Real
from typing import Any

from .problems import Problem
from .scenario_file import SETTINGS, Given, is_month, misfit, unknown_setting

Values = Mapping[str, Any]  # by setting: a number, or numbers by the month from which they hold


def read_override(text: str, months: Sequence[str]) -> Given | Problem:
    """What ``drawer.name=value`` or ``drawer.name@month=value`` gives, or what is wrong with it."""
    path, equals, written = text.partition("=")
    where = f"--set {text}"
    drawer, dot, name = path.strip().partition(".")
    name, at, month = name.partition("@")
    if not equals or not dot or drawer not in SETTINGS:
        drawers = ", ".join(SETTINGS)
        return Problem(where, "", f"expected drawer.name=value, with a drawer out of {drawers}")
    try:
        value: Any = float(written)
    except ValueError:
        value = written
    wrong = _complaint(drawer, name, value, month if at else None, months)
    if wrong:
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


def _complaint(drawer: str, name: str, value: Any, month: str | None, months: Sequence[str]) -> str:
    """What is wrong with setting this, to that, from then on; or nothing."""
    if unknown := unknown_setting(drawer, name):
        return unknown
    if month is not None and not (is_month(month) and month in months):
        return f"{month!r} is not a month of this run"
    if month is not None and drawer == "cohort":
        return "the cohort starts once and has no dates"
    return misfit(SETTINGS[drawer][name], value)
