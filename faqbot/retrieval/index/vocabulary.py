"""The words of a knowledge base: how rare each is there, and which of them a typed word resembles.

Which letters words have, as bits: what two words do not share is seen without comparing them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

_LEAST_LIKE = 0.7
"""Jaro-Winkler similarity at which two words have nothing in common; below it lies chance."""

_ROUNDING = 1e-6

_LONGEST = 255
"""A longer word counts as one of so many letters; compared with others, it then passes for likelier."""

_SAME_WORD = 0.2
"""Share of a word's weight that only the word itself earns; the rest goes to look-alikes too."""

_MOST_CACHED = 20_000


def letter_bits(words: Collection[str]) -> NDArray[np.uint32]:
    """Return which letters each of *words* has, a bit for each: uint32 (len(words),).

    Letters other than a to z share their bits with others: words with unlike bits have unlike letters,
    but not the other way round. No word may have a line end in it.
    """
    if not words:
        return np.zeros(0, np.uint32)
    text = np.frombuffer("\n".join(["", *words]).encode("utf-32-le", "surrogatepass"), np.uint32)
    ends = text == ord("\n")
    bits = np.where(ends, np.uint32(0), np.uint32(1) << (text & 31))
    found: NDArray[np.uint32] = np.bitwise_or.reduceat(bits, ends.nonzero()[0])
    return found


@dataclass(frozen=True, slots=True)
class SimilarTerms:
    """The known words that one typed word resembles: *ids* int32 (k,), *likeness* float32 (k,), 0 to 1."""

    ids: NDArray[np.int32]
    similarity: NDArray[np.float32]


def exact_term(*ids: int) -> SimilarTerms:
    """Return the resemblance of a word that is known by *ids*, one or none, and resembles no other."""
    return SimilarTerms(np.array(ids, np.int32), np.ones(len(ids), np.float32))


@dataclass(frozen=True, slots=True)
class _Varying:
    """The words that may resemble others: numbers, words, lengths, and which letters they have.

    *again* are how many of a word's letters it has already had.
    """

    ids: NDArray[np.int32]
    words: NDArray[np.object_]
    lengths: NDArray[np.uint8]
    letters: NDArray[np.uint32]
    again: NDArray[np.uint8]


class Vocabulary:
    """The distinct words of a knowledge base's phrasings, each with its idf.

    Safe to share between threads: what it caches is the same whoever computes it.
    """

    def __init__(self, words: Sequence[str], idf: NDArray[np.float32]) -> None:
        """Take distinct *words* and their *idf*, float32 (len(words),), in the same order."""
        self.words = tuple(words)
        self.idf = idf
        self.id_of = {word: number for number, word in enumerate(self.words)}
        self._idf = idf.tolist()
        self._similar_terms: dict[str, SimilarTerms] = {}
        self._shared: dict[int, NDArray[np.uint8]] = {}

    @classmethod
    def of(cls, phrasings: Iterable[Sequence[str]]) -> Vocabulary:
        """Make the vocabulary of *phrasings*, each given as its words.

        Rarity is the smoothed inverse document frequency ln((1 + n) / (1 + df)) + 1 over phrasings.
        """
        count = 0
        frequency: Counter[str] = Counter()
        for words in phrasings:
            count += 1
            frequency.update(set(words))
        ordered = sorted(frequency)
        df = np.fromiter((frequency[word] for word in ordered), np.float32, len(ordered))
        return cls(ordered, (np.log((1 + count) / (1 + df)) + 1).astype(np.float32))

    @cached_property
    def max_idf(self) -> float:
        """The idf of a word that no phrasing has: the largest there is."""
        return float(self.idf.max(initial=1.0))

    def idf_of(self, word: str) -> float:
        """Return the idf of *word*; an unknown word is as rare as the max_idf known one."""
        number = self.id_of.get(word)
        return self.max_idf if number is None else self._idf[number]

    def similar_terms(self, word: str) -> SimilarTerms:
        """Return the known words that *word* resembles, itself included.

        Likeness is the square of Jaro-Winkler similarity above chance, which measured as well as
        character n-grams; a word with a digit in it, or of two letters, resembles only itself.
        """
        found = self._similar_terms.get(word)
        if found is None:
            if len(self._similar_terms) >= _MOST_CACHED:
                self._similar_terms.clear()
            found = self._similar_terms[word] = self._compare(word)
        return found

    def _compare(self, word: str) -> SimilarTerms:
        own = self.id_of.get(word)
        if not _can_vary(word) or not self.words:
            return exact_term() if own is None else exact_term(own)
        ids, words = self._comparable(word)
        scores = process.cdist(
            [word], words, scorer=JaroWinkler.normalized_similarity, score_cutoff=_LEAST_LIKE
        )[0]
        near = (scores > _LEAST_LIKE).nonzero()[0]
        ids = ids[near]
        likeness = (1 - _SAME_WORD) * np.square((scores[near] - _LEAST_LIKE) / (1 - _LEAST_LIKE))
        likeness[ids == own] = 1
        return SimilarTerms(ids, likeness)

    def _comparable(self, word: str) -> tuple[NDArray[np.int32], list[str]]:
        """Return the words that share enough letters with *word* to resemble it, and some that do not.

        Jaro similarity is at most a third of 1 + m / n + m / k, where m letters of n and of k are the same.
        """
        known = self._varying
        length, letters = min(len(word), _LONGEST), letter_bits([word])
        again = np.uint8(length - int(np.bitwise_count(letters)[0]))
        same = np.bitwise_count(letters & known.letters) + np.minimum(again, known.again)
        near = (same >= self._least(length).take(known.lengths)).nonzero()[0]
        return known.ids.take(near), known.words.take(near).tolist()

    def _least(self, length: int) -> NDArray[np.uint8]:
        """Return how many letters words of each length must share with one of *length*: uint8 (256,)."""
        least = self._shared.get(length)
        if least is None:
            lengths = np.arange(_LONGEST + 1.0)
            share = (3 * _LEAST_LIKE - 1) * length * lengths / (length + lengths)
            least = self._shared[length] = np.ceil(share - _ROUNDING).astype(np.uint8)
        return least

    @cached_property
    def _varying(self) -> _Varying:
        words = {number: word for number, word in enumerate(self.words) if _can_vary(word)}
        letters = letter_bits(words.values())
        lengths = np.array([min(len(word), _LONGEST) for word in words.values()], np.uint8)
        return _Varying(
            np.fromiter(words, np.int32, len(words)),
            np.array([*words.values()], np.object_),
            lengths,
            letters,
            np.subtract(lengths, np.bitwise_count(letters), dtype=np.uint8),
        )


def _can_vary(word: str) -> bool:
    return len(word) > 2 and word.isalpha()  # noqa: PLR2004 - a two-letter word's neighbours are other words
