"""Who paid whom, what for: the chart of accounts.

Money only moves here, each time out of one purse and into another, so that all purses together
never change. What a trader gave or got for each purpose stands on his page of the month.
"""

from __future__ import annotations

from .row import rule
from .world import Company, Outside, Planner, Trader


@rule
def pay_sellers(planner: Planner, outside: Outside, trader: Trader, amount: float) -> None:
    """The state pays sellers for what a trader had delivered."""
    planner.treasury -= amount
    outside.balance += amount
    trader.paid_sellers += amount


@rule
def pay_repairs(planner: Planner, outside: Outside, amount: float) -> None:
    """The state has defective goods put right."""
    planner.treasury -= amount
    outside.balance += amount
    planner.repair_cost += amount


@rule
def pay_margin(planner: Planner, trader: Trader, amount: float) -> None:
    """The state leaves a trader his part of the margin."""
    planner.treasury -= amount
    trader.savings += amount
    trader.margin_kept += amount


@rule
def pay_directed_margin(planner: Planner, trader: Trader, amount: float) -> None:
    """The state leaves a trader part of what the fixed price saved."""
    trader.directed_margin += amount
    pay_margin(planner, trader, amount)


@rule
def pay_bonus(planner: Planner, trader: Trader, amount: float) -> None:
    """The state pays a bonus for saving."""
    planner.treasury -= amount
    trader.savings += amount
    trader.bonus_paid += amount


@rule
def pay_hidden_margin(planner: Planner, trader: Trader, amount: float) -> None:
    """The state pays, unknowing, what a trader hid in the price."""
    planner.treasury -= amount
    trader.savings += amount
    trader.hidden_margin += amount


@rule
def pay_monitor(planner: Planner, outside: Outside, trader: Trader, amount: float) -> None:
    """The state pays what a late official keeps of what was saved."""
    planner.treasury -= amount
    outside.balance += amount
    trader.monitor_taken += amount


@rule
def pay_watchers(planner: Planner, outside: Outside, amount: float) -> None:
    """The state pays those who watch."""
    planner.treasury -= amount
    outside.balance += amount
    planner.control_cost += amount


@rule
def pay_fine(trader: Trader, planner: Planner, amount: float) -> None:
    """A trader gives back what he hid and pays a fine on top."""
    trader.savings -= amount
    planner.treasury += amount
    trader.fine_paid += amount


@rule
def pay_bribe(trader: Trader, outside: Outside, amount: float) -> None:
    """A trader under review pays those who review him, for themselves."""
    trader.savings -= amount
    outside.balance += amount
    trader.bribe_paid += amount


@rule
def settle_own_account(outside: Outside, company: Company, amount: float) -> None:
    """Own-account trade brings a company a profit from outside, or a loss."""
    outside.balance -= amount
    company.capital += amount


@rule
def share_own_account(company: Company, trader: Trader, amount: float) -> None:
    """A company gives a trader his part of a profit on own account."""
    company.capital -= amount
    trader.savings += amount
    trader.own_account_profit += amount


@rule
def pay_company_margin(planner: Planner, company: Company, trader: Trader, amount: float) -> None:
    """The state leaves a company its part of the margin its trader made."""
    planner.treasury -= amount
    company.capital += amount
    trader.company_margin += amount


@rule
def pay_commission(outside: Outside, trader: Trader, amount: float) -> None:
    """Buyers abroad pay a commission on exports."""
    outside.balance -= amount
    trader.savings += amount
    trader.commission_paid += amount


@rule
def pay_salary(planner: Planner, trader: Trader, amount: float) -> None:
    """The state pays a salary."""
    planner.treasury -= amount
    trader.savings += amount
    trader.salary_paid += amount


@rule
def pay_living(trader: Trader, outside: Outside, amount: float) -> None:
    """A trader pays what he lives on."""
    trader.savings -= amount
    outside.balance += amount
    trader.living_paid += amount


@rule
def pay_quota_from_income(trader: Trader, planner: Planner, amount: float) -> None:
    """A trader pays quota from what the month brought in."""
    trader.savings -= amount
    planner.treasury += amount
    trader.quota_from_income += amount


@rule
def pay_quota_from_company(
    company: Company, planner: Planner, trader: Trader, amount: float
) -> None:
    """A company pays quota for its trader."""
    company.capital -= amount
    planner.treasury += amount
    trader.quota_from_company += amount


@rule
def pay_quota_from_savings(trader: Trader, planner: Planner, amount: float) -> None:
    """A trader pays quota out of personal savings (A8)."""
    trader.savings -= amount
    planner.treasury += amount
    trader.quota_from_savings += amount


@rule
def pay_levy(trader: Trader, planner: Planner, amount: float) -> None:
    """A trader pays a special levy."""
    trader.savings -= amount
    planner.treasury += amount
    trader.levy_paid += amount


@rule
def pay_arrears(trader: Trader, planner: Planner, amount: float) -> None:
    """A trader pays off what he owed from earlier months."""
    trader.savings -= amount
    planner.treasury += amount
    trader.arrears_paid += amount


@rule
def bring_savings(outside: Outside, trader: Trader, amount: float) -> None:
    """A newcomer brings his savings along."""
    outside.balance -= amount
    trader.savings += amount
    trader.carried += amount


@rule
def take_savings_away(trader: Trader, outside: Outside, amount: float) -> None:
    """One who leaves takes his savings along."""
    trader.savings -= amount
    outside.balance += amount
    trader.carried -= amount
