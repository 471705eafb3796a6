"""The company that words keep: which of them stand side by side in a knowledge base, and how often."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index.bigrams import Pairs
from faqbot.retrieval.index.vocabulary import Lexicon

__all__ = ["EDGE", "Company"]

EDGE = ""
"""What stands beside a question's first word, and its last."""

_UNKNOWN = -1

_BEFORE, _BEFORE_OFTEN = 1.6, 0.5
_AFTER, _AFTER_OFTEN = 2.0, 0.3
"""How much likelier, as log odds, a word is that stands so beside the word before, or after, in the
rarest case; and how much more for each unit by which the pair is less rare."""


class Company:
    """Tells how well words fit between two others, going by a knowledge base's phrasings."""

    def __init__(self, lexicon: Lexicon, pairs: Pairs) -> None:
        """Go by *pairs* of the words of *lexicon*."""
        self._lexicon = lexicon
        self._pairs = pairs
        self._rarest = pairs.rarity.max(initial=0.0)

    def numbers(self, words: Iterable[str]) -> NDArray[np.int64]:
        """Return the numbers by which `fit` knows *words*: int64 (words,)."""
        return np.array([self._number(word) for word in words], np.int64)

    def fit(self, before: str, numbers: NDArray[np.int64], after: str) -> NDArray[np.float64]:
        """Return how much likelier each word of *numbers* is between *before* and *after*: float64.

        It is 0 for a word that no phrasing has beside either.
        """
        left, right = self._number(before), self._number(after)
        fit = np.zeros(len(numbers))
        if not len(self._pairs.keys):
            return fit
        if left != _UNKNOWN:
            fit += self._likelier((left << 32) | numbers, _BEFORE, _BEFORE_OFTEN)
        if right != _UNKNOWN:
            fit += self._likelier((numbers << 32) | right, _AFTER, _AFTER_OFTEN)
        return fit

    def _likelier(self, keys: NDArray[np.int64], once: float, often: float) -> NDArray[np.float64]:
        """Return what pairs with *keys* say; that of a word without a number is negative, and unknown."""
        places = self._pairs.keys.searchsorted(keys)
        known = self._pairs.keys.take(places, mode="clip") == keys
        rarity = self._pairs.rarity.take(places, mode="clip")
        return np.where(known, once + often * (self._rarest - rarity), 0.0)

    def _number(self, word: str) -> int:
        if word == EDGE:
            return len(self._lexicon.words)
        return self._lexicon.id_of.get(word, _UNKNOWN)
