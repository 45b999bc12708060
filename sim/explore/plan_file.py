"""The shape of a study file: what every study says, and what each kind of study says besides."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ..reading import ReadingError, read_yaml
from ..scenario_file import Months


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Quantity(_Strict):
    """One number looked at: an outcome under a scenario, or how far it is from that of another."""

    outcome: str = Field(description="an outcome, or months_until_spent or months_until_missed")
    under: str | None = Field(None, description="under which scenario; the last, if not said")
    minus: str | None = Field(None, description="less the same under this scenario")
    relative_to: str | None = Field(
        None, description="as a part by which it differs from the same under this scenario"
    )
    months: Months | None = Field(None, description="over which months; those compared, if not")


class Goal(Quantity):
    """What a tuning is after."""

    goal: Literal["maximise", "minimise"]
    plus: list[str] = Field([], description="further outcomes, of the same unit, that are added")
    called: str | None = Field(None, description="what it, or the sum, is called")


class Limit(Quantity):
    """What a tuning must keep to."""

    at_least: float | None = None
    at_most: float | None = None


class Conclusion(Quantity):
    """A sentence that holds in a world if the number lies on this side of a threshold."""

    says: str
    above: float | None = None
    below: float | None = None


class Surroundings(_Strict):
    """Over which worlds a tuning must be good, and how that is judged."""

    vary: dict[str, Any] = {}
    assumed: bool = False
    worlds: int = Field(32, ge=2, le=10_000)
    judge: Literal["mean", "worst_decile", "max_regret"] = "mean"
    share: float = Field(
        0.9, gt=0, le=1, description="part of the worlds in which each constraint must hold"
    )


class Sweep(_Strict):
    """Every combination, values side by side, or a sample."""

    design: Literal["grid", "zip", "sample"] = "grid"
    points: int = Field(64, ge=1, le=100_000, description="of a sample")
    quantities: list[Quantity] = Field(min_length=1)


class Tune(_Strict):
    """What is best, within limits."""

    objectives: list[Goal] = Field(min_length=1, max_length=4)
    constraints: list[Limit] = []
    trials: int = Field(100, ge=2, le=100_000)
    batch: int = Field(10, ge=1, le=1000, description="trials that are chosen at a time")
    replicates: list[int] = Field(
        [5, 20], min_length=1, description="of a trial, of those that look good after that, ..."
    )
    solver: Literal["optuna", "random"] = "optuna"
    surroundings: Surroundings | None = None
    retest: int = Field(100, ge=2, le=100_000, description="replicates, on fresh seeds")


class Morris(_Strict):
    """Screening by elementary effects."""

    trajectories: int = Field(20, ge=2, le=10_000)
    levels: int = Field(4, ge=2, le=100, description="an even number")
    replicates: int | None = Field(
        None, ge=2, le=100_000, description="of every point; those of the study, if not said"
    )


class Sobol(_Strict):
    """Shares of the variance."""

    samples: int = Field(256, ge=8, le=1_000_000, description="a power of two")
    bootstraps: int = Field(1000, ge=1000, le=1_000_000)
    replicates: int | None = Field(
        None, ge=2, le=100_000, description="of every point; those of the study, if not said"
    )


class Sensitivity(_Strict):
    """What the outcomes hang on."""

    quantities: list[Quantity] = Field(min_length=1)
    profiles: int = Field(7, ge=2, le=1000, description="values of each setting, one at a time")
    morris: Morris | None = None
    sobol: Sobol | None = None


class Robustness(_Strict):
    """Which conclusions hold in which worlds."""

    worlds: int = Field(2000, ge=20, le=1_000_000)
    design: Literal["latin", "sobol"] = "latin"
    conclusions: list[Conclusion] = Field(min_length=1)


class Calibrate(_Strict):
    """What the surroundings may be, given what is known of outcomes."""

    targets: str = Field(description="a file of targets beside the study, without its ending")
    rows: list[str] = Field(min_length=1, description="which targets of that file")
    waves: int = Field(3, ge=1, le=20, description="at most; fewer, if the space is stable before")
    points: int = Field(200, ge=10, le=2000, description="of a wave")
    simulations: int = Field(3000, ge=100, le=100_000, description="in what the waves have left")
    accept: float = Field(0.1, gt=0, le=1, description="part of these, the nearest, accepted")
    draws: int = Field(200, ge=10, le=100_000, description="of the posterior")


class Changes(_Strict):
    """Settings that have the last word, whole numbers or `{month: number}`; and factors by which
    others are multiplied."""

    says: str = Field(description="what is other there, in a few words")
    levers: dict[str, Any] = {}
    surroundings: dict[str, Any] = {}
    cohort: dict[str, Any] = {}
    times: dict[str, float] = {}


class World(Changes):
    """A scenario, or another world, with changes."""

    of: str


class Patterns(_Strict):
    """Which patterns the model shows, and which it shows without one of its mechanisms."""

    targets: str = Field(description="a file of targets beside the study, without its ending")
    draws: int = Field(30, ge=6, le=10_000, description="of those that vary, evenly chosen")
    rivals: dict[str, Changes] = {}
    conclusions: list[Conclusion] = Field([], description="asked of the rivals, too")


KINDS: dict[str, type[BaseModel]] = {
    "sweep": Sweep,
    "tune": Tune,
    "sensitivity": Sensitivity,
    "robustness": Robustness,
    "calibrate": Calibrate,
    "patterns": Patterns,
}


def kinds_in(path: Path) -> list[str]:
    """Of which kinds the study in a file is; none if it is no study, or cannot be read."""
    try:
        found = read_yaml(path).value
    except ReadingError:
        return []
    return [kind for kind in KINDS if kind in found]


class StudyFile(_Strict):
    """All that a study file may say."""

    title: str | None = Field(None, description="what it is called")
    description: str | None = Field(None, description="what it is about")
    scenario: str | None = Field(None, description="the scenario that is varied")
    scenarios: list[str] | None = Field(
        None, description="several, which share luck at every point; the base first"
    )
    vary: dict[str, Any] = Field({}, description="settings and dates, with their ranges")
    assumed: bool = Field(False, description="vary all settings that rest on assumption, too")
    replicates: int = Field(20, ge=1, le=100_000, description="of every point")
    posts: int | None = Field(None, ge=1, le=1_000_000, description="simulated posts")
    seed: int = Field(1, ge=0, le=2**32 - 1)
    sweep: Sweep | None = None
    tune: Tune | None = None
    sensitivity: Sensitivity | None = None
    robustness: Robustness | None = None
    calibrate: Calibrate | None = None
    patterns: Patterns | None = None


class Range(_Strict):
    """From one value to another."""

    low: Any = Field(alias="from")
    high: Any = Field(alias="to")
    scale: Literal["even", "log"] = "even"
    steps: int | None = Field(None, ge=2, le=10_000, description="of a grid")


class Factor(_Strict):
    """A range of factors by which the scenario's own values are multiplied."""

    times: Range
