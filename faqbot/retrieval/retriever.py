"""Retriever: ranked entries for a question, each with a calibrated confidence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain, islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faqbot.models import Caution, Entry, Match, Question, Reason
from faqbot.retrieval.calibration import Calibration, thresholds
from faqbot.retrieval.contradictions import Abstention, ContradictionCheck
from faqbot.retrieval.contradictions.facts import is_subjectless
from faqbot.retrieval.cross_lingual import CrossLingualRanker
from faqbot.retrieval.encoders import multilingual_part
from faqbot.retrieval.encoders.multilingual import LANGUAGES
from faqbot.retrieval.index.exact import LOOSEST
from faqbot.retrieval.index.index import Query, phrasing_at
from faqbot.retrieval.index.vocabulary import UNKNOWN_ID
from faqbot.retrieval.keywords import Keywords
from faqbot.retrieval.query import QuestionAnalyzer, Reading
from faqbot.retrieval.rivals import RivalCheck
from faqbot.retrieval.scoring.candidates import CandidateSource, candidate_rows
from faqbot.retrieval.scoring.ranking import Ranking, rank_entries
from faqbot.retrieval.verdict import Verdict

# Confidence below which nothing is answered, so that the contradiction check is skipped.
MIN_CHECKED_CONFIDENCE = thresholds(Caution.LOW).suggest

# Spelling similarity, 0 to 1, from which a word makes another known: "print" makes "printing". Chosen by
# hand.
MIN_KNOWN_SIMILARITY = 0.4

# Largest confidence of a question whose subject is unknown: below every threshold. On the dev splits,
# this share of the best matches of such questions is right.
MAX_UNKNOWN_CONFIDENCE = 0.19

# Phrasings below which no confidence shows how strong wrong matches are: "parking for visitors" shares half
# of its words with "internet access for visitors". With twice as many, half a confidence does. Chosen by
# hand.
MIN_PHRASINGS = 40


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Result for one question: *matches*, best first, and the *reading* of the question.

    *exact* are the entries with the question as a phrasing; several entries may share it. *abstention*
    is the reason not to answer with the best match, whatever its confidence; None without a reason.
    """

    matches: tuple[Match, ...]
    reading: Reading
    exact: tuple[Entry, ...] = ()
    abstention: Abstention | None = None


class Retriever:
    """Ranked entries for a question. Thread-safe: questions change nothing but caches.

    *encoder* is None without one; *encoder_note* says which one "auto" took, and is empty when it was
    named. *cache_state* is "read", "written", "off", or "unavailable: " and the reason; *cache_path*
    is the file of the cached index, None without one.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        reader: QuestionAnalyzer,
        calibration: Calibration,
        *,
        encoder_note: str = "",
        cache_state: str = "off",
        cache_path: Path | None = None,
    ) -> None:
        """Serve *entries* with the index of *reader*, which was built from them."""
        self.language = reader.language
        self.encoder = reader.encoder
        self.encoder_name = "none" if reader.encoder is None else reader.encoder.name
        self.encoder_note = encoder_note
        self.cache_state = cache_state
        self.cache_path = cache_path
        self._entries = entries
        self._index = index = reader.index
        self._reader = reader
        self._calibration = calibration
        self._candidates: CandidateSource = candidate_rows
        self._phrasing = partial(phrasing_at, index, entries)
        self._contradictions = ContradictionCheck(
            index,
            lambda row: reader.tokenize(self._phrasing(row)),
            lambda number: entries[number].answer,
        )
        keywords = Keywords(index.language, entries, reader.tokenize)
        self._rivals = RivalCheck(index, self._contradictions, keywords)
        sentences = multilingual_part(self.encoder)
        self._cross_lingual = (
            None if sentences is None else CrossLingualRanker(index, sentences, cache_path)
        )
        self._open_to_all = not any(entry.audience for entry in entries)

    def with_candidates(self, source: CandidateSource) -> Retriever:
        """Return a retriever on the same index that takes the candidates of a question from *source*."""
        other = copy(self)
        other._candidates = source  # noqa: SLF001  a copy of this class
        return other

    def prepare(self, texts: Iterable[str]) -> None:
        """Encode *texts*, which will be asked, together: faster than one by one."""
        self._reader.prepare(texts)

    def stores(self, question: Question) -> bool:
        """Return True if *question* is a phrasing of an entry that it may see."""
        return bool(self._stored(question.text, self._allowed(question))[0])

    def retrieve(
        self,
        question: Question,
        limit: int,
        without: Collection[str] = (),
        least: float = 0.0,
    ) -> Retrieval:
        """Return the *limit* best matches for *question*.

        A smaller limit gives a prefix. Below the confidence *least*, the best match is not compared
        with the question: for a caller that has a better one. Three kinds of entries are left out:
        those for another audience, those whose `not_for` has the question, and those with an id in
        *without*. The other entries are scored as if these did not exist.
        """
        reading = self._reader.read(question.text)
        allowed = self._allowed(question, without)
        own, barred = self._stored(question.text, allowed)
        if barred:
            allowed = self._barring(barred, allowed)
        if not (reading.words or own):
            return Retrieval((), reading)
        if not own and self._cross_lingual is not None and reading.language in LANGUAGES:
            return self._ranked_by_sentences(self._cross_lingual, reading, allowed, limit)
        query = self._reader.query(reading)
        include = np.array([*own.values()], np.intp) if own else None
        ranking = rank_entries(self._index, query, allowed, include, candidates=self._candidates)
        confidences = self._calibration.confidences(ranking)
        doubted = self._is_unknown(query) or bool(reading.language)
        if not own and (doubted or self._is_empty(query, ranking)):
            np.minimum(confidences, MAX_UNKNOWN_CONFIDENCE, out=confidences)
        exact = tuple(self._entries[number] for number in own)
        if exact:
            return Retrieval(self._certain(ranking, own, limit), reading, exact)
        return self._judged(reading, ranking, confidences, limit, least)

    def has_word(self, word: str) -> bool:
        """Return True if a phrasing or an answer of any entry has *word*, in lower case, exactly."""
        return word in self._index.vocabulary.id_of or word in self._index.answer_vocabulary.id_of

    def words_of(self, text: str) -> list[str]:
        """Return the words of *text* as those of phrasings are compared: with synonyms and compounds."""
        return self._reader.tokenize(text)

    def shares_subject(self, reading: Reading, entries: Iterable[Entry]) -> bool:
        """Return True if one of *entries* has a key term of *reading*.

        See `QuestionAnalyzer`.
        """
        return self._reader.shares_subject(reading, entries)

    def _barring(self, barred: set[int], allowed: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
        """Return *allowed*, or all entries, without the entries *barred*."""
        allowed = np.ones(len(self._entries), np.bool_) if allowed is None else allowed
        allowed[list(barred)] = False
        return allowed

    def _ranked_by_sentences(
        self,
        ranker: CrossLingualRanker,
        reading: Reading,
        allowed: NDArray[np.bool_] | None,
        limit: int,
    ) -> Retrieval:
        """Return the result for a question in another language, which the sentence encoder knows."""
        ranking, confidences = ranker.rank(reading.text, allowed)
        abstention = self._rivals.judge_numbers(reading, ranking, confidences)
        return Retrieval(self._matches(ranking, confidences, limit), reading, abstention=abstention)

    def _is_unknown(self, query: Query) -> bool:
        """Return True if the knowledge base lacks every content word of *query*.

        This question shares only its framing with a phrasing: "what is the". Always False with an
        encoder, which may find other words for the subject.
        """
        if query.vector is not None:
            return False
        for word in query.content:
            term = self._index.terms[word]
            if term.is_content and term.id != UNKNOWN_ID:
                return False
        return not any(map(self._knows, query.content))

    def _is_empty(self, query: Query, ranking: Ranking) -> bool:
        """Return True if *query* names no subject, and its nearest phrasing says more."""
        if not len(ranking.rows):
            return False
        terms, language = self._index.terms, self.language
        is_bare = not any(terms[word].is_content for word in query.content)
        # Most questions have a key term after the words that may ask for a fact.
        if not is_bare and any(terms[word].is_key_term for word in query.words[2:]):
            return False
        if not (is_bare or is_subjectless(language, query.words)):
            return False
        nearest = self._reader.tokenize(self._phrasing(int(ranking.rows[0])))
        if is_bare:
            return any(map(language.is_content, nearest))
        return tuple(nearest[: len(query.words)]) == query.words and len(nearest) > len(query.words)

    def _knows(self, word: str) -> bool:
        """Return True if an answer has *word*, or a phrasing a similar word or the parts of a compound."""
        index = self._index
        if word in index.answer_vocabulary.id_of:
            return True
        known, near = index.vocabulary.id_of, index.vocabulary.similar_terms(word)
        alike = near.ids[near.similarity >= MIN_KNOWN_SIMILARITY]
        return any(index.language.is_content(index.vocabulary.words[one]) for one in alike) or any(
            word[:end] in known and word[end:] in known for end in range(1, len(word))
        )

    def retrieve_variant(
        self, entry: int, phrasing: int, limit: int, *, left_out: bool = False
    ) -> Retrieval:
        """Return the result for a question that is nearly equal to a phrasing of an entry.

        *entry* and *phrasing* are numbers from 0. The question has the audience of the entry, and is not
        matched exactly. With *left_out* the phrasing is scored as if it were not in the index.
        """
        row = int(self._index.first_row[entry]) + phrasing
        question = Question(self._phrasing(row), audience=self._entries[entry].audience)
        allowed = self._allowed(question)
        _, barred = self._stored(question.text, allowed)
        if barred:
            allowed = self._barring(barred, allowed)
        reading = self._reader.read(question.text)
        if not reading.words:
            return Retrieval((), reading)
        query = self._reader.query(reading)
        without = row if left_out else None
        ranking = rank_entries(
            self._index, query, allowed, without=without, candidates=self._candidates
        )
        confidences = self._calibration.confidences(ranking)
        return self._judged(reading, ranking, confidences, limit)

    def _judged(
        self,
        reading: Reading,
        ranking: Ranking,
        confidences: NDArray[np.float64],
        limit: int,
        least: float = 0.0,
    ) -> Retrieval:
        """Return the result for a question that is no phrasing of any entry."""
        verdict = self._rivals.judge(
            reading, ranking, confidences, max(least, MIN_CHECKED_CONFIDENCE)
        )
        abstention = verdict.abstention
        if abstention is None and not verdict.named:
            abstention = self._little_known(reading, verdict)
        matches = self._matches(verdict.ranking, verdict.confidences, limit)
        return Retrieval(matches, reading, abstention=abstention)

    def _little_known(self, reading: Reading, verdict: Verdict) -> Abstention | None:
        """Return the reason not to answer a question of which too little is known.

        The result is None without a reason. The larger the knowledge base, the more it takes to doubt a
        confidence because of words that it lacks. Without an encoder, the best match must have a key term.
        """
        confidences = verdict.confidences
        if not len(confidences) or confidences[0] < MIN_CHECKED_CONFIDENCE:
            return None
        entry = self._contradictions.phrasings(int(verdict.ranking.entries[0]))
        terms = self._index.terms
        key_terms = [word for word in reading.words if terms[word].is_key_term]
        # Most questions have a word of their entry, so it is looked for first.
        is_shared = not key_terms or not entry.words.isdisjoint(key_terms)
        is_shared = (
            is_shared or any(map(entry.knows, key_terms)) or any(map(entry.means, key_terms))
        )
        if self.encoder is None and not is_shared:
            text = "The best match has no word of the subject that the question names."
            return Abstention(Reason.UNKNOWN_WORDS, text)
        doubted = MIN_PHRASINGS / max(self._index.phrasing_count, 1)
        if confidences[0] >= doubted or not key_terms:
            return None
        unknown = [word for word in key_terms if not self._knows(word)]
        said = sum(entry.knows(word) or entry.means(word) for word in unknown)
        known = len(key_terms) - len(unknown) + said
        if 2 * known > len(key_terms):
            return None
        text = "Half of what the question is about is unknown to the knowledge base."
        return Abstention(Reason.UNKNOWN_WORDS, text)

    def _matches(
        self, ranking: Ranking, confidences: NDArray[np.float64], limit: int
    ) -> tuple[Match, ...]:
        """Return the first *limit* matches."""
        first = slice(max(limit, 0))
        numbers = ranking.entries[first]
        places = (ranking.rows[first] - self._index.first_row[numbers]).tolist()
        scores, sure = ranking.scores[first].tolist(), confidences[first].tolist()
        matches = []
        for rank, entry in enumerate(map(self._entries.__getitem__, numbers.tolist())):
            place = places[rank]
            phrasing = entry.alternates[place - 1] if place else entry.question
            matches.append(Match(entry, scores[rank], sure[rank], phrasing))
        return tuple(matches)

    def _certain(self, ranking: Ranking, own: Mapping[int, int], limit: int) -> tuple[Match, ...]:
        """Return the matches of an exact hit: confidence 1 shared among the *own* entries, 0 for others."""
        numbers, rows = ranking.entries.tolist(), ranking.rows.tolist()
        ranked = [*zip(numbers, ranking.scores.tolist(), rows, strict=True)]
        certain = [
            Match(self._entries[number], score + 1.0, 1.0 / len(own), self._phrasing(own[number]))
            for number, score, _ in ranked
            if number in own
        ]
        others = (
            Match(self._entries[number], score, 0.0, self._phrasing(row))
            for number, score, row in ranked
            if number not in own
        )
        return tuple(islice(chain(certain, others), max(limit, 0)))

    def _allowed(
        self, question: Question, without: Collection[str] = ()
    ) -> NDArray[np.bool_] | None:
        if self._open_to_all and not without:
            return None
        allowed = np.ones(len(self._entries), np.bool_)
        if not self._open_to_all:
            allowed[:] = [entry.is_for(question.audience) for entry in self._entries]
        allowed[[self._numbers[name] for name in without if name in self._numbers]] = False
        return allowed

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        """Number of each entry by its id."""
        return {entry.id: number for number, entry in enumerate(self._entries)}

    def _stored(
        self, text: str, allowed: NDArray[np.bool_] | None
    ) -> tuple[dict[int, int], set[int]]:
        """Return the entries with *text* as a phrasing, each with its row, and those with it as `not_for`.

        The strictest of the exact keys that match decides, between entries and within an entry.
        """
        found = self._index.exact.find(text, self._phrasing)
        if not found:
            return {}, set()
        entry_of = {row: int(self._index.entry_of[row]) for row in found}
        refusing = sorted((found[row], row) for row in found if row >= self._index.phrasing_count)
        not_for = {entry_of[row]: loosely for loosely, row in reversed(refusing)}
        asking = [
            row
            for row in found.keys() - {row for _, row in refusing}
            if found[row] <= not_for.get(entry_of[row], LOOSEST)
            and (allowed is None or allowed[entry_of[row]])
        ]
        nearest = min((found[row] for row in asking), default=LOOSEST)
        own = {entry_of[row]: row for row in sorted(asking)[::-1] if found[row] == nearest}
        barred = {entry for entry, loosely in not_for.items() if loosely <= nearest}
        return dict(sorted(own.items())), barred - own.keys()
