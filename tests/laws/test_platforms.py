"""No system is taken for granted: encodings and line ends are said, paths may be any, files written
by other systems are read alike."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath

import pytest

import sim
from sim.shelf import is_plain_name, locate

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "sim").rglob("*.py"))
ODD = "Ein Ordner mit Umläuten, 漢字 & 'quotes'"
HALF = """\
title: Half the room
based_on: history
months: {from: 2023-01, to: 2029-12}
timeline:
  - from: 2026-07
    levers: {authority_share: 0.45}
"""


# -------------------------------------------------------------------- what the sources may say


def faults(source: str) -> Iterator[str]:
    """Every call that reads or writes text and leaves encoding or line ends to the system."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and (lacking := _lacking(node)):
            yield f"line {node.lineno}: {ast.unparse(node.func)} without {' and '.join(lacking)}"


def _lacking(call: ast.Call) -> list[str]:
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    said = {word.arg for word in call.keywords}
    if None in said:  # **options, declared where they are named
        return []
    literals = [each.value for each in call.args if isinstance(each, ast.Constant)]
    if name == "to_csv":
        return [] if "lineterminator" in said else ["lineterminator"]
    if name == "read_text":
        return [] if "encoding" in said or literals else ["encoding"]
    if name == "write_text":
        return [word for word in ("encoding", "newline") if word not in said]
    if name == "open" and not _of_another_library(function):
        place = 1 if isinstance(function, ast.Name) else 0  # open(path, mode), path.open(mode)
        given = call.args[place] if len(call.args) > place else ast.Constant("r")
        mode = str(getattr(given, "value", "r"))
        wanted = ["encoding", "newline"] if set("wxa") & set(mode) else ["encoding"]
        wanted = [] if "b" in mode else wanted
        return [word for word in wanted if word not in said]
    return []


def _of_another_library(function: ast.expr) -> bool:
    """``os.open`` and the like, which know no text."""
    return isinstance(function, ast.Attribute) and ast.unparse(function.value) in ("os", "Image")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_encoding_and_line_ends_are_said(path: Path) -> None:
    assert list(faults(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("source", "lacking"),
    [
        ("open('x')", "encoding"),
        ("path.open('w', encoding='utf-8')", "newline"),
        ("open(p, 'a')", "encoding and newline"),
        ("p.read_text()", "encoding"),
        ("p.write_text(t, encoding='utf-8')", "newline"),
        ("frame.to_csv(p)", "lineterminator"),
    ],
)
def test_what_is_left_to_the_system_is_found(source: str, lacking: str) -> None:
    (fault,) = faults(source)
    assert fault.endswith(f"without {lacking}")


@pytest.mark.parametrize(
    "source",
    ["open('x', 'rb')", "p.open('xb')", "p.read_text('utf-8')", "p.read_bytes()",
     "p.open('w', encoding='utf-8', newline='')", "os.open(p, flags)"],
)  # fmt: skip
def test_what_is_said_is_lawful(source: str) -> None:
    assert list(faults(source)) == []


def test_nothing_forks() -> None:
    """A forked process inherits threads' locks; one started anew is the same on every system."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [getattr(node, "module", None), *(each.name for each in node.names)]
                assert not {"multiprocessing", "fcntl", "pwd", "resource"} & {*names}, path
            assert not (isinstance(node, ast.Attribute) and ast.unparse(node) == "os.fork"), path


# ------------------------------------------------------------------ files of other systems


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_scenario_file_of_any_system_is_the_same_scenario(tmp_path, ends, mark):
    (tmp_path / "unix.yaml").write_bytes(HALF.encode())
    (tmp_path / "other.yaml").write_bytes(mark + HALF.replace("\n", ends).encode())
    other = sim.load(str(tmp_path / "other.yaml"))
    assert other == sim.load(str(tmp_path / "unix.yaml"))
    assert other.title == "Half the room"


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_mistakes_stand_on_the_same_line_whatever_ends_lines(tmp_path, ends):
    text = HALF.replace("authority_share", "authority_shar").replace("\n", ends)
    (tmp_path / "half.yaml").write_bytes(text.encode())
    with pytest.raises(sim.ScenarioError, match="half.yaml:6:14: "):
        sim.load(str(tmp_path / "half.yaml"))


def test_a_name_with_backslashes_is_a_path():
    assert locate(r"mine\half.yaml") == Path(r"mine\half.yaml")
    assert locate(r"mine\half") == Path(r"mine\half")
    assert not any(map(is_plain_name, (r"..\half", "../half", "C:half", r"\\server\share")))


def test_shipped_files_have_names_every_system_can_hold():
    reserved = {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10))}
    reserved |= {f"lpt{n}" for n in range(1, 10)}
    folders = ("sim", "scenarios", "docs", "examples", "tests", "tools")
    tracked = [path for folder in folders for path in (ROOT / folder).rglob("*")]
    tracked = [path for path in tracked if "__pycache__" not in path.parts]
    seen: dict[str, Path] = {}
    for path in tracked:
        own = path.relative_to(ROOT)
        assert not set(own.as_posix()) & set('<>:"|?*\\'), own
        assert not reserved & {part.split(".")[0].lower() for part in own.parts}, own
        assert not own.name.endswith((" ", ".")), own
        assert seen.setdefault(str(own).lower(), path) == path, "two names that differ in case only"
        assert len(str(PureWindowsPath(own))) < 150, own


# -------------------------------------------------------------------- folders of any name


@pytest.mark.long
def test_commands_work_in_a_folder_of_any_name(tmp_path):
    """In a process of its own, with the plainest locale."""
    folder = tmp_path / ODD
    folder.mkdir()
    (folder / "hälfte.yaml").write_text(HALF, encoding="utf-8", newline="\r\n")
    words = [
        "compare",
        "tight_control",
        "hälfte.yaml",
        "-n",
        "2",
        "--posts",
        "20",
        "--months",
        "48",
    ]
    told = subprocess.run(
        [sys.executable, "-m", "sim", *words, "--months", "48", "-o", "результат", "--csv"],
        cwd=folder, capture_output=True,
        env=os.environ | {"LC_ALL": "C", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert told.returncode == 0, told.stderr.decode()
    made = folder / "результат"
    texts = [*made.rglob("*.csv"), *made.rglob("*.json"), *made.rglob("*.yaml")]
    assert len(texts) > 5
    for path in texts:
        assert b"\r" not in path.read_bytes(), path
