"""The figures of a study, each carrying the numbers it draws. Knows outcomes, never the model.

    for name, draw in FIGURES.items():
        picture = draw(study)
        save_figure(name, picture, picture.data, folder)

A figure is made in two steps: a tidy table (panel, scenario, month, value, low, high), then its
drawing. The table is what is saved as CSV, so that every line can be checked or redrawn.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from sim.drawing import (
    GREY,
    THIN,
    Picture,
    Study,
    canvas,
    draw_line,
    finish,
    label_ends,
    month_number,
    scenario_keys,
    short,
    styled,
    time_panel,
)
from sim.statistics import mean_interval
from sim.survival import SurvivalCurve, kaplan_meier
from sim.survival_summaries import over_replicates

TRAILING_MONTHS = 12
POSTING_COLUMNS = ["replicate", "began", "spent", "ended"]
PERCENT = PercentFormatter(1, symbol=" %")
DOLLARS = FuncFormatter(
    lambda value, _: f"{'−' if value < 0 else ''}${abs(value):,.{0 if value % 1 == 0 else 2}f}"
)
RATIO = FuncFormatter(lambda value, _: f"{value:.2f}")

# ---------------------------------------------------------------- the numbers behind the figures


def _paths(study: Study, scenario: str, outcome: str) -> pd.DataFrame:
    """One outcome as months × replicates; all NaN if it was not measured."""
    return pd.DataFrame(study.values(scenario, outcome).T, index=pd.Index(study.months))


def _trailing_ratio(study: Study, scenario: str, outcome: str) -> pd.DataFrame:
    """Twelve months' cases over twelve months' chances: a quiet month weighs little."""
    rate = _paths(study, scenario, outcome)
    all_weights = pd.DataFrame(study.weights(scenario, outcome).T, index=rate.index)
    weight = all_weights.where(rate.notna(), 0.0).fillna(0.0)
    cases = (rate * weight).fillna(0.0).rolling(TRAILING_MONTHS).sum()
    chances = weight.rolling(TRAILING_MONTHS).sum()
    return cases / chances.where(chances > 0)


def _means(
    study: Study, column: str, panel: str, measure: Callable[..., pd.DataFrame] = _paths
) -> pd.DataFrame:
    """The tidy table of one panel: mean over replicates with its 95 % interval."""
    parts = []
    for scenario in study.titles:
        paths = measure(study, scenario, column)
        over = mean_interval(paths.to_numpy().T)
        columns = {"month": paths.index, "value": over.mean, "low": over.low, "high": over.high}
        parts.append(pd.DataFrame({"panel": panel, "scenario": scenario, **columns}))
    return pd.concat(parts, ignore_index=True)


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


# ------------------------------------------------------------------------------------ the figures


@styled
def savings_over_time(study: Study) -> Picture:
    """Median savings of the traders in post, and the range of the middle 80 % of them."""
    median, low, high = (_means(study, f"savings_{q}", "savings") for q in ("median", "p10", "p90"))
    data = median.assign(low=low["value"], high=high["value"])
    scenarios, titles = list(study.titles), list(study.titles.values())
    columns = 2 if len(titles) in (2, 4) else min(len(titles), 3)
    keys = [Line2D([], [], color=GREY, label="median trader")]
    if len(titles) > 1:
        keys.append(Line2D([], [], label=f"median under {short(titles[0], 30)}", **THIN))
    picture, axes = canvas(
        "What traders abroad have saved", "US dollars per trader in post", titles, columns, keys,
        "10–90 % of traders",
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
    share = _means(study, "spent_share", "savings spent")
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


def _over_time(
    study: Study, title: str, subtitle: str, panels: Sequence[pd.DataFrame], form: Any,
    level: float = 0.0, share_y: bool = True, note: str = "",
) -> Picture:  # fmt: skip
    """Panels of means over time, with a line at the level that means something."""
    alone = len(panels) == 1
    names = [""] if alone else [rows["panel"].iloc[0] for rows in panels]
    keys = [] if alone else scenario_keys(study)
    picture, axes = canvas(
        title, subtitle, names, len(names), keys, "95 % interval of the mean", alone, share_y
    )
    for ax, rows in zip(axes, panels, strict=True):
        time_panel(ax, study, rows, form)
        ax.axhline(level, color=GREY, linewidth=1.0, zorder=1.5)
        if form is PERCENT or (level == 0 and not (rows[["value", "low"]] < 0).any(axis=None)):
            ax.set_ylim(bottom=0)
    if alone:
        label_ends(axes[0], study, panels[0])
    return finish(picture, study, pd.concat(panels, ignore_index=True), note)


@styled
def repatriation(study: Study) -> Picture:
    """Who came of those called home, over the last twelve months, and who stays without leave."""
    came = _means(
        study, "repatriation_rate", "Called home and came, past 12 months", _trailing_ratio
    )
    stays = _means(study, "overstay_share", "Abroad without permission, of all abroad")
    title = "Who comes home when called, and who stays"
    note = "Each panel has its own scale."
    return _over_time(
        study, title, "Share of traders", [came, stays], PERCENT, share_y=False, note=note
    )


@styled
def quota_from_savings(study: Study) -> Picture:
    """Share of the quota that traders pay out of their own savings."""
    rows = _means(study, "quota_from_savings_share", "quota paid from savings")
    title = "How much of the quota comes out of traders’ own pockets"
    about = "Share of the quota paid from personal savings, by month"
    return _over_time(study, title, about, [rows], PERCENT)


@styled
def prices(study: Study) -> Picture:
    """What is paid, as it stands in the books and per unit of quality."""
    nominal = _means(study, "nominal_price", "Price paid")
    adjusted = _means(study, "quality_adjusted_price", "Price paid for the quality got")
    about = "Price as a ratio to the reference price (1.00, the grey line)"
    title = "What the state pays for its imports"
    return _over_time(study, title, about, [nominal, adjusted], RATIO, level=1.0)


@styled
def state_revenue(study: Study) -> Picture:
    """What traders remit and, apart from it, what the state saves in buying."""
    remitted = _means(study, "remittance_usd", "Remitted: quota and levies")
    saved = _means(study, "procurement_saving_usd", "Saved in buying, against reference price")
    return _over_time(
        study, "What the state gets", "US dollars a post a month", [remitted, saved], DOLLARS,
        share_y=False, note="Each panel has its own scale.",
    )  # fmt: skip


FIGURES: dict[str, Callable[[Study], Picture]] = {
    "savings_over_time": savings_over_time,
    "savings_spent": savings_spent,
    "repatriation": repatriation,
    "quota_from_savings": quota_from_savings,
    "prices": prices,
    "state_revenue": state_revenue,
}


@styled
def svg_bytes(figure: Figure) -> bytes:
    """The figure as SVG, the same bytes for the same input."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


@styled
def save_figure(name: str, figure: Figure, data: pd.DataFrame, folder: Path) -> list[Path]:
    """Write NAME.svg, NAME.png (150 dpi) and the numbers as NAME.csv; returns the three paths."""
    folder.mkdir(parents=True, exist_ok=True)
    svg, png, csv = (folder / f"{name}.{ending}" for ending in ("svg", "png", "csv"))
    svg.write_bytes(svg_bytes(figure))
    figure.savefig(png, dpi=150, metadata={"Software": None})
    csv.write_text(
        data.to_csv(index=False, float_format="%.10g", lineterminator="\n"), encoding="utf-8"
    )
    return [svg, png, csv]
