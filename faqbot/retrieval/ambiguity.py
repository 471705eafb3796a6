"""Ambiguity: questions that leave open which entry they mean.

The best entry says more than the question, and a rival says something else in its place. Or each of them
has some words of the question only.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from faqbot.models import Reason
from faqbot.retrieval.contradictions import Abstention, ContradictionCheck
from faqbot.retrieval.contradictions.compared import is_subject
from faqbot.retrieval.contradictions.polarity import without_framing
from faqbot.retrieval.index.index import Index
from faqbot.retrieval.key_terms import KeyTerms
from faqbot.retrieval.query import Reading
from faqbot.retrieval.verdict import (
    MAX_RIVALS,
    MIN_CONFIDENCE_RATIO,
    MIN_CONFIDENCE_WITHOUT_NAME,
    Verdict,
    offered,
)

# Most key terms of a question that may leave the entry open: a longer question names its subject. Chosen
# by hand.
MAX_OPEN_TERMS = 3

# Share of the best entry's phrasings that have all key terms of a question, which a rival needs as well.
# Chosen by hand.
MIN_RIVAL_SHARE = 0.5

# Confidence of a rival with all words of a question of several key terms, as a share of the best entry's. On
# the dev splits of ten sets, 27 of 32 withheld answers were right below it.
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

# Similarity of a rival's nearest phrasing to the question, as a share of that of the best entry's. From
# this share the question may leave open which entry it means. Chosen by hand, on the dev splits.
MIN_SIMILARITY_RATIO = 0.85
# The same for a question of a single word.
MIN_SIMILARITY_RATIO_OF_WORD = 0.3


class AmbiguityCheck:
    """Comparison of the words of a question with those of the best entry and its rivals."""

    def __init__(self, index: Index, contradictions: ContradictionCheck, terms: KeyTerms) -> None:
        """Compare entries of *index* by *terms*, and phrasings of *contradictions*."""
        self._language = index.language
        self._index = index
        self._contradictions = contradictions
        self._terms = terms

    def judge(self, reading: Reading, found: Verdict) -> Verdict:
        """Return the verdict if the question has no word by which the best entry and a rival differ."""
        terms = self._terms.of_words(reading.words)
        if not 0 < len(terms) <= MAX_OPEN_TERMS:
            return found
        entries = found.ranking.entries[:MAX_RIVALS].tolist()
        covering = self._terms.of_entry(entries[0]).cover(terms)
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
        if not found.is_second_likely(likely):
            return []
        entries = found.ranking.entries[:MAX_RIVALS].tolist()
        others = self._terms.of_entry(entries[0]).fewest_others(covering, terms)
        if not others:
            return []
        least = MIN_RIVAL_SHARE * len(covering)
        ratio = MIN_SIMILARITY_RATIO_OF_WORD if len(bare) == 1 else MIN_SIMILARITY_RATIO
        asked = without_framing(self._language, reading.words)
        starts = self._starts_with(entries[0], asked)
        rivals = []
        for place, number in enumerate(entries[1:], start=1):
            if others > 1 and not (starts or found.is_similar(place, ratio)):
                continue
            rival = self._terms.of_entry(number)
            same = rival.cover(terms)
            if not same or len(same) < least:
                continue
            parallel = (others == 1 and rival.fewest_others(same, terms) == 1) or (
                starts and self._starts_with(number, asked)
            )
            least_ratio = MIN_SIMILARITY_RATIO_OF_WORD if parallel else ratio
            if found.is_similar(place, least_ratio) and found.is_likely(place, likely):
                rivals.append(place)
        return rivals

    def _starts_with(self, number: int, asked: Sequence[str]) -> bool:
        """Return True if a phrasing of entry *number* says more after *asked*, words without framing.

        Two entries that do so differ in the end of the sentence only, which the question leaves out.
        """
        for phrasing in self._contradictions.phrasings(number).phrasings:
            stored = without_framing(self._language, phrasing)
            if len(stored) > len(asked) and stored[: len(asked)] == asked:
                return True
        return False

    def _least_ratio(
        self, found: Verdict, terms: Sequence[frozenset[str]], bare: Sequence[str]
    ) -> float:
        """Return the least confidence of a rival, as a share of the best one, that leaves a question open.

        Any rival leaves a single word open.
        """
        if len(bare) == 1:
            return 0.0
        if found.is_sure(MIN_CONFIDENCE_WITHOUT_NAME, self._index.phrasing_count):
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
        lacking = self._terms.of_entry(entries[0]).missing(terms)
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
            likely = found.is_likely(place, ratio) or (
                lacks_most
                and found.is_similar(place, MIN_SIMILARITY_RATIO)
                and found.is_likely(place)
            )
            if likely and not self._terms.of_entry(number).missing(missing):
                text = "Another entry has the words of the question that the best match lacks."
                return offered(found, [0, place], Abstention(Reason.LEFT_OPEN, text))
        return found

    def _is_subject(self, term: frozenset[str]) -> bool:
        """Return True if *term* names the subject of all entries."""
        return any(is_subject(self._index, form) for form in term)
