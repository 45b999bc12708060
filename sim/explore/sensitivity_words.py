"""What a study of sensitivity says, and no more than its intervals allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from ..report_numbers import figures, interval_figures
from .profiles import FLAT, TURNS

Tables = dict[str, pd.DataFrame]
SWING, EFFECT = ("swing", "swing_low", "swing_high"), ("mu_star", "mu_star_low", "mu_star_high")
TOTAL = ("total", "total_low", "total_high")
CHANCE = ("chance", "chance_low", "chance_high")


def answer(tables: Tables) -> list[str]:
    """What moves the first quantity most and which way, what is not shown to move it, how much is
    chance; and what moves the others most."""
    names = list(tables["swings"]["quantity"].unique())
    said = [*_of_one(tables, names[0])]
    others = [f"{name}: {_most(tables, name)}" for name in names[1:]]
    if others:
        said.append(f"What moves the others most: {'; '.join(others)}.")
    return said


def rows_of(table: pd.DataFrame, quantity: str) -> pd.DataFrame:
    """What a table holds of one quantity."""
    return table[table["quantity"] == quantity]


def _of_one(tables: Tables, quantity: str) -> Iterator[str]:
    top, ranking = ranked(tables, quantity)
    name = f"{quantity[:1].upper()}{quantity[1:]}"
    if top is None:
        measured = rows_of(tables["swings"], quantity)["swing"].notna().any()
        why = "it never moves, or by chance alone" if measured else "too little could be measured"
        yield f"{name}: it is not known what moves it; {why}."
        return
    yield f"{name}: {_most(tables, quantity)}."
    swings = rows_of(tables["swings"], quantity)
    yield _swing(swings[swings["setting"] == top["setting"]].iloc[0])
    if unshown := [str(row["label"]) for _, row in ranking.iterrows() if not row["shown"]]:
        more = (
            "do more than a dummy" if "sobol" in tables
            else "do more than noise alone" if "morris" in tables else "do anything by themselves"
        )  # fmt: skip
        are = "is" if len(unshown) == 1 else "are"
        count = f"{len(unshown)} of {len(ranking)} settings {are}"
        yield f"{count} not shown to {more}: {_list(unshown)}."
    if "variance" in tables:
        yield _chance(rows_of(tables["variance"], quantity).iloc[0])


def ranked(tables: Tables, quantity: str) -> tuple[pd.Series | None, pd.DataFrame]:
    """The setting that moves a quantity most, by the best there is to tell it, and all settings,
    largest first, with ``shown``: whether each is shown to move it, and ``tied``: whether it may
    move it as much as the first."""
    if "sobol" in tables:
        rows = rows_of(tables["sobol"], quantity)
        dummy = rows[rows["setting"] == ""].iloc[0]
        rows = rows[rows["setting"] != ""].copy()
        rows["size"] = rows["total"]
        rows["shown"] = rows["total_low"] > max(dummy["total_high"], 0)
        rows["tied"] = ~(rows["behind"] > 0)
    elif "morris" in tables:
        rows = rows_of(tables["morris"], quantity).copy()
        rows["size"] = rows["mu_star"]
        rows["shown"] = rows["mu_star_low"] > rows["by_chance"]
        rows["tied"] = rows["mu_star_high"] >= rows["mu_star_low"][rows["mu_star"].idxmax()] \
            if rows["mu_star"].notna().any() else True  # fmt: skip
    else:
        rows = rows_of(tables["swings"], quantity).copy()
        rows["size"] = rows["swing"].abs()
        rows["shown"] = rows["shape"] != FLAT
        nearest = np.maximum(rows["swing_low"], -rows["swing_high"]).clip(lower=0)
        farthest = np.maximum(-rows["swing_low"], rows["swing_high"])
        rows["tied"] = farthest >= nearest[rows["size"].idxmax()] \
            if rows["size"].notna().any() else True  # fmt: skip
    rows = rows.sort_values("size", ascending=False, kind="stable")
    known = rows["size"].notna().any()
    return (rows.iloc[0] if known else None), rows


def _most(tables: Tables, quantity: str) -> str:
    top, ranking = ranked(tables, quantity)
    if top is None:
        return "not known"
    if not top["shown"]:
        return "no setting is shown to move it"
    if "sobol" in tables:
        ends = with_interval([top[end] for end in TOTAL], "share")
        size = f"with others, {ends} of the variance of expected outcomes"
    elif "morris" in tables:
        size = f"elementary effects of {change(top, EFFECT)}"
    else:
        size = f"{change(top)} from end to end"
    ties = [str(label) for label in ranking["label"][1:][ranking["tied"][1:]]]
    unsure = f"; not surely more than {_list(ties)}" if ties else ""
    return f"{top['label']} moves it most ({size}{unsure})"


def _swing(row: pd.Series) -> str:
    start = f"With all else as in the scenario, {row['label']} from {place(row['lowest'])} to "
    start += place(row["highest"])
    turn = ", but turns in between" if row["shape"] == TURNS else ""
    if not (row["swing_low"] > 0 or row["swing_high"] < 0):
        return f"{start} makes no difference that is told from none ({change(row)}){turn}."
    return f"{start} changes it by {change(row)}{turn}."


def _chance(row: pd.Series) -> str:
    if not np.isfinite(row["chance"]):
        return "How much is chance is not known: settings do not stand out from it."
    ends = with_interval([row[end] for end in CHANCE], "share")
    return f"Of the variance of a single replicate over these ranges {ends} is chance."


def with_interval(values: Sequence[float], unit: str) -> str:
    """A share or an amount with its interval."""
    return _bracketed(figures(_apart(values), unit, apart=True))


def change(row: pd.Series, ends: Sequence[str] = SWING) -> str:
    """A change of a quantity with its interval; with its sign where it has a direction."""
    values = _apart([row[end] for end in ends])
    return _bracketed(interval_figures(values, [], row["unit"], signed=ends == SWING))


def _apart(values: Sequence[float]) -> Sequence[float]:
    """The same value thrice where they differ by rounding alone: no luck was in it."""
    return [values[0]] * 3 if np.ptp(values) <= 1e-9 * abs(values[0]) else values


def _bracketed(figures: Sequence[str]) -> str:
    value, low, high = figures
    return value if low == high == value else f"{value} [{low.removesuffix(' points')}, {high}]"


def place(value: object) -> str:
    """A value of a setting as a person writes it."""
    return value if isinstance(value, str) else f"{value:,.6g}"


def _list(words: Sequence[str], most: int = 6) -> str:
    """Words in a sentence, so many of them at most."""
    rest = len(words) - most
    if rest > 1:
        return f"{', '.join(words[:most])} and {rest} more"
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
