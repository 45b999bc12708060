"""Scenarios and results as a notebook shows them: plain HTML, everything in it escaped.

No style of its own but alignment, said at each cell, so nothing of the page around it is touched
and the notebook's own look, light or dark, is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def as_html(title: str, sentences: Iterable[str], tables: Iterable[str]) -> str:
    """A title, a paragraph a sentence, and tables."""
    paragraphs = "".join(f"<p>{escape(each)}</p>" for each in sentences if each)
    return f"<div><p><strong>{escape(title)}</strong></p>{paragraphs}{''.join(tables)}</div>"


def grid(head: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> str:
    """A table; the first ``left`` columns are words, the others numbers."""
    lines = [_line("th", head, left), *(_line("td", row, left) for row in rows)]
    return f"<table>{''.join(lines)}</table>"


def folded(summary: str, inside: str) -> str:
    """Something that opens at a click."""
    return f"<details><summary>{escape(summary)}</summary>{inside}</details>"


def _line(kind: str, cells: Sequence[str], left: int) -> str:
    sides = ["left"] * left + ["right"] * (len(cells) - left)
    told = (
        f'<{kind} style="text-align:{side}">{escape(cell)}</{kind}>'
        for side, cell in zip(sides, cells, strict=True)
    )
    return f"<tr>{''.join(told)}</tr>"
