"""Completions: entries whose phrasings complete the beginning of a question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.models import Entry
from faqbot.retrieval.completion import CompletionIndex

_ENTRIES = (
    Entry("post", "When does the post arrive?", "At ten.", ("mail times",)),
    Entry("bike", "Where can I park my bike?", "Behind the hall.", ("when is the bike shed open",)),
    Entry("pay", "When is my pay due?", "On the 25th.", audience=frozenset({"staff"})),
)
_INDEX = CompletionIndex(_ENTRIES)
_NOBODY: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("beginning", "ids"),
    [
        ("when", ["post", "bike"]),
        ("WHEN does th", ["post"]),
        ("mail", ["post"]),
        ("park bi", ["bike"]),
        ("bi park ", []),
        ("when d", ["post"]),
        ("when d ", []),
        ("", []),
        ("?!", []),
        ("zebra", []),
    ],
)
def test_a_beginning_finds_the_entries_that_complete_it(beginning: str, ids: list[str]) -> None:
    """Phrasings that begin with it come first; a blank at the end ends its last word."""
    assert [entry.id for entry in _INDEX.complete(beginning, 5, _NOBODY)] == ids


def test_an_entry_is_listed_once_and_hidden_from_others() -> None:
    """An audience adds its own entries."""
    staff = _INDEX.complete("when", 5, frozenset({"staff"}))

    assert [entry.id for entry in staff] == ["post", "pay", "bike"]
    assert len(_INDEX.complete("when", 1, frozenset({"staff"}))) == 1


@given(st.text(st.characters(exclude_categories=())), st.integers(1, 4))
def test_any_text_has_bounded_completions(text: str, limit: int) -> None:
    """No text raises, and no list is longer than asked."""
    assert len(_INDEX.complete(text, limit, _NOBODY)) <= limit


def test_a_long_text_among_many_phrasings_is_bounded() -> None:
    """Thousands of phrasings that begin alike give the first of them."""
    many = tuple(Entry(f"e{n}", f"how many parts has item {n}", "Ten.") for n in range(5_000))

    found = CompletionIndex(many).complete("how many" + " x" * 5_000, 3, _NOBODY)
    assert found == []
    assert len(CompletionIndex(many).complete("how m", 3, _NOBODY)) == 3
