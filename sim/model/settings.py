"""The numbers a scenario may set, each declared once: meaning, unit, bounds, source and grade.

Three drawers. *Levers* are decided by the planner and are the only numbers that may be tuned.
*Surroundings* are decided by nobody and are uncertain. The *cohort* says who starts.
Levers and surroundings may change from month to month; the cohort may not.

Grades: ``reported`` (customs, press, a witness), ``scholarly``, ``inferred`` (arithmetic on
those), ``assumed`` (no source: to be varied, never quoted). Sources: A1-A14 are the claims of the
founding articles, "evidence" and "literature" the project's registers of figures.

What is ``plausible`` is a judgement, taken from literature 8 where that has a range. What no
planner is reported to do, such as a bonus on savings, stays as it is; the gains of one who adapts
are assumed to lie between none and what moves his rule by a fifth of the distance in a quarter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

GRADES = ("reported", "scholarly", "inferred", "assumed")


@dataclass(frozen=True)
class Setting:
    """What is known of one number that a scenario may set."""

    name: str
    kind: type
    default: float
    meaning: str
    unit: str
    low: float
    high: float
    grade: str
    source: str
    plausible: tuple[float, float]
    """What it may well be, though nobody knows: the range over which studies vary it."""


def setting(
    default: float,
    meaning: str,
    unit: str,
    low: float,
    high: float,
    grade: str = "assumed",
    source: str = "no source; varied in studies",
    plausible: tuple[float, float] | None = None,
) -> Any:
    """Declare one setting; the field's annotation gives its kind (int or float). Where no range is
    known to be plausible, it is from half to twice the default, of shares from half to twice the
    odds."""
    about = {"meaning": meaning, "unit": unit, "low": low, "high": high}
    about |= {"plausible": plausible or half_to_twice(default, low, high)}
    return field(default=default, metadata=about | {"grade": grade, "source": source})


def half_to_twice(default: float, low: float, high: float) -> tuple[float, float]:
    """From half to twice a value, within bounds; of what lies between 0 and 1, of its odds."""
    if low >= 0 and high <= 1 and 0 < default < 1:
        odds = default / (1 - default)
        return odds / 2 / (1 + odds / 2), odds * 2 / (1 + odds * 2)
    ends = sorted((default / 2, default * 2))
    return max(low, ends[0]), min(high, ends[1])


def settings_of(drawer: type) -> Iterator[Setting]:
    """Every setting declared in a drawer, in order."""
    for entry in fields(drawer):
        kind = {"int": int, "float": float}[str(entry.type)]
        yield Setting(name=entry.name, kind=kind, default=entry.default, **entry.metadata)  # type: ignore[arg-type]


@dataclass
class Levers:
    """What the planner decides."""

    authority_share: float = setting(
        0.2, "orders the trader places freely: no approval, no price check", "share", 0, 1,
        source="A6, A14: less than all before, hoped for again; size assumed")
    autonomy_tiers: int = setting(
        3, "company tiers, counted from the top, whose traders have authority", "tiers", 0, 3,
        "reported", "directive of March 2025, tier one only (evidence 2.6)")
    online_lookup_share: float = setting(
        0.2, "orders, of those not free, whose price the planner looks up online", "share", 0, 1,
        source="A3; share assumed")
    listings_looked_up: int = setting(
        20, "online listings the planner compares for a good", "listings", 1, 50,
        "scholarly", "more than 20 sellers a product (Baye, Morgan and Scholten 2002)")
    price_tolerance: float = setting(
        0.10, "excess over the fixed price at which a trader's own proposal still stands; "
        "at 0 looked-up orders are directed without asking him", "share", 0, 0.5,
        source="A4 says none now; earlier size assumed", plausible=(0, 0.15))
    surveillance: float = setting(
        0.19, "chance that a contact with a supplier is observed", "chance", 0, 1,
        source="A2; size assumed, reported to have risen 3.5-fold (evidence 2.7)",
        plausible=(0.02, 0.8))
    margin_retention: float = setting(
        0.20, "part of the margin on his own deals that the trader keeps", "share", 0, 1,
        source="A6 'a limited margin'; size assumed")
    company_margin_share: float = setting(
        0.15, "part of the margin on own deals that his company keeps", "share", 0, 1,
        source="A7 speaks of company margin; size assumed")
    quota_usd: float = setting(
        2000, "foreign-currency quota of a typical post", "USD a month", 0, 20000,
        "inferred", "2,500 reported for 2019 (evidence 2.2), eased since trade fell")
    levy_usd: float = setting(
        2000, "one special levy on a trader", "USD", 0, 20000,
        "reported", "1,788 in 2020, 3,000 in 2018 and 2022 (evidence 2.2)")
    levies_per_year: int = setting(
        2, "special levies a year, on the great anniversaries", "a year", 0, 4,
        "inferred", "two to three in stressed years (evidence 6.4)")
    review_chance: float = setting(
        0.06, "rate of periodic call-ups for review without any surveillance", "a month", 0, 1,
        "inferred", "one or two recalls a year before 2020, 0.08-0.154 in all (T42)")
    punish_base_chance: float = setting(
        0.069, "chance that a review of a trader with a clean record ends in punishment",
        "chance", 0, 0.99, source="no source gives any outcome's chance (evidence 2.8)",
        plausible=(0.02, 0.5))
    forced_cases_per_year: float = setting(
        1.5, "cases each security agent must produce regardless of guilt", "a year", 0, 12,
        "reported", "one to two targets an agent, October 2022 (evidence 2.8)", plausible=(0, 2))
    sentence_months: float = setting(
        60, "length of a punishment", "months", 0, 240,
        source="1-5 years in one report (evidence 2.8); the articles name banishment",
        plausible=(12, 240))
    term_months: int = setting(
        36, "length of a posting before a trader is due home", "months", 1, 240,
        "reported", "three years, restored in January 2020 (evidence 2.1)")
    approval_delay_months: float = setting(
        1.3, "time a late official takes to approve a plan", "months", 1, 24,
        source="June-like delays of the bad monitors in Punjab (literature 3a); size assumed")
    directed_margin_share: float = setting(
        0.0, "part of what a fixed price saves that the trader may keep", "share", 0, 1,
        "reported", "none now (A7)")
    saving_bonus_share: float = setting(
        0.0, "bonus on what he saves on orders that must be approved", "share", 0, 1,
        source="none reported; arm 'incentives' of Bandiera et al. 2021")
    open_area_share: float = setting(
        0.0, "own-account trade allowed, relative to a post's orders", "share", 0, 2,
        source="none reported now; hoped for (A14)")
    extra_levy_usd: float = setting(
        0.0, "further levy of the month, for a congress or a campaign", "USD", 0, 20000,
        "reported", "levied before the congresses of 2016 and 2020 (evidence 2.2)")
    permission_chance: float = setting(
        0.7, "chance that the Party grants what waits for its permission", "a month", 0.01, 1,
        source="Japanese and American goods need it (A13); chance assumed")
    permission_delay_months: float = setting(
        1.0, "months between two sittings that grant permission", "months", 1, 12)
    surveillance_cost_usd: float = setting(
        100, "cost of watching one post fully", "USD a month", 0, 10000,
        "inferred", "one agent to 50 posts at 2-5 thousand USD a month")
    surveillance_gain: float = setting(
        0.0, "how much surveillance rises in a quarter with the share of absent traders",
        "chance", 0, 10, source="0 is a planner who does not adapt (T27)", plausible=(0, 0.2))
    tolerated_absence: float = setting(
        0.05, "share of absent traders at which surveillance stays as it is", "share", 0, 1)
    authority_gain: float = setting(
        0.0, "how much authority rises in a quarter with its seeming advantage", "share", 0, 10,
        source="0 is a planner who does not adapt (T29)", plausible=(0, 0.2))
    quality_seen_share: float = setting(
        0.3, "part of quality that Pyongyang takes notice of", "share", 0, 1,
        source="0 makes the price rule confirm itself (T29)", plausible=(0, 1))
    control_premium: float = setting(
        0.02, "advantage that authority must seem to have before it is given", "ln units", 0, 1,
        "scholarly", "the lure of authority (Fehr, Herz and Wilkening)", plausible=(0, 0.2))
    quota_ratchet: float = setting(
        0.0, "part of declared earnings above quota that is added to it in a quarter",
        "share a quarter", 0, 1, source="contested: 0 to 0.5 (literature 3d)", plausible=(0, 0.5))
    quota_relief: float = setting(
        0.0, "cut of quotas in a quarter when too little was paid", "share a quarter", 0, 0.5,
        "reported", "targets cut by up to 15 % in 2017 (literature 2)", plausible=(0, 0.15))
    relief_below_share: float = setting(
        0.8, "part of quota paid below which relief is given", "share", 0, 1)
    recall_chance: float = setting(
        0.25, "chance of being ordered home in a month once the term is over",
        "chance a month", 0, 1, source="recalls come late in all reports; pace assumed")


@dataclass
class Surroundings:
    """What nobody decides."""

    growth_share: float = setting(
        0.05, "yearly growth of trade beyond the customs data", "share a year", -0.9, 2,
        source="25 % in 2025 (evidence 1.2) is not expected to last", plausible=(-0.1, 0.25))
    demand_factor: float = setting(
        1.0, "orders relative to the path of the customs series", "ratio", 0, 10,
        source="1 is the series itself")
    unrecorded_ratio: float = setting(
        0.25, "orders outside customs data (electronics, computers, components, vehicles) "
        "relative to recorded ones", "ratio", 0, 5,
        source="banned goods have no published value (evidence 1.3)")
    real_posts: float = setting(
        2000, "trade representatives in China among whom orders are shared", "posts", 100, 20000,
        "inferred", "1,600-2,500 by head-counts of 2011 (evidence 2.1)", plausible=(1600, 2500))
    russia_delivers: float = setting(
        1.0, "part of manufactures ordered in Russia that Russia delivers; the rest is bought in "
        "China", "ratio", 0, 10, source="falling by A12; no figure confirms it (evidence 1.5)")
    order_usd: float = setting(
        37000, "value of one order at the reference price", "USD", 100, 1e6,
        "inferred", "trade over traders and months (literature 8)")
    order_noise: float = setting(
        0.25, "spread of a post's monthly orders (sd of ln)", "ln units", 0, 2)
    price_sd: float = setting(
        0.15, "spread of sellers' prices for one good (sd of ln)", "ln units", 0, 0.6,
        "scholarly", "0.08-0.30 from gaps of about 30 % (literature 3d)", plausible=(0.08, 0.30))
    price_quality_correlation: float = setting(
        0.3, "correlation of price and quality between sellers", "correlation", -0.9, 0.95,
        "inferred", "about 0.2 over 65 years of studies (Imkamp 2018); A5 suggests more",
        plausible=(0, 0.8))
    value_of_quality: float = setting(
        0.2, "worth of one standard deviation of quality, as a part of the price",
        "ln units", 0, 2, "inferred", "repairs of 7.5-14 % as a floor (Bajari et al. 2014)",
        plausible=(0.05, 0.5))
    seller_able_chance: float = setting(
        0.4, "chance that a supplier whom the trader meets can deliver", "chance", 0.01, 1)
    seller_failure_chance: float = setting(
        0.25, "chance that a fixed supplier does not honour the listed price", "chance", 0, 1)
    late_order_failure_chance: float = setting(
        0.13, "chance that an order waiting for approval falls through", "chance a month", 0, 1,
        source="falling-through rates are not published")
    decision_slowing: float = setting(
        0.5, "how much longer a late approval takes under full surveillance", "share", 0, 10,
        source="A2: slower decisions; size assumed")
    delay_premium: float = setting(
        0.029, "what sellers add for a month of waiting", "share a month", 0, 0.5)
    monitor_capture_share: float = setting(
        0.37, "part of what is saved that a late official keeps", "share", 0, 1)
    seizure_chance: float = setting(
        0.05, "chance that a month's secret deliveries are seized", "chance a month", 0, 1,
        source="predatory inspections are reported (evidence 2.6); chance assumed")
    covert_watch: float = setting(
        0.5, "watching that secret deals draw, relative to open contacts", "ratio", 0, 10)
    hidden_cap_share: float = setting(
        0.03, "most that can be hidden in a month's deals, relative to an order", "share", 0, 0.5,
        source="no figure; trade margins of 2-3 % in 2019 set the scale (evidence 2.4)")
    detection_per_usd: float = setting(
        3e-4, "chance, at full surveillance, that a hidden dollar is found out", "a USD", 1e-9, 1)
    opacity_spread: float = setting(
        1.2, "how much deals differ in that (sd of ln)", "ln units", 0, 3)
    detection_loss_usd: float = setting(3000, "fine for a hidden margin", "USD", 0, 1e6)
    dismissal_chance: float = setting(
        0.25, "chance that who is found out is called home", "chance", 0, 1)
    exposure_per_detection: float = setting(
        0.5, "exposure that a hidden margin found out adds", "exposure", 0, 5)
    own_account_margin: float = setting(
        0.03, "profit on own-account trade", "share of turnover", -0.5, 0.5,
        "reported", "2-3 % by 2019 (evidence 2.4)")
    own_account_spread: float = setting(
        0.15, "spread of that profit from month to month (sd)", "share of turnover", 0, 1,
        "inferred", "losses of 10-30 % on single cars (evidence 2.4)")
    own_account_share: float = setting(
        0.3, "trader's part of a profit on own account", "share", 0, 1)
    bribe_usd: float = setting(
        1000, "bribe that a trader under review offers, if he has it", "USD", 0, 1e5,
        source="bribes take up to all savings (evidence 2.8); typical size assumed")
    relief_per_bribe: float = setting(
        0.5, "fall of the log-odds of punishment by such a bribe", "log-odds", 0, 5)
    silence_share: float = setting(
        0.2, "part of traders who take silence about a returned one for punishment", "share", 0, 1,
        source="reported to be read so in 2017; size assumed (T33)", plausible=(0, 0.5))
    city_tie: float = setting(
        0.4, "weight of news from a trader of another company in town", "share", 0, 1,
        "scholarly", "near ties count, unrelated ones hardly (Lochner 2007)")
    stranger_tie: float = setting(
        0.05, "weight of news from a stranger", "share", 0, 1,
        "scholarly", "near ties count, unrelated ones hardly (Lochner 2007)")
    news_weight: float = setting(
        1.0, "weight of news from a colleague, relative to own experience", "share", 0, 5,
        "scholarly", "three detections win one complier (Rincke and Traxler 2011)")
    meeting_cost_usd: float = setting(
        120, "trouble of meeting one supplier", "USD", 0, 10000)
    bargaining_room: float = setting(
        0.30, "distance between a seller's quote and his cost, as a part of the quote",
        "share", 0, 0.9, source="sellers' margins are not published")
    skill_weight: float = setting(
        0.59, "part of bargaining power that rests on experience", "share", 0, 1)
    learning: float = setting(
        0.05, "part of what is left to learn that a month of own deals teaches", "share", 0, 1)
    forgetting: float = setting(
        0.02, "part of experience that fades in a month", "share a month", 0, 1)
    defect_share: float = setting(
        0.22, "defective part of goods of average quality", "share", 0, 0.99,
        "inferred", "17 % (SAMR 2022) to 41 % (SAIC 2014) in targeted tests (evidence 3)")
    defect_slope: float = setting(
        1.1, "fall of the log-odds of a defect with one standard deviation of quality",
        "log-odds", 0, 5, "inferred", "vetted 10-15 %, cheapest 35-60 % (evidence 6.6)")
    repair_share: float = setting(
        0.10, "cost of putting defective goods right, as a part of their value", "share", 0, 1,
        "scholarly", "adaptation costs 7.5-14 % (Bajari, Houghton and Tadelis 2014)")
    salary_usd: float = setting(
        500, "salary of a trade representative", "USD a month", 0, 10000,
        "reported", "350-600 for embassy secretaries (evidence 2.3)", plausible=(350, 1000))
    living_cost_usd: float = setting(
        1100, "cost of living in a Chinese city", "USD a month", 0, 10000,
        "inferred", "12,000-18,000 a year (evidence 6.2)", plausible=(500, 1500))
    company_cover_chance: float = setting(
        0.22, "chance that the company pays what income leaves of a month's quota",
        "chance a month", 0, 1, source="soft budget (Kornai); size assumed", plausible=(0, 0.5))
    commission_share: float = setting(
        0.041, "commission on exports of home products", "share", 0, 1,
        "reported", "2-5 % of export sales, Cabinet Decision 49 of 2020 (evidence 2.4)")
    exposure_per_contact: float = setting(
        0.01, "exposure that one observed contact adds", "exposure", 0, 5,
        source="no figure; chosen so that full watching chills contact by tens of per cent, as "
        "online surveillance does (literature 3b)")
    exposure_kept: float = setting(
        0.85, "part of exposure still held against him a month later", "share a month", 0, 0.99)
    failure_kept: float = setting(
        0.85, "part of blame for failed deliveries still held against him a month later",
        "share a month", 0, 0.99)
    call_up_per_surveillance: float = setting(
        0.089, "call-up rate that full surveillance adds", "a month", 0, 2)
    call_up_per_arrears_month: float = setting(
        0.02, "call-up rate that one month's quota in arrears adds", "a month", 0, 1,
        source="arrears bring fear of recall (evidence 2.2); size assumed")
    call_up_per_exposure: float = setting(
        0.05, "call-up rate that one unit of exposure adds", "a month", 0, 2)
    punish_per_exposure: float = setting(
        1.0, "rise of the log-odds of punishment with one unit of exposure", "log-odds", 0, 10)
    punish_per_arrears_month: float = setting(
        0.15, "rise of the log-odds of punishment with one month's quota in arrears",
        "log-odds", 0, 5)
    punish_per_failure: float = setting(
        0.1, "rise of the log-odds of punishment with one month of wholly failed deliveries",
        "log-odds", 0, 5)
    arrears_months_counted: float = setting(
        6, "months of arrears beyond which more change nothing", "months", 0, 60)
    posts_per_agent: float = setting(
        50, "traders watched by one security agent", "posts", 1, 1000,
        "reported", "one to 50 labourers (evidence 2; literature 2)")
    overstay_punish_chance: float = setting(
        0.035, "chance of punishment that coming home late adds", "chance", 0, 1)
    caught_chance: float = setting(
        0.0093, "chance that an overstayer is caught and sent back", "chance a month", 0, 1)
    reeducation_share: float = setting(
        0.5, "punishments that are re-education", "share", 0, 1, plausible=(0.3, 0.6))
    banishment_share: float = setting(
        0.4, "punishments that are banishment to the provinces; the rest is worse", "share", 0, 1,
        source="A9 names it as the best case once problems are found; share assumed",
        plausible=(0.2, 0.4))
    reconsider_chance: float = setting(
        0.11, "chance that a trader weighs leaving, unless called", "chance a month", 0, 1)
    discount_factor: float = setting(
        0.98, "worth today of a dollar next month", "a month", 0.8, 0.999,
        "scholarly", "certainty deters more than severity only if discounted (T37)",
        plausible=(0.95, 0.995))
    choice_noise_usd: float = setting(
        2600, "scale of what else sways a choice (logit)", "USD", 1, 1e6)
    value_posted_usd: float = setting(720, "worth of a month in post", "USD a month", 0, 20000)
    value_home_usd: float = setting(250, "worth of a month at home", "USD a month", 0, 20000)
    value_illegal_usd: float = setting(
        410, "worth of a month abroad without permission", "USD a month", 0, 20000,
        "scholarly", "irregular stay is felt as a heavy loss (Djajic and Vinogradova 2016)")
    savings_value_share: float = setting(
        0.38, "worth of a first dollar saved, taken home", "share", 0, 2)
    savings_scale_usd: float = setting(
        20000, "savings beyond which a further dollar is worth half as much or less",
        "USD", 100, 1e6)
    horizon_months: float = setting(
        24, "how far ahead a trader looks at most", "months", 1, 120)
    punishment_loss_usd: float = setting(
        1100, "loss from one month of punishment", "USD a month", 0, 20000)
    overstay_burn_usd: float = setting(
        1100, "savings that an overstayer uses up", "USD a month", 0, 20000,
        "inferred", "what living costs anybody (evidence 6.2)")
    exile_value_usd: float = setting(25000, "worth of a life elsewhere", "USD", 0, 1e7)
    exile_cost_usd: float = setting(30000, "cost of leaving one's country for good", "USD", 0, 1e7)
    hostage_cost_usd: float = setting(
        30000, "further cost if a family at home would pay for it", "USD", 0, 1e9,
        "inferred", "families are kept at home; defection 1-2 % a year (literature 2)")
    belief_punished: float = setting(
        1.0, "punished cases in a trader's prior belief about review", "cases", 0.01, 1000)
    belief_cleared: float = setting(
        2.6, "cleared cases in that prior belief", "cases", 0.01, 1000)
    belief_kept: float = setting(
        0.95, "part of what was seen of reviews that still counts a month later",
        "share a month", 0, 1, plausible=(0.9, 0.99))
    announcement_trust: float = setting(
        0.5, "part of an announced change of quota, levies or sentence that who weighs leaving "
        "reckons with beforehand", "share", 0, 1,
        source="no source gives how far announcements are believed; 0 is not at all",
        plausible=(0, 1))
    flow_weight: float = setting(
        0.1, "weight of the last month in a trader's feeling for his cash flow", "share", 0.001, 1)
    refill_chance: float = setting(
        0.4, "chance that an empty post is filled in a month", "chance a month", 0, 1)


@dataclass
class Cohort:
    """Who starts, and who comes as a replacement."""

    posts: int = setting(500, "simulated posts", "posts", 1, 5_000_000, plausible=(500, 500))
    companies: int = setting(
        50, "trading companies", "companies", 1, 500_000,
        "inferred", "about ten traders a company: 200-300 companies for 2,000 posts (evidence 2.1)")
    tier_one_share: float = setting(0.3, "companies of tier one", "share", 0, 1)
    tier_two_share: float = setting(
        0.3, "companies of tier two; the rest is tier three", "share", 0, 1)
    company_capital_usd: float = setting(
        20000, "operational capital of a company, a post", "USD", 0, 1e7)
    savings_usd: float = setting(
        42000, "median savings of a trader at the start", "USD", 0, 1e7,
        source="no figure found (evidence 7); 20,000-150,000 plausible", plausible=(20000, 150000))
    savings_spread: float = setting(0.5, "spread of savings (sd of ln)", "ln units", 0, 3)
    quota_spread: float = setting(
        0.4, "spread of quotas between posts (sd of ln)", "ln units", 0, 3)
    newcomer_savings_ratio: float = setting(
        0.71, "savings of a newcomer relative to the first traders'", "ratio", 0, 10)
    experience: float = setting(0.35, "experience of the first traders", "share", 0, 1)
    newcomer_experience: float = setting(0.1, "experience of a newcomer", "share", 0, 1)
    bargaining_share: float = setting(
        0.55, "part of the bargaining room that a skilled trader wins", "share", 0, 1,
        source="0.3-0.8 plausible (literature 8)", plausible=(0.3, 0.8))
    bargaining_spread: float = setting(
        0.25, "spread of that part between traders (sd)", "share", 0, 1)
    without_family_share: float = setting(
        0.02, "traders without family at home", "share", 0, 1, plausible=(0, 0.1))
    late_monitor_share: float = setting(
        0.5, "posts whose plans are approved by a late official", "share", 0, 1,
        "scholarly", "about half of offices in Punjab (literature 3a); transport assumed")
    russia_share: float = setting(
        0.02, "posts that buy in Russia", "share", 0, 0.5,
        "inferred", "Russian trade is 1-2 % of the Chinese (evidence 1.5)")
    contacts: int = setting(6, "traders from whom one hears", "traders", 0, 50,
        source="4-10 plausible (literature 8)", plausible=(4, 10))
    rewired_share: float = setting(
        0.1, "of those, strangers (small world)", "share", 0, 1,
        source="0.05-0.3 plausible (literature 8)", plausible=(0.05, 0.3))
    stagger_months: int = setting(
        36, "the first traders have been posted for 0 up to this many months", "months", 1, 240,
        source="so that terms do not all end together")


DRAWERS: dict[str, type] = {"levers": Levers, "surroundings": Surroundings, "cohort": Cohort}

# Parts of one whole, by drawer: in no month may they sum to more than 1.
PARTS_OF_ONE = (
    ("levers", ("margin_retention", "company_margin_share")),
    ("surroundings", ("reeducation_share", "banishment_share")),
    ("cohort", ("tier_one_share", "tier_two_share")),
)


@dataclass(frozen=True)
class GoodKind:
    """A good, the stream of trade it belongs to, and what stands in its way."""

    name: str
    recorded: bool
    share: float
    russian_share: float
    manufactured: bool
    permission_share: float
    covert: bool


# Shares within a stream, of Russian trade, and of goods that need permission are assumed: customs
# data of 2018 onwards show no machinery, electronics or vehicles (evidence 1.3), the unrecorded
# stream has no published value, and reported Russian trade is flour, oil, grain and fuel
# (evidence 1.5). American and Japanese goods, by the articles (A13), are mostly computers; cars
# come in by the covert channel (evidence 1.4).
GOODS = (
    GoodKind("consumer goods", True, 0.6, 0.15, True, 0.0, False),
    GoodKind("fuel and grain", True, 0.4, 0.7, False, 0.0, False),
    GoodKind("electronics", False, 0.3, 0.05, True, 0.2, False),
    GoodKind("computers", False, 0.2, 0.0, True, 0.5, False),
    GoodKind("industrial components", False, 0.3, 0.1, True, 0.2, False),
    GoodKind("vehicles", False, 0.2, 0.0, True, 0.0, True),
)
