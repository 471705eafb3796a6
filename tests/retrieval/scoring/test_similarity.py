"""Similarity, support and coverage of a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from faqbot.models import Entry
from faqbot.retrieval.index.index import Index, Query, build_index
from faqbot.retrieval.languages import content_words, tokenize
from faqbot.retrieval.scoring.scorers import DenseScorer, SparseScorer
from faqbot.retrieval.text import Synonyms

if TYPE_CHECKING:
    from conftest import Letters, WordLetters

_PHRASINGS = ("who signs a treaty", "where is the embassy", "dog bites man", "man bites dog", "???")
_ENTRIES = (
    Entry("a", "who signs a treaty", "", ("parties to a treaty",)),
    Entry("b", "where is the embassy", "", not_for=("treaty",)),
    Entry("c", "???", ""),
)


def index_of(*phrasings: str, answer: str = "") -> Index:
    """Return an index of entries of one phrasing each."""
    entries = [Entry(f"e{n}", text, answer) for n, text in enumerate(phrasings)]
    return build_index(entries, Synonyms([]), None)


def query(text: str) -> Query:
    """Return the query of *text*, without an encoder."""
    words = tuple(tokenize(text))
    return Query(words, content_words(words))


def likeness(index: Index, query: Query) -> np.ndarray:
    """Return the similarity of all rows to *query*."""
    return DenseScorer(index, query).similarity()


def answer_support(index: Index, query: Query) -> np.ndarray:
    """Return the support by the answers of all entries."""
    return DenseScorer(index, query).support()


def alike(text: str) -> dict[str, float]:
    """Return the similarity of *text* to each phrasing."""
    values = likeness(index_of(*_PHRASINGS), query(text))
    return dict(zip(_PHRASINGS, map(float, values), strict=True))


def test_equal_texts_have_similarity_1() -> None:
    """Similarity is 1 to the same text, 0 to a text without shared words, at most 1."""
    for text in _PHRASINGS[:4]:
        values = alike(text)
        assert values[text] == pytest.approx(1, abs=1e-5)
        assert max(values.values()) <= 1 + 1e-5
    assert alike("who signs a treaty")["dog bites man"] == 0
    assert alike("zebra crossing")["???"] == alike("???")["???"] == 0


def test_word_order_counts_in_part() -> None:
    """The same words in another order are less similar."""
    values = alike("dog bites man")

    assert 0.8 < values["man bites dog"] < 0.95 < values["dog bites man"]


def test_similar_terms_count_in_part() -> None:
    """An inflection is more similar than another word, and less than the word itself."""
    inflected, other = (alike(f"where is the {word}") for word in ("embassies", "zebra"))
    phrasing = "where is the embassy"

    assert other[phrasing] < inflected[phrasing] < 1


def test_terms_with_high_idf_weigh_more() -> None:
    """A term of few phrasings weighs more than a term of many."""
    index = index_of("how do I pay", "how do I leave", "how do I go", "pay rise")
    values = likeness(index, query("pay leave"))

    assert values[1] > values[0] > values[2]


def test_vectors_count_by_their_weight(letters: Letters) -> None:
    """With an encoder, similarity mixes the cosine of vectors by `meaning`."""
    entries = [Entry("a", "silent", ""), Entry("b", "zoo", "")]
    index = build_index(entries, Synonyms([]), letters)
    vector = letters.encode(["listen"])[0]
    meaning = index.weights.meaning

    values = likeness(index, Query(("listen",), ("listen",), vector))

    words = likeness(index, Query(("listen",), ("listen",)))
    assert values[0] == pytest.approx((1 - meaning) * words[0] + meaning, abs=1e-5)
    assert values[1] == pytest.approx((1 - meaning) * words[1], abs=1e-5)


def test_answers_support_their_entries() -> None:
    """An answer with the query's words gives support; other answers give 0."""
    entries = [
        Entry("a", "one", "Bring a passport."),
        Entry("b", "two", "Nothing."),
        Entry("c", "x", ""),
    ]
    index = build_index(entries, Synonyms([]), None)

    support = answer_support(index, query("passport"))

    assert 0 < support[0] <= index.weights.answer_words
    assert support[1] == support[2] == 0
    assert not answer_support(index, query("zebra")).any()


def test_answer_vectors_support_their_entries(letters: Letters) -> None:
    """With an encoder, the cosine of answers counts by `answer_meaning`."""
    entries = [Entry("a", "one", "silent"), Entry("b", "two", "zzz")]
    index = build_index(entries, Synonyms([]), letters)

    support = answer_support(index, Query(("listen",), ("listen",), letters.encode(["listen"])[0]))

    assert support.tolist() == pytest.approx([index.weights.answer_meaning, 0])


def test_scores_of_some_rows_equal_those_of_all(word_letters: WordLetters) -> None:
    """The sparse scores of a few rows equal the dense scores of all rows."""
    entries = [Entry(f"e{n}", text, text.upper()) for n, text in enumerate(_PHRASINGS)]
    index = build_index(entries, Synonyms([]), word_letters)
    words = ("who", "bites", "the", "embassies")
    asked = Query(words, words, word_letters.encode([" ".join(words)])[0])

    for some in ([], [3], [0, 2, 4], [1, 2, 3, 4]):
        rows = np.array(some, np.intp)
        compared = SparseScorer(index, asked)
        assert compared.similarity(rows) == pytest.approx(likeness(index, asked)[rows])
        assert compared.support(rows) == pytest.approx(answer_support(index, asked)[rows])


def covered(
    *content: str, without: int | None = None, encoder: Letters | None = None
) -> list[float]:
    """Return the coverage of *content* by each entry."""
    index = build_index(_ENTRIES, Synonyms([]), encoder)
    vectors = encoder.encode_words(content) if hasattr(encoder, "encode_words") else None
    query = Query(content, content, content_vectors=vectors)
    return [float(share) for share in SparseScorer(index, query).coverage(np.arange(3), without)]


def test_known_words_are_covered() -> None:
    """Known words are covered by their entry; `not_for` texts cover nothing."""
    assert covered("treaty", "parties") == pytest.approx([1, 0, 0])
    assert covered("embassy") == pytest.approx([0, 1, 0])
    assert covered("zebra") == [0, 0, 0]


def test_coverage_is_weighted_by_idf() -> None:
    """Of two words the rarer one counts more: `treaty` is in three phrasings, `embassy` in one."""
    shares = covered("treaty", "embassy")

    assert 0 < shares[0] < 0.5 < shares[1] < 1
    assert sum(shares) == pytest.approx(1)


def test_similar_terms_cover_in_part() -> None:
    """An inflection covers part of the word."""
    assert 0.2 < covered("embassies")[1] < 0.9


def test_a_query_without_content_has_coverage_0() -> None:
    """Without content words, coverage is 0."""
    assert covered() == [0, 0, 0]


def test_a_row_can_be_left_out() -> None:
    """Words of the ignored row alone are not covered; other entries stay the same."""
    assert covered("treaty", without=0)[0] == pytest.approx(1)
    assert covered("signs", without=0)[0] == 0
    assert covered("embassy", without=0)[1] == pytest.approx(1)
    assert covered("embassy", without=2)[1] == 0


def test_word_vectors_cover_similar_words(letters: Letters, word_letters: WordLetters) -> None:
    """With word vectors a word with an equal vector covers fully; else spelling decides."""
    assert covered("singes", encoder=word_letters)[0] > covered("singes", encoder=letters)[0]
    assert covered("basseym", encoder=word_letters)[1] == pytest.approx(1)
