"""Sizes of differences as people write them."""

import math
from collections.abc import Callable
from functools import partial

from sim.report_numbers import is_percent

UNKNOWN = "–"


def size(value: float, unit: str) -> str:
    """A difference in its own unit: '+$29,612', '−6.3 points', '+0.11'."""
    if not math.isfinite(value):
        return UNKNOWN
    money = "USD" in unit
    percent = is_percent(unit)
    amount = abs(value) * (100 if percent else 1)
    unit_words = " points" if percent else ""
    if amount < 5e-5:
        return f"{'about ' if value else ''}{'$' if money else ''}0{unit_words}"
    decimals = 0 if amount >= 100 else 1 if percent or amount >= 10 else 2
    digits = 1 if percent else 2  # at least so many that are not leading zeros
    decimals = min(max(decimals, digits - 1 - math.floor(math.log10(amount))), 4)
    sign = "−" if value < 0 else "+"
    return f"{sign}{'$' if money else ''}{amount:,.{decimals}f}{unit_words}"


def ticks(unit: str) -> Callable[[float, object], str]:
    """Numbers along an axis of differences, shares in points."""
    return partial(_tick, 100 if is_percent(unit) else 1, "$" if "USD" in unit else "", "")


def numbers(unit: str) -> Callable[[float, object], str]:
    """Numbers along an axis in this unit."""
    words = " %" if is_percent(unit) else ""
    return partial(_tick, 100 if is_percent(unit) else 1, "$" if "USD" in unit else "", words)


def _tick(scale: float, sign: str, words: str, value: float, _: object) -> str:
    digits = f"{round(abs(value) * scale, 9):,.6g}"
    return f"{'−' if value < 0 and digits != '0' else ''}{sign}{digits}{words}"
