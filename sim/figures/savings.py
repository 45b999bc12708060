"""What traders have saved, and when it runs out."""

from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.drawing import (
    DOLLARS,
    GREY,
    PERCENT,
    THIN,
    Picture,
    Study,
    canvas,
    columns_for,
    draw_line,
    finish,
    month_number,
    scenario_keys,
    short,
    styled,
)
from sim.figures.over_time import means, time_panel
from sim.survival import SurvivalCurve, kaplan_meier
from sim.survival_summaries import over_replicates

POSTING_COLUMNS = ["replicate", "began", "spent", "ended"]


def _survival_of_savings(study: Study, scenario: str) -> tuple[SurvivalCurve, int]:
    """Months from the change until savings are spent, for those then in post with savings.

    Returns the curve and how many traders it watches. Replicates are pooled. Traders of one
    replicate share its luck, so with several replicates the interval is taken over them;
    Greenwood's, too narrow then, serves a single one.
    """
    months = study.months
    start = 0
    if study.change_month and months:
        start = max(month_number(study.change_month) - month_number(months[0]), 0)
    horizon = max(len(months) - start, 0)
    watched = [_watched(rows, start, horizon) for rows in study.postings(scenario, POSTING_COLUMNS)]
    nobody = np.empty(0, np.int32), np.empty(0, np.int16), np.empty(0, bool)
    replicate, months_until, happened = map(np.concatenate, zip(nobody, *watched, strict=True))
    curve = kaplan_meier(months_until, happened, horizon)
    edges = np.flatnonzero(np.diff(replicate, prepend=-1))
    if len(edges) > 1:
        groups = zip(np.split(months_until, edges[1:]), np.split(happened, edges[1:]), strict=True)
        each = [kaplan_meier(*group, horizon).survival for group in groups]
        low, high = over_replicates(curve.survival, each)
        curve = replace(curve, ci_low=low, ci_high=high)
    return curve, len(replicate)


def _watched(
    rows: pd.DataFrame, start: int, horizon: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of those in post with savings when the change comes: replicate, months until savings are
    spent or he is lost from sight, and whether they were spent."""
    # Strictly before the change: scenarios with one past then watch the very same people. What
    # never happened is not a number, and so not before the change either.
    gone = (rows["spent"] < start) | (rows["ended"] < start)
    rows = rows[(rows["began"] <= max(start - 1, 0)) & ~gone]
    spent, ended = (rows[name].fillna(np.inf).to_numpy() for name in ("spent", "ended"))
    # The change rules from the first day of its month, so what happens in it took one month.
    until_spent = spent - start + 1
    until_gone = np.minimum(ended - start + 1, horizon)
    months_until = np.minimum(until_spent, until_gone).astype(np.int16)
    return rows["replicate"].to_numpy(np.int32), months_until, until_spent <= until_gone


@styled
def savings_over_time(study: Study) -> Picture:
    """Median savings of the traders in post, and the range of the middle 80 % of them."""
    median, low, high = (means(study, f"savings_{q}", "savings") for q in ("median", "p10", "p90"))
    data = median.assign(low=low["value"], high=high["value"])
    scenarios, titles = list(study.titles), list(study.titles.values())
    keys = [Line2D([], [], color=GREY, label="median trader")]
    if len(titles) > 1:
        keys.append(Line2D([], [], label=f"median under {short(titles[0], 30)}", **THIN))
    picture, axes = canvas(
        "What traders abroad have saved", "US dollars per trader in post", titles,
        columns_for(len(titles)), keys,        "10–90 % of traders",
    )  # fmt: skip
    base = data[data["scenario"] == scenarios[0]]
    for ax, scenario in zip(axes, scenarios, strict=True):
        time_panel(ax, study, data[data["scenario"] == scenario], DOLLARS)
        if scenario != scenarios[0]:
            ax.plot(base["month"].map(month_number) + 0.5, base["value"], **THIN)
    axes[0].set_ylim(bottom=0)
    return finish(picture, study, data)


@styled
def savings_spent(study: Study) -> Picture:
    """Share of traders whose savings are spent; how long savings last after the change."""
    share = means(study, "spent_share", "savings spent")
    left_name = f"Savings left, months after the {'change' if study.change_month else 'start'}"
    names = ("Of traders in post: savings spent", left_name)
    picture, (left, right) = canvas(
        "When traders’ savings run out", "Share of traders", names, 2, scenario_keys(study),
        "95 % interval", share_y=False,
    )  # fmt: skip
    time_panel(left, study, share, PERCENT)
    left.set_ylim(bottom=0)
    right.yaxis.set_major_formatter(PERCENT)
    parts, watched = [share], []
    for index, scenario in enumerate(study.titles):
        curve, traders = _survival_of_savings(study, scenario)
        columns = {"value": curve.survival, "low": curve.ci_low, "high": curve.ci_high}
        table = pd.DataFrame(columns)[curve.at_risk > 0]  # beyond, the curve is only carried on
        table.insert(0, "month", curve.times[curve.at_risk > 0])
        parts.append(table.assign(panel=left_name, scenario=scenario))
        watched.append(f"{traders:,}")
        draw_line(right, table["month"], table, index, steps=True)
    whom = f"Of {' / '.join(dict.fromkeys(watched))} then in post with savings; censored\n"
    whom += "when they leave and when the run ends"
    right.xaxis.set_major_locator(MaxNLocator(7, integer=True))
    right.text(0.02, 0.985, whom, size=8.5, va="top", transform=right.transAxes)
    right.set_ylim(0, 1.16)
    right.set_yticks(np.linspace(0, 1, 6))
    data = pd.concat(parts, ignore_index=True)
    return finish(picture, study, data, "Right: Kaplan–Meier estimate over all replicates.")
