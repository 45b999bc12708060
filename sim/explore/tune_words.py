"""What a tuning found, in sentences and rounded numbers, none stronger than its interval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..report_numbers import figures, interval_figures
from .aims import Aim
from .chosen import BEST, KNEE, NEAREST, WINNER
from .retest import DECILE, KEPT, MEAN
from .tune_tables import Outcome
from .varied import Varied

Tables = Mapping[str, pd.DataFrame]
WIDE = 0.5  # a part of a range over which a lever may run without its being seen to matter
FEW = 5  # trials, fewer than which say nothing of the levers they have
EDGE = 0.05  # a part of the range this near to its end counts as the end
SHOWN = 15  # rows of the front in the page
JUDGED = {
    "mean": "the mean over worlds",
    "worst_decile": "the mean of the worst tenth of worlds",
    "max_regret": "the largest regret over worlds",
}


def role_words(done: Outcome, role: str) -> str:
    """A role as people say it."""
    if role.startswith(BEST):
        label = next(each.label for each in done.objectives if BEST + each.name == role)
        return f"best by {label}"
    return {KNEE: "knee", NEAREST: "nearest to the limits"}.get(role, WINNER)


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
        f"knee. {_capital(role_words(done, main))}: {where}."
    )


def _worth(done: Outcome, tables: Tables, role: str) -> str:
    said = []
    for aim in done.objectives:
        row = _row(tables, role, aim)
        value = _with_interval(row["fresh"], row["low"], row["high"], aim.unit)
        said.append(f"{aim.label} {value}{_per(aim.unit)}, {_against(row, aim)}")
    stands = done.plan.scenarios[-1].title
    return f"With fresh luck, and against {stands} as it stands, it gives: {'; '.join(said)}."


def _against(row: Mapping[str, Any], aim: Aim) -> str:
    ends = [row["difference_low"], row["difference_high"]]
    size = _bracketed(interval_figures([row["difference"], *ends], [], aim.unit, signed=True))
    if not (ends[0] > 0 or ends[1] < 0):
        return f"not told from it ({size})"
    return f"a difference of {size}"


def _limits_kept(done: Outcome, tables: Tables) -> Iterator[str]:
    role = next(iter(done.roles))
    for aim in done.limits:
        wanted = f"{aim.label}, {_bound(aim)}"
        if done.plan.surroundings:
            row = _row(tables, role, aim, KEPT)
            share = _with_interval(row["fresh"], row["low"], row["high"], "share")
            yield f"{_capital(wanted)}, holds in {share} of {row['count']} fresh worlds."
            continue
        row = _row(tables, role, aim)
        value = _with_interval(row["fresh"], row["low"], row["high"], aim.unit)
        worse, better = (row["low"], row["high"])[:: aim.sign]
        assert aim.limit is not None
        if aim.sign * (worse - aim.limit) >= 0:
            yield f"{_capital(wanted)}, is kept: {value}."
        elif aim.sign * (better - aim.limit) < 0:
            yield f"{_capital(wanted)}, is NOT kept with fresh luck: {value}."
        else:
            yield f"Whether {wanted}, is kept cannot be told: {value}."


def _ends(done: Outcome, tables: Tables) -> Iterator[str]:
    told = {done.main}
    for role, at in done.roles.items():
        if at in told:
            continue
        told.add(at)
        said = []
        for aim in done.objectives:
            row = _row(tables, role, aim)
            said.append(f"{aim.label} {figures([row['fresh']], aim.unit)[0]}{_per(aim.unit)}")
        what, where = _capital(role_words(done, role)), _place(done, tables, role)
        yield f"{what}: {where}; with fresh luck {', '.join(said)}."


def _optimism(done: Outcome, tables: Tables) -> str:
    role, said = next(iter(done.roles)), []
    for aim in done.objectives:
        row = _row(tables, role, aim)
        ends = [row["optimism_low"], row["optimism_high"]]
        size = interval_figures([row["optimism"], *ends], [], aim.unit, signed=True)
        words = f"{_bracketed(size)}{_per(aim.unit)} for {aim.label}"
        said.append(words if ends[0] > 0 or ends[1] < 0 else f"{words}, which may be chance")
    return f"By so much the search had promised better than fresh luck gave: {'; '.join(said)}."


def _plateau(done: Outcome, tables: Tables) -> str:
    table = tables["plateau"]
    alike, feasible = int(done.alike.sum()), int(done.finals.feasible.sum())
    if alike < FEW:
        return ""
    wide = table[table["spanned"] >= WIDE]
    told = [
        f"{row.label} from {_short(row.low)} to {_short(row.high)}" for row in wide.itertuples()
    ]
    start = f"Of {feasible} trials measured as well, {alike} are not told from it"
    if not told:
        return f"{start}; they lie close together."
    return f"{start}; among these runs {', '.join(told)}: the study does not say which is best."


def _place(done: Outcome, tables: Tables, role: str) -> str:
    row = tables["trials"].iloc[done.finals.at[done.roles[role]]]
    return ", ".join(f"{named(done, each)} {_short(row[each.name])}" for each in done.plan.varied)


def named(done: Outcome, varied: Varied) -> str:
    """The label of a lever, where that tells it from all others; else its name."""
    alike = [each for each in done.plan.varied if each.label == varied.label]
    return varied.label if len(alike) == 1 else varied.name


def _row(tables: Tables, role: str, aim: Aim, measure: str = MEAN) -> dict[str, Any]:
    table = tables["retest"]
    mine = (table["role"] == role) & (table["aim"] == aim.name) & (table["measure"] == measure)
    found: dict[str, Any] = table[mine].iloc[0].to_dict()
    return found


def _bound(aim: Aim) -> str:
    assert aim.limit is not None
    words = "at least" if aim.sign > 0 else "at most"
    return f"{words} {figures([aim.limit], aim.unit)[0]}"


def _with_interval(value: float, low: float, high: float, unit: str) -> str:
    return _bracketed(figures([value, low, high], unit, apart=True))


def _bracketed(words: Sequence[str]) -> str:
    """A number and the ends of its interval: '+1.2 points [+0.4, +2.0]'."""
    first, *ends = words
    ends = [end.removesuffix(" points").removesuffix(" %") for end in ends]
    return f"{first} [{' to '.join(ends)}]"


def _per(unit: str) -> str:
    """What follows a number of dollars: ' a post a month'."""
    return unit.removeprefix("USD") if unit.startswith("USD") else ""


def _short(value: Any) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def shown(done: Outcome, tables: Tables) -> dict[str, pd.DataFrame]:
    """Tables of the page."""
    found = {"Chosen, and lived again with fresh luck": _retest_shown(done, tables)}
    heading = "The front" if len(done.objectives) > 1 else "The best trials that keep all limits"
    found[heading] = _front_shown(done, tables)
    found["Levers, and over which values they run"] = _plateau_shown(done, tables)
    if "robust" in tables:
        found["Over the worlds of the search"] = _robust_shown(done, tables)
    return found


def _retest_shown(done: Outcome, tables: Tables) -> pd.DataFrame:
    rows = []
    for row in tables["retest"].to_dict("records"):
        unit = row["unit"]
        difference = [row["difference"], row["difference_low"], row["difference_high"]]
        optimism = [row["optimism"], row["optimism_low"], row["optimism_high"]]
        measure = {MEAN: "", DECILE: ", worst tenth of worlds", KEPT: ", worlds in which it holds"}
        rows.append(
            {
                "Which": _capital(role_words(done, row["role"])),
                "What": row["label"] + measure[row["measure"]],
                "Unit": unit,
                "Promised": figures([row["tuned"]], unit)[0],
                "Fresh luck": _with_interval(row["fresh"], row["low"], row["high"], unit),
                "Optimism": _signed(optimism, unit),
                "As it stands": figures([row["base"]], unit)[0],
                "Difference": _signed(difference, unit),
            }
        )
    return pd.DataFrame(rows)


def _signed(values: Sequence[float], unit: str) -> str:
    words = interval_figures(values, [], unit, signed=True)
    return words[0] if np.isnan(values[1]) else _bracketed(words)


def _front_shown(done: Outcome, tables: Tables) -> pd.DataFrame:
    table = tables["trials"]
    names = [each.name for each in done.plan.varied]
    first = done.objectives[0]
    by = f"{first.name}_judged" if done.plan.surroundings else first.name
    if len(done.objectives) > 1:
        rows = table[table["front"]]
    else:
        rows = table.loc[done.finals.at[done.finals.feasible]]
    falling = first.sign < 0 or done.judge.how == "max_regret"
    rows = rows.sort_values(by, ascending=falling, kind="stable").head(SHOWN)
    text = pd.DataFrame({"Trial": rows["trial"].astype(str)})
    for each, name in zip(done.plan.varied, names, strict=True):
        text[_capital(named(done, each))] = [_short(value) for value in rows[name]]
    for aim in [*done.objectives, *done.limits]:
        cells = rows[[f"{aim.name}{end}" for end in ("", "_low", "_high")]].to_numpy()
        text[_capital(aim.label)] = [
            _with_interval(value, low, high, aim.unit) for value, low, high in cells
        ]
    text["Role"] = [
        ", ".join(role_words(done, role) for role in roles.split()) for roles in rows["role"]
    ]
    return text


def _plateau_shown(done: Outcome, tables: Tables) -> pd.DataFrame:
    """The lever's value that was chosen first, and its values in trials not told from that one and
    in those on the front, where there are several."""
    table = tables["plateau"]
    text = pd.DataFrame(
        {
            "Lever": [_capital(named(done, each)) for each in done.plan.varied],
            "Unit": table["unit"],
            "Chosen first": table["chosen"].map(_short),
        }
    )
    for low, count, words in (
        ("", "trials", "trials not told from it"),
        ("front_", "front_trials", "trials on the front"),
    ):
        if (number := int(table[count].iloc[0])) > 1:
            ends = zip(table[f"{low}low"], table[f"{low}high"], strict=True)
            text[f"In {number} {words}"] = [f"{_short(a)} to {_short(b)}" for a, b in ends]
    return text


def _robust_shown(done: Outcome, tables: Tables) -> pd.DataFrame:
    table = tables["robust"]
    rows = []
    for role, at in done.roles.items():
        for row in table[table["trial"] == done.finals.at[at]].to_dict("records"):
            numbers = [row["mean"], row["worst_decile"], row["max_regret"]]
            mean, worst, regret = figures(numbers, row["unit"])
            share = row.get("share_of_worlds", float("nan"))
            rows.append(
                {
                    "Which": _capital(role_words(done, role)),
                    "What": row["label"],
                    "Unit": row["unit"],
                    "Mean": mean,
                    "Worst tenth": worst,
                    "Largest regret": regret,
                    "Worlds in which it holds": figures([share], "share")[0],
                }
            )
    return pd.DataFrame(rows)


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
                f"{_capital(named(done, each))} was chosen at the end of its range, {_short(end)}; "
                "better may lie beyond."
            )
