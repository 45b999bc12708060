"""The answer claims no more than the intervals allow, whatever the numbers are."""

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.report_numbers import figures, span
from sim.report_words import SMALL, TOPICS, answer, correction, levels_said, verdict
from tests.report_rows import TITLES, effect

NAN = float("nan")
DIRECTION = re.compile(r"\b(higher|lower|more|less|above|below|rises?|falls?)\b")


def said(*rows, titles=TITLES):
    return [sentence for _, sentence in answer(pd.DataFrame(rows), titles)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "higher"),
        ({"ci_low": -3520.0, "ci_high": -2900.0, "difference": -3210.0}, "lower"),
        ({"p_adjusted": 0.05}, "perhaps higher"),
        ({"p_adjusted": NAN}, "perhaps higher"),
        ({"ci_low": -1.0}, "cannot tell"),
        ({"ci_low": 0.0}, "cannot tell"),
        ({"ci_low": -6000.0, "ci_high": 0.0}, "cannot tell"),
        ({"ci_low": -1.0, "precise_enough": False}, "cannot tell"),
        ({"ci_low": -1.0, "precise_enough": NAN}, "cannot tell"),
        ({"ci_low": -1.0, "precise_enough": True}, SMALL),
        ({"ci_low": -1.0, "relative_low": -0.004, "relative_high": 0.009}, SMALL),
        ({"ci_low": -1.0, "relative_low": -0.004, "relative_high": 0.02}, "cannot tell"),
        ({"ci_low": -1.0, "relative_low": NAN, "relative_high": NAN}, "cannot tell"),
        ({"precise_enough": True}, "higher"),
        ({"ci_low": NAN, "ci_high": NAN}, "too few replicates"),
        ({"ci_low": 1.0, "ci_high": float("inf")}, "too few replicates"),
        ({"ci_low": 0.0, "ci_high": 0.0, "difference": 0.0}, "the same"),
    ],
)
def test_a_direction_is_named_only_if_interval_and_corrected_p_allow_it(changes, expected):
    assert verdict(effect(**changes)) == expected


finite = st.floats(-1e7, 1e7, allow_subnormal=False).map(lambda x: round(x, 6))
maybe = st.one_of(finite, st.just(NAN))
units = st.sampled_from(["USD", "share of traders", "ratio", "chance", "SD", ""])
outcomes = st.sampled_from([name for _, names in TOPICS for name in names] + ["quality"])


@st.composite
def effects(draw):
    low, middle, high = sorted(draw(st.tuples(finite, finite, finite)))
    if draw(st.booleans()):  # as of one replicate
        low = high = NAN
    return effect(
        draw(outcomes), "something measured", draw(units), difference=middle, ci_low=low,
        ci_high=high, base_mean=draw(maybe), other_mean=draw(maybe),
        p_adjusted=draw(st.one_of(st.floats(0, 1), st.just(NAN))),
        precise_enough=draw(st.sampled_from([True, False, NAN])),
        relative_low=draw(maybe), relative_high=draw(maybe),
    )  # fmt: skip


def check(row, words):
    found = set(DIRECTION.findall(words))
    if row["ci_low"] > 0:
        assert found == {"higher"}, words
    elif row["ci_high"] < 0:
        assert found == {"lower"}, words
    else:
        assert not found, words
    unclear = not row["p_adjusted"] < 0.05
    assert ("perhaps" in words) == (bool(found) and unclear), words


@given(effects())
def test_no_sentence_says_more_than_its_interval(row):
    check(row, " ".join(said(row)))


@given(st.lists(effects(), min_size=2, max_size=8))
def test_nor_does_the_compact_form_and_it_drops_no_scenario(rows):
    names = [f"s{k}" for k in range(len(rows))]
    rows = [
        row | {"other": name, "outcome": "quality"}
        for row, name in zip(rows, names, strict=True)
    ]  # fmt: skip
    (sentence,) = said(*rows, titles={name: f"<{name}>" for name in names})
    for row, name in zip(rows, names, strict=True):
        (line,) = [line for line in sentence.split("\n") if f"“<{name}>”" in line]
        check(row, line)


@given(effects())
def test_a_written_interval_holds_zero_only_if_the_interval_does(row):
    words = span(row)
    if words != "–" and (row["ci_low"] > 1e-5 or row["ci_high"] < -1e-5):
        ends = [end for end in words.split(" to ")]
        assert all(re.search(r"[1-9]", end) for end in ends), words
        assert len({end.startswith("−") for end in ends}) == 1, words


def test_answer_is_three_sentences_in_the_order_of_the_question():
    rows = [
        effect("remittance_usd", "remitted", ci_low=-5.0),
        effect("quality_adjusted_price", "price", "ratio", difference=0.012, ci_low=0.010,
               ci_high=0.014, base_mean=0.86, other_mean=0.87),
        effect("repatriation_rate", "came", "share", difference=-0.04, base_mean=0.8,
               other_mean=0.76, ci_low=-0.061, ci_high=-0.019, p_adjusted=0.2),
        effect("quality", "quality", "SD"),
        effect(),
    ]  # fmt: skip
    found = answer(pd.DataFrame(rows), TITLES)
    assert [topic for topic, _ in found] == [topic for topic, _ in TOPICS]
    savings, home, state = (sentence.replace("\N{NO-BREAK SPACE}", " ") for _, sentence in found)
    assert savings == (
        "What the median trader has saved at the end is $3,210 higher under “Restored autonomy” "
        "than under “Tight control”: $4,210 against $1,000 (95 % interval of the difference $2,900 "
        "to $3,520)."
    )
    assert "is perhaps 4.0 points lower under “Restored autonomy”" in home
    assert "(95 % interval of the difference −6.1 to −1.9 points, corrected p 0.200)" in home
    assert "0.012 higher" in state and "0.010 to 0.014); what a post remits" in state
    assert "cannot tell “Restored autonomy” from “Tight control” (95 % interval" in state


def test_what_was_not_measured_is_told_of():
    assert said(effect())[1:] == ["Not measured in this study."] * 2
    rows = [effect(f"other_{k}", f"other {k}") for k in range(5)]
    found = answer(pd.DataFrame(rows), TITLES)
    assert [topic for topic, _ in found] == ["Other 0", "Other 1", "Other 2"]
    assert answer(pd.DataFrame(), TITLES) == []


def test_several_scenarios_stand_under_what_can_be_said_of_them():
    rows = [
        effect(), effect(other="more", ci_low=NAN, ci_high=NAN),
        effect(other="third", ci_low=-10.0), effect(other="fourth"),
    ]  # fmt: skip
    titles = TITLES | {"more": "More", "third": "Third", "fourth": "Fourth"}
    assert said(*rows, titles=titles)[0].split("\n") == [
        "What the median trader has saved at the end, compared with “Tight control”:",
        "higher: “Restored autonomy” +$3,210 [+$2,900, +$3,520] and “Fourth” +$3,210 "
        "[+$2,900, +$3,520];",
        "cannot tell: “Third” +$3,210 [−$10, +$3,520];",
        "too few replicates: “More”.",
    ]


def test_the_correction_is_named_with_its_number():
    table = pd.DataFrame([effect(), effect("quality"), effect("price", p_adjusted=NAN)])
    assert "below 0.05 after Holm’s correction for all 2 differences" in correction(table)
    assert correction(pd.DataFrame()) == ""


def test_levels_are_told_of_a_single_scenario():
    row = {"outcome": "savings_median", "label": "saved", "unit": "USD", "mean": 500.0}
    sure, alone = row | {"low": 400.0, "high": 600.0}, row | {"low": NAN, "high": NAN}
    assert levels_said([sure])[0][1].endswith("is $500 (95\N{NO-BREAK SPACE}% interval of the mean "
                                              "$400 to $600).")  # fmt: skip
    assert "one replicate alone, too few to say how sure" in levels_said([alone])[0][1]
    missing = levels_said([row | {"mean": NAN, "low": NAN, "high": NAN}])
    assert [sentence for _, sentence in missing] == ["Not measured in this study."] * 3


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
