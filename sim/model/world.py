"""The nouns: what each actor remembers, with meaning and unit, and the world they share.

Each declaration is the layout of a row in the compiled carrier, the attributes of a Mesa agent in
the plain one, and the table in the docs. Fields marked ``kept`` are recorded every month, those
marked ``summed`` at least as their sum over all traders.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from .row import state

VACANT, POSTED, OVERSTAYING = 0, 1, 2  # status of a post
NOT_CALLED, CALLED_TO_REVIEW, CALLED_HOME = 0, 1, 2  # what the month's post brought
STAY, GO_HOME, OVERSTAY, DEFECT = 1, 2, 3, 4  # choices; 0 is: did not think about it
CAME_HOME, PUNISHED, CAUGHT, DEFECTED = 1, 2, 3, 4  # how a posting ended; 0 is: it goes on
CLEARED, REEDUCATED, BANISHED, WORSE = 1, 2, 3, 4  # verdicts; 0 is: no review
CAME_BACK, NOT_HEARD_OF, GONE = 1, 2, 3  # news of a review: returned, went home for good, punished
CHINA, RUSSIA = 0, 1  # partner markets
MONTHS_IN_YEAR, MONTHS_IN_QUARTER = 12, 3


@dataclass
class Planner:
    """Pyongyang: the state's purse, what the office works out once a month, what it believes."""

    treasury: float = state("money of the state, counted from zero", "USD")
    surveillance: float = state("surveillance in force: lever and own rule", "chance", kept=True)
    authority_share: float = state("authority in force: lever and own rule", "share", kept=True)
    surveillance_added: float = state("added to the lever by its own rule", "chance")
    authority_added: float = state("added to the lever by its own rule", "share")
    punishment_loss: float = state("what a sentence would cost a trader, discounted", "USD")
    loss_to_come: float = state("what announcements are trusted to add to that", "USD")
    base_call_rate: float = state("call-up rate of a trader nothing is held against", "a month")
    base_odds: float = state("odds of punishment with a clean record", "odds")
    abroad: float = state("traders abroad this quarter, month by month", "trader-months")
    absent: float = state("overstayers and defectors this quarter, month by month", "trader-months")
    own_value: float = state("own orders delivered this quarter", "USD")
    own_gain: float = state("what own orders seemed to gain this quarter", "USD")
    fixed_value: float = state("directed orders delivered this quarter", "USD")
    fixed_gain: float = state("what directed orders seemed to gain this quarter", "USD")
    control_cost: float = state("cost of surveillance this month", "USD", kept=True)
    repair_cost: float = state("cost of repairs this month", "USD", kept=True)


@dataclass
class ReviewBoard:
    """Those who review the returned."""

    called: int = state("traders who came before the board this month", "cases", kept=True)
    punished: int = state("of those, punished", "cases", kept=True)
    cases_owed: float = state("cases still to be produced, guilty or not", "cases")
    forced_chance: float = state("chance that an innocent case is used for it", "chance")


@dataclass
class Outside:
    """Everyone else: sellers, landlords, the families and the world newcomers bring money from."""

    balance: float = state("money that has gone outside, less what came from there", "USD")


@dataclass
class Good:
    """One good on one partner market: what it offers this month and what the planner fixed."""

    partner: int = state("China or Russia", "code")
    recorded: int = state("1 if customs data show it, 0 if not", "flag")
    manufactured: int = state("1 if it comes out of a factory", "flag")
    share: float = state("share of all posts", "share")
    stream_share: float = state("share of the recorded or the unrecorded stream of trade", "share")
    permission_share: float = state("part that needs the Party's permission", "share")
    covert: int = state("1 if it crosses the border in secret", "flag")
    elsewhere: float = state("share of posts that buy it on the other market", "share")
    orders_usd: float = state("orders of an average post", "USD")
    delivered: float = state("what arrived this month, at the reference price", "USD", kept=True)
    fixed_price: float = state("lowest listed price, relative to the reference", "ratio", 1)
    fixed_quality: float = state("quality of that listing", "SD")
    fixed_defects: float = state("defective part of what the fixed supplier sends", "share")
    fixed_adjusted: float = state("fixed price less the worth of its quality", "ratio", 1)
    index_sd: float = state("spread of price less worth of quality between sellers", "ln units")
    price_on_index: float = state("ln price that goes with one SD of the index", "ln units")
    quality_on_index: float = state("quality that goes with one SD of the index", "SD")
    quality_apart: float = state("spread of quality left once the index is known", "SD")


@dataclass
class Search:
    """What meeting so many suppliers may bring (row n: n meetings)."""

    lowest_normal: float = state("expected lowest of n standard normals (T12)", "SD")
    found_chance: float = state("chance that at least one of n can deliver", "chance")
    best_index: float = state("expected lowest index among those able, 0 if none", "SD")


@dataclass
class Company:
    """A trading company: its tier and its operational capital."""

    tier: int = state("1 is closest to the Party", "tier")
    posts: int = state("posts it holds", "posts")
    capital: float = state("operational capital", "USD", kept=True)
    backing: float = state("capital it risks for one trader this month", "USD")
    effort: float = state("effort its traders put into exports", "share", 1)
    quota_factor: float = state("its quotas relative to the lever, after revisions", "ratio", 1)
    earnings: float = state("declared earnings of its traders this quarter", "USD")
    quota_due: float = state("quota due this quarter", "USD")
    quota_paid: float = state("quota paid this quarter", "USD")


@dataclass
class Trader:
    """One post and, while it is filled, its occupant."""

    # the post and who holds it
    company: int = state("company, by number", "number")
    good: int = state("good bought, by number", "number")
    quota_factor: float = state("quota of this post relative to the typical one", "ratio", 1)
    monitor_late: int = state("1 if the official who approves his plans is a late one", "flag")
    occupant: int = state("how many have held this post", "number")
    status: int = state("vacant, posted or overstaying", "code", kept=True)
    began: int = state("month the posting began, counted from the first", "month", kept=True)
    months_posted: int = state("length of the posting so far", "months")
    has_family: int = state("1 if a family at home answers for him", "flag")
    savings: float = state("personal savings", "USD", kept=True)
    arrears: float = state("quota and levies owed", "USD", kept=True)
    net_flow: float = state("his feeling for what a month adds to savings", "USD a month")
    flow_to_come: float = state("what announcements are trusted to add to that", "USD a month")
    bargaining: float = state("part of the bargaining room won with full skill", "share")
    experience: float = state("skill from own deals", "share", kept=True)
    exposure: float = state("what observers hold against him", "exposure")
    failure: float = state("blame for failed and defective deliveries", "months")
    heard_punished: float = state("punished cases heard of since last month", "cases")
    heard_cleared: float = state("cleared cases heard of since last month", "cases")
    punished_seen: float = state("punished cases he knows of, fading", "cases")
    cleared_seen: float = state("cleared cases he knows of, fading", "cases")
    belief: float = state("chance of punishment he expects from a review", "chance", kept=True)
    backlog: float = state("orders that wait for approval", "USD", summed=True)
    waiting: float = state("orders that wait for the Party's permission", "USD", summed=True)
    backing: float = state("company capital at risk for him this month", "USD")
    spent: int = state("month savings were first spent, plus 1; 0 if never", "month", kept=True)
    missed: int = state("month a quota was first missed, plus 1; 0 if never", "month", kept=True)
    overstayed: int = state("month he first overstayed, plus 1; 0 if never", "month", kept=True)
    # this month's trade
    at_work: int = state("1 if he was in post when the month began", "flag", kept=True)
    orders: float = state("orders received, at the reference price", "USD", summed=True)
    order_count: float = state("number of orders received", "orders", summed=True)
    placed: float = state("orders that can be placed this month", "USD")
    own_orders: float = state("orders he placed with a supplier of his own", "USD")
    proposed_orders: float = state("of those, looked-up ones within tolerance", "USD")
    approved_orders: float = state("of those, ones that had to be approved", "USD")
    late_orders: float = state("own orders approved late", "USD")
    directed_orders: float = state("orders placed with the fixed supplier", "USD", summed=True)
    rejected_orders: float = state("own proposals turned down for price", "USD", summed=True)
    meetings: int = state("suppliers met for each order of his own", "meetings")
    contacts: float = state("meetings held in all", "meetings", summed=True)
    found: int = state("1 if a supplier of his own can deliver", "flag")
    own_price: float = state("price he negotiated, relative to the reference", "ratio", 1)
    own_quality: float = state("quality he found", "SD")
    late_price: float = state("price after sellers were kept waiting", "ratio", 1)
    late_months: float = state("how long a late approval takes", "months")
    hidden_part: float = state("hidden in the price of an unchecked order", "ratio")
    hidden_in_proposals: float = state("hidden in the price of a looked-up order", "ratio")
    delivered: float = state("orders delivered, at the reference price", "USD", summed=True)
    paid_sellers: float = state("what sellers were paid", "USD")
    paid: float = state("what the state paid in all for delivered orders", "USD", summed=True)
    own_delivered: float = state("of those, own orders", "USD", summed=True)
    own_paid: float = state("what the state paid for own orders", "USD", summed=True)
    own_quality_value: float = state("own orders delivered times quality", "USD SD", summed=True)
    closing: float = state(
        "orders delivered times the months they waited", "USD months", summed=True
    )
    seized: float = state("deliveries lost at the border", "USD", summed=True)
    quality_value: float = state("delivered orders times quality", "USD SD", summed=True)
    adjusted_value: float = state("delivered orders at quality-adjusted prices", "USD", summed=True)
    defective: float = state("delivered orders that were defective", "USD", summed=True)
    # this month's money
    salary_paid: float = state("salary received", "USD", summed=True)
    commission_paid: float = state("commission on exports received", "USD", summed=True)
    margin_kept: float = state("margin he kept", "USD", summed=True)
    directed_margin: float = state("of that, from directed orders", "USD")
    bonus_paid: float = state("bonus for saving received", "USD", summed=True)
    hidden_margin: float = state("margin hidden in prices", "USD", summed=True)
    monitor_taken: float = state("what a late monitor kept of what was saved", "USD")
    fine_paid: float = state("fines and confiscations paid", "USD")
    bribe_paid: float = state("bribes paid to reviewers", "USD", summed=True)
    own_account: float = state("own-account trade, turnover", "USD", summed=True)
    own_account_result: float = state("what own-account trade brought, or lost", "USD")
    own_account_profit: float = state(
        "his part of what own-account trade brought", "USD", summed=True
    )
    company_margin: float = state("margin his company kept", "USD")
    living_paid: float = state("cost of living paid", "USD")
    quota_due: float = state("quota of the month", "USD", summed=True)
    quota_from_income: float = state("quota paid from the month's income", "USD", summed=True)
    quota_from_company: float = state("quota paid by the company", "USD", summed=True)
    quota_from_savings: float = state("quota paid from savings", "USD", summed=True)
    quota_unpaid: float = state("quota of the month left unpaid", "USD")
    levy_paid: float = state("special levies paid", "USD", summed=True)
    arrears_paid: float = state("arrears paid off", "USD", summed=True)
    brought: float = state("savings a newcomer brought along", "USD")
    taken_away: float = state("savings one who left took along", "USD")
    # being watched, called, and what he made of it
    observed: int = state("contacts that were observed", "contacts")
    called: int = state("not called, called to a review, or called home", "code", kept=True)
    choice: int = state("what he chose, 0 if he did not think about it", "code", kept=True)
    detection: float = state("chance that a dollar hidden now is found out", "a USD")
    detected: int = state("1 if a hidden margin was found out", "flag", kept=True)
    news: int = state("what others can hear of his review", "code")
    value_stay: float = state("worth of staying over going home", "USD")
    value_overstay: float = state("worth of overstaying over going home", "USD")
    value_defect: float = state("worth of defecting over going home", "USD")
    reviewed: int = state("1 if he comes before the board this month", "flag", kept=True)
    verdict: int = state("the board's verdict", "code", kept=True)
    left: int = state("how his posting ended this month", "code", kept=True)


@dataclass
class Contact:
    """Who hears from whom, and how well."""

    listener: int = state("post that hears", "number")
    teller: int = state("post that is heard of", "number")
    weight: float = state("how much the news counts", "share")


@dataclass
class Today:
    """What the calendar and the customs series bring to everybody this month."""

    month: int = state("months since the first", "months")
    recorded_usd: float = state("recorded orders, an average post", "USD")
    unrecorded_usd: float = state("unrecorded orders, an average post", "USD")
    exports_usd: float = state("exports of home products through an average post", "USD")
    levies_due: int = state("special levies that fall in this month", "levies")


class World(NamedTuple):
    """Everything a month touches; rows in the compiled carrier, agents in the plain one."""

    levers: Any
    surroundings: Any
    cohort: Any
    today: Any
    announced: Any
    planner: Any
    board: Any
    outside: Any
    searches: Any
    goods: Any
    companies: Any
    contacts: Any
    traders: Any


ACTORS: dict[str, type] = {  # the fields of a world that remember, in its order
    "planner": Planner,
    "board": ReviewBoard,
    "outside": Outside,
    "searches": Search,
    "goods": Good,
    "companies": Company,
    "contacts": Contact,
    "traders": Trader,
}
