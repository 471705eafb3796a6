"""Numerals: the numbers in a text, each with what it counts or names."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from faqbot.retrieval.contradictions.polarity import alike
from faqbot.retrieval.languages.english import is_key_term, listed

__all__ = ["Numeral", "numerals", "other_number"]

_SPELLED = {word: str(number) for number, word in enumerate(listed("spelled_numbers"), start=2)}
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8"}
_ORDINALS = {word: f"{number}." for number, word in enumerate(listed("ordinals"), start=1)}
_WRITTEN = frozenset((*_SPELLED, *_ORDINALS, *_ROMAN))
_DIGIT = re.compile(r"\d")
_TYPED = re.compile(r"([a-z]*)(\d+)(st|nd|rd|th)?([a-z]*)")
_ANY = frozenset(listed("any_number"))
"""What is counted in any number: another time of day, date or sum of money is no other question."""

_SPANS = frozenset(listed("spans"))
"""A span tells only before what it is a span of: "30 day trial", but not "in 30 days"."""

Parts = tuple[str, str, str]
_YEAR = re.compile(r"(1[5-9]|20)\d\d")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number, and the telling word or the letters right *before* and *after* it; "" if there are none.

    *value* is in digits, with a full stop at the end for an ordinal; *typed* is how it was typed.
    """

    value: str
    before: str
    after: str
    typed: str = field(default="", compare=False)

    def __str__(self) -> str:
        """Return what was typed, with the word that says what it is of."""
        if self.before and self.before not in self.typed:
            return f"{self.before} {self.typed}"
        return self.typed if self.after in self.typed else f"{self.typed} {self.after}"

    def is_of_same(self, other: Numeral) -> bool:
        """Tell whether both number the same: they are years, or stand next to the same word."""
        if not _ANY.isdisjoint((self.before, self.after, other.before, other.after)):
            return False
        if _YEAR.fullmatch(self.value) and _YEAR.fullmatch(other.value):
            return True
        if self.before and other.before:
            return alike(self.before, other.before)
        return bool(self.after) and alike(self.after, other.after)


def numerals(words: Sequence[str]) -> tuple[Numeral, ...]:
    """Return the numerals among *words*; digits that follow each other ("2.0", "1,000") are one."""
    if _WRITTEN.isdisjoint(words) and not _DIGIT.search("".join(words)):
        return ()
    read = [_read(word) for word in words]
    found: list[Numeral] = []
    end = 0
    for start, parts in enumerate(read):
        if parts is None or start < end:
            continue
        end = start + 1
        while end < len(read) and _goes_on(read[end - 1], read[end]):
            end += 1
        found.append(_numeral(words, start, end, [known for known in read[start:end] if known]))
    return tuple(found)


def _goes_on(one: Parts | None, other: Parts | None) -> bool:
    if one is None or other is None:
        return False
    return one[1].isdigit() and other[1].isdigit() and not one[2] and not other[0]


def _numeral(words: Sequence[str], start: int, end: int, run: Sequence[Parts]) -> Numeral:
    before = run[0][0] or _telling_at(words, start - 1)
    after = run[-1][2] or _telling_at(words, end)
    if after in _SPANS and not _telling_at(words, end + 1):
        after = ""
    value = ".".join(digits for _, digits, _ in run)
    return Numeral(value, before, after, ".".join(words[start:end]))


def _telling_at(words: Sequence[str], place: int) -> str:
    return words[place] if 0 <= place < len(words) and is_key_term(words[place]) else ""


def _read(word: str) -> Parts | None:
    """Return the letters before a number, the number, and the letters after; None if *word* has none."""
    spelled = _SPELLED.get(word) or _ORDINALS.get(word) or _ROMAN.get(word)
    if spelled:
        return "", spelled, ""
    typed = _TYPED.fullmatch(word)
    if typed is None:
        return None
    before, digits, ordinal, after = typed.groups("")
    return before, f"{digits}." if ordinal else digits, after


def other_number(
    words: Sequence[str], nearest: Sequence[str], entry: Callable[[], Collection[Numeral]]
) -> tuple[Numeral, Numeral] | None:
    """Return a numeral of *words* and another of the same in *nearest*, the phrasing it is held against.

    Not if *entry*, all numerals of the phrasing's entry, has that number too, or several of the same:
    then any number is meant, as in "set a timer for 5 minutes". It is asked for only if there is a need.
    """
    for mine in numerals(words):
        same = [other for other in entry() if other.is_of_same(mine)]
        if len({other.value for other in same}) != 1 or any(_are_equal(mine, o) for o in entry()):
            continue
        for other in numerals(nearest):
            if other.is_of_same(mine):
                return mine, other
    return None


def _are_equal(one: Numeral, other: Numeral) -> bool:
    """Tell whether two numbers are the same, or a year and its last two digits."""
    shorter, longer = sorted((one.value, other.value), key=len)
    return shorter == longer or bool(_YEAR.fullmatch(longer) and longer[2:] == shorter)
