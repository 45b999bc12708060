"""Units in which a value may be written: money and time are converted, nothing is guessed."""

from __future__ import annotations

import math
from fractions import Fraction

from .problems import suggest

THOUSAND, MONTHS_A_YEAR, PERCENT = Fraction(1000), Fraction(12), Fraction(1, 100)
YUAN = "yuan_per_usd"


def accepted(unit: str, yuan_per_usd: float | None) -> dict[str, Fraction]:
    """Every unit in which a setting with this one may be written, and what one of it is worth."""
    ways = {unit: Fraction(1)}
    kind, _, rest = unit.partition(" ")
    if kind == "USD":
        money = {"USD": Fraction(1), "thousand USD": THOUSAND}
        if yuan_per_usd:
            yuan = 1 / Fraction(yuan_per_usd)
            money |= {"yuan": yuan, "thousand yuan": THOUSAND * yuan}
        ways |= {f"{word} {rest}".strip(): worth for word, worth in money.items()}
        if rest == "a month":
            ways |= {f"{word} a year": worth / MONTHS_A_YEAR for word, worth in money.items()}
    elif kind in ("share", "chance"):
        ways[f"percent {rest}".strip()] = PERCENT
    elif unit == "months":
        ways["years"] = MONTHS_A_YEAR
    return ways


def convert(value: float, written: str, unit: str, yuan_per_usd: float | None) -> tuple[float, str]:
    """A value brought to a setting's own unit, and what is wrong with how it was written, or
    nothing."""
    in_yuan = "yuan" in written.split()
    if in_yuan and yuan_per_usd is None and unit.startswith("USD"):
        return value, f"{written!r} needs a rate; add {YUAN}, the yuan that one dollar was worth"
    if yuan_per_usd is not None and not in_yuan:
        return value, f"{YUAN} belongs to a value whose unit is in yuan; leave it out"
    ways = accepted(unit, yuan_per_usd)
    if written not in ways:
        near = suggest(written, ways)
        return value, f"{written!r} is no unit of this setting{near}; expected {' or '.join(ways)}"
    try:
        return float(Fraction(repr(value)) * ways[written]), ""  # the decimals as written
    except OverflowError:
        return math.inf, ""
