"""The tables that a page shows of a study of sensitivity, and what the study does not say."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ..report_numbers import UNKNOWN
from .plan import Plan
from .sensitivity_words import (
    CHANCE,
    EFFECT,
    TOTAL,
    Tables,
    change,
    place,
    ranked,
    rows_of,
    with_interval,
)

ALONE, TOGETHER, FIRST = (
    (name, f"{name}_low", f"{name}_high") for name in ("alone", "together", "first")
)


def shown(tables: Tables) -> Tables:
    """A table a quantity, a row a setting, what moves it most first; then where variance comes
    from."""
    found = {
        f"What moves {name}": _settings(tables, name)
        for name in tables["swings"]["quantity"].unique()
    }
    if "variance" in tables:
        found["Where the variance of a single replicate comes from"] = pd.DataFrame({
            "Quantity": tables["variance"]["quantity"],
            "Settings, each alone": _column(tables["variance"], ALONE),
            "Settings, only together": _column(tables["variance"], TOGETHER),
            "Chance": _column(tables["variance"], CHANCE),
            "Rows used": tables["variance"]["rows"].astype(str),
            "Rows lost": tables["variance"]["lost"].astype(str),
        })  # fmt: skip
    return found


def _settings(tables: Tables, quantity: str) -> pd.DataFrame:
    order = list(ranked(tables, quantity)[1]["setting"])
    if "sobol" in tables:
        order.append("")
    swings = rows_of(tables["swings"], quantity).set_index("setting").reindex(order)
    table = {
        "Setting": swings["label"].fillna("dummy: changes nothing"),
        "From": [UNKNOWN if name == "" else place(swings["lowest"][name]) for name in order],
        "To": [UNKNOWN if name == "" else place(swings["highest"][name]) for name in order],
        "From end to end": [UNKNOWN if name == "" else change(swings.loc[name]) for name in order],
        "Shape": swings["shape"].fillna(UNKNOWN),
    }
    if "morris" in tables:
        rows = rows_of(tables["morris"], quantity).set_index("setting").reindex(order)
        table["Elementary effect (mu*)"] = [
            UNKNOWN if name == "" else change(rows.loc[name], EFFECT) for name in order
        ]
    if "sobol" in tables:
        rows = rows_of(tables["sobol"], quantity).set_index("setting").reindex(order)
        table["Variance, alone"] = _column(rows, FIRST)
        table["Variance, with others"] = _column(rows, TOTAL)
    return pd.DataFrame(table).reset_index(drop=True)


def _column(rows: pd.DataFrame, ends: Sequence[str]) -> list[str]:
    return [with_interval(list(row), "share") for row in rows[list(ends)].itertuples(index=False)]


def limits(plan: Plan, tables: Tables, failed: int) -> list[str]:
    """What the study does not say."""
    posts = int(plan.scenarios[0].path("cohort", "posts")[0])
    said = [
        "One setting at a time shows nothing of what settings do together.",
        "Intervals are of each number by itself: of many settings that do nothing, a few will "
        "seem to do something.",
    ]
    if "morris" in tables:
        said.append(
            "Elementary effects hold noise; their size is to be held against what noise alone "
            "gives (by_chance in morris.csv)."
        )
    if "sobol" in tables:
        said += [
            "Shares of the variance take every value in a range as equally likely, and all "
            "settings as independent of each other; other ranges give other shares.",
            "They are of expected outcomes: the noise of means is taken out. The dummy is lived "
            "with other luck than what it is held against; how far its share may be off 0 is what "
            "chance does to estimates.",
            f"Chance is that of a world of {posts:,} posts; it is less in a larger one.",
        ]
        lost = tables["variance"][tables["variance"]["lost"] > 0]
        said += [
            f"{row['quantity']}: {row['lost']} of {row['rows'] + row['lost']} rows of points are "
            "left out, for fewer than two replicates of them have a number."
            for row in lost.to_dict("records")
        ]
    if failed:
        said.append(f"{failed} replicates failed and are left out; of points that share their "
                    "luck, all are.")  # fmt: skip
    return said
