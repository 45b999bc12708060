"""What a tuning found, in sentences none of which is stronger than its interval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from ..report_numbers import figures, interval_figures
from .aims import Aim
from .chosen import KNEE, NEAREST, WINNER
from .retest import DECILE, KEPT, MEAN
from .tune_tables import Outcome
from .tune_words import bracketed, capital, named, role_words, short, with_interval

Tables = Mapping[str, pd.DataFrame]
WIDE = 0.5  # a part of a range over which a lever may run without its being seen to matter
FEW = 5  # trials, fewer than which say nothing of the levers they have
EDGE = 0.05  # a part of the range this near to its end counts as the end
JUDGED = {
    "mean": "the mean over worlds",
    "worst_decile": "the mean of the worst tenth of worlds",
    "max_regret": "the largest regret over worlds",
}


def answer(done: Outcome, tables: Tables) -> list[str]:
    """Two to six sentences, the main trial first."""
    sentences = [_first(done, tables)]
    sentences.append(_worth(done, tables, next(iter(done.roles))))
    if done.limits:
        sentences.append(" ".join(_limits_kept(done, tables)))
    sentences += _ends(done, tables)
    sentences.append(_optimism(done, tables))
    if plain := _plateau(done, tables):
        sentences.append(plain)
    return sentences[:6]


def _first(done: Outcome, tables: Tables) -> str:
    main = next(iter(done.roles))
    where = _place(done, tables, main)
    count = f"{len(done.trials)} trials"
    if main == NEAREST:
        return (
            f"None of the {len(done.finals.at)} trials that were measured best keeps all limits; "
            f"nearest to keeping them is {where}."
        )
    if main == WINNER:
        judged = f", judged by {JUDGED[done.judge.how]}" if done.plan.surroundings else ""
        aims = " and ".join(each.label for each in done.objectives)
        return f"The best of {count} for {aims}{judged}: {where}."
    front = int(done.finals.front.sum())
    if main == KNEE:
        return (
            f"{front} of {count} are on the front, where no aim gains but at another's cost; its "
            f"knee, beyond which little of one buys much of the other: {where}."
        )
    return (
        f"{front} of {count} are on the front, where no aim gains but at another's cost; it has no "
        f"knee. {capital(role_words(done, main))}: {where}."
    )


def _worth(done: Outcome, tables: Tables, role: str) -> str:
    said, (measure, tenth) = [], _measure(done)
    for aim in done.objectives:
        row = _row(tables, role, aim, measure)
        value = with_interval(row["fresh"], row["low"], row["high"], aim.unit)
        said.append(f"{aim.label}{tenth} {value}{_per(aim.unit)}, {_against(row, aim)}")
    stands = done.plan.scenarios[-1].title
    return f"With fresh luck, and against {stands} as it stands, it gives: {'; '.join(said)}."


def _against(row: Mapping[str, Any], aim: Aim) -> str:
    ends = [row["difference_low"], row["difference_high"]]
    size = bracketed(interval_figures([row["difference"], *ends], [], aim.unit, signed=True))
    if not (ends[0] > 0 or ends[1] < 0):
        return f"not told from it ({size})"
    return f"a difference of {size}"


def _limits_kept(done: Outcome, tables: Tables) -> Iterator[str]:
    role = next(iter(done.roles))
    for aim in done.limits:
        wanted = f"{aim.label}, {_bound(aim)}"
        if done.plan.surroundings:
            row = _row(tables, role, aim, KEPT)
            share = with_interval(row["fresh"], row["low"], row["high"], "share")
            yield f"{capital(wanted)}, holds in {share} of {row['count']} fresh worlds."
            continue
        row = _row(tables, role, aim, MEAN)
        value = with_interval(row["fresh"], row["low"], row["high"], aim.unit)
        worse, better = (row["low"], row["high"])[:: aim.sign]
        assert aim.limit is not None
        if aim.sign * (worse - aim.limit) >= 0:
            yield f"{capital(wanted)}, is kept: {value}."
        elif aim.sign * (better - aim.limit) < 0:
            yield f"{capital(wanted)}, is NOT kept with fresh luck: {value}."
        else:
            yield f"Whether {wanted}, is kept cannot be told: {value}."


def _ends(done: Outcome, tables: Tables) -> Iterator[str]:
    told, (measure, tenth) = {done.main}, _measure(done)
    for role, at in done.roles.items():
        if at in told:
            continue
        told.add(at)
        said = []
        for aim in done.objectives:
            row = _row(tables, role, aim, measure)
            value = figures([row["fresh"]], aim.unit)[0]
            said.append(f"{aim.label}{tenth} {value}{_per(aim.unit)}")
        what, where = capital(role_words(done, role)), _place(done, tables, role)
        yield f"{what}: {where}; with fresh luck {', '.join(said)}."


def _optimism(done: Outcome, tables: Tables) -> str:
    role, said, (measure, tenth) = next(iter(done.roles)), [], _measure(done)
    for aim in done.objectives:
        row = _row(tables, role, aim, measure)
        ends = [row["optimism_low"], row["optimism_high"]]
        size = interval_figures([row["optimism"], *ends], [], aim.unit, signed=True)
        words = f"{bracketed(size)}{_per(aim.unit)} for {aim.label}{tenth}"
        said.append(words if ends[0] > 0 or ends[1] < 0 else f"{words}, which may be chance")
    return f"By so much the search had promised better than fresh luck gave: {'; '.join(said)}."


def _plateau(done: Outcome, tables: Tables) -> str:
    table = tables["plateau"]
    alike, feasible = int(done.alike.sum()), int(done.finals.feasible.sum())
    if alike < FEW:
        return ""
    wide = table[table["spanned"] >= WIDE]
    told = [f"{row.label} from {short(row.low)} to {short(row.high)}" for row in wide.itertuples()]
    start = f"Of {feasible} trials measured as well, {alike} are not told from it"
    if not told:
        return f"{start}; they lie close together."
    return f"{start}; among these runs {', '.join(told)}: the study does not say which is best."


def _place(done: Outcome, tables: Tables, role: str) -> str:
    row = tables["trials"].iloc[done.finals.at[done.roles[role]]]
    return ", ".join(f"{named(done, each)} {short(row[each.name])}" for each in done.plan.varied)


def _measure(done: Outcome) -> tuple[str, str]:
    """Which measure of the retest is told of, and how: that by which trials were judged; the mean
    where they were judged by regret, which is not retested."""
    if done.plan.surroundings and done.judge.how == "worst_decile":
        return DECILE, " in the worst tenth of worlds"
    return MEAN, ""


def _row(tables: Tables, role: str, aim: Aim, measure: str) -> dict[str, Any]:
    table = tables["retest"]
    mine = (table["role"] == role) & (table["aim"] == aim.name) & (table["measure"] == measure)
    found: dict[str, Any] = table[mine].iloc[0].to_dict()
    return found


def _bound(aim: Aim) -> str:
    assert aim.limit is not None
    words = "at least" if aim.sign > 0 else "at most"
    return f"{words} {figures([aim.limit], aim.unit)[0]}"


def _per(unit: str) -> str:
    """What follows a number of dollars: ' a post a month'."""
    return unit.removeprefix("USD") if unit.startswith("USD") else ""


def limits(done: Outcome, tables: Tables, failed: int) -> list[str]:
    """What the tuning does not say."""
    rungs = ", ".join(map(str, done.rungs))
    said = [
        f"Only {len(done.finals.at)} of {len(done.trials)} trials came to the last rung "
        f"(replicates at each: {rungs}); a good point may have been dropped after few replicates, "
        "and the search may have passed by a better one.",
        "Trials are compared one by one with 95 % intervals, without correction for how many there "
        "are; not told apart does not mean equal.",
        "Levers that were not tuned stay as the scenario has them, and what traders would learn of "
        "a policy chosen by such a search is not modelled.",
    ]
    said += _at_an_edge(done, tables)
    if len(done.objectives) > 2:
        said.append("With more than two aims no hypervolume is given, and the knee is the trial "
                    "farthest beyond the plane through the ends of the front.")  # fmt: skip
    if done.plan.surroundings:
        said.append(
            "Means of few replicates in a world are noisy: the worst tenth looks worse, and regret "
            "larger, than they are. Regret is against the best trial found, not the best there is, "
            "and is not retested. Trials are told apart by their means over worlds."
        )
    if failed:
        said.append(f"{failed} replicates of points failed and are left out.")
    return said


def _at_an_edge(done: Outcome, tables: Tables) -> Iterator[str]:
    """Levers that were chosen at the end of what was searched, though they may be set beyond."""
    place = done.trials[done.finals.at[done.main]].place
    for each, share in zip(done.plan.varied, place, strict=True):
        if each.setting is None or EDGE < share < 1 - EDGE or each.values or each.times:
            continue
        end, bound = (
            (each.high, each.setting.high) if share > EDGE else (each.low, each.setting.low)
        )
        if end != bound:
            yield (
                f"{capital(named(done, each))} was chosen at the end of its range, {short(end)}; "
                "better may lie beyond."
            )
