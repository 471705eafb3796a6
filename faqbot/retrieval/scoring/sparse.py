"""Sparse scorer: scores of a few rows and entries, from their own terms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index.csr import CsrMatrix
from faqbot.retrieval.index.index import Index, Query
from faqbot.retrieval.scoring.similarity import (
    Floats,
    Numbers,
    content_similarity,
    query_features,
)


class SparseScorer:
    """Scorer that reads the rows asked for, and no others.

    Fast for few rows of a large index.
    """

    def __init__(self, index: Index, query: Query) -> None:
        """Score *query* against *index*."""
        self.index = index
        self.query = query
        self._features = query_features(index, query)

    def similarity(self, rows: Numbers | None = None) -> Floats:
        """Return the similarity of *rows*; see `Scorer`."""
        index, features, weights = self.index, self._features, self.index.weights
        rows = np.arange(index.row_count) if rows is None else rows
        scores = np.minimum(index.row_terms.take(rows).dot(self._term_activation()), 1)
        bigrams = index.row_bigrams.take(rows).dot_sparse(features.bigrams, features.bigram_weights)
        scores = np.float32(1 - weights.bigrams) * scores + np.float32(weights.bigrams) * bigrams
        if self.query.vector is not None:
            cosine = index.vectors.dot(self.query.vector, rows)
            scores *= np.float32(1 - weights.meaning)
            scores += np.float32(weights.meaning) * cosine
        return scores

    def _term_activation(self) -> Floats:
        """Return the weight of each known term, similar terms included: float32 (terms,)."""
        vocabulary, features = self.index.vocabulary, self._features
        activation = np.zeros(len(vocabulary.words), np.float32)
        if features.terms:
            near = [vocabulary.similar_terms(term) for term in features.terms]
            weights = np.array(features.term_weights, np.float32)
            weights = weights.repeat([len(terms.ids) for terms in near])
            weights *= np.concatenate([terms.similarity for terms in near])
            np.add.at(activation, np.concatenate([terms.ids for terms in near]), weights)
        return activation

    def support(self, entries: Numbers | None = None) -> Floats:
        """Return the support by the answers of *entries*; see `Scorer`."""
        index, features, weights = self.index, self._features, self.index.weights
        entries = np.arange(index.entry_count) if entries is None else entries
        ids = [index.answer_vocabulary.id_of[term] for term in features.answer_terms]
        activation = np.zeros(len(index.answer_vocabulary.words), np.float32)
        activation[ids] = features.answer_weights
        scores = index.answers.take(entries).dot(activation)
        scores *= np.float32(weights.answer_words)
        if self.query.vector is not None:
            cosine = index.answer_vectors.dot(self.query.vector, entries)
            scores += np.float32(weights.answer_meaning) * cosine
        return scores

    def coverage(self, entries: Numbers | None = None, without: int | None = None) -> Floats:
        """Return the coverage by *entries*; see `Scorer`."""
        index, query = self.index, self.query
        entries = np.arange(index.entry_count) if entries is None else entries
        if not query.content:
            return np.zeros(len(entries), np.float32)
        words = index.content.take(entries)
        similarity = content_similarity(index, query, range(len(query.content)), words.ids)
        if without is not None:
            similarity[:, lost_words(index, entries, words, without)] = 0
        best = np.zeros((len(similarity), len(entries)), np.float32)
        filled = (words.starts[:-1] < words.starts[1:]).nonzero()[0]
        if len(filled):
            best[:, filled] = np.maximum.reduceat(similarity, words.starts[filled], axis=1)
        coverage: Floats = np.array(self._features.content_shares, np.float32) @ best
        return coverage


def lost_words(index: Index, entries: Numbers, words: CsrMatrix, without: int) -> NDArray[np.bool_]:
    """Return whether only row *without* has each of the content *words* of *entries*.

    The result is bool (words,).
    """
    owner = entries.repeat(words.starts[1:] - words.starts[:-1])
    entry = index.entry_of[without]
    rows = np.flatnonzero(index.entry_of[: index.positive_count] == entry)
    others = index.row_terms.take(rows[rows != without]).ids
    lost: NDArray[np.bool_] = (owner == entry) & ~np.isin(words.ids, others)
    return lost
