"""Small worlds in which single patterns are measured: a scenario with changes that have the last
word, even over a draw of the surroundings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..reading import Loc, suggest
from ..scenario import Scenario, ScenarioError
from ..setting_values import SETTINGS, unknown_setting
from .plan_file import Changes, World
from .varied import Varied, applied

Wrong = Iterator[tuple[Loc, str]]


def changed(scenario: Scenario, changes: Changes) -> Scenario:
    """With settings as the changes say, and then those that are multiplied; raises
    ``ScenarioError``."""
    made = scenario.with_(changes.levers, changes.surroundings, changes.cohort)
    factors = [Varied(name, times=True) for name in changes.times]
    return applied(made, factors, changes.times)


def in_world(
    name: str,
    worlds: Mapping[str, World],
    scenarios: Mapping[str, Scenario],
    rival: Changes | None = None,
) -> Scenario:
    """A world, or a scenario, by name; changes of a rival model have the very last word."""
    chain: list[Changes] = [rival] if rival else []
    base = name
    while base in worlds:
        chain.insert(0, worlds[base])
        base = worlds[base].of
    scenario = scenarios[base]
    for each in chain:
        scenario = changed(scenario, each)
    return replace(scenario, name=name)


def world_problems(worlds: Mapping[str, World], scenarios: Sequence[Scenario]) -> Wrong:
    """What is wrong with declared worlds: where, and the sentence."""
    known = {each.name: each for each in scenarios}
    for name, world in worlds.items():
        if name in known:
            yield ("worlds", name), "is a scenario of the study; give the world another name"
        elif world.of not in known:
            near = suggest(world.of, known)
            yield (
                ("worlds", name, "of"),
                f"there is no world {world.of!r} above it and no such scenario{near}",
            )
        else:
            yield from _change_problems(known[world.of], world, ("worlds", name))
            known[name] = known[world.of]


def rival_problems(rivals: Mapping[str, Changes], scenario: Scenario) -> Wrong:
    """What is wrong with rival models: where, and the sentence."""
    for name, rival in rivals.items():
        yield from _change_problems(scenario, rival, ("patterns", "rivals", name))


def _change_problems(scenario: Scenario, changes: Changes, loc: Loc) -> Wrong:
    for each in changes.times:
        drawer, _, name = each.partition(".")
        near = f"there is no drawer {drawer!r}; there are {', '.join(SETTINGS)}"
        if wrong := (unknown_setting(drawer, name) if drawer in SETTINGS else near):
            yield (*loc, "times", each), wrong
            return
    try:
        changed(scenario, changes)
    except ScenarioError as error:
        for problem in error.problems:
            yield loc, f"{problem.path}: {problem.message}"
