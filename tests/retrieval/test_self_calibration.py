"""Leave-one-out calibration on a knowledge base's own phrasings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from faqbot.models import Entry
from faqbot.retrieval.calibration import Examples
from faqbot.retrieval.index.index import Index, Query, build_index
from faqbot.retrieval.query import QuestionAnalyzer
from faqbot.retrieval.scoring.ranking import Ranking
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
    """Return an index, and the query of each row."""
    index = build_index([TREATIES, FEES], Synonyms([]), None)
    reader = QuestionAnalyzer(index, Synonyms([]), None)
    texts = [*TREATIES.phrasings, *FEES.phrasings]
    return index, {row: reader.query(reader.read(text)) for row, text in enumerate(texts)}


def test_a_better_weight_of_coverage_is_taken() -> None:
    """If coverage alone separates entries, its weight rises."""
    index, left_out = tuning_prepared()
    blind = replace(index, weights=replace(index.weights, coverage=0.01))

    assert tune_weights(blind, left_out).coverage > 0


def test_tuned_weights_stay() -> None:
    """Weights that were tuned stay when they are tuned again."""
    index, left_out = tuning_prepared()
    best = replace(index, weights=tune_weights(index, left_out))

    assert tune_weights(best, left_out) == best.weights


def test_coverage_of_weight_0_is_not_tuned() -> None:
    """Coverage of weight 0, or an empty sample, leaves the weights unchanged."""
    index, left_out = tuning_prepared()
    without = replace(index, weights=replace(index.weights, coverage=0.0))

    assert tune_weights(without, left_out) == without.weights
    assert tune_weights(index, {}) == index.weights


def test_only_coverage_is_tuned() -> None:
    """All weights but that of coverage stay."""
    index, left_out = tuning_prepared()

    tuned = tune_weights(index, left_out)

    assert replace(tuned, coverage=index.weights.coverage) == index.weights


def entries(*shapes: str) -> list[Entry]:
    """Return an entry per subject, with a phrasing per shape."""
    return [
        Entry(subject, *(text,), "", alternates=tuple(more))
        for subject in SUBJECTS
        for text, *more in [[shape.format(subject) for shape in shapes]]
    ]


def prepared(made: list[Entry]) -> tuple[Index, CalibrationSample]:
    """Return the index of *made* and its calibration sample."""
    index = build_index(made, Synonyms([]), None)
    texts = [phrasing for entry in made for phrasing in entry.phrasings]
    reader = QuestionAnalyzer(index, Synonyms([]), None)

    def query_of(text: str) -> Query:
        return reader.query(reader.read(text))

    return index, draw_sample(index, lambda row: query_of(texts[row]), query_of)


def examples_of(index: Index, sample: CalibrationSample) -> Examples:
    """Return the examples of *sample*."""
    return leave_one_out(index, sample, out_of_scope_evidence(index, sample))


THREE = ("where is the {}", "i need a {}", "tell me about the {} please")


def test_left_out_rows_find_their_entry() -> None:
    """If all phrasings of an entry share a word, each is found without its row."""
    index, sample = prepared(entries(*THREE))

    examples = examples_of(index, sample)

    in_scope = len(sample.left_out)
    assert in_scope == len(SUBJECTS) * len(THREE)
    assert examples.right[:in_scope].all()


def test_out_of_scope_examples_are_never_right() -> None:
    """Rows without their entry, and questions about other subjects, are weak and wrong."""
    index, sample = prepared(entries(*THREE))

    examples = examples_of(index, sample)

    assert not examples.right[len(sample.left_out) :].any()
    strengths = np.exp(examples.evidence)
    in_scope = len(sample.left_out)
    assert strengths[:in_scope].mean() > 2 * strengths[in_scope:].mean()


def test_the_sample_is_repeatable() -> None:
    """The same knowledge base gives the same examples."""
    first, second = (examples_of(*prepared(entries(*THREE))) for _ in range(2))

    assert np.array_equal(first.evidence, second.evidence)
    assert np.array_equal(first.right, second.right)


def test_in_scope_examples_have_most_of_the_weight() -> None:
    """In-scope examples have 90 % of the weight, for any number of each kind."""
    index, sample = prepared(entries(*THREE))

    examples = examples_of(index, sample)

    assert np.isclose(examples.weight[: len(sample.left_out)].sum() / examples.weight.sum(), 0.90)


def test_the_evidence_has_the_weight_of_the_lead_of_its_sample() -> None:
    """With more of it, phrasings that are found with a lead are stronger, and none is weaker."""
    index, sample = prepared(entries(*THREE))

    plain, more = (
        examples_of(index, replace(sample, lead=lead)).evidence[: len(sample.left_out)]
        for lead in (0.4, 0.8)
    )

    assert (more > plain).all()


def test_single_phrasings_give_out_of_scope_evidence_only() -> None:
    """With one phrasing per entry there are no examples, but wrong matches are measured."""
    index, sample = prepared(entries("where is the {}"))

    assert len(examples_of(index, sample).right) == 0
    assert out_of_scope_evidence(index, sample).shape == (len(SUBJECTS),)


def test_a_single_entry_gives_no_out_of_scope_evidence() -> None:
    """Without its only entry a knowledge base ranks no entry."""
    index, sample = prepared(entries("where is the {}")[:1])

    assert out_of_scope_evidence(index, sample).shape == (0,)


def test_wrong_matches_that_are_stopped_are_no_examples() -> None:
    """The check of contradictions stops them, however strong they are; right matches stay."""
    index, sample = prepared(entries(*THREE))

    def always(_row: int, _ranking: Ranking) -> bool:
        return True

    examples = leave_one_out(index, sample, np.zeros(0), always)

    assert out_of_scope_evidence(index, sample, always).size == 0
    assert examples.right[: len(sample.left_out)].all()
    assert len(examples.right) == len(sample.left_out) + len(sample.elsewhere)
