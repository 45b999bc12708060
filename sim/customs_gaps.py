"""What a trade series holds, what it lacks, and how what it lacks would be made up, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .customs import CustomsSeries
from .customs_file import KNOWN, month_number

METHOD = {  # in short what customs_fill.fill does
    "split": "cut from the month's total: the total less the other flow, or by the share of "
    "exports in the months around it",
    "filled": "on the log-linear path between the values around it, level before the first and "
    "after the last",
}
NEEDED_TO_PROJECT = 12


def explain(series: CustomsSeries) -> str:
    """What is known of each flow, its gaps, and the method for each."""
    return "\n".join(_lines(series))


def _lines(series: CustomsSeries) -> Iterator[str]:
    whole = series.whole()
    count, first, last = len(whole.months), whole.months[0], whole.months[-1]
    yield f"{series.path}: fine, {_many(count)}, {first} to {last}"
    used = set()
    for flow, statuses in (("exports", whole.export_status), ("imports", whole.import_status)):
        known = sum(status in KNOWN for status in statuses)
        yield f"  Chinese {flow}: {known} of {_many(count)} known"
        for method in METHOD:
            months = [
                m for m, status in zip(whole.months, statuses, strict=True) if status == method
            ]
            if months:
                used.add(method)
                yield f"    {method}, {_many(len(months))}: {', '.join(_spans(months))}"
    yield from (f"  {method}: {said}" for method, said in METHOD.items() if method in used)
    if count < NEEDED_TO_PROJECT:
        yield f"  after {last}: nothing; to go on takes {NEEDED_TO_PROJECT} months of data"
    else:
        yield f"  after {last}: the last {NEEDED_TO_PROJECT} months again, growing by growth_share"


def _many(count: int) -> str:
    return f"{count} month{'' if count == 1 else 's'}"


def _spans(months: Sequence[str]) -> Iterator[str]:
    """Months in a row as '2024-05 to 2024-07'."""
    start = 0
    for at in range(1, len(months) + 1):
        if at == len(months) or month_number(months[at]) != month_number(months[at - 1]) + 1:
            first, last = months[start], months[at - 1]
            yield first if first == last else f"{first} to {last}"
            start = at
