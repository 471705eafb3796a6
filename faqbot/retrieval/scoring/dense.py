"""Dense scorer: scores of all rows and entries, from one cached column per query term."""

from __future__ import annotations

import numpy as np

from faqbot.retrieval.index.index import Index, Query
from faqbot.retrieval.index.vocabulary import SimilarTerms, exact_term
from faqbot.retrieval.scoring.similarity import (
    Floats,
    Numbers,
    content_similarity,
    query_features,
)
from faqbot.retrieval.scoring.sparse import SparseScorer


class DenseScorer:
    """Scorer that adds up cached columns of all rows.

    Fast for small indexes.
    """

    def __init__(self, index: Index, query: Query) -> None:
        """Score *query* against *index*."""
        self.index = index
        self.query = query
        self._features = query_features(index, query)

    def similarity(self, rows: Numbers | None = None) -> Floats:
        """Return the similarity of *rows*; see `Scorer`."""
        index, features, weights = self.index, self._features, self.index.weights
        scores = index.row_scores.weighted_sum(
            features.terms, features.term_weights, self._similar_terms
        )
        np.minimum(scores, np.float32(1), out=scores)
        scores *= np.float32(1 - weights.bigrams)
        scores += index.bigram_postings.weighted_sum(
            features.bigrams, np.float32(weights.bigrams) * features.bigram_weights, index.row_count
        )
        if self.query.vector is not None:
            scores *= np.float32(1 - weights.meaning)
            scores += np.float32(weights.meaning) * index.vectors.dot(self.query.vector)
        return scores if rows is None else scores.take(rows)

    def support(self, entries: Numbers | None = None) -> Floats:
        """Return the support by the answers of *entries*; see `Scorer`."""
        index, features, weights = self.index, self._features, self.index.weights
        ids = index.answer_vocabulary.id_of
        scores = index.answer_scores.weighted_sum(
            features.answer_terms,
            features.answer_weights,
            lambda place: exact_term(ids[features.answer_terms[place]]),
        )
        scores *= np.float32(weights.answer_words)
        if self.query.vector is not None:
            cosine = index.answer_vectors.dot(self.query.vector)
            scores += np.float32(weights.answer_meaning) * cosine
        return scores if entries is None else scores.take(entries)

    def coverage(self, entries: Numbers | None = None, without: int | None = None) -> Floats:
        """Return the coverage by *entries*; see `Scorer`."""
        scores = self.index.coverage_scores.weighted_sum(
            self.query.content, self._features.content_shares, self._covering_terms
        )
        if without is not None:  # few columns would be used again, so the entry is scored alone
            own = self.index.entry_of[[without]].astype(np.intp)
            scores[own] = SparseScorer(self.index, self.query).coverage(own, without)
        return scores if entries is None else scores.take(entries)

    def _similar_terms(self, place: int) -> SimilarTerms:
        return self.index.vocabulary.similar_terms(self._features.terms[place])

    def _covering_terms(self, place: int) -> SimilarTerms:
        if self.query.content_vectors is None:
            return self.index.vocabulary.similar_terms(self.query.content[place])
        similarity = content_similarity(self.index, self.query, [place])[0]
        ids = (similarity > 0).nonzero()[0].astype(np.int32)
        return SimilarTerms(ids, similarity[ids])
