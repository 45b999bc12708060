"""The command line: ``trader-sim``."""

from __future__ import annotations

import json
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from .reading import suggest
from .scenario import Scenario, ScenarioError, load

if TYPE_CHECKING:
    import pandas as pd

    from .result import Result

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
MonthCount = Annotated[int | None, typer.Option("--months", min=1, help="Stop after so many.")]
Posts = Annotated[int | None, typer.Option("--posts", min=1, help="Simulated posts.")]
Force = Annotated[bool, typer.Option("--force", help="Replace a result that is already there.")]
Csv = Annotated[bool, typer.Option("--csv", help="Write CSV beside Parquet.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing but errors.")]
NoProgress = Annotated[bool, typer.Option("--no-progress", help="Show no progress.")]


@dataclass(frozen=True)
class Options:
    """What ``run`` and ``compare`` have in common, named as on the command line."""

    replicates: int
    seed: int
    set_: list[str] | None
    out: Path | None
    jobs: int | None
    months: int | None
    posts: int | None
    force: bool
    csv: bool
    json_: bool
    quiet: bool
    no_progress: bool

    @classmethod
    def of(cls, context: typer.Context) -> Options:
        """Those of the command being run."""
        return cls(**{each.name: context.params[each.name] for each in fields(cls)})


def refuse(message: str) -> NoReturn:
    """End with one clear sentence and exit code 2."""
    typer.echo(message, err=True)
    raise typer.Exit(BAD_INPUT)


def read_scenarios(
    names: Sequence[str], settings: Sequence[str], posts: int | None, months: int | None
) -> list[Scenario]:
    """Every scenario, or an exit that lists everything wrong with any of them."""
    extra = [*settings, *([f"cohort.posts={posts}"] if posts else [])]
    found, problems = [], []
    for name in names:
        try:
            found.append(load(name, extra))
        except ScenarioError as error:
            problems += [each for each in error.problems if each not in problems]
    if problems:
        refuse("\n".join(map(str, problems)))
    if months is None:
        return found
    for scenario in found:
        if months > len(scenario.months):
            refuse(f"--months {months}: {scenario.name} has only {len(scenario.months)} months")
    return [scenario.first_months(months) for scenario in found]


@app.command()
def run(
    context: typer.Context,
    scenario: ScenarioName,
    replicates: Replicates = 200,
    seed: Seed = 1,
    set_: Set = None,
    out: Out = None,
    jobs: Jobs = None,
    months: MonthCount = None,
    posts: Posts = None,
    force: Force = False,
    csv: Csv = False,
    json_: Json = False,
    quiet: Quiet = False,
    no_progress: NoProgress = False,
) -> None:
    """Run replicates of one scenario; writes tables, figures and a report."""
    _study([scenario], Options.of(context))


@app.command()
def compare(
    context: typer.Context,
    base: Annotated[str, typer.Argument(metavar="BASE", help="What the others are held against.")],
    others: Annotated[list[str], typer.Argument(metavar="OTHER...", help="One to seven others.")],
    replicates: Replicates = 200,
    seed: Seed = 1,
    set_: Set = None,
    out: Out = None,
    jobs: Jobs = None,
    months: MonthCount = None,
    posts: Posts = None,
    force: Force = False,
    csv: Csv = False,
    json_: Json = False,
    quiet: Quiet = False,
    no_progress: NoProgress = False,
) -> None:
    """Compare scenarios, all with the same seeds; writes tables, figures and a report."""
    if len(others) > 7:
        refuse(f"{len(others) + 1} scenarios are too many for one comparison; give at most 8")
    _study([base, *others], Options.of(context))


def _study(names: list[str], options: Options) -> None:
    started = time.perf_counter()
    scenarios = read_scenarios(names, options.set_ or [], options.posts, options.months)
    folder = options.out or Path("results") / "-".join(each.name for each in scenarios)[:100]
    from . import publish, store
    from .compare import check_comparable

    try:
        check_comparable(scenarios)
        store.check_target(folder, options.force)
    except (ScenarioError, store.StoreError) as error:
        refuse(str(error))
    speak = not options.quiet and not options.json_
    if speak:
        titles = " against ".join(scenario.title for scenario in scenarios)
        many = "" if options.replicates == 1 else "s"
        typer.echo(f"{titles}: {options.replicates} replicate{many}, seed {options.seed}")
    try:
        result = _live(scenarios, options, show=speak and not options.no_progress)
        command = shlex.join(["trader-sim", *sys.argv[1:]])
        table = publish.save(
            folder,
            result,
            force=options.force,
            csv=options.csv,
            command=command,
            started=started,
        )
    except store.StoreError as error:
        refuse(str(error))
    if options.json_:
        typer.echo(json.dumps(_summary(result, table, folder), ensure_ascii=False))
    elif speak:
        _print_table(result, table)
        typer.echo(f"\nreport: {folder / 'report.html'}")


def _live(scenarios: list[Scenario], options: Options, show: bool) -> Result:
    """Run with a progress bar on a terminal, a plain line now and then elsewhere."""
    from .compare import study

    with _progress(options.replicates) if show else nullcontext() as progress:
        return study(
            scenarios, options.replicates, options.seed, jobs=options.jobs, progress=progress
        )


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """A function to be told how many replicates are done."""
    if not sys.stderr.isatty():
        said = [time.monotonic()]

        def tell(done: int) -> None:
            if time.monotonic() - said[0] > 10:
                said[0] = time.monotonic()
                typer.echo(f"{done} of {total} replicates", err=True)

        yield tell
        return
    from rich import progress
    from rich.console import Console

    columns = (
        progress.TextColumn("replicates"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
    )
    with progress.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda done: bar.update(task, completed=done)


def _summary(result: Result, table: pd.DataFrame | None, folder: Path) -> dict[str, Any]:
    """What ``--json`` prints: effects, or means of a single scenario."""
    from .outcomes import OUTCOMES

    summary: dict[str, Any] = {
        "folder": str(folder),
        "seed": result.seed,
        "replicates": len(result.numbers),
        "scenarios": [scenario.name for scenario in result.scenarios],
        "compared_from": result.window_month,
    }
    if table is not None:
        rows = table.to_dict("records")
        summary["effects"] = [{k: _plain(v) for k, v in row.items()} for row in rows]
    else:
        means = result.replicates[list(OUTCOMES)].mean()
        summary["means"] = {name: _plain(value) for name, value in means.items()}
    return summary


def _plain(value: Any) -> Any:
    """NaN is no JSON."""
    return None if isinstance(value, float) and value != value else value


HEADLINES = (
    "savings_median", "spent_share", "quota_from_savings_share", "quota_fulfilment",
    "retained_margin_share", "meetings_per_order", "completion", "nominal_price", "quality",
    "quality_adjusted_price", "repatriation_rate", "overstay_share", "defection_rate",
    "remittance_usd", "procurement_saving_usd",
)  # fmt: skip


def _print_table(result: Result, table: pd.DataFrame | None) -> None:
    """The headlines, a line each; the rest is in the result."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from .outcomes import OUTCOMES
    from .report import figures

    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    base, *others = result.scenarios
    grid.add_column("outcome", no_wrap=True)
    grid.add_column(base.title, justify="right")
    for other in others:
        grid.add_column(other.title, justify="right")
        grid.add_column("difference [95 % interval]", justify="right", no_wrap=True)
    effects = None if table is None else table.set_index(["other", "outcome"])
    means = result.replicates.groupby("scenario")[list(OUTCOMES)].mean()
    for name in HEADLINES:
        outcome = OUTCOMES[name]
        row = [
            f"{outcome.label}{' (at the end)' if outcome.at_end else ''}",
            figures([means.loc[base.name, name]], outcome.unit)[0],
        ]
        for other in others:
            effect = effects.loc[(other.name, name)]  # type: ignore[union-attr]
            size = [effect.difference, effect.ci_low, effect.ci_high]
            moved, low, high = figures(size, outcome.unit, change=True, signed=True)
            low, high = low.removesuffix(" points"), high.removesuffix(" points")
            row += [figures([effect.other_mean], outcome.unit)[0], f"{moved}  [{low}, {high}]"]
        grid.add_row(*row)
    console = Console()
    console.width = max(console.width, 72 + 50 * len(others))
    console.print(f"\nMeans over replicates, from {result.window_month} on", highlight=False)
    console.print(grid, markup=False)


@app.command()
def show(
    scenario: ScenarioName,
    set_: Set = None,
    months: MonthCount = None,
    posts: Posts = None,
    json_: Json = False,
) -> None:
    """Show a scenario in full: every value with unit, source, grade, and where it was set."""
    from .show import as_json, as_text

    (found,) = read_scenarios([scenario], set_ or [], posts, months)
    typer.echo(json.dumps(as_json(found), ensure_ascii=False) if json_ else as_text(found))


Names = Annotated[
    list[str] | None, typer.Argument(metavar="NAME...", help="Only these; all by default.")
]


@app.command()
def settings(names: Names = None, json_: Json = False) -> None:
    """List what a scenario may set: meaning, unit, bounds, default, grade, source."""
    from . import catalogue

    _list(catalogue.settings_json, catalogue.settings_text, names, json_)


@app.command()
def outcomes(names: Names = None, json_: Json = False) -> None:
    """List what is measured: label, unit, meaning, at the end or over the period."""
    from . import catalogue

    _list(catalogue.outcomes_json, catalogue.outcomes_text, names, json_)


def _list(
    as_json: Callable[[Sequence[str]], dict[str, Any]],
    as_text: Callable[[Sequence[str]], str],
    names: list[str] | None,
    json_: bool,
) -> None:
    from .catalogue import UnknownName

    try:
        told = (
            json.dumps(as_json(names or []), ensure_ascii=False) if json_ else as_text(names or [])
        )
    except UnknownName as error:
        refuse(str(error))
    typer.echo(told)


@app.command()
def bench(
    seconds: Annotated[
        float, typer.Option(min=0.5, max=60, help="About how long to measure.")
    ] = 10,
    json_: Json = False,
) -> None:
    """Measure trader-months a second, compiled and plain, in one run."""
    from .bench import as_text, measure

    measured = measure(seconds)
    typer.echo(json.dumps(measured) if json_ else as_text(measured))


def _version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        typer.echo(f"trader-sim {version('trader-sim')}")
        raise typer.Exit


@app.callback()
def top(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Trader incentives under central control."""


def main() -> None:
    """Entry point: errors of use end in one sentence and code 2, Ctrl-C in 130."""
    try:
        code = app(standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except Exception as error:
        code = _explain(error)
    if code == INTERRUPTED:  # typer turns Ctrl-C into this code itself
        typer.echo("interrupted; nothing was written", err=True)
    sys.exit(code if isinstance(code, int) else DONE)


def _explain(error: Exception) -> int:
    """Usage errors in a sentence; anything else is a fault of ours and is shown whole."""
    say = getattr(error, "format_message", None)
    if say is None:
        raise error
    message = say().rstrip(".")
    if message.startswith("Usage:"):  # nothing was asked
        typer.echo(message, err=True)
        return BAD_INPUT
    if "No such command" in message and "id you mean" not in message:
        message += suggest(message.split("'")[1], typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    typer.echo(f"{message}; see trader-sim --help", err=True)
    return BAD_INPUT
