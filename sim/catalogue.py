"""The catalogue of settings and outcomes: for a terminal, as plain values, as pages of the docs.

``python -m sim.catalogue FOLDER`` writes the pages anew (``make docs``).
"""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from . import description, register, validity_page
from .description import refreshed, table
from .model.settings import DRAWERS, GOODS, GRADES, PARTS_OF_ONE, GoodKind, Setting
from .outcomes import OUTCOMES, Outcome
from .problems import suggest
from .setting_values import SETTINGS, unknown_setting

NARROWEST, PIPED = 40, 100  # columns of text: at least, and where there is no terminal
EVERYTHING = [(drawer, entry) for drawer, held in SETTINGS.items() for entry in held.values()]
GRADES_MEAN = {
    "reported": "customs, press, a witness",
    "scholarly": "published research, mostly on neighbouring settings",
    "inferred": "arithmetic on those",
    "assumed": "no source; to be varied, never quoted",
}
SETTINGS_PAGE = f"""\
# Settings

What a scenario may set. Written by `make docs` from `sim/model/settings.py`; do not edit.

*Levers* are the planner's and may be tuned; *surroundings* are nobody's and uncertain; the
*cohort* is who starts. Levers and surroundings may change from month to month, the cohort may not.
A value outside its bounds is refused, and so are parts of one whole that sum to more than 1 in some
month:

{chr(10).join(f"- `{'`, `'.join(names)}`" for _, names in PARTS_OF_ONE)}

Grades:

{chr(10).join(f"- **{grade}**: {GRADES_MEAN[grade]}" for grade in GRADES)}

What is *plausible* is a judgement: the range over which studies vary what nobody knows. It is from
half to twice the default, of shares and chances from half to twice the odds, unless literature or
source say otherwise.

Sources A1 to A14 are the claims of the founding articles; "evidence" and "literature" are the
project's registers of figures; T1 to T50, N1 to N13 and S1 to S7 are their exact limits and
patterns.
"""
OUTCOMES_PAGE = """\
# Outcomes

What is measured in every replicate, month by month. Written by `make docs` from
`sim/outcomes.py`; do not edit.

The value of a run is that of its last month (*at the end*) or of all months that are compared
(*over the period*: a ratio of sums, not a mean of monthly ratios).
"""


class UnknownName(Exception):
    """A name that the catalogue does not have; the text is a sentence for each."""


def settings(names: Sequence[str] = ()) -> list[tuple[str, Setting]]:
    """Drawer and setting, in order; all, or those named: ``surveillance``,
    ``levers.surveillance``, or a whole drawer."""
    words: dict[str, list[tuple[str, Setting]]] = {}
    for drawer, entry in EVERYTHING:
        for word in (drawer, entry.name, f"{drawer}.{entry.name}"):
            words.setdefault(word, []).append((drawer, entry))
    _refuse_unknown(names, words, "setting")
    wanted = [each for name in names for each in words[name]]
    return [each for each in EVERYTHING if each in wanted or not names]


def outcomes(names: Sequence[str] = ()) -> list[Outcome]:
    """Outcomes in order; all, or those named."""
    _refuse_unknown(names, OUTCOMES, "outcome")
    return [each for each in OUTCOMES.values() if each.name in names or not names]


def _refuse_unknown(names: Sequence[str], known: Iterable[str], what: str) -> None:
    words = list(known)
    plain = [word for word in words if "." not in word]
    told = []
    for name in dict.fromkeys(names):
        drawer, dot, rest = name.partition(".")
        if name not in words and dot and drawer in SETTINGS:
            told.append(f"{name}: {unknown_setting(drawer, rest)}")
        elif name not in words:
            near = suggest(name, plain) or f"; trader-sim {what}s lists them all"
            told.append(f"there is no {what} {name!r}{near}")
    if told:
        raise UnknownName("\n".join(told))


# ------------------------------------------------------------------------------- plain values


def settings_json(names: Sequence[str] = ()) -> dict[str, Any]:
    """Settings as plain values; the goods too, unless only some settings are asked for."""
    told: dict[str, Any] = {
        "settings": [
            {"drawer": drawer, **vars(entry), "kind": entry.kind.__name__}
            for drawer, entry in settings(names)
        ]
    }
    return told if names else told | {"goods": [vars(good) for good in GOODS]}


def outcomes_json(names: Sequence[str] = ()) -> dict[str, Any]:
    """Outcomes as plain values."""
    keys = ("name", "label", "unit", "meaning", "at_end")
    return {"outcomes": [{key: getattr(each, key) for key in keys} for each in outcomes(names)]}


# ----------------------------------------------------------------------------- for a terminal


def settings_text(names: Sequence[str] = (), width: int = 0) -> str:
    """Settings to be read: drawer by drawer, wrapped to the terminal or to ``width`` columns."""
    blocks, last = [], ""
    for drawer, entry in settings(names):
        if drawer != last:
            blocks.append(f"{drawer.upper()}: {DRAWERS[drawer].__doc__}")
            last = drawer
        facts = f"{entry.unit}; {_bounds(entry)}; default {_number(entry.default)}"
        facts += f"; plausible {_plausible(entry)}"
        grounds = f"{entry.grade}: {entry.source}"
        blocks.append(_entry(entry.name, [entry.meaning, facts, grounds], width))
    if not names:
        blocks.append("GOODS: What posts buy; not to be set by a scenario.")
        blocks += [_entry(good.name, [_about(good)], width) for good in GOODS]
    return "\n\n".join(blocks)


def outcomes_text(names: Sequence[str] = (), width: int = 0) -> str:
    """Outcomes to be read, wrapped to the terminal or to ``width`` columns."""
    return "\n\n".join(
        _entry(each.name, [f"{each.label} ({each.unit}; {_when(each)})", each.meaning], width)
        for each in outcomes(names)
    )


def _entry(name: str, paragraphs: list[str], width: int) -> str:
    """A name and, indented below it, what there is to say of it."""
    columns = max(NARROWEST, width or shutil.get_terminal_size((PIPED, 24)).columns)
    lines = [f"  {name}"]
    for paragraph in paragraphs:
        lines += textwrap.wrap(
            paragraph,
            columns,
            initial_indent=" " * 6,
            subsequent_indent=" " * 8,
            break_on_hyphens=False,
        )
    return "\n".join(lines)


def _percent(share: float) -> str:
    return f"{100 * share:.12g} %"


def _about(good: GoodKind) -> str:
    """A good in a sentence."""
    stream = "recorded" if good.recorded else "unrecorded"
    told = f"{_percent(good.share)} of {stream} and {_percent(good.russian_share)} of Russian trade"
    told += "; manufactured" * good.manufactured + "; crosses the border in secret" * good.covert
    if good.permission_share > 0:
        told += f"; {_percent(good.permission_share)} needs the Party's permission"
    return told


def _bounds(entry: Setting) -> str:
    whole = "whole, " if entry.kind is int else ""
    return f"{whole}{_number(entry.low)} to {_number(entry.high)}"


def _plausible(entry: Setting) -> str:
    low, high = entry.plausible
    return (
        f"{_number(float(f'{low:.3g}'))} to {_number(float(f'{high:.3g}'))}"
        if low < high
        else "as it is"
    )


def _number(value: float) -> str:
    """As one would type it into a scenario."""
    return f"{value:.12g}"


def _when(outcome: Outcome) -> str:
    return "at the end" if outcome.at_end else "over the period"


# ---------------------------------------------------------------------------- pages of the docs


def settings_page() -> str:
    """docs/settings.md."""
    parts = [SETTINGS_PAGE]
    for drawer, declared in DRAWERS.items():
        head = ("name", "meaning", "unit", "bounds", "default", "plausible", "grade", "source")
        rows = (
            (f"`{each.name}`", each.meaning, each.unit, _bounds(each), _number(each.default),
             _plausible(each), each.grade, each.source)
            for each in SETTINGS[drawer].values()
        )  # fmt: skip
        parts.append(f"## {drawer.capitalize()}\n\n{declared.__doc__}\n\n{table(head, rows)}")
    parts.append(f"## Goods\n\n{_GOODS_ARE}\n\n{_goods_table()}")
    return "\n".join(parts)


_GOODS_ARE = """\
What posts buy; not to be set by a scenario. A good's share is that of its stream, recorded in
customs data or not (`unrecorded_ratio` sets the streams against each other); the Russian share is
that of all trade with Russia. All shares are assumed."""


def _goods_table() -> str:
    head = ("good", "stream", "share of the stream", "share of Russian trade", "manufactured",
            "needs the Party's permission", "crosses in secret")  # fmt: skip
    rows = (
        (good.name, "recorded" if good.recorded else "unrecorded", _number(good.share),
         _number(good.russian_share), _yes(good.manufactured), _number(good.permission_share),
         _yes(good.covert))
        for good in GOODS
    )  # fmt: skip
    return table(head, rows)


def outcomes_page() -> str:
    """docs/outcomes.md."""
    head = ("name", "label", "unit", "measured", "meaning")
    rows = (
        (f"`{each.name}`", each.label, each.unit, _when(each), each.meaning)
        for each in OUTCOMES.values()
    )
    return f"{OUTCOMES_PAGE}\n{table(head, rows)}"


PAGES = {"settings.md": settings_page, "outcomes.md": outcomes_page}
PARTLY = {
    "model.md": description.PARTS,
    "evidence.md": register.PARTS,
    "validity.md": validity_page.PARTS,
}


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def write_pages(folder: Path) -> None:
    """Every page of the catalogue, anew; of pages written by hand, their generated parts."""
    folder.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8", newline="\n")
    for name, parts in PARTLY.items():
        if (path := folder / name).exists():
            page_now = refreshed(path.read_text(encoding="utf-8"), parts)
            path.write_text(page_now, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
