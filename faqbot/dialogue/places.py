"""Places in a list that a message names: "2", "the second one", "1 and 3", "both", "the other one"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

from faqbot.retrieval import ENGLISH, Language, alternatives, fold_case

# Places that one message may name. Chosen by hand: as many as the choices on a screen.
MAX_PLACES = 5
# Longest text that names places, in characters. Chosen by hand.
MAX_CHARS_OF_PLACES = 80
# Stands for the last place of a list. No number that people type has this value.
_LAST = 0x10000


@dataclass(frozen=True, slots=True)
class _PlacePatterns:
    """Patterns of one language: a *place* in a list, *separators* of places, and each word's place.

    *both* names two places, *every* all places, and *other* the one of two that was not picked.
    """

    place: re.Pattern[str]
    separators: re.Pattern[str]
    words: tuple[tuple[re.Pattern[str], int], ...]
    both: re.Pattern[str]
    every: re.Pattern[str]
    other: re.Pattern[str]


@cache
def _place_patterns(language: Language) -> _PlacePatterns:
    words = language.dialogue
    named = (words.place_1, words.place_2, words.place_3, words.place_4, words.place_5)
    numbered = [(each, number) for number, each in enumerate(named, 1)] + [
        (words.place_last, _LAST)
    ]
    every = alternatives(each for phrases, _ in numbered for each in phrases)
    return _PlacePatterns(
        _place_pattern(language, rf"(-?\d{{1,3}})[.)!]?|({every})"),
        re.compile(rf"[,&/]|\b(?:{alternatives(words.conjunctions)})\b", re.IGNORECASE),
        tuple((re.compile(alternatives(each), re.IGNORECASE), place) for each, place in numbered),
        _place_pattern(language, alternatives(words.place_both)),
        _place_pattern(language, alternatives(words.place_all)),
        _place_pattern(language, alternatives(words.place_other)),
    )


def _place_pattern(language: Language, named: str) -> re.Pattern[str]:
    """Return the pattern of *named*, a regular expression, with the words that stand around a place.

    A question mark may follow a word, but no digit: "2?" asks something.
    """
    words = language.dialogue
    leads, followers = alternatives(words.place_leads), alternatives(words.place_followers)
    return re.compile(
        rf"\s*+(?:(?:{leads})(?:\s++|(?<=['\u2019])))*(?:#|\()?(?:{named})"
        rf"(?:,?+\s++(?:{followers}))*[.)!]?(?:(?<!\d)\?)?\s*+",
        re.IGNORECASE,
    )


@cache
def place_mark(language: Language) -> re.Pattern[str]:
    """Return the pattern of a digit or place word, without which no place is named."""
    return re.compile(rf"\d|\b(?:{alternatives(_phrases(language))})", re.IGNORECASE)


@cache
def place_words(language: Language) -> frozenset[str]:
    """Return the first words of place phrases, without accents."""
    return frozenset(fold_case(phrase).split()[0] for phrase in _phrases(language))


def _phrases(language: Language) -> Iterator[str]:
    words = language.dialogue
    numbered = (words.place_1, words.place_2, words.place_3, words.place_4, words.place_5)
    return chain(words.place_last, *numbered)


def places(text: str, count: int, language: Language = ENGLISH) -> tuple[int, ...]:
    """Return the places, from 1, that *text* names in a list of *count* items.

    Empty if *text* is anything else than places. A place may be outside the list.
    """
    patterns = _place_patterns(language)
    cut = text[:MAX_CHARS_OF_PLACES]
    if count == len((1, 2)) and patterns.both.fullmatch(cut):
        return (1, 2)
    if count > 1 and patterns.every.fullmatch(cut):
        return tuple(range(1, min(count, MAX_PLACES) + 1))
    whole = patterns.place.fullmatch(cut)
    pieces = [cut] if whole else [each for each in patterns.separators.split(cut) if each.strip()]
    named = [patterns.place.fullmatch(piece) for piece in pieces[:MAX_PLACES]]
    if len(text) > MAX_CHARS_OF_PLACES or len(pieces) > MAX_PLACES or not all(named):
        return ()
    found = (int(each[1]) if each[1] else _place_of(each[2], patterns) for each in named if each)
    return tuple(count if place == _LAST else place for place in found)


def _place_of(word: str, patterns: _PlacePatterns) -> int:
    return next(place for pattern, place in patterns.words if pattern.fullmatch(word))


def names_other(text: str, language: Language = ENGLISH) -> bool:
    """Return True if *text* names the one of two that was not picked: "the other one"."""
    cut = text[:MAX_CHARS_OF_PLACES]
    return cut == text and bool(_place_patterns(language).other.fullmatch(cut))


def names_both(text: str, language: Language = ENGLISH) -> bool:
    """Return True if *text* names two places without a number: "both"."""
    cut = text[:MAX_CHARS_OF_PLACES]
    return cut == text and bool(_place_patterns(language).both.fullmatch(cut))
