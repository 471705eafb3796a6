"""Vocabulary of a knowledge base: idf of each term, and the terms of similar spelling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from faqbot.retrieval.index.bounded_cache import BoundedCache, ComputedCache
from faqbot.retrieval.languages import Language

# Jaro-Winkler similarity, 0 to 1, of two unrelated words: lower values count as 0. Chosen by hand.
MIN_JARO_WINKLER = 0.7

# Margin, in letters, by which a lower bound is rounded up. Chosen by hand, far above float64 errors.
ROUNDING_MARGIN = 1e-6

# Longest word, in letters, whose length fits the uint8 arrays. A longer word counts as this long. Its
# bound is then too low, so the prefilter keeps it.
MAX_COUNTED_LETTERS = 255

# Share of a term's weight, 0 to 1, that only the term itself earns. Similar terms share the rest.
# Chosen by hand.
EXACT_TERM_SHARE = 0.2

# Similarity of spelling, 0 to 1, above which two words count as one. Chosen by hand.
MIN_ALIKE_SIMILARITY = 0.5

# Shortest word, in letters, with similar terms. Changing one of two letters gives another word.
MIN_VARIABLE_LETTERS = 3

# Capacity of the cache, in query terms: about 10 MB. Chosen by hand.
MAX_CACHED_TERMS = 20_000


# Number of a word outside a vocabulary. Keys of its bigrams are negative, and match no bigram.
UNKNOWN_ID = -1


def letter_bits(words: Collection[str]) -> NDArray[np.uint32]:
    """Return each word's letters as a bit mask: uint32 (len(words),).

    Letters other than a to z share bits with other letters. Words with different masks therefore have
    different letters, but not the reverse. No word may contain a line end.
    """
    if not words:
        return np.zeros(0, np.uint32)
    text = np.frombuffer("\n".join(["", *words]).encode("utf-32-le", "surrogatepass"), np.uint32)
    ends = text == ord("\n")
    bits = np.where(ends, np.uint32(0), np.uint32(1) << (text & 31))
    masks: NDArray[np.uint32] = np.bitwise_or.reduceat(bits, ends.nonzero()[0])
    return masks


def word_bits(word: str) -> int:
    """Return the set of letters of one word as `letter_bits` does, which is faster for few words."""
    bits = 0
    for char in word:
        bits |= 1 << (ord(char) & 31)
    return bits


@dataclass(frozen=True, slots=True)
class SimilarTerms:
    """Known terms similar to a query term: *ids* int32 (k,), *similarity* float32 (k,), 0 to 1."""

    ids: NDArray[np.int32]
    similarity: NDArray[np.float32]


def exact_term(*ids: int) -> SimilarTerms:
    """Return the similar terms of a term that matches only itself.

    *ids* is its id, or empty.
    """
    return SimilarTerms(np.array(ids, np.int32), np.ones(len(ids), np.float32))


@dataclass(frozen=True, slots=True)
class _VariableTerms:
    """Terms that may have similar terms, as parallel arrays.

    *letters* are the masks of `letter_bits`. *repeats* counts the letters of a term that occurred in it
    before.
    """

    ids: NDArray[np.int32]
    words: NDArray[np.object_]
    lengths: NDArray[np.uint8]
    letters: NDArray[np.uint32]
    repeats: NDArray[np.uint8]


class Vocabulary:
    """Distinct terms of texts, each with its idf.

    *alike* has the ids of the terms that are spelled like a word, itself included: ``alike[word]``.
    Thread-safe: concurrent writers of the cache store equal values.
    """

    def __init__(self, words: Sequence[str], idf: NDArray[np.float32]) -> None:
        """Take distinct *words* and their *idf*, float32 (len(words),), in the same order."""
        self.words = tuple(words)
        self.idf = idf
        self.id_of = {word: number for number, word in enumerate(self.words)}
        self._idf = idf.tolist()
        self._similar_terms = BoundedCache[str, SimilarTerms](MAX_CACHED_TERMS)
        self.alike = ComputedCache[str, frozenset[int]](self._alike_ids, MAX_CACHED_TERMS)
        self._min_shared: dict[int, NDArray[np.uint8]] = {}

    @classmethod
    def of(cls, texts: Iterable[Sequence[str]]) -> Vocabulary:
        """Build the vocabulary of *texts*, each given as its words.

        Uses the smoothed inverse document frequency idf = ln((1 + n) / (1 + df)) + 1. A text is a
        document; n is the number of texts, and df the number that contain the term.
        """
        count = 0
        frequency: Counter[str] = Counter()
        for words in texts:
            count += 1
            frequency.update(set(words))
        ordered = sorted(frequency)
        df = np.fromiter((frequency[word] for word in ordered), np.float32, len(ordered))
        return cls(ordered, (np.log((1 + count) / (1 + df)) + 1).astype(np.float32))

    @cached_property
    def max_idf(self) -> float:
        """Largest idf of the vocabulary, also that of unknown terms."""
        return float(self.idf.max(initial=1.0))

    def idf_of(self, word: str) -> float:
        """Return the idf of *word*.

        An unknown word has the largest idf.
        """
        number = self.id_of.get(word)
        return self.max_idf if number is None else self._idf[number]

    def similar_terms(self, word: str) -> SimilarTerms:
        """Return the known terms spelled like *word*, itself included.

        Similarity is the squared Jaro-Winkler similarity above `MIN_JARO_WINKLER`. It measured as well
        as character n-grams. A word of two letters, or with a digit, is similar only to itself.
        """
        found = self._similar_terms.get(word)
        return self._similar_terms.store(word, self._compare(word)) if found is None else found

    def _alike_ids(self, word: str) -> frozenset[int]:
        """Return the ids of the terms whose spelling counts as that of *word*."""
        near = self.similar_terms(word)
        return frozenset(near.ids[near.similarity > MIN_ALIKE_SIMILARITY].tolist())

    def _compare(self, word: str) -> SimilarTerms:
        own = self.id_of.get(word)
        if not _is_variable(word) or not self.words:
            return exact_term() if own is None else exact_term(own)
        ids, words = self._prefiltered(word)
        scores = process.cdist(
            [word], words, scorer=JaroWinkler.normalized_similarity, score_cutoff=MIN_JARO_WINKLER
        )[0]
        near = (scores > MIN_JARO_WINKLER).nonzero()[0]
        ids = ids[near]
        above = (scores[near] - MIN_JARO_WINKLER) / (1 - MIN_JARO_WINKLER)
        similarity = (1 - EXACT_TERM_SHARE) * np.square(above)
        similarity[ids == own] = 1
        return SimilarTerms(ids, similarity)

    def _prefiltered(self, word: str) -> tuple[NDArray[np.int32], list[str]]:
        """Return the ids and words of all terms that may be similar to *word*, and a few others.

        Uses an upper bound. Jaro similarity is at most (1 + m / n + m / k) / 3 for words of n and k
        letters that share m.
        """
        known = self._variable
        length, letters = min(len(word), MAX_COUNTED_LETTERS), word_bits(word)
        repeats = np.uint8(length - letters.bit_count())
        shared = np.bitwise_count(np.uint32(letters) & known.letters) + np.minimum(
            repeats, known.repeats
        )
        near = (shared >= self._min_shared_letters(length).take(known.lengths)).nonzero()[0]
        return known.ids.take(near), known.words.take(near).tolist()

    def _min_shared_letters(self, length: int) -> NDArray[np.uint8]:
        """Return the letters that words of each length must share with one of *length*: uint8 (256,)."""
        least = self._min_shared.get(length)
        if least is None:
            lengths = np.arange(MAX_COUNTED_LETTERS + 1.0)
            share = (3 * MIN_JARO_WINKLER - 1) * length * lengths / (length + lengths)
            least = self._min_shared[length] = np.ceil(share - ROUNDING_MARGIN).astype(np.uint8)
        return least

    @cached_property
    def _variable(self) -> _VariableTerms:
        words = {number: word for number, word in enumerate(self.words) if _is_variable(word)}
        letters = letter_bits(words.values())
        lengths = np.array(
            [min(len(word), MAX_COUNTED_LETTERS) for word in words.values()], np.uint8
        )
        return _VariableTerms(
            np.fromiter(words, np.int32, len(words)),
            np.array([*words.values()], np.object_),
            lengths,
            letters,
            np.subtract(lengths, np.bitwise_count(letters), dtype=np.uint8),
        )


def _is_variable(word: str) -> bool:
    """Return True if *word* may have similar terms: three or more letters, and no other character."""
    return len(word) >= MIN_VARIABLE_LETTERS and word.isalpha()


class Term(NamedTuple):
    """Word of a query with everything that index and language know.

    *id* is its number in the vocabulary of rows, and *answer_id* in that of answers; UNKNOWN_ID if absent.
    An unknown word has the largest *idf*.
    """

    word: str
    id: int
    idf: float
    answer_id: int
    answer_idf: float
    is_content: bool
    is_key_term: bool


class TermTable(ComputedCache[str, Term]):
    """Terms of query words, looked up once for all questions: ``table[word]``.

    Thread-safe.
    """

    def __init__(self, language: Language, rows: Vocabulary, answers: Vocabulary) -> None:
        """Look words up in *language*, and in the vocabularies of *rows* and of *answers*."""

        def term(word: str) -> Term:
            return Term(
                word,
                rows.id_of.get(word, UNKNOWN_ID),
                rows.idf_of(word),
                answers.id_of.get(word, UNKNOWN_ID),
                answers.idf_of(word),
                language.is_content(word),
                language.is_key_term(word),
            )

        super().__init__(term, MAX_CACHED_TERMS)


def sublinear_tf(count: int) -> float:
    """Return the sublinear tf of *count* uses: 1 + ln(count).

    Source: Manning, Raghavan & Schütze (2008), Introduction to Information Retrieval, 6.4.1.
    """
    return 1.0 + float(np.log(count)) if count > 1 else 1.0
