"""Replicates until an interval is narrow enough: the same ones as in a plain run."""

import numpy as np
import pandas as pd
import pytest

from sim.compare import study
from sim.contrast import effects
from sim.precision import UntilError, read_until, shortfalls, too_wide
from sim.scenario import load
from sim.statistics import mean_interval

SMALL = ["cohort.posts=12", "cohort.companies=3"]


def pair(*names):
    return [load(name, SMALL).first_months(45) for name in names]


def half_width(result):
    row = effects(result).set_index("outcome").loc["savings_median"]
    return (row["ci_high"] - row["ci_low"]) / 2


def test_the_result_is_that_of_a_plain_run_with_the_number_reached():
    both = pair("tight_control", "restored_autonomy")
    asked = half_width(study(both, 12, seed=4))
    reached = study(both, 3, seed=4, until={"savings_median": asked}, max_replicates=60)
    count = len(reached.numbers)
    assert 3 < count <= 12 and count % 3 == 0
    plain = study(both, count, seed=4)
    assert reached.numbers == plain.numbers
    for name, table in plain.tables.items():
        assert reached.tables[name].tobytes() == table.tobytes()
    pd.testing.assert_frame_equal(reached.postings, plain.postings)
    assert half_width(reached) <= asked < half_width(study(both, count - 3, seed=4))


def test_one_scenario_is_asked_for_its_mean():
    (alone,) = pair("tight_control")
    result = study([alone], 4, until={"savings_median": 1e9})
    assert len(result.numbers) == 4
    mean = mean_interval(result.ends("tight_control", "savings_median")[:, None])
    width = (mean.high[0] - mean.low[0]) / 2
    (told,) = too_wide(result.ends, ["tight_control"], {"savings_median": width * 0.999})
    assert told[:2] == ("tight_control", "savings_median") and told[2] == pytest.approx(width)
    assert too_wide(result.ends, ["tight_control"], {"savings_median": width * 1.001}) == []


def test_the_maximum_ends_it_and_it_says_what_is_still_wide():
    both = pair("tight_control", "restored_autonomy")
    told = []
    until = {"savings_median": 1e-6}
    result = study(both, 2, until=until, max_replicates=5, progress=told.append)
    assert told == [1, 2, 3, 4, 5] and len(result.numbers) == 5
    (sentence,) = shortfalls(result.ends, [each.name for each in both], until, 5)
    assert sentence.startswith("savings_median of restored_autonomy is still ±")
    assert f"±{half_width(result):.4g} wide after 5 replicates" in sentence


def test_an_outcome_without_an_interval_is_not_sure():
    def ends(scenario, outcome):
        return np.array([3.0])

    assert shortfalls(ends, ["one"], {"quality": 1.0}, 1) == [
        "quality of one has no interval after 1 replicates"
    ]


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("savings_medain=5", "did you mean 'savings_median'?"),
        ("savings_median=0", "must be a number above 0"),
        ("savings_median=-1", "must be a number above 0"),
        ("savings_median=nan", "must be a number above 0"),
        ("savings_median", "expected OUTCOME=HALFWIDTH"),
        ("savings_median=few", "expected OUTCOME=HALFWIDTH"),
    ],
)
def test_a_precision_that_makes_no_sense_is_refused(word, told):
    with pytest.raises(UntilError) as caught:
        read_until([word])
    assert told in str(caught.value)


def test_a_study_refuses_it_too():
    with pytest.raises(UntilError, match="above 0"):
        study(pair("history"), 1, until={"quality": 0})
