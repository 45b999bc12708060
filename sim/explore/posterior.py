"""Draws from a posterior: read back from a result, told in words, written as a scenario.

    draws = posterior("results/calibrate/posterior.csv")        # a row a draw, a column a setting
    Points(plan, cells(plan))(draws, range(20))                 # lived, wherever points are

A draw is a point like any other (``varied.py``), so ``applied(scenario, varied, draw)`` is a
scenario in the surroundings it stands for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import spearmanr

from ..request import resolved_yaml
from ..scenario import Scenario
from .drawn import draws_in
from .varied import Varied, applied

Floats = NDArray[np.float64]
ENDS = (0.05, 0.95)  # of a 90 % interval
NARROW = 0.5  # of the width before: known better
OPEN = 0.8  # of the width before: left open
FACTOR = " (times)"  # ends the header of what multiplies a setting
TIED = 0.4  # rank correlation from which two settings count as known together
VERDICTS = ("narrowed to half or less", "narrowed somewhat", "left open")


def posterior(path: Path | str) -> pd.DataFrame:
    """Draws that a calibration has stored, as points: a row a draw, dates as months counted from
    the start of year 0. Raises OSError or ValueError if the file cannot be read."""
    table = draws_in(Path(path))
    return table.rename(columns={name: str(name).removesuffix(FACTOR) for name in table})


def verdict(ratio: float) -> str:
    """What a width relative to that before means."""
    return VERDICTS[0] if ratio <= NARROW else VERDICTS[1] if ratio <= OPEN else VERDICTS[2]


def identified(varied: Sequence[Varied], draws: Floats) -> pd.DataFrame:
    """What is known of each setting, from draws (draws, dimensions) of the unit cube: ends of its
    90 % interval before and after, median, and how wide the second interval is relative to the
    first, on the scale on which it varied."""
    quantiles = np.quantile(draws, [ENDS[0], 0.5, ENDS[1]], axis=0)
    rows = []
    for k, each in enumerate(varied):
        before = each.at(np.array(ENDS))
        low, middle, high = each.at(quantiles[:, k])
        ratio = float((quantiles[2, k] - quantiles[0, k]) / (ENDS[1] - ENDS[0]))
        rows.append(
            [each.name, each.unit, *map(each.written, (*before, low, middle, high)), ratio,
             verdict(ratio)]
        )  # fmt: skip
    columns = ["setting", "unit", "prior_low", "prior_high", "low", "median", "high", "ratio"]
    return pd.DataFrame(rows, columns=[*columns, "verdict"])


def tied(varied: Sequence[Varied], draws: Floats) -> pd.DataFrame:
    """Rank correlations of every two settings over draws, the strongest first."""
    rows = []
    for k, one in enumerate(varied):
        for m in range(k):
            with np.errstate(invalid="ignore"):
                found = float(spearmanr(draws[:, m], draws[:, k]).statistic)
            rows.append([varied[m].name, one.name, found])
    table = pd.DataFrame(rows, columns=["one", "other", "rank_correlation"])
    order = np.argsort(-table["rank_correlation"].abs().to_numpy(), kind="stable")
    return table.iloc[order].reset_index(drop=True)


def central(draws: Floats) -> int:
    """The draw nearest to the middle of all, each setting in units of its own spread."""
    spread = draws.std(axis=0)
    off = np.divide(draws - draws.mean(axis=0), spread, out=np.zeros_like(draws), where=spread > 0)
    return int((off * off).sum(axis=1).argmin())


def calibrated_scenarios(
    scenarios: Sequence[Scenario], varied: Sequence[Varied], point: pd.Series
) -> dict[str, str]:
    """Each scenario at a point, written out in full, as YAML text by the name of its file; how many
    posts are simulated is left as the scenario has it."""
    found = {}
    for each in scenarios:
        own = [one for one in each.given if not (one.name == "posts" and one.last_word)]
        moved = applied(each.given_otherwise(own), varied, point)
        # under its own name, for a trade series of the user's own lies beside it under that
        text = resolved_yaml(replace(moved, title=f"{each.title}, calibrated"))
        found[f"{each.name}_calibrated"] = text
    return found
