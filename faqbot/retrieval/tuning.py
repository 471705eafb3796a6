"""Fitting the mixture to a knowledge base: which weights find a phrasing's entry when it is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from faqbot.retrieval.index.index import Index
from faqbot.retrieval.index.weights import Mixture
from faqbot.retrieval.scoring.ranking import Ranking, rank_entries
from faqbot.retrieval.scoring.similarity import Query

__all__ = ["tune"]

_COVERAGES = (0.0, 0.1, 0.2, 0.3)
_SAMPLE = 120
_STEEPNESS = 20.0
_WORTHWHILE = 0.015


def tune(index: Index, left_out: Mapping[int, Query]) -> Mixture:
    """Return the mixture with which *index* fares best on *left_out*: rows, each with its own query.

    The index's own mixture stays unless another one does better by more than chance would have it, and
    where coverage counts nothing: beside an encoder of sentences, what the two or three phrasings of an
    entry say of it misleads.
    """
    if not (left_out and index.mixture.coverage):
        return index.mixture
    own = index.mixture
    asked = [
        (rank_entries(index, query, without=row), int(index.entry_of[row]))
        for row, query in islice(left_out.items(), _SAMPLE)
    ]
    gains = {own.coverage, *_COVERAGES}
    tried = {gain: _success(asked, gain - own.coverage) for gain in gains}
    best = max(tried, key=lambda gain: (tried[gain], -gain))
    worthwhile = tried[best] > tried[own.coverage] + _WORTHWHILE
    return replace(own, coverage=best) if worthwhile else own


def _success(asked: Sequence[tuple[Ranking, int]], gain: float) -> float:
    """Return how well rankings find their entry if coverage counts *gain* more: 0 to 1, a smoothed hit rate."""
    margins = np.array([_margin(ranking, entry, gain) for ranking, entry in asked])
    return float(np.mean(1 / (1 + np.exp(-_STEEPNESS * margins))))


def _margin(ranking: Ranking, entry: int, gain: float) -> float:
    """By how much *entry* is ahead of the best other entry; negative when it is behind."""
    scores = ranking.scores + gain * ranking.covered
    own = scores[ranking.entries == entry].max(initial=0.0)
    return float(own - scores[ranking.entries != entry].max(initial=0.0))
