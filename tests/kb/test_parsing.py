"""Plain data and line numbers from YAML, and refused constructs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from faqbot.kb import parsing
from faqbot.kb.faults import FaultList, TooManyFaults
from faqbot.kb.parsing import (
    MAX_DEPTH,
    Node,
    StreamedNode,
    YamlList,
    YamlMapping,
    stream_nodes,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

# Mistakes that authors make, the line to look at, and words of the sentence they get.
MISTAKES = [
    ("a:\n\t- b\n", 2, "a tab cannot stand here"),
    ("a:\n- id: x\n\tb: c\n", 3, "a tab cannot stand here"),
    ("a: |\n\ttext\n", 2, "a tab cannot stand here"),
    ("a: b: c\n", 1, "a ': ' cannot stand here"),
    ("a: x\n  b: y\n", 2, "a ': ' cannot stand here"),
    ('a: x\nb: "y\nc: z\n', 2, "the quote that opens here is never closed"),
    ("a: 'it's'\n", 1, "text goes on after its closing quote"),
    ('a: "yes", he said\n', 1, "text goes on after its closing quote"),
    ("a: [b, c\nd: e\n", 2, "the '[' is not closed"),
    ("a: {b: c\n\n", 3, "the '{' is not closed"),
    ('a: "C:\\dir"\n', 1, "a backslash is special"),
    ("a: @home\n", 1, "text cannot begin with this character"),
    ("a: `code`\n", 1, "text cannot begin with this character"),
    ("a: **bold** text\n", 1, "text cannot begin with '*' or '&'"),
    ("a: & b\n", 1, "text cannot begin with '*' or '&'"),
    ("a: !x!y b\n", 1, "text cannot begin with '!'"),
    ("a: ? b\n", 1, "text cannot begin with '? '"),
    ("a: , b\n", 1, "text cannot begin with ','"),
    ("a: - b\n", 1, "a list begins below its key"),
    ("a: b\nquestion\nc: d\n", 2, "a key must be followed by ': '"),
    ("a: b\nc:d\ne: f\n", 2, "a key must be followed by ': '"),
    ("a:\n  - b: c\n d: e\n", 3, "check its indentation"),
    ("a: |\n  text\n more\n", 3, "check its indentation"),
    ("a:\n  - b\n  c: d\n", 3, "this line stands in a list"),
    ("a: |text\n  more\n", 1, "begin the text on the line below"),
    ("a: b\n...\nc: d\n", 3, "nothing may follow the line '...'"),
    ("%YAML 1.1\n%YAML 1.1\n---\na: b\n", 2, "a line cannot begin with '%'"),
]
PARSERS = [yaml.BaseLoader]
if yaml.__with_libyaml__:
    PARSERS.append(yaml.CBaseLoader)


@pytest.mark.parametrize("parser", [yaml.BaseLoader, yaml.CBaseLoader], ids=["python", "libyaml"])
@pytest.mark.parametrize(("text", "line", "words"), MISTAKES)
def test_mistakes_are_explained(
    text: str, line: int, words: str, parser: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each mistake gives one sentence with the line to mend, whichever parser found it."""
    monkeypatch.setattr(parsing, "Parser", parser)
    faults = FaultList(Path("kb.yaml"))

    list(stream_nodes(text.encode(), faults, ()))

    ((_, fault),) = faults.found
    assert (fault.line, "this is not valid YAML" in fault.message) == (line, False)
    assert words in fault.message
    assert faults.unread == {Path("kb.yaml")}


@pytest.fixture(params=PARSERS, ids=lambda parser: parser.__name__, autouse=True)
def parser(request: pytest.FixtureRequest) -> Iterator[type]:
    """Run each test with libyaml's parser and with PyYAML's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsing, "Parser", request.param)
        yield request.param


def read(text: str | bytes, *streamed: str) -> tuple[list[StreamedNode], list[str]]:
    """Return the nodes of *text*, and its faults as ``line: message``."""
    faults = FaultList(Path("kb.yaml"))
    data = text.encode() if isinstance(text, str) else text
    found = list(stream_nodes(data, faults, streamed))
    return found, [f"{fault.line}: {fault.message}" for _, fault in faults.found]


def fault(text: str | bytes) -> str:
    """Return the only fault of *text*."""
    (message,) = read(text)[1]
    return message


def plain(node: Node) -> object:
    """Return *node* as dicts and lists."""
    if isinstance(node, YamlMapping):
        return {key: plain(value) for key, value in node.values.items()}
    if isinstance(node, YamlList):
        return [plain(value) for value in node.values]
    return node


@pytest.mark.parametrize(
    "scalar",
    [
        "no",
        "yes",
        "on",
        "off",
        "true",
        "null",
        "~",
        "0123",
        "1_000",
        "1.10",
        "12:30:45",
        "2026-01-10",
        "0x1F",
        ".inf",
        "1e3",
        "=",
        "<",
    ],
)
def test_every_scalar_is_text(scalar: str) -> None:
    """Nothing is read as a number, a date or a truth value."""
    found, faults = read(f"key: {scalar}\n")

    assert [(piece.key, piece.node) for piece in found] == [("key", scalar)]
    assert faults == []


def test_lines_are_kept() -> None:
    """Keys, items and mappings know the line they begin on."""
    found, _ = read("# note\ntop:\n  a: x\n  b:\n    - one\n\n    - two\n")

    (piece,) = found
    assert isinstance(piece.node, YamlMapping)
    inner = piece.node.values["b"]
    assert isinstance(inner, YamlList)
    assert (piece.line, piece.node.line, piece.node.lines) == (2, 3, {"a": 3, "b": 4})
    assert inner.lines == [5, 7]


def test_streamed_lists_come_item_by_item() -> None:
    """A streamed list is handed out by item; any other value comes as a whole."""
    found, _ = read("a: [1]\nentries:\n- x\n- y: z\nb: w\n", "entries")

    assert [(piece.key, piece.line, plain(piece.node), piece.is_item) for piece in found] == [
        ("a", 1, ["1"], False),
        ("entries", 3, "x", True),
        ("entries", 4, {"y": "z"}, True),
        ("b", 5, "w", False),
    ]


def test_items_come_before_the_file_ends() -> None:
    """An item is handed out as soon as it is read, though the file is broken further down."""
    found, faults = read("entries:\n- x\n- y\n- [\n", "entries")

    assert [piece.node for piece in found] == ["x", "y"]
    assert len(faults) == 1


def test_only_lists_of_the_file_itself_are_streamed() -> None:
    """A list that has the name of a streamed key further down stays where it is."""
    found, _ = read("a:\n  entries: [x]\nentries: y\n", "entries")

    assert [(plain(piece.node), piece.is_item) for piece in found] == [
        ({"entries": ["x"]}, False),
        ("y", False),
    ]


def test_the_first_of_two_equal_keys_stays() -> None:
    """A key that is there twice is a fault which names both lines."""
    found, faults = read("a: {x: 1,\n  x: 2}\na: 3\n")

    assert [plain(piece.node) for piece in found] == [{"x": "1"}]
    assert faults == [
        "2: `x` is already on line 1: keep one of the two",
        "3: `a` is already on line 1: keep one of the two",
    ]


def test_a_repeated_streamed_list_is_not_handed_out() -> None:
    """The items of a second list under one key are dropped with it."""
    found, faults = read("entries: [a]\nentries: [b]\n", "entries")

    assert [piece.node for piece in found] == ["a"]
    assert faults == ["2: `entries` is already on line 1: keep one of the two"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: &x b\n", "1: the anchor &x"),
        ("a: *x\n", "1: the alias *x"),
        ("a: !important b\n", "1: the tag `!important`"),
        ("a: !include x.yaml\n", "1: the tag `!include`"),
        ("a: !!set {x}\n", "1: the tag"),
        ("a: !!binary aGk=\n", "1: the tag"),
        ("a: !!python/object/apply:os.system [ls]\n", "python/object/apply:os.system` is not"),
        ("a: !x!y z\n", "1: text cannot begin with '!'"),
        ("<<: {a: b}\n", "1: merge keys"),
        ("a: {{name}}\n", "1: text cannot begin with '{'"),
        ("? [a]\n: b\n", "1: text cannot begin with '{' or '['"),
        ("a: b\n---\nc: d\n", "2: a second document"),
        ("- a\n", "1: the file is a list"),
        ("text\n", "1: this is one text"),
        ("*x\n", "1: the alias *x"),
        ("---\n", "this is one text"),
        ("", "0: the file is empty"),
        ("\n# only a comment\n", "0: the file is empty"),
        ("\ufeff", "0: the file is empty"),
        ('a: "x\\0"\n', "1: the control character U+0000"),
        ('a:\n  - "\\x1b[2J"\n', "2: the control character U+001B"),
        ("%TAG ! x\n---\na: b\n", "1: a line cannot begin with %TAG"),
        ("a: b\n...\n%TAG ! x\n---\na: b\n", "3: a line cannot begin with %TAG"),
    ],
)
def test_refusals_say_where_and_why(text: str, words: str) -> None:
    """Each part of YAML that could do harm, or mislead, is refused in one sentence with its line."""
    messages = read(text)[1]

    assert words in messages[0]


def test_what_is_refused_does_not_hide_the_rest() -> None:
    """Reading goes on after a tag, an anchor or an alias, so that all of them are reported."""
    found, faults = read("a: !t x\nb: &n [y]\nc: *n\nd: z\n")

    assert [line.split(":")[0] for line in faults] == ["1", "2", "3"]
    assert [(piece.key, plain(piece.node)) for piece in found] == [
        ("a", "x"),
        ("b", ["y"]),
        ("c", None),
        ("d", "z"),
    ]


def test_percent_tag_inside_a_text_is_text() -> None:
    """Only a line that begins with %TAG is a directive."""
    found, faults = read("a: é%TAG and\n  %TAG\n")

    assert found[0].node == "é%TAG and %TAG"
    assert faults == []


def test_a_byte_order_mark_is_allowed() -> None:
    """An editor on Windows may write one."""
    assert read(b"\xef\xbb\xbfa: b\n")[0][0].key == "a"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"a: b\nc: caf\xe9 au lait\n", "2: byte 11 of the file is not UTF-8"),
        (b"a: b\nc: caf\xc3", "2: byte 11 of the file is not UTF-8"),
        ("a: b".encode("utf-16"), "1: the file is UTF-16"),
        (b"a: b\nc: \x00\n", "2: the control character U+0000"),
        (b"a: b\n# \x07\n", "2: the control character U+0007"),
        (b"a: \xed\xa0\x80\n", "1: byte 3 of the file is not UTF-8"),
    ],
)
def test_what_is_not_text_is_refused(data: bytes, words: str) -> None:
    """Another encoding, or a control character anywhere, is named with its line."""
    assert fault(data).startswith(words)


def test_escapes_that_stand_for_no_character_are_refused() -> None:
    """A number beyond Unicode, or half of a surrogate pair, is a fault of its own."""
    assert fault('a: "\\UFFFFFFFF"\n')
    assert fault('a: "\\ud800"\n')


def test_nesting_up_to_the_limit_is_read() -> None:
    """Twelve levels are read, the thirteenth is refused."""
    lists = MAX_DEPTH - 1

    assert read("a: " + "[" * lists + "]" * lists)[1] == []
    assert fault("a: " + "[" * MAX_DEPTH + "]" * MAX_DEPTH) == "1: this is nested more than 12 deep"


@pytest.mark.parametrize(
    "unit", ["[", "{", "{a: ", "- ", "? ", "a: [[", "[{", "!x [", "&x [", "*x "]
)
@pytest.mark.parametrize("size", [60_000, 1_000_000])
def test_deep_nesting_neither_crashes_nor_stalls(unit: str, size: int) -> None:
    """A file of opening brackets is refused at once, however long it is."""
    started = time.process_time()

    _, faults = read("a: " + unit * (size // len(unit)))

    assert faults
    assert time.process_time() - started < 5


def test_many_tag_directives_do_not_stall() -> None:
    """Libyaml compares each directive with all before it, so all are refused."""
    started = time.process_time()

    assert "%TAG" in fault(b"".join(b"%%TAG !a%d! b\n" % i for i in range(200_000)) + b"a: b\n")
    assert time.process_time() - started < 5


@pytest.mark.parametrize("unit", ["x,", "[],", "{},"])
def test_one_value_cannot_fill_the_memory(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list is refused once it is longer than any field allows; a streamed one has no end."""
    monkeypatch.setattr(parsing, "MAX_NODES", 100)

    assert fault("a: [" + unit * 101 + "]").startswith("1: a single value has over 100 parts")
    assert len(read("entries: [" + unit * 1_000 + "]", "entries")[0]) == 1_000


def test_aliases_that_multiply_are_refused() -> None:
    """A file that would grow to billions of items is refused without growing."""
    rows = [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 10)]
    started = time.process_time()

    _, faults = read("a0: &a0 [x, x]\n" + "\n".join(rows))

    assert len(faults) == 10 + 81
    assert time.process_time() - started < 1


def test_merge_keys_that_multiply_are_refused() -> None:
    """The same by merge keys, which loaders expand while reading."""
    rows = [f"a{i}: &a{i}\n  <<: [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 10)]
    started = time.process_time()

    assert read("a0: &a0 {x: y}\n" + "\n".join(rows))[1]
    assert time.process_time() - started < 1


def test_a_value_that_holds_itself_is_refused() -> None:
    """No cycle is ever made."""
    _, faults = read("a: &a\n  self: *a\n")

    assert len(faults) == 2


def test_reading_stops_after_many_faults() -> None:
    """A file of nothing but faults costs neither time nor memory."""
    with pytest.raises(TooManyFaults):
        read("a: [" + "*x, " * 2_000 + "]")


@given(st.binary(max_size=200))
def test_any_bytes_give_pieces_or_faults(data: bytes) -> None:
    """Whatever the bytes, nothing is raised, and each fault is one line."""
    _, faults = read(data, "entries")

    assert all(len(fault.splitlines()) == 1 for fault in faults)


@given(st.text(st.sampled_from(" \n\t-:?[]{}&*!|>'\"%@`#,ax\\0"), max_size=80))
def test_any_yaml_like_text_gives_what_yaml_gives(text: str) -> None:
    """Where nothing is refused, the data is that of PyYAML's own text-only loader."""
    found, faults = read(text)

    if not faults:
        loaded = yaml.load(text, Loader=parsing.Parser)  # noqa: S506 - it makes text of all
        assert {piece.key: plain(piece.node) for piece in found} == loaded
