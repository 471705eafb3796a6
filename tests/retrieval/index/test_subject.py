"""The subject that a knowledge base has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from faqbot import Bot, KnowledgeBase
from faqbot.models import Entry
from faqbot.retrieval.index.index import build_index
from faqbot.retrieval.index.subject import shrink_subject, subject_axes, subject_words
from faqbot.retrieval.text import Synonyms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conftest import Letters
    from numpy.typing import NDArray


def test_words_of_many_answers_and_few_phrasings_are_the_subject() -> None:
    """The most frequent first; function words, rare words and words of the questions are not."""
    answers = [["the", "heron", "eats", "fish"], ["the", "heron", "egret"], ["a", "heron", "fish"]]
    answers += [["heron", "egret", "fish"], ["egret", "rests"], ["egret"], ["reeds"], ["reeds"]]
    phrasings = [["what", "does", "it", "eat"], ["where", "are", "the", "egret", "nests"]]

    assert subject_words(answers, phrasings) == ("heron",)
    assert subject_words(answers, [["what"]] * 12 + phrasings) == ("egret", "heron")
    assert subject_words(answers[:3], phrasings) == ()
    assert subject_words([], []) == ()


def test_few_words_are_the_subject_however_long_the_answers() -> None:
    """The words that most answers have come first, and there are 32 at most."""
    answers = [[f"reed{number}" for number in range(90)], ["reed7"]] * 9

    found = subject_words(answers, [["what"]])

    assert len(found) == 32
    assert found[0] == "reed7"


def test_directions_of_the_subject_count_less(letters: Letters) -> None:
    """What is left has length 1; a text that only names the subject keeps its direction."""
    axes = subject_axes(("aa", "a", "ba"), letters)
    rows = letters.encode(["ac", "ad", "c", "a"])
    found = shrink_subject(rows, axes)

    assert np.allclose(axes @ axes.T, np.eye(2), atol=1e-6)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)
    assert rows[0] @ rows[1] == pytest.approx(0.5)
    assert found[0] @ found[1] == pytest.approx(0.2 / 1.2, abs=1e-4)
    assert np.allclose(found[2:], rows[2:], atol=1e-6)


def test_without_a_subject_nothing_changes(letters: Letters) -> None:
    """Neither without an encoder."""
    rows = letters.encode(["ab", "c"])

    assert shrink_subject(rows, subject_axes((), letters)) is rows
    assert subject_axes(("ab",), None).shape == (0, 0)
    assert subject_axes(("123",), letters).shape[0] == 0


class Subjects:
    """Encodes what a text is about: ferries above all, and a little of what it asks."""

    name = "subjects"
    _ABOUT = (("ferry", "ship"), ("price", "cost", "fare"), ("dog", "pet"), ("bike", "cycle"))

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows of 5 numbers."""
        rows = [
            [
                0.1,
                *(
                    (3.0 if group[0] == "ferry" else 1.0)
                    * any(word in text.lower() for word in group)
                    for group in self._ABOUT
                ),
            ]
            for text in texts
        ]
        found = np.array(rows, np.float32).reshape(len(texts), 5)
        return found / np.linalg.norm(found, axis=1, keepdims=True)


def ferries() -> tuple[Entry, ...]:
    """Return a base about ferries, which its questions do not name."""
    asked = (
        "What is the price?",
        "May I bring a pet?",
        "Is there room for a cycle?",
        "Who built it?",
    )
    return tuple(
        Entry(str(number), question, f"The ferry, a ship, has a rule for case {number}.")
        for number, question in enumerate(asked)
    )


def test_a_question_that_names_the_subject_finds_what_it_asks() -> None:
    """The entry that asks the same is nearest, and not the ones that are as vague as a name."""
    index = build_index(ferries(), Synonyms([]), Subjects())
    plain = Subjects().encode(["ferry dog"])

    assert len(index.subject) > 0
    before = Subjects().encode([entry.question for entry in ferries()]) @ plain[0]
    after = index.vectors.dot(shrink_subject(plain, index.subject)[0])
    others = [0, 2, 3]
    assert after[1] - max(after[others]) > before[1] - max(before[others]) + 0.2


def test_the_bot_finds_the_entry_through_its_subject() -> None:
    """Built, asked, and read from the cache again."""
    kb = KnowledgeBase(ferries())
    for _ in range(2):
        bot = Bot.from_knowledge_base(kb, Subjects())
        assert bot.retrieve("ferry dog", 1)[0].entry.id == "1"
        assert bot.retrieve("ship bike", 1)[0].entry.id == "2"
