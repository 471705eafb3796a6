"""Typos for tests: misspellings of a question, reproducible from its text."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, islice
from typing import TypeVar

from faqbot.models import KnowledgeBase
from faqbot.retrieval import (
    ENGLISH,
    fold_case,
    is_content,
    normalize,
    tokenize,
)

# A word of four letters or more, outside contractions, addresses and compounds.
_WORD = re.compile(r"(?<![\w'\u2019.@/-])[^\W\d_]{4,}(?![\w'\u2019@/-]|\.\w|:/)")
# Attempts for each misspelling, as typos that make a known word are dropped; chosen by hand.
_TRIES = 20

_Item = TypeVar("_Item")

# Rows of a QWERTY keyboard.
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def known_words(kb: KnowledgeBase) -> frozenset[str]:
    """Return the words that no typo may make, case-folded: those of English and of *kb*."""
    texts = (
        (*entry.phrasings, *entry.not_for, *entry.keywords, entry.answer) for entry in kb.entries
    )
    everything = chain(*texts, *kb.synonyms)
    own = chain.from_iterable(tokenize(normalize(text)) for text in everything)
    return frozenset(chain(own, ENGLISH.words, ENGLISH.names))


def misspellings(text: str, known: Container[str], count: int = 1) -> tuple[str, ...]:
    """Return up to *count* different misspellings of *text*, each with one typo in one word.

    A typo swaps two letters, drops or doubles a letter, or hits a neighbouring key. It never changes
    the first letter, and never makes a word of *known* (case-folded). It is put into a content word of
    four letters or more, if there is one. The same *text* gives the same misspellings, and a larger
    *count* begins with those of a smaller one.
    """
    spans = typo_spans(text, known)
    if not spans:
        return ()
    typos = _typos(text, spans, random.Random(text))
    tried = islice(typos, count * _TRIES)
    unknown = (typed for typo, typed in tried if typo not in known)
    return tuple(islice(dict.fromkeys(unknown), count))


def typo_spans(text: str, known: Container[str]) -> Sequence[tuple[int, int]]:
    """Return the spans of *text* that may get a typo.

    Known content words come first: an unknown word may be a typo already.
    """
    shouted = text.isupper() and " " in text
    spans = [found.span() for found in _WORD.finditer(text) if _has_case(found[0], shouted=shouted)]
    words = {span: fold_case(text[slice(*span)]) for span in spans}
    usual = [span for span in spans if words[span] in known]
    return [span for span in usual if is_content(words[span])] or usual or spans


def _has_case(word: str, *, shouted: bool) -> bool:
    """Return True if *word* has cased letters, and is no acronym."""
    return word.lower() != word.upper() and (shouted or not word.isupper())


def _typos(
    text: str, spans: Sequence[tuple[int, int]], rng: random.Random
) -> Iterator[tuple[str, str]]:
    """Yield typos without end: the changed word, case-folded, and *text* with it."""
    while True:
        start, end = _pick(spans, rng)
        word = text[start:end]
        made = [found for kind in _KINDS if (found := tuple(kind(word)))]
        changed = _pick(_pick(made, rng), rng)
        yield fold_case(changed), text[:start] + changed + text[end:]


def _pick(items: Sequence[_Item], rng: random.Random) -> _Item:
    """Pick an item by `Random.random`, which gives equal figures in every version of Python."""
    return items[int(rng.random() * len(items))]


def swap_letters(word: str) -> Iterator[str]:
    """Yield *word* with two neighbouring letters swapped, never the first."""
    for place in range(1, len(word) - 1):
        left, right = word[place], word[place + 1]
        if left != right:
            yield word[:place] + right + left + word[place + 2 :]


def drop_letter(word: str) -> Iterator[str]:
    """Yield *word* without one letter, never the first."""
    return (word[:place] + word[place + 1 :] for place in range(1, len(word)))


def double_letter(word: str) -> Iterator[str]:
    """Yield *word* with one letter doubled."""
    return (word[:place] + word[place - 1 :] for place in range(2, len(word) + 1))


def hit_neighbour(word: str) -> Iterator[str]:
    """Yield *word* with one letter replaced by a neighbouring key."""
    for place, letter in enumerate(word[1:], 1):
        for key in neighbouring_keys().get(letter.lower(), ""):
            hit = key.upper() if letter.isupper() else key
            yield word[:place] + hit + word[place + 1 :]


_KINDS: tuple[Callable[[str], Iterator[str]], ...] = (
    swap_letters,
    drop_letter,
    double_letter,
    hit_neighbour,
)


@cache
def neighbouring_keys() -> Mapping[str, str]:
    """Return the neighbours of each key of a QWERTY keyboard."""
    at = {(row, place): key for row, keys in enumerate(_ROWS) for place, key in enumerate(keys)}
    around = ((0, -1), (0, 1), (-1, 0), (-1, 1), (1, -1), (1, 0))
    return {
        key: "".join(at.get((row + down, place + right), "") for down, right in around)
        for (row, place), key in at.items()
    }
