"""From values given at dates to a value in each month, and what is put over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from .model.settings import Setting
from .scenario_file import Given

PathOf = Callable[[str, str], np.ndarray]  # of a setting in a drawer, by month


def path_of(entry: Setting, given: Sequence[Given], months: tuple[str, ...]) -> np.ndarray:
    """A setting's value in each month (months,) from what was given for it, in order."""
    values = np.full(len(months), entry.default, float)
    for each in sorted(given, key=lambda each: each.first or ""):  # "": from the first month
        _apply(values, each, months, whole=entry.kind is int)
    return values


def announced_of(
    entry: Setting, given: Sequence[Given], months: tuple[str, ...], path: np.ndarray
) -> np.ndarray:
    """What a lever will be, as far as each month knows (months,): from its announcement until it
    is wholly in force a change counts as its end value; else the path itself."""
    known = path.copy()
    for each in sorted(given, key=lambda each: each.first or ""):
        first, last = _span(each, months)
        known[first:last] = path[first:last]
        if each.announced:
            steps = 1 if entry.kind is int else each.over_months
            told = max(0, _place(each.announced, months))
            known[told : min(first + steps - 1, last)] = each.value
    return known


def _span(given: Given, months: tuple[str, ...]) -> tuple[int, int]:
    """Places of the first month a value holds and of the month after its last."""
    first = _place(given.first, months) if given.first else 0
    return first, _place(given.until, months) + 1 if given.until else len(months)


def _place(month: str, months: tuple[str, ...]) -> int:
    """Place of a month in the run, which it may lie outside."""
    start = months[0]
    return (int(month[:4]) - int(start[:4])) * 12 + int(month[5:]) - int(start[5:])


def in_force(given: Iterable[Given]) -> list[Given]:
    """Of all that was given for one setting, in order, what an override with the last word
    leaves: nothing, or what begins before it."""
    kept: list[Given] = []
    for each in given:
        if each.last_word:
            begins = each.first or ""
            kept = [other for other in kept if (other.first or "") < begins]
        kept.append(each)
    return kept


def _apply(values: np.ndarray, given: Given, months: tuple[str, ...], whole: bool) -> None:
    if given.first is None:
        values[:] = given.value
        return
    if given.first > months[-1]:
        return
    start = months.index(given.first)
    before = values.copy()
    steps = 1 if whole else given.over_months
    part = np.minimum(1.0, np.arange(1, len(months) - start + 1) / steps)
    values[start:] = before[start:] + part * (given.value - before[start:])
    values[start:][part >= 1.0] = given.value
    if given.until is not None and given.until < months[-1]:
        after = months.index(given.until) + 1
        values[after:] = before[after:]
