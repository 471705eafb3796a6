"""How alike a question and the phrasings are, and what each phrasing's label counts for.

The kernel of two texts is exp(sharpness * (alike - 1)), where *alike*, at most 1, mixes the encoder's
cosine with a lexical one. On the phrasings nearest to the question, kernel ridge regression then takes
each as an example whose label is its entry, so that ten phrasings which say the same do not outvote one
that says another. Constants were chosen on the `dev` splits of public question sets.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TypeAlias

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
Activation: TypeAlias = tuple[NDArray[np.integer], Floats]
"""Features, by number, and what each counts: integer (k,) and float32 (k,)."""


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
        alike, ordered = index.postings.mix(*words, count), index.pair_postings.mix(*pairs, count)
    else:
        alike = index.words.take(rows).dot(_in_full(*words, len(index.lexicon.words)))
        ordered = index.word_pairs.take(rows).dot(_in_full(*pairs, len(index.pairs.keys)))
        vectors = vectors[rows]
    alike = (1 - PAIR_SHARE) * np.minimum(alike, 1) + PAIR_SHARE * ordered
    if query.vector is not None:
        alike *= 1 - index.mixture.meaning
        alike += index.mixture.meaning * np.vecdot(vectors, query.vector)
    return alike


def word_activation(index: Index, query: Query) -> Activation:
    """Return which known words *query* has, or has look-alikes of, and what each counts.

    The sum over a row's words is the cosine of rarity-weighted words, where a known word also answers
    to its look-alikes. A word that several words of the question resemble is there several times.
    """
    lexicon = index.lexicon
    counts = Counter(query.words)
    if not counts:
        return np.zeros(0, np.intp), np.zeros(0, np.float32)
    near = [lexicon.resembling(word) for word in counts]
    weights = [damped(count) * lexicon.rarity_of(word) for word, count in counts.items()]
    scale = sum(weight * weight for weight in weights) ** -0.5
    shares = np.array(weights, np.float32).repeat([len(one.ids) for one in near])
    likeness = np.concatenate([one.likeness for one in near])
    return np.concatenate([one.ids for one in near]), likeness * shares * np.float32(scale)


def _pair_activation(index: Index, query: Query) -> Activation:
    ids, weights = index.pairs.weigh(query.words, index.lexicon)
    return ids, _unit(weights)


def answer_activation(index: Index, query: Query) -> Activation:
    """Return which words of the answers *query* has, and what each counts; the counts have length 1."""
    lexicon = index.answer_lexicon
    known = {
        lexicon.id_of[word]: damped(count) * lexicon.rarity_of(word)
        for word, count in Counter(query.words).items()
        if word in lexicon.id_of
    }
    ids = np.fromiter(known, np.intp, len(known))
    return ids, _unit(np.fromiter(known.values(), np.float32, len(known)))


def _unit(weights: Floats) -> Floats:
    return weights / np.float32(float(weights @ weights) ** 0.5 or 1)


def _in_full(ids: NDArray[np.integer], weights: Floats, size: int) -> Floats:
    return np.asarray(np.bincount(ids, weights, size), np.float32)


def answer_support(index: Index, query: Query, entries: NDArray[np.intp]) -> Floats:
    """Return what the answers' own words say for *entries*: weak evidence, float32 (len(entries),).

    The entries are numbers, rising and none twice.
    """
    words, vectors = answer_activation(index, query), index.answer_vectors
    if len(entries) == index.entry_count:
        support = index.answer_postings.mix(*words, index.entry_count)
    else:
        activation = _in_full(*words, len(index.answer_lexicon.words))
        support, vectors = index.answers.take(entries).dot(activation), vectors[entries]
    support *= ANSWER_WORDS
    if query.vector is not None:
        support += ANSWER_MEANING * np.vecdot(vectors, query.vector)
    return support


def ridge_weights(index: Index, rows: NDArray[np.intp], alike: Floats) -> NDArray[np.float64]:
    """Solve the ridge regression on *rows*, which are *alike* float32 (len(rows),) to the question.

    Returns how much the label of each row counts, float64 (len(rows),).
    """
    meaning, sharpness = index.mixture.meaning, index.mixture.sharpness
    between = index.words.take(rows).dense()
    if index.vectors.shape[1]:
        words = (1 - meaning) ** 0.5 * between
        between = np.concatenate([words, meaning**0.5 * index.vectors[rows]], axis=1)
    gram = np.exp(sharpness * (mutual(between) - 1))
    gram.flat[:: len(rows) + 1] = 1 + RIDGE
    return np.linalg.solve(
        gram.astype(np.float64), np.exp(sharpness * (alike - 1)).astype(np.float64)
    )
