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


@pytest.mark.parametrize(("one", "other"), [("booking", "reservations"), ("invoice", "bill")])
def test_nouns_of_the_same_sense_share_a_group(one: str, other: str) -> None:
    """In any regular form."""
    groups = (meanings(ENGLISH, word, as_noun=True) for word in (one, other))
    assert not frozenset.isdisjoint(*groups)


@pytest.mark.parametrize(
    ("one", "other"), [("name", "address"), ("history", "account"), ("store", "warehouse")]
)
def test_nouns_that_share_a_rare_sense_do_not(one: str, other: str) -> None:
    """Nor those that are verbs of similar meaning, or of which one is more general."""
    assert not meanings(ENGLISH, one).isdisjoint(meanings(ENGLISH, other))
    groups = (meanings(ENGLISH, word, as_noun=True) for word in (one, other))
    assert frozenset.isdisjoint(*groups)
