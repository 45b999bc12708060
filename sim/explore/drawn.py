"""Draws of a posterior read back: as points, or as one thing that varies in another study.

    vary: {surroundings: {posterior: posterior}}     # posterior.csv, beside the study

Its value is the number of a draw, and a draw sets all that was calibrated: so what is known only
together stays together.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..scenario_file import is_month
from ..setting_values import SETTINGS, misfit, unknown_setting
from ..shelf import exists, is_plain_name, within_reach
from .varied import Varied


def draws_in(path: Path) -> pd.DataFrame:
    """Draws as points: a row a draw, dates as months counted from the start of year 0. Raises
    OSError or ValueError if the file cannot be read, or does not hold numbers alone."""
    table = pd.read_csv(path)
    for name in table.columns:
        if table[name].map(is_month).all():
            months = table[name].str.split("-", expand=True).astype(int)
            table[name] = 12 * months[0] + months[1] - 1
    table = table.astype(float)
    if len(table) < 2 or not np.isfinite(table.to_numpy()).all():
        raise ValueError("expected two rows of numbers or more")
    return table


def drawn(folder: Path, name: str, said: dict[str, Any]) -> tuple[Varied | None, str]:
    """What is written as {posterior: NAME} under this name, or what is wrong with it."""
    file = str(said["posterior"])
    path = folder / f"{file}.csv"
    if len(said) > 1 or "." in name:
        return None, "write draws as NAME: {posterior: FILE}, with a name without a dot"
    if not is_plain_name(file) or not (exists(path) and within_reach(path, folder)):
        return None, f"there is no file {file}.csv beside the study; expected its name alone"
    try:
        table = draws_in(path)
    except (OSError, ValueError) as error:
        return None, f"{path.name} holds no draws: {error}"
    columns = []
    for column in map(str, table):
        ends = float(table[column].min()), float(table[column].max())
        if complaint := _complaint(column, ends):
            return None, f"{path.name}, column {column}: {complaint}"
        whole = SETTINGS[column.partition(".")[0]][column.partition(".")[2]].kind is int
        columns.append(Varied(column, *ends, whole=whole))
    rows = tuple(map(tuple, table.to_numpy().tolist()))
    numbers = tuple(map(float, range(len(rows))))
    last = numbers[-1]
    return Varied(
        name, 0.0, last, numbers, whole=True, columns=tuple(columns), rows=rows, file=path
    ), ""


def _complaint(column: str, ends: Sequence[float]) -> str:
    """What keeps a column from being set for the whole run."""
    drawer, _, name = column.partition(".")
    if drawer not in SETTINGS or "@" in name:
        return "only settings that hold for the whole run can be drawn"
    if complaint := unknown_setting(drawer, name):
        return complaint
    entry = SETTINGS[drawer][name]
    return next(filter(None, (misfit(entry, entry.kind(end)) for end in ends)), "")
