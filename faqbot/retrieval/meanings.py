"""Which words of a knowledge base mean nearly what a typed word does, by the vectors of words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index.vocabulary import Resemblance

__all__ = ["Meanings"]

_MOST = 32
_LEAST_NEAR = 0.4
_MOST_CACHED = 20_000


class Meanings:
    """The vectors of known words. Safe to share between threads: what it caches is always the same."""

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        """Take the words' unit *vectors*, float32 (words, dimensions)."""
        self._vectors = vectors
        self._near: dict[str, Resemblance] = {}

    def near(self, word: str, vector: NDArray[np.float32]) -> Resemblance:
        """Return the known words nearest to *word*, whose unit *vector* is float32 (dimensions,)."""
        found = self._near.get(word)
        if found is None:
            if len(self._near) >= _MOST_CACHED:
                self._near.clear()
            found = self._near[word] = self._compare(vector)
        return found

    def _compare(self, vector: NDArray[np.float32]) -> Resemblance:
        likeness = np.vecdot(self._vectors, vector)
        ids = np.flatnonzero(likeness > _LEAST_NEAR)
        if len(ids) > _MOST:
            ids = np.sort(ids[np.argpartition(-likeness[ids], _MOST)[:_MOST]])
        return Resemblance(ids.astype(np.int32), likeness[ids])
