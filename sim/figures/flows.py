"""Who pays whom: flows of money between state, companies, traders, sellers and everyone else."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from sim.drawing import (
    COLOURS,
    GREY,
    INK,
    PAPER,
    Picture,
    Study,
    canvas,
    finish,
    month_name,
    month_number,
    nothing,
    styled,
)

TITLE = "Who pays whom"
TO_SELLERS = ("sellers", "repairs")  # what of the payments to the outside goes to sellers
FROM_MARKETS = ("own-account trade",)  # what of the payments from the outside is made by trade
PLACES = {
    "state": (5.0, 9.2),
    "sellers": (11.2, 9.2),
    "company": (0.6, 5.0),
    "trader": (5.0, 0.8),
    "outside": (11.0, 0.8),
    "market": (0.6, 0.8),
}
NAMES = {
    "state": "State", "sellers": "Sellers", "company": "Companies", "outside": "Others",
    "trader": "Traders", "market": "Markets",
}  # fmt: skip
WIDEST, NARROWED = 15.0, 10  # points; how many times narrower the payment for goods is drawn
ARROWS = {  # giver and receiver: how it bends, where its words begin or end, and what they say
    ("state", "sellers"): (0.0, (8.1, 10.3), "center", "goods and repairs"),
    ("state", "trader"): (0.12, (4.1, 4.1), "right", "pay, margins"),
    ("trader", "state"): (0.12, (6.0, 4.3), "left", "quota, levies"),
    ("state", "company"): (0.14, (1.9, 8.3), "right", "margins"),
    ("company", "state"): (0.14, (2.8, 5.9), "left", "quota"),
    ("company", "trader"): (0.1, (2.75, 2.9), "left", "profits"),
    ("state", "outside"): (-0.1, (8.95, 6.3), "left", "watchers,\nofficials"),
    ("trader", "outside"): (-0.1, (8.0, 2.1), "center", "living, bribes, leavers"),
    ("outside", "trader"): (-0.1, (8.0, -0.5), "center", "commissions, newcomers"),
    ("market", "company"): (0.0, (0.85, 2.5), "left", "own\naccount"),
}


@styled
def flows(study: Study) -> Picture:
    """A diagram a scenario: nodes, and arrows as wide as the sums that went from one to another."""
    data = sums(study)
    if data.empty:
        return nothing(study, TITLE, "No accounts were kept of this run")
    since = month_name(month_number(study.change_month or study.months[0]))
    titles = list(study.titles.values())
    about = f"US dollars a post a month, means from {since} on; dark: to the state"
    picture, axes = canvas(
        TITLE, about, titles, min(len(titles), 2), [], share_y=False, foot=0.9,
        panel_height=3.9 if len(titles) > 1 else 4.6,
    )  # fmt: skip
    picture.subplots_adjust(left=0.03, right=0.97, wspace=0.06)
    pairs = data.groupby(["scenario", "giver", "receiver"], as_index=False)["value"].sum()
    pairs["width"] = pairs["value"].abs() / np.where(pairs["receiver"] == "sellers", NARROWED, 1)
    pairs["width"] *= WIDEST / max(pairs["width"].max(), 1.0)
    for ax, scenario in zip(axes, study.titles, strict=True):
        _draw(ax, pairs[pairs["scenario"] == scenario])
    note = (
        f"Arrows are as wide as the sums; the one for goods is drawn {NARROWED} times narrower. "
        "Less than a dollar is left out. Others: landlords, officials, buyers abroad, families."
    )
    count = study.accounts_replicates
    return finish(picture, study, data, note, alt=_alt(study, data), replicates=count)


def sums(study: Study) -> pd.DataFrame:
    """Every flow of every scenario from the change on, a post a month."""
    if study.accounts.empty:
        return study.accounts
    rows = study.accounts[study.accounts["month"] >= (study.change_month or "")]
    keys = ["scenario", "giver", "receiver", "flow"]
    total = rows.groupby(keys, sort=False)["usd"].sum().rename("value").reset_index()
    total["value"] /= max(rows["month"].nunique() * study.posts, 1)
    total.loc[total["flow"].isin(TO_SELLERS), "receiver"] = "sellers"
    total.loc[total["flow"].isin(FROM_MARKETS), "giver"] = "market"
    total.insert(0, "panel", total["giver"] + " to " + total["receiver"])
    return total


def _draw(ax: Axes, pairs: pd.DataFrame) -> None:
    """Arrows below, nodes above, words beside the arrows."""
    ax.set(xlim=(-0.6, 12.2), ylim=(-1.1, 10.7))
    ax.axis("off")
    shown = pairs[pairs["value"].abs() >= 1]
    columns = shown[["giver", "receiver", "value", "width"]]
    for giver, receiver, value, width in columns.itertuples(index=False):
        bend, (x, y), side, words = ARROWS[giver, receiver]
        ax.add_patch(
            FancyArrowPatch(
                PLACES[giver], PLACES[receiver], connectionstyle=f"arc3,rad={bend}",
                arrowstyle=f"simple,tail_width={max(width, 0.8)},"
                f"head_width={width + 7},head_length={7 + width / 4}",
                mutation_scale=1, shrinkA=16, shrinkB=16, linewidth=0, zorder=2,
                color=COLOURS[0] if receiver == "state" else "#9db7c9",
            )
        )  # fmt: skip
        ax.text(
            x, y, f"{_dollars(value)}\n{words}", ha=side, va="center", size=7.5, zorder=4,
            linespacing=1.15, bbox=PAPER,
        )  # fmt: skip
    for node, (x, y) in PLACES.items():
        if node == "market" and node not in set(shown["giver"]):
            continue  # own-account trade is rare
        ax.text(
            x, y, NAMES[node], ha="center", va="center", size=9, weight="bold", zorder=3,
            bbox={"boxstyle": "round,pad=0.45", "facecolor": "#f2f2f2", "edgecolor": GREY},
            color=INK,
        )  # fmt: skip


def _alt(study: Study, data: pd.DataFrame) -> str:
    said = []
    for name, title in study.titles.items():
        pairs = data[data["scenario"] == name].groupby("panel", sort=False)["value"].sum()
        shown = pairs[pairs.abs() >= 1].items()
        words = ", ".join(f"{pair} {_dollars(value)}" for pair, value in shown)
        said.append(f"{title}: {words or 'nothing'}")
    return f"US dollars a post a month. {'; '.join(said)}."


def _dollars(value: float) -> str:
    return f"{'−' if value < 0 else ''}${abs(value):,.0f}"
