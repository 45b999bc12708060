"""The generated parts of docs/evidence.md: every number that the model rests on, its source, date
and grade, and the rules that use it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

from .customs import load as load_customs
from .description import table
from .explore.targets import TargetsFile
from .model.settings import DRAWERS, GOODS, GRADES
from .reading import read_yaml
from .scenario import load
from .scenario_file import shape
from .setting_values import SETTINGS
from .shelf import shipped, shipped_folder

YEAR = re.compile(r"\b(?:19|20)\d\d\b")
READERS = ("calendar.py",)  # what reads settings besides the rules
UNDATED = "–"


@cache
def used_by() -> dict[str, list[str]]:
    """Setting to the functions that read it, in ``file.function`` form: under ``model/``, and what
    makes the calendar of a run."""
    here = Path(__file__).parent
    found: dict[str, list[str]] = {}
    files = [*sorted((here / "model").glob("*.py")), *(here / name for name in READERS)]
    for path in files:
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                for name in dict.fromkeys(_read_in(function)):
                    found.setdefault(name, []).append(f"{path.stem}.{function.name}")
    return found


def _read_in(function: ast.FunctionDef) -> Iterator[str]:
    """Names of settings that a function reads: ``levers.x`` or ``levers["x"]``, and the like."""
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and _is_drawer(node.value):
            yield node.attr
        elif isinstance(node, ast.Subscript) and _is_drawer(node.value):
            for part in ast.walk(node.slice):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


def _is_drawer(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in {*DRAWERS, "announced"}


def dates_in(source: str) -> str:
    """Years that a source names."""
    return ", ".join(dict.fromkeys(YEAR.findall(source))) or UNDATED


def settings_part() -> str:
    """Every setting: value, grade, source and its date, and where it is used."""
    head = ("name", "default", "unit", "plausible", "grade", "source", "dated", "used by")
    parts = []
    for drawer, held in SETTINGS.items():
        lines = []
        for each in held.values():
            low, high = each.plausible
            span = f"{low:.3g} to {high:.3g}" if low < high else "as it is"
            used = ", ".join(f"`{name}`" for name in used_by().get(each.name, ())) or UNDATED
            lines.append(
                [f"`{each.name}`", f"{each.default:.12g}", each.unit, span, each.grade, each.source,
                 dates_in(each.source), used]
            )  # fmt: skip
        parts.append(f"**{drawer.capitalize()}**\n\n{table(head, lines)}")
    return "\n".join(parts)


def coverage_part() -> str:
    """How many settings rest on which grade."""
    count = {grade: 0 for grade in GRADES}
    for held in SETTINGS.values():
        for each in held.values():
            count[each.grade] += 1
    whole = sum(count.values())
    lines = [[grade, str(n), f"{100 * n / whole:.0f} %"] for grade, n in count.items()]
    return table(("grade", "settings", "part"), [*lines, ["all", str(whole), "100 %"]])


def scenarios_part() -> str:
    """Every value that a shipped scenario sets, with its source and grade."""
    lines = []
    for name in shipped():
        scenario = load(name)
        for each in scenario.given:
            if each.where.partition(":")[0].removesuffix(".yaml").rpartition("/")[2] == name:
                value = f"{each.value:.12g}"
                source, grade = each.source or "not given", each.grade or "assumed"
                since = each.first or "the start"
                lines.append([name, f"`{each.name}`", value, since, grade, source])
    head = ("scenario", "setting", "value", "from", "grade", "source")
    return table(head, lines)


def goods_part() -> str:
    """Shares of goods, all assumed."""
    lines = [
        [good.name, f"{good.share:g}", f"{good.russian_share:g}", f"{good.permission_share:g}"]
        for good in GOODS
    ]
    head = ("good", "share of its stream", "share of Russian trade", "needs permission")
    return table(head, lines)


def customs_part() -> str:
    """How the customs series was come by, year by year."""
    series = load_customs().whole()
    kinds = ("known", "split", "filled")
    lines = []
    for year in sorted({month[:4] for month in series.months}):
        mine = [
            status if status in kinds else "known"
            for month, status in zip(series.months, series.export_status, strict=True)
            if month.startswith(year)
        ]
        lines.append([year, *(str(mine.count(kind)) for kind in kinds)])
    head = ("year", "months of Chinese exports printed", "split from a total", "filled")
    return table(head, lines)


def patterns_part() -> str:
    """Every pattern that outcomes are held against, with its source."""
    path = shipped_folder() / "studies" / "known_patterns.yaml"
    read, _ = shape(read_yaml(path), TargetsFile)
    assert isinstance(read, TargetsFile)
    lines = [
        [name, row.pattern, row.role, row.published, " ".join(row.source.split()),
         dates_in(row.source)]
        for name, row in read.rows.items()
    ]  # fmt: skip
    return table(("row", "pattern", "role", "published", "source", "dated"), lines)


PARTS: Mapping[str, Callable[[], str]] = {
    "coverage": coverage_part,
    "settings": settings_part,
    "scenarios": scenarios_part,
    "goods": goods_part,
    "customs": customs_part,
    "patterns": patterns_part,
}
