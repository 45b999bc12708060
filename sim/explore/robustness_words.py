"""What robustness found, in sentences and rounded numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..report_numbers import figures
from .holding import VERDICTS, Judged
from .plan import Plan
from .prim import Box

OFTEN = 0.01  # share of worlds that decide nothing above which a sentence says so


def limits_of(plan: Plan, box: Box) -> list[tuple[int, float, float, float]]:
    """Column, lowest and highest value (not finite where there is no limit) and quasi-p."""
    found = []
    for column in box.limited:
        shares = np.array([box.low[column], box.high[column]])
        values = plan.varied[column].at(np.clip(shares, 0, 1))
        low, high = np.where(np.isfinite(shares), values, shares)
        found.append((column, float(low), float(high), float(box.quasi_p[column])))
    return found


def sentence(plan: Plan, judged: Judged) -> str:
    """The verdict, how often it holds, and where it fails."""
    says = judged.conclusion.says.rstrip(".")
    if not np.isfinite(judged.share):
        return f"{says}: there is no world in which that could be told."
    share, low, high = _percents(judged)
    of = "the worlds"
    if judged.undecided > OFTEN * len(judged.values):
        idle = _percent(judged.undecided / len(judged.values))
        of = f"the worlds in which that can be told (in {idle} nothing happens either way)"
    sentence = f"{says}: {judged.verdict}. It holds in {share} of {of} [{low}, {high}]"
    if judged.box and judged.verdict != "robust" and judged.box.limited:
        inside = _percent(judged.box.density)
        sentence += f"; it fails in {inside} of those with {_in_words(plan, judged.box)}"
    return f"{sentence}."


def _percents(judged: Judged) -> list[str]:
    return [_percent(each) for each in (judged.share, judged.low, judged.high)]


def _percent(share: float) -> str:
    """Never rounded to all or none when it is not."""
    text = f"{100 * share:.1f} %"
    if text == "100.0 %" and share < 1:
        return "> 99.9 %"
    return "< 0.1 %" if text == "0.0 %" and share > 0 else text


def _in_words(plan: Plan, box: Box) -> str:
    parts = []
    for column, low, high, _ in limits_of(plan, box)[:3]:
        varied = plan.varied[column]
        parts.append(f"{varied.label} {_span(low, high, varied.unit)}")
    rest = len(box.limited) - 3
    return " and ".join(parts) + (f" and {rest} more limits" if rest > 0 else "")


def _span(low: float, high: float, unit: str) -> str:
    ends = figures([each for each in (low, high) if np.isfinite(each)], unit, apart=True)
    if np.isfinite(low) and np.isfinite(high):
        return f"from {ends[0]} to {ends[1]}"
    return f"above {ends[0]}" if np.isfinite(low) else f"below {ends[0]}"


def shown(judged: list[Judged]) -> pd.DataFrame:
    """How often each conclusion holds, in words."""
    rows = []
    for each in judged:
        share, low, high = _percents(each)
        known = max(int(each.decides.sum()), 1)
        sure = [_percent(float((each.sure == side).sum()) / known) for side in (1, -1)]
        idle = _percent(each.undecided / max(len(each.values), 1))
        rows.append([each.conclusion.says, each.verdict, f"{share} [{low}, {high}]", *sure, idle])
    head = ["Conclusion", "Verdict", "Holds in [95 %]", "Surely holds", "Surely fails"]
    return pd.DataFrame(rows, columns=[*head, "Nothing happens"])


def boxes_shown(plan: Plan, judged: list[Judged]) -> pd.DataFrame:
    """Where each conclusion fails, in words."""
    rows = []
    for each in judged:
        failing = int((each.decides & ~each.holds).sum())
        if not failing:
            words, measures = "it fails nowhere", ["", "", ""]
        elif each.box is None:
            words, measures = f"fails in {failing} worlds: too few, or all", ["", "", ""]
        elif not each.box.limited:
            words, measures = "no box that chance could not explain", ["", "", ""]
        else:
            words = _in_words(plan, each.box)
            measures = [
                _percent(each.box.coverage), _percent(each.box.density),
                f"{max(each.box.quasi_p[each.box.limited]):.2g}",
            ]  # fmt: skip
        rows.append([each.conclusion.says, words, *measures])
    return pd.DataFrame(
        rows, columns=["Conclusion", "Box", "Coverage", "Density", "Largest quasi-p"]
    )


def tipping_caption(tipping: pd.DataFrame) -> str:
    """How many pairs of conclusion and setting tip."""
    pairs = tipping[["conclusion", "setting"]].drop_duplicates()
    tips = tipping.dropna(subset="value")[["conclusion", "setting"]].drop_duplicates()
    return (
        f"Where it tips, as one setting moves along its range: {len(tips)} of the {len(pairs)} "
        "pairs looked at do"
    )


def tipping_shown(plan: Plan, tipping: pd.DataFrame) -> pd.DataFrame:
    """Where they tip, in words."""
    known = {each.name: each for each in plan.varied}
    rows = []
    for row in tipping.dropna(subset="value").to_dict("records"):
        varied = known[row["setting"]]
        value = figures([row["value"]], varied.unit)[0]
        ends = [
            figures([end], varied.unit)[0] if np.isfinite(end) else "unsure"
            for end in (row["low"], row["high"])
        ]
        low, high = figures([varied.low, varied.high], varied.unit, apart=True)
        tips = f"{value} [{ends[0]}, {ends[1]}]"
        rows.append([row["says"], varied.label, f"{low} to {high}", tips])
    return pd.DataFrame(rows, columns=["Conclusion", "Setting", "Range", "Tips at [surely beyond]"])


def limits(plan: Plan, failed: int) -> list[str]:
    """What the study does not say."""
    defined = "; ".join(f"{word}: {meaning}" for word, meaning in VERDICTS.items())
    limits = [
        f"Verdicts. {defined}.",
        "A share of worlds is no probability: worlds are spread evenly over ranges that are "
        "judgements, and settings are varied independently of each other.",
        "With a few replicates a world, one near the threshold may fall on either side by chance: "
        "the columns “surely” count those in which replicates leave no doubt.",
        "A box is found and counted on the same worlds; in others it would explain less.",
        "Tipping points move one setting and leave all others as the scenarios have them.",
    ]
    if failed:
        limits.append(f"{failed} replicates failed and are left out.")
    return limits
