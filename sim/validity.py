"""What was measured of the model against the evidence, as it is shipped: the table of patterns, its
rival models, the witness, and the customs series.

``python -m sim.validity PATTERNS RIVALS CALIBRATE`` keeps what these results found
(``make validity``), asks the witness anew, and compares at default and at calibrated surroundings.
Reports and docs/validity.md tell what is kept here.
"""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from . import witness
from .cache import rules_hash
from .compare import study
from .contrast import effects
from .explore.verdicts import ENOUGH, ROLES, joint_rule
from .folders import MANIFEST, read_json
from .illustration import customs_of
from .outcomes import HEADLINES
from .scenario import load

KEPT = Path(__file__).parent / "data" / "validity"
ABOUT = "about.json"
TABLES = {"rows": 0, "measures": 0, "rivals": 1, "conclusions": 1}  # and which result has them
PAST, REPLICATES, SEED = "history", 20, 1
COMPARED, PAIRS = ("tight_control", "restored_autonomy"), 100
DIGITS = "%.6g"
SAID = {
    "in magnitude": "shown in size",
    "in sign": "shown in direction only",
    "fails": "not shown",
    "not measured": "not measured",
}


@dataclass(frozen=True)
class Validity:
    """What is kept: tables by name, as ``patterns`` writes them, and when and how they were made:
    finished, rules, draws, posts, seed."""

    tables: dict[str, pd.DataFrame]
    about: dict[str, Any]

    def rows(self, role: str, verdict: str) -> pd.DataFrame:
        """Rows of a role with a verdict."""
        rows = self.tables["rows"]
        return rows[(rows["role"] == role) & (rows["verdict"] == verdict)]


@cache
def kept(folder: Path = KEPT) -> Validity | None:
    """What is kept, if anything is."""
    if not (folder / ABOUT).exists():
        return None
    tables = {path.stem: pd.read_csv(path) for path in sorted(folder.glob("*.csv"))}
    return Validity(tables, read_json(folder / ABOUT))


def sentences(found: Validity | None, rules: str | None = None) -> list[str]:
    """What a report says of it; nothing if nothing is kept. ``rules``: the hash of those now in
    force, if not the program's own."""
    if found is None:
        return []
    about = found.about
    said = [
        f"Which patterns known from the world the model shows was measured on "
        f"{about['finished'][:10]}, at {about['draws']} draws of the surroundings that calibration "
        f"left, with {about['posts']} posts: not with the settings of this result, and not in it."
    ]
    said += [_on(found, role) for role in ROLES if (found.tables["rows"]["role"] == role).any()]
    said.insert(2, _joint(found))
    if (rules or rules_hash()) != about["rules"]:
        said.append(
            f"The rules have changed since (they were {about['rules'][:12]} then): measure anew "
            "with trader-sim patterns before leaning on this."
        )
    else:
        said.append(f"The rules are those that were measured ({about['rules'][:12]}).")
    return said


def _on(found: Validity, role: str) -> str:
    parts = []
    for verdict, words in SAID.items():
        mine = found.rows(role, verdict)
        if len(mine):
            named = "; ".join(f"{row.pattern} ({row.row})" for row in mine.itertuples())
            parts.append(f"{len(mine)} {words}: {named}")
    count = int((found.tables["rows"]["role"] == role).sum())
    credit = "" if role == "H" else ", which brings no credit"
    return f"Of {count} pattern{'s' * (count != 1)} {ROLES[role]}{credit}: {'. '.join(parts)}."


def _joint(found: Validity) -> str:
    met, *_ = joint_rule(found.tables["rows"], found.tables["measures"])
    return (
        f"Beforehand it was fixed that the model counts as credible if {ENOUGH} of the held-out "
        "patterns are shown in size and none comes out with the wrong sign: this is "
        f"{'met' if met else 'not met'}."
    )


def keep(patterns: Path, rivals: Path, calibrate: Path, folder: Path = KEPT) -> None:
    """Put what these results found in place of what is kept, ask the witness anew, and compare at
    what calibration narrowed."""
    made, others = (read_json(each / MANIFEST) for each in (patterns, rivals))
    if made["rules"] != others["rules"] or made["rules"] != rules_hash():
        raise SystemExit("these results were made by other rules than these: make both anew")
    folder.mkdir(parents=True, exist_ok=True)
    for name, which in TABLES.items():
        shutil.copyfile((patterns, rivals)[which] / f"{name}.csv", folder / f"{name}.csv")
    calibrated = pd.read_csv(calibrate / "settings.csv")
    made_anew = {"witness": asked(), "customs": arrived(), "calibrated": calibrated}
    made_anew["at_calibrated"] = at_calibrated(calibrated)
    for name, table in made_anew.items():
        text = table.to_csv(index=False, float_format=DIGITS, lineterminator="\n")
        (folder / f"{name}.csv").write_text(text, encoding="utf-8", newline="\n")
    draws = len(pd.read_csv(patterns / "draws.csv"))
    about = {name: made[name] for name in ("finished", "rules", "seed", "versions")}
    about |= {"draws": draws, "posts": made["request"]["posts"]}
    (folder / ABOUT).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8", newline="\n")


def asked() -> pd.DataFrame:
    """What those still abroad after three years would report, and everybody, claim by claim."""
    return witness.table(witness.interview(load(PAST).course(), REPLICATES, SEED))


def arrived() -> pd.DataFrame:
    """The customs series as it enters the model, and what arrives in it: month, how the month was
    come by, recorded orders and arrivals (USD a post, mean of replicates)."""
    past = load(PAST)
    table = customs_of(past)
    result = study([past], REPLICATES, SEED)
    table["arrived"] = result.values(PAST, "imports_recorded_usd").mean(axis=0)
    return table


def narrowed(calibrated: pd.DataFrame) -> dict[str, float]:
    """The settings of which calibration left less than was supposed, and the middle of it."""
    less = calibrated[calibrated["verdict"].str.startswith("narrowed")]
    return dict(zip(less["setting"], less["median"], strict=True))


def at_calibrated(calibrated: pd.DataFrame) -> pd.DataFrame:
    """How headline outcomes differ at default settings, and with those that were narrowed in the
    middle of what is left: outcome, label, unit, settings (default or calibrated), difference,
    ci_low, ci_high."""
    at = {
        "default": [],
        "calibrated": [f"{name}={value:.6g}" for name, value in narrowed(calibrated).items()],
    }
    found = []
    for settings, overrides in at.items():
        differ = effects(study([load(name, overrides) for name in COMPARED], PAIRS, SEED))
        found.append(differ[differ["outcome"].isin(HEADLINES)].assign(settings=settings))
    columns = ["outcome", "label", "unit", "settings", "difference", "ci_low", "ci_high"]
    return pd.concat(found)[columns]


if __name__ == "__main__":
    keep(*map(Path, sys.argv[1:4]))
