"""Scoring weights: shares of a score, by kind of encoder."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from enum import Enum, auto
from typing import Self

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.encoders import Encoder, WordEncoder
from faqbot.retrieval.encoders.multilingual import MultilingualEncoder


class EncoderKind(Enum):
    """Kind of encoder, which selects default weights and prior calibration."""

    ABSENT = auto()
    """No encoder: scores are lexical only."""
    WORDS = auto()
    """Encoder with a vector for each word, such as static embeddings."""
    SENTENCES = auto()
    """Encoder of whole sentences only."""
    MULTILINGUAL = auto()
    """The multilingual encoder alone, which knows rare words less well."""


def encoder_kind(encoder: Encoder | None) -> EncoderKind:
    """Return the kind of *encoder*."""
    if encoder is None:
        return EncoderKind.ABSENT
    if isinstance(encoder, MultilingualEncoder):
        return EncoderKind.MULTILINGUAL
    return EncoderKind.WORDS if isinstance(encoder, WordEncoder) else EncoderKind.SENTENCES


@dataclass(frozen=True, slots=True)
class ScoringWeights:
    """Weights of a score, all dimensionless.

    *meaning*, 0 to 1, is the encoder's share of the similarity of two texts. The rest is lexical, and
    *bigrams*, 0 to 1, is the share of bigrams in it. *sharpness* is the decay of the kernel with
    dissimilarity, and *ridge* the regularization added to its diagonal. *coverage* is the gain of an
    entry that covers all content words of the query. *answer_words* and *answer_meaning* are the gains
    of an answer with the same terms, and with the same vector.
    """

    meaning: float
    bigrams: float
    sharpness: float
    ridge: float
    coverage: float
    answer_words: float
    answer_meaning: float

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> Self:
        """Return the weights with *values*, float64 (7,), in field order."""
        return cls(*map(float, values))

    @property
    def values(self) -> NDArray[np.float64]:
        """Fields in order: float64 (7,)."""
        return np.array(astuple(self))


# Dimensionless, see `ScoringWeights`. Best on the dev splits of four public question sets
# (benchmarks/README). `faqbot.retrieval.self_calibration` tunes *coverage* to a knowledge base.
DEFAULT_WEIGHTS = {
    EncoderKind.ABSENT: ScoringWeights(
        meaning=0.0,
        bigrams=0.15,
        sharpness=2.5,
        ridge=0.35,
        coverage=0.15,
        answer_words=0.15,
        answer_meaning=0.0,
    ),
    EncoderKind.WORDS: ScoringWeights(
        meaning=0.8,
        bigrams=0.25,
        sharpness=2.5,
        ridge=0.2,
        coverage=0.25,
        answer_words=0.08,
        answer_meaning=0.15,
    ),
    EncoderKind.SENTENCES: ScoringWeights(
        meaning=0.8,
        bigrams=0.3,
        sharpness=3.5,
        ridge=0.1,
        coverage=0.0,
        answer_words=0.06,
        answer_meaning=0.12,
    ),
    # Best on the dev splits of thirteen sets in five languages (benchmarks/README, "Encoders").
    EncoderKind.MULTILINGUAL: ScoringWeights(
        meaning=0.8,
        bigrams=0.3,
        sharpness=2.0,
        ridge=0.05,
        coverage=0.1,
        answer_words=0.06,
        answer_meaning=0.12,
    ),
}


def default_weights(encoder: Encoder | None) -> ScoringWeights:
    """Return the weights to start from with *encoder*."""
    return DEFAULT_WEIGHTS[encoder_kind(encoder)]
