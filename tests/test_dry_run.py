"""What a study would take, held against real small ones; and the command that runs nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim import cli
from sim.compare import study
from sim.forecast import forecast
from sim.publish import save
from sim.request import Request
from sim.scenario import load
from sim.undertaking import undertake

WORLDS = [
    (["tight_control", "restored_autonomy"], 100, 20),
    (["history"], 300, 30),  # others than those the constants were measured on
    (["demand_collapse", "keep_margin", "open_areas"], 40, 12),
]


@pytest.mark.parametrize(("names", "posts", "replicates"), WORLDS)
def test_the_forecast_is_near_a_real_run(tmp_path, names, posts, replicates):
    scenarios = [load(name, [f"cohort.posts={posts}"]) for name in names]
    told = forecast(scenarios, replicates, 1, 1, False)
    own = 84 - 42 if len(names) > 1 else 0
    assert told["months"] == replicates * (42 + own * len(names))
    assert told["trader_months"] == posts * told["months"]
    save(tmp_path / "out", study(scenarios, replicates))
    disk = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert disk / 2 < told["disk_bytes"] < disk * 2


def test_the_forecast_knows_of_a_panel(tmp_path):
    scenario = load("history", ["cohort.posts=200"])
    without, told = (forecast([scenario], 10, 1, 1, False, share) for share in (0.0, 0.5))
    folder = tmp_path / "out"
    undertake(Request((scenario,), 1, 10, panel=0.5), folder)
    disk = (folder / "panel.parquet").stat().st_size
    assert disk / 2 < told["disk_bytes"] - without["disk_bytes"] < disk * 2
    assert told["memory_bytes"] > without["memory_bytes"]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells it there alone")
@pytest.mark.parametrize(("posts", "replicates"), [(500, 5), (60_000, 1), (50, 400)])
def test_the_forecast_of_memory_is_near_what_a_process_takes(tmp_path, posts, replicates):
    # not ru_maxrss, which starts from what the process that started it had
    code = """
from pathlib import Path
from sim.cli import main
try:
    main()
except SystemExit:
    (peak,) = [x for x in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in x]
    print(peak.split()[1])
"""
    words = ["run", "history", "--months", "12", "--posts", str(posts), "-n", str(replicates)]
    done = subprocess.run(
        [sys.executable, "-c", code, *words, "-j", "1", "-q"], cwd=tmp_path, text=True,
        capture_output=True, env=os.environ | {"PYTHONPATH": str(Path(cli.__file__).parents[2])},
    )  # fmt: skip
    taken = int(done.stdout) * 1024
    scenario = load("history", [f"cohort.posts={posts}"]).first_months(12)
    assert taken / 2 < forecast([scenario], replicates, 1, 1, False)["memory_bytes"] < taken * 2


@pytest.fixture
def call(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)

    def main(words):
        monkeypatch.setattr(sys, "argv", ["trader-sim", *words.split()])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        return ended.value.code, told.out, told.err

    return main


SMALL = "--posts 30 --months 44 -n 50"


def test_nothing_is_run_or_written(call, tmp_path):
    code, out, err = call(f"compare tight_control restored_autonomy {SMALL} --dry-run")
    assert (code, err) == (0, "") and list(tmp_path.iterdir()) == []
    assert "50 replicates of tight_control, restored_autonomy" in out
    assert "2,300 months, 69,000 trader-months" in out  # 42 shared and two times two
    assert "results/tight_control-restored_autonomy\nnothing was written" in out


def test_as_one_object(call, tmp_path):
    code, out, _ = call("run history --posts 30 -n 7 --dry-run --json -o there")
    told = json.loads(out)
    assert code == 0 and told["trader_months"] == 7 * 42 * 30 and told["folder"] == "there"
    assert told["estimated_seconds"] > 0 and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("run histroy", "did you mean 'history'?"),
        ("run history -o there", "there holds other things"),
        ("run history --until quality=0.1", "--dry-run tells what a given number"),
    ],
)
def test_what_a_real_run_refuses_is_refused_first(call, tmp_path, words, sentence):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "mine").write_text("x")
    code, out, err = call(f"{words} --posts 30 --dry-run")
    assert (code, out) == (2, "") and sentence in err and err.count("\n") == 1
