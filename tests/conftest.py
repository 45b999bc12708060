"""What several files of tests need."""

import sys

import pytest

from sim import cli


@pytest.fixture
def call(monkeypatch, capsys, tmp_path):
    """Runs the command in this process in an empty folder: code, output, errors."""
    monkeypatch.chdir(tmp_path)

    def main(*words):
        monkeypatch.setattr(sys, "argv", ["trader-sim", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        return ended.value.code, told.out, told.err

    return main
