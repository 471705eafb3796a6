"""Question beside an entry: words that only the question has, and marks of the comparisons to make.

A mark says in which comparisons a word may take part. Most questions have few marks, and a comparison
without a marked word is skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Self

from faqbot.retrieval.contradictions.facts import may_ask_fact
from faqbot.retrieval.contradictions.numbers import Numeral, is_label, is_numeric, numerals
from faqbot.retrieval.contradictions.order import particles
from faqbot.retrieval.contradictions.polarity import (
    Sides,
    negated,
    sides_of,
    starts_term,
    takes_side,
)
from faqbot.retrieval.contradictions.substitution import core, may_differ
from faqbot.retrieval.index.bounded_cache import ComputedCache
from faqbot.retrieval.index.index import Index
from faqbot.retrieval.languages import Language

# Words whose marks are cached: those of a few hundred questions. Chosen by hand.
MAX_MARKED_WORDS = 4096

# Word that relates two things: "from", "before".
CONNECTOR = 1 << 0
# Term that may decide between two questions.
DIFFERENT = 1 << 1
# Word that asks for a time, a person or a number, or starts a pair that does.
FACT = 1 << 2
# Single letter, which may label a term: "plan B".
LABEL = 1 << 3
# Word that negates or denies.
NEGATIVE = 1 << 4
# Word with a digit, or a number in letters.
NUMBER = 1 << 5
# Particle that has an opposite: "in".
PARTICLE = 1 << 6
# Word that takes a side of opposites: "buy".
SIDE = 1 << 7
# First of two words that together take a side: "turn" of "turn on".
TERM_START = 1 << 8


class Marks(ComputedCache[str, int]):
    """Marks of each word of a language, added up: ``marks[word]``. Thread-safe."""

    def __init__(self, language: Language) -> None:
        """Mark words by the lists of *language*."""

        def marks_of(word: str) -> int:
            found = {
                CONNECTOR: word in language.connectors,
                DIFFERENT: may_differ(language, word),
                FACT: may_ask_fact(language, word),
                LABEL: is_label(word),
                NEGATIVE: word in language.negative_words,
                NUMBER: is_numeric(language, word),
                PARTICLE: word in particles(language),
                SIDE: takes_side(language, word),
                TERM_START: starts_term(language, word),
            }
            return sum(mark for mark, holds in found.items() if holds)

        super().__init__(marks_of, MAX_MARKED_WORDS)


@dataclass(frozen=True)
class EntryPhrasings:
    """Words, sides, numerals and negations of all phrasings of an entry, each computed on first use.

    *rows* are the rows of its phrasings; *words_of* returns the words of a row, in order.
    """

    index: Index
    rows: range
    words_of: Callable[[int], tuple[str, ...]]

    @property
    def language(self) -> Language:
        """Language of the phrasings."""
        return self.index.language

    def has(self, word: str) -> bool:
        """Return True if any phrasing has *word*."""
        return self.index.vocabulary.id_of.get(word) in self._ids

    def lacking(self, words: Iterable[str]) -> list[str]:
        """Return those of *words* that no phrasing has."""
        id_of, ids = self.index.vocabulary.id_of.get, self._ids
        return [word for word in words if id_of(word) not in ids]

    @cached_property
    def _ids(self) -> frozenset[int]:
        """Vocabulary ids of all words."""
        starts = self.index.row_terms.starts
        ids = self.index.row_terms.ids[starts[self.rows.start] : starts[self.rows.stop]]
        return frozenset(ids.tolist())

    @cached_property
    def words(self) -> frozenset[str]:
        """All words of all phrasings."""
        known = self.index.vocabulary.words
        return frozenset([known[number] for number in self._ids])

    @cached_property
    def phrasings(self) -> tuple[tuple[str, ...], ...]:
        """Words of each phrasing, in order."""
        return tuple(map(self.words_of, self.rows))

    @cached_property
    def cores(self) -> tuple[tuple[str, ...], ...]:
        """Core of each phrasing."""
        return tuple(core(self.language, words) for words in self.phrasings)

    @cached_property
    def sides(self) -> Sides:
        """Sides of opposites that the phrasings take, each with a word that takes it."""
        taken = (sides_of(self.language, words) for words in self.phrasings)
        return {side: word for sides in taken for side, word in sides.items()}

    def sides_with(self, word: str) -> bool:
        """Return True if a phrasing takes a side of opposites that *word* takes."""
        return any(side in self.sides for side in sides_of(self.language, (word,)))

    @cached_property
    def numerals(self) -> tuple[Numeral, ...]:
        """Numerals of all phrasings."""
        return tuple(chain.from_iterable(numerals(self.language, one) for one in self.phrasings))

    @cached_property
    def negated(self) -> frozenset[str]:
        """Negated words of all phrasings."""
        return frozenset(chain.from_iterable(negated(self.language, one) for one in self.phrasings))


@dataclass(frozen=True, slots=True)
class Compared:
    """Question beside its best entry: its *words*, and the *new* ones, which no phrasing has.

    *row* is the phrasing of *entry* that is most similar. *marks* and *new_marks* are the marks
    of all words and of the new ones.
    """

    words: Sequence[str]
    new: Sequence[str]
    entry: EntryPhrasings
    row: int
    marks: int
    new_marks: int

    @classmethod
    def of(cls, words: Sequence[str], entry: EntryPhrasings, row: int, marks: Marks) -> Self:
        """Compare *words* with *entry*, of which the phrasing *row* is most similar."""
        new = entry.lacking(words)  # known words of the entry never contradict it
        found = found_new = 0
        for word in words:
            found |= marks[word]
        for word in new:
            found_new |= marks[word]
        return cls(words, new, entry, row, found, found_new)

    @property
    def nearest(self) -> tuple[str, ...]:
        """Words of the most similar phrasing."""
        return self.entry.words_of(self.row)
