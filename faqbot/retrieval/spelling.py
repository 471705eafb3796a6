"""Repairing slips: an unknown word is read as the known word that it most likely stands for.

Each known word has a price: what the slip costs, more if it then sounds otherwise, and what the word's
own rarity does. The cheapest wins, if it is cheap enough for a word so long. The prices were fitted, as
log odds, to misspellings that people made in the `dev` splits of public question sets and to random
slips of the finger, and then rounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from faqbot.retrieval.english import english_names, english_words
from faqbot.retrieval.vocabulary import LookAlike, Vocabulary

__all__ = ["Speller"]

_SHORTEST = 3
"""A word of so many letters is a slip only of one that has a letter more: "app" is no "apple"."""

_EDIT = 2.5
_SOUND = 2.0
_SWAP = -2.5
_DOUBLED = -1.25
_LEFT_OUT = -1.5
_PUT_IN = 0.5
"""What a slip costs: each letter, each consonant heard; less if all letters are there, in another
order or number; less for each letter left out, more for one put in."""

_ENGLISH = (0.0, 1.0, 3.0)
"""What an English word costs by how rare it is; a word that is not English costs the last."""

_OWN, _RARITY = -8.0, 0.8
"""What it adds that the knowledge base has a word, and what each unit of the word's rarity there does."""

_DOUBLE = re.compile(r"(.)\1+")

_LIMITS = {3: -1.0, 4: 2.0}
_LIMIT, _LIMIT_A_LETTER = 2.5, 0.34
"""What the word read may cost at most, by how long the typed one is."""

_ENGLISH_SHARE = 0.5
"""Share of a knowledge base's words that are English if it is: four fifths if so, a fifth if not."""

_MOST_CACHED = 20_000


class Speller:
    """Knows the words of a knowledge base and of English, and reads every other word as one of them.

    A known word is never changed, whatever else it resembles, nor is a name. Safe to share between threads.
    """

    def __init__(self, rarity: Mapping[str, float], *, english: bool = True) -> None:
        """Take the knowledge base's words, each with its rarity; *english* adds those of English."""
        self._rarity = rarity
        self._english = english
        self._repaired: dict[str, str] = {}

    def repair(self, word: str) -> str:
        """Return the known word that *word* is a slip of, or *word* itself.

        Words of fewer than three letters, or with anything but plain letters, are no slips.
        """
        if len(word) < _SHORTEST or word in self._rarity or not _is_plain(word):
            return word
        found = self._repaired.get(word)
        if found is None:
            if len(self._repaired) >= _MOST_CACHED:
                self._repaired.clear()
            found = self._repaired[word] = self._nearest(word)
        return found

    def _nearest(self, word: str) -> str:
        if self._english and (word in english_words() or word in english_names()):
            return word
        limit = _LIMITS.get(len(word), _LIMIT + _LIMIT_A_LETTER * len(word))
        near = (known for known in self._vocabulary.like(word) if _may_be(word, known))
        price, found = min(
            ((_price(word, known), known.word) for known in near), default=(limit, "")
        )
        return found if price < limit else word

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        own = {word: rarity for word, rarity in self._rarity.items() if _may_be_read(word)}
        english = english_words() if self._english and _is_english(own) else {}
        prices = {word: _ENGLISH[tier] for word, tier in english.items()}
        for word, rarity in own.items():
            prices[word] = prices.get(word, _ENGLISH[-1]) + _OWN + _RARITY * rarity
        return Vocabulary(prices)


def _is_english(words: Iterable[str]) -> bool:
    """Tell whether *words* are mostly English; then an unknown one may be, too."""
    long = [word for word in words if len(word) >= _SHORTEST]
    return sum(word in english_words() for word in long) >= _ENGLISH_SHARE * len(long)


def _may_be_read(word: str) -> bool:
    return len(word) > 1 and _is_plain(word)


def _is_plain(word: str) -> bool:
    return word.isascii() and word.isalpha()


def _may_be(word: str, known: LookAlike) -> bool:
    """Tell whether *word* is long enough to be a slip of *known*, or only lacks a letter."""
    return len(word) > _SHORTEST or (known.edits == 1 and len(known.word) > len(word))


def _price(word: str, known: LookAlike) -> float:
    more = len(known.word) - len(word)
    price = known.price + _EDIT * known.edits
    price += _LEFT_OUT * more if more > 0 else -_PUT_IN * more
    if _undoubled(word) == _undoubled(known.word):
        return price + _DOUBLED
    price += _SOUND * known.sounds
    return price + (_SWAP if not more and sorted(word) == sorted(known.word) else 0)


def _undoubled(word: str) -> str:
    return _DOUBLE.sub(r"\1", word)
