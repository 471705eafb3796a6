"""The guard: what turns an answer into choices, however high its confidence.

What the guard holds a question against: all that an entry's phrasings say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from faqbot.models import Reason
from faqbot.retrieval.contradictions.numbers import Numeral, numerals, other_number
from faqbot.retrieval.contradictions.polarity import (
    DENYING,
    Sides,
    affirmed,
    affirms,
    alike,
    by_prefix,
    denies,
    negated,
    opposite,
    prefixed,
    share_a_side,
    sides_of,
    takes_sides,
)
from faqbot.retrieval.contradictions.substitution import core, difference, is_slot, may_differ
from faqbot.retrieval.index.index import Index
from faqbot.retrieval.query import Reading
from faqbot.retrieval.text import normalize, tokenize

_TOKEN = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?:]\s*$")
_LOOKS_ALIKE = 0.5
_MOST_CACHED = 2000
_STORY = 20
"""Who uses more words than these tells a story, in which a "not" is seldom what is asked about."""


@dataclass(frozen=True, slots=True)
class Abstention:
    """Reason to offer choices in place of an answer.

    *text* is a sentence for people that names the words in question.
    """

    reason: Reason
    text: str


@dataclass(frozen=True)
class EntryPhrasings:
    """What an entry's phrasings say. Most questions need little of it, so that each thing is read when needed.

    *rows* are the entry's phrasings, *split* gives the words of one, in order.
    """

    index: Index
    rows: range
    split: Callable[[int], tuple[str, ...]]

    def has(self, word: str) -> bool:
        """Tell whether any of them has *word*."""
        return self.index.vocabulary.id_of.get(word) in self._numbers

    def lacking(self, words: Iterable[str]) -> list[str]:
        """Return those of *words* that none of them has."""
        number_of, numbers = self.index.vocabulary.id_of.get, self._numbers
        return [word for word in words if number_of(word) not in numbers]

    @cached_property
    def _numbers(self) -> frozenset[int]:
        """The numbers of all their words in the vocabulary."""
        starts = self.index.row_terms.starts
        ids = self.index.row_terms.ids[starts[self.rows.start] : starts[self.rows.stop]]
        return frozenset(ids.tolist())

    @cached_property
    def words(self) -> frozenset[str]:
        """All words of all of them."""
        known = self.index.vocabulary.words
        return frozenset([known[number] for number in self._numbers])

    @cached_property
    def phrasings(self) -> tuple[tuple[str, ...], ...]:
        """The words of each, in order."""
        return tuple(map(self.split, self.rows))

    @cached_property
    def cores(self) -> tuple[tuple[str, ...], ...]:
        """The core of each."""
        return tuple(map(core, self.phrasings))

    @cached_property
    def sides(self) -> Sides:
        """The sides of opposites that they take, each with a word that takes it."""
        return {side: word for words in self.phrasings for side, word in sides_of(words).items()}

    @cached_property
    def numerals(self) -> tuple[Numeral, ...]:
        """The numerals in them."""
        return tuple(numeral for words in self.phrasings for numeral in numerals(words))

    @cached_property
    def negated(self) -> frozenset[str]:
        """What they negate."""
        return frozenset(word for words in self.phrasings for word in negated(words))


class ContradictionCheck:
    """Holds a question against the entry that matches it best, and names what is amiss.

    Safe to share between threads: what it caches is the same whoever computes it.
    """

    def __init__(self, index: Index, split: Callable[[int], Sequence[str]]) -> None:
        """Guard the entries of *index*; *split* gives the words of a row, as a question's are read."""
        self._index = index
        self._split = lru_cache(_MOST_CACHED)(lambda row: tuple(split(row)))
        self._spoken = lru_cache(_MOST_CACHED)(self._speaks)

    def abstention(self, reading: Reading, row: int) -> Abstention | None:
        """Return the doubt that the entry of *row* should answer *reading* outright, else None.

        *row* is the phrasing of that entry which is nearest to the question.
        """
        name = _unknown_name(self._index, reading.text)
        if name:
            text = f"The knowledge base does not speak of \u201c{name}\u201d."
            return Abstention(Reason.UNKNOWN_NAME, text)
        spoken = self._spoken(int(self._index.entry_of[row]))
        new = spoken.lacking(reading.words)  # the rest surprises nobody
        return (
            _doubt(Reason.OPPOSITE, _opposed(reading.words, new, spoken, row))
            or _doubt(Reason.NEGATION, self._denied(reading.words, spoken, row))
            or _doubt(Reason.NUMBER, _numbered(reading.words, spoken, row))
            or _doubt(Reason.OTHER_WORD, self._uncovered(reading.words, new, spoken, row))
        )

    def _speaks(self, entry: int) -> EntryPhrasings:
        first, end = self._index.first_row[entry : entry + 2].tolist()
        return EntryPhrasings(self._index, range(first, end), self._split)

    @cached_property
    def _denying(self) -> NDArray[np.bool_]:
        """Whether each row has a word that denies, as most have not: bool (rows,)."""
        denying = np.zeros(len(self._index.row_terms), np.bool_)
        known = self._index.vocabulary.id_of
        for word in DENYING.intersection(known):
            denying[self._index.postings.row(known[word])] = True
        return denying

    def _denied(self, words: Sequence[str], spoken: EntryPhrasings, row: int) -> str:
        """Doubt a question that denies what the entry only affirms, or affirms what it only denies."""
        if not affirms(words):
            return _only_affirmed(words, spoken, row)
        return _only_denied(words, spoken, row) if self._denying[row] else ""

    def _uncovered(
        self, words: Sequence[str], new: Sequence[str], spoken: EntryPhrasings, row: int
    ) -> str:
        """Doubt a question that differs from the nearest phrasing in a word that the entry lacks."""
        if not any(map(may_differ, new)):
            return ""
        found = difference(words, spoken.split(row), lambda word: self._has(word, spoken, row))
        if found is None:
            return ""
        word, instead = found
        if share_a_side(word, instead) or is_slot(word, words, spoken.cores):
            return ""
        if instead:
            return f"The question says \u201c{word}\u201d where the best match says \u201c{instead}\u201d."
        return f"The best match does not speak of \u201c{word}\u201d."

    def _has(self, word: str, spoken: EntryPhrasings, row: int) -> bool:
        """Tell whether the entry speaks of *word*: in its answer it does so only if no phrasing does."""
        if _resembles(self._index, word, spoken.words):
            return True
        number = self._index.answer_vocabulary.id_of.get(word)
        if number is None or word in self._index.vocabulary.id_of:
            return False
        return number in self._index.answers.row(int(self._index.entry_of[row]))


def _doubt(reason: Reason, text: str) -> Abstention | None:
    return Abstention(reason, text) if text else None


def _resembles(index: Index, word: str, words: Container[str]) -> bool:
    """Tell whether *word*, or a known word that looks like it, is among *words*."""
    near = index.vocabulary.similar_terms(word)
    numbers = near.ids[near.similarity > _LOOKS_ALIKE].tolist()
    return word in words or any(index.vocabulary.words[number] in words for number in numbers)


def _opposed(words: Sequence[str], new: Sequence[str], spoken: EntryPhrasings, row: int) -> str:
    found = None
    if takes_sides(words, new):
        found = opposite(words, spoken.split(row), lambda: spoken.sides)
    if found is None and any(map(spoken.has, chain.from_iterable(map(by_prefix, new)))):
        found = prefixed(new, spoken.split(row), spoken.words)
    if found is None:
        return ""
    return f"The question says \u201c{found[0]}\u201d, but the best match only the opposite, \u201c{found[1]}\u201d."


def _only_denied(words: Sequence[str], spoken: EntryPhrasings, row: int) -> str:
    nearest = spoken.split(row)
    for word in negated(nearest) if affirmed(words) == affirmed(nearest) else ():
        if all(map(denies, (other for other in spoken.phrasings if word in other))):
            return f"The best match negates \u201c{word}\u201d, the question does not."
    return ""


def _only_affirmed(words: Sequence[str], spoken: EntryPhrasings, row: int) -> str:
    if len(words) > _STORY or denies(spoken.split(row)):
        return ""
    for word in negated(words):
        if _is_among(word, spoken.words) and not _is_among(word, spoken.negated):
            return f"The question negates \u201c{word}\u201d, the best match does not."
    return ""


def _is_among(word: str, words: Collection[str]) -> bool:
    return word in words or any(alike(word, other) for other in words)


def _numbered(words: Sequence[str], spoken: EntryPhrasings, row: int) -> str:
    if not numerals(words):
        return ""
    found = other_number(words, spoken.split(row), lambda: spoken.numerals)
    if found is None:
        return ""
    return f"The question says \u201c{found[0]}\u201d, but the best match \u201c{found[1]}\u201d."


def _unknown_name(index: Index, text: str) -> str:
    """Return the first name in *text* that the knowledge base does not speak of, else ""."""
    if text.islower():
        return ""
    for name in _names(text):
        if not all(_is_known(index, word) for word in tokenize(normalize(name))):
            return name
    return ""


def _names(text: str) -> Iterator[str]:
    """Yield the names in *text*: words in capitals, and capitalised words inside a sentence."""
    tokens = list(_TOKEN.finditer(text))
    if 2 * sum(token[0][0].isupper() for token in tokens) > len(tokens) + 1:
        return  # a heading, or somebody who shouts: capitals say nothing there
    for token in tokens:
        word, before = token[0], text[: token.start()].rstrip()
        starts_sentence = not before or _SENTENCE_END.search(before)
        if len(word) > 1 and (word.isupper() or (word[0].isupper() and not starts_sentence)):
            yield word


def _is_known(index: Index, word: str) -> bool:
    """Tell whether an answer has *word*, or a phrasing that asks has a word that looks like it."""
    if word in index.answer_vocabulary.id_of:
        return True
    near = index.vocabulary.similar_terms(word)
    return bool((near.similarity[index.asked[near.ids]] > _LOOKS_ALIKE).any())
