"""Stored results can be held against themselves, and lived anew."""

import json
import shutil
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim import cli
from sim.compare import study
from sim.folders import NoResult
from sim.pieces import InMemory, write_pieces
from sim.publish import save
from sim.recheck import faults, replay
from sim.request import Request
from sim.scenario import load
from sim.undertaking import undertake

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


def rewrite(result, table, rows):
    """Other rows in a stored table, written as it was written."""
    schema, names = pq.read_schema(result / f"{table}.parquet"), rows["scenario"].unique()
    tables = {
        name: pa.Table.from_pandas(rows[rows["scenario"] == name], schema, preserve_index=False)
        for name in names
    }
    write_pieces(InMemory({table: tables}), names, result)


def nudge(result, table, column, **where):
    """Change the last bit of one number of a stored table."""
    rows = pd.read_parquet(result / f"{table}.parquet")
    row = rows.index[np.logical_and.reduce([rows[name] == value for name, value in where.items()])]
    rows.loc[row[0], column] = np.nextafter(rows.loc[row[0], column], np.inf)
    rewrite(result, table, rows)


def test_the_first_number_that_differs_is_named(result):
    """By the last bit of one number, in the later scenario but the earlier month."""
    for scenario, month, outcome in (
        ("tight_control", "2026-08", "quality"), ("restored_autonomy", "2026-07", "savings_mean"),
    ):  # fmt: skip
        nudge(result, "monthly", scenario=scenario, month=month, replicate=1, column=outcome)
    assert replay(result, 0) == ([], "")
    notes, difference = replay(result, 1)
    assert notes == ["a result made with --panel 1 would tell of which trader"]
    assert difference.startswith("restored_autonomy in 2026-07: savings_mean is stored as ")
    assert "(1 of " in difference


def test_what_befell_a_trader_at_another_time_is_named(result):
    rows = pd.read_parquet(result / "postings.parquet")
    mine = rows[(rows["replicate"] == 2) & (rows["scenario"] == "tight_control")]
    row = mine[mine["ended"] == mine["ended"].max()].iloc[0]
    rows.loc[row.name, "ended"] = 3.0
    rewrite(result, "postings", rows)
    _, difference = replay(result, 2)
    assert difference == (
        f"tight_control in 2023-04: of the trader at post {row['post']}, 'ended' is stored as "
        f"2023-04 and was {load('tight_control').months[int(row['ended'])]} now"
    )


def test_with_a_panel_field_trader_and_month_are_named(tmp_path):
    pair = tuple(
        load(name, SMALL).first_months(44) for name in ("tight_control", "restored_autonomy")
    )
    result = tmp_path / "out"
    undertake(Request(pair, 7, 2, panel=1.0), result)
    assert replay(result, 1) == ([], "")
    where = {"scenario": "tight_control", "replicate": 1}
    nudge(result, "monthly", month="2024-06", column="savings_mean", **where)
    nudge(result, "panel", month="2024-06", post=17, column="savings", **where)
    notes, difference = replay(result, 1)
    assert notes == []
    start = "tight_control in 2024-06: savings of the trader at post 17 is stored as "
    assert difference.startswith(start)


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
