"""Numbers of the report as people write them."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

UNKNOWN = "–"

Row = Mapping[str, Any]


def size(row: Row) -> str:
    """The size of a difference: '$3,210', '4.0 points'."""
    known = [row["ci_low"], row["ci_high"]]
    return interval_figures([row["difference"]], known, row["unit"])[0].lstrip("−")


def span(row: Row, low: str = "ci_low", high: str = "ci_high") -> str:
    """An interval of the difference: '$2,900 to $3,500', '1.2 to 3.4 points'."""
    ends = interval_figures([row[low], row[high]], [row["difference"]], row["unit"])
    return UNKNOWN if UNKNOWN in ends else f"{ends[0].removesuffix(' points')} to {ends[1]}"


def p_value(value: float) -> str:
    """'0.031', '< 0.001'."""
    if not math.isfinite(value):
        return UNKNOWN
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def figures(
    values: Sequence[float], unit: str, known: Sequence[float] = (), change: bool = False,
    signed: bool = False, apart: bool = False,
) -> list[str]:  # fmt: skip
    """Numbers as people write them, all to one precision, fit for the largest of them.

    Dollars get a dollar sign, shares and chances become per cent (a change in them: points).
    When all of `values` and `known` lie on one side of zero none is rounded to zero, for
    "0.0 to 1.2" would look like an interval that holds zero; if `apart`, the largest and the
    smallest of them are written differently.
    """
    money, percent = "USD" in unit, is_percent(unit)
    scale = 100 if percent else 1
    finite = [v * scale for v in [*values, *known] if math.isfinite(v)]
    largest = max(map(abs, finite), default=0.0)
    one_sided = bool(finite) and (min(finite) > 0 or max(finite) < 0)
    decimals = 1 if percent else 0 if largest >= 100 else 1 if largest >= 10 else 2
    if change and one_sided:
        decimals = _enough(decimals, min(map(abs, finite)))
    if apart and finite and min(finite) < max(finite):
        decimals = _enough(decimals, (max(finite) - min(finite)) / 3)
    words = (" points" if change else " %") if percent else ""
    return [_one(v * scale, decimals, "$" if money else "", words, signed) for v in values]


def interval_figures(
    values: Sequence[float], known: Sequence[float], unit: str, signed: bool = False
) -> list[str]:
    """Differences and ends of their intervals, as ``figures``, the ends told apart."""
    return figures(values, unit, known=known, change=True, signed=signed, apart=True)


def _enough(decimals: int, size: float) -> int:
    """At least so many decimals, and more if a number of this size would be rounded to zero."""
    return min(max(decimals, math.ceil(-math.log10(size))), 6)


def is_percent(unit: str) -> bool:
    """Whether numbers of this unit are written as per cent."""
    return "USD" not in unit and bool(re.search(r"\b(share|chance|rate)s?\b|%", unit.lower()))


def _one(value: float, decimals: int, sign: str, words: str, signed: bool) -> str:
    if not math.isfinite(value):
        return UNKNOWN
    digits = f"{abs(value):,.{decimals}f}"
    zero = not digits.strip("0.,")
    minus = "" if zero else "−" if value < 0 else "+" if signed else ""
    return f"{minus}{sign}{digits}{words}"
