"""The mixture of a score is fitted to the knowledge base where that pays."""

from __future__ import annotations

from dataclasses import replace

from faqbot.models import Entry
from faqbot.retrieval.index.index import Index, build_index
from faqbot.retrieval.query import Reader
from faqbot.retrieval.scoring.similarity import Query
from faqbot.retrieval.self_calibration import tune
from faqbot.retrieval.text import Synonyms

# A phrasing shares its function words with the other entry and its subject with its own.
TREATIES = Entry("treaty", "treaty who is that", "", ("treaty what were they",))
FEES = Entry("fee", "fee who is this", "", ("fee what were these",))


def prepared() -> tuple[Index, dict[int, Query]]:
    """Return an index, and its rows with their queries."""
    index = build_index([TREATIES, FEES], Synonyms([]), None)
    reader = Reader(index, Synonyms([]), None)
    texts = [*TREATIES.phrasings, *FEES.phrasings]
    return index, {row: reader.query(reader.read(text)) for row, text in enumerate(texts)}


def test_a_weight_that_finds_more_is_taken() -> None:
    """Where what is covered tells entries apart and nothing else does, coverage gets to count."""
    index, left_out = prepared()
    blind = replace(index, mixture=replace(index.mixture, coverage=0.01))

    assert tune(blind, left_out).coverage > 0


def test_what_is_best_stays() -> None:
    """A mixture that was tuned is not tuned away again."""
    index, left_out = prepared()
    best = replace(index, mixture=tune(index, left_out))

    assert tune(best, left_out) == best.mixture


def test_coverage_that_counts_nothing_stays_so() -> None:
    """Beside an encoder of sentences coverage is not tried, and with nothing left out neither."""
    index, left_out = prepared()
    without = replace(index, mixture=replace(index.mixture, coverage=0.0))

    assert tune(without, left_out) == without.mixture
    assert tune(index, {}) == index.mixture


def test_only_coverage_is_tuned() -> None:
    """The encoder's share and the kernel's sharpness stay as they were chosen."""
    index, left_out = prepared()

    tuned = tune(index, left_out)

    assert replace(tuned, coverage=index.mixture.coverage) == index.mixture
