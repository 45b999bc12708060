"""What an ensemble leaves: tables of outcomes and postings, by scenario and replicate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from . import postings
from .ensemble import Lived
from .outcomes import OUTCOMES, end_values, ratio
from .scenario import Scenario


@dataclass
class Result:
    """Replicates of one or more scenarios, all with the same seeds.

    ``tables``: scenario name to an array (replicates, outcomes, 2, months) of tops and bottoms;
    ``postings``: one row a posting: scenario, replicate, post, began, spent, missed, ended, how;
    months there count from the first of the run and may be negative, NaN: it did not happen;
    ``window``: first month, counted from 0, over which end values are taken.
    """

    scenarios: tuple[Scenario, ...]
    seed: int
    numbers: tuple[int, ...]
    tables: dict[str, np.ndarray]
    postings: pd.DataFrame
    window: int

    @property
    def window_month(self) -> str:
        """The month from which scenarios are compared."""
        return self.scenarios[0].months[self.window]

    @cached_property
    def end_values(self) -> dict[str, np.ndarray]:
        """Scenario name to (replicates, outcomes): values over the compared months."""
        return {
            name: np.array([end_values(table, self.window) for table in tables])
            for name, tables in self.tables.items()
        }

    @cached_property
    def monthly(self) -> pd.DataFrame:
        """scenario, replicate, month, a column an outcome and, for rates, NAME__weight."""
        months = len(self.scenarios[0].months)
        count = len(self.numbers)
        columns: dict[str, object] = {
            "scenario": _scenario_column(self.scenarios, [count * months] * len(self.scenarios)),
            "replicate": np.tile(
                np.repeat(np.array(self.numbers, np.int32), months), len(self.scenarios)
            ),
            "month": np.tile(
                np.array(self.scenarios[0].months, object), count * len(self.scenarios)
            ),
        }
        for place, name in enumerate(OUTCOMES):
            top, bottom = (
                np.concatenate([self.tables[each.name][:, place, part] for each in self.scenarios])
                for part in (0, 1)
            )
            columns[name] = ratio(top, bottom).ravel()
            if not np.isin(bottom, (0.0, 1.0)).all():
                columns[f"{name}__weight"] = bottom.ravel()
        return pd.DataFrame(columns, copy=False)

    @cached_property
    def replicates(self) -> pd.DataFrame:
        """scenario, replicate, seed, status, and the end value of each outcome."""
        parts = []
        for scenario in self.scenarios:
            about = {
                "scenario": scenario.name,
                "replicate": self.numbers,
                "seed": self.seed,
                "status": "ok",
            }
            values = dict(zip(OUTCOMES, self.end_values[scenario.name].T, strict=True))
            parts.append(pd.DataFrame(about | values))
        return pd.concat(parts, ignore_index=True)


def collect(
    scenarios: Sequence[Scenario],
    seed: int,
    numbers: Sequence[int],
    lived: Iterable[Sequence[Lived]],
    window: int,
) -> Result:
    """Gather what is lived, replicate by replicate, into a result."""
    shape = (len(numbers), len(OUTCOMES), 2, len(scenarios[0].months))
    tables = {scenario.name: np.empty(shape) for scenario in scenarios}
    ended: dict[str, list[np.ndarray]] = {scenario.name: [] for scenario in scenarios}
    for place, replicate in enumerate(lived):
        for each in replicate:
            tables[each.scenario][place] = each.outcomes
            ended[each.scenario].append(each.postings)
    table = _postings_table(scenarios, numbers, ended)
    return Result(tuple(scenarios), seed, tuple(numbers), tables, table, window)


def _postings_table(
    scenarios: Sequence[Scenario], numbers: Sequence[int], ended: dict[str, list[np.ndarray]]
) -> pd.DataFrame:
    lists = [ended.pop(scenario.name) for scenario in scenarios]
    lengths = [len(each) for several in lists for each in several]
    sizes = [sum(map(len, several)) for several in lists]
    rows = np.concatenate([each for several in lists for each in several])
    del lists
    columns: dict[str, object] = {
        "scenario": _scenario_column(scenarios, sizes),
        "replicate": np.repeat(np.tile(np.array(numbers, np.int32), len(scenarios)), lengths),
        "post": rows["post"].copy(),
        "began": rows["began"].astype(np.float32),
    }
    for name in ("spent", "missed", "ended"):
        values = rows[name].astype(np.float32)
        values[rows[name] == postings.NEVER] = np.nan
        columns[name] = values
    columns["how"] = pd.Categorical.from_codes(rows["how"], list(postings.HOW.values()))
    return pd.DataFrame(columns, copy=False)


def _scenario_column(scenarios: Sequence[Scenario], lengths: Sequence[int]) -> pd.Categorical:
    """The name of each scenario, so many times over."""
    codes = np.repeat(np.arange(len(lengths), dtype=np.int8), lengths)
    return pd.Categorical.from_codes(codes, [scenario.name for scenario in scenarios])
