"""Bigrams of phrasings: neighboring terms, with idf and sublinear term frequency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index.vocabulary import Vocabulary, sublinear_tf


class Bigrams:
    """Distinct bigrams of a knowledge base's phrasings, each with its idf.

    A text starts and ends with a boundary, which is a term of its bigrams. A bigram's key is
    ``left << 32 | right``; the terms are numbers in the vocabulary, and the boundary is its size.
    """

    def __init__(self, keys: NDArray[np.int64], idf: NDArray[np.float32]) -> None:
        """Take sorted *keys*, int64 (bigrams,), and their *idf*, float32 (bigrams,)."""
        self.keys = keys
        self.idf = idf

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

    def weigh(
        self, words: Sequence[str], vocabulary: Vocabulary
    ) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Return the numbers, intp (k,), and tf-idf weights, float32 (k,), of the known bigrams of *words*."""
        uses = Counter(bigram_keys(words, vocabulary))
        keys = np.fromiter(uses, np.int64, len(uses))
        counts = np.array([*map(sublinear_tf, uses.values())], np.float32)
        places = self.keys.searchsorted(keys)
        known = (self.keys.take(places, mode="clip") == keys).nonzero()[0]
        places = places.take(known)
        return places, counts.take(known) * self.idf.take(places)


def bigram_keys(words: Sequence[str], vocabulary: Vocabulary) -> list[int]:
    """Return the key of each bigram of *words* whose two terms are known, boundaries included."""
    if not words:
        return []
    boundary = len(vocabulary.words)
    number_of = vocabulary.id_of.get
    numbers = [boundary, *[number_of(word, -1) for word in words], boundary]
    return [(left << 32) | right for left, right in pairwise(numbers) if left >= 0 and right >= 0]
