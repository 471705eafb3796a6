"""Fitting the mixture to a knowledge base: which weights find a phrasing's entry when it is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice

import numpy as np

from faqbot.retrieval.index import Index
from faqbot.retrieval.kernel import Query
from faqbot.retrieval.mixture import Mixture
from faqbot.retrieval.ranking import Ranking, rank_entries

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
    asked = dict(islice(left_out.items(), _SAMPLE))
    own = index.mixture
    mixtures = {own, *(replace(own, coverage=coverage) for coverage in _COVERAGES)}
    tried = {mixture: _success(replace(index, mixture=mixture), asked) for mixture in mixtures}
    best = max(tried, key=lambda mixture: (tried[mixture], -mixture.coverage))
    return best if tried[best] > tried[own] + _WORTHWHILE else own


def _success(index: Index, left_out: Mapping[int, Query]) -> float:
    """Return how well rows find their entry without themselves: 0 to 1, a smoothed hit rate."""
    margins = [
        _margin(rank_entries(index, query, without=row), int(index.entry_of[row]))
        for row, query in left_out.items()
    ]
    return float(np.mean(1 / (1 + np.exp(-_STEEPNESS * np.array(margins)))))


def _margin(ranking: Ranking, entry: int) -> float:
    """By how much *entry* is ahead of the best other entry; negative when it is behind."""
    own = ranking.scores[ranking.entries == entry].max(initial=0.0)
    return float(own - ranking.scores[ranking.entries != entry].max(initial=0.0))
