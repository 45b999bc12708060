"""What an ensemble leaves: tables of outcomes and postings, by scenario and replicate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from . import postings
from .ensemble import Lived
from .model.books import FLOWS
from .outcomes import OUTCOMES, Outcome, analysed, end_values, ratio
from .scenario import Scenario


@dataclass
class Result:
    """Replicates of one or more scenarios, all with the same seeds.

    ``tables``: scenario name to an array (replicates, outcomes, 2, months) of tops and bottoms;
    ``postings``: one row a posting: scenario, replicate, post, began, spent, missed, ended, how;
    months there count from the first of the run and may be negative, NaN: it did not happen;
    ``window``: first month, counted from 0, over which end values are taken;
    ``outcomes``: what was measured, by name, in the order of ``tables``;
    ``flows``: after an audit, scenario name to USD by flow and month, means over replicates
    (flows, months);
    ``failures``: scenario, replicate, seed, message, traceback: what is not in the other tables.
    """

    scenarios: tuple[Scenario, ...]
    seed: int
    numbers: tuple[int, ...]
    tables: dict[str, np.ndarray]
    postings: pd.DataFrame
    window: int
    outcomes: dict[str, Outcome] = field(default_factory=lambda: dict(OUTCOMES))
    flows: dict[str, np.ndarray] = field(default_factory=dict)
    failures: pd.DataFrame = field(default_factory=lambda: _failures_table([], 0))

    @property
    def window_month(self) -> str:
        """The month from which scenarios are compared."""
        return self.scenarios[0].months[self.window]

    @cached_property
    def end_values(self) -> dict[str, np.ndarray]:
        """Scenario name to (replicates, outcomes): values over the compared months."""
        outcomes = self.outcomes.values()
        return {
            name: np.array([end_values(table, self.window, outcomes) for table in tables])
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
        for place, name in enumerate(self.outcomes):
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
                "status": self._status(scenario.name),
            }
            values = dict(zip(self.outcomes, self.end_values[scenario.name].T, strict=True))
            parts.append(pd.DataFrame(about | values))
        return pd.concat(parts, ignore_index=True)

    def _status(self, scenario: str) -> list[str]:
        failed = set(self.failures.loc[self.failures["scenario"] == scenario, "replicate"])
        return ["failed" if number in failed else "ok" for number in self.numbers]

    @cached_property
    def accounts(self) -> pd.DataFrame:
        """After an audit: scenario, month, flow, giver, receiver, usd (all posts, mean over
        replicates); empty without one."""
        months = self.scenarios[0].months
        rows = [
            (scenario, month, flow.name, flow.giver, flow.receiver, usd)
            for scenario, totals in self.flows.items()
            for flow, monthly in zip(FLOWS, totals, strict=True)
            for month, usd in zip(months, monthly, strict=True)
        ]
        columns = ["scenario", "month", "flow", "giver", "receiver", "usd"]
        return pd.DataFrame(rows, columns=columns)


def collect(
    scenarios: Sequence[Scenario],
    seed: int,
    numbers: Sequence[int],
    lived: Iterable[Sequence[Lived]],
    window: int,
) -> Result:
    """Gather what is lived, replicate by replicate, into a result."""
    names = [scenario.name for scenario in scenarios]
    shape = (len(numbers), len(OUTCOMES), 2, len(scenarios[0].months))
    tables = {name: np.zeros(shape) for name in names}
    extra: dict[str, dict[str, np.ndarray]] = {name: {} for name in names}
    ended: dict[str, list[np.ndarray]] = {name: [] for name in names}
    flows: dict[str, np.ndarray] = {}
    failed: list[Lived] = []
    for place, replicate in enumerate(lived):
        for each in replicate:
            tables[each.scenario][place] = each.outcomes
            ended[each.scenario].append(each.postings)
            for name, values in each.analysed.items():
                table = extra[each.scenario].setdefault(name, np.zeros((shape[0], *shape[2:])))
                measured = np.isfinite(values)
                table[place] = np.where(measured, values, 0.0), measured
            if each.flows.size:
                flows[each.scenario] = flows.get(each.scenario, 0.0) + each.flows
            if each.fault:
                failed.append(each)
    added = dict.fromkeys(name for tables_of in extra.values() for name in tables_of)
    outcomes = OUTCOMES | {name: analysed(name) for name in added}
    for name in names if added else ():
        found = [extra[name].get(each, np.zeros((shape[0], *shape[2:]))) for each in added]
        tables[name] = np.concatenate([tables[name], np.stack(found, axis=1)], axis=1)
    lived_whole = {name: len(numbers) - sum(x.scenario == name for x in failed) for name in names}
    return Result(
        tuple(scenarios),
        seed,
        tuple(numbers),
        tables,
        _postings_table(scenarios, numbers, ended),
        window,
        outcomes,
        {name: total / lived_whole[name] for name, total in flows.items()},
        _failures_table(failed, seed),
    )


def _failures_table(failed: Sequence[Lived], seed: int) -> pd.DataFrame:
    columns = ["scenario", "replicate", "seed", "message", "traceback"]
    rows = [
        (each.scenario, each.replicate, seed, str(each.fault), each.fault.traceback)
        for each in failed
        if each.fault
    ]
    return pd.DataFrame(rows, columns=columns)


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
