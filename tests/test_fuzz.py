"""Whatever becomes of a file, it is read or refused in sentences: never a traceback.

Each case has a seed of its own, so that one can be tried again by its number.
"""

import copy
import json
import random
import re

import pytest

from sim.customs import CustomsError
from sim.customs import load as load_customs
from sim.customs_file import HEADER
from sim.reading import parse_yaml
from sim.scenario import ScenarioError, load, shipped_folder

CASES, BATCHES = 2_000, 8

BASE = """\
months: {from: 2024-01, to: 2024-06}
levers: {surveillance: 0.1}
timeline: [{from: 2024-02, levers: {quota_usd: 10}}]
"""
OWN = """\
# a scenario of one's own
format: 1
title: "Mine"
description: >
  Two lines
  of it.
based_on: base
months: {from: 2024-01, to: 2024-12}
demand: {series: mine.csv}
timeline:
  - from: 2024-03
    until: 2024-09
    over_months: 3
    levers:
      authority_share: {value: 0.9, source: "A14: more room", grade: assumed}
      price_tolerance: 0.15
    surroundings: {demand_factor: 1.5}
  - {from: 2024-05, levers: {autonomy_tiers: 1, margin_retention: 0.3}}
levers:
  surveillance: {value: 0.19, source: x, grade: reported}
  company_margin_share: .5
surroundings: {reeducation_share: 0.5, banishment_share: 0.4}
cohort:
  posts: 20
  tier_one_share: 3e-1
"""
SHIPPED = [path.read_text(encoding="utf-8") for path in sorted(shipped_folder().glob("*.yaml"))]
WORDS = """\
: - , [ ] { } ? | > & * ! % @ ` ' " # ~ << --- ... \\ = $ null true no on yes 010 1:30 1e3 1e999 .5
.inf -.inf .nan 0x1F 0o17 1_000 -1 0 1 2 70 -0.0 1e-320 99999999999999999999 2024-01 2024-13 0000-01
9999-12 2024-01-01 1999-01 from until to over_months levers surroundings cohort timeline months
demand series title based_on format value source grade unit posts surveillance quota_usd base mine
history tight_control ../base /dev/zero mine.csv . .. ~/x &a *a !!str
\u0000 \ufeff \ud7ff \U0001f600 é ٣ a\u0308 \x7f \x1b[31m %YAML %TAG {} [] '' "" "\\0"
"\\ud800" "\\x1b" !!python/object/apply:os.system
"""
TOKENS = [*WORDS.split(), "\u2028", "\u0085"]
PLAIN = [
    None,
    True,
    0,
    1,
    -1,
    0.5,
    70,
    1e300,
    -0.0,
    "",
    "2024-05",
    "x",
    [],
    {},
    [[]],
    [{}],
    {"": 0},
]
FIGURES = "".join(f"2024-{month:02d},{month},R,1,R,,,,\n" for month in range(1, 13))


def lines_moved(text, chance):
    """Lines left out, doubled, swapped, indented otherwise."""
    lines = text.split("\n")
    for _ in range(chance.randint(1, 4)):
        at, to = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.randrange(5):
            case 0:
                lines[at] = ""
            case 1:
                lines.insert(to, lines[at])
            case 2:
                lines[at], lines[to] = lines[to], lines[at]
            case 3:
                lines[at] = " " * chance.randint(0, 9) + lines[at].lstrip()
            case 4:
                lines[at] = lines[at].replace(
                    ": ", chance.choice([":", ":\t", " : ", ": - ", ": "])
                )
    return "\n".join(lines)


def words_changed(text, chance):
    """Words in place of others."""
    words = re.split(r"(\s+|[:,{}\[\]])", text)
    for _ in range(chance.randint(1, 6)):
        words[chance.randrange(len(words))] = chance.choice([*TOKENS, chance.choice(words)])
    return "".join(words)


def values_changed(text, chance):
    """Values in place of others, where the file stays well formed."""
    spots = list(re.finditer(r"(?<=: )[^\s,{}\[\]]+", text))
    for spot in sorted(chance.sample(spots, min(len(spots), 3)), key=lambda each: -each.start()):
        text = text[: spot.start()] + chance.choice(TOKENS) + text[spot.end() :]
    return text


def nested(text, chance):
    """Something deep, long or repeated at a place."""
    at = chance.randrange(len(text))
    piece = chance.choice(
        ["[", "{a: ", "- ", "? ", "{", "]", "a: ", "'", "\n- ", "&a [*a, ", "[a, "]
    )
    return text[:at] + piece * chance.choice([2, 25, 3_000]) + text[at:]


def two_joined(text, chance):
    """The beginning of one file and the end of another."""
    other = chance.choice([OWN, BASE, *SHIPPED])
    return text[: chance.randrange(len(text))] + other[chance.randrange(len(other)) :]


def bytes_changed(data, chance):
    """Bytes left out, changed and put in."""
    data = bytearray(data)
    for _ in range(chance.randint(0, 5)):
        at = chance.randrange(len(data) + 1)
        data[at : at + chance.randint(0, 4)] = chance.randbytes(chance.randint(0, 3))
    return bytes(data)


def places(value):
    """Every place in a tree of mappings and lists: the container and the key."""
    keys = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places(value[key])


def structure_changed(text, chance):
    """Keys and values of a well-formed file left out, renamed, moved and replaced."""
    tree = copy.deepcopy(parse_yaml(text, "").value)
    for _ in range(chance.randint(1, 4)):
        found = list(places(tree)) or [(tree, "title")]
        (holder, key), (giver, other) = chance.choice(found), chance.choice(found)
        match chance.randrange(4):
            case 0:
                holder[key] = copy.deepcopy(giver.get(other) if giver is tree else giver[other])
            case 1:
                holder[key] = chance.choice(PLAIN)
            case 2 if isinstance(holder, dict):
                holder[chance.choice(TOKENS)] = holder.pop(key, 0)
            case _:
                del holder[key]
    return json.dumps(tree, ensure_ascii=chance.random() < 0.5)  # JSON is YAML


WAYS = [lines_moved, words_changed, values_changed, values_changed, nested, two_joined]


def mutated(text, seed):
    """The file of this number: one to three ways of going wrong, and sometimes bytes as well."""
    chance = random.Random(seed)
    if chance.random() < 0.4:
        text = structure_changed(text, chance)
    else:
        for _ in range(chance.choice([1, 1, 1, 2, 3])):
            text = chance.choice(WAYS)(text or " ", chance)
    data = text.encode("utf-8", "surrogatepass")
    return bytes_changed(data, chance) if chance.random() < 0.1 else data


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a base and a series, and nothing else of importance."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.yaml").write_text(BASE)
    (tmp_path / "mine.csv").write_text(f"{HEADER}\n{FIGURES}")
    return tmp_path


def ends(seed):
    """Whether the file loads and can be run; a refusal must be sentences, each with a place."""
    try:
        scenario = load("mine.yaml")
    except ScenarioError as error:
        assert error.problems, seed
        for problem in error.problems:
            assert problem.message and "\n" not in str(problem), (seed, problem)
            assert problem.where.split(":")[0].endswith((".yaml", "--set")), (seed, problem)
            str(problem).encode()
        return False
    scenario.course()
    return True


def run(folder, seeds):
    fine = 0
    for seed in seeds:
        original = OWN if seed % 4 else random.Random(seed).choice(SHIPPED)
        (folder / "mine.yaml").write_bytes(mutated(original, seed))
        try:
            fine += ends(seed)
        except Exception as error:
            raise AssertionError(f"file {seed}: {error!r}") from error
    return fine


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_mutated_scenario_is_read_or_refused(folder, batch):
    size = CASES // BATCHES
    fine = run(folder, range(batch * size, (batch + 1) * size))
    assert 0.01 * size < fine < 0.5 * size  # the mutations neither spoil nothing nor everything


@pytest.mark.long
@pytest.mark.parametrize("batch", range(10))
def test_many_mutated_scenarios_are_read_or_refused(folder, batch):
    assert run(folder, range(10_000 + batch * 2_000, 12_000 + batch * 2_000))


def test_a_mutated_series_is_read_or_refused(folder):
    rows = '2024-01,10,R,1,R,,,,\n2024-02,,,,,30,R,x,\n2024-03,8,P,,,9,R,,"a, b"\n'
    pieces = [
        ",",
        "\n",
        '"',
        "R",
        "0",
        "1e9",
        "-1",
        "nan",
        "2024-04",
        ";",
        "\r",
        "\0",
        "é",
        "\ufeff",
    ]
    fine = 0
    for seed in range(500):
        chance = random.Random(seed)
        text = f"{HEADER}\n{rows}"
        start = len(HEADER) + 1 if seed % 5 else 0
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(start, len(text))
            text = text[:at] + chance.choice(pieces) + text[at + chance.randint(0, 3) :]
        data = bytes_changed(text.encode(), chance) if seed % 7 == 0 else text.encode()
        (folder / "own.csv").write_bytes(data)
        try:
            load_customs(folder / "own.csv").whole()
            fine += 1
        except CustomsError as error:
            assert error.sentences and all("own.csv" in each for each in error.sentences)
    assert 10 < fine < 400


def test_a_mutated_override_is_read_or_refused(folder):
    (folder / "mine.yaml").write_text(OWN)
    parts = ["levers", "cohort", ".", "=", "@", "posts", "surveillance", "2024-03", " ", *TOKENS]
    scenario, fine = load("mine.yaml"), 0
    for seed in range(1_000):
        chance = random.Random(seed)
        words = ["levers", ".", "surveillance", "@", "2024-03", "=", "0.5"]
        for _ in range(chance.randint(0, 2)):
            words[chance.randrange(len(words))] = chance.choice(parts)
        try:
            scenario.with_settings(["".join(words)])
            fine += 1
        except ScenarioError as error:
            assert all(str(each).startswith("--set") for each in error.problems)
    assert 50 < fine < 900
