"""Scorer interface, and the query features that the dense and the sparse scorer share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index.index import Index, Query
from faqbot.retrieval.index.vocabulary import sublinear_tf

Floats: TypeAlias = NDArray[np.float32]
Numbers: TypeAlias = NDArray[np.intp]


class Scorer(Protocol):
    """Scores of one query against the rows and entries of one index.

    Rows and entries are distinct numbers, rising; None stands for all of them. Implementations agree
    within rounding errors of float32.
    """

    index: Index
    query: Query

    def similarity(self, rows: Numbers | None = None) -> Floats:
        """Return the similarity of *rows* to the query: float32 (rows,), at most 1.

        The cosine of tf-idf terms, where similar terms count in part, is mixed with that of bigrams and
        with that of the encoder's vectors.
        """
        ...

    def support(self, entries: Numbers | None = None) -> Floats:
        """Return the similarity of the answers of *entries*, times its weights.

        The result is float32 (entries,).
        """
        ...

    def coverage(self, entries: Numbers | None = None, without: int | None = None) -> Floats:
        """Return the share of the query's content that *entries* cover.

        The result is float32 (entries,), 0 to 1. Content words are weighted by idf. A known word
        covers itself, and in part similar terms. Row *without* is ignored.
        """
        ...


@dataclass(frozen=True, slots=True)
class QueryFeatures:
    """Weights of a query's features in an index.

    *terms* are its distinct words, with *term_weights*. *bigrams* intp (k,) are its known bigrams, with
    *bigram_weights* float32 (k,). *answer_terms* are its words in the answer vocabulary, with
    *answer_weights*. Each list of weights has Euclidean length 1. *content_shares* are the idf shares of
    the content words, with sum 1.
    """

    terms: tuple[str, ...]
    term_weights: tuple[float, ...]
    bigrams: Numbers
    bigram_weights: Floats
    answer_terms: tuple[str, ...]
    answer_weights: tuple[float, ...]
    content_shares: tuple[float, ...]


def query_features(index: Index, query: Query) -> QueryFeatures:
    """Return the features of *query* in *index*."""
    table = index.terms
    ids = [table[word].id for word in query.words]
    bigrams, weights = index.bigrams.weigh(ids, len(index.vocabulary.words))
    terms = [table[word] for word in dict.fromkeys(query.words)]
    answering = [term for term in terms if term.answer_id >= 0]
    row_weights = [term.idf for term in terms]
    answer_weights = [term.answer_idf for term in answering]
    if len(terms) < len(ids):
        uses = Counter(query.words)
        row_weights = [term.idf * sublinear_tf(uses[term.word]) for term in terms]
        answer_weights = [term.answer_idf * sublinear_tf(uses[term.word]) for term in answering]
    idf = [table[word].idf for word in query.content]
    total = sum(idf)
    return QueryFeatures(
        terms=tuple([term.word for term in terms]),
        term_weights=_unit_weights(row_weights),
        bigrams=bigrams,
        bigram_weights=weights / np.float32(float(weights @ weights) ** 0.5 or 1),
        answer_terms=tuple([term.word for term in answering]),
        answer_weights=_unit_weights(answer_weights),
        content_shares=tuple([value / total for value in idf]),
    )


def _unit_weights(weights: Sequence[float]) -> tuple[float, ...]:
    """Return *weights* scaled to Euclidean length 1."""
    length = hypot(*weights) or 1
    return tuple([weight / length for weight in weights])


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
