"""How every figure looks: one style, one canvas, one kind of panel over time.

Nothing here knows an outcome by name; `plots.py` says what is drawn.
"""

import math
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

# Okabe and Ito (2008): told apart by colour-blind readers. Dashes and markers do it in grey.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (6, 2, 1, 2)), (0, (1.5, 1.5)))
MARKERS = ("o", "s", "^", "D", "v")
INK, GREY = "#222222", "#5f5f5f"
STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans", "font.size": 10, "text.color": INK, "text.parse_math": False,
    "axes.edgecolor": GREY, "axes.labelcolor": INK, "axes.spines.top": False,
    "axes.spines.right": False, "axes.grid": True, "axes.grid.axis": "y", "axes.axisbelow": True,
    "axes.xmargin": 0.01, "axes.ymargin": 0.14, "axes.titlelocation": "left",
    "axes.titlesize": 10.5, "axes.titleweight": "bold", "axes.titlepad": 19,
    "grid.color": "#e6e6e6", "grid.linewidth": 0.6, "xtick.color": GREY, "ytick.color": GREY,
    "xtick.labelcolor": INK, "ytick.labelcolor": INK, "xtick.major.size": 3,
    "ytick.major.size": 0, "lines.linewidth": 2.0, "lines.markersize": 4.5,
    "legend.frameon": False, "legend.fontsize": 9.5, "legend.handlelength": 3,
    "legend.borderpad": 0, "legend.borderaxespad": 0, "legend.columnspacing": 1.8,
    "svg.hashsalt": "trader-sim", "svg.fonttype": "path",
}  # fmt: skip
styled = style.context(["default", STYLE])
"""Decorator: draw in this style, whatever the user's own matplotlibrc says."""
THIN: dict[str, Any] = {"color": INK, "linewidth": 1.0, "linestyle": (0, (1, 1.5))}
PAPER: dict[str, Any] = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 0}
MARK, LINE = "†", 125  # what marks results that rest on assumption; letters across a figure
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Study:
    """What the figures and the report are made from."""

    months: Sequence[str]
    """All months ('YYYY-MM')."""
    values: Callable[[str, str], np.ndarray]
    """Of a scenario and an outcome, (replicates, months); NaN where nothing was measured."""
    weights: Callable[[str, str], np.ndarray]
    """What each of these values weighs in a mean over months, (replicates, months)."""
    postings: Callable[[str, Sequence[str]], Iterable[pd.DataFrame]]
    """Of a scenario and some columns of replicate, post, began, spent, missed, ended (months since
    the first) and how: rows in order of replicate, piece by piece, for there may be millions."""
    titles: Mapping[str, str]
    """Scenario name to title; the base comes first."""
    labels: Mapping[str, Any]
    """Outcome name to an object with label, unit and meaning."""
    change_month: str | None
    """The first month ('YYYY-MM') in which the scenarios may differ."""
    last_data_month: str | None
    """The last month ('YYYY-MM') that rests on customs data; later ones are projected."""
    made_up_months: Sequence[str]
    """Months ('YYYY-MM') within the data whose exports were split from a total or filled."""
    seed: int
    replicate_count: int
    failed: int
    """Runs that did not finish and are left out."""
    posts: int
    assumed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Scenario name to the settings that it sets on assumption, no source giving them."""
    effects: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Paired differences, as ``compare.effects`` gives them; empty for a single scenario."""
    times: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Curves of what happens to traders when: event, scenario, month, value, low, high, at_risk."""
    contributions: pd.DataFrame = field(default_factory=pd.DataFrame)
    """What each change did: base, other, outcome, change, contribution, ci_low, ci_high, whole."""
    accounts: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Who paid whom: scenario, month, flow, giver, receiver, usd (all posts, a replicate)."""


class Picture(Figure):
    """A matplotlib figure that also says what it shows and carries the numbers it draws."""

    data: pd.DataFrame
    title: str
    caption: str
    alt: str


def month_number(month: str) -> int:
    """Months from the start of year 0 to a 'YYYY-MM'."""
    year, number = month.split("-")
    return int(year) * 12 + int(number) - 1


def month_name(number: int) -> str:
    """A month number as people write it: 'July 2026'."""
    return f"{MONTHS[number % 12]} {number // 12}"


def short(text: str, width: int) -> str:
    """One line of at most `width` characters."""
    return textwrap.shorten(" ".join(str(text).split()), width, placeholder="…")


def look(index: int) -> dict[str, Any]:
    """Colour, dashes and marker of the scenario that stands at `index`."""
    return {
        "color": COLOURS[index % len(COLOURS)],
        "linestyle": DASHES[index % len(DASHES)],
        "marker": MARKERS[index % len(MARKERS)],
    }


def canvas(
    title: str, subtitle: str, panels: Sequence[str], columns: int, keys: Sequence[Line2D],
    band: str, label_room: bool = False, share_y: bool = True,
) -> tuple[Picture, list[Axes]]:  # fmt: skip
    """An empty figure, 9 inches wide: heading, row of keys, and one titled panel a name.

    `band` says what the shaded bands are; `label_room` leaves space at the right for titles.
    """
    handles = [*keys, Patch(facecolor=GREY, alpha=0.3, label=band)]
    inches = [0.75 + 0.078 * len(str(key.get_label())) for key in handles]
    across = len(handles) if sum(inches) < 8.7 else (3 if max(inches) < 2.9 else 2)
    head = 1.0 + 0.22 * math.ceil(len(handles) / across) + 0.24 * any(panels)
    rows = math.ceil(len(panels) / columns)
    height = head + 3.4 * rows + 0.33
    picture = Picture(figsize=(9, height))
    picture.text(0.02, 1 - 0.14 / height, title, size=14, weight="bold", va="top")
    picture.text(0.02, 1 - 0.46 / height, subtitle, size=10, color=GREY, va="top")
    corner = (0.02, 1 - 0.76 / height)
    picture.legend(handles=handles, loc="upper left", ncols=across, bbox_to_anchor=corner)
    grid = picture.subplots(rows, columns, squeeze=False, sharey=share_y)
    picture.subplots_adjust(
        left=0.085, right=0.82 if label_room else 0.975, bottom=0.92 / height,
        top=1 - head / height, wspace=0.1 if share_y else 0.22, hspace=0.36,
    )  # fmt: skip
    for ax in grid.flat[len(panels) :]:
        ax.remove()
    axes = list(grid.flat[: len(panels)])
    for ax, name in zip(axes, panels, strict=True):
        ax.set_title(short(name, 2 + 82 // columns))
    picture.title, picture.caption = title, subtitle
    return picture, axes


def finish(picture: Picture, study: Study, data: pd.DataFrame, note: str = "") -> Picture:
    """Write the caption; keep the numbers, and a description for those who cannot see."""
    many = "Mean of " if study.replicate_count != 1 else ""
    runs = "replicates" if many else "replicate"
    caption = f"{many}{study.replicate_count} {runs}, seed {study.seed}. {note}".strip()
    lines = [caption, assumption(study.assumed, LINE)]
    for line, height in zip(lines, (0.36, 0.16), strict=True):
        picture.text(0.02, height / picture.get_figheight(), line, size=8.5, color=GREY)
    picture.caption = f"{picture.caption}. {caption} {assumption(study.assumed)}".strip()
    ends = data.dropna(subset="value").groupby(["panel", "scenario"], sort=False)["value"].last()
    said = [f"{panel}, {study.titles[name]}: {value:.4g}" for (panel, name), value in ends.items()]
    picture.alt = f"{picture.title}. Last values: {'; '.join(said) or 'none'}."
    picture.data = data
    return picture


def assumption(assumed: Mapping[str, Sequence[str]], width: float = math.inf) -> str:
    """What a reader must know of the scenarios: the settings they set on assumption, as far as a
    line of that width holds them; nothing if there are none."""
    others_first = reversed(list(assumed.values()))
    names = list(dict.fromkeys(name for some in others_first for name in some))
    for shown in range(len(names), 0, -1):
        rest = f" and {len(names) - shown} more" if shown < len(names) else ""
        line = f"{MARK} Set on assumption: {', '.join(names[:shown])}{rest}."
        if len(line) <= width or shown == 1:
            return line
    return ""


def scenario_keys(study: Study) -> list[Line2D]:
    """One key a scenario."""
    titles = enumerate(study.titles.values())
    return [Line2D([], [], label=short(title, 34), **look(index)) for index, title in titles]


def draw_line(ax: Axes, x: Any, rows: pd.DataFrame, index: int, steps: bool = False) -> None:
    """A line with its band; `rows` holds value, low and high, `index` the scenario's place."""
    gap = max(len(rows) // 7, 1)
    ax.fill_between(
        x, rows["low"], rows["high"], color=look(index)["color"], alpha=0.2, linewidth=0,
        step="post" if steps else None,
    )  # fmt: skip
    ax.plot(
        x, rows["value"], markevery=(index * gap // 2 % gap, gap),
        drawstyle="steps-post" if steps else "default", **look(index),
    )  # fmt: skip


def time_panel(ax: Axes, study: Study, rows: pd.DataFrame, form: Any) -> None:
    """Every scenario in `rows` over time, with the marks that say what the months rest on."""
    ax.yaxis.set_major_formatter(form)
    if rows["value"].isna().all():
        words = "not measured in this run"
        ax.text(0.5, 0.5, words, transform=ax.transAxes, ha="center", bbox=PAPER, zorder=4)
        if len(ax.get_shared_y_axes().get_siblings(ax)) == 1:
            ax.tick_params(labelleft=False)
    for index, scenario in enumerate(study.titles):
        own = rows[rows["scenario"] == scenario]
        if len(own):
            draw_line(ax, own["month"].map(month_number).to_numpy() + 0.5, own, index)
    numbers = [month_number(month) for month in study.months]
    first, last = min(numbers, default=0), max(numbers, default=0) + 1
    ax.set_xlim(first, last + 0.01 * (last - first))
    room = min(9 * ax.get_position().width / 0.45, 10)  # labels that fit side by side
    step = next((s for s in (1, 3, 6, 12, 24, 60) if (last - first) / s < room), 120)
    ticks = [number for number in range(first, last + 1) if number % step == 0]
    names = [str(n // 12) if step >= 12 else month_name(n).replace(" ", "\n") for n in ticks]
    ax.set_xticks(ticks, names)
    _mark_data(ax, study, first, last)
    change = month_number(study.change_month) if study.change_month else -1
    if first <= change < last and len(study.titles) > 1:
        _mark_change(ax, change, (first + last) / 2)


def _mark_change(ax: Axes, change: int, middle: float) -> None:
    """The policy line, its words on the side where there is room."""
    ax.axvline(change, color=INK, linewidth=0.9, zorder=1.5)
    left = change > middle
    ax.annotate(
        f"policy change\n{month_name(change)}", (change, 0.985), size=8.5, va="top",
        xycoords=ax.get_xaxis_transform(), textcoords="offset points", zorder=4,
        xytext=(-4 if left else 4, 0), ha="right" if left else "left",
        bbox=PAPER,
    )  # fmt: skip


def _mark_data(ax: Axes, study: Study, first: int, last: int) -> None:
    """A strip above the panel: dark over months of customs data, hatched over those of them
    that had to be filled, pale over projected ones."""
    if not study.last_data_month:
        return
    known = min(max(month_number(study.last_data_month) + 1, first), last)
    place: dict[str, Any] = {"transform": ax.get_xaxis_transform(), "clip_on": False}
    parts = (("customs data", first, known, "#9a9a9a"), ("projection", known, last, "#e2e2e2"))
    for words, start, end, shade in parts:
        ax.plot([start, end], [1.02, 1.02], color=shade, lw=3, solid_capstyle="butt", **place)
        if end - start > 0.25 * (last - first):
            ax.text((start + end) / 2, 1.04, words, ha="center", size=8, color=GREY, **place)
    for month in map(month_number, study.made_up_months):
        if first <= month < known:  # hatched: dashes of paper across the strip
            ax.plot([month + 0.25, month + 0.75], [1.011, 1.029], color="white", lw=1.2, **place)


def label_ends(ax: Axes, study: Study, rows: pd.DataFrame) -> None:
    """Scenario titles at the right end of their lines, pushed apart where they would touch."""
    low, high = ax.get_ylim()
    ends = rows.dropna(subset="value").groupby("scenario")["value"].last()
    heights = {name: (ends[name] - low) / (high - low) for name in study.titles if name in ends}
    placed, floor, gap = [], -1.0, 0.031  # half a line of text, as a share of the panel
    for name in sorted(heights, key=lambda name: heights[name]):
        lines = textwrap.wrap(short(study.titles[name], 34), 15) or [name]
        height = max(heights[name], floor + gap * len(lines))
        placed.append((name, height, "\n".join(lines)))
        floor = height + gap * (len(lines) + 0.5)
    excess = max([0.0, *(height - 1 for _, height, _ in placed)])
    for name, height, words in placed:
        ax.text(
            1.015, height - excess, words, transform=ax.transAxes, va="center", weight="bold",
            color=look(list(study.titles).index(name))["color"],
        )  # fmt: skip
