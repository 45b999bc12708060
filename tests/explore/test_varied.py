"""What varies: from shares of a range to values and back, and to the scenario of a point."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import load
from sim.explore.varied import Varied, applied, assumed, points_at, written
from sim.setting_values import SETTINGS

SHARES = st.floats(0, 1)
KINDS = [
    Varied("levers.surveillance", 0.1, 0.5),
    Varied("levers.surveillance", 0.1, 0.5, log=True),
    Varied("cohort.contacts", 4, 10, whole=True),
    Varied("levers.price_tolerance", 0, 0.2, values=(0.0, 0.05, 0.2)),
    Varied("begins", 24318, 24330, whole=True, date=True),
]


@pytest.mark.parametrize("varied", KINDS, ids=str)
@given(share=SHARES)
def test_every_share_is_a_value_of_the_range_and_leads_back(varied, share):
    value = varied.at(np.array([share]))
    assert varied.low - 1e-9 <= value[0] <= varied.high + 1e-9
    if varied.whole:
        assert value[0] == round(value[0])
    if varied.values:
        assert value[0] in varied.values
    assert varied.at(varied.shares_of(value)) == pytest.approx(value)


def test_values_of_a_list_and_whole_numbers_come_alike_often():
    shares = (np.arange(7000) + 0.5) / 7000
    for varied, count in ((KINDS[2], 7), (KINDS[3], 3)):
        found = np.unique(varied.at(shares), return_counts=True)[1]
        assert len(found) == count
        assert found.max() - found.min() <= 1


def test_points_are_written_as_people_write_them():
    table = points_at(KINDS[2:], np.array([[0.0, 0.99, 0.5]]))
    assert written(KINDS[2:], table).iloc[0].to_list() == [4, 0.2, "2027-01"]


def test_a_value_holds_from_its_month_or_from_a_date_that_varies():
    base = load("restored_autonomy")
    varied = [
        Varied("levers.surveillance@2027-01"),
        Varied("levers.authority_share@begins"),
        Varied("begins", date=True, whole=True),
        Varied("surroundings.salary_usd"),
    ]
    point = {
        "levers.surveillance@2027-01": 0.4,
        "levers.authority_share@begins": 0.6,
        "begins": 12 * 2028 + 2,
        "surroundings.salary_usd": 900.0,
    }
    other = applied(base, varied, point)
    at = other.months.index
    was, now = (each.path("levers", "surveillance") for each in (base, other))
    assert (now[: at("2027-01")] == was[: at("2027-01")]).all()
    assert (now[at("2027-01") :] == 0.4).all()
    authority = other.path("levers", "authority_share")
    assert authority[at("2028-02")] == 0.9
    assert (authority[at("2028-03") :] == 0.6).all()
    assert (other.path("surroundings", "salary_usd") == 900.0).all()
    same = base.with_(
        levers={"surveillance": {"2027-01": 0.4}, "authority_share": {"2028-03": 0.6}},
        surroundings={"salary_usd": 900},
    )
    assert other.content == same.content


@pytest.mark.parametrize("factor", [0.5, 1.0, 1.7])
def test_a_factor_multiplies_the_whole_path(factor):
    base = load("restored_autonomy")
    for name in ("seizure_chance", "demand_factor"):
        varied = Varied(f"surroundings.{name}", times=True)
        other = applied(base, [varied], {varied.name: factor})
        path = base.path("surroundings", name)
        assert other.path("surroundings", name) == pytest.approx(path * factor)
    recalls = Varied("levers.recall_chance", times=True)
    most = applied(base, [recalls], {recalls.name: 3.0}).path("levers", "recall_chance")
    assert most.max() == 1.0  # bounds hold


def test_assumed_settings_are_all_that_no_source_gives_and_nothing_that_is_compared():
    scenarios = [load("tight_control"), load("restored_autonomy")]
    found = assumed(scenarios)
    names = {each.name for each in found}
    assert len(found) > 60
    assert not names & {"levers.authority_share", "levers.surveillance", "cohort.posts"}
    assert "surroundings.choice_noise_usd" in names
    for each in found:
        drawer, _, name = each.name.partition(".")
        assert any(one.grounds(drawer, name)[1] == "assumed" for one in scenarios)
        entry = SETTINGS[drawer][name]
        if not each.times:
            assert entry.low <= each.low < each.high <= entry.high
    moving = {each.name for each in found if each.times}
    assert "surroundings.seizure_chance" in moving  # raised in the middle of the history
