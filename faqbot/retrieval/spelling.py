"""Spelling: compounds as the knowledge base writes them, and correction of typos.

An unknown word is read as the known word that it most likely stands for.

A noisy-channel model (Kernighan, Church & Gale, 1990, "A Spelling Correction Program"). The cost of a
known word is the cost of the typo, plus the cost of the word by its frequency, minus its fit between its
neighbours ("wer can" is "where can", "they wer" is "they were"). The cheapest word below a limit wins.
All costs are log odds, fitted to misspellings that people made in the `dev` splits of public question
sets, and rounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index.bigrams import BOUNDARY, BigramModel, Bigrams
from faqbot.retrieval.index.bounded_cache import ComputedCache
from faqbot.retrieval.index.compounds import is_compound
from faqbot.retrieval.index.vocabulary import Vocabulary
from faqbot.retrieval.languages import Language, has_form, same_base
from faqbot.retrieval.spelling_dictionary import SimilarWord, SpellingDictionary

# Words of a question that are corrected. A text full of unknown words would take too long. Chosen by
# hand.
MAX_CORRECTED = 40
# Fewest letters of a compound. Chosen by hand: "an" is not "a" and "n".
MIN_COMPOUND_LETTERS = 4
# Fewest letters of a typo. A word of so few is a typo of longer words only: "app" is not "aps".
MIN_LETTERS = 3

# Cost of each edit and of each wrong consonant, in log odds.
EDIT_COST = 2.0
CONSONANT_COST = 2.0
# Costs of a typo that has all letters in another order: once, and for each wrong consonant.
REORDER_COST, REORDER_CONSONANT_COST = -2.1, 0.7
# Cost of a typo in doubled letters only.
DOUBLING_COST = -1.3
# Cost of each letter left out, and of each letter added.
OMISSION_COST = -1.0
INSERTION_COST = 0.4

# Cost of a word of the language by its tier of frequency; the last is that of a name, and of a word
# of the knowledge base that the language does not have.
TIER_COSTS = (0.0, 1.6, 4.0, 5.0)
# Cost added to a word of the knowledge base: once, and for each unit of its idf.
OWN_COST, IDF_COST = -5.2, 0.4

# Limit of a correction's cost: for typed words of 3 and 4 letters, and for longer ones, once and for
# each letter.
SHORT_WORD_LIMITS = {3: 1.0, 4: 2.6}
BASE_LIMIT, LIMIT_PER_LETTER = 2.8, 0.45

# Share of a knowledge base's words that the language has, from which it is written in the language. The
# share is about .8 if it is, and .2 if it is not.
MIN_LANGUAGE_SHARE = 0.5

# Typed words whose parts and corrections are cached. Chosen by hand: a few megabytes.
MAX_CACHED = 20_000

# Languages whose words are kept, 4 MB each: as many as have word lists.
MAX_LANGUAGES = 8

_ACRONYM = re.compile(r"\b[A-Z]{3,5}\b")
_DOUBLE = re.compile(r"(.)\1+")


class Compounds:
    """Compounds of a knowledge base, by its *vocabulary* and *bigrams*."""

    def __init__(self, language: Language, vocabulary: Vocabulary, bigrams: Bigrams) -> None:
        """Know the words and neighbors of phrasings."""
        self._language = language
        self._vocabulary = vocabulary
        self._keys = bigrams.keys
        self._parts = ComputedCache[str, tuple[str, str] | None](self._parts_of, MAX_CACHED)

    def rewrite(self, words: Sequence[str]) -> tuple[list[str], list[tuple[str, str]]]:
        """Return *words* as the knowledge base writes them, and the pairs (typed, replacement)."""
        known = self._vocabulary.id_of
        pairs = [first + second for first, second in pairwise(words)]
        if known.keys().isdisjoint(pairs) and not any(
            word not in known and self._parts[word] for word in words
        ):
            return [*words], []
        written: list[str] = []
        changed: list[tuple[str, str]] = []
        place = 0
        while place < len(words):
            word, after = words[place], words[place + 1 : place + 2]
            place += 1
            if after and self._is_joined(word, after[0]):
                written.append(word + after[0])
                changed.append((f"{word} {after[0]}", word + after[0]))
                place += 1
            elif word not in known and (parts := self._parts[word]):
                written += parts
                changed.append((word, " ".join(parts)))
            else:
                written.append(word)
        return written, changed

    def _is_joined(self, first: str, second: str) -> bool:
        """Return True if the knowledge base writes two words together, and never apart.

        A second word that has a meaning of its own there stays: "corona virus" beside "virus" or "viruses". A
        letter has none before its word: "e mail" beside "mail" is "email".
        """
        known = self._vocabulary.id_of
        if first + second not in known or not is_compound(self._language, first, second):
            return False
        if second in known and first in known and self._follow(first, second):
            return False
        is_letter = len(first) == 1 and first.isalpha()
        return is_letter or not (self._language.is_content(second) and self._is_known(second))

    def _is_known(self, word: str) -> bool:
        """Return True if phrasings have *word* in any regular form."""
        near = self._vocabulary.similar_terms(word).ids.tolist()
        return has_form(self._language, word, [self._vocabulary.words[each] for each in near])

    def _parts_of(self, word: str) -> tuple[str, str] | None:
        """Return two neighbors in phrasings with the letters of *word*."""
        known = self._vocabulary.id_of
        if len(word) < MIN_COMPOUND_LETTERS - any(map(str.isdigit, word)) - ("-" in word):
            return None
        for end in range(1, len(word)):
            first, second = word[:end], word[end:]
            if first in known and is_compound(self._language, first, second):
                if second in known and self._follow(first, second):
                    return first, second
                for follower in self._followers(first):
                    if len(second) >= MIN_COMPOUND_LETTERS and same_base(
                        self._language, second, follower
                    ):
                        return first, follower
        return None

    def _follow(self, first: str, second: str) -> bool:
        id_of = self._vocabulary.id_of
        key = (id_of[first] << 32) | id_of[second]
        place = int(self._keys.searchsorted(key))
        return place < len(self._keys) and int(self._keys[place]) == key

    def _followers(self, first: str) -> Iterator[str]:
        words = self._vocabulary.words
        left = self._vocabulary.id_of[first] << 32
        low, high = self._keys.searchsorted([left, left + len(words)])
        for key in self._keys[low:high].tolist():
            yield words[key & 0xFFFFFFFF]


@dataclass(frozen=True, slots=True)
class _Corrections:
    """Candidate *words* for a typed word, in order, with their *costs* and vocabulary *ids*.

    If *doubtful*, the typed word is a rare word, and only a candidate that fits its neighbours counts.
    """

    words: Sequence[str]
    costs: NDArray[np.float64]
    ids: NDArray[np.int64]
    doubtful: bool


class SpellingCorrector:
    """Correction of words unknown to knowledge base and language.

    Known words and names are never changed. Thread-safe: concurrent writers store equal values.
    """

    def __init__(
        self,
        language: Language,
        idf: Mapping[str, float],
        bigram_model: BigramModel | None = None,
    ) -> None:
        """Know the words of *idf*, a knowledge base's, and those of *language*.

        The *bigram_model* ranks candidates by their neighbours.
        """
        self._language = language
        self._idf = idf
        self._bigram_model = bigram_model
        self._cached: dict[str, _Corrections | None] = {}

    def correct_all(self, typed: Sequence[str], text: str) -> tuple[str, ...]:
        """Return the words *typed*, in their standard spelling and corrected.

        Words that *text* writes in capitals are left alone, unless all of it is in capitals.
        """
        mixed = not (text.islower() or text.isupper())
        spared = {found.casefold() for found in _ACRONYM.findall(text)} if mixed else ()
        standard = self._language.standard_spellings.get
        words: list[str] = []
        for place, word in enumerate(typed[:MAX_CORRECTED]):
            before = words[-1] if words else BOUNDARY
            after = typed[place + 1] if place + 1 < len(typed) else BOUNDARY
            found = word if word in self._idf else self.correct(word, before, after)
            words.append(word if word in spared else standard(found, found))
        return (*words, *typed[MAX_CORRECTED:])

    def correct(self, word: str, before: str = "", after: str = "") -> str:
        """Return the known word that *word*, between *before* and *after*, is a typo of, or *word*.

        BOUNDARY stands for the neighbour at either end. Words of fewer than three letters, or with
        anything but letters a to z, are never corrected.
        """
        if len(word) < MIN_LETTERS or word in self._idf or not _is_plain(word):
            return word
        found = self._corrections(word)
        return word if found is None else self._best(found, before, after) or word

    def _best(self, found: _Corrections, before: str, after: str) -> str:
        """Return the cheapest candidate there, "" without one."""
        if self._bigram_model is None:
            return "" if found.doubtful else found.words[int(found.costs.argmin())]
        fit = self._bigram_model.log_odds(before, found.ids, after)
        if found.doubtful and not fit.any():
            return ""
        costs = np.where(fit > 0, found.costs, np.inf) if found.doubtful else found.costs
        return found.words[int((costs - fit).argmin())]

    def _corrections(self, word: str) -> _Corrections | None:
        """Return the cached candidates for *word*, None without any."""
        try:
            return self._cached[word]
        except KeyError:
            if len(self._cached) >= MAX_CACHED:
                self._cached.clear()
            found = self._cached[word] = self._look_up(word)
            return found

    def _look_up(self, word: str) -> _Corrections | None:
        if self._language.is_known(word):
            return None
        limit = SHORT_WORD_LIMITS.get(len(word), BASE_LIMIT + LIMIT_PER_LETTER * len(word))
        near = (known for known in self._similar(word) if _may_be(word, known))
        costs = {known.word: _cost(word, known) for known in near}
        words = sorted(known for known, cost in costs.items() if cost < limit)
        if not words:
            return None
        model = self._bigram_model
        return _Corrections(
            words,
            np.array([costs[known] for known in words]),
            np.zeros(0, np.int64) if model is None else model.term_ids(words),
            word in self._language.doubtful_words,
        )

    def _similar(self, word: str) -> Iterator[SimilarWord]:
        """Yield the words of the knowledge base and of its language that *word* may be a typo of."""
        yield from self._own_words.similar(word)
        if self._is_in_language:
            for known in _language_words(self._language).similar(word):
                if known.word not in self._own_costs:
                    yield known

    @cached_property
    def _own_words(self) -> SpellingDictionary:
        return SpellingDictionary(self._language, self._own_costs)

    @cached_property
    def _own_costs(self) -> Mapping[str, float]:
        """Cost of each word of the knowledge base, also where its language has the word."""
        costs = _language_costs(self._language) if self._is_in_language else {}
        unlisted = TIER_COSTS[-1] if costs else TIER_COSTS[1]
        return {
            word: costs.get(word, unlisted) + OWN_COST + IDF_COST * idf
            for word, idf in self._idf.items()
            if _is_searchable(word)
        }

    @cached_property
    def _is_in_language(self) -> bool:
        return _is_written_in(self._language, filter(_is_searchable, self._idf))


def _is_searchable(word: str) -> bool:
    return len(word) > 1 and _is_plain(word)


@lru_cache(maxsize=MAX_LANGUAGES)
def _language_words(language: Language) -> SpellingDictionary:
    """Return the words of *language*, shared by its knowledge bases."""
    return SpellingDictionary(language, _language_costs(language))


@lru_cache(maxsize=MAX_LANGUAGES)
def _language_costs(language: Language) -> Mapping[str, float]:
    names = dict.fromkeys(language.names, TIER_COSTS[-1])
    return names | {word: TIER_COSTS[tier] for word, tier in language.words.items()}


def _is_written_in(language: Language, words: Iterable[str]) -> bool:
    """Return True if most of *words* are of *language*.

    Then an unknown word may be, too.
    """
    long = [word for word in words if len(word) >= MIN_LETTERS]
    return sum(word in language.words for word in long) >= MIN_LANGUAGE_SHARE * len(long)


def _is_plain(word: str) -> bool:
    return word.isascii() and word.isalpha()


def _may_be(word: str, known: SimilarWord) -> bool:
    """Return True if *word* is long enough for a typo of *known*, or lacks a letter or sounds alike."""
    if len(word) > MIN_LETTERS:
        return True
    return len(known.word) > len(word) and (known.edits == 1 or not known.consonants)


def _cost(word: str, known: SimilarWord) -> float:
    more = len(known.word) - len(word)
    cost = known.cost + EDIT_COST * known.edits
    cost += OMISSION_COST * more if more > 0 else -INSERTION_COST * more
    if _undoubled(word) == _undoubled(known.word):
        return cost + DOUBLING_COST
    if sorted(word) == sorted(known.word):
        return cost + REORDER_COST + REORDER_CONSONANT_COST * known.consonants
    return cost + CONSONANT_COST * known.consonants


def _undoubled(word: str) -> str:
    return _DOUBLE.sub(r"\1", word)
