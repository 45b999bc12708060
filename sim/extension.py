"""A month of one's own, with what its actors remember and what may be set for it, in both carriers.

    pool = Extension(month, memories={"traders": PoolTrader}, settings={"surroundings": Pool})
    pool.model(course, seed=1)       # Mesa agents
    pool.replicate(course, seed=1)   # compiled rows
    pool.study([(tight, {}), (tight.with_(name="pooled"), {"premium_share": 0.1})], replicates=50)

``docs/how-to/write-a-rule.md`` builds one from beginning to end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from .compare import check_comparable
from .ensemble import Analyser, Diary, Lived, Watching, in_order
from .layouts import Layouts, begin, widened
from .model.course import Course
from .model.row import row_type, states_of
from .model.settings import DRAWERS, Setting, settings_of
from .model.world import ACTORS
from .result import Result, collect
from .run import Month, Replicate, compile_month
from .scenario import Scenario

if TYPE_CHECKING:
    from .mesa_model import TraderModel

Values = Mapping[str, "float | Sequence[float] | np.ndarray"]


@dataclass(frozen=True)
class Extension:
    """What somebody adds to the model, without touching it.

    ``month``: a month function of rules, written like ``sim.model.month.month``; ``memories``:
    by field of ``World`` (traders, companies, …) a dataclass that inherits from the model's noun
    and declares further fields with ``state``, which start at 0; ``settings``: by drawer (levers,
    surroundings) one that inherits from the model's drawer and declares more with ``setting``.
    Raises ValueError where a declaration does not extend the model's own.
    """

    month: Callable[..., None]
    memories: Mapping[str, type] = field(default_factory=dict)
    settings: Mapping[str, type] = field(default_factory=dict)

    def __post_init__(self) -> None:
        moving = {name: DRAWERS[name] for name in ("levers", "surroundings")}
        for known, mine in ((ACTORS, self.memories), (moving, self.settings)):
            for name, declared in mine.items():
                if name not in known or not issubclass(declared, known[name]):
                    raise ValueError(
                        f"{name}: {declared.__name__} must inherit from the model's own "
                        f"declaration of one of {', '.join(known)}"
                    )
        for name, declared in self.memories.items():
            for entry in list(states_of(declared))[len(list(states_of(ACTORS[name]))) :]:
                if getattr(declared, entry.name) != 0:
                    raise ValueError(f"{name}.{entry.name} must start at 0, as all further fields")

    @property
    def further(self) -> dict[str, tuple[str, Setting]]:
        """Its own settings: name to drawer and declaration."""
        return {
            entry.name: (drawer, entry)
            for drawer, declared in self.settings.items()
            for entry in list(settings_of(declared))[len(list(settings_of(DRAWERS[drawer]))) :]
        }

    @cached_property
    def _rules(self) -> Month:
        return compile_month(self.month)

    @property
    def _layouts(self) -> Layouts:
        return {name: row_type(declared) for name, declared in self.memories.items()}

    def course(self, scenario: Scenario, values: Values | None = None) -> Course:
        """A scenario with values for the extension's own settings, each one number or one a month
        (months,); what is not named has its default.

        Raises ValueError for a name it does not have or a value out of bounds.
        """
        values = values or {}
        if strange := [name for name in values if name not in self.further]:
            raise ValueError(f"{strange[0]!r} is no setting of it; {', '.join(self.further)} are")
        course = scenario.course()
        tables: dict[str, Any] = {
            drawer: widened(getattr(course, drawer), row_type(declared))
            for drawer, declared in self.settings.items()
        }
        if "levers" in tables:
            tables["announced"] = widened(course.announced, row_type(self.settings["levers"]))
        for name, (drawer, entry) in self.further.items():
            try:
                said = np.asarray(values.get(name, entry.default), float)
                path = np.broadcast_to(said, len(course.months))
            except (TypeError, ValueError):
                raise ValueError(f"{name} must be a number, or one for each month") from None
            if not ((entry.low <= path) & (path <= entry.high)).all():
                raise ValueError(f"{name} must be from {entry.low:g} to {entry.high:g}")
            tables[drawer][name] = path
            if drawer == "levers":
                tables["announced"][name] = path
        return replace(course, **tables)

    def replicate(self, course: Course, seed: int = 1, number: int = 0) -> Replicate:
        """Replicate ``number`` of ``seed`` on its first day, as compiled rows; ``course`` as
        ``Extension.course`` gives it."""
        return begin(course, seed, number, self._rules, self._layouts)

    def model(self, course: Course, seed: int = 1, number: int = 0, **kinds: type) -> TraderModel:
        """The same replicate as Mesa agents; ``kinds`` as for ``TraderModel``."""
        from .mesa_model import TraderModel

        return TraderModel.go_on(self.replicate(course, seed, number), **kinds)

    def study(
        self,
        asked: Sequence[tuple[Scenario, Values]],
        replicates: int,
        seed: int = 1,
        *,
        analysers: Sequence[Analyser] = (),
        jobs: int | None = None,
    ) -> Result:
        """Live replicates of scenarios, each with values of its own for the extension's settings;
        all share their luck. A result as of ``sim.study``, with the analysers' outcomes in it.

        Raises ScenarioError if scenarios cannot be compared, RuleFault where a rule fails.
        """
        scenarios = [scenario for scenario, _ in asked]
        check_comparable(scenarios)
        courses = [self.course(*each) for each in asked]
        months = len(courses[0].months)
        differences = [courses[0].first_difference(other) for other in courses[1:]]
        window = min((each for each in differences if each < months), default=0)
        watching = Watching(analysers=tuple(analysers))
        calls = ((courses, seed, number, watching) for number in range(replicates))
        lived: Iterator[list[Lived]] = in_order(self._live, calls, jobs=jobs)
        return collect(scenarios, seed, range(replicates), lived, window)

    def _live(
        self, courses: Sequence[Course], seed: int, number: int, watching: Watching
    ) -> list[Lived]:
        lived = []
        for course in courses:
            diary: Any = Diary(watching)
            diary.live(self.replicate(course, seed, number), len(course.months))
            lived.append(diary.close(course.name, number))
        return lived
