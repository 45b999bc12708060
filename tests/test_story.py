"""A post's story: what it tells is what the rules wrote, and it reads as words."""

import json
import re
import sys

import numpy as np
import pytest

from sim import cli
from sim.mesa_model import TraderModel
from sim.model.row import states_of
from sim.model.world import OVERSTAYING, VACANT, Trader
from sim.run import Replicate
from sim.scenario import load
from sim.story import NoSuchPost, as_json, tell
from sim.story_figure import SOURCES, draw, numbers
from sim.story_words import as_text
from tests.worlds import EVERYTHING, as_words

SMALL = ("cohort.posts=60", "cohort.companies=6")


def told(name, post, *words, seed=1, replicate=0):
    scenario = load(name, [*SMALL, *words])
    return tell(scenario.course(), scenario.title, post, seed, replicate)


@pytest.fixture(scope="module")
def stories():
    """Thirty lives: every post of three kinds of world that do not repeat each other."""
    found = [told("tight_control", post) for post in range(0, 60, 5)]
    found += [told("restored_autonomy", post, seed=2) for post in range(0, 60, 6)]
    lively = as_words(EVERYTHING)
    found += [told("restored_autonomy", post, *lively, seed=3) for post in range(0, 60, 7)]
    poor = "cohort.savings_usd=4000"
    found += [told("tight_control", post, poor, seed=4) for post in range(0, 60, 12)]
    return found


def test_a_story_is_what_happens_in_either_carrier():
    course = load("tight_control", SMALL).course()
    rows, model = Replicate(course, 4, 2), TraderModel(course, 4, 2)
    story = tell(course, "", 13, seed=4, replicate=2)
    assert [chapter.month for chapter in story.chapters] == list(course.months)
    for chapter in story.chapters[:30]:
        before = rows.world.traders[13].copy()
        rows.live()
        model.step()
        for entry in states_of(Trader):
            told_of = getattr(chapter.trader, entry.name)
            assert told_of == rows.world.traders[entry.name][13]
            assert told_of == getattr(model.traders[13], entry.name)
            assert getattr(chapter.before, entry.name) == before[entry.name]
        heard = {news.post for news in chapter.news}
        assert heard == {post for post in story.contacts if model.traders[post].news}


def test_every_month_is_told_once_and_in_order(stories):
    for story in stories:
        labels = re.findall(r"^(\d{4}-\d\d)(?: to (\d{4}-\d\d))?  ", as_text(story), re.M)
        months = [chapter.month for chapter in story.chapters]
        covered = []
        for first, last in labels:
            covered += months[months.index(first) : months.index(last or first) + 1]
        assert covered == months


def test_no_line_is_wide_and_no_word_is_a_number_gone_wrong(stories):
    for story in stories:
        text = as_text(story)
        assert max(map(len, text.splitlines())) <= 96
        for wrong in ("nan", "None", "{", "}", "np.", " ,", "..", " 1 posts", "1 suppliers"):
            assert wrong not in text, wrong


PHRASES = (
    "has been in post for", "arrives with", "Pyongyang's policy moves", "No meeting would pay",
    "He meets", "finds none who can deliver", "is rejected, for Pyongyang knows a price",
    "that Pyongyang looks up stands",
    "Pyongyang fixes supplier and price", "wait for the Party's permission",
    "The Party permits", "The late official lets", "wait for approval", "fall through",
    "did not honour his price", "seized at the border", "A price fixed in Pyongyang leaves him",
    "At his price there is no margin", "own-account trade", "bonus", "margin hidden in prices",
    "paid by the company", "out of savings", "left owing", "special levy", "arrears are paid off",
    "His savings are spent", "held against him", "The hidden margin is found out",
    "called to a review in Pyongyang", "his term of 36 months is over", "for what was found",
    "obeying the call", "he goes home", "overstays", "he stays", "Those who review him take",
    "lets him go back to his post", "The review clears him. He is home", "ends in punishment",
    "banishment to the provinces", "re-education", "was punished", "is back from a review, cleared",
    "has not been heard of since", "the colleague at", "the trader at", "The post is empty",
    "Lives abroad without permission", "He is caught, sent back",
)  # fmt: skip


def test_everything_that_can_happen_has_its_words(stories):
    text = " ".join(" ".join(as_text(story).split()) for story in stories)
    assert [phrase for phrase in PHRASES if phrase not in text] == []


def test_what_is_announced_is_told_when_it_becomes_known(tmp_path):
    file = tmp_path / "mild.yaml"
    file.write_text(
        "based_on: tight_control\ntimeline:\n"
        "  - {from: 2026-12, announced: 2026-09, levers: {sentence_months: 6, quota_usd: 500}}\n"
    )
    scenario = load(str(file), SMALL)
    texts = [as_text(tell(scenario.course(), "", post)) for post in range(12)]
    said = "Pyongyang announces for later: quota usd 2,000 → 500; sentence months 60 → 6."
    months = {
        part.split(maxsplit=1)[0]
        for text in texts
        for part in text.split("\n\n")
        if said in " ".join(part.split())
    }
    assert months == {"2026-09"}
    assert any("policy moves: quota usd 2,000 → 500" in " ".join(each.split()) for each in texts)


def test_who_defects_is_told_of():
    words = ("surroundings.exile_value_usd=60000", "cohort.without_family_share=0.5")
    texts = " ".join(" ".join(as_text(told("tight_control", post, *words)).split())
                     for post in range(3))  # fmt: skip
    assert "he defects. He is gone for good, and his savings with him." in texts
    assert "His family stays behind." in texts


def test_the_sums_that_are_told_add_up(stories):
    """Each month's quota is the sum of where it came from, to the dollar a part."""
    amounts = r"Quota ([\d,]+) \$: (.*?)\. (?:A special|[\d,]+ \$ of old|Savings)"
    seen = 0
    for story in stories:
        for due, parts in re.findall(amounts, " ".join(as_text(story).split())):
            if parts == "nothing to pay":
                continue
            paid = [int(each.replace(",", "")) for each in re.findall(r"([\d,]+) \$ ", parts + " ")]
            assert abs(sum(paid) - int(due.replace(",", ""))) <= 2, parts
            seen += 1
    assert seen > 1000


def test_what_he_weighed_are_the_values_the_rule_wrote(stories):
    seen = 0
    for story in stories[:12]:
        text = " ".join(as_text(story).split())
        for chapter in story.chapters:
            if chapter.trader.choice and chapter.before.status == OVERSTAYING:
                value = f"{abs(round(chapter.trader.value_overstay)):,} $"
                assert value in text.split(f" {chapter.month}")[1][:1500]
                seen += 1
    assert seen > 3


def test_a_story_as_values_is_plain_json_with_every_field():
    story = told("history", 7)
    values = json.loads(json.dumps(as_json(story), allow_nan=False))
    assert len(values["months"]) == 42 and values["post"] == 7
    names = {entry.name for entry in states_of(Trader)}
    assert all(set(month["trader"]) == names for month in values["months"])
    assert values["months"][5]["trader"]["savings"] == story.chapters[5].trader.savings
    assert {"company", "good", "planner", "news"} <= values["months"][0].keys()


@pytest.mark.parametrize("post", [-1, 60, 10_000])
def test_a_post_that_does_not_exist_is_refused(post):
    with pytest.raises(NoSuchPost, match=f"post {post}: tight_control has posts 0 to 59"):
        told("tight_control", post)


def test_the_figure_draws_the_story(stories, tmp_path):
    for story in stories[:3]:
        table = numbers(story)
        assert len(table) == len(story.chapters)
        assert table["savings"].isna().sum() == sum(chapter.empty for chapter in story.chapters)
        due = [chapter.trader.quota_due for chapter in story.chapters]
        assert np.allclose(table[list(SOURCES)].sum(axis=1), due)
        picture = draw(story)
        picture.savefig(tmp_path / "story.svg")
        assert f"post {story.post}" in picture.alt
        assert picture.data.equals(table)


def test_a_post_that_is_empty_at_the_end_is_drawn_as_such():
    story = told("tight_control", 3, "surroundings.refill_chance=0")
    assert story.chapters[-1].trader.status == VACANT
    assert draw(story).data["empty"].iloc[-1]


# ------------------------------------------------------------------------------------ the command


@pytest.fixture
def call(capsys, monkeypatch, tmp_path):
    def run(words):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["trader-sim", *words.split()])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        return ended.value.code, told.out, told.err

    return run


def test_the_command_tells_and_draws(call, tmp_path):
    code, out, err = call("story tight_control --post 3 --posts 60 --months 12 -o life.png")
    assert (code, err) == (0, "")
    assert out.startswith("Tight control: post 3 (replicate 0, seed 1)\n")
    assert (tmp_path / "life.png").read_bytes().startswith(b"\x89PNG")
    again = call("story tight_control --post 3 --posts 60 --months 12")
    assert again == (0, out, "")
    assert call("story tight_control --post 3 --posts 60 --months 12 --replicate 1")[1] != out
    code, out, _ = call("story tight_control --post 3 --posts 60 --months 12 --json")
    assert len(json.loads(out)["months"]) == 12


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--post 60 --posts 60", "post 60: tight_control has posts 0 to 59\n"),
        ("--post x", "--post"),
        ("--post 1 -o life.txt", "life.txt: a figure's name ends in .svg, .png, .pdf\n"),
        ("--post 1 -o there.svg", "there.svg is there already; choose another name with -o\n"),
        ("--post 1 --months 3 -o no/life.svg", "no/life.svg could not be written: No such file"),
    ],
)
def test_bad_input_gets_a_sentence_and_code_2(call, tmp_path, words, sentence):
    (tmp_path / "there.svg").write_text("mine")
    code, _, err = call(f"story tight_control {words}")
    assert code == 2 and sentence in err and "Traceback" not in err
    assert (tmp_path / "there.svg").read_text() == "mine"
