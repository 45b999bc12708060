"""``python -m examples.insurance_pool SCENARIO [POOL.yaml] [-n N] [--posts K] [--seed S]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import sim
from sim.reading import ReadingError

from .drawer import read_drawer
from .extension import POOL, pool_outcomes

SHOWN = ("quota_fulfilment", "savings_median", "spent_share", "quota_from_pool_share", "pool_usd")


def main() -> int:
    """Compares a scenario with the same one in which traders insure one another."""
    asked = argparse.ArgumentParser(prog="python -m examples.insurance_pool", description=__doc__)
    asked.add_argument("scenario")
    asked.add_argument("pool", nargs="?", type=Path, default=Path(__file__).with_name("pool.yaml"))
    asked.add_argument("-n", "--replicates", type=int, default=20)
    asked.add_argument("--posts", type=int, default=500)
    asked.add_argument("--seed", type=int, default=1)
    words = asked.parse_args()
    try:
        base = sim.load(words.scenario, [f"cohort.posts={words.posts}"])
        values = read_drawer(words.pool, POOL, base.months)
    except (sim.ScenarioError, ReadingError) as error:
        print(error, file=sys.stderr)
        return 2
    pooled = base.with_(name=f"{base.name}_with_a_pool")
    result = POOL.study(
        [(base, {}), (pooled, values)], words.replicates, words.seed, analysers=[pool_outcomes]
    )
    table = sim.effects(result).set_index("outcome")
    print(table.loc[list(SHOWN), ["base_mean", "difference", "ci_low", "ci_high"]].to_string())
    return 0


if __name__ == "__main__":
    sys.exit(main())
