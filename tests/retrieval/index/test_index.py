"""Index: rows, terms, bigrams and vectors of a knowledge base."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

import numpy as np
import pytest

from faqbot.models import Entry
from faqbot.retrieval.index import index as module
from faqbot.retrieval.index.bigrams import Bigrams, bigram_keys
from faqbot.retrieval.index.index import Index, build_index, phrasing_at, solve_ridge
from faqbot.retrieval.index.vocabulary import UNKNOWN_ID, Vocabulary, sublinear_tf
from faqbot.retrieval.text import Synonyms

if TYPE_CHECKING:
    from conftest import Letters, WordLetters

ENTRIES = (
    Entry(
        "a", "What is a treaty?", "A contract.", ("treaty meaning",), not_for=("treat", "retreat")
    ),
    Entry("b", "Who signs?", "The head.", keywords=("signature",), section="Law"),
    Entry("c", "???", "", not_for=("what",)),
)


_ROWS = (
    ["what", "is", "a", "treaty"],
    ["treaty", "meaning"],
    ["who", "signs"],
    ["treat"],
    ["retreat"],
    ["what"],
)


def build(*groups: list[str], entries: tuple[Entry, ...] = ENTRIES) -> Index:
    """Return an index without an encoder."""
    return build_index(entries, Synonyms(groups), None)


def words_of(index: Index, row: int) -> set[str]:
    """Return the words of *row*."""
    return {index.vocabulary.words[number] for number in index.row_terms.row(row)}


def test_phrasings_come_before_not_for_texts() -> None:
    """Rows are ordered by kind, and by entry within a kind."""
    index = build()

    assert (index.entry_count, index.phrasing_count) == (3, 4)
    assert index.entry_of.tolist() == [0, 0, 1, 2, 0, 0, 2]
    assert index.first_row.tolist() == [0, 2, 3, 4]
    assert index.first_not_for.tolist() == [4, 6, 6, 7]
    assert [phrasing_at(index, ENTRIES, row) for row in range(7)] == [
        *("What is a treaty?", "treaty meaning", "Who signs?", "???"),
        *("treat", "retreat", "what"),
    ]


def test_rows_hold_their_words() -> None:
    """Each row has its own words; a row without words is empty."""
    index = build()

    assert words_of(index, 0) == {"what", "is", "a", "treaty"}
    assert words_of(index, 3) == set()
    assert len(index.row_terms) == len(index.row_bigrams) == 7


def test_content_covers_phrasings_only() -> None:
    """Function words and `not_for` texts are not part of an entry's content."""
    index = build()
    content = [{index.vocabulary.words[word] for word in index.content.row(n)} for n in range(3)]

    assert content == [{"treaty", "meaning"}, {"signs"}, set()]


def test_answers_hold_keywords_section_and_answer() -> None:
    """Keywords count twice."""
    index = build()
    row = dict(zip(index.answers.row(1).tolist(), index.answers.weights[2:], strict=True))
    weights = {index.answer_vocabulary.words[number]: weight for number, weight in row.items()}

    assert weights.keys() == {"signature", "law", "the", "head"}
    assert weights["signature"] == pytest.approx(weights["law"] * (1 + log(2)))


def test_synonyms_are_rewritten_everywhere() -> None:
    """Synonyms are rewritten in phrasings, `not_for` texts and answers."""
    index = build(["treaty", "convention"], ["head", "leader of it"], ["retreat", "withdrawal"])

    assert {"convention", "withdrawal"} <= set(index.vocabulary.words)
    assert not {"treaty", "retreat"} & set(index.vocabulary.words)
    assert "leader" in index.answer_vocabulary.words


def test_without_an_encoder_there_are_no_vectors() -> None:
    """Arrays of vectors have rows, and no columns."""
    index = build()

    assert index.vectors.full.shape == (7, 0)
    assert index.answer_vectors.full.shape == (3, 0)
    assert index.word_vectors.shape == (len(index.vocabulary.words), 0)


def test_an_encoder_gives_a_vector_a_row(letters: Letters, word_letters: WordLetters) -> None:
    """Rows and answers are encoded after rewriting; words need a `WordEncoder`."""
    synonyms = Synonyms([["treaty", "convention"]])
    texts, words = (build_index(ENTRIES, synonyms, encoder) for encoder in (letters, word_letters))

    assert np.array_equal(texts.vectors.full[:1], letters.encode(["What is a convention?"]))
    assert np.array_equal(texts.answer_vectors.full[0], letters.encode(["A contract."])[0])
    assert texts.word_vectors.shape[1] == 0
    assert np.array_equal(words.word_vectors, letters.encode(words.vocabulary.words))


def test_texts_are_encoded_in_batches(letters: Letters, monkeypatch: pytest.MonkeyPatch) -> None:
    """An encoder gets a bounded number of texts per call, and order is kept."""
    whole = build_index(ENTRIES, Synonyms([]), letters)
    letters.batches.clear()
    monkeypatch.setattr(module, "ENCODER_BATCH", 3)

    batched = build_index(ENTRIES, Synonyms([]), letters)

    assert letters.batches == [3, 3, 1, 3]
    assert np.array_equal(batched.vectors.full, whole.vectors.full)


def test_no_entries_make_an_index(word_letters: WordLetters) -> None:
    """A knowledge base without entries gives an empty index."""
    for encoder in (None, word_letters):
        index = build_index((), Synonyms([]), encoder)
        assert (index.entry_count, index.phrasing_count, len(index.row_terms)) == (0, 0, 0)


def ids(vocabulary: Vocabulary, *words: str) -> list[int]:
    """Return the number of each of *words* in *vocabulary*, UNKNOWN_ID without one."""
    return [vocabulary.id_of.get(word, UNKNOWN_ID) for word in words]


def test_bigrams_include_boundaries() -> None:
    """Known neighbors and both boundaries form bigrams; unknown words do not."""
    vocabulary = Vocabulary.of([["a", "b"]])
    edge = 2

    def pair(left: int, right: int) -> int:
        return left * 2**32 + right

    assert bigram_keys(ids(vocabulary, "a", "b"), edge) == [
        pair(edge, 0),
        pair(0, 1),
        pair(1, edge),
    ]
    assert bigram_keys(ids(vocabulary, "a", "zebra", "b"), edge) == [pair(edge, 0), pair(1, edge)]
    assert bigram_keys([], edge) == []


def test_bigrams_are_weighted_by_idf() -> None:
    """A bigram of one phrasing weighs more than a bigram of two; unknown ones are absent."""
    phrasings = [["a", "b"], ["a", "c"]]
    vocabulary = Vocabulary.of(phrasings)
    keys = [key for words in phrasings for key in bigram_keys(ids(vocabulary, *words), 3)]
    pairs = Bigrams.of(np.array([0, 3, 6]), np.array(keys, np.int64))

    numbers, weights = pairs.weigh(ids(vocabulary, "a", "b"), 3)

    assert len({*numbers}) == 3
    assert sorted(weights) == pytest.approx([1.0, log(3 / 2) + 1, log(3 / 2) + 1])
    assert len(pairs.weigh(ids(vocabulary, "b", "a"), 3)[0]) == 0


def test_rows_and_queries_have_equal_bigrams() -> None:
    """A row holds the bigrams of a query with the same words."""
    index = build()

    for row, words in enumerate([*_ROWS[:3], [], *_ROWS[3:]]):
        expected, weights = index.bigrams.weigh(
            ids(index.vocabulary, *words), len(index.vocabulary.words)
        )
        assert sorted(index.row_bigrams.row(row).tolist()) == sorted(expected)
        assert len(expected) == (len(words) + 1 if words else 0)
        own = index.row_bigrams.take(np.array([row])).weights
        assert sorted(own) == pytest.approx(sorted(weights / np.linalg.norm(weights)))


def test_postings_are_the_rows_of_each_word() -> None:
    """Postings list the rows or entries of each term."""
    index = build()
    treaty = index.vocabulary.id_of["treaty"]

    assert index.postings.row(treaty).tolist() == [0, 1]
    assert index.answer_postings.row(index.answer_vocabulary.id_of["head"]).tolist() == [1]


def test_an_id_phrasing_is_a_row_of_its_own_kind() -> None:
    """Id phrasings follow phrasings; they add content, and are never an exact match."""
    entries = (Entry("lost-card", "Where is it?", "", not_for=("it",)), Entry("q2", "Who?", ""))
    index = build(entries=entries)

    assert (index.phrasing_count, index.positive_count) == (2, 3)
    assert index.entry_of.tolist() == [0, 1, 0, 0]
    assert words_of(index, 2) == {"lost", "card"}
    assert index.first_not_for.tolist() == [3, 4, 4]
    assert phrasing_at(index, entries, 3) == "it"
    assert {index.vocabulary.words[word] for word in index.content.row(0)} >= {"lost", "card"}
    assert not index.exact.find("lost card", lambda row: phrasing_at(index, entries, row))


def test_a_small_index_is_solved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only an index with few rows and coefficients is solved; other arrays stay."""
    index = build()
    whole = solve_ridge(index)

    assert index.dual.shape == (3, 0)
    assert whole.dual.shape == (3, 7)
    assert whole.dual.dtype == np.float32
    assert whole.row_terms is index.row_terms
    assert whole.ridge is index.ridge
    for limit in ("MAX_DENSE_ROWS", "MAX_DUAL_COEFFICIENTS"):
        monkeypatch.setattr(module, limit, 6)
        other = build()
        assert solve_ridge(other) is other
        monkeypatch.undo()


def test_terms_of_a_query_are_looked_up_once() -> None:
    """A term has its numbers and weights in both vocabularies, and is computed once."""
    index = build()

    known, unknown = index.terms["treaty"], index.terms["zebra"]

    assert known.id == index.vocabulary.id_of["treaty"]
    assert known.idf == index.vocabulary.idf_of("treaty")
    assert known.is_key_term
    assert (unknown.id, unknown.answer_id) == (UNKNOWN_ID, UNKNOWN_ID)
    assert unknown.idf == index.vocabulary.max_idf
    assert index.terms["treaty"] is known


def test_term_frequency_is_sublinear() -> None:
    """One use weighs 1, and ten uses about 3.3."""
    assert [sublinear_tf(count) for count in (1, 2, 10)] == pytest.approx(
        [1, 1 + log(2), 1 + log(10)]
    )
