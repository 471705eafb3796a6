"""A rehearsal: asking a knowledge base its own phrasings, to learn what its scores are worth.

No labelled questions are needed. A phrasing that is left out shows how a question in scope fares; one
whose whole entry is left out, a fair question that the knowledge base does not answer; and shipped
questions about everything else, those that have nothing to do with it.

Where few entries have a phrasing to spare, what can be learned is how strong a match looks when it is wrong.

Fitting the weights to a knowledge base: which weights find a phrasing's entry when it is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.calibration import Examples, evidence
from faqbot.retrieval.index.index import Index, Query
from faqbot.retrieval.index.weights import ScoringWeights
from faqbot.retrieval.query import Reader
from faqbot.retrieval.scoring.ranking import Ranking, rank_entries

_COVERAGES = (0.0, 0.1, 0.2, 0.3)
_TUNING_SAMPLE = 120
_STEEPNESS = 20.0
_WORTHWHILE = 0.015
_SAMPLE = 200
_SEED = 2026
_LEAST_IN_SCOPE = 20

# How much the three kinds count together: most questions that people ask a knowledge base are in scope.
_IN_SCOPE, _HELD_OUT, _ELSEWHERE = 0.90, 0.05, 0.05

_Case = tuple[float, bool]


def tune_weights(index: Index, left_out: Mapping[int, Query]) -> ScoringWeights:
    """Return the weights with which *index* fares best on *left_out*: rows, each with its own query.

    The index's own weights stays unless another one does better by more than chance would have it, and
    where coverage counts nothing: beside an encoder of sentences, what the two or three phrasings of an
    entry say of it misleads.
    """
    if not (left_out and index.weights.coverage):
        return index.weights
    own = index.weights
    asked = [
        (rank_entries(index, query, without=row), int(index.entry_of[row]))
        for row, query in islice(left_out.items(), _TUNING_SAMPLE)
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


@dataclass(frozen=True, slots=True)
class CalibrationSample:
    """What a rehearsal asks: rows, each with the query that its own text makes, and questions from elsewhere.

    A row of *left_out* is asked without itself, one of *entry_left_out* without its whole entry. Where few
    entries have a phrasing to spare, only the latter are asked.
    """

    left_out: Mapping[int, Query]
    entry_left_out: Mapping[int, Query]
    elsewhere: Sequence[Query]


def draw_sample(index: Index, reader: Reader, phrasing: Callable[[int], str]) -> CalibrationSample:
    """Draw what a rehearsal asks.

    *phrasing* gives the text of a row. The same knowledge base always draws the same.
    """
    draw = np.random.default_rng(_SEED).permutation(index.phrasing_count)
    counts = np.diff(index.first_row)
    spare = draw[counts[index.entry_of[draw]] > 1][:_SAMPLE]
    if len(spare) < _LEAST_IN_SCOPE:
        spare = spare[:0]
    rows = draw[:_SAMPLE]
    asked = {int(row): reader.query(reader.read(phrasing(int(row)))) for row in {*spare, *rows}}
    return CalibrationSample(
        left_out={int(row): asked[int(row)] for row in spare},
        entry_left_out={int(row): asked[int(row)] for row in rows},
        elsewhere=[
            reader.query(reader.read(line))
            for line in index.language.out_of_scope_questions
            if len(spare)
        ],
    )


def out_of_scope_evidence(index: Index, cast: CalibrationSample) -> NDArray[np.float64]:
    """Return the evidence of the best entry for each row whose own entry is left out: float64 (rows,).

    A row for which nothing is then left is passed over.
    """
    return np.array([*_entry_left_out(index, cast.entry_left_out)], np.float64)


def leave_one_out(index: Index, cast: CalibrationSample, held_out: NDArray[np.float64]) -> Examples:
    """Return examples of how the questions of *cast* fare, *held_out* being its strays.

    There are none where few entries have a phrasing to spare.
    """
    if not cast.left_out:
        return Examples(np.zeros(0), np.zeros(0, np.bool_), np.zeros(0))
    kinds = [
        (_IN_SCOPE, list(_left_out(index, cast.left_out))),
        (_HELD_OUT, [(case, False) for case in held_out]),
        (_ELSEWHERE, [(case, False) for case in _elsewhere(index, cast.elsewhere)]),
    ]
    return Examples(
        evidence=np.array([case[0] for _, cases in kinds for case in cases]),
        right=np.array([case[1] for _, cases in kinds for case in cases]),
        weight=np.concatenate(
            [np.full(len(cases), total / max(len(cases), 1)) for total, cases in kinds]
        ),
    )


def _left_out(index: Index, asked: Mapping[int, Query]) -> Iterator[_Case]:
    for row, query in asked.items():
        ranking = rank_entries(index, query, without=row)
        right = bool(ranking.entries[0] == index.entry_of[row])
        yield _of_best(ranking), right


def _entry_left_out(index: Index, asked: Mapping[int, Query]) -> Iterator[float]:
    for row, query in asked.items():
        allowed = np.arange(index.entry_count) != index.entry_of[row]
        ranking = rank_entries(index, query, allowed)
        if len(ranking.entries):
            yield _of_best(ranking)


def _elsewhere(index: Index, questions: Sequence[Query]) -> Iterator[float]:
    for query in questions:
        yield _of_best(rank_entries(index, query))


def _of_best(ranking: Ranking) -> float:
    """Return the evidence of the best entry."""
    return float(evidence(ranking)[0])
