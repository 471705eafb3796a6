"""Substitution: the single key term by which a question differs from its nearest phrasing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain, pairwise

from faqbot.retrieval.contradictions.polarity import has_form, same_base
from faqbot.retrieval.languages import Language

# Most key terms of a question that a single term can decide. Chosen by hand.
MAX_KEY_TERMS = 3
# Distinct terms in one place of an entry's phrasings that make it a slot for any term: between the
# same two neighbours, and beside the same one. Chosen by hand.
MIN_FILLERS_BETWEEN = 2
MIN_FILLERS_BESIDE = 3
# Fewest letters of a term that may decide: shorter ones abbreviate anything.
MIN_LETTERS = 3

_WithNeighbours = tuple[str, Sequence[str], Sequence[str]]
"""Term, and the one word or no word before and after it."""


def difference(
    language: Language, words: Sequence[str], nearest: Sequence[str], has: Callable[[str], bool]
) -> tuple[str, str] | None:
    """Return the one key term of *words* that an entry lacks, and its counterpart in *nearest* or "".

    *nearest* is the phrasing of the entry that is most similar; *has* returns True for a term of the
    entry. None unless all other words are equal, except for framing words. Short questions may also end
    in the same compound: "cost structure" and "warehouse structure".
    """
    framing = language.framing_words
    found = _single_difference(language, _without(framing, words), _without(framing, nearest))
    if found is not None:
        return None if has(found[0]) else found
    if max(map(language.count_key_terms, (words, nearest))) > MAX_KEY_TERMS:
        return None
    lacking = [word for word in words if may_differ(language, word) and not has(word)]
    if len(lacking) != 1:
        return None
    instead = _other_modifier(language, lacking[0], words, nearest)
    return None if instead is None else (lacking[0], instead)


def core(language: Language, words: Sequence[str]) -> tuple[str, ...]:
    """Return *words* from the first key term to the last, without articles."""
    places = [place for place, word in enumerate(words) if language.is_key_term(word)]
    return _without(language.articles, words[places[0] : places[-1] + 1]) if places else ()


def is_slot(
    language: Language, word: str, words: Sequence[str], cores: Iterable[Sequence[str]]
) -> bool:
    """Return True if an entry accepts any term in the place that *word* has in *words*, a question.

    *cores* are the cores of the entry's phrasings. They have a slot if several terms share the same
    neighbours: after "weather in Rome" and "in Oslo", "in Kyiv" is no other question.
    """
    mine = core(language, words)
    place = mine.index(word)
    before, after = mine[place - 1 : place], mine[place + 1 : place + 2]
    between, beside = set[str](), set[str]()
    for filler, left, right in chain.from_iterable(_key_terms_of(language, one) for one in cores):
        follows, precedes = _match(language, before, left), _match(language, after, right)
        if (follows and before) or (precedes and after):
            beside.add(filler)
            if (follows or not before) and (precedes or not after):
                between.add(filler)
    return (
        _count_bases(language, between) >= MIN_FILLERS_BETWEEN
        or _count_bases(language, beside) >= MIN_FILLERS_BESIDE
    )


def may_differ(language: Language, word: str) -> bool:
    """Return True if *word* may decide between questions: a key term without digits, not too short."""
    return language.is_key_term(word) and word.isalpha() and len(word) >= MIN_LETTERS


def _other_modifier(
    language: Language, word: str, words: Sequence[str], nearest: Sequence[str]
) -> str | None:
    """Return the word of *nearest* before the word that follows *word* in *words*."""
    head = words[words.index(word) + 1 :][:1]
    for instead, other in pairwise(nearest):
        if (
            head
            and same_base(language, head[0], other)
            and may_differ(language, instead)
            and may_differ(language, other)
        ):
            return None if has_form(language, instead, words) else instead
    return None


def _key_terms_of(language: Language, core: Sequence[str]) -> Iterator[_WithNeighbours]:
    for place, word in enumerate(core):
        if language.is_key_term(word):
            yield word, core[max(place - 1, 0) : place], core[place + 1 : place + 2]


def _match(language: Language, mine: Sequence[str], other: Sequence[str]) -> bool:
    """Return True if two sequences of words are equal but for regular endings."""
    pairs = zip(mine, other, strict=False)
    return len(mine) == len(other) and all(same_base(language, *pair) for pair in pairs)


def _count_bases(language: Language, words: Iterable[str]) -> int:
    """Return the number of *words*, with forms of one word counted once."""
    distinct: list[str] = []
    for word in words:
        if not has_form(language, word, distinct):
            distinct.append(word)
    return len(distinct)


def _without(left_out: Collection[str], words: Sequence[str]) -> tuple[str, ...]:
    return tuple([word for word in words if word not in left_out])


def _single_difference(
    language: Language, mine: Sequence[str], other: Sequence[str]
) -> tuple[str, str] | None:
    """Return the one word that *mine* has in addition to *other*, or in place of one of its words."""
    if len(mine) - len(other) not in {0, 1}:
        return None
    start = 0
    while start < len(other) and same_base(language, mine[start], other[start]):
        start += 1
    if start == len(mine):
        return None
    word, instead = mine[start], other[start] if len(mine) == len(other) else ""
    rest, others = mine[start + 1 :], other[start + bool(instead) :]
    shared = any(map(language.is_key_term, (*mine[:start], *rest)))
    if not shared or not may_differ(language, word) or not may_differ(language, instead or word):
        return None
    return (word, instead) if _match(language, rest, others) else None
