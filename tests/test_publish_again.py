"""Figures and reports from stored results, and what each change does, by command."""

import json

import pandas as pd
import pytest

from sim.customs import PACKAGED
from sim.plots import FIGURES
from tests.test_unfinished import tree

PAIR = ("tight_control", "restored_autonomy")
SMALL = ("--posts", "12", "--months", "45", "--set", "cohort.companies=3")


def test_a_report_anew_is_the_one_that_was_written(call, tmp_path):
    words = ("compare", *PAIR, "-n", "3", *SMALL, "--contributions", "-q", "-o", "out")
    assert call(*words) == (0, "", "")
    before = tree(tmp_path / "out")
    assert call("report", "out") == (0, "report: out-report/report.html\n", "")
    again = tree(tmp_path / "out-report")
    again.pop("manifest.json")
    kept = ("monthly", "postings", "replicates")
    same = before.keys() - {f"{name}.parquet" for name in kept} - {"manifest.json"}
    assert again == {name: before[name] for name in same if not name.startswith("scenarios/")}
    assert tree(tmp_path / "out") == before, "the result is left as it is"

    # the other one as the base: every difference the other way round
    assert call("report", "out", "--base", PAIR[1], "-o", "turned", "-q") == (0, "", "")
    mine, theirs = (pd.read_csv(tmp_path / name / "effects.csv") for name in ("out", "turned"))
    assert (theirs["base"] == PAIR[1]).all()
    pd.testing.assert_series_equal(theirs["difference"], -mine["difference"])
    assert not (tmp_path / "turned" / "contributions.csv").exists()

    code, out, err = call("plot", "out", "prices", "flows", "-o", "drawn")
    assert (code, out, err) == (0, "drawn/figures\n", "")
    drawn = tree(tmp_path / "drawn")
    for name in ("prices", "flows"):
        for ending in ("svg", "png", "csv"):
            path = f"figures/{name}.{ending}"
            assert drawn[path] == before[path]
    assert len(drawn) == 7

    for refused, told in (
        (("plot", "out", "prizes"), "there is no figure 'prizes' (did you mean 'prices'?)"),
        (("report", "out"), "out-report already holds a result"),
        (("report", "out", "--base", "history", "-o", "x"), "out has no scenario 'history'; it"),
        (("report", "nowhere"), "nowhere is no result"),
    ):
        code, out, err = call(*refused)
        assert (code, out) == (2, "") and err.startswith(told) and err.count("\n") == 1
    assert call("report", "out", "--force", "-q") == (0, "", "")

    # not even by force over a result, be it another one or its own
    for words in (("plot", "out", "prices"), ("report", "out")):
        code, out, err = call(*words, "-o", "out", "--force")
        assert (code, out) == (2, "") and err.startswith("out is a result and no report of one")
    assert tree(tmp_path / "out") == before


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("monthly.parquet", b"PAR1", "out is not as it was written; see: trader-sim verify out"),
        ("postings.parquet", b"", "out is not as it was written; see: trader-sim verify out"),
        ("manifest.json", b'{"replicates": "many"}', "out was written by an earlier trader-sim"),
        ("scenarios", "../../elsewhere", "out names a scenario outside of its folder: ../../else"),
    ],
)
def test_a_damaged_result_is_told_of_in_a_sentence(call, tmp_path, name, content, told):
    assert call("run", "history", "-n", "1", *SMALL[:2], "--months", "3", "-q", "-o", "out")[0] == 0
    if name == "scenarios":
        manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
        manifest["request"]["scenarios"] = [content]
        name, content = "manifest.json", json.dumps(manifest).encode()
    (tmp_path / "out" / name).write_bytes(content)
    for words in (("report", "out"), ("plot", "out", "prices"), ("replay", "out", "--replicate=0")):
        code, out, err = call(*words)
        assert (code, out) == (2, "") and err.startswith(told) and err.count("\n") == 1


def test_contributions_are_told_and_kept(call, tmp_path):
    words = ("compare", *PAIR, "-n", "3", *SMALL, "--contributions", "-o", "out")
    code, out, err = call(*words)
    assert (code, err) == (0, "") and "Common seeds took" in out
    table = pd.read_csv(tmp_path / "out" / "contributions.csv")
    assert set(table["change"]) == {
        f"levers.{name}"
        for name in (
            "authority_share", "online_lookup_share", "price_tolerance", "surveillance",
        )
    }  # fmt: skip
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert "--contributions" in manifest["command"]
    names = {path.stem for path in (tmp_path / "out" / "figures").glob("*.svg")}
    assert names == set(FIGURES)
    code, _, err = call("extend", "out", "-n", "4", "-q")
    assert (code, err) == (0, "")
    grown = pd.read_csv(tmp_path / "out" / "contributions.csv")
    assert grown["replicates"].max() == 4


def test_scenarios_that_cannot_be_taken_apart_are_refused_before_anything_is_lived(call, tmp_path):
    text = PACKAGED.read_text(encoding="utf-8")
    assert "257.4,R,52.7,R,310.1,S" in text
    other = text.replace("257.4,R,52.7,R,310.1,S", "300,R,52.7,R,352.7,S")
    (tmp_path / "trade.csv").write_text(other, encoding="utf-8")
    (tmp_path / "mine.yaml").write_text("based_on: history\ndemand: {series: trade.csv}\n")
    code, out, err = call("compare", "history", "mine.yaml", "--contributions", "-n", "2", "-q")
    assert (code, out) == (2, "") and err.count("\n") == 1
    assert "history and mine differ in their months or trade series" in err
    assert list((tmp_path / "results").iterdir()) == []
