"""Questions in another language than the knowledge base: detection, policy and fallback."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from faqbot.bot import Bot
from faqbot.models import Entry, KnowledgeBase, Outcome, Question, Reason
from faqbot.retrieval.languages import ENGLISH, detection, language_of

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
