"""Bigram model: log odds of a term between two other terms."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index.bigrams import Bigrams
from faqbot.retrieval.index.vocabulary import Vocabulary

# Neighbor of a question's first term and of its last. No term is empty.
BOUNDARY = ""

# Number of a term outside the vocabulary. Keys of its bigrams are negative, and match no bigram.
UNKNOWN_ID = -1

# Log odds (natural) that a known bigram adds to a term, by the side of its neighbor. The first value
# holds for a bigram in a single phrasing. The second is added per unit of idf below that bigram's.
# Chosen by hand.
LOG_ODDS_AFTER_LEFT, LOG_ODDS_AFTER_LEFT_PER_IDF = 1.6, 0.5
LOG_ODDS_BEFORE_RIGHT, LOG_ODDS_BEFORE_RIGHT_PER_IDF = 2.0, 0.3


class BigramModel:
    """Log odds of terms in context, from the bigrams of a knowledge base's phrasings."""

    def __init__(self, vocabulary: Vocabulary, bigrams: Bigrams) -> None:
        """Take *bigrams* of the terms of *vocabulary*."""
        self._vocabulary = vocabulary
        self._bigrams = bigrams
        self._max_idf = bigrams.idf.max(initial=0.0)

    def term_ids(self, words: Iterable[str]) -> NDArray[np.int64]:
        """Return the term ids of *words* for `log_odds`: int64 (words,), -1 for unknown words."""
        return np.array([self._term_id(word) for word in words], np.int64)

    def log_odds(self, before: str, term_ids: NDArray[np.int64], after: str) -> NDArray[np.float64]:
        """Return the log odds of each term between *before* and *after*.

        The result is float64 (len(term_ids),). It is 0 for a term that no phrasing has next to
        either word.
        """
        left, right = self._term_id(before), self._term_id(after)
        odds = np.zeros(len(term_ids))
        if not len(self._bigrams.keys):
            return odds
        if left != UNKNOWN_ID:
            keys = (left << 32) | term_ids
            odds += self._of_bigrams(keys, LOG_ODDS_AFTER_LEFT, LOG_ODDS_AFTER_LEFT_PER_IDF)
        if right != UNKNOWN_ID:
            keys = (term_ids << 32) | right
            odds += self._of_bigrams(keys, LOG_ODDS_BEFORE_RIGHT, LOG_ODDS_BEFORE_RIGHT_PER_IDF)
        return odds

    def _of_bigrams(
        self, keys: NDArray[np.int64], base: float, per_idf: float
    ) -> NDArray[np.float64]:
        """Return the log odds of the bigrams with *keys*, 0 for unknown bigrams.

        The result is float64 (keys,).
        """
        places = self._bigrams.keys.searchsorted(keys)
        known = self._bigrams.keys.take(places, mode="clip") == keys
        idf = self._bigrams.idf.take(places, mode="clip")
        return np.where(known, base + per_idf * (self._max_idf - idf), 0.0)

    def _term_id(self, word: str) -> int:
        if word == BOUNDARY:
            return len(self._vocabulary.words)
        return self._vocabulary.id_of.get(word, UNKNOWN_ID)
