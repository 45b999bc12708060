"""The worked example of an extension: an insurance pool among a company's traders."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import sim
from examples.insurance_pool import month as pool_month
from examples.insurance_pool import rules
from examples.insurance_pool.drawer import read_drawer
from examples.insurance_pool.extension import POOL, Member, pool_outcomes
from examples.insurance_pool.nouns import PoolCompany, PoolSurroundings, PoolTrader
from sim.ensemble import Watching
from sim.extension import Extension
from sim.layouts import widened
from sim.model import month as model_month
from sim.model.row import row_type, rows, rule, state
from sim.model.settings import setting
from sim.model.world import ACTORS, VACANT, Planner, Trader
from sim.run import Replicate, RuleFault

ROOT = Path(__file__).parents[1]
HARD = ["cohort.posts=40", "cohort.companies=8", "levers.quota_usd=4500"]
INSURED = {"premium_share": 0.2, "feared_months": 60}
MONTHS = 48


@pytest.fixture(scope="module")
def hard():
    """A world in which many fall short of their quota."""
    return sim.load("tight_control", HARD).first_months(MONTHS)


def lived(world):
    """The actors after each month, and who they were before it."""
    before = {name: getattr(world.world, name).copy() for name in ACTORS}
    for _ in range(MONTHS):
        world.live()
        after = {name: getattr(world.world, name).copy() for name in ACTORS}
        yield before, after
        before = after


def test_the_month_is_the_model_s_month_with_four_lines_more():
    """A copy must not go stale: without its own lines it is the model's, word for word."""
    mine = inspect.getsource(pool_month.month).splitlines()
    own = [line for line in mine if line.endswith("# pool")]
    assert len(own) == 4
    without = ast.parse("\n".join(line for line in mine if line not in own)).body[0].body[1:]
    theirs = ast.parse(inspect.getsource(model_month.month)).body[0].body[1:]
    assert [ast.unparse(each) for each in without] == [ast.unparse(each) for each in theirs]


def test_a_pool_without_premium_changes_nothing(hard):
    own, model = POOL.replicate(POOL.course(hard), seed=3), Replicate(hard.course(), 3, 0)
    for _ in range(MONTHS):
        own.live()
        model.live()
    for name in ACTORS:
        wide, table = getattr(own.world, name), getattr(model.world, name)
        for column in table.dtype.names:
            assert wide[column].tobytes() == table[column].tobytes(), (name, column)
        for column in (wide.dtype.names or ())[len(table.dtype.names) :]:
            assert not wide[column].any(), column


def test_both_carriers_are_equal_to_the_last_bit(hard):
    course = POOL.course(hard, INSURED)
    model, compiled = POOL.model(course, seed=2), POOL.replicate(course, seed=2)
    helped = 0
    for month in course.months:
        model.step()
        compiled.live()
        again = model.as_replicate()
        for name in ACTORS:
            assert (
                getattr(again.world, name).tobytes() == getattr(compiled.world, name).tobytes()
            ), (month, name)
        helped += (compiled.world.traders["pool_received"] > 0).sum()
    assert helped > 10, "else equality proves little"


def test_the_books_balance_with_the_pool_in_them(hard):
    world = POOL.replicate(POOL.course(hard, INSURED), seed=4)
    paid = received = 0.0
    for before, after in lived(world):
        traders, companies = after["traders"], after["companies"]
        flow = np.bincount(
            traders["company"], traders["pool_paid"] - traders["pool_received"], len(companies)
        )
        change = companies["pool"] - before["companies"]["pool"]
        assert np.allclose(change, flow, rtol=0, atol=1e-6)
        assert (companies["pool"] >= 0).all()
        assert (traders["savings"] >= 0).all()
        assert purses(after) == pytest.approx(purses(before), abs=1e-9 * moving(after))
        paid += traders["pool_paid"].sum()
        received += traders["pool_received"].sum()
    assert paid > received > 0
    assert paid - received == pytest.approx(world.world.companies["pool"].sum())


def purses(actors):
    """All the money there is."""
    own = actors["traders"]["savings"].sum() + actors["companies"]["capital"].sum()
    own += actors["planner"]["treasury"].sum() + actors["outside"]["balance"].sum()
    return own + actors["companies"]["pool"].sum()


def moving(actors):
    """How much money there is to err about."""
    return abs(actors["planner"]["treasury"]).sum() + abs(actors["outside"]["balance"]).sum()


def test_only_members_are_helped_and_only_as_far_as_they_fall_short(hard):
    members = 0
    for before, after in lived(POOL.replicate(POOL.course(hard, INSURED), seed=5)):
        then, now = before["traders"], after["traders"]
        member = then["pool_member"] == then["occupant"] + 1
        assert not now["pool_received"][~member].any()
        assert (now["pool_received"] <= now["quota_due"] + 1e-9).all()
        fresh = now["occupant"] > then["occupant"]
        assert not (now["pool_member"] == now["occupant"] + 1)[fresh].any()
        members += member.sum()
    assert members > 100


def by_hand(**memories):
    trader, company = PoolTrader(**memories), PoolCompany(pool=500.0)
    return trader, company, Planner()


@pytest.mark.parametrize(
    ("member", "unpaid", "help"), [(1, 300.0, 300.0), (1, 800.0, 500.0), (0, 300.0, 0.0)]
)
def test_help_by_hand(member, unpaid, help):
    trader, company, planner = by_hand(pool_member=member, quota_unpaid=unpaid, arrears=unpaid)
    rules.be_helped(trader, company, planner)
    assert (trader.pool_received, planner.treasury, company.pool) == (help, help, 500.0 - help)
    assert (trader.arrears, trader.quota_unpaid, trader.savings) == (unpaid - help,) * 2 + (0.0,)


@pytest.mark.parametrize(
    ("memories", "premium"),
    [
        ({"savings": 5000.0, "net_flow": -1000.0}, 200.0),
        ({"savings": 50_000.0, "net_flow": -1000.0}, 0.0),  # lasts long enough
        ({"savings": 5000.0, "net_flow": 10.0}, 0.0),  # loses nothing
        ({"savings": 150.0, "net_flow": -1000.0}, 0.0),  # cannot
        ({"savings": 5000.0, "net_flow": -1000.0, "arrears": 1.0}, 0.0),  # owes
    ],
)
def test_who_pays_in_by_hand(memories, premium):
    trader, company, _ = by_hand(quota_due=2000.0, occupant=3, **memories)
    rules.insure(trader, company, PoolSurroundings(premium_share=0.1))
    assert (trader.pool_paid, company.pool) == (premium, 500.0 + premium)
    assert trader.pool_member == (4 if premium else 0)


def test_a_study_tells_what_the_pool_does(hard):
    pooled, idle = hard.with_(name="pooled"), hard.with_(name="idle")
    asked = [(hard, {}), (pooled, INSURED), (idle, {"feared_months": 1})]
    result = POOL.study(asked, 3, seed=9, analysers=[pool_outcomes])
    told = sim.effects(result).set_index(["other", "outcome"])["difference"]
    assert told["pooled", "quota_from_pool_share"] > 0
    assert told["pooled", "pool_members"] > 0
    assert told["pooled", "quota_fulfilment"] != 0
    assert (told["idle"].dropna() == 0).all()
    assert (
        result.ends(hard.name, "quota_fulfilment").tolist()
        == sim.study([hard], 3, seed=9).ends(hard.name, "quota_fulfilment").tolist()
    )
    one = POOL.study(asked, 3, seed=9, analysers=[pool_outcomes], jobs=1)
    assert one.monthly.equals(result.monthly)


def test_a_subclass_of_trader_takes_part(hard):
    course = POOL.course(hard, INSURED)
    model, compiled = POOL.model(course, seed=2, trader=Member), POOL.replicate(course, seed=2)
    balance = np.zeros(len(model.traders))
    for _ in range(30):
        model.step()
        model.agents_by_type[Member].do("reckon")
        compiled.live()
        balance += compiled.world.traders["pool_received"] - compiled.world.traders["pool_paid"]
    assert [each.balance for each in model.traders] == balance.tolist()
    assert balance.any()


def test_the_drawer_of_its_own(tmp_path, hard):
    file = tmp_path / "pool.yaml"
    file.write_text("from: 2024-03\npremium_share: {value: 20, unit: percent}\n", encoding="utf-8")
    values = read_drawer(file, POOL, hard.months)
    assert values["premium_share"].tolist() == [0.0] * 14 + [0.2] * (MONTHS - 14)
    course = POOL.course(hard, values)
    assert course.surroundings["premium_share"].tolist() == values["premium_share"].tolist()
    assert set(course.surroundings["feared_months"]) == {24}


def test_the_drawer_s_mistakes_are_told_all_at_once(tmp_path, hard):
    file = tmp_path / "pool.yaml"
    text = "from: 1999-01\npremium_share: 2\nfeared_mnths: 3\n"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(sim.ScenarioError) as refused:
        read_drawer(file, POOL, hard.months)
    told = str(refused.value).splitlines()
    assert len(told) == 3
    assert "pool.yaml:1:7: from: expected a month of the run, 2023-01 to 2026-12" in told[0]
    assert "pool.yaml:2:16: premium_share: 2 is out of bounds" in told[1]
    assert "did you mean 'feared_months'?" in told[2]


def test_the_command_refuses_in_a_sentence(tmp_path):
    (tmp_path / "bad.yaml").write_text("premium: 1\n", encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-m", "examples.insurance_pool", "history", str(tmp_path / "bad.yaml")],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert told.returncode == 2
    assert told.stdout == ""
    assert "there is no such setting" in told.stderr
    assert "Traceback" not in told.stderr


@rule
def stumble(trader):
    """Divides by nothing as soon as a post is vacant."""
    trader.pool_paid = 1.0 / int(trader.status != VACANT)


def test_a_rule_that_fails_in_an_extension_is_named(hard):
    names = vars(pool_month) | {"turn_pool_page": stumble}
    exec(inspect.getsource(pool_month.month), names)
    failing = Extension(names["month"], POOL.memories, POOL.settings)
    course = failing.course(hard, INSURED)
    with pytest.raises(RuleFault, match="rule stumble failed for post"):
        failing._live([course], 1, 0, Watching())


class Longer:
    """No trader at all."""


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"memories": {"traders": Longer}}, "traders: Longer must inherit"),
        ({"memories": {"gods": PoolTrader}}, "gods: PoolTrader must inherit"),
        ({"settings": {"cohort": PoolSurroundings}}, "one of levers, surroundings"),
    ],
)
def test_what_extends_nothing_is_refused(parts, words):
    with pytest.raises(ValueError, match=words):
        Extension(pool_month.month, **parts)


def test_a_memory_starts_at_zero():
    from dataclasses import make_dataclass

    eager = make_dataclass("Eager", [("zeal", "float", state("zeal", "share", 1))], bases=(Trader,))
    with pytest.raises(ValueError, match="zeal must start at 0"):
        Extension(pool_month.month, memories={"traders": eager})


def test_values_out_of_bounds_and_unknown_names_are_refused(hard):
    with pytest.raises(ValueError, match="premium_share must be a number, or one for each month"):
        POOL.course(hard, {"premium_share": "much"})
    with pytest.raises(ValueError, match="premium_share must be from 0 to 1"):
        POOL.course(hard, {"premium_share": 1.5})
    with pytest.raises(ValueError, match="'premium' is no setting of it"):
        POOL.course(hard, {"premium": 0.1})


def test_a_lever_of_one_s_own_is_known_and_announced(hard):
    from dataclasses import make_dataclass

    from sim.model.settings import Levers

    fields = [("zeal_share", "float", setting(0.25, "zeal", "share", 0, 1))]
    own = make_dataclass("Zealous", fields, bases=(Levers,))
    course = Extension(model_month.month, settings={"levers": own}).course(hard)
    assert set(course.levers["zeal_share"]) == set(course.announced["zeal_share"]) == {0.25}


def test_a_layout_must_begin_with_what_it_extends():
    with pytest.raises(ValueError, match="must begin with the"):
        widened(rows(Trader, 2), row_type(Planner))
