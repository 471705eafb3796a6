"""What the bot is measured beside: scorers of other libraries, each ranking the same phrasings.

An entry scores what its best phrasing scores. Entries that tie keep the order in which they were
written, as they do in the libraries themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from faqbot import Entry

Scorer: TypeAlias = Callable[[str], NDArray[Any]]
"""From a question to the score of each phrasing."""


class Peer:
    """Ranks entries by a scorer of phrasings."""

    def __init__(self, name: str, entries: Sequence[Entry]) -> None:
        """Index *entries* for the peer called *name*, one of `PEERS`."""
        self._ids = [entry.id for entry in entries]
        counts = [len(entry.phrasings) for entry in entries]
        self._starts = np.cumsum([0, *counts[:-1]])
        self._scores = PEERS[name]([text for entry in entries for text in entry.phrasings])

    def rank(self, question: str, limit: int) -> list[tuple[str, float]]:
        """Return the *limit* best ids for *question*, best first, each with its score."""
        best = np.maximum.reduceat(self._scores(question), self._starts)
        order = np.argsort(-best, kind="stable")[:limit]
        return [(self._ids[number], float(best[number])) for number in order]


def _rapidfuzz(name: str, phrasings: Sequence[str]) -> Scorer:
    """Score by a ratio of RapidFuzz, in lower case and without punctuation, at full precision."""
    from rapidfuzz import fuzz, process, utils

    ratio = getattr(fuzz, name)
    processed = [utils.default_process(text) for text in phrasings]

    def scores(question: str) -> NDArray[Any]:
        asked = [utils.default_process(question)]
        found: NDArray[Any] = process.cdist(asked, processed, scorer=ratio, dtype=np.float64)[0]
        return found

    return scores


def _bm25s(phrasings: Sequence[str]) -> Scorer:
    """Score by BM25, with every word kept: in short questions stop words carry meaning."""
    import bm25s  # type: ignore[import-untyped]

    def words(texts: Sequence[str]) -> list[list[str]]:
        found = bm25s.tokenize(list(texts), stopwords=None, return_ids=False, show_progress=False)
        return list(found)

    index = bm25s.BM25()
    index.index(words(phrasings), show_progress=False)
    return lambda question: np.asarray(index.get_scores(words([question])[0]))


def _character_tfidf(phrasings: Sequence[str]) -> Scorer:
    """Score by the cosine of TF-IDF over 2 to 5 characters within words."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]

    vectoriser = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5))
    stored = vectoriser.fit_transform(phrasings)
    return lambda question: (stored @ vectoriser.transform([question]).T).toarray()[:, 0]


PEERS: dict[str, Callable[[Sequence[str]], Scorer]] = {
    "rapidfuzz WRatio": partial(_rapidfuzz, "WRatio"),
    "rapidfuzz token_set_ratio": partial(_rapidfuzz, "token_set_ratio"),
    "rapidfuzz token_sort_ratio": partial(_rapidfuzz, "token_sort_ratio"),
    "bm25s": _bm25s,
    "character TF-IDF": _character_tfidf,
}
