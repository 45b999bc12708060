"""The report: it claims no more than the intervals allow, and asks nothing of the network."""

import base64
import dataclasses
import io
import re
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from markdown_it import MarkdownIt
from PIL import Image

from sim.drawing import COLOURS, Picture
from sim.painting import DOTS_AN_INCH
from sim.plots import FIGURES, drawable
from sim.report import HEADINGS, png_source, write_report
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
    labels = {"savings_median": SimpleNamespace(name="savings_median", label="Median", unit="USD",
                                               at_end=True)}  # fmt: skip
    about = {"change_month": "2024-07", "last_data_month": "2024-03"}
    return made_study(monthly, titles, labels, **about)


def rgb(colour):
    return np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)], float)


def small_picture(title="Small"):
    picture = Picture(figsize=(2, 2))
    picture.title, picture.caption, picture.alt = title, "Caption", "What it shows to the blind"
    return picture


def write(folder, rows, study=None, **changes):
    arguments = {
        "title": "Autonomy", "question": "What happens?", "changes": ["Traders choose."],
        "data_sentence": "Of 36 months 24 are known.", "coverage": {"measured": 2, "assumed": 9},
        "command": "trader-sim compare tight free", "pictures": {"small": small_picture()},
    }  # fmt: skip
    effects = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(rows, columns=list(effect()))
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

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_report_is_whole_and_asks_nothing_of_the_network(tmp_path):
    text = write(tmp_path / "new", [effect()], pictures=None)
    page = Page(text)
    assert page.open == []
    assert {"h1", "h2", "figure", "table", "main"} <= {tag for tag, _ in page.tags}
    for tag, attributes in page.tags:
        assert tag not in ("script", "link", "iframe", "object")
        assert not any(name.startswith("on") for name in attributes)
        for name in ("src", "href"):
            assert re.match(r"data:image/|#", attributes.get(name, "#")), (tag, name)
    images = [attributes for tag, attributes in page.tags if tag == "img"]
    assert len(images) == len(drawable(make_study())) and all(
        len(image["alt"]) > 20 for image in images
    )
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
    markdown = MarkdownIt("commonmark").enable("table").render((tmp_path / "report.md").read_text())
    written = [(tag, at) for tag, at in Page(markdown).tags if tag in ("script", "img", "a")]
    assert {at.get("src", at.get("href", "")).split("/")[0] for _, at in written} == {"figures"}
    assert {tag for tag, _ in written} == {"img", "a"}


def test_one_scenario_without_effects(tmp_path):
    text = write(tmp_path, [], make_study({"tight": "Tight control"}), changes=[], coverage={})
    assert "no comparison to answer from. These are its levels." in text
    assert "What the median trader has saved at the end is $5.00 (one replicate alone" in text
    assert "Nothing: the scenario was run as it stands." in text


def test_pictures_already_drawn_are_used(tmp_path):
    assert write(tmp_path, [effect()], pictures={"mine": small_picture()}).count("<img") == 1


def test_figures_stand_under_their_headings_and_strangers_come_last(tmp_path):
    names = ("stranger", "state_revenue", "savings_spent")
    pictures = {name: small_picture(name) for name in names}
    text = write(tmp_path, [effect()], pictures=pictures)
    headings = re.findall(r"<h3>(.*?)</h3>", text.split('id="figures"')[1].split("<h2")[0])
    assert headings == ["Traders’ savings", "What the state gets", "More"]
    assert set(HEADINGS) <= set(FIGURES)


def test_figures_in_the_page_keep_the_colours_of_the_scenarios():
    picture, pale = Picture(figsize=(3, 2)), []
    ax = picture.add_axes((0, 0, 1, 1))
    for index, colour in enumerate(COLOURS):
        ax.plot([0, 1], [index, index + 0.3], color=colour, linewidth=4)
        ax.fill_between([0, 1], index + 0.4, index + 0.9, color=colour, alpha=0.2, linewidth=0)
        pale.append(0.2 * rgb(colour) + 0.8 * 255)
    image = Image.open(io.BytesIO(base64.b64decode(png_source(picture).split(",")[1])))
    assert image.size == (3 * DOTS_AN_INCH, 2 * DOTS_AN_INCH)
    there = np.array([colour for _, colour in image.convert("RGB").getcolors()])
    for wanted in [*map(rgb, COLOURS), *pale, rgb("#ffffff")]:
        assert np.abs(there - wanted).max(axis=1).min() <= 2


def test_figures_not_drawn_are_listed_with_the_reason(tmp_path):
    for name in ("report.html", "report.md"):
        write(tmp_path, [effect()], pictures={}, not_drawn={"accounts": "no audit <was> asked for"})
        text = (tmp_path / name).read_text()
        assert "Figures that were not drawn" in text and "None was drawn." in text
        assert re.search(r"accounts(</code>)?: no audit (&lt;|\\<)was", text)


def test_optional_columns_are_shown_and_explained_where_they_were_measured(tmp_path):
    plain = write(tmp_path / "plain", [effect()])
    more = {
        "relative": 3.21, "relative_low": 2.9, "relative_high": 3.52, "bootstrap_low": 2800.0,
        "bootstrap_high": 3600.0, "variance_saved": 0.931, "precise_enough": True,
    }  # fmt: skip
    frame = pd.DataFrame([effect(**more), effect("quality", "quality", "SD", **more)])
    full = write(tmp_path / "full", frame)
    for heading, cell in (
        ("Relative change", "+321.0 % [+290.0 %, +352.0 %]"),
        ("Bootstrap interval", "$2,800 to $3,600"),
        ("Variance saved", "93.1 %"),
        ("Precise enough", "yes"),
    ):
        assert f'<th scope="col">{heading}</th>' in full and f"<dt>{heading}</dt>" in full
        assert f"<td>{cell}</td>" in full
        assert heading not in plain


def test_headlines_come_first_and_the_rest_is_folded_away(tmp_path):
    text = write(tmp_path, [effect("quality", "quality"), effect("waiting", "waiting"), effect()])
    first, rest = text.split("<details>")
    assert first.index(">Median savings<") < first.index(">quality<")
    assert ">waiting<" in rest and ">waiting<" not in first
    assert "The other 1 outcomes" not in text and "The other outcome" in text


def test_what_it_rests_on_and_how_to_make_it_again(tmp_path):
    grounds = [{"name": "quota_usd", "scenario": "Tight", "source": "A5", "grade": "reported"}]
    manifest = {
        "rules": "abc", "commit": {"hash": "f00", "dirty": True}, "python": "3.11.7",
        "versions": {"trader-sim": "1", "numpy": "2"},
    }  # fmt: skip
    text = write(
        tmp_path, [effect()], grounds=grounds, manifest=manifest, inert=["it changed nothing"],
        validity=["Of 12 patterns 9 hold."],
    )  # fmt: skip
    assert '<th scope="row">quota_usd</th><td>Tight</td><td>A5</td><td>reported</td>' in text
    assert "<li>it changed nothing.</li>" in text and "<li>Of 12 patterns 9 hold.</li>" in text
    assert "was not measured with this result" not in text
    for line in ("<dd>abc</dd>", "<dd>f00 (with changes that are not committed)</dd>",
                 "<dd>trader-sim 1 and numpy 2</dd>", "trader-sim verify ."):  # fmt: skip
        assert line in text
    text = write(tmp_path / "without", [effect()])
    assert "was not measured with this result" in text and "<dt>Rules</dt>" not in text


def test_one_replicate_has_too_few_to_say(tmp_path):
    unknown = dict.fromkeys(("ci_low", "ci_high", "p", "p_adjusted"), NAN)
    text = write(tmp_path, [effect(replicates=1, superiority=1.0, **unknown)])
    assert "too few replicates to say how “Restored autonomy” and “Tight control” differ" in text
    assert '<td class="words">too few replicates</td>' in text


def test_changes_stand_under_their_scenarios(tmp_path):
    changes = [
        "Restored autonomy: quota_usd is 1500 instead of 2000 from 2026-07 (the trader's quota; of "
        "a post; USD a month).",
        "Restored autonomy: lookups is 0.2 instead of 0.95 (orders looked up; share).",
        "Something else.",
    ]
    text = write(tmp_path, [effect()], changes=changes)
    part = text.split('id="changed"')[1].split("<section")[0]
    assert re.findall("<h3>(.*?)</h3>", part) == ["Restored autonomy"]
    assert (
        "The trader’s quota; of a post: <strong>$1,500 instead of $2,000 a month</strong>, from "
        'July 2026 <code class="setting">quota_usd</code>'
    ) in part
    assert "20\N{NO-BREAK SPACE}% instead of 95\N{NO-BREAK SPACE}%</strong> <code" in part
    assert "<li>Something else.</li>" in part


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
