"""Commands about files, which run nothing: ``check``, ``schema``, ``migrate``, ``data check``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from ..packages import FOLDER
from ..problems import ReadingError
from ..scenario import Scenario, ScenarioError, load
from ..scenario_chain import read_package
from ..scenario_file import Given
from .options import BAD_INPUT, Json, app, refuse

Files = Annotated[
    list[str], typer.Argument(metavar="FILE...", help="YAML files, or names of shipped scenarios.")
]


@app.command()
def check(files: Files, json_: Json = False) -> None:
    """Tell every mistake of every scenario file, and run nothing."""
    found = {name: _loaded(name) for name in dict.fromkeys(files)}
    wrong = [each for each in found.values() if isinstance(each, ScenarioError)]
    if json_:
        told = [_as_json(name, each) for name, each in found.items()]
        typer.echo(json.dumps({"files": told}, ensure_ascii=False))
    else:
        for name, each in found.items():
            if not isinstance(each, ScenarioError):
                typer.echo(f"{name}: fine, {_summary(each)}")
        for problem in dict.fromkeys(problem for each in wrong for problem in each.problems):
            typer.echo(str(problem), err=True)
    if wrong:
        raise typer.Exit(BAD_INPUT)


def _loaded(name: str) -> Scenario | list[Given] | ScenarioError:
    """The scenario, or what a package sets (files in a folder of packages are such)."""
    try:
        return read_package(Path(name)) if Path(name).parent.name == FOLDER else load(name)
    except ScenarioError as error:
        return error


def _summary(scenario: Scenario | list[Given]) -> str:
    if isinstance(scenario, list):
        return f"a package that sets {len(scenario)} value{'' if len(scenario) == 1 else 's'}"
    values = len(scenario.given)
    parts = [f"{len(scenario.months)} months, {scenario.months[0]} to {scenario.months[-1]}"]
    parts.append(f"{values} value{'' if values == 1 else 's'} set")
    bases = [Path(file).stem for file in scenario.files[-2::-1]]
    return ", ".join(parts + [f"based on {base}" for base in bases])


def _as_json(name: str, found: Scenario | list[Given] | ScenarioError) -> dict[str, Any]:
    if isinstance(found, ScenarioError):
        return {"file": name, "fine": False, "problems": [vars(each) for each in found.problems]}
    if isinstance(found, list):
        return {"file": name, "fine": True, "problems": [], "values": len(found)}
    months = {"months": len(found.months), "first": found.months[0], "last": found.months[-1]}
    about = {"values": len(found.given), "read_from": list(found.files)}
    return {"file": name, "fine": True, "problems": [], **months, **about}


@app.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for an editor's completion."""
    from ..schema import scenario_schema

    typer.echo(json.dumps(scenario_schema(), indent=1, ensure_ascii=False))


@app.command()
def migrate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A scenario file; replaced.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the new file; change none.")
    ] = False,
) -> None:
    """Bring an older scenario file to today's format, comments kept."""
    from ..formats import todays_format
    from ..migrate import migrated, replace_text

    try:
        text, told = migrated(file)
        if told and not dry_run:
            replace_text(file, text)
    except (ReadingError, ScenarioError) as error:
        refuse(f"{error}\n{file}: was left as it is")
    except OSError as error:
        refuse(f"{file}: cannot be replaced: {error.strerror}; it was left as it is")
    for sentence in told or [f"is in today's format, {todays_format()}, already"]:
        typer.echo(f"{file}: {sentence}", err=dry_run)
    if dry_run and told:
        typer.echo(text, nl=False)


data = typer.Typer(help="Trade series of one's own.", no_args_is_help=True)
app.add_typer(data, name="data")


@data.command("check")
def check_data(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file of monthly trade.")],
) -> None:
    """Tell what a trade series holds, what would be filled and how, or all its mistakes."""
    from ..customs import CustomsError, load
    from ..customs_gaps import explain

    try:
        typer.echo(explain(load(file)))
    except CustomsError as error:
        refuse(str(error))
