"""One tab: scenarios side by side, levers, and what follows from them while they are moved."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from nicegui import ui

from ..scenario import ScenarioError
from .answers import Answers
from .charts import CHARTS, legible
from .desk import Desk
from .doors import Doors, Tuned
from .live import Computing, Found, Live
from .person import Person
from .policies import Cards, Drawer

PAUSE = 0.1  # seconds without a change before anything is lived
INK = {False: "#333333", True: "#dddddd"}
STYLE = """
.setting {padding: 2px 6px; border-left: 4px solid transparent; border-radius: 4px}
.setting.changed {border-left-color: #E69F00; background: rgba(230,159,0,.10)}
.chart {height: 300px; width: 100%}
.nicegui-content {padding: 12px}
table.effects {border-collapse: collapse; width: 100%} .effects td, .effects th
{padding: 3px 10px; text-align: left; border-bottom: 1px solid rgba(128,128,128,.3)}
.effects td.n {text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap}
"""


class Page:
    """Everything in one tab; it ends when the tab is closed."""

    def __init__(self, query: str, computing: Computing, results: Path) -> None:
        self.client, self.loop = ui.context.client, asyncio.get_running_loop()
        self.live = Live(computing, self._hear)
        self.due: asyncio.TimerHandle | None = None
        self.found: Found | None = None
        self.dark, self.night = ui.dark_mode(value=None), False  # as the system has it
        self.desk = Desk(query, self._changed)
        self.doors = Doors(self.desk, lambda: self.found)
        self._build(results)
        self.client.on_delete(self._leave)
        ui.timer(0, self._look, once=True)
        self._ask()

    def _build(self, results: Path) -> None:
        ui.add_css(STYLE)
        with ui.left_drawer(value=None).props("width=360 bordered").classes("gap-1") as left:
            self.drawer = Drawer(self.desk)
        with ui.header().classes("items-center gap-1 bg-primary no-wrap").props("elevated"):
            _button("tune", "levers", left.toggle)
            ui.label("trader-sim").classes("text-h6")
            ui.space()
            _button("share", "copy the address of this view", self.doors.share)
            _button("terminal", "the command that does the same", self.doors.command)
            _button("folder_open", "open a scenario file", self.doors.open)
            _button("archive", "download report, figures and tables", self.doors.export)
            _button("contrast", "light or dark", self._contrast)
        self.warning = ui.label(self.desk.complaint).classes("text-negative").props('role="alert"')
        self.cards = Cards(self.desk, self.drawer, self.doors.save)
        self.answers = Answers()
        self.answers.stop.on_click(self._stop)
        self.person = Person(lambda: self.desk.view, lambda: self.ink)
        Tuned(self.desk, results)

    @property
    def ink(self) -> str:
        """The colour of letters in charts."""
        return INK[self.night]

    def _changed(self, anew: bool) -> None:
        """Something else is asked for: it is lived after a short pause."""
        self.cards.build.refresh()
        if anew:
            self.drawer.build.refresh()
        ui.run_javascript(f"history.replaceState(null, '', '/?{self.desk.view.query()}')")
        self._forget()
        self.answers.wait("waiting …", running=False)
        self.due = self.loop.call_later(PAUSE, self._ask)

    def _ask(self) -> None:
        view = self.desk.view
        self.answers.wait(f"0 of {view.replicates} replicates", running=True)
        self.answers.bar.set_value(0)
        self.live.ask(view.scenarios(), view.replicates, view.seed)

    def _hear(self, found: Found | Exception) -> None:
        """Something was found, in another thread: charts are worked out there."""
        if isinstance(found, Exception):
            self.loop.call_soon_threadsafe(self._show_error, found)
            return
        self.loop.call_soon_threadsafe(self._arrive, found, self._options(found))

    def _arrive(self, found: Found, options: dict[str, dict[str, Any]]) -> None:
        if not found.forgotten.is_set():  # on its way here something else may have been asked
            self._show(found, options)

    def _options(self, found: Found) -> dict[str, dict[str, Any]]:
        ink = self.ink
        return {name: legible(make(found, ink), ink) for name, (_, make) in CHARTS.items()}

    def _show(self, found: Found, options: dict[str, dict[str, Any]]) -> None:
        self.found = found
        with self.client:
            self.warning.set_text(self.desk.complaint)
            self.answers.show(found, options)

    def _show_error(self, error: Exception) -> None:
        with self.client:
            known = isinstance(error, ScenarioError)
            self.warning.set_text(str(error.problems[0]) if known else f"not lived: {error}")  # type: ignore[attr-defined]
            self.answers.wait("not lived", running=False)

    def _stop(self) -> None:
        self.live.forget()
        done = self.found.done if self.found else 0
        self.answers.wait(f"stopped; {done} replicates are shown", running=False)

    def _forget(self) -> None:
        if self.due:
            self.due.cancel()
        self.live.forget()

    def _leave(self) -> None:
        self._forget()
        self.found = None

    def _contrast(self) -> None:
        self.dark.set_value(not self.night)
        self._letters(not self.night)

    async def _look(self) -> None:
        """Whether the browser shows a dark ground, as its system may have it."""
        self._letters(bool(await ui.run_javascript("Quasar.Dark.isActive")))

    def _letters(self, night: bool) -> None:
        """Charts in letters that can be read on their ground."""
        if night != self.night:
            self.night = night
            self.person.show()
            if self.found:  # at once: what comes later must not be overtaken by what was
                self._show(self.found, self._options(self.found))


def _button(icon: str, words: str, act: Any) -> None:
    button = ui.button(icon=icon, on_click=act)
    with button.props(f'flat round dense color=white aria-label="{words}"'):
        ui.tooltip(words)
