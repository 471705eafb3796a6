"""Word classes that carry grammar."""

from __future__ import annotations

import pytest

from faqbot.retrieval.languages import ENGLISH, LISTED_LANGUAGES, language_of


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("articles", "my"),
        ("indefinite_articles", "a"),
        ("action_starts", "how"),
        ("actors", "i"),
        ("conditions", "if"),
        ("belonging", "of"),
        ("handling_words", "send"),
        ("negators", "without"),
        ("bare_negators", "no"),
        ("denials", "unable"),
        ("uncertainty_words", "sure"),
        ("before_idle_negator", "why"),
        ("reason_words", "why"),
        ("pronouns", "i"),
        ("addressee", "you"),
        ("auxiliaries", "can"),
        ("origin_words", "from"),
        ("comparing_words", "different"),
        ("destination_words", "into"),
        ("order_words", "before"),
        ("exchange_words", "for"),
        ("question_words", "when"),
        ("particles", "under"),
    ],
)
def test_each_class_has_its_words(name: str, word: str) -> None:
    """A word without grammar is in none of them."""
    assert word in getattr(ENGLISH, name)
    assert "passport" not in getattr(ENGLISH, name)


def test_framing_words_include_articles() -> None:
    """Two ways to ask the same may differ in either."""
    assert ENGLISH.framing_words > ENGLISH.articles


def test_negative_words_are_negators_and_denials() -> None:
    """Either denies."""
    assert ENGLISH.negative_words == ENGLISH.negators | ENGLISH.denials


def test_connectors_relate_two_things() -> None:
    """They are words of origin, destination, order and exchange."""
    assert {"from", "to", "before", "for"} <= ENGLISH.connectors


def test_words_of_possession_are_words_of_origin() -> None:
    """In French "de" is both."""
    french = language_of("fr")

    assert "de" in french.genitive_words
    assert french.genitive_words <= french.origin_words


@pytest.mark.parametrize("code", sorted(LISTED_LANGUAGES))
def test_particles_are_pairs(code: str) -> None:
    """Each has one that opposes it."""
    assert len(language_of(code).particles) % 2 == 0


def test_classes_of_a_language_without_lists_are_empty() -> None:
    """No rule of English applies to it."""
    neutral = language_of("xx")

    assert not neutral.articles | neutral.negative_words | neutral.connectors
    assert neutral.particles == ()
