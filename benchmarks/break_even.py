"""The value of quality at which the directive neither saves nor wastes, under default settings.

Run by hand: ``.venv/bin/python benchmarks/break_even.py [REPLICATES]`` (40 by default, about two
minutes). Below it tight_control buys more cheaply at constant quality than restored_autonomy,
above it more dearly; nobody knows on which side the true value lies. Found by bisection on the
mean difference of ln quality-adjusted price, the same seeds at every step; the interval is where
the ends of the 95 % interval of that difference cross zero.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

import numpy as np

from sim.compare import study
from sim.outcomes import OUTCOMES
from sim.paired import PairedEffect, paired_effect
from sim.scenario import load

DIRECTIVE, AUTONOMY = "tight_control", "restored_autonomy"


def waste(value: float, replicates: int, more: Sequence[str] = ()) -> PairedEffect:
    """Directive less autonomy, ln price at constant quality, if a SD of quality has this value."""
    settings = [f"surroundings.value_of_quality={value!r}", *more]
    result = study([load(AUTONOMY, settings), load(DIRECTIVE, settings)], replicates)
    place = list(OUTCOMES).index("quality_adjusted_price")
    own, fixed = (np.log(result.end_values[name][:, place]) for name in (AUTONOMY, DIRECTIVE))
    return paired_effect(own, fixed)


def root(rises: Callable[[float], float], low: float, high: float, steps: int) -> float:
    """Where a rising function crosses zero, by bisection; ``low`` and ``high`` must enclose it."""
    if not rises(low) < 0.0 < rises(high):
        raise ValueError(f"no crossing between {low:g} and {high:g}")
    for _ in range(steps):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if rises(middle) < 0.0 else (low, middle)
    return 0.5 * (low + high)


def break_even(
    replicates: int,
    more: Sequence[str] = (),
    low: float = 0.02,
    high: float = 0.6,
    steps: int = 9,
) -> tuple[float, float, float]:
    """Break-even value of quality and its 95 % interval, each within (high - low) / 2**steps."""
    known: dict[float, PairedEffect] = {}

    def effect(value: float) -> PairedEffect:
        if value not in known:
            known[value] = waste(value, replicates, more)
        return known[value]

    return (
        root(lambda value: effect(value).difference, low, high, steps),
        root(lambda value: effect(value).ci_high, low, high, steps),
        root(lambda value: effect(value).ci_low, low, high, steps),
    )


def main() -> None:
    """Print the break-even and what the directive costs on both sides of it."""
    replicates = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    middle, low, high = break_even(replicates)
    print(f"break-even value of quality: {middle:.3f} [{low:.3f}, {high:.3f}] ({replicates} pairs)")
    for value in (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4):
        found = waste(value, replicates)
        print(
            f"  at {value:.2f}: directive costs {100 * found.difference:+.2f} % "
            f"[{100 * found.ci_low:+.2f}, {100 * found.ci_high:+.2f}] at constant quality"
        )


if __name__ == "__main__":
    main()
