"""How alike a question and some of the phrasings are, and what answers say for their entries.

How much of what a question is about an entry speaks of: content words, weighed by idf.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index.bigrams import sublinear_tf
from faqbot.retrieval.index.csr import CsrMatrix
from faqbot.retrieval.index.index import Index, Query
from faqbot.retrieval.index.vocabulary import SimilarTerms, Vocabulary

FEW = 2_000
"""So many rows are all compared."""

Floats = NDArray[np.float32]
Activation: TypeAlias = tuple[NDArray[np.integer], Floats]
"""Features, by number, and what each counts: integer (k,) and float32 (k,)."""


class Comparison:
    """A question held against an index: which features they share, and so how alike rows and entries are."""

    def __init__(self, index: Index, query: Query) -> None:
        """Look up the features of *query* in *index*."""
        counts = Counter(query.words)
        self.index = index
        self.query = query
        self.words = _words(index.vocabulary, counts)
        self.pairs = of_length_1(*index.bigrams.weigh(query.words, index.vocabulary))
        self.answer_words = of_length_1(*_known(index.answer_vocabulary, counts))
        self.whole = len(index.row_terms) <= FEW

    def similarity(self, rows: NDArray[np.intp]) -> Floats:
        """Return how alike *rows* are to the question: float32 (len(rows),), at most 1.

        The rows rise, and none is there twice.
        """
        index, vector, vectors = self.index, self.query.vector, self.index.vectors
        meaning, pairs = index.weights.meaning, np.float32(index.weights.bigrams)
        if len(rows) == len(index.row_terms):
            alike = index.postings.mix(*self.words, len(rows))
            ordered = index.bigram_postings.mix(*self.pairs, len(rows))
        else:
            alike = index.row_terms.take(rows).dot(
                _in_full(*self.words, len(index.vocabulary.words))
            )
            ordered = index.row_bigrams.take(rows).dot_few(*self.pairs)
            vectors = vectors if vector is None else vectors.take(rows, axis=0)
        alike = (1 - pairs) * np.minimum(alike, 1) + pairs * ordered
        if vector is not None:
            alike *= 1 - meaning
            alike += meaning * np.vecdot(vectors, vector)
        return alike

    def support(self, entries: NDArray[np.intp]) -> Floats:
        """Return what the answers' own words say for *entries*: weak evidence, float32 (len(entries),).

        The entries are numbers, rising and none twice.
        """
        index, vector, vectors = self.index, self.query.vector, self.index.answer_vectors
        if len(entries) < index.entry_count:
            activation = _in_full(*self.answer_words, len(index.answer_vocabulary.words))
            shared = index.answers.take(entries).dot(activation)
            vectors = vectors if vector is None else vectors.take(entries, axis=0)
        else:
            shared = index.answer_postings.mix(*self.answer_words, index.entry_count)
        support = np.float32(index.weights.answer_words) * shared
        if vector is not None:
            support += index.weights.answer_meaning * np.vecdot(vectors, vector)
        return support


def _words(vocabulary: Vocabulary, counts: Mapping[str, int]) -> Activation:
    """Return which known words the words of *counts* are, or look like, and what each counts.

    The sum over a row's words is the cosine of idf-weighted words, where a known word also answers
    to its look-alikes. A word that several words of the question resemble is there several times.
    """
    if not counts:
        return np.zeros(0, np.int32), np.zeros(0, np.float32)
    near = [vocabulary.similar_terms(word) for word in counts]
    weights = weighed(vocabulary, counts)
    scale = sum(weight * weight for weight in weights) ** -0.5
    shares = np.array([scale * weight for weight in weights], np.float32)
    likeness = np.concatenate([one.similarity for one in near])
    likeness *= shares.repeat([len(one.ids) for one in near])
    return np.concatenate([one.ids for one in near]), likeness


def _known(vocabulary: Vocabulary, counts: Mapping[str, int]) -> Activation:
    """Return the words of *counts* that *vocabulary* has, and what they weigh."""
    known = {word: count for word, count in counts.items() if word in vocabulary.id_of}
    ids = np.array([vocabulary.id_of[word] for word in known], np.int32)
    return ids, np.array(weighed(vocabulary, known), np.float32)


def weighed(vocabulary: Vocabulary, counts: Mapping[str, int]) -> list[float]:
    """Return what each word of *counts* weighs: its idf in *vocabulary*, and how often it is used."""
    idf_of = vocabulary.idf_of
    return [sublinear_tf(count) * idf_of(word) for word, count in counts.items()]


def of_length_1(ids: NDArray[np.integer], weights: Floats) -> Activation:
    """Return the features *ids* with their *weights*, float32 (len(ids),), scaled to length 1."""
    return ids, weights / np.float32(float(weights @ weights) ** 0.5 or 1)


def _in_full(ids: NDArray[np.integer], weights: Floats, size: int) -> Floats:
    full = np.zeros(size, np.float32)
    np.add.at(full, ids, weights)
    return full


def coverage(
    index: Index, query: Query, entries: NDArray[np.intp], without: int | None = None
) -> NDArray[np.float32]:
    """Return the share of the query's content, weighed by idf, that each entry covers: float32 (entries,).

    A word covers itself, in part its look-alikes and, with an encoder that has vectors of words, the
    words that mean nearly the same. *without* is a row to do as if there were none.
    """
    if not query.content:
        return np.zeros(len(entries), np.float32)
    words = index.content.take(entries)
    alike = _word_likeness(index, query, words.ids)
    if without is not None:
        alike[:, _lost(index, entries, words, without)] = 0
    best = np.zeros((len(alike), len(entries)), np.float32)
    filled = (words.starts[:-1] < words.starts[1:]).nonzero()[0]
    if len(filled):
        best[:, filled] = np.maximum.reduceat(alike, words.starts[filled], axis=1)
    idf = [index.vocabulary.idf_of(word) for word in query.content]
    shares = np.array(idf, np.float32)
    shares /= sum(idf)
    covered: NDArray[np.float32] = shares @ best
    return covered


def covering(index: Index, query: Query, place: int) -> SimilarTerms:
    """Return the known words that cover, in full or in part, the one at *place* of the query's content."""
    near = index.vocabulary.similar_terms(query.content[place])
    if query.content_vectors is None:
        return near
    likeness = np.vecdot(index.word_vectors, query.content_vectors[place])
    likeness[near.ids] = np.maximum(likeness[near.ids], near.similarity)
    ids = (likeness > 0).nonzero()[0].astype(np.int32)
    return SimilarTerms(ids, likeness[ids])


def _word_likeness(index: Index, query: Query, ids: NDArray[np.int32]) -> NDArray[np.float32]:
    """Return how well each content word is covered by each known word of *ids*: float32 (content, ids)."""
    place = np.zeros(len(index.vocabulary.words), np.intp)
    place[ids] = 1  # the same word may be there several times, and is compared once
    distinct = place.nonzero()[0]
    place[distinct] = np.arange(1, len(distinct) + 1)
    alike = np.zeros((len(query.content), len(distinct) + 1), np.float32)
    for known, word in zip(alike, query.content, strict=True):
        near = index.vocabulary.similar_terms(word)
        known[place.take(near.ids)] = near.similarity
    if query.content_vectors is not None:
        meant = np.vecdot(query.content_vectors[:, None], index.word_vectors.take(distinct, axis=0))
        np.maximum(alike[:, 1:], meant, out=alike[:, 1:])
    return alike.take(place.take(ids), axis=1)


def _lost(
    index: Index, entries: NDArray[np.intp], words: CsrMatrix, without: int
) -> NDArray[np.bool_]:
    """Tell which *words* of *entries* no phrasing of the entry says but row *without*: bool (words,)."""
    owner = entries.repeat(words.starts[1:] - words.starts[:-1])
    entry = index.entry_of[without]
    rows = np.flatnonzero(index.entry_of[: index.positive_count] == entry)
    others = index.row_terms.take(rows[rows != without]).ids
    lost: NDArray[np.bool_] = (owner == entry) & ~np.isin(words.ids, others)
    return lost
