"""How long until it happens: survival curves from people followed month by month.

Everything is computed from counts by whole month, so a million people cost milliseconds.

Only the month of an event is known: what happened in month m happened after the end of month
m − 1 and by the end of month m. Survival at the ends of months needs no assumption about when,
as in a life table; what lies between is bounded by `survival_summaries.restricted_mean`.
Whoever is lost from sight in a month was watched until its end and counts as at risk in it.
Who enters late, at the end of month e, is at risk from month e + 1 on (left truncation).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from .statistics import CONFIDENCE, Floats

Counts = NDArray[np.int64]
TIE = 1e-12  # two shares closer than this differ by rounding alone


@dataclass(frozen=True)
class SurvivalCurve:
    """The share to whom it has not happened yet; every array has shape (horizon + 1,)."""

    times: Counts
    """Whole months, 0 to the horizon."""
    survival: Floats
    ci_low: Floats
    ci_high: Floats
    """The pointwise 95 % interval; NaN once the curve has reached zero."""
    at_risk: Counts
    """How many were still watched just before each month; where 0, the curve is only carried on."""
    events: Counts
    """To how many of these it happened in each month."""


def count_by_month(
    durations: ArrayLike,
    ends: ArrayLike,
    horizon: int,
    kinds: int = 1,
    entries: ArrayLike | None = None,
) -> tuple[Counts, Counts]:
    """People with an event in each month, by kind, and people at risk of one.

    All inputs have shape (people,). `durations` are months (a part of a month counts as a whole
    one) until the end of what is known of a person; `ends` says how it ended, 0 for lost from
    sight, 1 to `kinds` for an event of that kind. Whatever lies beyond `horizon` is lost from
    sight there. `entries` are whole months; nobody may leave before the month after entering,
    except that people there from the start, with entry 0, are at risk in month 0 as well.

    Returns events, shape (kinds, horizon + 1), and at_risk, shape (horizon + 1,).
    Raises ValueError for a negative or missing duration, unequal shapes, a negative horizon, an
    unknown kind, or an entry that is not a whole month before the duration.
    """
    months, how = np.asarray(durations, dtype=float), np.asarray(ends)
    if months.ndim != 1 or months.shape != how.shape:
        raise ValueError(f"durations {months.shape} and ends {how.shape} must match")
    if horizon < 0 or not (months >= 0).all():
        raise ValueError("durations and horizon must not be negative or missing")
    if how.size and not (how.min() >= 0 and how.max() <= kinds):
        raise ValueError(f"ends must lie between 0 and {kinds}")
    last = np.minimum(np.ceil(months), horizon + 1).astype(np.int64)
    cells = how.astype(np.int64) * (horizon + 2) + last
    table = np.bincount(cells, minlength=(kinds + 1) * (horizon + 2)).reshape(kinds + 1, -1)
    at_risk = _still_to_come(table.sum(axis=0))
    if entries is not None:
        at_risk = at_risk - _still_to_come(_late(np.asarray(entries, dtype=float), months, horizon))
    return table[1:, :-1], at_risk[:-1]


def _late(entered: Floats, months: Floats, horizon: int) -> Counts:
    """How many of those not there from the start enter at the end of each month."""
    if entered.shape != months.shape:
        raise ValueError(f"entries {entered.shape} and durations {months.shape} must match")
    late = entered != 0
    whole = (entered >= 0) & (entered == np.floor(entered))
    if not (whole & (~late | (entered < np.ceil(months)))).all():
        raise ValueError("entries must be whole months before the end of the durations")
    first = np.minimum(entered[late], horizon + 1).astype(np.int64)
    return np.bincount(first, minlength=horizon + 2)


def _still_to_come(by_month: Counts) -> Counts:
    """The sum over each month and all later ones."""
    return np.cumsum(by_month[::-1])[::-1]


def kaplan_meier(
    durations: ArrayLike, observed: ArrayLike, horizon: int, entries: ArrayLike | None = None
) -> SurvivalCurve:
    """Survival by whole months from partly censored durations, both of shape (people,).

    `durations` are months until the event where `observed` is true, else until the person was
    lost from sight; `entries` and errors as in `count_by_month`.
    """
    happened = np.asarray(observed, dtype=bool)
    events, at_risk = count_by_month(durations, happened, horizon, entries=entries)
    return survival_curve(events[0], at_risk)


def survival_curve(events: ArrayLike, at_risk: ArrayLike) -> SurvivalCurve:
    """Survival from people with an event and people at risk, both of shape (horizon + 1,).

    With late entries, few may be at risk early on, and a curve that reaches zero then stays
    there: begin such curves in a month in which enough people are watched.

    Source: Kaplan and Meier (1958); variance of Greenwood (1926) on the log-log scale, which
    keeps the interval within 0–1 (Kalbfleisch and Prentice 1980).
    """
    happened, watched = np.asarray(events), np.asarray(at_risk)
    survival = np.cumprod(1 - happened / np.maximum(watched, 1), dtype=np.float64)
    low, high = log_log_interval(survival, np.sqrt(np.cumsum(greenwood(happened, watched))))
    low, high = (np.where(survival == 1, 1.0, end) for end in (low, high))
    return SurvivalCurve(np.arange(len(survival)), survival, low, high, watched, happened)


def greenwood(events: Counts, at_risk: Counts) -> Floats:
    """Each month's part in the squared relative error; 0 in a month that leaves nobody."""
    return events / np.maximum(at_risk * (at_risk - events).astype(float), 1)


def log_log_interval(share: Floats, relative_error: Floats) -> tuple[Floats, Floats]:
    """The 95 % interval of shares by their error on the log-log scale; NaN at 0 and 1."""
    inside = (share > 0) & (share < 1)
    log_share = np.log(np.where(inside, share, 0.5))
    spread = special.ndtri((1 + CONFIDENCE) / 2) * relative_error / np.abs(log_share)
    # A curve just above zero with a wide interval: the lower end is zero, not an overflow.
    low = np.exp(log_share * np.exp(np.minimum(spread, 700.0)))
    high = np.exp(log_share * np.exp(-spread))
    return np.where(inside, low, np.nan), np.where(inside, high, np.nan)
