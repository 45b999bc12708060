"""Robustness: verdicts, boxes and tipping points on worlds that are made up, and once lived."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest

from sim.explore.holding import LIKELY, ROBUST, verdict
from sim.explore.plan_reading import read_plan
from sim.explore.points import InMemory, Points
from sim.explore.robustness import robustness, units, worlds
from sim.model.settings import PARTS_OF_ONE
from sim.setting_values import SETTINGS

STUDY = """
title: Trial
description: What holds?
scenarios: [tight_control, restored_autonomy]
vary:
  surroundings.salary_usd: {from: 400, to: 1000}
  surroundings.value_of_quality: {from: 0.05, to: 0.5}
  surroundings.price_sd: {from: 0.08, to: 0.3}
posts: 10
replicates: 4
seed: 2
robustness:
  worlds: 512
  design: DESIGN
  conclusions:
    - {says: Always, outcome: savings_median, under: tight_control, above: 0}
    - {says: In a box, outcome: quality, minus: tight_control, above: 0}
    - {says: Never, outcome: savings_median, under: tight_control, below: 0}
    - {says: By salary, outcome: overstay_share, minus: tight_control, below: 0}
    - {says: Nothing happens, outcome: defection_rate, minus: tight_control, above: 0}
    - {says: Missing, outcome: repatriation_rate, above: 0.5}
"""


@pytest.fixture
def plan(tmp_path):
    def read(design="latin", text=STUDY):
        file = tmp_path / "trial.yaml"
        file.write_text(text.replace("DESIGN", design), encoding="utf-8")
        return read_plan(str(file), "robustness")

    return read


class MadeUp(Points):
    """Quality fails where value_of_quality is below 0.185 and price_sd above 0.19; overstaying
    crosses at a salary of 700; nothing else moves."""

    def __call__(self, points, replicates):
        count = len(list(replicates))
        ones = np.ones((len(points), 1))
        salary, value, spread = (
            points[name].to_numpy()[:, None] if name in points else default * ones
            for name, default in (
                ("surroundings.salary_usd", 500.0),
                ("surroundings.value_of_quality", 0.2),
                ("surroundings.price_sd", 0.15),
            )
        )
        luck = np.random.default_rng(5).normal(size=(1, count)) * 0.02
        restored = {
            "savings_median": 1000 * ones,
            "quality": np.where((value < 0.185) & (spread > 0.19), -1.0, 1.0),
            "overstay_share": (salary - 700) / 1000,
            "defection_rate": 0.01 * ones,
            "repatriation_rate": np.nan * ones,
        }
        tight = {name: 0 * ones for name in restored} | {
            "savings_median": 500 * ones,
            "defection_rate": 0.01 * ones,
        }
        columns = [(tight, restored)[cell.scenario][cell.outcome] for cell in self.cells]
        noise = [
            luck * (cell.scenario == 1 and cell.outcome in ("quality", "overstay_share"))
            for cell in self.cells
        ]
        return np.stack(
            [a + b + np.zeros((1, count)) for a, b in zip(columns, noise, strict=True)], 2
        )


@pytest.fixture
def found(plan):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = robustness(plan(), MadeUp(plan()))
        for picture in made.pictures.values():
            picture.canvas.draw()
    return made


def test_verdicts_follow_the_interval_not_the_share():
    assert verdict(0.96, 0.99) == "robust"
    assert verdict(ROBUST - 0.01, 0.999) == "likely"
    assert verdict(LIKELY + 0.01, 0.8) == "likely"
    assert verdict(0.6, 0.8) == verdict(0.3, 0.7) == "undetermined"
    assert verdict(0.0, 0.3) == "reversed"
    assert verdict(np.nan, np.nan) == "undetermined"


def test_each_conclusion_gets_its_share_and_verdict(found):
    table = found.tables["conclusions"].set_index("says")
    assert table["verdict"].to_dict() == {
        "Always": "robust", "In a box": "likely", "Never": "reversed",
        "By salary": "undetermined", "Nothing happens": "undetermined", "Missing": "undetermined",
    }  # fmt: skip
    assert table["share"]["Always"] == 1 and table["low"]["Always"] > 0.99
    assert table["share"]["In a box"] == pytest.approx(1 - 0.3 * 0.5, abs=0.02)
    assert table["share"]["By salary"] == pytest.approx(0.5, abs=0.02)
    assert table["worlds"].to_dict()["Nothing happens"] == 0
    assert table["undecided"]["Missing"] == 512
    surely = table["surely_holds"] + table["surely_fails"]
    assert surely["By salary"] < 512  # near the threshold replicates leave a doubt


def test_the_box_in_which_a_conclusion_fails_is_found_and_told(found):
    box = found.tables["boxes"].query("conclusion == 2").set_index("setting")
    assert box["high"]["surroundings.value_of_quality"] == pytest.approx(0.185, abs=0.02)
    assert box["low"]["surroundings.price_sd"] == pytest.approx(0.19, abs=0.015)
    sentence = next(each for each in found.answer if each.startswith("In a box"))
    assert "it fails in 9" in sentence or "it fails in 100" in sentence
    assert re.search(r"value of quality below 0\.1[89] and price sd above 0\.1[89]", sentence)


def test_sentences_say_what_could_not_be_told(found):
    assert "Nothing happens: there is no world in which that could be told." in found.answer
    assert "Missing: there is no world in which that could be told." in found.answer
    assert any(
        each.startswith("Never: reversed. It holds in 0.0 % of the worlds") for each in found.answer
    )


def test_it_tips_where_the_quantity_crosses(found):
    row = (
        found.tables["tipping"]
        .query("says == 'By salary' and setting == 'surroundings.salary_usd'")
        .iloc[0]
    )
    assert row["value"] == pytest.approx(700, abs=15)
    assert row["low"] < 700 < row["high"]
    assert row["holds_at_low_end"] and not row["holds_at_high_end"]
    alone = found.tables["tipping"].query("says == 'Always'")
    assert alone["value"].isna().all()


def test_the_whole_table_can_be_read(found):
    table = found.tables["worlds"]
    assert len(table) == 512
    assert {"savings_median.tight_control", "quality.restored_autonomy", "2_holds"} <= set(table)
    assert (table["2_holds"] == (table["2_value"] > 0)).all()
    scores = found.tables["scores"].set_index(["conclusion", "setting"])["explained_share"]
    assert scores[4, "surroundings.salary_usd"] > 0.9
    assert scores[4, "surroundings.price_sd"] < 0.05


def test_worlds_fill_the_ranges_evenly_by_either_design(plan):
    for design in ("latin", "sobol"):
        table = worlds(plan(design))
        for each in plan(design).varied:
            counts = np.histogram(table[each.name], 8, (each.low, each.high))[0]
            assert counts.max() - counts.min() <= 1
        assert table.equals(worlds(plan(design)))


def test_it_takes_no_more_than_it_says(plan):
    text = STUDY.replace("worlds: 512", "worlds: 20").replace("    - {says: Missing", "    #")
    small, keeper = plan("latin", text), InMemory()
    lived = robustness(small, Points(small, keeper=keeper))
    assert 80 <= len(keeper.rows) <= units(small)
    assert lived.summary["worlds"] == 20
    assert all(isinstance(each, str) and each for each in lived.answer)


def test_the_shipped_study_asks_what_the_articles_claim():
    shipped = read_plan("robustness", "robustness")
    assert shipped.how.worlds >= 2000 and shipped.replicates >= 5
    assert len(shipped.how.conclusions) >= 8 and len(shipped.scenarios) == 2
    assert len(shipped.varied) > 80


def test_plausible_ranges_hold_the_default_and_lie_within_bounds():
    for settings in SETTINGS.values():
        for entry in settings.values():
            low, high = entry.plausible
            assert entry.low <= low <= entry.default <= high <= entry.high, entry.name
    for drawer, names in PARTS_OF_ONE:
        assert sum(SETTINGS[drawer][name].plausible[1] for name in names) <= 1 + 1e-9


def test_what_no_source_gives_has_a_range_unless_no_planner_is_reported_to_do_it():
    without = {
        entry.name
        for settings in SETTINGS.values()
        for entry in settings.values()
        if entry.grade == "assumed" and entry.plausible[0] == entry.plausible[1]
    }
    assert without == {"saving_bonus_share", "open_area_share", "posts"}


def test_tables_are_written_without_loss(found):
    assert isinstance(found.tables["tipping"], pd.DataFrame)
    assert list(found.shown)[0] == "How often each conclusion holds"
    assert len(found.shown["How often each conclusion holds"]) == 6
