"""Polarity: opposites and negation, in which a question and an entry must agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from faqbot.retrieval.languages import MIN_BASE_LETTERS, Language, bases, has_form, same_base

# Words after a negator among which its target is looked for. Chosen by hand.
NEGATION_SCOPE = 5
# Distance, in words, of the two words of a term: "turn the kitchen lights off". Chosen by hand.
MAX_TERM_GAP = 4
# Words whose base forms and sides are cached: those of a few hundred questions. Chosen by hand.
_CACHED_WORDS = 4096

_T = TypeVar("_T")

Side = tuple[int, int]
Sides = Mapping[Side, str]
"""Sides of opposites that a text takes: (group, side) and the word that takes it."""


def negated(language: Language, words: Sequence[str]) -> Iterator[str]:
    """Yield the negated words: the first content word after each negator.

    Polite and indirect forms negate nothing: "why not", "whether or not", "can't I", "isn't it",
    "could you not", "I don't know how", "no longer", "not only".
    """
    for place, word in enumerate(words):
        if word in language.negators and not _is_idle(language, words, place):
            scope = words[place + 1 : place + 1 + NEGATION_SCOPE]
            target = next(filter(language.is_content, scope), None)
            if target is not None and target not in language.uncertainty_words:
                yield target


def denies(language: Language, words: Sequence[str]) -> bool:
    """Return True if *words* have a negation, or a word that implies it, such as "fail"."""
    return not language.denials.isdisjoint(words) or any(negated(language, words))


def denies_other(language: Language, words: Sequence[str], word: str) -> bool:
    """Return True if *words* have a negation, or a word other than *word* that implies one."""
    implied = language.denials.intersection(words)
    return not all(same_base(language, word, one) for one in implied) or any(
        negated(language, words)
    )


def without_framing(language: Language, words: Sequence[str]) -> tuple[str, ...]:
    """Return *words* without negators and framing words."""
    left_out = language.negators | language.framing_words
    return tuple(word for word in words if word not in left_out)


def _is_idle(language: Language, words: Sequence[str], place: int) -> bool:
    """Return True if the negator at *place* is part of a polite or indirect form."""
    before, after = words[max(place - 2, 0) : place], words[place + 1 : place + 3]
    if not after or after[0] in language.uncertainty_words:
        return True
    if before and before[-1] in language.before_idle_negator:
        return True
    addressed = words[place] in language.bare_negators and after[0] in language.pronouns
    after_auxiliary = bool(before) and before[-1] in language.auxiliaries
    opens_clause = not after_auxiliary or not language.pronouns.isdisjoint(after[1:])
    if addressed or (after[0] in language.auxiliaries and opens_clause):
        return True
    if not before or not language.reason_words.isdisjoint(words[:place]):
        return False
    asks_back = after_auxiliary and after[0] in language.pronouns
    return asks_back or (before[0] in language.auxiliaries and before[-1] in language.addressee)


def opposite(
    language: Language,
    words: Sequence[str],
    nearest: Sequence[str],
    entry_sides: Callable[[], Sides],
) -> tuple[str, str] | None:
    """Return one of *words* and its opposite in *nearest*, a phrasing.

    The result is None without a pair. *entry_sides* returns the sides that all phrasings of
    the entry take. A word is no opposite if the entry takes its side too, or if *words* have both
    sides.
    """
    mine, near = sides_of(language, words), sides_of(language, nearest)
    taken = Counter(group for group, _ in mine)
    against = {group: word for (group, _), word in near.items()}
    for (group, side), word in mine.items():
        opposed = group in against and taken[group] == 1 and (group, side) not in near
        if opposed and (group, side) not in entry_sides():
            return word, against[group]
    return None


def prefixed(
    language: Language, words: Sequence[str], nearest: Sequence[str], entry_words: Collection[str]
) -> tuple[str, str] | None:
    """Return a word of *words* and one of *nearest* that differ by a negating prefix.

    None without a pair, or if *entry_words*, all words of the entry, have the first in any form.
    """
    pairs = _with_prefix(language, words, nearest)
    pairs += [(word, other) for other, word in _with_prefix(language, nearest, words)]
    denied = {*negated(language, words)} if pairs else set()
    for word, other in pairs:
        if word in denied:
            continue  # "don't sync" is to unsync
        telling = language.is_key_term(word) and language.is_key_term(other)
        if telling and not has_form(language, word, entry_words):
            return word, other
    return None


def has_two_word_term(language: Language, words: Sequence[str]) -> bool:
    """Return True if two of *words* together take a side, which may be new although each is known."""
    terms = _two_word_terms(language)
    return any(second in words for first in words for second, _ in terms.get(first, ()))


def takes_side(language: Language, word: str) -> bool:
    """Return True if *word* by itself takes a side of opposites."""
    return bool(_sides(language, word))


def starts_term(language: Language, word: str) -> bool:
    """Return True if *word* is the first of two words that together take a side."""
    return word in _two_word_terms(language)


def sides_of(language: Language, words: Sequence[str]) -> dict[Side, str]:
    """Return the sides that *words* take, each with the word or the two words that take it."""
    taken: dict[Side, str] = {}
    for place, word in enumerate(words):
        for side in _sides(language, word):
            taken.setdefault(side, word)
        for second, side in _two_word_terms(language).get(word, ()):
            if second in words[place + 1 : place + 1 + MAX_TERM_GAP]:
                taken.setdefault(side, f"{word} {second}")
    return taken


def share_side(language: Language, one: str, other: str) -> bool:
    """Return True if two words are on one side of opposites, and so nearly synonyms."""
    return not set(_sides(language, one)).isdisjoint(_sides(language, other))


def _with_prefix(
    language: Language, longer: Sequence[str], shorter: Sequence[str]
) -> list[tuple[str, str]]:
    bare = [(word, _without_prefix(language, word)) for word in longer]
    return [(word, base) for word, base in bare if base and base in shorter]


@lru_cache(maxsize=_CACHED_WORDS)
def _without_prefix(language: Language, word: str) -> str:
    """Return *word* without its negating prefix.

    The result is "" without a prefix.
    """
    if not bases(language, word).isdisjoint(language.unprefixed_words):
        return ""
    for prefix in language.negating_prefixes:
        if word.startswith(prefix) and len(word) > len(prefix) + MIN_BASE_LETTERS:
            return word.removeprefix(prefix)
    return ""


@lru_cache(maxsize=_CACHED_WORDS)
def prefix_variants(language: Language, word: str) -> tuple[str, ...]:
    """Return *word* with each negating prefix, and without its own: all that `prefixed` can find."""
    if not language.is_key_term(word):
        return ()
    bare = _without_prefix(language, word)
    return (*filter(None, [bare]), *[prefix + word for prefix in language.negating_prefixes])


@lru_cache(maxsize=_CACHED_WORDS)
def _sides(language: Language, word: str) -> tuple[Side, ...]:
    listed = _one_word_terms(language)
    if word in listed:
        return listed[word]
    if found := {side for base in bases(language, word) for side in listed.get(base, ())}:
        return tuple(found)
    bare = _without_prefix(language, word)
    taken = _sides(language, bare) if bare else ()
    pairs = [group for group, _ in taken if len(language.opposites[group]) == 2]  # noqa: PLR2004
    return tuple((group, 1 - side) for group, side in taken if group in pairs)


@lru_cache
def _one_word_terms(language: Language) -> Mapping[str, tuple[Side, ...]]:
    return _collect((term, side) for term, side in _terms(language) if "_" not in term)


@lru_cache
def _two_word_terms(language: Language) -> Mapping[str, tuple[tuple[str, Side], ...]]:
    split = ((term.split("_"), side) for term, side in _terms(language) if "_" in term)
    return _collect((first, (second, side)) for (first, second), side in split)


def _terms(language: Language) -> Iterator[tuple[str, Side]]:
    for number, group in enumerate(language.opposites):
        for side, terms in enumerate(group):
            yield from ((term, (number, side)) for term in terms)


def _collect(pairs: Iterable[tuple[str, _T]]) -> Mapping[str, tuple[_T, ...]]:
    found: dict[str, tuple[_T, ...]] = {}
    for key, value in pairs:
        found[key] = (*found.get(key, ()), value)
    return found
