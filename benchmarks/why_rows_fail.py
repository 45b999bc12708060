"""What docs/validity.md says of why rows N4 and N6 fail, measured.

Run by hand: ``.venv/bin/python benchmarks/why_rows_fail.py`` (a minute). N4: orders delivered with
levers as before 2025 and default settings, and what is left to fail once one reason is taken away.
N6: of the months in which a margin is hidden, those in which as much is hidden as can be, over
draws of the calibrated surroundings taken evenly from the file; autonomy, two surveillances.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sim.ensemble import run_ensemble
from sim.outcomes import OUTCOMES
from sim.run import Replicate
from sim.scenario import Scenario, load

POSTERIOR = Path(__file__).parents[1] / "scenarios" / "studies" / "posterior.csv"
REPLICATES, DRAWS, POSTS, FROM = 20, 30, 200, "2026-07"
BEFORE = (
    "levers.authority_share=0.2", "levers.autonomy_tiers=3", "levers.online_lookup_share=0.2",
    "levers.price_tolerance=0.10", "levers.surveillance=0.19",
)  # fmt: skip
REASONS = {
    "as before 2025": (),
    "full authority": ("levers.authority_share=1",),
    "no order lapses while it waits": ("surroundings.late_order_failure_chance=0",),
    "every supplier can deliver": (
        "surroundings.seller_able_chance=1",
        "surroundings.seller_failure_chance=0",
    ),
}


def delivered(words: tuple[str, ...]) -> tuple[float, float]:
    """Share of orders delivered, all months: mean over replicates and its standard error."""
    course = load("tight_control", [*BEFORE, *words]).course()
    place = list(OUTCOMES).index("completion")
    shares = []
    for [lived] in run_ensemble([course], range(REPLICATES), 1):
        values, weights = lived.outcomes[place]
        shares.append(np.average(values, weights=weights))
    return float(np.mean(shares)), float(np.std(shares, ddof=1) / REPLICATES**0.5)


def at_the_cap(scenario: Scenario, number: int) -> float:
    """Of months in which a trader hides a margin, the share in which it is all he can hide."""
    course = scenario.course()
    replicate = Replicate(course, 1, number)
    hiding = capped = 0
    for month, surroundings in zip(course.months, course.surroundings, strict=True):
        replicate.live()
        if month < FROM:
            continue
        traders = replicate.world.traders
        own = traders["own_orders"] + traders["late_orders"]
        hidden = traders["hidden_part"] * own
        most = surroundings["hidden_cap_share"] * np.minimum(surroundings["order_usd"], own)
        hides = (traders["at_work"] == 1) & (hidden > 0)
        hiding += int(hides.sum())
        capped += int((hides & (hidden >= most * (1 - 1e-9))).sum())
    return capped / max(hiding, 1)


def main() -> None:
    """Measures and prints."""
    print("N4: orders delivered (standard error)")
    for name, words in REASONS.items():
        share, error = delivered(words)
        print(f"  {name:<32}{share:8.1%} ({error:.2%})")
    posterior = pd.read_csv(POSTERIOR, comment="#")
    print(f"N6: hiding months at the cap, {DRAWS} draws: least, median, most")
    for surveillance in (0.04, 0.24):
        shares = []
        for place in np.linspace(0, len(posterior) - 1, DRAWS).astype(int):
            words = [f"{name}={float(value)!r}" for name, value in posterior.iloc[place].items()]
            scenario = load("restored_autonomy", [*words, f"cohort.posts={POSTS}"])
            watched = scenario.with_(levers={"surveillance": {"2026-07": surveillance}})
            shares.append(at_the_cap(watched, int(place)))
        least, middle, most = np.quantile(shares, [0, 0.5, 1])
        print(f"  surveillance {surveillance:<19}{least:8.1%}{middle:8.1%}{most:8.1%}")


if __name__ == "__main__":
    main()
