"""The audit: silent while the books balance; a leak of one cent is caught and named."""

import subprocess
import sys

import numpy as np
import pytest

from sim.audit import AUDITED, HOLDERS, Audit, Imbalance
from sim.compare import study
from sim.history import History
from sim.mesa_model import TraderModel
from sim.model import books, cash, leaving
from sim.model.books import FLOWS, OUTSIDE, PURSES, STATE, TRADER
from sim.model.month import month
from sim.model.row import rule
from sim.model.world import Company, Outside, Planner, Trader
from sim.run import MONTH, Replicate, compile_month
from sim.scenario import load, shipped
from tests.laws.test_cache import copy_of_the_house, replace_in
from tests.variants import without
from tests.worlds import EVERYTHING, as_words, make_course

SMALL = ("cohort.posts=60", "cohort.companies=6")


def audited(course, seed=1, number=0, rules=MONTH):
    """A replicate lived to its end under audit, and the audit."""
    replicate = Replicate(course, seed, number, rules)
    audit = Audit(replicate)
    for history in replicate.histories(len(course.months), kept=AUDITED):
        audit.check(history)
    return replicate, audit


def course_of(name, *words):
    return load(name, [*SMALL, *words]).course()


# ---------------------------------------------------------------------------- the chart of accounts


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.rule)
def test_every_flow_moves_money_as_it_is_declared(flow):
    """From the giver's purse into the receiver's and onto its note, and nowhere else."""
    actors = {
        "planner": Planner(), "company": Company(), "trader": Trader(), "outside": Outside(),
    }  # fmt: skip
    holder = {STATE: "planner", "company": "company", TRADER: "trader", OUTSIDE: "outside"}
    before = {name: dict(vars(actor)) for name, actor in actors.items()}
    move = getattr(books, flow.rule)
    names = move.__code__.co_varnames[: move.__code__.co_argcount - 1]
    move(*(actors[name] for name in names), 12.5)
    changed = {
        (name, field): after - before[name][field]
        for name, actor in actors.items()
        for field, after in vars(actor).items()
        if after != before[name][field]
    }
    assert changed == {
        (holder[flow.giver], PURSES[flow.giver]): -12.5,
        (holder[flow.receiver], PURSES[flow.receiver]): 12.5,
        (holder[flow.noted_by], flow.note): 12.5,
    }


def test_every_rule_that_moves_money_is_a_flow():
    """The only other function in the chart of accounts calls one."""
    moving = {
        name for name, each in vars(books).items()
        if getattr(each, "__module__", "") == books.__name__ and "amount" in getattr(
            getattr(each, "__code__", None), "co_varnames", ())
    }  # fmt: skip
    assert moving == {flow.rule for flow in FLOWS} | {"pay_directed_margin"}
    assert len({flow.name for flow in FLOWS}) == len({flow.note for flow in FLOWS}) == len(FLOWS)


# ----------------------------------------------------------------------------------- balanced books


@pytest.mark.parametrize("name", [*shipped(), "everything"])
def test_the_books_of_every_shipped_scenario_balance_every_month(name):
    words = as_words(EVERYTHING) if name == "everything" else ()
    course = course_of("restored_autonomy" if name == "everything" else name, *words)
    _, audit = audited(course)
    totals = np.concatenate(audit.totals, axis=1)
    assert totals.shape == (len(FLOWS), len(course.months))
    assert (np.abs(totals).max(axis=1) > 0).sum() > (20 if name == "everything" else 14)


def test_both_carriers_keep_the_same_books_to_the_last_bit():
    course = course_of("restored_autonomy", *as_words(EVERYTHING))
    _, audit_of_rows = audited(course, seed=3)
    model = TraderModel(course, 3)
    audit_of_agents = Audit(model.as_replicate())
    for at in range(24):
        model.step()
        history = History(at, 1, model.fate.world, AUDITED)
        history.keep(0, model)
        audit_of_agents.check(history)
    rows, agents = (
        np.concatenate(audit.totals, axis=1)[:, :24] for audit in (audit_of_rows, audit_of_agents)
    )
    assert np.array_equal(rows, agents)


def test_an_audit_changes_no_result_and_keeps_the_accounts():
    scenarios = [load(name, SMALL).first_months(50) for name in ("tight_control", "keep_margin")]
    plain, audited = study(scenarios, 3), study(scenarios, 3, audit=True)
    for name, table in plain.tables.items():
        assert table.tobytes() == audited.tables[name].tobytes()
    assert plain.accounts.empty
    accounts = audited.accounts.set_index(["scenario", "flow", "month"])["usd"]
    assert len(accounts) == 2 * len(FLOWS) * 50
    monthly = audited.monthly.groupby(["scenario", "month"])["remittance_usd"].mean()
    paid = sum(
        accounts.xs(flow, level="flow")
        for flow in ("quota from income", "quota from savings", "quota from the company",
                     "special levies", "arrears")
    )  # fmt: skip
    assert np.allclose(paid.to_numpy() / 60, monthly.loc[paid.index].to_numpy())


# -------------------------------------------------------------------------------------------- leaks


@rule
def pay_salary_short(planner, trader, amount):
    planner.treasury -= amount
    trader.savings += amount - 0.01
    trader.salary_paid += amount


@rule
def pay_levy_twice_noted(trader, planner, amount):
    trader.savings -= amount
    planner.treasury += amount
    trader.levy_paid += amount
    if amount > 0:
        trader.levy_paid += 0.01


@rule
def take_away_but_for_a_cent(trader, outside, amount):
    trader.savings -= amount
    outside.balance += amount - 0.01
    trader.taken_away += amount


@rule
def find_a_cent(company, levers, surroundings):
    company.capital += 0.01
    company.effort = 1.0


def leaking(part, rule_name, function, leak):
    """The month with one flow of one rule leaking."""
    return without(month, **{rule_name: without(getattr(part, rule_name), **{function: leak})})


def leaves_leaking():
    leave = without(leaving.leave, take_savings_away=take_away_but_for_a_cent)
    caught = without(leaving.may_be_caught, leave=leave)
    return without(month, may_be_caught=caught)


LEAKS = {
    "salary": (
        lambda: leaking(cash, "draw_salary_and_live", "pay_salary", pay_salary_short),
        "2023-01: the books do not balance: rule pay_salary_short moved +499.99 $ in the purse of "
        "post 0, where +500.00 $ was booked as salaries (from state to trader)",
    ),
    "levy": (
        lambda: leaking(cash, "pay_levies", "pay_levy", pay_levy_twice_noted),
        "2023-04: the books do not balance: rule pay_levy_twice_noted moved -2,000.00 $ in the "
        "purse of post 1, where -2,000.01 $ was booked as special levies (from trader to state)",
    ),
    "leaving": (
        leaves_leaking,
        "in the purse of everyone outside, where",
    ),
    "from nowhere": (
        lambda: without(month, set_effort=find_a_cent),
        "2023-01: the books do not balance: rule find_a_cent moved +0.01 $ in the purse of "
        "company 0, where +0.00 $ was booked as nothing at all",
    ),
}  # fmt: skip


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_of_one_cent_is_caught_in_its_month_and_named(leak):
    make, words = LEAKS[leak]
    with pytest.raises(Imbalance) as told:
        audited(course_of("tight_control"), number=7, rules=compile_month(make()))
    assert str(told.value).startswith("tight_control, replicate 7, 20")
    assert words in str(told.value)


def test_one_cent_of_one_leaver_is_caught_in_the_month_he_is_caught():
    """One payment among the hundreds of a month, into a purse that holds millions."""
    course = course_of("tight_control")
    replicate = Replicate(course, 1, 7)
    while not (replicate.world.traders["left"] == 3).any():
        replicate.live()
    first = course.months[replicate.month - 1]
    with pytest.raises(Imbalance, match=f"{first}: .*take_away_but_for_a_cent, for post"):
        audited(course, number=7, rules=compile_month(leaves_leaking()))


def test_a_leak_at_the_end_of_a_long_large_world_is_caught():
    """Rounding grows with what purses hold, but stays below a cent."""
    course = make_course(EVERYTHING, months=120, posts=500, orders_usd=96_000, exports_usd=40_000)
    replicate, audit = audited(course)
    history = History(119, 1, replicate.world, AUDITED)
    for flow in FLOWS:  # a month in which nothing is booked
        history.of(HOLDERS[flow.noted_by], flow.note)[:] = 0.0
    for kind, purse in PURSES.items():
        history.of(HOLDERS[kind], purse)[:] = audit.held[kind]
    audit.check(history)
    history.of("planner", "treasury")[:] += 0.01
    with pytest.raises(Imbalance, match="the purse of the state changed by .0.01 where .0.00"):
        audit.check(history)


def test_the_command_stops_at_the_first_imbalance_with_code_1_and_no_traceback(tmp_path):
    house = copy_of_the_house(tmp_path / "house")
    replace_in(
        house / "sim/model/books.py",
        "    company.capital -= amount\n    planner.treasury += amount\n",
        "    company.capital -= amount\n    planner.treasury += amount * 0.999999\n",
    )
    command = "run tight_control -n 2 --posts 60 --months 12 -q -o out --audit"
    ran = subprocess.run(
        [sys.executable, "-m", "sim", *command.split()], cwd=house, capture_output=True, text=True
    )
    assert ran.returncode == 1
    told = ran.stderr.strip()
    assert told.startswith("tight_control, replicate 0, 2023-01: the books do not balance: rule ")
    assert "pay_quota_from_company" in told and "quota from the company" in told
    assert "post " in told and "Traceback" not in told and "\n" not in told
    assert not (house / "out").exists()
