"""What is said of tables made by hand: no more than their intervals allow."""

import numpy as np
import pandas as pd

from sim.explore.sensitivity_words import answer

NAMES = ["quota", "salary", "term"]


def tables(total, low, high, behind):
    """Of one quantity; the last of each is the dummy's."""
    about = {"quantity": "median savings", "unit": "USD"}
    swings = pd.DataFrame({
        "setting": NAMES, "label": NAMES, "lowest": 1, "highest": 2000, "swing": [-900.0, 400, 3],
        "swing_low": [-1200.0, -100, -5], "swing_high": [-600.0, 900, 11],
        "shape": ["turns", "not told from flat", "not told from flat"],
    })  # fmt: skip
    sobol = pd.DataFrame({
        "setting": [*NAMES, ""], "label": [*NAMES, "dummy"], "total": total, "total_low": low,
        "total_high": high, "behind": behind,
    })  # fmt: skip
    variance = pd.DataFrame({"chance": [0.25], "chance_low": [0.2], "chance_high": [0.3]})
    found = {"swings": swings, "sobol": sobol, "variance": variance}
    return {name: table.assign(**about) for name, table in found.items()}


def test_a_setting_is_shown_to_matter_only_if_its_interval_lies_above_the_dummys():
    """Even if it surely lies above 0."""
    said = answer(tables([0.7, 0.1, 0.05, 0.01], [0.6, 0.04, 0.02, -0.02], [0.8, 0.2, 0.1, 0.03],
                         [np.nan, 0.3, 0.4, 0.5]))  # fmt: skip
    assert said == [
        "Median savings: quota moves it most (with others, 70.0 % [60.0 %, 80.0 %] of the variance "
        "of expected outcomes).",
        "With all else as in the scenario, quota from 1 to 2,000 changes it by −$900 [−$1,200, "
        "−$600], but turns in between.",
        "1 of 3 settings is not shown to do more than a dummy: term.",
        "Of the variance of a single replicate over these ranges 25.0 % [20.0 %, 30.0 %] is "
        "chance.",
    ]


def test_the_first_is_not_said_to_be_ahead_of_what_may_be_as_large():
    said = answer(tables([0.5, 0.45, 0.2, 0.0], [0.4, 0.35, 0.1, -0.01], [0.6, 0.55, 0.3, 0.01],
                         [np.nan, -0.1, 0.1, 0.4]))  # fmt: skip
    assert said[0].endswith("not surely more than salary).")
    assert len(said) == 3


def test_what_is_not_known_is_not_said():
    nothing = [np.nan] * 4
    said = answer(tables([0.5, 0.2, 0.1, 0.0], nothing, nothing, nothing))
    assert said[0] == "Median savings: no setting is shown to move it."
    assert "3 of 3 settings are not shown to do more than a dummy" in said[2]


def test_what_has_no_luck_in_it_has_no_interval():
    known = tables([0.7, 0.1, 0.05, 0.0], [0.7, 0.1, 0.05, 0.0], [0.7, 0.1, 0.05, 0.0], [1.0] * 4)
    known["swings"][["swing_low", "swing_high"]] = [[-900 - 1e-10, -900 + 1e-10], [1, 2], [1, 2]]
    assert answer(known)[0].endswith("(with others, 70.0 % of the variance of expected outcomes).")
    assert answer(known)[1].endswith("changes it by −$900, but turns in between.")


def test_a_turn_does_not_make_a_difference_of_ends_that_may_be_none():
    known = tables([0.7, 0.1, 0.05, 0.0], [0.6, 0.0, 0.0, 0.0], [0.8, 0.2, 0.1, 0.0], [1.0] * 4)
    known["swings"]["swing_high"] = 100.0
    assert answer(known)[1].endswith(
        "makes no difference that is told from none (−$900 [−$1,200, +$100]), but turns in between."
    )
