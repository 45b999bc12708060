"""The table of exact limits is whole, and every test it names is there and says what it is of."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.limits_table import LIMITS

ROOT = Path(__file__).parents[1]
BESIDE = {"T15b", "T17b", "T17c", "T17d"}


@cache
def written_in(path):
    """The tests of a file by name, each with its docstring."""
    tree = ast.parse((ROOT / path).read_text())
    return {
        node.name: ast.get_docstring(node) or ""
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def cites(number, name, said):
    """Whether a test's name or docstring has this number, not merely one that begins so."""
    in_name = re.search(rf"_{number.lower()}(_|$)", name)
    return bool(in_name or re.search(rf"\b{number}\b", said))


def test_all_limits_are_there_once_and_in_order():
    numbers = [limit.number for limit in LIMITS]
    assert len(numbers) == len(set(numbers))
    assert {number for number in numbers if number[-1].isdigit()} == {
        f"T{number}" for number in range(1, 51)
    }
    assert {number for number in numbers if not number[-1].isdigit()} == BESIDE
    assert numbers == sorted(numbers, key=lambda each: (int(re.sub(r"\D", "", each)), each))


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.number)
def test_each_is_held_by_a_test_or_has_a_reason(limit):
    assert limit.kind in {"model", "helper", "other law"}
    assert len(limit.statement.split()) >= 2
    assert limit.tests or limit.kind == "other law"
    assert len(limit.reason.split()) >= 4 or limit.kind == "model"


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.number)
def test_tests_named_exist_and_cite_the_limit(limit):
    for test in limit.tests:
        path, _, name = test.partition("::")
        found = written_in(path)
        assert name in found, f"{limit.number}: there is no {test}"
        assert cites(limit.number, name, found[name]), f"{test} does not cite {limit.number}"


def test_no_test_cites_a_limit_that_is_held_to_be_of_another_law_and_is_not_named_there():
    numbers = {limit.number: limit for limit in LIMITS}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name in written_in(path.relative_to(ROOT)):
            if cited := re.match(r"test_t(\d+[a-d]?)_", name):
                limit = numbers[f"T{cited[1]}"]
                assert limit.kind != "other law" or any(
                    test.endswith(f"::{name}") for test in limit.tests
                ), f"{path.name}: {name} holds {limit.number}, which is said not to be used"


def test_a_citation_is_not_a_longer_number():
    assert cites("T3", "test_t3_quota", "")
    assert cites("T17b", "test_fill", "as in T17b.")
    assert not cites("T3", "test_t30_belief", "T30, T33")
    assert not cites("T17", "test_t17b_fill", "T17d")
