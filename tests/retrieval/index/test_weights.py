"""Default scoring weights by kind of encoder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faqbot.retrieval.encoders.multilingual import MultilingualEncoder
from faqbot.retrieval.index.weights import (
    EncoderKind,
    ScoringWeights,
    default_weights,
    encoder_kind,
)

if TYPE_CHECKING:
    from conftest import Letters, WordLetters


def test_without_an_encoder_meaning_counts_nothing() -> None:
    """Without an encoder scores are lexical only."""
    assert default_weights(None).meaning == 0


def test_vectors_of_words_make_coverage_count_more(
    letters: Letters, word_letters: WordLetters
) -> None:
    """Coverage weighs more with word vectors than beside an encoder of sentences."""
    assert default_weights(word_letters).coverage > default_weights(letters).coverage


def test_weights_are_restored_from_their_values() -> None:
    """Weights built from the values of others are equal to them."""
    weights = ScoringWeights(0.5, 0.1, 2.0, 0.3, 0.2, 0.15, 0.05)

    assert ScoringWeights.of(weights.values) == weights


def test_the_multilingual_encoder_has_weights_of_its_own(letters: Letters) -> None:
    """Its cosines are spread otherwise than those of other encoders of sentences."""
    encoder = MultilingualEncoder.__new__(MultilingualEncoder)  # without its files

    assert encoder_kind(encoder) is EncoderKind.MULTILINGUAL
    assert default_weights(encoder) != default_weights(letters)
