"""The tables of a tuning (their columns are described in ``tune``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..statistics import mean_interval
from .aims import Aim
from .chosen import Finals, observed
from .halving import Trial, batches, regrets, replicates_lived, told
from .judged import Judge, by_world, mean, total, worst_decile
from .pareto import area_dominated, in_box
from .plan import Plan
from .varied import points_at, written


@dataclass(frozen=True)
class Outcome:
    """A finished search: its trials, those of the last rung, which of them are held up (``roles``,
    places among the finalists), and which cannot be told from the main one (``alike``)."""

    plan: Plan
    objectives: Sequence[Aim]
    limits: Sequence[Aim]
    judge: Judge
    trials: Sequence[Trial]
    finals: Finals
    roles: dict[str, int]
    alike: np.ndarray

    @property
    def rungs(self) -> list[int]:
        """Replicates at each rung."""
        return list(self.plan.how.replicates)

    @property
    def main(self) -> int:
        """The finalist that is held up first."""
        return next(iter(self.roles.values()))

    def points(self) -> pd.DataFrame:
        """All points tried, one a row, as numbers."""
        return points_at(self.plan.varied, np.stack([each.place for each in self.trials]))


def trials_table(done: Outcome) -> pd.DataFrame:
    """One row a trial, in the order in which they were asked for."""
    _, values, violations = told(done.trials, done.judge, done.rungs)
    judged = done.judge.better(values)  # a change of sign undoes itself
    table = written(done.plan.varied, done.points())
    rungs = np.array([each.rung for each in done.trials])
    table.insert(0, "trial", np.arange(len(table)))
    table.insert(1, "batch", [each.batch for each in done.trials])
    table.insert(2, "replicates", [done.rungs[rung] for rung in rungs])
    seen = [observed(each.measured) for each in done.trials]
    for k, aim in enumerate([*done.objectives, *done.limits]):
        over = [mean_interval(each[:, [k]]) for each in seen]
        table[aim.name] = [each.mean[0] for each in over]
        table[f"{aim.name}_low"] = [each.low[0] for each in over]
        table[f"{aim.name}_high"] = [each.high[0] for each in over]
    if done.plan.surroundings:
        for k, aim in enumerate(done.objectives):
            table[f"{aim.name}_judged"] = judged[:, k]
    violation = total(violations)
    table["violation"] = violation
    table["feasible"] = (violation <= 0) & np.isfinite(values).all(axis=1)
    for name, flags in (("front", done.finals.front), ("alike", done.alike)):
        table[name] = False
        table.loc[done.finals.at[flags], name] = True
    table["role"] = ""
    for role, at in done.roles.items():
        place = done.finals.at[at]
        before = str(table.loc[place, "role"])
        table.loc[place, "role"] = f"{before} {role}".strip()
    return table


def convergence_table(done: Outcome) -> pd.DataFrame:
    """One row a batch: the best of the finalists so far that keep all limits."""
    finals, batch = done.finals, np.array([each.batch for each in done.trials])
    known = finals.values[finals.feasible]
    rows: list[dict[str, Any]] = []
    trials = 0
    for number, size in enumerate(batches(len(done.trials), done.plan.how.batch)):
        trials += size
        row: dict[str, Any] = {"batch": number, "trials": trials}
        row["replicates"] = _lived(done, trials)
        so_far = finals.feasible & (batch[finals.at] <= number)
        for k, aim in enumerate(done.objectives):
            best = finals.judged[so_far][:, k]
            at = int(np.argmax(finals.values[so_far][:, k])) if so_far.any() else None
            row[aim.name] = np.nan if at is None else best[at]
        if len(done.objectives) == 2:
            shares = np.empty((0, 2))
            if so_far.any():
                shares = in_box(finals.values[so_far], known.min(axis=0), known.max(axis=0))
            row["hypervolume"] = area_dominated(shares)
        rows.append(row)
    return pd.DataFrame(rows)


def _lived(done: Outcome, trials: int) -> int:
    worlds = len(done.trials[0].measured)
    return worlds * replicates_lived(trials, done.plan.how.batch, done.rungs)


def plateau_table(done: Outcome) -> pd.DataFrame:
    """One row a lever: over which of its values the trials run that are not told apart from the
    main one, and over which along the front."""
    places = np.stack([each.place for each in done.trials])[done.finals.at[done.alike]]
    points = done.points()
    main = points.iloc[done.finals.at[done.main]]
    alike = points.iloc[done.finals.at[done.alike]]
    front = points.iloc[done.finals.at[done.finals.front]]
    rows = []
    for k, each in enumerate(done.plan.varied):
        rows.append(
            {
                "lever": each.name,
                "label": each.label,
                "unit": each.unit,
                "chosen": each.written(main[each.name]),
                "low": each.written(alike[each.name].min()),
                "high": each.written(alike[each.name].max()),
                "spanned": np.ptp(places[:, k]),
                "trials": len(alike),
                "front_low": each.written(front[each.name].min()) if len(front) else np.nan,
                "front_high": each.written(front[each.name].max()) if len(front) else np.nan,
                "front_trials": len(front),
            }
        )
    return pd.DataFrame(rows)


def robust_table(done: Outcome) -> pd.DataFrame:
    """One row a finalist and aim: over worlds, the mean, the mean of the worst tenth, the largest
    regret against the best trial that keeps all limits; of a limit, where it is kept."""
    return pd.DataFrame(_robust_rows(done))


def _robust_rows(done: Outcome) -> Iterator[dict[str, Any]]:
    worlds, kept = done.finals.worlds, done.judge.kept(done.finals.worlds)
    regret = regrets(done.trials, done.judge, done.rungs, len(done.rungs) - 1)
    for k, aim in enumerate([*done.objectives, *done.limits]):
        column = worlds[:, :, k]
        columns = {"mean": mean(column, aim.sign), "worst_decile": worst_decile(column, aim.sign)}
        if aim.limit is None:
            columns["max_regret"] = regret[:, k]
        else:
            columns["share_of_worlds"] = kept[:, k - len(done.objectives)]
        for at, trial in enumerate(done.finals.at):
            about = {"trial": trial, "aim": aim.name, "label": aim.label, "unit": aim.unit}
            yield about | {name: values[at] for name, values in columns.items()}


def worlds_table(done: Outcome, worlds: pd.DataFrame) -> pd.DataFrame:
    """One row a world of the search: what it is like, and what the main trial came to in it."""
    table = written(done.plan.surroundings, worlds)
    table.insert(0, "world", np.arange(len(table)))
    main = done.trials[done.finals.at[done.main]].measured
    means = by_world([main], done.rungs[-1])[0]
    for k, aim in enumerate([*done.objectives, *done.limits]):
        table[aim.name] = means[:, k]
    return table
