"""Files that come in are distrusted; what goes out is what the command line would write."""

import io
import json
import shutil
import zipfile

import pandas as pd
import pytest

from sim.compare import study
from sim.dashboard.exchange import archive, front, opened, tunings, with_point
from sim.dashboard.live import Found
from sim.dashboard.lives import life
from sim.dashboard.table import effects_table
from sim.dashboard.view import Column, View, ViewError
from sim.request import resolved_yaml
from sim.story import NoSuchPost

GOOD = b"title: Mine\nbased_on: tight_control\n"
SMALL = View(posts=20, months=48, replicates=2)


def test_a_saved_scenario_can_be_opened_again_and_runs_the_same():
    changed = SMALL.set_lever(0, "quota_usd", 1234).scenario(0)
    again = opened("mine.yaml", resolved_yaml(changed).encode())
    assert again == changed


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("../../x.yaml", b"title: a", "months: is missing"),
        ("a b.yaml", GOOD, "letters, digits"),
        ("tight_control.yaml", GOOD, "a shipped scenario is called"),
        ("a.yaml", b"x" * 10_000_000, "10,000,000 bytes"),
        ("a.yaml", b"title: a\nbased_on: ../../etc/passwd", "must be the name of"),
        ("a.yaml", b"title: !!python/object/apply:os.system [true]", "not read here"),
        ("a.yaml", b"\xff\xfe", "not UTF-8"),
        ("a.yaml", b"[" * 300_000, "nested deeper"),
        ("a.yaml", GOOD + b"levers: {quota_usd: 1e999}", "quota_usd"),
        ("a.yaml", GOOD + b"demand: {series: /etc/passwd}", "series"),
        ("a.yaml", b"a: &a [x]\nb: *a", "not read here"),
    ],
)
def test_files_that_are_not_read(name, content, part):
    with pytest.raises(ViewError) as error:
        opened(name, content)
    assert part in str(error.value) and "/tmp" not in str(error.value)


def test_titles_of_a_file_are_shown_and_never_obeyed():
    title = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    mine = opened("mine.yaml", f"title: {title}\nbased_on: tight_control\n".encode())
    view = View((Column("mine"), Column("tight_control")), posts=20, loaded={"mine": mine})
    found = Found(study(view.scenarios(), 2), 2, 2)
    table = effects_table(found)
    assert "<script" not in table and "<img" not in table and "&lt;script&gt;" in table


@pytest.fixture
def results(tmp_path):
    folder = tmp_path / "results" / "mine"
    folder.mkdir(parents=True)
    trials = pd.DataFrame(
        {
            "trial": [0, 1, 2],
            "levers.quota_usd@2026-07": [1000.0, 1500.0, 2000.0],
            "levers.autonomy_tiers@2026-07": [1.0, 2.0, 3.0],
            "remittance_usd": [5.0, 6.0, 7.0],
            "remittance_usd_low": [4.0, 5.0, 6.0],
            "front": [True, False, True],
        }
    )
    trials.to_csv(folder / "trials.csv", index=False)
    about = {"kind": "tune", "scenarios": {"tight_control": "x"}}
    (folder / "manifest.json").write_text(json.dumps(about), encoding="utf-8")
    return tmp_path / "results"


def test_a_point_of_a_front_goes_into_a_column(results):
    assert tunings(results) == ["mine"]
    found = front(results, "mine")
    assert found.aims == ("remittance_usd",) and list(found.points["trial"]) == [0, 2]
    view = with_point(View(), found, 1, 1)
    assert view.columns[1].base == "tight_control"
    assert view.own(1) == []  # the base has these values itself
    other = with_point(View(), found, 0, 1)
    assert dict(other.own(1)) == {"quota_usd": 1000.0, "autonomy_tiers": 1.0}


@pytest.mark.parametrize("name", ["../mine", "/etc", "mine/../mine", "", "other", "..", "mine\0"])
def test_no_folder_but_those_listed_is_looked_into(results, name):
    shutil.copytree(results / "mine", results.parent / "mine")
    with pytest.raises(ViewError, match="no tuning"):
        front(results, name)


def test_links_out_of_the_results_folder_are_not_followed(results):
    outside = results.parent / "outside"
    shutil.copytree(results / "mine", outside)
    (results / "link").symlink_to(outside)
    assert tunings(results) == ["mine"]
    assert tunings(results / "nowhere") == []


def test_a_broken_table_of_trials_is_told(results):
    (results / "mine" / "trials.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ViewError, match="trials.csv cannot be read"):
        front(results, "mine")


def test_the_archive_is_a_whole_result():
    packed = zipfile.ZipFile(io.BytesIO(archive(study(SMALL.scenarios(), 2))))
    names = packed.namelist()
    assert {"report.html", "manifest.json", "effects.csv"} <= set(names)
    assert any(name.startswith("figures/") for name in names)


def test_a_life_is_told_by_month_with_everybody_near():
    told = life(SMALL.scenario(0), 3, seed=1)
    assert len(told.savings) == len(told.months) == 48 == len(told.status)
    assert told.paragraphs[0][0] == "" and "company" in told.paragraphs[0][1]
    assert told.told(0).startswith("2023-01")
    assert told.told(47).partition(" ")[0] <= "2026-12"
    network = told.network(5, "status", "#333")["series"][0]
    posts = [int(each["name"]) for each in network["data"]]
    assert posts[0] == 3 and set(told.story.contacts) <= set(posts)
    assert all(
        {link["source"], link["target"]} <= set(map(str, posts)) for link in network["links"]
    )
    fear = told.network(5, "belief", "#333")["series"][0]["data"]
    assert any("expects punishment" in each["value"] for each in fear)
    with pytest.raises(NoSuchPost):
        life(SMALL.scenario(0), 20, seed=1)
