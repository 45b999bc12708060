"""Studies that are interrupted, killed, gone on with and extended: no number is lost or changed."""

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim import cli, unfinished
from sim.compare import study
from sim.folders import NoResult, StoreError
from sim.history import KEPT
from sim.model.world import POSTED
from sim.plots import FIGURES
from sim.request import Request
from sim.run import Replicate
from sim.scenario import load
from sim.stored import opened
from sim.undertaking import to_extend, to_resume, undertake
from sim.unfinished import Batches, kept, locked

SMALL = ["cohort.posts=12", "cohort.companies=3"]
PAIR = ("tight_control", "restored_autonomy")


def request(replicates=9, **about):
    pair = tuple(load(name, SMALL).first_months(45) for name in PAIR)
    return Request(pair, 6, replicates, "trader-sim compare a b --seed 6", **about)


def tree(folder):
    """Every file below a folder with its content, but what the manifest says of the moment."""
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file()
    }
    if manifest := json.loads(found.get("manifest.json", b"{}")):
        for name in ("finished", "seconds", "commit"):
            manifest.pop(name, None)
        found["manifest.json"] = manifest
    return found


@pytest.fixture(autouse=True)
def batches_of_one(monkeypatch):
    """A batch after every replicate."""
    monkeypatch.setattr(unfinished, "SECONDS", -1.0)


@pytest.fixture(scope="module", autouse=True)
def few_figures_and_no_commit():
    """Figures take longer than all else here, and the checkout may change under the tests."""
    few = {name: FIGURES[name] for name in ("savings_spent", "contributions")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.publish.drawable", lambda study: few)
        patch.setattr("sim.store.commit", lambda: None)
        yield


@pytest.fixture(scope="module")
def whole(tmp_path_factory, few_figures_and_no_commit):
    """A study of nine replicates that nothing disturbed."""
    folder = tmp_path_factory.mktemp("whole") / "result"
    undertake(request(), folder, jobs=1)
    return folder


def stop_after(count):
    """Progress that ends it all, as Ctrl-C does, once so many are lived."""

    def progress(done):
        if done >= count:
            raise KeyboardInterrupt

    return progress


def interrupted(asked, folder, count, **how):
    with pytest.raises(KeyboardInterrupt):
        undertake(asked, folder, progress=stop_after(count), **how)


# ------------------------------------------------------------------------- the same in any way


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_same_files_for_any_number_of_threads(whole, tmp_path, jobs):
    undertake(request(), tmp_path / "out", jobs=jobs)
    assert tree(tmp_path / "out") == tree(whole)
    assert os.listdir(tmp_path) == ["out"]


@pytest.mark.parametrize("stops", [[1], [4], [8], [2, 5, 7]])
def test_the_same_files_after_interruptions(whole, tmp_path, stops):
    folder = tmp_path / "out"
    for stop in stops:
        interrupted(request(), folder, stop)
        assert not folder.exists() and stop <= kept(folder) <= 9
        asked, extends = to_resume(folder)
        assert asked.key == request().key and not extends
    told = []
    undertake(asked, folder, progress=told.append)
    assert told[0] == told[1] - 1 >= stops[-1] and told[-1] == 9, "what was kept was lived again"
    assert tree(folder) == tree(whole)
    assert os.listdir(tmp_path) == ["out"]


def test_the_same_files_after_an_extension(whole, tmp_path):
    folder = tmp_path / "out"
    undertake(request(4), folder)
    told = []
    undertake(to_extend(folder, 9), folder, extends=True, progress=told.append)
    assert told == [4, 5, 6, 7, 8, 9]
    assert tree(folder) == tree(whole)


def test_the_same_files_after_an_interrupted_extension(whole, tmp_path):
    folder = tmp_path / "out"
    undertake(request(4), folder)
    before = tree(folder)
    interrupted(to_extend(folder, 9), folder, 7, extends=True)
    assert tree(folder) == before, "a result is there until a better one is whole"
    asked, extends = to_resume(folder)
    assert extends and asked.replicates == 9
    undertake(asked, folder, extends=True)
    assert tree(folder) == tree(whole)


def test_the_same_command_goes_on_by_itself(whole, tmp_path):
    interrupted(request(), tmp_path / "out", 5)
    told = []
    undertake(request(), tmp_path / "out", progress=told.append)
    assert told[0] == 5
    assert tree(tmp_path / "out") == tree(whole)


def test_larger_batches_leave_the_same_files(whole, tmp_path, monkeypatch):
    monkeypatch.setattr(unfinished, "SECONDS", 1e9)
    undertake(request(), tmp_path / "out")
    assert tree(tmp_path / "out") == tree(whole)


def test_a_result_in_memory_is_the_same_as_one_on_disk(whole):
    mine, theirs = study(request().scenarios, 9, seed=6), opened(whole)
    for name in ("monthly", "postings", "replicates"):
        pd.testing.assert_frame_equal(getattr(mine, name), getattr(theirs, name))
    assert theirs.window_month == mine.window_month and theirs.outcomes == mine.outcomes


def test_audited_accounts_are_those_of_an_undisturbed_study(tmp_path):
    asked = request(5, audit=True)
    interrupted(asked, tmp_path / "out", 2)
    undertake(asked, tmp_path / "out")
    pair = study(asked.scenarios, 5, seed=6, audit=True)
    accounts = pd.read_csv(tmp_path / "out" / "accounts.csv")
    pd.testing.assert_frame_equal(accounts, pair.accounts, check_exact=True)


def test_precision_asked_for_is_reached_with_the_same_replicates(tmp_path):
    asked = request(3, until={"savings_median": 1500.0}, max_replicates=40)
    undertake(asked, tmp_path / "one")
    count = len(opened(tmp_path / "one").numbers)
    assert 3 < count < 40
    interrupted(asked, tmp_path / "two", 4)
    undertake(to_resume(tmp_path / "two")[0], tmp_path / "two")
    assert tree(tmp_path / "two") == tree(tmp_path / "one")


def test_failures_are_kept_with_their_batch(tmp_path, monkeypatch):
    from sim import ensemble

    live = ensemble.Diary.lives

    def fail(self, world, until):
        if world.number == 1:
            return ensemble.RuleFault("replicate 1 went wrong", "Traceback")
        return live(self, world, until)

    monkeypatch.setattr(ensemble.Diary, "lives", fail)
    folder = tmp_path / "out"
    interrupted(request(4), folder, 2)
    monkeypatch.undo()
    undertake(request(4), folder)
    failed = pd.read_csv(folder / "failures.csv")
    assert failed["scenario"].tolist() == list(PAIR) and set(failed["replicate"]) == {1}
    undertake(to_extend(folder, 6), folder, extends=True)
    assert pd.read_csv(folder / "failures.csv").equals(failed)
    status = pd.read_parquet(folder / "replicates.parquet")["status"]
    assert (status == "failed").sum() == 2 and len(status) == 12


# ------------------------------------------------------------------- what counts and what does not


def test_a_damaged_batch_is_lived_again(whole, tmp_path):
    folder = tmp_path / "out"
    interrupted(request(), folder, 6)
    first, second, third, *_ = sorted((tmp_path / "out.unfinished" / "batches").iterdir())
    content = bytearray((first / "monthly.parquet").read_bytes())
    content[len(content) // 2] ^= 1
    (first / "monthly.parquet").write_bytes(content)
    (second / "about.json").write_text("{")
    (third / "postings.parquet").unlink()
    told = []
    undertake(request(), folder, progress=told.append)
    assert told[0] == 3
    assert tree(folder) == tree(whole)


@pytest.mark.parametrize("other", [{"seed": 7}, {"audit": True}, {"panel": 0.5}])
def test_batches_of_another_request_are_neither_used_nor_lost(tmp_path, other):
    interrupted(request(), tmp_path / "out", 3)
    before = tree(tmp_path / "out.unfinished")
    asked, told = replace(request(4), **other), []
    with pytest.raises(StoreError, match="replicates of another study; go on with that one:"):
        undertake(asked, tmp_path / "out")
    with pytest.raises(StoreError, match="drop it with --force"):
        sim.save(tmp_path / "out", study(asked.scenarios, 1))
    assert tree(tmp_path / "out.unfinished") == before
    undertake(asked, tmp_path / "out", force=True, progress=told.append)
    assert told == [1, 2, 3, 4]
    assert os.listdir(tmp_path) == ["out"]


def test_other_rules_or_versions_are_not_gone_on_with(tmp_path, monkeypatch):
    interrupted(request(), tmp_path / "out", 3)
    undertake(request(2), tmp_path / "whole")
    monkeypatch.setattr("sim.request.rules_hash", lambda: "others")
    with pytest.raises(NoResult, match="other rules or versions.*compare a b --seed 6 -n 9"):
        to_resume(tmp_path / "out")
    with pytest.raises(NoResult, match="other rules or versions.*run it anew"):
        to_extend(tmp_path / "whole", 20)


def test_only_a_sound_result_grows_and_only_upwards(whole, tmp_path):
    with pytest.raises(NoResult, match="has 9 replicates; -n must say how many .* in all"):
        to_extend(whole, 9)
    damaged = shutil.copytree(whole, tmp_path / "damaged")
    (damaged / "effects.csv").write_text("mine")
    with pytest.raises(NoResult, match="effects.csv has been changed.*only a sound result"):
        to_extend(damaged, 20)


def test_a_second_process_is_told(tmp_path):
    with locked(tmp_path / "out"):
        with pytest.raises(StoreError, match="another trader-sim is writing .*out"):
            undertake(request(1), tmp_path / "out")
        with pytest.raises(StoreError, match="another trader-sim is writing"):
            sim.save(tmp_path / "out", study(request().scenarios, 1))
    assert os.listdir(tmp_path) == []


def test_somebody_else_s_folder_of_that_name_is_left_alone(tmp_path):
    (tmp_path / "out.unfinished").mkdir()
    (tmp_path / "out.unfinished" / "novel.txt").write_text("precious")
    with pytest.raises(StoreError, match="holds other things .novel.txt."):
        undertake(request(1), tmp_path / "out")
    assert (tmp_path / "out.unfinished" / "novel.txt").read_text() == "precious"


def test_killed_between_two_places_the_old_result_comes_back(whole, tmp_path):
    """After the old result was put aside and before the new one took its place."""
    shutil.copytree(whole, tmp_path / "out.unfinished" / "replaced")
    (tmp_path / "out.unfinished" / "whole").mkdir()
    (tmp_path / "out.unfinished" / "whole" / "manifest.json").write_text("{")
    with locked(tmp_path / "out"):
        pass
    assert tree(tmp_path / "out") == tree(whole)
    assert os.listdir(tmp_path) == ["out"]


def test_killed_when_all_was_done_but_the_clearing_away(whole, tmp_path):
    interrupted(request(), tmp_path / "out", 5)
    shutil.copytree(whole, tmp_path / "out")
    assert to_resume(tmp_path / "out") is None
    assert os.listdir(tmp_path) == ["out"]


# ------------------------------------------------------------------ no room, no right, no process


def test_ctrl_c_while_a_batch_is_written_costs_nothing(whole, tmp_path, monkeypatch):
    write, calls = unfinished.write_pieces, []

    def interrupt(*words, **more):
        calls.append(words)
        if len(calls) == 4:
            raise KeyboardInterrupt
        write(*words, **more)

    monkeypatch.setattr(unfinished, "write_pieces", interrupt)
    with pytest.raises(KeyboardInterrupt):
        undertake(request(), tmp_path / "out")
    assert kept(tmp_path / "out") == 4, "the batch being written was written after all"
    undertake(request(), tmp_path / "out")
    assert tree(tmp_path / "out") == tree(whole)


def test_a_result_damaged_while_it_was_extended_is_lived_again(whole, tmp_path):
    folder = tmp_path / "out"
    undertake(request(4), folder)
    interrupted(to_extend(folder, 9), folder, 6, extends=True)
    (folder / "monthly.parquet").write_bytes(b"PAR1")
    asked, extends = to_resume(folder)
    undertake(asked, folder, extends=extends)
    assert tree(folder) == tree(whole)


@pytest.mark.parametrize("what", ["a link", "a file"])
def test_only_a_folder_of_its_own_will_do(tmp_path, what):
    place = tmp_path / "out.unfinished"
    if what == "a link":
        (tmp_path / "elsewhere").mkdir()
        place.symlink_to(tmp_path / "elsewhere")
    else:
        place.write_text("precious")
    with pytest.raises(StoreError, match="out.unfinished is not a folder"):
        undertake(request(1), tmp_path / "out")
    assert what == "a link" or place.read_text() == "precious"


@pytest.mark.parametrize(
    "fault", [OSError(28, "No space left on device"), PermissionError(13, "Permission denied")]
)
def test_a_disk_that_refuses_costs_no_finished_batch(whole, tmp_path, monkeypatch, fault):
    write, calls = unfinished.write_pieces, []

    def fail(*words, **more):
        calls.append(words)
        if len(calls) >= 5:
            raise fault
        write(*words, **more)

    monkeypatch.setattr(unfinished, "write_pieces", fail)
    with pytest.raises(StoreError, match=fault.strerror):
        undertake(request(), tmp_path / "out")
    assert kept(tmp_path / "out") == 4
    monkeypatch.undo()
    undertake(to_resume(tmp_path / "out")[0], tmp_path / "out")
    assert tree(tmp_path / "out") == tree(whole)


def command(*words, cwd, **more):
    """The command in a process of its own, which writes a batch after every replicate."""
    code = "import sim.unfinished as u; u.SECONDS = -1.0; from sim.cli import main; main()"
    environment = os.environ | {"PYTHONPATH": str(Path(cli.__file__).parents[2])}
    return subprocess.Popen(
        [sys.executable, "-c", code, *words], cwd=cwd, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more,
    )  # fmt: skip


def test_a_file_that_may_grow_no_more_costs_no_finished_batch(tmp_path):
    """A real refusal of the system, while the result itself is being written."""

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    words = ["run", "history", "-n", "12", "--posts", "12", "--months", "40", "-o", "out"]
    running = command(*words, cwd=tmp_path, preexec_fn=limit)
    _, err = running.communicate(timeout=120)
    assert running.returncode == 2 and "File too large" in err
    assert "12 of 12 replicates are kept" in err and not (tmp_path / "out").exists()
    running = command("resume", "out", "-q", cwd=tmp_path)
    assert running.communicate(timeout=120) == ("", "") and running.returncode == 0
    assert os.listdir(tmp_path) == ["out"]


def test_kills_at_random_moments_lose_no_batch(tmp_path):
    """The full number is in benchmarks/kills.py."""
    pace = random.Random(4)
    words = ["compare", *PAIR, "-n", "30", "--posts", "12", "--seed", "6", "-q", "-o"]
    running = command(*words, "one", cwd=tmp_path)
    assert running.wait(timeout=120) == 0
    had, kills, again = 0, 0, [*words, "two"]
    while kills < 6:
        running = command(*again, cwd=tmp_path)
        until = time.monotonic() + pace.uniform(0.6, 3.0)
        while time.monotonic() < until and running.poll() is None:
            time.sleep(0.01)
        if running.poll() is not None:
            break
        running.kill()
        running.wait()
        kills += 1
        assert kept(tmp_path / "two") >= had, "a finished batch was lost"
        had = kept(tmp_path / "two")
        if had:
            again = ["resume", "two", "-q"]
    if not (tmp_path / "two").exists():
        running = command(*again, cwd=tmp_path)
        assert running.wait(timeout=120) == 0, running.communicate()
    assert kills and {each.name for each in tmp_path.iterdir()} == {"one", "two"}
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


# --------------------------------------------------------------------------------------- a panel


def test_a_panel_has_the_traders_as_they_were(tmp_path):
    asked = request(3, panel=0.25)
    interrupted(asked, tmp_path / "out", 2)
    result = undertake(asked, tmp_path / "out")
    table = pd.read_parquet(tmp_path / "out" / "panel.parquet")
    assert table.columns.tolist() == ["scenario", "replicate", "month", "post", *KEPT["traders"]]
    assert len(table) == 2 * 3 * 45 * 3 and set(table["post"]) == {3, 7, 11}
    course = asked.scenarios[1].course()
    (history,) = Replicate(course, 6, 2).histories(45)
    rows = table[(table["scenario"] == PAIR[1]) & (table["replicate"] == 2)]
    for post, mine in rows.groupby("post"):
        for name in KEPT["traders"]:
            assert mine[name].tolist() == history[name][:, post].tolist()
    assert (rows["status"] == POSTED).any()
    pd.testing.assert_frame_equal(table, result.panel)
    pd.testing.assert_frame_equal(table, study(asked.scenarios, 3, seed=6, panel=0.25).panel)


@pytest.mark.parametrize(("share", "posts"), [(1.0, 12), (0.5, 6), (0.05, 0), (0.1, 1)])
def test_a_panel_holds_the_share_asked_for(tmp_path, share, posts):
    panel = study(request().scenarios[:1], 1, panel=share).panel
    assert (panel["post"].nunique() if len(panel) else 0) == posts


# ---------------------------------------------------------------------------------- the commands


def test_the_commands_say_what_they_do(call, tmp_path):
    words = ["--posts", "12", "--months", "45"]
    code, out, err = call("compare", *PAIR, "-n", "3", *words, "-o", "out")
    assert (code, err) == (0, "")
    code, out, err = call("extend", "out", "-n", "5")
    assert (code, err) == (0, "") and "report: out/report.html" in out
    told = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert told["replicates"] == 5
    assert told["command"] == " ".join(
        ["trader-sim compare", *PAIR, "--seed 1 --months 45 --posts 12 -n 5"]
    )
    for name in ("out", "out.unfinished"):
        code, out, err = call("resume", name)
        assert (code, out, err) == (0, "out is whole; there is nothing to go on with\n", "")
    code, out, err = call("extend", "out", "-n", "5")
    assert code == 2 and err.count("\n") == 1
    for verb in (["resume"], ["extend", "-n", "9"], ["verify"], ["replay", "--replicate", "1"]):
        code, out, err = call(*verb, "nowhere")
        assert (code, out) == (2, "") and err == (
            "nowhere is no result: manifest.json (No such file or directory)\n"
        )


def test_what_is_not_whole_says_how_to_go_on(call, tmp_path):
    interrupted(request(), tmp_path / "out", 3)
    code, _, err = call("verify", "out")
    assert (code, err) == (2, "out is not whole yet; go on with: trader-sim resume out\n")
    code, out, err = call("resume", "out.unfinished")
    assert (code, err) == (0, "") and "report: out/report.html" in out


def test_a_finished_study_is_resumed_without_loading_the_model(whole):
    before = {path: path.stat().st_mtime_ns for path in whole.rglob("*")}
    code = """
import sys
from sim.cli import main
try:
    main()
except SystemExit as ended:
    assert not ended.code
assert not {"numba", "pyarrow", "pandas"} & sys.modules.keys()
"""
    done = subprocess.run(
        [sys.executable, "-c", code, "resume", str(whole)], capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": str(Path(cli.__file__).parents[2])},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert {path: path.stat().st_mtime_ns for path in whole.rglob("*")} == before


def test_batches_are_of_whole_replicates_of_all_scenarios(tmp_path):
    """An interrupted study is balanced: whatever is kept, every scenario has it."""
    interrupted(request(), tmp_path / "out", 4)
    with locked(tmp_path / "out", request().key) as place:
        batches = Batches(place, request())
        count = len(batches.held)
        table = batches.result(count, 42).replicates
    assert table.groupby("scenario")["replicate"].apply(list).tolist() == [list(range(count))] * 2
