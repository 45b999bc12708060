"""What follows from the policies: a headline in words, charts, and a table of differences."""

from __future__ import annotations

from html import escape
from typing import Any

from nicegui import ui

from ..report_numbers import interval_figures
from ..report_words import answer, verdict
from .charts import CHARTS, headlines_of
from .live import Found


class Answers:
    """The part of a page that tells what was found."""

    def __init__(self) -> None:
        self.headline = ui.column().classes("gap-1 w-full").props('aria-live="polite"')
        with ui.row().classes("items-center w-full gap-3 no-wrap"):
            self.state = ui.label("").classes("whitespace-nowrap").mark("state")
            self.bar = (
                ui.linear_progress(show_value=False).classes("grow").props("instant-feedback")
            )
            self.stop = ui.button("Stop").props("flat dense").mark("stop")
        self.charts: dict[str, ui.echart] = {}
        with ui.grid().classes("w-full gap-4 grid-cols-1 lg:grid-cols-2"):
            for name, (title, _) in CHARTS.items():
                with ui.card().classes("w-full p-3"):
                    ui.label(title).classes("text-subtitle2")
                    self.charts[name] = ui.echart({"series": []}).classes("chart").mark(name)
        self.table = ui.html("", sanitize=False).classes("w-full overflow-auto").mark("effects")

    def wait(self, words: str, running: bool) -> None:
        """Says how far it is."""
        self.state.set_text(words)
        self.stop.set_visibility(running)

    def show(self, found: Found, options: dict[str, dict[str, Any]]) -> None:
        """Everything anew."""
        for name, option in options.items():
            put(self.charts[name], option)
        self.wait(f"{found.done} of {found.asked} replicates", found.done < found.asked)
        self.bar.set_value(found.done / found.asked)
        self.headline.clear()
        with self.headline:
            for topic, sentence in answer(found.effects, found.study.titles):
                with ui.row().classes("gap-2 lg:flex-nowrap"):
                    ui.label(topic).classes("text-bold w-40 shrink-0")
                    ui.label(sentence).classes("headline")
            if found.done < found.asked:
                ui.label("A first impression: intervals narrow.").classes("text-caption")
        self.table.set_content(effects_table(found))


def put(chart: ui.echart, option: dict[str, Any]) -> None:
    """Another option into a chart."""
    chart.options.clear()
    chart.options.update(option)
    chart.update()


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
