"""Who paid whom, what for: the chart of accounts.

Money only moves here, each time out of one purse and into another, so that all purses together
never change. Every function below is one ``Flow``: who gives, who receives, and the field on which
the month's sum is noted, mostly on the page of the trader it came about by.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .row import rule
from .world import Company, Outside, Planner, Trader

STATE, COMPANY, TRADER, OUTSIDE = "state", "company", "trader", "outside"
PURSES = {STATE: "treasury", COMPANY: "capital", TRADER: "savings", OUTSIDE: "balance"}


@dataclass(frozen=True)
class Flow:
    """Money of one kind: from whose purse into whose, and where the month's sum is noted.

    ``noted_by`` is the actor on whose ``note`` field (USD this month) it stands; ``rule`` is the
    function that moves it.
    """

    name: str
    giver: str
    receiver: str
    note: str
    noted_by: str
    rule: str

    def sign(self, purse: str) -> int:
        """Whether it fills (1) or empties (-1) purses of this kind, or passes them by (0)."""
        return (self.receiver == purse) - (self.giver == purse)


FLOWS: list[Flow] = []


def flow(
    name: str, giver: str, receiver: str, note: str, noted_by: str = TRADER
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare a function to be the rule by which one kind of money moves."""

    def declare(move: Callable[..., None]) -> Callable[..., None]:
        FLOWS.append(Flow(name, giver, receiver, note, noted_by, move.__name__))
        moved: Callable[..., None] = rule(move)
        return moved

    return declare


@flow("sellers", STATE, OUTSIDE, "paid_sellers")
def pay_sellers(planner: Planner, outside: Outside, trader: Trader, amount: float) -> None:
    """The state pays sellers for what a trader had delivered."""
    planner.treasury -= amount
    outside.balance += amount
    trader.paid_sellers += amount


@flow("repairs", STATE, OUTSIDE, "repair_cost", noted_by=STATE)
def pay_repairs(planner: Planner, outside: Outside, amount: float) -> None:
    """The state has defective goods put right."""
    planner.treasury -= amount
    outside.balance += amount
    planner.repair_cost += amount


@flow("margin", STATE, TRADER, "margin_kept")
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


@flow("bonus for saving", STATE, TRADER, "bonus_paid")
def pay_bonus(planner: Planner, trader: Trader, amount: float) -> None:
    """The state pays a bonus for saving."""
    planner.treasury -= amount
    trader.savings += amount
    trader.bonus_paid += amount


@flow("hidden margin", STATE, TRADER, "hidden_margin")
def pay_hidden_margin(planner: Planner, trader: Trader, amount: float) -> None:
    """The state pays, unknowing, what a trader hid in the price."""
    planner.treasury -= amount
    trader.savings += amount
    trader.hidden_margin += amount


@flow("late officials", STATE, OUTSIDE, "monitor_taken")
def pay_monitor(planner: Planner, outside: Outside, trader: Trader, amount: float) -> None:
    """The state pays what a late official keeps of what was saved."""
    planner.treasury -= amount
    outside.balance += amount
    trader.monitor_taken += amount


@flow("watchers", STATE, OUTSIDE, "control_cost", noted_by=STATE)
def pay_watchers(planner: Planner, outside: Outside, amount: float) -> None:
    """The state pays those who watch."""
    planner.treasury -= amount
    outside.balance += amount
    planner.control_cost += amount


@flow("fines", TRADER, STATE, "fine_paid")
def pay_fine(trader: Trader, planner: Planner, amount: float) -> None:
    """A trader gives back what he hid and pays a fine on top."""
    trader.savings -= amount
    planner.treasury += amount
    trader.fine_paid += amount


@flow("bribes", TRADER, OUTSIDE, "bribe_paid")
def pay_bribe(trader: Trader, outside: Outside, amount: float) -> None:
    """A trader under review pays those who review him, for themselves."""
    trader.savings -= amount
    outside.balance += amount
    trader.bribe_paid += amount


@flow("own-account trade", OUTSIDE, COMPANY, "own_account_result")
def settle_own_account(outside: Outside, company: Company, trader: Trader, amount: float) -> None:
    """Own-account trade brings a company a profit from outside, or a loss."""
    outside.balance -= amount
    company.capital += amount
    trader.own_account_result += amount


@flow("trader's part of own-account trade", COMPANY, TRADER, "own_account_profit")
def share_own_account(company: Company, trader: Trader, amount: float) -> None:
    """A company gives a trader his part of a profit on own account."""
    company.capital -= amount
    trader.savings += amount
    trader.own_account_profit += amount


@flow("company margin", STATE, COMPANY, "company_margin")
def pay_company_margin(planner: Planner, company: Company, trader: Trader, amount: float) -> None:
    """The state leaves a company its part of the margin its trader made."""
    planner.treasury -= amount
    company.capital += amount
    trader.company_margin += amount


@flow("commission on exports", OUTSIDE, TRADER, "commission_paid")
def pay_commission(outside: Outside, trader: Trader, amount: float) -> None:
    """Buyers abroad pay a commission on exports."""
    outside.balance -= amount
    trader.savings += amount
    trader.commission_paid += amount


@flow("salaries", STATE, TRADER, "salary_paid")
def pay_salary(planner: Planner, trader: Trader, amount: float) -> None:
    """The state pays a salary."""
    planner.treasury -= amount
    trader.savings += amount
    trader.salary_paid += amount


@flow("cost of living", TRADER, OUTSIDE, "living_paid")
def pay_living(trader: Trader, outside: Outside, amount: float) -> None:
    """A trader pays what he lives on."""
    trader.savings -= amount
    outside.balance += amount
    trader.living_paid += amount


@flow("quota from income", TRADER, STATE, "quota_from_income")
def pay_quota_from_income(trader: Trader, planner: Planner, amount: float) -> None:
    """A trader pays quota from what the month brought in."""
    trader.savings -= amount
    planner.treasury += amount
    trader.quota_from_income += amount


@flow("quota from the company", COMPANY, STATE, "quota_from_company")
def pay_quota_from_company(
    company: Company, planner: Planner, trader: Trader, amount: float
) -> None:
    """A company pays quota for its trader."""
    company.capital -= amount
    planner.treasury += amount
    trader.quota_from_company += amount


@flow("quota from savings", TRADER, STATE, "quota_from_savings")
def pay_quota_from_savings(trader: Trader, planner: Planner, amount: float) -> None:
    """A trader pays quota out of personal savings (A8)."""
    trader.savings -= amount
    planner.treasury += amount
    trader.quota_from_savings += amount


@flow("special levies", TRADER, STATE, "levy_paid")
def pay_levy(trader: Trader, planner: Planner, amount: float) -> None:
    """A trader pays a special levy."""
    trader.savings -= amount
    planner.treasury += amount
    trader.levy_paid += amount


@flow("arrears", TRADER, STATE, "arrears_paid")
def pay_arrears(trader: Trader, planner: Planner, amount: float) -> None:
    """A trader pays off what he owed from earlier months."""
    trader.savings -= amount
    planner.treasury += amount
    trader.arrears_paid += amount


@flow("newcomers' savings", OUTSIDE, TRADER, "brought")
def bring_savings(outside: Outside, trader: Trader, amount: float) -> None:
    """A newcomer brings his savings along."""
    outside.balance -= amount
    trader.savings += amount
    trader.brought += amount


@flow("leavers' savings", TRADER, OUTSIDE, "taken_away")
def take_savings_away(trader: Trader, outside: Outside, amount: float) -> None:
    """One who leaves takes his savings along."""
    trader.savings -= amount
    outside.balance += amount
    trader.taken_away += amount
