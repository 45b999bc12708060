"""The generated parts of docs/model.md: the month's schedule, and what everybody remembers.

Each stands between ``<!-- generated: NAME -->`` and ``<!-- end -->``; everything else on that page
is written by hand. ``make docs`` puts the parts in anew.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from types import ModuleType

from .model import chance, world
from .model import month as schedule
from .model.books import FLOWS
from .model.row import states_of

PART = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
SENTENCE_END = re.compile(r"(?<=[.])\s+(?=[A-Z])")  # not after "et al.", which a year follows


@dataclass(frozen=True)
class Step:
    """One call of the month: the rule, where it is written, whom it is for, what it does."""

    rule: str
    file: str
    whom: str
    does: str


def steps() -> list[Step]:
    """The calls of ``month`` in their order."""
    body = ast.parse(inspect.getsource(schedule.month)).body[0]
    assert isinstance(body, ast.FunctionDef)
    return [_step(name, whom) for name, whom in _calls(body.body, ())]


def _calls(lines: Sequence[ast.stmt], whom: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each rule called, with the loops and conditions it stands in, in words."""
    for line in lines:
        if isinstance(line, ast.For):
            names = [node.id for node in ast.walk(line.target) if isinstance(node, ast.Name)]
            yield from _calls(line.body, (*whom, f"each {names[0]}"))
        elif isinstance(line, ast.If):
            yield from _branches(line, whom, "if")
        elif isinstance(line, ast.Expr) and isinstance(line.value, ast.Call):
            yield ast.unparse(line.value.func), ", ".join(whom) or "once"


def _branches(line: ast.If, whom: tuple[str, ...], word: str) -> Iterator[tuple[str, str]]:
    yield from _calls(line.body, (*whom, f"{word} `{ast.unparse(line.test)}`"))
    if len(line.orelse) == 1 and isinstance(line.orelse[0], ast.If):
        yield from _branches(line.orelse[0], whom, "else if")
    else:
        yield from _calls(line.orelse, (*whom, "else"))


def _step(name: str, whom: str) -> Step:
    rule = getattr(schedule, name)
    file = f"sim/model/{Path(inspect.getsourcefile(rule) or '').name}"
    return Step(name, file, whom, first_sentence(rule))


def first_sentence(thing: object) -> str:
    """The first sentence of a docstring, on one line."""
    return SENTENCE_END.split(" ".join((inspect.getdoc(thing) or "").split()))[0]


def month_part() -> str:
    """The month's calls in order."""
    rows = (
        (str(number), f"`{step.rule}`", f"`{step.file}`", step.whom, step.does)
        for number, step in enumerate(steps(), start=1)
    )
    return table(("", "rule", "file", "for whom", "what it does"), rows)


def nouns(module: ModuleType) -> list[type]:
    """The classes a module declares with their memories, in order."""
    found = [each for each in vars(module).values() if isinstance(each, type)]
    return [each for each in found if is_dataclass(each) and each.__module__ == module.__name__]


def memories_part(module: ModuleType) -> str:
    """What each noun of a module remembers: a table each."""
    return "\n".join(_memories(noun) for noun in nouns(module))


def _memories(noun: type) -> str:
    memories = list(states_of(noun))
    head = ["name", "meaning", "unit"]
    rows = [[f"`{each.name}`", each.meaning, each.unit] for each in memories]
    if any(each.kept for each in memories):
        head.append("recorded every month")
        for row, each in zip(rows, memories, strict=True):
            row.append("yes" if each.kept else "no")
    return f"**{noun.__name__}.** {first_sentence(noun)}\n\n{table(head, rows)}"


def flows_part() -> str:
    """Every kind of payment: from whom, to whom, and where the month's sum stands."""
    rows = (
        (flow.name, flow.giver, flow.receiver, f"`{flow.note}`", f"`{flow.rule}`") for flow in FLOWS
    )
    return table(("what for", "from", "to", "noted as", "rule"), rows)


PARTS = {
    "flows": flows_part,
    "states": lambda: memories_part(world),
    "month": month_part,
    "luck": lambda: memories_part(chance),
}


def refreshed(page: str, parts: Mapping[str, Callable[[], str]] = PARTS) -> str:
    """The page with every generated part made anew."""
    return PART.sub(lambda found: f"{found[1]}\n{parts[found[2]]()}\n{found[3]}", page)


def by_hand(page: str) -> str:
    """The page without its generated parts."""
    return PART.sub("", page)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of a page of the docs; a bar in a cell does not split it."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "".join(f"{line}\n" for line in lines)
