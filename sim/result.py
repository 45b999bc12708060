"""What an ensemble leaves: tables of outcomes and postings, by scenario and replicate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa

from .arrow import WEIGHT, tables
from .ensemble import Lived
from .model.books import FLOWS
from .outcomes import HEADLINES, OUTCOMES, Outcome, analysed, end_value
from .paired import paired_effects
from .pieces import InMemory, Pieces, column
from .report_numbers import figures
from .rich_html import as_html, grid
from .scenario import Scenario

FAILURE = ("scenario", "replicate", "seed", "message", "traceback")


@dataclass
class Result:
    """Replicates of one or more scenarios, all with the same seeds.

    ``pieces``: the tables, in memory or on disk, from which one outcome at a time is read;
    ``window``: first month, counted from 0, over which end values are taken;
    ``outcomes``: what was measured, by name;
    ``failures``: scenario, replicate, seed, message, traceback: what is not in the tables.
    """

    scenarios: tuple[Scenario, ...]
    seed: int
    numbers: tuple[int, ...]
    pieces: Pieces
    window: int
    outcomes: dict[str, Outcome] = field(default_factory=lambda: dict(OUTCOMES))
    failures: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(FAILURE)))

    @property
    def window_month(self) -> str:
        """The month from which scenarios are compared."""
        return self.scenarios[0].months[self.window]

    def values(self, scenario: str, outcome: str) -> np.ndarray:
        """An outcome month by month, (replicates, months); NaN: there was nothing to measure."""
        return self._column("monthly", scenario, outcome)

    def weights(self, scenario: str, outcome: str) -> np.ndarray:
        """What each value weighs in an average over months or replicates, (replicates, months)."""
        return self._column("monthly", scenario, outcome + WEIGHT)

    def _column(self, table: str, scenario: str, name: str) -> np.ndarray:
        flat = column(self.pieces, table, scenario, name)
        return flat.reshape(len(self.numbers), len(self.scenarios[0].months))

    def ends(self, scenario: str, outcome: str) -> np.ndarray:
        """An outcome's value over the compared months, (replicates,)."""
        values, weights = (
            table[:, self.window :]
            for table in (self.values(scenario, outcome), self.weights(scenario, outcome))
        )
        return end_value(values, weights, self.outcomes[outcome].at_end)

    @cached_property
    def end_values(self) -> dict[str, np.ndarray]:
        """Scenario name to (replicates, outcomes): values over the compared months."""
        return {
            each.name: np.concatenate(list(self._end_values(each.name))) for each in self.scenarios
        }

    def _end_values(self, scenario: str) -> Iterator[np.ndarray]:
        """All outcomes at once, of as many whole replicates as a piece holds: read only once."""
        months = len(self.scenarios[0].months)
        names = [column for name in self.outcomes for column in (name, name + WEIGHT)]
        rest: list[pa.Table] = []
        for piece in self.pieces.of("monthly", scenario, names):
            rows = pa.concat_tables([*rest, piece]).combine_chunks()
            whole = len(rows) // months * months
            numbers = rows.slice(0, whole)
            tables = [
                numbers[name].to_numpy().reshape(-1, months)[:, self.window :] for name in names
            ]
            yield np.column_stack(
                [
                    end_value(values, weights, outcome.at_end)
                    for values, weights, outcome in zip(
                        tables[::2], tables[1::2], self.outcomes.values(), strict=True
                    )
                ]
            )
            rest = [rows.slice(whole)]

    @property
    def tables(self) -> dict[str, np.ndarray]:
        """Scenario name to values and weights of all outcomes, all in memory: an array
        (replicates, outcomes, 2, months)."""
        return {
            each.name: np.stack(
                [
                    [self.values(each.name, name), self.weights(each.name, name)]
                    for name in self.outcomes
                ],
            ).transpose(2, 0, 1, 3)
            for each in self.scenarios
        }

    def _repr_html_(self) -> str:
        """As a notebook shows it: the headlines, and how other scenarios differ from the first."""
        base, *others = self.scenarios
        names = [name for name in HEADLINES if name in self.outcomes]
        columns = [list(self.outcomes).index(name) for name in names]
        ends = {each.name: self.end_values[each.name][:, columns] for each in self.scenarios}
        head = ["outcome", base.title]
        lines = [
            [each.label + " (at the end)" * each.at_end, *figures([mean], each.unit)]
            for each, mean in zip(
                map(self.outcomes.__getitem__, names), _means(ends[base.name]), strict=True
            )
        ]
        for other in others:
            head += [other.title, "difference [95 % interval]"]
            effects = paired_effects(ends[base.name], ends[other.name])
            for line, name, effect in zip(lines, names, effects, strict=True):
                unit = self.outcomes[name].unit
                size = [effect.difference, effect.ci_low, effect.ci_high]
                moved, low, high = figures(size, unit, change=True, signed=True)
                low, high = low.removesuffix(" points"), high.removesuffix(" points")
                line += [*figures([effect.other_mean], unit), f"{moved} [{low}, {high}]"]
        runs = f"{len(self.numbers)} replicates each, seed {self.seed}"
        left_out = f"{len(self.failures)} failed and are left out" if len(self.failures) else ""
        about = f"means over replicates, from {self.window_month} on; {runs}"
        title = " against ".join(each.title for each in self.scenarios)
        return as_html(title, [about, left_out], [grid(head, lines)])

    @cached_property
    def monthly(self) -> pd.DataFrame:
        """scenario, replicate, month, and of each outcome its value and NAME__weight."""
        return self._frame("monthly")

    @cached_property
    def postings(self) -> pd.DataFrame:
        """One row a posting: scenario, replicate, post, began, spent, missed,
        overstayed, ended, how; months
        count from the first of the run and may be negative, NaN: it did not happen."""
        return self._frame("postings")

    @cached_property
    def panel(self) -> pd.DataFrame:
        """Where one was asked for: scenario, replicate, month, post, and what is kept of the
        trader there, by its name in the model; empty otherwise."""
        return self._frame("panel") if "panel" in self.pieces.names else pd.DataFrame()

    def _frame(self, table: str) -> pd.DataFrame:
        pieces = [piece for each in self.scenarios for piece in self.pieces.of(table, each.name)]
        # with one dictionary for all, or pandas would not see one column of words
        whole = pa.concat_tables(pieces).unify_dictionaries().combine_chunks()
        frame: pd.DataFrame = whole.to_pandas(split_blocks=True)
        return frame

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
    def flows(self) -> dict[str, np.ndarray]:
        """After an audit, scenario name to USD by flow and month, means over the replicates that
        did not fail (flows, months)."""
        if "flows" not in self.pieces.names:
            return {}
        return {
            each.name: np.array(
                [self._column("flows", each.name, flow.name).sum(axis=0) for flow in FLOWS]
            )
            / max(self._status(each.name).count("ok"), 1)
            for each in self.scenarios
        }

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


def _means(ends: np.ndarray) -> list[float]:
    """Of each outcome over the replicates that have it; NaN where none has."""
    return [float(np.mean(each[np.isfinite(each)])) if np.isfinite(each).any() else float("nan")
            for each in ends.T]  # fmt: skip


def collect(
    scenarios: Sequence[Scenario],
    seed: int,
    numbers: Sequence[int],
    lived: Iterable[Sequence[Lived]],
    window: int,
) -> Result:
    """Gather in memory what is lived, replicate by replicate, into a result."""
    by_scenario: dict[str, list[Lived]] = {each.name: [] for each in scenarios}
    for replicate in lived:
        for each in replicate:
            by_scenario[each.scenario].append(each)
    failed = [row for several in by_scenario.values() for row in failures(several, seed)]
    added = dict.fromkeys(
        name for several in by_scenario.values() for each in several for name in each.analysed
    )
    found: dict[str, dict[str, pa.Table]] = {}
    for scenario in scenarios:
        for name, table in tables(by_scenario.pop(scenario.name), scenario.months, added).items():
            found.setdefault(name, {})[scenario.name] = table
    return Result(
        tuple(scenarios),
        seed,
        tuple(numbers),
        InMemory(found),
        window,
        OUTCOMES | {name: analysed(name) for name in added},
        failures_table(failed),
    )


def failures(lived: Iterable[Lived], seed: int) -> list[tuple[str, int, int, str, str]]:
    """What is to be told of replicates in which a rule failed, as in ``FAILURE``."""
    return [
        (each.scenario, each.replicate, seed, str(each.fault), each.fault.traceback)
        for each in lived
        if each.fault
    ]


def failures_table(rows: Iterable[Sequence[object]]) -> pd.DataFrame:
    """Failures of all scenarios, in order of replicate."""
    ordered = sorted(rows, key=lambda row: int(str(row[1])))
    return pd.DataFrame(ordered, columns=list(FAILURE))
