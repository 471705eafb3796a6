"""Words above follow-ups and above the nearest entries."""

from __future__ import annotations

import pytest

from faqbot import Bot, Entry, KnowledgeBase, Outcome

_ENTRIES = (
    Entry("a", "How do I oil the chain?", "With a brush.", follow_ups=("b",)),
    Entry("b", "How do I change a tyre?", "With two levers."),
)


def _bot(language: str, manners: tuple[Entry, ...] | None = None) -> Bot:
    kb = KnowledgeBase(_ENTRIES, language=language, manners=manners)
    return Bot.from_knowledge_base(kb, "none", cache=False)


@pytest.mark.parametrize(
    ("language", "lead", "nearest"),
    [
        ("en", "You could also ask:", "The nearest I have:"),
        ("de", "Sie können auch fragen:", "Am nächsten kommt:"),
        ("fr", "Vous pouvez aussi demander :", "Le plus proche que j'ai :"),
        ("sv", "You could also ask:", "The nearest I have:"),
    ],
)
def test_the_lead_is_in_the_language_of_the_knowledge_base(
    language: str, lead: str, nearest: str
) -> None:
    """Adapters show it above follow-ups, or above the nearest entries."""
    bot = _bot(language)

    assert bot.ask("How do I oil the chain?").lead == lead
    declined = bot.ask("xylophone")
    assert (declined.outcome, declined.lead) == (Outcome.UNANSWERED, nearest)


def test_an_answer_without_follow_ups_has_no_lead() -> None:
    """There is nothing to stand above."""
    assert _bot("en").ask("How do I change a tyre?").lead == ""


def test_several_questions_have_the_lead_of_the_shown_follow_ups() -> None:
    """The follow-ups of the last part are offered."""
    bot = _bot("en")

    last = bot.ask("How do I change a tyre? And how do I oil the chain?")
    assert (last.lead, [each.id for each in last.follow_ups]) == ("You could also ask:", ["b"])


def test_an_author_changes_the_lead_by_its_id() -> None:
    """The manners of a knowledge base replace the shipped words."""
    own = Entry("follow-ups", "lead", "Next stop:")

    assert _bot("en", (own,)).ask("How do I oil the chain?").lead == "Next stop:"
