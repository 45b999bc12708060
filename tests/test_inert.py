"""What was set in vain is told, costs little, and changes neither results nor the exit code."""

import json
import time

import pytest

from sim.inert import SAME, STILL, inert
from sim.scenario import load
from tests.test_cli import tree

SMALL = ["--posts", "20", "--set", "cohort.companies=3", "--months", "44"]
HARMLESS = "surroundings.punishment_loss_usd=0"


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """Reads a file of the user's own with this text."""
    monkeypatch.chdir(tmp_path)

    def read(text, *sets):
        (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
        return load("mine.yaml", sets)

    return read


def of(name, *sets):
    return inert([load(name, sets)], seed=1)


def test_a_sentence_that_costs_nothing_is_set_in_vain():
    (told,) = of("tight_control", HARMLESS, "levers.sentence_months=30")
    assert told == f"--set levers.sentence_months=30 changed nothing in tight_control: {STILL}"


@pytest.mark.parametrize(
    "word",
    ["levers.sentence_months=30", "levers.surveillance@2027-01=0.5", "cohort.companies=49",
     "surroundings.growth_share=0.06", "levers.review_chance@2029-12=0.5"],
)  # fmt: skip
def test_what_moves_an_outcome_is_not_told(word):
    assert of("tight_control", word) == []


@pytest.mark.parametrize(
    "words",
    [
        ["levers.quota_usd=2000"],
        ["levers.quota_usd@2026-01=2000"],
        ["levers.price_tolerance@2026-07=0"],
        ["levers.quota_usd=1500", "levers.quota_usd=1400"],  # the second has the last word
    ],
)
def test_what_holds_already_is_told(words):
    (told,) = of("tight_control", *words)
    word, _, value = words[0].partition("=")
    assert told == f"--set {word}={value} changed nothing in tight_control: {SAME}"


def test_one_sentence_for_all_scenarios_in_which_it_is_so():
    pair = [load(name, ["levers.levy_usd=2000"]) for name in ("tight_control", "history")]
    (told,) = inert(pair, seed=1)
    assert "changed nothing in tight_control and history" in told


def test_values_of_the_user_s_own_file_are_told_with_their_place(mine):
    scenario = mine(
        "based_on: tight_control\n"
        "levers: {levy_usd: 2000}\n"
        "surroundings: {punishment_loss_usd: 0}\n"
        "timeline: [{from: 2026-07, levers: {sentence_months: 24, quota_usd: 1500}}]\n"
    )
    assert inert([scenario], 1) == [
        f"mine.yaml:2:20: levers.levy_usd changed nothing in mine: {SAME}",
        f"mine.yaml:4:54: levers.sentence_months changed nothing in mine: {STILL}",
    ]


def test_an_announcement_alone_is_not_in_vain(mine):
    change = "timeline: [{from: 2031-01, announced: 2026-07, levers: {quota_usd: 500}}]\n"
    assert inert([mine(f"based_on: tight_control\n{change}")], 1) == []
    (told,) = inert([mine(f"based_on: tight_control\n{change}".replace("2026-07", "2030-07"))], 1)
    assert "levers.quota_usd changed nothing" in told


def test_a_file_without_a_base_may_state_what_is_so_anyway(mine):
    months = "months: {from: 2024-01, to: 2024-12}\n"
    assert inert([mine(months + "levers: {levy_usd: 2000}\n")], 1) == []
    (told,) = inert([mine(months + "levers: {levy_usd: 2000}\n", "levers.levy_usd=2000")], 1)
    assert told.startswith("--set")


def test_shipped_files_are_not_the_user_s():
    assert of("quota_relief") == of("history") == []


def test_it_is_warned_of_and_kept_and_changes_nothing_else(call, tmp_path):  # noqa: F811
    common = ["run", "tight_control", "-n", "2", "--no-progress", *SMALL, "--set", HARMLESS]
    vain = ["--set", "levers.sentence_months=30"]
    code, out, err = call(*common, *vain, "-o", "with")
    assert code == 0 and "warning" not in out
    sentence = f"--set levers.sentence_months=30 changed nothing in tight_control: {STILL}"
    assert err == f"warning: {sentence}\n"
    assert json.loads((tmp_path / "with" / "manifest.json").read_text())["inert"] == [sentence]
    assert f"<li>{sentence}.</li>" in (tmp_path / "with" / "report.html").read_text()
    code, _, err = call(*common, "-o", "without")
    assert (code, err) == (0, "")
    assert json.loads((tmp_path / "without" / "manifest.json").read_text())["inert"] == []
    for table in ("monthly", "replicates", "postings"):
        files = [tmp_path / each / f"{table}.parquet" for each in ("with", "without")]
        assert files[0].read_bytes() == files[1].read_bytes()
    assert set(tree(tmp_path / "with")) == set(tree(tmp_path / "without"))


def test_json_stays_one_object_and_quiet_stays_quiet(call):  # noqa: F811
    words = ["run", "history", "-n", "1", *SMALL[:-2], "--set", "levers.levy_usd=2000"]
    code, out, err = call(*words, "--months", "3", "--json", "-o", "one")
    assert code == 0 and json.loads(out)["inert"] and err.startswith("warning: ")
    assert call(*words, "--months", "3", "-q", "-o", "two") == (0, "", "")


def test_it_is_cheap():
    scenario = load("tight_control", ["levers.surveillance=0.3"])
    inert([scenario], 1)
    started = time.perf_counter()
    inert([scenario], 1)
    assert time.perf_counter() - started < 0.25  # 0.03 s on an idle core
