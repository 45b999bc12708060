"""The import law: who may know whom under sim/ (CONTRIBUTING.md says why)."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

SIM = Path(__file__).parents[2] / "sim"

# A module may import from lines below its own, and from its own line as long as no circle closes.
LAYERS = """
    __main__ reference
    cli.__init__
    cli.studies cli.telling cli.scenarios cli.files cli.traders cli.results cli.pages
    cli.exploring
    cli.carrying_out
    cli.options cli.printing
    __init__
    dashboard.server mesa_page
    dashboard.page
    dashboard.doors dashboard.person
    dashboard.policies dashboard.answers
    dashboard.controls dashboard.table
    dashboard.exchange dashboard.desk dashboard.charts dashboard.lives
    dashboard.view dashboard.live dashboard.guard dashboard.__init__
    undertaking explore.undertaking
    panels
    publish explore.page explore.kinds
    catalogue
    validity_page register
    validity
    illustration show bench description starter schema migrate recheck
    difference
    explore.sweep explore.tune explore.sensitivity explore.robustness explore.calibrate
    explore.patterns
    explore.patterns_words
    explore.sensitivity_shown explore.sensitivity_words explore.sensitivity_pictures
    explore.robustness_words
    explore.morris explore.profiles explore.scores explore.tipping
    explore.sobol
    explore.resampled
    explore.tune_pictures explore.tune_answer explore.tune_shown
    explore.tune_words
    explore.tune_tables explore.tune_files
    explore.chosen explore.retest
    explore.halving explore.tried
    explore.aims explore.solvers explore.pareto
    explore.judged
    explore.calibrate_words explore.holding
    explore.found explore.prim
    report story_words story_figure
    report_tables report_changes plots
    report_words report_sentences painting
    figures.sensitive_shares
    figures.lines figures.beliefs figures.prices figures.imports figures.times
    figures.savings figures.stacked figures.flows figures.effects figures.contributions
    figures.swept figures.tuned figures.sensitive figures.robust figures.calibrated
    figures.patterned figures.over_time figures.tuned_marks story_deals
    figures.__init__ figures.sizes drawing
    inert
    timing levers contrast
    explore.posterior explore.kept explore.plan_reading
    explore.table
    explore.measurements explore.worlds explore.verdicts explore.plan_problems
    explore.measured_prices explore.measured_traders explore.measured_news
    explore.seen
    explore.points
    explore.plan
    explore.ranges explore.drawn explore.plan_file explore.targets explore.varied explore.__init__
    explore.matching explore.emulator explore.abc
    extension
    compare warm_up
    store stored
    unfinished
    request result precision forecast
    pieces arrow
    ensemble witness cluster
    outcomes postings snapshot story claims
    audit
    trace
    run mesa_model layouts
    view history cache
    scenario
    paths overrides scenario_chain calendar resolved
    packages contradictions
    scenario_file shelf formats
    setting_values
    customs_gaps
    customs reading
    customs_file customs_fill yaml_builder
    units report_numbers rich_html
    competing survival_summaries paired
    yaml_words problems survival bootstrap shapley
    statistics folders aside commit
    model.month model.founding
    model.trading model.deals model.hiding model.cash model.watching model.choosing
    model.leaving model.news model.page
    model.planner model.markets model.companies model.review_board
    model.books model.reckoning
    model.chance model.world model.settings model.course
    model.row
    model.__init__
"""
FLOOR = {
    name: floor for floor, line in enumerate(LAYERS.split("\n")[::-1]) for name in line.split()
}

STRANGERS = [
    {"compare"}
    | {f"explore.{kind}" for kind in ("sweep", "tune", "sensitivity", "robustness", "calibrate")}
    | {"explore.patterns"},
    {"model.planner", "model.markets", "model.companies", "model.review_board"}
    | {"model.trading", "model.deals", "model.hiding", "model.cash"}  # one trader, nine files
    | {"model.watching", "model.choosing", "model.leaving", "model.news", "model.page"},
]
KEPT_FROM_THE_MODEL = {"yaml", "pandas", "matplotlib", "mesa", "pydantic"}
COMPILERS = {"model.row", "run"}
CLUSTER_LIBRARIES = {"dask", "distributed", "cloudpickle"}
ONLY_SHOW = {
    *(
        "plots",
        "painting",
        "report",
        "report_tables",
        "report_changes",
        "report_words",
        "report_sentences",
    ),
    *("report_numbers", "drawing"),
}


def known(module: str) -> str:
    """The name in LAYERS: 'sim.model.world' is 'model.world', 'sim.model' 'model.__init__'."""
    name = module.removeprefix("sim").removeprefix(".")
    package = f"{name}.__init__".removeprefix(".")
    return package if package in FLOOR else name


def imports(name: str, source: str) -> Iterator[str]:
    """Every module a source imports, wherever in it, in full: 'numpy', 'sim.model.world', 'sim'."""
    package = ("sim." + name).split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) + 1 - node.level] if node.level else []
            origin = ".".join(start + ([node.module] if node.module else []))
            for alias in node.names:
                below = f"{origin}.{alias.name}"
                is_module = known(below) in FLOOR
                # `from sim import run` goes by way of the root; `from . import run` does not
                by_the_root = origin == "sim" and not node.level
                yield below if is_module and not by_the_root else origin


def shows(name: str) -> bool:
    """Whether a module only shows what was measured."""
    return name in ONLY_SHOW or name.startswith("figures.")


def faults(name: str, source: str) -> Iterator[str]:
    """What one module does against the law, a sentence each."""
    if name not in FLOOR:
        path = f"sim/{name.replace('.', '/')}.py"
        yield f"{path} has no place yet: add {name} to LAYERS in tests/laws/test_imports.py"
        return
    for module in sorted(set(imports(name, source))):
        library = module.partition(".")[0]
        if library != "sim":
            if name.startswith("model.") and library in KEPT_FROM_THE_MODEL:
                yield f"{name} imports {library}: the model knows no {library}"
            if library == "numba" and name not in COMPILERS:
                yield f"{name} imports numba: only {', '.join(sorted(COMPILERS))} may"
            if library in CLUSTER_LIBRARIES and name != "cluster":
                yield f"{name} imports {library}: only cluster may"
            continue
        other = known(module)
        if module == "sim":
            yield f"{name} imports the package root: import from the module that has the thing"
        elif other not in FLOOR:
            yield f"{name} imports {module}, which is not in LAYERS"
        elif FLOOR[other] > FLOOR[name]:
            yield f"{name} imports {other}, which stands above it"
        elif any({name, other} <= group for group in STRANGERS) and name != other:
            yield f"{name} imports {other}: these two do not know each other"
        elif shows(name) and (other == "run" or other.startswith("model.")):
            yield f"{name} imports {other}: what is shown comes from outcomes"


def circle(sources: dict[str, str]) -> list[str]:
    """A closed chain of imports among these modules, or nothing."""
    graph = {
        name: {known(m) for m in imports(name, source) if m.startswith("sim.")} - {name}
        for name, source in sources.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def house() -> dict[str, str]:
    """Every module under sim/ by name, with its source."""
    return {
        ".".join(path.relative_to(SIM).with_suffix("").parts): path.read_text(encoding="utf-8")
        for path in sorted(SIM.rglob("*.py"))
    }


def test_the_house_keeps_the_import_law() -> None:
    sources = house()
    assert "model.row" in sources
    assert [fault for name, source in sources.items() for fault in faults(name, source)] == []
    assert circle(sources) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("run", "from .model.month import month"),
        ("run", "from .model import month"),
        ("run", "import sim.model.month, numba"),
        ("run", "from . import mesa_model"),
        ("compare", "from sim.statistics import interval\nfrom sim.ensemble import play"),
        ("model.trading", "from .books import pay\nfrom ..model.row import rule"),
        ("model.row", "import os, math, numpy\nfrom numba.extending import register_jitable"),
        ("__init__", "from .compare import compare"),
        ("report", "from .outcomes import OUTCOMES\nfrom .plots import draw"),
        ("scenario", "import simplejson, yaml, pydantic"),
    ],
)
def test_lawful(name: str, source: str) -> None:
    assert list(faults(name, source)) == []


@pytest.mark.parametrize(
    ("name", "source", "complaint"),
    [
        ("run", "import sim", "the package root"),
        ("run", "import sim as s", "the package root"),
        ("run", "from sim import scenario", "the package root"),
        ("run", "from . import __version__", "the package root"),
        ("model.row", "from .. import load", "the package root"),
        ("scenario", "from .run import play", "run, which stands above it"),
        ("scenario", "from . import run", "run, which stands above it"),
        ("scenario", "def f():\n    from sim.run import play", "run, which stands above it"),
        ("model.world", "from ..scenario import load", "scenario, which stands above it"),
        ("model.row", "from . import world", "model.world, which stands above it"),
        ("explore.tune", "from .sweep import sweep", "do not know each other"),
        ("model.trading", "from .planner import fix_price", "do not know each other"),
        ("model.month", "import pandas as pd", "the model knows no pandas"),
        ("model.month", "from matplotlib.pyplot import plot", "the model knows no matplotlib"),
        ("model.world", "import mesa.agent", "the model knows no mesa"),
        ("model.trading", "from numba import njit", "imports numba"),
        ("ensemble", "import numba", "imports numba"),
        ("ensemble", "def f():\n    from distributed import Client", "only cluster may"),
        ("plots", "from .model.world import World", "comes from outcomes"),
        ("figures.lines", "from ..model.books import FLOWS", "comes from outcomes"),
        ("plots", "from . import model", "comes from outcomes"),
        ("report", "from .run import play", "comes from outcomes"),
        ("cli.studies", "from ..helpers import x", "sim.helpers, which is not in LAYERS"),
        ("model.helpers", "", "sim/model/helpers.py has no place yet: add model.helpers to LAYERS"),
    ],
)
def test_unlawful(name: str, source: str, complaint: str) -> None:
    found = list(faults(name, source))
    assert len(found) == 1
    assert complaint in found[0]


def test_a_circle_is_found() -> None:
    pair = {"run": "from .mesa_model import Model", "mesa_model": "from .run import play"}
    assert set(circle(pair)) == {"run", "mesa_model"}
    assert circle(pair | {"mesa_model": "import mesa"}) == []
