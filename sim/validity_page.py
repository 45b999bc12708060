"""The generated parts of docs/validity.md, from what is kept in ``sim/data/validity``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from .description import table
from .explore.patterns_words import measures_shown, moved
from .figures.patterned import written
from .figures.sizes import size
from .setting_values import SETTINGS
from .validity import Validity, kept

FROM = "Made by `{}`; kept by `make validity`, written here by `make docs`."


def _kept() -> Validity:
    found = kept()
    if found is None:
        raise FileNotFoundError("sim/data/validity holds nothing: make validity")
    return found


def made_part() -> str:
    """When, from what and by which rules it was measured."""
    about = _kept().about
    version = about["versions"]["trader-sim"]
    return (
        f"Measured on {about['finished'][:10]} at {about['draws']} draws of the posterior, "
        f"{about['posts']} posts, seed {about['seed']}; trader-sim {version}, "
        f"rules `{about['rules'][:12]}`.\n"
    )


def rows_part() -> str:
    """Every row with its role and verdict."""
    rows = _kept().tables["rows"]
    head = ("row", "pattern", "role", "verdict", "published", "source")
    lines = rows[list(head)].astype(str).to_numpy().tolist()
    return f"{table(head, lines)}\n{FROM.format('trader-sim patterns')}\n"


def measures_part() -> str:
    """Every measure: what is accepted, what was measured."""
    shown = measures_shown(_kept().tables["measures"])
    head = [str(name).lower() for name in shown.columns]
    lines = shown.astype(str).to_numpy().tolist()
    return f"{table(head, lines)}\n{FROM.format('trader-sim patterns')}\n"


def rivals_part() -> str:
    """Which verdicts on rows and on conclusions each rival model changes."""
    found = _kept().tables
    rows, said = moved(found["rivals"], "row"), moved(found["conclusions"], "conclusion")
    lines = [
        [model, "; ".join(rows[model]) or "none", "; ".join(said[model]) or "none"]
        for model in rows
    ]
    head = ("model", "rows that change", "conclusions that change")
    return f"{table(head, lines)}\n{FROM.format('trader-sim patterns rivals')}\n"


def conclusions_part() -> str:
    """In which part of the draws each conclusion holds, under the model and its rivals."""
    found = _kept().tables["conclusions"]
    wide = found.assign(
        told=[
            f"{written([row.holds_share], 'share')[0]} ({row.verdict})"
            for row in found.itertuples()
        ]
    ).pivot(index="model", columns="conclusion", values="told")
    wide = wide.loc[list(dict.fromkeys(found["model"])), list(dict.fromkeys(found["conclusion"]))]
    lines = [[str(model), *row] for model, row in wide.iterrows()]
    head = ("model", *map(str, wide.columns))
    return f"{table(head, lines)}\n{FROM.format('trader-sim patterns rivals')}\n"


def witness_part() -> str:
    """What the typical witness would report, and everybody."""
    lines = []
    for row in _kept().tables["witness"].to_dict("records"):
        shares = [row["witnesses"], row["everybody"]]
        gap = [row["difference"], row["difference_low"], row["difference_high"]]
        middle, low, high = _points(gap)
        lines.append([row["claim"], row["words"], *_shares(shares), f"{middle} [{low}, {high}]"])
    head = ("claim", "of himself he would say that he", "still abroad", "everybody",
            "difference, points [95 %]")  # fmt: skip
    return f"{table(head, lines)}\n{FROM.format('trader-sim witness history')}\n"


def _shares(values: list[float]) -> list[str]:
    return ["nobody asked" if pd.isna(value) else f"{100 * value:.1f} %" for value in values]


def _points(values: list[float]) -> list[str]:
    return ["–" if pd.isna(value) else f"{100 * value:+.1f}" for value in values]


def customs_part() -> str:
    """Month by month, the series as it enters, and what arrives."""
    lines = [
        [row["month"], row["status"], f"{row['usd']:,.0f}", f"{row['arrived']:,.0f}",
         f"{100 * row['arrived'] / row['usd']:.0f} %"]
        for row in _kept().tables["customs"].to_dict("records")
    ]  # fmt: skip
    head = ("month", "how it was come by", "orders, USD a post", "arrived, USD a post", "part")
    return f"{table(head, lines)}\n{FROM.format('trader-sim run history')}\n"


def calibrated_part() -> str:
    """What calibration left of each setting, where its default stands, and what that changes."""
    tables = _kept().tables
    left = []
    for row in tables["calibrated"].to_dict("records"):
        drawer, name = row["setting"].split(".")
        default = SETTINGS[drawer][name].default
        stands = "inside" if row["low"] <= default <= row["high"] else "**outside**"
        numbers = [f"{float(f'{row[what]:.3g}'):,.7g}" for what in ("median", "low", "high")]
        left.append(
            [f"`{row['setting']}`", f"{default:,.7g}", "{} [{}, {}]".format(*numbers), stands,
             row["verdict"]]
        )  # fmt: skip
    differ = tables["at_calibrated"].pivot(index="label", columns="settings")
    lines = []
    for label in dict.fromkeys(tables["at_calibrated"]["label"]):
        row = differ.loc[label]
        unit = row["unit"]["default"]
        told = [
            f"{size(row['difference'][where], unit)} "
            f"[{size(row['ci_low'][where], unit)}, {size(row['ci_high'][where], unit)}]"
            for where in ("default", "calibrated")
        ]
        lines.append([str(label), *told])
    head = (
        "setting",
        "default",
        "median and 95 % of the posterior",
        "the default is",
        "calibration",
    )
    more = ("restored autonomy less tight control", "at defaults", "at calibrated values")
    return (
        f"{table(head, left)}\n{FROM.format('trader-sim calibrate calibrate')}\n\n"
        f"{table(more, lines)}\n{FROM.format('trader-sim compare')}\n"
    )


PARTS: Mapping[str, Callable[[], str]] = {
    "made": made_part,
    "rows": rows_part,
    "measures": measures_part,
    "rivals": rivals_part,
    "conclusions": conclusions_part,
    "witness": witness_part,
    "customs": customs_part,
    "calibrated": calibrated_part,
}
