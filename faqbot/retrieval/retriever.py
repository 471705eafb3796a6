"""The retriever: from a question to the entries it may mean, each with a confidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faqbot.models import Entry, Match, Question
from faqbot.retrieval.calibration import Calibration
from faqbot.retrieval.encoders import Encoder, WordEncoder
from faqbot.retrieval.index import Index
from faqbot.retrieval.kernel import Query
from faqbot.retrieval.ranking import Ranking, rank_entries
from faqbot.retrieval.reading import Reading, read_question
from faqbot.retrieval.spelling import Speller
from faqbot.retrieval.text import Synonyms
from faqbot.retrieval.words import content_words

__all__ = ["Retrieval", "Retriever"]


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Everything found for one question: *matches*, best first, and how the question was read.

    *exact* are the entries that have the question as a phrasing: none, one, or several that share it.
    """

    matches: tuple[Match, ...]
    reading: Reading
    exact: tuple[Entry, ...] = ()


class Retriever:
    """Finds the entries a question may mean. Holds no state that a question changes but caches."""

    def __init__(
        self,
        entries: Sequence[Entry],
        index: Index,
        synonyms: Synonyms,
        encoder: Encoder | None,
        calibration: Calibration,
    ) -> None:
        """Serve *entries* by the *index* that was built from them with *synonyms* and *encoder*."""
        self._entries = entries
        self._index = index
        self._synonyms = synonyms
        self._encoder = encoder
        self._word_encoder = encoder if isinstance(encoder, WordEncoder) else None
        self._calibration = calibration
        lexicon = index.lexicon
        known = dict.fromkeys(index.answer_lexicon.words, lexicon.rarest)
        known.update(zip(lexicon.words, map(float, lexicon.rarity), strict=True))
        self._speller = Speller(known)
        self._open_to_all = not any(entry.audience for entry in entries)

    def retrieve(self, question: Question, limit: int) -> Retrieval:
        """Return the *limit* best matches for *question*; a smaller limit is a prefix of a larger one.

        Entries for an audience that the question lacks, and those whose `not_for` it is, are left out.
        """
        reading = read_question(question.text, self._synonyms, self._speller.repair)
        allowed = self._allowed(question)
        own, barred = self._stored(question.text, allowed)
        if barred:
            allowed = np.ones(len(self._entries), np.bool_) if allowed is None else allowed
            allowed[list(barred)] = False
        include = np.array(list(own.values()), np.intp)
        ranking = rank_entries(self._index, self._query(reading), allowed, include)
        exact = tuple(self._entries[number] for number in own)
        return Retrieval(self._matches(ranking, own, limit), reading, exact)

    def _query(self, reading: Reading) -> Query:
        content = content_words(reading.words)
        encoder, words = self._encoder, self._word_encoder
        vector = None if encoder is None else encoder.encode([reading.text])[0]
        content_vectors = None if words is None else words.encode_words(content)
        return Query(reading.words, content, vector, content_vectors)

    def _matches(self, ranking: Ranking, own: Mapping[int, int], limit: int) -> tuple[Match, ...]:
        """Make the first *limit* matches; entries that have the question as their *own* row are certain."""
        confidences = self._calibration.confidences(ranking)
        certain = np.isin(ranking.entries, list(own))
        order = np.argsort(~certain, kind="stable")[:limit]
        return tuple(
            self._certain(ranking, place, own)
            if certain[place]
            else Match(
                self._entries[ranking.entries[place]],
                float(ranking.scores[place]),
                0.0 if own else float(confidences[place]),
                self._phrasing(int(ranking.rows[place])),
            )
            for place in order
        )

    def _certain(self, ranking: Ranking, place: int, own: Mapping[int, int]) -> Match:
        number = int(ranking.entries[place])
        score = float(ranking.scores[place]) + 1.0
        return Match(self._entries[number], score, 1.0 / len(own), self._phrasing(own[number]))

    def _allowed(self, question: Question) -> NDArray[np.bool_] | None:
        if self._open_to_all:
            return None
        return np.array(
            [
                not entry.audience or bool(entry.audience & question.audience)
                for entry in self._entries
            ]
        )

    def _stored(
        self, text: str, allowed: NDArray[np.bool_] | None
    ) -> tuple[dict[int, int], set[int]]:
        """Find *text* among the phrasings: the entries that have it with the row, and those not for it."""
        own: dict[int, int] = {}
        barred: set[int] = set()
        for row in self._index.exact.find(text, self._phrasing):
            entry = int(self._index.entry_of[row])
            if row >= self._index.asking:
                barred.add(entry)
            elif allowed is None or allowed[entry]:
                own.setdefault(entry, row)
        return own, barred - own.keys()

    def _phrasing(self, row: int) -> str:
        index, number = self._index, int(self._index.entry_of[row])
        entry = self._entries[number]
        if row < index.asking:
            return entry.phrasings[row - int(index.first_row[number])]
        return entry.not_for[row - int(index.first_not_for[number])]
