"""trader-sim: trader incentives under central control.

>>> import sim
>>> tight = sim.load("tight_control")
>>> tight.months[0], tight.months[-1]
('2023-01', '2029-12')

The names below are all there is to know for a start: ``load`` reads a scenario, ``study`` runs
replicates of one or more, ``save`` writes a result folder and ``opened`` reads one; of a result
``effects`` and ``effects_over_time`` tell how scenarios differ, ``times`` and ``curves`` when it
happens, ``contributions`` what each change does, ``draw`` makes a figure and ``outcome_panel``,
``survival_panel`` and ``effects_panel`` draw on axes of your own. ``undertake`` is a study
that survives interruptions. ``read_plan`` and ``undertake_study`` do the same for studies of many
points. ``TraderModel`` is the same world as Mesa agents, ``Extension`` a month of your own;
``save_world`` and ``load_world`` put a world away.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .compare import study as study
    from .contrast import effects as effects
    from .contrast import effects_over_time as effects_over_time
    from .explore.plan_reading import read_plan as read_plan
    from .explore.undertaking import undertake_study as undertake_study
    from .extension import Extension as Extension
    from .levers import contributions as contributions
    from .mesa_model import TraderModel as TraderModel
    from .outcomes import OUTCOMES as OUTCOMES
    from .panels import effects_panel as effects_panel
    from .panels import outcome_panel as outcome_panel
    from .panels import survival_panel as survival_panel
    from .publish import draw as draw
    from .publish import save as save
    from .request import Request as Request
    from .scenario import Scenario as Scenario
    from .scenario import ScenarioError as ScenarioError
    from .scenario import load as load
    from .snapshot import load_world as load_world
    from .snapshot import save_world as save_world
    from .stored import opened as opened
    from .timing import curves as curves
    from .timing import times as times
    from .undertaking import undertake as undertake

__version__ = "1.0.0"

_HOME = {
    "load": "scenario",
    "Scenario": "scenario",
    "ScenarioError": "scenario",
    "study": "compare",
    "effects": "contrast",
    "effects_over_time": "contrast",
    "times": "timing",
    "curves": "timing",
    "contributions": "levers",
    "draw": "publish",
    "outcome_panel": "panels",
    "survival_panel": "panels",
    "effects_panel": "panels",
    "save": "publish",
    "opened": "stored",
    "Request": "request",
    "undertake": "undertaking",
    "read_plan": "explore.plan_reading",
    "undertake_study": "explore.undertaking",
    "OUTCOMES": "outcomes",
    "TraderModel": "mesa_model",
    "Extension": "extension",
    "save_world": "snapshot",
    "load_world": "snapshot",
}
__all__ = [*_HOME, "__version__"]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    """Import what is asked for only then: ``import sim`` alone stays fast."""
    if name not in _HOME:
        raise AttributeError(f"module 'sim' has no attribute {name!r}; it has {', '.join(_HOME)}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
