"""The month: a table of contents, one sentence a line. Start here.

The same text runs over Mesa agents in plain Python and over rows in a compiled loop.
"""

from __future__ import annotations

from collections.abc import Sequence

from .cash import draw_salary_and_live, pay_levies, pay_quota, settle_arrears, take_stock
from .chance import GoodLuck, Luck
from .companies import set_cover_limit
from .leaving import (
    act_on_choice,
    be_called,
    be_watched,
    live_with_verdict,
    may_be_caught,
    note_spent_savings,
    refill,
    update_belief,
    use_up_savings,
    weigh_leaving,
)
from .markets import expect_from_meetings, set_out_sellers
from .page import turn_page
from .planner import look_up_price, work_out_threats
from .review_board import close_session, open_session, review
from .row import rule
from .trading import (
    earn_commission,
    find_supplier,
    place_orders,
    plan_meetings,
    practise,
    receive_orders,
    share_margin,
    take_delivery,
)
from .world import OVERSTAYING, POSTED, VACANT, World


@rule
def month(world: World, good_luck: Sequence[GoodLuck], luck: Sequence[Luck]) -> None:
    """One month in the life of everybody (order of ``docs/model.md``)."""
    levers, surroundings, today = world.levers, world.surroundings, world.today
    planner, board, outside = world.planner, world.board, world.outside

    work_out_threats(planner, levers, surroundings)
    expect_from_meetings(world.searches, surroundings)
    for good, draw in zip(world.goods, good_luck):
        set_out_sellers(good, surroundings)
        look_up_price(good, levers, surroundings, draw)
    for company in world.companies:
        set_cover_limit(company)

    for trader, fate in zip(world.traders, luck):
        company, good = world.companies[trader.company], world.goods[trader.good]
        turn_page(trader)
        if trader.status == POSTED:
            receive_orders(trader, today, surroundings, fate)
            plan_meetings(trader, planner, good, world.searches, levers, surroundings)
            find_supplier(trader, good, surroundings, fate)
            place_orders(trader, company, good, levers, surroundings)
            take_delivery(trader, good, planner, outside, surroundings, fate)
            share_margin(trader, company, planner, levers)
            earn_commission(trader, today, outside, surroundings)
            practise(trader, surroundings)
            draw_salary_and_live(trader, planner, outside, surroundings)
            pay_quota(trader, company, planner, levers, surroundings, fate)
            pay_levies(trader, planner, today, levers)
            settle_arrears(trader, planner)
            take_stock(trader, today, levers, surroundings)
            be_watched(trader, levers, surroundings, fate)
            be_called(trader, planner, levers, surroundings, fate)
        elif trader.status == OVERSTAYING:
            use_up_savings(trader, outside, surroundings)
            note_spent_savings(trader, today)
            may_be_caught(trader, outside, surroundings, fate)

    board.called = 0
    board.punished = 0
    for trader, fate in zip(world.traders, luck):
        if trader.status != VACANT:
            update_belief(trader, surroundings)
            weigh_leaving(trader, planner, levers, surroundings, fate)
            act_on_choice(trader, outside)
            board.called += trader.reviewed

    open_session(board, len(world.traders), levers, surroundings)
    for trader, fate in zip(world.traders, luck):
        if trader.reviewed:
            review(trader, board, planner, levers, surroundings, fate)
            live_with_verdict(trader, outside)
        elif trader.status == VACANT:
            refill(trader, outside, today, world.cohort, levers, surroundings, fate)
    close_session(board)
