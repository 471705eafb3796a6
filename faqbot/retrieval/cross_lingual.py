"""Ranking of questions in other languages, by sentence vectors alone.

The words of this question match nothing. So a second regression compares only the vectors of the
multilingual encoder, with weights and a calibration of its own. It is an index without words. It is
built for the first question in another language, and cached beside the index.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.cache import SUFFIX, load_index, save_index
from faqbot.retrieval.calibration import Calibration, fit, prior_calibration
from faqbot.retrieval.encoders import Encoder
from faqbot.retrieval.encoders.protocol import unit_rows
from faqbot.retrieval.index.bigrams import Bigrams
from faqbot.retrieval.index.csr import CsrMatrix
from faqbot.retrieval.index.exact import ExactKeys
from faqbot.retrieval.index.index import Index, Query, solve_ridge
from faqbot.retrieval.index.subject import restore_subject
from faqbot.retrieval.index.vectors import Vectors
from faqbot.retrieval.index.vocabulary import Vocabulary
from faqbot.retrieval.index.weights import EncoderKind, ScoringWeights
from faqbot.retrieval.scoring.ranking import Ranking, rank_entries
from faqbot.retrieval.self_calibration import draw_sample, leave_one_out, out_of_scope_evidence

Floats = NDArray[np.float32]

# Dimensionless, see `ScoringWeights`. Measured on 81 questions in ten languages to two knowledge bases:
# sharpness 3.5, 5 and 7 with ridge .1 to .3 all rank 74 first. With 3.5, 2 of 222 questions out of scope
# are answered, with 5 none.
WEIGHTS = ScoringWeights(
    meaning=1.0,
    bigrams=0.0,
    sharpness=5.0,
    ridge=0.2,
    coverage=0.0,
    answer_words=0.0,
    answer_meaning=0.0,
)

# Log odds by which a confidence is lower than that of a phrasing with the same evidence, as a translation
# loses more than another wording. Of the 81 questions, 61 are answered right and 2 wrong without it, 56
# and 1 with it.
TRANSLATION_LOSS = 0.4


@dataclass(frozen=True)
class CrossLingualRanker:
    """Ranking of questions in other languages against *index*, by its sentence vectors.

    *encoder* is the sentence encoder: its vectors are the last columns of the index. *path* is the file of
    the index in the cache, None without a cache. Thread-safe: concurrent first questions build equal
    indexes.
    """

    index: Index
    encoder: Encoder
    path: Path | None = None

    def rank(
        self, text: str, allowed: NDArray[np.bool_] | None
    ) -> tuple[Ranking, NDArray[np.float64]]:
        """Return the ranking of *text* among *allowed* entries, and confidences, float64 (entries,)."""
        index, calibration = self._built
        ranking = rank_entries(index, self._query(text), allowed)
        return ranking, calibration.confidences(ranking)

    def _query(self, text: str) -> Query:
        return Query((), (), np.asarray(self.encoder.encode([text])[0], np.float32))

    @cached_property
    def _built(self) -> tuple[Index, Calibration]:
        """The index of sentence vectors and its calibration, from the cache if they are there."""
        if self.path is None:
            return self._build()
        key = sha256(f"{self.path.stem} cross-lingual".encode()).hexdigest()
        path = self.path.with_name(f"{key[:32]}{SUFFIX}")  # a name that the cache clears away
        found = load_index(path, key, self.index.language)
        if found is None:
            found = self._build()
            with suppress(OSError):  # then the next start builds it again
                save_index(*found, path, key)
        return found

    def _build(self) -> tuple[Index, Calibration]:
        index = solve_ridge(sentence_index(self.index))
        return index, calibrate(index, self._query)


def sentence_index(index: Index) -> Index:
    """Return *index* with its sentence vectors alone, of length 1, and without words.

    Sentence vectors are the columns after those of a word. The regression is not solved.
    """
    columns = slice(index.word_vectors.shape[1], None)
    full = restore_subject(index.vectors.take(np.arange(index.row_count)), index.subject)
    rows = unit_rows(full[:, columns])
    answers = index.answer_vectors
    nothing, no_terms = Vocabulary((), np.zeros(0, np.float32)), no_features(0)
    return replace(
        index,
        weights=WEIGHTS,
        exact=ExactKeys(np.zeros(0, np.uint64), np.zeros(0, np.int32)),
        vocabulary=nothing,
        row_terms=no_features(index.row_count),
        postings=no_terms,
        content=no_features(index.entry_count),
        word_vectors=np.zeros((0, 0), np.float32),
        bigrams=Bigrams(np.zeros(0, np.int64), np.zeros(0, np.float32)),
        row_bigrams=no_features(index.row_count),
        vectors=Vectors.of(rows, compact=not index.is_small),
        answer_vocabulary=nothing,
        answers=no_features(index.entry_count),
        answer_postings=no_terms,
        answer_vectors=Vectors(answers.codes[:, columns], answers.scale[columns]),
        subject=np.zeros((0, 0), np.float32),
        dual=np.zeros((index.entry_count, 0), np.float32),
        solved_ridge=None,
    )


def no_features(rows: int) -> CsrMatrix:
    """Return a matrix of *rows* without features."""
    return CsrMatrix(np.zeros(rows + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32))


def calibrate(index: Index, query_of: Callable[[str], Query]) -> Calibration:
    """Return the calibration of a sentence *index* by its rows.

    *query_of* returns the query of a text.
    """
    sample = draw_sample(
        index, lambda row: Query((), (), index.vectors.take(np.array([row]))[0]), query_of
    )
    found = out_of_scope_evidence(index, sample)
    prior = prior_calibration(EncoderKind.SENTENCES, found)
    curve = fit(leave_one_out(index, sample, found), prior)
    return replace(curve, intercept=curve.intercept - TRANSLATION_LOSS)
