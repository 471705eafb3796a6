"""How alike a question and the phrasings are, and what each phrasing's label counts for.

The kernel of two texts is exp(sharpness * (alike - 1)), where *alike*, at most 1, mixes the encoder's
cosine with a lexical one. On the phrasings nearest to the question, kernel ridge regression then takes
each as an example whose label is its entry, so that ten phrasings which say the same do not outvote one
that says another. Constants were chosen on the `dev` splits of public question sets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index import Index, damped
from faqbot.retrieval.sparse import mutual

__all__ = ["Query", "answer_support", "likeness", "ridge_weights"]

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


def likeness(index: Index, query: Query) -> Floats:
    """Return how alike each row is to *query*: float32 (rows,), at most 1."""
    words, pairs = _word_cosine(index, query), _pair_cosine(index, query)
    alike: Floats = (1 - PAIR_SHARE) * words + PAIR_SHARE * pairs
    if query.vector is not None:
        alike *= 1 - index.mixture.meaning
        alike += index.mixture.meaning * np.vecdot(index.vectors, query.vector)
    return alike


def _word_cosine(index: Index, query: Query) -> Floats:
    """Cosine of rarity-weighted words, where a known word also answers to its look-alikes."""
    lexicon = index.lexicon
    activation = np.zeros(len(lexicon.words), np.float32)
    square = 0.0
    for word, count in Counter(query.words).items():
        weight = damped(count) * lexicon.rarity_of(word)
        square += weight * weight
        near = lexicon.resembling(word)
        activation[near.ids] += weight * near.likeness
    activation /= np.float32(square**0.5 or 1)
    return np.minimum(index.words.dot(activation), 1)


def _pair_cosine(index: Index, query: Query) -> Floats:
    weights = index.pairs.weigh(query.words, index.lexicon)
    return index.word_pairs.dot(_unit(weights.items(), len(index.pairs.keys)))


def answer_support(index: Index, query: Query) -> Floats:
    """Return what the answers' own words say for each entry: weak evidence, float32 (entries,)."""
    lexicon = index.answer_lexicon
    known = (
        (lexicon.id_of[word], damped(count) * lexicon.rarity_of(word))
        for word, count in Counter(query.words).items()
        if word in lexicon.id_of
    )
    support = ANSWER_WORDS * index.answers.dot(_unit(known, len(lexicon.words)))
    if query.vector is not None:
        support += ANSWER_MEANING * np.vecdot(index.answer_vectors, query.vector)
    return support


def _unit(weights: Iterable[tuple[int, float]], size: int) -> Floats:
    vector = np.zeros(size, np.float32)
    for number, weight in weights:
        vector[number] = weight
    vector /= np.float32(np.linalg.norm(vector) or 1)
    return vector


def ridge_weights(index: Index, rows: NDArray[np.intp], alike: Floats) -> NDArray[np.float64]:
    """Solve the ridge regression on *rows*, which are *alike* float32 (len(rows),) to the question.

    Returns how much the label of each row counts, float64 (len(rows),).
    """
    between = index.words.gram(rows)
    if index.vectors.shape[1]:
        meaning = index.mixture.meaning
        between = meaning * mutual(index.vectors[rows]) + (1 - meaning) * between
    sharpness = index.mixture.sharpness
    gram = np.exp(sharpness * (between - 1)).astype(np.float64)
    gram[np.diag_indices_from(gram)] = 1 + RIDGE
    return np.linalg.solve(gram, np.exp(sharpness * (alike - 1)).astype(np.float64))
