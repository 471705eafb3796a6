"""Comparing a question with the whole of a small index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index.bigrams import bigram_keys, sublinear_tf
from faqbot.retrieval.index.index import Index, Query
from faqbot.retrieval.index.vocabulary import exact_term
from faqbot.retrieval.scoring.similarity import covering, weighed

__all__ = ["Compared", "compare_whole"]

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Compared:
    """How a question compares with all of an index.

    *alike* float32 (rows,) is how alike each row is, at most 1, *support* float32 (entries,) what each
    answer says for its entry, and *covered* float32 (entries,) the share of what the question is about,
    weighed by idf, that each entry speaks of.
    """

    alike: Floats
    support: Floats
    covered: Floats


def compare_whole(index: Index, query: Query) -> Compared:
    """Compare *query* with everything in *index*."""
    counts = Counter(query.words)
    alike, support = _alike(index, query, counts), _support(index, counts)
    if query.vector is not None:
        meaning = index.weights.meaning
        alike *= np.float32(1 - meaning)
        alike += np.float32(meaning) * np.vecdot(index.vectors, query.vector)
        share = np.float32(index.weights.answer_meaning)
        support += share * np.vecdot(index.answer_vectors, query.vector)
    return Compared(alike, support, _covered(index, query))


def _alike(index: Index, query: Query, counts: Mapping[str, int]) -> Floats:
    words, pairs = [*counts], np.float32(index.weights.bigrams)
    alike = index.row_scores.mix(
        words,
        _scaled(weighed(index.vocabulary, counts)),
        lambda place: index.vocabulary.similar_terms(words[place]),
    )
    np.minimum(alike, np.float32(1), out=alike)
    alike *= 1 - pairs
    alike += _ordered(index, query.words)
    return alike


def _ordered(index: Index, words: Sequence[str]) -> Floats:
    """Return what the pairs of *words* add to how alike each row is: float32 (rows,)."""
    find = index.bigrams.listed.get
    uses = Counter(filter(None, map(find, bigram_keys(words, index.vocabulary))))
    weights = [sublinear_tf(count) * idf for (_, idf), count in uses.items()]
    worth = np.array(_scaled(weights, index.weights.bigrams), np.float32)
    return index.bigram_postings.mix([number for number, _ in uses], worth, len(index.row_terms))


def _support(index: Index, counts: Mapping[str, int]) -> Floats:
    vocabulary = index.answer_vocabulary
    known = {word: count for word, count in counts.items() if word in vocabulary.id_of}
    ids = [vocabulary.id_of[word] for word in known]
    weights = _scaled(weighed(vocabulary, known), index.weights.answer_words)
    return index.answer_scores.mix([*known], weights, lambda place: exact_term(ids[place]))


def _covered(index: Index, query: Query) -> Floats:
    idf = [index.vocabulary.idf_of(word) for word in query.content]
    whole = sum(idf)
    shares = [one / whole for one in idf]
    return index.coverage_scores.mix(
        query.content, shares, lambda place: covering(index, query, place)
    )


def _scaled(weights: Sequence[float], length: float = 1.0) -> list[float]:
    """Return *weights* made *length* long."""
    scale = length / (hypot(*weights) or 1)
    return [scale * weight for weight in weights]
