"""Each outcome against a hand-made history with values worked out by hand; rows of postings."""

import math
from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pytest

from sim import postings, run
from sim.ensemble import one_replicate
from sim.history import ACTORS, KEPT, History
from sim.mesa_model import TraderModel
from sim.model.row import FEW_ROWS
from sim.model.settings import GOODS
from sim.model.world import (
    BANISHED,
    CALLED_HOME,
    CALLED_TO_REVIEW,
    CAME_HOME,
    CAUGHT,
    CLEARED,
    DEFECT,
    DEFECTED,
    GO_HOME,
    OVERSTAY,
    OVERSTAYING,
    POSTED,
    PUNISHED,
    REEDUCATED,
    STAY,
    VACANT,
    WORSE,
)
from sim.outcomes import OUTCOMES, end_value, measure, ratio, weighted
from sim.scenario import load
from tests.worlds import EVERYTHING, as_words

NAN = math.nan


def history(
    months=1, posts=4, companies=2, first=0, board=None, planner=None, goods=None, capital=None,
    **fields,
):  # fmt: skip
    """A history in which nothing happened but what is named: a row a month, a column a post."""
    counts = {"traders": posts, "companies": companies, "goods": 2 * len(GOODS)}
    world = SimpleNamespace(**{actor: [0] * counts.get(actor, 1) for actor in ACTORS})
    made = History(first, months, world)
    for table in (*made.tables.values(), made.codes):
        table.fill(0)
    for name, values in fields.items():
        made[name][:] = values
    for actor, about in (("board", board), ("planner", planner)):
        for name, values in (about or {}).items():
            made.of(actor, name)[:, 0] = values
    if goods is not None:
        made.of("goods", "delivered")[:] = goods
    if capital is not None:
        made.of("companies", "capital")[:] = capital
    return made


def monthly(name, **about):
    """The outcome of each month."""
    return ratio(*OUTCOMES[name].measure(history(**about))).tolist()


ABROAD = [POSTED, POSTED, OVERSTAYING, VACANT]
AT_WORK = [1, 1, 1, 0]  # the third began to overstay this month
SPREAD = [1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60]  # six goods in China, the same in Russia

CASES = {
    # savings 100 and 300 in post; the 9000 of an overstayer do not count
    "savings_median": ({"savings": [100, 300, 9000, 0]}, 200.0),
    "savings_p10": ({"savings": [100, 300, 9000, 0]}, 120.0),
    "savings_p90": ({"savings": [100, 300, 9000, 0]}, 280.0),
    "savings_mean": ({"savings": [100, 500, 9000, 0]}, 300.0),
    "spent_share": ({"savings": [0, 500, 0, 0]}, 1 / 2),
    "quota_from_savings_share": (
        {
            "quota_from_savings": [30, 0, 0, 0],
            "quota_from_income": [50, 20, 0, 0],
            "quota_from_company": [0, 20, 0, 0],
        },
        30 / 120,
    ),
    "quota_from_income_share": (
        {
            "quota_from_savings": [30, 0, 0, 0],
            "quota_from_income": [50, 20, 0, 0],
            "quota_from_company": [0, 20, 0, 0],
        },
        70 / 120,
    ),
    "quota_from_company_share": (
        {
            "quota_from_savings": [30, 0, 0, 0],
            "quota_from_income": [50, 20, 0, 0],
            "quota_from_company": [0, 20, 0, 0],
        },
        20 / 120,
    ),
    "quota_fulfilment": (
        {
            "quota_due": [200, 100, 100, 0],
            "quota_from_savings": [30, 0, 50, 0],
            "quota_from_income": [70, 100, 0, 0],
            "quota_from_company": [0, 0, 50, 0],
        },
        300 / 400,
    ),
    "arrears_mean": ({"arrears": [10, 50, 900, 0]}, 30.0),
    "company_capital": ({"capital": [100, 400]}, 250.0),
    "retained_margin_share": ({"margin_kept": [5, 10, 0, 0], "delivered": [100, 200, 0, 0]}, 0.05),
    "income_mean": (
        {
            "salary_paid": [500, 500, 500, 0],
            "commission_paid": [10, 20, 30, 0],
            "margin_kept": [0, 240, 0, 0],
            "bonus_paid": [30, 0, 0, 0],
            "hidden_margin": [0, 0, 45, 0],
            "own_account_profit": [15, 0, 0, 0],
        },
        1890 / 3,
    ),
    "meetings_per_order": ({"contacts": [4, 2, 0, 0], "order_count": [2, 1, 1, 0]}, 1.5),
    # 30 of what was delivered was lost on the way
    "completion": (
        {
            "delivered": [80, 100, 0, 0],
            "seized": [30, 0, 0, 0],
            "orders": [100, 100, 100, 0],
        },
        0.5,
    ),
    "rejected_share": ({"rejected_orders": [60, 0, 0, 0], "orders": [100, 100, 100, 0]}, 0.2),
    "directed_share": ({"directed_orders": [60, 0, 90, 0], "orders": [100, 100, 100, 0]}, 0.5),
    "nominal_price": ({"paid": [80, 90, 0, 0], "delivered": [100, 100, 0, 0]}, 0.85),
    "quality": ({"quality_value": [-50, 30, 0, 0], "delivered": [100, 100, 0, 0]}, -0.1),
    "quality_adjusted_price": (
        {"adjusted_value": [110, 90, 0, 0], "delivered": [100, 100, 0, 0]},
        1.0,
    ),
    "defective_share": ({"defective": [20, 30, 0, 0], "delivered": [100, 150, 0, 0]}, 0.2),
    # three called, one of them overstays instead of coming; the fourth comes unasked
    "repatriation_rate": (
        {
            "called": [CALLED_TO_REVIEW, CALLED_HOME, CALLED_HOME, 0],
            "reviewed": [1, 1, 0, 1],
        },
        2 / 3,
    ),
    "return_rate": (
        {
            "called": [CALLED_TO_REVIEW, CALLED_HOME, CALLED_HOME, CALLED_HOME],
            "choice": [GO_HOME, GO_HOME, OVERSTAY, DEFECT],
        },
        1 / 3,
    ),
    # only the first goes unasked; the second is called, the fourth was an overstayer
    "voluntary_returns": (
        {"called": [0, CALLED_HOME, 0, 0], "choice": [GO_HOME, GO_HOME, STAY, GO_HOME]},
        12 / 3,
    ),
    "overstay_share": ({}, 1 / 3),
    "new_overstay_rate": ({"choice": [STAY, 0, OVERSTAY, OVERSTAY]}, 12 / 3),
    "defection_rate": ({"left": [0, 0, 0, DEFECTED]}, 12 / 4),
    "punished_share": ({"board": {"called": 4, "punished": 3}}, 0.75),
    "caught_rate": ({"left": [0, 0, 0, CAUGHT]}, 12 / 2),
    "belief_punished": ({"belief": [0.2, 0.4, 0.9, 0.9]}, 0.3),
    "experience_mean": ({"experience": [0.2, 0.6, 0.9, 0.9]}, 0.4),
    "vacancy_share": ({}, 2 / 4),
    "remittance_usd": (
        {
            "quota_from_income": [100, 0, 0, 0],
            "quota_from_company": [0, 40, 0, 0],
            "quota_from_savings": [0, 60, 0, 0],
            "levy_paid": [0, 0, 100, 0],
            "arrears_paid": [0, 100, 0, 0],
        },
        400 / 4,
    ),
    "procurement_saving_usd": (
        {"delivered": [100, 100, 0, 0], "paid": [80, 60, 0, 0]},
        60 / 4,
    ),
    "adjusted_saving_usd": (
        {"delivered": [100, 100, 0, 0], "adjusted_value": [80, 160, 0, 0]},
        -40 / 4,
    ),
    "delivered_usd": ({"delivered": [100, 300, 0, 0]}, 400 / 4),
    "hidden_margin_share": ({"hidden_margin": [5, 4, 0, 0], "delivered": [100, 200, 0, 0]}, 0.03),
    "found_out_rate": ({"detected": [1, 0, 1, 0]}, 12 * 2 / 3),
    # 60 waited a month and a half, the rest not at all
    "closing_months": ({"closing": [90, 0, 0, 0], "own_delivered": [80, 40, 0, 0]}, 0.75),
    "waiting_orders": (
        {"backlog": [30, 10, 0, 0], "waiting": [20, 0, 0, 0], "orders": [100, 100, 0, 0]},
        0.3,
    ),
    "seized_share": ({"seized": [50, 0, 0, 0], "delivered": [50, 150, 0, 0]}, 0.25),
    "own_account_usd": ({"own_account": [60, 0, 20, 0]}, 80 / 4),
    "bribes_usd": ({"bribe_paid": [0, 40, 8, 0]}, 48 / 4),
    "repairs_usd": ({"planner": {"repair_cost": 60}}, 15.0),
    # the cleared is none of the punished
    "banished_share": ({"verdict": [CLEARED, REEDUCATED, WORSE, BANISHED]}, 2 / 3),
    "control_cost_usd": ({"planner": {"control_cost": 200}}, 50.0),
    "surveillance_in_force": ({"planner": {"surveillance": 0.3}}, 0.3),
    "authority_in_force": ({"planner": {"authority_share": 0.7}}, 0.7),
    # 100 and 300: half the mean difference over the mean, 200 / 2 / 200 / 2
    "savings_gini": ({"savings": [300, 100, 9000, 0]}, 0.25),
    # own: 200 at 180, quality .5; directed: 300 at 210, quality -1
    "break_even_quality_value": (
        {
            "own_delivered": [200, 0, 0, 0],
            "own_paid": [180, 0, 0, 0],
            "own_quality_value": [100, 0, 0, 0],
            "delivered": [300, 200, 0, 0],
            "paid": [250, 140, 0, 0],
            "quality_value": [0, -200, 0, 0],
        },
        (math.log(180 / 200) - math.log(210 / 300)) / 1.5,
    ),
    "imports_china_usd": ({"goods": SPREAD}, 21 / 4),
    "imports_russia_usd": ({"goods": SPREAD}, 210 / 4),
    "imports_recorded_usd": ({"goods": SPREAD}, 33 / 4),
    "imports_unrecorded_usd": ({"goods": SPREAD}, 198 / 4),
    "imports_consumer_goods_usd": ({"goods": SPREAD}, 11 / 4),
    "imports_fuel_and_grain_usd": ({"goods": SPREAD}, 22 / 4),
    "imports_electronics_usd": ({"goods": SPREAD}, 33 / 4),
    "imports_computers_usd": ({"goods": SPREAD}, 44 / 4),
    "imports_industrial_components_usd": ({"goods": SPREAD}, 55 / 4),
    "imports_vehicles_usd": ({"goods": SPREAD}, 66 / 4),
}


def test_every_outcome_has_a_case_by_hand():
    assert set(CASES) == set(OUTCOMES)


@pytest.mark.parametrize("name", CASES)
def test_an_outcome_is_what_it_says(name):
    about, expected = CASES[name]
    assert monthly(name, status=ABROAD, at_work=AT_WORK, **about) == [pytest.approx(expected)]


ALWAYS = {
    "company_capital", "vacancy_share", "remittance_usd", "procurement_saving_usd",
    "adjusted_saving_usd", "delivered_usd", "own_account_usd", "bribes_usd", "control_cost_usd",
    "repairs_usd",
    "surveillance_in_force", "authority_in_force",
    *(name for name in OUTCOMES if name.startswith("imports_")),
}  # fmt: skip


@pytest.mark.parametrize("name", OUTCOMES)
def test_where_nothing_can_be_measured_there_is_no_number(name):
    (value,) = monthly(name, status=VACANT, savings=70.0)
    expected = 1.0 if name == "vacancy_share" else 0.0
    assert value == expected if name in ALWAYS else math.isnan(value)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_gini_is_none_where_all_are_equal_and_all_but_one_part_where_one_has_everything(count):
    posts = {"posts": 6, "status": [POSTED] * count + [OVERSTAYING] * (6 - count)}
    assert monthly("savings_gini", savings=700, **posts) == [pytest.approx(0.0, abs=1e-15)]
    (value,) = monthly("savings_gini", savings=[900, 0, 0, 0, 0, 9], **posts)
    assert value == pytest.approx(1 - 1 / count)


@pytest.mark.parametrize("lacking", ["own_delivered", "directed"])
def test_without_own_or_without_directed_deliveries_nothing_breaks_even(lacking):
    own = 0 if lacking == "own_delivered" else 100
    about = {"own_delivered": own, "own_paid": own * 0.9, "own_quality_value": own}
    about |= {"delivered": 100, "paid": 80 if not own else 90, "quality_value": 50}
    (value,) = monthly("break_even_quality_value", status=POSTED, **about)
    assert math.isnan(value)


@pytest.mark.parametrize("name, how", [("caught_rate", CAUGHT), ("defection_rate", DEFECTED)])
def test_who_left_this_month_was_there_to_leave(name, how):
    assert monthly(name, posts=1, status=VACANT, left=how) == [12.0]


@pytest.mark.parametrize("posts", [1, 2, 3, 7, 10])
@pytest.mark.parametrize("name, share", [("p10", 10), ("median", 50), ("p90", 90)])
def test_quantiles_are_numpy_s_over_those_in_post(posts, name, share):
    savings = np.random.default_rng(posts).lognormal(9, 1, (3, posts))
    status = np.array([[POSTED] * posts, [POSTED, VACANT] * 5, [OVERSTAYING, POSTED] * 5], object)
    status = np.array([list(row)[:posts] for row in status])
    for value, row, state in zip(
        monthly(f"savings_{name}", months=3, posts=posts, savings=savings, status=status),
        savings,
        status,
        strict=True,
    ):
        in_post = row[state == POSTED]
        expected = np.percentile(in_post, share) if in_post.size else NAN
        assert value == pytest.approx(expected, nan_ok=True)


def test_labels_units_and_meanings_are_there_and_differ():
    assert all(
        each.label and each.unit and each.meaning.endswith(".") for each in OUTCOMES.values()
    )
    shown = {(each.label, each.unit) for each in OUTCOMES.values()}
    assert len(shown) == len(OUTCOMES)


# ------------------------------------------------------------------------------- end or period


def ends(lived, first=0):
    """Every outcome's value over the months from ``first`` on, by name."""
    tables = weighted(measure(lived))[:, :, first:]
    return {
        name: float(end_value(*table, OUTCOMES[name].at_end))
        for name, table in zip(OUTCOMES, tables, strict=True)
    }


def test_a_rate_of_a_period_weighs_its_months_by_what_there_was_to_measure():
    lived = history(
        months=3, posts=1, status=POSTED,
        delivered=[[90], [100], [10]], orders=[[100], [100], [1000]],
    )  # fmt: skip
    assert ends(lived)["completion"] == pytest.approx(200 / 1200)  # not the mean of .9, 1, .01
    assert ends(lived, 2)["completion"] == pytest.approx(0.01)


def test_a_stock_is_taken_at_the_end_and_a_flow_over_the_period():
    lived = history(
        months=3, posts=2, status=POSTED,
        savings=[[0, 0], [10, 10], [4, 8]], levy_paid=[[8, 0], [0, 0], [0, 4]],
    )  # fmt: skip
    values = ends(lived)
    assert values["savings_median"] == 6
    assert values["spent_share"] == 0
    assert values["remittance_usd"] == pytest.approx(12 / 6)


def test_a_stock_that_nobody_holds_at_the_end_has_no_value():
    lived = history(months=2, posts=1, status=[[POSTED], [VACANT]], savings=[[5], [0]])
    values = ends(lived)
    assert math.isnan(values["savings_median"])
    assert math.isnan(values["completion"])


def test_months_in_which_nothing_was_measured_drop_out():
    about = {"called": [[0], [CALLED_HOME]], "reviewed": [[0], [1]]}
    lived = history(months=2, posts=1, status=POSTED, **about)
    assert ends(lived)["repatriation_rate"] == 1.0


def test_a_month_of_negative_weight_counts_against_the_others():
    """Traders' goods are the better ones in one month and, by as much as half, not in the next."""
    table = np.array([[[0.3, -0.05], [1.0, -0.5]]])
    value, weight = weighted(table)[0]
    assert value.tolist() == [0.3, 0.1] and weight.tolist() == [1.0, -0.5]
    assert end_value(value, weight, at_end=False) == pytest.approx(0.25 / 0.5)
    assert np.isnan(end_value(value, weight, at_end=True))


# -------------------------------------------------------------------------------------- postings


@dataclass
class Life:
    """The last page of a posting as history keeps it."""

    status: int
    began: int
    spent: int = 0
    missed: int = 0
    overstayed: int = 0
    left: int = 0


def lives(*months, first=0):
    """A history of hand-made lives: for each month, one Life a post."""
    fields = {
        name: [[getattr(life, name) for life in row] for row in months]
        for name in ("status", "began", "spent", "missed", "overstayed", "left")
    }
    return history(months=len(months), posts=len(months[0]), first=first, **fields)


def test_a_posting_s_row_says_when_and_how():
    made = lives(
        [Life(POSTED, -5), Life(VACANT, -2, spent=8, missed=7, left=PUNISHED), Life(POSTED, 3)],
        [
            Life(VACANT, -5, overstayed=11, left=CAME_HOME),
            Life(VACANT, -2),
            Life(OVERSTAYING, 3, spent=12),
        ],
        first=10,
    )
    never = postings.NEVER
    assert postings.ended(made).tolist() == [
        (1, -2, 7, 6, never, 10, PUNISHED),  # noted as month plus one
        (0, -5, never, never, 10, 11, CAME_HOME),
    ]
    assert postings.going_on(made).tolist() == [
        (2, 3, 11, never, never, never, postings.STILL_ABROAD)
    ]


@pytest.mark.parametrize("how", [CAME_HOME, PUNISHED, CAUGHT, DEFECTED])
def test_every_way_to_end_has_a_name(how):
    made = lives([Life(VACANT, 0, left=how)])
    assert postings.ended(made)["how"].tolist() == [how]
    assert postings.HOW[how] not in ("", postings.HOW[postings.STILL_ABROAD])


def test_two_occupants_of_one_post_are_two_rows():
    made = lives(
        [Life(VACANT, 0, left=DEFECTED)],
        [Life(POSTED, 2)],
        [Life(VACANT, 2, left=CAME_HOME)],
    )
    ended = postings.ended(made)
    assert ended["began"].tolist() == [0, 2]
    assert ended["ended"].tolist() == [0, 2]
    assert postings.going_on(made).size == 0


# ---------------------------------------------------------------------- carriers and block sizes


@pytest.fixture(scope="module")
def course():
    extra = ["cohort.posts=12", "cohort.companies=3", "levers.term_months=8"]
    return load("tight_control", [*extra, *as_words(EVERYTHING)]).first_months(30).course()


def test_both_carriers_measure_the_same(course):
    (rows,) = one_replicate([course], seed=3, number=2)
    model = TraderModel(course, seed=3, replicate=2)
    made = History(0, 30, model.fate.world)
    for step in range(30):
        world = model.world()
        model.step()
        made.keep(step, world)
    assert weighted(measure(made)).tobytes() == rows.outcomes.tobytes()
    plain = np.concatenate([postings.ended(made), postings.going_on(made)])
    assert plain.tolist() == rows.postings.tolist()
    assert len(rows.postings) > 12


@pytest.mark.parametrize("block", [1, 12, 40, 100, 359])
def test_outcomes_do_not_depend_on_the_size_of_a_block(course, block, monkeypatch):
    (whole,) = one_replicate([course], seed=1, number=0)
    monkeypatch.setattr(run, "BLOCK_ROWS", block)
    (cut,) = one_replicate([course], seed=1, number=0)
    assert cut.outcomes.tobytes() == whole.outcomes.tobytes()
    assert sorted(cut.postings.tolist()) == sorted(whole.postings.tolist())


def test_history_is_held_in_bounded_blocks(course, monkeypatch):
    monkeypatch.setattr(run, "BLOCK_ROWS", 100)
    lengths = [each.length for each in run.Replicate(course, 1, 0).histories(30)]
    assert lengths == [8, 8, 8, 6]  # 12 posts a month


def test_a_world_larger_than_a_block_is_held_month_by_month():
    big = load("tight_control", [f"cohort.posts={2 * run.BLOCK_ROWS}"]).first_months(2).course()
    blocks = run.Replicate(big, 1, 0).histories(2)
    held = [(each.first, each.length, each["savings"].shape) for each in blocks]
    assert held == [(0, 1, (1, 2 * run.BLOCK_ROWS)), (1, 1, (1, 2 * run.BLOCK_ROWS))]


def test_history_keeps_what_each_row_of_a_larger_world_holds():
    many = load("history", [f"cohort.posts={2 * FEW_ROWS + 3}"]).first_months(3).course()
    world = run.Replicate(many, 1, 0)
    made = History(0, 1, world.world)
    for _ in range(3):
        world.live(made)
        for name in KEPT["traders"]:
            assert made[name][0].tolist() == world.world.traders[name].tolist(), name


def test_a_large_world_s_outcomes_are_those_of_one_block(monkeypatch):
    large = load("history", [f"cohort.posts={run.BLOCK_ROWS + 1}"]).first_months(3).course()
    (by_month,) = one_replicate([large], seed=1, number=0)
    monkeypatch.setattr(run, "BLOCK_ROWS", 3 * (run.BLOCK_ROWS + 1))
    (at_once,) = one_replicate([large], seed=1, number=0)
    assert by_month.outcomes.tobytes() == at_once.outcomes.tobytes()
    assert sorted(by_month.postings.tolist()) == sorted(at_once.postings.tolist())


def test_a_fork_that_changes_nothing_goes_on_as_the_trunk_would(course):
    (alone,) = one_replicate([course], seed=1, number=4)
    levers = course.levers.copy()
    levers["quota_usd"][17:] += 500
    other = replace(course, name="other", levers=levers)
    first, second = one_replicate([course, other], seed=1, number=4)
    assert first.outcomes.tobytes() == alone.outcomes.tobytes()
    assert first.postings.tolist() == alone.postings.tolist()
    assert second.outcomes[:, :, :17].tobytes() == alone.outcomes[:, :, :17].tobytes()
    assert second.outcomes.tobytes() != alone.outcomes.tobytes()


@pytest.mark.parametrize(
    "change",
    [
        "cohort.posts=15",
        "cohort.savings_usd=1000",
        "surroundings.unrecorded_ratio=3",
        "levers.quota_usd=6000",
        "surroundings.belief_punished=5",
    ],
)
def test_beside_another_a_course_lives_as_it_does_alone(course, change):
    extra = ["cohort.posts=12", "cohort.companies=3", "levers.term_months=8"]
    extra += [*as_words(EVERYTHING), change]
    other = replace(load("tight_control", extra).first_months(30).course(), name="other")
    (alone,) = one_replicate([other], seed=1, number=0)
    _, beside = one_replicate([course, other], seed=1, number=0)
    assert beside.outcomes.tobytes() == alone.outcomes.tobytes()
    assert beside.postings.tolist() == alone.postings.tolist()


def test_only_declared_fields_are_kept():
    assert {"savings", "status", "left", "began"} <= set(KEPT["traders"])
    with pytest.raises(ValueError, match="hair"):
        history(posts=1, hair=1)
