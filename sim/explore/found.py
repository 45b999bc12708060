"""What a study of points found: numbers, the sentences they allow, and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ..drawing import Picture


class StudyError(Exception):
    """A study that cannot be carried out, in one sentence."""


@dataclass(frozen=True)
class Found:
    """What is written of a study.

    ``answer``: sentences that claim no more than the numbers allow, the most important one first;
    ``tables``: by name, each written as CSV; ``shown``: those that stand in the report, by heading,
    in words and rounded numbers; ``pictures``: figures by name; ``scenarios``: scenario files to be
    written, by name, as YAML text; ``files``: what else is written, by name; ``limits``: what the
    study does not say, a sentence each; ``summary``: what ``--json`` prints.
    """

    answer: Sequence[str]
    tables: Mapping[str, pd.DataFrame]
    shown: Mapping[str, pd.DataFrame]
    pictures: Mapping[str, Picture]
    limits: Sequence[str] = ()
    scenarios: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    summary: Mapping[str, Any] = field(default_factory=dict)
