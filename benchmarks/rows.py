"""Rows S1-S7 and N1-N3 of the validation table, measured under default settings.

Run by hand from the checkout: ``.venv/bin/python benchmarks/rows.py [REPLICATES]`` (60 by default,
a few minutes). Uses only the package. These rows are known to the builders (calibrated or demanded
in design): passing them brings no credit. Rows N4 and later are not measured here.

Worlds. TIGHT and AUTO hold, from the first month on, the levers that the shipped scenarios
tight_control and restored_autonomy end with; all else, dated events included, is as in
tight_control. N1-N3 switch the planner's look-up off, hold surveillance at its default and move
only authority (0 or 1) and the bonus for saving. Who meets nobody buys from the fixed supplier even
then, so they are measured twice: with the lowest of 20 listings as that supplier, and with a single
listing ("local": nobody compares, and both arms truly buy locally, as in the source).

Differences are paired by replicate; intervals are 95 %, t. "pass": the sign holds with an interval
that excludes 0 and the size is in the accepted range; "sign only": the first alone.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np

from sim.compare import study
from sim.model.choosing import value_of_defecting, value_of_overstaying, value_of_staying
from sim.model.planner import open_month
from sim.model.settings import Levers, Surroundings
from sim.model.world import POSTED, Planner, Trader
from sim.outcomes import OUTCOMES, ratio
from sim.result import Result
from sim.run import Replicate
from sim.scenario import Scenario, load
from sim.setting_values import SETTINGS
from sim.statistics import mean_interval
from sim.survival import kaplan_meier

NAMES = list(OUTCOMES)
MONTHS = 84
SWITCH, SWITCH_MONTH = 24, "2025-01"
BONUS = 0.2  # as much as a trader keeps of a margin of his own
STEPS = (0.05, 0.10, 0.19, 0.38, 0.665)  # surveillance; 0.19 to 0.665 is the reported 3.5-fold
NO_EXITS = [
    *("levers.review_chance=0", "levers.recall_chance=0", "levers.forced_cases_per_year=0"),
    *(f"surroundings.call_up_per_{why}=0" for why in ("surveillance", "arrears_month", "exposure")),
    *("surroundings.reconsider_chance=0", "surroundings.dismissal_chance=0"),
]


def levers_at_the_end(name: str) -> dict[str, float]:
    """The levers in which the two shipped futures differ, as one of them leaves them; authority
    counts for all tiers throughout."""
    ends = {
        future: {each: float(load(future).path("levers", each)[-1]) for each in SETTINGS["levers"]}
        for future in ("tight_control", "restored_autonomy")
    }
    tight, auto = ends.values()
    return {
        each: ends[name][each]
        for each in SETTINGS["levers"]
        if tight[each] != auto[each] or each == "autonomy_tiers"
    }


def world(name: str, levers: dict[str, float], *more: str) -> Scenario:
    """tight_control with levers held at values from the first month on."""
    held = [f"levers.{key}={value}" for key, value in levers.items()]
    return replace(load("tight_control", held).with_settings(more), name=name)


def local(
    name: str, authority: float, late: float | None, bonus: float = 0.0, listings: int = 1
) -> Scenario:
    """A world in which nobody looks prices up (N1-N3)."""
    levers = {"online_lookup_share": 0, "authority_share": authority, "surveillance": 0.19}
    levers |= {"listings_looked_up": listings, "autonomy_tiers": 3}
    more = [] if late is None else [f"cohort.late_monitor_share={late}"]
    return world(name, levers | {"saving_bonus_share": bonus}, *more)


class Table:
    """Rows printed as they are measured."""

    def __init__(self) -> None:
        print("| row | quantity | published; accepted | measured [95 %] | verdict |")
        print("|---|---|---|---|---|")

    def add(self, row: str, quantity: str, accepted: str, measured: str, verdict: str) -> None:
        """One line."""
        print(f"| {row} | {quantity} | {accepted} | {measured} | {verdict} |", flush=True)

    def effect(
        self,
        row: str,
        quantity: str,
        accepted: str,
        values: np.ndarray,
        low: float,
        high: float,
        percent: bool = True,
        signed: bool = True,
    ) -> None:
        """A mean over replicates against a range, which also says what sign is wanted."""
        mean, bottom, top = interval(values)
        inside = low <= mean <= high
        sign = np.sign(low + high)
        same_sign = bottom > 0 if sign > 0 else top < 0
        verdict = "pass" if inside and (same_sign or not signed) else "fail"
        if verdict == "fail" and signed and same_sign:
            verdict = "sign only"
        self.add(row, quantity, accepted, told(values, percent), verdict)

    def note(self, row: str, quantity: str, values: np.ndarray, percent: bool = True) -> None:
        """A number without a verdict."""
        self.add(row, quantity, "", told(values, percent), "")


def interval(values: np.ndarray) -> tuple[float, float, float]:
    """Mean and its 95 % interval over replicates."""
    found = mean_interval(np.asarray(values, float).reshape(-1, 1))
    return float(found.mean[0]), float(found.low[0]), float(found.high[0])


def told(values: np.ndarray, percent: bool) -> str:
    """``+1.2 % [+1.0, +1.4]``."""
    mean, low, high = interval(values)
    if percent:
        return f"{100 * mean:+.2f} % [{100 * low:+.2f}, {100 * high:+.2f}]"
    return f"{mean:+.3g} [{low:+.3g}, {high:+.3g}]"


def whole(result: Result, scenario: str, name: str, months: slice = slice(None)) -> np.ndarray:
    """An outcome over a stretch of months, (replicates,)."""
    table = result.tables[scenario][:, NAMES.index(name), :, months]
    last = slice(-1, None) if OUTCOMES[name].at_end else slice(None)
    return ratio(table[:, 0, last].sum(axis=1), table[:, 1, last].sum(axis=1))


def monthly(result: Result, scenario: str, name: str) -> np.ndarray:
    """An outcome month by month, (replicates, months)."""
    table = result.tables[scenario][:, NAMES.index(name)]
    return ratio(table[:, 0], table[:, 1])


def at_constant_quality(result: Result, control: str, treated: str) -> np.ndarray:
    """Coefficient of treatment in ln price on treatment and quality, by replicate: both arms'
    months together, ordinary least squares (as N1 asks)."""
    found = []
    arms = [
        [monthly(result, arm, name) for name in ("nominal_price", "quality")]
        for arm in (control, treated)
    ]
    for number in range(len(result.numbers)):
        price = np.log(np.concatenate([arm[0][number] for arm in arms]))
        quality = np.concatenate([arm[1][number] for arm in arms])
        is_treated = np.repeat([0.0, 1.0], len(price) // 2)
        columns = np.column_stack([np.ones(len(price)), is_treated, quality])
        known = np.isfinite(price) & np.isfinite(quality)
        found.append(np.linalg.lstsq(columns[known], price[known], rcond=None)[0][1])
    return np.array(found)


def log_price(result: Result, control: str, treated: str) -> np.ndarray:
    """Difference of ln price paid, quality left as it is."""
    return np.log(whole(result, treated, "nominal_price") / whole(result, control, "nominal_price"))


# --------------------------------------------------------------------------------------- S1-S4


def volume_and_margin(table: Table, replicates: int, tight: dict, auto: dict) -> None:
    """S1: a quarter more orders in both."""
    more = "surroundings.demand_factor=1.25"
    result = study([world("TIGHT", tight, more), world("AUTO", auto, more)], replicates)
    kept = {name: whole(result, name, "retained_margin_share") for name in ("TIGHT", "AUTO")}
    top = interval(kept["TIGHT"])[2]
    fall = kept["TIGHT"] - kept["AUTO"]
    part = interval(kept["TIGHT"] / kept["AUTO"])[0]
    verdict = "pass" if top <= 0.005 and part <= 0.2 and interval(fall)[2] < 0 else "fail"
    table.add("S1", "margin kept, TIGHT, orders +25 %", "about 0; at most 0.5 % and 20 % of AUTO",
              told(kept["TIGHT"], True), verdict)  # fmt: skip
    table.note("S1", "margin kept, AUTO", kept["AUTO"])
    table.note("S1", "TIGHT less AUTO", fall)


def price_quality_and_savings(table: Table, replicates: int, tight: dict, auto: dict) -> None:
    """S2 over the whole run, S3 over the first 24 months."""
    both = [world("TIGHT", tight), world("AUTO", auto)]
    result = study(both, replicates)
    table.effect("S2", "ln price, TIGHT less AUTO", "-10 to -41 %; -3 to -40 %",
                 log_price(result, "AUTO", "TIGHT"), -0.51, -0.03)  # fmt: skip
    quality = whole(result, "TIGHT", "quality") - whole(result, "AUTO", "quality")
    table.effect("S2", "quality (SD), TIGHT less AUTO", "lower; -0.2 to -1.5", quality,
                 -1.5, -0.2, percent=False)  # fmt: skip
    name = "quality_adjusted_price"
    adjusted = np.log(whole(result, "TIGHT", name) / whole(result, "AUTO", name))
    table.note("S2", "ln price at constant quality, TIGHT less AUTO", adjusted)

    early = study([each.first_months(24) for each in both], replicates)
    name = "quota_from_savings_share"
    burn, spared = whole(early, "TIGHT", name), whole(early, "AUTO", name)
    table.effect("S3", "quota from savings, months 1-24, TIGHT", "-; above 50 %", burn, 0.5, 1)
    table.effect("S3", "quota from savings, months 1-24, AUTO", "-; 0 to 20 %", spared, 0, 0.2)
    table.note("S3", "TIGHT less AUTO", burn - spared)
    overstaying(table, result)


def overstaying(table: Table, result: Result) -> None:
    """S5, the stock of overstayers under TIGHT."""
    share = monthly(result, "TIGHT", "overstay_share")
    table.effect("S5", "overstayers, TIGHT, at the end", "many; 5 to 40 %", share[:, -1], 0.05, 0.4)
    path = ", ".join(f"{100 * share[:, at - 1].mean():.1f}" for at in (12, 24, 36, 48, 60, 72, 84))
    peak = int(share.mean(axis=0).argmax()) + 1
    table.add("S5", "mean after 12, 24 ... 84 months; peak", "rises", f"{path} %; month {peak}", "")
    gap = share[:, -1] - monthly(result, "AUTO", "overstay_share")[:, -1]
    table.note("S5", "overstayers at the end, TIGHT less AUTO", gap)


def without_a_miss(result: Result, scenario: str) -> list[np.ndarray]:
    """Kaplan-Meier curves of those there from the start, by month, for each replicate."""
    table = result.postings[(result.postings.scenario == scenario) & (result.postings.began <= 0)]
    found = []
    for _, mine in table.groupby("replicate"):
        missed = mine.missed.notna().to_numpy()
        months = np.where(missed, mine.missed, mine.ended.fillna(MONTHS - 1)) + 1
        found.append(kaplan_meier(months, missed, MONTHS).survival)
    return found


def first_miss(result: Result, scenario: str) -> np.ndarray:
    """Median months to the first missed quota, one month past the run where half never miss."""
    curves = without_a_miss(result, scenario)
    return np.array([np.argmax(np.append(curve <= 0.5, True)) for curve in curves], float)


def missed_by(result: Result, scenario: str, month: int) -> np.ndarray:
    """Part of them that has missed a quota by then."""
    return 1.0 - np.array([curve[month] for curve in without_a_miss(result, scenario)])


def exhaustion(table: Table, replicates: int, tight: dict, auto: dict) -> None:
    """S4, with exits and with exits switched off."""
    for about, more in (("", ()), (", no exits", NO_EXITS)):
        both = [world("TIGHT", tight, *more), world("AUTO", auto, *more)]
        result = study(both, replicates)
        horizon, spared = first_miss(result, "TIGHT"), first_miss(result, "AUTO")
        quantity = f"median months to first missed quota, TIGHT{about}"
        if (horizon > MONTHS).mean() > 0.5:
            survived = [missed_by(result, each.name, 36) for each in both]
            quantity = f"share of first traders who miss within 36 months, TIGHT{about}"
            table.add("S4", quantity, "half within 24 to 60 months",
                      told(survived[0], True), "fail: they leave before")  # fmt: skip
            table.note("S4", f"the same, AUTO{about}", survived[1])
            continue
        table.effect("S4", quantity, "24 to 36 or more; 24 to 60",
                     horizon, 24, 60, percent=False)  # fmt: skip
        never = (spared > MONTHS).mean()
        table.effect("S4", f"TIGHT over AUTO, less 1{about} (AUTO not within the run in "
                     f"{100 * never:.0f} % of replicates: a bound)", "shorter; -25 % or more",
                     horizon / spared - 1, -1, -0.25)  # fmt: skip


# --------------------------------------------------------------------------------------- S5-S7


def pulls(table: Table, tight: dict) -> None:
    """S5 on a grid of savings and beliefs, through the rules: a trader who weighs leaving under
    TIGHT, with cash flows of traders who are there after two years."""
    course = world("TIGHT", tight).course()
    after = Replicate(course, 1, 0)
    for _ in range(SWITCH):
        after.live()
    rows = after.world.traders
    flows = rows["net_flow"][rows["status"] == POSTED]
    for share in (10, 50, 90):
        flow = float(np.percentile(flows, share))
        for about, stays in (("unasked", True), ("ordered home", False)):
            home = going_home(tight, flow, stays)
            for axis, what in enumerate(("savings", "belief")):
                wrong = (np.diff(home, axis=axis) > 1e-9).mean()
                ends = np.take(home, [0, -1], axis=axis).mean(axis=1 - axis)
                verdict = "pass" if wrong == 0 else f"rises in {100 * wrong:.0f} % of the grid"
                table.add("S5", f"chance of going home, {about}, by {what} (cash flow {flow:+.0f} "
                          f"$, {share} % of traders below)", "falls",
                          f"{100 * ends[0]:.1f} to {100 * ends[1]:.1f} %", verdict)  # fmt: skip


def going_home(tight: dict, flow: float, may_stay: bool) -> np.ndarray:
    """Chance that who weighs leaving goes home, by savings (0 to 100,000) and belief."""
    levers, surroundings, planner = Levers(**tight), Surroundings(), Planner()
    open_month(planner, levers, surroundings)
    savings, beliefs = np.arange(0, 100_001, 5000.0), np.arange(0.05, 0.96, 0.05)
    home = np.empty((len(savings), len(beliefs)))
    for at, wealth in enumerate(savings):
        for column, belief in enumerate(beliefs):
            trader = Trader(savings=wealth, net_flow=flow, belief=belief, has_family=1)
            values = [
                value_of_staying(trader, planner, levers, surroundings) if may_stay else -np.inf,
                value_of_overstaying(trader, belief, planner, surroundings),
                value_of_defecting(trader, belief, planner, surroundings),
            ]
            odds = np.exp(np.minimum(np.array(values) / surroundings.choice_noise_usd, 700))
            home[at, column] = 1 / (1 + odds.sum())
    return home


def chilling(table: Table, replicates: int, auto: dict) -> None:
    """S6: AUTO with more and more surveillance."""
    levels = [world(f"{step}", auto | {"surveillance": step}) for step in STEPS]
    result = study(levels, replicates)
    meetings = [whole(result, each.name, "meetings_per_order") for each in levels]
    closing = [whole(result, each.name, "closing_months") for each in levels]
    table.effect("S6", "meetings an order, surveillance 0.19 to 0.665", "-5 to -30 %; -5 to -50 %",
                 meetings[-1] / meetings[2] - 1, -0.5, -0.05)  # fmt: skip
    table.effect("S6", "time to close, the same", "up", closing[-1] / closing[2] - 1, 0, np.inf)
    for what, values, sign in (("meetings", meetings, -1), ("closing", closing, 1)):
        steps = [interval(sign * (b - a))[1] > 0 for a, b in zip(values, values[1:], strict=False)]
        path = ", ".join(f"{each.mean():.3g}" for each in values)
        table.add("S6", f"{what} at {', '.join(map(str, STEPS))}", "monotone", path,
                  "pass" if all(steps) else "fail")  # fmt: skip


def recovery(table: Table, replicates: int, tight: dict, auto: dict) -> None:
    """S7: TIGHT for 24 months, AUTO from then on, against each of the two throughout."""
    dated = [f"levers.{key}@{SWITCH_MONTH}={value}" for key, value in auto.items()]
    three = [world("TIGHT", tight), world("AUTO", auto), world("BACK", tight, *dated)]
    result = study(three, replicates)
    later = slice(SWITCH, None)
    kept = {each.name: whole(result, each.name, "retained_margin_share", later) for each in three}
    back = (kept["BACK"] - kept["TIGHT"]) / (kept["AUTO"] - kept["TIGHT"])
    table.effect("S7", "margin recovered, months 25-84", "-; 50 to 100 %", back, 0.5, 1.0)
    for until in (30, 36, 42):
        left = {each.name: originals(each, replicates, until) for each in three[1:]}
        told_part = 100 * left["BACK"].mean() / left["AUTO"].mean()
        table.effect("S7", f"first traders still in post after {until} months, BACK less AUTO "
                     f"(recovery {told_part:.0f} %)", "recovery below 100 %",
                     left["BACK"] - left["AUTO"], -1, -1e-9)  # fmt: skip
    at_work = 1 - whole(result, "BACK", "vacancy_share")
    at_work_auto = 1 - whole(result, "AUTO", "vacancy_share")
    table.note(
        "S7", "posts with a trader at work at the end, BACK less AUTO", at_work - at_work_auto
    )
    name = "savings_median"
    savings = whole(result, "BACK", name) / whole(result, "AUTO", name) - 1
    table.note("S7", "median savings at the end, BACK over AUTO, less 1", savings)


def originals(scenario: Scenario, replicates: int, until: int) -> np.ndarray:
    """Part of the first traders who are still in post, by replicate."""
    course = scenario.first_months(until).course()
    found = []
    for number in range(replicates):
        replicate = Replicate(course, 1, number)
        for _ in range(until):
            replicate.live()
        traders = replicate.world.traders
        found.append(((traders["status"] == POSTED) & (traders["occupant"] == 0)).mean())
    return np.array(found)


# --------------------------------------------------------------------------------------- N1-N3


def procurement(table: Table, replicates: int, listings: int, about: str) -> None:
    """N1-N3: authority, a bonus, and both, by kind of monitor."""
    price: dict[tuple[str, str], np.ndarray] = {}
    for kind, late in {"mixed": None, "good": 0.0, "bad": 1.0}.items():
        arms = [
            local("control", 0, late, 0, listings),
            local("AUTO", 1, late, 0, listings),
            local("INC", 0, late, BONUS, listings),
            local("BOTH", 1, late, BONUS, listings),
        ]
        result = study(arms, replicates)
        for arm in ("AUTO", "INC", "BOTH"):
            price[arm, kind] = at_constant_quality(result, "control", arm)
        if kind == "mixed":
            plain = log_price(result, "control", "AUTO")
            change = whole(result, "AUTO", "quality") - whole(result, "control", "quality")
            directed = whole(result, "control", "directed_share")

    def named(row: str) -> str:
        return f"{row} {about}"

    table.effect(named("N1"), "AUTO on ln price, quality held", "-8.0 [-14.1, -1.9]; -2 to -20 %",
                 price["AUTO", "mixed"], -0.2, -0.02)  # fmt: skip
    table.note(named("N1"), "AUTO on ln price, quality not held", plain)
    table.add(named("N1"), "AUTO on quality (SD)", "+0.016 [-0.043, +0.075]; within 0.1",
              told(change, False), "pass" if abs(change.mean()) <= 0.1 else "fail")  # fmt: skip
    table.note(
        named("N1"), "orders that went to the fixed supplier all the same, control", directed
    )
    table.effect(named("N2"), "AUTO, bad less good monitor", "-17.8 [-30.1, -5.5]; -5 to -30",
                 price["AUTO", "bad"] - price["AUTO", "good"], -0.3, -0.05)  # fmt: skip
    good = price["AUTO", "good"]
    nothing = "pass" if interval(good)[2] >= -1e-4 else "fail"
    table.add(named("N2"), "AUTO, good monitor", "+4.2 [-6.2, +14.6]; includes 0 or positive",
              told(good, True), nothing)  # fmt: skip
    table.note(named("N2"), "AUTO, bad monitor (published net -13.6)", price["AUTO", "bad"])
    mean = price["INC", "mixed"]
    table.add(named("N3"), f"INC (bonus {BONUS:g}), mixed monitors",
              "-2.2 [-8.7, +4.3]; within 6 %", told(mean, True),
              "pass" if abs(mean.mean()) < 0.06 else "fail")  # fmt: skip
    table.note(
        named("N3"), "INC, good monitor (published -11.6 [-17.9, -5.3])", price["INC", "good"]
    )
    table.note(named("N3"), "INC, bad monitor (published net +7.2)", price["INC", "bad"])
    table.effect(named("N3"), "INC, bad less good monitor", "+18.8 [+6.3, +31.3]; above 0",
                 price["INC", "bad"] - price["INC", "good"], 1e-9, np.inf)  # fmt: skip
    apart = price["BOTH", "mixed"] - price["AUTO", "mixed"]
    table.add(named("N3"), "BOTH less AUTO", "p 0.81; within 5 points",
              told(apart, True), "pass" if abs(apart.mean()) < 0.05 else "fail")  # fmt: skip


def main() -> None:
    """Measure and print all rows."""
    replicates = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    tight, auto = levers_at_the_end("tight_control"), levers_at_the_end("restored_autonomy")
    print(f"{replicates} replicates, seed 1\n\nTIGHT: {tight}\n\nAUTO: {auto}\n")
    table = Table()
    volume_and_margin(table, replicates, tight, auto)
    price_quality_and_savings(table, replicates, tight, auto)
    exhaustion(table, replicates, tight, auto)
    pulls(table, tight)
    chilling(table, replicates, auto)
    recovery(table, replicates, tight, auto)
    procurement(table, replicates, 20, "(20 listings)")
    procurement(table, replicates, 1, "(local)")


if __name__ == "__main__":
    main()
