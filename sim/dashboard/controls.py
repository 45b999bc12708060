"""A control for a setting: what it means, its unit, bounds and source, how it stands, and a way
back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nicegui import ui

from ..model.settings import Setting
from ..setting_values import misfit
from .exchange import number


def control(
    entry: Setting, value: float, usual: float, told: Callable[[float], str]
) -> Callable[[float, float], None]:
    """Slider, number and reset for a setting. ``told`` is called with each new value and returns
    what is wrong with it, or nothing. What comes back sets value and usual value from outside."""
    step = 1.0 if entry.kind is int else _step(*_reach(entry, usual))
    with ui.column().classes("w-full gap-0 setting").mark(f"setting-{entry.name}") as box:
        with ui.row().classes("w-full items-center no-wrap gap-1"):
            ui.label(entry.name.replace("_", " ")).classes("grow setting-name")
            back = ui.button(icon="undo").props("flat dense round size=sm").mark("reset")
            about = ui.button(icon="info", on_click=lambda: _explain(entry))
            about.props(f'flat dense round size=sm aria-label="about {entry.name}"')
            with about:
                ui.tooltip(
                    f"{entry.meaning} ({entry.unit}, {number(entry.low)} to {number(entry.high)}); "
                    f"{entry.grade}: {entry.source}"
                )
        low, high = _reach(entry, usual)
        with ui.row().classes("w-full items-center no-wrap gap-3"):
            slider = ui.slider(min=low, max=high, step=step, value=min(max(value, low), high))
            slider.props(f'aria-label="{entry.name}" dense').classes("grow")
            box_of_number = ui.number(value=value, min=entry.low, max=entry.high, step=step)
            box_of_number.props(f'dense outlined aria-label="{entry.name}, number"')
            box_of_number.classes("w-28")
        wrong = ui.label("").classes("text-negative text-caption").props('role="alert"')

    held = {"usual": usual, "value": value, "quiet": False}

    def show(now: float, usual_now: float) -> None:
        held.update(value=now, usual=usual_now, quiet=True)
        slider.set_value(min(max(now, slider.props["min"]), slider.props["max"]))
        box_of_number.set_value(now)
        held["quiet"] = False
        changed = now != usual_now
        box.classes(add="changed") if changed else box.classes(remove="changed")
        back.set_visibility(changed)
        back.props(f'aria-label="{entry.name} back to {number(usual_now)}"')
        wrong.set_text("")

    def moved(raw: Any) -> None:
        if held["quiet"] or raw == held["value"]:
            return
        now = float("nan") if raw is None else float(f"{float(raw):.9g}")
        whole = float(round(now)) if entry.kind is int and now == now else now
        complaint = misfit(entry, whole) or told(whole)
        if complaint:
            wrong.set_text(complaint)
        else:
            show(whole, held["usual"])

    slider.on_value_change(lambda event: moved(event.value))
    box_of_number.on_value_change(lambda event: moved(event.value))
    back.on_click(lambda: moved(held["usual"]))
    show(value, usual)
    return show


def _explain(entry: Setting) -> None:
    bounds = f"{number(entry.low)} to {number(entry.high)}"
    plausible = " to ".join(map(number, entry.plausible))
    words = {
        "": f"{entry.meaning}.",
        "Unit": entry.unit,
        "May be": bounds,
        "Plausible": plausible,
        "Default": f"{number(entry.default)}, {entry.grade}",
        "Source": entry.source,
    }
    with ui.dialog(value=True) as dialog, ui.card().classes("gap-1"):
        ui.label(entry.name.replace("_", " ")).classes("text-h6")
        for name, text in words.items():
            ui.label(f"{name}: {text}" if name else text).classes("text-body2")
        ui.button("Close", on_click=dialog.close).props("flat")


def _reach(entry: Setting, usual: float) -> tuple[float, float]:
    """What a slider spans: all that may be, unless that is far more than is plausible."""
    low, high = entry.plausible
    if entry.high <= 1 or entry.high <= 5 * max(high, usual):
        return entry.low, entry.high
    return max(entry.low, min(low, usual)), min(entry.high, max(high, 2 * usual))


def _step(low: float, high: float) -> float:
    """A round step of which a slider has some two hundred."""
    if high <= low:
        return 1.0
    size = (high - low) / 200
    power = 10.0 ** len(f"{int(1 / size)}") if size < 1 else 1.0
    return max(round(size * power), 1) / power
