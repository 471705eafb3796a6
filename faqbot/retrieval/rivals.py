"""Rivals: entries that a question may mean as well as the best match.

Two questions are put to each likely answer. Does it say more than the question, where another entry says
something else? Then the question leaves open which of them it means. Does it say the opposite, where
another entry says the same? Then that entry is meant.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache, partial, reduce
from operator import or_

import numpy as np
from numpy.typing import NDArray

from faqbot.models import Reason
from faqbot.retrieval.contradictions import Abstention, ContradictionCheck
from faqbot.retrieval.contradictions.compared import (
    LABEL,
    SIDE,
    TERM_START,
    Compared,
    EntryTerms,
    is_subject,
)
from faqbot.retrieval.contradictions.names import is_coded
from faqbot.retrieval.contradictions.numbers import labels
from faqbot.retrieval.contradictions.polarity import sides_of, without_framing
from faqbot.retrieval.index.index import Index
from faqbot.retrieval.keywords import Keywords
from faqbot.retrieval.languages import bases
from faqbot.retrieval.query import Reading
from faqbot.retrieval.scoring.ranking import Ranking
from faqbot.retrieval.verdict import (
    Verdict,
    falling,
    moved_first,
    offered,
)

# Ranked entries that are compared with the best one. Chosen by hand.
MAX_RIVALS = 6

# Most key terms of a question that may leave the entry open: a longer question names its subject. Chosen
# by hand.
MAX_OPEN_TERMS = 3

# Share of the best entry's phrasings that have all key terms of a question, which a rival needs as well.
# Chosen by hand.
MIN_RIVAL_SHARE = 0.5

# Ratio of the second confidence to the first from which both entries are offered. On the dev splits,
# about as many of the answers withheld by this rule were wrong as right.
CLOSE_RATIO = 0.85

# Confidence of a rival, as a share of the best entry's, if neither has all words of the question. From
# this share the question may leave open which entry it means. Below it, 6 of 6 withheld answers were
# right on the dev splits of five sets, above it 10 of 24.
MIN_CONFIDENCE_RATIO = 0.4

# The same for an entry that has all words of a question of several key terms. On the dev splits of ten sets,
# 27 of 32 withheld answers were right below it.
MIN_CONFIDENCE_RATIO_OF_COVERING = 0.2
# Fewest words, articles aside, and least confidence of the best entry, from which this holds for a single key term,
# too. On the dev splits of twelve sets, 12 of 13 withheld answers were right.
MIN_WORDS_OF_ONE_TERM = 4
MIN_CONFIDENCE_OF_ONE_TERM = 0.8
# The same for a rival with all words of the question that the best entry lacks. From this share on, 24 of 44
# withheld answers were wrong on the dev splits of eleven sets, and 12 of these rivals right.
MIN_CONFIDENCE_RATIO_OF_DIVIDED = 0.6
# The same below `MIN_PHRASINGS_OF_UNLIKELY`. In samples of 18 entries of the same sets, 23 of 50 withheld answers
# were wrong.
MIN_CONFIDENCE_RATIO_OF_DIVIDED_IN_SMALL = 0.1
# Confidence of the best entry from which a word for the common subject speaks for no rival. On the dev splits of
# CovidFAQ, 12 of 13 answers that were withheld so were right.
MIN_CONFIDENCE_WITHOUT_SUBJECT = 0.85
# Phrasings of a knowledge base below which no rival is unlikely. Chosen by hand.
MIN_PHRASINGS_OF_UNLIKELY = 64

# Confidence of the second entry, as a share of the best one's, below which the best match stands alone. On
# the dev splits of ten sets, 99 of 103 answers withheld because of another word were right below it.
MAX_RATIO_OF_LONE = 0.01

# Phrasings of a knowledge base below which a match that stands alone says nothing: most do. Chosen by hand.
MIN_PHRASINGS_OF_LONE = 256

# Similarity of a rival's nearest phrasing to the question, as a share of that of the best entry's. From
# this share the question may leave open which entry it means. Chosen by hand, on the dev splits.
MIN_SIMILARITY_RATIO = 0.85
# The same for a question of a single word.
MIN_SIMILARITY_RATIO_OF_WORD = 0.3
# The same for a rival that has a name of the question, which the best entry lacks. Chosen by hand, on the
# dev splits.
MIN_SIMILARITY_RATIO_OF_NAME = 0.6

# Confidence of the one entry that has the question as a keyword. Chosen by hand, above all thresholds.
KEYWORD_CONFIDENCE = 0.9

# Phrasings of a knowledge base in which no confidence outweighs a word that the best entry lacks. With twice
# as many, half a confidence does. Chosen by hand, on the dev splits.
WELL_FOUNDED_PHRASINGS = 320

# The same with a sentence encoder, which weighs a word in its place. Chosen by hand.
MAX_RATIO_BY_SENTENCES = 0.05

# Confidence of the best entry that outweighs a word that neither it nor a rival has. On the dev splits of ten
# sets, 121 of 127 answers that were withheld because of such a word were right.
MIN_CONFIDENCE_WITHOUT_WORD = 0.8

# Confidence of the best entry that outweighs a name that it lacks, and rivals that are unlikely beside it. On
# the dev splits of ten sets, 86 of 97 answers that were withheld so were right.
MIN_CONFIDENCE_WITHOUT_NAME = 0.9


class RivalCheck:
    """Comparison of the best match of a question with its rivals.

    Thread-safe: concurrent writers of its caches store equal values.
    """

    def __init__(
        self, index: Index, contradictions: ContradictionCheck, keywords: Keywords
    ) -> None:
        """Compare entries of *index* by their phrasings, as *contradictions* reads them."""
        self._language = index.language
        self._index = index
        self._contradictions = contradictions
        self._keywords = keywords
        self._marks = contradictions.marks
        self._terms = lru_cache(2000)(self._terms_of)

    def judge(
        self, reading: Reading, ranking: Ranking, confidences: NDArray[np.float64], least: float
    ) -> Verdict:
        """Return the verdict on *ranking*.

        Below the confidence *least* nothing is compared.
        """
        found = Verdict(ranking, confidences)
        if not len(confidences):
            return found
        if named := self._named(reading, ranking):
            return self._by_keyword(found, named)
        return found if confidences[0] < least else self._compared(reading, found)

    def judge_numbers(
        self, reading: Reading, ranking: Ranking, confidences: NDArray[np.float64]
    ) -> Abstention | None:
        """Return the reason not to answer a question in another language; None without a reason.

        Only numbers and the distance to the second entry are compared: no word list fits the question.
        """
        if not len(confidences):
            return None
        if other := self._contradictions.check_number(reading, int(ranking.rows[0])):
            return other
        if is_close(confidences):
            return Abstention(Reason.CLOSE, "Another entry is about as likely.")
        return None

    def _compared(self, reading: Reading, found: Verdict) -> Verdict:
        """Return the verdict on a likely best entry."""
        row, may_lack = int(found.ranking.rows[0]), partial(self._may_lack, found)
        asked = self._contradictions.compare(reading, row, may_lack)
        abstention = self._contradictions.check(asked)
        if abstention is not None and abstention.reason is Reason.OPPOSITE:
            return self._other_end(reading, found, abstention)
        if is_close(found.confidences) and self._check(reading, found, 1) is None:
            text = "Another entry is about as likely."
            return replace(found, abstention=Abstention(Reason.CLOSE, text))
        if abstention is None and asked.may_have_new_names:
            abstention = self._other_name(asked, found)
        if abstention is None:
            return self._left_open(reading, found)
        doubted = replace(found, abstention=abstention)
        if abstention.reason is not Reason.NO_FACT:
            return doubted
        opened = self._left_open(reading, found)  # another entry may hold the fact
        return doubted if opened.abstention is None else opened

    def _other_name(self, asked: Compared, found: Verdict) -> Abstention | None:
        """Return the reason not to answer if a name of the question speaks for another entry."""
        ranking = found.ranking
        is_sure = self._is_sure(found, MIN_CONFIDENCE_WITHOUT_NAME) or self._stands_alone(found)
        if is_sure and not any(is_coded(word) or len(word) == 1 for word in asked.new):
            return None
        for name in self._contradictions.names.other(asked):
            if is_sure and not name.is_sure:
                continue
            if (
                name.is_sure
                or name.is_written
                or any(
                    is_similar(ranking, place, MIN_SIMILARITY_RATIO_OF_NAME)
                    and self._contradictions.phrasings(number).has(name.word)
                    for place, number in enumerate(
                        ranking.entries[:MAX_RIVALS].tolist()[1:], start=1
                    )
                )
            ):
                text = f"The best match does not mention \u201c{name.word}\u201d."
                return Abstention(Reason.UNKNOWN_NAME, text)
        return None

    @cached_property
    def _weighs_sentences(self) -> bool:
        """True if the encoder has vectors of sentences, and none of words."""
        return self._index.vectors.dimensions > 0 and not self._index.word_vectors.shape[1]

    def _is_sure(
        self, found: Verdict, least: float, phrasings: int = WELL_FOUNDED_PHRASINGS
    ) -> bool:
        """Return True if the confidence of the best entry is at least *least*, and well founded.

        The fewer phrasings a knowledge base has, the less its confidences say of words that it lacks.
        In one with *phrasings*, no confidence is well founded.
        """
        founded = phrasings / max(self._index.phrasing_count, 1)
        return bool(found.confidences[0] >= max(least, founded))

    def _stands_alone(self, found: Verdict) -> bool:
        """Return True if the second entry is unlikely beside the best one, in a base that is not tiny."""
        ratio = MAX_RATIO_BY_SENTENCES if self._weighs_sentences else MAX_RATIO_OF_LONE
        is_tiny = self._index.phrasing_count < MIN_PHRASINGS_OF_LONE
        return not (is_tiny or is_second_likely(found.confidences, ratio))

    def _may_lack(self, found: Verdict, word: str) -> bool:
        """Return True if the best entry may be the answer to a question with *word*, which it lacks.

        Its confidence must be well founded, and no rival may have the word. Vectors of sentences weigh a
        word in its place, so that a high confidence is enough, or a lower one if no other entry is likely.
        """
        if self._stands_alone(found):
            return True
        if self._weighs_sentences and self._is_sure(found, MIN_CONFIDENCE_WITHOUT_NAME):
            return True
        return self._is_sure(found, MIN_CONFIDENCE_WITHOUT_WORD) and not any(
            self._contradictions.phrasings(number).has_form(word)
            for number in found.ranking.entries[1:MAX_RIVALS].tolist()
        )

    def _check(self, reading: Reading, found: Verdict, place: int) -> Abstention | None:
        """Return the reason not to answer with the entry at *place*.

        The result is None without a reason.
        """
        row = int(found.ranking.rows[place])
        return self._contradictions.check(self._contradictions.compare(reading, row))

    def _named(self, reading: Reading, ranking: Ranking) -> list[int]:
        """Return the places of the entries that the question names by a keyword.

        None if a phrasing of the best entry has the keyword, unless that entry is the only one with it.
        """
        numbers = self._keywords.find(reading.words)
        entries = ranking.entries.tolist() if numbers else []
        places = [entries.index(number) for number in numbers if number in entries]
        if places and places != [0]:
            terms = self._key_terms(reading.words)
            return [] if self._terms(entries[0]).cover(terms) else places
        return places

    def _by_keyword(self, found: Verdict, places: list[int]) -> Verdict:
        """Return the verdict if the entries at *places* have the question as a keyword."""
        if len(places) == 1:
            moved = moved_first(found, places)
            confidences = moved.confidences.copy()
            confidences[0] = max(float(confidences[0]), KEYWORD_CONFIDENCE)
            return replace(moved, confidences=confidences, named=True)
        text = "Several entries have this keyword."
        return offered(found, places, Abstention(Reason.LEFT_OPEN, text), KEYWORD_CONFIDENCE)

    def _other_end(self, reading: Reading, found: Verdict, abstention: Abstention) -> Verdict:
        """Return the verdict if the best entry says the opposite of the question.

        The entry that says the same is the answer if it has every key term. Otherwise it is offered second:
        on real logs the best entry is mostly meant.
        """
        terms = self._key_terms(reading.words)
        for place, number in enumerate(found.ranking.entries[:MAX_RIVALS].tolist()[1:], start=1):
            if not self._says_same(reading, number, int(found.ranking.entries[0])):
                continue
            sure = bool(self._terms(number).cover(terms))
            if sure and self._check(reading, found, place) is None:
                moved = moved_first(found, [place])
                return replace(moved, confidences=falling(found.confidences, moved))
            return offered(found, [0, place], abstention)
        return replace(found, abstention=abstention)

    def _says_same(self, reading: Reading, number: int, opposed: int) -> bool:
        """Return True if entry *number* takes the side of the question, unlike entry *opposed*."""
        mine, theirs = (self._contradictions.phrasings(each) for each in (number, opposed))
        return self._contradictions.takes_side(reading.words, mine, theirs)

    def _left_open(self, reading: Reading, found: Verdict) -> Verdict:
        """Return the verdict if the question has no word by which the best entry and a rival differ."""
        # Most questions have more key terms, which are counted before their forms are looked up.
        count = len({*reading.words} - self._language.light_words)
        if count > MAX_OPEN_TERMS or self._has_no_likely_rival(reading, found):
            return found
        terms = self._key_terms(reading.words)
        if not 0 < len(terms) <= MAX_OPEN_TERMS:
            return found
        entries = found.ranking.entries[:MAX_RIVALS].tolist()
        covering = self._terms(entries[0]).cover(terms)
        if not covering:
            return self._divided(found, terms, entries)
        rivals = self._covering_rivals(reading, found, terms, covering)
        if not rivals:
            return found
        text = "The question leaves open which of several entries it means."
        return offered(found, [0, *rivals], Abstention(Reason.LEFT_OPEN, text))

    def _covering_rivals(
        self,
        reading: Reading,
        found: Verdict,
        terms: Sequence[frozenset[str]],
        covering: Collection[int],
    ) -> list[int]:
        """Return the places of the rivals that have all *terms* of the question, as the best entry has.

        *covering* are the phrasings of the best entry with all *terms*. A phrasing with nothing else
        leaves nothing open.
        """
        bare = [word for word in reading.words if word not in self._language.articles]
        likely = self._least_ratio(found, terms, bare)
        if not is_second_likely(found.confidences, likely):
            return []
        entries = found.ranking.entries[:MAX_RIVALS].tolist()
        others = self._terms(entries[0]).fewest_others(covering, terms)
        if not others:
            return []
        least = MIN_RIVAL_SHARE * len(covering)
        ratio = MIN_SIMILARITY_RATIO_OF_WORD if len(bare) == 1 else MIN_SIMILARITY_RATIO
        starts = self._starts_with(entries[0], reading.words)
        rivals = []
        for place, number in enumerate(entries[1:], start=1):
            if others > 1 and not (starts or is_similar(found.ranking, place, ratio)):
                continue
            rival = self._terms(number)
            same = rival.cover(terms)
            if not same or len(same) < least:
                continue
            parallel = (others == 1 and rival.fewest_others(same, terms) == 1) or (
                starts and self._starts_with(number, reading.words)
            )
            least_ratio = MIN_SIMILARITY_RATIO_OF_WORD if parallel else ratio
            if is_similar(found.ranking, place, least_ratio) and is_likely(
                found.confidences, place, likely
            ):
                rivals.append(place)
        return rivals

    def _starts_with(self, number: int, words: Sequence[str]) -> bool:
        """Return True if a phrasing of entry *number* says more after *words*, apart from framing.

        Two entries that do so differ in the end of the sentence only, which the question leaves out.
        """
        asked = without_framing(self._language, words)
        for phrasing in self._contradictions.phrasings(number).phrasings:
            stored = without_framing(self._language, phrasing)
            if len(stored) > len(asked) and stored[: len(asked)] == asked:
                return True
        return False

    def _has_no_likely_rival(self, reading: Reading, found: Verdict) -> bool:
        """Return True if no rival is likely enough to leave a question of several words open."""
        if is_second_likely(found.confidences):
            return False
        articles = self._language.articles
        is_sure = self._is_sure(found, MIN_CONFIDENCE_WITHOUT_NAME)
        return is_sure and sum(word not in articles for word in reading.words) > 1

    def _least_ratio(
        self, found: Verdict, terms: Sequence[frozenset[str]], bare: Sequence[str]
    ) -> float:
        """Return the least confidence of a rival, as a share of the best one, that leaves a question open.

        Any rival leaves a single word open.
        """
        if len(bare) == 1:
            return 0.0
        if self._is_sure(found, MIN_CONFIDENCE_WITHOUT_NAME):
            return MIN_CONFIDENCE_RATIO
        is_small = self._index.phrasing_count < MIN_PHRASINGS_OF_UNLIKELY
        is_telling = len(terms) > 1 or (
            len(bare) >= MIN_WORDS_OF_ONE_TERM
            and found.confidences[0] >= MIN_CONFIDENCE_OF_ONE_TERM
        )
        return MIN_CONFIDENCE_RATIO_OF_COVERING if is_telling and not is_small else 0.0

    def _divided(
        self, found: Verdict, terms: Sequence[frozenset[str]], entries: Sequence[int]
    ) -> Verdict:
        """Return the verdict if the best entry has some key terms of the question, a rival the others."""
        lacking = self._terms(entries[0]).missing(terms)
        missing = lacking
        if found.confidences[0] >= MIN_CONFIDENCE_WITHOUT_SUBJECT:
            missing = [term for term in lacking if not self._is_subject(term)]
        if not missing or len(lacking) == len(terms):
            return found
        lacks_most = 2 * len(missing) >= len(terms)
        is_small = self._index.phrasing_count < MIN_PHRASINGS_OF_UNLIKELY
        ratio = (
            MIN_CONFIDENCE_RATIO_OF_DIVIDED_IN_SMALL
            if is_small
            else MIN_CONFIDENCE_RATIO_OF_DIVIDED
        )
        for place, number in enumerate(entries[1:], start=1):
            likely = is_likely(found.confidences, place, ratio) or (
                lacks_most
                and is_similar(found.ranking, place, MIN_SIMILARITY_RATIO)
                and is_likely(found.confidences, place)
            )
            if likely and not self._terms(number).missing(missing):
                text = "Another entry has the words of the question that the best match lacks."
                return offered(found, [0, place], Abstention(Reason.LEFT_OPEN, text))
        return found

    def _is_subject(self, term: frozenset[str]) -> bool:
        """Return True if *term* names the subject of all entries."""
        return any(is_subject(self._index, form) for form in term)

    def _terms_of(self, entry: int) -> EntryTerms:
        phrasings = self._contradictions.phrasings(entry).phrasings
        return EntryTerms([*map(self._key_terms, phrasings)])

    def _key_terms(self, words: Sequence[str]) -> tuple[frozenset[str], ...]:
        """Return the base forms of each distinct key term of *words*; a label counts as one.

        Terms on one side of opposites are equal: each has the number of its group and side as a form, too.
        """
        language, light = self._language, self._language.light_words
        marks = reduce(or_, map(self._marks.__getitem__, words), 0)
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


def is_similar(ranking: Ranking, place: int, ratio: float) -> bool:
    """Return True if the entry at *place* is about as similar to the question as the best one."""
    return bool(ranking.similarity[place] >= ratio * ranking.similarity[0])


def is_likely(
    confidences: NDArray[np.float64], place: int, ratio: float = MIN_CONFIDENCE_RATIO
) -> bool:
    """Return True if the entry at *place* is likely enough beside the best one to be meant instead."""
    return bool(confidences[place] >= ratio * confidences[0])


def is_second_likely(confidences: NDArray[np.float64], ratio: float = MIN_CONFIDENCE_RATIO) -> bool:
    """Return True if there is a second entry, and it is likely enough beside the best one."""
    return len(confidences) > 1 and is_likely(confidences, 1, ratio)


def is_close(confidences: NDArray[np.float64]) -> bool:
    """Return True if the second entry is about as likely as the first."""
    return is_second_likely(confidences, CLOSE_RATIO)
