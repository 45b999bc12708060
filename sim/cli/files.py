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


Fine = tuple[str, dict[str, Any]]  # of a file without mistakes: what it is, in words and as JSON


@app.command()
def check(files: Files, json_: Json = False) -> None:
    """Tell every mistake of every scenario or study file, and run nothing."""
    found = {name: _read(name) for name in dict.fromkeys(files)}
    wrong = [each for each in found.values() if isinstance(each, ScenarioError)]
    if json_:
        told = [_as_json(name, each) for name, each in found.items()]
        typer.echo(json.dumps({"files": told}, ensure_ascii=False))
    else:
        for name, each in found.items():
            if not isinstance(each, ScenarioError):
                typer.echo(f"{name}: fine, {each[0]}")
        for problem in dict.fromkeys(problem for each in wrong for problem in each.problems):
            typer.echo(str(problem), err=True)
    if wrong:
        raise typer.Exit(BAD_INPUT)


def _as_json(name: str, found: Fine | ScenarioError) -> dict[str, Any]:
    if isinstance(found, ScenarioError):
        return {"file": name, "fine": False, "problems": [vars(each) for each in found.problems]}
    return {"file": name, "fine": True, "problems": [], **found[1]}


def _read(name: str) -> Fine | ScenarioError:
    """A file in a folder of packages is one, a file with a part for a kind of study is a study, any
    other is a scenario."""
    try:
        if Path(name).parent.name == FOLDER:
            return _of_package(read_package(Path(name)))
        return _of_study(name) or _of_scenario(load(name))
    except ScenarioError as error:
        return error


def _of_package(given: list[Given]) -> Fine:
    count = len(given)
    return f"a package that sets {count} value{'' if count == 1 else 's'}", {"values": count}


def _of_study(name: str) -> Fine | None:
    from ..explore.plan_file import kinds_in

    if not (found := kinds_in(Path(name))):
        return None
    from ..explore.plan_reading import read_plan

    plans = [read_plan(name, kind) for kind in found]
    kinds, first = [plan.kind for plan in plans], plans[0]
    varied, scenarios = len(first.varied), [each.name for each in first.scenarios]
    sentence = f"a study ({', '.join(kinds)}) of {', '.join(scenarios)}; {varied} things vary"
    return sentence, {"kinds": kinds, "scenarios": scenarios, "varied": varied}


def _of_scenario(scenario: Scenario) -> Fine:
    values = len(scenario.given)
    first, last = scenario.months[0], scenario.months[-1]
    parts = [f"{len(scenario.months)} months, {first} to {last}"]
    parts.append(f"{values} value{'' if values == 1 else 's'} set")
    bases = [Path(file).stem for file in scenario.files[-2::-1]]
    months = {"months": len(scenario.months), "first": first, "last": last}
    about = months | {"values": values, "read_from": list(scenario.files)}
    return ", ".join(parts + [f"based on {base}" for base in bases]), about


@app.command()
def schema(
    study: Annotated[bool, typer.Option("--study", help="Of study files instead.")] = False,
) -> None:
    """Print the JSON Schema of scenario files, for an editor's completion."""
    from ..schema import scenario_schema, study_schema

    content = study_schema() if study else scenario_schema()
    typer.echo(json.dumps(content, indent=1, ensure_ascii=False))


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
