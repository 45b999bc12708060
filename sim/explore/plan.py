"""A study, ready to be carried out: its scenarios, what varies in them, what is measured."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..outcomes import OUTCOMES
from ..scenario import Scenario
from .plan_file import Quantity
from .varied import Varied

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
        found: list[Quantity] = []
        for name in type(self.how).model_fields:
            value = getattr(self.how, name)
            listed = value if isinstance(value, list) else []
            found += [each for each in listed if isinstance(each, Quantity)]
        return found

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
