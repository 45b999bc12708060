"""What a user set and what it did not change: a mistyped idea is told of before it is believed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, partial

from .ensemble import one_replicate
from .scenario import Scenario, shipped_folder
from .scenario_file import Given

REPLICATES = 2
# How many posts, which replicate: most values show at once, and what follows is not lived.
TRIALS = [(posts, number) for posts in (60, 500) for number in range(REPLICATES)]
SAME = "its value holds already, or another has the last word"
STILL = f"no outcome moved in {REPLICATES} replicates with and without it"


def inert(scenarios: Sequence[Scenario], seed: int) -> list[str]:
    """A sentence for each value that changed nothing: of ``--set``, or of a file of the user's."""
    found: dict[tuple[str, str], list[str]] = {}
    for scenario in scenarios:
        for what, why in _inert_in(scenario, seed):
            found.setdefault((what, why), []).append(scenario.name)
    return [
        f"{what} changed nothing in {' and '.join(names)}: {why}"
        for (what, why), names in found.items()
    ]


def _inert_in(scenario: Scenario, seed: int) -> Iterator[tuple[str, str]]:
    lived_with = cache(partial(_lived, scenario, seed))
    for given in scenario.given:
        if not _is_the_user_s(given, scenario):
            continue
        without = scenario.given_otherwise(x for x in scenario.given if x is not given)
        why = ""
        if _same_path(scenario, without, given):
            why = "" if given.where != "--set" and len(scenario.files) == 1 else SAME
        elif all(lived_with(*each) == _lived(without, seed, *each) for each in TRIALS):
            why = STILL
        if why:
            yield _called(given), why


def _is_the_user_s(given: Given, scenario: Scenario) -> bool:
    """Whether it comes from the command line or the file named there; posts come from --posts."""
    if given.where == "--set":
        return given.name != "posts"
    top = scenario.files[-1] if scenario.files else ""
    own = not top.startswith(str(shipped_folder()))
    return own and given.where.startswith(f"{top}:")


def _called(given: Given) -> str:
    """The value as its author knows it."""
    setting = f"{given.drawer}.{given.name}"
    if given.where != "--set":
        return f"{given.where}: {setting}"
    return f"--set {setting}{f'@{given.first}' if given.first else ''}={given.value:g}"


def _same_path(one: Scenario, other: Scenario, given: Given) -> bool:
    """Whether both come to the same value in every month, known of equally early."""
    drawer, name = given.drawer, given.name
    known = drawer != "levers" or (one.announced(name) == other.announced(name)).all()
    return bool(known and (one.path(drawer, name) == other.path(drawer, name)).all())


def _lived(scenario: Scenario, seed: int, posts: int, number: int) -> bytes:
    """Every outcome of a replicate to the last bit, in a world of at most so many posts."""
    posts = min(posts, int(scenario.path("cohort", "posts")[0]))
    course = scenario.with_(cohort={"posts": posts}).course()
    return one_replicate([course], seed, number)[0].outcomes.tobytes()
