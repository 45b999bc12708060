"""An older scenario file brought to today's format, with its comments kept.

The only place that knows ruamel.yaml, which writes a file back as it was but for what changed.
"""

from __future__ import annotations

import copy
import io
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from .formats import STEPS, todays_format
from .reading import Document, Problem, parse_yaml, read_yaml
from .scenario_chain import mistakes
from .shelf import ScenarioError


def migrated(path: Path) -> tuple[str, list[str]]:
    """The file's text in today's format, and in sentences what was done (nothing: none was due).

    Raises ReadingError or ScenarioError where the outcome would not be a file without mistakes.
    """
    document = read_yaml(path)
    if document.problems:
        raise ScenarioError(document.problems)
    said, today = document.value.get("format", 1), todays_format()
    if type(said) is int and said == today:
        return "", []
    if type(said) is not int or not 1 <= said < today:
        raise ScenarioError(mistakes(document))
    new_text, told = _rewritten(path.read_bytes().decode("utf-8-sig"), said)
    _check(document, new_text, said)
    return new_text, told


def _bring_up(content: dict[str, Any], old: int) -> list[str]:
    """Take the steps that lead on from an old format; what they did."""
    told = [sentence for step in STEPS[old - 1 :] for sentence in step(content)]
    content["format"] = todays_format()
    return [f"format {old} is format {todays_format()} now", *told]


def _rewritten(text: str, old: int) -> tuple[str, list[str]]:
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = len(text) + 80  # never fold a line that was not folded
    if re.search(r"^ +- ", text, re.MULTILINE):
        yaml.indent(mapping=2, sequence=4, offset=2)
    content = yaml.load(text.replace("\r\n", "\n"))
    if "format" not in content:
        content.insert(0, "format", old)
    told = _bring_up(content, old)
    written = io.StringIO()
    yaml.dump(content, written)
    new_text = written.getvalue()
    return new_text.replace("\n", "\r\n") if "\r\n" in text else new_text, told


def _check(document: Document, new_text: str, old: int) -> None:
    """The new text must say what the steps make of the plain values, and have no mistake."""
    new = parse_yaml(new_text, document.name)
    plain = copy.deepcopy(document.value)
    _bring_up(plain, old)
    if new.value != plain:
        message = "cannot be rewritten without changing what it says: bring it up by hand"
        raise ScenarioError([Problem(document.name, "", message)])
    if problems := mistakes(new):
        raise ScenarioError(problems)


def replace_text(path: Path, text: str) -> None:
    """Put a text in a file's place, whole or not at all."""
    real = path.resolve()
    with tempfile.TemporaryDirectory(dir=real.parent, prefix=".trader-sim-") as folder:
        fresh = Path(folder) / real.name
        fresh.write_text(text, encoding="utf-8", newline="")
        shutil.copymode(real, fresh)
        fresh.replace(real)
