"""``new``: a file to begin with that loads at once and overwrites nothing."""

import re

import pytest

from sim.scenario import load, shipped
from tests.test_cli import refused as refused  # noqa: F401 - a fixture


@pytest.mark.parametrize("base", shipped())
def test_a_new_file_loads_and_runs_as_its_base(call, base):  # noqa: F811
    code, out, err = call("new", "my-own_world", "--based-on", base)
    assert (code, err) == (0, "") and "my-own_world.yaml is written" in out
    assert load("my-own_world.yaml") == load(base)
    assert load("my-own_world.yaml").title == "My own world"


@pytest.mark.parametrize("base", ["history", "restored_autonomy"])
def test_what_is_commented_loads_as_well(call, tmp_path, base):  # noqa: F811
    call("new", "mine", "--based-on", base)
    text = (tmp_path / "mine.yaml").read_text(encoding="utf-8")
    head, _, dated = text.partition("# timeline:")
    live = re.sub("^# packages", "packages", head, flags=re.M)
    live += "timeline:" + re.sub("^# ", "", dated, flags=re.M)
    (tmp_path / "mine.yaml").write_text(live, encoding="utf-8")
    scenario = load("mine.yaml")
    assert any("packages/open_areas" in each for each in scenario.files)
    assert scenario.grounds("levers", "quota_usd")[2].startswith("mine.yaml:")
    assert all(len(line) <= 110 for line in text.splitlines())


def test_a_base_may_lie_in_the_same_folder(call, tmp_path):  # noqa: F811
    call("new", "first", "--based-on", "history")
    for name, base in {
        "second": "first",
        "third": "first.yaml",
        "fourth": tmp_path / "first.yaml",
    }.items():
        assert call("new", name, "--based-on", base)[0] == 0
        assert load(f"{name}.yaml") == load("history")


WRONG = {
    "new mine --based-on histroy": "did you mean 'history'?",
    "new mine.yaml --based-on history": "letters, digits, _ and -, and no ending or folder",
    "new ../mine --based-on history": "no ending or folder",
    "new history --based-on tight_control": "a shipped scenario is called so",
    "new mine": "Missing option '--based-on'",
    "new --based-on history": "Missing argument 'NAME'",
    "new mine --based-on none.yaml": "there is no such file",
    "new mine --based-on sub/base.yaml": "must be shipped or lie in the current folder",
    "new broken2 --based-on broken.yaml": "levers.quota: there is no such setting",
    "new broken --based-on broken": "cannot be based on itself",
    "new taken --based-on history": "taken.yaml is already there and is left alone",
    "new mine --basedon history": "No such option",
}


@pytest.mark.parametrize("words", WRONG)
def test_what_cannot_be_begun_is_refused(refused, tmp_path, words):  # noqa: F811
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "base.yaml").write_text("based_on: history\n")
    (tmp_path / "broken.yaml").write_text("based_on: history\nlevers: {quota: 3}\n")
    (tmp_path / "taken.yaml").write_text("mine\n")
    (told,) = refused(*words.split())
    assert WRONG[words] in told
