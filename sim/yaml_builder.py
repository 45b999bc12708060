"""YAML text -> nodes that remember where they stand, within limits, noting every problem.

Only PyYAML's pure-Python parser is used, for its events (the C one crashes on deep nesting); its
own way of building values would let the last of two equal keys win in silence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from .problems import Problem, ReadingError, format_path, shown
from .yaml_words import UNPRINTABLE, YES_NO, plain_value

_Mark = Any  # PyYAML's mark; its stubs make it optional, the parser always sets one

MAX_DEPTH = 20
MAX_NODES = 100_000

_NO_SHARING = "anchors, aliases, merge keys and tags are not read here, write it out"


@dataclass
class Node:
    """A value, the spots ("line:column") of it and of its keys, and the nodes inside it."""

    spot: str
    value: Any = None
    key_spots: dict[str | int, str] = field(default_factory=dict)
    parts: dict[str | int, Node] = field(default_factory=dict)


class Builder:
    """Turns the parser's events into nodes, noting every problem on the way."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name
        self.parser = yaml.SafeLoader(text)
        self.loc: list[str | int] = []
        self.problems: list[Problem] = []
        self.unreadable = False
        self.depth = self.nodes = 0

    def document(self) -> Node:
        """Build the one document there is, a mapping; ReadingError when there is none."""
        self.next_event()  # the stream starts
        start = self.next_event()
        if isinstance(start, yaml.StreamEndEvent):
            self.fail(start.start_mark, "the document is empty")
        event = self.next_event()
        root = self.node(event)
        self.next_event()  # the document ends
        if not isinstance(after := self.next_event(), yaml.StreamEndEvent):
            self.fail(after.start_mark, "a second document starts here: keep one in each file")
        if self.unreadable:
            raise ReadingError(self.problems)
        if root.value is None:
            self.fail(event.start_mark, "the document is empty")
        if not isinstance(root.value, dict):
            self.fail(event.start_mark, "the document must be made of lines 'name: value'")
        return root

    def next_event(self) -> yaml.Event:
        """Return the next event, within limits that hold before anything is built from it."""
        try:
            event: yaml.Event = self.parser.get_event()  # type: ignore[no-untyped-call]
        except yaml.MarkedYAMLError as error:
            self.fail(*_syntax_advice(error, self.text))
        except (yaml.YAMLError, ValueError, OverflowError):  # PyYAML lets slip chr()'s and int()'s
            self.fail(self.parser.get_mark(), "not valid YAML: a number or escape out of range")
        self.depth += isinstance(event, yaml.CollectionStartEvent)
        self.depth -= isinstance(event, yaml.CollectionEndEvent)
        if self.depth > MAX_DEPTH:
            self.fail(event.start_mark, f"nested deeper than {MAX_DEPTH} levels")
        self.nodes += isinstance(event, yaml.NodeEvent)
        if self.nodes > MAX_NODES:
            self.fail(event.start_mark, f"more than {MAX_NODES:,} values, too many by hand")
        return event

    def node(self, event: yaml.Event) -> Node:
        """Build the value that starts with this event, with all that is inside it."""
        self.refuse_sharing(event)
        node = Node(_spot(event.start_mark))
        if isinstance(event, yaml.ScalarEvent):
            node.value = self.scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            self.fill_list(node)
        elif isinstance(event, yaml.MappingStartEvent):
            self.fill_mapping(node)
        return node

    def scalar(self, event: yaml.ScalarEvent) -> Any:
        """Return what a word means; noted and left as written where that is in doubt."""
        value, fault = event.value, ""
        if event.style is None:
            value, fault = plain_value(event.value)
        elif UNPRINTABLE.search(event.value):
            fault = "holds an escaped control character: leave it out"
        if fault:
            self.note(event.start_mark, f"{shown(event.value)} {fault}")
        return value

    def fill_list(self, node: Node) -> None:
        """Build the items of a list."""
        while not isinstance(event := self.next_event(), yaml.SequenceEndEvent):
            self.loc.append(len(node.parts))
            self.add(node, event, self.node(event))
        node.value = [part.value for part in node.parts.values()]

    def fill_mapping(self, node: Node) -> None:
        """Build the keys and values of a mapping."""
        while not isinstance(event := self.next_event(), yaml.MappingEndEvent):
            self.loc.append(self.key(event))
            self.add(node, event, self.node(self.next_event()))
        node.value = {key: part.value for key, part in node.parts.items()}

    def add(self, node: Node, key_event: yaml.Event, part: Node) -> None:
        """Put a part where the path now points, unless something stands there already."""
        if (key := self.loc[-1]) in node.parts:
            first = f"{self.name}:{node.key_spots[key]}"
            self.note(key_event.start_mark, f"given twice, first at {first}: keep one")
        else:
            node.parts[key], node.key_spots[key] = part, _spot(key_event.start_mark)
        self.loc.pop()

    def key(self, event: yaml.Event) -> str:
        """Return the text of a key, noted where it is not plainly text."""
        if not isinstance(event, yaml.ScalarEvent):
            self.node(event)
            self.note(event.start_mark, "a key must be text, not a list or a mapping")
            return "?"
        self.refuse_sharing(event)
        if event.style is not None:
            self.scalar(event)
        elif event.value == "<<":
            self.unreadable = True
            self.note(event.start_mark, f"'<<': {_NO_SHARING}")
        elif event.value.lower() not in YES_NO:  # as a key, `y` or `on` can only be a name
            value, fault = plain_value(event.value)
            if fault or not isinstance(value, str):
                self.note(event.start_mark, f"a key must be text: quote {shown(event.value)}")
        return event.value

    def refuse_sharing(self, event: yaml.Event) -> None:
        """Note an anchor, alias or tag: with one, the document is not read."""
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        sign = f"*{anchor}" if isinstance(event, yaml.AliasEvent) else anchor and f"&{anchor}"
        for mark in filter(None, (sign, tag)):
            self.unreadable = True
            self.note(event.start_mark, f"{shown(mark)}: {_NO_SHARING}")

    def note(self, mark: _Mark, message: str) -> None:
        """Note a problem at a mark, under the path built at the moment."""
        where = f"{self.name}:{_spot(mark)}"
        self.problems.append(Problem(where, format_path(tuple(self.loc)), message))

    def fail(self, mark: _Mark, message: str) -> NoReturn:
        """Give up, with every problem noted so far and this one."""
        self.note(mark, message)
        raise ReadingError(self.problems) from None


def _spot(mark: _Mark) -> str:
    return f"{mark.line + 1}:{mark.column + 1}"


def _syntax_advice(error: yaml.MarkedYAMLError, text: str) -> tuple[_Mark, str]:
    """Where a syntax error is best mended, and how."""
    start: _Mark = error.context_mark
    mark: _Mark = error.problem_mark or start
    problem = error.problem or ""
    if text[mark.index : mark.index + 1] == "\t":
        return mark, "a tab stands here: YAML wants spaces, put spaces in its place"
    if start and not text[mark.index :].strip():  # found at the end, but opened earlier
        return start, f"not valid YAML: what starts here is never closed ({problem})"
    if "mapping values" in problem:
        return mark, "a second ': ' in one value: quote the value, or check the indentation"
    if "cannot start any token" in problem:
        return mark, f"a value cannot start with {text[mark.index]!r}: quote it"
    since = f" {error.context}, which starts at line {start.line + 1}" if start else ""
    return mark, f"not valid YAML: {problem}{since}"
