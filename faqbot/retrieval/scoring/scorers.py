"""Scorers of an index for one query: similarity of rows, support by answers, coverage of the query.

The dense scorer adds up cached columns of all rows, and the sparse one reads only the rows asked for.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import hypot
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index.columns import TermScoreCache
from faqbot.retrieval.index.csr import CsrMatrix
from faqbot.retrieval.index.index import Index, Query
from faqbot.retrieval.index.vocabulary import UNKNOWN_ID, SimilarTerms, exact_term, sublinear_tf

Floats: TypeAlias = NDArray[np.float32]
Numbers: TypeAlias = NDArray[np.intp]


class Scorer(ABC):
    """Scores of a query against an index's rows and entries.

    Rows and entries are distinct numbers, rising; None stands for all of them. Implementations agree
    within rounding errors of float32.
    """

    def __init__(self, index: Index, query: Query) -> None:
        """Score *query* against *index*."""
        self.index = index
        self.query = query
        self._features = query_features(index, query)

    @abstractmethod
    def similarity(self, rows: Numbers | None = None) -> Floats:
        """Return the similarity of *rows* to the query: float32 (rows,), at most 1.

        The cosine of tf-idf terms, where similar terms count in part, is mixed with that of bigrams and
        with that of the encoder's vectors.
        """

    @abstractmethod
    def support(self, entries: Numbers | None = None) -> Floats:
        """Return the similarity of *entries*' answers, times its weights.

        The result is float32 (entries,).
        """

    @abstractmethod
    def coverage(self, entries: Numbers | None = None, without: int | None = None) -> Floats:
        """Return the share of the query's content that *entries* cover.

        The result is float32 (entries,), 0 to 1. Content words are weighted by idf. A known word
        covers itself, and in part similar terms. Row *without* is ignored.
        """


@dataclass(frozen=True, slots=True)
class QueryFeatures:
    """Weights of a query's features in an index.

    *terms* are its distinct words, with *term_weights*. *bigrams* are its k known bigrams, with
    *bigram_weights* float32 (k,). *answer_terms* are its words in the answer vocabulary, with
    *answer_weights*. Each list of weights has Euclidean length 1. *content_shares* are the idf shares of
    the content words, with sum 1.
    """

    terms: Sequence[str]
    term_weights: Sequence[float]
    bigrams: Sequence[int]
    bigram_weights: Floats
    answer_terms: Sequence[str]
    answer_weights: Sequence[float]
    content_shares: Sequence[float]


def query_features(index: Index, query: Query) -> QueryFeatures:
    """Return the features of *query* in *index*."""
    table, words = index.terms, query.words
    known = {word: table[word] for word in words}
    terms = known.values()
    uses = Counter(words) if len(terms) < len(words) else {}
    tf = {word: sublinear_tf(count) for word, count in uses.items() if count > 1}
    answering = [term for term in terms if term.answer_id != UNKNOWN_ID]
    content_idf = [known[word].idf for word in query.content]
    total = sum(content_idf)
    ids = [known[word].id for word in words]
    bigrams, weights = index.bigrams.weigh(ids, len(index.vocabulary.words))
    return QueryFeatures(
        terms=[*known],
        term_weights=_unit_weights([term.idf * tf.get(term.word, 1.0) for term in terms]),
        bigrams=bigrams,
        bigram_weights=weights / np.float32(float(weights @ weights) ** 0.5 or 1),
        answer_terms=[term.word for term in answering],
        answer_weights=_unit_weights(
            [term.answer_idf * tf.get(term.word, 1.0) for term in answering]
        ),
        content_shares=[value / total for value in content_idf],
    )


def _unit_weights(weights: Sequence[float]) -> list[float]:
    """Return *weights* scaled to Euclidean length 1."""
    length = hypot(*weights) or 1
    return [weight / length for weight in weights]


def content_similarity(
    index: Index, query: Query, places: Sequence[int], terms: NDArray[np.integer] | None = None
) -> Floats:
    """Return the similarity of content words to known *terms*, or all terms.

    The result is float32 (places, terms). *places* are those of the content words in the query.
    Similarity is that of spelling or, with word vectors, the cosine if it is larger.
    """
    spelling: Floats = np.array(
        [_spelling_similarity(index, query.content[each], terms) for each in places]
    )
    if query.content_vectors is None:
        return spelling
    vectors = index.word_vectors if terms is None else index.word_vectors.take(terms, axis=0)
    wanted = query.content_vectors[list(places)]
    np.maximum(spelling, np.vecdot(wanted[:, None], vectors), out=spelling)
    return spelling


def _spelling_similarity(index: Index, word: str, terms: NDArray[np.integer] | None) -> Floats:
    similarity = np.zeros(len(index.vocabulary.words), np.float32)
    near = index.vocabulary.similar_terms(word)
    similarity[near.ids] = near.similarity
    return similarity if terms is None else similarity.take(terms)


class SparseScorer(Scorer):
    """Scorer that reads the rows asked for, and no others.

    Fast for few rows of a large index.
    """

    def similarity(self, rows: Numbers | None = None) -> Floats:
        """Return the similarity of *rows*; see `Scorer`."""
        index, features, weights = self.index, self._features, self.index.weights
        rows = np.arange(index.row_count) if rows is None else rows
        scores = np.minimum(index.row_terms.take(rows).dot(self._term_activation()), 1)
        numbers = np.array(features.bigrams, np.intp)
        bigrams = index.row_bigrams.take(rows).dot_sparse(numbers, features.bigram_weights)
        scores = np.float32(1 - weights.bigrams) * scores + np.float32(weights.bigrams) * bigrams
        if self.query.vector is not None:
            cosine = index.vectors.dot(self.query.vector, rows)
            scores *= np.float32(1 - weights.meaning)
            scores += np.float32(weights.meaning) * cosine
        return scores

    def _term_activation(self) -> Floats:
        """Return each known term's weight, similar terms included: float32 (terms,)."""
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


def weighted_sum(
    columns: TermScoreCache,
    terms: Sequence[str],
    weights: Sequence[float],
    similar: Callable[[int], SimilarTerms],
) -> Floats:
    """Return the sum of the *columns* of *terms*, each times its weight: float32 (size,).

    *similar* returns the similar terms of the term at a place, for a column that is not cached.
    """
    if not terms:
        return np.zeros(columns.size, np.float32)
    added = np.empty((len(terms), columns.size), np.float32)
    for place, term in enumerate(terms):
        column = columns.get(term)
        if column is None:
            column = columns.compute(term, similar(place))
        np.multiply(column, weights[place], out=added[place])
    total: Floats = np.add.reduce(added, axis=0)
    return total


class DenseScorer(Scorer):
    """Scorer that adds up cached columns of all rows.

    Fast for small indexes.
    """

    def similarity(self, rows: Numbers | None = None) -> Floats:
        """Return the similarity of *rows*; see `Scorer`."""
        index, features, weights = self.index, self._features, self.index.weights
        scores = weighted_sum(
            index.row_scores, features.terms, features.term_weights, self._similar_terms
        )
        np.minimum(scores, np.float32(1), out=scores)
        scores *= np.float32(1 - weights.bigrams)
        scores += index.bigram_postings.weighted_sum(
            features.bigrams, np.float32(weights.bigrams) * features.bigram_weights
        )
        if self.query.vector is not None:
            scores *= np.float32(1 - weights.meaning)
            scores += np.float32(weights.meaning) * index.vectors.dot(self.query.vector)
        return scores if rows is None else scores.take(rows)

    def support(self, entries: Numbers | None = None) -> Floats:
        """Return the support by the answers of *entries*; see `Scorer`."""
        index, features, weights = self.index, self._features, self.index.weights
        ids = index.answer_vocabulary.id_of
        scores = weighted_sum(
            index.answer_scores,
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
        columns, shares = self.index.coverage_scores, self._features.content_shares
        scores = weighted_sum(columns, self.query.content, shares, self._covering_terms)
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
