"""Tuning the model itself, in a world whose best lever is known in closed form (T22 and T23).

Traders have nothing but commission on constant exports. Who expects a ratchet works at effort
r / (r + lambda / posts), and his quota closes in on what he earns, a part lambda of the gap each
quarter. A large lambda is quick to take and leaves little to take.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
import yaml
from scipy import optimize

from sim import load
from sim.explore import kinds
from sim.explore.kept import OnDisk
from sim.explore.plan_reading import read_plan
from sim.explore.points import InMemory, Points
from sim.explore.tune import tune
from sim.explore.undertaking import undertake_study
from sim.explore.varied import applied
from tests.worlds import ALL_ALIKE, NOBODY_LEAVES, OWN_PURSE_ONLY, PURSE_AND_MARKET

EARNED, START, POSTS, QUARTERS, DISCOUNT = 5000.0, 1000.0, 10, 12, 0.95
LEVER = "levers.quota_ratchet"
OWN = {
    "levers": {"quota_usd": START, "term_months": 240},
    "surroundings": {
        "commission_share": 0.5, "discount_factor": DISCOUNT, "growth_share": 0,
        "real_posts": 1000, "salary_usd": 5000,
    },
    "cohort": {"companies": 2, "posts": 2 * POSTS},
}  # fmt: skip
TUNE = {
    "objectives": [{"outcome": "remittance_usd", "goal": "maximise"}],
    "trials": 60,
    "batch": 10,
    "replicates": [1, 2],
    "retest": 3,
}


def remitted(ratchet):
    """Of a post a month, over all quarters."""
    rate = (1 - DISCOUNT**3) / DISCOUNT**3
    earned = EARNED * rate / (rate + ratchet / POSTS)
    quota, total = START, 0.0
    for _ in range(QUARTERS):
        total += quota
        quota += ratchet * max(0.0, earned - quota)
    return total / QUARTERS


@pytest.fixture
def world(tmp_path):
    """A study file in a folder with its scenario and a constant trade series."""
    rows = "month,chinese_exports_musd,chinese_exports_status,chinese_imports_musd,"
    rows += "chinese_imports_status,total_musd,total_status,source,note\n"
    for month in range(36):
        rows += f"{2023 + month // 12}-{month % 12 + 1:02d},0.001,R,10,R,10.001,R,made up,\n"
    (tmp_path / "flat.csv").write_text(rows, encoding="utf-8")
    scenario = {"months": {"from": "2023-01", "to": "2025-12"}, "demand": {"series": "flat.csv"}}
    for drawer in ("levers", "surroundings", "cohort"):
        scenario[drawer] = {}
        for each in (PURSE_AND_MARKET, NOBODY_LEAVES, ALL_ALIKE, OWN_PURSE_ONLY, OWN):
            scenario[drawer] |= each.get(drawer, {})
    (tmp_path / "ratchet.yaml").write_text(yaml.safe_dump(scenario), encoding="utf-8")

    def study(**more):
        told = {"scenario": "ratchet", "vary": {LEVER: {"from": 0.0, "to": 1.0}}, "seed": 1}
        told["tune"] = TUNE | more
        (tmp_path / "trial.yaml").write_text(yaml.safe_dump(told), encoding="utf-8")
        return read_plan(str(tmp_path / "trial.yaml"), "tune")

    return study


@pytest.mark.parametrize("solver", ["optuna", "random"])
def test_the_best_ratchet_is_found_within_two_percent(world, solver):
    best = optimize.minimize_scalar(lambda x: -remitted(x), bounds=(0, 1), method="bounded")
    assert 0.2 < best.x < 0.8, "an optimum at an end would be found by chance"
    plan = world(solver=solver, trials=60 if solver == "optuna" else 150)
    found = tune(plan, Points(plan, kinds.cells(plan), jobs=1))
    assert found.summary["chosen"]["winner"][LEVER] == pytest.approx(best.x, rel=0.02)
    row = found.tables["retest"].iloc[0]
    assert row["fresh"] == pytest.approx(-best.fun, rel=1e-4)
    assert row["optimism"] == pytest.approx(0, abs=1e-3), "nothing here is luck"


def contents(found):
    tables = {name: table.to_csv() for name, table in found.tables.items()}
    return tables, found.answer, dict(found.scenarios), dict(found.files)


def test_neither_workers_nor_an_interruption_change_a_byte(world, tmp_path):
    plan = world(trials=24, batch=8)
    wanted = kinds.cells(plan)
    alone = contents(tune(plan, Points(plan, wanted, jobs=1)))
    with ThreadPoolExecutor(3) as executor:
        together = contents(tune(plan, Points(plan, wanted, executor=executor, jobs=3)))
    assert together == alone

    def stop(done):
        if done >= 21:
            raise KeyboardInterrupt

    (tmp_path / "kept").mkdir()
    keeper = OnDisk(tmp_path / "kept", "key")
    with pytest.raises(KeyboardInterrupt):
        tune(plan, Points(plan, wanted, keeper, jobs=1, told=stop))
    keeper.flush()
    assert len(keeper.rows) == 21
    again = OnDisk(tmp_path / "kept", "key")
    assert contents(tune(plan, Points(plan, wanted, again, jobs=1))) == alone
    assert len(again.rows) > 21


def test_another_seed_searches_otherwise(world):
    plan = world(trials=10)
    keepers = [InMemory(), InMemory()]
    found = [tune(plan, Points(plan, kinds.cells(plan), keeper)) for keeper in keepers]
    assert keepers[0].rows.keys() == keepers[1].rows.keys()
    other = read_plan(str(plan.path), "tune", seed=2)
    trials = tune(other, Points(other, kinds.cells(other))).tables["trials"]
    assert (trials[LEVER] != found[0].tables["trials"][LEVER]).all()


def test_a_result_folder_holds_scenarios_that_load_as_what_was_chosen(world, tmp_path, monkeypatch):
    monkeypatch.setattr("sim.store.commit", lambda: None)
    plan = world(trials=10)
    found = undertake_study(plan, tmp_path / "out", command="trader-sim tune trial.yaml")
    again = load(str(tmp_path / "out" / "scenarios" / "trial_winner.yaml"))
    chosen = found.summary["chosen"]["winner"]
    assert again == applied(plan.scenarios[0], plan.varied, chosen)
    assert (tmp_path / "out" / "trials.sqlite").read_bytes() == found.files["trials.sqlite"]
    assert "net of the cost of control" in (tmp_path / "out" / "report.md").read_text("utf-8")
