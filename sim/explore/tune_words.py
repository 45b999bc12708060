"""How a tuning says its numbers and names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..report_numbers import figures
from .chosen import BEST, KNEE, NEAREST, WINNER
from .tune_tables import Outcome
from .varied import Varied


def role_words(done: Outcome, role: str) -> str:
    """A role as people say it."""
    if role.startswith(BEST):
        label = next(each.label for each in done.objectives if BEST + each.name == role)
        return f"best by {label}"
    return {KNEE: "knee", NEAREST: "nearest to the limits"}.get(role, WINNER)


def named(done: Outcome, varied: Varied) -> str:
    """The label of a lever, where that tells it from all others; else its name."""
    alike = [each for each in done.plan.varied if each.label == varied.label]
    return varied.label if len(alike) == 1 else varied.name


def with_interval(value: float, low: float, high: float, unit: str) -> str:
    """A number with its interval: '$1,234 [$1,200 to $1,268]'."""
    return bracketed(figures([value, low, high], unit, apart=True))


def bracketed(words: Sequence[str]) -> str:
    """A number and the ends of its interval: '+1.2 points [+0.4 to +2.0]'."""
    first, *ends = words
    ends = [end.removesuffix(" points").removesuffix(" %") for end in ends]
    return f"{first} [{' to '.join(ends)}]"


def short(value: Any) -> str:
    """A value of a lever: what is text already as it is, numbers with three figures."""
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def capital(text: str) -> str:
    """With a capital letter, as sentences and headings begin."""
    return text[:1].upper() + text[1:]
