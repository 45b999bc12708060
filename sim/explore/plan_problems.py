"""What can be wrong with a study whose file has the right shape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ..contradictions import above_one
from ..outcomes import OUTCOMES
from ..reading import Document, Loc, Problem, format_path, suggest
from ..scenario import Scenario
from .plan import UNTIL, Plan
from .plan_file import Conclusion, Goal, Limit, Quantity, StudyFile
from .varied import applied

MOST_POINTS = 100_000


def quantity_problems(
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
            for key, message in wrong_in(each, names, months):
                where = document.where((*loc, key))
                yield Problem(where, format_path((*loc, key)), message)


def wrong_in(
    quantity: Quantity, names: Sequence[str], months: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """What is wrong in a quantity: the key it stands under, and the sentence."""
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


def plan_problems(document: Document, plan: Plan) -> Iterator[Problem]:
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
    if plan.kind == "patterns" and [bool(each.rows) for each in plan.varied] != [True]:
        message = "patterns are measured on draws alone; expected NAME: {posterior: FILE}"
        yield Problem(document.where(("vary",)), "vary", message)
        return
    if plan.kind == "patterns" and plan.how.draws > len(plan.varied[0].rows):
        count = len(plan.varied[0].rows)
        message = f"there are {count} of them to draw from; write at most that many"
        yield Problem(document.where(("patterns", "draws")), "patterns.draws", message)
    for what in (plan.varied, plan.surroundings):
        for end in ("low", "high"):
            point = {each.name: getattr(each, end) for each in what}
            for each in plan.scenarios:
                changed = applied(each, what, point)
                for problem in above_one(changed.months, changed.given, changed.path):
                    message = f"at the {end} ends of the ranges: {problem.message}"
                    yield Problem(document.where(("vary",)), "vary", message)
                    return


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
