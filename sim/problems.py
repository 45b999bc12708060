"""What there is to mend in a file: where it stands and a sentence, in words a person would use."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

Loc = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One thing to mend: where it stands ("file:line:column"), its path, and a sentence."""

    where: str
    path: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.where, self.path, self.message) if part)


class ReadingError(Exception):
    """The document cannot be read; `problems` lists all that was found up to there."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


def suggest(word: str, known: Iterable[str]) -> str:
    """Return " (did you mean 'x'?)" for the nearest known word, or "" when none is near."""
    by_lower = {each.lower(): each for each in known}
    near = difflib.get_close_matches(word.lower()[:100], by_lower, n=1)
    return f" (did you mean {by_lower[near[0]]!r}?)" if near else ""


def format_path(loc: Loc) -> str:
    """Write a path as a person would: timeline[0].levers.surveillance."""
    return "".join(_format_part(part) for part in loc).removeprefix(".")


def _format_part(part: str | int) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    return f".{part}" if re.fullmatch(r"[\w-]{1,60}", part) else f"[{shown(part)}]"


def shown(text: str) -> str:
    """A text in quotes, shortened where it is long."""
    return repr(text if len(text) <= 40 else text[:39] + "…")
