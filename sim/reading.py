"""YAML text -> plain values that remember where they stand: the one place that reads YAML."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from .problems import Loc, Problem, ReadingError, format_path, shown, suggest
from .yaml_builder import MAX_DEPTH, MAX_NODES, Builder, Node
from .yaml_words import UNPRINTABLE

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_NODES",
    "Document",
    "Loc",
    "Problem",
    "ReadingError",
    "format_path",
    "parse_yaml",
    "read_yaml",
    "shown",
    "suggest",
]

MAX_BYTES = 1_000_000

_TOO_LARGE = f"larger than {MAX_BYTES // 1_000_000} MB, too large for a file written by hand"


@dataclass(frozen=True)
class Document:
    """A document's plain values; where a problem stands, the value is the text as written."""

    name: str
    value: dict[str, Any]
    problems: list[Problem]
    _root: Node = field(repr=False)

    def where(self, loc: Loc) -> str:
        """Where the value at this path stands, or else its nearest parent that exists."""
        return f"{self.name}:{self._spots(loc)[1]}"

    def where_key(self, loc: Loc) -> str:
        """Where the key (or list item) at this path stands, or else its nearest parent's key."""
        return f"{self.name}:{self._spots(loc)[0]}"

    def _spots(self, loc: Loc) -> tuple[str, str]:
        node, key_spot = self._root, self._root.spot
        for part in loc:
            if part not in node.parts:
                break
            key_spot, node = node.key_spots[part], node.parts[part]
        return key_spot, node.spot


def read_yaml(path: Path) -> Document:
    """Read one YAML file; ReadingError when it cannot be read at all."""
    name = str(path).encode("utf-8", "replace").decode()
    try:
        data = _bytes_of(path, name)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        _refuse(name, f"cannot be read: {getattr(error, 'strerror', None) or error}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        spot = _spot_after(error.object[: error.start].decode("utf-8"))
        _refuse(f"{name}:{spot}", "not UTF-8 text: save the file with the encoding UTF-8")
    return parse_yaml(text, name)


def parse_yaml(text: str, name: str) -> Document:
    """Read one YAML document from text; `name` is the file name shown in messages."""
    text = text.removeprefix("\ufeff")
    if len(text) > MAX_BYTES:
        _refuse(name, _TOO_LARGE)
    if bad := UNPRINTABLE.search(text):
        where = f"{name}:{_spot_after(text[: bad.start()])}"
        _refuse(where, f"control character U+{ord(bad[0]):04X}: delete it, if this is a text file")
    builder = Builder(text, name)
    root = builder.document()
    return Document(name, root.value, builder.problems, root)


def _spot_after(text: str) -> str:
    lines = (text + "x").splitlines()
    return f"{len(lines)}:{len(lines[-1])}"


def _refuse(where: str, message: str) -> NoReturn:
    raise ReadingError([Problem(where, "", message)]) from None


def _bytes_of(path: Path, name: str) -> bytes:
    if path.is_dir():
        _refuse(name, "this is a folder, not a file")
    if not path.exists():
        near = suggest(path.name, (other.name for other in path.parent.glob("*.y*ml")))
        _refuse(name, f"there is no such file{near}")
    if not path.is_file():
        _refuse(name, "this is not an ordinary file")  # a pipe or a device may never end
    if path.stat().st_size > MAX_BYTES:
        _refuse(name, _TOO_LARGE)
    return path.read_bytes()
