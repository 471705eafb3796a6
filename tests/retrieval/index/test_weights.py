"""The weights to start from depends on what an encoder can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faqbot.retrieval.index.weights import ScoringWeights, default_weights

if TYPE_CHECKING:
    from conftest import Letters, WordLetters


def test_without_an_encoder_meaning_counts_nothing() -> None:
    """With no encoder all that counts is lexical."""
    assert default_weights(None).meaning == 0


def test_vectors_of_words_make_coverage_count_more(
    letters: Letters, word_letters: WordLetters
) -> None:
    """Coverage by meaning is worth more than coverage by spelling beside an encoder of sentences."""
    assert default_weights(word_letters).coverage > default_weights(letters).coverage


def test_a_mixture_survives_as_its_weights() -> None:
    """A weights made of another's weights is equal to it."""
    weights = ScoringWeights(0.5, 0.1, 2.0, 0.3, 0.2, 0.15, 0.05)

    assert ScoringWeights.of(weights.values) == weights
