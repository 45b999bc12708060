"""The declared method: how missing months of trade are made up, from those that are known.

Everything here is in USD million. *Flows* have one row a month and two columns, exports and
imports; NaN is what is not known.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Cells = NDArray[np.bool_]  # (months, 2): some of the flows' values
Margin = tuple[Cells, float]  # missing cells only, and what they must sum to

CLOSE_ENOUGH_SHARE = 1e-13
MOST_PASSES = 2_000


class CannotFillError(ValueError):
    """The method has too little to go by, or figures that rule each other out."""


class PeriodSum(NamedTuple):
    """What some cells, known and missing ones together, are said to sum to."""

    name: str
    cells: Cells
    musd: float


def fill(known: Floats, total: Floats, period_sums: Sequence[PeriodSum]) -> Floats:
    """The `known` flows with nothing missing; known values stay as they are.

    1. *Split*, where the total is known: a flow missing alone is the total less the other flow
       (at least 0); two missing flows divide the total by the export share, which runs in a
       straight line from one month with both flows known to the next.
    2. *Filled*, for any other missing value: log-linear between the known and split values
       around it (a straight line beside a zero; level before the first and after the last).
    3. Split and filled values are scaled in proportion, by turns to the known totals of their
       months and to the `period_sums`, until all hold (iterative proportional fitting). Where
       they contradict one another the period sums hold and the totals nearly.
    """
    values = np.column_stack([_log_linear(flow) for flow in _split(known, total).T])
    margins = _month_margins(known, total) + _period_margins(known, period_sums)
    _fit_in_place(values, margins)
    return values


def project(values: Floats, months: int) -> Floats:
    """The `months` after the data: its last 12 months again and again, unchanged."""
    if months and len(values) < 12:
        raise CannotFillError(
            f"a projection repeats the last 12 months of data and there are only {len(values)}; "
            "give more months or ask for none after the last."
        )
    projected: Floats = values[-12:][np.arange(months) % 12]
    return projected


def _split(known: Floats, total: Floats) -> Floats:
    """The flows, with the missing ones cut from the `total` where that is known."""
    values, both = known.copy(), known.sum(axis=1)
    paired = np.flatnonzero(both > 0)
    bare = np.flatnonzero(np.isnan(known).all(axis=1) & np.isfinite(total))
    if bare.size and paired.size:
        share = np.interp(bare, paired, known[paired, 0] / both[paired])
        values[bare] = np.column_stack([total[bare] * share, total[bare] * (1.0 - share)])
    for flow, other in ((0, 1), (1, 0)):
        alone = np.isnan(values[:, flow]) & np.isfinite(total)
        values[alone, flow] = np.maximum(0.0, total[alone] - known[alone, other])
    if np.isnan(values).all(axis=0).any() or (bare.size and not paired.size):
        raise CannotFillError("nothing tells exports from imports; give both in one month or more.")
    return values


def _log_linear(flow: Floats) -> Floats:
    """One flow with each NaN on the log-linear path (beside a zero: the straight line)."""
    at, given = np.arange(len(flow)), np.flatnonzero(np.isfinite(flow))
    level = flow[given]
    path = np.exp(np.interp(at, given, np.log(np.where(level > 0, level, 1.0))))
    beside_zero = np.interp(at, given, level == 0) > 0
    made = np.where(beside_zero, np.interp(at, given, level), path)
    return np.where(np.isfinite(flow), flow, made)


def _month_margins(known: Floats, total: Floats) -> list[Margin]:
    """For each month with a known total and a missing flow: what its missing flows sum to."""
    margins = []
    for month in np.flatnonzero(np.isfinite(total) & np.isnan(known).any(axis=1)):
        missing = np.zeros(known.shape, dtype=bool)
        missing[month] = np.isnan(known[month])
        rest = float(total[month] - np.nansum(known[month]))
        margins.append((missing, max(0.0, rest)))  # sources may disagree: never below zero
    return margins


def _period_margins(known: Floats, period_sums: Sequence[PeriodSum]) -> list[Margin]:
    """For each period sum with a missing value in it: what its missing values sum to."""
    margins = []
    for name, cells, musd in period_sums:
        missing = cells & np.isnan(known)
        if not missing.any():
            continue
        rest = musd - float(np.nansum(known[cells]))
        if rest < 0:
            raise CannotFillError(f"the known months already exceed {name} = {musd:g} USD million.")
        margins.append((missing, rest))
    return margins


def _fit_in_place(values: Floats, margins: list[Margin]) -> None:
    """Scale `values` until the cells of every margin sum to its target, or nearly."""
    for _ in range(MOST_PASSES):
        for cells, target in margins:
            now = values[cells].sum()
            values[cells] = values[cells] * (target / now) if now > 0 else target / cells.sum()
        misfits = (
            abs(values[cells].sum() - target) / max(target, 1.0) for cells, target in margins
        )
        if max(misfits, default=0.0) <= CLOSE_ENOUGH_SHARE:
            return
