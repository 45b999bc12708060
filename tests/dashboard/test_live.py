"""The ensemble behind a page: the numbers of ``compare``, told in stages, forgotten at once."""

import threading
import time
import tracemalloc

import numpy as np
import pytest

from sim.compare import study
from sim.contrast import effects
from sim.dashboard.charts import CHARTS, legible
from sim.dashboard.live import Computing, Found, Live
from sim.dashboard.view import View
from sim.figures.over_time import means
from sim.scenario import ScenarioError

SMALL = View(posts=20, months=48, replicates=70)


class Heard:
    """What a page was told."""

    def __init__(self):
        self.all, self.last = [], threading.Event()

    def __call__(self, found):
        self.all.append(found)
        if isinstance(found, Exception) or found.done == found.asked:
            self.last.set()


@pytest.fixture
def computing():
    made = Computing()
    yield made
    made.close()


@pytest.fixture(scope="module")
def found():
    result = study(SMALL.scenarios(), 70)
    return Found(result, 70, 70)


def test_it_is_told_after_20_60_and_all_and_is_what_compare_finds(computing, found):
    heard = Heard()
    Live(computing, heard).ask(SMALL.scenarios(), 70, 1)
    assert heard.last.wait(60)
    assert [each.done for each in heard.all] == [20, 60, 70]
    assert heard.all[-1].effects.equals(effects(found.result))
    early = effects(study(SMALL.scenarios(), 20))
    assert heard.all[0].effects.equals(early)


def test_only_what_was_asked_last_is_told(computing):
    heard = Heard()
    live = Live(computing, heard)
    for quota in range(200):
        changed = SMALL.set_lever(0, "quota_usd", 1000 + quota)
        live.ask(changed.scenarios(), 70, 1)
    assert heard.last.wait(60)
    time.sleep(0.2)
    last = changed.scenario(0)
    assert len(heard.all) <= 3 + 3 and heard.all[-1].result.scenarios[0] == last
    assert [each.done for each in heard.all if each.result.scenarios[0] == last] == [20, 60, 70]


def test_what_is_forgotten_is_not_told(computing):
    heard = Heard()
    live = Live(computing, heard)
    live.ask(View(posts=1000, replicates=1000).scenarios(), 1000, 1)
    time.sleep(0.1)
    began = time.monotonic()
    live.forget()
    computing.close()
    assert heard.all == [] and time.monotonic() - began < 5


def test_what_cannot_be_compared_is_told_in_words(computing):
    heard = Heard()
    long, short = View(posts=20).scenario(0), SMALL.scenario(1)
    Live(computing, heard).ask([long, short], 70, 1)
    assert heard.last.wait(20)
    assert isinstance(heard.all[0], ScenarioError) and "other months" in str(heard.all[0])


def test_twenty_pages_are_all_served_and_leave_no_memory(computing):
    def serve_all():
        pages = [Heard() for _ in range(20)]
        lives = [Live(computing, each) for each in pages]
        for each in lives:
            each.ask(SMALL.scenarios(), 22, 1)
        assert all(each.last.wait(120) for each in pages)

    serve_all()
    tracemalloc.start()
    serve_all()
    after_one = tracemalloc.get_traced_memory()[0]
    for _ in range(3):
        serve_all()
    more = tracemalloc.get_traced_memory()[0] - after_one
    tracemalloc.stop()
    assert more < 3e6


@pytest.mark.parametrize("name", CHARTS)
def test_charts_are_plain_values_with_nothing_missing(name, found):
    import json

    option = legible(CHARTS[name][1](found, "#333"), "#333")
    assert json.loads(json.dumps(option, allow_nan=False)) and option["series"]


def test_charts_draw_the_numbers_of_the_figures(found):
    title = found.study.titles["tight_control"]
    drawn = {each["name"]: each for each in CHARTS["share_spent"][1](found, "")["series"]}
    table = means(found.study, "spent_share", "")
    wanted = 100 * table.loc[table["scenario"] == "tight_control", "value"]
    assert drawn[title]["data"] == pytest.approx(wanted.to_list(), abs=0.05)
    quota = CHARTS["quota"][1](found, "")["series"]
    assert np.sum([each["data"] for each in quota], axis=0) == pytest.approx(100, abs=0.2)


def test_one_scenario_alone_has_no_effects():
    alone = Found(study(SMALL.scenarios()[:1], 3), 3, 3)
    assert alone.effects.empty and CHARTS["effects"][1](alone, "")["series"] == []
