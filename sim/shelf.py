"""Where scenarios lie: shipped ones, and those given by path."""

from __future__ import annotations

from pathlib import Path

from .problems import Problem, suggest

OR_A_PATH = "; or give the path of a YAML file"


class ScenarioError(Exception):
    """A scenario that cannot be run; ``problems`` lists everything there is to mend."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


def shipped_folder() -> Path:
    """Where the shipped scenarios lie: inside an installed package, beside it in a checkout."""
    inside = Path(__file__).parent / "scenarios"
    return inside if inside.is_dir() else Path(__file__).parents[1] / "scenarios"


def shipped() -> list[str]:
    """Names of the shipped scenarios."""
    return sorted(path.stem for path in shipped_folder().glob("*.yaml"))


def locate(name: str) -> Path:
    """The file of a scenario given by path or by shipped name."""
    if name.endswith((".yaml", ".yml")) or "/" in name or "\\" in name:
        return Path(name)
    if name in shipped():
        return shipped_folder() / f"{name}.yaml"
    known = ", ".join(shipped())
    message = f"there is no scenario of this name{suggest(name, shipped())}; shipped: {known}"
    raise ScenarioError([Problem(name, "", f"{message}{OR_A_PATH}")])


def is_plain_name(name: str) -> bool:
    """Whether a name can lead nowhere but to a file in a folder already chosen."""
    return name.replace("_", "").replace("-", "").isalnum()


def exists(path: Path) -> bool:
    """Whether there is anything of this name; a name that cannot be is none."""
    try:
        return path.exists()
    except (OSError, ValueError):  # a name too long, or not to be written on this system
        return False


def within_reach(path: Path, folder: Path) -> bool:
    """Whether a file a scenario names really lies below the scenario's folder or is shipped."""
    try:
        real, homes = path.resolve(), (folder.resolve(), shipped_folder().resolve())
    except (OSError, RuntimeError, ValueError):  # links in a circle, names that cannot be
        return False
    return any(real.is_relative_to(home) for home in homes)
