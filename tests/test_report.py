"""The report: it claims no more than the intervals allow, and asks nothing of the network."""

import dataclasses
import re
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.plots import Picture
from sim.report import answer, direction, figures, settings_sentence, write_report
from tests.studies import made_study

pytestmark = pytest.mark.filterwarnings("error")
TITLES = {"tight": "Tight control", "free": "Restored autonomy"}
NAN = float("nan")


def effect(outcome="savings_median", label="Median savings", unit="USD", **changes):
    row = {
        "outcome": outcome, "label": label, "unit": unit, "base": "tight", "other": "free",
        "base_mean": 1000.0, "other_mean": 4210.0, "difference": 3210.0, "ci_low": 2900.0,
        "ci_high": 3520.0, "superiority": 0.98, "p": 0.0, "p_adjusted": 0.00004, "replicates": 20,
    }  # fmt: skip
    return row | changes


def make_study(titles=TITLES):
    months = [f"2024-{m:02d}" for m in range(1, 13)] * len(titles)
    names = np.repeat(list(titles), 12)
    monthly = pd.DataFrame({"scenario": names, "replicate": 0, "month": months})
    monthly["savings_median"] = 5.0
    postings = pd.DataFrame({"scenario": list(titles), "replicate": 0, "post": 0, "began": -1.0})
    postings = postings.assign(spent=NAN, missed=NAN, ended=NAN, how="still abroad")
    labels = {"savings_median": SimpleNamespace(name="savings_median", label="Median", unit="USD")}
    about = {"change_month": "2024-07", "last_data_month": "2024-03"}
    return made_study(monthly, postings, titles, labels, **about)


def write(folder, rows, study=None, **changes):
    arguments = {
        "title": "Autonomy", "question": "What happens?", "changes": ["Traders choose."],
        "data_sentence": "Of 36 months 24 are known.", "coverage": {"measured": 2, "assumed": 9},
        "command": "trader-sim compare tight free",
    }  # fmt: skip
    effects = pd.DataFrame(rows, columns=list(effect()))
    path = write_report(study or make_study(), effects, folder, **(arguments | changes))
    return path.read_text(encoding="utf-8")


class Page(HTMLParser):
    """Collects tags with their attributes, and checks that what opens is closed."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_report_is_whole_and_asks_nothing_of_the_network(tmp_path):
    text = write(tmp_path / "new", [effect()])
    page = Page(text)
    assert page.open == []
    assert {"h1", "h2", "figure", "table", "main"} <= {tag for tag, _ in page.tags}
    for tag, attributes in page.tags:
        assert tag not in ("script", "link", "iframe", "object")
        assert not any(name.startswith("on") for name in attributes)
        for name in ("src", "href"):
            assert re.match(r"data:image/|#", attributes.get(name, "#")), (tag, name)
    images = [attributes for tag, attributes in page.tags if tag == "img"]
    assert len(images) == 6 and all(len(image["alt"]) > 20 for image in images)
    assert "http:" not in text and "https:" not in text and "url(" not in text
    for said in ("Traders choose.", "Of 36 months 24 are known.", "trader-sim compare tight free"):
        assert said in text
    assert "prefers-color-scheme: dark" in text and "@media print" in text


def test_the_same_input_gives_the_same_bytes(tmp_path):
    assert write(tmp_path / "a", [effect()]) == write(tmp_path / "b", [effect()])


def test_hostile_words_stay_words(tmp_path):
    evil = "<script>alert(1)</script>\"'><img src=http://x.test/a onerror=b>{{ 7 * 7 }}$x_{"
    study = make_study({"tight": evil, "free": evil})
    text = write(
        tmp_path, [effect(label=evil, unit=evil)], study, title=evil, question=evil,
        changes=[evil], data_sentence=evil, coverage={evil: 1}, command=evil,
    )  # fmt: skip
    tags = Page(text).tags
    assert all(tag != "script" for tag, _ in tags)
    assert all(at.get("src", "data:").startswith("data:") for _, at in tags)
    assert "{{ 7 * 7 }}" in text


def test_one_scenario_without_effects(tmp_path):
    text = write(tmp_path, [], make_study({"tight": "Tight control"}), changes=[], coverage={})
    assert "no comparison to answer from" in text
    assert "Nothing: the scenario was run as it stands." in text


def test_pictures_already_drawn_are_used(tmp_path):
    picture = Picture(figsize=(2, 2))
    picture.title, picture.caption, picture.alt = "Mine", "Caption", "What it shows"
    assert write(tmp_path, [effect()], pictures={"mine": picture}).count("<img") == 1


def test_failed_runs_are_counted(tmp_path):
    study = dataclasses.replace(make_study(), failed=1)
    assert "1 run did not finish and is left out." in write(tmp_path, [effect()], study)


@pytest.mark.parametrize(
    ("low", "high", "size", "said"),
    [
        (2900.0, 3520.0, 3210.0, "$3,210 higher"),
        (-3520.0, -2900.0, -3210.0, "$3,210 lower"),
        (-1.0, 6000.0, 3210.0, "cannot tell"),
        (0.0, 6000.0, 3210.0, "cannot tell"),
        (-6000.0, 0.0, -3210.0, "cannot tell"),
        (NAN, NAN, 3210.0, "cannot tell"),
        (NAN, NAN, NAN, "cannot tell"),
        (0.0, 0.0, 0.0, "no different"),
        (0.004, 0.02, 0.012, "$0.012 higher"),
    ],
)
def test_a_direction_is_named_only_if_the_interval_leaves_zero_out(low, high, size, said):
    assert direction(effect(ci_low=low, ci_high=high, difference=size)) == said


def test_answer_is_three_sentences_in_the_order_of_the_question():
    rows = [
        effect("remittance_usd", "Remittance", ci_low=-5.0),
        effect("procurement_saving_usd", "Procurement saving"),
        effect("repatriation_rate", "Came home of those due", "share", difference=-0.04,
               ci_low=-0.061, ci_high=-0.019),
        effect("quality", "Quality", "SD"),
        effect(),
    ]  # fmt: skip
    said = answer(pd.DataFrame(rows), TITLES)
    assert said[0] == (
        "Median savings: $3,210 higher under “Restored autonomy” than under “Tight control” "
        "(95\N{NO-BREAK SPACE}% interval $2,900 to $3,520)."
    )
    assert "4.0 points lower" in said[1] and "−6.1 to −1.9 points" in said[1]
    assert said[2].startswith("Remittance: cannot tell whether higher or lower under")
    assert "; Procurement saving: $3,210 higher" in said[2]
    assert len(said) == 3


def test_answer_with_several_scenarios_and_with_other_outcomes():
    rows = [effect(), effect(other="more", ci_low=NAN, ci_high=NAN)]
    (said,) = answer(pd.DataFrame(rows), TITLES | {"more": "More"})
    assert "cannot tell whether higher or lower under “More” (too few replicates to say)" in said
    rows = [effect(f"other_{k}", f"Other {k}") for k in range(5)]
    assert [s[:7] for s in answer(pd.DataFrame(rows), TITLES)] == ["Other 0", "Other 1", "Other 2"]


def test_an_outcome_that_was_nowhere_defined_is_shown_as_a_dash(tmp_path):
    missing = dict.fromkeys(("base_mean", "other_mean", "difference", "ci_low", "ci_high",
                             "superiority", "p", "p_adjusted"), NAN)  # fmt: skip
    text = write(tmp_path, [effect(**missing)])
    assert "nan" not in re.sub(r"data:[^\"]*", "", text).lower()
    assert text.count("<td>–</td>") == 6


@pytest.mark.parametrize(
    ("values", "unit", "options", "said"),
    [
        ([1234567.8, -3.0], "USD", {}, ["$1,234,568", "−$3"]),
        ([12.34], "USD a post a month", {}, ["$12.3"]),
        ([0.1234], "share of traders", {}, ["12.3 %"]),
        (
            [0.05, -0.00001],
            "share",
            {"change": True, "signed": True},
            ["+5.0 points", "0.0 points"],
        ),
        ([0.0004], "share", {"change": True}, ["0.04 points"]),
        ([1.0512], "ratio", {}, ["1.05"]),
        ([NAN], "SD", {}, ["–"]),
        ([], "SD", {}, []),
    ],
)
def test_numbers_are_written_for_people(values, unit, options, said):
    assert figures(values, unit, **options) == said


def test_settings_sentence_counts():
    assert settings_sentence({"measured": 2, "assumed": 9}).startswith("Most settings are assumed")
    assert settings_sentence({"measured": 9, "assumed": 2}).startswith("Some settings are assumed")
    assert settings_sentence({}).startswith("Most settings are assumed")


def test_rows_of_scenarios_that_set_on_assumption_are_marked(tmp_path):
    study = make_study()
    assert "†" not in write(tmp_path / "plain", [effect()], study)
    marked = dataclasses.replace(study, assumed={"tight": (), "free": ("price_tolerance",)})
    page = write(tmp_path / "marked", [effect()], marked)
    assert "Median savings †<span" in page
    assert page.count("† Set on assumption: price_tolerance.") >= 3  # answer, figures, table
    none = dataclasses.replace(study, assumed={"tight": (), "free": ()})
    assert "†" not in write(tmp_path / "none", [effect()], none)
