"""What is kept: the documented files, whole or not at all, never over something else."""

import hashlib
import json
import os
import shutil
import stat
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

import sim
from sim import store
from sim.compare import study
from sim.contrast import effects
from sim.folders import StoreError, check_target
from sim.plots import FIGURES
from sim.request import Request, resolved_yaml
from sim.scenario import load
from sim.setting_values import SETTINGS
from sim.store import write

SMALL = ["cohort.posts=10", "cohort.companies=2"]
NAMES = ("tight_control", "restored_autonomy")


def small(name, *sets, months=44):
    return load(name, [*SMALL, *sets]).first_months(months)


@pytest.fixture(scope="module")
def result():
    return study([small(name) for name in NAMES], 2, seed=6)


@pytest.fixture(scope="module")
def kept(result, tmp_path_factory):
    """A result folder, with tables as CSV too."""
    folder = tmp_path_factory.mktemp("kept") / "results" / "mine"
    sim.save(folder, result, csv=True)
    return folder


def tree(folder):
    """Every file below a folder with its content."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(Path(folder).rglob("*"))
    }


def figure_files(names):
    return {f"figures/{name}.{end}" for name in names for end in ("svg", "png", "csv")}


NOT_MEASURED = {"contributions"}
FILES = figure_files(FIGURES.keys() - NOT_MEASURED) | {
    "manifest.json", "monthly.parquet", "replicates.parquet", "postings.parquet", "effects.csv",
    "effects_monthly.csv", "times.csv",
    "report.html", "report.md", *(f"scenarios/{name}.yaml" for name in NAMES),
}  # fmt: skip


def test_a_result_has_exactly_the_documented_files(kept):
    found = {name for name, content in tree(kept).items() if content is not None}
    tables = {f"{name}.csv" for name in ("monthly", "replicates", "postings")}
    assert found == FILES | tables
    assert {each.name for each in kept.parent.iterdir()} == {"mine"}


def test_nothing_in_it_is_empty_or_shut_away(kept):
    for path in kept.rglob("*"):
        assert path.is_dir() or path.stat().st_size > 0
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o777 & ~mask


def test_the_tables_on_disk_are_the_result_s(kept, result):
    for name in ("monthly", "replicates", "postings"):
        table = pd.read_parquet(kept / f"{name}.parquet")
        expected = getattr(result, name)
        assert table.columns.tolist() == expected.columns.tolist()
        pd.testing.assert_frame_equal(table, expected, check_dtype=False, check_categorical=False)
        again = pd.read_csv(kept / f"{name}.csv")
        assert again.columns.tolist() == expected.columns.tolist() and len(again) == len(expected)
    again = pd.read_csv(kept / "effects.csv")
    pd.testing.assert_frame_equal(again, effects(result), check_dtype=False)


def test_effects_have_the_documented_columns(kept):
    columns = pd.read_csv(kept / "effects.csv", nrows=0).columns
    assert {
        "outcome", "base", "other", "difference", "ci_low", "ci_high", "superiority", "p",
        "p_adjusted", "replicates",
    } <= set(columns)  # fmt: skip


def test_the_manifest_says_who_made_it_from_what(kept, result):
    told = json.loads((kept / "manifest.json").read_text())
    assert told["command"] == "written from Python"
    assert (told["seed"], told["replicates"], told["compared_from"]) == (6, 2, "2026-07")
    for name, digest in told["scenarios"].items():
        content = (kept / "scenarios" / f"{name}.yaml").read_bytes()
        assert digest == hashlib.sha256(content).hexdigest()
    assert list(told["scenarios"]) == list(NAMES)
    assert told["series"] == {} and told["failures"] == []
    assert told["versions"]["trader-sim"] == sim.__version__
    assert told["versions"]["pandas"] == pd.__version__
    assert {"numpy", "numba", "scipy", "mesa", "matplotlib"} <= set(told["versions"])
    assert told["machine"]["cores"] == os.cpu_count()
    assert told["finished"].endswith("Z") and "commit" in told and "python" in told


def test_the_hash_of_the_rules_is_that_of_their_sources(kept):
    here = Path(sim.__file__).parent
    digest = hashlib.sha256()
    for source in [*sorted((here / "model").glob("*.py")), here / "run.py"]:
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    assert json.loads((kept / "manifest.json").read_text())["rules"] == digest.hexdigest()


def test_the_scenarios_on_disk_run_again_to_the_same_numbers(kept, result):
    again = study([load(str(kept / "scenarios" / f"{name}.yaml")) for name in NAMES], 2, seed=6)
    for name, table in again.tables.items():
        assert table.tobytes() == result.tables[name].tobytes()


def test_a_single_scenario_has_no_effects(tmp_path):
    sim.save(tmp_path / "one", study([small("history", months=3)], 1))
    found = {name for name, content in tree(tmp_path / "one").items() if content is not None}
    of_two = {"effects.csv", "effects_monthly.csv", *(f"scenarios/{name}.yaml" for name in NAMES)}
    of_two |= figure_files(["effects_forest"])
    assert found == (FILES - of_two) | {"scenarios/history.yaml"}
    manifest = json.loads((tmp_path / "one" / "manifest.json").read_text())
    assert manifest["command"] == "written from Python"


def test_a_series_of_one_s_own_is_kept_with_the_scenario(tmp_path):
    packaged = Path(sim.__file__).parent / "data" / "china_trade_monthly.csv"
    (tmp_path / "trade.csv").write_bytes(packaged.read_bytes())
    text = "months: {from: 2019-02, to: 2019-04}\ndemand: {series: trade.csv}\n"
    (tmp_path / "mine.yaml").write_text(text)
    scenario = load(str(tmp_path / "mine.yaml"), SMALL)
    (tmp_path / "kept").mkdir()
    result = study([scenario], 1)
    store.write_tables(tmp_path / "kept", result, csv=False)
    again = load(str(tmp_path / "kept" / "scenarios" / "mine.yaml"))
    assert again.series != scenario.series
    assert again.course().today.tobytes() == scenario.course().today.tobytes()
    (tmp_path / "trade.csv").write_text("gone")
    assert load(str(tmp_path / "kept" / "scenarios" / "mine.yaml")).trade.exports_usd.size == 3
    digest = hashlib.sha256(again.series.read_bytes()).hexdigest()
    result, request = study([again], 1), Request((again,), 1, 1)
    assert store.manifest(result, request)["series"] == {"mine": digest}


# ------------------------------------------------------------------------- whole or not at all


def fill(place):
    (place / "manifest.json").write_text("{}")
    (place / "report.html").write_text("new")


@pytest.fixture
def old(tmp_path):
    """A folder with an earlier result."""
    folder = tmp_path / "mine"
    (folder / "figures").mkdir(parents=True)
    (folder / "figures" / "prices.svg").write_text("old")
    (folder / "manifest.json").write_text('{"seed": 1}')
    return folder


def only(folder, *names):
    assert {each.name for each in folder.iterdir()} == set(names)


def test_a_result_is_replaced_whole(old):
    write(old, True, fill)
    assert set(tree(old)) == {"manifest.json", "report.html"}
    only(old.parent, "mine")


def test_without_force_it_is_left_alone(old):
    before = tree(old)
    with pytest.raises(StoreError, match="already holds a result.*--force"):
        write(old, False, fill)
    assert tree(old) == before
    only(old.parent, "mine")


@pytest.mark.parametrize(
    "fault", [OSError(28, "No space left"), ValueError("x"), KeyboardInterrupt()]
)
@pytest.mark.parametrize("there", [True, False])
def test_a_failure_while_writing_leaves_what_was_there(old, fault, there):
    def fail(place):
        fill(place)
        raise fault

    if not there:
        shutil.rmtree(old)
    before = tree(old.parent)
    expected = StoreError if isinstance(fault, OSError) else type(fault)
    with pytest.raises(expected):
        write(old, True, fail)
    assert tree(old.parent) == before


@pytest.mark.parametrize("fault", [OSError(5, "Input/output error"), KeyboardInterrupt()])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", [1, 2])
def test_a_failure_while_changing_places_brings_the_old_one_back(old, fault, when, at, monkeypatch):
    before, calls, replace = tree(old.parent), [], os.replace

    def fail(source, target):
        calls.append(source)
        if len(calls) == at and when == "before":
            raise fault
        replace(source, target)
        if len(calls) == at:
            raise fault

    monkeypatch.setattr(store.os, "replace", fail)
    with pytest.raises(StoreError if isinstance(fault, OSError) else KeyboardInterrupt):
        write(old, True, fill)
    if (when, at) == ("after", 2):  # the new one is in place
        assert set(tree(old)) == {"manifest.json", "report.html"}
    else:
        assert tree(old.parent) == before
    only(old.parent, "mine")


def test_an_interrupted_save_leaves_nothing(result, tmp_path, monkeypatch):
    def interrupt(*anything):
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.publish.save_figures", interrupt)
    with pytest.raises(KeyboardInterrupt):
        sim.save(tmp_path / "mine", result)
    assert tree(tmp_path) == {}


def test_an_empty_folder_and_missing_parents_will_do(tmp_path):
    (tmp_path / "empty").mkdir()
    for place in ("empty", "a/b/c"):
        write(tmp_path / place, False, fill)
        assert set(tree(tmp_path / place)) == {"manifest.json", "report.html"}
    only(tmp_path, "empty", "a")
    only(tmp_path / "a" / "b", "c")


# ------------------------------------------------------------------- never over something else


def refused(folder, told, force=True):
    before = tree(folder.parent)
    with pytest.raises(StoreError, match=told) as caught:
        check_target(folder, force)
    assert "\n" not in str(caught.value)
    with pytest.raises(StoreError, match=told):
        write(folder, force, fill)
    assert tree(folder.parent) == before


@pytest.mark.parametrize(
    "strange", ["thesis.docx", ".git", "data/x.csv", "index.html", "manifest.webmanifest"]
)
@pytest.mark.parametrize("manifest", [True, False])
def test_a_folder_with_other_things_survives_even_force(tmp_path, strange, manifest):
    folder = tmp_path / "mine"
    (folder / strange).parent.mkdir(parents=True)
    (folder / strange).write_text("precious")
    if manifest:
        (folder / "manifest.json").write_text("{}")
    refused(folder, "left alone even with --force; choose another place")


def test_a_folder_without_a_manifest_is_no_result(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "report.html").write_text("precious")
    refused(folder, "no manifest.json.*left alone even with --force")


def test_a_file_is_no_place(tmp_path):
    (tmp_path / "mine").write_text("precious")
    refused(tmp_path / "mine", "is not a folder; choose another place")
    refused(tmp_path / "mine" / "below", "mine is a file, not a folder; choose another place")


def test_a_link_is_no_place(old, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(old)
    refused(link, "is not a folder")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    refused(tmp_path / "dangling", "is not a folder")


@pytest.mark.parametrize("name", ["", ".", "../here", "x/.."])
def test_the_current_folder_is_no_place(name, tmp_path, monkeypatch):
    (tmp_path / "here" / "x").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    refused(Path(name), "a folder of its own, not the current one")


def test_a_name_too_long_is_told_in_a_sentence(tmp_path):
    refused(tmp_path / ("x" * 300), "cannot be written .File name too long.; choose another")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_one_may_not_write_is_no_place(tmp_path):
    tmp_path.chmod(0o500)
    try:
        refused(tmp_path / "mine", "cannot be written .Permission denied.")
    finally:
        tmp_path.chmod(0o700)


def test_a_resolved_scenario_is_plain_yaml():
    scenario = load("restored_autonomy")
    content = yaml.safe_load(resolved_yaml(scenario))
    assert content["months"] == {"from": "2023-01", "to": "2029-12"}
    paths = [scenario.path(drawer, name) for drawer in SETTINGS for name in SETTINGS[drawer]]
    moves = np.flatnonzero(np.any([np.diff(path) != 0 for path in paths], axis=0)) + 1
    assert [change["from"] for change in content["timeline"]] == [
        scenario.months[at] for at in moves
    ]
    assert isinstance(content["levers"]["autonomy_tiers"]["value"], int)
    assert "based_on" not in content
