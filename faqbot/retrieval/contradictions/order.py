"""Order: directions and relations that word order or a small word reverses.

"From London to Leeds" is not "from Leeds to London", and "pay in" is not "pay out".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, KeysView, Sequence
from functools import lru_cache, partial

from faqbot.retrieval.languages import Language, has_form, same_base

# Words after a connector, or before it, among which the end that it relates is looked for. Chosen by
# hand: "to the airport".
MAX_DISTANCE = 3

Relation = tuple[str, str, str]
"""Kind of a relation, and the ends that it leads from and to; "" for an end that is not named.

An end of a journey is a content word or the person addressed, with the number after it: "version 4". An
end of an ordered pair is a key term."""

Related = tuple[Sequence[str], Sequence[Relation]]
"""Words of a phrasing, and its relations."""


# Kinds of relations that reverse each other.
_JOURNEY = frozenset({"from", "to"})


def other_direction(
    language: Language, words: Sequence[str], related: Iterable[Related]
) -> tuple[Relation, Relation] | None:
    """Return a relation of *words* and the reverse one of an entry; None without any.

    *related* are the phrasings of the entry with their relations. None if a phrasing has a relation of
    *words* in its own order too.
    """
    pairs = [
        (one, other, phrasing)
        for one in relations(language, words)
        for phrasing, found in related
        for other in found
        if _are_comparable(one, other)
    ]
    counts = partial(_counts, language, words)
    if any(_agree(language, one, other) and counts(other, text) for one, other, text in pairs):
        return None
    reverse = (
        (one, other)
        for one, other, text in pairs
        if _reverses(language, one, other) and counts(other, text)
    )
    return next(reverse, None)


def _counts(
    language: Language, words: Sequence[str], other: Relation, phrasing: Sequence[str]
) -> bool:
    """Return True if *other*, a relation of *phrasing*, tells something of a question of *words*."""
    return other[0] not in language.exchange_words or _same_terms(language, words, phrasing)


def comparable_connectors(language: Language, kinds: Collection[str]) -> frozenset[str]:
    """Return the connectors that make a relation comparable with those of *kinds*."""
    journeys = language.origin_words | language.destination_words
    return journeys.union(kinds) if _JOURNEY.intersection(kinds) else frozenset(kinds)


def other_particle(
    language: Language, words: Sequence[str], nearest: Sequence[str], new: Collection[str]
) -> tuple[str, str] | None:
    """Return a particle of *words* and its opposite in the same place of *nearest*; None without any.

    A place is the same beside the same content word, or at the end of both. *new* are the words that the
    entry lacks: another particle contradicts nothing.
    """
    for place, word in enumerate(words):
        for against in _opposed_particles(language).get(word, ()) if word in new else ():
            if against not in nearest or against in words:
                continue
            if _is_same_place(language, (words, place), (nearest, nearest.index(against))):
                return word, against
    return None


def particles(language: Language) -> KeysView[str]:
    """Return the particles that have an opposite."""
    return _opposed_particles(language).keys()


_Place = tuple[Sequence[str], int]
"""Words, and the place of one of them."""


def _is_same_place(language: Language, one: _Place, other: _Place) -> bool:
    if all(words and place == len(words) - 1 for words, place in (one, other)):
        return True
    beside = [
        (words[place - 1 : place], words[place + 1 : place + 2]) for words, place in (one, other)
    ]
    pairs = zip(*beside, strict=True)
    return any(
        mine and theirs and language.is_content(mine[0]) and same_base(language, mine[0], theirs[0])
        for mine, theirs in pairs
    )


@lru_cache
def _opposed_particles(language: Language) -> dict[str, tuple[str, ...]]:
    """Return the opposites of each particle of *language*."""
    listed = language.particles
    found: dict[str, tuple[str, ...]] = {}
    for one, other in zip(listed[::2], listed[1::2], strict=True):
        found[one] = (*found.get(one, ()), other)
        found[other] = (*found.get(other, ()), one)
    return found


def _same_terms(language: Language, one: Sequence[str], other: Sequence[str]) -> bool:
    """Return True if two texts have the same content words."""
    mine, theirs = ([*filter(language.is_content, words)] for words in (one, other))
    return all(has_form(language, word, theirs) for word in mine) and all(
        has_form(language, word, mine) for word in theirs
    )


def relations(language: Language, words: Sequence[str]) -> tuple[Relation, ...]:
    """Return the relations of *words*: the journey from one end to another, and ordered pairs."""
    return (*_journeys(language, words), *_ordered_pairs(language, words))


def _journeys(language: Language, words: Sequence[str]) -> Iterator[Relation]:
    if not language.comparing_words.isdisjoint(words):
        return  # "different from" leads nowhere
    destination = _end(language, words, language.destination_words)
    # "Of theft" is no origin, "of Paris to Lyon" is one.
    possessive = frozenset[str]() if destination else language.genitive_words
    origin = _end(language, words, language.origin_words - possessive)
    if origin:
        yield "from", origin, destination
    elif destination:
        yield "to", _start(language, words), destination


def _ordered_pairs(language: Language, words: Sequence[str]) -> Iterator[Relation]:
    for place, word in enumerate(words):
        if word in language.order_words or word in language.exchange_words:
            first, second = words[:place][::-1], words[place + 1 :]
            yield word, _key_term(language, first), _key_term(language, second)


def _end(language: Language, words: Sequence[str], connectors: frozenset[str]) -> str:
    """Return the end after one of *connectors*, "" without one."""
    places = (place for place, word in enumerate(words) if word in connectors)
    return next(filter(None, (_after(language, words, place) for place in places)), "")


def _start(language: Language, words: Sequence[str]) -> str:
    """Return the end before the word that leads to a destination, "" without one."""
    for place, word in enumerate(words):
        if word in language.destination_words and _after(language, words, place):
            return _before(language, words, place)
    return ""


def _after(language: Language, words: Sequence[str], place: int) -> str:
    """Return the end after the connector at *place*, "" without one."""
    for found in range(place + 1, min(place + 1 + MAX_DISTANCE, len(words))):
        if _is_end(language, words[found]):
            following = words[found + 1 : found + 2]
            return " ".join([words[found], *filter(str.isdigit, following)])
        if words[found] not in language.articles:
            return ""  # "to about the machine"
    return ""


def _before(language: Language, words: Sequence[str], place: int) -> str:
    """Return the end before the connector at *place*, "" without one."""
    for found in range(place - 1, max(place - 1 - MAX_DISTANCE, -1), -1):
        if words[found].isdigit() and found and _is_end(language, words[found - 1]):
            return f"{words[found - 1]} {words[found]}"
        if _is_end(language, words[found]):
            return words[found]
    return ""


def _key_term(language: Language, words: Sequence[str]) -> str:
    return next(filter(language.is_key_term, words[:MAX_DISTANCE]), "")


def _is_end(language: Language, word: str) -> bool:
    return language.is_content(word) or word in language.addressee


def _agree(language: Language, one: Relation, other: Relation) -> bool:
    """Return True if an end of one relation is the same end of the other; both are comparable."""
    return _equal(language, one[1], other[1]) or _equal(language, one[2], other[2])


def _reverses(language: Language, one: Relation, other: Relation) -> bool:
    """Return True if one relation is the reverse of the other; both are comparable.

    Beside a "from", one end is enough if another is not named.
    """
    exchanged = [_equal(language, *ends) for ends in zip(one[1:], other[:0:-1], strict=True)]
    named = all(one[1:] + other[1:]) and one[0] == other[0]
    return any(exchanged) if "from" in {one[0], other[0]} and not named else all(exchanged)


def _are_comparable(one: Relation, other: Relation) -> bool:
    return one[0] == other[0] or {one[0], other[0]} == _JOURNEY


def _equal(language: Language, one: str, other: str) -> bool:
    return bool(one and other) and same_base(language, one, other)
