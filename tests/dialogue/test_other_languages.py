"""Questions in another language than the knowledge base: detection, policy and fallback."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
import pytest

from faqbot.bot import Bot
from faqbot.models import Entry, KnowledgeBase, Outcome, Question, Reason
from faqbot.retrieval.encoders import CombinedEncoder
from faqbot.retrieval.languages import ENGLISH, detection, language_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

pytestmark = pytest.mark.skipif(find_spec("py3langid") is None, reason="py3langid is not installed")

_ENTRIES = (
    Entry("hours", "When does the library open?", "At nine.", ("opening hours",)),
    Entry("renew", "How do I renew a book?", "In your account.", ("extend a loan",)),
    Entry("card", "Where do I get a card?", "At the desk."),
)
_GERMAN = "Wann macht die Bücherei morgens auf?"


def _bot(*languages: str) -> Bot:
    return Bot.from_knowledge_base(
        KnowledgeBase(_ENTRIES, languages=languages), "none", cache=False
    )


def test_foreign_question_is_not_corrected() -> None:
    """No word of it is read as a misspelt English word."""
    found = _bot().explain(_GERMAN)

    assert found.corrections == ()


def test_fallback_is_said_in_both_languages() -> None:
    """The person reads in their own language that there is no answer."""
    answer = _bot().ask(_GERMAN)

    assert answer.outcome is Outcome.UNANSWERED
    assert "I do not know the answer to that." in answer.text
    assert "Darauf weiß ich keine Antwort." in answer.text


def test_language_outside_the_policy_is_declined_as_such() -> None:
    """The reason names the rule, and /why can say it."""
    bot = _bot("en", "fr")

    assert bot.ask(_GERMAN).reason is Reason.OTHER_LANGUAGE
    assert "(de)" in bot.explain(_GERMAN).reason
    assert _bot("en", "de-AT").ask(_GERMAN).reason is not Reason.OTHER_LANGUAGE


class Meanings:
    """Encoder of sentences in two languages, by the meanings of three words."""

    name = "meanings"
    _MEANINGS = (("open", "macht"), ("renew", "verlängere"), ("card", "ausweis"))

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a unit row of four numbers for each text."""
        rows = np.array(
            [
                [any(word in text.lower() for word in words) for words in self._MEANINGS] + [0.1]
                for text in texts
            ],
            np.float32,
        ).reshape(len(texts), 4)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def encode_words(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return a unit row of four numbers for each word."""
        return self.encode(words)


def _bilingual(*manners: Entry, more: tuple[Entry, ...] = ()) -> Bot:
    kb = KnowledgeBase(_ENTRIES + more, manners=manners or None)
    return Bot.from_knowledge_base(kb, CombinedEncoder(Meanings(), Meanings()), cache=False)


@pytest.mark.parametrize(
    ("asked", "note"),
    [
        (_GERMAN, "Diese Antwort habe ich nur in einer anderen Sprache: English."),
        (
            "Kiedy biblioteka rano macht drzwi?",
            "I have this answer only in another language: English.",
        ),
    ],
)
def test_answer_says_that_it_is_in_another_language(asked: str, note: str) -> None:
    """The sentence is in the language of the person, or in that of the knowledge base."""
    answer = _bilingual().ask(asked)

    assert answer.outcome is Outcome.ANSWERED
    assert answer.text == f"{note}\n\nAt nine."
    assert answer.heading == "When does the library open?"


def test_choices_say_that_they_are_in_another_language() -> None:
    """Choices are questions in the language of the knowledge base."""
    twin = Entry("maker", "Who makes a card?", "Ann.", ("card maker",))
    answer = _bilingual(more=(twin,)).ask("Wo bekommt man seinen Ausweis?")

    assert answer.outcome is Outcome.AMBIGUOUS
    assert answer.text.startswith("Diese Antwort habe ich nur in einer anderen Sprache: English.")


def test_author_changes_or_removes_the_sentence_about_the_language() -> None:
    """The author's words hold for every language."""
    changed = Entry("other-language", "", "In {language}:")
    removed = Entry("other-language", "", "", draft=True)

    assert _bilingual(changed).ask(_GERMAN).text == "In English:\n\nAt nine."
    assert _bilingual(removed).ask(_GERMAN).text == "At nine."


def test_question_with_another_number_is_not_answered() -> None:
    """Digits mean the same in every language."""
    room = Entry("room", "Where do I renew the card of room 3?", "At the desk.")
    bot = _bilingual(more=(room,))

    assert bot.ask("Wo verlängere ich den Ausweis für Raum 3?").outcome is Outcome.ANSWERED
    assert bot.ask("Wo verlängere ich den Ausweis für Raum 4?").outcome is not Outcome.ANSWERED


@pytest.mark.parametrize(
    "text", ["図書館は何時に開きますか", "图书馆几点开门", "도서관은 언제 열어요?"]
)
def test_questions_without_spaces_between_words_are_detected(text: str) -> None:
    """Each character counts as a word."""
    assert _bot()._engine.retrieve(Question(text)).reading.language in {"ja", "zh", "ko"}


@pytest.mark.parametrize("text", ["Wer hat Lüneburg gewonnen?", "请讲个故事"])
def test_languages_of_few_speakers_are_not_named(text: str) -> None:
    """The library alone takes these for Luxembourgish and Wu."""
    assert _bot()._engine.retrieve(Question(text)).reading.language in {"de", "zh"}


def test_stored_phrasing_in_another_language_is_answered() -> None:
    """The policy does not hide what an author wrote."""
    entries = (*_ENTRIES, Entry("auf", _GERMAN, "Um neun."))
    bot = Bot.from_knowledge_base(KnowledgeBase(entries, languages=("en",)), "none", cache=False)

    assert bot.ask(_GERMAN).text == "Um neun."


@pytest.mark.parametrize(
    "text",
    [
        *ENGLISH.out_of_scope_questions[:-3],
        "how do i renw my bok",
        "opning hors pls",
        "library card",
    ],
)
def test_english_is_never_foreign(text: str) -> None:
    """Everyday questions and misspelt ones stay questions of the language."""
    assert _bot()._engine.retrieve(Question(text)).reading.language == ""


@pytest.mark.parametrize("code", ["de", "es", "fr", "it", "nl", "pt"])
def test_most_foreign_questions_are_detected(code: str) -> None:
    """Nine of ten everyday questions of each language are found to be foreign."""
    bot = _bot()
    lines = language_of(code).out_of_scope_questions[:-1]
    found = [bot._engine.retrieve(Question(line)).reading.language for line in lines]

    assert sum(map(bool, found)) >= 0.9 * len(lines)


def test_nothing_is_foreign_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without py3langid the question is matched like any other."""
    monkeypatch.setattr(detection, "find_spec", lambda _: None)

    assert _bot("en").ask(_GERMAN).reason is not Reason.OTHER_LANGUAGE
