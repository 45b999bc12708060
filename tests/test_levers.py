"""What each change does by itself: they add up, and two that do nothing together do nothing."""

import numpy as np
import pytest

from sim.compare import study
from sim.contrast import effects
from sim.levers import LeverError, changed, contributions, hybrid
from sim.outcomes import OUTCOMES
from sim.scenario import load

SMALL = ["cohort.posts=30", "cohort.companies=3"]


@pytest.fixture(scope="module")
def pair():
    return [load(name, SMALL).first_months(50) for name in ("tight_control", "restored_autonomy")]


@pytest.fixture(scope="module")
def table(pair):
    return contributions(*pair, 8, seed=4)


def test_the_settings_that_differ_are_the_changes(pair, table):
    names = ["surveillance", "price_tolerance", "online_lookup_share", "authority_share"]
    assert set(changed(*pair)) == {f"levers.{name}" for name in names}
    assert set(table["change"]) == set(changed(*pair)) and len(table) == 4 * len(OUTCOMES)


def test_contributions_add_up_to_the_effect_of_the_comparison(pair, table):
    compared = effects(study(pair, 8, seed=4)).set_index("outcome")
    for outcome, rows in table.groupby("outcome"):
        total = rows["contribution"].sum(min_count=4)
        whole = rows["whole"].iloc[0]
        if rows["replicates"].iloc[0] == 8:
            assert total == pytest.approx(whole, rel=1e-9, abs=1e-9)
            assert whole == pytest.approx(compared.loc[outcome, "difference"], rel=1e-9, abs=1e-12)
    sure = table.query("outcome == 'directed_share' and change == 'levers.authority_share'").iloc[0]
    assert sure["ci_high"] < 0, "freer orders are not directed"


def test_all_changes_together_are_the_other_scenario_and_none_the_base(pair):
    base, other = pair
    assert hybrid(base, other, frozenset(changed(base, other))).content == other.content
    assert hybrid(base, other, frozenset()).content == base.content
    one = hybrid(base, other, frozenset(["levers.authority_share"]))
    assert changed(base, one) == ["levers.authority_share"]


def test_a_single_change_is_the_whole(pair):
    base, _ = pair
    other = base.with_(levers={"levy_usd": {"2026-07": 0}}, name="no_levy")
    rows = contributions(base, other, 4).set_index("outcome")
    assert (rows["change"] == "levers.levy_usd").all()
    np.testing.assert_allclose(rows["contribution"], rows["whole"], rtol=1e-12, atol=1e-12)


def test_groups_make_one_change_of_several(pair, table):
    price = ["levers.price_tolerance", "levers.online_lookup_share"]
    rows = contributions(*pair, 8, seed=4, groups={"price control": price})
    assert set(rows["change"]) == {
        "price control", "levers.surveillance", "levers.authority_share",
    }  # fmt: skip
    mine, theirs = (each.groupby("outcome")["contribution"].sum() for each in (rows, table))
    np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-9)


def test_beyond_eight_changes_orders_are_drawn(pair):
    base, _ = pair
    levers = {
        "levy_usd": 0, "surveillance": 0.1, "authority_share": 0.5, "quota_usd": 1500,
        "margin_retention": 0.4, "review_chance": 0.02, "term_months": 30, "recall_chance": 0.1,
        "company_margin_share": 0.3,
    }  # fmt: skip
    other = base.with_(
        levers={name: {"2026-07": value} for name, value in levers.items()}, name="x"
    )
    assert len(changed(base, other)) == 9
    rows = contributions(base, other, 3, order_pairs=2)
    for _, mine in rows[rows["replicates"] == 3].groupby("outcome"):
        assert mine["contribution"].sum() == pytest.approx(
            mine["whole"].iloc[0], rel=1e-9, abs=1e-9
        )
    assert (rows["order_error"] > 0).any()


def test_scenarios_that_do_not_differ_have_no_changes(pair):
    assert contributions(pair[0], pair[0], 2).empty


def test_what_cannot_be_taken_apart_is_refused(pair, tmp_path):
    base, other = pair
    with pytest.raises(LeverError, match="levers.quota_usd does not differ"):
        contributions(base, other, 2, groups={"quota": ["levers.quota_usd"]})
    with pytest.raises(LeverError, match="in one group only"):
        contributions(base, other, 2, groups=dict.fromkeys("ab", ["levers.surveillance"]))
    with pytest.raises(LeverError, match="differ in their months or trade series"):
        contributions(base, other.first_months(49), 2)
