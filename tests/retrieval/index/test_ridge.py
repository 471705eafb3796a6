"""Kernel ridge regression over phrasings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from faqbot.models import Entry
from faqbot.retrieval.index.index import Index, build_index
from faqbot.retrieval.index.ridge import NOT_FOR, Ridge, kernel, local_weights
from faqbot.retrieval.text import Synonyms

if TYPE_CHECKING:
    from conftest import Letters


def index_of(*phrasings: str, encoder: Letters | None = None) -> Index:
    """Return an index of entries of one phrasing each."""
    entries = [Entry(f"e{n}", text, "") for n, text in enumerate(phrasings)]
    return build_index(entries, Synonyms([]), encoder)


def weights(index: Index, alike: np.ndarray) -> np.ndarray:
    """Return the weight of each row's label, given the rows' similarity to a query."""
    weights = replace(index.weights, ridge=0.2)
    return local_weights(index.row_terms, index.vectors.full, alike.astype(np.float32), weights)


def test_equal_phrasings_do_not_outvote_one() -> None:
    """Ten equal examples together weigh about as much as one different example."""
    counted = weights(index_of(*["red apple"] * 10, "green pear"), np.full(11, 0.5))

    assert counted.dtype == np.float64
    assert counted[:10].sum() == pytest.approx(counted[10], rel=0.25)


def test_the_nearer_row_counts_more() -> None:
    """Of two rows, the more similar one has the greater weight."""
    counted = weights(index_of("red apple", "green pear"), np.array([0.9, 0.1]))

    assert counted[0] > counted[1]


def test_vectors_count_in_the_similarity_of_examples(letters: Letters) -> None:
    """With an encoder, rows with the same vector share their weight."""
    index = index_of("silent", "listen", "zoo", encoder=letters)
    counted = weights(index, np.full(3, 0.5))

    assert counted[0] == pytest.approx(counted[1])
    assert counted[2] > counted[0]


def test_the_kernel_is_1_for_equal_texts_and_falls() -> None:
    """The kernel falls with dissimilarity, and stays above 0."""
    weights = index_of("one").weights
    values = kernel(np.array([1, 0.5, 0], np.float32), weights)

    assert values[0] == 1
    assert values[0] > values[1] > values[2] > 0
    assert values.dtype == np.float32


@pytest.mark.parametrize("encoded", [False, True])
def test_solving_once_gives_what_solving_for_a_question_does(
    letters: Letters, *, encoded: bool
) -> None:
    """Dual coefficients and the solution for one query give the same votes."""
    index = index_of("red apple", "green pear", "red pear", encoder=letters if encoded else None)
    alike = np.array([0.7, 0.4, 0.2], np.float32)

    votes = index.ridge.dual @ kernel(alike, index.weights)

    labels = np.where(np.eye(3, dtype=bool), 1, -0.5)
    solved = local_weights(index.row_terms, index.vectors.full, alike, index.weights)
    assert votes == pytest.approx(solved @ labels, abs=1e-5)


def test_rows_that_are_left_out_are_as_if_they_were_not_there() -> None:
    """Other rows have the coefficients of a regression on them alone; omitted rows have 0."""
    index = index_of("red apple", "green pear", "red pear", "apple pie")
    ridge, labels, left = index.ridge, index.labels, [0, 3]

    rest = Ridge(
        index.row_terms.take(np.array(left)), index.vectors.full[left], index.weights, labels[left]
    )

    dual = ridge.without((1, 2))
    assert dual[:, left] == pytest.approx(rest.dual, abs=1e-5)
    assert not dual[:, [1, 2]].any()


def test_a_not_for_row_counts_against_its_entry_alone() -> None:
    """Its label is negative for its entry, and 0 for the others."""
    entries = [Entry("e1", "one", "", not_for=("two",)), Entry("e2", "three", "")]
    index = build_index(entries, Synonyms([]), None)

    assert index.labels.tolist() == [[1, -1], [-1, 1], [NOT_FOR, 0]]
