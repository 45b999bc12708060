"""Compiled code is kept, but never outlives a rule: a changed rule is a changed result."""

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

TINY_RUN = """
import hashlib, numba, sim.run
from sim.scenario import load
course = load("history", ["cohort.posts=20", "cohort.companies=2"]).first_months(6).course()
world = sim.run.Replicate(course, 1, 0)
for _ in course.months:
    world.live()
print(sim.__file__)
print(numba.config.CACHE_DIR)
print(sum(sim.run.MONTH.of_rows.stats.cache_hits.values()))
print(hashlib.sha256(world.world.traders.tobytes()).hexdigest())
"""


def python(folder, text, cache):
    """What a fresh Python says, run in a folder, with its cache somewhere else than usual."""
    more = {"XDG_CACHE_HOME": str(cache), "PYTHONDONTWRITEBYTECODE": "1"}
    more |= {"TMPDIR": str(folder_for_scratch(cache))}
    told = subprocess.run(
        [sys.executable, "-c", text],
        cwd=folder, env=os.environ | more, capture_output=True, text=True,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    return told.stdout.splitlines()


def folder_for_scratch(cache):
    scratch = cache.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    return scratch


def copy_of_the_house(target):
    for part in ("sim", "scenarios"):
        shutil.copytree(ROOT / part, target / part, ignore=shutil.ignore_patterns("__pycache__"))
    return target


def replace_in(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_changed_rule_changes_the_result_and_changed_back_brings_it_back(tmp_path):
    """The rule stands in another file than the compiled loop, where numba itself never looks."""
    house, cache = copy_of_the_house(tmp_path / "house"), tmp_path / "cache"
    rule = house / "sim" / "model" / "cash.py"
    before = (rule.stat().st_atime_ns, rule.stat().st_mtime_ns)

    where, folder, hits, first = python(house, TINY_RUN, cache)
    assert Path(where).is_relative_to(house), "another sim was run"
    assert Path(folder).is_relative_to(cache)
    assert hits == "0"

    replace_in(rule, "trader, surroundings.salary_usd)", "trader, 2 * surroundings.salary_usd)")
    os.utime(rule, ns=before)  # not by its date either
    _, doubled_folder, hits, doubled = python(house, TINY_RUN, cache)
    assert doubled != first
    assert (doubled_folder != folder, hits) == (True, "0")

    replace_in(rule, "trader, 2 * surroundings.salary_usd)", "trader, surroundings.salary_usd)")
    _, third_folder, hits, third = python(house, TINY_RUN, cache)
    assert third == first
    assert (third_folder, hits) == (folder, "1"), "what was compiled at first was not found again"

    made = [path for path in cache.rglob("*") if path.is_dir()]
    for private in (Path(folder), Path(doubled_folder)):
        assert private in made
        assert stat.S_IMODE(private.stat().st_mode) == 0o700


FOLDER = "from sim import cache; print(cache.choose_folder())"


@pytest.mark.parametrize("part", ["model/trading.py", "model/chance.py", "run.py"])
def test_any_source_that_shapes_a_month_has_a_part_in_the_folder_s_name(tmp_path, part):
    house, cache = copy_of_the_house(tmp_path / "house"), tmp_path / "cache"
    before = python(house, FOLDER, cache)
    source = house / "sim" / part
    source.write_text(source.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert python(house, FOLDER, cache) != before


def test_a_new_file_of_rules_has_a_part_in_the_folder_s_name(tmp_path):
    house, cache = copy_of_the_house(tmp_path / "house"), tmp_path / "cache"
    before = python(house, FOLDER, cache)
    (house / "sim" / "model" / "weather.py").write_text("", encoding="utf-8")
    assert python(house, FOLDER, cache) != before
    (house / "sim" / "model" / "weather.py").unlink()
    assert python(house, FOLDER, cache) == before


def test_a_folder_that_others_may_write_to_is_closed_to_them(tmp_path):
    (folder,) = map(Path, python(ROOT, FOLDER, tmp_path / "cache"))
    folder.chmod(0o777)
    python(ROOT, FOLDER, tmp_path / "cache")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


FIRST_DAY = """
import numba, sim.run
from sim.scenario import load
world = sim.run.Replicate(load("history", ["cohort.posts=20"]).course(), 1, 0)
print(numba.config.CACHE_DIR)
print(world.world.traders["savings"].min() > 0)
"""


def test_a_world_is_compiled_where_nothing_can_be_cached(tmp_path):
    """The cache's base is a file: nothing can be written below it, not even by root."""
    base = tmp_path / "file"
    base.write_text("in the way", encoding="utf-8")
    folder, lives = python(ROOT, FIRST_DAY, base)
    assert lives == "True"
    assert Path(folder).parent == tmp_path / "scratch"
    assert base.read_text(encoding="utf-8") == "in the way"


def test_a_folder_made_for_want_of_a_cache_goes_with_the_process(tmp_path):
    base = tmp_path / "file"
    base.write_text("in the way", encoding="utf-8")
    (folder,) = map(Path, python(ROOT, FOLDER, base))
    assert folder.parent == tmp_path / "scratch"
    assert not folder.exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_base_that_may_only_be_read_is_passed_over(tmp_path):
    base = tmp_path / "base"
    base.mkdir(mode=0o500)
    folder, lives = python(ROOT, FIRST_DAY, base)
    assert lives == "True"
    assert Path(folder).parent == tmp_path / "scratch"


WARM_UP = """
from sim.warm_up import warm_up
warm_up(print)
"""


def test_compiling_is_announced_once_with_how_long_it_took_before(tmp_path):
    house, cache = copy_of_the_house(tmp_path / "house"), tmp_path / "cache"
    assert python(house, WARM_UP, cache) == ["compiling the rules, once"]
    assert python(house, WARM_UP, cache) == []
    replace_in(house / "sim" / "run.py", "BLOCK_ROWS = 65536", "BLOCK_ROWS = 65537")
    (said,) = python(house, WARM_UP, cache)
    assert re.fullmatch(r"compiling the rules, once; it took \d+ s before", said)


def test_what_rules_of_long_ago_have_left_is_removed(tmp_path):
    house, cache = copy_of_the_house(tmp_path / "house"), tmp_path / "cache"
    folder = cache / "trader-sim"
    for age in range(12):
        old = folder / f"{age:024x}"
        old.mkdir(parents=True)
        os.utime(old, (1e9 - age, 1e9 - age))
    (folder / "mine").mkdir()
    python(house, "import sim.run", cache)
    left = {each.name for each in folder.iterdir()}
    assert "mine" in left
    assert {f"{age:024x}" for age in range(7)} <= left and f"{11:024x}" not in left
    assert len(left) == 9  # eight, the new one among them, and what is not ours


def test_a_folder_in_use_is_not_forgotten_for_being_old(tmp_path):
    house, cache = copy_of_the_house(tmp_path / "house"), tmp_path / "cache"
    (used,) = python(house, "import os, sim.run; print(os.environ['NUMBA_CACHE_DIR'])", cache)
    os.utime(used, (1, 1))  # made long before all others
    for age in range(12):
        old = cache / "trader-sim" / f"{age:024x}"
        old.mkdir(parents=True)
        os.utime(old, (1e9 - age, 1e9 - age))
    python(house, "import sim.run", cache)
    replace_in(house / "sim" / "run.py", "BLOCK_ROWS = 65536", "BLOCK_ROWS = 65537")
    python(house, "import sim.run", cache)  # a new folder, for which others are forgotten
    assert Path(used).exists()
    assert not (cache / "trader-sim" / f"{11:024x}").exists()
