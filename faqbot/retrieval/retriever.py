"""The retriever: from a question to the entries it may mean, each with a confidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faqbot.models import Entry, Match, Question
from faqbot.retrieval.calibration import Calibration
from faqbot.retrieval.encoders import Encoder
from faqbot.retrieval.index import Index
from faqbot.retrieval.kernel import Scores, score_entries
from faqbot.retrieval.reading import Reading, read_question
from faqbot.retrieval.spelling import Speller
from faqbot.retrieval.text import Synonyms

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
        self._calibration = calibration
        lexicon = index.lexicon
        known = dict.fromkeys(index.answer_lexicon.words, lexicon.rarest)
        known.update(zip(lexicon.words, map(float, lexicon.rarity), strict=True))
        self._speller = Speller(known)
        self._first_row = np.searchsorted(index.entry_of, np.arange(len(entries)))
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
        matches = self._matches(self._score(reading, allowed, own), own)
        exact = tuple(match.entry for match in matches[: len(own)])
        return Retrieval(tuple(matches[:limit]), reading, exact)

    def _score(
        self, reading: Reading, allowed: NDArray[np.bool_] | None, own: Mapping[int, int]
    ) -> Scores:
        vector = None if self._encoder is None else self._encoder.encode([reading.text])[0]
        include = np.array(list(own.values()), np.intp)
        return score_entries(self._index, reading.words, vector, allowed, include)

    def _matches(self, scores: Scores, own: Mapping[int, int]) -> list[Match]:
        """Make the matches; entries that have the question as their *own* row come first and are certain."""
        confidences = self._calibration.confidences(scores)
        certain, likely = [], []
        for place, number in enumerate(scores.entries):
            entry, score = self._entries[number], float(scores.scores[place])
            if number in own:
                phrasing = self._phrasing(own[int(number)])
                certain.append(Match(entry, score + 1.0, 1.0 / len(own), phrasing))
            else:
                confidence = 0.0 if own else float(confidences[place])
                phrasing = self._phrasing(int(scores.rows[place]))
                likely.append(Match(entry, score, confidence, phrasing))
        return certain + likely

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
            if self._index.sign[row] < 0:
                barred.add(entry)
            elif allowed is None or allowed[entry]:
                own.setdefault(entry, row)
        return own, barred - own.keys()

    def _phrasing(self, row: int) -> str:
        number = int(self._index.entry_of[row])
        entry, place = self._entries[number], row - int(self._first_row[number])
        return (*entry.phrasings, *entry.not_for)[place]
