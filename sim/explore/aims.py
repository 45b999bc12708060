"""What a tuning is after and what it must keep to, as columns of numbers.

Whoever maximises dollars a post a month is told them net of the cost of control: surveillance that
brings in a dollar and costs two is no gain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..outcomes import OUTCOMES
from .plan import Cell, Plan, column_names
from .plan_file import Goal, Limit, Quantity

COST = "control_cost_usd"


@dataclass(frozen=True)
class Aim:
    """One objective (no ``limit``) or constraint, under the name of its column.

    ``sign``: 1 if more is better, −1 if less is; ``parts``: what is added up, each with its
    weight; ``limit``: what it must not be worse than.
    """

    name: str
    label: str
    unit: str
    sign: int
    parts: tuple[tuple[int, Quantity], ...]
    limit: float | None = None

    def values(self, plan: Plan, cells: Sequence[Cell], measured: np.ndarray) -> np.ndarray:
        """In its own unit, (..., cells) to (...)."""
        columns = [weight * plan.values(each, cells, measured) for weight, each in self.parts]
        return np.asarray(sum(columns))


def aims(plan: Plan) -> tuple[list[Aim], list[Aim]]:
    """Objectives and constraints of a tuning, in the order of its file."""
    objectives, limits = [], []
    for name, quantity in column_names(plan).items():
        if isinstance(quantity, Goal):
            objectives.append(_objective(plan, name, quantity))
        elif isinstance(quantity, Limit):
            limits.append(_limit(plan, name, quantity))
    return objectives, limits


def cells(plan: Plan) -> list[Cell]:
    """All that must be measured for them, each once."""
    both = [each for group in aims(plan) for each in group]
    return plan.cells([quantity for each in both for _, quantity in each.parts])


def _objective(plan: Plan, name: str, goal: Goal) -> Aim:
    unit, label = plan.unit(goal), plan.label(goal)
    parts = [(1, goal)]
    for more in goal.plus:
        label += f" and {OUTCOMES[more].label}"
        parts.append((1, goal.model_copy(update={"outcome": more})))
    label = goal.called or label
    if goal.goal == "maximise" and unit == OUTCOMES[COST].unit and goal.outcome != COST:
        label += ", net of the cost of control"
        parts.append((-1, goal.model_copy(update={"outcome": COST})))
    return Aim(name, label, unit, 1 if goal.goal == "maximise" else -1, tuple(parts))


def _limit(plan: Plan, name: str, limit: Limit) -> Aim:
    sign, value = (1, limit.at_least) if limit.at_least is not None else (-1, limit.at_most)
    return Aim(name, plan.label(limit), plan.unit(limit), sign, ((1, limit),), value)
