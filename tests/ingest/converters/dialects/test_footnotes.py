"""Footnotes and references of links, in Markdown, reStructuredText and AsciiDoc."""

from __future__ import annotations

import pytest

from faqbot.ingest.converters.dialects.footnotes import with_footnotes
from faqbot.ingest.reading import found_in


def _answers(text: str, name: str) -> list[str]:
    return [each.answer for each in found_in(text.encode(), name).candidates]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("## Is it far?\n\nYes[^1].\n\n## Why?\n\nSo.\n\n[^1]: A long\n    way.\n", "a.md"),
        ("## Is it far?\n\nYes^[A long way.].\n\n## Why?\n\nSo.\n", "a.md"),
        ("Is it far?\n==========\n\nYes [#a]_.\n\nWhy?\n====\n\nSo.\n\n.. [#a] A long\n   way.\n", "a.rst"),
        ("== Is it far?\n\nYesfootnote:[A long way.].\n\n== Why?\n\nSo.\n", "a.adoc"),
    ],
)  # fmt: skip
def test_a_footnote_stands_in_the_answer_that_refers_to_it(text: str, name: str) -> None:
    """It is put in brackets, and leaves the end of the document."""
    assert _answers(text, name) == ["Yes (A long way).", "So."]


def test_a_footnote_of_a_heading_follows_it() -> None:
    """The question stays without it."""
    found = found_in(b"## Is it far?[^1]\n\nYes.\n\n[^1]: A mile.\n", "a.md")

    assert [(each.question, each.answer) for each in found.candidates] == [
        ("Is it far?", "(A mile.)\n\nYes.")
    ]


@pytest.mark.parametrize(
    "note", ["[^1]: Steps:\n\n    - one\n    - two", "[^2]: Nobody refers to it."]
)
def test_other_footnotes_stay_as_text(note: str) -> None:
    """Lists do not fit into a sentence, and no footnote is taken for the address of a link."""
    (answer,) = _answers(f"## Is it far?\n\nYes[^1].\n\n{note}\n", "a.md")

    assert answer.startswith("Yes[^1].\n\n\\[^")


def test_references_in_code_are_no_footnotes() -> None:
    """Neither in a span nor in a block."""
    lines = ["`[^1]` x", "```", "[^1]", "```", "", "[^1]: A note."]

    assert [line for _, line in with_footnotes(list(enumerate(lines, start=1)))][:4] == lines[:4]


def test_repeated_references_do_not_fill_the_machine() -> None:
    """A long footnote is repeated only up to a bound."""
    lines = [(1, "[^1]: " + "word " * 100), *((number, "[^1] " * 100) for number in range(2, 400))]

    assert sum(len(line) for _, line in with_footnotes(lines)) < 2_000_000


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("[`open()`][o]", "[`open()`](https://example.org/o)"),
        ("[`open()`][]", "[`open()`](https://example.org/open)"),
        ("[`open()`]", "[`open()`](https://example.org/open)"),
        ("[the *way* `in`][O]", "[the *way* `in`](https://example.org/o)"),
        ("`[a][o]`", "`[a][o]`"),
    ],
)
def test_links_by_reference_may_hold_code(link: str, shown: str) -> None:
    """The address is put in, whatever stands in the text of the link; code itself stays."""
    text = f"## Is it far?\n\nSee {link}.\n\n[o]: https://example.org/o\n[`open()`]: <https://example.org/open> 'Open'\n"

    assert _answers(text, "a.md") == [f"See {shown}."]
