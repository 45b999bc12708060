"""Does calibration find again what was planted? On the real model, whole, at small size.

    python benchmarks/recovery.py [TRIALS] [FIRST]       # 40 from seed 0 by default; half an hour

Trial k draws a point of the ranges with seed k, lives one replicate there with a luck that no wave
and no draw shares, takes what it measured for published figures without any error of their own, and
calibrates. Prints whether the planted point lies in the 90 % region of the draws (joint, by
Mahalanobis distance), and how many settings lie in their own 90 % interval.
"""

from __future__ import annotations

import sys
import tempfile
import time
from copy import deepcopy
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from sim.explore.abc import region_holds
from sim.explore.calibrate import calibrate, cells, targets_of
from sim.explore.plan import Plan, read_plan
from sim.explore.points import Points
from sim.explore.varied import points_at

VARY = {
    "cohort.savings_usd": {"from": 5000, "to": 150000, "scale": "log"},
    "surroundings.company_cover_chance": {"from": 0, "to": 0.5},
    "surroundings.living_cost_usd": {"from": 500, "to": 1500},
    "surroundings.hidden_cap_share": {"from": 0.01, "to": 0.08},
    "surroundings.detection_per_usd": {"from": 0.00003, "to": 0.001, "scale": "log"},
}
SCENARIOS = ["restored_autonomy", "tight_control"]
AFTER = {"from": "2026-07", "to": "2029-12"}
MEASURES = (
    {"outcome": "quota_from_savings_share", "under": "tight_control", "months": AFTER},
    {"outcome": "quota_from_savings_share", "under": "restored_autonomy", "months": AFTER},
    {"outcome": "months_until_missed", "under": "tight_control", "months": AFTER},
    {"outcome": "hidden_margin_share", "under": "tight_control", "months": AFTER},
    {"outcome": "hidden_margin_share", "under": "restored_autonomy", "months": AFTER},
    {"outcome": "defection_rate", "under": "tight_control", "months": AFTER},
)
FAR = 1_000_000  # a replicate that nothing else lives
ERROR = 1e-4  # half the interval of what is published: hardly an error


def written(folder: Path, seed: int, figures: np.ndarray) -> Plan:
    """The study that seeks these figures."""
    measures = [
        {**deepcopy(each), "says": f"measure {k}", "accept": {"from": -1e6, "to": 1e6},
         "value": {"figure": value, "low": value - ERROR, "high": value + ERROR,
                   "setting": "same"}}
        for k, (each, value) in enumerate(zip(MEASURES, map(float, figures), strict=True))
    ]  # fmt: skip
    row = {"pattern": "planted", "role": "C", "source": "this model", "published": "exactly"}
    targets = {"rows": {"planted": {**row, "measures": measures}}}
    study = {
        "scenarios": SCENARIOS, "vary": VARY, "posts": 100, "replicates": 3, "seed": seed,
        "calibrate": {"targets": "planted", "rows": ["planted"], "waves": 3, "points": 60,
                      "simulations": 1000, "accept": 0.2, "draws": 300},
    }  # fmt: skip
    (folder / "planted.yaml").write_text(yaml.safe_dump(targets), encoding="utf-8")
    (folder / "study.yaml").write_text(yaml.safe_dump(study), encoding="utf-8")
    return read_plan(str(folder / "study.yaml"), "calibrate")


def trial(seed: int, folder: Path) -> tuple[bool, int, float]:
    """Whether the region holds the planted point, how many intervals do, and what was left."""
    plan = written(folder, seed, np.zeros(len(MEASURES)))
    planted = np.random.default_rng([seed, 99]).random((1, len(plan.varied)))
    lived = Points(plan, cells(plan))
    table = lived(points_at(plan.varied, planted), [FAR])
    seen = np.array(
        [plan.values(each.measure, lived.cells, table)[0, 0] for each in targets_of(plan)]
    )
    plan = written(folder, seed, seen)
    found = calibrate(plan, Points(plan, cells(plan)))
    if "posterior" not in found.tables:
        return False, 0, 0.0
    draws = shares(plan, found.tables["posterior"])
    low, high = np.quantile(draws, [0.05, 0.95], axis=0)
    inside = int(((planted[0] >= low) & (planted[0] <= high)).sum())
    return region_holds(draws, planted[0]), inside, float(found.summary["left"])


def shares(plan: Plan, draws: pd.DataFrame) -> np.ndarray:
    """Draws as places in the unit cube."""
    return np.column_stack([each.shares_of(draws[each.name]) for each in plan.varied])


def main() -> None:
    """Carry out the trials and print what was found."""
    given = [int(word) for word in sys.argv[1:]]
    trials, first = (given + [40, 0][len(given) :])[:2]
    held = inside = 0
    for seed in range(first, first + trials):
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            region, marginals, left = trial(seed, Path(folder))
        held, inside = held + region, inside + marginals
        print(
            f"seed {seed}: {'inside' if region else 'outside'} the 90 % region, {marginals} of "
            f"{len(VARY)} in their interval; {left:.2%} left; {time.perf_counter() - began:.0f} s",
            flush=True,
        )
    print(f"{held} of {trials} in the region; {inside} of {trials * len(VARY)} in their interval")


if __name__ == "__main__":
    main()
