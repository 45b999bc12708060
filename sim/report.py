"""One page for a reader who does not program: the answer, how sure it is, what it rests on.

The page is a single file without scripts and without a single request to the network.
"""

import base64
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sim.drawing import MARK, assumption
from sim.plots import FIGURES, Picture, Study, svg_bytes

# The question in three parts: the traders' savings, their coming home, what the state gets.
HEADLINES = (
    ("savings_median",),
    ("repatriation_rate",),
    ("remittance_usd", "procurement_saving_usd"),
)
UNKNOWN = "–"


def write_report(
    study: Study,
    effects: pd.DataFrame,
    folder: Path,
    *,
    title: str,
    question: str,
    changes: Sequence[str],
    data_sentence: str,
    coverage: Mapping[str, int],
    command: str,
    pictures: Mapping[str, Picture] | None = None,
    inert: Sequence[str] = (),
) -> Path:
    """Write `report.html` into `folder` and return its path; the same input, the same bytes.

    `changes` are plain sentences on what was changed, `data_sentence` says which months rest on
    customs data, `coverage` counts the settings by grade of their source, `command` makes the
    study again. `pictures` are the figures if already drawn; else they are drawn here; `inert`
    are sentences on what was set and changed nothing.
    """
    drawn = pictures or {name: draw(study) for name, draw in FIGURES.items()}
    page = _template().render(
        title=title,
        question=question,
        changes=list(changes),
        inert=list(inert),
        answer=answer(effects, study.titles),
        figures=[_figure(name, picture) for name, picture in drawn.items()],
        tables=_tables(effects, study),
        assumption=assumption(study),
        scenarios=list(study.titles.values()),
        replicates=study.replicate_count,
        failed=study.failed,
        seed=study.seed,
        posts=study.posts,
        data_sentence=data_sentence,
        coverage=dict(coverage),
        settings_sentence=settings_sentence(coverage),
        command=command,
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "report.html"
    path.write_text(page, encoding="utf-8", newline="\n")
    return path


def _template() -> Any:
    shelf = FileSystemLoader(Path(__file__).parent / "templates")
    house = Environment(
        loader=shelf, autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    return house.get_template("report.html")


def _figure(name: str, picture: Picture) -> dict[str, str]:
    """A figure as an image inside the page: its own ids cannot clash with another's."""
    source = base64.b64encode(svg_bytes(picture)).decode("ascii")
    return {
        "name": name,
        "title": picture.title,
        "caption": picture.caption,
        "alt": picture.alt,
        "source": f"data:image/svg+xml;base64,{source}",
    }


# ------------------------------------------------------------------------------------- the answer


def answer(effects: pd.DataFrame, titles: Mapping[str, str]) -> list[str]:
    """Up to three sentences. A direction is named only if the interval leaves zero out."""
    measured = set(effects["outcome"]) if len(effects) else set()
    groups = [[name for name in group if name in measured] for group in HEADLINES]
    if not any(groups):  # a study of other outcomes: its first three
        groups = [[name] for name in dict.fromkeys(effects.get("outcome", []))]
    sentences = []
    for group in [group for group in groups if group][:3]:
        parts = [_about_outcome(effects[effects["outcome"] == name], titles) for name in group]
        sentences.append("; ".join(parts) + ".")
    return sentences


def _about_outcome(rows: pd.DataFrame, titles: Mapping[str, str]) -> str:
    """'Median savings: $3,210 higher under “A” than under “B” (95 % interval …), …'"""
    clauses, compared = [], None
    for row in rows.to_dict("records"):
        reading = direction(row).replace("cannot tell", "cannot tell whether higher or lower")
        clause = f"{reading} under “{titles.get(row['other'], row['other'])}”"
        if row["base"] != compared:
            clause += f" than under “{titles.get(row['base'], row['base'])}”"
        compared = row["base"]
        span = _span(row)
        interval = (
            f"95\N{NO-BREAK SPACE}% interval {span}"
            if span != UNKNOWN
            else "too few replicates to say"
        )
        clauses.append(f"{clause} ({interval})")
    label = str(rows["label"].iloc[0])
    return f"{label[:1].upper()}{label[1:]}: {', '.join(clauses)}"


def direction(row: Mapping[str, Any]) -> str:
    """'$3,210 higher', '4.0 points lower', 'no different' or 'cannot tell'."""
    low, high, size = row["ci_low"], row["ci_high"], row["difference"]
    if low == high == 0:
        return "no different"
    if not (low > 0 or high < 0):  # so also when the interval is unknown
        return "cannot tell"
    numbers = figures([abs(size)], row["unit"], known=[low, high], change=True)
    return f"{numbers[0]} {'higher' if size > 0 else 'lower'}"


def _span(row: Mapping[str, Any]) -> str:
    """The interval of the difference: '$2,900 to $3,500', '1.2 to 3.4 points'."""
    ends, unit = [row["ci_low"], row["ci_high"]], row["unit"]
    low, high = figures(ends, unit, known=[row["difference"]], change=True)
    return UNKNOWN if UNKNOWN in (low, high) else f"{low.removesuffix(' points')} to {high}"


# ------------------------------------------------------------------------------------- the tables


def _tables(effects: pd.DataFrame, study: Study) -> list[dict[str, Any]]:
    """One table for each pair of scenarios; rows are marked if either sets on assumption."""
    if not len(effects):
        return []
    return [
        {
            "base": study.titles.get(base, base),
            "other": study.titles.get(other, other),
            "mark": MARK if study.assumed.get(base) or study.assumed.get(other) else "",
            "rows": [_row(row) for row in rows.to_dict("records")],
        }
        for (base, other), rows in effects.groupby(["base", "other"], sort=False)
    ]


def _row(row: Mapping[str, Any]) -> dict[str, str]:
    unit = row["unit"]
    ends = [row["ci_low"], row["ci_high"]]
    difference = figures([row["difference"]], unit, known=ends, change=True, signed=True)[0]
    base, other = figures([row["base_mean"], row["other_mean"]], unit)
    reading = direction(row)
    return {
        "label": row["label"],
        "unit": unit,
        "base": base,
        "other": other,
        "difference": difference,
        "interval": _span(row),
        "superiority": figures([row["superiority"]], "share")[0],
        "p": _p(row["p_adjusted"]),
        "reading": reading if reading in ("cannot tell", "no different") else reading.split()[-1],
    }


def _p(value: float) -> str:
    if not math.isfinite(value):
        return UNKNOWN
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def figures(
    values: Sequence[float], unit: str, known: Sequence[float] = (), change: bool = False,
    signed: bool = False,
) -> list[str]:  # fmt: skip
    """Numbers as people write them, all to one precision, fit for the largest of them.

    Dollars get a dollar sign, shares and chances become per cent (a change in them: points).
    When all of `values` and `known` lie on one side of zero none is rounded to zero, for
    "0.0 to 1.2" would look like an interval that holds zero.
    """
    money = "USD" in unit
    percent = not money and re.search(r"\b(share|chance|rate)s?\b|%", unit.lower()) is not None
    scale = 100 if percent else 1
    finite = [v * scale for v in [*values, *known] if math.isfinite(v)]
    largest = max(map(abs, finite), default=0.0)
    one_sided = bool(finite) and (min(finite) > 0 or max(finite) < 0)
    decimals = 1 if percent else 0 if largest >= 100 else 1 if largest >= 10 else 2
    if change and one_sided:
        decimals = min(max(decimals, math.ceil(-math.log10(min(map(abs, finite))))), 6)
    words = (" points" if change else " %") if percent else ""
    return [_one(v * scale, decimals, "$" if money else "", words, signed) for v in values]


def _one(value: float, decimals: int, sign: str, words: str, signed: bool) -> str:
    if not math.isfinite(value):
        return UNKNOWN
    digits = f"{abs(value):,.{decimals}f}"
    zero = not digits.strip("0.,")
    minus = "" if zero else "−" if value < 0 else "+" if signed else ""
    return f"{minus}{sign}{digits}{words}"


def settings_sentence(coverage: Mapping[str, int]) -> str:
    """How many settings are assumed, in a sentence."""
    total, assumed = sum(coverage.values()), coverage.get("assumed", 0)
    if not total:
        return "Most settings are assumed: no source gives their values."
    share = "Most" if 2 * assumed > total else "Some"
    return f"{share} settings are assumed: {assumed} of {total}."
