"""A month's trade and money in words: what came, where it went, who paid."""

from __future__ import annotations

from .story import Chapter


def trades(chapter: Chapter) -> str:
    """Orders that came, suppliers met, what was fixed, what waits and what arrived."""
    trader = chapter.trader
    if trader.orders <= 0.0:
        return "No orders come."
    said = [f"Orders for {usd(trader.orders)} come."]
    held = trader.orders - trader.placed
    if held > 1.0:
        said.append(f"{usd(held)} of them wait for the Party's permission.")
    elif held < -1.0:
        said.append(f"The Party permits {usd(-held)} that had been waiting.")
    said += [_seeks(chapter), _directed(chapter), _waits(chapter), _delivered(chapter)]
    return " ".join(filter(None, said))


def _seeks(chapter: Chapter) -> str:
    """Suppliers met, and what came of it."""
    trader = chapter.trader
    own = trader.placed - trader.directed_orders
    if not trader.meetings:
        why = "No meeting would pay"
        if not trader.found:
            return f"{why}, and the first offer falls through{_lost(trader.own_orders)}."
        what = f"{why}; he takes the first offer"
    else:
        met = f"He meets {trader.meetings} {plural(trader.meetings, 'supplier')} an order"
        if not trader.found:
            return f"{met} and finds none who can deliver{_lost(trader.own_orders)}."
        what = f"{met} and finds one"
    placed = f", and places {usd(own)} there" if own > 1.0 else ""
    return f"{what} at {trader.own_price:.2f}, quality {signed(trader.own_quality)}{placed}."


def _lost(orders: float) -> str:
    return f": orders for {usd(orders)} come to nothing" if orders > 1.0 else ""


def _directed(chapter: Chapter) -> str:
    """The planner's price and supplier, and why orders went there."""
    trader, good = chapter.trader, chapter.good
    listing = f"{good.fixed_price:.2f}, quality {signed(good.fixed_quality)}"
    amount = usd(trader.directed_orders)
    if trader.proposed_orders > 1.0:
        return (
            f"His proposal for {usd(trader.proposed_orders)} that Pyongyang looks up stands: it "
            f"is near enough to the lowest listing ({listing})."
        )
    if trader.directed_orders <= 1.0:
        return f"Pyongyang's lowest listing is {listing}; nothing is directed there."
    if trader.rejected_orders > 0.0:
        return (
            f"His own proposal for {usd(trader.rejected_orders)} is rejected, for Pyongyang "
            f"knows a price of {listing}: that supplier gets it."
        )
    return f"Pyongyang fixes supplier and price ({listing}) for {amount} of them."


def _waits(chapter: Chapter) -> str:
    trader = chapter.trader
    said = []
    if trader.late_orders > 1.0:
        said.append(
            f"The late official lets {usd(trader.late_orders)} pass at last, by now at "
            f"{trader.late_price:.2f}."
        )
    if trader.backlog > 1.0:
        said.append(f"{usd(trader.backlog)} wait for approval.")
    submitted = trader.placed - trader.directed_orders - trader.own_orders
    fallen = chapter.before.backlog + submitted - trader.late_orders - trader.backlog
    if fallen > 1.0:
        said.append(f"{usd(fallen)} that had waited fall through.")
    return " ".join(said)


def _delivered(chapter: Chapter) -> str:
    trader = chapter.trader
    said = f"Delivered: {usd(trader.delivered)}"
    if trader.directed_orders > 1.0 and trader.delivered - trader.own_delivered <= 1.0:
        said += " (the fixed supplier did not honour his price)"
    if trader.seized > 0.0:
        said += f", of which {usd(trader.seized)} were seized at the border"
    if trader.delivered > 1.0:
        said += f"; {trader.defective / trader.delivered:.0%} of it defective"
    return said + "."


def earns(chapter: Chapter) -> str:
    """The month's income by source, and what living took."""
    trader = chapter.trader
    parts = {
        "salary": trader.salary_paid,
        "commission on exports": trader.commission_paid,
        "margin": trader.margin_kept,
        "bonus": trader.bonus_paid,
        "own-account trade": trader.own_account_profit,
        "margin hidden in prices": trader.hidden_margin,
    }
    told = ", ".join(f"{name} {usd(amount)}" for name, amount in parts.items() if amount >= 0.5)
    living = f"Living takes {usd(trader.living_paid)}."
    return f"Income: {told or 'none'}. {_no_margin(chapter)}{living}"


def _no_margin(chapter: Chapter) -> str:
    """Why he keeps nothing of what he bought."""
    trader = chapter.trader
    if trader.margin_kept >= 0.5 or trader.delivered <= 1.0:
        return ""
    if trader.own_delivered <= 1.0:
        return "A price fixed in Pyongyang leaves him no margin. "
    if trader.own_price + trader.hidden_part >= 1.0:
        return "At his price there is no margin. "
    return "He may keep no margin. "


def pays(chapter: Chapter) -> str:
    """The quota and where it came from, levies, arrears, and what is left."""
    trader = chapter.trader
    sources = {
        "out of the month's income": trader.quota_from_income,
        "paid by the company": trader.quota_from_company,
        "out of savings": trader.quota_from_savings,
        "left owing": trader.quota_unpaid,
    }
    told = ", ".join(f"{usd(amount)} {name}" for name, amount in sources.items() if amount >= 0.5)
    said = [f"Quota {usd(trader.quota_due)}: {told or 'nothing to pay'}."]
    if trader.levy_paid >= 0.5:
        said.append(f"A special levy takes {usd(trader.levy_paid)}.")
    if trader.arrears_paid >= 0.5:
        said.append(f"{usd(trader.arrears_paid)} of old arrears are paid off.")
    gone = trader.bribe_paid + trader.taken_away
    said.append(f"Savings {usd(chapter.before.savings)} → {usd(trader.savings + gone)}.")
    if trader.arrears >= 0.5:
        said.append(f"He owes {usd(trader.arrears)}.")
    if trader.spent and not chapter.before.spent:
        said.append("His savings are spent.")
    return " ".join(said)


def usd(amount: float, with_sign: bool = False) -> str:
    """Whole dollars."""
    whole = round(amount)
    sign = "−" if whole < 0 else "+" if with_sign and whole > 0 else ""
    return f"{sign}{abs(whole):,} $"


def number(value: float) -> str:
    """A lever's value, short."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def signed(number: float) -> str:
    """With its sign and one digit."""
    return f"{round(number, 1) + 0.0:+.1f}".replace("-", "−")


def plural(count: int, word: str) -> str:
    """One post, two posts."""
    return word if count == 1 else f"{word}s"
