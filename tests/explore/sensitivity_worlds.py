"""Small studies of sensitivity, and points whose outcomes are a formula."""

import numpy as np

from sim.explore.plan_reading import read_plan
from tests.worlds import ALL_ALIKE, NOBODY_LEAVES, OWN_PURSE_ONLY, PURSE_AND_MARKET, as_words

SAVINGS, QUOTA = "cohort.savings_usd", "levers.quota_usd"
LIVING, SALARY = "surroundings.living_cost_usd", "surroundings.salary_usd"
BURNING = """
scenario: tight_control
posts: 3
replicates: 2
vary:
  cohort.savings_usd: {from: 20000, to: 40000}
  levers.quota_usd: {from: 1200, to: 1800}
  surroundings.living_cost_usd: {from: 600, to: 900}
  surroundings.salary_usd: {from: 300, to: 500}
sensitivity:
  profiles: 5
  morris: {trajectories: 10, levels: 4}
  sobol: {samples: 64}
  quantities: [{outcome: months_until_spent}]
"""
OWN_PURSE = as_words(PURSE_AND_MARKET, NOBODY_LEAVES, ALL_ALIKE, OWN_PURSE_ONLY) + [
    "levers.authority_share=0", "levers.online_lookup_share=1", "levers.price_tolerance=0",
    "levers.margin_retention=0", "surroundings.meeting_cost_usd=0",
]  # fmt: skip
"""T1: the fixed price is the lowest online, there is no margin, no shock, and nobody leaves."""


def study(folder, text=BURNING, worlds=(), **otherwise):
    """The plan of a study written into a folder."""
    path = folder / "study.yaml"
    path.write_text(text)
    return read_plan(str(path), "sensitivity", worlds, **otherwise)


class Formula:
    """Stands for points lived: ``function`` of a table of points and the number of a replicate
    gives (points, cells)."""

    def __init__(self, plan, function):
        self.cells, self.function = plan.cells(), function
        self.lived = []

    def __call__(self, points, replicates):
        """What would be measured, (points, replicates, cells)."""
        numbers = list(replicates)
        self.lived += [(points, number) for number in numbers]
        return np.stack([self.function(points, number) for number in numbers], axis=1)


def months_of_savings(points):
    """T1 and T49: months that savings last, S0 / (q + c - w); in the middle of a range what a
    point leaves open. As cells: (points, 1)."""
    middles = {SAVINGS: 30_000, QUOTA: 1_500, LIVING: 750, SALARY: 400}
    savings, quota, living, salary = (
        np.asarray(points[name] if name in points else np.full(len(points), middle))
        for name, middle in middles.items()
    )
    return (savings / (quota + living - salary))[:, None]
