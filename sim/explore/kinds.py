"""The six kinds of study, each in a module of its name: what it finds, what it takes."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .found import Found
from .plan import Cell, Plan
from .plan_file import KINDS
from .points import Points


def _module(plan: Plan) -> Any:
    if plan.kind not in KINDS:
        raise ValueError(f"there is no kind of study {plan.kind!r}; there are {', '.join(KINDS)}")
    return import_module(f".{plan.kind}", __package__)


def find(plan: Plan, points: Points) -> Found:
    """Carry a study out on points that are lived as it asks for them."""
    found: Found = getattr(_module(plan), plan.kind)(plan, points)
    return found


def units(plan: Plan) -> int:
    """How many replicates of points it takes, at most."""
    return int(_module(plan).units(plan))


def cells(plan: Plan) -> list[Cell]:
    """What must be measured at every point."""
    own = getattr(_module(plan), "cells", Plan.cells)
    return list(own(plan))


def points(plan: Plan, *how: Any) -> Points:
    """Its points, to be lived as ``how`` says: keeper, executor, jobs, and who is told."""
    make = getattr(_module(plan), "points", Points)
    found: Points = make(plan, cells(plan), *how)
    return found
