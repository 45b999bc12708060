"""Draws of a posterior as the surroundings of another study."""

import numpy as np
import pandas as pd
import pytest

from sim.explore.plan_reading import read_plan
from sim.explore.points import Points
from sim.explore.varied import applied, points_at
from sim.scenario import ScenarioError

STUDY = """\
scenario: restored_autonomy
vary:
  worlds: {posterior: draws}
  surroundings.price_sd: {from: 0.1, to: 0.2}
posts: 10
robustness:
  worlds: 20
  conclusions: [{outcome: savings_median, above: 0, says: nobody is in debt}]
"""
DRAWS = "surroundings.salary_usd,cohort.contacts\n400,4\n500,5\n600,6\n"


@pytest.fixture
def read(tmp_path):
    def read(draws=DRAWS, study=STUDY):
        (tmp_path / "draws.csv").write_text(draws)
        (tmp_path / "mine.yaml").write_text(study)
        return read_plan(str(tmp_path / "mine.yaml"), "robustness")

    return read


def test_a_draw_sets_all_that_was_calibrated_together(read):
    plan = read()
    points = points_at(plan.varied, np.array([[0.0, 0.5], [0.5, 0.5], [0.99, 0.5]]))
    assert points["worlds"].tolist() == [0, 1, 2]
    for at, (salary, contacts) in enumerate([(400, 4), (500, 5), (600, 6)]):
        there = applied(plan.scenarios[0], plan.varied, points.iloc[at])
        assert there.path("surroundings", "salary_usd")[-1] == salary
        assert there.path("cohort", "contacts")[0] == contacts
        assert there.path("surroundings", "price_sd")[0] == pytest.approx(0.15)


def test_points_with_draws_are_lived(read):
    plan = read()
    points = points_at(plan.varied, np.array([[0.0, 0.5], [0.99, 0.5]]))
    values = Points(plan)(points, range(2))
    assert np.isfinite(values).all()
    assert (values[0] != values[1]).any()


def test_the_draws_belong_to_the_study(read, tmp_path):
    plan = read()
    assert plan.companions() == [tmp_path / "draws.csv"]
    key = plan.key
    assert read(DRAWS.replace("600", "601")).key != key


@pytest.mark.parametrize(
    ("draws", "study", "complaint"),
    [
        (
            DRAWS,
            STUDY.replace("posterior: draws", "posterior: ../draws"),
            "expected its name alone",
        ),
        (
            DRAWS,
            STUDY.replace("posterior: draws", "posterior: other"),
            "there is no file other.csv",
        ),
        (DRAWS, STUDY.replace("worlds: {p", "levers.levy_usd: {p"), "with a name without a dot"),
        (DRAWS.replace("contacts", "contcts"), STUDY, "column cohort.contcts"),
        (DRAWS.replace("400", "-400"), STUDY, "column surroundings.salary_usd"),
        (DRAWS.replace("salary_usd", "salary_usd (times)"), STUDY, "salary_usd (times)"),
        (DRAWS.replace("salary_usd", "salary_usd@2026-07"), STUDY, "for the whole run"),
        (DRAWS.replace("400", "much"), STUDY, "holds no draws"),
        (DRAWS[:-10], STUDY, "holds no draws"),
        ("", STUDY, "holds no draws"),
    ],
)
def test_mistakes_are_told_at_their_line(read, draws, study, complaint):
    with pytest.raises(ScenarioError) as error:
        read(draws, study)
    told = [each for each in map(str, error.value.problems) if complaint in each]
    assert told and "mine.yaml:3:" in told[0], error.value


def test_a_stored_posterior_can_be_used_as_it_is(read, tmp_path):
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"cohort.savings_usd": rng.random(50) * 1e5 + 1e-3})
    text = table.to_csv(index=False, float_format="%.10g")
    assert len(read(text).varied[0].rows) == 50
