"""The C yardstick lives the same rows to the same numbers, or its timing would say nothing."""

import shutil

import pytest

from benchmarks.yardstick import a_world, built, calls_a_trader_month, copied, disagreement, pieces


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler here")
def test_c_and_the_rules_leave_the_same_rows(tmp_path):
    world, luck = a_world()
    for name, (ours, theirs) in pieces(built(tmp_path), luck).items():
        mine, other = copied(world), copied(world)
        ours(mine, 3)
        theirs(other, 3)
        assert disagreement(mine, other) <= 1e-12, name
        assert disagreement(mine, world) > 1e-3, f"{name} did nothing"


def test_calls_are_counted():
    calls = calls_a_trader_month()
    assert all(1e-3 < number < 20 for number in calls.values()), calls
