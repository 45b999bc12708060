"""Stored results can be held against themselves, and lived anew."""

import json
import shutil
import sys

import numpy as np
import pandas as pd
import pytest

from sim import cli
from sim.compare import study
from sim.folders import NoResult
from sim.publish import save
from sim.recheck import faults, replay
from sim.scenario import load

SMALL = ("cohort.posts=30", "cohort.companies=3")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "result"
    pair = [load(name, SMALL).first_months(46) for name in ("tight_control", "restored_autonomy")]
    save(folder, study(pair, 3, seed=7), csv=True)
    return folder


@pytest.fixture
def result(made, tmp_path):
    return shutil.copytree(made, tmp_path / "result")


def test_a_result_is_as_it_was_written(made):
    assert faults(made) == []
    listed = json.loads((made / "manifest.json").read_text())["files"]
    there = {path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()}
    assert set(listed) == there - {"manifest.json"} and len(listed) > 20


@pytest.mark.parametrize(
    "name",
    ["monthly.parquet", "effects.csv", "scenarios/tight_control.yaml", "figures/prices.svg"],
)
def test_one_changed_byte_is_seen(result, name):
    content = bytearray((result / name).read_bytes())
    content[len(content) // 2] ^= 1
    (result / name).write_bytes(content)
    assert faults(result) == [f"{name} has been changed since it was written"]


def test_missing_and_strange_files_are_seen(result):
    (result / "effects.csv").unlink()
    (result / "figures" / "mine.svg").write_text("x")
    assert faults(result) == [
        "effects.csv is missing", "figures/mine.svg was not written with the result",
    ]  # fmt: skip


def test_rows_that_were_never_lived_are_seen(result):
    manifest = json.loads((result / "manifest.json").read_text())
    (result / "manifest.json").write_text(json.dumps(manifest | {"replicates": 4}))
    assert faults(result) == ["replicates.parquet has 6 rows, where 8 were lived"]


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"files": {}}'])
def test_what_is_no_result_is_refused(result, content):
    (result / "manifest.json").write_text(content)
    with pytest.raises(NoResult, match="is no result|was written by an earlier trader-sim"):
        faults(result)
    with pytest.raises(NoResult, match="is no result: manifest.json .No such file"):
        faults(result / "figures")


@pytest.mark.parametrize("number", [0, 2])
def test_a_replicate_lived_anew_is_the_same(made, number):
    assert replay(made, number) == ([], "")


def test_the_first_number_that_differs_is_named(result):
    """By the last bit of one number, in the later scenario but the earlier month."""
    table = pd.read_parquet(result / "monthly.parquet")
    for scenario, month, outcome in (
        ("tight_control", "2026-08", "quality"), ("restored_autonomy", "2026-07", "savings_mean"),
    ):  # fmt: skip
        row = table.index[
            (table["scenario"] == scenario) & (table["month"] == month) & (table["replicate"] == 1)
        ][0]
        table.loc[row, outcome] = np.nextafter(table.loc[row, outcome], np.inf)
    table.to_parquet(result / "monthly.parquet", index=False)
    assert replay(result, 0) == ([], "")
    notes, difference = replay(result, 1)
    assert notes == [] and difference.startswith("restored_autonomy in 2026-07: savings_mean is ")
    assert "(2 of " in difference


def test_other_rules_are_told_of(made, monkeypatch):
    monkeypatch.setattr("sim.recheck.rules_hash", lambda: "others")
    assert replay(made, 0) == (["it was lived by other rules than these"], "")


def test_a_replicate_that_was_not_lived_is_refused(made):
    with pytest.raises(NoResult, match="has replicates 0 to 2, not 3"):
        replay(made, 3)


def test_a_stored_scenario_that_is_gone_or_broken_is_told_of(result):
    (result / "scenarios" / "tight_control.yaml").write_text("title: [")
    with pytest.raises(NoResult, match="tight_control.yaml:1"):
        replay(result, 0)


def test_the_commands(result, monkeypatch, capsys):
    def call(words):
        monkeypatch.setattr(sys, "argv", ["trader-sim", *words.split()])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        return ended.value.code, told.out, told.err

    code, out, err = call(f"verify {result}")
    assert (code, err) == (0, "") and "files are as they were written" in out
    code, out, err = call(f"replay {result} --replicate 1")
    assert (code, err) == (0, "") and "replicate 1 lived anew is the same to the last bit" in out
    code, _, err = call(f"replay {result} --replicate 5")
    assert code == 2 and err.count("\n") == 1
    (result / "effects.csv").write_text("mine")
    code, out, err = call(f"verify {result}")
    assert (code, out) == (1, "") and "effects.csv has been changed" in err
    code, _, err = call(f"verify {result / 'figures'}")
    assert code == 2 and "is no result" in err
