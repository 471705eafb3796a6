"""What each word that people type adds to everything in a small index: reckoned once a word, then remembered.

Which words of a knowledge base mean nearly what a typed word does, by the vectors of words.

Which rows of a large index have something of each word that people type: read once a word, then remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index.csr import CsrMatrix
from faqbot.retrieval.index.vocabulary import SimilarTerms, Vocabulary

_MOST = 32
_LEAST_NEAR = 0.4
_MOST_CACHED = 20_000
_READ, _SHARE, _READ_A_WORD = 4_096, 32, 1_024
"""So many uses of its own words are read for a question, or as many as one in so many rows; and of what is
like each word, so many."""

_CLEARLY = 0.2

_READINGS_MOST_BYTES = 8_000_000
_MOST_BYTES = 2_000_000
_LEAST_WORDS = 64

Near = Callable[[int], SimilarTerms]
"""From the place of a word among those asked for to the known words that it counts as."""


class NearestTerms:
    """The vectors of known words. Safe to share between threads: what it caches is always the same."""

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        """Take the words' unit *vectors*, float32 (words, dimensions)."""
        self._vectors = vectors
        self._near: dict[str, SimilarTerms] = {}

    def near(self, word: str, vector: NDArray[np.float32]) -> SimilarTerms:
        """Return the known words nearest to *word*, whose unit *vector* is float32 (dimensions,)."""
        found = self._near.get(word)
        if found is None:
            if len(self._near) >= _MOST_CACHED:
                self._near.clear()
            found = self._near[word] = self._compare(vector)
        return found

    def _compare(self, vector: NDArray[np.float32]) -> SimilarTerms:
        likeness = np.vecdot(self._vectors, vector)
        ids = np.flatnonzero(likeness > _LEAST_NEAR)
        if len(ids) > _MOST:
            ids = np.sort(ids[np.argpartition(-likeness[ids], _MOST)[:_MOST]])
        return SimilarTerms(ids.astype(np.int32), likeness[ids])


@dataclass(frozen=True, slots=True)
class Found:
    """The *rows* that have something of a word, int32 (k,), and what each has of it, float32 (k,).

    A row is there once for each known word that the word counts as.
    """

    rows: NDArray[np.int32]
    worth: NDArray[np.float32]


class PostingsCache:
    """The rows that have a word, what looks like it, or what means nearly the same.

    Rarer words are worth more. Safe to share between threads: what it caches is always the same, and as
    much of it as eight megabytes hold.
    """

    def __init__(
        self,
        postings: CsrMatrix,
        vocabulary: Vocabulary,
        meanings: NearestTerms,
        meaning: float,
        count: int,
    ) -> None:
        """Read the *postings* of the words of *vocabulary* among *count* rows; *meaning* is the share of what is meant."""
        self._postings = postings
        self._vocabulary = vocabulary
        self._meanings = meanings
        self._meaning = meaning
        self._count = count
        self._most = max(_READ, count // _SHARE)
        self._found: dict[tuple[str, bool], Found] = {}
        self._bytes = 0

    def of(self, words: dict[str, NDArray[np.float32] | None]) -> list[tuple[float, Found]]:
        """Return what *words*, each with its vector if it has a meaning, are found in: those that tell most.

        Each comes with what the word counts. The max_idf word is always read, and others while there is
        something left to read.
        """
        told = sorted(((self._vocabulary.idf_of(word), word) for word in words), reverse=True)
        found: list[tuple[float, Found]] = []
        read = 0.0
        for idf, word in told:
            uses = (1 + self._count) * exp(1 - idf) - 1
            if found and read + uses > self._most:
                break
            found.append((idf, self._of(word, words[word])))
            read += uses
        return found

    def _of(self, word: str, vector: NDArray[np.float32] | None) -> Found:
        key = (word, vector is not None)
        found = self._found.get(key)
        if found is None:
            found = self._read(word, vector)
            size = found.rows.nbytes + found.worth.nbytes
            if self._bytes + size > _READINGS_MOST_BYTES:
                self._found, self._bytes = {}, 0
            self._found[key] = found
            self._bytes += size
        return found

    def _read(self, word: str, vector: NDArray[np.float32] | None) -> Found:
        near = [(1 - self._meaning, _clearly(self._vocabulary.similar_terms(word)))]
        if vector is not None:
            near.append((self._meaning, self._meanings.near(word, vector)))
        ids = np.concatenate([one.ids for _, one in near])
        worth = np.concatenate([np.float32(share) * one.similarity for share, one in near])
        read = self._first_read(ids, worth, self._vocabulary.id_of.get(word))
        ids = ids[read]
        return Found(*self._postings.products(ids, worth[read] * self._vocabulary.idf[ids]))

    def _first_read(
        self, ids: NDArray[np.int32], worth: NDArray[np.float32], own: int | None
    ) -> NDArray[np.intp]:
        """Return the places of those of *ids* that are read: the *own* one, and of others the likest."""
        order = (-worth).argsort(kind="stable")
        is_own = ids[order] == own
        others = order[~is_own]
        uses = self._postings.starts[ids[others] + 1] - self._postings.starts[ids[others]]
        most = int(uses.cumsum().searchsorted(_READ_A_WORD, side="right"))
        return np.concatenate([order[is_own], others[: max(most, int(own is None))]])


def _clearly(near: SimilarTerms) -> SimilarTerms:
    """Return the words that are clearly alike: of others, there may be many, and hardly one is meant."""
    clear = near.similarity >= _CLEARLY
    return SimilarTerms(near.ids[clear], near.similarity[clear])


class TermScoreCache:
    """A column a word, with what it adds to each row. Safe to share between threads.

    What is cached is always the same, and as much of it as two megabytes hold.
    """

    def __init__(self, postings: CsrMatrix, size: int, *, best: bool = False) -> None:
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

    def _reckon(self, near: SimilarTerms) -> NDArray[np.float32]:
        found = self._postings.take(near.ids)
        worth = near.similarity.repeat(found.starts[1:] - found.starts[:-1])
        column = np.zeros(self._size, np.float32)
        self._gather.at(column, found.ids, worth * found.weights)
        return column
