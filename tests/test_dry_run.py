"""What a study would take, held against a real small one."""

from sim.compare import study
from sim.forecast import forecast
from sim.publish import save
from sim.scenario import load


def test_the_forecast_is_near_a_real_run(tmp_path):
    pair = [load(name, ["cohort.posts=100"]) for name in ("tight_control", "restored_autonomy")]
    told = forecast(pair, 20, 1, 1, False)
    assert told["months"] == 20 * (42 + 2 * 42)
    assert told["trader_months"] == 100 * told["months"]
    result = study(pair, 20)
    kept = sum(table.nbytes for table in result.tables.values())
    kept += result.monthly.memory_usage().sum() + result.postings.memory_usage().sum()
    assert kept / 2 < told["memory_bytes"] < kept * 2
    save(tmp_path / "out", result)
    disk = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert disk / 2 < told["disk_bytes"] < disk * 2
