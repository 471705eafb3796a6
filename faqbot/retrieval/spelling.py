"""Repairing slips of the finger: an unknown word is read as the known word that it is an edit away from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from faqbot.retrieval.words import english_words

__all__ = ["Speller"]

_SHORTEST = 4
_LONG = 8
_MOST_CACHED = 20_000


class Speller:
    """Knows the words of a knowledge base and common English, and reads every other word as one of them.

    A known word is never changed, whatever else it resembles. Safe to share between threads.
    """

    def __init__(self, rarity: Mapping[str, float], *, english: bool = True) -> None:
        """Take the knowledge base's words, each with its rarity; *english* adds common English ones."""
        self._rarity = rarity
        self._english = english
        self._repaired: dict[str, str] = {}

    def repair(self, word: str) -> str:
        """Return the known word that *word* is a slip of, or *word* itself.

        A slip is one edit, or two in a word of eight letters or more; two neighbouring letters
        swapped are one edit. The first letter is taken to be right, or to be swapped with the second.
        Of equally near words, one of the knowledge base's wins, then the commoner there.
        """
        if len(word) < _SHORTEST or word in self._rarity or not (word.isascii() and word.isalpha()):
            return word
        found = self._repaired.get(word)
        if found is None:
            if len(self._repaired) >= _MOST_CACHED:
                self._repaired.clear()
            found = self._repaired[word] = self._nearest(word)
        return found

    def _nearest(self, word: str) -> str:
        if self._english and word in english_words():
            return word
        allowed = 2 if len(word) >= _LONG else 1
        near = [
            (distance, self._rarity.get(known, float("inf")), known)
            for initial in sorted({word[0], word[1]})
            for length in range(len(word) - allowed, len(word) + allowed + 1)
            for known, distance, _ in process.extract(
                word,
                self._by_shape.get((initial, length), ()),
                scorer=OSA.distance,
                score_cutoff=allowed,
                limit=None,
            )
        ]
        return min(near)[2] if near else word

    @cached_property
    def _by_shape(self) -> Mapping[tuple[str, int], list[str]]:
        shapes: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        known = set(self._rarity) | (english_words() if self._english else frozenset())
        for word in sorted(known):
            if len(word) >= _SHORTEST - 1 and word.isalpha():
                shapes[word[0], len(word)].append(word)
        return shapes
