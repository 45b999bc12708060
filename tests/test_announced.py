"""Policy known beforehand: what a file may announce, what traders then expect, and what it does."""

from dataclasses import replace

import numpy as np
import pytest

from sim.ensemble import one_replicate
from sim.model.chance import Luck
from sim.model.choosing import reckon_with_announced, weigh_leaving
from sim.model.planner import announce, open_month
from sim.model.world import POSTED, Company, Planner, Trader
from sim.scenario import ScenarioError, load
from tests.laws.test_books import months_of, purses
from tests.worlds import make_course, settings

HEAD = "months: {from: 2024-01, to: 2024-08}\nlevers: {quota_usd: 2000}\n"


@pytest.fixture
def course_of(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def read(*changes, sets=(), months=8):
        text = HEAD + "timeline:\n" + "".join(f"  - {{{change}}}\n" for change in changes)
        (tmp_path / "mine.yaml").write_text(text)
        return load("mine.yaml", sets).first_months(months).course()

    return read


def expected(course):
    return course.announced["quota_usd"].tolist()


CUT = "from: 2024-05, announced: 2024-03, levers: {quota_usd: 1000}"


def test_where_nothing_is_announced_announced_levers_are_the_levers(course_of):
    course = course_of("from: 2024-05, over_months: 3, levers: {quota_usd: 1000}")
    assert course.announced.tobytes() == course.levers.tobytes()


def test_a_change_is_known_from_its_announcement(course_of):
    course = course_of(CUT)
    assert course.levers["quota_usd"].tolist() == [2000] * 4 + [1000] * 4
    assert expected(course) == [2000] * 2 + [1000] * 6
    others = [name for name in course.levers.dtype.names if name != "quota_usd"]
    assert all(np.array_equal(course.announced[name], course.levers[name]) for name in others)


def test_a_phased_change_is_announced_as_its_end_value(course_of):
    course = course_of(
        "from: 2024-05, announced: 2024-03, over_months: 3, levers: {quota_usd: 500}"
    )
    assert course.levers["quota_usd"].tolist()[4:] == [1500, 1000, 500, 500]
    assert expected(course) == [2000] * 2 + [500] * 6


@pytest.mark.parametrize(
    "change, known",
    [
        (CUT.replace("2024-03", "2023-06"), [1000] * 8),  # before the run begins
        (CUT.replace("2024-05", "2030-05"), [2000] * 2 + [1000] * 6),  # in force after its end
        (CUT.replace("2024-03", "2024-05"), [2000] * 4 + [1000] * 4),  # the same month
        (CUT.replace("levers", "until: 2024-06, levers"), [2000] * 2 + [1000] * 4 + [2000] * 2),
    ],
)
def test_announcements_at_the_edges(course_of, change, known):
    assert expected(course_of(change)) == known


def test_a_later_change_nobody_was_told_of_ends_what_was_expected(course_of):
    sudden = "from: 2024-06, levers: {quota_usd: 3000}"
    slow = "from: 2024-05, announced: 2024-02, over_months: 4, levers: {quota_usd: 1000}"
    course = course_of(slow, sudden)
    assert expected(course) == [2000] + [1000] * 4 + [3000] * 3


def test_the_last_change_announced_is_what_is_expected(course_of):
    later = "from: 2024-07, announced: 2024-04, levers: {quota_usd: 700}"
    assert expected(course_of(CUT, later)) == [2000] * 2 + [1000] + [700] * 5


def test_an_override_silences_what_was_announced(course_of):
    assert expected(course_of(CUT, sets=["levers.quota_usd=1500"])) == [1500] * 8


def test_what_is_known_does_not_depend_on_where_the_run_stops(course_of):
    assert expected(course_of(CUT, months=4)) == expected(course_of(CUT))[:4]


@pytest.mark.parametrize(
    "change, told",
    [
        (CUT.replace("2024-03", "2024-06"), "mine.yaml:4:32: timeline[0].announced: 2024-06 is af"),
        (CUT.replace("2024-03", "2024-13"), "'2024-13' is not a month; expected a month such as"),
        (CUT.replace("2024-03", "3"), "must be a month such as 2026-07"),
        (
            "from: 2024-05, announced: 2024-03, surroundings: {demand_factor: 2}",
            "surroundings are nobody's to announce",
        ),
        (CUT.replace("announced", "anounced"), "did you mean 'announced'?"),
    ],
)
def test_impossible_announcements_are_refused(course_of, change, told):
    with pytest.raises(ScenarioError) as caught:
        course_of(change)
    (problem,) = caught.value.problems
    assert told in str(problem)


# ------------------------------------------------------------------- what it does


def weighed(announced, trust=1.0, **memories):
    """A trader after he weighed leaving under default levers, with others announced."""
    levers, surroundings, _ = settings(surroundings={"announcement_trust": trust})
    known = settings(levers=announced)[0]
    trader = Trader(status=POSTED, **{"savings": 8000.0, "net_flow": -2000.0, **memories})
    planner = Planner()
    open_month(planner, levers, surroundings)
    announce(planner, known, surroundings)
    reckon_with_announced(trader, Company(), levers, known, surroundings)
    weigh_leaving(trader, planner, levers, surroundings, Luck(reconsider=0.0))
    return trader, planner, surroundings


def test_quota_and_levies_announced_change_the_flow_he_reckons_with():
    trader, _, surroundings = weighed({"quota_usd": 1000, "levy_usd": 500}, quota_factor=1.5)
    less = 1.5 * 1000 * (1 - surroundings.company_cover_chance) + 2 * 1500 / 12
    assert trader.flow_to_come == pytest.approx(less)
    assert trader.net_flow == -2000.0


def test_an_announced_relief_is_a_reason_to_stay_as_if_his_flow_were_better():
    relieved = weighed({"quota_usd": 1000})[0]
    richer = weighed({}, net_flow=relieved.net_flow + relieved.flow_to_come)[0]
    assert relieved.value_stay == richer.value_stay > weighed({})[0].value_stay
    assert relieved.value_overstay == richer.value_overstay


def test_an_announced_amnesty_is_a_reason_to_wait_and_not_to_defect():
    """Who goes home now faces the sentence of now; whoever comes later, the one announced."""
    for belief in (0.2, 0.6):
        now, then = weighed({}, belief=belief)[0], weighed({"sentence_months": 0}, belief=belief)[0]
        assert then.value_stay > now.value_stay
        assert then.value_overstay > now.value_overstay
        assert then.value_defect == now.value_defect


def test_without_trust_nothing_announced_counts():
    announced = {"quota_usd": 0, "levy_usd": 0, "sentence_months": 0}
    deaf, unaware = weighed(announced, trust=0.0)[0], weighed({}, trust=0.0)[0]
    assert vars(deaf) == vars(unaware)
    assert weighed(announced, trust=0.5)[0].value_stay > unaware.value_stay


def test_once_it_holds_hope_gives_way_to_feeling_at_the_pace_of_feeling():
    """With full trust, hope and feeling together are the new flow from the announcement on."""
    levers, surroundings, _ = settings(surroundings={"announcement_trust": 1.0})
    eased = settings(levers={"quota_usd": 1000})[0]
    trader = Trader(net_flow=-2000.0)
    reckon_with_announced(trader, Company(), levers, eased, surroundings)
    coming = trader.net_flow + trader.flow_to_come
    for _ in range(30):
        trader.net_flow += surroundings.flow_weight * (coming - trader.net_flow)
        reckon_with_announced(trader, Company(), eased, eased, surroundings)
        assert trader.net_flow + trader.flow_to_come == pytest.approx(coming)
    assert abs(trader.flow_to_come) < 40


def announcing(course, month, **levers):
    announced = course.announced.copy()
    for name, value in levers.items():
        announced[name][month:] = value
    return replace(course, name="announcing", announced=announced)


def test_histories_fork_at_the_announcement():
    course = make_course(months=30, posts=40, orders_usd=9e4, exports_usd=5e4)
    other = announcing(course, 6, quota_usd=0, sentence_months=0)
    assert course.first_difference(other) == other.first_difference(course) == 6
    mine, theirs = one_replicate([course, other], seed=1, number=0)
    assert mine.outcomes[:, :, :6].tobytes() == theirs.outcomes[:, :, :6].tobytes()
    assert mine.outcomes.tobytes() != theirs.outcomes.tobytes()
    alone = one_replicate([other], seed=1, number=0)[0]
    assert alone.outcomes.tobytes() == theirs.outcomes.tobytes()


def test_books_balance_with_something_announced():
    course = load("tight_control", ["cohort.posts=60", "cohort.companies=12"]).first_months(36)
    world = announcing(course.course(), 3, quota_usd=0, levy_usd=0, sentence_months=0)
    for month, (_, after, held) in enumerate(months_of(world, seed=1)):
        assert after.traders["flow_to_come"].any() == (month >= 3)
        assert sum(purses(after)) == pytest.approx(sum(held), abs=1e-4)
