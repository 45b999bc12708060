"""README says what is so: the month it quotes, the findings it tells, the table it shows."""

import re
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
REFERENCE = ROOT / "results" / "reference"


def test_the_month_is_quoted_as_it_is():
    (quoted,) = re.findall(r"```py\n(.*?)```", README, re.DOTALL)
    month = (ROOT / "sim" / "model" / "month.py").read_text(encoding="utf-8")
    lines = "".join(f"    {line}\n" if line else "\n" for line in quoted.splitlines())
    assert lines in month and quoted.count("\n") > 30


def test_findings_are_those_of_the_study_that_is_named():
    found = pd.read_csv(REFERENCE / "robustness" / "conclusions.csv").set_index("conclusion")
    part = " ".join(README.partition("## What comes out")[2].partition("\n## ")[0].split())
    assert f"{found['worlds'].max():,} worlds" in part and len(found) == 13
    for number, verdict in ((4, "robust"), (6, "robust"), (7, "robust"), (8, "undetermined")):
        assert found.loc[number, "verdict"] == verdict
        assert f"{100 * found.loc[number, 'share']:.1f} %" in part
    for number in (11, 12):
        assert found.loc[number, "verdict"] == "likely"
        assert f"{100 * found.loc[number, 'share']:.0f} %" in part


def test_the_table_it_shows_is_the_reference():
    effects = pd.read_csv(REFERENCE / "effects.csv").set_index("outcome")
    savings = effects.loc["savings_median"]
    row = re.search(r"median savings \(at the end\).*", README).group()
    for value in (savings["base_mean"], savings["other_mean"], savings["difference"]):
        assert f"${value:,.0f}" in row


def test_every_file_it_points_at_is_there():
    for target in re.findall(r"\]\(([^)#]+)", README):
        assert target.startswith("http") or (ROOT / target).exists(), target
