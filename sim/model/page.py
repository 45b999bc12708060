"""A trader's page of the month, turned to a clean one."""

from __future__ import annotations

from .row import rule
from .world import POSTED, VACANT, Trader


@rule
def turn_page(trader: Trader) -> None:
    """Wipes what belonged to last month; the posting grows a month longer."""
    if trader.status != VACANT:
        trader.months_posted += 1
    trader.at_work = int(trader.status == POSTED)
    trader.orders = 0.0
    trader.order_count = 0.0
    trader.placed = 0.0
    trader.own_orders = 0.0
    trader.proposed_orders = 0.0
    trader.approved_orders = 0.0
    trader.late_orders = 0.0
    trader.directed_orders = 0.0
    trader.rejected_orders = 0.0
    trader.meetings = 0
    trader.contacts = 0.0
    trader.found = 0
    trader.own_price = 1.0
    trader.own_quality = 0.0
    trader.late_price = 1.0
    trader.late_months = 0.0
    trader.hidden_part = 0.0
    trader.hidden_in_proposals = 0.0
    trader.delivered = 0.0
    trader.paid_sellers = 0.0
    trader.paid = 0.0
    trader.own_delivered = 0.0
    trader.own_paid = 0.0
    trader.own_quality_value = 0.0
    trader.closing = 0.0
    trader.seized = 0.0
    trader.quality_value = 0.0
    trader.adjusted_value = 0.0
    trader.defective = 0.0
    trader.salary_paid = 0.0
    trader.commission_paid = 0.0
    trader.margin_kept = 0.0
    trader.directed_margin = 0.0
    trader.bonus_paid = 0.0
    trader.hidden_margin = 0.0
    trader.monitor_taken = 0.0
    trader.fine_paid = 0.0
    trader.bribe_paid = 0.0
    trader.own_account = 0.0
    trader.own_account_result = 0.0
    trader.own_account_profit = 0.0
    trader.company_margin = 0.0
    trader.living_paid = 0.0
    trader.quota_due = 0.0
    trader.quota_from_income = 0.0
    trader.quota_from_company = 0.0
    trader.quota_from_savings = 0.0
    trader.quota_unpaid = 0.0
    trader.levy_paid = 0.0
    trader.arrears_paid = 0.0
    trader.brought = 0.0
    trader.taken_away = 0.0
    trader.observed = 0
    trader.detected = 0
    trader.news = 0
    trader.called = 0
    trader.choice = 0
    trader.reviewed = 0
    trader.verdict = 0
    trader.left = 0
