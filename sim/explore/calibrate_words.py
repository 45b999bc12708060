"""What a calibration found, in sentences and rounded numbers, none stronger than it may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..report_numbers import UNKNOWN, figures
from .abc import Accepted
from .matching import CUT, Matched
from .plan import Plan
from .posterior import TIED, VERDICTS
from .targets import Target

NARROWED, SOMEWHAT, LEFT_OPEN = VERDICTS
COVERED = 0.85  # of points left out: an emulator below that is too sure of itself
RARE = 0.5  # a target met by fewer draws is named as missed
MOST_NAMED = 4
ENDED = "The last wave still ruled out {} of what it found: more waves may rule out more."


def caption(plan: Plan, matched: Matched, lived: int, accepted: int) -> str:
    """How many points, replicates, and which seed, for figures."""
    sizes = ", ".join(str(len(wave.shares)) for wave in matched.waves)
    second = f", then {lived:,} points of 1 replicate, {accepted} accepted" if lived else ""
    return (
        f"Waves of {sizes} points, {plan.replicates} replicates of each{second}; seed {plan.seed}."
    )


def share(part: float) -> str:
    """A part of a whole as people write it: '12 %', '0.03 %', 'less than 0.0001 %'."""
    if not np.isfinite(part):
        return UNKNOWN
    if 0 < part < 1e-6:
        return "less than 0.0001 %"
    percent = 100 * part
    digits = 0 if percent >= 10 or not percent else 1 if percent >= 1 else 2
    if 0 < percent < 0.1:
        digits = int(np.ceil(-np.log10(percent))) + 1
    return f"{percent:.{digits}f} %"


def answer(plan: Plan, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """The sentences of the page."""
    labels = {each.name: each.label for each in plan.varied}
    return [
        _ruled_out(tables["waves"]),
        *_predicted(tables["predictions"]),
        *_known(tables["settings"], labels),
        *_pairs(tables["pairs"], labels),
    ]


def _ruled_out(waves: pd.DataFrame) -> str:
    left, count = float(waves["left"].iloc[-1]), len(waves)
    return (
        f"{count} wave{'s' * (count != 1)} of history matching left {share(left)} of the ranges: "
        f"everywhere else at least one target is implausible (beyond {CUT:g})."
    )


def _predicted(predictions: pd.DataFrame) -> list[str]:
    rows, whole = predictions.iloc[:-1], predictions.iloc[-1]
    found = [
        f"All {len(rows)} targets are met at once by {share(whole['posterior_within'])} of single "
        f"replicates in the surroundings that are left, and by {share(whole['prior_within'])} "
        "before."
    ]
    missed = rows[rows["posterior_within"] < RARE]
    if len(missed):
        named = "; ".join(
            f"{row.target} ({share(row.posterior_within)})" for row in missed.itertuples()
        )
        found.append(f"Missed by more than half of them: {named}.")
    return found


def _known(settings: pd.DataFrame, labels: Mapping[str, str]) -> list[str]:
    """Which settings the targets say something of, and of which they say nothing."""
    found = []
    for words, verdict in (
        ("The targets narrow to half of its range or less", NARROWED),
        ("They narrow somewhat", SOMEWHAT),
        ("They leave open, at over four fifths of the range", LEFT_OPEN),
    ):
        rows = settings[settings["verdict"] == verdict]
        if len(rows):
            found.append(f"{words}: {', '.join(labels[name] for name in rows['setting'])}.")
    if not (settings["verdict"] == NARROWED).any():
        found.insert(0, "No setting is narrowed to half of its range.")
    return found


def _pairs(pairs: pd.DataFrame, labels: Mapping[str, str]) -> list[str]:
    strong = pairs[pairs["rank_correlation"].abs() >= TIED].head(MOST_NAMED)
    if not len(strong):
        return []
    named = "; ".join(
        f"{labels[row.one]} and {labels[row.other]} "
        f"({figures([row.rank_correlation], '', signed=True)[0]})"
        for row in strong.itertuples()
    )
    return [f"Known together rather than by themselves (rank correlation): {named}."]


def nothing(worst: pd.DataFrame) -> list[str]:
    """What is said if no point is left."""
    hard = worst.sort_values("ruled_out", ascending=False, kind="stable").head(3)
    named = "; ".join(f"{row.target} ({share(row.ruled_out)})" for row in hard.itertuples())
    return [
        "Nothing is left: at every point of these ranges at least one target is implausible.",
        f"What the last wave found was ruled out mostly by: {named}.",
        "Either the ranges are too narrow, or what is known is held to too strictly, or the model "
        "lacks something.",
    ]


def limits(
    plan: Plan, matched: Matched, tables: Mapping[str, pd.DataFrame], taken: Accepted,
    values: NDArray[np.float64],
) -> list[str]:  # fmt: skip
    """What the study does not say."""
    found = [
        "A posterior is relative to the ranges, to the targets and to what is assumed of their "
        "errors: bounds that are a judgement make it a judgement as well. It says which "
        "surroundings fit, not that the model is right.",
        "Targets used here are no test of the model: hold it against patterns that were held out.",
        f"The draws come from {len(taken.place)} accepted points, which count as "
        f"{taken.effective:.0f} of equal weight; ends of intervals are uncertain accordingly.",
    ]
    if not matched.stable:
        left = [1.0, *(wave.left for wave in matched.waves)]
        found.append(ENDED.format(share(1 - left[-1] / left[-2])))
    emulators = tables["emulators"]
    last = emulators[emulators["wave"] == len(matched.waves)]
    for row in last[last["covered"] < COVERED].itertuples():
        found.append(
            f"The emulator of {row.target} is too sure of itself: {share(row.covered)} of the "
            "points left out lie in its 95 % interval."
        )
    failed = int(tables["waves"]["failed"].sum()) + int(np.isnan(values).any(axis=1).sum())
    if failed:
        found.append(
            f"{failed} replicates of points had no number for some target and are left out there."
        )
    return found


def shown(
    plan: Plan, targets: Sequence[Target], tables: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """The tables of the page, in words."""
    return {
        "What is known of the settings": _settings_shown(plan, tables["settings"]),
        "Targets, and what is predicted in single replicates (90 % intervals)": _predictions_shown(
            plan, targets, tables["predictions"]
        ),
        "Waves": _waves_shown(tables["waves"]),
    }


def _settings_shown(plan: Plan, settings: pd.DataFrame) -> pd.DataFrame:
    rows = []
    order = np.argsort(settings["ratio"].to_numpy(), kind="stable")
    labels = {each.name: each.label for each in plan.varied}
    for row in settings.iloc[order].to_dict("records"):
        names = ("prior_low", "prior_high", "low", "median", "high")
        if isinstance(row["low"], str):  # a month
            words = [row[name] for name in names]
        else:
            words = [_number(row[name], row["unit"]) for name in names]
        rows.append(
            [labels[row["setting"]], f"{words[0]} to {words[1]}", words[3],
             f"{words[2]} to {words[4]}", share(row["ratio"]), row["verdict"]]
        )  # fmt: skip
    columns = ["Setting", "90 % before", "Median", "90 % now", "Width left", "Which is"]
    return pd.DataFrame(rows, columns=columns)


def _number(value: float, unit: str) -> str:
    money = "$" if unit.startswith("USD") else ""
    digits = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{money}{digits}"


def _predictions_shown(
    plan: Plan, targets: Sequence[Target], predictions: pd.DataFrame
) -> pd.DataFrame:
    rows = []
    for target, row in zip(targets, predictions.to_dict("records"), strict=False):
        unit = plan.unit(target.measure)
        spans = [
            _span(row[f"{name}_low"], row[f"{name}_high"], unit)
            for name in ("accept", "prior", "posterior")
        ]
        rows.append(
            [target.row, target.measure.says, *spans, share(row["prior_within"]),
             share(row["posterior_within"])]
        )  # fmt: skip
    whole = predictions.iloc[-1]
    ends = [share(whole["prior_within"]), share(whole["posterior_within"])]
    rows.append(["", "All at once", "", "", "", *ends])
    columns = ["Row", "Target", "Accepted", "Before", "Now", "Within, before", "Within, now"]
    return pd.DataFrame(rows, columns=columns)


def _span(low: float, high: float, unit: str) -> str:
    """A range in words, open at an infinite end."""
    if np.isinf(low) or np.isinf(high):
        end = figures([high if np.isinf(low) else low], unit)[0]
        return f"{'below' if np.isinf(low) else 'above'} {end}"
    one, other = figures([low, high], unit, apart=True)
    return UNKNOWN if UNKNOWN in (one, other) else f"{one} to {other}"


def _waves_shown(waves: pd.DataFrame) -> pd.DataFrame:
    rows = [
        [str(row.wave), f"{row.points}", str(row.failed), share(row.left)]
        for row in waves.itertuples()
    ]
    return pd.DataFrame(rows, columns=["Wave", "Points", "Without numbers", "Left of the ranges"])
