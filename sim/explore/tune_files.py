"""What a tuning leaves for others: chosen points as scenario files, trials as Optuna's study."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from ..model.course import Course
from ..request import resolved_yaml
from ..scenario import Scenario
from ..scenario_file import Given
from ..setting_values import SETTINGS
from .solvers import optuna, quiet
from .varied import Varied, applied

LONG_AGO = datetime(2000, 1, 1)  # of every trial: the same study, the same bytes
Point = Mapping[str, float]


def scenario_file(
    scenario: Scenario, varied: Sequence[Varied], point: Point, title: str, source: str
) -> str:
    """A scenario at a point as a file based on it that says what was tuned; written out in full
    where that would not be the same (levers that were to be announced)."""
    wanted = applied(scenario, varied, point)
    course = wanted.course()
    timeline = _timeline(scenario, varied, point, course)
    given = [
        Given("levers", name, value, source, first=month)
        for month, levers in timeline.items()
        for name, value in levers.items()
    ]
    if scenario.given_otherwise([*scenario.given, *given]).content != wanted.content:
        return f"# {title}\n{resolved_yaml(wanted)}"
    grounds = {"source": source, "grade": "assumed"}
    said: dict[str, Any] = {
        "title": title,
        "based_on": scenario.name,
        "timeline": [
            {
                "from": month,
                "levers": {name: {"value": value, **grounds} for name, value in levers.items()},
            }
            for month, levers in timeline.items()
        ],
    }
    return str(
        yaml.safe_dump(
            said, sort_keys=False, allow_unicode=True, width=200, default_flow_style=None
        )
    )


def _timeline(
    scenario: Scenario, varied: Sequence[Varied], point: Point, course: Course
) -> dict[str, dict[str, float]]:
    """By month what each lever is from then on: from when it is tuned, and again wherever the
    scenario would move it."""
    found: dict[str, dict[str, float]] = {}
    dates = {each.name: each.written(point[each.name]) for each in varied if each.date}
    for each in varied:
        if each.date:
            continue
        lever, _, begins = each.name.partition(".")[2].partition("@")
        start = scenario.months.index(str(dates.get(begins, begins))) if begins else 0
        path, before = course.levers[lever], scenario.path("levers", lever)
        moves = {
            start,
            *(np.flatnonzero(np.diff(path)) + 1),
            *(np.flatnonzero(np.diff(before)) + 1),
        }
        moves |= {
            scenario.months.index(one.first)
            for one in scenario.given
            if (one.drawer, one.name) == ("levers", lever) and one.first in scenario.months
        }
        kind = SETTINGS["levers"][lever].kind
        for at in sorted(month for month in moves if month >= start):
            found.setdefault(scenario.months[at], {})[lever] = kind(path[at])
    return dict(sorted(found.items()))


@dataclass(frozen=True)
class Told:
    """A trial as Optuna keeps it: its point, values of objectives (NaN: it failed), how far each
    constraint is from being kept, and what else is known of it."""

    point: Point
    values: Sequence[float]
    constraints: Mapping[str, float]
    about: Mapping[str, Any]


def sqlite_study(
    name: str, varied: Sequence[Varied], directions: Sequence[str], trials: Sequence[Told]
) -> bytes:
    """An SQLite file of a study that Optuna's own tools open. Raises ``MissingOptuna``."""
    library = optuna()
    space = {each.name: _distribution(library, each) for each in varied}
    with tempfile.TemporaryDirectory() as folder, quiet(library):
        path = Path(folder) / "trials.sqlite"
        storage = library.storages.RDBStorage(f"sqlite:///{path}")
        _without_waiting(storage.engine)
        study = library.create_study(
            storage=storage, study_name=name, directions=list(directions),
            sampler=library.samplers.RandomSampler(seed=0),
        )  # fmt: skip
        for each in trials:
            study.add_trial(_trial(library, varied, space, each))
        storage.engine.dispose()
        return path.read_bytes()


def _without_waiting(engine: Any) -> None:
    """A file that is read at once need not be safe on disk after every trial."""
    from sqlalchemy import event  # comes with Optuna

    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous = OFF")

    engine.dispose()  # connections made before do not know


def _trial(library: Any, varied: Sequence[Varied], space: Mapping[str, Any], told: Told) -> Any:
    failed = not np.isfinite([*told.values, *told.constraints.values()]).all()
    states = library.trial.TrialState
    trial = library.create_trial(
        params={each.name: each.written(told.point[each.name]) for each in varied},
        distributions=dict(space),
        values=None if failed else [float(value) for value in told.values],
        state=states.FAIL if failed else states.COMPLETE,
        constraints=None if failed else {key: float(one) for key, one in told.constraints.items()},
        user_attrs=dict(told.about),
    )
    trial.datetime_start = trial.datetime_complete = LONG_AGO
    return trial


def _distribution(library: Any, varied: Varied) -> Any:
    """The range of a lever as Optuna describes it; dates are listed, to be read as such."""
    kinds = library.distributions
    if varied.values or varied.date:
        values = varied.values or np.arange(varied.low, varied.high + 1)
        return kinds.CategoricalDistribution([varied.written(value) for value in values])
    if varied.whole:
        return kinds.IntDistribution(int(varied.low), int(varied.high))
    return kinds.FloatDistribution(float(varied.low), float(varied.high), log=varied.log)
