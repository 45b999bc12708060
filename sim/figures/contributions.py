"""What each of several changes did of what they did together."""

import textwrap
from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from sim.drawing import (
    COLOURS,
    GREY,
    INK,
    Picture,
    Study,
    finish,
    nothing,
    sheet,
    short,
    styled,
)
from sim.figures.sizes import size, ticks

TITLE = "What each change did"
CHOSEN = (
    "savings_median", "quota_from_savings_share", "repatriation_rate", "overstay_share",
    "quality_adjusted_price", "remittance_usd",
)  # fmt: skip


@styled
def contributions(study: Study) -> Picture:
    """Bars with intervals, one a change; a panel an outcome, rows of panels a pair of scenarios."""
    if study.contributions.empty:
        return nothing(study, TITLE, "What each change contributed was not asked for")
    outcomes = _chosen(study)
    data = study.contributions[study.contributions["outcome"].isin(outcomes)]
    pairs = [rows for _, rows in data.groupby(["base", "other"], sort=False)]
    columns = min(len(outcomes), 3)
    deep = -(-len(outcomes) // columns)
    heights = [0.2 + 0.27 * rows["change"].nunique() for rows in pairs for _ in range(deep)]
    gap = 0.95
    keys = [
        Patch(facecolor=COLOURS[0], label="raises the outcome"),
        Patch(facecolor=COLOURS[4], label="lowers it"),
        Line2D([], [], color=INK, linewidth=1.2, label="95 % interval"),
        Line2D(
            [], [], color=INK, linewidth=1.2, linestyle=(0, (4, 2)), label="all changes together"
        ),
    ]
    picture, edges = sheet(
        TITLE, "Contributions to the difference from the base, averaged over the orders in which "
        "the changes may come", keys, sum(heights) + gap * (len(heights) - 1), 1.0,
    )  # fmt: skip
    grid = picture.add_gridspec(
        len(heights), columns, height_ratios=heights, hspace=gap / np.mean(heights), wspace=0.16,
        left=0.215, right=0.975, **edges,
    )  # fmt: skip
    for at, rows in enumerate(pairs):
        for place, (outcome, panel) in enumerate(_panels(rows, outcomes)):
            ax = picture.add_subplot(grid[at * deep + place // columns, place % columns])
            _draw(ax, study, outcome, panel, named=place % columns == 0)
    rest = study.contributions["outcome"].nunique() - len(outcomes)
    note = f"Contributions add up to the whole. Outcomes not drawn: {rest}."
    tidy = data.rename(columns={"contribution": "value", "ci_low": "low", "ci_high": "high"})
    tidy = tidy.assign(panel=tidy["outcome"], scenario=tidy["other"]).reset_index(drop=True)
    return finish(picture, study, tidy, note, alt=_alt(study, tidy))


def _chosen(study: Study) -> list[str]:
    """What most is asked of; others only where there are none of these."""
    known = list(study.contributions["outcome"].unique())
    return [name for name in CHOSEN if name in known] or known[: len(CHOSEN)]


def _panels(rows: pd.DataFrame, outcomes: list[str]) -> Iterator[tuple[str, pd.DataFrame]]:
    for outcome in outcomes:
        panel = rows[rows["outcome"] == outcome]
        if len(panel):
            yield outcome, panel


def _draw(ax: Axes, study: Study, outcome: str, rows: pd.DataFrame, named: bool) -> None:
    known = study.labels.get(outcome)
    unit = known.unit if known else ""
    y = np.arange(len(rows))
    values = rows["contribution"].fillna(0).to_numpy()
    colours = np.where(values >= 0, COLOURS[0], COLOURS[4])
    ax.barh(y, values, height=0.62, color=colours, zorder=2)
    ax.hlines(y, rows["ci_low"], rows["ci_high"], color=INK, linewidth=1.2, zorder=3)
    ax.axvline(0, color=GREY, linewidth=1.0, zorder=1.5)
    whole = rows["whole"].iloc[0]
    if np.isfinite(whole):
        ax.axvline(whole, color=INK, linewidth=1.2, linestyle=(0, (4, 2)), zorder=2.5)
    names = [_name(change) for change in rows["change"]] if named else []
    ax.set_yticks(y, names or [""] * len(y))
    ax.set_ylim(len(y) - 0.45, -0.55)
    ax.margins(x=0.08)
    ax.xaxis.set_major_locator(MaxNLocator(3))
    ax.xaxis.set_major_formatter(ticks(unit))
    ax.tick_params(axis="x", labelsize=8.5)
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    label = known.label if known else outcome
    ax.set_title(f"{short(label, 30)}\n", pad=0)
    other = study.titles.get(rows["other"].iloc[0], rows["other"].iloc[0])
    about = f"{short(other, 22)}: {size(whole, unit)}"
    ax.text(0, 1.0, about, transform=ax.transAxes, va="bottom", size=8.5, color=GREY)


def _name(change: str) -> str:
    """A setting in words, on two lines if it takes them."""
    return textwrap.fill(change.rpartition(".")[2].replace("_", " "), 20)


def _alt(study: Study, data: pd.DataFrame) -> str:
    """Of each outcome the whole and the change that did most; the rest is in the CSV file."""
    said = []
    for (other, outcome), rows in data.groupby(["other", "outcome"], sort=False):
        known = study.labels.get(outcome)
        label, unit = (known.label, known.unit) if known else (outcome, "")
        first = rows.loc[rows["value"].abs().idxmax()] if rows["value"].notna().any() else None
        words = f"{label}, {study.titles.get(other, other)}: {size(rows['whole'].iloc[0], unit)}"
        if first is not None:
            change = str(first["change"]).rpartition(".")[2].replace("_", " ")
            words += f", most by {change} ({size(first['value'], unit)})"
        said.append(words)
    return f"{'; '.join(said)}. The rest is in the CSV file."
