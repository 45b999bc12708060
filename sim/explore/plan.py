"""What a study file asks for, checked: every mistake told with its line.

    plan = read_plan("tune_autonomy", "tune")
    plan.scenarios, plan.varied, plan.quantities, plan.how

Study files lie in ``scenarios/studies/``, or are given by path. They name scenarios by shipped name
or by the name of a file beside them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel

from ..contradictions import above_one
from ..outcomes import OUTCOMES
from ..reading import Document, Loc, Problem, ReadingError, format_path, read_yaml, suggest
from ..scenario import Scenario, ScenarioError, load
from ..scenario_file import is_month, shape
from ..shelf import exists, is_plain_name, shipped, shipped_folder, within_reach
from .plan_file import KINDS, Calibrate, Conclusion, Goal, Limit, Quantity, StudyFile, kinds_in
from .ranges import varied_of
from .targets import target_problems
from .varied import Varied, applied, assumed

FOLDER = "studies"
UNTIL = {
    "months_until_spent": "median months until savings are spent",
    "months_until_missed": "median months until the first missed quota",
}
"""What is measured besides outcomes: of traders in post when the measured months begin; those to
whom it has not happened by the end count as if it happened then."""


@dataclass(frozen=True)
class Cell:
    """One number measured in a replicate: an outcome under a scenario (by place), over months (by
    place, the last one included)."""

    scenario: int
    outcome: str
    first: int
    last: int


@dataclass(frozen=True)
class Plan:
    """A study, ready to be carried out.

    ``how``: what its kind of study says besides; ``window``: first month that is measured, counted
    from 0; ``surroundings``: what varies over the worlds a tuning is judged in; ``text``: the file.
    """

    name: str
    title: str
    description: str
    kind: str
    scenarios: tuple[Scenario, ...]
    varied: tuple[Varied, ...]
    surroundings: tuple[Varied, ...]
    replicates: int
    seed: int
    window: int
    how: Any
    text: str
    path: Path

    @property
    def key(self) -> str:
        """A fingerprint of what is asked; not of rules and versions."""
        parts = [self.kind, self.text, *(each.content for each in self.scenarios)]
        parts += [str(self.seed), str(self.replicates)]
        parts += [each.read_text(encoding="utf-8") for each in self.companions()]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    @property
    def months(self) -> tuple[str, ...]:
        """All months of a run."""
        return self.scenarios[0].months

    def companions(self) -> list[Path]:
        """Files beside the study that it needs."""
        targets = getattr(self.how, "targets", None)
        found = [self.path.parent / f"{targets}.yaml"] if targets else []
        draws = (each.file for each in (*self.varied, *self.surroundings))
        return found + list(dict.fromkeys(each for each in draws if each))

    def quantities(self) -> list[Quantity]:
        """All that is looked at, in the order of the file."""
        return list(_quantities_in(self.how))

    def cells(self, quantities: Sequence[Quantity] | None = None) -> list[Cell]:
        """All that must be measured for them, each once."""
        asked = self.quantities() if quantities is None else quantities
        return list(dict.fromkeys(cell for each in asked for cell in self._cells_of(each)))

    def values(self, quantity: Quantity, cells: Sequence[Cell], table: np.ndarray) -> np.ndarray:
        """A quantity of measured cells, (..., cells) to (...): paired where two are compared."""
        mine, *other = (table[..., cells.index(each)] for each in self._cells_of(quantity))
        if quantity.minus:
            return np.asarray(mine - other[0])
        if quantity.relative_to:
            with np.errstate(divide="ignore", invalid="ignore"):
                return np.where(other[0] != 0, mine / other[0] - 1, np.nan)
        return np.asarray(mine)

    def _cells_of(self, quantity: Quantity) -> Iterator[Cell]:
        first, last = self.window, len(self.months) - 1
        if quantity.months:
            first = self.months.index(quantity.months.first)
            last = self.months.index(quantity.months.last)
        names = [each.name for each in self.scenarios]
        under = quantity.under or names[-1]
        for name in filter(None, (under, quantity.minus, quantity.relative_to)):
            yield Cell(names.index(name), quantity.outcome, first, last)

    def label(self, quantity: Quantity) -> str:
        """What a quantity is called in tables and figures."""
        known = OUTCOMES.get(quantity.outcome)
        label = known.label if known else UNTIL[quantity.outcome]
        titles = {each.name: each.title for each in self.scenarios}
        if len(titles) > 1:
            label += f", {titles[quantity.under or self.scenarios[-1].name]}"
        for word, other in (("less", quantity.minus), ("relative to", quantity.relative_to)):
            label += f" {word} {titles[other]}" if other else ""
        if quantity.months:
            label += f", {quantity.months.first} to {quantity.months.last}"
        return label

    def unit(self, quantity: Quantity) -> str:
        """The unit of a quantity."""
        if quantity.relative_to:
            return "share"
        return OUTCOMES[quantity.outcome].unit if quantity.outcome in OUTCOMES else "months"


def column_names(plan: Plan) -> dict[str, Quantity]:
    """Quantities by a name that can head a column: the outcome, numbered where it comes again."""
    found: dict[str, Quantity] = {}
    for each in plan.quantities():
        name, number = each.outcome, 2
        while name in found:
            name, number = f"{each.outcome}_{number}", number + 1
        found[name] = each
    return found


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
        problems += _quantity_problems(document, kind, read, scenarios)
        if isinstance(how := getattr(read, kind), Calibrate):
            names = [each.name for each in scenarios]
            problems += target_problems(
                document, path.parent, how.targets, how.rows,
                lambda quantity: _wrong_in(quantity, names, months),
            )  # fmt: skip
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
    if problems := list(_plan_problems(document, plan)):
        raise ScenarioError(problems)
    return plan


def _verb(kind: str) -> str:
    nouns = {"sensitivity": "look for what matters", "robustness": "test conclusions"}
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


def _quantities_in(how: BaseModel) -> Iterator[Quantity]:
    for name in type(how).model_fields:
        value = getattr(how, name)
        for each in value if isinstance(value, list) else ():
            if isinstance(each, Quantity):
                yield each


def _quantity_problems(
    document: Document, kind: str, read: StudyFile, scenarios: Sequence[Scenario]
) -> Iterator[Problem]:
    """Outcomes, scenarios and months that are not there."""
    how = getattr(read, kind)
    names = [each.name for each in scenarios]
    months = scenarios[0].months
    for part in type(how).model_fields:
        value = getattr(how, part)
        for at, each in enumerate(value if isinstance(value, list) else ()):
            if not isinstance(each, Quantity):
                continue
            loc = (kind, part, at)
            for key, message in _wrong_in(each, names, months):
                where = document.where((*loc, key))
                yield Problem(where, format_path((*loc, key)), message)


def _wrong_in(
    quantity: Quantity, names: Sequence[str], months: Sequence[str]
) -> Iterator[tuple[str, str]]:
    known = [*OUTCOMES, *UNTIL]
    if quantity.outcome not in known:
        near = suggest(quantity.outcome, known) or "; trader-sim outcomes lists them all"
        yield "outcome", f"there is no outcome {quantity.outcome!r}{near}"
    for key in ("under", "minus", "relative_to"):
        name = getattr(quantity, key)
        if name is not None and name not in names:
            yield key, f"{name!r} is not a scenario of this study; it has {', '.join(names)}"
    if quantity.minus and quantity.relative_to:
        yield "minus", "is given besides relative_to; keep one of the two"
    if quantity.months and not (
        quantity.months.first in months
        and quantity.months.last in months
        and quantity.months.first <= quantity.months.last
    ):
        yield "months", f"must be two months of the run, {months[0]} to {months[-1]}, in order"
    if isinstance(quantity, Goal):
        yield from _wrong_sum(quantity)
    sides = [getattr(quantity, key, None) for key in ("above", "below", "at_least", "at_most")]
    words = "above and below" if isinstance(quantity, Conclusion) else "at_least and at_most"
    one_sided = isinstance(quantity, Conclusion | Limit)
    if one_sided and sum(side is not None for side in sides) != 1:
        yield "outcome", f"needs one threshold, out of {words}"


def _wrong_sum(goal: Goal) -> Iterator[tuple[str, str]]:
    """What is added must be there, and be counted in the same unit."""
    first = OUTCOMES.get(goal.outcome)
    if goal.plus and (goal.relative_to or not first):
        yield "plus", "adds outcomes, and neither months until something nor parts of another"
        return
    for name in goal.plus:
        if name not in OUTCOMES:
            yield "plus", f"there is no outcome {name!r}{suggest(name, OUTCOMES)}"
        elif first and OUTCOMES[name].unit != first.unit:
            units = f"{name} in {OUTCOMES[name].unit}, {goal.outcome} in {first.unit}"
            yield "plus", f"only outcomes of one unit can be added: {units}"
        elif name in (goal.outcome, "control_cost_usd"):
            yield "plus", f"{name} is counted already"


def _plan_problems(document: Document, plan: Plan) -> Iterator[Problem]:
    """Studies of nothing, and points that could not be lived."""
    if not plan.varied:
        yield Problem(
            document.where(("vary",)), "vary", "nothing varies; name at least one setting"
        )
        return
    if plan.kind == "sweep":
        yield from _sweep_problems(document, plan)
    if plan.kind == "sensitivity":
        yield from _sensitivity_problems(document, plan)
    if plan.kind == "tune":
        yield from _tune_problems(document, plan)
    for what in (plan.varied, plan.surroundings):
        for end in ("low", "high"):
            point = {each.name: getattr(each, end) for each in what}
            for each in plan.scenarios:
                changed = applied(each, what, point)
                for problem in above_one(changed.months, changed.given, changed.path):
                    message = f"at the {end} ends of the ranges: {problem.message}"
                    yield Problem(document.where(("vary",)), "vary", message)
                    return


MOST_POINTS = 100_000


def _sweep_problems(document: Document, plan: Plan) -> Iterator[Problem]:
    """A grid, or values side by side, of what has no values."""
    if plan.how.design == "sample":
        return
    for each in plan.varied:
        if not each.values:
            message = f"a {plan.how.design} needs values: give a list, or {{from, to, steps: 5}}"
            yield Problem(document.where(("vary", each.name)), f"vary.{each.name}", message)
    lengths = [len(each.values) for each in plan.varied]
    where = document.where(("sweep", "design"))
    if plan.how.design == "zip" and len(set(lengths)) > 1:
        message = f"side by side all must have as many values; they have {lengths}"
        yield Problem(where, "sweep.design", message)
    if plan.how.design == "grid" and np.prod(lengths, dtype=float) > MOST_POINTS:
        message = f"{np.prod(lengths, dtype=float):,.0f} points; expected at most {MOST_POINTS:,}"
        yield Problem(where, "sweep.design", message)


def _sensitivity_problems(document: Document, plan: Plan) -> Iterator[Problem]:
    """Designs that do not exist, and chance that could not be told from settings."""
    morris, sobol = plan.how.morris, plan.how.sobol
    wrong: list[tuple[Loc, str]] = []
    if morris and morris.levels % 2:
        wrong.append((("sensitivity", "morris", "levels"), "must be an even number"))
    if sobol and sobol.samples & (sobol.samples - 1):
        near = 2 ** round(np.log2(sobol.samples))
        message = f"must be a power of two, such as {near}"
        wrong.append((("sensitivity", "sobol", "samples"), message))
    if any(part and (part.replicates or plan.replicates) < 2 for part in (morris, sobol)):
        message = (
            "must be at least 2: a single replicate of a point cannot tell chance from settings"
        )
        wrong.append((("replicates",), message))
    for loc, message in wrong:
        yield Problem(document.where(loc), format_path(loc), message)


def _tune_problems(document: Document, plan: Plan) -> Iterator[Problem]:
    """A tuning of what nobody decides, or that could not be judged."""
    how, listed = plan.how, document.value.get("vary") or {}
    for each in plan.varied:
        if not each.date and not each.name.startswith("levers."):
            key = ("vary", each.name) if each.name in listed else ("assumed",)
            message = f"{each.name} is no lever: nobody can choose it; only levers and their dates "
            message += "can be tuned, and what nobody decides stands under tune.surroundings"
            yield Problem(document.where(key), ".".join(key), message)
    if how.replicates != sorted(set(how.replicates)) or how.replicates[0] < 1:
        message = "must be whole numbers from 1 on, each larger than the one before"
        yield Problem(document.where(("tune", "replicates")), "tune.replicates", message)
    elif how.replicates[-1] < 2 and not how.surroundings:
        message = "must end with 2 or more: a single replicate says nothing of chance"
        yield Problem(document.where(("tune", "replicates")), "tune.replicates", message)
    if how.surroundings and not plan.surroundings:
        message = "no surroundings vary; name at least one setting, or say assumed: true"
        yield Problem(document.where(("tune", "surroundings")), "tune.surroundings", message)
    names = [each.name for each in plan.varied]
    for each in plan.surroundings:
        if each.name in names:
            at: Loc = ("tune", "surroundings", "vary", each.name)
            yield Problem(document.where(at), format_path(at), "is tuned; it cannot vary here too")
