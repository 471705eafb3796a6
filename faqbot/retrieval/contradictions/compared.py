"""Question beside an entry: words that only the question has, and marks of the comparisons to make.

A mark says in which comparisons a word may take part. Most questions have few marks, and a comparison
without a marked word is skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import chain
from operator import or_
from typing import TypeAlias

import numpy as np

from faqbot.retrieval.contradictions.facts import FactSource
from faqbot.retrieval.contradictions.names import is_name
from faqbot.retrieval.contradictions.numbers import Numeral, is_label, is_numeric, numerals
from faqbot.retrieval.contradictions.order import (
    Related,
    comparable_connectors,
    particles,
    relations,
)
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
from faqbot.retrieval.index.subject import MIN_ANSWER_SHARE, MIN_ANSWERS, names_subject
from faqbot.retrieval.languages import Language, bases, meanings
from faqbot.retrieval.query import Reading

# Words whose marks are cached, about 1 MB: those of a few hundred entries and questions. Chosen by hand.
MAX_MARKED_WORDS = 10_000

# Word that relates two things: "from", "before".
CONNECTOR = 1 << 0
# Term that may decide between two questions.
DIFFERENT = 1 << 1
# Word of a question for a fact: "when", "many", "fee".
FACT = 1 << 2
# Single letter, which may label a term: "plan B".
LABEL = 1 << 3
# Word that is a name by its form, or that no dictionary has.
NAME = 1 << 4
# Word that negates or denies.
NEGATIVE = 1 << 5
# Word with a digit, or a number in letters.
NUMBER = 1 << 6
# Particle that has an opposite: "in".
PARTICLE = 1 << 7
# Word before the unit of a rate: "per".
RATE = 1 << 8
# Word that takes a side of opposites: "buy".
SIDE = 1 << 9
# First of two words that together take a side: "turn" of "turn on".
TERM_START = 1 << 10


class Marks(ComputedCache[str, int]):
    """Marks of each word of a language, added up: ``marks[word]``. Thread-safe."""

    def __init__(self, language: Language) -> None:
        """Mark words by the lists of *language*."""

        def marks_of(word: str) -> int:
            found = {
                CONNECTOR: word in language.connectors,
                DIFFERENT: may_differ(language, word),
                FACT: word in language.fact_marks,
                LABEL: is_label(word),
                NAME: is_name(language, word),
                NEGATIVE: word in language.negative_words,
                NUMBER: is_numeric(language, word),
                PARTICLE: word in particles(language),
                RATE: word in language.rates,
                SIDE: takes_side(language, word),
                TERM_START: starts_term(language, word),
            }
            return sum(mark for mark, holds in found.items() if holds)

        super().__init__(marks_of, MAX_MARKED_WORDS)


def all_marks(marks_of: Callable[[str], int], words: Iterable[str]) -> int:
    """Return the marks of all *words*, added up."""
    return reduce(or_, map(marks_of, words), 0)


@dataclass(frozen=True)
class EntryPhrasings:
    """Words, sides, numerals and negations of all phrasings of an entry, each computed on first use.

    *number* is that of the entry, *rows* are those of its phrasings, and *answer* is its answer.
    *words_of* returns the words of a row, in order, and *marks_of* the marks of a word.
    """

    index: Index
    number: int
    rows: range
    words_of: Callable[[int], tuple[str, ...]]
    marks_of: Callable[[str], int]
    answer: str = ""

    @property
    def language(self) -> Language:
        """Language of the phrasings."""
        return self.index.language

    def has(self, word: str) -> bool:
        """Return True if any phrasing has *word*."""
        return self.index.vocabulary.id_of.get(word) in self._ids

    def has_form(self, word: str) -> bool:
        """Return True if any phrasing has *word* in any regular form."""
        return not bases(self.language, word).isdisjoint(self._forms)

    def has_similar(self, word: str) -> bool:
        """Return True if any phrasing has *word*, or a known word of similar spelling."""
        return self.has(word) or not self._ids.isdisjoint(self.index.vocabulary.alike[word])

    def says(self, word: str) -> bool:
        """Return True if the phrasings, the id, the answer or the keywords have *word*."""
        index = self.index
        return (
            self.has_similar(word)
            or index.answer_vocabulary.id_of.get(word) in self.answer_ids
            or index.vocabulary.id_of.get(word) in index.content.row(self.number)
        )

    def means(self, word: str) -> bool:
        """Return True if a key term of any phrasing is similar in meaning to *word*."""
        return not meanings(self.language, word).isdisjoint(self._meanings)

    def means_noun(self, word: str) -> bool:
        """Return True if a key term of any phrasing has a sense of *word*, a noun."""
        return not meanings(self.language, word, as_noun=True).isdisjoint(self._noun_meanings)

    @cached_property
    def _meanings(self) -> frozenset[int]:
        """Groups of similar meaning that the key terms of all phrasings are in."""
        return self._meanings_of_terms(as_noun=False)

    @cached_property
    def _noun_meanings(self) -> frozenset[int]:
        """Groups of nouns of the same sense that the key terms of all phrasings are in."""
        return self._meanings_of_terms(as_noun=True)

    def _meanings_of_terms(self, *, as_noun: bool) -> frozenset[int]:
        language = self.language
        terms = filter(language.is_key_term, self.words)
        return frozenset().union(*(meanings(language, word, as_noun=as_noun) for word in terms))

    def adds(self, word: str) -> bool:
        """Return True if the answer has *word*, which no phrasing of any entry has."""
        number = self.index.answer_vocabulary.id_of.get(word)
        return number in self.answer_ids and word not in self.index.vocabulary.id_of

    def knows(self, word: str) -> bool:
        """Return True if the entry has *word* or its like.

        Forms of a word, words on the same side of opposites, words of the subject and numbers in
        letters count, too.
        """
        if self.sides_with(word) or is_subject(self.index, word) or self.says(word):
            return True
        digits = self.language.number_words.get(word, "").rstrip(".")
        has_form = not bases(self.language, word).isdisjoint(self._said_forms)
        return has_form or digits in self.words or digits in self._answer_words

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
    def answer_ids(self) -> frozenset[int]:
        """Ids of the words of the answer in the vocabulary of answers."""
        return frozenset(self.index.answers.row(self.number).tolist())

    @cached_property
    def _answer_words(self) -> frozenset[str]:
        known = self.index.answer_vocabulary.words
        return frozenset([known[number] for number in self.answer_ids])

    @cached_property
    def _forms(self) -> frozenset[str]:
        """Base forms of all words of all phrasings."""
        return frozenset().union(*(bases(self.language, word) for word in self.words))

    @cached_property
    def _said_forms(self) -> frozenset[str]:
        """Base forms of all words of the phrasings and of the answer."""
        return self._forms.union(*(bases(self.language, word) for word in self._answer_words))

    @cached_property
    def fact_source(self) -> FactSource:
        """Texts in which a fact is looked for."""
        known = self.index.vocabulary.words
        content = [known[number] for number in self.index.content.row(self.number).tolist()]
        said = self._answer_words.union(content)
        return FactSource(self.language, self.phrasings, said, self.answer)

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
    def marks(self) -> int:
        """Marks of all words of all phrasings, which are known before any phrasing is split."""
        return all_marks(self.marks_of, self.words)

    @cached_property
    def related(self) -> tuple[Related, ...]:
        """Phrasings that relate two things, each with its relations."""
        found = [(words, relations(self.language, words)) for words in self.phrasings]
        return tuple(each for each in found if each[1])

    @cached_property
    def connectors(self) -> frozenset[str]:
        """Connectors of questions whose relations are comparable with those of the phrasings."""
        kinds = {one[0] for _, found in self.related for one in found}
        return comparable_connectors(self.language, kinds)

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


def is_subject(index: Index, word: str) -> bool:
    """Return True if *word* names the subject that the entries have in common."""
    answered, asked = index.answer_vocabulary.id_of.get(word), index.vocabulary.id_of.get(word)
    if answered is None:
        return False
    count = len(index.answer_postings.row(answered))
    uses = 0 if asked is None else len(index.postings.row(asked))
    return names_subject(count / index.entry_count, count, uses / index.phrasing_count)


def is_common(index: Index, word: str) -> bool:
    """Return True if *word* names the subject, or stands in the phrasings of many entries."""
    if is_subject(index, word):
        return True
    number = index.vocabulary.id_of.get(word)
    if number is None:
        return False
    count = len(np.unique(index.entry_of[index.postings.row(number)]))
    return count >= MIN_ANSWERS and count >= MIN_ANSWER_SHARE * index.entry_count


MayLack: TypeAlias = Callable[[str], bool]
"""Whether an entry may be the answer without a word that the question has."""


def must_know(_word: str) -> bool:
    """Return False: an entry must know every word."""
    return False


@dataclass(frozen=True, slots=True)
class Compared:
    """Question beside its best entry: its *words*, and the *new* ones, which no phrasing has.

    *row* is the phrasing of *entry* that is most similar. *marks* and *new_marks* are the marks
    of all words and of the new ones. *may_lack* returns True for a word that the entry need not know.
    """

    reading: Reading
    words: Sequence[str]
    new: Sequence[str]
    entry: EntryPhrasings
    row: int
    marks: int
    new_marks: int
    may_lack: MayLack = must_know

    @property
    def may_have_new_names(self) -> bool:
        """Whether a new word may be a name: by its mark, or by a capital after the first letter."""
        text = self.reading.typed or self.reading.text
        return bool(self.new_marks & (NAME | LABEL)) or bool(self.new and not text[1:].islower())

    @property
    def nearest(self) -> tuple[str, ...]:
        """Words of the most similar phrasing."""
        return self.entry.words_of(self.row)
