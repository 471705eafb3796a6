"""Groups of words of similar meaning."""

from __future__ import annotations

import pytest

from faqbot.retrieval.languages import ENGLISH, language_of, meanings


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("buy", "purchase"),
        ("prolonging", "extends"),
        ("penalty", "fine"),
        ("trimmed", "prune"),
        ("handbook", "manual"),
    ],
)
def test_words_of_similar_meaning_share_a_group(one: str, other: str) -> None:
    """In any regular form."""
    assert not meanings(ENGLISH, one).isdisjoint(meanings(ENGLISH, other))


@pytest.mark.parametrize(
    ("one", "other"), [("buy", "prune"), ("grant", "revoke"), ("cat", "dog"), ("xyzzy", "xyzzy")]
)
def test_other_words_share_none(one: str, other: str) -> None:
    """A word that the thesaurus lacks has no group at all."""
    assert meanings(ENGLISH, one).isdisjoint(meanings(ENGLISH, other))


def test_a_language_without_a_thesaurus_has_no_groups() -> None:
    """Its words are compared by their letters alone."""
    assert meanings(language_of("de"), "kaufen") == frozenset()
