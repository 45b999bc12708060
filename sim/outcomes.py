"""What is measured in a history: named, pure, one number a month.

An outcome is a ratio of two monthly amounts, so that any stretch of months has the exact ratio of
the sums (``top`` over ``bottom``) and months in which nothing could be measured drop out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .history import History
from .model.settings import GOODS
from .model.world import (
    BANISHED,
    CALLED_HOME,
    CAUGHT,
    DEFECTED,
    GO_HOME,
    NOT_CALLED,
    OVERSTAY,
    OVERSTAYING,
    REEDUCATED,
    VACANT,
)

Measured = tuple[np.ndarray, np.ndarray]

# what is told first: in the table of the terminal, in the figures of effects
HEADLINES = (
    "savings_median", "spent_share", "quota_from_savings_share", "quota_fulfilment",
    "retained_margin_share", "meetings_per_order", "completion", "nominal_price", "quality",
    "quality_adjusted_price", "repatriation_rate", "overstay_share", "defection_rate",
    "remittance_usd", "procurement_saving_usd",
)  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """One thing measured: ``measure(history)`` gives top and bottom, each (months,).

    ``at_end``: the value of a run is that of its last month; otherwise that of the whole period.
    """

    name: str
    label: str
    unit: str
    meaning: str
    measure: Callable[[History], Measured]
    at_end: bool = False


OUTCOMES: dict[str, Outcome] = {}


def analysed(name: str) -> Outcome:
    """An outcome that an analyser returns, month by month; a run's value is the mean of months."""
    return Outcome(name, name.replace("_", " "), "", "returned by an analyser", _not_here)


def _not_here(history: History) -> Measured:
    raise TypeError("an analyser measures this while a replicate lives, not from its history")


def _outcome(
    name: str, label: str, unit: str, at_end: bool = False
) -> Callable[[Callable[[History], Measured]], Callable[[History], Measured]]:
    """Register a measuring function; its docstring is the outcome's meaning."""

    def register(measure: Callable[[History], Measured]) -> Callable[[History], Measured]:
        meaning = " ".join((measure.__doc__ or "").split())
        OUTCOMES[name] = Outcome(name, label, unit, meaning, measure, at_end)
        return measure

    return register


def _ones(history: History) -> np.ndarray:
    return np.ones(history.length)


def _count(flags: np.ndarray) -> np.ndarray:
    return np.count_nonzero(flags, axis=1).astype(float)


def _total(history: History, *names: str) -> np.ndarray:
    return np.asarray(sum(history.total(name) for name in names), float)


def _posts(history: History) -> np.ndarray:
    return np.full(history.length, float(history["status"].shape[1]))


def _mean_posted(history: History, name: str) -> Measured:
    posted = history.posted
    return np.einsum("mp,mp->m", posted, history[name]), _count(posted)


def _savings_quantile(history: History, share: float) -> Measured:
    """Quantile over traders in post, linear between order statistics; nothing if none is."""
    ordered = history.ordered_savings
    count = history.posted.sum(axis=1)
    place = np.maximum(count - 1, 0) * share
    low = np.floor(place).astype(int)
    high = np.minimum(low + 1, np.maximum(count - 1, 0))
    month = np.arange(history.length)
    with np.errstate(invalid="ignore"):
        value = ordered[month, low] + (place - low) * (ordered[month, high] - ordered[month, low])
    some = count > 0
    return np.where(some, value, 0.0), some.astype(float)


@_outcome("savings_median", "median savings", "USD", at_end=True)
def savings_median(history: History) -> Measured:
    """Median personal savings of traders in post."""
    return _savings_quantile(history, 0.5)


@_outcome("savings_p10", "savings, poorest tenth below", "USD", at_end=True)
def savings_p10(history: History) -> Measured:
    """Savings below which a tenth of the traders in post stand."""
    return _savings_quantile(history, 0.1)


@_outcome("savings_p90", "savings, richest tenth above", "USD", at_end=True)
def savings_p90(history: History) -> Measured:
    """Savings above which a tenth of the traders in post stand."""
    return _savings_quantile(history, 0.9)


@_outcome("savings_mean", "mean savings", "USD", at_end=True)
def savings_mean(history: History) -> Measured:
    """Mean personal savings of traders in post."""
    return _mean_posted(history, "savings")


@_outcome("spent_share", "traders whose savings are spent", "share", at_end=True)
def spent_share(history: History) -> Measured:
    """Traders in post with nothing left at the end of the month, of all in post."""
    posted = history.posted
    return _count(posted & (history["savings"] <= 0.0)), _count(posted)


@_outcome("quota_from_savings_share", "quota paid from savings", "share")
def quota_from_savings_share(history: History) -> Measured:
    """Part of all quota paid that came out of personal savings."""
    saved = _total(history, "quota_from_savings")
    return saved, saved + _total(history, "quota_from_income", "quota_from_company")


@_outcome("quota_from_income_share", "quota paid from income", "share")
def quota_from_income_share(history: History) -> Measured:
    """Part of all quota paid that came out of what the month brought its trader."""
    earned = _total(history, "quota_from_income")
    return earned, earned + _total(history, "quota_from_savings", "quota_from_company")


@_outcome("quota_from_company_share", "quota paid by companies", "share")
def quota_from_company_share(history: History) -> Measured:
    """Part of all quota paid that came out of companies' capital."""
    covered = _total(history, "quota_from_company")
    return covered, covered + _total(history, "quota_from_savings", "quota_from_income")


@_outcome("quota_fulfilment", "quota fulfilled", "share")
def quota_fulfilment(history: History) -> Measured:
    """Part of the quota due that was paid in its month, from whatever purse."""
    paid = _total(history, "quota_from_income", "quota_from_company", "quota_from_savings")
    return paid, _total(history, "quota_due")


@_outcome("arrears_mean", "arrears", "USD a trader", at_end=True)
def arrears_mean(history: History) -> Measured:
    """Quota and levies owed, mean over traders in post."""
    return _mean_posted(history, "arrears")


@_outcome("company_capital", "operational capital", "USD a company", at_end=True)
def company_capital(history: History) -> Measured:
    """Mean operational capital of a company."""
    capital = history.of("companies", "capital")
    return capital.sum(axis=1), np.full(history.length, float(capital.shape[1]))


@_outcome("retained_margin_share", "margin kept by traders", "share of contract value")
def retained_margin_share(history: History) -> Measured:
    """Margin traders may keep, relative to orders delivered."""
    return _total(history, "margin_kept"), _total(history, "delivered")


@_outcome("income_mean", "traders' income", "USD a month")
def income_mean(history: History) -> Measured:
    """Salary, commission and margin of a trader at work, before living cost and quota."""
    parts = ("salary_paid", "commission_paid", "margin_kept", "bonus_paid", "hidden_margin")
    income = _total(history, *parts, "own_account_profit")
    return income, _total(history, "at_work")


@_outcome("meetings_per_order", "suppliers met for an order", "meetings")
def meetings_per_order(history: History) -> Measured:
    """Meetings with suppliers, relative to the number of orders."""
    return _total(history, "contacts"), _total(history, "order_count")


@_outcome("completion", "orders delivered", "share")
def completion(history: History) -> Measured:
    """Orders delivered and not seized, by value, relative to orders received."""
    return _total(history, "delivered") - _total(history, "seized"), _total(history, "orders")


@_outcome("rejected_share", "own proposals rejected", "share of orders")
def rejected_share(history: History) -> Measured:
    """Orders for which a proposal was turned down because a lower price was known."""
    return _total(history, "rejected_orders"), _total(history, "orders")


@_outcome("directed_share", "orders directed", "share of orders")
def directed_share(history: History) -> Measured:
    """Orders placed with the supplier and at the price fixed by the planner."""
    return _total(history, "directed_orders"), _total(history, "orders")


@_outcome("nominal_price", "price paid", "ratio to reference price")
def nominal_price(history: History) -> Measured:
    """What sellers were paid for delivered orders, relative to the reference price."""
    return _total(history, "paid"), _total(history, "delivered")


@_outcome("quality", "quality", "SD")
def quality(history: History) -> Measured:
    """Quality of what was delivered, in standard deviations between sellers."""
    return _total(history, "quality_value"), _total(history, "delivered")


@_outcome("quality_adjusted_price", "price at constant quality", "ratio to reference price")
def quality_adjusted_price(history: History) -> Measured:
    """What delivered orders would have cost at average quality and as good a bargain."""
    return _total(history, "adjusted_value"), _total(history, "delivered")


@_outcome("defective_share", "defective goods", "share of deliveries")
def defective_share(history: History) -> Measured:
    """Defective part of what was delivered."""
    return _total(history, "defective"), _total(history, "delivered")


@_outcome("repatriation_rate", "called home and came", "share")
def repatriation_rate(history: History) -> Measured:
    """Of those called home, for good or to a review, the part that went."""
    called = history["called"] != NOT_CALLED
    return _count(called & (history["reviewed"] == 1)), _count(called)


@_outcome("return_rate", "term over and came home", "share")
def return_rate(history: History) -> Measured:
    """Of those ordered home for good after their term, the part that went."""
    called = history["called"] == CALLED_HOME
    return _count(called & (history["choice"] == GO_HOME)), _count(called)


@_outcome("voluntary_returns", "went home unasked", "share a year")
def voluntary_returns(history: History) -> Measured:
    """Traders who gave up their post without being called, a year, of those in post."""
    at_work = history["at_work"] == 1
    went = at_work & (history["called"] == NOT_CALLED) & (history["choice"] == GO_HOME)
    return 12.0 * _count(went), _count(at_work)


@_outcome("overstay_share", "overstayers", "share of those abroad", at_end=True)
def overstay_share(history: History) -> Measured:
    """Traders abroad without permission, of all abroad."""
    return _count(history["status"] == OVERSTAYING), _count(history["status"] != VACANT)


@_outcome("new_overstay_rate", "began to overstay", "share a year")
def new_overstay_rate(history: History) -> Measured:
    """Traders who began to stay without permission, a year, of those in post."""
    at_work = history["at_work"] == 1
    return 12.0 * _count(at_work & (history["choice"] == OVERSTAY)), _count(at_work)


@_outcome("defection_rate", "defected", "share a year")
def defection_rate(history: History) -> Measured:
    """Traders who left for good for elsewhere, a year, of all abroad."""
    defected = _count(history["left"] == DEFECTED)
    return 12.0 * defected, _count(history["status"] != VACANT) + defected


@_outcome("punished_share", "punished on review", "share of reviewed")
def punished_share(history: History) -> Measured:
    """Of those who came before the board, the part that was punished."""
    punished, called = (history.of("board", name)[:, 0] for name in ("punished", "called"))
    return punished.astype(float), called.astype(float)


@_outcome("caught_rate", "overstayers caught", "share a year")
def caught_rate(history: History) -> Measured:
    """Overstayers caught and sent back, a year, of all overstayers."""
    caught = _count(history["left"] == CAUGHT)
    return 12.0 * caught, _count(history["status"] == OVERSTAYING) + caught


@_outcome("belief_punished", "punishment expected", "chance", at_end=True)
def belief_punished(history: History) -> Measured:
    """Chance of punishment that traders in post expect from a review."""
    return _mean_posted(history, "belief")


@_outcome("experience_mean", "experience in post", "share", at_end=True)
def experience_mean(history: History) -> Measured:
    """Mean experience of traders in post."""
    return _mean_posted(history, "experience")


@_outcome("vacancy_share", "posts without a trader at work", "share", at_end=True)
def vacancy_share(history: History) -> Measured:
    """Posts that are empty or blocked by an overstayer."""
    return _posts(history) - _count(history.posted), _posts(history)


@_outcome("remittance_usd", "remitted to the state", "USD a post a month")
def remittance_usd(history: History) -> Measured:
    """Quota, levies and arrears paid, over all posts."""
    quota = ("quota_from_income", "quota_from_company", "quota_from_savings")
    return _total(history, *quota, "levy_paid", "arrears_paid"), _posts(history)


@_outcome("procurement_saving_usd", "saved in buying", "USD a post a month")
def procurement_saving_usd(history: History) -> Measured:
    """Reference price less price paid on every delivered order, over all posts; quality ignored."""
    return _total(history, "delivered") - _total(history, "paid"), _posts(history)


@_outcome("adjusted_saving_usd", "saved in buying at constant quality", "USD a post a month")
def adjusted_saving_usd(history: History) -> Measured:
    """Reference price less quality-adjusted price on every delivered order, over all posts."""
    return _total(history, "delivered") - _total(history, "adjusted_value"), _posts(history)


@_outcome("delivered_usd", "orders delivered", "USD a post a month")
def delivered_usd(history: History) -> Measured:
    """Orders delivered, at the reference price, over all posts."""
    return _total(history, "delivered"), _posts(history)


@_outcome("hidden_margin_share", "margin hidden in prices", "share of contract value")
def hidden_margin_share(history: History) -> Measured:
    """What traders hid in declared prices, relative to orders delivered."""
    return _total(history, "hidden_margin"), _total(history, "delivered")


@_outcome("found_out_rate", "found out hiding", "share a year")
def found_out_rate(history: History) -> Measured:
    """Hidden margins found out, a year, of traders at work."""
    return 12.0 * _total(history, "detected"), _total(history, "at_work")


@_outcome("closing_months", "time to close a deal", "months")
def closing_months(history: History) -> Measured:
    """Months from order to delivery beyond the month itself, mean over traders' own orders."""
    return _total(history, "closing"), _total(history, "own_delivered")


@_outcome("waiting_orders", "orders that wait", "months of orders", at_end=True)
def waiting_orders(history: History) -> Measured:
    """Orders waiting for approval or permission, in months of orders."""
    return _total(history, "backlog", "waiting"), _total(history, "orders")


@_outcome("seized_share", "seized at the border", "share of deliveries")
def seized_share(history: History) -> Measured:
    """Part of deliveries lost at the border."""
    return _total(history, "seized"), _total(history, "delivered")


@_outcome("own_account_usd", "own-account trade", "USD a post a month")
def own_account_usd(history: History) -> Measured:
    """Turnover of trade on companies' own account, over all posts."""
    return _total(history, "own_account"), _posts(history)


@_outcome("bribes_usd", "bribes paid", "USD a post a month")
def bribes_usd(history: History) -> Measured:
    """What traders paid to those who review them, over all posts."""
    return _total(history, "bribe_paid"), _posts(history)


@_outcome("repairs_usd", "repairs", "USD a post a month")
def repairs_usd(history: History) -> Measured:
    """What the state paid to put defective goods right, over all posts."""
    return history.of("planner", "repair_cost").sum(axis=1), _posts(history)


@_outcome("banished_share", "banished or worse", "share of punished")
def banished_share(history: History) -> Measured:
    """Of those the board punished, the part that was banished to the provinces or worse."""
    verdict = history["verdict"]
    return _count(verdict >= BANISHED), _count(verdict >= REEDUCATED)


@_outcome("control_cost_usd", "cost of control", "USD a post a month")
def control_cost_usd(history: History) -> Measured:
    """What surveillance cost, over all posts."""
    return history.of("planner", "control_cost").sum(axis=1), _posts(history)


@_outcome("surveillance_in_force", "surveillance in force", "chance")
def surveillance_in_force(history: History) -> Measured:
    """Surveillance as the planner set it, with what its own rule added."""
    return history.of("planner", "surveillance")[:, 0], _ones(history)


@_outcome("authority_in_force", "authority in force", "share")
def authority_in_force(history: History) -> Measured:
    """Authority as the planner set it, with what its own rule added."""
    return history.of("planner", "authority_share")[:, 0], _ones(history)


@_outcome("savings_gini", "inequality of savings", "Gini", at_end=True)
def savings_gini(history: History) -> Measured:
    """Gini coefficient of savings among traders in post."""
    ordered = np.where(np.isfinite(history.ordered_savings), history.ordered_savings, 0.0)
    count = _count(history.posted)
    rank = np.arange(1, ordered.shape[1] + 1)
    total = ordered.sum(axis=1)
    gini = 2.0 * (ordered * rank).sum(axis=1) - (count + 1.0) * total
    return gini, count * total


@_outcome("break_even_quality_value", "break-even value of quality", "ln units")
def break_even_quality_value(history: History) -> Measured:
    """Worth of one SD of quality at which own and directed deliveries are equally good buys: the
    gap of ln prices over the gap of qualities (T15b). The directive wastes where the true worth
    exceeds it; nothing if traders' quality is not the better one."""
    own, own_paid = _total(history, "own_delivered"), _total(history, "own_paid")
    fixed = _total(history, "delivered") - own
    fixed_paid = _total(history, "paid") - own_paid
    both = (own > 0.0) & (fixed > 0.0) & (fixed_paid > 0.0) & (own_paid > 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        price_gap = np.log(own_paid / own) - np.log(fixed_paid / fixed)
        own_quality = _total(history, "own_quality_value")
        quality_gap = own_quality / own - (_total(history, "quality_value") - own_quality) / fixed
    return np.where(both, price_gap, 0.0), np.where(both, quality_gap, 0.0)


def _imports(name: str, label: str, chosen: list[int]) -> None:
    """Register the imports of some of the goods, the Chinese market's first, then the Russian's."""

    def measure_imports(history: History) -> Measured:
        arrived = history.of("goods", "delivered")
        return np.asarray(sum(arrived[:, kind] for kind in chosen)), _posts(history)

    measure_imports.__doc__ = f"Deliveries that arrived, at the reference price: {label}."
    _outcome(f"imports_{name}_usd", label, "USD a post a month")(measure_imports)


_KINDS = range(len(GOODS))
_imports("china", "imports from China", list(_KINDS))
_imports("russia", "imports from Russia", [len(GOODS) + kind for kind in _KINDS])
for _flag, _stream in ((True, "recorded"), (False, "unrecorded")):
    _rows = [kind for kind in _KINDS if GOODS[kind].recorded == _flag]
    _imports(_stream, f"imports, {_stream}", _rows + [len(GOODS) + kind for kind in _rows])
for _kind in _KINDS:
    _name = GOODS[_kind].name
    _imports(_name.replace(" ", "_"), f"imports of {_name}", [_kind, len(GOODS) + _kind])


def measure(history: History) -> np.ndarray:
    """All outcomes of a stretch of months: an array (outcomes, 2, months) of tops and bottoms."""
    table = np.empty((len(OUTCOMES), 2, history.length))
    for place, outcome in enumerate(OUTCOMES.values()):
        table[place, 0], table[place, 1] = outcome.measure(history)
    return table


def ratio(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """Top over bottom, NaN where there was nothing to measure."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(bottom > 0.0, top / bottom, np.nan)


def weighted(measured: np.ndarray) -> np.ndarray:
    """Tops and bottoms (outcomes, 2, months) as values and weights: what is kept of a run.

    A weight is the bottom, below 0 where an outcome's meaning is turned round in that month; where
    it is 0 there was nothing to measure and the value is not a number.
    """
    kept = measured.copy()
    with np.errstate(invalid="ignore", divide="ignore"):
        kept[:, 0] = np.where(measured[:, 1] != 0.0, measured[:, 0] / measured[:, 1], np.nan)
    return kept


def end_value(values: np.ndarray, weights: np.ndarray, at_end: bool) -> np.ndarray:
    """An outcome's value over months, (..., months) each: of the last or, exactly, of all."""
    if at_end:
        return np.where(weights[..., -1] > 0.0, values[..., -1], np.nan)
    tops = np.where(weights != 0.0, values * weights, 0.0)
    return ratio(tops.sum(axis=-1), weights.sum(axis=-1))
