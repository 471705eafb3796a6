"""Which rows of a large index have something of each word that people type: read once a word, then remembered."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.lexicon import Lexicon, Resemblance
from faqbot.retrieval.meanings import Meanings
from faqbot.retrieval.sparse import Sparse

__all__ = ["Found", "Readings"]

_READ, _READ_A_WORD = 4_096, 1_024
"""How many uses of its own words are read for a question, and of each with those like it."""

_MOST_BYTES = 8_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """The *rows* that have something of a word, int32 (k,), and what each has of it, float32 (k,).

    A row is there once for each known word that the word counts as.
    """

    rows: NDArray[np.int32]
    worth: NDArray[np.float32]


class Readings:
    """The rows that have a word, what looks like it, or what means nearly the same.

    Rarer words are worth more. Safe to share between threads: what it caches is always the same, and as
    much of it as eight megabytes hold.
    """

    def __init__(
        self, postings: Sparse, lexicon: Lexicon, meanings: Meanings, meaning: float, count: int
    ) -> None:
        """Read the *postings* of the words of *lexicon* among *count* rows; *meaning* is the share of what is meant."""
        self._postings = postings
        self._lexicon = lexicon
        self._meanings = meanings
        self._meaning = meaning
        self._count = count
        self._found: dict[tuple[str, bool], Found] = {}
        self._bytes = 0

    def of(self, words: dict[str, NDArray[np.float32] | None]) -> list[tuple[float, Found]]:
        """Return what *words*, each with its vector if it has a meaning, are found in: those that tell most.

        Each comes with what the word counts. The rarest word is always read, and others while there is
        something left to read.
        """
        told = sorted(((self._lexicon.rarity_of(word), word) for word in words), reverse=True)
        found: list[tuple[float, Found]] = []
        read = 0.0
        for rarity, word in told:
            uses = (1 + self._count) * exp(1 - rarity) - 1
            if found and read + uses > _READ:
                break
            found.append((rarity, self._of(word, words[word])))
            read += uses
        return found

    def _of(self, word: str, vector: NDArray[np.float32] | None) -> Found:
        key = (word, vector is not None)
        found = self._found.get(key)
        if found is None:
            found = self._read(word, vector)
            size = found.rows.nbytes + found.worth.nbytes
            if self._bytes + size > _MOST_BYTES:
                self._found, self._bytes = {}, 0
            self._found[key] = found
            self._bytes += size
        return found

    def _read(self, word: str, vector: NDArray[np.float32] | None) -> Found:
        near = [(1 - self._meaning, self._lexicon.resembling(word))]
        if vector is not None:
            near.append((self._meaning, self._meanings.near(word, vector)))
        ids, worth = self._most_telling(near)
        return Found(*self._postings.products(ids, worth))

    def _most_telling(
        self, near: list[tuple[float, Resemblance]]
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the known words *near*, each kind with its share, as far as they are read, and their worth."""
        ids = np.concatenate([one.ids for _, one in near])
        worth = np.concatenate([np.float32(share) * one.likeness for share, one in near])
        worth *= self._lexicon.rarity[ids]
        order = (-worth).argsort(kind="stable")
        ids, worth = ids[order], worth[order]
        read = (self._postings.starts[ids + 1] - self._postings.starts[ids]).cumsum()
        first = slice(max(1, int(read.searchsorted(_READ_A_WORD, side="right"))))
        return ids[first], worth[first]
