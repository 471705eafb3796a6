"""Contradiction check: reasons to offer choices although a match is confident.

A question is compared with all phrasings of the best entry: their polarity, numbers and key terms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from faqbot.models import Reason
from faqbot.retrieval.contradictions.facts import asked_fact, holds_fact
from faqbot.retrieval.contradictions.numbers import Numeral, numerals, other_number
from faqbot.retrieval.contradictions.order import other_direction, other_particle, particles
from faqbot.retrieval.contradictions.polarity import (
    Sides,
    affirms,
    denies,
    may_take_side,
    negated,
    opposite,
    prefix_variants,
    prefixed,
    share_side,
    sides_of,
    without_framing,
)
from faqbot.retrieval.contradictions.substitution import core, difference, is_slot, may_differ
from faqbot.retrieval.index.index import Index
from faqbot.retrieval.languages import Language, has_form
from faqbot.retrieval.query import Reading
from faqbot.retrieval.text import normalize

__all__ = ["Abstention", "ContradictionCheck", "EntryPhrasings"]

_TOKEN = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?:]\s*$")
# Similarity of spelling, 0 to 1, above which two words count as one. Chosen by hand.
MIN_SPELLING_SIMILARITY = 0.5
# Phrasings and entries whose words are cached. Chosen by hand.
MAX_CACHED = 2000
# Fewest distinct words of an answer that may lack a fact. Chosen by hand: "Yes." may be a link or a picture.
MIN_ANSWER_WORDS = 5
# Longest question, in words, whose negation counts. A longer text tells a story, in which a "not" is
# seldom the subject. Chosen by hand.
MAX_WORDS_OF_NEGATION = 20


@dataclass(frozen=True, slots=True)
class Abstention:
    """Reason to offer choices in place of an answer.

    *text* is a sentence for people that names the words in question.
    """

    reason: Reason
    text: str


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

    @cached_property
    def numerals(self) -> tuple[Numeral, ...]:
        """Numerals of all phrasings."""
        return tuple(chain.from_iterable(numerals(self.language, one) for one in self.phrasings))

    @cached_property
    def negated(self) -> frozenset[str]:
        """Negated words of all phrasings."""
        return frozenset(chain.from_iterable(negated(self.language, one) for one in self.phrasings))


class ContradictionCheck:
    """Comparison of a question with its best entry, for words that contradict it.

    Thread-safe: concurrent writers of its caches store equal values.
    """

    def __init__(self, index: Index, words_of: Callable[[int], Sequence[str]]) -> None:
        """Check against the entries of *index*.

        *words_of* returns the words of a row, as in questions.
        """
        self._language = index.language
        self._index = index
        self._words_of = lru_cache(MAX_CACHED)(lambda row: tuple(words_of(row)))
        self.phrasings = lru_cache(MAX_CACHED)(self._phrasings_of)

    def check(self, reading: Reading, row: int) -> Abstention | None:
        """Return the reason not to answer *reading* with the entry of *row*.

        The result is None without a reason. *row* is the phrasing of that entry that is most
        similar to the question.
        """
        if name := self._unknown_name(reading.text):
            text = f"The knowledge base does not mention \u201c{name}\u201d."
            return Abstention(Reason.UNKNOWN_NAME, text)
        entry = self.phrasings(int(self._index.entry_of[row]))
        new = entry.lacking(reading.words)  # known words of the entry never contradict it
        return (
            _abstention(Reason.OPPOSITE, self._opposite(reading.words, new, entry, row))
            or _abstention(Reason.NEGATION, self._negation(reading.words, entry, row))
            or _abstention(Reason.NUMBER, self._number(reading.words, entry, row))
            or _abstention(Reason.OTHER_WORD, self._substitution(reading.words, new, entry, row))
            or _abstention(Reason.NO_FACT, self._missing_fact(reading.words, entry, row))
        )

    def takes_side(
        self, words: Sequence[str], entry: EntryPhrasings, opposed: EntryPhrasings
    ) -> bool:
        """Return True if *entry* says what *words* say, where the *opposed* entry says the opposite.

        Both entries have a content word in common.
        """
        if not any(map(self._language.is_content, entry.words & opposed.words)):
            return False
        mine = sides_of(self._language, words).keys() - opposed.sides.keys()
        if not mine.isdisjoint(entry.sides):
            return True
        new = opposed.lacking(words)
        return not entry.lacking(new) and (bool(new) or not self._direction(words, entry))

    def _phrasings_of(self, entry: int) -> EntryPhrasings:
        first, end = self._index.first_row[entry : entry + 2].tolist()
        return EntryPhrasings(self._index, range(first, end), self._words_of)

    def _opposite(
        self, words: Sequence[str], new: Sequence[str], entry: EntryPhrasings, row: int
    ) -> str:
        """Return a sentence if the question has the opposite of a word of the entry, else ""."""
        language, found = self._language, None
        if may_take_side(language, words, new):
            found = opposite(language, words, entry.words_of(row), lambda: entry.sides)
        variants = chain.from_iterable(prefix_variants(language, word) for word in new)
        if found is None and any(map(entry.has, variants)):
            found = prefixed(language, new, entry.words_of(row), entry.words)
        if found is None and not particles(language).isdisjoint(new):
            found = other_particle(language, words, entry.words_of(row), new)
        if found is None:
            return self._direction(words, entry)
        return (
            f"The question says \u201c{found[0]}\u201d, but the best match says the opposite, "
            f"\u201c{found[1]}\u201d."
        )

    def _direction(self, words: Sequence[str], entry: EntryPhrasings) -> str:
        """Return a sentence if the question exchanges two things of the entry, else ""."""
        language = self._language
        if language.connectors.isdisjoint(words):
            return ""
        found = other_direction(language, words, entry.phrasings)
        if found is None:
            return ""
        mine, theirs = (" ".join(filter(None, (one[1], one[0], one[2]))) for one in found)
        return f"The question says \u201c{mine}\u201d, the best match \u201c{theirs}\u201d."

    def _negation(self, words: Sequence[str], entry: EntryPhrasings, row: int) -> str:
        """Return a sentence if only one of question and entry is negated, else ""."""
        if not affirms(self._language, words):
            return self._negated_by_question(words, entry, row)
        return self._negated_by_entry(words, entry, row) if self._is_negative[row] else ""

    @cached_property
    def _is_negative(self) -> NDArray[np.bool_]:
        """True for each row with a negative word, which few rows have.

        Type and shape: bool (rows,).
        """
        is_negative = np.zeros(len(self._index.row_terms), np.bool_)
        id_of = self._index.vocabulary.id_of
        for word in self._language.negative_words.intersection(id_of):
            is_negative[self._index.postings.row(id_of[word])] = True
        return is_negative

    def _negated_by_entry(self, words: Sequence[str], entry: EntryPhrasings, row: int) -> str:
        language, nearest = self._language, entry.words_of(row)
        if not self._states_of(words, nearest):
            return ""
        for word in negated(language, nearest):
            if has_form(language, word, words) and all(
                denies(language, other) for other in entry.phrasings if word in other
            ):
                return f"The best match negates \u201c{word}\u201d, the question does not."
        return ""

    def _states_of(self, words: Sequence[str], nearest: Sequence[str]) -> bool:
        """Return True if *words* ask the same as *nearest*, a phrasing, or state a part of it."""
        language = self._language
        mine, other = without_framing(language, words), without_framing(language, nearest)
        if mine == other:
            return True
        asks = any(word in language.question_words and word not in nearest for word in words)
        return not asks and all(has_form(language, word, other) for word in mine)

    def _negated_by_question(self, words: Sequence[str], entry: EntryPhrasings, row: int) -> str:
        language = self._language
        if len(words) > MAX_WORDS_OF_NEGATION or denies(language, entry.words_of(row)):
            return ""
        for word in negated(language, words):
            affirmed = has_form(language, word, entry.words)
            if affirmed and not has_form(language, word, entry.negated):
                return f"The question negates \u201c{word}\u201d, the best match does not."
        return ""

    def _number(self, words: Sequence[str], entry: EntryPhrasings, row: int) -> str:
        """Return a sentence if the question has another number than the entry, else ""."""
        if not numerals(self._language, words):
            return ""
        found = other_number(self._language, words, entry.words_of(row), lambda: entry.numerals)
        if found is None:
            return ""
        return (
            f"The question says \u201c{found[0]}\u201d, but the best match says "
            f"\u201c{found[1]}\u201d."
        )

    def _substitution(
        self, words: Sequence[str], new: Sequence[str], entry: EntryPhrasings, row: int
    ) -> str:
        """Return a sentence if the question differs from the nearest phrasing in one term, else ""."""
        language = self._language
        if not language.has_lists or not any(may_differ(language, word) for word in new):
            return ""
        nearest = entry.words_of(row)
        found = difference(language, words, nearest, lambda word: self._has(word, entry, row))
        if found is None:
            return ""
        word, instead = found
        if share_side(language, word, instead) or is_slot(language, word, words, entry.cores):
            return ""
        if instead:
            return (
                f"The question says \u201c{word}\u201d where the best match says "
                f"\u201c{instead}\u201d."
            )
        return f"The best match does not mention \u201c{word}\u201d."

    def _missing_fact(self, words: Sequence[str], entry: EntryPhrasings, row: int) -> str:
        """Return a sentence if the question asks for a fact that the entry does not hold, else ""."""
        language, index = self._language, self._index
        fact = asked_fact(language, words)
        if not fact:
            return ""
        ids = index.answers.row(int(index.entry_of[row]))
        if len(ids) < MIN_ANSWER_WORDS:
            return ""
        answer = [index.answer_vocabulary.words[number] for number in ids.tolist()]
        if holds_fact(language, fact, words, entry.phrasings, answer):
            return ""
        return f"The question asks \u201c{fact}\u201d, which the best match does not answer."

    def _has(self, word: str, entry: EntryPhrasings, row: int) -> bool:
        """Return True if a phrasing of the entry has *word*, or its answer a word of no phrasing."""
        if self._has_similar(word, entry.words):
            return True
        number = self._index.answer_vocabulary.id_of.get(word)
        if number is None or word in self._index.vocabulary.id_of:
            return False
        return number in self._index.answers.row(int(self._index.entry_of[row]))

    def _has_similar(self, word: str, words: Container[str]) -> bool:
        """Return True if *words* have *word*, or a known word of similar spelling."""
        vocabulary = self._index.vocabulary
        near = vocabulary.similar_terms(word)
        ids = near.ids[near.similarity > MIN_SPELLING_SIMILARITY].tolist()
        return word in words or any(vocabulary.words[number] in words for number in ids)

    def _unknown_name(self, text: str) -> str:
        """Return the first name in *text* that the knowledge base does not mention, else ""."""
        if text.islower():
            return ""
        for name in _names(text, capitalised=self._language.capitals_mark_names):
            if not all(map(self._is_known, self._language.tokenize(normalize(name)))):
                return name
        return ""

    def _is_known(self, word: str) -> bool:
        """Return True if an answer has *word*, or a phrasing a word of similar spelling."""
        index = self._index
        if word in index.answer_vocabulary.id_of:
            return True
        near = index.vocabulary.similar_terms(word)
        return bool((near.similarity[index.asked[near.ids]] > MIN_SPELLING_SIMILARITY).any())


def _abstention(reason: Reason, text: str) -> Abstention | None:
    return Abstention(reason, text) if text else None


def _names(text: str, *, capitalised: bool) -> Iterator[str]:
    """Yield the names in *text*: words in capitals and, if *capitalised*, those inside a sentence."""
    tokens = list(_TOKEN.finditer(text))
    if 2 * sum(token[0][0].isupper() for token in tokens) > len(tokens) + 1:
        return  # in a heading, or a text in capitals, they mark no names
    for token in tokens:
        word, before = token[0], text[: token.start()].rstrip()
        starts_sentence = not before or _SENTENCE_END.search(before)
        named = capitalised and word[0].isupper() and not starts_sentence
        if len(word) > 1 and (word.isupper() or named):
            yield word
