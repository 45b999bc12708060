"""An older scenario file is brought to today's format whole, with its comments, or not at all."""

import os
import re
import stat

import pytest

from sim import formats
from sim.migrate import migrated, replace_text
from sim.reading import ReadingError, parse_yaml, read_yaml
from sim.scenario import ScenarioError, load, shipped_folder

OLD = """\
# A file of last year.
title: "Half the room"   # as in the talk
based_on: history

levers:
  # how many contacts are seen
  watching: {value: 0.3, source: "a letter", grade: assumed}  # a guess
  quota_usd: 1e3

timeline:
  - from: 2026-07   # after the congress
    over_months: 3
    levers:
      watching: .5  # more
# the end
months: {from: 2023-01, to: 2029-12}
"""


def rename_watching(document):
    """`watching` is called `surveillance`: a step that is only for these tests."""
    told = []
    changes = document.get("timeline", [])
    for levers in [document.get("levers", {}), *(each.get("levers", {}) for each in changes)]:
        if "watching" in levers:
            told.append("watching is called surveillance")
            _rename(levers, "watching", "surveillance")
    return told


def _rename(mapping, old, new):
    """In its place, with its comment."""
    at = list(mapping).index(old)
    value = mapping.pop(old)
    if hasattr(mapping, "insert"):
        comment = mapping.ca.items.pop(old, None)
        mapping.insert(at, new, value)
        if comment:
            mapping.ca.items[new] = comment
    else:
        mapping[new] = value


@pytest.fixture
def renamed(monkeypatch):
    """A world in which format 2 is today's."""
    monkeypatch.setattr(formats, "STEPS", (rename_watching,))
    monkeypatch.setattr("sim.migrate.STEPS", (rename_watching,))


@pytest.fixture
def old(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "old.yaml"
    path.write_text(OLD, encoding="utf-8")
    return path


def test_there_is_no_step_yet_and_format_1_is_today_s(old):
    assert formats.STEPS == () and formats.todays_format() == 1
    old.write_text("format: 1\nbased_on: history\n")
    assert migrated(old) == ("", [])


def test_only_what_changed_changes_and_comments_stay(renamed, old):
    text, told = migrated(old)
    assert told == ["format 1 is format 2 now"] + ["watching is called surveillance"] * 2
    expected = OLD.replace("watching: {", "surveillance: {").replace(
        "watching: .", "surveillance: ."
    )
    for comment in ("  # a guess", "  # more"):  # kept in their column, as far as there is room
        expected = expected.replace(comment, comment[1:])
    assert text == expected.replace('title: "', 'format: 2\ntitle: "')


def test_a_migrated_file_loads_and_says_the_same(renamed, old, tmp_path):
    base = (shipped_folder() / "history.yaml").read_text(encoding="utf-8")
    (tmp_path / "history.yaml").write_text("format: 2\n" + base, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"old.yaml:2:1: format: .*trader-sim migrate"):
        load("old.yaml")
    replace_text(old, migrated(old)[0])
    scenario = load("old.yaml")
    assert scenario.path("levers", "surveillance")[[0, -1]].tolist() == [0.3, 0.5]
    assert scenario.grounds("levers", "quota_usd")[2].startswith("old.yaml:9:")
    assert migrated(old) == ("", [])


def test_a_number_of_the_format_that_is_there_is_raised_in_its_place(renamed, old):
    old.write_text(OLD.replace("based_on:", "format: 1  # of old\nbased_on:"))
    text, _ = migrated(old)
    assert "\nformat: 2  # of old\n" in text and text.count("format:") == 1


def test_each_step_leads_on_from_the_one_before(monkeypatch, old):
    def halve(document):
        document["levers"]["quota_usd"] = 500
        return ["quota_usd is halved"]

    for module in (formats.__name__, "sim.migrate"):
        monkeypatch.setattr(f"{module}.STEPS", (rename_watching, halve))
    said = ["format 1 is format 3 now"] + ["watching is called surveillance"] * 2
    assert migrated(old)[1] == [*said, "quota_usd is halved"]
    old.write_text(OLD.replace("watching", "surveillance") + "format: 2\n")
    text, told = migrated(old)
    assert told == ["format 2 is format 3 now", "quota_usd is halved"]
    assert "quota_usd: 500\n" in text and "format: 3\n" in text


@pytest.mark.parametrize("text", [OLD.replace("\n", "\r\n"), "\ufeff" + OLD])
def test_line_ends_stay_as_they_are(renamed, old, text):
    old.write_bytes(text.encode())
    new, _ = migrated(old)
    assert ("\r\n" in new) == ("\r\n" in text) and not re.search("\r(?!\n)", new)
    assert parse_yaml(new, "").problems == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title: [", "never closed"),
        (OLD.replace("1e3", "010"), "octal"),
        (OLD.replace("title", "titel"), "did you mean 'title'?"),
        (OLD.replace("quota_usd: 1e3", "quota_usd: 1e9"), "out of bounds"),
        ("format: 3\n" + OLD, "3 is newer than what is read here, 2: upgrade trader-sim"),
        ("format: 0\n" + OLD, "0 is no format"),
        ("format: one\n" + OLD, "must be a whole number"),
        (OLD.replace("levers:", "levers: &here", 1), "anchors"),
        (OLD + "levers: {}\n", "given twice"),
    ],
)
def test_a_file_with_mistakes_is_not_migrated(renamed, old, text, told):
    old.write_text(text)
    with pytest.raises((ScenarioError, ReadingError)) as caught:
        migrated(old)
    assert told in str(caught.value) and str(caught.value).startswith(f"{old}:")


def test_what_would_say_something_else_is_not_migrated(renamed, old, monkeypatch):
    monkeypatch.setattr("ruamel.yaml.YAML.dump", lambda self, content, to: to.write("title: x\n"))
    with pytest.raises(ScenarioError, match="cannot be rewritten without changing what it says"):
        migrated(old)


def test_a_file_is_replaced_whole_or_not_at_all(old, monkeypatch, tmp_path):
    old.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(old)
    replace_text(link, "title: x\n")
    assert link.is_symlink() and read_yaml(old).value == {"title": "x"}
    assert stat.S_IMODE(old.stat().st_mode) == 0o640

    def full(*anything):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copymode", full)
    with pytest.raises(OSError, match="No space left"):
        replace_text(old, "title: y\n")
    assert read_yaml(old).value == {"title": "x"}
    assert sorted(os.listdir(tmp_path)) == ["link.yaml", "old.yaml"]


@pytest.mark.parametrize("style", ["- from", "  - from"])
def test_lists_keep_their_indentation(renamed, old, style):
    old.write_text(f"levers: {{watching: 0.1}}\ntimeline:\n{style}: 2024-01\n")
    assert f"\ntimeline:\n{style}: 2024-01\n" in migrated(old)[0]


@pytest.mark.parametrize(
    "path", sorted(shipped_folder().glob("*.yaml")), ids=lambda path: path.stem
)
def test_of_a_shipped_file_only_the_format_would_change(renamed, tmp_path, path):
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    text, told = migrated(copy)
    assert told == ["format 1 is format 2 now"]
    assert text.replace("format: 2\n", "") == path.read_text(encoding="utf-8")
