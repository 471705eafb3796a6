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
    slots = [_word_ids(index, int(entry), without) for entry in entries]
    ends = np.cumsum([len(slot) for slot in slots])
    alike = _word_likeness(index, query, np.concatenate(slots))
    best = np.stack([part.max(axis=1, initial=0) for part in np.split(alike, ends[:-1], axis=1)])
    rarity = np.array([index.lexicon.rarity_of(word) for word in query.content], np.float32)
    shares: NDArray[np.float32] = best @ (rarity / rarity.sum())
    return shares


def _word_likeness(index: Index, query: Query, ids: NDArray[np.int32]) -> NDArray[np.float32]:
    """Return how alike each content word is to each known word of *ids*: float32 (content, ids)."""
    alike = np.zeros((len(query.content), len(index.lexicon.words)), np.float32)
    for place, word in enumerate(query.content):
        near = index.lexicon.resembling(word)
        alike[place, near.ids] = near.likeness
    alike = alike[:, ids]
    if query.content_vectors is None:
        return alike
    words = index.word_vectors[ids]
    meaning: NDArray[np.float32] = np.vecdot(query.content_vectors[:, None], words[None])
    return np.maximum(alike, meaning, out=meaning)


def _word_ids(index: Index, entry: int, without: int | None) -> NDArray[np.int32]:
    ids = index.content.row(entry)
    if without is None or index.entry_of[without] != entry:
        return ids
    rows = range(index.first_row[entry], index.first_row[entry + 1])
    others = [index.words.row(row) for row in rows if row != without]
    return ids[np.isin(ids, np.concatenate([*others, ids[:0]]))]
