"""Which commit this is, in a checkout and out of what the build noted."""

import subprocess

from sim import commit as asked
from sim.commit import commit, in_words


def test_the_commit_and_whether_files_differ_from_it(tmp_path, monkeypatch):
    monkeypatch.setattr(asked, "__file__", str(tmp_path / "sim" / "commit.py"))
    assert commit() is None
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    git = ["git", "-C", str(tmp_path), *identity]
    subprocess.run([*git, "init", "-q"], check=True)
    assert commit() is None  # nothing committed yet
    (tmp_path / "a").write_text("1")
    subprocess.run([*git, "add", "a"], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "x"], check=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True).stdout
    assert commit() == {"hash": head.strip(), "dirty": False}
    (tmp_path / "a").write_text("2")
    assert commit() == {"hash": head.strip(), "dirty": True}
    monkeypatch.setenv("PATH", "")
    assert commit() is None


def test_away_from_a_checkout_it_is_what_the_build_noted(tmp_path, monkeypatch):
    monkeypatch.setattr(asked, "__file__", str(tmp_path / "sim" / "commit.py"))
    (tmp_path / "sim").mkdir()
    note = tmp_path / "sim" / "commit.json"
    note.write_text('{"hash": "abc", "dirty": true}', encoding="utf-8")
    assert commit() == {"hash": "abc", "dirty": True}


def test_in_words():
    assert in_words(None) == ""
    assert in_words({"hash": "abc", "dirty": False}) == "abc"
    assert in_words({"hash": "abc", "dirty": True}) == "abc (with changes that are not committed)"
