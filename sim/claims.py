"""The claims of the founding articles (A2 to A11), each as a question to one trader about his life.

A question that makes no sense to him, such as a comparison with a time before he came, is not put
(``None``). "Lately" is the last half year of the life asked about, as the articles of January 2026
speak of the second half of 2025; "before" is all of it until then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

LATELY, A_YEAR = 6, 12  # months


@dataclass(frozen=True)
class Life:
    """A posting up to the month of the interview, as far as the run covers it.

    ``trader`` and ``good`` are rows of these nouns, one a month (months,); ``surveillance`` is that
    in force, (months,); ``stays_for_fear`` is what the rules of choice say at the end.
    """

    trader: np.ndarray
    good: np.ndarray
    surveillance: np.ndarray
    stays_for_fear: bool

    def lately(self, *names: str) -> float:
        """Fields of the trader summed over the last half year."""
        return float(sum(self.trader[name][-LATELY:].sum() for name in names))

    def before(self, *names: str) -> float:
        """The same over the time before."""
        return float(sum(self.trader[name][:-LATELY].sum() for name in names))

    def ever(self, *names: str) -> float:
        """The same over his whole posting."""
        return self.before(*names) + self.lately(*names)

    @property
    def can_compare(self) -> bool:
        """Whether he was at work all of the last half year, and at least a year before."""
        return self.lately("at_work") == LATELY and self.before("at_work") >= A_YEAR


def watched_more(life: Life) -> bool | None:
    """Surveillance is higher than before, and he meets fewer suppliers an order."""
    if not life.can_compare or not life.before("order_count") or not life.lately("order_count"):
        return None
    watched = life.surveillance[-LATELY:].mean() > life.surveillance[:-LATELY].mean()
    now = life.lately("contacts") / life.lately("order_count")
    return bool(watched and now < life.before("contacts") / life.before("order_count"))


def price_fixed(life: Life) -> bool | None:
    """Most of his orders lately went to a supplier fixed in Pyongyang."""
    if not life.lately("orders"):
        return None
    return life.lately("directed_orders") > 0.5 * life.lately("orders")


def overruled(life: Life) -> bool | None:
    """Lately orders were taken from him for a lower price though he had found a supplier."""
    trader, good = life.trader[-LATELY:], life.good[-LATELY:]
    had = trader["found"] == 1
    if not had.any():
        return None
    dearer = had & (trader["own_price"] > good["fixed_price"])
    return bool((dearer & (trader["directed_orders"] > 0)).any())


def cheap_and_bad(life: Life) -> bool | None:
    """The fixed suppliers were cheaper than those he had found, and worse, on average."""
    had = life.trader["found"] == 1
    if not had.any():
        return None
    cheaper = life.trader["own_price"] - life.good["fixed_price"]
    worse = life.trader["own_quality"] - life.good["fixed_quality"]
    return bool(cheaper[had].mean() > 0 and worse[had].mean() > 0)


def margin_before(life: Life) -> bool | None:
    """Before, he kept a margin of 1 % or more of what he delivered."""
    if not life.can_compare or not life.before("delivered"):
        return None
    return life.before("margin_kept") >= 0.01 * life.before("delivered")


def no_margin_now(life: Life) -> bool | None:
    """Lately less than half a per cent was left to him, while his orders grew."""
    if not life.can_compare or not life.lately("delivered"):
        return None
    grew = life.lately("orders") > life.trader["orders"][-2 * LATELY : -LATELY].sum()
    return bool(grew and life.lately("margin_kept") < 0.005 * life.lately("delivered"))


def quota_from_savings(life: Life) -> bool | None:
    """Over a posting of a year or more most of his quota came out of savings, and they shrank."""
    paid = life.ever("quota_from_income", "quota_from_company", "quota_from_savings")
    if life.ever("at_work") < A_YEAR or not paid:
        return None
    shrank = life.trader["savings"][-1] < life.trader["savings"][0]
    return bool(shrank and life.ever("quota_from_savings") > 0.5 * paid)


def knows_of_punishment(life: Life) -> bool | None:
    """He has heard of somebody punished, and it still counts for half a case or more."""
    return bool(life.trader["punished_seen"][-1] >= 0.5)


def fears_to_go(life: Life) -> bool | None:
    """Were he sure of being cleared he would rather go home; as it is he would rather not."""
    return life.stays_for_fear


def no_privilege(life: Life) -> bool | None:
    """Lately his posting took more money from him than it brought."""
    if life.lately("at_work") < LATELY:
        return None
    income = life.lately(
        "salary_paid", "commission_paid", "margin_kept", "bonus_paid", "hidden_margin",
        "own_account_profit",
    )  # fmt: skip
    return income < life.lately(
        "living_paid", "quota_from_income", "quota_from_savings", "levy_paid", "arrears_paid",
        "fine_paid",
    )  # fmt: skip


@dataclass(frozen=True)
class Claim:
    """A claim of the articles, in a few words, and what makes it true of a life."""

    number: str
    words: str
    holds: Callable[[Life], bool | None]


CLAIMS = (
    Claim("A2", "is watched more than before and meets fewer suppliers", watched_more),
    Claim("A3", "has supplier and price mostly fixed in Pyongyang", price_fixed),
    Claim("A4", "was overruled because a lower price was known", overruled),
    Claim("A5", "finds the fixed suppliers cheaper and worse than his own", cheap_and_bad),
    Claim("A6", "kept a limited margin before", margin_before),
    Claim("A7", "keeps no margin now, while trade grows", no_margin_now),
    Claim("A8", "paid most of his quotas out of shrinking savings", quota_from_savings),
    Claim("A9", "knows of somebody punished after a review", knows_of_punishment),
    Claim("A10", "stays abroad for fear of the review", fears_to_go),
    Claim("A11", "loses money by being posted", no_privilege),
)
