"""How alike a question and the phrasings are, and what each phrasing's label counts for.

The kernel of two texts is exp(sharpness * (alike - 1)), where *alike*, at most 1, mixes the encoder's
cosine with a lexical one. On the phrasings nearest to the question, kernel ridge regression then takes
each as an example whose label is its entry, so that ten phrasings which say the same do not outvote one
that says another. Constants were chosen on the `dev` splits of public question sets.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index import Index, damped
from faqbot.retrieval.sparse import mutual

__all__ = [
    "Query",
    "answer_activation",
    "answer_support",
    "likeness",
    "ridge_weights",
    "word_activation",
]

RIDGE = 0.2
PAIR_SHARE = 0.15
ANSWER_WORDS = 0.15
ANSWER_MEANING = 0.15

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is compared: its *words*, and what an encoder makes of it.

    *vector* float32 (dimensions,) has length 1; None without an encoder. *content* are the words it is
    about, and *content_vectors* float32 (len(content), dimensions) their vectors, if the encoder has any.
    """

    words: tuple[str, ...]
    content: tuple[str, ...]
    vector: Floats | None = None
    content_vectors: Floats | None = None


def likeness(index: Index, query: Query, rows: NDArray[np.intp]) -> Floats:
    """Return how alike *rows*, rising and none twice, are to *query*: float32 (len(rows),), at most 1."""
    count, vectors = len(index.words), index.vectors
    words, pairs = word_activation(index, query), _pair_activation(index, query)
    if len(rows) == count:
        alike, ordered = index.postings.mix(words, count), index.pair_postings.mix(pairs, count)
    else:
        alike, ordered = index.words.take(rows).dot(words), index.word_pairs.take(rows).dot(pairs)
        vectors = vectors[rows]
    alike = (1 - PAIR_SHARE) * np.minimum(alike, 1) + PAIR_SHARE * ordered
    if query.vector is not None:
        alike *= 1 - index.mixture.meaning
        alike += index.mixture.meaning * np.vecdot(vectors, query.vector)
    return alike


def word_activation(index: Index, query: Query) -> Floats:
    """Return what each word of the lexicon counts for *query*, float32 (words,).

    Its product with a row is the cosine of rarity-weighted words, where a known word also answers to
    its look-alikes.
    """
    lexicon = index.lexicon
    activation = np.zeros(len(lexicon.words), np.float32)
    square = 0.0
    for word, count in Counter(query.words).items():
        weight = damped(count) * lexicon.rarity_of(word)
        square += weight * weight
        near = lexicon.resembling(word)
        activation[near.ids] += weight * near.likeness
    activation /= np.float32(square**0.5 or 1)
    return activation


def _pair_activation(index: Index, query: Query) -> Floats:
    ids, weights = index.pairs.weigh(query.words, index.lexicon)
    return _unit(ids, weights, len(index.pairs.keys))


def answer_activation(index: Index, query: Query) -> Floats:
    """Return what each word of the answers counts for *query*, float32 (words,), of length 1."""
    lexicon = index.answer_lexicon
    known = {
        lexicon.id_of[word]: damped(count) * lexicon.rarity_of(word)
        for word, count in Counter(query.words).items()
        if word in lexicon.id_of
    }
    ids = np.fromiter(known, np.intp, len(known))
    return _unit(ids, np.fromiter(known.values(), np.float32, len(known)), len(lexicon.words))


def _unit(ids: NDArray[np.intp], weights: Floats, size: int) -> Floats:
    vector = np.zeros(size, np.float32)
    vector[ids] = weights / np.float32(np.sqrt(weights @ weights) or 1)
    return vector


def answer_support(index: Index, query: Query, entries: NDArray[np.intp]) -> Floats:
    """Return what the answers' own words say for *entries*: weak evidence, float32 (len(entries),).

    The entries are numbers, rising and none twice.
    """
    words, vectors = answer_activation(index, query), index.answer_vectors
    if len(entries) == index.entry_count:
        support = ANSWER_WORDS * index.answer_postings.mix(words, index.entry_count)
    else:
        support = ANSWER_WORDS * index.answers.take(entries).dot(words)
        vectors = vectors[entries]
    if query.vector is not None:
        support += ANSWER_MEANING * np.vecdot(vectors, query.vector)
    return support


def ridge_weights(index: Index, rows: NDArray[np.intp], alike: Floats) -> NDArray[np.float64]:
    """Solve the ridge regression on *rows*, which are *alike* float32 (len(rows),) to the question.

    Returns how much the label of each row counts, float64 (len(rows),).
    """
    meaning, sharpness = index.mixture.meaning, index.mixture.sharpness
    features = index.words.take(rows).dense()
    if index.vectors.shape[1]:
        shares = np.sqrt(np.array([1 - meaning, meaning], np.float32))
        features = np.hstack([shares[0] * features, shares[1] * index.vectors[rows]])
    gram = np.exp(sharpness * (mutual(features) - 1)).astype(np.float64)
    np.fill_diagonal(gram, 1 + RIDGE)
    return np.linalg.solve(gram, np.exp(sharpness * (alike - 1)).astype(np.float64))
