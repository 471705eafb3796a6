"""Known words in which look-alikes of a typed one are found fast."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from faqbot.retrieval.letters import letter_bits
from faqbot.retrieval.sounds import consonants

__all__ = ["LookAlike", "Vocabulary"]

_FEWER, _MORE = 1, 2
"""As many letters may a known word have fewer, or more, than the typed one."""

_MOST_EDITS = 2
_BITS_AN_EDIT = 2

_FARTHEST = 3
_LONGER, _LONG = 5, 8
"""As many letters and sounds may be wrong together; one more in a longer word, two in a long one."""


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A known *word* and its *price*; *edits* make it of the typed word, *sounds* are its wrong consonants.

    Two neighbours swapped are one edit.
    """

    word: str
    price: float
    edits: int
    sounds: int


class Vocabulary:
    """Known words, each of letters a to z and with a price."""

    def __init__(self, prices: Mapping[str, float]) -> None:
        """Take the words and their *prices*."""
        by_length: defaultdict[int, list[str]] = defaultdict(list)
        for word in prices:
            by_length[len(word)].append(word)
        counts = [len(by_length[length]) for length in range(max(by_length, default=0) + 1)]
        self._starts = [0, *accumulate(counts)]
        words = [word for length in range(len(counts)) for word in by_length[length]]
        sounds = consonants(words)
        self._words = np.array(words, np.object_)
        self._sounds = np.array(sounds[: len(words)], np.object_)
        self._prices = [prices[word] for word in words]
        self._initials = _initials(sounds)
        self._letters = letter_bits(words)

    def like(self, word: str) -> Iterator[LookAlike]:
        """Yield the known words that *word*, of letters a to z, resembles.

        They are one edit away, or two that leave all letters, or two in a word that begins alike and
        hardly sounds otherwise.
        """
        (sound,) = consonants([word])
        numbers = self._comparable(word, sound)
        edits = _distances(word, self._words[numbers].tolist())
        near = edits <= _MOST_EDITS
        numbers, edits = numbers[near], edits[near]
        known = self._words[numbers].tolist()
        sounds = _distances(sound, self._sounds[numbers].tolist())
        farthest = _FARTHEST + (len(word) >= _LONGER) + (len(word) >= _LONG)
        alike = (edits == 1) | (edits + sounds <= farthest) | _same_letters(word, known)
        for found in np.flatnonzero(alike):
            price = self._prices[numbers[found]]
            yield LookAlike(known[found], price, int(edits[found]), int(sounds[found]))

    def _comparable(self, word: str, sound: str) -> NDArray[np.intp]:
        """Return numbers of words of about as many letters, most of them the same ones."""
        last = len(self._starts) - 1
        low = self._starts[min(len(word) - _FEWER, last)]
        high = self._starts[min(len(word) + _MORE + 1, last)]
        unlike = np.bitwise_count(self._letters[low:high] ^ letter_bits([word]))
        alike = self._initials[low:high] == _initials([sound])
        bits = np.where(alike, np.uint8(_BITS_AN_EDIT * _MOST_EDITS), np.uint8(_BITS_AN_EDIT))
        return low + np.flatnonzero(unlike <= bits)


def _same_letters(word: str, others: list[str]) -> NDArray[np.bool_]:
    """Return which of *others* have the letters of *word*, in any order: bool (len(others),)."""
    letters = sorted(word)
    return np.array([sorted(other) == letters for other in others], np.bool_)


def _initials(sounds: Iterable[str]) -> NDArray[np.uint8]:
    """Return the code of the first letter of each of *sounds*, 0 for one without any: uint8 (sounds,)."""
    return np.array([sound[:1] for sound in sounds], "S1").view(np.uint8)


def _distances(text: str, others: list[str]) -> NDArray[np.uint8]:
    """Return the edits between *text* and *others*, where three are as many as any: uint8 (len(others),)."""
    if not others:
        return np.zeros(0, np.uint8)
    found: NDArray[np.uint8] = process.cdist(
        [text], others, scorer=OSA.distance, score_cutoff=_MOST_EDITS, dtype=np.uint8
    )[0]
    return found
