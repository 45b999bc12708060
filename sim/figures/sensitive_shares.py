"""Which settings matter over all their ranges at once: elementary effects and variance shares."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.drawing import COLOURS, GREY, INK, Picture, inscribe, percent, sheet, short, styled
from sim.figures.sensitive import ROWS, changes_below, largest_first, marks, not_drawn, row_panels

DUMMY = "dummy: changes nothing"


@styled
def elementary_effects(table: pd.DataFrame, caption: str) -> Picture:
    """Sizes and spread of elementary effects, a panel a quantity.

    ``table``: quantity, unit, setting, label, mu_star, mu_star_low, mu_star_high, sigma, by_chance.
    """
    by_noise = marks(GREY, "|") | {"ms": 9, "markeredgewidth": 1.5}
    keys: list[Artist] = [
        Line2D([], [], label="size (mu*), 95 % interval", **marks(COLOURS[0], "o")),
        Line2D([], [], label="spread (sigma)", **marks(COLOURS[1], "s", filled=False)),
        Line2D([], [], label="size by noise alone", **by_noise),
    ]
    panels = [
        (str(name), largest_first(rows, "mu_star"))
        for name, rows in table.groupby("quantity", sort=False)
    ]
    picture, axes = row_panels(
        "Screening: elementary effects", "How much it changes at the pace of one step of a "
        "setting, over the setting’s whole range, with all others anywhere", panels, keys,
    )  # fmt: skip
    for ax, (_, rows) in zip(axes, panels, strict=True):
        rows = rows[:ROWS]
        y = np.arange(len(rows))
        ax.plot(rows["by_chance"], y, **by_noise)
        ax.plot(rows["sigma"], y, **marks(COLOURS[1], "s", filled=False))
        _with_intervals(ax, y, rows, "mu_star", COLOURS[0], "o")
        ax.set_xlim(left=0)
        changes_below(ax, str(rows["unit"].iloc[0]))
    alt = "; ".join(
        f"{row['quantity']}, {row['label']}: size {row['mu_star']:.4g}, spread {row['sigma']:.4g}"
        for row in table.to_dict("records")
    )
    return inscribe(picture, f"{caption}{not_drawn(panels)}", table, f"{alt}.")


@styled
def variance_shares(table: pd.DataFrame, caption: str) -> Picture:
    """First-order and total shares of the variance of expected outcomes, a panel a quantity.

    ``table``: quantity, setting, label, first, first_low, first_high, total, total_low,
    total_high; the dummy's row is the one without a setting.
    """
    keys: list[Artist] = [
        Line2D([], [], label="with others (total)", **marks(COLOURS[0], "o")),
        Line2D([], [], label="alone (first order)", **marks(COLOURS[1], "s", filled=False)),
        Line2D([], [], color=INK, linewidth=1.2, label="95 % interval"),
        Patch(facecolor=GREY, alpha=0.25, label="total of the dummy"),
    ]
    panels = [
        (str(name), largest_first(rows[rows["setting"] != ""], "total"))
        for name, rows in table.groupby("quantity", sort=False)
    ]
    picture, axes = row_panels(
        "Shares of the variance", "Of expected outcomes, where all settings vary over their "
        "ranges at once", panels, keys, [DUMMY],
    )  # fmt: skip
    for ax, (name, rows) in zip(axes, panels, strict=True):
        dummy = table[(table["quantity"] == name) & (table["setting"] == "")]
        drawn = pd.concat([rows[:ROWS], dummy])
        y = np.arange(len(drawn))
        low, high = dummy[["total_low", "total_high"]].to_numpy()[0]
        if np.isfinite([low, high]).all():
            ax.axvspan(low, high, color=GREY, alpha=0.25, linewidth=0, zorder=1)
        ax.axvline(0, color=GREY, linewidth=1.0, zorder=1.5)
        _with_intervals(ax, y - 0.13, drawn, "total", COLOURS[0], "o")
        _with_intervals(ax, y + 0.17, drawn, "first", COLOURS[1], "s", filled=False)
        ax.xaxis.set_major_formatter(percent)
        if drawn["total"].isna().all():
            ax.text(0.5, 0.5, "not known", transform=ax.transAxes, ha="center", color=GREY)
    note = f"{not_drawn(panels)} Noise of means is taken out; estimates may come out below 0."
    alt = "; ".join(
        f"{row['quantity']}, {row['label']}: total {row['total']:.1%}, alone {row['first']:.1%}"
        for row in table.to_dict("records")
    )
    return inscribe(picture, f"{caption}{note}", table, f"{alt}.")


def _with_intervals(
    ax: Axes, y: np.ndarray, rows: pd.DataFrame, column: str, colour: str, marker: str,
    filled: bool = True,
) -> None:  # fmt: skip
    ax.hlines(y, rows[f"{column}_low"], rows[f"{column}_high"], color=colour, lw=1.3, zorder=2)
    ax.plot(rows[column], y, **marks(colour, marker, filled), zorder=3)


@styled
def variance_of_a_replicate(table: pd.DataFrame, caption: str) -> Picture:
    """Where the variance of single replicates comes from: settings alone, settings only together,
    and chance; a bar a quantity.

    ``table``: quantity, alone, together, chance, chance_low, chance_high: the first three add up to
    1, though as estimates one of them may be below 0.
    """
    table = table.reset_index(drop=True)
    parts = ("alone", "together", "chance")
    colours = dict(zip(parts, (COLOURS[0], COLOURS[5], "#b8b8b8"), strict=True))
    words = ("settings, each alone", "settings, only together", "chance")
    keys: list[Artist] = [
        *(Patch(facecolor=colours[part], label=word)
          for part, word in zip(parts, words, strict=True)),
        Line2D([], [], color=INK, linewidth=1.2, label="95 % interval of chance"),
    ]  # fmt: skip
    picture, edges = sheet(
        "Chance next to settings", "Shares of the variance of a single replicate, over luck and "
        "the ranges of all settings", keys, 0.5 + 0.4 * len(table), 1.1, named=False,
    )  # fmt: skip
    ax = picture.subplots()
    picture.subplots_adjust(left=0.42, right=0.965, **edges)
    y = np.arange(len(table))
    shares = table[list(parts)].fillna(0).clip(lower=0)
    shares["alone"] = np.minimum(shares["alone"], 1 - shares["chance"])  # an estimate may be more
    left = np.zeros(len(table))
    for part in parts:
        ax.barh(y, shares[part], left=left, height=0.6, color=colours[part], zorder=2)
        left = left + shares[part].to_numpy()
    ax.hlines(y, 1 - table["chance_high"], 1 - table["chance_low"], color=INK, lw=1.2, zorder=3)
    labels = ["\n".join(textwrap.wrap(short(name, 95), 50)) for name in table["quantity"]]
    ax.set_yticks(y, labels, size=8.5)
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.set_xlim(0, 1.0)
    ax.xaxis.set_major_formatter(percent)
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    for at in table.index[table["chance"].isna()]:
        ax.text(0.02, at, "not known", va="center", color=GREY, size=8.5)
    alt = "; ".join(
        f"{row['quantity']}: alone {row['alone']:.1%}, together {row['together']:.1%}, "
        f"chance {row['chance']:.1%}"
        for row in table.to_dict("records")
    )
    return inscribe(picture, caption, table, f"{alt}.")
