"""The page of a study: `report.html`, one file without any request to the network, and
`report.md`, which says the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ..drawing import month_name
from ..report import made_with, rendered
from ..report_sentences import LIMITS
from ..report_tables import Table
from .found import Found
from .plan import Plan
from .varied import Varied

ON_RANGES = (
    "Ranges are what is varied, not what is known: an average over them is no forecast, and what "
    "lies outside of them was not looked at."
)


def write_page(
    plan: Plan, found: Found, folder: Path, command: str, manifest: Mapping[str, Any]
) -> Path:
    """Write both files into ``folder``; returns the path of the first. Same input, same bytes."""
    about = {
        "title": plan.title,
        "about": about_line(plan),
        "question": plan.description,
        "answer": list(found.answer),
        "pictures": found.pictures,
        "tables": [table_of(caption, table) for caption, table in found.shown.items()],
        "written": list(found.tables),
        "scenarios": list(found.scenarios),
        "varied": varied_table("What was varied, and over which range", plan.varied),
        "surroundings": varied_table("The worlds in which it was judged", plan.surroundings),
        "limits": [*found.limits, ON_RANGES, *LIMITS],
        "command": command if command.startswith("trader-sim") else "",
        "seed": plan.seed,
        "made": made_with(manifest),
    }
    for name in ("report.md", "report.html"):
        text = rendered(f"study{Path(name).suffix}", about)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return folder / "report.html"


def about_line(plan: Plan) -> str:
    """What the page is, in a line."""
    titles = " and ".join(each.title for each in plan.scenarios)
    posts = int(plan.scenarios[0].path("cohort", "posts")[0])
    start = plan.months[plan.window]
    first = month_name(12 * int(start[:4]) + int(start[5:]) - 1)
    count = len(plan.varied)
    rungs = getattr(plan.how, "replicates", None) or [plan.replicates]  # a tuning's
    replicates = ", ".join(map(str, rungs[:-1])) + " or " * (len(rungs) > 1) + str(rungs[-1])
    return (
        f"A simulation of {titles}: {count} thing{'s' * (count != 1)} varied, {replicates} "
        f"replicate{'s' * (replicates != '1')} of a point, seed {plan.seed}, {posts:,} simulated "
        f"posts; measured from {first} on."
    )


def table_of(caption: str, table: pd.DataFrame) -> Table:
    """A table of words as it is printed."""
    lines = [[str(cell) for cell in row] for row in table.itertuples(index=False)]
    return Table(caption, [str(name) for name in table.columns], lines)


def varied_table(caption: str, varied: Sequence[Varied]) -> Table:
    """What varied, over what, in which unit, and what is known of it."""
    lines = []
    for each in varied:
        entry = each.setting
        grade, meaning = (entry.grade, entry.meaning) if entry else ("", _of_no_setting(each))
        lines.append([each.name, meaning, over(each), each.unit, grade])
    return Table(caption, ["Name", "Meaning", "Range", "Unit", "Grade of the default"], lines)


def _of_no_setting(varied: Varied) -> str:
    names = ", ".join(each.name for each in varied.columns)
    return f"draws of a posterior, each sets {names}" if names else "from when settings hold"


def over(varied: Varied) -> str:
    """Over what something varies, in words."""
    if varied.values:
        listed = [written(varied, value) for value in varied.values]
        return ", ".join(listed) if len(listed) < 6 else f"{listed[0]} to {listed[-1]}, in steps"
    scale = ", on a logarithmic scale" if varied.log else ""
    return f"{written(varied, varied.low)} to {written(varied, varied.high)}{scale}"


def written(varied: Varied, value: float) -> str:
    """A value in words."""
    said = varied.written(value)
    return said if isinstance(said, str) else f"{said:,.6g}"
