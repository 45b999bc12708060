"""What goes in and out of the page: its address, files, the whole result, fronts of tunings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from nicegui import events, run, ui

from ..request import resolved_yaml
from . import exchange
from .desk import Desk
from .live import Found
from .policies import LETTERS, tell
from .view import Column, ViewError


class Doors:
    """The actions of the header, and of ``Save`` on the cards."""

    def __init__(self, desk: Desk, found: Callable[[], Found | None]) -> None:
        self.desk, self.found = desk, found

    async def share(self) -> None:
        """The address of the view into the clipboard."""
        ui.clipboard.write(await ui.run_javascript("location.href"))
        ui.notify("The address of this view is copied; opened files are not in it.")

    def command(self) -> None:
        """The command line that does the same."""
        with ui.dialog(value=True) as dialog, ui.card():
            ui.label("The same on a command line").classes("text-h6")
            ui.code(self.desk.view.command(), language="bash").classes("w-full").mark("command")
            ui.label("“Save” under a scenario writes the files named *.yaml.")
            ui.button("Close", on_click=dialog.close)

    def save(self, place: int) -> None:
        """A scenario, with its changes, as a file that needs no other."""
        scenario = self.desk.view.scenario(place)
        ui.download.content(resolved_yaml(scenario), f"{scenario.name}.yaml")

    def open(self) -> None:
        """A scenario file into the column at hand."""
        with ui.dialog(value=True) as dialog, ui.card():
            ui.label(f"Open a scenario file as {LETTERS[self.desk.place]}").classes("text-h6")
            problem = ui.label("").classes("text-negative").props('role="alert"').mark("problem")

            async def take(event: events.UploadEventArguments) -> None:
                complaint = self._take(event.file.name, await event.file.read())
                problem.set_text(complaint)
                if not complaint:
                    dialog.close()

            ui.upload(
                on_upload=take, auto_upload=True, max_file_size=exchange.LARGEST_FILE,
                on_rejected=lambda: problem.set_text("at most 1 MB of YAML is read"),
            ).props('accept=".yaml,.yml" flat').mark("upload")  # fmt: skip
            ui.button("Close", on_click=dialog.close)

    def _take(self, name: str, content: bytes) -> str:
        try:
            found = exchange.opened(name, content)
        except ViewError as error:
            return str(error)
        view, place = self.desk.view, self.desk.place
        loaded = {**view.loaded, found.name: found}
        return self.desk.change(lambda: replace(view, loaded=loaded).put(place, Column(found.name)))

    async def export(self) -> None:
        """Report, figures and tables as one file."""
        found = self.found()
        if found is None or found.done < found.asked:
            ui.notify("Wait until all replicates are lived.")
            return
        ui.notify("The report is being written …")
        packed = await run.io_bound(exchange.archive, found.result)
        ui.download.content(packed or b"", "trader-sim.zip")


class Tuned:
    """The part of a page that opens fronts of tunings from the results folder."""

    def __init__(self, desk: Desk, results: Path) -> None:
        self.desk, self.results = desk, results
        with ui.expansion("A tuned front", icon="scatter_plot").classes("w-full").mark("tuned"):
            names = exchange.tunings(results)
            if not names:
                ui.label("The results folder holds no tuning; trader-sim tune makes one.")
                return
            picked = ui.select(names, label="tuning").classes("w-72").mark("tuning")
            self.place = ui.column().classes("w-full")
            picked.on_value_change(lambda event: self._show(event.value))

    def _show(self, name: str) -> None:
        try:
            found = exchange.front(self.results, name)
        except ViewError as error:
            tell(str(error))
            return
        names = [*found.aims, *found.levers]
        columns = [
            {"name": each, "field": each, "sortable": True,
             "label": each.removeprefix("levers.").replace("_", " ")}
            for each in names
        ]  # fmt: skip
        rows = [
            {"place": at, **{each: float(f"{row[each]:.4g}") for each in names}}
            for at, row in enumerate(found.points.to_dict("records"))
        ]
        self.place.clear()
        with self.place:
            ui.label("No choice is better than another of these in every aim. Tick one for B.")
            table = ui.table(rows=rows, columns=columns, row_key="place", selection="single")
            table.classes("w-full").mark("front")
            table.on_select(lambda _: self._load(found, table.selected))

    def _load(self, found: exchange.Front, selected: list[dict[str, Any]]) -> None:
        if selected:
            place = min(1, len(self.desk.view.columns) - 1)
            point, view = int(selected[0]["place"]), self.desk.view
            tell(self.desk.change(lambda: exchange.with_point(view, found, point, place)))
