"""Telling words: the one word by which a question differs from the phrasing that is nearest to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, pairwise

from faqbot.retrieval.contradictions.polarity import alike
from faqbot.retrieval.languages.english import ARTICLES, ASKING, count_key_terms, is_key_term

__all__ = ["core", "difference", "is_slot", "may_differ"]

_SHORT = 3
"""A question with more telling words than these says too much for one of them to decide."""

_FILLINGS_BETWEEN = 2
_FILLINGS_BESIDE = 3


def difference(
    words: Sequence[str], nearest: Sequence[str], has: Callable[[str], bool]
) -> tuple[str, str] | None:
    """Return the one telling word of *words* that an entry lacks, and what *nearest* has instead or "".

    *nearest* is the entry's phrasing, *has* tells whether the entry speaks of a word. None unless all
    else is the same word for word, but for articles and the like; or if both are short and have a
    compound that ends alike, such as "cost structure" and "warehouse structure".
    """
    found = _apart(_without(ASKING, words), _without(ASKING, nearest))
    if found is not None:
        return None if has(found[0]) else found
    if count_key_terms(words) > _SHORT or count_key_terms(nearest) > _SHORT:
        return None
    lacking = [word for word in words if may_differ(word) and not has(word)]
    instead = _other_modifier(lacking[0], words, nearest) if len(lacking) == 1 else None
    return None if instead is None else (lacking[0], instead)


def _other_modifier(word: str, words: Sequence[str], nearest: Sequence[str]) -> str | None:
    """Return what stands in *nearest* before the very word that follows *word* in *words*."""
    head = words[words.index(word) + 1 :][:1]
    for instead, other in pairwise(nearest):
        if head and alike(head[0], other) and all(map(may_differ, (instead, other))):
            return None if any(alike(instead, mine) for mine in words) else instead
    return None


def core(words: Sequence[str]) -> tuple[str, ...]:
    """Return *words* from the first telling word to the last, without articles and the like."""
    places = [place for place, word in enumerate(words) if is_key_term(word)]
    return _without(ARTICLES, words[places[0] : places[-1] + 1]) if places else ()


def is_slot(word: str, words: Sequence[str], cores: Iterable[Sequence[str]]) -> bool:
    """Tell whether an entry takes anything in the place that *word* has in *words*, a question.

    So it is if its phrasings, of which *cores* are the cores, have two words between the same
    neighbours, or three beside one of them: after "weather in Rome" and "in Oslo", "in Kyiv" is no
    other question.
    """
    mine = core(words)
    place = mine.index(word)
    before, after = mine[place - 1 : place], mine[place + 1 : place + 2]
    between, beside = set[str](), set[str]()
    for filling, left, right in chain.from_iterable(map(_with_neighbours, cores)):
        follows, precedes = _are_alike(before, left), _are_alike(after, right)
        if (follows and before) or (precedes and after):
            beside.add(filling)
            if (follows or not before) and (precedes or not after):
                between.add(filling)
    return _kinds(between) >= _FILLINGS_BETWEEN or _kinds(beside) >= _FILLINGS_BESIDE


def _with_neighbours(
    core: Sequence[str],
) -> Iterable[tuple[str, Sequence[str], Sequence[str]]]:
    for place, word in enumerate(core):
        if is_key_term(word):
            yield word, core[max(place - 1, 0) : place], core[place + 1 : place + 2]


def _are_alike(mine: Sequence[str], other: Sequence[str]) -> bool:
    return len(mine) == len(other) and all(map(alike, mine, other))


def _kinds(words: Iterable[str]) -> int:
    """Return how many *words* there are but for their endings."""
    kinds: list[str] = []
    for word in words:
        if not any(alike(word, kind) for kind in kinds):
            kinds.append(word)
    return len(kinds)


def _without(left_out: frozenset[str], words: Sequence[str]) -> tuple[str, ...]:
    return tuple([word for word in words if word not in left_out])


def _apart(mine: Sequence[str], other: Sequence[str]) -> tuple[str, str] | None:
    """Return the one word that *mine* has more than *other*, or in place of one, if both may tell."""
    if len(mine) - len(other) not in {0, 1}:
        return None
    start = 0
    while start < len(other) and alike(mine[start], other[start]):
        start += 1
    if start == len(mine):
        return None
    word, instead = mine[start], other[start] if len(mine) == len(other) else ""
    rest, others = mine[start + 1 :], other[start + bool(instead) :]
    shared = any(map(is_key_term, (*mine[:start], *rest)))
    if not shared or not may_differ(word) or not may_differ(instead or word):
        return None
    return (word, instead) if _are_alike(rest, others) else None


def may_differ(word: str) -> bool:
    """Tell whether *word* may be the difference of a question.

    Numbers are compared elsewhere, and what a word of two letters is short for, nobody knows.
    """
    return is_key_term(word) and word.isalpha() and len(word) > 2  # noqa: PLR2004 - as said above
