"""What the guard holds a question against: all that an entry's phrasings say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from faqbot.retrieval.index import Index
from faqbot.retrieval.negation import negated
from faqbot.retrieval.numerals import Numeral, numerals
from faqbot.retrieval.opposites import Sides, sides_of, without_prefix
from faqbot.retrieval.telling import core

__all__ = ["Spoken"]


@dataclass(frozen=True)
class Spoken:
    """What an entry's phrasings say. Most questions need little of it, so that each thing is read when needed.

    *rows* are the entry's phrasings, *split* gives the words of one, in order.
    """

    index: Index
    rows: range
    split: Callable[[int], tuple[str, ...]]

    @cached_property
    def words(self) -> frozenset[str]:
        """All words of all of them."""
        starts, known = self.index.words.starts, self.index.lexicon.words
        ids = self.index.words.ids[starts[self.rows.start] : starts[self.rows.stop]]
        return frozenset([known[number] for number in ids.tolist()])

    @cached_property
    def bare(self) -> frozenset[str]:
        """What is left of its words that may be another with a prefix that negates."""
        return frozenset(map(without_prefix, self.words)) - {""}

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
