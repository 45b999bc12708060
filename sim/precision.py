"""Replicates until the answer is as sure as was asked: half-widths of 95 % intervals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import isfinite

import numpy as np

from .outcomes import OUTCOMES
from .paired import paired_effect
from .problems import suggest
from .statistics import mean_interval

MOST = 10_000


class UntilError(ValueError):
    """A precision that cannot be asked for, in one sentence."""


def read_until(words: Iterable[str]) -> dict[str, float]:
    """``OUTCOME=HALFWIDTH``, as on the command line."""
    until: dict[str, float] = {}
    for word in words:
        name, equals, number = word.partition("=")
        try:
            until[name] = float(number)
        except ValueError:
            raise UntilError(
                f"--until {word}: expected OUTCOME=HALFWIDTH, such as savings_median=500"
            ) from None
    check_until(until)
    return until


def check_until(until: Mapping[str, float]) -> None:
    """Raises ``UntilError`` for an unknown outcome or a half-width not above 0."""
    for name, width in until.items():
        if name not in OUTCOMES:
            near = suggest(name, OUTCOMES) or "; trader-sim outcomes lists them all"
            raise UntilError(f"until {name}: there is no outcome of this name{near}")
        if not (isfinite(width) and width > 0):
            raise UntilError(f"until {name}={width:g}: the half-width must be a number above 0")


def too_wide(
    ends: Callable[[str, str], np.ndarray], scenarios: Sequence[str], until: Mapping[str, float]
) -> list[tuple[str, str, float]]:
    """Scenario, outcome and half-width of every interval wider than asked, or without a width.

    ``ends(scenario, outcome)``: end values (replicates,); the base is the first of ``scenarios``.
    One scenario has intervals of its means, several those of paired differences from the base.
    """
    wide = []
    for outcome in until:
        columns = {name: ends(name, outcome) for name in scenarios}
        for scenario, width in _half_widths(columns).items():
            if not width <= until[outcome]:  # not a number is not narrow enough either
                wide.append((scenario, outcome, width))
    return wide


def _half_widths(columns: Mapping[str, np.ndarray]) -> dict[str, float]:
    (base, first), *others = columns.items()
    if not others:
        interval = mean_interval(first[:, None])
        return {base: float(interval.high[0] - interval.low[0]) / 2}
    effects = {name: paired_effect(first, other) for name, other in others}
    return {name: (each.ci_high - each.ci_low) / 2 for name, each in effects.items()}


def shortfalls(
    ends: Callable[[str, str], np.ndarray],
    scenarios: Sequence[str],
    until: Mapping[str, float],
    replicates: int,
) -> list[str]:
    """In words, which outcomes are still less sure than was asked."""
    return [
        f"{outcome} of {scenario} is still ±{width:.4g} wide after {replicates:,} replicates "
        f"(asked: ±{until[outcome]:g} {OUTCOMES[outcome].unit})"
        if isfinite(width)
        else f"{outcome} of {scenario} has no interval after {replicates:,} replicates"
        for scenario, outcome, width in too_wide(ends, scenarios, until)
    ]
