"""Work shared with a second process: the same answers, whoever gives them, and whatever fails."""

import os
import pickle
import time

import pytest

from sim.aside import Aside
from sim.painting import paint
from sim.plots import FIGURES
from tests.studies import make_study


def whose(number):
    time.sleep(0.05)
    return number, os.getpid()


def reciprocal(number):
    return 1 / number


def test_two_processes_do_it_and_the_order_stays():
    with Aside(whose) as aside:
        done = aside.share([(number,) for number in range(60)])
    assert [number for number, _ in done] == list(range(60))
    assert len({process for _, process in done}) == 2


def test_what_cannot_be_sent_is_done_here():
    numbers = [lambda: 1, lambda: 2, lambda: 3]
    with Aside(call) as aside:
        assert aside.share([(number,) for number in numbers]) == [1, 2, 3]


def call(function):
    return function()


def test_a_second_process_that_dies_is_done_without():
    with Aside(whose) as aside:
        aside.share([(1,)])
        aside.other.kill()
        done = aside.share([(number,) for number in range(9)])
    assert done == [(number, os.getpid()) for number in range(9)]


def test_without_a_second_process_all_is_done_here(monkeypatch):
    monkeypatch.setattr("sim.aside.sys.executable", "/no/such/python")
    with Aside(whose) as aside:
        assert aside.share([(1,), (2,)]) == [(1, os.getpid()), (2, os.getpid())]


def test_an_error_is_that_of_the_work_itself():
    with Aside(reciprocal) as aside, pytest.raises(ZeroDivisionError):
        aside.share([(number,) for number in (4, 0, 2)])


def test_the_second_process_ends_with_the_block():
    with Aside(whose) as aside:
        other = aside.other
    assert other.poll() is not None


@pytest.mark.parametrize("size", ["page", "print"])
def test_figures_are_the_same_from_there(size):
    """Each as the second process gets it; pickling must not fail for any. An SVG holds every line,
    letter and colour, to the last digit; the bytes of PNGs, of which other processes painted some,
    are held by the tests that compare whole folders of results."""
    study = make_study()
    for name, draw in FIGURES.items():
        sent = pickle.loads(pickle.dumps(draw(study)))
        here, there = paint(draw(study), size), paint(sent, size)
        assert here[0] == there[0], f"{name} as SVG"
        assert here[1][:24] == there[1][:24], f"{name}: another size as PNG"
