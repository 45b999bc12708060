"""Which of several ends comes first, and when: cumulative incidence of competing events.

From counts by whole month, with the conventions of `survival`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .statistics import Floats
from .survival import TIE, Counts, count_by_month, greenwood, log_log_interval


@dataclass(frozen=True)
class CumulativeIncidence:
    """The share to whom each kind of end has happened; one row a kind, one column a month.

    Shape (kinds, horizon + 1) but for times, survival and at_risk, (horizon + 1,). At every month
    the shares and the survival add up to 1.
    """

    times: Counts
    """Whole months, 0 to the horizon."""
    incidence: Floats
    ci_low: Floats
    ci_high: Floats
    """The pointwise 95 % interval; NaN once the share has reached one."""
    error: Floats
    """Standard error of the incidence."""
    survival: Floats
    """The share to whom none of the ends has happened."""
    at_risk: Counts
    events: Counts


def aalen_johansen(
    durations: ArrayLike,
    ends: ArrayLike,
    horizon: int,
    kinds: int,
    entries: ArrayLike | None = None,
) -> CumulativeIncidence:
    """Cumulative incidence from people's durations and kinds of end, as in `count_by_month`."""
    return cumulative_incidence(*count_by_month(durations, ends, horizon, kinds, entries))


def cumulative_incidence(events: ArrayLike, at_risk: ArrayLike) -> CumulativeIncidence:
    """Cumulative incidence from events, (kinds, horizon + 1), and people at risk, (horizon + 1,).

    An end that rules out another is no censoring: one minus a Kaplan–Meier curve that takes
    it for one would tell what happened in a world without it.

    The variance is of Greenwood's type: without censoring it is the binomial one, and with a
    single kind it is Greenwood's. The interval is on the log-log scale and stays within 0–1.

    Source: Aalen and Johansen (1978); variance by the delta method, Marubini and Valsecchi
    (1995), ch. 10; interval as in Kalbfleisch and Prentice (1980).
    """
    happened, watched = np.atleast_2d(np.asarray(events)), np.asarray(at_risk)
    people, anything = np.maximum(watched, 1), happened.sum(axis=0)
    survival = np.cumprod(1 - anything / people, dtype=np.float64)
    before = np.concatenate([[1.0], survival[:-1]])
    incidence = np.cumsum(before * happened / people, axis=1)
    incidence[incidence > 1 - TIE] = 1.0
    error = np.array(
        [
            _error(share, kind, before, people, greenwood(anything, watched))
            for share, kind in zip(incidence, happened, strict=True)
        ]
    ).reshape(incidence.shape)
    relative = np.divide(error, incidence, out=np.zeros_like(error), where=incidence > 0)
    low, high = log_log_interval(incidence, relative)
    low, high = (np.where(incidence == 0, 0.0, end) for end in (low, high))
    times = np.arange(len(survival))
    return CumulativeIncidence(times, incidence, low, high, error, survival, watched, happened)


def _error(
    share: Floats, events: Counts, before: Floats, people: Counts, any_end: Floats
) -> Floats:
    """Standard error of one kind's share: what every month up to each month adds to it.

    A month moves the share by its own ends and, through how many it leaves, by all later ones.
    """
    later = np.tril(share[:, None] - share)  # [until, month]: what comes after the month
    own = before**2 * events * (people - events) / people.astype(float) ** 3
    both = later * before * events / people.astype(float) ** 2
    return np.sqrt(np.maximum(later**2 @ any_end + np.cumsum(own) - 2 * both.sum(axis=1), 0.0))
