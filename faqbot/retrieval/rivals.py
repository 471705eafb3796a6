"""Rivals: entries that a question may mean as well as the best match.

Two questions are put to each likely answer. Does it say more than the question, where another entry says
something else? Then the question leaves open which of them it means. Does it say the opposite, where
another entry says the same? Then that entry is meant.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from faqbot.models import Reason
from faqbot.retrieval.ambiguity import MAX_OPEN_TERMS, AmbiguityCheck
from faqbot.retrieval.contradictions import Abstention, ContradictionCheck
from faqbot.retrieval.contradictions.compared import Compared
from faqbot.retrieval.contradictions.names import is_coded
from faqbot.retrieval.index.index import Index
from faqbot.retrieval.key_terms import KeyTerms
from faqbot.retrieval.keywords import Keywords
from faqbot.retrieval.query import Reading
from faqbot.retrieval.scoring.ranking import Ranking
from faqbot.retrieval.verdict import (
    MAX_RIVALS,
    MIN_CONFIDENCE_WITHOUT_NAME,
    Verdict,
    falling,
    moved_first,
    offered,
)

# Confidence of the second entry, as a share of the best one's, below which the best match stands alone. On
# the dev splits of ten sets, 99 of 103 answers withheld because of another word were right below it.
MAX_RATIO_OF_LONE = 0.01

# The same with a sentence encoder, which weighs a word in its place. Chosen by hand.
MAX_RATIO_BY_SENTENCES = 0.05

# Phrasings of a knowledge base below which a match that stands alone says nothing: most do. Chosen by hand.
MIN_PHRASINGS_OF_LONE = 256

# Similarity of the nearest phrasing of a rival that has a name of the question, which the best entry lacks, as
# a share of that of the best entry's. Chosen by hand, on the dev splits.
MIN_SIMILARITY_RATIO_OF_NAME = 0.6

# Confidence of the one entry that has the question as a keyword. Chosen by hand, above all thresholds.
KEYWORD_CONFIDENCE = 0.9

# Confidence of the best entry that outweighs a word that neither it nor a rival has. On the dev splits of ten
# sets, 121 of 127 answers that were withheld because of such a word were right.
MIN_CONFIDENCE_WITHOUT_WORD = 0.8


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
        self._terms = KeyTerms(index.language, contradictions)
        self._ambiguity = AmbiguityCheck(index, contradictions, self._terms)

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
        if Verdict(ranking, confidences).is_close():
            return Abstention(Reason.CLOSE, "Another entry is about as likely.")
        return None

    def _compared(self, reading: Reading, found: Verdict) -> Verdict:
        """Return the verdict on a likely best entry."""
        row, may_lack = int(found.ranking.rows[0]), partial(self._may_lack, found)
        asked = self._contradictions.compare(reading, row, may_lack)
        abstention = self._contradictions.check(asked)
        if abstention is not None and abstention.reason is Reason.OPPOSITE:
            return self._other_end(reading, found, abstention)
        if found.is_close() and self._check(reading, found, 1) is None:
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
        is_sure = found.is_sure(
            MIN_CONFIDENCE_WITHOUT_NAME, self._index.phrasing_count
        ) or self._stands_alone(found)
        if is_sure and not any(is_coded(word) or len(word) == 1 for word in asked.new):
            return None
        for name in self._contradictions.names.other(asked):
            if is_sure and not name.is_sure:
                continue
            if (
                name.is_sure
                or name.is_written
                or any(
                    found.is_similar(place, MIN_SIMILARITY_RATIO_OF_NAME)
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

    def _stands_alone(self, found: Verdict) -> bool:
        """Return True if the second entry is unlikely beside the best one, in a base that is not tiny."""
        ratio = MAX_RATIO_BY_SENTENCES if self._weighs_sentences else MAX_RATIO_OF_LONE
        is_tiny = self._index.phrasing_count < MIN_PHRASINGS_OF_LONE
        return not (is_tiny or found.is_second_likely(ratio))

    def _may_lack(self, found: Verdict, word: str) -> bool:
        """Return True if the best entry may be the answer to a question with *word*, which it lacks.

        Its confidence must be well founded, and no rival may have the word. Vectors of sentences weigh a
        word in its place, so that a high confidence is enough, or a lower one if no other entry is likely.
        """
        if self._stands_alone(found):
            return True
        if self._weighs_sentences and found.is_sure(
            MIN_CONFIDENCE_WITHOUT_NAME, self._index.phrasing_count
        ):
            return True
        return found.is_sure(MIN_CONFIDENCE_WITHOUT_WORD, self._index.phrasing_count) and not any(
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
            terms = self._terms.of_words(reading.words)
            return [] if self._terms.of_entry(entries[0]).cover(terms) else places
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
        terms = self._terms.of_words(reading.words)
        for place, number in enumerate(found.ranking.entries[:MAX_RIVALS].tolist()[1:], start=1):
            if not self._says_same(reading, number, int(found.ranking.entries[0])):
                continue
            sure = bool(self._terms.of_entry(number).cover(terms))
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
        return self._ambiguity.judge(reading, found)

    def _has_no_likely_rival(self, reading: Reading, found: Verdict) -> bool:
        """Return True if no rival is likely enough to leave a question of several words open."""
        if found.is_second_likely():
            return False
        articles = self._language.articles
        is_sure = found.is_sure(MIN_CONFIDENCE_WITHOUT_NAME, self._index.phrasing_count)
        return is_sure and sum(word not in articles for word in reading.words) > 1
