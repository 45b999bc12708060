"""What is known of outcomes: a file of targets, checked, and how each of them is held to.

A row is a pattern from a source; its role says what may be done with it: C calibrate, H hold out,
D demanded in design, V true by construction. A row holds one or several measures. A measure is held
to in one of three ways, by what is known:

* ``value``: a published figure with its 95 % interval. Observation variance from the interval,
  discrepancy variance from where it was found: none in the same setting, half the figure squared in
  a neighbouring one, the figure squared in a laboratory. ``accept`` then only says when a
  prediction counts as right.
* ``accept`` alone: bounds that are a judgement. All values inside are equally good, for no source
  prefers the middle; outside, the distance to the nearest end counts. Nothing is added for errors:
  such bounds were drawn wide enough to hold them.
* ``sign``: a direction that a witness tells. Which side of zero counts, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from ..outcomes import OUTCOMES
from ..reading import Document, Loc, Problem, ReadingError, format_path, read_yaml, suggest
from ..scenario_file import shape
from ..shelf import exists, is_plain_name, within_reach
from .plan_file import Quantity, World

TRANSPORT = {"same": 0.0, "neighbouring": 0.5, "laboratory": 1.0}
NORMAL = 1.959964  # standard deviations from the middle to an end of a 95 % interval
CALIBRATES = "C"
WrongIn = Callable[[Quantity], Iterable[tuple[str, str]]]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Bounds(_Strict):
    """Between which values a prediction counts as right."""

    low: float = Field(-np.inf, alias="from")
    high: float = Field(np.inf, alias="to")


class Published(_Strict):
    """A figure with its 95 % interval, and how far from our setting it was found."""

    figure: float
    low: float = Field(description="lower end of its 95 % interval")
    high: float = Field(description="upper end")
    setting: Literal["same", "neighbouring", "laboratory"]


class Part(_Strict):
    """So many times another outcome, which is taken off."""

    times: float
    outcome: str


class Measure(Quantity):
    """A measured quantity and what is known of it."""

    says: str = Field(description="what it is called in figures and tables")
    outcome: str = Field("", description="an outcome; what `by` measures may need none")
    by: str | None = Field(None, description="a measurement of its own, for `patterns` alone")
    worlds: list[str] = Field([], description="the worlds that such a measurement compares")
    unit: str = Field("", description="of what it gives")
    less: Part | None = Field(None, description="less so many times another outcome")
    value: Published | None = None
    accept: Bounds | None = None
    sign: Literal["positive", "negative"] | None = None
    neutral: float = Field(0.0, description="where there is no effect: 1 for a ratio of effects")


class Gap(_Strict):
    """A part of a pattern that the model cannot measure."""

    says: str
    because: str


class Row(_Strict):
    """A pattern from a source."""

    pattern: str
    role: Literal["C", "H", "D", "V"]
    source: str
    published: str = Field(description="what the source gives, in words")
    measures: list[Measure] = Field(min_length=1)
    not_measured: list[Gap] = []


class TargetsFile(_Strict):
    """All that a file of targets may say."""

    title: str | None = None
    description: str | None = None
    worlds: dict[str, World] = {}
    rows: dict[str, Row]


@dataclass(frozen=True)
class Target:
    """One measure that is held to: between ``low`` and ``high``, give or take ``observation`` and
    ``discrepancy`` (variances, in its unit squared)."""

    row: str
    measure: Measure
    low: float
    high: float
    observation: float
    discrepancy: float

    def measured(self) -> list[Quantity]:
        """The quantity itself, and what is taken off it before it is multiplied."""
        if not self.measure.less:
            return [self.measure]
        other = self.measure.model_copy(update={"outcome": self.measure.less.outcome})
        return [self.measure, other]

    @property
    def accepted(self) -> tuple[float, float]:
        """Between which values a prediction counts as right."""
        bounds = self.measure.accept
        return (bounds.low, bounds.high) if bounds else (self.low, self.high)

    def met(self, values: np.ndarray) -> np.ndarray:
        """Whether values count as right; zero has no sign."""
        low, high = self.accepted
        within = (values >= low) & (values <= high)
        return np.asarray(within & ((values != 0) | (self.measure.sign is None)))


def target_of(row: str, measure: Measure) -> Target:
    """How a measure is held to."""
    if measure.sign:
        low, high = (0.0, np.inf) if measure.sign == "positive" else (-np.inf, 0.0)
        return Target(row, measure, low, high, 0.0, 0.0)
    if measure.value:
        known = measure.value
        seen = ((known.high - known.low) / (2 * NORMAL)) ** 2
        carried = (TRANSPORT[known.setting] * known.figure) ** 2
        return Target(row, measure, known.figure, known.figure, seen, carried)
    assert measure.accept is not None  # checked as the file is read
    low, high = measure.accept.low, measure.accept.high
    return Target(row, measure, low, high, 0.0, 0.0)


def read_targets(path: Path, rows: Sequence[str]) -> list[Target]:
    """The targets of these rows of a file that was checked before."""
    read, _ = shape(read_yaml(path), TargetsFile)
    assert isinstance(read, TargetsFile)
    return [target_of(row, each) for row in rows for each in read.rows[row].measures]


def targets_file(study: Document, folder: Path, at: Loc, name: str) -> tuple[Path, Problem | None]:
    """The file of this name beside a study, and what is wrong with the name."""
    path = folder / f"{name}.yaml"
    if is_plain_name(name) and exists(path) and within_reach(path, folder):
        return path, None
    near = suggest(name, (other.stem for other in folder.glob("*.yaml")))
    message = f"there is no file {name}.yaml beside the study{near}; expected its name alone"
    return path, Problem(study.where(at), format_path(at), message)


def target_problems(
    study: Document, folder: Path, name: str, rows: Sequence[str], wrong_in: WrongIn
) -> Iterator[Problem]:
    """What is wrong with a study's targets: the file, the rows named, and what they measure."""
    path, problem = targets_file(study, folder, ("calibrate", "targets"), name)
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
    if isinstance(read, TargetsFile):
        yield from _row_problems(study, document, read, rows)
        for row in dict.fromkeys(rows):
            for number, each in enumerate(read.rows[row].measures if row in read.rows else ()):
                for key, message in (*ways_in(each), *wrong_in(each)):
                    loc: Loc = ("rows", row, "measures", number, key)
                    yield Problem(document.where(loc), format_path(loc), message)


def _row_problems(
    study: Document, document: Document, read: TargetsFile, rows: Sequence[str]
) -> Iterator[Problem]:
    for number, row in enumerate(rows):
        at = ("calibrate", "rows", number)
        if row not in read.rows:
            message = f"{document.name} has no row {row!r}{suggest(row, read.rows)}"
        elif row in rows[:number]:
            message = f"{row} is named twice"
        elif (role := read.rows[row].role) != CALIBRATES:
            message = f"{row} has the role {role}; only rows of the role C may be calibrated on"
        else:
            continue
        yield Problem(study.where(at), format_path(at), message)


def ways_in(measure: Measure) -> Iterator[tuple[str, str]]:
    """Whether it is held to in just one way, and by numbers in order."""
    if measure.sign and (measure.accept or measure.value):
        yield "sign", "is all that a sign holds to; leave out value and accept"
    elif not measure.sign and not measure.accept:
        yield "accept", "say what is accepted, {from: …, to: …}, or the sign"
    if measure.accept and measure.accept.high <= measure.accept.low:
        yield "accept", "to must be above from"
    if (known := measure.value) and not known.low < known.figure < known.high:
        yield "value", "the figure must lie inside its interval, low below high"
    if measure.less and measure.less.outcome not in OUTCOMES:
        near = suggest(measure.less.outcome, OUTCOMES)
        yield "less", f"there is no outcome {measure.less.outcome!r}{near}"
    if measure.less and (measure.minus or measure.relative_to):
        yield "less", "is given besides minus or relative_to; keep one of them"
