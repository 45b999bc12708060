"""The catalogue: ``trader-sim settings`` and ``outcomes``, and the pages made from it."""

import json
import sys
from pathlib import Path

import pytest

from sim import catalogue, cli
from sim.model.settings import GOODS, GRADES
from sim.outcomes import OUTCOMES
from sim.setting_values import SETTINGS

DOCS = Path(__file__).parents[1] / "docs"
NAMES = [name for held in SETTINGS.values() for name in held]


@pytest.fixture
def call(monkeypatch, capsys):
    """Runs the command in this process: code, output, errors."""

    def main(*words):
        monkeypatch.setattr(sys, "argv", ["trader-sim", *words])
        with pytest.raises(SystemExit) as caught:
            cli.main()
        told = capsys.readouterr()
        return caught.value.code, told.out, told.err

    return main


def test_settings_as_json_is_every_declaration(call):
    code, out, err = call("settings", "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert [(each["drawer"], each["name"]) for each in told["settings"]] == [
        (drawer, name) for drawer, held in SETTINGS.items() for name in held
    ]
    for each in told["settings"]:
        entry = SETTINGS[each["drawer"]][each["name"]]
        about = vars(entry) | {"kind": entry.kind.__name__, "plausible": list(entry.plausible)}
        assert each == {"drawer": each["drawer"], **about}
        assert each["low"] <= each["default"] <= each["high"]
        assert each["meaning"] and each["unit"] and each["source"] and each["grade"] in GRADES
    assert [good["name"] for good in told["goods"]] == [good.name for good in GOODS]


def test_outcomes_as_json_is_every_declaration(call):
    code, out, err = call("outcomes", "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)["outcomes"]
    assert [each["name"] for each in told] == list(OUTCOMES)
    for each in told:
        assert all(each[key] == getattr(OUTCOMES[each["name"]], key) for key in each)
        assert each.keys() == {"name", "label", "unit", "meaning", "at_end"}
        assert each["meaning"] and each["unit"]


@pytest.mark.parametrize("width", [40, 72, 140])
def test_text_has_everything_and_fits_the_terminal(call, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    for command in ("settings", "outcomes"):
        code, out, err = call(command)
        assert (code, err) == (0, "")
        assert max(map(len, out.splitlines())) <= max(width, 60)  # a drawer's heading is whole
        flat = " ".join(out.split())
        if command == "outcomes":
            for each in OUTCOMES.values():
                when = "at the end" if each.at_end else "over the period"
                about = f" {each.name} {each.label} ({each.unit}; {when}) {each.meaning} "
                assert about in f" {flat} "
            continue
        for held in SETTINGS.values():
            for name, entry in held.items():
                assert f" {name} {entry.meaning} {entry.unit}; " in flat
                assert f"{entry.grade}: {entry.source}" in flat
        assert [flat.index(f"{drawer.upper()}: ") for drawer in SETTINGS] == sorted(
            flat.index(f"{drawer.upper()}: ") for drawer in SETTINGS
        )
        assert all(good.name in flat for good in GOODS)


def test_bounds_and_default_are_written_as_one_would_type_them(call):
    out = call("settings", "detection_per_usd", "posts", "order_usd")[1]
    assert "a USD; 1e-09 to 1; default 0.0003; plausible 0.00015 to 0.0006\n" in out
    assert "posts; whole, 1 to 5000000; default 500; plausible as it is\n" in out
    assert "USD; 100 to 1000000; default 37000; plausible 18500 to 74000\n" in out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["surveillance"], ["surveillance"]),
        (["posts", "levers.surveillance", "posts"], ["surveillance", "posts"]),
        (["cohort"], list(SETTINGS["cohort"])),
        (["cohort", "posts", "quota_usd"], ["quota_usd", *SETTINGS["cohort"]]),
    ],
)
def test_only_what_is_named_each_once_in_order(call, words, expected):
    told = json.loads(call("settings", *words, "--json")[1])
    assert [each["name"] for each in told["settings"]] == expected
    assert "goods" not in told
    text = call("settings", *words)[1]
    assert [name for name in NAMES if f"\n  {name}\n" in text] == expected
    assert "GOODS" not in text


def test_only_the_outcomes_named(call):
    told = json.loads(call("outcomes", "quality", "completion", "--json")[1])["outcomes"]
    assert [each["name"] for each in told] == ["completion", "quality"]


@pytest.mark.parametrize(
    ("words", "sentences"),
    [
        (["settings", "surveilance"],
         ["there is no setting 'surveilance' (did you mean 'surveillance'?)"]),
        (["settings", "posts", "levers.posts", "qqqqq", "qqqqq", "--json"],
         ["levers.posts: belongs under cohort, not levers",
          "there is no setting 'qqqqq'; trader-sim settings lists them all"]),
        (["settings", "levers.surveilance"],
         ["levers.surveilance: there is no such setting in levers (did you mean 'surveillance'?)"]),
        (["settings", "Levers"], ["there is no setting 'Levers' (did you mean 'levers'?)"]),
        (["outcomes", "nominal_prize"],
         ["there is no outcome 'nominal_prize' (did you mean 'nominal_price'?)"]),
        (["outcomes", ""], ["there is no outcome ''; trader-sim outcomes lists them all"]),
    ],
)  # fmt: skip
def test_an_unknown_name_is_one_sentence(call, words, sentences):
    code, out, err = call(*words)
    assert (code, out) == (2, "")
    assert err.splitlines() == sentences


@pytest.mark.parametrize("name", catalogue.PAGES)
def test_the_committed_pages_are_what_the_code_makes_now(name):
    written = (DOCS / name).read_bytes().decode()
    assert written == catalogue.PAGES[name](), f"docs/{name} is out of date: make docs"


def test_pages_have_everything_in_whole_tables(tmp_path):
    catalogue.write_pages(tmp_path / "docs")
    assert sorted(path.name for path in (tmp_path / "docs").iterdir()) == sorted(catalogue.PAGES)
    pages = {
        name: (tmp_path / "docs" / name).read_text(encoding="utf-8") for name in catalogue.PAGES
    }
    assert all(f"\n| `{name}` | " in pages["settings.md"] for name in NAMES)
    assert all(f"\n| {good.name} | " in pages["settings.md"] for good in GOODS)
    assert all(f"\n| `{name}` | " in pages["outcomes.md"] for name in OUTCOMES)
    for page in pages.values():
        columns = 0
        for line in page.splitlines():
            cells = line.replace("\\|", "").count("|")
            assert not columns or not cells or cells == columns
            columns = cells
