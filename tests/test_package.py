"""Wheel and source distribution: built, looked into, installed away from the checkout, used."""

import json
import locale
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

from sim.commit import of_checkout

ROOT = Path(__file__).parents[1]


def run(*words, **more):
    return subprocess.run(
        list(map(str, words)), capture_output=True, text=True, encoding="utf-8", **more
    )


def bare_environment(home, **more):
    """Nothing of the caller's but where programs lie: an empty home, no caches, no settings."""
    home.mkdir(parents=True)
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return kept | {"HOME": str(home), "USERPROFILE": str(home)} | more


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A wheel and a source distribution of this checkout, built without a network."""
    dist = tmp_path_factory.mktemp("dist")
    told = run(sys.executable, "-m", "hatchling", "build", "-d", dist, cwd=ROOT)
    assert told.returncode == 0, told.stderr
    (wheel,), (source,) = dist.glob("*.whl"), dist.glob("*.tar.gz")
    return wheel, source


@pytest.fixture(scope="module")
def in_wheel(built):
    with zipfile.ZipFile(built[0]) as archive:
        return set(archive.namelist())


def files(folder, pattern="*"):
    found = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob(pattern)}
    return {name for name in found if "__pycache__" not in name and (ROOT / name).is_file()}


def test_the_wheel_holds_the_package_and_what_it_needs(in_wheel):
    needed = files("sim") | {f"sim/{name}" for name in files("scenarios")}
    assert needed <= in_wheel
    for name in ("sim/py.typed", "sim/data/china_trade_monthly.csv", "sim/scenarios/history.yaml",
                 "sim/scenarios/packages/keep_margin.yaml", "sim/scenarios/studies/robustness.yaml",
                 "sim/scenarios/patterns/detection_low.yaml"):  # fmt: skip
        assert name in in_wheel
    assert any(name.startswith("sim/templates/") for name in in_wheel)


def test_the_wheel_holds_nothing_else(in_wheel):
    tops = {name.split("/")[0] for name in in_wheel}
    assert tops == {"sim", next(top for top in tops if top.endswith(".dist-info"))}
    assert not [name for name in in_wheel if {"tests", "__pycache__"} & {*Path(name).parts}]
    licences = [name for name in in_wheel if name.endswith("/LICENSE")]
    assert len(licences) == 1


def test_the_wheel_says_what_it_needs_and_offers(built):
    with zipfile.ZipFile(built[0]) as archive:
        (name,) = (each for each in archive.namelist() if each.endswith("/METADATA"))
        told = archive.read(name).decode()
        entry = archive.read(name.replace("METADATA", "entry_points.txt")).decode()
    assert "Requires-Python: >=3.11" in told
    for extra in ("all", "cluster", "sensitivity", "tune"):
        assert f"Provides-Extra: {extra}\n" in told
    assert "trader-sim = sim.cli:main" in entry


def test_the_source_distribution_is_the_checkout(built):
    with tarfile.open(built[1]) as archive:
        held = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    wanted = files("sim") | files("scenarios") | files("tests", "*.py") | files("docs", "*.md")
    wanted |= files("examples") | {"pyproject.toml", "Makefile", "requirements.lock", "LICENSE"}
    wanted |= {"README.md", "CHANGELOG.md", "CITATION.cff", "hatch_build.py", "tools/venv"}
    assert wanted <= held
    assert not [name for name in held if name.startswith((".git/", "results/", ".venv/"))]


def test_both_note_the_commit(built):
    with zipfile.ZipFile(built[0]) as archive:
        noted = [json.loads(archive.read("sim/commit.json"))] if of_checkout(ROOT) else []
    with tarfile.open(built[1]) as archive:
        names = [name for name in archive.getnames() if name.endswith("/sim/commit.json")]
        noted += [json.load(archive.extractfile(name)) for name in names]
    known = of_checkout(ROOT)
    assert noted == ([known, known] if known else [])


def test_the_unpacked_wheel_works_from_any_folder(built, tmp_path):
    """Quick: as a folder on the path, with its scenarios found inside it."""
    place, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    with zipfile.ZipFile(built[0]) as archive:
        archive.extractall(place)
    more = bare_environment(tmp_path / "home", PYTHONPATH=str(place))
    told = run(sys.executable, "-m", "sim", "check", "tight_control", cwd=elsewhere, env=more)
    assert (told.returncode, told.stderr) == (0, ""), told.stderr
    told = run(sys.executable, "-m", "sim", "--version", cwd=elsewhere, env=more)
    known = of_checkout(ROOT)
    assert told.stdout.startswith("trader-sim ")
    assert known is None or f"commit {known['hash']}" in told.stdout
    told = run(sys.executable, "-m", "sim", "show", "history", cwd=elsewhere, env=more)
    assert told.returncode == 0
    assert str(place) in told.stdout or "history.yaml" in told.stdout


def test_a_wheel_built_from_the_source_distribution_is_the_same(built, tmp_path):
    wheel, source = built
    with tarfile.open(source) as archive:
        archive.extractall(tmp_path, filter="data")
    (unpacked,) = (path for path in tmp_path.iterdir() if path.is_dir())
    told = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path,
               cwd=unpacked)  # fmt: skip
    assert told.returncode == 0, told.stderr
    (again,) = tmp_path.glob("*.whl")
    assert checksums(again) == checksums(wheel)


def checksums(wheel):
    """Of every file in it; RECORD lists the same in the order of packing."""
    with zipfile.ZipFile(wheel) as archive:
        held = archive.infolist()
        return {each.filename: each.CRC for each in held if not each.filename.endswith("/RECORD")}


# ------------------------------------------------------------------------- installed


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """The command of an environment that holds the wheel and can see the libraries it needs; its
    site-packages cannot be written to."""
    folder = tmp_path_factory.mktemp("environment")
    told = run(sys.executable, "-m", "venv", folder)
    assert told.returncode == 0, told.stderr
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / "python"
    told = run(python, "-m", "pip", "install", "--no-deps", "--no-index", "--quiet", built[0])
    assert told.returncode == 0, told.stderr
    (site,) = folder.rglob("site-packages")
    # a path in a .pth file is only looked at: an editable install found there has no effect
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    for path in [site, *site.rglob("*")]:
        path.chmod(path.stat().st_mode & ~0o222)
    yield scripts / "trader-sim", site
    for path in [site, *site.rglob("*")]:
        path.chmod(path.stat().st_mode | 0o200)
    shutil.rmtree(folder)


def contents(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def locales():
    """The plainest, and a German one where the system has it."""
    found = ["C"]
    for name in ("de_DE.UTF-8", "de_DE.utf8", "de_DE"):
        try:
            locale.setlocale(locale.LC_ALL, name)
            found.append(name)
            break
        except locale.Error:
            continue
    locale.setlocale(locale.LC_ALL, "C")
    return found


@pytest.mark.long
def test_the_installed_command_compares_from_any_folder(installed, tmp_path):
    command, site = installed
    before = contents(site)
    tables = []
    for name in locales():
        away = tmp_path / f"a folder {name}"
        away.mkdir()
        more = bare_environment(tmp_path / f"home {name}", LC_ALL=name, PYTHONDONTWRITEBYTECODE="1")
        told = run(
            command, "compare", "tight_control", "restored_autonomy", "-n", 2, "--posts", 30,
            "-o", "out", "--csv", cwd=away, env=more, umask=0o077,
        )  # fmt: skip
        assert told.returncode == 0, told.stderr
        assert "median savings" in told.stdout
        result = away / "out"
        assert (result / "report.html").is_file()
        assert {oct(path.stat().st_mode & 0o077) for path in result.rglob("*")} == {"0o0"}
        tables.append((result / "effects.csv").read_bytes())
        made = json.loads((result / "manifest.json").read_text(encoding="utf-8"))
        assert made["commit"] == of_checkout(ROOT)
    assert set(tables) == {tables[0]}
    assert contents(site) == before


@pytest.mark.long
def test_the_installed_command_tells_its_version_and_completes(installed, tmp_path):
    command, _ = installed
    more = bare_environment(tmp_path / "home", SHELL="/bin/bash")
    told = run(command, "--version", cwd=tmp_path, env=more)
    assert told.stdout.startswith("trader-sim ")
    told = run(command, "--install-completion", "bash", cwd=tmp_path, env=more)
    assert told.returncode == 0, told.stderr
    assert list((tmp_path / "home").rglob("trader-sim.sh"))


# ------------------------------------------------------------------------ completion


COMMAND = "import sys; sys.argv = ['trader-sim']; from sim.cli import main; main()"


@pytest.mark.parametrize(
    ("typed", "place", "offered"),
    [("trader-sim comp", 1, "compare"), ("trader-sim compare --post", 2, "--posts")],
)
def test_the_shell_is_told_how_to_go_on(typed, place, offered):
    asked = os.environ | {
        "_TRADER_SIM_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(place),
    }  # fmt: skip
    told = run(sys.executable, "-c", COMMAND, env=asked, cwd=ROOT)
    assert offered in told.stdout.split(), told.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_s_completion_is_shown(shell):
    asked = os.environ | {"_TRADER_SIM_COMPLETE": f"source_{shell}"}
    told = run(sys.executable, "-c", COMMAND, env=asked, cwd=ROOT)
    assert f"_TRADER_SIM_COMPLETE=complete_{shell}" in told.stdout, told.stderr
