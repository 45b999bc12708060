"""Single panels on matplotlib axes of the user's own, for notebooks and figures of his own making.

    fig, (left, right) = plt.subplots(1, 2)
    sim.outcome_panel(result, "savings_median", ax=left)
    sim.survival_panel(result, "spent", ax=right)

Each draws in the project's style, leaves matplotlib's own settings alone, and returns the axes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .contrast import effects
from .drawing import Study, scenario_keys, styled
from .figures.effects import forest, headlines
from .figures.over_time import means, time_panel
from .figures.sizes import numbers
from .figures.times import survival_curves
from .illustration import plain_study
from .problems import suggest
from .result import Result
from .timing import EVENTS, Timing


@styled
def outcome_panel(result: Result, outcome: str, ax: Axes | None = None) -> Axes:
    """An outcome month by month: means over replicates with 95 % intervals, a line a scenario."""
    _check(outcome, result.outcomes, "outcome")
    study, ax = plain_study(result), ax or _axes()
    known = result.outcomes[outcome]
    rows = means(study, outcome, known.label)
    time_panel(ax, study, rows, numbers(known.unit))
    _finish(ax, study, f"{known.label} ({known.unit})" if known.unit else known.label)
    return ax


@styled
def survival_panel(result: Result, event: str, ax: Axes | None = None) -> Axes:
    """Kaplan-Meier curves with bands: months until savings are 'spent' or a quota is 'missed'."""
    _check(event, EVENTS, "event")
    study, ax = replace(plain_study(result), times=Timing(result).curves()), ax or _axes()
    curves = study.times[
        (study.times["kind"] == "survival") & (study.times["event"] == EVENTS[event])
    ]
    survival_curves(ax, study, curves)
    _finish(ax, study, f"without: {EVENTS[event]}")
    since = "the change" if study.change_month else "the start"
    ax.set_xlabel(f"months from {since}")
    return ax


@styled
def effects_panel(result: Result, ax: Axes | None = None) -> Axes:
    """The headline outcomes as multiples of the first scenario's, with 95 % intervals, paired."""
    if len(result.scenarios) < 2:
        raise ValueError("a single scenario has no effects; run two or more")
    study, ax = replace(plain_study(result), effects=effects(result)), ax or _axes()
    forest(ax, study, headlines(study))
    base, *others = study.titles.values()
    ax.set_xlabel(f"mean as a multiple of that under {base}")
    if len(others) > 1:
        _legend(ax, study, others_only=True)
    else:
        ax.set_title(others[0])
    return ax


def _axes() -> Axes:
    return Figure(figsize=(6, 4), layout="constrained").subplots()


def _check(name: str, known: Iterable[str], noun: str) -> None:
    names = list(known)
    if name not in names:
        near = suggest(name, names) or f"; there are {', '.join(names)}"
        raise ValueError(f"there is no {noun} {name!r}{near}")


def _finish(ax: Axes, study: Study, label: str) -> None:
    ax.set_ylabel(label)
    if len(study.titles) > 1:
        _legend(ax, study)


def _legend(ax: Axes, study: Study, others_only: bool = False) -> None:
    keys = scenario_keys(study)[others_only:]
    ax.legend(handles=keys, loc="best", borderaxespad=0.6, frameon=True, edgecolor="none")
