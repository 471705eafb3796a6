"""Repairing slips: an unknown word is read as the known word that it most likely stands for.

Each known word has a price: what the slip costs, more if it then sounds otherwise, and what the word's
own idf does. Of those that are cheap enough for a word so long the cheapest wins, and a word is the
cheaper the better it fits between its neighbours: "wer can" is "where can", and "they wer" is "they
were". The prices were fitted, as log odds, to misspellings that people made in the `dev` splits of public
question sets, and then rounded.

What words sound like, roughly: their consonants, with the spellings of one sound made one.

Known words in which look-alikes of a typed one are found fast.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from faqbot.retrieval.index.bigram_model import BigramModel
from faqbot.retrieval.index.vocabulary import letter_bits
from faqbot.retrieval.languages.english import english_doubtful, english_names, english_words

# In order; each is done to all words at once, and a word begins after a line's end.
# Capitals are sounds that no small letter stands for.
_SPELLINGS = (
    *(("\nkn", "\nn"), ("\ngn", "\nn"), ("\nwr", "\nr"), ("\nwh", "\nw"), ("\nps", "\ns")),
    *(("\ngh", "\ng"), ("tch", "C"), ("sch", "sk"), ("ch", "C"), ("sh", "S"), ("th", "T")),
    *(("ph", "f"), ("gh", ""), ("dg", "j")),
    *((ending, "Sn") for ending in ("tion", "sion", "cian", "cion")),
    *(("ce", "se"), ("ci", "si"), ("cy", "sy"), ("ck", "k"), ("c", "k"), ("q", "k")),
    *(("x", "ks"), ("z", "s"), ("\ny", "\nY")),
    *((f"\n{vowel}", "\nA") for vowel in "aeiou"),
    *((letter * 2, letter) for letter in "bdfgjklmnprst"),
    *((vowel, "") for vowel in "aeiouy"),
)
_FEWER, _MORE = 1, 2
"""As many letters may a known word have fewer, or more, than the typed one."""

_MOST_EDITS = 2
_BITS_AN_EDIT = 2

_FARTHEST = 3
_LONGER, _LONG = 5, 8
"""As many letters and sounds may be wrong together; one more in a longer word, two in a long one."""
_SHORTEST = 3
"""A word of so many letters is a slip only of a longer one: "app" is no "aps"."""

_EDIT = 2.0
_SOUND = 2.0
_SWAP, _SWAP_SOUND = -2.1, 0.7
_DOUBLED = -1.3
_LEFT_OUT = -1.0
_PUT_IN = 0.4
"""What a slip costs: each letter, each consonant heard; less if all letters are there, in another
order or number; less for each letter left out, more for one put in."""

_ENGLISH = (0.0, 1.6, 4.0, 5.0)
"""What an English word costs by how rare it is; a name, or a word that is not English, costs the
last. Where no word is English, all cost the second."""

_OWN, _RARITY = -5.2, 0.4
"""What it adds that the knowledge base has a word, and what each unit of the word's idf there does."""

_DOUBLE = re.compile(r"(.)\1+")

_LIMITS = {3: 1.0, 4: 2.6}
_LIMIT, _LIMIT_A_LETTER = 2.8, 0.45
"""What the word read may cost at most, by how long the typed one is."""

_ENGLISH_SHARE = 0.5
"""Share of a knowledge base's words that are English if it is: four fifths if so, a fifth if not."""

_MOST_CACHED = 20_000


def consonants(words: Iterable[str]) -> list[str]:
    """Return the consonant sounds of each of *words* (small letters a to z): "phone" and "fone" are "fn".

    A vowel counts only in front, where all are one. Words of any number take little time.
    """
    text = "\n" + "\n".join(words)
    for spelling, sound in _SPELLINGS:
        text = text.replace(spelling, sound)
    return text[1:].split("\n")


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


@dataclass(frozen=True, slots=True)
class _Meant:
    """The *words* that a typed one may be a slip of, in order, with their *prices* and numbers.

    Where they fit it is not *doubtful* that the word is a slip, but elsewhere it is.
    """

    words: Sequence[str]
    prices: NDArray[np.float64]
    numbers: NDArray[np.int64]
    doubtful: bool


class Speller:
    """Knows the words of a knowledge base and of English, and reads every other word as one of them.

    A known word is never changed, whatever else it resembles, nor is a name. What a word costs says
    whether another is a slip of it; between several, what stands beside it decides as well.

    Safe to share between threads.
    """

    def __init__(
        self, idf: Mapping[str, float], company: BigramModel | None = None, *, english: bool = True
    ) -> None:
        """Take the knowledge base's words, each with its idf, and the *company* that they keep.

        *english* adds the words of English.
        """
        self._idf = idf
        self._bigram_model = company
        self._english = english
        self._found: dict[str, _Meant | None] = {}

    def repair(self, word: str, before: str = "", after: str = "") -> str:
        """Return the known word that *word*, between *before* and *after*, is a slip of, or *word* itself.

        At an end there is BOUNDARY. Words of fewer than three letters, or with anything but plain letters,
        are no slips.
        """
        if len(word) < _SHORTEST or word in self._idf or not _is_plain(word):
            return word
        meant = self._meant(word)
        return word if meant is None else self._best(meant, before, after) or word

    def _best(self, meant: _Meant, before: str, after: str) -> str:
        """Return which of the words is *meant* there, "" if none is."""
        if self._bigram_model is None:
            return "" if meant.doubtful else meant.words[int(meant.prices.argmin())]
        fit = self._bigram_model.log_odds(before, meant.numbers, after)
        if meant.doubtful and not fit.any():
            return ""
        prices = np.where(fit > 0, meant.prices, np.inf) if meant.doubtful else meant.prices
        return meant.words[int((prices - fit).argmin())]

    def _meant(self, word: str) -> _Meant | None:
        """Return what *word* may be a slip of, None if it is none, and remember it."""
        try:
            return self._found[word]
        except KeyError:
            if len(self._found) >= _MOST_CACHED:
                self._found.clear()
            found = self._found[word] = self._look(word)
            return found

    def _look(self, word: str) -> _Meant | None:
        if self._english and (word in english_words() or word in english_names()):
            return None
        limit = _LIMITS.get(len(word), _LIMIT + _LIMIT_A_LETTER * len(word))
        near = (known for known in self._vocabulary.like(word) if _may_be(word, known))
        prices = {known.word: _price(word, known) for known in near}
        words = sorted(known for known, price in prices.items() if price < limit)
        if not words:
            return None
        return _Meant(
            words,
            np.array([prices[known] for known in words]),
            np.zeros(0, np.int64)
            if self._bigram_model is None
            else self._bigram_model.term_ids(words),
            self._english and word in english_doubtful(),
        )

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        own = {word: idf for word, idf in self._idf.items() if _may_be_read(word)}
        prices = _english_prices() if self._english and _is_english(own) else {}
        others = _ENGLISH[-1] if prices else _ENGLISH[1]
        for word, idf in own.items():
            prices[word] = prices.get(word, others) + _OWN + _RARITY * idf
        return Vocabulary(prices)


def _english_prices() -> dict[str, float]:
    names = dict.fromkeys(english_names(), _ENGLISH[-1])
    return names | {word: _ENGLISH[tier] for word, tier in english_words().items()}


def _is_english(words: Iterable[str]) -> bool:
    """Tell whether *words* are mostly English; then an unknown one may be, too."""
    long = [word for word in words if len(word) >= _SHORTEST]
    return sum(word in english_words() for word in long) >= _ENGLISH_SHARE * len(long)


def _may_be_read(word: str) -> bool:
    return len(word) > 1 and _is_plain(word)


def _is_plain(word: str) -> bool:
    return word.isascii() and word.isalpha()


def _may_be(word: str, known: LookAlike) -> bool:
    """Tell whether *word* is long enough to be a slip of *known*, lacks a letter, or sounds like it."""
    if len(word) > _SHORTEST:
        return True
    return len(known.word) > len(word) and (known.edits == 1 or not known.sounds)


def _price(word: str, known: LookAlike) -> float:
    more = len(known.word) - len(word)
    price = known.price + _EDIT * known.edits
    price += _LEFT_OUT * more if more > 0 else -_PUT_IN * more
    if _undoubled(word) == _undoubled(known.word):
        return price + _DOUBLED
    if sorted(word) == sorted(known.word):
        return price + _SWAP + _SWAP_SOUND * known.sounds
    return price + _SOUND * known.sounds


def _undoubled(word: str) -> str:
    return _DOUBLE.sub(r"\1", word)
