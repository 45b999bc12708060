"""Every declared setting is described, is read, and does something; rules hide no numbers."""

import ast
from functools import cache
from pathlib import Path

import pytest

from sim.model.settings import DRAWERS, GRADES, settings_of
from sim.scenario_file import Given
from tests.bare import bare_course, bits, lived_by_rows

SIM = Path(__file__).parents[2] / "sim"
DECLARED = {
    f"{drawer}.{entry.name}": entry
    for drawer, declared in DRAWERS.items()
    for entry in settings_of(declared)
}

# (a) read, and of effect


def read_names(source):
    """What a source reads of the drawers, as ``levers.quota_usd`` or ``levers["quota_usd"]``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            name = node.attr
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            name = node.slice.value
        else:
            continue
        drawer = node.value
        if isinstance(drawer, ast.Attribute):  # world.cohort.posts
            drawer = ast.Name(drawer.attr)
        if isinstance(drawer, ast.Name) and drawer.id in DRAWERS and isinstance(name, str):
            yield f"{drawer.id}.{name}"


@cache
def all_read():
    """What anything but the declarations themselves reads."""
    sources = [path for path in SIM.rglob("*.py") if path.name != "settings.py"]
    return {name for path in sources for name in read_names(path.read_text())}


@pytest.mark.parametrize("name", DECLARED)
def test_every_setting_is_read(name):
    assert name in all_read(), f"nothing under sim/ reads {name}: use it or drop it"


def test_a_setting_that_is_read_in_no_code_is_noticed():
    source = 'levers.quota_usd + world.cohort.posts * surroundings["growth_share"][0]'
    assert set(read_names(source)) == {
        "levers.quota_usd",
        "cohort.posts",
        "surroundings.growth_share",
    }
    assert "levers.no_such_setting" not in all_read()


BARE = ("cohort.posts=60", "cohort.companies=12")
POOR = ("cohort.savings_usd=3000",)
BLAMED = ("surroundings.punish_per_failure=2",)

# Worlds in which a setting matters that does nothing at defaults, and why it does not.
SPECIAL = {
    "levers.tolerated_absence": ("levers.surveillance_gain=1",),  # the planner does not adapt
    "levers.quality_seen_share": ("levers.authority_gain=1",),  # the same
    "levers.control_premium": ("levers.authority_gain=1",),  # the same
    "levers.quota_relief": POOR,  # too few are short of money
    "levers.relief_below_share": ("levers.quota_relief=0.1", *POOR),  # no relief is given
    "surroundings.own_account_margin": ("levers.open_area_share=0.2",),  # no area is open
    "surroundings.own_account_spread": ("levers.open_area_share=0.2",),  # the same
    "surroundings.own_account_share": ("levers.open_area_share=0.2",),  # the same
    "surroundings.covert_watch": (  # few vehicles, and exposure moves few calls
        "surroundings.unrecorded_ratio=1",
        "surroundings.exposure_per_contact=0.1",
        "surroundings.call_up_per_exposure=1",
    ),
    "surroundings.failure_kept": BLAMED,  # blame weighs little
    "surroundings.punish_per_failure": BLAMED,  # the same
    "surroundings.punish_per_arrears_month": POOR,  # few are in arrears
    "surroundings.arrears_months_counted": POOR,  # nobody owes six months of quota
    "surroundings.call_up_per_arrears_month": POOR,  # few are in arrears
    "cohort.without_family_share": (
        "surroundings.exile_value_usd=60000",
        "cohort.posts=300",
    ),  # rare
    "surroundings.exile_cost_usd": ("surroundings.exile_value_usd=80000",),  # too few defect
    "surroundings.hostage_cost_usd": ("surroundings.exile_value_usd=80000",),  # the same
    # parts of one whole: room for the one that is moved
    "surroundings.reeducation_share": ("surroundings.banishment_share=0.2",),
    "surroundings.banishment_share": ("surroundings.reeducation_share=0.2",),
    "cohort.tier_one_share": ("levers.autonomy_tiers=1",),  # every tier has authority
    "cohort.tier_two_share": ("levers.autonomy_tiers=2",),  # the same
}


QUOTAS_TO_FALL = Given("levers", "quota_usd", 500, "here", first="2025-01", announced="2023-06")
ANNOUNCED = {"surroundings.announcement_trust": (QUOTAS_TO_FALL,)}  # else nothing is announced


def moved(entry):
    """Another value within bounds."""
    if entry.kind is int:
        return entry.default - 1 if entry.default > entry.low else entry.default + 1
    if entry.default == 0:
        return entry.low + (entry.high - entry.low) / 4
    more = 1.5 * entry.default
    return more if more <= entry.high else (entry.default + entry.low) / 2


@cache
def as_it_is(special, announced):
    return bits(lived_by_rows(bare_course(*BARE, *special, given=announced)))


@pytest.mark.parametrize("name", DECLARED)
def test_every_setting_changes_what_is_kept(name):
    entry = DECLARED[name]
    value = moved(entry)
    assert entry.low <= value <= entry.high and value != entry.default
    special, announced = SPECIAL.get(name, ()), ANNOUNCED.get(name, ())
    other = lived_by_rows(bare_course(*BARE, *special, f"{name}={value}", given=announced))
    same = bits(other) == as_it_is(special, announced)
    assert not same, f"{name} does nothing here: say under SPECIAL in what world it matters"


# (b) numbers in rules

DECLARATIONS = {"settings.py", "chance.py", "row.py", "world.py", "founding.py"}
MODEL_FILES = sorted((SIM / "model").glob("*.py"))
RULE_FILES = [path for path in MODEL_FILES if path.name not in DECLARATIONS]
PLAIN_NUMBERS = {0, 1, 2, 0.5}  # and with a minus, which is an operation on them
OTHER_NUMBERS: dict[str, dict[float, str]] = {}  # file -> number -> reason; none is needed so far


def numbers(source):
    """Every number written in a source."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            yield node.value


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.stem)
def test_rules_hide_no_numbers(path):
    hidden = set(numbers(path.read_text())) - PLAIN_NUMBERS - set(OTHER_NUMBERS.get(path.name, {}))
    assert not hidden, f"{path.name} writes {sorted(hidden)}: declare them in settings.py"


def test_a_number_in_a_rule_is_noticed():
    assert set(numbers("x = -2.0 * y if z else 0.3 * True + 12")) == {2.0, 0.3, 12}
    assert len(RULE_FILES) >= 12


# (c) words


MARKS = {"rule", "inlined_rule", "flow"}


def rules_of(source):
    """Functions marked as rules."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            marks = [getattr(mark, "func", mark) for mark in node.decorator_list]
            if {mark.id for mark in marks if isinstance(mark, ast.Name)} & MARKS:
                yield node


@pytest.mark.parametrize("path", MODEL_FILES, ids=lambda path: path.stem)
def test_every_rule_says_what_it_does(path):
    for rule in rules_of(path.read_text()):
        said = ast.get_docstring(rule) or ""
        assert said.strip().endswith((".", ")")), f"{path.name}: {rule.name} has no sentence"


def test_rules_are_found():
    found = {rule.name for path in MODEL_FILES for rule in rules_of(path.read_text())}
    assert {"month", "pay_quota", "normal", "philox", "first_day"} <= found
    assert len(found) > 100


@pytest.mark.parametrize("name", DECLARED)
def test_every_setting_is_described(name):
    entry = DECLARED[name]
    assert len(entry.meaning.split()) >= 2
    assert entry.unit.strip()
    assert entry.low < entry.high
    assert entry.low <= entry.default <= entry.high
    assert entry.kind(entry.default) == entry.default
    assert entry.grade in GRADES
    assert entry.source.strip()


def test_no_setting_is_declared_twice():
    names = [name.partition(".")[2] for name in DECLARED]
    assert len(names) == len(set(names)) > 90
    assert len(GRADES) == len(set(GRADES)) == 4


@pytest.mark.parametrize("name", [name for name in DECLARED if DECLARED[name].grade != "assumed"])
def test_what_is_not_assumed_names_a_source_of_its_own(name):
    assert not DECLARED[name].source.startswith("no source")
