"""The report: it claims no more than the intervals allow, and asks nothing of the network."""

import dataclasses
import re
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.plots import Picture
from sim.report import write_report
from sim.report_tables import settings_sentence
from tests.report_rows import TITLES, effect
from tests.studies import made_study

pytestmark = pytest.mark.filterwarnings("error")
NAN = float("nan")


def make_study(titles=TITLES):
    months = [f"2024-{m:02d}" for m in range(1, 13)] * len(titles)
    names = np.repeat(list(titles), 12)
    monthly = pd.DataFrame({"scenario": names, "replicate": 0, "month": months})
    monthly["savings_median"] = 5.0
    monthly["savings_median__weight"] = 1.0
    postings = pd.DataFrame({"scenario": list(titles), "replicate": 0, "post": 0, "began": -1.0})
    postings = postings.assign(spent=NAN, missed=NAN, ended=NAN, how="still abroad")
    labels = {"savings_median": SimpleNamespace(name="savings_median", label="Median", unit="USD",
                                               at_end=True)}  # fmt: skip
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
    assert "no comparison to answer from. These are its levels." in text
    assert "What the median trader has saved at the end is $5.00 (one replicate alone" in text
    assert "Nothing: the scenario was run as it stands." in text


def test_pictures_already_drawn_are_used(tmp_path):
    picture = Picture(figsize=(2, 2))
    picture.title, picture.caption, picture.alt = "Mine", "Caption", "What it shows"
    assert write(tmp_path, [effect()], pictures={"mine": picture}).count("<img") == 1


def test_failed_runs_are_counted(tmp_path):
    study = dataclasses.replace(make_study(), failed=1)
    assert "1 run did not finish and is left out." in write(tmp_path, [effect()], study)


def test_an_outcome_that_was_nowhere_defined_is_shown_as_a_dash(tmp_path):
    missing = dict.fromkeys(("base_mean", "other_mean", "difference", "ci_low", "ci_high",
                             "superiority", "p", "p_adjusted"), NAN)  # fmt: skip
    text = write(tmp_path, [effect(**missing)])
    assert "nan" not in re.sub(r"data:[^\"]*", "", text).lower()
    assert text.count("<td>–</td>") == 6
    assert "cannot tell, for no replicate measured it under both scenarios" in text


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
    assert page.count("† Set on assumption: price_tolerance.") == 2  # answer and table
    none = dataclasses.replace(study, assumed={"tight": (), "free": ()})
    assert "†" not in write(tmp_path / "none", [effect()], none)
