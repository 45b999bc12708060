"""One row a posting: when it began, when savings were spent, how it ended."""

from __future__ import annotations

import numpy as np

from .history import History
from .model.world import CAME_HOME, CAUGHT, DEFECTED, PUNISHED, VACANT

STILL_ABROAD = 0
HOW = {
    STILL_ABROAD: "still abroad",
    CAME_HOME: "home",
    PUNISHED: "punished",
    CAUGHT: "caught",
    DEFECTED: "defected",
}
NEVER = -32768  # in whole-number columns, where "not a number" cannot be written
HAPPENED = ("spent", "missed", "overstayed")  # for the first time
_MONTHS = [(name, "i2") for name in ("began", *HAPPENED, "ended")]
COLUMNS = np.dtype([("post", "i4"), *_MONTHS, ("how", "i1")])


def ended(history: History) -> np.ndarray:
    """Postings that ended in these months, in order of month and post, as ``COLUMNS``.

    Months count from the first of the run; NEVER where something has not happened.
    """
    month, post = np.nonzero(history["left"])
    return _table(history, month, post, history.first + month, history["left"][month, post])


def going_on(history: History) -> np.ndarray:
    """Postings still going on after the last of these months, as ``COLUMNS``."""
    post = np.flatnonzero(history["status"][-1] != VACANT)
    month = np.full(len(post), history.length - 1)
    return _table(history, month, post, NEVER, STILL_ABROAD)


def _table(
    history: History, month: np.ndarray, post: np.ndarray, over: object, how: object
) -> np.ndarray:
    table = np.empty(len(post), COLUMNS)
    table["post"] = post
    table["began"] = history["began"][month, post]
    for name in HAPPENED:  # noted as month plus one, so that zero can say never
        noted = history[name][month, post]
        table[name] = np.where(noted > 0, noted - 1, NEVER)
    table["ended"] = over
    table["how"] = how
    return table
