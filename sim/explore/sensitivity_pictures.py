"""The figures of a study of sensitivity, with captions that say what they rest on."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ..drawing import Picture
from ..figures.sensitive import profiles, tornado
from ..figures.sensitive_shares import (
    elementary_effects,
    variance_of_a_replicate,
    variance_shares,
)
from .plan import Plan


def pictures(plan: Plan, tables: dict[str, pd.DataFrame]) -> Iterator[tuple[str, Picture]]:
    """By name, in the order of the study: what explains first."""
    swings, points = tables["swings"], tables["profiles"]
    first = swings["quantity"] == swings["quantity"].iloc[0]
    count = int((points["quantity"] == points["quantity"].iloc[0]).sum()) + 1
    caption = f"{count} points, the same {_replicates(plan.replicates)} of each, seed {plan.seed}."
    yield "swings", tornado(swings, caption)
    for k, name in enumerate(
        swings.loc[swings["setting"] == swings["setting"].iloc[0], "quantity"]
    ):
        rows, moved = points[points["quantity"] == name], swings[swings["quantity"] == name]
        yield f"profiles_{k + 1}", profiles(rows, moved, caption)
    settings = int(first.sum())
    if "morris" in tables:
        how = plan.how.morris
        caption = (
            f"{how.trajectories} trajectories of {settings + 1} points on {how.levels} levels, "
            f"{_replicates(how.replicates or plan.replicates)} of each, seed {plan.seed}."
        )
        yield "morris", elementary_effects(tables["morris"], caption)
    if "sobol" in tables:
        how = plan.how.sobol
        caption = (
            f"{how.samples} rows of {settings + 3} points, "
            f"{_replicates(how.replicates or plan.replicates)} of each, seed {plan.seed}, "
            f"{how.bootstraps:,} bootstraps."
        )
        yield "sobol", variance_shares(tables["sobol"], caption)
        yield "chance", variance_of_a_replicate(tables["variance"], caption)


def _replicates(count: int) -> str:
    return f"{count} replicate{'s' * (count != 1)}"
