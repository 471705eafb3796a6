"""Key terms by which questions and entries are compared."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain

from faqbot.retrieval.contradictions import ContradictionCheck
from faqbot.retrieval.contradictions.compared import LABEL, SIDE, TERM_START, all_marks
from faqbot.retrieval.contradictions.numbers import labels
from faqbot.retrieval.contradictions.polarity import sides_of
from faqbot.retrieval.languages import Language, bases


@dataclass(frozen=True)
class EntryTerms:
    """Key terms of an entry's phrasings: *each* has the base forms of each key term, for each phrasing."""

    each: Sequence[Sequence[frozenset[str]]]

    @cached_property
    def _numbers(self) -> dict[str, set[int]]:
        """Numbers of the phrasings that have each base form."""
        found: dict[str, set[int]] = {}
        for number, terms in enumerate(self.each):
            for form in chain.from_iterable(terms):
                found.setdefault(form, set()).add(number)
        return found

    def _having(self, term: Iterable[str]) -> set[int]:
        """Return the numbers of the phrasings that have any form of *term*."""
        numbers = self._numbers
        return set().union(*[numbers[form] for form in term if form in numbers])

    def cover(self, terms: Sequence[frozenset[str]]) -> Collection[int]:
        """Return the numbers of the phrasings that have all *terms*."""
        if not terms:
            return range(len(self.each))
        numbers = self._having(terms[0])
        for term in terms[1:]:
            if numbers:
                numbers &= self._having(term)
        return numbers

    def missing(self, terms: Iterable[frozenset[str]]) -> list[frozenset[str]]:
        """Return those of *terms* that no phrasing has."""
        known = self._numbers.keys()
        return [term for term in terms if known.isdisjoint(term)]

    def fewest_others(self, numbers: Iterable[int], terms: Sequence[frozenset[str]]) -> int:
        """Return the fewest key terms beside *terms* that one of the phrasings *numbers* has."""
        said = frozenset().union(*terms)
        return min(sum(map(said.isdisjoint, self.each[one])) for one in numbers)


class KeyTerms:
    """Reader of the key terms of questions and entries.

    Thread-safe: concurrent writers of its cache store equal values.
    """

    def __init__(self, language: Language, contradictions: ContradictionCheck) -> None:
        """Read words of *language*, and phrasings of entries from *contradictions*."""
        self._language = language
        self._contradictions = contradictions
        self._marks = contradictions.marks
        self.of_entry = lru_cache(2000)(self._of_entry)

    def _of_entry(self, entry: int) -> EntryTerms:
        phrasings = self._contradictions.phrasings(entry).phrasings
        return EntryTerms([*map(self.of_words, phrasings)])

    def of_words(self, words: Sequence[str]) -> tuple[frozenset[str], ...]:
        """Return the base forms of each distinct key term of *words*; a label counts as one.

        Terms on one side of opposites are equal: each has the number of its group and side as a form, too.
        """
        language, light = self._language, self._language.light_words
        marks = all_marks(self._marks.__getitem__, words)
        sides: dict[str, set[str]] = {}
        if marks & (SIDE | TERM_START):
            for side, term in sides_of(language, words).items():
                sides.setdefault(term.partition(" ")[0], set()).add(str(side))
        found = [word for word in dict.fromkeys(words) if word in sides or word not in light]
        terms = [bases(language, word) for word in found]
        if sides:
            terms = [
                term.union(sides.get(word, ())) for word, term in zip(found, terms, strict=True)
            ]
        if marks & LABEL:
            marked = {label.value for label in labels(language, words)}
            terms += [frozenset({one}) for one in sorted(marked) if one not in found]
        return tuple(terms)
