"""What was lived as Arrow tables: the same in memory, in batches on disk and in a result.

Every table has the rows of one scenario, in order of replicate; ``WORDS`` names the columns that
hold words rather than numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa

from . import postings
from .ensemble import Lived
from .history import KEPT
from .model.books import FLOWS
from .outcomes import OUTCOMES

WEIGHT = "__weight"


def tables(
    lived: Sequence[Lived], months: Sequence[str], analysed: Iterable[str] = ()
) -> dict[str, pa.Table]:
    """The tables of some replicates of one scenario; ``analysed`` are outcomes of analysers.

    ``monthly``: scenario, replicate, month, and of each outcome its value and NAME__weight.
    ``postings``: scenario, replicate, post, began, spent, missed, overstayed,
    ended, how.
    After an audit ``flows``: scenario, replicate, month, and USD of each flow.
    With a panel ``panel``: scenario, replicate, month, post, and every kept field of the trader.
    """
    found = {"monthly": _monthly(lived, months, analysed), "postings": _postings(lived)}
    if any(each.flows.size for each in lived):
        found["flows"] = _flows(lived, months)
    if any(each.panel.size for each in lived):
        found["panel"] = _panel(lived, months)
    return found


def _monthly(lived: Sequence[Lived], months: Sequence[str], analysed: Iterable[str]) -> pa.Table:
    columns = _about(lived, months)
    whole = np.stack([each.outcomes for each in lived], axis=2)  # (outcomes, 2, replicates, months)
    for name, (value, weight) in zip(OUTCOMES, whole, strict=True):
        columns[name] = value.ravel()
        columns[name + WEIGHT] = weight.ravel()
    nothing = np.full(len(months), np.nan)
    for name in analysed:
        value = np.concatenate([each.analysed.get(name, nothing) for each in lived])
        columns[name] = value
        columns[name + WEIGHT] = np.isfinite(value).astype(float)
    return pa.table(columns)


def _flows(lived: Sequence[Lived], months: Sequence[str]) -> pa.Table:
    nothing = np.zeros((len(FLOWS), len(months)))
    whole = np.stack([each.flows if each.flows.size else nothing for each in lived], axis=1)
    usd = {flow.name: table.ravel() for flow, table in zip(FLOWS, whole, strict=True)}
    return pa.table(_about(lived, months) | usd)


def _panel(lived: Sequence[Lived], months: Sequence[str]) -> pa.Table:
    """A row a post and month; ``Lived.panel`` is (1 + fields, months, posts), posts' numbers
    first."""
    some = [each for each in lived if each.panel.size]
    posts = some[0].panel.shape[2]
    columns = _about(some, months, posts)
    whole = np.stack([each.panel for each in some], axis=1)
    columns["post"] = whole[0].ravel().astype(np.int32)
    for name, values in zip(KEPT["traders"], whole[1:], strict=True):
        columns[name] = values.ravel()
    return pa.table(columns)


def _about(lived: Sequence[Lived], months: Sequence[str], rows: int = 1) -> dict[str, pa.Array]:
    """Scenario, replicate and month of ``rows`` rows a month."""
    numbers = np.array([each.replicate for each in lived], np.int32)
    every = rows * len(months)
    at = np.arange(len(months), dtype=np.int16)
    return {
        "scenario": _same(lived[0].scenario, len(lived) * every),
        "replicate": pa.array(np.repeat(numbers, every)),
        "month": _words(np.tile(np.repeat(at, rows), len(lived)), months),
    }


def _words(codes: np.ndarray, words: Sequence[str]) -> pa.Array:
    """Plain words: a dictionary would become a categorical column, which has no order."""
    return pa.DictionaryArray.from_arrays(codes, list(words)).cast(pa.string())


def _same(word: str, count: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(np.zeros(count, np.int8), [word])


def _postings(lived: Sequence[Lived]) -> pa.Table:
    rows = np.concatenate([each.postings for each in lived])
    numbers = np.array([each.replicate for each in lived], np.int32)
    columns = {
        "scenario": _same(lived[0].scenario, len(rows)),
        "replicate": pa.array(np.repeat(numbers, [len(each.postings) for each in lived])),
        "post": pa.array(np.ascontiguousarray(rows["post"])),
    }
    for name in ("began", *postings.HAPPENED, "ended"):
        whole = np.ascontiguousarray(rows[name])
        months = whole.astype(np.float32)
        months[whole == postings.NEVER] = np.nan
        columns[name] = pa.array(months)
    how = np.ascontiguousarray(rows["how"])
    columns["how"] = pa.DictionaryArray.from_arrays(how, list(postings.HOW.values()))
    return pa.table(columns)
