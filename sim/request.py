"""What a study was asked for, so that it can be gone on with later, elsewhere, or with more."""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from .cache import rules_hash
from .folders import NoResult
from .outcomes import OUTCOMES
from .precision import MOST
from .scenario import Scenario, ScenarioError, load

DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # many times faster, where it is built
MEASURING = ("arrow.py", "audit.py", "ensemble.py", "history.py", "outcomes.py", "postings.py")


@dataclass(frozen=True)
class Request:
    """Scenarios, seed, how many replicates, and what of them is kept.

    ``command``: what makes it, without the number of replicates, empty from Python; ``inert``:
    sentences on what was set in vain; ``assumed``: scenario name to settings that rest on
    assumption, the last set first (as the scenarios say, unless given).
    """

    scenarios: tuple[Scenario, ...]
    seed: int
    replicates: int
    command: str = ""
    until: Mapping[str, float] = field(default_factory=dict)
    max_replicates: int = MOST
    audit: bool = False
    panel: float = 0.0
    csv: bool = False
    contributions: bool = False
    inert: tuple[str, ...] = ()
    assumed: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """A scenario read back from a result no longer knows in which order its values were set."""
        if not self.assumed:
            assumed = {each.name: each.assumed() for each in self.scenarios}
            object.__setattr__(self, "assumed", assumed)

    @property
    def key(self) -> str:
        """A fingerprint of all that decides what a replicate leaves, but for its number."""
        content: list[Any] = [[each.name, each.content] for each in self.scenarios]
        content += [self.seed, self.audit, self.panel, list(OUTCOMES), rules_hash(), versions()]
        sources = [(Path(__file__).parent / name).read_text("utf-8") for name in MEASURING]
        return hashlib.sha256(json.dumps([content, sources]).encode()).hexdigest()

    def reproduced_by(self, replicates: int) -> str:
        """The command that leaves so many replicates of this."""
        return f"{self.command} -n {replicates}" if self.command else "written from Python"

    def as_json(self) -> dict[str, Any]:
        """All but the scenarios' content, which lies in files of their own."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return plain | {"scenarios": [each.name for each in self.scenarios], "key": self.key}


def versions() -> dict[str, str]:
    """Of what numbers may depend on in their last digits."""
    names = ("trader-sim", "numpy", "numba", "llvmlite")
    return {name: version(name) for name in names} | {"python": platform.python_version()}


def read_request(folder: Path, content: Mapping[str, Any]) -> Request:
    """A request from its JSON and the scenarios beside it; ``NoResult`` if that cannot be."""
    fields = {name: content[name] for name in Request.__dataclass_fields__ if name in content}
    try:
        scenarios = tuple(_scenarios(folder, content["scenarios"]))
        fields |= {"scenarios": scenarios, "inert": tuple(fields.get("inert", ()))}
        return Request(**fields)
    except (KeyError, TypeError, ValueError):
        raise NoResult(f"{folder} was written by an earlier trader-sim; run it again") from None


def _scenarios(folder: Path, names: Sequence[str]) -> Iterator[Scenario]:
    for name in names:
        if Path(name).name != name:
            raise NoResult(f"{folder} names a scenario outside of its folder: {name}")
        try:
            yield load(str(folder / "scenarios" / f"{name}.yaml"))
        except ScenarioError as error:
            raise NoResult(f"{folder}: {error.problems[0]}") from None


def write_scenarios(folder: Path, scenarios: Sequence[Scenario]) -> None:
    """Resolved scenarios, and trade series of the user's own, into ``folder``/scenarios."""
    (folder / "scenarios").mkdir(parents=True, exist_ok=True)
    for scenario in scenarios:
        text = resolved_yaml(scenario)
        (folder / "scenarios" / f"{scenario.name}.yaml").write_text(
            text, encoding="utf-8", newline="\n"
        )
        if scenario.series:
            copy = folder / "scenarios" / f"{scenario.name}.csv"
            if not (copy.exists() and copy.samefile(scenario.series)):
                shutil.copyfile(scenario.series, copy)


def resolved_yaml(scenario: Scenario) -> str:
    """Every setting as it holds, month by month where it moves: a scenario that needs no base."""
    content = scenario.resolved()
    said = {key: content.pop(key) for key in ("title", "description")}
    # quoted as JSON, because PyYAML leaves bare what other readers take for a number or a flag
    texts = [
        f"{key}: {json.dumps(text, ensure_ascii=False)}\n" for key, text in said.items() if text
    ]
    if scenario.series:
        content["demand"] = {"series": f"{scenario.name}.csv"}
    dumped: str = yaml.dump(content, Dumper=DUMPER, sort_keys=False, allow_unicode=True)
    return "".join(texts) + dumped
