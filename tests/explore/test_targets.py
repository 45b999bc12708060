"""Files of targets: what is wrong with them, with its line, and how each kind of knowledge counts."""

import numpy as np
import pytest

from sim.explore.plan_reading import read_plan
from sim.explore.targets import TargetsFile, read_targets, target_of
from sim.reading import read_yaml
from sim.scenario import ScenarioError
from sim.scenario_file import shape
from sim.shelf import shipped_folder

TARGETS = """\
rows:
  A:
    pattern: a pattern
    role: C
    source: a source
    published: "-30 %"
    measures:
      - says: savings
        outcome: savings_median
        value: {figure: -0.3, low: -0.5, high: -0.1, setting: neighbouring}
        accept: {from: -0.6, to: -0.15}
      - says: share
        outcome: spent_share
        accept: {from: 0.2, to: 0.8}
      - says: less
        outcome: defection_rate
        less: {times: 0.5, outcome: new_overstay_rate}
        sign: negative
  B:
    pattern: held out
    role: H
    source: a source
    published: nothing
    measures:
      - {says: quality, outcome: quality, sign: positive}
"""
STUDY = """\
scenario: restored_autonomy
vary: {surroundings.salary_usd: {from: 350, to: 1000}}
posts: 10
calibrate:
  targets: known
  rows: [A]
"""


@pytest.fixture
def told(tmp_path):
    def read(old="", new="", study=STUDY):
        assert not old or old in TARGETS + study
        (tmp_path / "known.yaml").write_text(TARGETS.replace(old, new) if old else TARGETS)
        (tmp_path / "mine.yaml").write_text(study.replace(old, new) if old else study)
        try:
            read_plan(str(tmp_path / "mine.yaml"), "calibrate")
        except ScenarioError as error:
            return [str(each).replace(f"{tmp_path}/", "") for each in error.problems]
        return []

    return read


def test_a_file_without_mistakes_is_read(told, tmp_path):
    assert told() == []
    assert [each.measure.says for each in read_targets(tmp_path / "known.yaml", ["A"])] == [
        "savings", "share", "less",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("rows: [A]", "rows: [A, B]", "mine.yaml:6:13: calibrate.rows[1]: B has the role H"),
        ("rows: [A]", "rows: [A, A]", "A is named twice"),
        ("rows: [A]", "rows: [a]", "known.yaml has no row 'a' (did you mean 'A'?)"),
        ("targets: known", "targets: knwn", "mine.yaml:5:12: calibrate.targets: there is no file "
         "knwn.yaml beside the study (did you mean 'known'?)"),
        ("targets: known", "targets: ../known", "expected its name alone"),
        ("role: C", "role: X", "known.yaml:4:11: rows.A.role"),
        ("outcome: spent_share", "outcome: spent_shar", "known.yaml:13:18"),
        ("accept: {from: 0.2, to: 0.8}", "accept: {from: 0.8, to: 0.2}", "to must be above from"),
        ("accept: {from: 0.2, to: 0.8}", "under: restored_autonomy", "say what is accepted"),
        ("low: -0.5", "low: -0.2", "the figure must lie inside its interval"),
        ("sign: negative", "sign: negative\n        accept: {from: 0, to: 1}", "all that a sign"),
        ("outcome: new_overstay_rate", "outcome: new_overstays", "there is no outcome 'new_over"),
        ("outcome: savings_median", "outcome: savings_median\n        under: history",
         "'history' is not a scenario of this study"),
        ("says: share", "says: share\n        sgn: positive", "known.yaml:13:9"),
        ("source: a source\n    published: nothing", "published: nothing", "source: is missing"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_their_place(told, old, new, complaint):
    assert any(complaint in each for each in told(old, new)), told(old, new)


def test_how_a_figure_counts(tmp_path, told):
    told()
    figure, bounds, sign = read_targets(tmp_path / "known.yaml", ["A"])
    assert (figure.low, figure.high) == (-0.3, -0.3)
    assert figure.observation == pytest.approx((0.4 / 2 / 1.96) ** 2, rel=1e-4)
    assert figure.discrepancy == pytest.approx(0.15**2)
    assert figure.accepted == (-0.6, -0.15)
    assert (bounds.low, bounds.high, bounds.observation, bounds.discrepancy) == (0.2, 0.8, 0, 0)
    assert (sign.low, sign.high, sign.discrepancy) == (-np.inf, 0.0, 0.0)
    laboratory = figure.measure.value.model_copy(update={"setting": "laboratory"})
    moved = figure.measure.model_copy(update={"value": laboratory})
    assert target_of("A", moved).discrepancy == pytest.approx(0.3**2)


def test_zero_has_no_sign(tmp_path, told):
    told()
    _, bounds, sign = read_targets(tmp_path / "known.yaml", ["A"])
    values = np.array([-1.0, 0.0, 0.2, np.nan])
    assert sign.met(values).tolist() == [True, False, False, False]
    assert bounds.met(values).tolist() == [False, False, True, False]


def test_the_shipped_study_names_only_rows_that_may_be_calibrated_on():
    plan = read_plan("calibrate", "calibrate")
    (path,) = plan.companions()
    read, problems = shape(read_yaml(path), TargetsFile)
    assert not problems
    assert plan.how.rows == ["S3", "S4", "N6", "N12"]
    for row in plan.how.rows:
        assert read.rows[row].role == "C"
        assert read.rows[row].source and read.rows[row].published and read.rows[row].measures
    assert path.parent == shipped_folder() / "studies"
