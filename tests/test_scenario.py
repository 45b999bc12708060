"""What a scenario file means, month by month, and everything in one that is refused."""

import dataclasses
import math
import os

import numpy as np
import pytest

from sim import customs
from sim.customs_file import HEADER
from sim.model.settings import DRAWERS, GRADES
from sim.scenario import ScenarioError, load, month_range, shipped
from sim.setting_values import SETTINGS
from sim.show import as_json, as_text
from sim.store import resolved_yaml

YEAR = "months: {from: 2024-01, to: 2024-12}\n"


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Writes scenario files into an empty current folder, by name and text."""
    monkeypatch.chdir(tmp_path)

    def write_files(**files):
        for name, text in files.items():
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")

    return write_files


def path_of(text, write, setting="levers.surveillance", sets=()):
    write(mine=text)
    return load("mine.yaml", sets).path(*setting.split(".")).tolist()


def problems(name="mine.yaml", sets=()):
    with pytest.raises(ScenarioError) as caught:
        load(name, sets)
    assert str(caught.value) == "\n".join(map(str, caught.value.problems))
    return [str(each) for each in caught.value.problems]


def refused(text, write, sets=()):
    write(mine=text)
    return problems(sets=sets)


# -------------------------------------------------------------------------------------- timeline


def timeline(*changes, months="{from: 2024-01, to: 2024-08}", before="0"):
    lines = "".join(f"  - {{{change}}}\n" for change in changes)
    return f"months: {months}\nlevers: {{surveillance: {before}}}\ntimeline:\n{lines}"


def test_a_value_holds_from_the_first_month(write):
    assert path_of(YEAR + "levers: {surveillance: 0.5}", write) == [0.5] * 12


def test_what_no_file_names_has_its_default(write):
    assert path_of(YEAR, write) == [SETTINGS["levers"]["surveillance"].default] * 12


def test_a_change_holds_from_its_month_on(write):
    text = timeline("from: 2024-03, levers: {surveillance: 0.5}")
    assert path_of(text, write) == [0, 0] + [0.5] * 6


def test_until_is_inclusive_and_then_all_is_as_before(write):
    text = timeline("from: 2024-03, until: 2024-04, levers: {surveillance: 0.5}", before="0.25")
    assert path_of(text, write) == [0.25, 0.25, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25]


@pytest.mark.parametrize("until", ["2024-08", "2024-09", "2031-01"])
def test_until_the_last_month_or_later_is_to_the_end(write, until):
    text = timeline(f"from: 2024-07, until: {until}, levers: {{surveillance: 0.5}}")
    assert path_of(text, write) == [0] * 6 + [0.5] * 2


def test_a_change_of_one_month(write):
    text = timeline("from: 2024-08, until: 2024-08, levers: {surveillance: 0.5}")
    assert path_of(text, write) == [0] * 7 + [0.5]


def test_phasing_moves_in_even_steps_and_ends_exactly(write):
    text = timeline("from: 2024-02, over_months: 4, levers: {surveillance: 0.8}")
    path = path_of(text, write)
    assert path[:4] == pytest.approx([0, 0.2, 0.4, 0.6]) and path[4:] == [0.8] * 4


def test_phasing_down_from_what_held_before(write):
    text = timeline("from: 2024-02, over_months: 3, levers: {surveillance: 0.1}", before="0.7")
    path = path_of(text, write)
    assert path[:3] == pytest.approx([0.7, 0.5, 0.3]) and path[3:] == [0.1] * 5


def test_phasing_cut_short_by_until(write):
    text = timeline("from: 2024-02, over_months: 4, until: 2024-03, levers: {surveillance: 0.8}")
    assert path_of(text, write) == pytest.approx([0, 0.2, 0.4, 0, 0, 0, 0, 0])


def test_overlapping_phases_start_from_what_the_earlier_would_bring(write):
    base = timeline("from: 2024-01, over_months: 4, levers: {surveillance: 0.8}")  # .2 .4 .6 .8 …
    write(base=base)
    own = "{from: 2024-02, over_months: 4, levers: {surveillance: 0}}"  # ¾ .4, ½ .6, ¼ .8, 0
    path = path_of(f"based_on: base\ntimeline: [{own}]", write)
    assert path == pytest.approx([0.2, 0.3, 0.3, 0.2, 0, 0, 0, 0])


def test_a_later_change_begins_within_an_earlier_and_outlives_it(write):
    text = timeline(
        "from: 2024-02, until: 2024-04, levers: {surveillance: 0.6}",
        "from: 2024-03, levers: {surveillance: 0.9}",
    )
    assert path_of(text, write) == [0, 0.6, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9]


def test_a_change_within_another_gives_way_to_it_again(write):
    text = timeline(
        "from: 2024-02, until: 2024-06, levers: {surveillance: 0.6}",
        "from: 2024-03, until: 2024-04, levers: {surveillance: 0.9}",
    )
    assert path_of(text, write) == [0, 0.6, 0.9, 0.9, 0.6, 0.6, 0, 0]


def test_changes_count_by_date_however_they_are_listed(write):
    changes = [
        "from: 2024-05, levers: {surveillance: 0.9}",
        "from: 2024-02, levers: {surveillance: 0.6}",
    ]
    assert path_of(timeline(*changes), write) == path_of(timeline(*changes[::-1]), write)


def test_of_two_changes_in_one_month_that_of_the_file_itself_wins(write):
    write(base=timeline("from: 2024-05, levers: {surveillance: 0.9}"))
    own = "based_on: base\ntimeline: [{from: 2024-05, levers: {surveillance: 0.6}}]"
    assert path_of(own, write) == [0] * 4 + [0.6] * 4


def test_whole_numbers_switch_at_once(write):
    text = YEAR + (
        "levers: {autonomy_tiers: 0}\n"
        "timeline: [{from: 2024-03, over_months: 6, levers: {autonomy_tiers: 3}}]"
    )
    assert path_of(text, write, "levers.autonomy_tiers") == [0, 0] + [3] * 10


def test_surroundings_may_change_too(write):
    text = YEAR + "timeline: [{from: 2024-12, surroundings: {demand_factor: 2}}]"
    assert path_of(text, write, "surroundings.demand_factor") == [1] * 11 + [2]


def test_a_change_after_the_last_month_waits_for_a_longer_run(write):
    write(mine=timeline("from: 2025-01, levers: {surveillance: 0.5}"))
    scenario = load("mine.yaml")
    assert scenario.path("levers", "surveillance").tolist() == [0] * 8
    assert scenario.grounds("levers", "surveillance")[2] == "mine.yaml:2:24"


# ------------------------------------------------------------------------------- bases, overrides


def test_the_base_comes_before_its_own(write):
    write(
        base=timeline("from: 2024-03, levers: {surveillance: 0.3}", before="0.1"),
        middle="based_on: base\nlevers: {surveillance: 0.2, quota_usd: 7}\n",
    )
    own = "based_on: middle\ntimeline: [{from: 2024-03, levers: {surveillance: 0.4}}]"
    assert path_of(own, write) == [0.2, 0.2] + [0.4] * 6
    scenario = load("mine.yaml")
    assert scenario.files == ("base.yaml", "middle.yaml", "mine.yaml")
    assert scenario.grounds("levers", "surveillance")[2].startswith("mine.yaml:2:")
    assert scenario.grounds("levers", "quota_usd")[2].startswith("middle.yaml:2:")


def test_the_last_word_s_grounds_are_told(write):
    grounds = '{value: 0.2, source: "a letter", grade: reported}'
    write(base=YEAR + f"levers: {{surveillance: {grounds}, quota_usd: 5}}")
    write(mine="based_on: base\nlevers: {quota_usd: {value: 6, source: me}}")
    scenario = load("mine.yaml")
    assert scenario.grounds("levers", "surveillance")[:2] == ("a letter", "reported")
    assert scenario.grounds("levers", "quota_usd") == ("me", "assumed", "mine.yaml:2:21")
    bare = scenario.with_settings(["levers.surveillance=0.3"])
    assert bare.grounds("levers", "surveillance") == ("not given", "assumed", "--set")
    assert load("mine.yaml").grounds("levers", "levy_usd")[2] == "default"


def test_the_grounds_of_a_change_that_never_comes_are_not_told(write):
    write(mine=timeline("from: 2024-06, levers: {surveillance: 0.5}"))
    scenario = load("mine.yaml")
    assert scenario.grounds("levers", "surveillance")[2].startswith("mine.yaml:4:")
    assert scenario.first_months(5).grounds("levers", "surveillance")[2].startswith("mine.yaml:2:")


def test_months_title_and_description_are_the_nearest(write):
    write(base=YEAR + "title: Base\ndescription: old", mine="based_on: base")
    scenario = load("mine.yaml")
    assert (scenario.name, scenario.title, scenario.description) == ("mine", "mine", "")
    assert scenario.months == month_range("2024-01", "2024-12")


def test_a_file_beside_is_nearer_than_a_shipped_one(write):
    write(history=YEAR + "levers: {quota_usd: 1}", mine="based_on: history")
    assert load("mine.yaml").files == ("history.yaml", "mine.yaml")
    write(mine="based_on: tight_control")
    assert load("mine.yaml").files[-2].endswith("scenarios/tight_control.yaml")


CHANGING = timeline("from: 2024-03, until: 2024-05, levers: {surveillance: 0.6}", before="0.1")


@pytest.mark.parametrize(
    "sets, expected",
    [
        (["=0.9"], [0.9] * 8),
        (["@2024-04=0.9"], [0.1, 0.1, 0.6] + [0.9] * 5),
        (["@2024-01=0.9"], [0.9] * 8),
        (["@2024-08=0.9"], [0.1, 0.1, 0.6, 0.6, 0.6, 0.1, 0.1, 0.9]),
        (["=0.9", "@2024-04=0.2"], [0.9] * 3 + [0.2] * 5),
        (["@2024-04=0.2", "=0.9"], [0.9] * 8),
        (["@2024-04=0.2", "@2024-06=0.3"], [0.1, 0.1, 0.6, 0.2, 0.2, 0.3, 0.3, 0.3]),
        (["@2024-06=0.3", "@2024-04=0.2"], [0.1, 0.1, 0.6] + [0.2] * 5),
        (["=0.8", "=0.9"], [0.9] * 8),
        (["= 1e-1 "], [0.1] * 8),
    ],
)
def test_an_override_has_the_last_word(write, sets, expected):
    path = path_of(CHANGING, write, sets=[f"levers.surveillance{each}" for each in sets])
    assert path == pytest.approx(expected)


def test_an_override_of_a_phased_change(write):
    text = timeline("from: 2024-02, over_months: 4, levers: {surveillance: 0.8}")
    path = path_of(text, write, sets=["levers.surveillance@2024-04=0.5"])
    assert path == pytest.approx([0, 0.2, 0.4, 0.5, 0.5, 0.5, 0.5, 0.5])


def test_an_override_changes_nothing_else(write):
    write(mine=CHANGING)
    plain, changed = load("mine.yaml"), load("mine.yaml", ["cohort.posts=7"])
    for drawer, settings in SETTINGS.items():
        for name in settings:
            same = np.array_equal(plain.path(drawer, name), changed.path(drawer, name))
            assert same == (name != "posts")


# -------------------------------------------------------------------------------------- calendar


def test_levies_fall_in_their_months(write):
    falls = {0: [], 1: [4], 2: [4, 10], 3: [2, 4, 10], 4: [2, 4, 9, 10]}
    for count, months in falls.items():
        write(mine=YEAR + f"levers: {{levies_per_year: {count}}}")
        due = load("mine.yaml").course().today["levies_due"]
        assert due.tolist() == [int(month in months) for month in range(1, 13)]


def test_levies_follow_the_lever_from_month_to_month(write):
    change = "timeline: [{from: 2024-05, levers: {levies_per_year: 4}}]"
    write(mine=YEAR + f"levers: {{levies_per_year: 0}}\n{change}")
    due = load("mine.yaml").course().today["levies_due"]
    assert np.flatnonzero(due).tolist() == [8, 9]


def test_known_orders_are_the_series_shared_out_exactly(write):
    write(mine=YEAR + "surroundings: {demand_factor: 1.5, unrecorded_ratio: 0.4, real_posts: 1250}")
    scenario = load("mine.yaml")
    trade, today = scenario.trade, scenario.course().today
    assert set(trade.export_status) <= {*customs.KNOWN, "split", "filled"}
    recorded = trade.exports_usd * 1.5 / 1250
    assert today["recorded_usd"] == pytest.approx(recorded, rel=1e-14)
    assert today["unrecorded_usd"] == pytest.approx(0.4 * recorded, rel=1e-14)
    assert today["exports_usd"] == pytest.approx(trade.imports_usd * 1.5 / 1250, rel=1e-14)


def series(first="2024-01", months=12, exports=240, imports=60):
    rows = "".join(
        f"{month},{exports + at},R,{imports},R,,,me,\n"
        for at, month in enumerate(month_range(first, "2040-12")[:months])
    )
    return f"{HEADER}\n{rows}"


GROWING = "demand: {{series: mine.csv}}\nsurroundings: {{growth_share: {growth}, real_posts: 1000}}"


def orders(write, tmp_path, first, last, growth="0.1"):
    (tmp_path / "mine.csv").write_text(series())
    head = f"months: {{from: {first}, to: {last}}}\n"
    write(mine=head + GROWING.format(growth=growth))
    months, today = load("mine.yaml").months, load("mine.yaml").course().today
    assert today["unrecorded_usd"] == pytest.approx(today["recorded_usd"] * 0.25, rel=1e-14)
    both = today["recorded_usd"] + today["unrecorded_usd"]
    return dict(zip(months, both, strict=True))


def test_beyond_the_data_trade_grows_year_on_year(write, tmp_path):
    found = orders(write, tmp_path, "2024-01", "2027-03")
    for month, value in found.items():
        year, at = int(month[:4]), int(month[5:]) - 1
        expected = (240 + at) * 1e6 * 1.25 / 1000 * 1.1 ** (year - 2024)
        assert value == pytest.approx(expected, rel=1e-12)


def test_growth_may_change_from_month_to_month(write, tmp_path):
    (tmp_path / "mine.csv").write_text(series(exports=100))
    text = "months: {from: 2024-01, to: 2026-12}\n" + GROWING.format(growth="0.1")
    write(mine=text + "\ntimeline: [{from: 2026-06, surroundings: {growth_share: 0.5}}]")
    today = load("mine.yaml").course().today
    for stream in ("recorded_usd", "unrecorded_usd"):
        by_year = today[stream].reshape(3, 12)
        assert by_year[1] / by_year[0] == pytest.approx([1.1] * 12)
        assert by_year[2] / by_year[1] == pytest.approx([1.1] * 5 + [1.5] * 7)


@pytest.mark.parametrize("first", ["2024-07", "2025-01", "2025-05", "2026-01", "2026-11"])
def test_what_a_month_brings_does_not_depend_on_where_the_run_begins(write, tmp_path, first):
    whole = orders(write, tmp_path, "2024-01", "2027-12")
    later = orders(write, tmp_path, first, "2027-12")
    assert list(later.values()) == pytest.approx([whole[month] for month in later], rel=1e-12)


def test_stopping_earlier_changes_nothing_before(write):
    scenario = load("tight_control")
    whole, part = scenario.course(), scenario.first_months(20).course()
    assert part.months == whole.months[:20]
    assert part.today.tobytes() == whole.today[:20].tobytes()
    assert part.levers.tobytes() == whole.levers[:20].tobytes()


# ----------------------------------------------------------------------- a series of one's own


def test_a_series_of_one_s_own_is_used(write, tmp_path):
    found = orders(write, tmp_path, "2024-01", "2024-12")
    assert found["2024-03"] == pytest.approx(242e6 * 1.25 / 1000)


def test_a_series_is_inherited_and_lies_beside_the_file_that_names_it(write, tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "mine.csv").write_text(series())
    write(base=YEAR + "demand: {series: deep/mine.csv}", mine="based_on: base")
    assert load("mine.yaml").trade.exports_usd[0] == 240e6
    assert load(str(tmp_path / "mine.yaml")).trade.exports_usd[0] == 240e6


def test_the_nearest_series_is_used(write, tmp_path):
    (tmp_path / "a.csv").write_text(series(exports=1))
    (tmp_path / "b.csv").write_text(series(exports=2))
    write(base=YEAR + "demand: {series: a.csv}", mine="based_on: base\ndemand: {series: b.csv}")
    assert load("mine.yaml").trade.exports_usd[0] == 2e6


@pytest.mark.parametrize(
    "written", ["../secret.csv", "ABSOLUTE", "link.csv", "loop.csv", "in/x.csv"]
)
def test_a_series_outside_the_folder_is_refused(tmp_path, monkeypatch, written):
    secret, folder = tmp_path / "secret.csv", tmp_path / "here"
    secret.write_text(series())
    folder.mkdir()
    (tmp_path / "x.csv").write_text(series())
    (folder / "link.csv").symlink_to(secret)
    (folder / "loop.csv").symlink_to(folder / "loop.csv")
    (folder / "in").symlink_to(tmp_path)
    monkeypatch.chdir(folder)
    written = written.replace("ABSOLUTE", str(secret))
    (folder / "mine.yaml").write_text(YEAR + f"demand: {{series: {written}}}")
    (told,) = problems()
    assert told.startswith("mine.yaml:2:18: demand.series: ")
    assert "outside" in told or "loop" in told


def test_a_series_that_is_no_ordinary_file_is_refused_unread(write, tmp_path):
    os.mkfifo(tmp_path / "mine.csv")
    (told,) = refused(YEAR + "demand: {series: mine.csv}", write)
    assert told.startswith("mine.yaml:2:18: demand.series: mine.csv: this is not an ordinary file")
    (told,) = refused(YEAR + "demand: {series: /dev/zero}", write)
    assert "'/dev/zero' lies outside the scenario's folder" in told


@pytest.mark.parametrize(
    "written", ['"a\\0b.csv"', '"\\ud800.csv"', '"a\\nb.csv"', '""', "x" * 5000, "~/x.csv"]
)
def test_a_series_by_an_impossible_name_is_refused(write, written):
    told = refused(YEAR + f"demand: {{series: {written}}}", write)
    assert all(each.startswith("mine.yaml:2:18: demand.series: ") for each in told)
    assert all("\n" not in each for each in told)


def test_a_base_may_not_lead_out_of_the_folder(tmp_path, monkeypatch):
    secret, folder = tmp_path / "secret.yaml", tmp_path / "here"
    secret.write_text(YEAR + "cohort: {posts: 123456}")
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "link.yaml").symlink_to(secret)
    (folder / "loop.yaml").symlink_to(folder / "loop.yaml")
    (folder / "zero.yaml").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.yaml")
    for name, said in {
        "link": "link.yaml is a link that leads outside the scenario's folder",
        "zero": "zero.yaml is a link that leads outside the scenario's folder",
        "pipe": "not an ordinary file",
        "loop": "there is no scenario of this name",
        "x" * 3000: "there is no scenario of this name",
        "../secret": "in the same folder",
        str(tmp_path / "secret"): "in the same folder",
    }.items():
        (folder / "mine.yaml").write_text(f"based_on: {name}")
        (told,) = problems()
        assert said in told and "123456" not in told


@pytest.mark.parametrize(
    "text, told",
    [
        (None, "there is no such file"),
        ("a,b\n1,2\n", "the columns are not as expected"),
        (series().replace("240", "many"), "it must be empty or a plain number"),
        (f"{HEADER}\n", "there is no figure in it"),
    ],
)
def test_a_series_that_cannot_be_used_is_refused(write, tmp_path, text, told):
    if text is not None:
        (tmp_path / "mine.csv").write_text(text)
    (found,) = refused(YEAR + "demand: {series: mine.csv}", write)
    assert found.startswith("mine.yaml:2:18: demand.series: ") and told in found


def test_every_mistake_in_a_series_is_told_with_both_places(write, tmp_path):
    (tmp_path / "mine.csv").write_text(series().replace("240", "many").replace("245,R", "245,X"))
    found = refused(YEAR + "demand: {series: mine.csv}\nfoo: 1", write)
    assert [told.partition(" is ")[0] for told in found] == [
        "mine.yaml:3:1: foo:",
        "mine.yaml:2:18: demand.series: mine.csv:2: chinese_exports_musd",
        "mine.yaml:2:18: demand.series: mine.csv:7: chinese_exports_status",
    ]


def test_a_run_that_begins_before_the_data_is_refused(write, tmp_path):
    (tmp_path / "mine.csv").write_text(series("2024-06"))
    (told,) = refused(YEAR + "demand: {series: mine.csv}", write)
    assert "begin in 2024-06" in told and "months" in told


# --------------------------------------------------------------------------------------- refusals

MISTAKES = {
    "levers: {survailance: 0.5}": (
        "3:10", "levers.survailance", "there is no such setting in levers", "'surveillance'"),
    "levers: {posts: 5}": ("3:10", "levers.posts", "belongs under cohort, not levers"),
    "cohort: {quota_usd: 5}": ("3:10", "cohort.quota_usd", "belongs under levers, not cohort"),
    "levers: {surveillance: 70}": (
        "3:24", "levers.surveillance", "70 is out of bounds", "from 0 to 1", "did you mean 0.7?"),
    "levers: {surveillance: -0.1}": ("3:24", "-0.1 is out of bounds", "from 0 to 1 (chance)"),
    "levers: {quota_usd: 30000}": ("3:21", "out of bounds", "from 0 to 20000 (USD a month)"),
    "levers: {surveillance: high}": ("3:24", "'high' is not a number", "from 0 to 1"),
    "levers: {surveillance: true}": ("3:24", "True is not a number"),
    "levers: {surveillance: }": ("3:23", "has no value; expected a number from 0 to 1"),
    "levers: {surveillance: [0.1]}": ("3:24", "[0.1] is not a number"),
    "levers: {surveillance: .inf}": ("3:24", "not a finite number"),
    "levers: {surveillance: no}": ("3:24", "'no' is true or false to some"),
    "levers: {autonomy_tiers: 1.5}": ("3:26", "1.5 is not whole", "a whole number from 0 to 3"),
    "levers: {surveillance: 0.1, surveillance: 0.2}": ("3:29", "given twice, first at", "3:10"),
    "levers: {surveillance: {value: 0.1, sauce: x}}": (
        "3:24", "'sauce' is not known here (did you mean 'source'?)", "value, unit, source"),
    "levers: {surveillance: {source: x}}": ("3:24", "has no value"),
    "levers: {surveillance: {value: 0.1, source: 5}}": ("3:24", "source and grade must be text"),
    "levers: {surveillance: {value: 0.1, grade: sure}}": (
        "3:24", "grade must be one of", *GRADES),
    "levers: 5": ("3:9", "levers: must be a mapping"),
    "levers: ": ("3:", "levers: must be a mapping"),
    "lever: {}": ("3:1", "is not a key that belongs here", "did you mean 'levers'?"),
    "timeline: {from: 2024-03}": ("3:11", "timeline: must be a list"),
    "timeline: [3]": ("3:12", "timeline[0]: must be a mapping"),
    "timeline: [{levers: {}}]": ("3:12", "timeline[0].from: is missing"),
    "timeline: [{from: 2024-03, form: 3}]": (
        "3:28", "timeline[0].form", "did you mean 'from'?", "known: from, until"),
    "timeline: [{from: 2024-03, cohort: {posts: 5}}]": ("3:28", "timeline[0].cohort"),
    "timeline: [{from: 2024-13}]": ("3:19", "'2024-13' is not a month", "such as 2026-07"),
    "timeline: [{from: 2024-03-01}]": ("3:19", "'2024-03-01' is not a month"),
    "timeline: [{from: March}]": ("3:19", "'March' is not a month", "such as 2026-07"),
    "timeline: [{from: 2024}]": ("3:19", "timeline[0].from: must be a month such as 2026-07"),
    "timeline: [{from: 2024-03, until: 2024-02}]": ("3:35", "2024-02 is before 2024-03"),
    "timeline: [{from: 2023-12}]": ("3:19", "2023-12 is before the first month, 2024-01"),
    "timeline: [{from: 2024-03, over_months: 0}]": ("3:41", "must be 1 or more"),
    "timeline: [{from: 2024-03, over_months: 2.5}]": ("3:41", "must be a whole number"),
    "timeline: [{from: 2024-03, levers: {surveillance: 35}}]": (
        "3:51", "timeline[0].levers.surveillance", "did you mean 0.35?"),
    "timeline: [{from: 2024-03, levers: {order_usd: 5}}]": (
        "3:37", "belongs under surroundings, not levers"),
    "based_on: histroy": (
        "3:11", "based_on: there is no scenario of this name", "'history'", "put 'histroy.yaml'"),
    "based_on: ../history": ("3:11", "shipped scenario or of a file in the same folder"),
    "based_on: history.yaml": ("3:11", "without its ending"),
    "based_on: mine": ("3:11", "'mine' leads back to this file"),
    "title: 5": ("3:8", "title: must be text"),
    # units and ways to write a number
    "levers: {authority_share: 70}": ("3:27", "a share runs from 0 to 1; did you mean 0.7?"),
    "levers: {recall_chance: 12.5}": ("3:25", "a chance runs from 0 to 1; did you mean 0.125?"),
    "levers: {open_area_share: 20}": ("3:27", "a share runs from 0 to 2; did you mean 0.2?"),
    "levers: {review_chance: 101}": ("3:25", "expected a number from 0 to 1 (a month)"),
    "levers: {authority_share: 70 %}": ("3:27", "'70 %' is not a number", "did you mean 0.7?"),
    "levers: {quota_usd: '2,000 USD'}": ("3:21", "did you mean 2000?"),
    "levers: {quota_usd: $1500}": ("3:21", "did you mean 1500?"),
    "levers: {term_months: 36 months}": ("3:23", "did you mean 36?"),
    "levers: {authority_share: '0,7'}": ("3:27", "did you mean 0.7?"),
    "levers: {authority_share: '0.7'}": ("3:27", "did you mean 0.7, without quotes?"),
    "levers: {quota_usd: 99999 USD}": ("3:21", "from 0 to 20000 (USD a month)"),
    "cohort: {posts: 6e6}": ("3:17", "a whole number from 1 to 5000000 (posts)"),
    "levers: {surveillance:0.5}": ("3:10", "there is no such setting"),
    "levers:\n  surveillance:0.5": ("4:3", "a mapping (name: value); a space must follow"),
    "levers: {surveillance: {valeu: 1}}": ("3:24", "'valeu' is not known here (did you mean 'val"),
    "levers: {quota_usd: {value: 1, grade: Reported}}": ("3:21", "(did you mean 'reported'?)"),
    "timeline: [{from: 2024-03, over_months: 241}]": ("3:41", "must be 240 or less"),
    # YAML 1.1
    "levers: {surveillance: on}": ("3:24", "'on' is true or false to some readers"),
    "levers: {quota_usd: 010}": ("3:21", "'010' is octal to some readers", "write 10"),
    "levers: {quota_usd: 1:30}": ("3:21", "'1:30' counts in sixties to some readers"),
    "levers: {quota_usd: 1_500}": ("3:21", "'1_500' is a number only to some", "write 1500"),
    "timeline: [{from: no}]": ("3:19", "'no' is true or false to some readers"),
    # a setting outside its drawer
    "surveillance: 0.5": ("3:1", "surveillance: belongs under levers: write it below a line"),
    "posts: 5": ("3:1", "posts: belongs under cohort"),
    "timeline: [{from: 2024-03, surveillance: 1}]": (
        "3:28", "timeline[0].surveillance: belongs under levers"),
    "timeline: [{from: 2024-03, cohort: {}}]": ("3:28", "starts once and has no dates; set it"),
    # dates
    "timeline: [{from: 2024-3}]": ("3:19", "'2024-3' is not a month", "did you mean 2024-03?"),
    "timeline: [{from: 2024-03-15}]": ("3:19", "did you mean 2024-03?"),
    "timeline: [{from: 2024/03}]": ("3:19", "did you mean 2024-03?"),
    "timeline: [{from: 202403}]": ("3:19", "must be a month such as 2026-07; did you mean 2024-03"),
    "timeline: [{from: 2024.03}]": ("3:19", "must be a month such as 2026-07; did you mean 2024"),
    "timeline: [{from: 2024-03, until: 2024-04, until: 2024-05}]": ("3:44", "given twice"),
    # the format
    "format: 2": ("3:9", "format: 2 is newer than what is read here, 1: upgrade trader-sim"),
    "format: 0": ("3:9", "format: 0 is no format: they count from 1"),
    "format: '1'": ("3:9", "format: must be a whole number"),
    "format: ": ("3:", "format: must be a whole number"),
    "format: 1.0": ("3:9", "format: must be a whole number"),
    "format: true": ("3:9", "format: must be a whole number"),
    "demand: {series: }": ("3:", "demand.series: must be text"),
    "demand: {}": ("3:9", "demand.series: is missing"),
}  # fmt: skip


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_told_once_with_its_place_and_what_instead(write, text):
    spot, *parts = MISTAKES[text]
    (told,) = refused(f"description: x\n{YEAR}{text}\n", write)
    assert told.startswith(f"mine.yaml:{spot}")
    assert all(part in told for part in parts), told


@pytest.mark.parametrize("written", ["2k", "2 mln", "3 years", "70 %", "about 5", "1/2", "0 000"])
def test_no_number_is_put_into_anybody_s_mouth(write, written):
    (told,) = refused(YEAR + f"levers: {{price_tolerance: {written}}}", write)
    assert told.endswith("is not a number; expected a number from 0 to 0.5 (share)")


def test_numbers_as_yaml_1_2_has_them_are_fine(write):
    for written, value in {".5": 0.5, "1e-1": 0.1, "+0.25": 0.25, "5.e-1": 0.5, "0x1": 1}.items():
        assert path_of(f"{YEAR}levers: {{surveillance: {written}}}", write) == [value] * 12
    assert path_of(f"{YEAR}levers: {{quota_usd: 1e3}}", write, "levers.quota_usd") == [1000] * 12


def test_format_1_may_be_said(write):
    assert path_of(f"format: 1\n{YEAR}", write) == path_of(YEAR, write)


def test_of_a_newer_file_nothing_else_is_said(write):
    (told,) = refused("format: 7\npeople: {}\ntimeline: never\nbased_on: 3\n", write)
    assert told.startswith("mine.yaml:1:9: format: 7 is newer")
    write(base="format: 7\npeople: {}", mine="based_on: base\nlevers: {surveillance: 70}")
    assert [told.split(": ")[0] for told in problems()] == ["mine.yaml:2:24", "base.yaml:1:9"]


def test_a_run_that_begins_after_a_change_of_its_base_is_told_once_where_it_can_be_mended(write):
    changes = [f"from: 2024-0{month}, levers: {{surveillance: 0.5}}" for month in (5, 2, 3)]
    write(base=timeline(*changes))
    months = "months: {from: 2024-04, to: 2024-12}"
    own = "timeline: [{from: 2024-01, levers: {quota_usd: 1}}]"
    found = refused(f"based_on: base\n{months}\n{own}", write)
    assert found == [
        "mine.yaml:2:16: months.from: 2024-04 is after the first change in base.yaml, 2024-02; "
        "begin in that month or earlier",
        "mine.yaml:3:19: timeline[0].from: 2024-01 is before the first month, 2024-04",
    ]


def test_the_mistakes_of_files_and_of_overrides_are_told_at_once(write):
    found = refused(f"{YEAR}levers: {{surveillance: 70}}", write, ["posts=5", "cohort.posts=none"])
    assert [told.split(": ")[0] for told in found] == [
        "mine.yaml:2:24", "--set posts=5", "--set cohort.posts=none",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "months, told",
    [
        ("", "mine.yaml: months: is missing; expected {from: …, to: …}"),
        ("months: {from: 2024-01}", "mine.yaml:1:9: months.to: is missing"),
        ("months: 2024", "mine.yaml:1:9: months: must be a mapping"),
        ("months: {from: 2024-01, to: 2023-01}", "mine.yaml:1:29: months.to: 2023-01 is before"),
        ("months: {from: 2024-00, to: 2024-01}", "'2024-00' is not a month"),
        ("months: {from: 24-01, to: 2024-01}", "'24-01' is not a month"),
        ("months: {from: 2024-01, to: 9999-12}", "months.to: 7975 years after the first"),
        ("months: {from: 1990-01, to: 2024-01}", "begin in 2017-01"),
    ],
)
def test_months_that_cannot_be_run_are_refused(write, months, told):
    (found,) = refused(f"{months}\ntitle: x\n", write)
    assert told in found


def test_a_circle_of_bases_is_refused(write):
    write(a="based_on: b", b="based_on: c", c="based_on: a", mine="based_on: a")
    (told,) = problems()
    assert told == "c.yaml:1:11: based_on: 'a' leads back to this file"


def test_a_chain_of_bases_ends_somewhere(write):
    write(**{f"s{at}": f"based_on: s{at + 1}" for at in range(20)}, mine="based_on: s0")
    (told,) = problems()
    assert "longer than 10 files" in told


def test_the_mistakes_of_all_files_are_told_at_once(write):
    write(base=YEAR + "levers: {surveillance: 70}\ncohort: {pots: 5}")
    found = refused(
        "based_on: base\nfoo: 3\nlevers: {levy_usd: lots, quota_usd: 1, quota_usd: 2}\n"
        "timeline:\n  - {from: 2024-03, until: 2024-15, levers: {posts: 3}}\n  - 7\n"
        "  - {from: 2023-01, over_months: x, surroundings: {demand_factor: 11}}\n"
        "demand: {series: none.csv}\n",
        write,
    )
    spots = [told.partition(": ")[0] for told in found]
    assert sorted(spots) == [
        "base.yaml:2:24", "base.yaml:3:10",
        "mine.yaml:2:1", "mine.yaml:3:20", "mine.yaml:3:40", "mine.yaml:5:28", "mine.yaml:5:46",
        "mine.yaml:6:5", "mine.yaml:7:12", "mine.yaml:7:34", "mine.yaml:7:67", "mine.yaml:8:18",
    ]  # fmt: skip


def test_a_value_that_cannot_be_read_is_told_once(write):
    (told,) = refused(YEAR + "levers: {surveillance: 010}", write)
    assert "octal" in told


@pytest.mark.parametrize(
    "text, told",
    [
        ("", "expected drawer.name=value"),
        ("surveillance=0.5", "did you mean levers.surveillance=0.5?"),
        ("posts@2026-07=5", "did you mean cohort.posts@2026-07=5?"),
        ("levers.surveillance=010", "'010' is octal to some"),
        ("levers.surveillance=1_0", "'1_0' is a number only to some"),
        ("levers.surveillance=70%", "did you mean 0.7?"),
        ("levers.surveillance=yes", "'yes' is true or false to some"),
        ("levers.surveillance", "expected drawer.name=value"),
        ("laws.surveillance=0.5", "a drawer out of levers, surroundings, cohort"),
        ("levers.survailance=0.5", "did you mean 'surveillance'?"),
        ("levers.posts=5", "belongs under cohort, not levers"),
        ("levers.xyzzy=5", "there is no such setting in levers; trader-sim show lists them"),
        ("levers.surveillance=", "has no value; expected a number from 0 to 1"),
        ("levers.surveillance=high", "'high' is not a number; expected a number from 0 to 1"),
        ("levers.surveillance=True", "True is not a number"),
        ("levers.surveillance=nan", "'nan' is not a number"),
        ("levers.surveillance=.inf", "is not a finite number"),
        ("levers.surveillance=70", "did you mean 0.7?"),
        ("levers.autonomy_tiers=1.5", "1.5 is not whole"),
        ("levers.surveillance@2026-13=0.5", "'2026-13' is not a month; expected a month such as"),
        (
            "levers.surveillance@2031-01=0.5",
            "2031-01 is not a month of this run, 2023-01 to 2029-12",
        ),
        ("levers.surveillance@=0.5", "'' is not a month; expected a month such as"),
        ("cohort.posts@2026-07=5", "the cohort starts once and has no dates"),
        ("cohort.posts=0", "0 is out of bounds; expected a whole number from 1"),
    ],
)
def test_a_bad_override_is_refused(text, told):
    (found,) = problems("tight_control", [text])
    assert found.startswith(f"--set {text}") and told in found


def test_all_bad_overrides_are_told_at_once():
    assert len(problems("tight_control", ["x", "levers.quota_usd=-1", "cohort.posts=5"])) == 2


@pytest.mark.parametrize("name", ["tight_controll", "nothing-like-it", "", "mine.txt", "."])
def test_an_unknown_name_is_refused_with_the_known_ones(name, write):
    (told,) = problems(name)
    assert "there is no scenario of this name" in told
    assert all(known in told for known in shipped())
    assert ("did you mean 'tight_control'?" in told) == name.startswith("tight")


# --------------------------------------------------------------------------- resolved, shown


def same_course(one, other):
    first, second = one.course(), other.course()
    return first.months == second.months and all(
        getattr(first, table).tobytes() == getattr(second, table).tobytes()
        for table in ("levers", "surroundings", "cohort", "today", "announced")
    )


@pytest.mark.parametrize(
    "sets",
    [
        [],
        ["levers.surveillance@2024-03=0.1234567890123", "surroundings.demand_factor=1e-7"],
        ["cohort.savings_usd=1e7", "surroundings.growth_share@2026-01=0.3333333333333333"],
        ["levers.autonomy_tiers@2025-05=1", "surroundings.exile_value_usd=123456.7"],
    ],
)
@pytest.mark.parametrize("name", shipped())
def test_a_resolved_scenario_loads_again_to_the_byte(name, sets, tmp_path):
    scenario = load(name, sets)
    path = tmp_path / f"{name}.yaml"
    path.write_text(resolved_yaml(scenario), encoding="utf-8")
    again = load(str(path))
    assert same_course(scenario, again)
    assert (again.name, again.title) == (scenario.name, scenario.title)
    assert again.description == scenario.description
    assert again.files == (str(path),)
    assert resolved_yaml(again) == resolved_yaml(scenario)


@pytest.mark.parametrize(
    "change",
    [
        "from: 2024-05, announced: 2024-03, levers: {surveillance: 0.5}",
        "from: 2024-05, announced: 2024-03, over_months: 2, levers: {surveillance: 0.3}",
        "from: 2024-05, announced: 2023-03, until: 2024-06, levers: {surveillance: 0.5}",
        "from: 2031-05, announced: 2024-03, levers: {surveillance: 0.5, quota_usd: 1}",
    ],
)
@pytest.mark.parametrize(
    "more",
    [
        "from: 2024-08, levers: {surveillance: 0.6}",
        "from: 2024-06, levers: {surveillance: 0.6}",
        "from: 2024-07, announced: 2024-04, over_months: 6, levers: {surveillance: 0.9}",
        "from: 2024-04, until: 2024-04, levers: {surveillance: 0.9}",
    ],
)
def test_what_is_announced_is_resolved_too(write, change, more):
    write(mine=timeline(change, more))
    scenario = load("mine.yaml")
    assert scenario.course().announced.tobytes() != scenario.course().levers.tobytes()
    write(again=resolved_yaml(scenario))
    assert same_course(scenario, load("again.yaml"))


@pytest.mark.parametrize(
    "title",
    ["1e3", "yes", "y", "010", "1:30", "null", "2024-01", "a: b # c", "“x”", "- [", "' \"", "0x1F"],
)
def test_a_resolved_title_is_read_as_it_was(title, tmp_path):
    scenario = dataclasses.replace(load("history"), title=title, description=f"{title}\n {title}")
    path = tmp_path / "again.yaml"
    path.write_text(resolved_yaml(scenario), encoding="utf-8")
    again = load(str(path))
    assert (again.title, again.description) == (title, f"{title}\n {title}")


@pytest.mark.parametrize("name", shipped())
def test_a_shown_scenario_has_every_setting_with_its_grounds(name):
    scenario = load(name, ["levers.levy_usd=1234"])
    shown = as_json(scenario)
    text = as_text(scenario)
    for drawer, settings in SETTINGS.items():
        assert list(shown[drawer]) == list(settings)
        for setting, entry in settings.items():
            about = shown[drawer][setting]
            path = scenario.path(drawer, setting)
            values = about["value"] if isinstance(about["value"], list) else [about["value"]]
            assert set(values) == set(path.tolist())
            assert len(values) in (1, len(path))
            assert (about["unit"], about["meaning"]) == (entry.unit, entry.meaning)
            assert about["grade"] in GRADES and about["source"] and about["set_by"]
            assert f"  {setting} = {path[0]:g}" in text
            assert f"{about['grade']}: {about['source']} [{about['set_by']}]" in text
    assert shown["levers"]["levy_usd"]["set_by"] == "--set"
    assert sum(shown["coverage"].values()) == sum(map(len, SETTINGS.values()))
    assert shown["months"] == [scenario.months[0], scenario.months[-1]]
    assert all(part in text for part in (scenario.title, *scenario.files, *scenario.months[::83]))


def test_what_moves_is_shown_with_its_months():
    text = as_text(load("tight_control", ["levers.surveillance=0.1"]))
    assert "  surveillance = 0.1 chance\n" in text
    text = as_text(load("tight_control", ["levers.surveillance@2026-01=0.4", "levers.quota_usd=1"]))
    assert "; 0.4 from 2026-01 chance\n" in text


def test_what_is_set_on_assumption_is_told_the_last_first(write):
    write(
        base=timeline("from: 2024-03, levers: {quota_usd: {value: 1, grade: reported}}"),
        mine="based_on: base\nlevers: {levy_usd: 5}\ntimeline:\n  - from: 2025-01\n"
        "    levers: {term_months: 3}\n",
    )
    assert load("mine.yaml").assumed() == ("levy_usd", "surveillance")
    over = load("mine.yaml", ["levers.quota_usd=3", "cohort.posts=7"])
    assert over.assumed() == ("quota_usd", "levy_usd", "surveillance")


def test_every_value_is_shown_with_its_own_grounds(write):
    a_quota = "{value: 5, source: a letter, grade: reported}"
    write(
        mine=timeline(
            f"from: 2024-03, announced: 2024-02, until: 2024-06, levers: {{quota_usd: {a_quota}}}",
            "from: 2024-05, over_months: 2, levers: {surveillance: 1}",
        )
    )
    scenario = load("mine.yaml", ["levers.levy_usd=7"])
    text, place = as_text(scenario), "mine.yaml:4:77"
    for line in (
        "      2000; inferred: 2,500 reported for 2019 (evidence 2.2), eased since trade fell "
        "[default]",
        f"      5 from 2024-03 until 2024-06, announced 2024-02; reported: a letter [{place}]",
        "      0; assumed: not given [mine.yaml:2:24]",
        "      1 from 2024-05 over 2 months; assumed: not given [mine.yaml:5:60]",
        "      assumed: not given [--set]",
    ):
        assert f"{line}\n" in text
    quota = as_json(scenario)["levers"]["quota_usd"]
    assert quota["announced"] == [2000, *[5] * 5, 2000, 2000]
    (word,) = quota["set"]
    assert word == {
        "value": 5, "from": "2024-03", "until": "2024-06", "over_months": 1,
        "announced": "2024-02", "source": "a letter", "grade": "reported", "where": place,
    }  # fmt: skip


def test_levers_that_move_are_shown_month_by_month(write):
    write(
        mine=timeline(
            "from: 2024-03, announced: 2024-02, levers: {quota_usd: 5}",
            "from: 2024-05, over_months: 2, levers: {surveillance: 1}",
        )
    )
    table = as_text(load("mine.yaml")).partition("LEVERS THAT MOVE")[2].partition("\n\n")[0]
    assert table.splitlines()[1:] == [
        "                            quota",
        "           surveillance       usd",
        "  2024-01             0      2000",
        "  2024-02             ·  2000 → 5",
        "  2024-03             ·         5",
        "  2024-05           0.5         ·",
        "  2024-06             1         ·",
    ]
    assert "LEVERS THAT MOVE" not in as_text(load("mine.yaml").first_months(1))


@pytest.mark.parametrize("name", shipped())
def test_shipped_scenarios_give_grounds_for_every_value(name):
    scenario = load(name)
    for given in scenario.given:
        assert given.source and given.grade, given.where


def test_declared_settings_are_sound():
    for drawer, kind in DRAWERS.items():
        for name, entry in SETTINGS[drawer].items():
            assert entry.low <= entry.default <= entry.high, name
            assert isinstance(getattr(kind(), name), entry.kind) or entry.kind is float
            assert entry.grade in GRADES and entry.unit and entry.meaning and entry.source
            assert math.isfinite(entry.low) and math.isfinite(entry.high)


def test_no_more_is_read_than_the_files_named(write, monkeypatch):
    write(mine=YEAR)
    monkeypatch.setenv("HOME", os.devnull)
    assert load("mine.yaml").files == ("mine.yaml",)
