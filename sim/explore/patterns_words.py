"""What was measured of the table of patterns, in sentences and rounded numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..figures.patterned import accepted, written
from ..report_numbers import UNKNOWN
from .calibrate_words import share
from .measurements import unit_of
from .plan import Plan
from .points import Points
from .targets import TargetsFile, target_of
from .verdicts import ENOUGH, FAILS, IN_MAGNITUDE, IN_SIGN, NOT_MEASURED, ROLES, Shown, joint_rule

MODEL = "the model"
CHANGES = (  # a table, of what it holds verdicts, and what is said if none changes
    ("rivals", "row", "no row changes"),
    ("conclusions", "conclusion", "no conclusion changes"),
)
VERDICTS = {
    IN_MAGNITUDE: "pass in magnitude",
    IN_SIGN: "in sign only",
    FAILS: "fail",
    NOT_MEASURED: "are not measured",
}


def posts(plan: Plan) -> int:
    """How many posts are simulated."""
    return int(plan.scenarios[0].path("cohort", "posts")[0])


def caption(plan: Plan) -> str:
    """How many draws, posts, and which seed, for figures."""
    lived = "" if plan.replicates == 1 else f", {plan.replicates} replicates of each"
    return f"{plan.how.draws} draws of the posterior{lived}, {posts(plan)} posts, seed {plan.seed}."


def measures_table(table: TargetsFile, shown: Sequence[Shown]) -> pd.DataFrame:
    """A row a measure, as it is stored."""
    found = []
    measured = iter(shown)
    for name, row in table.rows.items():
        for each in row.measures:
            one, (low, high) = next(measured), target_of(name, each).accepted
            found.append(
                [name, row.role, each.says, unit_of(each), low, high, one.median, one.low, one.high,
                 one.draws_low, one.draws_high, one.within, one.known, one.verdict]
            )  # fmt: skip
    columns = ["row", "role", "measure", "unit", "accept_low", "accept_high", "median", "ci_low",
               "ci_high", "draws_low", "draws_high", "within", "known", "verdict"]  # fmt: skip
    return pd.DataFrame(found, columns=columns)


def answer(plan: Plan, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """The sentences of the page."""
    rows = tables["rows"]
    found = [_on(rows, role) for role in ROLES if (rows["role"] == role).any()]
    if (rows["role"] == "H").any():
        found.insert(1, joint(rows, tables["measures"]))
    for name, what, nothing in CHANGES:
        if name in tables:
            for model, each in moved(tables[name], what).items():
                found.append(f"{model}: {'; '.join(each) or nothing}.")
    return found


def _on(rows: pd.DataFrame, role: str) -> str:
    """How many rows of a role show what."""
    mine = rows[rows["role"] == role]
    parts = []
    for verdict, words in VERDICTS.items():
        names = list(mine["row"][mine["verdict"] == verdict])
        if names:
            parts.append(f"{len(names)} {words} ({', '.join(names)})")
    return f"Of {len(mine)} row{'s' * (len(mine) != 1)} {ROLES[role]}: {'; '.join(parts)}."


def joint(rows: pd.DataFrame, measures: pd.DataFrame) -> str:
    """Whether the rule that was fixed beforehand is met."""
    met, passed, wrong = joint_rule(rows, measures)
    said = f"wrong in sign: {', '.join(wrong)}" if wrong else "none wrong in sign"
    return (
        f"The rule fixed beforehand ({ENOUGH} held-out rows in magnitude at the same draws, none "
        f"wrong in sign) is {'met' if met else 'not met'}: {passed} in magnitude, {said}."
    )


def moved(verdicts: pd.DataFrame, what: str) -> dict[str, list[str]]:
    """Which verdicts on rows or conclusions (``what``) are others under each rival model."""
    wide = verdicts.pivot(index=what, columns="model", values="verdict")
    own = wide[MODEL]
    return {
        model: [
            f"{name} ({own[name]} → {wide[model][name]})"
            for name in dict.fromkeys(verdicts[what])
            if wide[model][name] != own[name]
        ]
        for model in dict.fromkeys(verdicts["model"])
        if model != MODEL
    }


def shown(
    plan: Plan, table: TargetsFile, tables: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """The tables of the page, in words."""
    about = f"Every row at the same {caption(plan)[:-1]}; median over draws [95 % interval]"
    found = {about: measures_shown(tables["measures"])}
    if "rivals" in tables:
        models = list(dict.fromkeys(tables["rivals"]["model"]))
        wide = tables["rivals"].pivot(index="row", columns="model", values="verdict")
        order = list(dict.fromkeys(tables["rivals"]["row"]))
        found = {"Rows under rival models": wide.loc[order, models].reset_index(), **found}
        changes = [[name, each.says] for name, each in plan.how.rivals.items()]
        found["Rival models"] = pd.DataFrame(changes, columns=["Model", "What is other there"])
    found["Rows"] = tables["rows"].rename(columns=str.capitalize)
    gaps = [
        [name, gap.says, gap.because]
        for name, row in table.rows.items()
        for gap in row.not_measured
    ]
    if gaps:
        found["Parts of rows that are not measured"] = pd.DataFrame(
            gaps, columns=["Row", "What", "Why"]
        )
    return found


def measures_shown(measures: pd.DataFrame) -> pd.DataFrame:
    """Measures in words."""
    rows = []
    for row in measures.to_dict("records"):
        rows.append(
            [row["row"], row["role"], row["measure"], accepted(row), measured(row),
             share(row["within"]), row["verdict"]]
        )  # fmt: skip
    columns = ["Row", "Role", "Measure", "Accepted", "Measured", "Draws within", "Verdict"]
    return pd.DataFrame(rows, columns=columns)


def measured(row: Mapping[str, Any]) -> str:
    """'12 % [10 %, 14 %]'."""
    if not np.isfinite(row["median"]):
        return UNKNOWN
    middle, low, high = written([row["median"], row["ci_low"], row["ci_high"]], row["unit"])
    return f"{middle} [{low}, {high}]"


def limits(plan: Plan, points: Points) -> list[str]:
    """What the measurement does not say."""
    failed = len(getattr(points.keeper, "faults", {}))
    found = [
        "Passing is weak evidence: ranges are judgements, the neighbouring settings are other "
        "countries, and rows that were calibrated on, asked for in design or true by construction "
        "bring no credit at all.",
        "A median over draws within a range does not mean that every draw is: the part of them "
        "within is told beside it.",
        "Small worlds put single levers where no planner has put them; they say what the rules "
        "imply there, not that it has happened.",
    ]
    if failed:
        found.append(f"{failed} draws failed in some world and are left out of all rows.")
    return found


def summary(tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """What ``--json`` prints."""
    rows = tables["measures"].replace({np.nan: None, np.inf: None, -np.inf: None})
    said: dict[str, Any] = {
        "rows": tables["rows"].to_dict("records"),
        "measures": rows.astype(object).where(rows.notna(), None).to_dict("records"),
    }
    if "rivals" in tables:
        said["rivals"] = tables["rivals"].to_dict("records")
    return said
