"""The interview: each claim on lives made by hand, and who is asked in a real world."""

import json
import sys

import numpy as np
import pytest

from sim import cli
from sim.claims import CLAIMS, LATELY, Life
from sim.model.row import rows
from sim.model.world import OVERSTAYING, POSTED, VACANT, Good, Trader
from sim.run import Replicate
from sim.scenario import load
from sim.witness import LONG, _Film, _share, interview, table
from tests.worlds import NOBODY_LEAVES, make_course

ASK = {claim.number: claim.holds for claim in CLAIMS}
STEADY = {"at_work": 1, "orders": 1e5, "order_count": 3, "delivered": 1e5, "contacts": 6.0,
          "salary_paid": 500.0, "living_paid": 1100.0}  # fmt: skip


def life(months=48, lately=None, good=None, watched=(0.2, 0.2), fear=False, **before):
    """A posting that goes on evenly, with other values lately."""
    trader, goods = rows(Trader, months), rows(Good, months)
    for name, value in (STEADY | before).items():
        trader[name] = value
    for name, value in (lately or {}).items():
        trader[name][-LATELY:] = value
    for name, value in (good or {}).items():
        goods[name] = value
    surveillance = np.full(months, watched[0])
    surveillance[-LATELY:] = watched[1]
    return Life(trader, goods, surveillance, fear)


FOUND = {"found": 1, "own_price": 0.9, "own_quality": 0.3}
LISTED = {"fixed_price": 0.75, "fixed_quality": -0.5}
DEARER = {"fixed_price": 0.95, "fixed_quality": -0.5}
FALLING = np.linspace(40_000, 5_000, 48)
CASES = [
    ("A2", life(lately={"contacts": 3.0}, watched=(0.2, 0.5)), True),
    ("A2", life(lately={"contacts": 6.0}, watched=(0.2, 0.5)), False),
    ("A2", life(lately={"contacts": 3.0}, watched=(0.5, 0.2)), False),
    ("A2", life(months=LATELY + 11, lately={"contacts": 3.0}, watched=(0.2, 0.5)), None),
    ("A2", life(lately={"at_work": 0}), None),
    ("A3", life(lately={"directed_orders": 6e4}), True),
    ("A3", life(lately={"directed_orders": 4e4}), False),
    ("A3", life(lately={"orders": 0.0}), None),
    ("A4", life(lately=FOUND | {"directed_orders": 1.0}, good=LISTED), True),
    ("A4", life(lately=FOUND | {"directed_orders": 1.0}, good=DEARER), False),
    ("A4", life(lately=FOUND, good=LISTED), False),
    ("A4", life(**FOUND, lately={"found": 0}, good=LISTED), None),
    ("A5", life(**FOUND, good=LISTED), True),
    ("A5", life(**FOUND, good=DEARER), False),
    ("A5", life(**FOUND, good=LISTED | {"fixed_quality": 0.5}), False),
    ("A5", life(good=LISTED), None),
    ("A6", life(margin_kept=1500.0, lately={"margin_kept": 0.0}), True),
    ("A6", life(margin_kept=900.0), False),
    ("A6", life(months=LATELY, margin_kept=1500.0), None),
    ("A7", life(lately={"margin_kept": 100.0, "orders": 1.1e5}), True),
    ("A7", life(lately={"margin_kept": 900.0, "orders": 1.1e5}), False),
    ("A7", life(lately={"margin_kept": 100.0, "orders": 0.9e5}), False),
    ("A7", life(lately={"delivered": 0.0}), None),
    ("A8", life(savings=FALLING, quota_from_savings=1500.0, quota_from_income=500.0), True),
    ("A8", life(savings=FALLING, quota_from_savings=500.0, quota_from_company=1500.0), False),
    ("A8", life(savings=FALLING[::-1], quota_from_savings=1500.0), False),
    ("A8", life(months=11, quota_from_savings=1500.0), None),
    ("A8", life(), None),
    ("A9", life(punished_seen=0.6), True),
    ("A9", life(punished_seen=0.4), False),
    ("A10", life(fear=True), True),
    ("A10", life(fear=False), False),
    ("A11", life(), True),
    ("A11", life(lately={"margin_kept": 700.0}), False),
    ("A11", life(lately={"margin_kept": 700.0, "levy_paid": 200.0}), True),
    ("A11", life(lately={"at_work": 0}), None),
]


@pytest.mark.parametrize(
    ("number", "asked", "answer"), CASES, ids=[f"{case[0]}-{case[2]}" for case in CASES]
)
def test_a_claim_is_true_of_whom_it_says(number, asked, answer):
    assert ASK[number](asked) is answer or ASK[number](asked) == answer is not None


def test_every_claim_has_cases_of_each_answer_and_a_sentence():
    for claim in CLAIMS:
        answers = {answer for number, _, answer in CASES if number == claim.number}
        assert {True, False} <= answers, claim.number
        assert claim.holds.__doc__ and len(claim.words) <= 56
    assert [claim.number for claim in CLAIMS] == [f"A{at}" for at in range(2, 12)]


# ----------------------------------------------------------------------------------- who is asked


def course_of(name, *words):
    return load(name, ["cohort.posts=60", "cohort.companies=6", *words]).course()


def test_witnesses_are_those_still_abroad_after_three_years_and_nobody_is_asked_twice():
    course = course_of("tight_control")
    film = _Film(course, 1, 0)
    people = list(film.lives())
    replicate = Replicate(course, 1, 0)
    left = 0
    for month in range(len(course.months)):
        before = replicate.world.traders.copy()
        replicate.live()
        if month >= len(course.months) - LONG:
            gone = (replicate.world.traders["left"] > 0) & (before["status"] != VACANT)
            left += (gone & (before["began"] < month)).sum()
    end = replicate.world.traders
    abroad = (end["status"] != VACANT) & (end["began"] < len(course.months))
    assert sum(witness for _, witness in people) == (abroad & (end["months_posted"] >= LONG)).sum()
    assert len(people) == abroad.sum() + left
    assert {life.trader["status"][-1] for life, _ in people} <= {POSTED, OVERSTAYING}
    lives = {life.trader["savings"].tobytes() for life, _ in people}
    assert len(lives) == len(people)


def test_a_life_is_one_posting_from_its_first_month():
    for life_told, _ in _Film(course_of("tight_control"), 2, 0).lives():
        assert (life_told.trader["occupant"] == life_told.trader["occupant"][-1]).all()
        assert len(life_told.trader) == len(life_told.good) == len(life_told.surveillance) > 0
        assert (life_told.trader["status"] != VACANT).all()


def test_where_nobody_leaves_witnesses_are_everybody():
    course = make_course(NOBODY_LEAVES, months=40, posts=20, orders_usd=9e4)
    asked = interview(course, 2)
    assert (asked.witness_count == 20).all() and (asked.everybody_count == 20).all()
    assert np.array_equal(asked.witnesses, asked.everybody, equal_nan=True)


def test_without_a_punishment_nobody_stays_for_fear():
    asked = interview(course_of("tight_control", "levers.sentence_months=0"), 2)
    fear = [claim.number for claim in CLAIMS].index("A10")
    assert (asked.everybody[:, fear] == 0).all()
    assert (interview(course_of("tight_control"), 2).everybody[:, fear] > 0).all()


def test_shares_are_of_those_who_were_asked():
    answers = np.array([[1.0, np.nan], [0.0, np.nan], [np.nan, np.nan]])
    shares = _share(answers)
    assert shares[0] == 0.5 and np.isnan(shares[1])
    assert np.isnan(_share(np.empty((0, 2)))).all()


def test_survivors_are_not_everybody():
    """What the command is for: among those still abroad more know of a punishment."""
    told = table(interview(load("tight_control").course(), 4)).set_index("claim")
    assert told.loc["A9", "difference_low"] > 0
    assert told.loc["A3", "witnesses"] > 0.9


def test_the_command(capsys, monkeypatch):
    def call(words):
        monkeypatch.setattr(sys, "argv", ["trader-sim", "witness", *words.split()])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 0
        return capsys.readouterr().out

    text = call("history -n 2 --posts 60 --months 37")
    assert text.startswith("History, asked in 2026-01: ")
    assert [line[:3].strip() for line in text.splitlines()[3:]] == [each.number for each in CLAIMS]
    asked = json.loads(call("history -n 2 --posts 60 --months 37 --json"))
    assert [each["claim"] for each in asked["claims"]] == [each.number for each in CLAIMS]
    nobody = json.loads(call("history -n 1 --posts 1 --months 1 --json"))
    assert nobody["claims"][0]["witnesses"] is None
    assert "nobody asked" in call("history -n 1 --posts 1 --months 1")
