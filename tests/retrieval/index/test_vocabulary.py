"""Vocabulary: idf, similar terms and letter masks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import JaroWinkler

from faqbot.retrieval.index import vocabulary as module
from faqbot.retrieval.index.vocabulary import (
    MIN_ALIKE_SIMILARITY,
    Vocabulary,
    letter_bits,
    word_bits,
)

_PHRASINGS = [["what", "is", "treaty", "treaty"], ["what", "is", "embassy"], ["treaties"], ["un"]]
_WORDS = st.lists(st.text("abcyzäλ\u4e2d", min_size=1, max_size=8), max_size=6)


@pytest.fixture
def vocabulary() -> Vocabulary:
    """Return the vocabulary of four phrasings."""
    return Vocabulary.of(_PHRASINGS)


def alike(vocabulary: Vocabulary, word: str) -> dict[str, float]:
    """Return the known terms similar to *word*, each with its similarity."""
    near = vocabulary.similar_terms(word)
    return {
        vocabulary.words[number]: float(value)
        for number, value in zip(near.ids, near.similarity, strict=True)
    }


def test_rarity_counts_phrasings(vocabulary: Vocabulary) -> None:
    """It is ln((1 + n) / (1 + df)) + 1; a word twice in a phrasing counts once."""
    assert vocabulary.words == ("embassy", "is", "treaties", "treaty", "un", "what")
    assert vocabulary.idf_of("what") == pytest.approx(log(5 / 3) + 1)
    assert vocabulary.idf_of("treaty") == pytest.approx(log(5 / 2) + 1)


def test_an_unknown_word_is_as_rare_as_the_rarest(vocabulary: Vocabulary) -> None:
    """An unknown word has the largest idf; in an empty vocabulary it is 1."""
    assert vocabulary.idf_of("zebra") == vocabulary.idf_of("treaty")
    assert Vocabulary.of([]).idf_of("zebra") == 1.0


def test_a_word_resembles_itself_most(vocabulary: Vocabulary) -> None:
    """A word has similarity 1 to itself, less to its inflections, and 0 to others."""
    near = alike(vocabulary, "treaty")

    assert near.keys() == {"treaty", "treaties"}
    assert near["treaty"] == 1.0
    assert 0.2 < near["treaties"] < 0.8


def test_an_unknown_word_resembles_known_ones(vocabulary: Vocabulary) -> None:
    """A similar term has at most .8, since part of the weight needs the exact term."""
    near = alike(vocabulary, "treatie")

    assert near.keys() == {"treaty", "treaties"}
    assert all(0 < likeness <= 0.8 for likeness in near.values())


@pytest.mark.parametrize("word", ["un", "is", "ux", "treaty1", "2024", "\u6761"])
def test_short_words_and_numbers_resemble_only_themselves(
    vocabulary: Vocabulary, word: str
) -> None:
    """Words of two letters, and numbers, are similar only to themselves."""
    assert alike(vocabulary, word) == ({word: 1.0} if word in vocabulary.words else {})


def test_no_word_resembles_a_short_one() -> None:
    """Words of two letters, and words with digits, are similar to no other word."""
    vocabulary = Vocabulary.of([["un", "2fa", "unit"]])

    assert alike(vocabulary, "units").keys() == {"unit"}
    assert alike(vocabulary, "2fas") == {}


def test_an_empty_lexicon_resembles_nothing() -> None:
    """Without known words there are no similar terms."""
    assert alike(Vocabulary.of([]), "treaty") == {}


@given(st.lists(st.lists(st.text(min_size=1), max_size=5), max_size=5), st.text(min_size=1))
def test_likeness_is_a_share(phrasings: list[list[str]], word: str) -> None:
    """Similarity lies in (0, 1], is 1 for the word itself, and each term occurs once."""
    vocabulary = Vocabulary.of(phrasings)
    near = vocabulary.similar_terms(word)

    assert ((near.similarity > 0) & (near.similarity <= 1)).all()
    assert len(set(near.ids.tolist())) == len(near.ids)
    assert (alike(vocabulary, word).get(word) == 1.0) is (word in vocabulary.words)
    assert (near.ids.dtype, near.similarity.dtype) == (np.int32, np.float32)


def test_the_cache_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache stays within its capacity, and all threads get equal results."""
    monkeypatch.setattr(module, "MAX_CACHED_TERMS", 3)
    vocabulary = Vocabulary.of(_PHRASINGS)
    words = ["treaty", "treatie", "embasy", "un", "zebra"] * 20
    expected = [alike(Vocabulary.of(_PHRASINGS), word) for word in words]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: [alike(vocabulary, word) for word in words], range(8)))

    assert found == [expected] * 8
    assert len(vocabulary._similar_terms) <= 3 + 8


@given(st.lists(st.text("abcdeé", min_size=3, max_size=9), unique=True, min_size=1, max_size=30))
def test_no_look_alike_is_missed(words: list[str]) -> None:
    """The prefilter drops only words whose similarity is 0."""
    word, *others = words
    near = Vocabulary.of([others]).similar_terms(word)

    alike = np.array([JaroWinkler.normalized_similarity(word, other) for other in sorted(others)])
    assert {*np.flatnonzero(alike > 0.7001)} <= {*near.ids} <= {*np.flatnonzero(alike > 0.6999)}


def test_words_longer_than_can_be_counted_are_compared_too() -> None:
    """Words above the longest counted length are compared, too."""
    long, longer = "abcdefghij" * 28, "abcdefghij" * 30
    vocabulary = Vocabulary.of([[long, longer, "zebra"]])

    assert alike(vocabulary, longer).keys() == {long, longer}
    assert alike(vocabulary, long[:240]).keys() == {long, longer}


@given(_WORDS)
def test_unlike_bits_are_unlike_letters(words: list[str]) -> None:
    """A mask is the union of the masks of its letters."""
    found = letter_bits(words)

    assert found.dtype == np.uint32
    assert len(found) == len(words)
    for word, bits in zip(words, found, strict=True):
        assert bits == np.bitwise_or.reduce([letter_bits([letter])[0] for letter in word])


@given(_WORDS)
def test_a_single_word_has_the_bits_of_a_list(words: list[str]) -> None:
    """Both ways to compute them give the same masks."""
    assert [word_bits(word) for word in words] == letter_bits(words).tolist()


def test_the_letters_a_to_z_have_bits_of_their_own() -> None:
    """The letters a to z have distinct bits."""
    assert len({int(bits) for bits in letter_bits("abcdefghijklmnopqrstuvwxyz")}) == 26
    assert letter_bits(["noon"]) == letter_bits(["on"]) != letter_bits(["one"])


@given(_WORDS)
def test_words_alike_are_those_of_large_similarity(words: list[str]) -> None:
    """They are the similar terms above the limit, a known word itself among them."""
    vocabulary = Vocabulary.of([words])

    for word in words:
        near = vocabulary.similar_terms(word)
        large = near.ids[near.similarity > MIN_ALIKE_SIMILARITY].tolist()
        assert vocabulary.alike[word] == {*large, vocabulary.id_of[word]}
