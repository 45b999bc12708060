"""``tune``: which levers serve one or several aims best, within limits; over the surroundings as
the scenario has them, or over many worlds.

Of an aim, NAME is its (first) outcome, numbered where it comes again; dollars a post a month that
are to be large are net of the cost of control. Intervals are of 95 %.

``trials``: one row a trial: ``trial``, ``batch``, the ``replicates`` it has (the rung it came
to), what was tried, and of each objective and constraint NAME its mean, ``NAME_low``,
``NAME_high`` (over replicates; over worlds, if there are several, and then ``NAME_judged``: what
the objective is judged by); ``violation`` (0: all limits are kept), ``feasible``; of the last
rung which are on the ``front`` and which are ``alike``, not told from the main one; ``role``.

``convergence``, one row a batch: ``trials`` and ``replicates`` so far, the best NAME so far, and
of two objectives the ``hypervolume``, in parts of the box that all feasible finalists span.

``plateau``, one row a lever: ``chosen`` value; ``low`` and ``high``, between which ``trials`` run
that are not told from it; which part of the range is ``spanned`` by these; ``front_low`` and
``front_high``, between which the ``front_trials`` run.

``retest``, one row a ``role``, ``aim`` and ``measure`` (mean; worst_decile and share_of_worlds,
where there are several worlds): what was ``tuned``; what ``fresh`` luck gives, from ``low`` to
``high``; ``optimism``, by how much the search was too good, with its interval; the ``base`` as it
stands and the paired ``difference`` from it, with its interval; ``count`` of replicates or
worlds.

``robust``: ``mean``, ``worst_decile`` and ``max_regret`` of each finalist and aim, and the
``share_of_worlds`` in which a constraint holds. ``worlds``: what each world is like, and what the
main trial comes to in it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from . import aims as _aims
from .aims import Aim, aims
from .chosen import alike, finals, roles
from .found import Found
from .halving import replicates_lived, search
from .judged import Judge
from .plan import Cell, Plan
from .points import Points
from .retest import retested
from .solvers import Filling, Learning, MissingOptuna, Solver
from .tried import FRESH_WORLDS, WORLDS, Worlds, worlds_of
from .tune_files import Told, scenario_file, sqlite_study
from .tune_pictures import pictures
from .tune_tables import (
    Outcome,
    convergence_table,
    plateau_table,
    robust_table,
    trials_table,
    worlds_table,
)
from .tune_words import answer, limits, role_words, shown


def cells(plan: Plan) -> list[Cell]:
    """What must be measured, the cost of control among it."""
    return _aims.cells(plan)


def units(plan: Plan) -> int:
    """How many replicates of points (in a world each) are lived, at most."""
    how, worlds = plan.how, _worlds(plan)
    count = worlds * replicates_lived(how.trials, how.batch, how.replicates)
    objectives = len(how.objectives)
    held_up = 1 if objectives == 1 else objectives + 1
    return count + (held_up + 1) * worlds * _retest(plan)


def _worlds(plan: Plan) -> int:
    return int(plan.how.surroundings.worlds) if plan.surroundings else 1


def _retest(plan: Plan) -> int:
    """Fresh replicates of a point in each world."""
    worlds = _worlds(plan)
    return int(plan.how.retest) if worlds == 1 else max(2, math.ceil(plan.how.retest / worlds))


def tune(plan: Plan, points: Points) -> Found:
    """Carry the tuning out; raises ``MissingOptuna`` before anything is lived."""
    objectives, constraints = aims(plan)
    both = [*objectives, *constraints]
    judge = _judge(plan, both)
    solver = _solver(plan, len(objectives))
    worlds = Worlds(plan, points, both, worlds_of(plan, WORLDS))
    how = plan.how
    trials = search(solver, worlds.at, judge, how.trials, how.batch, how.replicates)
    last = finals(trials, judge, how.replicates)
    held = roles(last, [each.name for each in objectives])
    like = alike(trials, last, next(iter(held.values())), len(objectives))
    done = Outcome(plan, objectives, constraints, judge, trials, last, held, like)
    fresh = Worlds(plan, points, both, worlds_of(plan, FRESH_WORLDS))
    retest = _retested(done, fresh)
    tables = {
        "trials": trials_table(done),
        "convergence": convergence_table(done),
        "plateau": plateau_table(done),
        "retest": retest,
    }
    if plan.surroundings:
        tables |= {"robust": robust_table(done), "worlds": worlds_table(done, worlds.worlds)}
    lived, failed = worlds.lived + fresh.lived, worlds.failed + fresh.failed
    return Found(
        answer=answer(done, tables),
        tables=tables,
        shown=shown(done, tables),
        pictures=pictures(done, tables),
        limits=limits(done, tables, failed),
        scenarios=dict(_scenarios(done)),
        files=dict(_files(done)),
        summary=_summary(done, tables) | {"replicates": lived, "failed": failed},
    )


def _judge(plan: Plan, both: list[Aim]) -> Judge:
    signs = [each.sign for each in both]
    thresholds = [each.limit for each in both if each.limit is not None]
    around = plan.how.surroundings
    if not around:
        return Judge(signs, thresholds)
    return Judge(signs, thresholds, around.judge, around.share)


def _solver(plan: Plan, objectives: int) -> Solver:
    if plan.how.solver == "random":
        return Filling(len(plan.varied), plan.seed)
    return Learning(len(plan.varied), plan.seed, objectives)


def _retested(done: Outcome, fresh: Worlds) -> pd.DataFrame:
    """Chosen points and the scenario as it stands, on replicates beyond all that chose them."""
    first = done.rungs[-1]
    numbers = range(first, first + _retest(done.plan))
    trials = list(dict.fromkeys(done.roles.values()))
    places = np.stack([done.trials[done.finals.at[at]].place for at in trials])
    lived = dict(zip(trials, fresh.at(places, numbers), strict=True))
    base = fresh.of(pd.DataFrame(index=[0]), numbers)[0]
    both = [*done.objectives, *done.limits]
    return pd.DataFrame(
        {"role": role, "trial": done.finals.at[at], **row}
        for role, at in done.roles.items()
        for row in retested(
            both, done.trials[done.finals.at[at]].measured, lived[at], base, done.plan.seed
        )
    )


def _scenarios(done: Outcome) -> Iterator[tuple[str, str]]:
    """A file of each trial held up; one with several roles is written once."""
    scenario, points = done.plan.scenarios[-1], done.points()
    source = f"tuned by {done.plan.name}, seed {done.plan.seed}"
    written: set[int] = set()
    for role, at in done.roles.items():
        if at not in written:
            written.add(at)
            title = f"{scenario.title}, tuned: {role_words(done, role)}"
            point = points.iloc[done.finals.at[at]].to_dict()
            text = scenario_file(scenario, done.plan.varied, point, title, source)
            yield f"{done.plan.name}_{role}", text


def _files(done: Outcome) -> Iterator[tuple[str, bytes]]:
    """The study for Optuna's own tools, where it is installed."""
    table, points = trials_table(done), done.points()
    suffix = "_judged" if done.plan.surroundings else ""
    regret = done.judge.how == "max_regret"
    directions = [
        "maximize" if each.sign > 0 and not regret else "minimize" for each in done.objectives
    ]
    numbers = table[[f"{each.name}{suffix}" for each in done.objectives]].to_numpy()
    about = table[["batch", "replicates", "front", "role"]].to_dict("records")
    told = [
        Told(points.iloc[at].to_dict(), numbers[at].tolist(), {"violation": over}, about[at])
        for at, over in enumerate(table["violation"].tolist())
    ]
    try:
        yield "trials.sqlite", sqlite_study(done.plan.name, done.plan.varied, directions, told)
    except MissingOptuna:
        return


def _summary(done: Outcome, tables: dict[str, pd.DataFrame]) -> dict[str, object]:
    chosen = tables["trials"].iloc[[done.finals.at[at] for at in done.roles.values()]]
    columns = [each.name for each in done.plan.varied]
    return {
        "trials": len(done.trials),
        "chosen": dict(zip(done.roles, chosen[columns].to_dict("records"), strict=True)),
        "feasible": bool(done.finals.feasible.any()),
        "retest": tables["retest"].replace({np.nan: None}).to_dict("records"),
    }
