"""A study from file to folder: the same bytes whatever came in between."""

import json
import shutil

import pandas as pd
import pytest

from sim import load
from sim.explore import kept
from sim.explore.plan_reading import read_plan
from sim.explore.undertaking import study_to_resume, undertake_study
from sim.folders import NoResult, StoreError
from tests.test_unfinished import tree

STUDY = """
title: Salaries and quotas
description: What do higher salaries and lower quotas do?
scenario: restored_autonomy
vary:
  surroundings.salary_usd: [400, 700, 900]
  levers.quota_usd@2026-07: [1000, 3000]
posts: 12
replicates: 2
seed: 0
sweep:
  quantities:
    - {outcome: savings_median}
    - {outcome: quota_fulfilment}
"""


@pytest.fixture(autouse=True)
def batches_of_one(monkeypatch):
    """A batch after every point, and no commit: the checkout may change under the tests."""
    monkeypatch.setattr(kept, "SECONDS", -1.0)
    monkeypatch.setattr("sim.store.commit", lambda: None)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "salaries.yaml"
    path.write_text(STUDY, encoding="utf-8")
    return path


def stop_after(count):
    """Told how many are done, it ends the study as Ctrl-C does once they are so many."""

    def told(done):
        if done >= count:
            raise KeyboardInterrupt

    return told


def test_a_result_holds_what_was_found_and_what_it_came_from(file, tmp_path):
    plan = read_plan(str(file), "sweep")
    undertake_study(plan, tmp_path / "out", command="trader-sim sweep salaries.yaml")
    out = tmp_path / "out"
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["kind"] == "sweep" and manifest["seed"] == 0 and manifest["failures"] == []
    table = pd.read_csv(out / "points.csv")
    assert len(table) == 6
    assert list(table.columns[:3]) == ["point", *(each.name for each in plan.varied)]
    again = read_plan(str(out / "scenarios" / "salaries.study.yaml"), "sweep")
    assert again.key == plan.key
    assert load(str(out / "scenarios" / "restored_autonomy.yaml")) == plan.scenarios[0]
    for name in ("report.html", "report.md"):
        text = (out / name).read_text(encoding="utf-8")
        assert "Salaries and quotas" in text and "What do higher salaries" in text


def test_a_study_broken_off_comes_out_as_if_nothing_had_happened(file, tmp_path):
    plan = read_plan(str(file), "sweep")
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    undertake_study(plan, whole, command="c", jobs=1)
    with pytest.raises(KeyboardInterrupt):
        undertake_study(plan, broken, command="c", jobs=2, told=stop_after(5))
    assert not broken.exists()
    file.unlink()  # the study is read from what was kept of it
    found, command = study_to_resume(broken)
    done = []
    undertake_study(found, broken, command=command, jobs=2, told=done.append, force=True)
    assert done[0] == 5 and done[-1] == 12
    assert tree(whole) == tree(broken)
    assert not broken.with_name("broken.unfinished").exists()


def test_what_is_kept_of_a_study_broken_off_is_of_all_points_alike(file, tmp_path):
    plan = read_plan(str(file), "sweep")
    with pytest.raises(KeyboardInterrupt):
        undertake_study(plan, tmp_path / "out", jobs=1, told=stop_after(7))
    batches = (tmp_path / "out.unfinished").glob("batches/*/points.parquet")
    rows = pd.concat([pd.read_parquet(each) for each in batches])
    assert rows[rows["replicate"] == 0]["point"].nunique() == 6


def test_nothing_there_is_lost(file, tmp_path):
    plan = read_plan(str(file), "sweep")
    out = tmp_path / "out"
    undertake_study(plan, out)
    with pytest.raises(StoreError, match="already holds a result"):
        undertake_study(plan, out)
    undertake_study(plan, out, force=True)
    (out / "mine.txt").write_text("mine")
    with pytest.raises(StoreError, match=r"holds other things than a result \(mine.txt\)"):
        undertake_study(plan, out, force=True)


def test_a_study_of_other_rules_is_not_gone_on_with(file, tmp_path, monkeypatch):
    plan = read_plan(str(file), "sweep")
    with pytest.raises(KeyboardInterrupt):
        undertake_study(plan, tmp_path / "out", told=stop_after(3))
    monkeypatch.setattr("sim.explore.undertaking.rules_hash", lambda: "other")
    with pytest.raises(NoResult, match="begun with other rules"):
        study_to_resume(tmp_path / "out")


def test_the_command_says_what_it_found(call, file):
    code, out, errors = call("sweep", file, "-o", "r", "--no-progress")
    assert code == 0 and not errors
    assert "Median savings: from $" in out and "report: r/report.html" in out
    code, out, _ = call("sweep", file, "-o", "j", "--json", "-j", 2)
    told = json.loads(out)
    assert code == 0 and told["points"] == 6 and len(told["answer"]) == 2
    assert call("verify", "r")[0] == 0


def test_the_command_goes_on_with_a_study(call, file, monkeypatch):
    call("sweep", file, "-o", "whole", "-q")
    lived = []

    def breaking(self, key, values, fault, keep=kept.OnDisk.keep):
        keep(self, key, values, fault)
        lived.append(key)
        if len(lived) == 4:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(kept.OnDisk, "keep", breaking)
        code, _, errors = call("sweep", file, "-o", "r", "-q")
    assert code == 130
    assert "4 of 12 replicates are kept in r.unfinished; go on with: trader-sim resume r" in errors
    assert call("resume", "r", "-q")[0] == 0
    first, second = (tree(file.parent / name) for name in ("whole", "r"))
    for found in (first, second):  # they say what command makes them
        for name in ("report.html", "report.md", "manifest.json"):
            found.pop(name)
    assert first == second
    assert "whole; there is nothing to go on with" in call("resume", "r")[1]


def test_other_commands_say_that_it_is_a_study(call, file):
    call("sweep", file, "-o", "r", "-q")
    for words in (["report", "r"], ["plot", "r"], ["replay", "r", "--replicate", 0],
                  ["extend", "r", "-n", 9]):  # fmt: skip
        code, _, errors = call(*words)
        assert code == 2
        assert "r is the result of a study of many points (sweep)" in errors


def test_a_dry_run_writes_nothing(call, file):
    code, out, _ = call("sweep", file, "--dry-run", "--json")
    told = json.loads(out)
    assert code == 0 and told["point_replicates"] == 12 and told["estimated_seconds"] > 0
    assert [each.name for each in file.parent.iterdir()] == ["salaries.yaml"]


def test_bad_studies_end_in_a_sentence_and_code_2(call, file):
    code, _, errors = call("sweep", "no_such_study")
    assert code == 2 and "there is no study of this name" in errors
    code, _, errors = call("sweep", "no_such.yaml")
    assert code == 2 and "there is no such file" in errors
    file.write_text(STUDY.replace("savings_median", "savings"), encoding="utf-8")
    code, _, errors = call("sweep", file)
    assert code == 2 and errors.startswith(f"{file}:13:17: sweep.quantities[0].outcome:")
    assert call("check", file)[2] == errors


def test_check_knows_studies(call, file):
    code, out, _ = call("check", file)
    assert code == 0
    assert out.strip().endswith("a study (sweep) of restored_autonomy; 2 things vary")
    assert json.loads(call("check", file, "--json")[1])["files"][0]["kinds"] == ["sweep"]


def test_a_damaged_study_that_was_broken_off_is_told_of(call, file):
    plan = read_plan(str(file), "sweep")
    with pytest.raises(KeyboardInterrupt):
        undertake_study(plan, file.parent / "r", told=stop_after(3))
    shutil.rmtree(file.parent / "r.unfinished" / "scenarios")
    code, _, errors = call("resume", "r")
    assert code == 2 and "holds no study that can be gone on with" in errors
