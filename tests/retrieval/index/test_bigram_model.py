"""What words stand beside."""

from __future__ import annotations

import numpy as np
import pytest

from faqbot.models import Entry
from faqbot.retrieval.index.bigram_model import BOUNDARY, BigramModel
from faqbot.retrieval.index.index import build_index
from faqbot.retrieval.text import Synonyms


def company(*phrasings: str) -> BigramModel:
    """Return the company that the words of *phrasings* keep."""
    entries = [Entry(str(number), text, "") for number, text in enumerate(phrasings)]
    index = build_index(entries, Synonyms([]), None)
    return BigramModel(index.vocabulary, index.bigrams)


def fit(kept: BigramModel, before: str, word: str, after: str) -> float:
    """Return how well *word* fits."""
    return float(kept.log_odds(before, kept.term_ids([word]), after)[0])


@pytest.fixture(scope="module")
def kept() -> BigramModel:
    """Return the company of three phrasings."""
    return company("where is it", "where is my card", "they were late")


def test_a_word_fits_beside_its_neighbours(kept: BigramModel) -> None:
    """Better beside both than beside one; not at all beside others, or on their other side."""
    assert fit(kept, "they", "were", "late") > fit(kept, "they", "were", "my") > 0
    assert fit(kept, "my", "were", "late") > 0
    assert fit(kept, "late", "were", "they") == 0


def test_it_fits_better_beside_those_it_has_often(kept: BigramModel) -> None:
    """One has "were late", two have "where is"."""
    assert fit(kept, "x", "where", "is") > fit(kept, "x", "were", "late") > 0


def test_an_end_is_a_neighbour(kept: BigramModel) -> None:
    """Some words begin questions, and some end them."""
    assert fit(kept, BOUNDARY, "where", "x") > 0
    assert fit(kept, BOUNDARY, "were", "x") == 0
    assert fit(kept, "x", "card", BOUNDARY) > 0


def test_unknown_words_fit_nowhere(kept: BigramModel) -> None:
    """Nor does any word beside them; each of several is told of."""
    assert fit(kept, BOUNDARY, "wear", "is") == 0
    assert np.array_equal(
        kept.log_odds(BOUNDARY, kept.term_ids(["wear", "where"]), "x") > 0, [False, True]
    )
    assert len(kept.log_odds(BOUNDARY, kept.term_ids([]), BOUNDARY)) == 0


def test_nothing_fits_where_there_are_no_phrasings() -> None:
    """An empty knowledge base tells nothing."""
    assert fit(company(), BOUNDARY, "where", BOUNDARY) == 0
