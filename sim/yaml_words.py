"""What an unquoted word in YAML means: the core rules of YAML 1.2.

PyYAML's own rules are those of YAML 1.1, where `no` is false, `010` is eight and `1:30` is ninety.
A word that other readers take differently is a problem to mend here, not a guess.
"""

from __future__ import annotations

import math
import re
from typing import Any

MAX_DIGITS = 18

_CONSTANTS: dict[str, bool | None] = (
    dict.fromkeys(("", "~", "null", "Null", "NULL"))
    | dict.fromkeys(("true", "True", "TRUE"), True)
    | dict.fromkeys(("false", "False", "FALSE"), False)
)
YES_NO = {"yes", "no", "on", "off", "y", "n"}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_LEADING_ZERO = re.compile(r"([-+]?)0+(0|[1-9][0-9]*)")
_SIXTIES = re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?")
_NOT_FINITE = re.compile(r"[-+]?\.inf|\.nan", re.IGNORECASE)
# YAML's printable characters without three line breaks that editors do not count.
UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)


def plain_value(text: str) -> tuple[Any, str]:
    """What an unquoted word means, and what is wrong with it ("" when nothing is)."""
    bare = text.replace("_", "")
    if text in _CONSTANTS:
        return _CONSTANTS[text], ""
    if text.lower() in YES_NO:
        return text, "is true or false to some readers of YAML: write true or false, or quote it"
    if zeros := _LEADING_ZERO.fullmatch(text):
        plain = zeros[1] + zeros[2]
        return text, f"is octal to some readers of YAML: write {plain:.40}, or quote it"
    if _SIXTIES.fullmatch(text):
        return text, "counts in sixties to some readers of YAML: write a plain number, or quote it"
    if _NOT_FINITE.fullmatch(text):
        return text, "is not a finite number: write a number, or leave the line out"
    if _INTEGER.fullmatch(text):
        return _integer(text)
    if _FLOAT.fullmatch(text):
        if math.isfinite(float(text)):
            return float(text), ""
        return text, "is too large for a number: write a smaller one, or quote it"
    if bare != text and text[0] != "_" and (_INTEGER.fullmatch(bare) or _FLOAT.fullmatch(bare)):
        return text, f"is a number only to some readers of YAML: write {bare:.40}, or quote it"
    return text, ""


def _integer(text: str) -> tuple[Any, str]:
    if len(text) <= 2 * MAX_DIGITS:  # far beyond, Python may refuse to convert at all
        number = int(text, 0)
        if abs(number) < 10**MAX_DIGITS:
            return number, ""
    return text, f"has more than {MAX_DIGITS} digits: write a smaller number, or quote it"
