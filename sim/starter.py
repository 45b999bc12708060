"""A scenario file to begin with: commented, based on another one, and it loads as it is."""

from __future__ import annotations

from pathlib import Path

from .model.settings import GRADES
from .problems import Problem
from .scenario import Scenario, ScenarioError, load, shipped, shipped_folder
from .setting_values import SETTINGS
from .shelf import is_plain_name

SHOWN = ("authority_share", "surveillance", "quota_usd")
USUAL_CHANGE = "2026-07"
STARTER = """\
# In a line: what is different here, and why one would want to know.
title: {title}
description: >
  What holds in this scenario, in a sentence or two; the report begins with it.
based_on: {base}
months: {{from: {first}, to: {last}}}

# Ready-made reforms to stack; packages/NAME.yaml beside this file is found too.
# packages: [{packages}]

# Dated changes. over_months phases one in, until is its last month, and announced is the month from
# which it is known. Source and grade ({grades}) say what a value rests on;
# a unit may stand beside them. trader-sim settings lists all that can be set.
# timeline:
#   - from: {change}
#     over_months: 3
#     levers:
{levers}
"""


def write_starter(name: str, base: str) -> Path:
    """Writes NAME.yaml into the current folder; ScenarioError says why not."""
    path = Path(f"{name}.yaml")
    if not is_plain_name(name):
        complaint = "a name has letters, digits, _ and -, and no ending or folder"
    elif name in shipped():
        complaint = "a shipped scenario is called so; choose another name"
    elif name == Path(base).stem:
        complaint = "a scenario cannot be based on itself; choose another name"
    else:
        complaint = _write_new(path, _starter(name, _read_base(base)))
    if complaint:
        raise ScenarioError([Problem(name, "", complaint)])
    return path


def _read_base(base: str) -> Scenario:
    """The base: a file in the current folder, or shipped; what lies here is nearer."""
    beside = Path(f"{base.removesuffix('.yaml')}.yaml")
    if beside.is_file() and beside.parent.resolve() == Path.cwd().resolve():
        return load(f"./{beside.name}")
    scenario = load(base)
    if base not in shipped():
        message = "a base must be shipped or lie in the current folder, where the new file will be"
        raise ScenarioError([Problem(base, "", message)])
    return scenario


def _starter(name: str, base: Scenario) -> str:
    change = USUAL_CHANGE if USUAL_CHANGE in base.months else base.months[-1]
    at = base.months.index(change)
    source = 'source: "where it comes from", grade: assumed'
    lines = []
    for lever in SHOWN:
        now, entry = base.path("levers", lever)[at], SETTINGS["levers"][lever]
        about = f"{entry.unit}, {entry.low:g} to {entry.high:g}"
        lines.append(f"#       {lever}: {{value: {now:g}, {source}}}  # {about}")
    packages = sorted(path.stem for path in (shipped_folder() / "packages").glob("*.yaml"))
    return STARTER.format(
        title=name.replace("_", " ").replace("-", " ").capitalize(),
        base=base.name,
        first=base.months[0],
        last=base.months[-1],
        packages=", ".join(packages),
        grades=", ".join(GRADES),
        change=change,
        levers="\n".join(lines),
    )


def _write_new(path: Path, text: str) -> str:
    """Writes a file that is not there yet; or says why not."""
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        return f"{path} is already there and is left alone; choose another name"
    except OSError as error:
        return f"{path} cannot be written ({error.strerror or error})"
    return ""
