"""How alike a question and the phrasings are, and what each phrasing's label counts for.

The kernel of two texts is exp(sharpness * (alike - 1)), where *alike*, at most 1, mixes the encoder's
cosine with a lexical one. On the phrasings nearest to the question, kernel ridge regression then takes
each as an example whose label is its entry, so that ten phrasings which say the same do not outvote one
that says another. Constants were chosen on the `dev` splits of public question sets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index import Index, damped
from faqbot.retrieval.lexicon import Lexicon
from faqbot.retrieval.sparse import mutual

__all__ = ["FEW", "Activation", "Comparison", "Query", "ridge_weights"]

FEW = 2_000
"""So many rows are all compared."""

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


class Comparison:
    """A question held against an index: which features they share, and so how alike rows and entries are."""

    def __init__(self, index: Index, query: Query) -> None:
        """Look up the features of *query* in *index*."""
        counts = Counter(query.words)
        self.index = index
        self.query = query
        self.words = _words(index.lexicon, counts)
        self.pairs = _of_length_1(*index.pairs.weigh(query.words, index.lexicon))
        self.answer_words = _of_length_1(*_known(index.answer_lexicon, counts))
        self.whole = len(index.words) <= FEW

    def likeness(self, rows: NDArray[np.intp]) -> Floats:
        """Return how alike *rows* are to the question: float32 (len(rows),), at most 1.

        The rows rise, and none is there twice.
        """
        index, vector, vectors = self.index, self.query.vector, self.index.vectors
        if len(rows) == len(index.words):
            alike, ordered, _ = self._shared
        else:
            alike = index.words.take(rows).dot(_in_full(*self.words, len(index.lexicon.words)))
            ordered = index.word_pairs.take(rows).dot(_in_full(*self.pairs, len(index.pairs.keys)))
            vectors = vectors if vector is None else vectors[rows]
        alike = (1 - PAIR_SHARE) * np.minimum(alike, 1) + PAIR_SHARE * ordered
        if vector is not None:
            alike *= 1 - index.mixture.meaning
            alike += index.mixture.meaning * np.vecdot(vectors, vector)
        return alike

    def support(self, entries: NDArray[np.intp]) -> Floats:
        """Return what the answers' own words say for *entries*: weak evidence, float32 (len(entries),).

        The entries are numbers, rising and none twice.
        """
        index, vector, vectors = self.index, self.query.vector, self.index.answer_vectors
        if len(entries) < index.entry_count:
            activation = _in_full(*self.answer_words, len(index.answer_lexicon.words))
            shared = index.answers.take(entries).dot(activation)
            vectors = vectors if vector is None else vectors[entries]
        elif self.whole:
            shared = self._shared[2]
        else:
            shared = index.answer_postings.mix(*self.answer_words, index.entry_count)
        support = ANSWER_WORDS * shared
        if vector is not None:
            support += ANSWER_MEANING * np.vecdot(vectors, vector)
        return support

    @cached_property
    def _shared(self) -> tuple[Floats, Floats, Floats]:
        """What each row shares of the words, each row of the pairs, and each answer of the words."""
        together, rows = self.index.together, len(self.index.words)
        kinds = (self.words, self.pairs, self.answer_words)
        ids = [ids + first for (ids, _), first in zip(kinds, together.firsts, strict=True)]
        weights = [weights for _, weights in kinds]
        shared = together.postings.mix(
            np.concatenate(ids), np.concatenate(weights), 2 * rows + self.index.entry_count
        )
        return shared[:rows], shared[rows : 2 * rows], shared[2 * rows :]


def _words(lexicon: Lexicon, counts: Mapping[str, int]) -> Activation:
    """Return which known words the words of *counts* are, or look like, and what each counts.

    The sum over a row's words is the cosine of rarity-weighted words, where a known word also answers
    to its look-alikes. A word that several words of the question resemble is there several times.
    """
    if not counts:
        return np.zeros(0, np.int32), np.zeros(0, np.float32)
    near = [lexicon.resembling(word) for word in counts]
    weights = [damped(count) * lexicon.rarity_of(word) for word, count in counts.items()]
    scale = sum(weight * weight for weight in weights) ** -0.5
    shares = np.array([scale * weight for weight in weights], np.float32)
    likeness = np.concatenate([one.likeness for one in near])
    likeness *= shares.repeat([len(one.ids) for one in near])
    return np.concatenate([one.ids for one in near]), likeness


def _known(lexicon: Lexicon, counts: Mapping[str, int]) -> Activation:
    """Return the words of *counts* that *lexicon* has, and what they weigh."""
    known = [word for word in counts if word in lexicon.id_of]
    weights = [damped(counts[word]) * lexicon.rarity_of(word) for word in known]
    return np.array([lexicon.id_of[word] for word in known], np.int32), np.array(
        weights, np.float32
    )


def _of_length_1(ids: NDArray[np.integer], weights: Floats) -> Activation:
    return ids, weights / np.float32(float(weights @ weights) ** 0.5 or 1)


def _in_full(ids: NDArray[np.integer], weights: Floats, size: int) -> Floats:
    full = np.zeros(size, np.float32)
    np.add.at(full, ids, weights)
    return full


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
