"""A study file read into a plan: every mistake told with its line.

    plan = read_plan("tune_autonomy", "tune")
    plan.scenarios, plan.varied, plan.quantities(), plan.how

Study files lie in ``scenarios/studies/``, or are given by path. They name scenarios by shipped name
or by the name of a file beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..reading import Document, Loc, Problem, ReadingError, format_path, read_yaml, suggest
from ..scenario import Scenario, ScenarioError, load
from ..scenario_file import is_month, shape
from ..shelf import exists, is_plain_name, shipped, shipped_folder, within_reach
from .plan import Plan
from .plan_file import KINDS, Calibrate, Patterns, StudyFile, kinds_in
from .plan_problems import plan_problems, quantity_problems, wrong_in
from .ranges import varied_of
from .table import table_problems
from .targets import target_problems
from .varied import Varied, assumed

FOLDER = "studies"


def studies() -> list[str]:
    """Names of the shipped studies."""
    return sorted(
        path.stem for path in (shipped_folder() / FOLDER).glob("*.yaml") if kinds_in(path)
    )


def locate_study(name: str) -> Path:
    """The file of a study given by path or by shipped name; raises ``ScenarioError``."""
    if name.endswith((".yaml", ".yml")) or "/" in name or "\\" in name:
        return Path(name)
    if name in studies():
        return shipped_folder() / FOLDER / f"{name}.yaml"
    message = f"there is no study of this name{suggest(name, studies())}; shipped: "
    message += f"{', '.join(studies()) or 'none'}; or give the path of a YAML file"
    raise ScenarioError([Problem(name, "", message)])


def read_plan(
    file: str,
    kind: str,
    overrides: Sequence[str] = (),
    replicates: int | None = None,
    posts: int | None = None,
    seed: int | None = None,
    name: str | None = None,
) -> Plan:
    """Read a study of this kind, by path or shipped name; what is given besides has the last word
    over the file.

    Raises ``ScenarioError`` with everything that is wrong with it.
    """
    path = locate_study(file)
    try:
        document = read_yaml(path)
    except ReadingError as error:
        raise ScenarioError(error.problems) from None
    read, problems = shape(document, StudyFile)
    problems = [*document.problems, *problems]
    if kind not in document.value and not problems:
        given = ", ".join(each for each in KINDS if each in document.value) or "none"
        message = f"says nothing on how to {_verb(kind)}; it has {given}; write a part '{kind}:'"
        problems.append(Problem(document.name, kind, message))
    scenarios = _scenarios(document, path, [*overrides, *_posts(document, posts)], problems)
    months = scenarios[0].months if scenarios else ()
    varied = varied_of(document, ("vary",), months, problems)
    around = varied_of(document, ("tune", "surroundings", "vary"), months, problems)
    if isinstance(read, StudyFile) and scenarios and getattr(read, kind):
        problems += quantity_problems(document, kind, read, scenarios)
        if isinstance(how := getattr(read, kind), Calibrate):
            names = [each.name for each in scenarios]
            problems += target_problems(
                document, path.parent, how.targets, how.rows,
                lambda quantity: wrong_in(quantity, names, months),
            )  # fmt: skip
        if isinstance(how, Patterns):
            problems += table_problems(document, path.parent, how, scenarios)
    if problems or not isinstance(read, StudyFile):
        raise ScenarioError(problems)
    how = getattr(read, kind)
    if read.assumed:
        varied += _others(assumed(scenarios), [*varied, *around])
    if kind == "tune" and how.surroundings and how.surroundings.assumed:
        around += _others(assumed(scenarios), [*varied, *around])
    plan = Plan(
        name or path.stem,
        read.title or (name or path.stem).replace("_", " "),
        " ".join((read.description or "").split()),
        kind,
        tuple(scenarios),
        tuple(varied),
        tuple(around) if kind == "tune" else (),
        replicates or read.replicates,
        read.seed if seed is None else seed,
        _window(scenarios, varied),
        how,
        path.read_text(encoding="utf-8"),
        path,
    )
    if problems := list(plan_problems(document, plan)):
        raise ScenarioError(problems)
    return plan


def _verb(kind: str) -> str:
    nouns = {
        "sensitivity": "look for what matters", "robustness": "test conclusions",
        "patterns": "measure patterns",
    }  # fmt: skip
    return nouns.get(kind, kind)


def _posts(document: Document, posts: int | None) -> list[str]:
    count = posts or document.value.get("posts")
    return [f"cohort.posts={count}"] if type(count) is int else []


def _others(found: Sequence[Varied], named: Sequence[Varied]) -> list[Varied]:
    """Those that the file does not vary in its own way."""
    own = {each.name.partition("@")[0] for each in named}
    return [each for each in found if each.name not in own]


def _scenarios(
    document: Document, path: Path, overrides: Sequence[str], problems: list[Problem]
) -> list[Scenario]:
    one, several = document.value.get("scenario"), document.value.get("scenarios")
    if (one is None) == (several is None):
        message = "name the scenario that is varied; expected either scenario: or scenarios: […]"
        problems.append(Problem(document.name, "", message))
        return []
    spots: list[tuple[Loc, Any]] = [(("scenario",), one)]
    if isinstance(several, list):
        spots = [(("scenarios", at), each) for at, each in enumerate(several)]
    found = []
    for loc, name in spots:
        if not isinstance(name, str):
            continue  # its shape is complained about
        try:
            found.append(load(_scenario_file(name, path), overrides))
        except ScenarioError as error:
            told = "; ".join(each.message for each in error.problems[:3])
            problems.append(Problem(document.where(loc), format_path(loc), f"{name}: {told}"))
    names = [each.name for each in found]
    if len(set(names)) < len(names) or any(each.months != found[0].months for each in found):
        message = "must be different scenarios over the same months"
        problems.append(Problem(document.where(("scenarios",)), "scenarios", message))
    return found if len(found) == len(spots) else []


def _scenario_file(name: str, path: Path) -> str:
    """A file beside the study or, by shipped name, one that comes with the program."""
    if not is_plain_name(name):
        raise ScenarioError(
            [Problem(name, "", "must be a shipped scenario or a file beside the study, without "
                     "its ending")]
        )  # fmt: skip
    for folder in (path.parent, shipped_folder() / "patterns"):
        beside = folder / f"{name}.yaml"
        if exists(beside) and within_reach(beside, folder):
            return str(beside)
    if name in shipped():
        return name
    near = suggest(name, shipped())
    raise ScenarioError([Problem(name, "", f"there is no such scenario{near}")])


def _window(scenarios: Sequence[Scenario], varied: Sequence[Varied]) -> int:
    """From when it is measured: the first month from which something varies, or scenarios differ;
    the whole run where that is from the start."""
    months = list(scenarios[0].months)
    courses = [each.course() for each in scenarios]
    starts = [courses[0].first_difference(each) for each in courses[1:]]
    for each in varied:
        month = each.name.partition("@")[2]
        if each.date:
            starts.append(months.index(str(each.written(each.low))))
        elif is_month(month):
            starts.append(months.index(month))
    first = min(starts, default=0)
    return first if first < len(months) else 0
