"""Word classes of a language that ask for facts, or tell them: "when", "Monday", "fee"."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import cached_property


class FactWords(ABC):
    """Word classes of questions for a time, a person, a number, a price or a place, and of their answers.

    Each is computed on first use.
    """

    @abstractmethod
    def _class(self, name: str) -> Sequence[str]:
        """Return the words of the class *name*; empty without it."""

    @cached_property
    def spans(self) -> frozenset[str]:
        """Units of time, which identify a number only before another word: "30 day trial"."""
        return frozenset(self._class("spans"))

    @cached_property
    def time_questions(self) -> frozenset[str]:
        """Question words that ask for a time: "when"."""
        return frozenset(self._class("time_questions"))

    @cached_property
    def time_words(self) -> frozenset[str]:
        """Words that may tell a time: "Monday", "after", "daily"."""
        return frozenset(self._class("time_words")) | self.spans

    @cached_property
    def time_nouns(self) -> frozenset[str]:
        """Words that name a time in a question: "hours". All words that may tell a time without a list."""
        return frozenset(self._class("time_nouns")) or self.time_words

    @cached_property
    def rates(self) -> frozenset[str]:
        """Words before a rate's unit: "per" in "per night"."""
        return frozenset(self._class("rates"))

    @cached_property
    def person_questions(self) -> frozenset[str]:
        """Question words that ask for a person: "who"."""
        return frozenset(self._class("person_questions"))

    @cached_property
    def quantity_questions(self) -> frozenset[str]:
        """Word pairs, joined by "_", asking for a number: "how_many"."""
        return frozenset(self._class("quantity_questions"))

    @cached_property
    def counting_questions(self) -> frozenset[str]:
        """Word pairs, joined by "_", before counted nouns: "how_many"."""
        return frozenset(self._class("counting_questions"))

    @cached_property
    def duration_questions(self) -> frozenset[str]:
        """Word pairs, joined by "_", asking for a duration: "how_long"."""
        return frozenset(self._class("duration_questions"))

    @cached_property
    def price_questions(self) -> frozenset[str]:
        """Pairs of words, joined by "_", that ask for a price before a function word: "how_much"."""
        return frozenset(self._class("price_questions"))

    @cached_property
    def price_followers(self) -> frozenset[str]:
        """Words after "how much" in a price question: "is", "does"."""
        return frozenset(self._class("price_followers"))

    @cached_property
    def clause_words(self) -> frozenset[str]:
        """Question words that open a clause, too: "when I move"."""
        return frozenset(self._class("clause_words"))

    @cached_property
    def place_questions(self) -> frozenset[str]:
        """Word pairs, joined by "_", asking for a place: "where_is"."""
        return frozenset(self._class("place_questions"))

    @cached_property
    def fact_marks(self) -> frozenset[str]:
        """Words of which a question that asks for a fact has at least one.

        Question words that ask by themselves, last words of pairs, and words for a price: not "what".
        """
        places = (pair.partition("_")[0] for pair in self.place_questions)
        pairs = (pair.rpartition("_")[2] for pair in self._pairs)
        asking = self.time_questions | self.person_questions
        return asking.union(places, pairs, self.price_nouns, self.price_verbs)

    @cached_property
    def fact_starts(self) -> frozenset[str]:
        """First words of pairs and questions that ask for facts."""
        places = (pair.partition("_")[0] for pair in self.place_questions)
        return self.naming_questions.union(self.pair_starts, places)

    @cached_property
    def pair_starts(self) -> frozenset[str]:
        """First words of the pairs that ask for a number, a duration, a price or a year."""
        return frozenset(pair.partition("_")[0] for pair in self._pairs)

    @cached_property
    def _pairs(self) -> frozenset[str]:
        pairs = self.quantity_questions | self.duration_questions | self.price_questions
        return pairs | self.counting_questions | self.year_questions

    @cached_property
    def naming_questions(self) -> frozenset[str]:
        """Question words that ask for a thing by its noun: "what" in "what fees"."""
        return frozenset(self._class("naming_questions"))

    @cached_property
    def copulas(self) -> frozenset[str]:
        """Forms of "be" after question words: "what is the fee"."""
        return frozenset(self._class("copulas"))

    @cached_property
    def year_questions(self) -> frozenset[str]:
        """Word pairs, joined by "_", asking for a year: "what_year"."""
        return frozenset(self._class("year_questions"))

    @cached_property
    def year_words(self) -> frozenset[str]:
        """Words that may tell a year: "century"."""
        return frozenset(self._class("year_words"))

    @cached_property
    def price_nouns(self) -> frozenset[str]:
        """Nouns by which a question asks for a price: "fee"."""
        return frozenset(self._class("price_nouns"))

    @cached_property
    def price_verbs(self) -> frozenset[str]:
        """Verbs by which a question asks for a price: "cost"."""
        return frozenset(self._class("price_verbs"))

    @cached_property
    def duration_words(self) -> frozenset[str]:
        """Words that may tell a duration: "forever", "hours"."""
        return frozenset(self._class("duration_words")) | self.spans

    @cached_property
    def price_words(self) -> frozenset[str]:
        """Words that may tell a price, or name it: "fee", "euros", "free"."""
        return frozenset(self._class("price_words"))

    @cached_property
    def place_words(self) -> frozenset[str]:
        """Words that may tell a place: "address", "behind"."""
        return frozenset(self._class("place_words")) | self.place_nouns

    @cached_property
    def place_nouns(self) -> frozenset[str]:
        """Words that name a place in a question: "address"."""
        return frozenset(self._class("place_nouns"))

    @cached_property
    def attributes(self) -> Mapping[str, frozenset[str]]:
        """Words that may tell an attribute, by the words that ask for it: "age" for "how old"."""
        found: dict[str, list[str]] = {"": []}
        for word in self._class("attributes"):
            if "_" in word:
                found[word.replace("_", " ")] = []
            else:
                found[[*found][-1]].append(word)
        return {asked: frozenset(words) for asked, words in found.items() if words}

    @cached_property
    def quantity_words(self) -> frozenset[str]:
        """Words that may tell a number: "no", "several", "free"."""
        return frozenset(self._class("quantity_words"))
