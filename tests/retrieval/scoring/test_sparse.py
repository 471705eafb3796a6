"""Dense and sparse scorers agree on any knowledge base and query."""

from __future__ import annotations

import string

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.models import Entry
from faqbot.retrieval.index.index import Index, Query, build_index
from faqbot.retrieval.languages import content_words, tokenize
from faqbot.retrieval.scoring.scorers import DenseScorer, SparseScorer
from faqbot.retrieval.text import Synonyms

_WORDS = [
    "who",
    "signs",
    "treaty",
    "treaties",
    "embassy",
    "embassies",
    "visa",
    "visas",
    "the",
    "a",
    "is",
    "where",
    "not",
    "2024",
]
_TEXT = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=6).map(" ".join)
_NOT_FOR = st.lists(_TEXT, max_size=1).map(tuple)
_ENTRY = st.tuples(_TEXT, st.one_of(st.just(""), _TEXT), st.lists(_TEXT, max_size=2), _NOT_FOR)
_QUERY = st.lists(st.sampled_from([*_WORDS, "zebra", "embasy", "vissa"]), max_size=8).map(" ".join)


class LetterVectors:
    """Encoder of texts and words by letter counts, as unit vectors float32 (26,)."""

    name = "letter-vectors"

    def encode(self, texts: list[str]) -> np.ndarray:
        """Return one unit row per text: float32 (texts, 26)."""
        counts = [[text.count(letter) for letter in string.ascii_lowercase] for text in texts]
        rows = np.array(counts, np.float32).reshape(len(texts), 26)
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1)

    def encode_words(self, words: list[str]) -> np.ndarray:
        """Return one unit row per word: float32 (words, 26)."""
        return self.encode(words)


def query_of(text: str, *, encoded: bool) -> Query:
    """Return the query of *text*, with vectors if *encoded*."""
    words = tuple(tokenize(text))
    content = content_words(words)
    if not encoded:
        return Query(words, content)
    encoder = LetterVectors()
    return Query(words, content, encoder.encode([text])[0], encoder.encode_words([*content]))


def index_of(made: list[tuple[str, str, list[str], tuple[str, ...]]], *, encoded: bool) -> Index:
    """Return the index of entries, each a question, an answer, alternates and `not_for` texts."""
    entries = [
        Entry(f"e{number}", question, answer, tuple(more), not_for=not_for)
        for number, (question, answer, more, not_for) in enumerate(made)
    ]
    return build_index(entries, Synonyms([]), LetterVectors() if encoded else None)  # type: ignore[arg-type]


@given(st.lists(_ENTRY, min_size=1, max_size=6), _QUERY, st.booleans(), st.data())
def test_dense_and_sparse_scores_are_equal(
    made: list[tuple[str, str, list[str], tuple[str, ...]]],
    text: str,
    encoded: bool,  # noqa: FBT001 - hypothesis passes it by place
    data: st.DataObject,
) -> None:
    """Similarity, support and coverage are the same, of all rows and entries and of some."""
    index, query = index_of(made, encoded=encoded), query_of(text, encoded=encoded)
    dense, sparse = DenseScorer(index, query), SparseScorer(index, query)
    rows = np.array(sorted(data.draw(st.sets(st.integers(0, index.row_count - 1)))), np.intp)
    entries = np.array(sorted(data.draw(st.sets(st.integers(0, index.entry_count - 1)))), np.intp)
    without = data.draw(st.none() | st.integers(0, index.positive_count - 1))

    for some in (None, rows):
        assert dense.similarity(some) == pytest.approx(sparse.similarity(some), abs=1e-5)
    for some in (None, entries):
        assert dense.support(some) == pytest.approx(sparse.support(some), abs=1e-5)
        covered = sparse.coverage(some, without)
        assert dense.coverage(some, without) == pytest.approx(covered, abs=1e-5)


def test_scores_are_float32_of_the_length_asked_for() -> None:
    """Each method returns float32, one value for each row or entry asked for."""
    index = index_of([("who signs", "the treaty", ["a visa"], ())] * 3, encoded=True)
    query, some = query_of("who signs visas", encoded=True), np.array([0, 2])

    for scorer in (DenseScorer(index, query), SparseScorer(index, query)):
        for scores in (scorer.similarity(some), scorer.support(some), scorer.coverage(some)):
            assert (scores.dtype, scores.shape) == (np.float32, (2,))
        assert scorer.similarity().shape == (6,)
        assert scorer.support().shape == scorer.coverage().shape == (3,)
