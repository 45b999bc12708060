"""docs/model.md is the model: its tables are up to date, and it names every rule and setting where
they belong and nothing that does not exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from sim import catalogue, description
from sim.model import chance, world
from sim.model.row import states_of
from sim.outcomes import OUTCOMES
from sim.setting_values import SETTINGS
from tests.laws.test_settings_used import read_names, rules_of
from tests.limits_table import LIMITS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "model.md").read_bytes().decode()
HAND = description.by_hand(PAGE)
MODEL_FILES = sorted((ROOT / "sim" / "model").glob("*.py"))
STEPS = [step.rule for step in description.steps()]
NAMES = [name for held in SETTINGS.values() for name in held]
KINDS = {limit.number: limit.kind for limit in LIMITS}
FENCED = re.compile(r"```math(.*?)```", re.DOTALL)
PROSE = FENCED.sub("", HAND)
EQUATIONS = FENCED.findall(HAND)
HEADINGS = {  # ODD+D (Müller et al. 2013), in its order
    "# I Overview": ["Purpose", "Entities, state variables, and scales",
                     "Process overview and scheduling"],
    "# II Design concepts": ["Theoretical and empirical background", "Individual decision making",
                             "Learning", "Individual sensing", "Individual prediction",
                             "Interaction", "Collectives", "Heterogeneity", "Stochasticity",
                             "Observation"],
    "# III Details": ["Implementation details", "Initialisation", "Input data", "Submodels"],
}  # fmt: skip
COMMANDS = {"make docs", "trader-sim show"}
SIGNS = {
    "text", "frac", "tfrac", "binom", "sqrt", "sum", "ln", "exp", "min", "max", "cdot",
    "leftarrow", "quad", "qquad", "left", "right", "le", "ge", "lt", "gt", "ne", "lfloor",
    "rfloor", "sigma", "beta", "rho",
}  # fmt: skip


def ticked(text):
    """What stands in backticks."""
    return re.findall(r"`([^`]+)`", text)


@cache
def functions_in(path):
    """Every function of a file, by name, as source."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {n.name: ast.unparse(n) for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}


@cache
def known_names():
    """Whatever the page may put in backticks or into an equation, other than a file."""
    nouns = [*description.nouns(world), *description.nouns(chance)]
    memories = [entry.name for noun in nouns for entry in states_of(noun)]
    functions = [name for path in [*MODEL_FILES, "sim/calendar.py"] for name in functions_in(path)]
    return {*NAMES, *memories, *functions, *OUTCOMES, *vars(world), *COMMANDS}


def sections(text):
    """Title and text of every section."""
    parts = re.split(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def bullets(text):
    """The closing list of a section: its entries by their bold names."""
    found = re.findall(r"^- \*\*([\w ]+):\*\* (.*?)(?=^- |\n\n|\Z)", text, re.DOTALL | re.MULTILINE)
    return {name: " ".join(said.split()) for name, said in found}


SECTIONS = sections(HAND)
WITH_RULES = {title: bullets(text) for title, text in SECTIONS.items() if "**Rules:**" in text}
SUBMODELS = {title: text for title, text in SECTIONS.items() if re.match(r"\d+\. ", title)}


def rules_said(title):
    """The functions that a section says carry it."""
    return [name for name in ticked(WITH_RULES[title]["Rules"]) if "/" not in name]


# ------------------------------------------------------------------------- the generated parts


def test_the_committed_page_is_what_the_code_makes_now():
    assert set(re.findall(r"<!-- generated: (\w+) -->", PAGE)) == set(description.PARTS)
    assert PAGE.count("<!-- generated:") == PAGE.count("<!-- end -->") == len(description.PARTS)
    assert description.refreshed(PAGE) == PAGE, "docs/model.md is out of date: make docs"


def test_make_docs_mends_the_generated_parts_and_leaves_the_rest(tmp_path):
    stale = PAGE.replace("| `savings` | personal", "| `saving` | personal")
    stale = stale.replace("| 1 | `open_month` |", "| 1 | `begin_month` |")
    assert {"saving", "begin_month"} <= set(ticked(stale)) - set(ticked(PAGE))
    (tmp_path / "model.md").write_text(stale, encoding="utf-8", newline="\n")
    catalogue.write_pages(tmp_path)
    mended = (tmp_path / "model.md").read_bytes().decode()
    assert mended == PAGE
    assert description.by_hand(mended) == HAND
    assert "open_month" in HAND and "| `savings` | personal" not in HAND


def test_the_schedule_has_every_call_of_the_month_in_order():
    source = functions_in("sim/model/month.py")["month"]
    called = re.findall(r"^ +(\w+)\(.*\)$", source, re.MULTILINE)
    assert called == STEPS
    assert len(STEPS) > 50
    by_name = {step.rule: step for step in description.steps()}
    assert by_name["open_month"].whom == "once"
    assert by_name["pay_quota"].whom == "each trader, if `trader.status == POSTED`"
    assert by_name["may_be_caught"].whom == "each trader, else if `trader.status == OVERSTAYING`"
    assert by_name["look_up_price"].whom == "each good"
    assert by_name["look_up_price"].file == "sim/model/planner.py"
    assert by_name["plan_meetings"].does.endswith("initiative dies.")
    assert "et al. 2021" in by_name["await_approval"].does


def test_every_memory_of_every_noun_is_in_a_table():
    for noun in [*description.nouns(world), *description.nouns(chance)]:
        assert f"**{noun.__name__}.** " in PAGE
        for entry in states_of(noun):
            assert f"| `{entry.name}` | {entry.meaning} | {entry.unit} |" in PAGE


def test_a_bar_in_a_cell_does_not_split_it():
    assert description.table(("a", "b"), [("x|y", "z")]) == "| a | b |\n|---|---|\n| x\\|y | z |\n"


def test_tables_are_whole():
    columns = 0
    for line in PAGE.splitlines():
        cells = line.replace("\\|", "").count("|") if line.startswith("|") else 0
        assert not columns or not cells or cells == columns, line
        columns = cells


# ---------------------------------------------------------------------- what is written by hand


def test_it_has_the_headings_of_odd_d_in_order():
    written = re.findall(r"^##? .+$", HAND, re.MULTILINE)
    wanted = [
        line for part, held in HEADINGS.items() for line in [part, *(f"## {h}" for h in held)]
    ]
    start = written.index("# I Overview")
    assert written[start : start + len(wanted)] == wanted


@pytest.mark.parametrize("title", SUBMODELS)
def test_a_submodel_is_a_paragraph_an_equation_and_its_grounds(title):
    text = SUBMODELS[title]
    assert re.match(r"\s*[A-Z][^`]{60,}", text), "begins with a paragraph in words"
    assert FENCED.search(text)
    assert list(bullets(text)) == ["Source", "Leaves out", "Exact limits", "Settings", "Rules"]


def test_submodels_are_numbered_and_in_the_order_of_the_month():
    assert [int(title.split(".")[0]) for title in SUBMODELS] == [*range(1, len(SUBMODELS) + 1)]
    order = []
    for title in SUBMODELS:
        order += [STEPS.index(name) for name in rules_said(title) if name in STEPS][:1]
    # by the first rule of each; further ones may stand with their kin (close_session)
    assert order == sorted(order)


@pytest.mark.parametrize("name", dict.fromkeys(STEPS))
def test_every_rule_of_the_month_is_in_one_submodel(name):
    assert [title for title in SUBMODELS if name in rules_said(title)] != []


@pytest.mark.parametrize("path", MODEL_FILES, ids=lambda path: path.stem)
def test_every_rule_is_named_by_the_section_it_carries(path):
    if path.stem in {"books", "month"}:  # payments are declared there; the month is the schedule
        return
    said = {name for title in WITH_RULES for name in rules_said(title)}
    rules = {rule.name for rule in rules_of(path.read_text(encoding="utf-8"))}
    assert rules <= said, f"docs/model.md does not name {sorted(rules - said)} of {path.name}"


@pytest.mark.parametrize("title", WITH_RULES)
def test_rules_stand_in_the_files_that_are_named(title):
    files = [name for name in ticked(WITH_RULES[title]["Rules"]) if "/" in name]
    there = {name for file in files for name in functions_in(file)}
    assert rules_said(title) and set(rules_said(title)) <= there
    for file in files:
        assert set(functions_in(file)) & set(rules_said(title)), f"nothing here is in {file}"


@pytest.mark.parametrize("title", WITH_RULES)
def test_settings_of_a_section_are_those_its_rules_read(title):
    files = [name for name in ticked(WITH_RULES[title]["Rules"]) if "/" in name]
    sources = [functions_in(file).get(name, "") for file in files for name in rules_said(title)]
    read = {name.partition(".")[2] for source in sources for name in read_names(source)}
    said = ticked(WITH_RULES[title]["Settings"])
    assert len(said) == len(set(said))
    assert set(said) == read & set(NAMES)
    assert said or WITH_RULES[title]["Settings"] == "none"


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_belongs_to_a_section(name):
    assert any(name in ticked(said["Settings"]) for said in WITH_RULES.values())


def stale(text):
    """Names in backticks that are neither files nor in the code."""
    for name in ticked(text):
        if "/" in name or name.endswith((".md", ".cff")):
            if not (ROOT / name).exists():
                yield name
        elif name not in known_names() and name != "able":  # an argument of best_of
            yield name


def test_every_name_in_backticks_exists():
    assert list(stale(PROSE)) == []
    assert list(stale("`savings` `saving` `open_mouth` `sim/nowhere.py` `trader-sim sow`")) == [
        "saving",
        "open_mouth",
        "sim/nowhere.py",
        "trader-sim sow",
    ]


def stale_in_equation(equation):
    """Names of the code's kind, in an equation, that are not in the code."""
    words = [word for text in re.findall(r"\\text\{([^}]*)\}", equation) for word in text.split()]
    names = [word.replace("\\_", "_") for word in words if "_" in word]
    return [name for name in names if name not in known_names()]


def test_every_name_in_an_equation_exists():
    assert len(EQUATIONS) > 80
    assert [name for equation in EQUATIONS for name in stale_in_equation(equation)] == []
    assert stale_in_equation(r"\text{price\_sd} + \text{prize\_sd}") == ["prize_sd"]


def test_equations_can_be_typeset():
    """Fenced as ``math``, for Markdown eats backslashes between dollars; and an underscore within a
    word needs its backslash."""
    assert "$" not in HAND
    for equation in EQUATIONS:
        assert equation.startswith("\n") and equation.endswith("\n")
        assert set(re.findall(r"\\([a-zA-Z]+)", equation)) <= SIGNS, equation
        assert set(re.findall(r"\\[^a-zA-Z]", equation)) <= {r"\_"}, equation
        for text in re.findall(r"\\text\{([^}]*)\}", equation):
            assert text.count("_") == text.count(r"\_"), text
        for opened, closed in ("{}", "()", "[]"):
            assert equation.count(opened) == equation.count(closed), equation


def test_exact_limits_are_those_of_the_table_and_all_of_them():
    cited = set(re.findall(r"\bT\d+[a-d]?\b", HAND)) - {"T1–T50"}
    assert cited - set(KINDS) == set()
    assert set(KINDS) - cited == set(), "limits that docs/model.md does not mention"


@pytest.mark.parametrize("title", SUBMODELS)
def test_a_submodel_claims_no_limit_that_is_held_otherwise(title):
    said = bullets(SUBMODELS[title])["Exact limits"].partition(". ")[0]
    for part in said.split("; "):
        kind = "model"
        if part.startswith("by a helper "):
            kind = "helper"
        elif part.startswith("not the model's law: "):
            kind = "other law"
        numbers = re.findall(r"\bT\d+[a-d]?\b", part)
        assert numbers or said == "none."
        assert {KINDS[number] for number in numbers} <= {kind}, part


def test_claims_and_patterns_that_are_cited_are_explained():
    codes = SECTIONS["Codes"]
    for letter, last in (("A", 14), ("S", 7), ("N", 13)):
        cited = set(re.findall(rf"\b{letter}\d+\b", PAGE))
        assert cited <= set(re.findall(rf"\b{letter}\d+\b", codes)), cited
        assert all(1 <= int(code[1:]) <= last for code in cited)


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)]+)\)", HAND):
        if target.startswith("#"):
            assert target[1:] in {title.lower().replace(" ", "-") for title in SECTIONS}
        else:
            assert (ROOT / "docs" / target).exists(), target


def test_it_names_works_that_it_lists():
    listed = " ".join(SECTIONS["References"].split())
    cited = re.findall(r"([^\W\d_]+)(?: et al\. | \()(\d{4})", PROSE.replace(listed, ""))
    assert len(cited) > 10
    for author, year in cited:
        entry = next((each for each in listed.split("- ") if author in each and year in each), "")
        assert entry, f"{author} {year} is not among the references"
