"""The model's month with the pool in it: a copy, with four lines more (marked ``# pool``)."""

from __future__ import annotations

from collections.abc import Sequence

from sim.model.cash import draw_salary_and_live, pay_levies, pay_quota, settle_arrears, take_stock
from sim.model.chance import GoodLuck, Luck
from sim.model.choosing import reckon_with_announced, weigh_leaving
from sim.model.companies import back, set_backing, set_effort, trade_on_own_account
from sim.model.deals import (
    cross_the_border,
    earn_bonus,
    earn_commission,
    leave_margin_on_directed,
    note_closing_time,
    practise,
    repair_and_answer,
    share_margin,
    take_directed_delivery,
    take_own_delivery,
)
from sim.model.hiding import hide_margin, may_be_found_out
from sim.model.leaving import (
    act_on_choice,
    live_with_verdict,
    may_be_caught,
    note_spent_savings,
    refill,
    update_belief,
    use_up_savings,
)
from sim.model.markets import count_imports, expect_from_meetings, set_out_sellers, share_out_demand
from sim.model.news import make_news, pass_on
from sim.model.page import turn_page
from sim.model.planner import (
    announce,
    look_up_price,
    open_month,
    revise_authority,
    revise_quota,
    revise_surveillance,
    take_note,
    watch_posts,
)
from sim.model.review_board import close_session, offer_bribe, open_session, review
from sim.model.row import rule
from sim.model.trading import (
    await_approval,
    await_permission,
    find_supplier,
    place_orders,
    plan_meetings,
    receive_orders,
)
from sim.model.watching import be_called, be_watched, be_watched_at_the_border
from sim.model.world import MONTHS_IN_QUARTER, OVERSTAYING, POSTED, VACANT, World

from .rules import be_helped, feel_pool, insure, turn_pool_page


@rule
def month(world: World, good_luck: Sequence[GoodLuck], luck: Sequence[Luck]) -> None:
    """One month in the life of everybody, some of whom insure one another."""
    levers, surroundings, today = world.levers, world.surroundings, world.today
    announced = world.announced
    planner, board, outside = world.planner, world.board, world.outside
    companies, goods, traders = world.companies, world.goods, world.traders

    open_month(planner, levers, surroundings)
    announce(planner, announced, surroundings)
    watch_posts(planner, outside, len(traders), levers)
    expect_from_meetings(world.searches, surroundings)
    for good, draw in zip(goods, good_luck):
        share_out_demand(good, today, surroundings)
        set_out_sellers(good, surroundings)
        look_up_price(good, levers, surroundings, draw)
    for company in companies:
        set_backing(company)
        set_effort(company, levers, surroundings)

    for trader, fate in zip(traders, luck):
        company, good = companies[trader.company], goods[trader.good]
        turn_page(trader)
        turn_pool_page(trader)  # pool
        if trader.status == POSTED:
            back(trader, company)
            receive_orders(trader, good, surroundings, fate)
            await_permission(trader, good, levers, fate)
            plan_meetings(trader, company, planner, good, world.searches, levers, surroundings)
            find_supplier(trader, good, surroundings, fate)
            place_orders(trader, company, good, planner, levers, surroundings)
            await_approval(trader, planner, levers, surroundings)
            hide_margin(trader, good, planner, levers, surroundings, fate)
            take_own_delivery(trader, planner, outside, surroundings)
            take_directed_delivery(trader, good, planner, outside, surroundings, fate)
            cross_the_border(trader, good, surroundings, fate)
            repair_and_answer(trader, planner, outside, surroundings)
            share_margin(trader, company, planner, outside, levers, surroundings)
            leave_margin_on_directed(trader, good, planner, levers)
            earn_bonus(trader, planner, levers)
            earn_commission(trader, company, today, outside, surroundings)
            trade_on_own_account(trader, company, outside, levers, surroundings, fate)
            practise(trader, surroundings)
            note_closing_time(trader)
            count_imports(good, trader)
            may_be_found_out(trader, planner, surroundings, fate)
            draw_salary_and_live(trader, planner, outside, surroundings)
            pay_quota(trader, company, planner, levers, surroundings, fate)
            be_helped(trader, company, planner)  # pool
            pay_levies(trader, planner, today, levers)
            settle_arrears(trader, planner)
            insure(trader, company, surroundings)  # pool
            take_stock(trader, today, levers, surroundings)
            feel_pool(trader, surroundings)  # pool
            be_watched(trader, planner, surroundings, fate)
            be_watched_at_the_border(trader, good, planner, surroundings)
            be_called(trader, company, planner, levers, surroundings, fate)
        elif trader.status == OVERSTAYING:
            use_up_savings(trader, outside, surroundings)
            note_spent_savings(trader, today)
            may_be_caught(trader, outside, surroundings, fate)

    board.called = 0
    board.punished = 0
    for trader, fate in zip(traders, luck):
        if trader.status != VACANT:
            update_belief(trader, surroundings)
            company = companies[trader.company]
            reckon_with_announced(trader, company, levers, announced, surroundings)
            weigh_leaving(trader, planner, levers, surroundings, fate)
            act_on_choice(trader, outside, today)
            offer_bribe(trader, outside, surroundings)
            board.called += trader.reviewed

    open_session(board, len(traders), levers, surroundings)
    for trader, fate in zip(traders, luck):
        if trader.reviewed:
            review(trader, companies[trader.company], board, planner, levers, surroundings, fate)
            live_with_verdict(trader, outside)
        elif trader.status == VACANT:
            company = companies[trader.company]
            refill(trader, company, outside, today, world.cohort, levers, surroundings, fate)
        make_news(trader)
    close_session(board)
    for contact in world.contacts:
        pass_on(traders[contact.listener], traders[contact.teller], contact, surroundings)

    for trader in traders:
        take_note(planner, trader, companies[trader.company], surroundings, levers)
    if (today.month + 1) % MONTHS_IN_QUARTER == 0:
        revise_surveillance(planner, levers)
        revise_authority(planner, levers)
        for company in companies:
            revise_quota(company, levers)
