"""Bigram model: log odds of terms in context."""

from __future__ import annotations

import numpy as np
import pytest

from faqbot.models import Entry
from faqbot.retrieval.index.bigrams import BOUNDARY, BigramModel
from faqbot.retrieval.index.index import build_index
from faqbot.retrieval.text import Synonyms


def model_of(*phrasings: str) -> BigramModel:
    """Return the bigram model of *phrasings*."""
    entries = [Entry(str(number), text, "") for number, text in enumerate(phrasings)]
    index = build_index(entries, Synonyms([]), None)
    return BigramModel(index.vocabulary, index.bigrams)


def odds(model: BigramModel, before: str, word: str, after: str) -> float:
    """Return the log odds of *word* between *before* and *after*."""
    return float(model.log_odds(before, model.term_ids([word]), after)[0])


@pytest.fixture(scope="module")
def model() -> BigramModel:
    """Return the bigram model of three phrasings."""
    return model_of("where is it", "where is my card", "they were late")


def test_known_bigrams_raise_the_log_odds(model: BigramModel) -> None:
    """Two known bigrams give more than one; unknown bigrams give 0."""
    assert odds(model, "they", "were", "late") > odds(model, "they", "were", "my") > 0
    assert odds(model, "my", "were", "late") > 0
    assert odds(model, "late", "were", "they") == 0


def test_frequent_bigrams_raise_the_log_odds_more(model: BigramModel) -> None:
    """One phrasing has "were late", two have "where is"."""
    assert odds(model, "x", "where", "is") > odds(model, "x", "were", "late") > 0


def test_boundaries_form_bigrams(model: BigramModel) -> None:
    """The first and the last word of a question have a bigram with the boundary."""
    assert odds(model, BOUNDARY, "where", "x") > 0
    assert odds(model, BOUNDARY, "were", "x") == 0
    assert odds(model, "x", "card", BOUNDARY) > 0


def test_unknown_words_have_log_odds_0(model: BigramModel) -> None:
    """Each term of an array gets its own value."""
    assert odds(model, BOUNDARY, "wear", "is") == 0
    assert np.array_equal(
        model.log_odds(BOUNDARY, model.term_ids(["wear", "where"]), "x") > 0, [False, True]
    )
    assert len(model.log_odds(BOUNDARY, model.term_ids([]), BOUNDARY)) == 0


def test_an_empty_knowledge_base_gives_log_odds_0() -> None:
    """Without bigrams every term has log odds 0."""
    assert odds(model_of(), BOUNDARY, "where", BOUNDARY) == 0
