"""Contradiction check: reasons to offer choices although a match is confident.

A question is compared with all phrasings of the best entry: their polarity, numbers and key terms.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from faqbot.models import Reason
from faqbot.retrieval.contradictions.compared import (
    CONNECTOR,
    DIFFERENT,
    FACT,
    LABEL,
    NEGATIVE,
    NUMBER,
    PARTICLE,
    RATE,
    SIDE,
    TERM_START,
    Compared,
    EntryPhrasings,
    Marks,
    MayLack,
    all_marks,
    is_common,
    is_subject,
    must_know,
)
from faqbot.retrieval.contradictions.facts import asked_fact
from faqbot.retrieval.contradictions.known_names import NameCheck
from faqbot.retrieval.contradictions.numbers import numerals, other_number, other_rate
from faqbot.retrieval.contradictions.order import other_direction, other_particle
from faqbot.retrieval.contradictions.polarity import (
    denies,
    denies_other,
    has_two_word_term,
    negated,
    opposite,
    prefix_variants,
    prefixed,
    share_side,
    sides_of,
    without_framing,
)
from faqbot.retrieval.contradictions.subjects import (
    other_action,
    other_object,
    other_thing,
    other_whole,
)
from faqbot.retrieval.contradictions.substitution import difference, is_noun, is_slot
from faqbot.retrieval.index.index import Index
from faqbot.retrieval.languages import has_form
from faqbot.retrieval.query import Reading

__all__ = ["Abstention", "ContradictionCheck", "EntryPhrasings"]

# Phrasings whose words are cached. Chosen by hand.
MAX_CACHED = 2000
# Words whose forms with other prefixes are cached: those of a few hundred questions. Chosen by hand.
MAX_CACHED_WORDS = 4096
# Entries whose words and base forms are cached: at most 50 kB each, most of it for a long answer. Chosen
# by hand.
MAX_CACHED_ENTRIES = 500
# Fewest distinct words of an answer that may lack a fact. Chosen by hand: "Yes." may be a link or a picture.
MIN_ANSWER_WORDS = 3
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


class ContradictionCheck:
    """Comparison of a question with its best entry, for words that contradict it.

    Thread-safe: concurrent writers of its caches store equal values.
    """

    def __init__(
        self,
        index: Index,
        words_of: Callable[[int], Sequence[str]],
        answer_of: Callable[[int], str] = lambda _: "",
    ) -> None:
        """Check against the entries of *index*.

        *words_of* returns the words of a row, as in questions, and *answer_of* the answer of an entry.
        """
        self._answer_of = answer_of
        self._language = index.language
        self._index = index
        self._words_of = lru_cache(MAX_CACHED)(lambda row: tuple(words_of(row)))
        self._known_variants = lru_cache(MAX_CACHED_WORDS)(self._variants_of)
        self.marks = Marks(index.language)
        self.names = NameCheck(index)
        self.phrasings = lru_cache(MAX_CACHED_ENTRIES)(self._phrasings_of)
        self._checks: tuple[tuple[Reason, Callable[[Compared], str]], ...] = (
            (Reason.OPPOSITE, self._opposite),
            (Reason.NEGATION, self._negation),
            (Reason.NUMBER, self._number),
            (Reason.OTHER_WORD, self._substitution),
            (Reason.OTHER_WORD, self._other_subject),
            (Reason.NO_FACT, self._missing_fact),
            (Reason.OTHER_WORD, self._asked_noun),
        )

    def compare(self, reading: Reading, row: int, may_lack: MayLack = must_know) -> Compared:
        """Return *reading* beside the entry of *row*, its phrasing that is most similar.

        *may_lack* returns True for a word that the entry need not know.
        """
        entry, marks = self.phrasings(int(self._index.entry_of[row])), self.marks.__getitem__
        known = entry.words  # which never contradict their entry
        new = [word for word in reading.words if word not in known]
        found, found_new = all_marks(marks, reading.words), all_marks(marks, new)
        return Compared(reading, reading.words, new, entry, row, found, found_new, may_lack)

    def check(self, asked: Compared) -> Abstention | None:
        """Return the reason not to answer a question with the entry that it is *asked* of.

        The result is None without a reason.
        """
        if name := self.names.unknown(asked):
            text = f"The knowledge base does not mention \u201c{name}\u201d."
            return Abstention(Reason.UNKNOWN_NAME, text)
        for reason, check in self._checks:
            if text := check(asked):
                return Abstention(reason, text)
        return None

    def check_number(self, reading: Reading, row: int) -> Abstention | None:
        """Return the reason not to answer *reading* if the entry of *row* has other digits only.

        Unlike `check`, it reads no words, so that the question may be in another language.
        """
        entry = self.phrasings(int(self._index.entry_of[row]))
        typed = [word for word in reading.words if word.isdigit()]
        stored = sorted(word for word in entry.words if word.isdigit())
        if not typed or not stored or any(map(entry.has, typed)):
            return None
        text = f"The question says \u201c{typed[0]}\u201d, but the best match says \u201c{stored[0]}\u201d."
        return Abstention(Reason.NUMBER, text)

    def takes_side(
        self, words: Sequence[str], entry: EntryPhrasings, opposed: EntryPhrasings
    ) -> bool:
        """Return True if *entry* agrees with *words*, and the *opposed* entry with the opposite.

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
        rows, answer = range(first, end), self._answer_of(entry)
        marks = self.marks.__getitem__
        return EntryPhrasings(self._index, entry, rows, self._words_of, marks, answer)

    def _opposite(self, asked: Compared) -> str:
        """Return a sentence if the question has the opposite of a word of the entry, else ""."""
        language, found = self._language, None
        is_side_new = asked.new_marks & SIDE or (
            asked.marks & TERM_START and has_two_word_term(language, asked.words)
        )
        if is_side_new and asked.entry.marks & (SIDE | TERM_START):
            found = opposite(language, asked.words, asked.nearest, lambda: asked.entry.sides)
        variants = chain.from_iterable(map(self._known_variants, asked.new))
        if found is None and any(map(asked.entry.has, variants)):
            found = prefixed(language, asked.new, asked.nearest, asked.entry.words)
        if found is None and asked.new_marks & PARTICLE:
            found = other_particle(language, asked.words, asked.nearest, asked.new)
        if found is None:
            return self._direction(asked.words, asked.entry) if asked.marks & CONNECTOR else ""
        return (
            f"The question says \u201c{found[0]}\u201d, but the best match says the opposite, "
            f"\u201c{found[1]}\u201d."
        )

    def _variants_of(self, word: str) -> tuple[str, ...]:
        """Return *word* with and without negating prefixes, as far as phrasings have it."""
        known = self._index.vocabulary.id_of
        return tuple(filter(known.__contains__, prefix_variants(self._language, word)))

    def _direction(self, words: Sequence[str], entry: EntryPhrasings) -> str:
        """Return a sentence if the question exchanges two things of the entry, else ""."""
        # Most entries relate nothing, or have other connectors.
        is_related = entry.marks & CONNECTOR and not entry.connectors.isdisjoint(words)
        found = other_direction(self._language, words, entry.related) if is_related else None
        if found is None:
            return ""
        mine, theirs = (" ".join(filter(None, (one[1], one[0], one[2]))) for one in found)
        return f"The question says \u201c{mine}\u201d, the best match \u201c{theirs}\u201d."

    def _negation(self, asked: Compared) -> str:
        """Return a sentence if only one of question and entry is negated, else ""."""
        if asked.marks & NEGATIVE:
            return self._negated_by_question(asked)
        return self._negated_by_entry(asked) if asked.entry.marks & NEGATIVE else ""

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

    def _negated_by_entry(self, asked: Compared) -> str:
        language, entry = self._language, asked.entry
        stated: Collection[str] = ()
        if self._states(asked.words, entry):
            stated = entry.negated
        elif self._is_negative[asked.row] and self._states_of(asked.words, asked.nearest):
            stated = [*negated(language, asked.nearest)]
        for word in stated:
            if has_form(language, word, asked.words) and all(
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
        key_terms = [*filter(language.is_key_term, mine)] or mine
        return not asks and all(has_form(language, word, other) for word in key_terms)

    def _states(self, words: Sequence[str], entry: EntryPhrasings) -> bool:
        """Return True if *words* are a statement, of which the entry has every key term."""
        language = self._language
        asks = words[0] in language.auxiliaries or not language.question_words.isdisjoint(words)
        content = [*filter(language.is_content, words)]
        return (
            not asks
            and len(content) > 1
            and all(entry.has_form(word) for word in content if language.is_key_term(word))
        )

    def _negated_by_question(self, asked: Compared) -> str:
        language = self._language
        if len(asked.words) > MAX_WORDS_OF_NEGATION:
            return ""
        for word in negated(language, asked.words):
            affirmed = asked.entry.has_form(word)
            if affirmed and not (
                denies_other(language, asked.nearest, word)
                or has_form(language, word, asked.entry.negated)
            ):
                return f"The question negates \u201c{word}\u201d, the best match does not."
        return ""

    def _number(self, asked: Compared) -> str:
        """Return a sentence if the question has another number than the entry, else ""."""
        found = None
        if asked.marks & (NUMBER | LABEL) and asked.entry.marks & (NUMBER | LABEL):
            mine, entry = numerals(self._language, asked.words), asked.entry
            if mine:
                nearest = asked.nearest
                found = other_number(self._language, mine, nearest, lambda: entry.numerals)
        if found is None:
            return self._rate(asked) if asked.marks & asked.entry.marks & RATE else ""
        return (
            f"The question says \u201c{found[0]}\u201d, but the best match says "
            f"\u201c{found[1]}\u201d."
        )

    def _rate(self, asked: Compared) -> str:
        """Return a sentence if the question is for another unit of time than the entry, else ""."""
        found = other_rate(self._language, asked.words, asked.entry.phrasings)
        if found is None or asked.entry.knows(found[0]):
            return ""
        return (
            f"The question says \u201cper {found[0]}\u201d, but the best match says "
            f"\u201cper {found[1]}\u201d."
        )

    def _substitution(self, asked: Compared) -> str:
        """Return a sentence if the question differs from the nearest phrasing in one term, else ""."""
        language, entry = self._language, asked.entry
        if not asked.new_marks & DIFFERENT or not language.has_lists:
            return ""
        found = difference(
            language,
            asked.words,
            asked.new,
            asked.nearest,
            lambda word: entry.has_similar(word) or entry.adds(word),
        )
        found = found or other_object(language, asked)
        if found is None:
            return ""
        word, instead = found
        if share_side(language, word, instead) or is_slot(language, word, asked.words, entry.cores):
            return ""
        is_meant = (instead and is_subject(self._index, word)) or entry.sides_with(word)
        if (
            is_meant
            or self._is_similar(asked, word)
            or (asked.may_lack(word) and not is_common(self._index, instead))
        ):
            return ""
        if instead:
            return (
                f"The question says \u201c{word}\u201d where the best match says "
                f"\u201c{instead}\u201d."
            )
        return f"The best match does not mention \u201c{word}\u201d."

    def _is_similar(self, asked: Compared, word: str) -> bool:
        """Return True if the entry has a word of similar meaning, or of the same sense if *word* is a noun."""
        if is_noun(self._language, asked.words, word):
            return asked.entry.means_noun(word)
        return asked.entry.means(word)

    def _other_subject(self, asked: Compared) -> str:
        """Return a sentence if the question has another action or thing than the entry, else ""."""
        if not asked.marks & DIFFERENT or not self._language.has_lists:
            return ""
        checks = (other_action, other_thing, other_whole)
        word = next(filter(None, (check(self._language, asked) for check in checks)), "")
        return f"The best match does not mention \u201c{word}\u201d." if word else ""

    def _missing_fact(self, asked: Compared) -> str:
        """Return a sentence if the question asks for a fact that the entry does not hold, else ""."""
        if not asked.marks & FACT:
            return ""
        fact = asked_fact(self._language, asked.words)
        if fact is None:
            return ""
        source, count = asked.entry.fact_source, len(asked.entry.answer_ids)
        asks = [each is not None for each in source.facts]
        asks_otherwise = any(asks) if count else all(asks)
        is_short = count < MIN_ANSWER_WORDS and (not asks_otherwise or source.asks_kind(fact.kind))
        if is_short and not source.prices_other(fact, asked.words, asked.entry.knows):
            return ""
        if source.holds(fact, asked.words, asked.entry.knows):
            return ""
        return (
            f"The question asks \u201c{fact.question}\u201d; the best match does not answer that."
        )

    def _asked_noun(self, asked: Compared) -> str:
        """Return a sentence for "what fees does it have" if another entry has the noun, else ""."""
        language, words = self._language, asked.words
        first, noun, third = (*words[:3], "", "", "")[:3]
        if first not in language.naming_questions or noun not in asked.new:
            return ""
        number = self._index.vocabulary.id_of.get(noun)
        is_asked = number is not None and bool(self._index.asked[number])
        has_it = {third, words[-1]} <= language.auxiliaries
        if not (is_asked and has_it) or asked.entry.knows(noun):
            return ""
        return f"The best match does not mention \u201c{noun}\u201d."
