"""The JSON Schema for editors: it is the table of fields, and agrees with the reader."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from faqbot.kb import schema_path
from faqbot.kb.faults import FaultList
from faqbot.kb.fields import ENTRY, FILE, SOURCE, TEST, json_schema
from faqbot.kb.loading import Content, read_file

VALIDATOR = jsonschema.Draft202012Validator(
    json_schema(), format_checker=jsonschema.FormatChecker(["date"])
)
ENTRY_OK = {"id": "a", "question": "b", "answer": "c"}


class Dumper(yaml.SafeDumper):
    """Dumper that writes an empty value as an empty text."""


Dumper.add_representer(
    type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", "")
)


def reader_accepts(base: object) -> bool:
    """Return True if the reader finds no fault in *base*, written as YAML."""
    faults = FaultList(Path("kb.yaml"))
    text = yaml.dump(base, Dumper=Dumper, allow_unicode=True, sort_keys=False)
    read_file(text.encode(), Content(), faults)
    return not faults.found


def with_entry(**fields: object) -> dict[str, object]:
    """Return a base whose one entry is right but for *fields*."""
    return {"version": 1, "entries": [ENTRY_OK | fields]}


def test_the_file_is_the_table() -> None:
    """The shipped schema equals the generated one: if this fails, run ``python -m faqbot.kb.fields``."""
    assert json.loads(schema_path().read_text(encoding="utf-8")) == json_schema()


def test_the_schema_is_a_schema() -> None:
    """It is valid JSON Schema of the draft it names."""
    assert json_schema()["$schema"] == jsonschema.Draft202012Validator.META_SCHEMA["$id"]
    jsonschema.Draft202012Validator.check_schema(json_schema())


def test_every_field_is_described() -> None:
    """An editor has something to show for each field."""
    for record in (FILE, SOURCE, ENTRY, TEST):
        assert all(field.description.endswith(".") for field in record.fields)


BASES = [
    {"version": 1},
    {"version": 2},
    {"version": "x"},
    {"entries": [ENTRY_OK]},
    {"version": 1, "entries": []},
    {"version": 1, "entries": None},
    {"version": 1, "entries": [{}]},
    {"version": 1, "entries": ["text"]},
    {"version": 1, "entries": {"a": "b"}},
    {"version": 1, "titel": "x"},
    {"version": 1, "title": "x" * 500},
    {"version": 1, "title": "x" * 501},
    {"version": 1, "title": "two\nlines"},
    {"version": 1, "title": "  around \n"},
    {"version": 1, "title": ["x"]},
    {"version": 1, "language": "pt-BR"},
    {"version": 1, "language": "english"},
    {"version": 1, "caution": "high"},
    {"version": 1, "caution": "very"},
    {"version": 1, "caution": None},
    {"version": 1, "source": {"title": "x", "retrieved": "2026-01-31"}},
    {"version": 1, "source": {"titel": "x"}},
    {"version": 1, "source": {}},
    {"version": 1, "source": "x"},
    {"version": 1, "synonyms": [["a", "b"]]},
    {"version": 1, "synonyms": [["a"]]},
    {"version": 1, "synonyms": ["a, b"]},
    {"version": 1, "tests": [{"ask": "x", "expect": "a"}]},
    {"version": 1, "tests": [{"ask": "x", "expect": "none"}]},
    {"version": 1, "tests": [{"ask": "x", "expect": ["a", "b"]}]},
    {"version": 1, "tests": [{"ask": "x", "expect": ["none"]}]},
    {"version": 1, "tests": [{"ask": "x", "expect": []}]},
    {"version": 1, "tests": [{"ask": "x", "expect": "A B"}]},
    {"version": 1, "tests": [{"ask": "x"}]},
    with_entry(),
    with_entry(id="none"),
    with_entry(id="none-of-it"),
    with_entry(id="nonesuch"),
    with_entry(id="A"),
    with_entry(id="a--b"),
    with_entry(id="-a"),
    with_entry(id="a-"),
    with_entry(id="a1-2b"),
    with_entry(id="x" * 80),
    with_entry(id="x" * 81),
    with_entry(question=""),
    with_entry(question=" "),
    with_entry(question=None),
    with_entry(question="a\u2028b"),
    with_entry(answer=" \n "),
    with_entry(answer="x" * 20_000),
    with_entry(answer="x" * 20_001),
    with_entry(alternates=["a"]),
    with_entry(alternates="a"),
    with_entry(alternates=[""]),
    with_entry(alternates=None),
    with_entry(alternates=[["a"]]),
    with_entry(tags=["x"] * 1_000),
    with_entry(tags=["x"] * 1_001),
    with_entry(follow_ups=["a"] * 5),
    with_entry(follow_ups=["a"] * 6),
    with_entry(follow_ups=["none"]),
    with_entry(url="https://example.org/a"),
    with_entry(url="mailto:a@example.org"),
    with_entry(url="example.org"),
    with_entry(url="https://a b"),
    with_entry(reviewed="2026-02-28"),
    with_entry(reviewed="2026-02-30"),
    with_entry(reviewed="20260228"),
    with_entry(reviewed="2026-2-8"),
    with_entry(draft=True),
    with_entry(draft=False),
    with_entry(draft=None),
    with_entry(draft="yes"),
    with_entry(draft=["true"]),
    with_entry(extra="x"),
]


@pytest.mark.parametrize("base", BASES, ids=range(len(BASES)))
def test_reader_and_editor_agree(base: dict[str, Any]) -> None:
    """An editor underlines the values that the reader refuses."""
    assert VALIDATOR.is_valid(base) is reader_accepts(base)


# No scalar here is one that an editor reads as a number or a truth value: those it refuses where
# text belongs, while faqbot takes every scalar as text.
TEXTS = st.one_of(
    st.text("abz-\n .:/", max_size=12).filter(lambda text: text.strip()),
    st.sampled_from(
        ["none", "a-b", "https://a", "2026-01-31", "2026-13-01", "low", "en", "mailto:"]
    ),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from([*TEST.by_name, *SOURCE.by_name]), inner, max_size=3),
    ),
    max_leaves=4,
)


@given(st.sampled_from([*ENTRY.by_name, "other"]), VALUES)
def test_reader_and_editor_agree_on_any_value_of_an_entry(name: str, value: object) -> None:
    """The two agree on every field of an entry, whatever stands there."""
    base = with_entry(**{name: as_text(value)} if name != "draft" else {name: value})

    assert VALIDATOR.is_valid(base) is reader_accepts(base)


@given(st.sampled_from([*FILE.by_name, "other"]), VALUES)
def test_reader_and_editor_agree_on_any_value_of_the_file(name: str, value: object) -> None:
    """The two agree on every field of the file, whatever stands there."""
    base = {"version": 1, "entries": [ENTRY_OK], name: as_text(value)}

    assert VALIDATOR.is_valid(base) is reader_accepts(base)


def as_text(value: object) -> object:
    """Return *value* with text for each truth value, which an editor tells from text."""
    if isinstance(value, dict):
        return {key: as_text(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_text(inner) for inner in value]
    return str(value) if isinstance(value, bool) else value
