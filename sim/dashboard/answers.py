"""What follows from the policies: a headline in words, charts, and a table of differences."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from ..report_words import answer
from .charts import CHARTS
from .live import Found
from .table import effects_table


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
