"""A rehearsal: asking a knowledge base its own phrasings, to learn what its scores are worth.

No labelled questions are needed. A phrasing that is left out shows how a question in scope fares; one
whose whole entry is left out, a fair question that the knowledge base does not answer; and shipped
questions about everything else, those that have nothing to do with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.calibration import Examples, evidence
from faqbot.retrieval.index import Index
from faqbot.retrieval.kernel import Query
from faqbot.retrieval.ranking import Ranking, rank_entries, unknown_share
from faqbot.retrieval.reading import Reader

__all__ = ["rehearse"]

_SAMPLE = 200
_SEED = 2026
_LEAST_IN_SCOPE = 20

# How much the three kinds count together: most questions that people ask a knowledge base are in scope.
_IN_SCOPE, _HELD_OUT, _ELSEWHERE = 0.95, 0.02, 0.03

_Case = tuple[NDArray[np.float64], bool]


def rehearse(index: Index, reader: Reader, phrasing: Callable[[int], str]) -> Examples | None:
    """Return examples of how questions fare; None if too few entries have a phrasing to leave out.

    *phrasing* gives the text of a row. The same knowledge base gives the same examples.
    """
    draw = np.random.default_rng(_SEED).permutation(index.asking)
    counts = np.diff(index.first_row)
    spare = draw[counts[index.entry_of[draw]] > 1][:_SAMPLE]
    if len(spare) < _LEAST_IN_SCOPE:
        return None
    asked = {
        int(row): reader.query(reader.read(phrasing(int(row)))) for row in {*spare, *draw[:_SAMPLE]}
    }
    kinds = [
        (_IN_SCOPE, list(_left_out(index, asked, spare))),
        (_HELD_OUT, list(_entry_left_out(index, asked, draw[:_SAMPLE]))),
        (_ELSEWHERE, list(_elsewhere(index, reader))),
    ]
    return Examples(
        evidence=np.array([case[0] for _, cases in kinds for case in cases]),
        right=np.array([case[1] for _, cases in kinds for case in cases]),
        weight=np.concatenate(
            [np.full(len(cases), total / max(len(cases), 1)) for total, cases in kinds]
        ),
    )


def _left_out(index: Index, asked: dict[int, Query], rows: NDArray[np.intp]) -> Iterator[_Case]:
    uses = np.bincount(index.words.ids, minlength=len(index.lexicon.words))
    for row in rows:
        query = asked[int(row)]
        ranking = rank_entries(index, query, without=int(row))
        right = bool(ranking.entries[0] == index.entry_of[row])
        yield _evidence(index, query, ranking, uses), right


def _entry_left_out(
    index: Index, asked: dict[int, Query], rows: NDArray[np.intp]
) -> Iterator[_Case]:
    uses = np.bincount(index.content.ids, minlength=len(index.lexicon.words))
    for row in rows:
        allowed = np.arange(index.entry_count) != index.entry_of[row]
        ranking = rank_entries(index, asked[int(row)], allowed)
        if len(ranking.entries):
            yield _evidence(index, asked[int(row)], ranking, uses), False


def _elsewhere(index: Index, reader: Reader) -> Iterator[_Case]:
    uses = np.full(len(index.lexicon.words), 2)
    text = files("faqbot.retrieval").joinpath("elsewhere.txt").read_text(encoding="utf-8")
    for question in text.splitlines():
        query = reader.query(reader.read(question))
        yield _evidence(index, query, rank_entries(index, query), uses), False


def _evidence(
    index: Index, query: Query, ranking: Ranking, uses: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the best entry's evidence; a word with one of *uses* is known by what was left out alone."""
    gone = {index.lexicon.words[number] for number in np.flatnonzero(uses == 1)} & set(
        query.content
    )
    row: NDArray[np.float64] = evidence(ranking, unknown_share(index, query, gone))[0]
    return row
