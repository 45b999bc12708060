"""The figures of a tuning, from its tables."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..drawing import Picture
from ..figures.tuned import Axis, converged, front, levers
from .aims import Aim
from .tune_tables import Outcome
from .tune_words import named, role_words


def pictures(done: Outcome, tables: Mapping[str, pd.DataFrame]) -> dict[str, Picture]:
    """By name: the front of two objectives, trials over levers, and how the search went."""
    trials = tables["trials"].copy()
    trials["last"] = trials["replicates"] == done.rungs[-1]
    trials["role"] = [
        ", ".join(role_words(done, role) for role in roles.split()) for roles in trials["role"]
    ]
    objectives = [_axis(done, each) for each in done.objectives]
    worlds = f" in {len(done.trials[0].measured)} worlds" if done.plan.surroundings else ""
    rungs = ", then ".join(map(str, done.rungs))
    caption = (
        f"{len(trials)} points; {rungs} replicates{worlds} of those that went on, seed "
        f"{done.plan.seed}."
    )
    found = {}
    if len(objectives) > 1:
        base = [_base(tables, each) for each in done.objectives]
        found["tuned_front"] = front(trials, objectives, base, caption)
    settings = [
        Axis(each.name, named(done, each), each.unit, each.date) for each in done.plan.varied
    ]
    numbers = trials.assign(
        **{each.name: done.points()[each.name].to_numpy() for each in done.plan.varied}
    )
    found["tuned_levers"] = levers(numbers, settings, objectives, caption)
    found["tuned_convergence"] = converged(tables["convergence"], objectives, caption)
    return found


def _axis(done: Outcome, aim: Aim) -> Axis:
    column = f"{aim.name}_judged" if done.plan.surroundings else aim.name
    judged = {"max_regret": "largest regret: ", "worst_decile": "worst tenth: "}
    words = judged.get(done.judge.how, "") if done.plan.surroundings else ""
    return Axis(column, f"{words}{aim.label}", aim.unit, best=aim.name)


def _base(tables: Mapping[str, pd.DataFrame], aim: Aim) -> float:
    """The scenario as it stands, with fresh luck; nothing where regret is drawn."""
    table = tables["retest"]
    rows = table[(table["aim"] == aim.name) & (table["measure"] == "mean")]
    return float(rows["base"].iloc[0]) if len(rows) else np.nan
