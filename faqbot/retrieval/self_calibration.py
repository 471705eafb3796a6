"""Leave-one-out calibration: a knowledge base's own phrasings as labeled examples.

No labeled questions are needed. A phrasing scored without its own row is an in-scope example. A phrasing
scored without its whole entry is an out-of-scope example close to the subject. Shipped questions about
other subjects are out-of-scope examples far from it. The same rankings tune the weight of coverage.

If few entries have several phrasings, only the strength of wrong matches is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.calibration import LEAD_WEIGHT, Examples, evidence
from faqbot.retrieval.index.index import Index, Query
from faqbot.retrieval.index.weights import ScoringWeights
from faqbot.retrieval.scoring.ranking import Ranking, rank_entries

# Phrasings of each kind in a sample, at most. Chosen by hand, as opening a knowledge base waits for them.
SAMPLE_SIZE = 200

# Seed of the sample, any number: the same knowledge base gives the same calibration.
SEED = 2026

# In-scope examples below which none are used. Chosen by hand.
MIN_IN_SCOPE = 20

# Shares of the three kinds of examples in the sum of weights, with sum 1. Most questions to a knowledge
# base are in scope. Chosen by hand.
IN_SCOPE_SHARE, ENTRY_LEFT_OUT_SHARE, OTHER_SUBJECTS_SHARE = 0.90, 0.05, 0.05

# Weights of coverage that are tried, dimensionless. Chosen by hand, around the defaults.
COVERAGE_CANDIDATES = (0.0, 0.1, 0.2, 0.3)

# Phrasings used for tuning, at most. Chosen by hand.
TUNING_SAMPLE_SIZE = 120

# Slope of the smoothed hit rate, per unit of score margin. Chosen by hand.
MARGIN_SLOPE = 20.0

# Gain of the smoothed hit rate, 0 to 1, below which weights stay. Chosen by hand, above chance.
MIN_GAIN = 0.015


def tune_weights(index: Index, left_out: Mapping[int, Query]) -> ScoringWeights:
    """Return *index*'s weights, with the coverage that ranks *left_out* best.

    *left_out* maps rows to the queries of their texts. Weights stay unless the gain exceeds `MIN_GAIN`, or
    if coverage is 0: beside an encoder of sentences, few phrasings per entry mislead.
    """
    own = index.weights
    if not (left_out and own.coverage):
        return own
    ranked = [
        (rank_entries(index, query, without=row), int(index.entry_of[row]))
        for row, query in islice(left_out.items(), TUNING_SAMPLE_SIZE)
    ]
    rates = {
        coverage: smoothed_hit_rate(ranked, coverage - own.coverage)
        for coverage in {own.coverage, *COVERAGE_CANDIDATES}
    }
    best = max(rates, key=lambda coverage: (rates[coverage], -coverage))
    return replace(own, coverage=best) if rates[best] > rates[own.coverage] + MIN_GAIN else own


def smoothed_hit_rate(ranked: Sequence[tuple[Ranking, int]], change: float) -> float:
    """Return the smoothed hit rate, 0 to 1, of rankings if the weight of coverage changes by *change*."""
    margins = np.array([score_margin(ranking, entry, change) for ranking, entry in ranked])
    return float(np.mean(1 / (1 + np.exp(-MARGIN_SLOPE * margins))))


def score_margin(ranking: Ranking, entry: int, change: float) -> float:
    """Return the lead in score of *entry* over the best other entry, negative if it is behind."""
    scores = ranking.scores + change * ranking.coverage
    own = scores[ranking.entries == entry].max(initial=0.0)
    return float(own - scores[ranking.entries != entry].max(initial=0.0))


@dataclass(frozen=True, slots=True)
class CalibrationSample:
    """Queries of a calibration.

    *left_out* maps rows to queries that are scored without this row; it is empty if few entries have
    several phrasings. *entry_left_out* maps rows to queries that are scored without the row's entry.
    *elsewhere* are queries about other subjects. *lead* is the weight of the lead in the evidence.
    """

    left_out: Mapping[int, Query]
    entry_left_out: Mapping[int, Query]
    elsewhere: Sequence[Query]
    lead: float = LEAD_WEIGHT


def draw_sample(
    index: Index,
    query_of_row: Callable[[int], Query],
    query_of: Callable[[str], Query],
    lead: float = LEAD_WEIGHT,
) -> CalibrationSample:
    """Draw the sample of a knowledge base, always the same.

    *query_of_row* returns the query of a row's text, and *query_of* that of any text. *lead* is the
    weight of the lead in the evidence.
    """
    draw = np.random.default_rng(SEED).permutation(index.phrasing_count)
    counts = np.diff(index.first_row)
    several = draw[counts[index.entry_of[draw]] > 1][:SAMPLE_SIZE]
    if len(several) < MIN_IN_SCOPE:
        several = several[:0]
    rows = draw[:SAMPLE_SIZE]
    queries = {int(row): query_of_row(int(row)) for row in {*several, *rows}}
    elsewhere = index.language.out_of_scope_questions if len(several) else []
    return CalibrationSample(
        left_out={int(row): queries[int(row)] for row in several},
        entry_left_out={int(row): queries[int(row)] for row in rows},
        elsewhere=[*map(query_of, elsewhere)],
        lead=lead,
    )


Contradicts: TypeAlias = Callable[[int, Ranking], bool]
"""Whether the contradiction check stops the best entry of a ranking for the text of a row."""


def never_contradicts(_row: int, _ranking: Ranking) -> bool:
    """Return False: no ranking is stopped."""
    return False


def out_of_scope_evidence(
    index: Index, sample: CalibrationSample, contradicts: Contradicts = never_contradicts
) -> NDArray[np.float64]:
    """Return the evidence of the best entry for each row without its own entry: float64 (rows,).

    A row is skipped if no entry is left, or if *contradicts*: such a match is never answered with, however
    strong it is.
    """
    return np.array([*_without_entry(index, sample, contradicts)], np.float64)


def _without_entry(
    index: Index, sample: CalibrationSample, contradicts: Contradicts
) -> Iterator[float]:
    for row, query in sample.entry_left_out.items():
        allowed = np.arange(index.entry_count) != index.entry_of[row]
        ranking = rank_entries(index, query, allowed)
        if len(ranking.entries) and not contradicts(row, ranking):
            yield _best_evidence(ranking, sample.lead)


def leave_one_out(
    index: Index,
    sample: CalibrationSample,
    out_of_scope: NDArray[np.float64],
    contradicts: Contradicts = never_contradicts,
) -> Examples:
    """Return the outcomes of *sample* as examples, without any if `left_out` is empty.

    *out_of_scope* is the result of `out_of_scope_evidence`. A wrong match is skipped if *contradicts*.
    """
    if not sample.left_out:
        return Examples(np.zeros(0), np.zeros(0, np.bool_), np.zeros(0))
    in_scope = [*_without_row(index, sample, contradicts)]
    elsewhere = [
        _best_evidence(rank_entries(index, query), sample.lead) for query in sample.elsewhere
    ]
    shares = (IN_SCOPE_SHARE, ENTRY_LEFT_OUT_SHARE, OTHER_SUBJECTS_SHARE)
    counts = (len(in_scope), len(out_of_scope), len(elsewhere))
    right = np.zeros(sum(counts), np.bool_)
    right[: len(in_scope)] = [correct for _, correct in in_scope]
    return Examples(
        evidence=np.array([*(value for value, _ in in_scope), *out_of_scope, *elsewhere]),
        right=right,
        weight=np.repeat(
            [share / max(n, 1) for share, n in zip(shares, counts, strict=True)], counts
        ),
    )


def _without_row(
    index: Index, sample: CalibrationSample, contradicts: Contradicts
) -> Iterator[tuple[float, bool]]:
    for row, query in sample.left_out.items():
        ranking = rank_entries(index, query, without=row)
        right = bool(ranking.entries[0] == index.entry_of[row])
        if right or not contradicts(row, ranking):
            yield _best_evidence(ranking, sample.lead), right


def _best_evidence(ranking: Ranking, lead: float) -> float:
    return float(evidence(ranking, lead)[0])
