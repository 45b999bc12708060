"""Docs and README say what is so: commands are accepted, blocks run, links lead somewhere."""

import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import typer
import yaml

from sim import reference
from sim.cli import app
from sim.scenario import load

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
RUN = {  # commands that are run as they stand: they take seconds, and what they need is on the page
    DOCS / "tutorial" / "first-scenario.md",
    DOCS / "how-to" / "reform.md",
    DOCS / "how-to" / "results-elsewhere.md",
}
PYTHON = [
    pytest.param(page, id=page.name, marks=[pytest.mark.long] * (page.name == "patterns.md"))
    for page in PAGES
    if "```python" in page.read_text(encoding="utf-8")
    if page not in RUN and page.name != "cluster.md"  # whose code tests/test_cluster.py runs
]
STUDIES = ("sweep", "tune", "sensitivity", "robustness", "calibrate", "patterns")


def name_of(page):
    return page.relative_to(ROOT).as_posix()


def blocks(page, *kinds):
    text = page.read_text(encoding="utf-8")
    return [body for kind, body in BLOCK.findall(text) if kind in kinds]


def commands(page):
    """Every trader-sim command of a page, as words: in blocks, and on indented lines."""
    text = page.read_text(encoding="utf-8")
    lines = [line for body in blocks(page, "", "console", "bash") for line in body.splitlines()]
    lines += re.findall(r"^    (trader-sim .*)$", text, re.MULTILINE)
    found = []
    for line in lines:
        words = line.strip().removeprefix("$ ").removeprefix(".venv/bin/")
        if words.startswith("trader-sim "):
            found.append(shlex.split(words.partition(" > ")[0], comments=True)[1:])
    return found


EVERY = [(page, words) for page in PAGES for words in commands(page)]


def test_commands_were_found():
    assert len(EVERY) > 45 and {name_of(page) for page, _ in EVERY} >= {
        "README.md", "docs/how-to/tune.md", "docs/tutorial/first-scenario.md",
    }  # fmt: skip


@pytest.mark.parametrize(("page", "words"), EVERY, ids=lambda each: str(each)[-60:])
def test_every_command_is_accepted(page, words):
    """Names, options and values are read as the command itself would; nothing is run."""
    command = typer.main.get_command(app)
    while hasattr(command, "commands") and words:
        assert words[0] in command.commands, f"{name_of(page)}: {words}"
        command, words = command.commands[words[0]], words[1:]
    if "--help" not in words:
        command.make_context("trader-sim", list(words))


def test_an_option_that_is_not_there_would_be_seen():
    command = typer.main.get_command(app).commands["compare"]
    with pytest.raises(Exception, match="No such option"):
        command.make_context("compare", ["a", "b", "--replicats", "3"])


@pytest.mark.parametrize("page", sorted(RUN), ids=name_of)
def test_pages_that_are_followed_step_by_step_run(page, tmp_path):
    text = page.read_text(encoding="utf-8")
    saved = re.findall(r"ave (?:this )?as `(\S+\.yaml)`:\n\n```yaml\n(.*?)^```", text, re.S | re.M)
    for file, body in saved:
        (tmp_path / file).write_text(body, encoding="utf-8")
    for words in commands(page):
        done = subprocess.run(
            [sys.executable, "-m", "sim", *words, *(["-q"] if "-o" in words else [])],
            cwd=tmp_path, capture_output=True, text=True, timeout=300,
            env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{words}: {done.stderr}"
    assert commands(page)
    for body in blocks(page, "python"):
        old = Path.cwd()
        os.chdir(tmp_path)
        try:
            exec(body, {})
        finally:
            os.chdir(old)


def made_small(words):
    """The same command, to be run in seconds: small ensembles, studies told and not lived; nothing
    for a page that waits for visitors, for other machines, and for what was never interrupted."""
    first, *rest = words
    if first in ("dashboard", "bench"):
        return [first, "--help"]
    if first == "resume" or "--cluster" in words:
        return None
    if first in STUDIES:
        return [*words, *([] if "--dry-run" in words else ["--dry-run"])]
    if first in ("run", "compare"):
        rest = ["4" if before == "-n" else each for before, each in zip(words, rest, strict=False)]
        small = ["-n", "4"] if "-n" not in words else []
        most = ["--max-replicates", "8"] if "--until" in words else []
        return [first, *rest, *small, *most, "--posts", "20", "--force", "-q"]
    return ["10" if before == "-n" else each for before, each in zip(["", *words], words)]  # noqa: B905


@pytest.mark.long
def test_every_other_command_runs_made_small(tmp_path):
    for body in blocks(ROOT / "README.md", "yaml"):
        (tmp_path / "half.yaml").write_text(body, encoding="utf-8")
    shutil.copy(ROOT / "sim" / "data" / "china_trade_monthly.csv", tmp_path / "my_trade.csv")
    for each in (ROOT / "scenarios" / "studies").iterdir():
        shutil.copy(each, tmp_path)

    def run(words):
        return subprocess.run(
            [sys.executable, "-m", "sim", *words], cwd=tmp_path, capture_output=True, text=True,
            timeout=300, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False,
        )  # fmt: skip

    for name in ("demo", "tight_control-restored_autonomy"):
        pair = ["compare", "tight_control", "restored_autonomy", "-o", f"results/{name}"]
        assert run([*pair, "-n", "8", "--posts", "20", "-q"]).returncode == 0
    count = 0
    for page, words in EVERY:
        if page in RUN or (words := made_small(words)) is None:
            continue
        if "my_study.yaml" in words:
            shutil.copy(tmp_path / f"{words[0]}.yaml", tmp_path / "my_study.yaml")
        done = run(words)
        assert done.returncode == 0, f"{name_of(page)}: {words}: {done.stderr}"
        count += 1
    assert count > 25


@pytest.mark.parametrize("page", PYTHON)
def test_python_on_a_page_runs_from_top_to_bottom(page, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))
    monkeypatch.chdir(tmp_path)
    for body in blocks(page, "yaml"):  # a file that begins with its own name
        if named := re.match(r"# (\w+\.yaml)\n", body):
            (tmp_path / named.group(1)).write_text(body, encoding="utf-8")
    shared, count = {"__name__": "page"}, 0
    Path("results/calibrate").mkdir(parents=True)  # what the study calibrate would have left
    shutil.copy(ROOT / "scenarios" / "studies" / "posterior.csv", "results/calibrate")
    for body in blocks(page, "python"):
        quoted = re.match(r"# (examples/\S+)\n", body)
        if quoted:
            text = (ROOT / quoted.group(1)).read_text(encoding="utf-8")
            assert body.partition("\n")[2].rstrip() in text, f"{name_of(page)}: {body}"
        else:
            exec(body, shared)
            count += 1
    assert count >= 1


def test_scenarios_in_readme_and_docs_load(tmp_path):
    count = 0
    for page in PAGES:
        for number, body in enumerate(blocks(page, "yaml")):
            if re.search("^based_on:", body, re.M) and re.search("^months:", body, re.M):
                path = tmp_path / f"{page.stem.replace('-', '_')}_{number}.yaml"
                path.write_text(body, encoding="utf-8")
                assert load(str(path)).months
                count += 1
    assert count >= 4


@pytest.mark.parametrize("name", reference.PAGES)
def test_reference_pages_are_what_the_code_makes_now(name):
    kept = (DOCS / name).read_text(encoding="utf-8")
    assert kept == reference.PAGES[name](), f"docs/{name}: make docs"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{name_of(page)}: {target}"
        if anchor:
            heads = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            anchors = [re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads]
            assert anchor in anchors, f"{name_of(page)}: {target}"


def test_the_navigation_names_every_page():
    def pages(nav):
        for each in nav:
            if isinstance(each, str):
                yield each
            else:
                for rest in each.values():
                    yield from pages(rest if isinstance(rest, list) else [rest])

    nav = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    there = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    assert set(pages(nav)) == there
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    assert all(f"({page})" in index for page in there - {"index.md"})


@pytest.mark.parametrize("module", ["sim", "sim.mesa_model"])
def test_examples_in_docstrings_run(module):
    done = doctest.testmod(import_module(module))
    assert done.attempted >= 3 and not done.failed


def test_public_names_are_documented():
    """Each says what it is; a function with arguments says what they are."""
    import sim

    for name in sim._HOME:
        thing = getattr(sim, name)
        if not isinstance(thing, dict):
            assert len(thing.__doc__ or "") > 40, name
