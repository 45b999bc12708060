"""What is kept of a run: fields kept one by one or only as their sum say the same, bit for bit."""

import numpy as np
import pytest

from sim.history import KEPT, MEASURED, SUMMED, History
from sim.outcomes import measure
from sim.run import Replicate
from tests.bare import bare_course


def lived(posts, kept):
    course = bare_course(
        f"cohort.posts={posts}", "cohort.companies=3", months=("2026-01", "2026-05")
    )
    replicate = Replicate(course, 1, 0)
    history = History(0, len(course.months), replicate.world, kept)
    replicate.live(history)
    return history


@pytest.mark.parametrize("posts", [3, 7, 8, 9, 128, 129, 136, 500, 1023])
def test_sums_are_those_of_what_is_kept_one_by_one(posts):
    """numpy adds a row by eights and halves; the compiled sum must, too, or a panel or an audit
    would change the last digit of an outcome."""
    short, whole = lived(posts, MEASURED), lived(posts, KEPT)
    assert short.summed == SUMMED and whole.summed == ()
    for name in SUMMED:
        assert short.total(name).tobytes() == whole[name].sum(axis=1).tobytes(), name
    assert measure(short).tobytes() == measure(whole).tobytes()
    assert any(short.total(name).any() for name in SUMMED)


def test_a_field_that_is_only_summed_says_so_when_asked_for_one_by_one():
    with pytest.raises(ValueError, match="'orders' is not kept"):
        lived(3, MEASURED)["orders"]


def test_codes_fit_a_byte_and_money_does_not():
    short = lived(8, MEASURED)
    assert short["status"].dtype == np.int8 and short["savings"].dtype == np.float64
