"""The table of patterns: all rows of a file of targets, and what can be wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..outcomes import OUTCOMES
from ..reading import Document, Problem, ReadingError, format_path, read_yaml, suggest
from ..scenario import Scenario
from ..scenario_file import shape
from . import measurements as measurements  # they register themselves
from .plan import Plan
from .plan_file import Patterns
from .plan_problems import wrong_in
from .seen import MEASUREMENTS
from .targets import Measure, TargetsFile, targets_file, ways_in
from .worlds import rival_problems, world_problems


def table_of(plan: Plan) -> TargetsFile:
    """The rows and worlds that a study measures, of a file that was checked before."""
    read, _ = shape(read_yaml(plan.companions()[0]), TargetsFile)
    assert isinstance(read, TargetsFile)
    return read


def table_problems(
    study: Document, folder: Path, how: Patterns, scenarios: Sequence[Scenario]
) -> Iterator[Problem]:
    """What is wrong with the table that a study names, and with its rival models."""
    for at, message in rival_problems(how.rivals, scenarios[0]):
        yield Problem(study.where(at), format_path(at), message)
    path, problem = targets_file(study, folder, ("patterns", "targets"), how.targets)
    if problem:
        yield problem
        return
    try:
        document = read_yaml(path)
    except ReadingError as error:
        yield from error.problems
        return
    read, problems = shape(document, TargetsFile)
    yield from (*document.problems, *problems)
    if not isinstance(read, TargetsFile):
        return
    wrong = list(world_problems(read.worlds, scenarios))
    names = [*(each.name for each in scenarios), *read.worlds]
    for row, entry in read.rows.items():
        for number, each in enumerate(entry.measures):
            at = ("rows", row, "measures", number)
            found = (*ways_in(each), *_wrong_measure(each, names, scenarios[0].months))
            wrong += [((*at, key), message) for key, message in found]
    for loc, message in wrong:
        yield Problem(document.where(loc), format_path(loc), message)


def _wrong_measure(
    measure: Measure, names: Sequence[str], months: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """What is wrong in a measure of the table: the key it stands under, and the sentence."""
    if not measure.by:
        yield from wrong_in(measure, names, months)
        if measure.under is None:
            yield "under", "say under which world it is measured"
        if measure.worlds:
            yield (
                "worlds",
                "are for a measurement named under `by`; leave the line out",
            )
        return
    if measure.by not in MEASUREMENTS:
        near = suggest(measure.by, MEASUREMENTS)
        yield "by", f"there is no measurement {measure.by!r}{near}; {', '.join(MEASUREMENTS)}"
        return
    yield from _not_as_it_takes(measure, measure.by)
    for name in measure.worlds:
        if name not in names:
            near = suggest(name, names)
            yield "worlds", f"there is no world {name!r} and no such scenario{near}"
    if measure.outcome and measure.outcome not in OUTCOMES:
        near = suggest(measure.outcome, OUTCOMES)
        yield "outcome", f"there is no outcome {measure.outcome!r}{near}"
    plain = measure.model_copy(update={"outcome": next(iter(OUTCOMES))})
    yield from (each for each in wrong_in(plain, names, months) if each[0] == "months")


def _not_as_it_takes(measure: Measure, by: str) -> Iterator[tuple[str, str]]:
    """What a measurement cannot do without, or would pass over in silence."""
    takes, count = MEASUREMENTS[by], len(measure.worlds)
    if takes.worlds is None and count < 2:
        yield "worlds", f"{by} compares two worlds or more; name them in order"
    elif takes.worlds is not None and count != takes.worlds:
        yield "worlds", f"{by} takes {takes.worlds}, and {count} are named; name them in order"
    if takes.outcome and not measure.outcome:
        yield "outcome", f"{by} needs one; name an outcome"
    if measure.outcome and not takes.outcome:
        yield "outcome", f"{by} looks at none; leave the line out"
    for key in ("under", "minus", "relative_to", "less"):
        if getattr(measure, key) is not None:
            yield key, f"{by} compares what `worlds` names; leave the line out"
