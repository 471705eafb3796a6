"""Phrasings and answers as arrays."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

import numpy as np
import pytest

from faqbot.models import Entry
from faqbot.retrieval.index import index as module
from faqbot.retrieval.index.bigrams import Bigrams, bigram_keys, sublinear_tf
from faqbot.retrieval.index.index import Index, build_index, phrasing_at, solve_ridge
from faqbot.retrieval.index.vocabulary import Vocabulary
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
    """Return the words of a row."""
    return {index.vocabulary.words[number] for number in index.row_terms.row(row)}


def test_rows_ask_first_and_then_are_not_for() -> None:
    """Phrasings stand entry by entry, then those that entries are not for."""
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
    """Each row has its own words, and one without any is empty."""
    index = build()

    assert words_of(index, 0) == {"what", "is", "a", "treaty"}
    assert words_of(index, 3) == set()
    assert len(index.row_terms) == len(index.row_bigrams) == 7


def test_content_is_that_of_all_phrasings_that_ask() -> None:
    """Function words, and what an entry is not for, are no part of it."""
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
    """Phrasings, what they are not for, and answers speak the same words as a question will."""
    index = build(["treaty", "convention"], ["head", "leader of it"], ["retreat", "withdrawal"])

    assert {"convention", "withdrawal"} <= set(index.vocabulary.words)
    assert not {"treaty", "retreat"} & set(index.vocabulary.words)
    assert "leader" in index.answer_vocabulary.words


def test_without_an_encoder_there_are_no_vectors() -> None:
    """The arrays are there, and have no columns."""
    index = build()

    assert index.vectors.shape == (7, 0)
    assert index.answer_vectors.shape == (3, 0)
    assert index.word_vectors.shape == (len(index.vocabulary.words), 0)


def test_an_encoder_gives_a_vector_a_row(letters: Letters, word_letters: WordLetters) -> None:
    """Rows and answers are encoded as rewritten; words only by an encoder that can."""
    synonyms = Synonyms([["treaty", "convention"]])
    texts, words = (build_index(ENTRIES, synonyms, encoder) for encoder in (letters, word_letters))

    assert np.array_equal(texts.vectors[:1], letters.encode(["What is a convention?"]))
    assert np.array_equal(texts.answer_vectors[0], letters.encode(["A contract."])[0])
    assert texts.word_vectors.shape[1] == 0
    assert np.array_equal(words.word_vectors, letters.encode(words.vocabulary.words))


def test_texts_are_encoded_in_batches(letters: Letters, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large knowledge base is never handed over whole, and its order is kept."""
    whole = build_index(ENTRIES, Synonyms([]), letters)
    letters.batches.clear()
    monkeypatch.setattr(module, "_BATCH", 3)

    batched = build_index(ENTRIES, Synonyms([]), letters)

    assert letters.batches == [3, 3, 1, 3]
    assert np.array_equal(batched.vectors, whole.vectors)


def test_no_entries_make_an_index(word_letters: WordLetters) -> None:
    """A knowledge base of drafts has nothing to serve, and that is no fault."""
    for encoder in (None, word_letters):
        index = build_index((), Synonyms([]), encoder)
        assert (index.entry_count, index.phrasing_count, len(index.row_terms)) == (0, 0, 0)


def test_pairs_are_neighbours_ends_included() -> None:
    """Known words beside each other, and which come first and last; no pair with an unknown word."""
    vocabulary = Vocabulary.of([["a", "b"]])
    edge = 2

    def pair(left: int, right: int) -> int:
        return left * 2**32 + right

    assert bigram_keys(["a", "b"], vocabulary) == [pair(edge, 0), pair(0, 1), pair(1, edge)]
    assert bigram_keys(["a", "zebra", "b"], vocabulary) == [pair(edge, 0), pair(1, edge)]
    assert bigram_keys([], vocabulary) == []


def test_pairs_weigh_by_rarity() -> None:
    """A pair of one phrasing weighs more than one of both, and unknown ones nothing."""
    phrasings = [["a", "b"], ["a", "c"]]
    vocabulary = Vocabulary.of(phrasings)
    keys = [key for words in phrasings for key in bigram_keys(words, vocabulary)]
    pairs = Bigrams.of(np.array([0, 3, 6]), np.array(keys, np.int64))

    numbers, weights = pairs.weigh(["a", "b"], vocabulary)

    assert len(set(numbers.tolist())) == 3
    assert sorted(weights) == pytest.approx([1.0, log(3 / 2) + 1, log(3 / 2) + 1])
    assert len(pairs.weigh(["b", "a"], vocabulary)[0]) == 0


def test_pairs_of_rows_are_those_of_their_words() -> None:
    """Each row holds the pairs that a question of the same words would have, ends included."""
    index = build()

    for row, words in enumerate([*_ROWS[:3], [], *_ROWS[3:]]):
        expected, weights = index.bigrams.weigh(words, index.vocabulary)
        assert sorted(index.row_bigrams.row(row).tolist()) == sorted(expected.tolist())
        assert len(expected) == (len(words) + 1 if words else 0)
        own = index.row_bigrams.take(np.array([row])).weights
        assert sorted(own) == pytest.approx(sorted(weights / np.linalg.norm(weights)))


def test_postings_are_the_rows_of_each_word() -> None:
    """Words, pairs and answers can be looked up by feature."""
    index = build()
    treaty = index.vocabulary.id_of["treaty"]

    assert index.postings.row(treaty).tolist() == [0, 1]
    assert index.answer_postings.row(index.answer_vocabulary.id_of["head"]).tolist() == [1]


def test_an_id_in_words_is_a_row_that_is_no_phrasing() -> None:
    """Labels stand between what asks and what is not for; they say content, and are no exact match."""
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
    """It is until entries times rows, or rows, are too many; all else stays."""
    index = build()
    whole = solve_ridge(index)

    assert index.dual.shape == (3, 0)
    assert whole.dual.shape == (3, 7)
    assert whole.dual.dtype == np.float32
    assert whole.row_terms is index.row_terms
    assert whole.ridge is index.ridge
    for limit in ("_FEW_ROWS", "_MOST_SOLVED"):
        monkeypatch.setattr(module, limit, 6)
        assert solve_ridge(index) is index
        monkeypatch.undo()


def test_repetition_is_damped() -> None:
    """One use weighs 1, ten hardly more than three."""
    assert [sublinear_tf(count) for count in (1, 2, 10)] == pytest.approx(
        [1, 1 + log(2), 1 + log(10)]
    )
