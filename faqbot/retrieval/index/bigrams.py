"""Bigrams of phrasings: their weights in a query, and the fit of a term between its neighbors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index.bounded_cache import ComputedCache
from faqbot.retrieval.index.csr import CsrMatrix
from faqbot.retrieval.index.vocabulary import UNKNOWN_ID, Vocabulary, sublinear_tf

# Neighbor of a question's first term and of its last. No term is empty.
BOUNDARY = ""

# Log odds (natural) that a known bigram adds to a term, by the side of its neighbor. The first value
# holds for a bigram in a single phrasing. The second is added per unit of idf below that bigram's.
# Chosen by hand.
LOG_ODDS_AFTER_LEFT, LOG_ODDS_AFTER_LEFT_PER_IDF = 1.6, 0.5
LOG_ODDS_BEFORE_RIGHT, LOG_ODDS_BEFORE_RIGHT_PER_IDF = 2.0, 0.3

# Keys of queries whose numbers are cached, about 3 MB. Chosen by hand.
MAX_CACHED_BIGRAMS = 20_000


class Bigrams:
    """Distinct bigrams of phrasings, each with its idf.

    A text starts and ends with a boundary, which is a term of its bigrams. A bigram's key is
    ``left << 32 | right``; the terms are numbers in the vocabulary, and the boundary is its size.
    """

    def __init__(self, keys: NDArray[np.int64], idf: NDArray[np.float32]) -> None:
        """Take sorted *keys*, int64 (bigrams,), and their *idf*, float32 (bigrams,)."""
        self.keys = keys
        self.idf = idf
        self._numbers = ComputedCache[int, int](self._number_of, MAX_CACHED_BIGRAMS)

    @classmethod
    def of(cls, starts: NDArray[np.int64], keys: NDArray[np.int64]) -> Bigrams:
        """Build the bigrams of phrasings; phrasing *i* has ``keys[starts[i]:starts[i + 1]]``.

        idf = ln((1 + n) / (1 + df)) + 1 as in `Vocabulary.of`; *starts* has n + 1 elements.
        """
        owner = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        distinct, numbers = np.unique(keys, return_inverse=True)
        once = np.unique(owner * len(distinct) + numbers) % max(len(distinct), 1)
        df = np.bincount(once, minlength=len(distinct))
        return cls(distinct, (np.log(len(starts) / (1 + df)) + 1).astype(np.float32))

    def weigh(self, ids: Sequence[int], boundary: int) -> tuple[list[int], NDArray[np.float32]]:
        """Return the numbers and tf-idf weights, float32 (k,), of the known bigrams of a query.

        *ids* are the ids of its words, UNKNOWN_ID for unknown words. *boundary* is the size of the
        vocabulary.
        """
        found, numbers = bigram_keys(ids, boundary), self._numbers
        if len({*found}) == len(found):
            known = [number for key in found if (number := numbers[key]) >= 0]
            return known, self.idf.take(np.array(known, np.intp))
        uses = {
            number: count for key, count in Counter(found).items() if (number := numbers[key]) >= 0
        }
        counts = np.array([*map(sublinear_tf, uses.values())], np.float32)
        return [*uses], counts * self.idf.take(np.array([*uses], np.intp))

    def _number_of(self, key: int) -> int:
        """Return the number of the bigram *key*, UNKNOWN_ID without it."""
        place = int(self.keys.searchsorted(key))
        return place if place < len(self.keys) and self.keys[place] == key else UNKNOWN_ID


def bigram_keys(ids: Sequence[int], boundary: int) -> list[int]:
    """Return the key of each bigram of *ids* whose two terms are known, boundaries included."""
    if not ids:
        return []
    numbers = [boundary, *ids, boundary]
    return [(left << 32) | right for left, right in pairwise(numbers) if left >= 0 and right >= 0]


class BigramPostings:
    """Rows of a small index per bigram, and their weights."""

    def __init__(self, postings: CsrMatrix, row_count: int) -> None:
        """Take the *postings* of each bigram among *row_count* rows."""
        self._row_count = row_count
        self._starts = postings.starts
        self._rows, self._weights = postings.ids.astype(np.intp), postings.weights
        self._of = ComputedCache[int, tuple[NDArray[np.intp], NDArray[np.float32]]](
            self._rows_and_weights, MAX_CACHED_BIGRAMS
        )

    def weighted_sum(
        self, numbers: Sequence[int], weights: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return the sum of the bigrams *numbers* times *weights*, float32 (len(numbers),).

        The result is float32 (rows,).
        """
        if not numbers:
            return np.zeros(self._row_count, np.float32)
        found = [self._of[number] for number in numbers]
        products = np.concatenate([own for _, own in found])
        products *= weights.repeat([len(rows) for rows, _ in found])
        rows = np.concatenate([rows for rows, _ in found])
        return np.bincount(rows, products, self._row_count).astype(np.float32)

    def _rows_and_weights(self, number: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        span = slice(self._starts[number], self._starts[number + 1])
        return self._rows[span], self._weights[span]


class BigramModel:
    """Log odds of terms in context, from bigrams of phrasings."""

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
