"""Opposites: words that a question and an entry must not differ in, such as "buy" and "sell".

Negation: what a text says not to be, or not to do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import TypeVar

from faqbot.retrieval.languages.english import ASKING, is_content, is_key_term, listed

_NEGATORS = frozenset(listed("negators"))
_DENIALS = frozenset(listed("denials"))
"""Words that deny without a "not": an entry that has one is not surprised by a question's "not"."""

DENYING = _NEGATORS | _DENIALS
"""A text with none of these denies nothing."""

_PRONOUNS = frozenset(listed("pronouns"))
_AUXILIARIES = frozenset(listed("auxiliaries"))
_ASKS_WHY = frozenset({"why", "how"})
_NOT_SURE = frozenset(listed("not_sure"))
_NEGATION_REACH = 5
_ENDINGS = (
    ("ies", "y"),
    ("ied", "y"),
    ("es", ""),
    ("s", ""),
    ("ed", ""),
    ("ed", "e"),
    ("ing", ""),
    ("ing", "e"),
    ("er", ""),
    ("er", "e"),
    ("ly", ""),
)
_LEAST_BASE = 3
_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non", "anti", "de")
_NO_PREFIX = frozenset(listed("no_prefix"))
"""Words that begin like an opposite and are none: "invoice" is not the opposite of "voice"."""

_T = TypeVar("_T")

_REACH = 4
"""How far apart, in words, the two words of a term may stand: "turn the kitchen lights off"."""

Side = tuple[int, int]
Sides = Mapping[Side, str]
"""The sides that a text takes, each as (group, side) with the word that takes it."""


def negated(words: Sequence[str]) -> Iterator[str]:
    """Yield what *words* negate: the first content word after each "not", "never", "without", ...

    Not the ways of asking that have a "not" and deny nothing: "why not", "whether or not", "can't I",
    "isn't it", "could you not", "I don't know how", "no longer", "not only".
    """
    for place, word in enumerate(words):
        if word in _NEGATORS and not _is_idle(words, place):
            after = words[place + 1 : place + 1 + _NEGATION_REACH]
            target = next((other for other in after if is_content(other)), None)
            if target is not None and target not in _NOT_SURE:
                yield target


def denies(words: Sequence[str]) -> bool:
    """Tell whether *words* deny anything, by a negation or by a word such as "fail"."""
    return not _DENIALS.isdisjoint(words) or any(negated(words))


def affirms(words: Sequence[str]) -> bool:
    """Tell whether *words* deny nothing and do not even ask in the way of a denial."""
    return DENYING.isdisjoint(words)


def affirmed(words: Sequence[str]) -> tuple[str, ...]:
    """Return *words* but for those that negate and those by which the same is asked in other ways."""
    return tuple(word for word in words if word not in _NEGATORS and word not in ASKING)


def _is_idle(words: Sequence[str], place: int) -> bool:
    """Tell whether the negator at *place* belongs to a way of asking, and denies nothing."""
    before, after = words[max(place - 2, 0) : place], words[place + 1 : place + 2]
    if not after or after[0] in _NOT_SURE or (before and before[-1] in {"why", "or", "if"}):
        return True
    if after[0] in _AUXILIARIES or (words[place] == "no" and after[0] in _PRONOUNS):
        return True
    if not before or not _ASKS_WHY.isdisjoint(words[:place]):
        return False
    asks_back = before[-1] in _AUXILIARIES and after[0] in _PRONOUNS
    return asks_back or (before[0] in _AUXILIARIES and before[-1] == "you")


def opposite(
    words: Sequence[str], nearest: Sequence[str], entry: Callable[[], Sides]
) -> tuple[str, str] | None:
    """Return one of *words* whose opposite stands in *nearest*, a phrasing, and that opposite.

    Not if *entry*, the sides that all phrasings of its entry take, has the word's own side too, or if
    *words* have both; it is asked for only if there is a need. None if there is no such word.
    """
    mine, near = sides_of(words), sides_of(nearest)
    taken = Counter(group for group, _ in mine)
    against = {group: word for (group, _), word in near.items()}
    for (group, side), word in mine.items():
        opposed = group in against and taken[group] == 1 and (group, side) not in near
        if opposed and (group, side) not in entry():
            return word, against[group]
    return None


def prefixed(
    words: Sequence[str], nearest: Sequence[str], spoken: Collection[str]
) -> tuple[str, str] | None:
    """Return words of *words* and *nearest*, of which one is the other with a prefix that negates.

    Not if the first is among *spoken*, all words of the entry, or a form of one. None if there are no
    such words.
    """
    pairs = _with_prefix(words, nearest)
    pairs += [(word, other) for other, word in _with_prefix(nearest, words)]
    for word, other in pairs:
        if is_key_term(word) and is_key_term(other) and not _is_among(word, spoken):
            return word, other
    return None


def takes_sides(words: Sequence[str], new: Iterable[str]) -> bool:
    """Tell whether *words* may take a side that a text does not which has all of them but the *new* ones."""
    if any(map(_sides, new)):
        return True
    terms = _two_words()  # which may be new although each of its words is not
    if terms.keys().isdisjoint(words):
        return False
    return any(second in words for first in words for second, _ in terms.get(first, ()))


def sides_of(words: Sequence[str]) -> dict[Side, str]:
    """Return the sides that *words* take, each with the word or the two words that take it."""
    taken: dict[Side, str] = {}
    for place, word in enumerate(words):
        for side in _sides(word):
            taken.setdefault(side, word)
        for second, side in _two_words().get(word, ()):
            if second in words[place + 1 : place + 1 + _REACH]:
                taken.setdefault(side, f"{word} {second}")
    return taken


def share_a_side(one: str, other: str) -> bool:
    """Tell whether two words are on one side of opposites, and so mean nearly the same."""
    return not set(_sides(one)).isdisjoint(_sides(other))


@lru_cache(maxsize=4096)
def _bases(word: str) -> frozenset[str]:
    """Return *word* and what it may be a regular form of: "stopped" of "stop", "buyers" of "buyer"."""
    found = {word}
    for ending, instead in _ENDINGS:
        base = word.removesuffix(ending)
        if base != word and len(base) >= _LEAST_BASE:
            found.add(base + instead)
            if base[-1] == base[-2]:
                found.add(base[:-1])
    return frozenset(found)


def _with_prefix(longer: Sequence[str], shorter: Sequence[str]) -> list[tuple[str, str]]:
    return [(word, bare) for word in longer if (bare := _bare(word)) and bare in shorter]


def _is_among(word: str, spoken: Collection[str]) -> bool:
    return word in spoken or any(alike(word, other) for other in spoken)


def alike(one: str, other: str) -> bool:
    """Tell whether two words are the same but for regular endings."""
    return one == other or not _bases(one).isdisjoint(_bases(other))


@lru_cache(maxsize=4096)
def _bare(word: str) -> str:
    """Return *word* without a prefix that negates; "" if it has none."""
    if not _bases(word).isdisjoint(_NO_PREFIX):
        return ""
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) > len(prefix) + _LEAST_BASE:
            return word.removeprefix(prefix)
    return ""


@lru_cache(maxsize=4096)
def by_prefix(word: str) -> tuple[str, ...]:
    """Return what *word* may be with a prefix that negates, or without one; all that `prefixed` may find."""
    if not is_key_term(word):
        return ()
    return (*filter(None, [_bare(word)]), *[prefix + word for prefix in _PREFIXES])


@lru_cache(maxsize=4096)
def _sides(word: str) -> tuple[Side, ...]:
    listed = _one_word()
    if word in listed:
        return listed[word]
    return tuple({side for base in _bases(word) for side in listed.get(base, ())})


@lru_cache(maxsize=1)
def _one_word() -> Mapping[str, tuple[Side, ...]]:
    return _collect((term, side) for term, side in _listed() if "_" not in term)


@lru_cache(maxsize=1)
def _two_words() -> Mapping[str, tuple[tuple[str, Side], ...]]:
    split = ((term.split("_"), side) for term, side in _listed() if "_" in term)
    return _collect((first, (second, side)) for (first, second), side in split)


def _listed() -> Iterator[tuple[str, Side]]:
    text = (
        files("faqbot.retrieval.languages.english")
        .joinpath("opposites.txt")
        .read_text(encoding="ascii")
    )
    groups = (line.split(" / ") for line in text.splitlines() if line and line[0] != "#")
    for number, group in enumerate(groups):
        for side, terms in enumerate(group):
            yield from ((term, (number, side)) for term in terms.split())


def _collect(pairs: Iterable[tuple[str, _T]]) -> Mapping[str, tuple[_T, ...]]:
    found: dict[str, tuple[_T, ...]] = {}
    for key, value in pairs:
        found[key] = (*found.get(key, ()), value)
    return found
