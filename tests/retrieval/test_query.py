"""Reading a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.models import Entry
from faqbot.retrieval import spelling as module
from faqbot.retrieval.index.index import build_index
from faqbot.retrieval.query import QuestionAnalyzer, Reading
from faqbot.retrieval.text import Synonyms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conftest import Letters, WordLetters
    from numpy.typing import NDArray

_ENTRIES = (
    Entry("a", "What does the United Nations do?", "It hosts ambassadors."),
    Entry("b", "treaty", ""),
)


def reader(encoder: Letters | None = None) -> QuestionAnalyzer:
    """Return a reader of two entries with one group of synonyms."""
    synonyms = Synonyms([["UN", "United Nations"]])
    return QuestionAnalyzer(build_index(_ENTRIES, synonyms, encoder), synonyms, encoder)


def test_a_plain_question_is_read_as_it_stands() -> None:
    """Its words are folded, and nothing is changed."""
    assert reader().read(" What's a  TREATY? ") == Reading(
        "What's a TREATY?", ("what", "is", "a", "treaty")
    )


def test_slips_are_repaired_and_told() -> None:
    """The text is then that of the words as read; a word of an answer is known too."""
    read = reader().read("Do ambassadrs sign a trety? trety!")

    assert read.words == ("do", "ambassadors", "sign", "a", "treaty", "treaty")
    assert read.text == "do ambassadors sign a treaty treaty"
    assert read.corrections == (("ambassadrs", "ambassadors"), ("trety", "treaty"))


def test_slips_are_repaired_as_their_neighbours_have_it() -> None:
    """With what stands before as it was read, and the question's ends; repaired words are remembered."""
    entries = (Entry("a", "Where are they?", ""), Entry("b", "They were late", ""))
    read = QuestionAnalyzer(build_index(entries, Synonyms([]), None), Synonyms([]), None).read

    assert read("wer are they?").words == ("where", "are", "they")
    assert read("thay wer late").words == ("they", "were", "late")


def test_acronyms_are_no_slips() -> None:
    """A word in capitals is left alone, unless all of the question is."""
    assert reader().read("is it a TRETY?").words[-1] == "trety"
    assert reader().read("IS IT A TRETY?").words[-1] == "treaty"
    assert reader().read("is it a Trety?").words[-1] == "treaty"


def test_synonyms_are_read_in_full_and_told() -> None:
    """Each pair once, with what was typed."""
    read = reader().read("the UN, or UN?")

    assert read.text == "the United Nations, or United Nations?"
    assert read.words == ("the", "united", "nations", "or", "united", "nations")
    assert read.synonyms == (("UN", "United Nations"),)


def test_slips_are_looked_for_in_so_many_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is full of unknown words is bounded; the words after are read as typed."""
    monkeypatch.setattr(module, "MAX_CORRECTED", 2)

    assert reader().read("trety trety trety").words == ("treaty", "treaty", "trety")


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_is_read(text: str) -> None:
    """Whatever was typed has a reading of few words."""
    assert len(_READER.read(text).words) <= 120


_READER = reader()


def test_a_query_has_what_its_encoder_gives(letters: Letters, word_letters: WordLetters) -> None:
    """No vectors without an encoder, those of words only from one that has them."""
    plain, texts, words = (
        read.query(read.read("what is a trety"))
        for read in (reader(), reader(letters), reader(word_letters))
    )

    assert plain.content == texts.content == ("treaty",)
    assert (plain.vector, plain.content_vectors, texts.content_vectors) == (None, None, None)
    assert texts.vector is not None
    assert np.array_equal(texts.vector, letters.encode(["what is a treaty"])[0])
    assert words.content_vectors is not None
    assert np.array_equal(words.content_vectors, letters.encode(["treaty"]))


def test_a_phrasing_is_split_as_a_question_is() -> None:
    """With synonyms written in full, and nothing repaired: what is stored is meant."""
    read = reader()

    assert read.tokenize("What's the trety?") == ["what", "is", "the", "trety"]


def test_prepared_texts_are_encoded_in_one_call(letters: Letters) -> None:
    """Each text is then asked without its encoder, and has the same vector."""
    calls: list[list[str]] = []

    class Counted(type(letters)):  # type: ignore[misc]
        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            calls.append([*texts])
            return super().encode(texts)

    read, plain = reader(Counted()), reader(letters)
    calls.clear()
    asked = ["what is a trety", "who hosts ambassadors", "what is a treaty"]

    read.prepare(asked)
    vectors = [read.query(read.read(text)).vector for text in asked]

    assert calls == [["what is a treaty", "who hosts ambassadors"]]
    for text, vector in zip(asked, vectors, strict=True):
        assert vector is not None
        assert np.array_equal(vector, plain.query(plain.read(text)).vector)


def test_two_words_are_joined_only_as_the_knowledge_base_means_them() -> None:
    """A word that the phrasings have in another form keeps its meaning; a letter has none of its own."""
    entries = (
        Entry("a", "Where is the beehive?", ""),
        Entry("b", "How are hives cleaned?", ""),
        Entry("c", "Who reads the mail?", ""),
        Entry("d", "May I send an e-mail?", ""),
    )
    synonyms = Synonyms(())
    read = QuestionAnalyzer(build_index(entries, synonyms, None), synonyms, None).read

    assert read("a bee hive").words == ("a", "bee", "hive")
    assert read("an e mail").words == read("an email").words == ("an", "email")
