"""What a word in a YAML file means, where it stands, and what is refused."""

import os
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.reading import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_NODES,
    Document,
    Problem,
    ReadingError,
    format_path,
    parse_yaml,
    read_yaml,
    suggest,
)

SCENARIO = b"""# a ban that bites late
based_on: baseline
label: "Ban, then test"
timeline:
  - from: 2017-07
    levers: {surveillance: 0.35, fine_usd: 1e4}
  - from: 2018-01   # later
    levers:
      review_board: true
      note: |
        two
        lines
seeds: [1, 2, 3]
"""


def refused(text: str) -> list[Problem]:
    with pytest.raises(ReadingError) as caught:
        parse_yaml(text, "file.yaml")
    return caught.value.problems


def refused_file(path: Path) -> Problem:
    with pytest.raises(ReadingError) as caught:
        read_yaml(path)
    (problem,) = caught.value.problems
    return problem


def read_word(word: str) -> object:
    document = parse_yaml(f"a: {word}\n", "file.yaml")
    assert document.problems == []
    return document.value["a"]


def only_problem(text: str) -> Problem:
    (problem,) = parse_yaml(text, "file.yaml").problems
    return problem


# --- values -------------------------------------------------------------------------------


def test_a_scenario_becomes_plain_values(tmp_path: Path) -> None:
    path = tmp_path / "late-ban.yaml"
    path.write_bytes(SCENARIO)
    document = read_yaml(path)
    assert document.name == str(path)
    assert document.problems == []
    assert document.value == {
        "based_on": "baseline",
        "label": "Ban, then test",
        "timeline": [
            {"from": "2017-07", "levers": {"surveillance": 0.35, "fine_usd": 1e4}},
            {"from": "2018-01", "levers": {"review_board": True, "note": "two\nlines\n"}},
        ],
        "seeds": [1, 2, 3],
    }


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("", None), ("~", None), ("null", None), ("Null", None), ("NULL", None),
        ("true", True), ("True", True), ("TRUE", True), ("false", False), ("FALSE", False),
        ("0", 0), ("7", 7), ("-7", -7), ("+7", 7), ("0x1F", 31), ("0o17", 15),
        ("9" * 18, 10**18 - 1),
        ("1e3", 1000.0), (".5", 0.5), ("-.5", -0.5), ("5.", 5.0), ("0.35", 0.35),
        ("+1.5E-2", 0.015), ("01.5", 1.5),
        ("2026-07", "2026-07"), ("2026-07-01", "2026-07-01"),
        ("2026-07-01T10:30:00Z", "2026-07-01T10:30:00Z"),
        (".", "."), ("1e", "1e"), ("_1", "_1"), ("tRUE", "tRUE"), ("1,000", "1,000"),
        ("5%", "5%"), ("=", "="), ("<<", "<<"), ("yes please", "yes please"), ("12 a", "12 a"),
        ("'yes'", "yes"), ('"010"', "010"), ("'1:30'", "1:30"), ('"1_000"', "1_000"),
        ("'5'", "5"), ('"true"', "true"), ("''", ""), ("'~'", "~"), ("|\n  010", "010\n"),
        (">-\n  yes", "yes"), ("'.inf'", ".inf"), ("٣", "٣"),
    ],
)  # fmt: skip
def test_a_word_means_what_yaml_1_2_says(word: str, value: object) -> None:
    read = read_word(word)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("word", ["yes", "No", "ON", "off", "y", "N", "oFF"])
def test_yes_and_no_are_refused_as_values_and_fine_as_keys(word: str) -> None:
    problem = only_problem(f"a: {word}")
    assert (problem.where, problem.path) == ("file.yaml:1:4", "a")
    assert "write true or false, or quote it" in problem.message
    document = parse_yaml(f"{word}: 1", "file.yaml")
    assert (document.value, document.problems) == ({word: 1}, [])


@pytest.mark.parametrize(
    ("word", "advice"),
    [
        ("010", "write 10, or quote it"),
        ("-007", "write -7, or quote it"),
        ("00", "write 0, or quote it"),
        ("1:30", "quote it"),
        ("12:30:45.5", "quote it"),
        ("1_000", "write 1000, or quote it"),
        ("-1_000.5", "write -1000.5, or quote it"),
        (".inf", "not a finite number"),
        ("-.INF", "not a finite number"),
        (".NaN", "not a finite number"),
        ("1e999", "too large"),
        ("1" + "0" * 18, "more than 18 digits"),
        ("-1" + "0" * 5000, "more than 18 digits"),
        ("0x" + "f" * 5000, "more than 18 digits"),
    ],
)
def test_numbers_that_readers_disagree_on_are_refused(word: str, advice: str) -> None:
    problem = only_problem(f"a: {word}")
    assert advice in problem.message
    assert len(problem.message) < 200
    assert parse_yaml(f"a: {word}", "").value == {"a": word}


@pytest.mark.parametrize("word", ['"\\x00"', '"\\e[31m"', '"\\ud800"', '"\\L"'])
def test_escapes_do_not_smuggle_in_control_characters(word: str) -> None:
    assert "control character" in only_problem(f"a: {word}").message
    assert "control character" in only_problem(f"{word}: 1").message


# --- keys ---------------------------------------------------------------------------------


def test_a_key_given_twice_says_where_the_first_stands_and_keeps_it() -> None:
    document = parse_yaml("a: 1\nb:\n  c: 1\n  'c': {d: no}\na: 2\n", "file.yaml")
    assert document.value == {"a": 1, "b": {"c": 1}}
    assert [str(problem) for problem in document.problems if "twice" in problem.message] == [
        "file.yaml:4:3: b.c: given twice, first at file.yaml:3:3: keep one",
        "file.yaml:5:1: a: given twice, first at file.yaml:1:1: keep one",
    ]
    assert [problem.path for problem in document.problems] == ["b.c.d", "b.c", "a"]


@pytest.mark.parametrize("key", ["1", "1.5", "true", "~", "010", "1_0", "? [a]\n", "? {a: 1}\n"])
def test_a_key_must_be_text(key: str) -> None:
    assert "a key must be text" in only_problem(f"{key}: x").message


@pytest.mark.parametrize("key", ["'1'", '"true"', "'<<'", "2017-07", "no-ban", "a b", "no"])
def test_other_keys_are_text(key: str) -> None:
    assert parse_yaml(f"{key}: x", "").value == {key.strip("'\""): "x"}


# --- where --------------------------------------------------------------------------------


def test_every_value_and_key_remembers_where_it_stands() -> None:
    document = parse_yaml(SCENARIO.decode(), "s.yaml")
    assert document.where(("label",)) == "s.yaml:3:8"
    assert document.where_key(("label",)) == "s.yaml:3:1"
    assert document.where(("timeline", 0, "levers", "fine_usd")) == "s.yaml:6:44"
    assert document.where_key(("timeline", 0, "levers", "fine_usd")) == "s.yaml:6:34"
    assert document.where(("timeline", 1)) == "s.yaml:7:5"
    assert document.where_key(("timeline", 1)) == "s.yaml:7:5"
    assert document.where(("seeds", 2)) == "s.yaml:13:15"


def test_what_does_not_exist_stands_where_its_nearest_parent_does() -> None:
    document = parse_yaml(SCENARIO.decode(), "s.yaml")
    assert document.where(("timeline", 1, "levers", "fine_usd", "x")) == "s.yaml:9:7"
    assert document.where_key(("timeline", 1, "levers", "fine_usd", "x")) == "s.yaml:8:5"
    assert document.where(("timeline", 5, "from")) == "s.yaml:5:3"
    assert document.where(("nowhere",)) == document.where(()) == "s.yaml:2:1"
    assert document.where_key(("nowhere",)) == "s.yaml:2:1"


@pytest.mark.parametrize("text", ["a: 1\r\nb: 2\r\n", "a: 1\rb: 2", "\ufeffa: é\nb: 2"])
def test_lines_are_counted_as_editors_count_them(text: str) -> None:
    document = parse_yaml(text, "f")
    assert document.where(("b",)) == "f:2:4"
    assert document.where_key(("a",)) == "f:1:1"


def test_problems_are_reported_together_in_the_order_met() -> None:
    document = parse_yaml("a: yes\nb: [010, 1:30]\nc: .nan\nd: 1\n", "f")
    assert [problem.where for problem in document.problems] == ["f:1:4", "f:2:5", "f:2:10", "f:3:4"]
    assert [problem.path for problem in document.problems] == ["a", "b[0]", "b[1]", "c"]


# --- documents that cannot be read --------------------------------------------------------


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment", "---\n", "~", "null"])
def test_an_empty_document_is_refused(text: str) -> None:
    assert "empty" in refused(text)[0].message


@pytest.mark.parametrize("text", ["- 1", "hello", "[a: 1]", "'a: 1'", "3"])
def test_the_top_must_be_a_mapping(text: str) -> None:
    assert "name: value" in refused(text)[0].message


@pytest.mark.parametrize("text", ["a: 1\n---\nb: 2", "---\n---\n", "- 1\n---\n- 2"])
def test_a_second_document_is_refused(text: str) -> None:
    assert "second document" in refused(text)[-1].message


@pytest.mark.parametrize(
    ("text", "where", "advice"),
    [
        ("a:\n\tb: 1", "2:1", "a tab stands here"),
        ("a:\n  b: 1\n\tc: 1", "3:1", "a tab stands here"),
        ("a:\t1", "1:3", "a tab stands here"),
        ("a: 1\nb: @x", "2:4", "cannot start with '@'"),
        ("a: b: c", "1:5", "quote the value"),
        ("a: 1\nb: 'x\nc: 2\n", "2:4", "never closed"),
        ("a: 1\nb: [1, 2\n", "2:4", "never closed"),
        ("a: [1, 2\nb: 3", "2:2", "which starts at line 1"),
        ("a: 'x' y", "1:8", "not valid YAML"),
        ('a: "\\UFFFFFFFF"', "1:7", "not valid YAML"),
        ('a: "\\U00110000"', "1:7", "not valid YAML"),
        ("%YAML 1." + "9" * 5000 + "\n---\na: 1", "1:9", "not valid YAML"),
        ("!%ff a: 1", "1:2", "not valid YAML"),
    ],
)
def test_a_syntax_error_says_where_and_how_to_mend_it(text: str, where: str, advice: str) -> None:
    (problem,) = refused(text)
    assert problem.where == f"file.yaml:{where}"
    assert advice in problem.message


def test_a_syntax_error_does_not_hide_the_problems_before_it() -> None:
    assert [problem.where for problem in refused("a: yes\nb: @x")] == [
        "file.yaml:1:4",
        "file.yaml:2:4",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a: &x 1", "a: *x", "*x : 1", "*x", "&x a: 1", "<<: {a: 1}", "a: !!str 1", "a: !mine 1",
        "!!map {a: 1}", "a: !!python/object/apply:os.system [ls]", "a: &x [1]", "&x {a: 1}",
        "a: ! 1",
    ],
)  # fmt: skip
def test_anchors_aliases_merge_keys_and_tags_are_refused(text: str) -> None:
    assert "write it out" in refused(text)[0].message


def test_all_anchors_and_aliases_are_named_at_once() -> None:
    problems = refused("a: &x 1\nb: yes\nc: *x\n")
    assert [problem.path for problem in problems] == ["a", "b", "c"]


def test_an_alias_bomb_does_not_go_off() -> None:
    lines = ["a0: &a0 [lol, lol]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 40)]
    assert len(refused("\n".join(lines))) == 40 + 9 * 39


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "[\n", "{? ", "[a: "])
@pytest.mark.parametrize("before", ["", "a:\n  "])
def test_deep_nesting_is_refused_at_once(opening: str, before: str) -> None:
    start = time.perf_counter()
    problem = refused(before + opening * 200_000)[-1]
    assert f"nested deeper than {MAX_DEPTH} levels" in problem.message
    assert time.perf_counter() - start < 2


def test_nesting_up_to_the_limit_is_read() -> None:
    inner = MAX_DEPTH - 1  # the top mapping is the first level
    assert parse_yaml("a: " + "[" * inner + "]" * inner, "").problems == []
    assert "nested deeper" in refused("a: " + "[" * (inner + 1) + "]" * (inner + 1))[0].message
    assert parse_yaml("a: [" + "[[]], " * 100 + "]", "").problems == []


def test_too_many_values_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_NODES == 100_000
    monkeypatch.setattr(
        "sim.yaml_builder.MAX_NODES", 1_000
    )  # the real limit takes seconds to reach
    around = 3  # the top mapping, the key and the list count as well
    assert parse_yaml("a: [" + "b," * (1_000 - around) + "]", "").problems == []
    assert "more than 1,000" in refused("a: [" + "b," * (1_001 - around) + "]")[0].message


@pytest.mark.parametrize("text", ["a: \x00", "a: \x1b[31m", "a: \x7f", "a: \ufffe", "a: \u2028"])
def test_control_characters_are_refused(text: str) -> None:
    (problem,) = refused("b: 1\n" + text)
    assert problem.where == "file.yaml:2:4"
    assert "control character U+" in problem.message


@pytest.mark.parametrize("word", ["0" * 10**6, "1_" * 10**5, "1:" * 10**5, "1." + "1" * 10**6])
def test_long_words_cost_no_more_than_their_length(word: str) -> None:
    start = time.perf_counter()
    parse_yaml("a: " + word[: MAX_BYTES - 4] + "x", "")
    assert time.perf_counter() - start < 3


# --- files --------------------------------------------------------------------------------


def test_a_missing_file_names_its_nearest_neighbour(tmp_path: Path) -> None:
    (tmp_path / "no-ban.yaml").write_text("a: 1")
    problem = refused_file(tmp_path / "noban.yaml")
    assert problem.where == str(tmp_path / "noban.yaml")
    assert problem.message == "there is no such file (did you mean 'no-ban.yaml'?)"
    assert "no such file" in refused_file(tmp_path / "nowhere" / "x.yaml").message


def test_what_is_not_an_ordinary_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert "folder" in refused_file(tmp_path).message
    assert "not an ordinary file" in refused_file(tmp_path / "pipe.yaml").message
    assert "cannot be read" in refused_file(tmp_path / ("x" * 5000)).message


def test_a_file_one_may_not_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deny(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "s.yaml").write_bytes(SCENARIO)
    monkeypatch.setattr(Path, "read_bytes", deny)
    assert refused_file(tmp_path / "s.yaml").message == "cannot be read: Permission denied"


def test_a_large_file_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.yaml"
    path.write_text("a: " + "x" * (MAX_BYTES - 3))
    assert read_yaml(path).problems == []
    path.write_text("a: " + "x" * (MAX_BYTES - 2))
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail("was read"))
    assert "larger than 1 MB" in refused_file(path).message
    assert "larger than 1 MB" in refused(path.read_text())[0].message


def test_a_file_that_is_not_utf_8_says_where(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes("a: 1\nb: é".encode("latin-1"))
    problem = refused_file(path)
    assert problem.where == f"{path}:2:4"
    assert "UTF-8" in problem.message
    path.write_bytes("a: 1".encode("utf-16-le"))
    assert "control character U+0000" in refused_file(path).message
    path.write_bytes("a: 1".encode("utf-8-sig"))
    assert read_yaml(path).value == {"a": 1}


# --- words about words --------------------------------------------------------------------


def test_suggest_names_the_nearest_word_or_nothing() -> None:
    known = ["surveillance", "fine_usd", "Review_board"]
    assert suggest("surveilance", known) == " (did you mean 'surveillance'?)"
    assert suggest("SURVEILLANCE", known) == " (did you mean 'surveillance'?)"
    assert suggest("reviewboard", known) == " (did you mean 'Review_board'?)"
    assert suggest("zzz", known) == suggest("x", []) == ""


def test_a_path_reads_as_a_person_would_write_it() -> None:
    assert format_path(("timeline", 0, "levers", "surveillance")) == (
        "timeline[0].levers.surveillance"
    )
    assert format_path(()) == ""
    assert format_path(("no-ban", "a.b", "")) == "no-ban['a.b']['']"
    assert len(format_path(("k" * 10_000,))) < 60


def test_a_problem_and_an_error_print_as_sentences() -> None:
    assert str(Problem("f:1:2", "a.b", "mend it")) == "f:1:2: a.b: mend it"
    assert str(Problem("f", "", "mend it")) == "f: mend it"
    assert str(ReadingError([Problem("f", "", "x"), Problem("f", "", "y")])) == "f: x\nf: y"


# --- anything at all ----------------------------------------------------------------------

PIECES = [
    b"[", b"]", b"{", b"}", b": ", b"- ", b"? ", b"&a ", b"*a ", b"!!str ", b"!<", b"!%",
    b"%YAML 1.", b"%TAG ! ", b"\n---\n", b"\n...\n", b"\t", b"\x00", b"\xff", b"\xef\xbb\xbf",
    b"\xe2\x80\xa8",
    b"'", b'"', b'"\\U', b'"\\x', b"|", b">9", b"<<: ", b"#", b",", b"\r", b"\n", b"  ",
    b"\xc2\x85", b"0", b"1:2", b"yes", b"1_0", b"9" * 20,
]  # fmt: skip
EDITS = st.lists(
    st.tuples(
        st.integers(0, len(SCENARIO)),  # where
        st.integers(0, 6),  # how many bytes to drop there
        st.one_of(st.sampled_from(PIECES), st.binary(max_size=3)),  # what to put there
    ),
    min_size=1,
    max_size=8,
)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(edits=EDITS)
def test_a_mutilated_scenario_is_read_or_refused_but_never_crashes(
    tmp_path: Path, edits: list[tuple[int, int, bytes]]
) -> None:
    data = bytearray(SCENARIO)
    for position, dropped, piece in edits:
        data[position : position + dropped] = piece
    path = tmp_path / "mutilated.yaml"
    path.write_bytes(data)
    try:
        problems = read_yaml(path).problems
    except ReadingError as error:
        problems = error.problems
        assert problems
    for problem in problems:
        assert problem.where.startswith(str(path))
        str(problem).encode()


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18) + 1, 10**18 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"))),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(value=PLAIN)
def test_what_is_written_with_quoted_text_reads_back_the_same(value: object) -> None:
    class Quoting(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:
            return True

    Quoting.add_representer(
        str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
    )
    written = yaml.dump({"value": value}, Dumper=Quoting, allow_unicode=True, width=10**9)
    document: Document = parse_yaml(written, "f")
    assert document.problems == []
    assert document.value == {"value": value}
