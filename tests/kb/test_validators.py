"""Validators of the table of fields."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.kb.faults import FaultList
from faqbot.kb.parsing import Node, YamlList, YamlMapping
from faqbot.kb.validators import (
    DAY,
    FLAG,
    LANGUAGE,
    SLUG,
    URL,
    Field,
    ListOf,
    OneOrMore,
    RecordValidator,
    TextValidator,
    Validator,
    nearest,
)

if TYPE_CHECKING:
    from faqbot.kb.validators import WordValidator

LINE = TextValidator(10)
RECORD = RecordValidator(
    "a thing",
    (
        Field("name", LINE, "A name.", required=True, also=("title",)),
        Field("notes", ListOf(LINE), "Notes."),
    ),
)


def words_read(word: WordValidator, text: str) -> tuple[object, str]:
    """Return the value of *text*, and its fault."""
    faults = FaultList(Path("kb.yaml"))
    return word.read(text, 1, "`it`", faults), "".join(fault.message for _, fault in faults.found)


@pytest.mark.parametrize(
    ("word", "text", "value"),
    [
        (SLUG, " what-is-it ", "what-is-it"),
        (SLUG, "2fa", "2fa"),
        (SLUG, "none-of-these", "none-of-these"),
        (DAY, "2024-02-29", date(2024, 2, 29)),
        (FLAG, "True", True),
        (FLAG, "false", False),
        (LANGUAGE, "pt-BR", "pt-BR"),
        (URL, "https://example.org/?a=b#c", "https://example.org/?a=b#c"),
    ],
)
def test_right_words_are_read(word: WordValidator, text: str, value: object) -> None:
    """Each gives its value, a false one too, and no fault."""
    assert words_read(word, text) == (value, "")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("What is it?", ", not `What is it?`: did you mean `what-is-it`?"),
        ("what_is_it", "did you mean `what-is-it`?"),
        ("none", "not `none`, which stands for no entry"),
        ("None", "not `None`"),
        ("외교", "not `외교`"),
    ],
)
def test_a_wrong_id_is_told_a_right_one(text: str, hint: str) -> None:
    """The remedy is made from what was written, and is never the reserved word."""
    value, fault = words_read(SLUG, text)

    assert value is None
    assert fault.endswith(hint)


@given(st.text())
def test_a_suggested_id_is_a_right_one(text: str) -> None:
    """Whoever follows the suggestion has no second fault of that kind."""
    _, fault = words_read(SLUG, text[:80])

    if "did you mean" in fault:
        assert words_read(SLUG, fault.split("`")[-2])[0]


def read(validator: Validator, node: Node) -> tuple[object, list[str]]:
    """Return the value that *validator* reads from *node*, and its faults."""
    faults = FaultList(Path("kb.yaml"))
    return validator.read(node, 7, "`it`", faults), [str(fault) for _, fault in faults.found]


def mapping(**values: Node) -> YamlMapping:
    """Return a mapping whose keys stand on line 8."""
    return YamlMapping(7, FaultList(Path("kb.yaml")), values, dict.fromkeys(values, 8))


@pytest.mark.parametrize("validator", [LINE, ListOf(LINE), OneOrMore(LINE, "none"), RECORD])
def test_what_was_refused_is_passed_over(validator: Validator) -> None:
    """A value that was reported before gives no second fault."""
    assert read(validator, None) == (None, [])


def test_items_without_fault_are_kept() -> None:
    """One wrong item does not hide the others, nor a second wrong one."""
    node = YamlList(7, ["a", "", "b" * 11, None, "c"], [1, 2, 3, 4, 5])

    value, faults = read(ListOf(LINE), node)

    assert value == ("a", "c")
    assert [fault.split(": ")[0] for fault in faults] == ["kb.yaml:2", "kb.yaml:3"]


def test_one_or_more_is_always_a_tuple() -> None:
    """One item, a list, and the word for nothing."""
    validator = OneOrMore(LINE, "none")

    assert read(validator, "a") == (("a",), [])
    assert read(validator, YamlList(7, ["a", "b"], [7, 8])) == (("a", "b"), [])
    assert read(validator, " none ") == ((), [])


def test_recurring_text_is_kept_once() -> None:
    """Sections and tags of a large base share their memory."""
    assert read(TextValidator(10, shared=True), " recurring ")[0] is sys.intern("recurring")


def test_a_misspelled_required_field_is_reported_once() -> None:
    """Its right name is suggested, and it is not called missing as well."""
    (fault,) = read(RECORD, mapping(nmae="x"))[1]

    assert fault == "kb.yaml:8: `nmae` is not a field of a thing: did you mean `name`?"


def test_names_of_other_systems_are_understood() -> None:
    """A field that is called something else elsewhere is suggested under its name here."""
    (fault,) = read(RECORD, mapping(title="x"))[1]

    assert fault.endswith("did you mean `name`?")


def test_an_unknown_field_is_told_what_there_is() -> None:
    """Where nothing is near, the fields are listed."""
    (fault,) = read(RECORD, mapping(name="x", zzzzzz="y"))[1]

    assert fault.endswith("it may have `name`, `notes`")


@pytest.mark.parametrize(
    ("text", "found"), [("what-is-diplomcy", "what-is-diplomacy"), ("qqqq", ""), ("", "")]
)
def test_nearest_looks_at_names(text: str, found: str) -> None:
    """The choices may be a dictionary: its keys count, not its values."""
    assert nearest(text, {"what-is-diplomacy": "qqqq", "why": "q"}) == found
