"""``check``, ``schema``, ``migrate`` and ``data check``: what they print, and how they end."""

import json
import os
import subprocess
import sys
import time

import pytest

from sim import cli, formats
from sim.customs_file import HEADER
from sim.scenario import shipped, shipped_folder

HEAVY = (
    "numba",
    "mesa",
    "matplotlib",
    "pandas",
    "scipy",
    "pyarrow",
    "networkx",
    "jinja2",
    "ruamel",
)


# ----------------------------------------------------------------------------------------- check


def test_a_fine_file_is_told_in_a_line(call, tmp_path):
    (tmp_path / "mine.yaml").write_text("based_on: tight_control\nlevers: {quota_usd: 5}\n")
    code, out, err = call("check", "history", "mine.yaml")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "history: fine, 42 months, 2023-01 to 2026-06, 15 values set",
        "mine.yaml: fine, 84 months, 2023-01 to 2029-12, 16 values set, based on tight_control, "
        "based on history",
    ]


def test_every_shipped_scenario_is_fine(call):
    code, out, err = call("check", *shipped())
    assert (code, err, len(out.splitlines())) == (0, "", len(shipped()))


def test_the_mistakes_of_all_files_are_told_and_the_fine_ones_too(call, tmp_path):
    (tmp_path / "a.yaml").write_text("based_on: base\nlevers: {survailance: 1, quota_usd: -1}\n")
    (tmp_path / "b.yaml").write_text("based_on: base\n")
    (tmp_path / "base.yaml").write_text("months: {from: 2024-01, to: 2023-01}\n")
    code, out, err = call("check", "a.yaml", "history", "b.yaml", "a.yaml", "none.yaml")
    assert code == 2
    assert out == "history: fine, 42 months, 2023-01 to 2026-06, 15 values set\n"
    assert [line.split(": ")[0] for line in err.splitlines()] == [
        "a.yaml:2:10", "a.yaml:2:37", "base.yaml:1:29", "none.yaml",
    ]  # fmt: skip


def test_check_as_json(call, tmp_path):
    (tmp_path / "a.yaml").write_text("based_on: history\nlevers: {surveillance: 70}\n")
    code, out, err = call("check", "a.yaml", "history", "--json")
    assert (code, err) == (2, "")
    first, second = json.loads(out)["files"]
    assert (first["file"], first["fine"]) == ("a.yaml", False)
    (problem,) = first["problems"]
    assert problem.keys() == {"where", "path", "message"}
    assert (problem["where"], problem["path"]) == ("a.yaml:2:24", "levers.surveillance")
    assert (second["fine"], second["problems"], second["months"]) == (True, [], 42)
    assert (second["first"], second["last"]) == ("2023-01", "2026-06")


def test_check_wants_a_file(call):
    code, out, err = call("check")
    assert (code, out) == (2, "") and "Missing argument 'FILE...'" in err


# ------------------------------------------------------------------------------ schema, migrate


def test_the_schema_is_printed_as_json(call):
    code, out, err = call("schema")
    assert (code, err) == (0, "")
    assert json.loads(out)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_a_file_of_today_is_left_alone(call, tmp_path):
    (tmp_path / "a.yaml").write_text("based_on: history")
    said = "a.yaml: is in today's format, 1, already\n"
    assert call("migrate", "a.yaml") == (0, said, "")
    assert call("migrate", "a.yaml", "--dry-run") == (0, "", said)
    assert (tmp_path / "a.yaml").read_text() == "based_on: history"


def test_an_older_file_is_replaced_and_a_dry_run_only_prints(call, tmp_path, monkeypatch):
    def step(document):
        document["title"] = "new"
        return ["the title is new"]

    for module in (formats.__name__, "sim.migrate"):
        monkeypatch.setattr(f"{module}.STEPS", (step,))
    (tmp_path / "a.yaml").write_text("title: old  # mine\n")
    said = "a.yaml: format 1 is format 2 now\na.yaml: the title is new\n"
    new = "format: 2\ntitle: new  # mine\n"
    assert call("migrate", "a.yaml", "--dry-run") == (0, new, said)
    assert (tmp_path / "a.yaml").read_text() == "title: old  # mine\n"
    assert call("migrate", "a.yaml") == (0, said, "")
    assert (tmp_path / "a.yaml").read_text() == new
    assert os.listdir(tmp_path) == ["a.yaml"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "a.yaml: there is no such file"),
        ("format: 9", "a.yaml:1:9: format: 9 is newer"),
        ("title: [", "a.yaml:1:9: title: not valid YAML"),
    ],
)
def test_a_file_that_cannot_be_migrated_is_left_as_it_is(call, tmp_path, text, told):
    if text:
        (tmp_path / "a.yaml").write_text(text)
    code, out, err = call("migrate", "a.yaml")
    assert (code, out) == (2, "") and err.startswith(told)
    assert err.endswith("a.yaml: was left as it is\n")
    assert text is None or (tmp_path / "a.yaml").read_text() == text


# ------------------------------------------------------------------------------------------ data


def test_a_series_is_explained(call, tmp_path):
    (tmp_path / "own.csv").write_text(f"{HEADER}\n2024-01,10,R,1,R,,,,\n2024-02,,,,,30,R,,\n")
    code, out, err = call("data", "check", "own.csv")
    assert (code, err) == (0, "")
    assert out.startswith("own.csv: fine, 2 months, 2024-01 to 2024-02\n")
    assert "    split, 1 month: 2024-02\n" in out


def test_every_mistake_of_a_series_is_told(call, tmp_path):
    (tmp_path / "own.csv").write_text(f"{HEADER}\n2024-01,x,R,1,R,,,,\n2024-03,1,R,1,Q,,,,\n")
    code, out, err = call("data", "check", "own.csv")
    assert (code, out) == (2, "")
    starts = ["own.csv:2: chinese_exports_musd", "own.csv:3: chinese_imp", "own.csv:3: the month"]
    assert all(line.startswith(s) for line, s in zip(err.splitlines(), starts, strict=True))
    (tmp_path / "a.yaml").write_text("based_on: history\ndemand: {series: own.csv}\n")
    code, _, again = call("check", "a.yaml")
    assert code == 2
    assert again.replace("a.yaml:2:18: demand.series: ", "") == err  # the same words


@pytest.mark.parametrize("name", ["none.csv", ".", "/dev/zero", "x" * 5000])
def test_what_is_no_series_is_refused(call, name):
    code, out, err = call("data", "check", name)
    assert (code, out, len(err.splitlines())) == (2, "", 1)


# ----------------------------------------------------------------------------------------- speed


def process(*words):
    """A Python process that knows this package, and how long it took."""
    here = os.path.dirname(os.path.dirname(os.path.dirname(cli.__file__)))
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *words], env=os.environ | {"PYTHONPATH": here}, text=True,
        capture_output=True, check=True,
    )  # fmt: skip
    return done.stdout, time.perf_counter() - start


@pytest.mark.parametrize("words", [["--help"], ["check", "tight_control"], ["schema"]])
def test_small_commands_load_nothing_heavy(words):
    program = f"""
import sys
from sim import cli
sys.argv = ["trader-sim", *{words}]
try:
    cli.main()
except SystemExit:
    print([name for name in {HEAVY} if name in sys.modules])
"""
    assert process("-c", program)[0].splitlines()[-1] == "[]"


def test_help_and_check_answer_at_once():
    """The aim is 0.5 s and 1.5 s; twice that leaves room for what else the machine does."""
    assert min(process("-m", "sim", "--help")[1] for _ in range(3)) < 1
    assert min(process("-m", "sim", "check", *shipped())[1] for _ in range(2)) < 3


def test_a_thousand_changes_are_checked_in_a_second(call, tmp_path):
    changes = "".join(
        f"  - {{from: {2023 + at // 12}-{at % 12 + 1:02d}, levers: {{quota_usd: {at}}}}}\n"
        for at in range(1000)
    )
    (tmp_path / "long.yaml").write_text(
        f"months: {{from: 2023-01, to: 2109-12}}\ntimeline:\n{changes}"
    )
    start = time.perf_counter()
    assert call("check", "long.yaml")[0] == 0
    assert time.perf_counter() - start < 2  # the aim is 1 s on a machine that does nothing else


def test_a_package_is_checked_as_one(call, tmp_path):
    """By the folder it lies in; shipped ones are fine."""
    shipped = [str(path) for path in (shipped_folder() / "packages").glob("*.yaml")]
    code, out, err = call("check", *shipped)
    assert (code, err) == (0, "") and out.count(": fine, a package that sets ") == len(shipped) >= 5
    folder = tmp_path / "packages"
    folder.mkdir()
    (folder / "mine.yaml").write_text("timeline:\n  - {from: 2026-07, levers: {quota_usd: -1}}\n")
    code, out, err = call("check", "packages/mine.yaml")
    assert (code, out) == (2, "")
    assert "packages/mine.yaml:2:41: timeline[0].levers.quota_usd: -1 is out of bounds" in err
    code, out, err = call("check", "--json", "packages/mine.yaml", shipped[0])
    assert code == 2
    assert [each["fine"] for each in json.loads(out)["files"]] == [False, True]
