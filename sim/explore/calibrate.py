"""``calibrate``: what surroundings may be, given what is known of outcomes.

History matching in waves rules out what cannot be (``matching.py``), approximate Bayesian
computation weighs what is left (``abc.py``), against targets from a file (``targets.py``). Tables:

* ``posterior``: a row a draw, a column a setting (``posterior.py`` reads it back);
* ``settings``: per setting the 90 % interval before and after, median, ``ratio`` of the widths (on
  the scale on which it varied) and what that means; ``pairs``: rank correlations over the draws;
* ``waves``: per wave its points, ``failed`` (replicates of points without a number for some
  target), ``left`` (part of the ranges left after it); ``emulators``: per wave and target the part
  of what it found which the target alone ruled out, the part of points left out whose value lay in
  the emulator's 95 % interval, and the variances that implausibility is made of;
* ``predictions``: per target what is accepted, the 90 % interval and median of single replicates
  before (points of the first wave) and after (fresh replicates of the draws), and which part of
  each lies within; in it ``all`` is the row of all targets at once;
* ``simulations``: every point lived for the second stage: its settings, the
  measured targets (``target_1`` and so on, in the order of ``predictions``), distance and weight.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..figures import calibrated as pictures
from . import abc, calibrate_words
from .found import Found, StudyError
from .matching import Matched, Sought, TooFew, history_matching
from .plan import Cell, Plan
from .points import Points
from .posterior import ENDS, FACTOR, calibrated_scenarios, central, identified, tied
from .targets import Target, read_targets
from .varied import points_at, written

Floats = NDArray[np.float64]
LUCKS = 60  # replicates over which the points of the second stage are dealt out


def targets_of(plan: Plan) -> list[Target]:
    """All that the study holds outcomes to, row by row."""
    return read_targets(plan.companions()[0], plan.how.rows)


def cells(plan: Plan) -> list[Cell]:
    """What must be measured for the targets."""
    asked = [measure for each in targets_of(plan) for measure in each.measured()]
    return plan.cells(asked)


def units(plan: Plan) -> int:
    """How many replicates of points it takes, at most."""
    return int(plan.how.waves * plan.how.points * plan.replicates + plan.how.simulations) + int(
        plan.how.draws
    )


def calibrate(plan: Plan, points: Points) -> Found:
    """Rule out, weigh, and tell what is known and what is not. Raises ``StudyError`` if a target
    has a value at hardly any point."""
    targets = targets_of(plan)
    variance = np.array([each.observation + each.discrepancy for each in targets])
    ends = np.array([[each.low, each.high] for each in targets], float)
    sought = Sought(ends[:, 0], ends[:, 1], variance)

    def simulate(shares: Floats, numbers: Sequence[int]) -> Floats:
        table = points(points_at(plan.varied, shares), numbers)
        return np.stack([_values(plan, each, points.cells, table) for each in targets], axis=-1)

    how = plan.how
    first = how.waves * plan.replicates  # replicates that no wave lives
    try:
        matched = history_matching(
            simulate, sought, len(plan.varied), how.waves, how.points, plan.replicates,
            how.simulations, plan.seed,
        )  # fmt: skip
        tables = {"waves": _waves(matched), "emulators": _emulators(matched, targets)}
        if not len(matched.population):
            return _nothing(plan, targets, matched, tables)
        values = _dealt(simulate, matched.population, first)
        taken = abc.accepted(values, sought, matched.waves[-1].ensemble, how.accept, plan.seed)
    except TooFew as error:
        raise StudyError(f"these targets cannot be calibrated on: {error}") from None
    rng = np.random.default_rng([plan.seed, 3])
    draws = matched.population[taken.draws(how.draws, rng)]
    before, after = matched.waves[0].values[:, 0], _dealt(simulate, draws, first + LUCKS)
    tables |= {
        "posterior": _posterior(plan, draws),
        "settings": identified(plan.varied, draws),
        "pairs": tied(plan.varied, draws),
        "predictions": _predictions(targets, before, after),
        "simulations": _simulations(plan, matched.population, values, taken),
    }
    caption = calibrate_words.caption(plan, matched, len(values), len(taken.place))
    labels = {each.name: each.label for each in plan.varied}
    return Found(
        answer=calibrate_words.answer(plan, tables),
        tables=tables,
        shown=calibrate_words.shown(plan, targets, tables),
        pictures={
            "waves": pictures.waves(tables["waves"], tables["emulators"], caption),
            "posterior": pictures.posterior(plan.varied, draws, tables["settings"], caption),
            "pairs": pictures.pair(
                plan.varied, matched.waves[0].shares, draws, tables["settings"], caption
            ),
            "predictions": pictures.predictions(
                tables["predictions"], [plan.unit(each.measure) for each in targets], caption
            ),
        },
        limits=calibrate_words.limits(plan, matched, tables, taken, values),
        scenarios=calibrated_scenarios(
            plan.scenarios, plan.varied, points_at(plan.varied, draws).iloc[central(draws)]
        ),
        summary={
            "left": matched.waves[-1].left,
            "accepted": len(taken.place),
            "effective": round(taken.effective, 1),
            "tolerance": taken.tolerance,
            "narrowed": [labels[row.setting] for row in tables["settings"].itertuples()
                         if row.verdict != calibrate_words.LEFT_OPEN],
        },
    )  # fmt: skip


def _values(plan: Plan, target: Target, cells: Sequence[Cell], table: Floats) -> Floats:
    """A target's quantity of measured cells, (..., cells) to (...)."""
    own, *taken_off = target.measured()
    found = plan.values(own, cells, table)
    for each in taken_off:
        assert target.measure.less is not None
        found = found - target.measure.less.times * plan.values(each, cells, table)
    return found


def _posterior(plan: Plan, draws: Floats) -> pd.DataFrame:
    """Draws as they are stored; the header of what multiplies says so."""
    factors = {each.name: f"{each.name}{FACTOR}" for each in plan.varied if each.times}
    return written(plan.varied, points_at(plan.varied, draws)).rename(columns=factors)


def _dealt(simulate: object, shares: Floats, first: int) -> Floats:
    """One replicate of each point, (points, targets), dealt out over several, so that points do not
    all share one luck: what is known of the world has a luck of its own."""
    assert callable(simulate)
    rows = [np.arange(k, len(shares), LUCKS) for k in range(min(LUCKS, len(shares)))]
    parts = [simulate(shares[own], range(first + k, first + k + 1)) for k, own in enumerate(rows)]
    found = np.empty((len(shares), parts[0].shape[-1]))
    for own, part in zip(rows, parts, strict=True):
        found[own] = part[:, 0]
    return found


def _waves(matched: Matched) -> pd.DataFrame:
    rows = [
        [k + 1, len(wave.shares), int(np.isnan(wave.values).any(axis=2).sum()), wave.left]
        for k, wave in enumerate(matched.waves)
    ]
    return pd.DataFrame(rows, columns=["wave", "points", "failed", "left"])


def _emulators(matched: Matched, targets: Sequence[Target]) -> pd.DataFrame:
    rows = []
    for number, wave in enumerate(matched.waves):
        for k, (target, emulator) in enumerate(zip(targets, wave.emulators, strict=True)):
            expected, variance = emulator.left_out()
            off = np.abs(emulator.values - expected)
            covered = float((off <= 1.959964 * np.sqrt(variance) + 1e-12).mean())
            rows.append(
                [number + 1, target.row, target.measure.says, wave.ruled_out[k], covered,
                 target.observation, target.discrepancy, wave.ensemble[k],
                 float(emulator.at(wave.shares)[1].mean())]
            )  # fmt: skip
    columns = ["wave", "row", "target", "ruled_out", "covered", "observation_variance"]
    columns += ["discrepancy_variance", "ensemble_variance", "emulator_variance"]
    return pd.DataFrame(rows, columns=columns)


def _predictions(targets: Sequence[Target], before: Floats, after: Floats) -> pd.DataFrame:
    rows = []
    inside = {"prior": [], "posterior": []}  # type: dict[str, list[np.ndarray]]
    for k, target in enumerate(targets):
        low, high = target.accepted
        row: list[object] = [target.row, target.measure.says, low, high]
        for name, values in (("prior", before[:, k]), ("posterior", after[:, k])):
            known = values[np.isfinite(values)]
            within = target.met(values)
            inside[name].append(np.where(np.isfinite(values), within, np.nan))
            row += list(np.quantile(known, [ENDS[0], 0.5, ENDS[1]])) if len(known) else [np.nan] * 3
            row.append(float(within[np.isfinite(values)].mean()) if len(known) else np.nan)
        rows.append(row)
    last: list[object] = ["all", "all targets at once", np.nan, np.nan]
    for columns in inside.values():
        table = np.column_stack(columns)
        known = np.isfinite(table).all(axis=1)
        share = float((table[known] == 1).all(axis=1).mean()) if known.any() else np.nan
        last += [np.nan, np.nan, np.nan, share]
    ends = [f"{when}_{what}" for when in inside for what in ("low", "median", "high", "within")]
    return pd.DataFrame(
        [*rows, last], columns=["row", "target", "accept_low", "accept_high", *ends]
    )


def _simulations(plan: Plan, shares: Floats, values: Floats, taken: abc.Accepted) -> pd.DataFrame:
    table = written(plan.varied, points_at(plan.varied, shares))
    for k in range(values.shape[1]):
        table[f"target_{k + 1}"] = values[:, k]
    weights = np.zeros(len(table))
    weights[taken.place] = taken.weights
    return table.assign(distance=taken.distance, weight=weights)


def _nothing(
    plan: Plan, targets: Sequence[Target], matched: Matched, tables: dict[str, pd.DataFrame]
) -> Found:
    """Nothing is left: which is a finding about model and targets."""
    caption = calibrate_words.caption(plan, matched, 0, 0)
    worst = tables["emulators"][tables["emulators"]["wave"] == len(matched.waves)]
    return Found(
        answer=calibrate_words.nothing(worst),
        tables=tables,
        shown={},
        pictures={"waves": pictures.waves(tables["waves"], tables["emulators"], caption)},
        summary={"left": 0.0},
    )
