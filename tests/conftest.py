"""What several files of tests need."""

import sys

import pytest

from sim import cli
from sim.warm_up import warm_up


@pytest.fixture(scope="session", autouse=True)
def compiled():
    """Commands say when they compile the rules; under test they say what they always say."""
    warm_up(lambda sentence: None)


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
