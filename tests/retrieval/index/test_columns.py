"""What words add to everything in a small index."""

from __future__ import annotations

import numpy as np
import pytest

from faqbot.models import Entry
from faqbot.retrieval.index import columns as module
from faqbot.retrieval.index.columns import NearestTerms, PostingsCache, TermScoreCache
from faqbot.retrieval.index.csr import CsrMatrix
from faqbot.retrieval.index.index import Index, build_index
from faqbot.retrieval.index.vocabulary import SimilarTerms
from faqbot.retrieval.text import Synonyms

_VECTORS = np.array([[1, 0], [0.8, 0.6], [0, 1], [-1, 0]], np.float32)
_PHRASINGS = ("sign the treaty", "break the treaty", "the embassy", "the embassies", "the zebra")


def test_near_words_are_those_whose_vectors_are() -> None:
    """Each with its cosine; what has little in common is not near."""
    near = NearestTerms(_VECTORS).near("word", _VECTORS[0])

    assert near.ids.tolist() == [0, 1]
    assert near.similarity == pytest.approx([1, 0.8])
    assert (near.ids.dtype, near.similarity.dtype) == (np.int32, np.float32)


def test_only_the_nearest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order of the vocabulary."""
    monkeypatch.setattr(module, "_MOST", 2)
    near = NearestTerms(_VECTORS).near("word", np.array([0.6, 0.8], np.float32))

    assert near.ids.tolist() == [1, 2]


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A word asked about again is not compared again, and few are kept."""
    monkeypatch.setattr(module, "_MOST_CACHED", 2)
    meanings = NearestTerms(_VECTORS)
    first = meanings.near("a", _VECTORS[0])

    assert meanings.near("a", _VECTORS[2]) is first
    for word in "bcd":
        meanings.near(word, _VECTORS[2])
    assert len(meanings._near) <= 2


def index() -> Index:
    """Return an index of five phrasings, of which all have one word."""
    entries = [Entry(f"e{number}", text, "") for number, text in enumerate(_PHRASINGS)]
    return build_index(entries, Synonyms([]), None)


def rows(readings: PostingsCache, *words: str) -> list[set[int]]:
    """Return the rows that each of *words* is found in, of those that are read."""
    return [set(found.rows.tolist()) for _, found in readings.of(dict.fromkeys(words))]


def test_a_word_is_found_with_what_looks_like_it() -> None:
    """The word itself is worth more than a look-alike, and what has neither is not found."""
    ((_, found),) = index().cached_postings.of({"embassy": None})

    assert found.rows.tolist() == [2, 3]
    assert found.worth[0] > found.worth[1] > 0


def test_the_rarest_word_is_read_first() -> None:
    """And what all phrasings have, last."""
    assert rows(index().cached_postings, "the", "zebra", "treaty") == [{4}, {0, 1}, {0, 1, 2, 3, 4}]


def test_what_is_read_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """One word always is, however common, and further ones while little has been read."""
    monkeypatch.setattr(module, "_READ", 3)

    assert rows(index().cached_postings, "the", "zebra", "treaty") == [{4}, {0, 1}]
    assert rows(index().cached_postings, "the") == [{0, 1, 2, 3, 4}]
    monkeypatch.setattr(module, "_READ_A_WORD", 0)
    assert rows(index().cached_postings, "embassy") == [{2}]


def test_what_means_the_same_is_found_where_a_word_has_a_meaning() -> None:
    """By the share that meaning has; a word without a vector is found by its looks alone."""
    plain = index()
    vectors = np.zeros((len(plain.vocabulary.words), 2), np.float32)
    vectors[plain.vocabulary.id_of["zebra"]] = 1, 0
    meanings = type(plain.nearest_terms)(vectors)
    readings = PostingsCache(plain.postings, plain.vocabulary, meanings, 0.5, len(_PHRASINGS))
    horse = np.array([1, 0], np.float32)

    assert [set(one.rows.tolist()) for _, one in readings.of({"horse": horse})] == [{4}]
    assert rows(readings, "horse") == [set()]


def test_readings_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond so many bytes what is remembered is dropped, and is found again the same."""
    monkeypatch.setattr(module, "_READINGS_MOST_BYTES", 60)
    readings = index().cached_postings
    words = ("the", "zebra", "treaty", "embassy")
    first = [rows(readings, word) for word in words]

    assert [rows(readings, word) for word in words] == first
    assert sum(found.rows.nbytes + found.worth.nbytes for found in readings._found.values()) <= 60


def postings() -> CsrMatrix:
    """Return two words among three rows: the first in rows 0 and 1, the second in rows 1 and 2."""
    return CsrMatrix(
        np.array([0, 2, 4]),
        np.array([0, 1, 1, 2], np.int32),
        np.array([0.5, 0.25, 1, 2], np.float32),
    )


def near(_: int) -> SimilarTerms:
    """Return that a word counts as both words, as the second in part."""
    return SimilarTerms(np.array([0, 1], np.int32), np.array([1, 0.5], np.float32))


def test_a_row_adds_up_what_it_has_of_a_word() -> None:
    """Words count their weights, and the words they count as their likeness."""
    mixed = TermScoreCache(postings(), 3).mix(["a", "b"], [1.0, 2.0], near)

    assert mixed.dtype == np.float32
    assert mixed.tolist() == pytest.approx([1.5, 2.25, 3.0])


def test_or_takes_the_most_of_it() -> None:
    """Of the words that a word counts as, only the one that counts most does."""
    assert TermScoreCache(postings(), 3, best=True).mix(["a"], [1.0], near).tolist() == [
        0.5,
        0.5,
        1.0,
    ]


def test_nothing_adds_nothing() -> None:
    """No words, and words that count as none, are zeros."""
    columns = TermScoreCache(postings(), 3)
    nothing = SimilarTerms(np.zeros(0, np.int32), np.zeros(0, np.float32))

    assert columns.mix([], [], near).tolist() == [0, 0, 0]
    assert columns.mix(["a"], [1.0], lambda _: nothing).tolist() == [0, 0, 0]


def test_a_word_is_looked_up_once() -> None:
    """What a word adds is remembered, and is not changed by what it is mixed with."""
    columns, asked = TermScoreCache(postings(), 3), list[int]()

    def noted(place: int) -> SimilarTerms:
        asked.append(place)
        return near(place)

    first = columns.mix(["a", "b"], [1.0, 2.0], noted).tolist()

    assert columns.mix(["a", "b"], [1.0, 2.0], noted).tolist() == first
    assert asked == [0, 1]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond so many words the remembered ones are dropped, and results stay the same."""
    monkeypatch.setattr(module, "_MOST_BYTES", 24)
    monkeypatch.setattr(module, "_LEAST_WORDS", 1)
    columns = TermScoreCache(postings(), 3)
    words = [f"word{number}" for number in range(20)]

    mixed = [columns.mix([word], [1.0], near).tolist() for word in words]

    assert mixed == [mixed[0]] * 20
    assert len(columns._columns) <= 2
