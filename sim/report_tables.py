"""The tables of the report: differences, levels, what it rests on."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.drawing import MARK, Study
from sim.outcomes import end_value
from sim.report_numbers import UNKNOWN, Row, figures, interval_figures, p_value, span
from sim.report_sentences import COLUMNS
from sim.report_words import CANNOT_TELL, TOO_FEW, printed, verdict
from sim.statistics import mean_interval

# Shown at once; the other outcomes are folded away.
FIRST = (
    "savings_median", "spent_share", "quota_from_savings_share", "quota_fulfilment",
    "retained_margin_share", "income_mean", "repatriation_rate", "overstay_share", "defection_rate",
    "nominal_price", "quality", "quality_adjusted_price", "completion", "remittance_usd",
    "procurement_saving_usd",
)  # fmt: skip
GRADES = {
    "reported": "customs, press or a witness",
    "scholarly": "published research",
    "inferred": "arithmetic on reported or scholarly values",
    "assumed": "no source gives it",
}


@dataclass(frozen=True)
class Table:
    """A table as it is printed: each line is the cells of a row, the first one its heading."""

    caption: str
    head: Sequence[str]
    lines: Sequence[Sequence[str]]
    units: Sequence[str] = ()
    unsure: Sequence[bool] = ()


# --------------------------------------------------------------------------------- what was found


def effect_tables(effects: pd.DataFrame, study: Study) -> list[dict[str, Any]]:
    """For each pair of scenarios the headlines, and the rest."""
    if not len(effects):
        return []
    pairs = []
    for (base, other), rows in effects.groupby(["base", "other"], sort=False):
        titles = [study.titles.get(name, name) for name in (base, other)]
        mark = f" {MARK}" if study.assumed.get(base) or study.assumed.get(other) else ""
        first, rest = _split(rows.to_dict("records"))
        name = f"{titles[1]} against {titles[0]}"
        pairs.append(
            {
                "title": name,
                "first": _effect_table(f"{name}: headline outcomes", titles, first, mark),
                "rest": _effect_table(f"{name}: the other outcomes", titles, rest, mark),
            }
        )
    return pairs


def _split(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Headlines and the rest; a study without any headline has all its outcomes first."""
    first = [row for row in rows if row["outcome"] in FIRST]
    first.sort(key=lambda row: FIRST.index(row["outcome"]))
    rest = [row for row in rows if row["outcome"] not in FIRST]
    return (first, rest) if first else (rest, [])


def _effect_table(caption: str, titles: Sequence[str], rows: Sequence[Row], mark: str) -> Table:
    columns = list(_columns(rows, titles))
    return Table(
        caption=caption,
        head=["Outcome", *(name for name, _ in columns)],
        lines=[
            [f"{printed(row['label'])}{mark}", *(tell(row) for _, tell in columns)] for row in rows
        ],
        units=[row["unit"] for row in rows],
        unsure=[verdict(row) in (CANNOT_TELL, TOO_FEW) for row in rows],
    )


def _columns(
    rows: Sequence[Row], titles: Sequence[str]
) -> Iterator[tuple[str, Callable[[Row], str]]]:
    """Heading and cell of each column; some come only if they were measured."""
    has = set(rows[0]) if rows else set()
    yield "Reading", verdict
    yield titles[0], lambda row: figures([row["base_mean"]], row["unit"])[0]
    yield titles[1], lambda row: figures([row["other_mean"]], row["unit"])[0]
    yield "Difference", _difference
    yield "95 % interval", span
    if {"bootstrap_low", "bootstrap_high"} <= has:
        yield "Bootstrap interval", lambda row: span(row, "bootstrap_low", "bootstrap_high")
    if {"relative", "relative_low", "relative_high"} <= has:
        yield "Relative change", _relative
    yield "Higher in", _higher_in
    yield "p, corrected", lambda row: p_value(row["p_adjusted"])
    if "variance_saved" in has:
        yield "Variance saved", lambda row: figures([row["variance_saved"]], "share")[0]
    if "precise_enough" in has:
        yield "Precise enough", lambda row: _yes_or_no(row["precise_enough"])


def explained(effects: pd.DataFrame, alone: bool) -> list[tuple[str, str]]:
    """The columns that need it, with what they mean, as far as they are there."""
    shown = (
        [] if alone else [name for name, _ in _columns(effects.to_dict("records")[:1], ["", ""])]
    )
    return [(name, COLUMNS[name]) for name in shown if name in COLUMNS and len(effects)]


def _difference(row: Row) -> str:
    ends = [row["ci_low"], row["ci_high"]]
    return interval_figures([row["difference"]], ends, row["unit"], signed=True)[0]


def _relative(row: Row) -> str:
    numbers = [row["relative"], row["relative_low"], row["relative_high"]]
    middle, low, high = figures(numbers, "share", signed=True)
    return middle if UNKNOWN in (low, high) else f"{middle} [{low}, {high}]"


def _higher_in(row: Row) -> str:
    """'19.5 of 20': replicates in which the second scenario has the higher value."""
    share, count = row["superiority"], row["replicates"]
    return f"{share * count:.10g} of {count:,.0f}" if math.isfinite(share) else UNKNOWN


def _yes_or_no(value: object) -> str:
    return {"True": "yes", "False": "no"}.get(str(value), UNKNOWN)


def levels(study: Study) -> list[Row]:
    """Mean over replicates and its interval of every outcome of a single scenario."""
    (scenario,) = study.titles
    rows: list[Row] = []
    for name, about in study.labels.items():
        ends = end_value(study.values(scenario, name), study.weights(scenario, name), about.at_end)
        over = mean_interval(ends[:, None])
        label = f"{about.label} (at the end)" if about.at_end else about.label
        numbers = {"mean": over.mean[0], "low": over.low[0], "high": over.high[0]}
        rows.append({"outcome": name, "label": label, "unit": about.unit} | numbers)
    return rows


def level_table(rows: Sequence[Row], study: Study) -> list[dict[str, Any]]:
    """The levels as tables, as ``effect_tables`` has differences."""
    (title,) = study.titles.values()
    mark = f" {MARK}" if any(study.assumed.values()) else ""
    first, rest = _split(rows)
    tables = [
        Table(
            caption=f"{title}: {words}",
            head=["Outcome", "Mean", "95 % interval"],
            lines=[[f"{printed(row['label'])}{mark}", *_level_cells(row)] for row in some],
            units=[row["unit"] for row in some],
            unsure=[False for _ in some],
        )
        for words, some in (("headline outcomes", first), ("the other outcomes", rest))
    ]
    return [{"title": title, "first": tables[0], "rest": tables[1]}]


def _level_cells(row: Row) -> tuple[str, str]:
    mean, low, high = figures([row["mean"], row["low"], row["high"]], row["unit"])
    return mean, UNKNOWN if UNKNOWN in (low, high) else f"{low} to {high}"


# -------------------------------------------------------------------------------- what it rests on


def coverage_table(coverage: Mapping[str, int], title: str) -> Table:
    """How many settings rest on which grade of source."""
    total = sum(coverage.values())
    lines = [
        [grade, GRADES.get(grade, ""), str(count), figures([count / max(total, 1)], "share")[0]]
        for grade, count in coverage.items()
    ]
    return Table(f"Settings of {title} by grade", ["Grade", "Means", "Settings", "Part"], lines)


def grounds_table(grounds: Sequence[Mapping[str, str]]) -> Table:
    """Where the values of the settings that differ come from."""
    head = ["Setting", "In", "Source", "Grade"]
    lines = [[row["name"], row["scenario"], row["source"], row["grade"]] for row in grounds]
    return Table("Sources of the settings that differ", head, lines)


def settings_sentence(coverage: Mapping[str, int]) -> str:
    """How many settings are assumed, in a sentence."""
    total, assumed = sum(coverage.values()), coverage.get("assumed", 0)
    if not total:
        return "Most settings are assumed: no source gives their values."
    share = "Most" if 2 * assumed > total else "Some"
    return f"{share} settings are assumed: {assumed} of {total}."
