"""What reports and docs say of validity is what was measured and kept, and no more."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim import description, validity, validity_page
from sim.compare import study
from sim.explore.verdicts import joint_rule
from sim.publish import save
from sim.scenario import load
from sim.validity import Validity, kept, sentences

PAGE = (Path(__file__).parents[1] / "docs" / "validity.md").read_text(encoding="utf-8")
RULES = "0123456789abcdef"


def found(**verdicts):
    """A validity with held-out rows of these verdicts, and a measure of the wrong sign if asked."""
    rows = pd.DataFrame(
        [[name, "H", f"pattern {name}", verdict] for name, verdict in verdicts.items()],
        columns=["row", "role", "pattern", "verdict"],
    )
    measures = pd.DataFrame({"row": rows["row"], "role": "H", "verdict": rows["verdict"]})
    about = {"finished": "2026-11-25T10:00:00Z", "rules": RULES, "draws": 30, "posts": 400}
    return Validity({"rows": rows, "measures": measures}, about)


@pytest.fixture
def five():
    return found(**{f"N{k}": "in magnitude" for k in range(5)}, N8="in sign", N9="fails")


def test_what_is_said_is_what_was_measured(five):
    said = " ".join(sentences(five, RULES))
    assert "2026-11-25" in said and "30 draws" in said and "400 posts" in said
    assert "5 shown in size: pattern N0 (N0)" in said
    assert "1 shown in direction only: pattern N8 (N8)" in said
    assert "1 not shown: pattern N9 (N9)" in said
    assert "this is met" in said


def test_four_are_too_few_and_one_wrong_sign_is_too_many(five):
    rows = five.tables["rows"]
    fewer = rows.assign(verdict=rows["verdict"].where(rows["row"] != "N0", "in sign"))
    four = replace(five, tables=five.tables | {"rows": fewer})
    assert "this is not met" in " ".join(sentences(four, RULES))
    turned = five.tables["measures"].assign(verdict="wrong sign")
    wrong = replace(five, tables=five.tables | {"measures": turned})
    assert "this is not met" in " ".join(sentences(wrong, RULES))
    assert joint_rule(rows, turned)[2] == list(rows["row"])


def test_changed_rules_are_told(five):
    assert "The rules have changed since" in sentences(five, "other")[-1]
    assert "The rules are those that were measured" in sentences(five, RULES)[-1]


def test_nothing_kept_says_nothing(tmp_path):
    assert kept(tmp_path) is None
    assert sentences(None) == []


def test_a_report_tells_what_is_kept(tmp_path):
    small = load("restored_autonomy", ["cohort.posts=10"]).first_months(6)
    save(tmp_path / "r", study([small], 2))
    page = (tmp_path / "r" / "report.md").read_text(encoding="utf-8")
    told = page.partition("## Validity")[2].partition("## Limits")[0]
    assert "held out" in told and "not with the settings of this result" in told
    assert "was not measured with this result" not in told


def test_what_is_kept_is_whole_and_of_the_shipped_table():
    now = kept()
    assert now is not None
    assert {"rows", "measures", "rivals", "conclusions", "witness", "customs"} <= set(now.tables)
    held = now.tables["rows"]["row"][now.tables["rows"]["role"] == "H"]
    assert set(held) == {"N4", "N5", "N6 shape", "N7", "N9", "N11", "N13"}
    own = now.tables["rivals"][now.tables["rivals"]["model"] == "the model"]
    assert list(own["verdict"]) == list(now.tables["rows"]["verdict"])


def test_the_page_is_as_what_is_kept_says():
    assert description.refreshed(PAGE, validity_page.PARTS) == PAGE, "docs/validity.md: make docs"
    assert set(validity_page.PARTS) == {name for _, name, _ in description.PART.findall(PAGE)}


def test_what_is_said_of_defaults_and_calibration_agrees_with_what_is_kept():
    tables = kept().tables
    part = " ".join(PAGE.partition("### Defaults and calibration")[2].partition("## 8")[0].split())
    opened = tables["calibrated"]["verdict"].str.startswith("left open").sum()
    assert (opened, len(tables["calibrated"])) == (8, 12)
    assert "leaves eight as wide" in part and "Of twelve settings" in part
    assert part.count("**outside**") == 2 and "Two defaults lie outside" in part
    table = tables["at_calibrated"].set_index(["outcome", "settings"])
    sure = np.sign(table["ci_low"]) * (np.sign(table["ci_low"]) == np.sign(table["ci_high"]))
    sure = sure.unstack()
    assert not (sure["default"] * sure["calibrated"] < 0).any()
    unsure = sure.index[(sure["default"] != 0) & (sure["calibrated"] == 0)]
    assert list(unsure) == ["quality_adjusted_price"]


def test_the_hand_written_verdict_agrees_with_what_is_kept():
    rows = kept().tables["rows"]
    met, passed, wrong = joint_rule(rows, kept().tables["measures"])
    held = rows[rows["role"] == "H"]["verdict"].value_counts()
    words = {0: "none", 1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven"}
    short = " ".join(PAGE.partition("**In short.**")[2].partition("<!--")[0].split())
    assert f"{words[passed]} come out in size" in short
    assert f"{words[held['in sign']]} in direction only" in short
    assert f"{words[held['fails']]} not at all" in short
    assert not met and not wrong  # else that paragraph must be written anew, and README's
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    told = " ".join(readme.partition("## How far it may be believed")[2].split())
    counts = [words[n] for n in (passed, held["in sign"], held["fails"])]
    assert "shows {} in size, {} in direction only and {} not at all".format(*counts) in told


def test_every_row_that_fails_is_accounted_for_by_hand():
    rows = kept().tables["rows"]
    reasons = PAGE.partition("### Why rows fail")[2].partition("### The witness")[0]
    for row in rows["row"][rows["verdict"] != "in magnitude"]:
        assert f"**{row}" in reasons, row


def test_results_of_other_rules_are_refused(tmp_path):
    (tmp_path / "a").mkdir()
    for name in validity.TABLES:
        (tmp_path / "a" / f"{name}.csv").write_text("row\n1\n")
    (tmp_path / "a" / "draws.csv").write_text("draw\n1\n")
    (tmp_path / "a" / "manifest.json").write_text(json.dumps({"rules": "others"}))
    with pytest.raises(SystemExit, match="made by other rules"):
        validity.keep(tmp_path / "a", tmp_path / "a", tmp_path / "kept")
    assert not (tmp_path / "kept").exists()
