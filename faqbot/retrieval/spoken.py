"""What the guard holds a question against: all that an entry's phrasings say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from faqbot.retrieval.contradictions.numbers import Numeral, numerals
from faqbot.retrieval.contradictions.polarity import Sides, sides_of
from faqbot.retrieval.contradictions.substitution import core
from faqbot.retrieval.index.index import Index
from faqbot.retrieval.negation import negated

__all__ = ["Spoken"]


@dataclass(frozen=True)
class Spoken:
    """What an entry's phrasings say. Most questions need little of it, so that each thing is read when needed.

    *rows* are the entry's phrasings, *split* gives the words of one, in order.
    """

    index: Index
    rows: range
    split: Callable[[int], tuple[str, ...]]

    def has(self, word: str) -> bool:
        """Tell whether any of them has *word*."""
        return self.index.lexicon.id_of.get(word) in self._numbers

    def lacking(self, words: Iterable[str]) -> list[str]:
        """Return those of *words* that none of them has."""
        number_of, numbers = self.index.lexicon.id_of.get, self._numbers
        return [word for word in words if number_of(word) not in numbers]

    @cached_property
    def _numbers(self) -> frozenset[int]:
        """The numbers of all their words in the lexicon."""
        starts = self.index.words.starts
        ids = self.index.words.ids[starts[self.rows.start] : starts[self.rows.stop]]
        return frozenset(ids.tolist())

    @cached_property
    def words(self) -> frozenset[str]:
        """All words of all of them."""
        known = self.index.lexicon.words
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
