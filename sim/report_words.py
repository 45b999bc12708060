"""The words of the report: what may be said of a difference, and the answer made of it."""

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from sim.report_numbers import UNKNOWN, Row, figures, interval_figures, p_value, size, span

# The question in three parts, each with the outcomes that answer it.
TOPICS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Traders’ savings", ("savings_median",)),
    ("Coming home", ("repatriation_rate",)),
    ("What the state gets", ("quality_adjusted_price", "remittance_usd")),
)
SUBJECTS = {
    "savings_median": "what the median trader has saved at the end",
    "repatriation_rate": "the share of traders called home who come",
    "quality_adjusted_price": (
        "the price the state pays at constant quality (1.00 is the reference price)"
    ),
    "remittance_usd": "what a post remits to the state in a month",
}
LEVEL = 0.05  # of the corrected p value below which a difference is called clear
LITTLE = 0.01  # an interval within so much of the base to either side is a small one
INTERVAL = "95 % interval"
CANNOT_TELL, SMALL = "cannot tell", "small, if any"
SAME, TOO_FEW = "the same", "too few replicates"
VERDICTS = (
    "higher", "lower", "perhaps higher", "perhaps lower", SMALL, CANNOT_TELL, SAME, TOO_FEW
)  # fmt: skip


def verdict(row: Row) -> str:
    """What may be said of a difference: one of ``VERDICTS``.

    A direction is named only if the interval leaves zero out, and without "perhaps" only if the
    p value stays below ``LEVEL`` once corrected.
    """
    low, high = row["ci_low"], row["ci_high"]
    if not (math.isfinite(low) and math.isfinite(high)):
        return TOO_FEW
    if low == high == 0:
        return SAME
    if low <= 0 <= high:
        return SMALL if is_small(row) else CANNOT_TELL
    way = "higher" if low > 0 else "lower"
    return way if row["p_adjusted"] < LEVEL else f"perhaps {way}"


def is_small(row: Row) -> bool:
    """Whether the whole interval lies so near zero that the difference is small at most."""
    if str(row.get("precise_enough")) == "True":
        return True
    shares = (row.get("relative_low", math.nan), row.get("relative_high", math.nan))
    return all(abs(share) <= LITTLE for share in shares)


# ------------------------------------------------------------------------------------- the answer


def answer(effects: pd.DataFrame, titles: Mapping[str, str]) -> list[tuple[str, str]]:
    """A topic and a sentence for each part of the question; for a study of other outcomes, of its
    first three."""
    if not len(effects):
        return []
    measured = list(dict.fromkeys(effects["outcome"]))
    said = []
    for topic, names in _asked(measured, effects):
        clauses = [
            _clause(effects[effects["outcome"] == name], titles)
            for name in names
            if name in measured
        ]
        said.append((topic, _sentence(clauses)))
    return said


def _asked(measured: Sequence[str], effects: pd.DataFrame) -> Sequence[tuple[str, tuple[str, ...]]]:
    """The topics, if any of their outcomes was measured."""
    if any(name in measured for _, names in TOPICS for name in names):
        return TOPICS
    labels = dict(zip(effects["outcome"], effects["label"], strict=True))
    return [(capital(str(labels[name])), (name,)) for name in measured[:3]]


def _sentence(clauses: Sequence[str]) -> str:
    """Clauses as one sentence; those of several lines stand below each other."""
    if not clauses:
        return "Not measured in this study."
    if any("\n" in clause for clause in clauses):
        return printed("\n".join(f"{capital(clause)}." for clause in clauses))
    return f"{capital(printed('; '.join(clauses)))}."


def _clause(rows: pd.DataFrame, titles: Mapping[str, str]) -> str:
    """One outcome in words: of one pair in full, of several pairs grouped by what can be said."""
    found = rows.to_dict("records")
    return _of_pair(found[0], titles) if len(found) == 1 else _of_several(found, titles)


def _of_pair(row: Row, titles: Mapping[str, str]) -> str:
    subject = SUBJECTS.get(row["outcome"])
    head = f"{subject} is" if subject else f"{row['label']}:"
    what = subject or row["label"]
    base, other = (f"“{titles.get(row[side], row[side])}”" for side in ("base", "other"))
    interval = f"{INTERVAL} of the difference {span(row)}"
    said = verdict(row)
    if said == TOO_FEW and not math.isfinite(row["difference"]):
        return f"{what}: {CANNOT_TELL}, for no replicate measured it under both scenarios"
    if said == TOO_FEW:
        return f"{what}: {CANNOT_TELL}, too few replicates to say how {other} and {base} differ"
    if said == SAME:
        return f"{head} the same under {other} and under {base} in every replicate"
    if said == SMALL:
        return (
            f"{what}: {CANNOT_TELL} {other} from {base}, and if they differ, then by little "
            f"({interval})"
        )
    if said == CANNOT_TELL:
        return f"{what}: {CANNOT_TELL} {other} from {base} ({interval}, zero is among it)"
    way = said.removeprefix("perhaps ")
    direction = f"{size(row)} {way} under {other} than under {base}"
    if said == way:
        means = figures([row["other_mean"], row["base_mean"]], row["unit"])
        return f"{head} {direction}: {means[0]} against {means[1]} ({interval})"
    return (
        f"{head} perhaps {direction}, but that is not clear once the p value is corrected for the "
        f"number of questions asked ({interval}, corrected p {p_value(row['p_adjusted'])})"
    )


def _of_several(rows: Sequence[Row], titles: Mapping[str, str]) -> str:
    """Every scenario is named, under what can be said of it: a line a verdict."""
    base = titles.get(rows[0]["base"], rows[0]["base"])
    groups: dict[str, list[str]] = {}
    for row in rows:
        name = f"“{titles.get(row['other'], row['other'])}”"
        known = verdict(row) not in (SAME, TOO_FEW)
        groups.setdefault(verdict(row), []).append(f"{name} {_bracketed(row)}" if known else name)
    parts = [f"{each}: {listed(groups[each])};" for each in VERDICTS if each in groups]
    parts[-1] = parts[-1].removesuffix(";")
    subject = SUBJECTS.get(rows[0]["outcome"], rows[0]["label"])
    return "\n".join([f"{subject}, compared with “{base}”:", *parts])


def _bracketed(row: Row) -> str:
    """'+$3,210 [+$2,900, +$3,520]'."""
    numbers = [row["difference"], row["ci_low"], row["ci_high"]]
    middle, low, high = interval_figures(numbers, [], row["unit"], signed=True)
    return f"{middle} [{low.removesuffix(' points')}, {high.removesuffix(' points')}]"


def levels_said(levels: Sequence[Row]) -> list[tuple[str, str]]:
    """A topic and a sentence for each part of the question, of a single scenario."""
    known = {row["outcome"]: row for row in levels if math.isfinite(row["mean"])}
    asked = TOPICS
    if known and not any(name in known for _, names in TOPICS for name in names):
        asked = tuple((capital(row["label"]), (name,)) for name, row in [*known.items()][:3])
    return [
        (topic, _sentence([_level_clause(known[name]) for name in names if name in known]))
        for topic, names in asked
    ]


def _level_clause(row: Row) -> str:
    subject = SUBJECTS.get(row["outcome"])
    head = f"{subject} is" if subject else f"{row['label']}:"
    mean, low, high = figures([row["mean"], row["low"], row["high"]], row["unit"])
    sure = "one replicate alone, too few to say how sure" if low == UNKNOWN else (
        f"{INTERVAL} of the mean {low} to {high}"
    )  # fmt: skip
    return f"{head} {mean} ({sure})"


def correction(effects: pd.DataFrame) -> str:
    """What "clear" means here."""
    asked = int(effects["p_adjusted"].notna().sum()) if len(effects) else 0
    if not asked:
        return ""
    return (
        f"A direction is named without “perhaps” only where the interval leaves zero out and p "
        f"stays below {LEVEL} after Holm’s correction for all {asked} differences in this report."
    )


def capital(text: str) -> str:
    """The text with a capital at its start."""
    return text[:1].upper() + text[1:]


def printed(text: str) -> str:
    """The text with the apostrophe of print, and its per cent signs kept beside their numbers."""
    return text.replace("'", "’").replace(" %", "\N{NO-BREAK SPACE}%")


def listed(names: Sequence[str]) -> str:
    """'a, b and c'."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
