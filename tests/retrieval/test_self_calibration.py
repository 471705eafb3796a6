"""A rehearsal asks a knowledge base its own phrasings, with what is asked left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from faqbot.models import Entry
from faqbot.retrieval.calibration import Examples
from faqbot.retrieval.index.index import Index, Query, build_index
from faqbot.retrieval.query import Reader
from faqbot.retrieval.self_calibration import (
    CalibrationSample,
    draw_sample,
    leave_one_out,
    out_of_scope_evidence,
    tune_weights,
)
from faqbot.retrieval.text import Synonyms

# A phrasing shares its function words with the other entry and its subject with its own.
TREATIES = Entry("treaty", "treaty who is that", "", ("treaty what were they",))
FEES = Entry("fee", "fee who is this", "", ("fee what were these",))
SUBJECTS = ("visa", "refund", "parking", "holiday", "password", "lunch", "printer", "badge")


def tuning_prepared() -> tuple[Index, dict[int, Query]]:
    """Return an index, and its rows with their queries."""
    index = build_index([TREATIES, FEES], Synonyms([]), None)
    reader = Reader(index, Synonyms([]), None)
    texts = [*TREATIES.phrasings, *FEES.phrasings]
    return index, {row: reader.query(reader.read(text)) for row, text in enumerate(texts)}


def test_a_weight_that_finds_more_is_taken() -> None:
    """Where what is covered tells entries apart and nothing else does, coverage gets to count."""
    index, left_out = tuning_prepared()
    blind = replace(index, weights=replace(index.weights, coverage=0.01))

    assert tune_weights(blind, left_out).coverage > 0


def test_what_is_best_stays() -> None:
    """A weights that was tuned is not tuned away again."""
    index, left_out = tuning_prepared()
    best = replace(index, weights=tune_weights(index, left_out))

    assert tune_weights(best, left_out) == best.weights


def test_coverage_that_counts_nothing_stays_so() -> None:
    """Beside an encoder of sentences coverage is not tried, and with nothing left out neither."""
    index, left_out = tuning_prepared()
    without = replace(index, weights=replace(index.weights, coverage=0.0))

    assert tune_weights(without, left_out) == without.weights
    assert tune_weights(index, {}) == index.weights


def test_only_coverage_is_tuned() -> None:
    """The encoder's share and the kernel's sharpness stay as they were chosen."""
    index, left_out = tuning_prepared()

    tuned = tune_weights(index, left_out)

    assert replace(tuned, coverage=index.weights.coverage) == index.weights


def entries(*shapes: str) -> list[Entry]:
    """Return an entry for each subject, with a phrasing of each of *shapes*."""
    return [
        Entry(subject, *(text,), "", alternates=tuple(more))
        for subject in SUBJECTS
        for text, *more in [[shape.format(subject) for shape in shapes]]
    ]


def prepared(made: list[Entry]) -> tuple[Index, CalibrationSample]:
    """Return the index of *made* and what its rehearsal asks."""
    index = build_index(made, Synonyms([]), None)
    texts = [phrasing for entry in made for phrasing in entry.phrasings]
    return index, draw_sample(index, Reader(index, Synonyms([]), None), texts.__getitem__)


def rehearsed(index: Index, cast: CalibrationSample) -> Examples:
    """Return the examples of a rehearsal of *cast*."""
    return leave_one_out(index, cast, out_of_scope_evidence(index, cast))


THREE = ("where is the {}", "i need a {}", "tell me about the {} please")


def test_left_out_phrasings_find_their_entry() -> None:
    """Where a subject's word stands in every phrasing, leaving one out loses none."""
    index, cast = prepared(entries(*THREE))

    examples = rehearsed(index, cast)

    in_scope = len(cast.left_out)
    assert in_scope == len(SUBJECTS) * len(THREE)
    assert examples.right[:in_scope].all()


def test_nothing_is_right_once_its_entry_is_gone() -> None:
    """Neither a held-out entry's phrasing nor a question from elsewhere has a right entry."""
    index, cast = prepared(entries(*THREE))

    examples = rehearsed(index, cast)

    assert not examples.right[len(cast.left_out) :].any()
    strengths = np.exp(examples.evidence)
    in_scope = len(cast.left_out)
    assert strengths[:in_scope].mean() > 2 * strengths[in_scope:].mean()


def test_a_rehearsal_repeats_itself() -> None:
    """The same knowledge base gives the same examples."""
    first, second = (rehearsed(*prepared(entries(*THREE))) for _ in range(2))

    assert np.array_equal(first.evidence, second.evidence)
    assert np.array_equal(first.right, second.right)


def test_in_scope_counts_most() -> None:
    """Phrasings in scope have 90 % of the weight, however many there are of each kind."""
    index, cast = prepared(entries(*THREE))

    examples = rehearsed(index, cast)

    assert np.isclose(examples.weight[: len(cast.left_out)].sum() / examples.weight.sum(), 0.90)


def test_one_phrasing_an_entry_leaves_strays_alone() -> None:
    """Without phrasings to spare nothing can be right; how strong wrong matches are can still be seen."""
    index, cast = prepared(entries("where is the {}"))

    assert len(rehearsed(index, cast).right) == 0
    assert out_of_scope_evidence(index, cast).shape == (len(SUBJECTS),)


def test_a_lone_entry_has_no_strays() -> None:
    """With its only entry left out a knowledge base finds nothing."""
    index, cast = prepared(entries("where is the {}")[:1])

    assert out_of_scope_evidence(index, cast).shape == (0,)
