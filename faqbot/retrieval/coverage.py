"""How much of what a question is about an entry speaks of: content words, weighed by rarity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index.csr import Sparse
from faqbot.retrieval.index.index import Index
from faqbot.retrieval.index.vocabulary import Resemblance
from faqbot.retrieval.scoring.similarity import Query

__all__ = ["coverage", "covering"]


def coverage(
    index: Index, query: Query, entries: NDArray[np.intp], without: int | None = None
) -> NDArray[np.float32]:
    """Return the share of the query's content, weighed by rarity, that each entry covers: float32 (entries,).

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
    rarity = [index.lexicon.rarity_of(word) for word in query.content]
    shares = np.array(rarity, np.float32)
    shares /= sum(rarity)
    covered: NDArray[np.float32] = shares @ best
    return covered


def covering(index: Index, query: Query, place: int) -> Resemblance:
    """Return the known words that cover, in full or in part, the one at *place* of the query's content."""
    near = index.lexicon.resembling(query.content[place])
    if query.content_vectors is None:
        return near
    likeness = np.vecdot(index.word_vectors, query.content_vectors[place])
    likeness[near.ids] = np.maximum(likeness[near.ids], near.likeness)
    ids = (likeness > 0).nonzero()[0].astype(np.int32)
    return Resemblance(ids, likeness[ids])


def _word_likeness(index: Index, query: Query, ids: NDArray[np.int32]) -> NDArray[np.float32]:
    """Return how well each content word is covered by each known word of *ids*: float32 (content, ids)."""
    place = np.zeros(len(index.lexicon.words), np.intp)
    place[ids] = 1  # the same word may be there several times, and is compared once
    distinct = place.nonzero()[0]
    place[distinct] = np.arange(1, len(distinct) + 1)
    alike = np.zeros((len(query.content), len(distinct) + 1), np.float32)
    for known, word in zip(alike, query.content, strict=True):
        near = index.lexicon.resembling(word)
        known[place.take(near.ids)] = near.likeness
    if query.content_vectors is not None:
        meant = np.vecdot(query.content_vectors[:, None], index.word_vectors.take(distinct, axis=0))
        np.maximum(alike[:, 1:], meant, out=alike[:, 1:])
    return alike.take(place.take(ids), axis=1)


def _lost(
    index: Index, entries: NDArray[np.intp], words: Sparse, without: int
) -> NDArray[np.bool_]:
    """Tell which *words* of *entries* no phrasing of the entry says but row *without*: bool (words,)."""
    owner = entries.repeat(words.starts[1:] - words.starts[:-1])
    entry = index.entry_of[without]
    rows = np.flatnonzero(index.entry_of[: index.speaking] == entry)
    others = index.words.take(rows[rows != without]).ids
    lost: NDArray[np.bool_] = (owner == entry) & ~np.isin(words.ids, others)
    return lost
