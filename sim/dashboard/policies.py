"""The policies on the page: a card a scenario, and the drawer with the levers of one of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from nicegui import events, ui

from ..scenario import shipped
from ..setting_values import SETTINGS
from .controls import control
from .desk import Desk
from .exchange import number
from .view import LIMITS, MOST_COLUMNS

LETTERS = "ABCD"


class Drawer:
    """Controls of all settings: levers of one scenario, the rest of all."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._made: set[str] = set()
        self.build()

    @ui.refreshable_method
    def build(self) -> None:
        """Everything in the drawer, anew."""
        self._made.clear()
        columns = enumerate(self.desk.view.columns)
        titles = {at: f"{LETTERS[at]}: {each.base}" for at, each in columns}
        ui.select(
            titles, value=self.desk.place, label="Levers of",
            on_change=lambda event: self.choose(event.value),
        ).classes("w-full").mark("levers-of")  # fmt: skip
        self._controls("levers")
        with ui.expansion("What nobody knows", icon="help").classes("w-full") as unknown:
            ui.label("Set here, it holds in all scenarios and all months.").classes("text-caption")
            self._lazily(unknown, "surroundings")
        with ui.expansion("Who starts", icon="groups").classes("w-full") as cohort:
            self._lazily(cohort, "cohort")
        with ui.expansion("How much is lived", icon="speed").classes("w-full"):
            for name in LIMITS:
                self._size(name)

    def choose(self, place: int) -> None:
        """The levers of another scenario."""
        self.desk.place = place
        self.build.refresh()

    def _lazily(self, expansion: ui.expansion, drawer: str) -> None:
        """Controls are made when they are first looked at: there are a hundred of them."""

        def fill(event: events.ValueChangeEventArguments) -> None:
            if event.value and drawer not in self._made:
                with expansion:
                    self._controls(drawer)

        expansion.on_value_change(fill)

    def _controls(self, drawer: str) -> None:
        self._made.add(drawer)
        for name, entry in SETTINGS[drawer].items():
            if name != "posts":  # which is under how much is lived
                usual = self.desk.view.usual(self.desk.place, name)
                told = lambda value, name=name: self.desk.set(name, value)  # noqa: E731
                control(entry, self.desk.at(name), usual, told)

    def _size(self, name: str) -> None:
        low, high, _ = LIMITS[name]
        field = ui.number(name, value=getattr(self.desk.view, name), min=low, max=high, step=1)
        field.classes("w-full").mark(name)
        wrong = ui.label("").classes("text-negative text-caption").props('role="alert"')
        field.on_value_change(lambda event: wrong.set_text(self.desk.size(name, event.value)))


class Cards:
    """A card a scenario: which one it is, what was changed and from when, and the way back."""

    def __init__(self, desk: Desk, drawer: Drawer, save: Callable[[int], None]) -> None:
        self.desk, self.drawer, self.save = desk, drawer, save
        self.build()

    @ui.refreshable_method
    def build(self) -> None:
        """All cards, anew."""
        columns = self.desk.view.columns
        with ui.row().classes("w-full gap-3 items-stretch"):
            for place in range(len(columns)):
                with ui.card().classes("p-3 gap-1 grow").mark(f"column-{place}"):
                    self._card(place)
            if len(columns) < MOST_COLUMNS:
                ui.button("Add", icon="add", on_click=lambda: tell(self.desk.add())).props("flat")
        if self.desk.view.world:
            with ui.row().classes("items-center gap-1"):
                ui.label("In all scenarios:")
                for name, value in self.desk.view.world.items():
                    usual = self.desk.view.usual(0, name)
                    _chip(name, usual, value, partial(self.desk.reset_world, name))

    def _card(self, place: int) -> None:
        desk, letter = self.desk, LETTERS[place]
        column, view = desk.view.columns[place], desk.view
        with ui.row().classes("items-center w-full no-wrap"):
            ui.select(
                [*shipped(), *view.loaded], value=column.base, label=f"Scenario {letter}",
                on_change=lambda event: tell(desk.base(place, event.value)),
            ).classes("grow").mark(f"base-{place}")  # fmt: skip
            if len(view.columns) > 1:
                close = ui.button(icon="close", on_click=lambda: tell(desk.remove(place)))
                close.props(f'flat round dense aria-label="remove scenario {letter}"')
        ui.select(
            list(view.of(column.base).months), value=view.since(place), label="changes hold from",
            on_change=lambda event: tell(desk.since(place, event.value)),
        ).props("dense options-dense").classes("w-40")  # fmt: skip
        with ui.row().classes("gap-1"):
            for name, value in view.own(place):
                usual = view.usual(place, name)
                _chip(name, usual, value, partial(desk.reset, place, name))
        with ui.row().classes("gap-1"):
            ui.button("Save", icon="download", on_click=lambda: self.save(place)).props(
                f'flat dense aria-label="save scenario {letter}"'
            )
            ui.button("Levers", icon="tune", on_click=lambda: self.drawer.choose(place)).props(
                f'flat dense aria-label="levers of scenario {letter}"'
            )


def _chip(name: str, usual: float, value: float, reset: Callable[[], str]) -> None:
    """What was changed, and a way back."""
    words = f"{name.replace('_', ' ')}: {number(usual)} → {number(value)}"
    chip = ui.chip(words, removable=True).props("color=orange-3 text-color=black").mark("changed")
    chip.on("remove", lambda: tell(reset()))


def tell(complaint: str) -> None:
    """Says what is wrong, if anything is."""
    if complaint:
        ui.notify(complaint, type="negative", multi_line=True, timeout=10_000)
