"""The command line's frame: the application, options that commands share, refusals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from ..problems import Problem
from ..scenario import Scenario, ScenarioError, load

DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130

app = typer.Typer(
    name="trader-sim",
    help="Trader incentives under central control: run scenarios, compare them, look at them.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

ScenarioName = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="A YAML file or the name of a shipped scenario.")
]
Replicates = Annotated[
    int, typer.Option("-n", "--replicates", min=1, max=100_000, help="Replicates of each scenario.")
]
Seed = Annotated[
    int,
    typer.Option(min=0, max=2**32 - 1, help="Scenarios run with one seed share their luck."),
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="DRAWER.NAME=VALUE", help="Override; NAME@2026-07 from then on."),
]
Out = Annotated[Path | None, typer.Option("-o", "--out", help="Folder for the result.")]
Jobs = Annotated[
    int | None,
    typer.Option("-j", "--jobs", min=1, max=1024, help="Threads; all cores by default."),
]
Cluster = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Run on a dask scheduler's workers: tcp://HOST:PORT."),
]
MonthCount = Annotated[int | None, typer.Option("--months", min=1, help="Stop after so many.")]
Posts = Annotated[int | None, typer.Option("--posts", min=1, help="Simulated posts.")]
Until = Annotated[
    list[str] | None,
    typer.Option(
        metavar="OUTCOME=HALFWIDTH",
        help="Add blocks of -n replicates until the 95 % interval is no wider than ± this.",
    ),
]
MaxReplicates = Annotated[
    int | None,
    typer.Option(min=1, max=100_000, help="With --until: stop at so many; 10,000 by default."),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what it would take; run and write nothing.")
]
Audit = Annotated[
    bool, typer.Option("--audit", help="Hold every purse against the books, every month.")
]
Contributions = Annotated[
    bool, typer.Option("--contributions", help="Tell what each change does by itself (slower).")
]
Panel = Annotated[
    float,
    typer.Option(
        "--panel", min=0, max=1, metavar="SHARE",
        help="Keep the traders at this share of posts, one by one, month by month.",
    ),
]  # fmt: skip
FailFast = Annotated[
    bool, typer.Option("--fail-fast", help="End at the first replicate in which a rule fails.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace a result that is already there.")]
Csv = Annotated[bool, typer.Option("--csv", help="Write CSV beside Parquet.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing but errors.")]
NoProgress = Annotated[bool, typer.Option("--no-progress", help="Show no progress.")]


@dataclass(frozen=True)
class Telling:
    """What a command says while it works and at its end."""

    json_: bool
    quiet: bool
    no_progress: bool

    @property
    def aloud(self) -> bool:
        """Whether it speaks in sentences at all."""
        return not self.quiet and not self.json_


@dataclass(frozen=True)
class Options:
    """What ``run`` and ``compare`` have in common, named as on the command line."""

    replicates: int
    seed: int
    set_: list[str] | None
    out: Path | None
    jobs: int | None
    cluster: str | None
    months: int | None
    posts: int | None
    until: list[str] | None
    max_replicates: int | None
    dry_run: bool
    audit: bool
    panel: float
    fail_fast: bool
    force: bool
    csv: bool
    json_: bool
    quiet: bool
    no_progress: bool
    contributions: bool = False

    @property
    def telling(self) -> Telling:
        """Those of them on what is said."""
        return Telling(self.json_, self.quiet, self.no_progress)

    @classmethod
    def of(cls, context: typer.Context) -> Options:
        """Those of the command being run."""
        names = [each.name for each in fields(cls) if each.name in context.params]
        return cls(**{name: context.params[name] for name in names})


def refuse(message: str) -> NoReturn:
    """End with one clear sentence and exit code 2."""
    typer.echo(message, err=True)
    raise typer.Exit(BAD_INPUT)


def read_scenarios(
    names: Sequence[str], settings: Sequence[str], posts: int | None, months: int | None
) -> list[Scenario]:
    """Every scenario, or an exit that lists everything wrong with any of them."""
    extra = [*settings, *([f"cohort.posts={posts}"] if posts else [])]
    found: list[Scenario] = []
    problems: dict[Problem, None] = {}
    for name in names:
        try:
            found.append(load(name, extra))
        except ScenarioError as error:
            problems |= dict.fromkeys(error.problems)  # each once, in the order met
    if problems:
        refuse("\n".join(map(str, problems)))
    if months is None:
        return found
    for scenario in found:
        if months > len(scenario.months):
            refuse(f"--months {months}: {scenario.name} has only {len(scenario.months)} months")
    return [scenario.first_months(months) for scenario in found]
