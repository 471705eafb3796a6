"""How much of what a question is about an entry speaks of: content words, weighed by rarity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index import Index
from faqbot.retrieval.kernel import Query

__all__ = ["coverage"]


def coverage(
    index: Index, query: Query, entries: NDArray[np.intp], without: int | None = None
) -> NDArray[np.float32]:
    """Return the share of the query's content, weighed by rarity, that each entry covers: float32 (entries,).

    A word covers itself, in part its look-alikes and, with an encoder that has vectors of words, the
    words that mean nearly the same. *without* is a row to do as if there were none.
    """
    if not query.content:
        return np.zeros(len(entries), np.float32)
    words = [_word_ids(index, int(entry), without) for entry in entries]
    lengths = np.array([*map(len, words)])
    starts, filled = np.cumsum(lengths) - lengths, np.flatnonzero(lengths)
    alike = _word_likeness(index, query, np.concatenate(words))
    best = np.zeros((len(alike), len(entries)), np.float32)
    if len(filled):
        best[:, filled] = np.maximum.reduceat(alike, starts[filled], axis=1)
    rarity = np.array([index.lexicon.rarity_of(word) for word in query.content], np.float32)
    shares: NDArray[np.float32] = (rarity / rarity.sum()) @ best
    return shares


def _word_likeness(index: Index, query: Query, ids: NDArray[np.int32]) -> NDArray[np.float32]:
    """Return how alike each content word is to each known word of *ids*: float32 (content, ids)."""
    alike = _look_alike(index, query, ids)
    if query.content_vectors is None:
        return alike
    meaning: NDArray[np.float32] = np.vecdot(
        query.content_vectors[:, None], index.word_vectors[ids][None]
    )
    return np.maximum(alike, meaning, out=meaning)


def _look_alike(index: Index, query: Query, ids: NDArray[np.int32]) -> NDArray[np.float32]:
    """Return by how much each content word looks like each known word of *ids*: float32 (content, ids)."""
    near = [index.lexicon.resembling(word) for word in query.content]
    size = len(index.lexicon.words)
    offsets = size * np.arange(len(near))
    shifted = (one.ids + offset for one, offset in zip(near, offsets, strict=True))
    known = np.concatenate([[-1], *shifted])
    values = np.concatenate([[0], *(one.likeness for one in near)], dtype=np.float32)
    wanted = offsets[:, None] + ids
    places = np.searchsorted(known, wanted, side="right") - 1
    return np.where(known[places] == wanted, values[places], np.float32(0))


def _word_ids(index: Index, entry: int, without: int | None) -> NDArray[np.int32]:
    ids = index.content.row(entry)
    if without is None or index.entry_of[without] != entry:
        return ids
    rows = range(index.first_row[entry], index.first_row[entry + 1])
    others = [index.words.row(row) for row in rows if row != without]
    return ids[np.isin(ids, np.concatenate([*others, ids[:0]]))]
