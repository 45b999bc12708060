"""The tables of a tuning that stand in its report, in words and rounded numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ..report_numbers import figures, interval_figures
from .retest import DECILE, KEPT, MEAN
from .tune_tables import Outcome
from .tune_words import bracketed, capital, named, role_words, short, with_interval

Tables = Mapping[str, pd.DataFrame]
SHOWN = 15  # rows of the front


def shown(done: Outcome, tables: Tables) -> dict[str, pd.DataFrame]:
    """Tables of the page."""
    found = {"Chosen, and lived again with fresh luck": _retest_shown(done, tables)}
    heading = "The front" if len(done.objectives) > 1 else "The best trials that keep all limits"
    found[heading] = _front_shown(done, tables)
    found["Levers, and over which values they run"] = _plateau_shown(done, tables)
    if "robust" in tables:
        found["Over the worlds of the search"] = _robust_shown(done, tables)
    return found


def _retest_shown(done: Outcome, tables: Tables) -> pd.DataFrame:
    rows = []
    for row in tables["retest"].to_dict("records"):
        unit = row["unit"]
        difference = [row["difference"], row["difference_low"], row["difference_high"]]
        optimism = [row["optimism"], row["optimism_low"], row["optimism_high"]]
        measure = {MEAN: "", DECILE: ", worst tenth of worlds", KEPT: ", worlds in which it holds"}
        rows.append(
            {
                "Which": capital(role_words(done, row["role"])),
                "What": row["label"] + measure[row["measure"]],
                "Unit": unit,
                "Promised": figures([row["tuned"]], unit)[0],
                "Fresh luck": with_interval(row["fresh"], row["low"], row["high"], unit),
                "Optimism": _signed(optimism, unit),
                "As it stands": figures([row["base"]], unit)[0],
                "Difference": _signed(difference, unit),
            }
        )
    return pd.DataFrame(rows)


def _signed(values: Sequence[float], unit: str) -> str:
    words = interval_figures(values, [], unit, signed=True)
    return words[0] if np.isnan(values[1]) else bracketed(words)


def _front_shown(done: Outcome, tables: Tables) -> pd.DataFrame:
    table = tables["trials"]
    names = [each.name for each in done.plan.varied]
    first = done.objectives[0]
    by = f"{first.name}_judged" if done.plan.surroundings else first.name
    if len(done.objectives) > 1:
        rows = table[table["front"]]
    else:
        rows = table.loc[done.finals.at[done.finals.feasible]]
    falling = first.sign < 0 or done.judge.how == "max_regret"
    rows = rows.sort_values(by, ascending=falling, kind="stable").head(SHOWN)
    text = pd.DataFrame({"Trial": rows["trial"].astype(str)})
    for each, name in zip(done.plan.varied, names, strict=True):
        text[capital(named(done, each))] = [short(value) for value in rows[name]]
    for aim in [*done.objectives, *done.limits]:
        cells = rows[[f"{aim.name}{end}" for end in ("", "_low", "_high")]].to_numpy()
        text[capital(aim.label)] = [
            with_interval(value, low, high, aim.unit) for value, low, high in cells
        ]
    text["Role"] = [
        ", ".join(role_words(done, role) for role in roles.split()) for roles in rows["role"]
    ]
    return text


def _plateau_shown(done: Outcome, tables: Tables) -> pd.DataFrame:
    """The lever's value that was chosen first, and its values in trials not told from that one and
    in those on the front, where there are several."""
    table = tables["plateau"]
    text = pd.DataFrame(
        {
            "Lever": [capital(named(done, each)) for each in done.plan.varied],
            "Unit": table["unit"],
            "Chosen first": table["chosen"].map(short),
        }
    )
    for low, count, words in (
        ("", "trials", "trials not told from it"),
        ("front_", "front_trials", "trials on the front"),
    ):
        if (number := int(table[count].iloc[0])) > 1:
            ends = zip(table[f"{low}low"], table[f"{low}high"], strict=True)
            text[f"In {number} {words}"] = [f"{short(a)} to {short(b)}" for a, b in ends]
    return text


def _robust_shown(done: Outcome, tables: Tables) -> pd.DataFrame:
    table = tables["robust"]
    rows = []
    for role, at in done.roles.items():
        for row in table[table["trial"] == done.finals.at[at]].to_dict("records"):
            numbers = [row["mean"], row["worst_decile"], row["max_regret"]]
            mean, worst, regret = figures(numbers, row["unit"])
            share = row.get("share_of_worlds", float("nan"))
            rows.append(
                {
                    "Which": capital(role_words(done, role)),
                    "What": row["label"],
                    "Unit": row["unit"],
                    "Mean": mean,
                    "Worst tenth": worst,
                    "Largest regret": regret,
                    "Worlds in which it holds": figures([share], "share")[0],
                }
            )
    return pd.DataFrame(rows)
