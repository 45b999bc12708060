"""The table of patterns: what it must be, what is wrong with one, and a small one measured."""

import json

import numpy as np
import pandas as pd
import pytest

from sim.explore import kinds
from sim.explore.patterns import RIVAL, cells
from sim.explore.plan_reading import read_plan
from sim.explore.table import table_of
from sim.explore.targets import CALIBRATES
from sim.explore.undertaking import undertake_study
from sim.explore.verdicts import wanted_sign
from sim.scenario import ScenarioError, load
from sim.shelf import shipped_folder

HELD_OUT = {"N4", "N5", "N6 shape", "N7", "N9", "N11", "N13"}
TABLE = """\
worlds:
  busier: {says: more orders, of: tight_control, surroundings: {demand_factor: 1.25}}
  richer: {says: twice the savings, of: busier, times: {cohort.savings_usd: 2}}
rows:
  A:
    pattern: savings are savings
    role: H
    source: a source
    published: nothing
    measures:
      - {says: richer, outcome: savings_median, under: richer, minus: busier, sign: positive}
      - {says: held back, by: below_full_output, worlds: [restored_autonomy], unit: share,
         accept: {from: -0.001, to: 0.001}}
  B:
    pattern: orders are orders
    role: C
    source: a source
    published: nothing
    measures:
      - {says: more, outcome: delivered_usd, under: busier, relative_to: tight_control,
         accept: {from: 0.1, to: 0.2}}
    not_measured:
      - {says: a part, because: no source}
"""
STUDY = """\
scenarios: [restored_autonomy, tight_control]
vary: {draw: {posterior: draws}}
replicates: 1
posts: 20
patterns:
  targets: known
  draws: 6
  rivals:
    fewer orders: {says: no more orders, surroundings: {demand_factor: 1}}
  conclusions:
    - {says: autonomy leaves more, outcome: retained_margin_share, under: restored_autonomy,
       minus: tight_control, above: 0}
"""


@pytest.fixture
def study(tmp_path):
    def write(old="", new=""):
        assert not old or old in TABLE + STUDY
        (tmp_path / "known.yaml").write_text(TABLE.replace(old, new) if old else TABLE)
        (tmp_path / "mine.yaml").write_text(STUDY.replace(old, new) if old else STUDY)
        draws = {"cohort.savings_usd": [30000, 40000, 50000, 60000, 70000, 80000]}
        pd.DataFrame(draws).to_csv(tmp_path / "draws.csv", index=False)
        return tmp_path / "mine.yaml"

    return write


@pytest.fixture(scope="module")
def shipped():
    return read_plan("patterns", "patterns")


def test_roles_agree_with_what_is_calibrated_on(shipped):
    roles = {name: row.role for name, row in table_of(shipped).rows.items()}
    assert {name for name, role in roles.items() if role == CALIBRATES} == {"S3", "S4", "N6", "N12"}
    assert {name for name, role in roles.items() if role == "H"} == HELD_OUT
    calibrated = read_plan("calibrate", "calibrate")
    assert set(calibrated.how.rows) == {"S3", "S4", "N6", "N12"}
    assert calibrated.companions()[0] == shipped.companions()[0]  # one table for both


@pytest.mark.parametrize("path", sorted((shipped_folder() / "studies").glob("*.yaml")))
def test_no_study_calibrates_on_what_is_held_out(path, shipped):
    said = json.dumps(path.read_text("utf-8"))
    if "\\ncalibrate:" not in said:
        return
    plan = read_plan(str(path), "calibrate")
    held_out = {name for name, row in table_of(shipped).rows.items() if row.role == "H"}
    assert held_out == HELD_OUT
    assert not held_out & set(plan.how.rows)


@pytest.mark.parametrize("row", sorted(HELD_OUT))
def test_calibration_refuses_rows_that_are_held_out(row, tmp_path):
    for name in ("known_patterns.yaml", "calibrate.yaml"):
        text = (shipped_folder() / "studies" / name).read_text("utf-8")
        (tmp_path / name).write_text(text.replace("rows: [S3,", f"rows: [{row}, S3,"))
    with pytest.raises(ScenarioError, match=f"{row} has the role H; only rows of the role C"):
        read_plan(str(tmp_path / "calibrate.yaml"), "calibrate")


def test_worlds_held_from_the_start_have_the_levers_that_the_futures_end_with(shipped):
    worlds = table_of(shipped).worlds
    futures = {"always_tight": "tight_control", "always_autonomy": "restored_autonomy"}
    for name, future in futures.items():
        for lever, value in worlds[name].levers.items():
            assert load(future).path("levers", lever)[-1] == value, (name, lever)
    moved = [
        lever
        for lever in worlds["always_tight"].levers
        if worlds["always_tight"].levers[lever] != worlds["always_autonomy"].levers[lever]
    ]
    assert {lever: {"2025-01": worlds["always_autonomy"].levers[lever]} for lever in moved} == (
        worlds["autonomy_again"].levers
    )
    assert set(moved) == {
        "authority_share", "online_lookup_share", "price_tolerance", "surveillance",
    }  # fmt: skip


def test_every_row_says_what_it_measures_or_why_not(shipped):
    for name, row in table_of(shipped).rows.items():
        assert row.source and row.published, name
        assert any(wanted_sign(each) for each in row.measures) or name == "N5", name


def test_draws_are_those_that_the_reference_keeps():
    beside = shipped_folder() / "studies" / "posterior.csv"
    kept = shipped_folder().parent / "results" / "reference" / "calibrate" / "posterior.csv"
    if kept.exists():  # in a checkout
        assert kept.read_bytes() == beside.read_bytes()


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("of: busier", "of: busyer", "known.yaml:3:41: worlds.richer.of: there is no world 'busyer'"),
        ("of: tight_control", "of: richer", "there is no world 'richer' above it"),
        ("demand_factor: 1.25", "demand_factr: 1.25", "surroundings.demand_factr: there is no such"),
        ("cohort.savings_usd: 2", "cohort.saving_usd: 2", "there is no such setting in cohort"),
        ("by: below_full_output", "by: below_full", "there is no measurement 'below_full'"),
        ("worlds: [restored_autonomy], unit", "worlds: [restored], unit", "no world 'restored'"),
        ("worlds: [restored_autonomy], unit", "worlds: [busier, richer], unit", "takes 1, and 2 are named"),
        ("by: below_full_output", "by: slope_ratio", "slope_ratio needs one; name an outcome"),
        ("by: below_full_output", "by: below_full_output, outcome: quality", "looks at none"),
        ("by: below_full_output", "by: below_full_output, minus: busier", "compares what `worlds`"),
        ("minus: busier,", "minus: busier, worlds: [busier],", "are for a measurement named under"),
        ("draws: 6", "draws: 7", "patterns.draws: there are 6 of them to draw from"),
        ("minus: busier", "minus: busy", "'busy' is not a scenario of this study"),
        ("savings_median, under: richer, minus", "savings_median, minus", "say under which world"),
        ("targets: known", "targets: knwn", "there is no file knwn.yaml beside the study"),
        ("draws: 6", "draws: 2", "patterns.draws"),
        ("{draw: {posterior: draws}}", "{cohort.savings_usd: [1, 2]}", "measured on draws alone"),
        ("demand_factor: 1}", "demand_factr: 1}", "mine.yaml:9:"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_their_place(study, old, new, complaint):
    with pytest.raises(ScenarioError) as told:
        read_plan(str(study(old, new)), "patterns")
    assert any(complaint in str(each) for each in told.value.problems), str(told.value)


def test_a_world_has_the_last_word_over_a_draw_and_a_rival_over_both(study):
    plan = read_plan(str(study()), "patterns")
    draws = kinds.points(plan)
    as_it_is, rival = (
        {each.name: each for each in draws.courses((("draw", 2.0), (RIVAL, float(number))))}
        for number in (0, 1)
    )
    assert as_it_is["tight_control"].cohort["savings_usd"][0] == 50000
    assert as_it_is["richer"].cohort["savings_usd"][0] == 100000
    assert as_it_is["richer"].surroundings["demand_factor"][0] == 1.25
    assert rival["richer"].surroundings["demand_factor"][0] == 1
    assert rival["richer"].cohort["savings_usd"][0] == 100000


def test_a_small_table_measured(study, tmp_path):
    plan = read_plan(str(study()), "patterns")
    found = undertake_study(plan, tmp_path / "out")
    rows = found.tables["rows"].set_index("row")["verdict"]
    assert rows["A"] == "in magnitude"
    measures = found.tables["measures"].set_index("measure")
    assert measures.loc["more", "median"] == pytest.approx(
        np.median(found.tables["draws"]["measure_3"])
    )
    assert measures.loc["more", "median"] > 0
    rivals = found.tables["rivals"].set_index(["model", "row"])["verdict"]
    assert rivals["fewer orders", "B"] == "fails"  # the busier world is the same as the other then
    assert set(found.tables["conclusions"]["conclusion"]) == {"autonomy leaves more"}
    page = (tmp_path / "out" / "report.md").read_text("utf-8")
    assert "a part" in page and "no source" in page
    assert json.loads(json.dumps(found.summary))["draws"] == 6
    again = undertake_study(plan, tmp_path / "again", jobs=1)
    assert again.tables["draws"].equals(found.tables["draws"])


def test_conclusions_are_measured_after_all_rows(study):
    plan = read_plan(str(study()), "patterns")
    assert [each.says for each in cells(plan)] == [
        "richer",
        "held back",
        "more",
        "autonomy leaves more",
    ]


def test_the_command_tells_every_row_and_leaves_a_report(study, call, tmp_path):
    words = ["patterns", study(), "-o", "result", "--no-progress"]
    code, told, _ = call(*words)
    assert code == 0
    assert "Of 1 row held out: 1 pass in magnitude (A)." in told
    assert "The rule fixed beforehand" in told and "is not met" in told
    out = tmp_path / "result"
    assert (out / "report.html").exists() and (out / "figures" / "held_out.svg").exists()
    said = json.loads(call(*words, "--force", "--json")[1])
    assert [each["row"] for each in said["rows"]] == ["A", "B"]
    assert said["measures"][0]["accept_high"] is None  # infinity is no JSON
    assert (said["draws"], said["posts"]) == (6, 20)
