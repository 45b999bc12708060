"""The benchmark: what it tells, not how fast it is."""

import json

import numpy as np
import pytest

from sim import bench


@pytest.mark.parametrize("exponent", [0.8, 1.0, 1.3])
def test_growth_is_the_exponent_of_the_cost(exponent):
    sizes = [10, 100, 1000]
    found = bench._fit(sizes, [3.0 * size**exponent for size in sizes])
    assert found["exponent"] == pytest.approx(exponent)


def test_a_cost_that_drowns_in_others_has_no_exponent():
    found = bench._fit([10, 100], [1e-4, -1e-6])
    assert found["exponent"] is None
    assert "too small" in bench._line("posts", found["exponent"], ".3f")


def test_a_rate_is_work_over_time(monkeypatch):
    clock = iter([10.0, 12.0])
    monkeypatch.setattr("sim.bench.time.perf_counter", lambda: next(clock))
    assert bench._rate(lambda: 8.0) == 4.0


@pytest.fixture(scope="module")
def measured():
    """A short one: small worlds, one round, two processes of their own."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("ROUNDS", 1), ("SIZES", (50, 100)), ("SPANS", (2, 4)),
                            ("COUNTS", (1, 2)),
                            ("STORED", 2), ("TRADER_MONTHS", 1000)):  # fmt: skip
            patch.setattr(bench, name, value)
        started = {"version": 0.3, "import": 0.4, "compile": 10.0, "peak_memory_mb": 500.0}
        started["first replicate, compiled before"] = 0.3
        patch.setattr(bench, "_start_up", lambda: started)
        return bench.measure(0.5)


def test_it_tells_rates_parts_start_up_and_growth(measured):
    assert json.loads(json.dumps(measured)) == measured
    assert set(measured["trader_months_a_second"]) == {
        "rows_one_thread",
        "rows_all_threads",
        "plain",
    }
    assert measured["rows_to_plain_one_thread"] > 1
    assert set(measured["threads"]) == {"rows", "pure_compute"}
    parts = measured["nanoseconds_a_trader_month"]
    assert {"luck", "rules and history", "outcomes", "storing"} <= set(parts)
    assert all(np.isfinite(value) and value >= 0 for value in parts.values())
    assert set(measured["growth"]) == {"posts", "months", "replicates"}


def test_it_is_told_in_words(measured):
    text = bench.as_text(measured)
    for words in ("rows, one thread", "plain Mesa agents", "luck", "compile, once", "peak memory"):
        assert words in text
    assert max(map(len, text.splitlines())) < 100
