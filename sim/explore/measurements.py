"""The number that a declared measure gives: an outcome and a contrast, or a measurement named
under ``by``.

Each measurement takes what one draw left in all its worlds (``Seen``) and the declared measure, and
gives one number; ``measure.worlds`` are the worlds it compares, in the order that its docstring
names. It is measured over the months of the measure. Prices are relative to the reference price.
"""

from __future__ import annotations

import numpy as np

from ..outcomes import OUTCOMES
from . import measured_news as measured_news
from . import measured_prices as measured_prices
from . import measured_traders as measured_traders
from .seen import MEASUREMENTS, Seen
from .targets import Measure


def taken(seen: Seen, measure: Measure) -> float:
    """The number that a declared measure gives; NaN where there is nothing to divide by."""
    try:
        with np.errstate(divide="ignore", invalid="ignore"):
            if measure.by:
                return MEASUREMENTS[measure.by].take(seen, measure)
            return _plain(seen, measure)
    except ZeroDivisionError:
        return np.nan


def _plain(seen: Seen, measure: Measure) -> float:
    """An outcome of a world, or how it differs from that of another."""
    assert measure.under is not None  # checked as the file is read
    mine = seen.value(measure.under, measure.outcome, measure)
    if measure.less:
        return mine - measure.less.times * seen.value(measure.under, measure.less.outcome, measure)
    if measure.minus:
        return mine - seen.value(measure.minus, measure.outcome, measure)
    if measure.relative_to:
        return mine / seen.value(measure.relative_to, measure.outcome, measure) - 1
    return mine


def unit_of(measure: Measure) -> str:
    """The unit of what a measure gives."""
    if measure.unit or measure.by:
        return measure.unit
    if measure.relative_to:
        return "share"
    known = OUTCOMES.get(measure.outcome)
    return known.unit if known else "months"
