"""Differences in words and numbers, as HTML."""

from __future__ import annotations

from html import escape

from ..report_numbers import interval_figures
from ..report_words import verdict
from .charts import headlines_of
from .live import Found


def effects_table(found: Found) -> str:
    """Differences with their intervals and what may be said, as a table that can be read aloud;
    titles of scenarios are somebody's own and are escaped."""
    if found.effects.empty:
        return ""
    titles = {name: escape(title) for name, title in found.study.titles.items()}
    said = found.effects.set_index(["other", "outcome"])
    rows = []
    for row in headlines_of(found).to_dict("records"):
        sizes = [row["difference"], row["ci_low"], row["ci_high"]]
        middle, low, high = interval_figures(sizes, [], row["unit"], signed=True)
        words = verdict(said.loc[(row["scenario"], row["outcome"])].to_dict())
        rows.append(
            f"<tr><td>{escape(row['label'])}</td><td>{titles[row['scenario']]}</td>"
            f'<td class="n">{middle}</td>'
            f'<td class="n">[{low.removesuffix(" points")}, {high}]</td><td>{words}</td></tr>'
        )
    head = (
        f"<tr><th>outcome</th><th>scenario, less {next(iter(titles.values()))}</th>"
        "<th>difference</th><th>95 % interval</th><th>reading</th></tr>"
    )
    return f'<table class="effects"><thead>{head}</thead><tbody>{"".join(rows)}</tbody></table>'
