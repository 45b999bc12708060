"""A trader's purse: income, living, quota, levies, arrears (A8)."""

from __future__ import annotations

from .books import (
    pay_arrears,
    pay_levy,
    pay_living,
    pay_quota_from_company,
    pay_quota_from_income,
    pay_quota_from_savings,
    pay_salary,
)
from .chance import Luck
from .reckoning import monthly_quota
from .row import rule
from .settings import Levers, Surroundings
from .world import Company, Outside, Planner, Today, Trader


@rule
def draw_salary_and_live(
    trader: Trader, planner: Planner, outside: Outside, surroundings: Surroundings
) -> None:
    """A small salary (evidence 2.3) and what living costs, as far as he has it."""
    pay_salary(planner, trader, surroundings.salary_usd)
    pay_living(trader, outside, min(surroundings.living_cost_usd, trader.savings))


@rule
def income_of(trader: Trader) -> float:
    """What the month brought in: salary, commission, margins, bonus, own-account profit."""
    from_deals = trader.margin_kept + trader.hidden_margin + trader.bonus_paid
    return trader.salary_paid + trader.commission_paid + from_deals + trader.own_account_profit


@rule
def levies_due(today: Today, levers: Levers) -> float:
    """Special levies of the month, the regular ones on their dates and any further one."""
    return levers.levy_usd * today.levies_due + levers.extra_levy_usd


@rule
def pay_quota(
    trader: Trader,
    company: Company,
    planner: Planner,
    levers: Levers,
    surroundings: Surroundings,
    luck: Luck,
) -> None:
    """Quota comes out of the month's income, then of the company if it helps, then of personal
    savings; what is left is arrears (A8)."""
    trader.quota_due = monthly_quota(trader, company, levers)
    due = trader.quota_due
    left = max(0.0, income_of(trader) - trader.living_paid)
    from_income = min(due, left, trader.savings)
    pay_quota_from_income(trader, planner, from_income)
    due -= from_income
    if luck.company < surroundings.company_cover_chance:
        from_company = min(due, trader.backing)
        pay_quota_from_company(company, planner, trader, from_company)
        due -= from_company
    from_savings = min(due, trader.savings)
    pay_quota_from_savings(trader, planner, from_savings)
    trader.quota_unpaid = due - from_savings
    owe(trader, trader.quota_unpaid)


@rule
def owe(trader: Trader, unpaid: float) -> None:
    """What could not be paid is remembered as arrears."""
    trader.arrears += unpaid


@rule
def pay_levies(trader: Trader, planner: Planner, today: Today, levers: Levers) -> None:
    """Special levies come on their dates and out of savings (evidence 2.2)."""
    due = levies_due(today, levers)
    paid = min(due, trader.savings)
    pay_levy(trader, planner, paid)
    owe(trader, due - paid)


@rule
def settle_arrears(trader: Trader, planner: Planner) -> None:
    """Old debts to the state are paid as soon as there is money."""
    amount = min(trader.arrears, trader.savings)
    trader.arrears -= amount
    pay_arrears(trader, planner, amount)


@rule
def take_stock(trader: Trader, today: Today, levers: Levers, surroundings: Surroundings) -> None:
    """Notes the month savings were spent and quota first missed, and feels his cash flow: what
    the month brought less what it asked for, paid or not."""
    if trader.quota_unpaid > 0.0 and trader.missed == 0:
        trader.missed = today.month + 1
    if trader.savings <= 0.0 and trader.spent == 0:
        trader.spent = today.month + 1
    asked = trader.quota_due - trader.quota_from_company + levies_due(today, levers)
    flow = income_of(trader) - surroundings.living_cost_usd - asked
    trader.net_flow += surroundings.flow_weight * (flow - trader.net_flow)
