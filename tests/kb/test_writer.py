"""From models to YAML and back."""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from faqbot.kb import bundled_path, load_knowledge_base
from faqbot.kb.faults import FaultList
from faqbot.kb.loading import Content, read_file
from faqbot.kb.writer import block_lines, entries_to_yaml, to_yaml
from faqbot.models import Caution, Entry, KnowledgeBase, KnowledgeBaseTest, Source

# What YAML tools read as something else unless it is quoted.
TRAPS = st.sampled_from(
    [
        *("no", "y", "null", "~", "1", "1e3", "0o17", "1_000", "12:30", "2026-01-31", "=", "<<"),
        *("- a", "a: b", "a #b", "#a", "*a", "&a", "!a", "%a", "@a", "`a`", "{a}", "[a]", "?", "|"),
        *(
            "'a",
            '"a',
            "a:",
            "C:\\dir",
            "---",
            "...",
            "a " * 40 + "a",
            "a\tb",
            "a\xa0b",
            "\ufeffa",
            "\U0001f44b",
        ),
    ]
)
CHARACTERS = st.characters(
    exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\ufffe\uffff"
)
LINES = st.one_of(TRAPS, st.text(CHARACTERS, max_size=99), st.text("ab ", max_size=99)).map(
    str.strip
)
ONE_LINE = LINES.filter(bool)
# Where a field may be blank, these two are blank.
OPTIONAL = LINES.filter(lambda text: text.lower() not in {"null", "~"})
MARKDOWN = st.one_of(
    ONE_LINE,
    st.lists(st.one_of(LINES, st.text(" \t#*-`>|ab:\u2028\x85", max_size=9)), max_size=5).map(
        "\n".join
    ),
).map(lambda text: text.rstrip().lstrip("\n"))
IDS = st.from_regex(r"[a-z0-9]{1,5}(-[a-z0-9]{1,5})?", fullmatch=True).filter(
    lambda text: text != "none"
)
LISTS = st.lists(ONE_LINE, max_size=3).map(tuple)
DAYS = st.one_of(st.none(), st.dates())
ENTRIES = st.builds(
    Entry,
    id=IDS,
    question=ONE_LINE,
    answer=MARKDOWN.filter(bool),
    alternates=LISTS,
    not_for=LISTS,
    keywords=LISTS,
    section=OPTIONAL,
    source=OPTIONAL,
    url=st.sampled_from(["", "https://example.org/?a=b&c=%20#d", "mailto:a@example.org"]),
    tags=LISTS,
    audience=LISTS.map(frozenset),
    reviewed=DAYS,
    expires=DAYS,
    draft=st.booleans(),
)
BASES = st.builds(
    KnowledgeBase,
    entries=st.lists(ENTRIES, min_size=1, max_size=3, unique_by=lambda entry: entry.id).map(tuple),
    title=OPTIONAL,
    language=st.sampled_from(["en", "no", "pt-BR"]),
    source=st.builds(Source, title=OPTIONAL, licence=OPTIONAL, retrieved=DAYS),
    greeting=MARKDOWN.filter(lambda text: text.lower() not in {"null", "~"}),
    caution=st.sampled_from(Caution),
    synonyms=st.lists(st.tuples(ONE_LINE, ONE_LINE), max_size=2).map(tuple),
    tests=st.lists(
        st.builds(KnowledgeBaseTest, ask=ONE_LINE, expect=st.lists(IDS, max_size=2).map(tuple)),
        max_size=2,
    ).map(tuple),
)


def read(text: str) -> KnowledgeBase:
    """Return the base that *text* holds, which must have no fault."""
    content, faults = Content(), FaultList(Path("kb.yaml"))
    read_file(text.encode(), content, faults)
    faults.raise_any()
    return KnowledgeBase(
        tuple(content.entries.values()),
        **content.header,
        synonyms=tuple(content.synonyms),
        tests=tuple(content.tests),
    )


def scalars(value: object) -> list[Any]:
    """Return every scalar in *value*, in order."""
    if isinstance(value, dict):
        return [scalar for each in value.values() for scalar in scalars(each)]
    if isinstance(value, list):
        return [scalar for each in value for scalar in scalars(each)]
    return [value]


@given(BASES)
def test_what_is_written_is_read_again(kb: KnowledgeBase) -> None:
    """Any valid base comes back as it was."""
    assert read(to_yaml(kb)) == kb


@given(BASES)
def test_other_tools_read_the_same(kb: KnowledgeBase) -> None:
    """A YAML 1.1 loader finds text wherever faqbot does: only real dates, flags and the version differ."""
    text = to_yaml(kb)
    as_text = scalars(yaml.load(text, Loader=yaml.BaseLoader))  # noqa: S506 - it makes text of all
    typed = scalars(yaml.safe_load(text))

    for plain, value in zip(as_text, typed, strict=True):
        assert plain == value or plain in {"1", "true"} or isinstance(value, date)


def test_it_looks_as_a_person_would_write_it() -> None:
    """Short lists are on one line, long text is below its key, unset fields are left out."""
    entry = Entry(
        id="opening-hours",
        question="When are you open?",
        answer="From **six** to noon.\n\nNot on Mondays.",
        alternates=("what are your hours", "no"),
        tags=("shop", "time"),
        reviewed=date(2026, 1, 10),
    )
    other = Entry("closed", "Closed?", "Yes, " + "very " * 20 + "much.", reviewed=entry.reviewed)
    tests = (KnowledgeBaseTest("open?", ("opening-hours",)), KnowledgeBaseTest("shoes?"))
    kb = KnowledgeBase((entry, other), "Bakery", synonyms=(("UN", "United Nations"),), tests=tests)

    assert to_yaml(kb, schema="kb.schema.json") == (
        """\
# yaml-language-server: $schema=kb.schema.json
version: 1
title: Bakery
language: en

synonyms:
  - [UN, United Nations]

entries:
  - id: opening-hours
    question: When are you open?
    alternates:
      - what are your hours
      - 'no'
    answer: |-
      From **six** to noon.

      Not on Mondays.
    tags: [shop, time]
    reviewed: 2026-01-10

  - id: closed
    question: Closed?
    answer: >-
      Yes, very very very very very very very very very very very very very very very very
      very very very very much.
    reviewed: 2026-01-10

tests:
  - ask: open?
    expect: opening-hours
  - ask: shoes?
    expect: none
"""
    )


def test_entries_can_be_added_to_a_file() -> None:
    """The text of entries can be put below ``entries:`` unchanged."""
    entry = Entry("a", "b?", "c")

    assert entries_to_yaml([entry]) == "  - id: a\n    question: b?\n    answer: c\n"


def test_the_bundled_base_comes_back() -> None:
    """A base of real length is the same after writing."""
    kb = load_knowledge_base(bundled_path())

    assert read(to_yaml(kb)) == replace(kb, paths=())


@pytest.mark.parametrize("text", sorted({*string.digits, "y", "N", "1.5", "0o17", "1e3", "-.5e1"}))
def test_what_looks_like_a_number_is_quoted(text: str) -> None:
    """Tools that follow YAML 1.2 read more numbers than PyYAML: they must find text as well."""
    assert f"question: '{text}'\n" in entries_to_yaml([Entry("a", text, "b")])


@pytest.mark.parametrize(
    "mark", ["| Port: 80", "- a lamp", "* a lamp", "2. a lamp", "``` x", "~~~ x"]
)
def test_folding_never_begins_a_line_with_a_mark(mark: str) -> None:
    """A text whose folded line could look like a table, a list or code keeps its own lines."""
    answer = (
        "These are the things that you need to know before you begin with it: " + f"{mark} " * 12
    )
    entry = Entry("a", "What do I need?", answer.strip())

    text = entries_to_yaml([entry])
    (answer_line,) = (line for line in text.split("\n") if "These are" in line)

    assert answer_line.strip() == entry.answer
    assert block_lines(entry.answer, ">-", 4)[0] == "|-"
