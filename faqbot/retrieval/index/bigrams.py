"""Bigrams of neighbouring words: which ones phrasings have, how rare each is, and which a question has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index.vocabulary import Vocabulary

__all__ = ["Bigrams", "bigram_keys", "sublinear_tf"]


class Bigrams:
    """The pairs of neighbouring words in a knowledge base's phrasings, its ends included."""

    def __init__(self, keys: NDArray[np.int64], idf: NDArray[np.float32]) -> None:
        """Take the sorted *keys*, int64 (pairs,), and each pair's *idf*, float32 (pairs,)."""
        self.keys = keys
        self.idf = idf

    @cached_property
    def listed(self) -> Mapping[int, tuple[int, float]]:
        """The number and idf of each pair, under its key. Only a small index makes use of it."""
        return dict(zip(self.keys.tolist(), enumerate(self.idf.tolist()), strict=True))

    @classmethod
    def of(cls, starts: NDArray[np.int64], keys: NDArray[np.int64]) -> Bigrams:
        """Collect pairs: phrasing *i* has ``keys[starts[i]:starts[i + 1]]``, int64 (uses,)."""
        owner = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        distinct, numbers = np.unique(keys, return_inverse=True)
        once = np.unique(owner * len(distinct) + numbers) % max(len(distinct), 1)
        df = np.bincount(once, minlength=len(distinct))
        return cls(distinct, (np.log(len(starts) / (1 + df)) + 1).astype(np.float32))

    def weigh(
        self, words: Sequence[str], vocabulary: Vocabulary
    ) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Return the known pairs of *words*: their numbers, and sublinear_tf weights, float32."""
        uses = Counter(bigram_keys(words, vocabulary))
        keys = np.fromiter(uses, np.int64, len(uses))
        counts = np.array([*map(sublinear_tf, uses.values())], np.float32)
        places = self.keys.searchsorted(keys)
        known = (self.keys.take(places, mode="clip") == keys).nonzero()[0]
        places = places.take(known)
        return places, counts.take(known) * self.idf.take(places)


def bigram_keys(words: Sequence[str], vocabulary: Vocabulary) -> list[int]:
    """Return a number for each pair of neighbouring *words* that are all known, ends included."""
    if not words:
        return []
    edge = len(vocabulary.words)
    number_of = vocabulary.id_of.get
    numbers = [edge, *[number_of(word, -1) for word in words], edge]
    return [(left << 32) | right for left, right in pairwise(numbers) if left >= 0 and right >= 0]


def sublinear_tf(count: int) -> float:
    """Return how much *count* uses of a feature weigh beside one: 1 + ln(count)."""
    return 1.0 + float(np.log(count)) if count > 1 else 1.0
