"""The company that words keep: which of them stand side by side in a knowledge base, and how often."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index.bigrams import Bigrams
from faqbot.retrieval.index.vocabulary import Vocabulary

__all__ = ["BOUNDARY", "BigramModel"]

BOUNDARY = ""
"""What stands beside a question's first word, and its last."""

_UNKNOWN = -1

_BEFORE, _BEFORE_OFTEN = 1.6, 0.5
_AFTER, _AFTER_OFTEN = 2.0, 0.3
"""How much likelier, as log odds, a word is that stands so beside the word before, or after, in the
max_idf case; and how much more for each unit by which the pair is less rare."""


class BigramModel:
    """Tells how well words fit between two others, going by a knowledge base's phrasings."""

    def __init__(self, vocabulary: Vocabulary, pairs: Bigrams) -> None:
        """Go by *pairs* of the words of *vocabulary*."""
        self._vocabulary = vocabulary
        self._pairs = pairs
        self._rarest = pairs.idf.max(initial=0.0)

    def term_ids(self, words: Iterable[str]) -> NDArray[np.int64]:
        """Return the numbers by which `log_odds` knows *words*: int64 (words,)."""
        return np.array([self._number(word) for word in words], np.int64)

    def log_odds(self, before: str, numbers: NDArray[np.int64], after: str) -> NDArray[np.float64]:
        """Return how much likelier each word of *numbers* is between *before* and *after*: float64.

        It is 0 for a word that no phrasing has beside either.
        """
        left, right = self._number(before), self._number(after)
        fit = np.zeros(len(numbers))
        if not len(self._pairs.keys):
            return fit
        if left != _UNKNOWN:
            fit += self._likelier((left << 32) | numbers, _BEFORE, _BEFORE_OFTEN)
        if right != _UNKNOWN:
            fit += self._likelier((numbers << 32) | right, _AFTER, _AFTER_OFTEN)
        return fit

    def _likelier(self, keys: NDArray[np.int64], once: float, often: float) -> NDArray[np.float64]:
        """Return what pairs with *keys* say; that of a word without a number is negative, and unknown."""
        places = self._pairs.keys.searchsorted(keys)
        known = self._pairs.keys.take(places, mode="clip") == keys
        idf = self._pairs.idf.take(places, mode="clip")
        return np.where(known, once + often * (self._rarest - idf), 0.0)

    def _number(self, word: str) -> int:
        if word == BOUNDARY:
            return len(self._vocabulary.words)
        return self._vocabulary.id_of.get(word, _UNKNOWN)
