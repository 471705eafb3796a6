"""Courtesies in another language than that of the knowledge base."""

from __future__ import annotations

import pytest

from faqbot.bot import Bot
from faqbot.models import Answer, Entry, KnowledgeBase

_ENTRIES = (
    Entry("boat", "Where can I rent a boat?", "At the pier.", ("boat rental",)),
    Entry("servus", "Who runs the Servus café?", "Two sisters.", ("Servus",)),
)


def ask(text: str, language: str = "en", **header: object) -> Answer:
    """Return the answer of a bot in *language* to *text*."""
    kb = KnowledgeBase(_ENTRIES, title="Lake", language=language, **header)  # type: ignore[arg-type]
    return Bot.from_knowledge_base(kb, "none", cache=False).ask(text)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("danke sehr", "Gern geschehen."),
        ("¡Buenos días!", "¡Hola! ¿Qué quiere saber sobre Lake?"),
        ("grazie mille", "Prego."),
        ("tot ziens", "Tot ziens! Kom gerust terug met uw volgende vraag."),
    ],
)
def test_a_courtesy_is_answered_in_its_language(text: str, reply: str) -> None:
    """Thanks are thanks in any of the languages that have manners."""
    answer = ask(text)

    assert answer.manners
    assert answer.text == reply


def test_a_courtesy_of_several_languages_is_answered_in_that_of_the_base() -> None:
    """Germans and Italians say "ciao"."""
    assert ask("ciao").manners
    assert ask("ciao").text.isascii()


def test_english_courtesies_are_known_to_other_bases() -> None:
    """English is a foreign language there."""
    assert ask("thank you very much", "pt").text == "You are welcome."


def test_a_language_that_is_not_answered_gets_the_reply_of_the_base() -> None:
    """The header names the languages in which people may ask."""
    answer = ask("danke sehr", languages=("en", "es"))

    assert answer.text == "You are welcome."


def test_a_word_of_the_base_is_no_courtesy() -> None:
    """Here a greeting of Bavaria is the name of a café."""
    assert not ask("servus").manners


def test_a_changed_courtesy_keeps_its_text() -> None:
    """An author who changes or removes an item means it for all languages."""
    changed = (Entry("thanks", "", "Ahoy!"),)
    removed = (Entry("thanks", "", "", draft=True),)

    assert ask("danke sehr", manners=changed).text == "Ahoy!"
    assert not ask("danke sehr", manners=removed).manners
    assert not ask("danke sehr", manners=()).manners


@pytest.mark.parametrize("text", ["merci pour le bateau rouge", "boat", "where is it", "§§"])
def test_anything_else_is_no_foreign_courtesy(text: str) -> None:
    """All words of the message are the courtesy."""
    assert not ask(text).manners
