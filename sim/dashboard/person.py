"""One trader's life on the page: a post, his story month by month, and whom he hears from."""

from __future__ import annotations

import random
from collections.abc import Callable

from nicegui import run, ui

from ..scenario import ScenarioError
from ..story import NoSuchPost
from .answers import put
from .charts import legible
from .lives import Life, life
from .view import View, ViewError

KEY = {
    "status": "Blue: in post. Orange: abroad without leave. Grey: vacant. The diamond is his post.",
    "belief": "The darker, the surer he is to be punished if reviewed. The diamond is his post.",
}


class Person:
    """The part of a page that follows one post in the first replicate."""

    def __init__(self, view: Callable[[], View], ink: Callable[[], str]) -> None:
        self.view, self.ink = view, ink
        self.life: Life | None = None
        with ui.expansion("One trader's life", icon="person").classes("w-full").mark("life"):
            with ui.row().classes("items-center gap-3"):
                self.of = ui.select({0: "A", 1: "B", 2: "C", 3: "D"}, value=0, label="scenario")
                self.post = ui.number("post", value=17, min=0, step=1).mark("post").classes("w-24")
                ui.button("Tell", on_click=self._tell).mark("tell")
                ui.button("Draw one", on_click=self._draw).props("flat")
            self.problem = ui.label("").classes("text-negative").props('role="alert"')
            with ui.column().classes("w-full") as self.told:
                self._build()
            self.told.set_visibility(False)

    def _build(self) -> None:
        self.introduction = ui.label("").classes("w-full")
        with ui.row().classes("items-center w-full no-wrap gap-2"):
            ui.button(icon="chevron_left", on_click=lambda: self._step(-1)).props(
                'flat round aria-label="month before"'
            )
            self.month = ui.slider(min=0, max=1, value=0, on_change=self.show).classes("grow")
            self.month.props('aria-label="month"').mark("month")
            ui.button(icon="chevron_right", on_click=lambda: self._step(1)).props(
                'flat round aria-label="next month"'
            ).mark("next-month")
            self.name = ui.label("").classes("w-20 text-bold").mark("month-name")
        self.text = ui.label("").classes("w-full text-body1").mark("story")
        with ui.grid().classes("w-full gap-4 grid-cols-1 lg:grid-cols-2"):
            with ui.card().classes("w-full p-3"):
                ui.label("Savings").classes("text-subtitle2")
                self.savings = ui.echart({"series": []}).classes("chart").mark("own-savings")
            with ui.card().classes("w-full p-3"):
                with ui.row().classes("items-center"):
                    ui.label("Whom he hears from, and they from").classes("text-subtitle2")
                    self.by = ui.toggle(
                        {"status": "status", "belief": "fear of a review"},
                        value="status", on_change=self.show,
                    ).props("dense no-caps")  # fmt: skip
                self.key = ui.label("").classes("text-caption")
                self.network = ui.echart({"series": []}).classes("chart").mark("network")

    def _draw(self) -> None:
        self.post.set_value(random.randrange(self.view().posts))
        ui.timer(0, self._tell, once=True)

    async def _tell(self) -> None:
        view, self.problem.text = self.view(), ""
        place = int(self.of.value)
        if place >= len(view.columns):
            self.problem.text = "there is no such scenario on the page"
            return
        try:
            post = int(self.post.value if self.post.value is not None else -1)
            found = await run.io_bound(life, view.scenario(place), post, view.seed)
        except (NoSuchPost, ScenarioError, ViewError, OverflowError) as error:
            self.problem.text = str(error)
            return
        assert found  # none only while the page is closed down
        self.life = found
        self.introduction.set_text(found.paragraphs[0][1])
        self.month.props(f"max={len(found.months) - 1}")
        self.told.set_visibility(True)
        self.month.set_value(0)
        self.show()

    def _step(self, by: int) -> None:
        if self.life:
            at = int(self.month.value) + by
            self.month.set_value(min(max(at, 0), len(self.life.months) - 1))

    def show(self) -> None:
        """The month at hand, in the colours of the page."""
        if not self.life:
            return
        at, ink = int(self.month.value), self.ink()
        self.name.set_text(self.life.months[at])
        self.text.set_text(self.life.told(at))
        self.key.set_text(KEY[str(self.by.value)])
        put(self.network, self.life.network(at, str(self.by.value), ink))
        put(self.savings, self._line(at, ink))

    def _line(self, at: int, ink: str) -> dict[str, object]:
        assert self.life
        here = {
            "symbol": "none",
            "data": [{"xAxis": self.life.months[at]}],
            "label": {"show": False},
        }
        line = {"type": "line", "symbol": "none", "data": self.life.savings, "markLine": here}
        option = {
            "tooltip": {"trigger": "axis", "confine": True},
            "xAxis": {"type": "category", "data": list(self.life.months)},
            "yAxis": {"type": "value", "min": 0, "axisLabel": {"formatter": "${value}"}},
            "series": [line | {"itemStyle": {"color": "#0072B2"}}],
        }  # fmt: skip
        return legible(option, ink)
