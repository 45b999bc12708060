"""How every figure looks: one style, one canvas, one caption.

Nothing here knows an outcome by name; `figures/` says what is drawn.
"""

import math
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import style
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

# Okabe and Ito (2008), and grey: told apart by the colour-blind. Dashes and markers do it in grey.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#858585")
DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (6, 2, 1, 2)), (0, (1.5, 1.5)))
MARKERS = ("o", "s", "^", "D", "v")
INK, GREY = "#222222", "#5f5f5f"
STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans", "font.size": 10, "text.color": INK, "text.parse_math": False,
    "axes.edgecolor": GREY, "axes.labelcolor": INK, "axes.spines.top": False,
    "axes.spines.right": False, "axes.grid": True, "axes.grid.axis": "y", "axes.axisbelow": True,
    "axes.xmargin": 0.01, "axes.ymargin": 0.14, "axes.titlelocation": "left",
    "axes.titlesize": 10.5, "axes.titleweight": "bold", "axes.titlepad": 19,
    "axes.titley": 1.0,  # where it is anyway, for nothing stands above an axis: not sought for
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
FOOT = 0.92  # inches below the panels: labels of the axis and two lines of caption
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
    """Curves of what happens to traders when: event, kind (survival or
    incidence), scenario, month (from the change), value, low, high, at_risk."""
    contributions: pd.DataFrame = field(default_factory=pd.DataFrame)
    """What each change did: base, other, outcome, change, contribution, ci_low, ci_high, whole."""
    accounts: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Who paid whom: scenario, month, flow, giver, receiver, usd (all posts, a replicate)."""
    accounts_replicates: int = 0
    """How many replicates, the first ones, these are means of."""
    customs: pd.DataFrame = field(default_factory=pd.DataFrame)
    """The customs series as it enters the base: month, usd (recorded orders of an average post)
    and status (known, split, filled, projected)."""


class Picture(Figure):
    """A matplotlib figure that also says what it shows and carries the numbers it draws."""

    data: pd.DataFrame
    title: str
    caption: str
    alt: str
    svg: bytes | None = None
    png: bytes | None = None
    """Once it was written: a file and the report need the same bytes."""


def percent(value: float, _: object = None) -> str:
    """How a tick of an axis of shares reads: 0.25 is '25 %'. An axis takes this and the next two as
    its formatter."""
    return f"{round(100 * value, 6):g} %".replace("-", "−")


def dollars(value: float, _: object = None) -> str:
    """US dollars: −1500 is '−$1,500'."""
    return f"{'−' if value < 0 else ''}${abs(value):,.{0 if value % 1 == 0 else 2}f}"


def two_digits(value: float, _: object = None) -> str:
    """A ratio: 1 is '1.00'."""
    return f"{value:.2f}"


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


def sheet(
    title: str, subtitle: str, keys: Sequence[Artist], body: float, foot: float = FOOT,
    named: bool = True,
) -> tuple[Picture, dict[str, float]]:  # fmt: skip
    """An empty figure, 9 inches wide: heading, rows of keys, and room for a `body` so many inches
    high, whose bottom and top are returned in parts of the figure; `named` panels have titles."""
    inches = [0.75 + 0.078 * len(str(key.get_label())) for key in keys]
    across = len(keys) if sum(inches) < 8.7 else (3 if max(inches) < 2.9 else 2)
    head = 1.0 + 0.22 * math.ceil(len(keys) / max(across, 1)) + 0.24 * named
    height = head + body + foot
    picture = Picture(figsize=(9, height))
    picture.text(0.02, 1 - 0.14 / height, title, size=14, weight="bold", va="top")
    picture.text(0.02, 1 - 0.46 / height, subtitle, size=10, color=GREY, va="top")
    corner = (0.02, 1 - 0.76 / height)
    if keys:
        picture.legend(handles=keys, loc="upper left", ncols=across, bbox_to_anchor=corner)
    picture.title, picture.caption = title, subtitle
    return picture, {"bottom": foot / height, "top": 1 - head / height}


def canvas(
    title: str, subtitle: str, panels: Sequence[str], columns: int, keys: Sequence[Artist],
    band: str = "", label_room: bool = False, share_y: bool = True, panel_height: float = 2.81,
    gap: float = 0.75, foot: float = FOOT,
) -> tuple[Picture, list[Axes]]:  # fmt: skip
    """A sheet with one titled panel a name, `gap` inches between rows.

    `band` says what the shaded bands are; `label_room` leaves space at the right for titles.
    """
    rows = math.ceil(len(panels) / columns)
    body = rows * panel_height + (rows - 1) * gap
    bands = [Patch(facecolor=GREY, alpha=0.3, label=band)] if band else []
    picture, edges = sheet(title, subtitle, [*keys, *bands], body, foot, any(panels))
    grid = picture.subplots(rows, columns, squeeze=False, sharey=share_y)
    picture.subplots_adjust(
        left=0.085, right=0.82 if label_room else 0.975, wspace=0.13 if share_y else 0.22,
        hspace=gap / panel_height, **edges,
    )  # fmt: skip
    for ax in grid.flat[len(panels) :]:
        ax.remove()
    axes = list(grid.flat[: len(panels)])
    for ax, name in zip(axes, panels, strict=True):
        ax.set_title(short(name, 2 + 82 // columns))
    return picture, axes


def columns_for(panels: int) -> int:
    """How many panels stand side by side."""
    return 2 if panels in (2, 4) else min(panels, 3)


def nothing(study: Study, title: str, why: str) -> Picture:
    """A figure that says why there is nothing to draw."""
    picture, edges = sheet(title, why, [], 0.2, named=False)
    return finish(picture, study, pd.DataFrame(columns=["panel", "scenario", "value"]))


def finish(
    picture: Picture, study: Study, data: pd.DataFrame, note: str = "", alt: str = "",
    replicates: int | None = None,
) -> Picture:  # fmt: skip
    """Write the caption; keep the numbers, and a description for those who cannot see: `alt`, or
    the last values. `replicates` says how many of the first ones were drawn, if not all."""
    count = study.replicate_count if replicates is None else replicates
    first = "the first " if count < study.replicate_count else ""
    mean = "Mean of " if count != 1 else ""
    caption = f"{mean}{first}{count} {'replicates' if mean else 'replicate'}, seed {study.seed}."
    alt = alt or _last_values(study, data)
    return inscribe(picture, f"{caption} {note}".strip(), data, alt, study.assumed)


def inscribe(
    picture: Picture, caption: str, data: pd.DataFrame, alt: str,
    assumed: Mapping[str, Sequence[str]] | None = None,
) -> Picture:  # fmt: skip
    """Write a caption, and what is set on assumption; keep the numbers and a description."""
    settings = assumed or {}
    lines = [assumption(settings, LINE), *reversed(textwrap.wrap(caption, LINE))]
    for place, line in enumerate(lines):
        height = (0.16 + 0.19 * place) / picture.get_figheight()
        picture.text(0.02, height, line, size=8.5, color=GREY)
    picture.caption = f"{picture.caption}. {caption} {assumption(settings)}".strip()
    picture.alt = f"{picture.title}. {alt}"
    picture.data = data
    return picture


def _last_values(study: Study, data: pd.DataFrame) -> str:
    ends = data.dropna(subset="value").groupby(["panel", "scenario"], sort=False)["value"].last()
    said = [f"{panel}, {study.titles[name]}: {value:.4g}" for (panel, name), value in ends.items()]
    return f"Last values: {'; '.join(said) or 'none'}."


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
