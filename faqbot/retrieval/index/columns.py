"""What each word that people type adds to everything in a small index: reckoned once a word, then remembered."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index.csr import Sparse
from faqbot.retrieval.index.vocabulary import Resemblance

__all__ = ["Columns"]

_MOST_BYTES = 2_000_000
_LEAST_WORDS = 64

Near = Callable[[int], Resemblance]
"""From the place of a word among those asked for to the known words that it counts as."""


class Columns:
    """A column a word, with what it adds to each row. Safe to share between threads.

    What is cached is always the same, and as much of it as two megabytes hold.
    """

    def __init__(self, postings: Sparse, size: int, *, best: bool = False) -> None:
        """Take the *postings* of known words among *size* rows.

        A row adds up what it has of the words that a word counts as, or with *best* takes the most of it.
        """
        self._postings = postings
        self._size = size
        self._gather = np.maximum if best else np.add
        self._columns: dict[str, NDArray[np.float32]] = {}
        self._most = max(_LEAST_WORDS, _MOST_BYTES // (4 * max(size, 1)))

    def mix(
        self, words: Sequence[str], weights: Sequence[float], near: Near
    ) -> NDArray[np.float32]:
        """Return what *words*, each counting one of *weights*, add to each row: float32 (size,).

        *near* is asked for the words that are not remembered.
        """
        if not words:
            return np.zeros(self._size, np.float32)
        columns = np.array([self._column(word, place, near) for place, word in enumerate(words)])
        columns *= np.array(weights, np.float32)[:, None]
        mixed: NDArray[np.float32] = np.add.reduce(columns, axis=0)
        return mixed

    def _column(self, word: str, place: int, near: Near) -> NDArray[np.float32]:
        column = self._columns.get(word)
        if column is None:
            if len(self._columns) >= self._most:
                self._columns.clear()
            column = self._columns[word] = self._reckon(near(place))
        return column

    def _reckon(self, near: Resemblance) -> NDArray[np.float32]:
        found = self._postings.take(near.ids)
        worth = near.likeness.repeat(found.starts[1:] - found.starts[:-1])
        column = np.zeros(self._size, np.float32)
        self._gather.at(column, found.ids, worth * found.weights)
        return column
