"""The command line: what it prints, leaves and refuses, and how it ends."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

import sim.run
from sim import cli
from sim.commit import commit, in_words
from sim.scenario import load
from sim.setting_values import SETTINGS
from sim.unfinished import kept

SMALL = ["-n", "2", "--posts", "10", "--set", "cohort.companies=2"]
PAIR = ["tight_control", "restored_autonomy", *SMALL, "--months", "44"]
ONE = ["tight_control", "-n", "1", "--posts", "5", "--months", "3"]


def tree(folder):
    """Every file below a folder with its content."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(Path(folder).rglob("*"))
    }


def process(*words, cwd, **more):
    """The command as a process of its own."""
    command = [sys.executable, "-m", "sim", *words]
    here = str(Path(cli.__file__).parents[2])
    environment = os.environ | {"PYTHONPATH": here}
    return subprocess.Popen(
        command, cwd=cwd, env=environment, text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=hear_ctrl_c, **more,
    )  # fmt: skip


def hear_ctrl_c():
    """Tests started in the background inherit deafness to SIGINT; the command must hear it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def refused(call, tmp_path):
    """Runs the command, which must end in code 2, one sentence a line, and no trace on disk."""

    def run(*words):
        before = tree(tmp_path)
        code, out, err = call(*words)
        assert (code, out) == (2, ""), err
        assert "Traceback" not in err and err.endswith("\n")
        assert tree(tmp_path) == before
        return err.splitlines()

    return run


# ------------------------------------------------------------------------------- what it leaves


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """One comparison by one thread, as a process, with the rules compiled before: else it may take
    so long that it tells how far it has come."""
    sim.run.Replicate(load("history", ["cohort.posts=1"]).course(), 1, 0).live()
    folder = tmp_path_factory.mktemp("compared")
    running = process("compare", *PAIR, "-j", "1", "-o", "out", "--seed", "3", cwd=folder)
    out, err = running.communicate(timeout=100)
    assert (running.returncode, err) == (0, "")
    return folder / "out", out


def test_a_comparison_prints_a_table_and_where_the_report_is(compared):
    folder, out = compared
    assert out.startswith("Tight control against Restored autonomy: 2 replicates, seed 3\n")
    assert "median savings" in out and "2026-07" in out
    assert out.endswith(f"\nreport: {Path('out') / 'report.html'}\n")
    assert "Traceback" not in out and "nan" not in out


def test_the_manifest_holds_the_command_itself(compared):
    told = json.loads((compared[0] / "manifest.json").read_text())
    sets = [word for word in PAIR if word not in ("-n", "2")]
    assert shlex.split(told["command"])[:4] == ["trader-sim", "compare", *PAIR[:2]]
    again = {*told["command"].split()} - {"trader-sim", "compare", "--seed", "3", "-n", "2"}
    assert again == {*sets}, "what decides the numbers is there, and nothing else"
    assert (told["seed"], told["replicates"]) == (3, 2)
    assert told["seconds"] > 0


def test_two_threads_write_the_same_bytes(compared, call, tmp_path):
    code, out, err = call("compare", *PAIR, "-j", "2", "-o", "out", "--seed", "3", "-q")
    assert (code, out, err) == (0, "", "")
    mine, theirs = tree(tmp_path / "out"), tree(compared[0])
    assert mine.keys() == theirs.keys()
    assert {name for name in mine if mine[name] != theirs[name]} == {"manifest.json"}


def test_json_is_one_valid_object_and_nothing_else(call, tmp_path):
    code, out, err = call("compare", *PAIR, "-n", "1", "--json", "-o", "out")
    assert (code, err) == (0, "")

    def no_constant(name):
        raise AssertionError(name)

    told = json.loads(out, parse_constant=no_constant)
    assert len(out.splitlines()) == 1
    assert told["scenarios"] == ["tight_control", "restored_autonomy"]
    assert (told["folder"], told["seed"], told["replicates"]) == ("out", 1, 1)
    assert told["compared_from"] == "2026-07"
    effects = pd.read_csv(tmp_path / "out" / "effects.csv")
    assert [each["outcome"] for each in told["effects"]] == effects["outcome"].tolist()
    assert told["effects"][0]["difference"] == pytest.approx(effects["difference"][0])
    assert told["effects"][0]["ci_low"] is None  # one replicate has no interval


@pytest.fixture
def bare(monkeypatch):
    """Without figures, for speed."""
    monkeypatch.setattr("sim.plots.FIGURES", {})


def test_a_single_scenario_runs_and_csv_is_written_beside(call, tmp_path, bare):
    code, out, err = call("run", *ONE, "--csv")
    assert (code, err) == (0, "")
    folder = tmp_path / "results" / "tight_control"
    assert "Tight control: 1 replicate" in out and "results/tight_control/report.html" in out
    assert not (folder / "effects.csv").exists()
    for name in ("monthly", "replicates", "postings"):
        table = pd.read_parquet(folder / f"{name}.parquet")
        again = pd.read_csv(folder / f"{name}.csv")
        assert len(table) == len(again) and table.columns.tolist() == again.columns.tolist()
    assert len(pd.read_csv(folder / "monthly.csv")) == 3
    assert pd.read_csv(folder / "postings.csv")["post"].max() == 4
    code, out, err = call("run", *ONE, "--json", "--force")
    assert code == 0 and set(json.loads(out)) >= {"means", "folder", "seed"}


def test_a_title_is_printed_as_it_is(call, tmp_path, bare):
    (tmp_path / "odd.yaml").write_text('based_on: tight_control\ntitle: "[red]x[/red] [/b] 5 %"\n')
    code, out, _ = call("run", "odd.yaml", *ONE[1:])
    assert code == 0
    assert out.count("[red]x[/red] [/b] 5 %") == 2


def test_overrides_reach_the_run(call, tmp_path, bare):
    sets = ["--set", "levers.quota_usd=0", "--set", "levers.surveillance@2023-02=1"]
    assert call("run", *ONE, *sets, "-q")[0] == 0
    kept = load(str(tmp_path / "results" / "tight_control" / "scenarios" / "tight_control.yaml"))
    assert kept.path("levers", "quota_usd").tolist() == [0, 0, 0]
    at_first = load("tight_control").path("levers", "surveillance")[0]
    assert at_first < 1
    assert kept.path("levers", "surveillance").tolist() == [at_first, 1, 1]
    assert kept.path("cohort", "posts").tolist() == [5, 5, 5]
    assert len(kept.months) == 3


def test_seeds_at_both_ends_of_their_range(call, bare):
    assert call("run", *ONE, "--seed", "0", "-o", "a", "-q") == (0, "", "")
    assert call("run", *ONE, "--seed", 2**32 - 1, "-o", "b", "-q") == (0, "", "")
    assert tree("a")["monthly.parquet"] != tree("b")["monthly.parquet"]


def test_force_replaces_and_without_it_nothing_changes(call, refused, bare, tmp_path):
    assert call("run", *ONE, "-o", "out", "-q") == (0, "", "")
    (told,) = refused("run", *ONE, "-o", "out")
    assert told == (
        "out already holds a result; choose another place with -o, or replace it with --force"
    )
    assert call("run", *ONE, "--seed", "2", "-o", "out", "--force", "-q") == (0, "", "")
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["seed"] == 2


# --------------------------------------------------------------------------------- bad requests

REFUSED = {
    "bogus": "No such command 'bogus'",
    "comapre history": "No such command 'comapre'. Did you mean 'compare'?",
    "run": "Missing argument 'SCENARIO'",
    "compare history": "Missing argument 'OTHER...'",
    "run history --posst 3": "No such option: --posst",
    "run history -n 0": "'-n' / '--replicates'",
    "run history -n -5": "'-n' / '--replicates'",
    "run history -n 100001": "'-n' / '--replicates'",
    "run history -n 2.5": "'-n' / '--replicates'",
    "run history -n many": "'-n' / '--replicates'",
    "run history --seed -1": "'--seed'",
    "run history --seed 4294967296": "'--seed'",
    "run history --seed x": "'--seed'",
    "run history --months 0": "'--months'",
    "run history --months 43": "--months 43: history has only 42 months",
    "run history --posts 0": "'--posts'",
    "run history --posts 5000001": "cohort.posts: 5000001 is out of bounds",
    "run history -j 0": "'-j' / '--jobs'",
    "run history restored_autonomy": "unexpected extra argument",
    "run nothing_like_it": "there is no scenario of this name; shipped: demand_collapse, history,",
    "run tight_controll": "did you mean 'tight_control'?",
    "run ./tight_control.yaml": "tight_control.yaml: there is no such file",
    "run .": "there is no scenario of this name",
    "run ./": ": this is a folder, not a file",
    "run ''": "there is no scenario of this name",
    "run history -o ''": "a folder of its own, not the current one; name it with -o",
    "run history -o .": "a folder of its own, not the current one; name it with -o",
    "compare history history": "history: is named twice; give each file its own name",
    "compare history tight_control": "months: covers other months than history (2023-01 to",
    "compare a b c d e f g h i": "9 scenarios are too many for one comparison; give at most 8",
    "run history --set levers.surveillance=70": "--set levers.surveillance=70: levers.surveillance",
    "run history --set surveillance": "--set surveillance: expected drawer.name=value",
    "show history --set levers.survailance=1": "did you mean 'surveillance'?",
    "show history --months 43": "--months 43: history has only 42 months",
    "bench --seconds 0": "'--seconds'",
}


@pytest.mark.parametrize("words", REFUSED)
def test_a_bad_request_ends_in_one_sentence(words, refused):
    (told,) = refused(*shlex.split(words))
    assert re.search(re.escape(REFUSED[words]), told, re.IGNORECASE), told


def test_nothing_asked_shows_the_help(refused, call):
    lines = refused()
    assert lines[0].startswith("Usage: trader-sim") and "compare" in " ".join(lines)
    code, out, err = call("--help")
    assert (code, err) == (0, "") and out.startswith("Usage: trader-sim")
    code, told, _ = call("--version")
    known = in_words(commit())
    assert (code, told) == (0, f"trader-sim 1.0.0{f', commit {known}' if known else ''}\n")


@pytest.mark.parametrize("command", ["run", "compare", "show"])
def test_help_names_every_option(command, call):
    code, out, _ = call(command, "--help")
    assert code == 0
    names = ["--set", "--months", "--posts", "--json"]
    if command != "show":
        names += ["-n", "--seed", "-o", "-j", "--force", "--csv", "-q", "--no-progress"]
    assert all(name in out for name in names)


FILES = {
    "binary": b"\x7fELF\x00\xff\xfe",
    "nul": b"title: a\0b",
    "latin": "title: caf\xe9".encode("latin-1"),
    "empty": b"",
    "broken": b"title: [1, 2",
    "list": b"- 1\n- 2",
    "tab": b"levers:\n\tsurveillance: 1",
    "twice": b"based_on: history\nbased_on: history",
    "pickle": b"title: !!python/object/apply:os.system [true]",
    "bomb": b"a: &a [1]\nb: [*a, *a]",
    "deep": b"title: " + b"[" * 5000,
    "merge": b"based_on: history\nlevers: {<<: {quota_usd: 1}}",
    "utf16": "title: x".encode("utf-16"),
    "spent": b"based_on: history\nlevers: {margin_retention: 0.9}",
    "newer": b"format: 2",
    "key": b"based_on: history\ntimelin: []",
    "share": b"based_on: history\nlevers: {authority_share: 70}",
    "date": b"based_on: history\ntimeline: [{from: 2026-7}]",
    "early": b"based_on: history\ntimeline: [{from: 2020-01}]",
    "drawer": b"based_on: history\nlevers: {salary_usd: 5}",
    "self": b"based_on: self",
}


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_is_refused_by_every_command(name, refused, tmp_path):
    (tmp_path / f"{name}.yaml").write_bytes(FILES[name])
    for command in (["show"], ["run"], ["compare", "history"], ["check"]):
        (told,) = refused(*command, f"{name}.yaml")[:1]
        assert re.match(rf"{name}\.yaml:\d+:\d+: \S", told), told


def test_a_huge_file_is_refused_at_once(refused, tmp_path):
    with (tmp_path / "huge.yaml").open("wb") as file:
        file.truncate(100_000_000)
    start = time.perf_counter()
    (told,) = refused("check", "huge.yaml")
    assert told == "huge.yaml: larger than 1 MB, too large for a file written by hand"
    assert time.perf_counter() - start < 1


def test_all_mistakes_of_all_files_are_listed_at_once(refused, tmp_path):
    for name in ("share", "key", "date"):
        (tmp_path / f"{name}.yaml").write_bytes(FILES[name])
    told = refused("compare", "share.yaml", "histroy", "key.yaml", "date.yaml", "share.yaml")
    assert [line.split(":")[0] for line in told] == [
        "share.yaml", "histroy", "key.yaml", "date.yaml",
    ]  # fmt: skip


def test_a_place_that_will_not_do_is_refused_before_the_run(refused, tmp_path):
    (tmp_path / "file").write_text("precious")
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").write_text("precious")
    (tmp_path / "manifest").mkdir()
    (tmp_path / "manifest" / "manifest.json").write_text("{}")
    (tmp_path / "manifest" / "icon.svg").write_text("precious")
    for place, told in {
        "file": "file is not a folder",
        "file/below/it": "file is a file, not a folder",
        "thesis": "thesis holds other things than a result (chapter.tex)",
        "manifest": "manifest holds other things than a result (icon.svg)",
        "x" * 300: "File name too long",
    }.items():
        for force in ([], ["--force"]):
            (line,) = refused("run", *ONE, "-o", place, *force)
            assert told in line and "choose another place with -o" in line


def test_as_a_process_it_ends_in_the_same_code(tmp_path):
    running = process("run", "histroy", "-o", "out", cwd=tmp_path)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (2, "")
    assert err.startswith("histroy: there is no scenario of this name (did you mean 'history'?)")
    assert tree(tmp_path) == {}


def test_a_fault_of_ours_is_shown_whole(call, monkeypatch):
    def break_down(*anything, **more):
        raise RuntimeError("a fault")

    monkeypatch.setattr("sim.cli.studies.read_scenarios", break_down)
    monkeypatch.setattr(sys, "argv", ["trader-sim", "run", "history"])
    with pytest.raises(RuntimeError, match="a fault"):
        cli.main()


# ------------------------------------------------------------------------------------ interrupted


def interrupt(running, wait):
    """Ctrl-C once ``wait`` is over; code and errors."""
    try:
        for _ in range(3000):
            if wait():
                break
            assert running.poll() is None, running.communicate()
            time.sleep(0.01)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
        return running.returncode, err
    finally:
        running.kill()


def test_ctrl_c_in_mid_run_keeps_what_was_lived(tmp_path):
    running = process("run", "tight_control", "-n", "100000", "-o", "out", cwd=tmp_path)
    assert "100000 replicates" in running.stdout.readline()
    batches = "out.unfinished/batches/[0-9]*"
    code, err = interrupt(running, lambda: list(tmp_path.glob(batches)))
    assert code == 130
    (first, second) = err.splitlines()
    assert first.endswith("go on with: trader-sim resume out") and second == "interrupted"
    assert f"{kept(tmp_path / 'out'):,} of 100,000 replicates are kept in out.unfinished" in first
    assert [each.name for each in tmp_path.iterdir()] == ["out.unfinished"]


def test_ctrl_c_before_anything_is_lived_leaves_nothing(tmp_path):
    words = ["run", "history", "--posts", "1000000", "-n", "1", "-o", "out"]
    running = process(*words, cwd=tmp_path)
    code, err = interrupt(running, lambda: list(tmp_path.glob("out.unfinished/batches")))
    assert (code, err) == (130, "nothing was written\ninterrupted\n")
    assert tree(tmp_path) == {}


@pytest.mark.parametrize(
    "sign, there", [("monthly.parquet", True), ("figures", True), ("figures", False)]
)
def test_ctrl_c_while_writing_leaves_what_was_there(tmp_path, sign, there):
    out = tmp_path / "out"
    if there:
        out.mkdir()
        (out / "manifest.json").write_text('{"seed": 7}')
        (out / "report.html").write_text("old")
    before = tree(out)
    running = process("run", *ONE, "-o", "out", "--force", cwd=tmp_path)
    code, err = interrupt(running, lambda: list(tmp_path.glob(f"out.unfinished/whole/{sign}")))
    assert code == 130 and err.startswith("1 of 1 replicates are kept in out.unfinished; go on")
    assert tree(out) == before
    running = process("resume", "out", "-q", cwd=tmp_path)
    assert running.communicate(timeout=60) == ("", "")
    assert (out / "figures").is_dir() and [each.name for each in tmp_path.iterdir()] == ["out"]


# ------------------------------------------------------------------------------------------ show


def test_show_as_json_has_every_setting(call):
    code, out, err = call("show", "tight_control", "--json", "--set", "levers.levy_usd=12")
    assert (code, err) == (0, "")
    told = json.loads(out)
    for drawer, settings in SETTINGS.items():
        assert told[drawer].keys() == settings.keys()
        for about in told[drawer].values():
            assert about.keys() == {"value", "unit", "meaning", "source", "grade", "set_by", "set"}
    assert told["levers"]["levy_usd"]["value"] == 12
    assert told["levers"]["levy_usd"]["set_by"] == "--set"
    assert told["levers"]["surveillance"]["set_by"].partition("history.yaml:")[1]
    assert len(told["levers"]["surveillance"]["value"]) == 84
    assert told["surroundings"]["order_usd"]["set_by"] == "default"


def test_show_as_text_has_every_setting(call):
    code, out, err = call("show", "tight_control", "--months", "30", "--posts", "7")
    assert (code, err) == (0, "")
    assert out.startswith("Tight control (2023-01 to 2025-06)\n")
    assert "  posts = 7 posts\n" in out
    assert "  authority_share = 0.2; 0.6 from 2025-03 share\n" in out
    for settings in SETTINGS.values():
        for name, entry in settings.items():
            assert f"  {name} = " in out and entry.meaning in out


def test_show_closed_early_is_no_fault(tmp_path):
    running = process("show", "tight_control", cwd=tmp_path)
    running.stdout.readline()
    running.stdout.close()
    running.wait(timeout=60)
    assert "Traceback" not in running.stderr.read()
    running.stderr.close()
