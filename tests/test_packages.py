"""Packages: named sets of dated changes, stacked between a base and a scenario's own values."""

import subprocess
import sys
import zipfile

import numpy as np
import pytest

from sim.scenario import ScenarioError, load, shipped_folder

REFORMS = ("price_tolerance", "open_areas", "quota_relief", "review_amnesty", "keep_margin")
YEAR = "months: {from: 2024-01, to: 2024-06}\n"


def changing(value, when="from: 2024-02", name="quota_usd"):
    return f"timeline: [{{{when}, levers: {{{name}: {value}}}}}]\n"


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Writes files below an empty current folder: ``packages__a`` is packages/a.yaml."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "packages").mkdir()

    def write_files(**files):
        for name, text in files.items():
            path = tmp_path / f"{name.replace('__', '/')}.yaml"
            path.write_text(text, encoding="utf-8")

    return write_files


def refused(name="mine.yaml"):
    with pytest.raises(ScenarioError) as caught:
        load(name)
    return [str(each) for each in caught.value.problems]


def quota(name="mine.yaml"):
    return load(name).path("levers", "quota_usd").tolist()


def test_packages_come_after_the_base_and_before_the_scenario_s_own_values(write):
    write(
        base=YEAR + changing(1),
        packages__a=changing(2),
        mine="based_on: base\npackages: [a]\n",
        own="based_on: base\npackages: [a]\n" + changing(3),
    )
    assert quota("base.yaml") == [2000] + [1] * 5
    assert quota("mine.yaml") == [2000] + [2] * 5
    assert quota("own.yaml") == [2000] + [3] * 5
    assert load("own.yaml").files == ("base.yaml", "packages/a.yaml", "own.yaml")
    assert load("mine.yaml").grounds("levers", "quota_usd")[2] == "packages/a.yaml:1:48"


def test_packages_stack_and_are_inherited(write):
    write(
        packages__a=changing(2, "from: 2024-02, until: 2024-03"),
        packages__b=changing(3, "from: 2024-05"),
        packages__c=changing(0.5, name="surveillance"),
        base=YEAR + "packages: [b, c]\n",
        mine="based_on: base\npackages: [a]\n",
    )
    assert quota() == [2000, 2, 2, 2000, 3, 3]
    assert load("mine.yaml").path("levers", "surveillance")[-1] == 0.5
    files = ("packages/b.yaml", "packages/c.yaml", "base.yaml", "packages/a.yaml", "mine.yaml")
    assert load("mine.yaml").files == files


def test_a_package_beside_the_file_is_nearer_than_a_shipped_one(write):
    text = "based_on: history\npackages: [quota_relief]\nmonths: {from: 2023-01, to: 2027-01}\n"
    write(mine=text)
    assert quota()[-1] == 1500
    write(packages__quota_relief=changing(7, "from: 2026-12"))
    assert quota()[-2:] == [7, 7]


def test_packages_that_clash_are_refused_with_both_places(write):
    write(
        packages__a=changing(2),
        packages__b=changing(3, "from: 2024-05"),
        mine=YEAR + "packages: [a, b]\n",
    )
    (told,) = refused()
    assert told.startswith("packages/b.yaml:1:48: levers.quota_usd: is set by another package too")
    assert "packages/a.yaml:1:48" in told


@pytest.mark.parametrize(
    "first, second, clash",
    [
        ("from: 2024-02, until: 2024-03", "from: 2024-04", False),
        ("from: 2024-02, until: 2024-04", "from: 2024-04", True),
        ("from: 2024-04", "from: 2024-02, until: 2024-03", False),
        ("from: 2024-04", "from: 2024-02, until: 2024-04", True),
        ("from: 2024-01, until: 2024-06", "from: 2024-02, until: 2024-03", True),
    ],
)
def test_packages_clash_only_over_the_same_months(write, first, second, clash):
    write(
        packages__a=changing(2, first),
        packages__b=changing(3, second),
        mine=YEAR + "packages: [a, b]\n",
    )
    if clash:
        assert len(refused()) == 1
    else:
        assert load("mine.yaml").files[:2] == ("packages/a.yaml", "packages/b.yaml")


@pytest.mark.parametrize(
    "packages, told",
    [
        (
            "[aa]",
            "mine.yaml:2:12: packages[0]: there is no package 'aa' (did you mean 'a'?)",
        ),
        ("[a, a]", "mine.yaml:2:15: packages[1]: 'a' is stacked twice, also at mine.yaml:2:12"),
        ("a", "mine.yaml:2:11: packages: must be a list"),
        ("[3]", "mine.yaml:2:12: packages[0]: must be text"),
        ("[../a]", "must be the name of a file in packages/, without its ending"),
        ("[a.yaml]", "must be the name of a file in packages/, without its ending"),
        ("['']", "must be the name of a file in packages/"),
    ],
)
def test_packages_that_cannot_be_found_are_refused(write, packages, told):
    write(packages__a=changing(2), mine=YEAR + f"packages: {packages}\n")
    (problem,) = refused()
    assert told in problem


def test_a_package_stacked_twice_along_the_chain_is_refused(write):
    write(
        packages__a=changing(2),
        base=YEAR + "packages: [a]\n",
        mine="based_on: base\npackages: [a]\n",
    )
    (told,) = refused()
    assert told == (
        "base.yaml:2:12: packages[0]: 'a' is stacked twice, also at mine.yaml:2:12; keep one"
    )


@pytest.mark.parametrize(
    "text, told",
    [
        ("levers: {quota_usd: 3}\n" + changing(2), "packages/a.yaml:1:1: levers: is not a key"),
        ("based_on: history\n" + changing(2), "packages/a.yaml:1:1: based_on: is not a key"),
        (YEAR + changing(2), "packages/a.yaml:1:1: months: is not a key"),
        ("title: Nothing\n", "packages/a.yaml:1:1: timeline: is missing"),
        (changing(-2), "packages/a.yaml:1:48: timeline[0].levers.quota_usd: -2 is out of bounds"),
        (
            changing(2, "from: 2023-12"),
            "2024-01 is after the first change in packages/a.yaml, 2023-12",
        ),
        ("", "packages/a.yaml:1:1: the document is empty"),
    ],
)
def test_a_package_says_dated_changes_and_nothing_else(write, text, told):
    write(packages__a=text, mine=YEAR + "packages: [a]\n")
    (problem,) = refused()
    assert problem.startswith(told) or told in problem


@pytest.mark.parametrize("name", REFORMS)
def test_a_shipped_reform_is_history_and_one_package(name, write):
    """As they were when each held its timeline itself: bit for bit the same tables."""
    package = (shipped_folder() / "packages" / f"{name}.yaml").read_text(encoding="utf-8")
    write(itself="based_on: history\nmonths: {from: 2023-01, to: 2029-12}\n" + package)
    shipped, itself = load(name), load("itself.yaml")
    assert shipped.files[-2].endswith(f"packages/{name}.yaml")
    for table in ("levers", "surroundings", "cohort", "today", "announced"):
        mine, theirs = getattr(shipped.course(), table), getattr(itself.course(), table)
        assert mine.tobytes() == theirs.tobytes()
    plain = load("tight_control").course()
    assert not np.array_equal(shipped.course().levers, plain.levers)


def test_every_shipped_package_can_be_stacked_with_every_other(write):
    names = sorted(path.stem for path in (shipped_folder() / "packages").glob("*.yaml"))
    assert set(names) == set(REFORMS)
    write(mine=f"based_on: tight_control\npackages: [{', '.join(names)}]\n")
    assert len(load("mine.yaml").files) == 3 + len(names)


@pytest.mark.long
def test_packages_are_carried_into_the_wheel(tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=shipped_folder().parent, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    carried = set(zipfile.ZipFile(wheel).namelist())
    assert {f"sim/scenarios/packages/{name}.yaml" for name in REFORMS} <= carried
