"""How far other scenarios lie from the base: the headline outcomes in one forest."""

import textwrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullLocator

from sim.drawing import (
    GREY,
    INK,
    Picture,
    Study,
    finish,
    look,
    nothing,
    sheet,
    short,
    styled,
)
from sim.figures.sizes import size
from sim.outcomes import HEADLINES

TITLE = "How far apart the scenarios are"
TIMES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
NEAR_ONE = (0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2)
COLUMNS = ["relative", "relative_low", "relative_high"]


@styled
def effects_forest(study: Study) -> Picture:
    """Headline outcomes as multiples of the base's mean, with intervals, a mark a scenario."""
    data = headlines(study)
    if data.empty:
        return nothing(study, TITLE, "No headline outcome was compared with another scenario")
    others = list(data["scenario"].unique())
    outcomes = list(data["outcome"].unique())
    row = max(0.3, 0.08 + 0.15 * len(others))
    keys = [
        Line2D([], [], label=short(study.titles[name], 34), **_mark(study, name, True))
        for name in others
    ]
    keys.append(
        Line2D([], [], color=GREY, marker="o", markerfacecolor="white", linewidth=1.3,
               label="interval holds no change")
    )  # fmt: skip
    base = next(iter(study.titles.values()))
    picture, edges = sheet(
        TITLE, f"Mean as a multiple of that under “{short(base, 50)}” (×1: no change), with 95 % "
        "intervals, paired", keys, row * len(outcomes), 1.1, named=False,
    )  # fmt: skip
    ax = picture.subplots()
    picture.subplots_adjust(left=0.3, right=0.83, **edges)
    forest(ax, study, data)
    rest = study.effects["outcome"].nunique() - len(outcomes)
    note = f"At the right: differences in their own units. {rest} more outcomes are in effects.csv."
    if data["value"].isna().any():
        note += " No multiple: 0 is only an average, or the base is not above 0."
    return finish(picture, study, data, note, alt=_alt(study, data))


def forest(ax: Axes, study: Study, data: pd.DataFrame) -> None:
    """The rows of ``headlines`` on given axes; sizes stand at the right, beyond them."""
    outcomes, others = list(data["outcome"].unique()), data["scenario"].nunique()
    _axis(ax, data, outcomes)
    step = 1 / (others + 1)
    for place, rows in enumerate(data.groupby("outcome", sort=False)):
        for at, effect in enumerate(rows[1].to_dict("records")):
            y = place - 0.5 + step * (1 + at)
            _draw(ax, study, effect, y, 8.5 if others < 3 else 7)


def headlines(study: Study) -> pd.DataFrame:
    """The rows that are drawn, in the order of the headlines; relative numbers in parts of the
    base's mean, missing where the outcome has no zero to measure from."""
    if study.effects.empty:
        return study.effects
    table = study.effects[study.effects["outcome"].isin(HEADLINES)].copy()
    table["place"] = table["outcome"].map(HEADLINES.index)
    table = table.sort_values("place", kind="stable").drop(columns="place")
    if "relative" not in table:
        base = table["base_mean"].where(table["base_mean"] > 0)
        for name, of in zip(COLUMNS, ("difference", "ci_low", "ci_high"), strict=True):
            table[name] = table[of] / base
    table.loc[table["unit"] == "SD", COLUMNS] = np.nan  # its zero is an average, not nothing
    table.loc[~(table["base_mean"] > 0), COLUMNS] = np.nan
    kept = ["outcome", "label", "unit", "other", "difference", "ci_low", "ci_high", *COLUMNS]
    table = table[kept].rename(columns={"other": "scenario"})
    table.insert(0, "panel", table["label"])
    return table.assign(value=table["relative"]).reset_index(drop=True)


def _mark(study: Study, scenario: str, certain: bool) -> dict[str, Any]:
    own = look(list(study.titles).index(scenario))
    fill = own["color"] if certain else "white"
    return own | {"linestyle": "-", "linewidth": 1.3, "markersize": 5.5, "markerfacecolor": fill}


def _axis(ax: Axes, data: pd.DataFrame, outcomes: list[str]) -> None:
    """Multiples on a scale where halving and doubling are equally long; outcomes downward."""
    labels = data.groupby("outcome", sort=False)["label"].first()
    ax.set_yticks(range(len(outcomes)), ["\n".join(textwrap.wrap(label, 30)) for label in labels])
    ax.set_ylim(len(outcomes) - 0.5, -0.5)
    ends = 1 + data[COLUMNS].to_numpy()
    inside = ends[np.isfinite(ends) & (ends > 0)]
    shown = np.clip([*inside, 0.75, 1.35], TIMES[0], TIMES[-1])
    low, high = shown.min() / 1.15, shown.max() * 1.15
    ax.set_xscale("log")
    ax.set_xlim(low, high)
    scale = TIMES if high / low > 4 else NEAR_ONE
    few = [times for times in scale if low <= times <= high]
    ax.xaxis.set_major_locator(FixedLocator(few))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xticks(few, [f"×{times:g}" for times in few])
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    ax.axvline(1, color=INK, linewidth=1.0, zorder=1.5)
    for place in range(1, len(outcomes), 2):
        ax.axhspan(place - 0.5, place + 0.5, color="#f5f5f5", linewidth=0, zorder=0)


def _draw(ax: Axes, study: Study, effect: dict[Any, Any], y: float, size_of_words: float) -> None:
    """One mark with its interval, and its size in words at the right."""
    scenario = str(effect["scenario"])
    low, high = ax.get_xlim()
    certain = effect["ci_low"] > 0 or effect["ci_high"] < 0
    own = _mark(study, scenario, certain)
    value, *ends = (1 + effect[name] for name in COLUMNS)
    if np.isfinite(value):
        if np.isfinite(ends).all():
            ax.plot(np.clip(ends, low, high), [y, y], color=own["color"], linewidth=1.3)
        ax.plot([np.clip(value, low, high)], [y], **own)
    else:
        ax.text(1.01, y, "no multiple", size=7.5, va="center", color=GREY)
    ax.annotate(
        size(effect["difference"], str(effect["unit"])), (1.015, y),
        xycoords=ax.get_yaxis_transform(), va="center", size=size_of_words,
    )  # fmt: skip


def _alt(study: Study, data: pd.DataFrame) -> str:
    said = [
        f"{row['label']}, {study.titles[row['scenario']]}: {size(row['difference'], row['unit'])}"
        for row in data.to_dict("records")
    ]
    return f"Differences: {'; '.join(said)}."
