"""A drawer of one's own: the pool's settings from a file, as strict as a scenario file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sim import Extension
from sim.problems import Problem, suggest
from sim.reading import read_yaml
from sim.scenario import ScenarioError
from sim.setting_values import misfit, unpack

FROM = "from"


def read_drawer(path: Path, extension: Extension, months: Sequence[str]) -> dict[str, np.ndarray]:
    """Values month by month, (months,): the default before the file's ``from``, then the file's.

    Raises ReadingError if the file cannot be read, ScenarioError with all that is wrong in it.
    """
    document = read_yaml(path)
    problems = list(document.problems)
    known = {name: entry for name, (_, entry) in extension.further.items()}
    first = document.value.get(FROM, months[0])
    if first not in months:
        message = f"expected a month of the run, {months[0]} to {months[-1]}"
        problems.append(Problem(document.where((FROM,)), FROM, message))
        first = months[0]
    begun = np.arange(len(months)) >= months.index(first)
    values = {}
    for name, raw in document.value.items():
        if name == FROM:
            continue
        if name not in known:
            message = f"there is no such setting{suggest(str(name), known)}; {', '.join(known)} are"
            problems.append(Problem(document.where_key((name,)), str(name), message))
            continue
        value, _, complaint = unpack(raw, known[name])
        if complaint := complaint or misfit(known[name], value):
            problems.append(Problem(document.where((name,)), name, complaint))
            continue
        values[name] = np.where(begun, value, known[name].default)
    if problems:
        raise ScenarioError(problems)
    return values
