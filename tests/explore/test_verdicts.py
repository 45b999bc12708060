"""Verdicts: what passes in magnitude, what in sign, and what fails, on numbers made by hand."""

import numpy as np
import pytest

from sim.explore.targets import Measure
from sim.explore.verdicts import judged, median_interval, of_row, wanted_sign

RISES = {"accept": {"from": 0.05, "to": 0.35}}
EITHER = {"accept": {"from": -0.1, "to": 0.1}}
ABOVE = {"sign": "positive"}


def measure(**said):
    return Measure.model_validate({"says": "x", "outcome": "quality", "under": "w", **said})


@pytest.mark.parametrize(
    ("said", "sign"),
    [
        (RISES, 1), (EITHER, 0), (ABOVE, 1), ({"sign": "negative"}, -1),
        ({"accept": {"from": -1, "to": -0.2}}, -1), ({"accept": {"from": 3}}, 1),
        ({"accept": {"from": 0, "to": 0.3}}, 0),
    ],
)  # fmt: skip
def test_the_sign_is_that_of_all_accepted_values(said, sign):
    assert wanted_sign(measure(**said)) == sign


@pytest.mark.parametrize(
    ("said", "middle", "spread", "verdict"),
    [
        (RISES, 0.2, 0.01, "in magnitude"),
        (RISES, 0.5, 0.01, "in sign"),
        (RISES, 0.01, 0.001, "in sign"),
        (RISES, -0.2, 0.01, "wrong sign"),
        (RISES, 0.1, 1.0, "undecided"),  # inside the range, but zero is not ruled out
        (EITHER, 0.0, 1.0, "in magnitude"),
        (EITHER, 0.3, 0.01, "out of range"),
        (ABOVE, 0.3, 0.01, "in magnitude"),
        (ABOVE, 0.0, 0.0, "undecided"),
    ],
)
def test_verdicts(said, middle, spread, verdict):
    values = middle + spread * np.linspace(-1, 1, 31)
    assert judged(measure(**said), values).verdict == verdict


def test_draws_without_a_number_are_left_out_and_counted():
    shown = judged(measure(**RISES), np.array([np.nan, *np.linspace(0.1, 0.5, 9)]))
    assert (shown.known, shown.median) == (9, pytest.approx(0.3))
    assert shown.within == pytest.approx(6 / 9)
    assert judged(measure(**RISES), np.full(9, np.nan)).verdict == "not measured"


def test_the_interval_of_the_median_covers_it():
    rng = np.random.default_rng(5)
    samples = rng.exponential(size=(2000, 30))
    ends = np.array([median_interval(each) for each in samples])
    covered = ((ends[:, 0] <= np.log(2)) & (np.log(2) <= ends[:, 1])).mean()
    assert 0.95 <= covered < 0.975  # exact by the binomial law: 0.957
    assert median_interval(np.arange(5.0)) == (-np.inf, np.inf)


def test_a_ratio_of_effects_has_a_sign_only_beyond_one():
    ratio = measure(accept={"from": 3}, neutral=1)
    assert judged(ratio, np.linspace(0.6, 1.6, 31)).verdict == "undecided"
    assert judged(ratio, np.linspace(1.5, 2.0, 31)).verdict == "in sign"
    assert judged(ratio, np.linspace(0.2, 0.5, 31)).verdict == "wrong sign"


@pytest.mark.parametrize(
    ("verdicts", "row"),
    [
        (["in magnitude", "in magnitude"], "in magnitude"),
        (["in sign", "in magnitude"], "in sign"),
        (["in magnitude", "out of range"], "fails"),
        (["undecided", "in magnitude"], "fails"),
        (["wrong sign", "out of range"], "fails"),
        (["in magnitude", "not measured"], "not measured"),
        (["undecided", "not measured"], "fails"),
    ],
)
def test_a_row_is_as_good_as_its_worst_measure(verdicts, row):
    assert of_row(verdicts) == row
