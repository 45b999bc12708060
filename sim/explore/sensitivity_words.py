"""What a study of sensitivity says, and no more than its intervals allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from ..report_numbers import UNKNOWN, figures, interval_figures
from .plan import Plan
from .profiles import FLAT, TURNS

Tables = dict[str, pd.DataFrame]
SWING, EFFECT = ("swing", "swing_low", "swing_high"), ("mu_star", "mu_star_low", "mu_star_high")
TOTAL, FIRST = ("total", "total_low", "total_high"), ("first", "first_low", "first_high")
CHANCE, ALONE, TOGETHER = (
    (name, f"{name}_low", f"{name}_high") for name in ("chance", "alone", "together")
)


def answer(tables: Tables) -> list[str]:
    """What moves the first quantity most and which way, what is not shown to move it, how much is
    chance; and what moves the others most."""
    names = list(tables["swings"]["quantity"].unique())
    said = [*_of_one(tables, names[0])]
    others = [f"{name}: {_most(tables, name)}" for name in names[1:]]
    if others:
        said.append(f"What moves the others most: {'; '.join(others)}.")
    return said


def _rows(table: pd.DataFrame, quantity: str) -> pd.DataFrame:
    return table[table["quantity"] == quantity]


def _of_one(tables: Tables, quantity: str) -> Iterator[str]:
    top, ranking = _top(tables, quantity)
    name = f"{quantity[:1].upper()}{quantity[1:]}"
    if top is None:
        measured = _rows(tables["swings"], quantity)["swing"].notna().any()
        why = "it never moves, or by chance alone" if measured else "too little could be measured"
        yield f"{name}: it is not known what moves it; {why}."
        return
    yield f"{name}: {_most(tables, quantity)}."
    swings = _rows(tables["swings"], quantity)
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
        yield _chance(_rows(tables["variance"], quantity).iloc[0])


def _top(tables: Tables, quantity: str) -> tuple[pd.Series | None, pd.DataFrame]:
    """The setting that moves a quantity most, by the best there is to tell it, and all settings,
    largest first, with ``shown``: whether each is shown to move it, and ``tied``: whether it may
    move it as much as the first."""
    if "sobol" in tables:
        rows = _rows(tables["sobol"], quantity)
        dummy = rows[rows["setting"] == ""].iloc[0]
        rows = rows[rows["setting"] != ""].copy()
        rows["size"] = rows["total"]
        rows["shown"] = rows["total_low"] > max(dummy["total_high"], 0)
        rows["tied"] = ~(rows["behind"] > 0)
    elif "morris" in tables:
        rows = _rows(tables["morris"], quantity).copy()
        rows["size"] = rows["mu_star"]
        rows["shown"] = rows["mu_star_low"] > rows["by_chance"].fillna(0)
        rows["tied"] = rows["mu_star_high"] >= rows["mu_star_low"][rows["mu_star"].idxmax()] \
            if rows["mu_star"].notna().any() else True  # fmt: skip
    else:
        rows = _rows(tables["swings"], quantity).copy()
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
    top, ranking = _top(tables, quantity)
    if top is None:
        return "not known"
    if not top["shown"]:
        return "no setting is shown to move it"
    if "sobol" in tables:
        ends = _interval([top[end] for end in TOTAL], "share")
        size = f"with others, {ends} of the variance of expected outcomes"
    elif "morris" in tables:
        size = f"elementary effects of {_change(top, EFFECT)}"
    else:
        size = f"{_change(top)} from end to end"
    ties = [str(label) for label in ranking["label"][1:][ranking["tied"][1:]]]
    unsure = f"; not surely more than {_list(ties)}" if ties else ""
    return f"{top['label']} moves it most ({size}{unsure})"


def _swing(row: pd.Series) -> str:
    start = f"With all else as in the scenario, {row['label']} from {_place(row['lowest'])} to "
    start += _place(row["highest"])
    if row["shape"] == FLAT:
        return f"{start} makes no difference that is told from none ({_change(row)})."
    turn = ", turning in between" if row["shape"] == TURNS else ""
    return f"{start} changes it by {_change(row)}{turn}."


def _chance(row: pd.Series) -> str:
    if not np.isfinite(row["chance"]):
        return "How much is chance is not known: settings do not stand out from it."
    ends = _interval([row[end] for end in CHANCE], "share")
    return f"Of the variance of a single replicate over these ranges {ends} is chance."


def _interval(values: Sequence[float], unit: str) -> str:
    """A share or an amount with its interval."""
    return _bracketed(figures(values, unit, apart=True))


def _change(row: pd.Series, ends: Sequence[str] = SWING) -> str:
    """A change of a quantity with its interval; with its sign where it has a direction."""
    signed = ends == SWING
    return _bracketed(interval_figures([row[end] for end in ends], [], row["unit"], signed))


def _bracketed(figures: Sequence[str]) -> str:
    value, low, high = figures
    return value if low == high == value else f"{value} [{low.removesuffix(' points')}, {high}]"


def _place(value: object) -> str:
    return value if isinstance(value, str) else f"{value:,.6g}"


def _list(words: Sequence[str], most: int = 6) -> str:
    """Words in a sentence, so many of them at most."""
    rest = len(words) - most
    if rest > 1:
        return f"{', '.join(words[:most])} and {rest} more"
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


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
    order = list(_top(tables, quantity)[1]["setting"])
    if "sobol" in tables:
        order.append("")
    swings = _rows(tables["swings"], quantity).set_index("setting").reindex(order)
    table = {
        "Setting": swings["label"].fillna("dummy: changes nothing"),
        "From": [UNKNOWN if name == "" else _place(swings["lowest"][name]) for name in order],
        "To": [UNKNOWN if name == "" else _place(swings["highest"][name]) for name in order],
        "From end to end": [UNKNOWN if name == "" else _change(swings.loc[name]) for name in order],
        "Shape": swings["shape"].fillna(UNKNOWN),
    }
    if "morris" in tables:
        rows = _rows(tables["morris"], quantity).set_index("setting").reindex(order)
        table["Elementary effect (mu*)"] = [
            UNKNOWN if name == "" else _change(rows.loc[name], EFFECT) for name in order
        ]
    if "sobol" in tables:
        rows = _rows(tables["sobol"], quantity).set_index("setting").reindex(order)
        table["Variance, alone"] = _column(rows, FIRST)
        table["Variance, with others"] = _column(rows, TOTAL)
    return pd.DataFrame(table).reset_index(drop=True)


def _column(rows: pd.DataFrame, ends: Sequence[str]) -> list[str]:
    return [_interval(list(row), "share") for row in rows[list(ends)].itertuples(index=False)]


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
