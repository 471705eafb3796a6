"""What counts how much in a score: one weights a knowledge base, starting from what suits its encoder."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.encoders import Encoder, WordEncoder

__all__ = ["ScoringWeights", "default_weights"]


@dataclass(frozen=True, slots=True)
class ScoringWeights:
    """The weights of a score.

    *meaning*, 0 to 1, is the encoder's share of how alike two texts are, the rest being lexical, of which
    *bigrams*, 0 to 1, is that of pairs of words; *sharpness* is how fast the kernel falls as texts grow
    unlike, and *ridge* how much of an example is taken for chance. *coverage* is what an entry earns by
    speaking of all that a question is about, *answer_words* and *answer_meaning* what it does by its answer.
    """

    meaning: float
    bigrams: float
    sharpness: float
    ridge: float
    coverage: float
    answer_words: float
    answer_meaning: float

    @classmethod
    def of(cls, weights: NDArray[np.float64]) -> Self:
        """Make a weights of its *weights*, float64 (7,), in the order of the fields."""
        return cls(*map(float, weights))

    @property
    def values(self) -> NDArray[np.float64]:
        """The fields as float64 (7,)."""
        return np.array(astuple(self))


# Chosen on the dev splits of four public question sets; `faqbot.retrieval.self_calibration` adapts them.
_LEXICAL = ScoringWeights(
    meaning=0.0,
    bigrams=0.15,
    sharpness=2.5,
    ridge=0.35,
    coverage=0.15,
    answer_words=0.15,
    answer_meaning=0.0,
)
_WORDS = ScoringWeights(
    meaning=0.8,
    bigrams=0.25,
    sharpness=2.5,
    ridge=0.2,
    coverage=0.25,
    answer_words=0.08,
    answer_meaning=0.15,
)
_SENTENCES = ScoringWeights(
    meaning=0.8,
    bigrams=0.3,
    sharpness=3.5,
    ridge=0.1,
    coverage=0.0,
    answer_words=0.06,
    answer_meaning=0.12,
)


def default_weights(encoder: Encoder | None) -> ScoringWeights:
    """Return the weights to start from with *encoder*."""
    if encoder is None:
        return _LEXICAL
    return _WORDS if isinstance(encoder, WordEncoder) else _SENTENCES
