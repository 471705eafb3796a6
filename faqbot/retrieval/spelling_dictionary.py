"""Spelling dictionary: known words by letters and by sound."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from faqbot.retrieval.index.vocabulary import letter_bits, word_bits
from faqbot.retrieval.languages import Language

# Letters that a known word may have fewer, or more, than the typed word.
MAX_FEWER_LETTERS, MAX_MORE_LETTERS = 1, 2
# Edits between a typed word and a known word.
MAX_EDITS = 2
# Letters that one edit can add to, or remove from, the set of letters of a word.
_BITS_PER_EDIT = 2
# Sum of edits and wrong consonants. Words of at least each of these lengths, in letters, may have one
# more. Chosen by hand.
MAX_DISTANCE = 3
LONG_WORD, VERY_LONG_WORD = 5, 8


def phonetic_keys(language: Language, words: Iterable[str]) -> list[str]:
    """Return the consonant sounds of each of *words*: "phone" and "fone" are both "fn" in English.

    *words* have small letters a to z only. A vowel counts only at the start, where all vowels are equal.
    All words are rewritten at once, which is fast for large vocabularies.
    """
    text = "\n" + "\n".join(words)
    for spelling, sound in language.sound_spellings:
        text = text.replace(spelling, sound)
    return text[1:].split("\n")


@dataclass(frozen=True, slots=True)
class SimilarWord:
    """Known *word* with its *cost*, the *edits* that separate it from a typed word, and wrong *consonants*.

    Two neighbouring letters swapped are one edit.
    """

    word: str
    cost: float
    edits: int
    consonants: int


class SpellingDictionary:
    """Known words (a to z) with costs, searchable by similarity."""

    def __init__(self, language: Language, costs: Mapping[str, float]) -> None:
        """Index the words of *costs* by length, letters and sound in *language*."""
        self._language = language
        by_length: defaultdict[int, list[str]] = defaultdict(list)
        for word in costs:
            by_length[len(word)].append(word)
        counts = [len(by_length[length]) for length in range(max(by_length, default=0) + 1)]
        self._starts = [0, *accumulate(counts)]
        words = [word for length in range(len(counts)) for word in by_length[length]]
        sounds = phonetic_keys(language, words)
        self._words = np.array(words, np.object_)
        self._sounds = np.array(sounds[: len(words)], np.object_)
        self._costs = [costs[word] for word in words]
        self._initials = _initials(sounds)
        self._letters = letter_bits(words)

    def similar(self, word: str) -> Iterator[SimilarWord]:
        """Yield the known words that *word*, of letters a to z, may be a typo of.

        They are one edit away; or two edits that keep all letters; or two edits in a word with the same
        first sound and nearly the same consonants.
        """
        (sound,) = phonetic_keys(self._language, [word])
        numbers = self._comparable(word, sound)
        edits = _distances(word, self._words[numbers].tolist())
        near = edits <= MAX_EDITS
        numbers, edits = numbers[near], edits[near]
        known = self._words[numbers].tolist()
        wrong = _distances(sound, self._sounds[numbers].tolist())
        limit = MAX_DISTANCE + (len(word) >= LONG_WORD) + (len(word) >= VERY_LONG_WORD)
        similar = (edits == 1) | (edits + wrong <= limit) | _same_letters(word, known)
        for found in np.flatnonzero(similar):
            cost = self._costs[numbers[found]]
            yield SimilarWord(known[found], cost, int(edits[found]), int(wrong[found]))

    def _comparable(self, word: str, sound: str) -> NDArray[np.intp]:
        """Return the numbers of words of similar length with nearly the same set of letters."""
        last = len(self._starts) - 1
        low = self._starts[min(len(word) - MAX_FEWER_LETTERS, last)]
        high = self._starts[min(len(word) + MAX_MORE_LETTERS + 1, last)]
        unlike = np.bitwise_count(self._letters[low:high] ^ np.uint32(word_bits(word)))
        same_initial = self._initials[low:high] == _initials([sound])
        most = np.uint8(_BITS_PER_EDIT * MAX_EDITS)
        limits = np.where(same_initial, most, np.uint8(_BITS_PER_EDIT))
        return low + np.flatnonzero(unlike <= limits)


def _same_letters(word: str, others: list[str]) -> NDArray[np.bool_]:
    """Return True for each of *others* that is an anagram of *word*.

    The result is bool (len(others),).
    """
    letters = sorted(word)
    return np.array([sorted(other) == letters for other in others], np.bool_)


def _initials(sounds: Iterable[str]) -> NDArray[np.uint8]:
    """Return the code of the first letter of each of *sounds*, 0 for an empty one: uint8 (sounds,)."""
    return np.array([sound[:1] for sound in sounds], "S1").view(np.uint8)


def _distances(text: str, others: list[str]) -> NDArray[np.uint8]:
    """Return the edits between *text* and each of *others*, at most 3.

    The result is uint8 (len(others),). The distance is the optimal string alignment distance.
    """
    if not others:
        return np.zeros(0, np.uint8)
    found: NDArray[np.uint8] = process.cdist(
        [text], others, scorer=OSA.distance, score_cutoff=MAX_EDITS, dtype=np.uint8
    )[0]
    return found
