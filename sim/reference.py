"""Pages of reference that are made from the program itself: commands, and Python's names.

``python -m sim.reference FOLDER`` writes them anew (``make docs``).
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import typer

from .cli import app

COMMANDS = """\
# Commands

What `trader-sim --help` and `trader-sim COMMAND --help` say. Written by `make docs`; do not edit.
Exit codes: 0 done, 1 some replicates failed (they are listed), 2 bad input, 130 interrupted.
`trader-sim --install-completion` teaches the shell to complete commands and options.
"""
PYTHON = """\
# Python

All that `import sim` offers, with the words of the code itself. Written by `make docs`; do not
edit. A name is imported when it is first used, so `import sim` alone takes no time.
"""


def commands_page() -> str:
    """docs/commands.md."""
    whole: Any = typer.main.get_command(app)
    return "\n".join([COMMANDS, *_commands("trader-sim", whole)])


def _commands(path: str, command: Any) -> Iterator[str]:
    for name, each in getattr(command, "commands", {}).items():
        if each.hidden:
            continue
        if hasattr(each, "commands"):
            yield from _commands(f"{path} {name}", each)
            continue
        words = [_word(parameter) for parameter in each.params if parameter.name != "help"]
        arguments = " ".join(word for word, option, _ in words if not option)
        yield f"## {path} {name} {arguments}".rstrip() + "\n"
        yield " ".join((each.help or "").split()) + "\n"
        rows = [f"| `{word}` | {meaning} |" for word, _, meaning in words]
        if rows:
            yield "\n".join(["| | |", "|---|---|", *rows]) + "\n"


def _word(parameter: Any) -> tuple[str, bool, str]:
    """How a parameter is written, whether it is an option, and what it means."""
    option = parameter.param_type_name == "option"
    if not option:
        return (
            parameter.metavar or str(parameter.name).upper(),
            False,
            " ".join((parameter.help or "").split()),
        )
    written = ", ".join([*parameter.opts, *parameter.secondary_opts])
    meaning = " ".join((parameter.help or "").split())
    default = parameter.default
    if not callable(default) and isinstance(default, int | float | str) and not parameter.is_flag:
        meaning = f"{meaning} Default {default}.".strip()
    return written, True, meaning.replace("|", "\\|")


def python_page() -> str:
    """docs/api.md."""
    package = import_module(__package__ or "sim")
    parts = [PYTHON]
    for name in sorted(package._HOME, key=str.lower):
        thing = getattr(package, name)
        parts += [f"## {name}{_call(thing)}\n", f"```text\n{_said(thing)}\n```\n"]
    return "\n".join(parts)


def _call(thing: Any) -> str:
    if not callable(thing):
        return ""
    try:
        names = inspect.signature(thing).parameters.values()
    except ValueError:
        return ""
    shown = [f"*{each.name}" if each.kind == each.VAR_POSITIONAL else each.name for each in names]
    return f"({', '.join(shown)})".replace("_", "\\_")


def _said(thing: Any) -> str:
    if isinstance(thing, dict):
        return f"{len(thing)} outcomes by name; each has name, label, unit, meaning: outcomes.md"
    text = inspect.getdoc(thing) or ""
    methods = [
        f"{name}: {' '.join((inspect.getdoc(each) or '').split())}"
        for name, each in vars(thing).items()
        if inspect.isclass(thing) and not name.startswith("_")
        if inspect.isfunction(each) or isinstance(each, property | classmethod)
    ]
    return "\n\n".join([text, *methods])


PAGES = {"commands.md": commands_page, "api.md": python_page}


if __name__ == "__main__":
    for file, page in PAGES.items():
        (Path(sys.argv[1]) / file).write_text(page(), encoding="utf-8", newline="\n")
