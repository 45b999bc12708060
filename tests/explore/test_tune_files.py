"""What a tuning leaves for others: scenario files that load, a study that Optuna opens."""

import numpy as np
import pandas as pd
import pytest

from sim import load
from sim.explore.tune_files import Told, scenario_file, sqlite_study
from sim.explore.varied import Varied, applied
from sim.request import write_scenarios

AUTHORITY, TIERS = "levers.authority_share@begins", "levers.autonomy_tiers@2026-07"
BEGINS = Varied("begins", 2026 * 12 + 6, 2028 * 12, whole=True, date=True)
QUOTA = Varied("levers.quota_usd", 0.5, 2, times=True)
VARIED = [Varied(AUTHORITY), BEGINS, Varied(TIERS, 0, 3, whole=True), QUOTA]
POINT = {AUTHORITY: 1 / 3, "begins": 2027 * 12 + 2, TIERS: 2, "levers.quota_usd": 1.25}


def written(text, folder, name="chosen"):
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load(str(folder / f"{name}.yaml"))


@pytest.mark.parametrize(
    "name", ["restored_autonomy", "tier_one_autonomy", "quota_relief", "history"]
)
@pytest.mark.parametrize("resolved", [False, True])
def test_a_file_holds_what_was_tried_beside_its_base_and_beside_the_base_resolved(
    name, resolved, tmp_path
):
    scenario = load(name)
    varied, point = VARIED, POINT
    if name == "history":  # it ends before these dates
        varied = [Varied("levers.surveillance@2025-08"), Varied("levers.recall_chance")]
        point = {"levers.surveillance@2025-08": 1e-5, "levers.recall_chance": 0.125}
    if resolved:
        write_scenarios(tmp_path, [scenario])
    folder = tmp_path / "scenarios" if resolved else tmp_path
    text = scenario_file(scenario, varied, point, "Tried: it", "tuned by a trial")
    assert f"based_on: {name}" in text
    again = written(text, folder)
    assert again == applied(scenario, varied, point)
    assert again != scenario
    assert again.title == "Tried: it"
    lever = varied[0].name.partition(".")[2].partition("@")[0]
    assert again.grounds("levers", lever)[:2] == ("tuned by a trial", "assumed")


def test_what_cannot_be_said_on_top_of_the_base_is_written_out_in_full(tmp_path):
    (tmp_path / "told.yaml").write_text(
        "based_on: restored_autonomy\ntimeline:\n"
        "  - {from: 2027-06, announced: 2027-01, levers: {quota_usd: 3000}}\n",
        encoding="utf-8",
    )
    scenario, varied = load(str(tmp_path / "told.yaml")), [Varied("levers.quota_usd@2027-03", 1, 9)]
    point = {"levers.quota_usd@2027-03": 5.0}
    text = scenario_file(scenario, varied, point, "In full", "tuned by a trial")
    assert "based_on" not in text
    assert written(text, tmp_path) == applied(scenario, varied, point)


LEVERS = [
    Varied("levers.surveillance", 0.01, 1.0, log=True),
    Varied("levers.levies_per_year", 0, 4, values=(0.0, 2.0, 4.0), whole=True),
    Varied("levers.term_months", 1, 60, whole=True),
    BEGINS,
]


def trials():
    rng = np.random.default_rng(0)
    for k in range(4):
        point = {
            "levers.surveillance": float(rng.uniform(0.01, 1)),
            "levers.levies_per_year": 2.0 * (k % 3),
            "levers.term_months": float(k + 1),
            "begins": float(2026 * 12 + 6 + k),
        }
        values = [np.nan if k == 2 else 1.5 * k, -float(k)]
        yield Told(point, values, {"violation": k - 1.0}, {"role": "knee" * (k == 1)})


def test_optuna_opens_the_study_and_finds_every_trial(tmp_path):
    optuna = pytest.importorskip("optuna")
    told = list(trials())
    content = sqlite_study("a trial", LEVERS, ["maximize", "minimize"], told)
    (tmp_path / "trials.sqlite").write_bytes(content)
    study = optuna.load_study(
        study_name="a trial", storage=f"sqlite:///{tmp_path / 'trials.sqlite'}"
    )
    assert [each.name for each in study.directions] == ["MAXIMIZE", "MINIMIZE"]
    assert len(study.trials) == 4
    for mine, theirs in zip(told, study.trials, strict=True):
        assert theirs.params["levers.surveillance"] == mine.point["levers.surveillance"]
        assert theirs.params["levers.levies_per_year"] == mine.point["levers.levies_per_year"]
        assert theirs.params["begins"] == BEGINS.written(mine.point["begins"])
        assert theirs.user_attrs == mine.about
        if np.isnan(mine.values[0]):
            assert theirs.state.name == "FAIL" and theirs.values is None
        else:
            assert theirs.values == mine.values and theirs.constraints == mine.constraints
    feasible = [at for at, mine in enumerate(told) if mine.constraints["violation"] <= 0]
    assert {each.number for each in study.best_trials} <= set(feasible)
    assert (study.trials_dataframe()["datetime_start"] == pd.Timestamp("2000-01-01")).all()


def test_the_same_trials_leave_the_same_bytes():
    first = sqlite_study("a trial", LEVERS, ["maximize", "minimize"], list(trials()))
    assert first == sqlite_study("a trial", LEVERS, ["maximize", "minimize"], list(trials()))
