"""Places in a list that a message names: "2", "the second one", "1 and 3"."""

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
    """Patterns of one language: a *place* in a list, *separators* of places, and each word's place."""

    place: re.Pattern[str]
    separators: re.Pattern[str]
    words: tuple[tuple[re.Pattern[str], int], ...]


@cache
def _place_patterns(language: Language) -> _PlacePatterns:
    words = language.dialogue
    named = (words.place_1, words.place_2, words.place_3, words.place_4, words.place_5)
    numbered = [(each, number) for number, each in enumerate(named, 1)] + [
        (words.place_last, _LAST)
    ]
    leads, followers = alternatives(words.place_leads), alternatives(words.place_followers)
    every = alternatives(each for phrases, _ in numbered for each in phrases)
    return _PlacePatterns(
        re.compile(
            rf"\s*+(?:(?:{leads})(?:\s++|(?<=['\u2019])))*(?:#|\()?(?:(-?\d{{1,3}})|({every}))"
            rf"(?:\s++(?:{followers}))*[.)!]?\s*+",
            re.IGNORECASE,
        ),
        re.compile(rf"[,&/]|\b(?:{alternatives(words.conjunctions)})\b", re.IGNORECASE),
        tuple((re.compile(alternatives(each), re.IGNORECASE), place) for each, place in numbered),
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
    pieces = [piece for piece in patterns.separators.split(cut) if piece.strip()]
    named = [patterns.place.fullmatch(piece) for piece in pieces[:MAX_PLACES]]
    if len(text) > MAX_CHARS_OF_PLACES or len(pieces) > MAX_PLACES or not all(named):
        return ()
    found = (int(each[1]) if each[1] else _place_of(each[2], patterns) for each in named if each)
    return tuple(count if place == _LAST else place for place in found)


def _place_of(word: str, patterns: _PlacePatterns) -> int:
    return next(place for pattern, place in patterns.words if pattern.fullmatch(word))
