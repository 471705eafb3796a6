"""The retriever: from a question to the entries it may mean, each with a confidence.

A doubt: why a match must not answer a question outright, however high its confidence.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain, islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faqbot.models import Caution, Entry, Match, Question, Reason
from faqbot.retrieval.cache import cache_folder, cache_key, load_index, save_index
from faqbot.retrieval.calibration import Calibration, fit, prior_calibration, thresholds
from faqbot.retrieval.contradictions import Abstention, ContradictionCheck
from faqbot.retrieval.encoders import Encoder, choose_encoder
from faqbot.retrieval.index.exact import LOOSEST
from faqbot.retrieval.index.index import Index, Query, build_index, phrasing_at, solve_ridge
from faqbot.retrieval.index.weights import encoder_kind
from faqbot.retrieval.languages import DEFAULT_LANGUAGE, Language
from faqbot.retrieval.query import Reader, Reading
from faqbot.retrieval.scoring.ranking import Ranking, rank_entries
from faqbot.retrieval.self_calibration import (
    draw_sample,
    leave_one_out,
    out_of_scope_evidence,
    tune_weights,
)
from faqbot.retrieval.text import Synonyms

_LEAST_DOUBTED = thresholds(Caution.LOW).suggest
"""What is less sure than this is never answered, so that there is nothing to doubt."""

_ALIKE = 0.4
"""How alike, 0 to 1, two words look of which one is known by the other: "printing" by "print"."""

_CLOSE = 0.85
"""An entry that is surer than the next by no more than this is one of two choices. On the dev splits, of the
answers that it takes back hardly more were right than wrong."""

_FOREIGN = 0.19
"""The most that a confidence can be where only the way of asking is known: less than ever offers a choice.
On the dev splits so many of the best matches are right then."""

# A knowledge base with fewer phrasings an entry is a page of answered questions. Chosen by hand.
_PAGE = 1.5

_FEW_PHRASINGS = 40
"""So few phrasings do not show how strong a wrong match looks. "Parking for visitors" shares half of its
words with "internet access for visitors", and of what it shares half the knowledge base may consist."""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Everything found for one question: *matches*, best first, and how the question was read.

    *exact* are the entries that have the question as a phrasing: none, one, or several that share it.
    *doubt* says why the best match must not be answered outright, however sure; else None.
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
        reader: Reader,
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
        self._phrasing = partial(phrasing_at, index, entries)
        self._guard = ContradictionCheck(index, lambda row: reader.tokenize(self._phrasing(row)))
        self._open_to_all = not any(entry.audience for entry in entries)

    def retrieve(self, question: Question, limit: int, without: Collection[str] = ()) -> Retrieval:
        """Return the *limit* best matches for *question*; a smaller limit is a prefix of a larger one.

        Entries for an audience that the question lacks, those whose `not_for` it is, and those with an
        id among *without* are left out: what comes next has the confidence it has when they are not there.
        """
        reading = self._reader.read(question.text)
        allowed = self._allowed(question, without)
        own, barred = self._stored(question.text, allowed)
        allowed = self._barring(barred, allowed)
        if not (reading.words or own):
            return Retrieval((), reading)
        query = self._reader.query(reading)
        include = np.array([*own.values()], np.intp) if own else None
        ranking = rank_entries(self._index, query, allowed, include)
        confidences = self._calibration.confidences(ranking)
        if not own and self._is_foreign(query):
            np.minimum(confidences, _FOREIGN, out=confidences)
        exact = tuple(self._entries[number] for number in own)
        matches = self._matches(ranking, confidences, own, limit)
        abstention = None if exact else self._doubt(reading, ranking, confidences)
        return Retrieval(matches, reading, exact, abstention)

    def has_word(self, word: str) -> bool:
        """Return True if a phrasing or an answer of any entry has *word*, in lower case, as it is."""
        return word in self._index.vocabulary.id_of or word in self._index.answer_vocabulary.id_of

    def _barring(
        self, barred: set[int], allowed: NDArray[np.bool_] | None
    ) -> NDArray[np.bool_] | None:
        """Return *allowed* without the entries *barred*; None where every entry is allowed."""
        if barred:
            allowed = np.ones(len(self._entries), np.bool_) if allowed is None else allowed
            allowed[list(barred)] = False
        return allowed

    def _is_foreign(self, query: Query) -> bool:
        """Tell whether *query* is about nothing that the knowledge base has a word for.

        What it then shares with a phrasing is how it is put: "what is the". An encoder may know better.
        """
        if query.vector is not None:
            return False
        known = self._index.vocabulary.id_of
        named = any(
            word in known and self._index.language.is_content(word) for word in query.content
        )
        return not named and not any(map(self._knows, query.content))

    def _half_knows(self, reading: Reading) -> bool:
        """Tell whether half or more of what was asked about is unknown to the knowledge base."""
        telling = [word for word in reading.words if self._index.language.is_key_term(word)]
        return bool(telling) and 2 * sum(map(self._knows, telling)) <= len(telling)

    def _knows(self, word: str) -> bool:
        """Tell whether a phrasing or an answer has *word*, one that looks like it, or its two halves."""
        index = self._index
        if word in index.answer_vocabulary.id_of:
            return True
        known, near = index.vocabulary.id_of, index.vocabulary.similar_terms(word)
        alike = near.ids[near.similarity >= _ALIKE]
        return any(index.language.is_content(index.vocabulary.words[one]) for one in alike) or any(
            word[:end] in known and word[end:] in known for end in range(1, len(word))
        )

    def retrieve_variant(
        self, entry: int, phrasing: int, limit: int, *, left_out: bool = False
    ) -> Retrieval:
        """Return what a question gets that is put almost as a phrasing of an entry is, but not quite.

        *entry* and *phrasing* are numbers from 0. The phrasing is asked by somebody who may see its
        entry, and not recognised as one that is stored; *left_out*, as if it were not stored at all.
        """
        row = int(self._index.first_row[entry]) + phrasing
        question = Question(self._phrasing(row), audience=self._entries[entry].audience)
        allowed = self._allowed(question)
        _, barred = self._stored(question.text, allowed)
        allowed = self._barring(barred, allowed)
        reading = self._reader.read(question.text)
        if not reading.words:
            return Retrieval((), reading)
        query = self._reader.query(reading)
        ranking = rank_entries(self._index, query, allowed, without=row if left_out else None)
        confidences = self._calibration.confidences(ranking)
        matches = self._matches(ranking, confidences, {}, limit)
        return Retrieval(matches, reading, abstention=self._doubt(reading, ranking, confidences))

    def _doubt(
        self, reading: Reading, ranking: Ranking, confidences: NDArray[np.float64]
    ) -> Abstention | None:
        if not len(confidences) or confidences[0] < _LEAST_DOUBTED:
            return None
        if len(confidences) > 1 and confidences[1] >= _CLOSE * confidences[0]:
            return Abstention(Reason.CLOSE, "Another entry is about as likely.")
        abstention = self._guard.check(reading, int(ranking.rows[0]))
        if (
            abstention is None
            and self._index.phrasing_count < _FEW_PHRASINGS
            and self._half_knows(reading)
        ):
            text = "Half of what the question is about is unknown to so small a knowledge base."
            return Abstention(Reason.UNKNOWN_WORDS, text)
        return abstention

    def _matches(
        self,
        ranking: Ranking,
        confidences: NDArray[np.float64],
        own: Mapping[int, int],
        limit: int,
    ) -> tuple[Match, ...]:
        """Make the first *limit* matches; entries that have the question as their *own* row are certain."""
        if own:
            return self._certain(ranking, own, limit)
        first = slice(max(limit, 0))
        numbers = ranking.entries[first]
        found = zip(
            [self._entries[number] for number in numbers.tolist()],
            ranking.scores[first].tolist(),
            confidences[first].tolist(),
            (ranking.rows[first] - self._index.first_row[numbers]).tolist(),
            strict=True,
        )
        return tuple(
            [
                Match(entry, score, sure, entry.phrasings[place])
                for entry, score, sure, place in found
            ]
        )

    def _certain(self, ranking: Ranking, own: Mapping[int, int], limit: int) -> tuple[Match, ...]:
        """Make the matches, of which those are certain that have an *own* row, and nothing is any other."""
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
        """The place of each entry under its id."""
        return {entry.id: number for number, entry in enumerate(self._entries)}

    def _stored(
        self, text: str, allowed: NDArray[np.bool_] | None
    ) -> tuple[dict[int, int], set[int]]:
        """Find *text* among the phrasings: the entries that have it with the row, and those not for it.

        What is closest to *text* decides, between entries and within one.
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


def open_retriever(
    entries: Sequence[Entry],
    synonym_groups: Sequence[Sequence[str]],
    encoder: str | Encoder,
    *,
    cache: bool = True,
    language: Language = DEFAULT_LANGUAGE,
) -> Retriever:
    """Open a retriever on *entries*, from the cache if their index is there.

    Raises EncoderError for an unknown encoder, MissingDependency when its library is not installed.
    """
    chosen, note = choose_encoder(encoder)
    synonyms = Synonyms(synonym_groups)
    key = cache_key(entries, synonym_groups, "" if chosen is None else chosen.name, language)
    path, state = _cache_path(key) if cache else (None, "off")
    saved = None if path is None else load_index(path, key, language)
    index, calibration = saved or _build(entries, synonyms, chosen, language)
    if saved is None and path is not None:
        state = _save(index, calibration, path, key)
    reader = Reader(index, synonyms, chosen)
    return Retriever(
        *(entries, reader, calibration),
        encoder_note=note,
        cache_state=state,
        cache_path=path,
    )


def _cache_path(key: str) -> tuple[Path | None, str]:
    try:
        return cache_folder() / f"{key[:32]}.npz", "read"
    except RuntimeError:
        return None, "unavailable: there is no home folder; set FAQBOT_CACHE to a folder"


def _build(
    entries: Sequence[Entry], synonyms: Synonyms, encoder: Encoder | None, language: Language
) -> tuple[Index, Calibration]:
    index = solve_ridge(build_index(entries, synonyms, encoder, language))
    reader = Reader(index, synonyms, encoder)
    sample = draw_sample(index, reader, partial(phrasing_at, index, entries))
    weights = tune_weights(index, sample.left_out)
    tuned = replace(index, weights=weights)
    found = out_of_scope_evidence(tuned, sample)
    prior = prior_calibration(encoder_kind(encoder), found, page=_is_page(entries))
    calibration = fit(leave_one_out(tuned, sample, found), prior)
    return replace(tuned, solved_ridge=None), calibration  # only the calibration uses the ridge


def _is_page(entries: Sequence[Entry]) -> bool:
    """Tell whether *entries* are a page of answered questions, hardly any of them put in two ways."""
    phrasings = sum(len(entry.phrasings) for entry in entries)
    return phrasings < _PAGE * len(entries) and any(entry.answer for entry in entries)


def _save(index: Index, calibration: Calibration, path: Path, key: str) -> str:
    try:
        save_index(index, calibration, path, key)
    except OSError as error:
        return f"unavailable: {error.strerror or error}"
    return "written"
