"""Where a month went wrong: it is lived once more in the plain carrier, rule by rule under watch.

Compiled code says neither which rule failed nor for whom; plain Python does.
"""

from __future__ import annotations

import sys
import traceback
from types import FrameType
from typing import Any

from .layouts import begin
from .mesa_model import TraderModel
from .model.books import COMPANY, FLOWS, OUTSIDE, PURSES, STATE, TRADER, Flow
from .model.world import ACTORS
from .run import Replicate, RuleFault

ROUNDING = 64 * sys.float_info.epsilon


def relive(broken: Replicate, error: Exception) -> RuleFault:
    """The fault behind an error that a compiled replicate raised, found by living it anew."""
    course = broken.course
    layouts = {name: getattr(broken.world, name).dtype for name in ACTORS}
    before = begin(course, broken.seed, broken.number, broken.rules, layouts)
    try:
        while before.month < len(course.months):
            after = before.fork(course)
            after.live()
            before = after
    except Exception:  # the month sought: named below, where it is lived in plain Python
        pass
    month = course.months[min(before.month, len(course.months) - 1)]
    where = f"{course.name}, replicate {broken.number}, {month}"
    model = TraderModel.go_on(before)
    try:
        model.step()
    except Exception as plain:
        told = "".join(traceback.format_exception(plain))
        return RuleFault(f"{where}: {_failing_rule(model, plain)}: {plain}", told)
    return RuleFault(f"{where}: failed in compiled code only: {error}")


def _failing_rule(model: TraderModel, error: Exception) -> str:
    """The innermost rule on the way to the error that was about an actor."""
    found = "outside the rules"
    step = error.__traceback__
    while step is not None:
        frame = step.tb_frame
        if who := [name for each in _arguments(frame) if (name := whose(model, each))]:
            found = f"rule {frame.f_code.co_name} failed for {who[0]}"
        step = step.tb_next
    return found


def whose(model: TraderModel, actor: Any) -> str:
    """An actor in words, or nothing if it is none."""
    for what, actors in (("post", model.traders), ("company", model.companies)):
        for number, each in enumerate(actors):
            if each is actor:
                return f"{what} {number}"
    named = ((model.planner, "the state"), (model.board, "the review board"))
    return next((words for each, words in named if each is actor), "")


def _arguments(frame: FrameType) -> list[Any]:
    names = frame.f_code.co_varnames[: frame.f_code.co_argcount]
    return [frame.f_locals[name] for name in names if name in frame.f_locals]


def find_leak(before: Replicate) -> str:
    """In words, the first rule of the coming month that moves other money than it books; nothing
    if there is none."""
    model = TraderModel.go_on(before)
    watch = _PurseWatch(model)
    sys.setprofile(watch)
    try:
        model.step()
    finally:
        sys.setprofile(None)
    return watch.found


class _PurseWatch:
    """Told of every call and return: holds what purses lost or won against what was booked."""

    def __init__(self, model: TraderModel) -> None:
        self.model = model
        self.found = ""
        self.kinds = {id(model.planner): STATE, id(model.outside): OUTSIDE}
        self.kinds |= {id(each): COMPANY for each in model.companies}
        self.kinds |= {id(each): TRADER for each in model.traders}
        self.open: list[tuple[FrameType, list[Any], list[float], list[float]]] = []

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        if self.found:
            return
        if event == "call":
            actors = [each for each in _arguments(frame) if id(each) in self.kinds]
            if actors:
                self.open.append((frame, actors, self._held(actors), self._booked(actors)))
        elif event == "return" and self.open and self.open[-1][0] is frame:
            self._compare(*self.open.pop())

    def _held(self, actors: list[Any]) -> list[float]:
        return [getattr(each, PURSES[self.kinds[id(each)]]) for each in actors]

    def _booked(self, actors: list[Any]) -> list[float]:
        """For each flow what stands on the pages at hand."""
        pages = [(self.kinds[id(each)], each) for each in actors]
        return [
            sum(getattr(page, flow.note) for kind, page in pages if kind == flow.noted_by)
            for flow in FLOWS
        ]

    def _compare(
        self, frame: FrameType, actors: list[Any], held: list[float], booked: list[float]
    ) -> None:
        """Keeps a sentence on the first purse that moved by other than what was booked."""
        now, notes = self._held(actors), self._booked(actors)
        noted = [new - old for old, new in zip(booked, notes, strict=True)]
        if now == held and not any(notes):
            return  # a page was turned
        for actor, old, new in zip(actors, held, now, strict=True):
            kind = self.kinds[id(actor)]
            due = sum(flow.sign(kind) * amount for flow, amount in zip(FLOWS, noted, strict=True))
            size = abs(old) + sum(map(abs, noted))
            if not abs(new - old - due) <= ROUNDING * size:  # NaN is off, too
                moved = [flow for flow, amount in zip(FLOWS, noted, strict=True) if amount]
                self.found = (
                    f"rule {frame.f_code.co_name}{self._about(actors, actor)} moved "
                    f"{_usd(new - old)} in the purse of {self._name(actor)}, where "
                    f"{_usd(due)} was booked as {_flows_in_words(moved)}: off by "
                    f"{_usd(new - old - due)}"
                )
                return

    def _name(self, actor: Any) -> str:
        return whose(self.model, actor) or "everyone outside"

    def _about(self, actors: list[Any], but: Any) -> str:
        """The trader or company by whom it came about, where that is another one."""
        if self.kinds[id(but)] == TRADER:
            return ""
        calling = self.open[-1][1] if self.open else []
        at_hand = [each for each in (*actors, *calling) if each is not but]
        for kind in (TRADER, COMPANY):
            for each in at_hand:
                if self.kinds[id(each)] == kind:
                    return f", for {self._name(each)},"
        return ""


def _flows_in_words(flows: list[Flow]) -> str:
    told = [f"{flow.name} (from {flow.giver} to {flow.receiver})" for flow in flows]
    return " and ".join(told) or "nothing at all"


def _usd(amount: float) -> str:
    """Dollars to the cent, or as far as it takes to see that they are not none."""
    return f"{amount:+,.2f} $" if abs(amount) >= 0.005 or amount == 0 else f"{amount:+.3g} $"
