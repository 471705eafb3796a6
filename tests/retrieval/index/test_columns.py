"""Caches of term scores, postings and nearest terms."""

from __future__ import annotations

import numpy as np
import pytest

from faqbot.models import Entry
from faqbot.retrieval.index import columns as module
from faqbot.retrieval.index.columns import NearestTerms, PostingsCache, TermScoreCache
from faqbot.retrieval.index.csr import CsrMatrix
from faqbot.retrieval.index.index import Index, build_index
from faqbot.retrieval.index.vocabulary import SimilarTerms
from faqbot.retrieval.scoring.scorers import weighted_sum
from faqbot.retrieval.text import Synonyms

_VECTORS = np.array([[1, 0], [0.8, 0.6], [0, 1], [-1, 0]], np.float32)
_PHRASINGS = ("sign the treaty", "break the treaty", "the embassy", "the embassies", "the zebra")


def test_nearest_terms_have_a_high_cosine() -> None:
    """Similarity is the cosine; terms with a low cosine are absent."""
    near = NearestTerms(_VECTORS).near("word", _VECTORS[0])

    assert near.ids.tolist() == [0, 1]
    assert near.similarity == pytest.approx([1, 0.8])
    assert (near.ids.dtype, near.similarity.dtype) == (np.int32, np.float32)


def test_the_number_of_nearest_terms_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The nearest terms are kept, in the order of the vocabulary."""
    monkeypatch.setattr(module, "MAX_NEAREST_TERMS", 2)
    near = NearestTerms(_VECTORS).near("word", np.array([0.6, 0.8], np.float32))

    assert near.ids.tolist() == [1, 2]


def test_nearest_terms_are_cached_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A term is compared once, and the cache never exceeds its capacity."""
    monkeypatch.setattr(module, "MAX_CACHED_TERMS", 2)
    meanings = NearestTerms(_VECTORS)
    first = meanings.near("a", _VECTORS[0])

    assert meanings.near("a", _VECTORS[2]) is first
    for word in "bcd":
        meanings.near(word, _VECTORS[2])
    assert len(meanings._nearest) <= 2


def index() -> Index:
    """Return an index of five phrasings that share one word."""
    entries = [Entry(f"e{number}", text, "") for number, text in enumerate(_PHRASINGS)]
    return build_index(entries, Synonyms([]), None)


def rows(readings: PostingsCache, *words: str) -> list[set[int]]:
    """Return the rows read for each of *words*."""
    return [set(found.rows.tolist()) for _, found in readings.select(dict.fromkeys(words))]


def test_postings_include_similar_terms() -> None:
    """A row with the term itself scores above a row with a similar term; others are absent."""
    ((_, found),) = index().cached_postings.select({"embassy": None})

    assert found.rows.tolist() == [2, 3]
    assert found.scores[0] > found.scores[1] > 0


def test_the_term_with_the_highest_idf_is_read_first() -> None:
    """A term of all phrasings is read last."""
    assert rows(index().cached_postings, "the", "zebra", "treaty") == [{4}, {0, 1}, {0, 1, 2, 3, 4}]


def test_postings_are_read_within_a_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first term is always read, however common; others follow within the budget."""
    monkeypatch.setattr(module, "MAX_POSTINGS_PER_QUERY", 3)

    assert rows(index().cached_postings, "the", "zebra", "treaty") == [{4}, {0, 1}]
    assert rows(index().cached_postings, "the") == [{0, 1, 2, 3, 4}]
    monkeypatch.setattr(module, "MAX_POSTINGS_OF_SIMILAR_TERMS", 0)
    assert rows(index().cached_postings, "embassy") == [{2}]


def test_postings_include_nearest_terms_by_vector() -> None:
    """A term without a vector has postings of similar spelling only."""
    plain = index()
    vectors = np.zeros((len(plain.vocabulary.words), 2), np.float32)
    vectors[plain.vocabulary.id_of["zebra"]] = 1, 0
    meanings = type(plain.nearest_terms)(vectors)
    readings = PostingsCache(plain.postings, plain.vocabulary, meanings, 0.5, len(_PHRASINGS))
    horse = np.array([1, 0], np.float32)

    assert [set(one.rows.tolist()) for _, one in readings.select({"horse": horse})] == [{4}]
    assert rows(readings, "horse") == [set()]


def test_cached_postings_are_bounded_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache clears at its capacity, and postings read again are equal."""
    monkeypatch.setattr(module, "MAX_POSTINGS_BYTES", 60)
    readings = index().cached_postings
    words = ("the", "zebra", "treaty", "embassy")
    first = [rows(readings, word) for word in words]

    assert [rows(readings, word) for word in words] == first
    assert sum(found.nbytes for found in readings._read.values()) <= 60


def postings() -> CsrMatrix:
    """Return postings of two terms in three rows: rows 0 and 1, and rows 1 and 2."""
    return CsrMatrix(
        np.array([0, 2, 4]),
        np.array([0, 1, 1, 2], np.int32),
        np.array([0.5, 0.25, 1, 2], np.float32),
    )


def near(_: int) -> SimilarTerms:
    """Return both terms as similar, the second by half."""
    return SimilarTerms(np.array([0, 1], np.int32), np.array([1, 0.5], np.float32))


def test_a_score_sums_over_similar_terms() -> None:
    """A query term counts its weight, and similar terms their similarity."""
    mixed = weighted_sum(TermScoreCache(postings(), 3), ["a", "b"], [1.0, 2.0], near)

    assert mixed.dtype == np.float32
    assert mixed.tolist() == pytest.approx([1.5, 2.25, 3.0])


def test_a_score_can_be_the_maximum_over_similar_terms() -> None:
    """With *best*, only the most similar term counts."""
    assert weighted_sum(TermScoreCache(postings(), 3, best=True), ["a"], [1.0], near).tolist() == [
        0.5,
        0.5,
        1.0,
    ]


def test_without_similar_terms_scores_are_0() -> None:
    """No query terms, or terms without similar terms, give zeros."""
    columns = TermScoreCache(postings(), 3)
    nothing = SimilarTerms(np.zeros(0, np.int32), np.zeros(0, np.float32))

    assert weighted_sum(columns, [], [], near).tolist() == [0, 0, 0]
    assert weighted_sum(columns, ["a"], [1.0], lambda _: nothing).tolist() == [0, 0, 0]


def test_a_column_is_computed_once() -> None:
    """The second sum reads cached columns, which the first sum did not change."""
    columns, asked = TermScoreCache(postings(), 3), list[int]()

    def noted(place: int) -> SimilarTerms:
        asked.append(place)
        return near(place)

    first = weighted_sum(columns, ["a", "b"], [1.0, 2.0], noted).tolist()

    assert weighted_sum(columns, ["a", "b"], [1.0, 2.0], noted).tolist() == first
    assert asked == [0, 1]


def test_cached_columns_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache clears at its capacity, and results stay the same."""
    monkeypatch.setattr(module, "MAX_COLUMNS_BYTES", 24)
    monkeypatch.setattr(module, "MIN_CACHED_COLUMNS", 1)
    columns = TermScoreCache(postings(), 3)
    words = [f"word{number}" for number in range(20)]

    mixed = [weighted_sum(columns, [word], [1.0], near).tolist() for word in words]

    assert mixed == [mixed[0]] * 20
    assert len(columns) <= 2
