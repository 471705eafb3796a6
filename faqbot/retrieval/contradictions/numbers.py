"""Numerals of a text, each with the word that it counts or identifies."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from faqbot.retrieval.languages import Language, has_form, same_base

_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8"}
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(1[5-9]|20)\d\d")

_Parts = tuple[str, str, str]
"""Letters before a number, its digits, and letters after it."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """Number with the key term or letters directly *before* and *after* it; "" where there are none.

    *value* is in digits, with a full stop at the end for an ordinal. *typed* is the original spelling.
    """

    value: str
    before: str
    after: str
    typed: str = field(default="", compare=False)

    def __str__(self) -> str:
        """Return the original spelling with the word that it belongs to."""
        if self.before and self.before not in self.typed:
            return f"{self.before} {self.typed}"
        return self.typed if self.after in self.typed else f"{self.typed} {self.after}"


def numerals(language: Language, words: Sequence[str]) -> tuple[Numeral, ...]:
    """Return the numerals among *words*; consecutive digits ("2.0", "1,000") are one numeral.

    A single letter after a key term is one too: "plan B", "schedule A".
    """
    found = [*labels(language, words)]
    if not any(is_numeric(language, word) for word in words):
        return tuple(found)
    parsed = [_parse(language, word) for word in words]
    end = 0
    for start, parts in enumerate(parsed):
        if parts is None or start < end:
            continue
        end = start + 1
        while end < len(parsed) and _continues(parsed[end - 1], parsed[end]):
            end += 1
        run = [known for known in parsed[start:end] if known]
        found.append(_numeral(language, words, start, run))
    return tuple(found)


def is_numeric(language: Language, word: str) -> bool:
    """Return True if *word* has a digit, or is a number written in letters."""
    return word in _written(language) or _DIGIT.search(word) is not None


def is_label(word: str) -> bool:
    """Return True if *word* is a single letter, which may label the key term before it."""
    return len(word) == 1 and word.isalpha() and word.isascii()


def is_same_subject(language: Language, one: Numeral, other: Numeral) -> bool:
    """Return True if two numerals count or identify the same: both years, or beside the same word."""
    if not language.quantity_units.isdisjoint((one.before, one.after, other.before, other.after)):
        return False
    if _YEAR.fullmatch(one.value) and _YEAR.fullmatch(other.value):
        return True
    if one.before and other.before:
        return same_base(language, one.before, other.before)
    return bool(one.after) and same_base(language, one.after, other.after)


def other_number(
    language: Language,
    asked: Sequence[Numeral],
    nearest: Sequence[str],
    entry_numerals: Callable[[], Collection[Numeral]],
) -> tuple[Numeral, Numeral] | None:
    """Return a numeral of *asked* and a different one of the same subject in *nearest*, a phrasing.

    *entry_numerals* returns all numerals of the phrasing's entry. None if the entry has the number too,
    or several of that subject: then it takes any number, as in "set a timer for 5 minutes".
    """
    for mine in asked:
        known = entry_numerals()
        same = {other.value for other in known if is_same_subject(language, other, mine)}
        if len(same) != 1 or any(_are_equal(mine, other) for other in known):
            continue
        for other in numerals(language, nearest):
            if is_same_subject(language, other, mine):
                return mine, other
    return None


def other_rate(
    language: Language, words: Sequence[str], phrasings: Iterable[Sequence[str]]
) -> tuple[str, str] | None:
    """Return the unit of time of a rate in *words*, and another one in *phrasings*; None without both.

    "Per week" is another rate than "per night". None if the phrasings have the unit, too.
    """
    mine = next(_units(language, words), "")
    theirs = [unit for phrasing in phrasings for unit in _units(language, phrasing)] if mine else []
    if not theirs or has_form(language, mine, theirs):
        return None
    return mine, theirs[0]


def _units(language: Language, words: Sequence[str]) -> Iterator[str]:
    """Yield the units of time after a word such as "per"."""
    for word, unit in pairwise(words):
        is_time = unit in language.time_words or unit in language.duration_words
        if word in language.rates and is_time:
            yield unit


@lru_cache
def _written(language: Language) -> frozenset[str]:
    """Return the numbers that are written without digits."""
    return frozenset((*language.number_words, *_ROMAN))


def labels(language: Language, words: Sequence[str]) -> Iterator[Numeral]:
    """Yield the single letters that label the key term before them."""
    for place, word in enumerate(words[1:], start=1):
        if len(word) == 1 and is_label(word) and len(words[place - 1]) > 1:
            before = words[place - 1]
            after = words[place + 1 : place + 2]
            ends = not after or after[0] in language.label_followers
            if language.is_key_term(before) and (ends or language.is_content(word)):
                yield Numeral(word, before, "", word)


def _continues(one: _Parts | None, other: _Parts | None) -> bool:
    if one is None or other is None:
        return False
    return one[1].isdigit() and other[1].isdigit() and not one[2] and not other[0]


def _numeral(
    language: Language, words: Sequence[str], start: int, run: Sequence[_Parts]
) -> Numeral:
    end = start + len(run)
    before = run[0][0] or _key_term_at(language, words, start - 1)
    after = run[-1][2] or _key_term_at(language, words, end)
    if after in language.spans and not _key_term_at(language, words, end + 1):
        after = ""
    value = ".".join(digits for _, digits, _ in run)
    return Numeral(value, before, after, ".".join(words[start:end]))


def _key_term_at(language: Language, words: Sequence[str], place: int) -> str:
    is_inside = 0 <= place < len(words)
    return words[place] if is_inside and language.is_key_term(words[place]) else ""


def _parse(language: Language, word: str) -> _Parts | None:
    """Return the letters before a number, its digits, and the letters after it.

    The result is None without a number.
    """
    written = language.number_words.get(word) or _ROMAN.get(word)
    if written:
        return "", written, ""
    typed = _digits_pattern(language).fullmatch(word)
    if typed is None:
        return None
    before, digits, ordinal, after = typed.groups("")
    return before, f"{digits}." if ordinal else digits, after


@lru_cache
def _digits_pattern(language: Language) -> re.Pattern[str]:
    suffixes = "|".join(map(re.escape, language.ordinal_suffixes))
    return re.compile(rf"([a-z]*)(\d+)({suffixes})?([a-z]*)")


def _are_equal(one: Numeral, other: Numeral) -> bool:
    """Return True if two numbers are equal, or a year and its last two digits."""
    shorter, longer = sorted((one.value, other.value), key=len)
    return shorter == longer or bool(_YEAR.fullmatch(longer) and longer[2:] == shorter)
