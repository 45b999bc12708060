"""The baseline: what the shipped scenarios come to, number by number.

Where a rule is changed on purpose, write it anew in the same commit, and say in CHANGELOG.md which
results change and why:

    python tests/laws/test_baseline.py
"""

from pathlib import Path

import numpy as np
import pandas as pd

from sim.compare import study
from sim.scenario import load, shipped

BASELINE = Path(__file__).parents[1] / "data" / "baseline.csv"
REPLICATES, POSTS, SEED = 3, 60, 1
ELSEWHERE = 1e-9  # another C library may round mathematical functions otherwise


def measured():
    """Every outcome of every shipped scenario, from the month in which policies part: means over
    three replicates of 60 posts."""
    names = [name for name in shipped() if name != "history"]
    scenarios = [load(name, [f"cohort.posts={POSTS}"]) for name in names]
    result = study(scenarios, REPLICATES, SEED)
    columns = {name: np.nanmean(result.end_values[name], axis=0) for name in names}
    return pd.DataFrame(columns, index=pd.Index(list(result.outcomes), name="outcome"))


def test_results_are_those_of_the_baseline():
    kept = pd.read_csv(BASELINE, index_col="outcome")
    now = measured()
    assert list(now.index) == list(kept.index) and list(now.columns) == list(kept.columns)
    apart = ~np.isclose(now, kept, rtol=ELSEWHERE, atol=1e-12, equal_nan=True)
    places = [f"{now.index[i]} of {now.columns[k]}" for i, k in np.argwhere(apart)]
    assert places == []


if __name__ == "__main__":
    measured().to_csv(BASELINE, float_format="%.17g", lineterminator="\n")
