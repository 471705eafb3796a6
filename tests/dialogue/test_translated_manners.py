"""Manners in six languages besides English: the same ids, marks and behavior."""

from __future__ import annotations

import re

import pytest

from faqbot.bot import Bot
from faqbot.dialogue.conversation import Conversation
from faqbot.kb import shipped_manners
from faqbot.models import Entry, KnowledgeBase, Outcome

_CODES = ["de", "es", "fr", "it", "nl", "pt"]
_MARK = re.compile(r"\{\w+\}")


def _bot(code: str) -> Bot:
    entries = (
        Entry("one", "Alpha beta gamma delta?", "First.", ("alpha beta",)),
        Entry("two", "Alpha beta gamma omega?", "Second.", ("alpha beta",)),
    )
    kb = KnowledgeBase(entries, title="Test", language=code)
    return Bot.from_knowledge_base(kb, "none", cache=False)


def _has_letters(text: str) -> bool:
    return any(map(str.isalpha, text))


@pytest.mark.parametrize("code", _CODES)
def test_every_manner_is_translated(code: str) -> None:
    """No id of the English manners lacks in another language, and its section is the same."""
    english, other = shipped_manners().by_id, shipped_manners(code).by_id

    assert shipped_manners(code).language == code
    assert english.keys() == other.keys()
    assert all(other[name].section == entry.section for name, entry in english.items())


@pytest.mark.parametrize("code", _CODES)
def test_answers_have_the_marks_of_the_english_ones(code: str) -> None:
    """A mark such as {title} is neither lost nor misspelt."""
    for name, entry in shipped_manners().by_id.items():
        translated = shipped_manners(code).by_id[name]

        assert sorted(_MARK.findall(translated.answer)) == sorted(_MARK.findall(entry.answer)), name


@pytest.mark.parametrize("code", _CODES)
def test_no_phrasing_belongs_to_two_manners(code: str) -> None:
    """A message is one courtesy or move, not two."""
    ways = [
        phrasing.casefold()
        for entry in shipped_manners(code).entries
        if entry.section != "Words"
        for phrasing in entry.phrasings
    ]

    assert sorted({way for way in ways if ways.count(way) > 1}) == []


@pytest.mark.parametrize("tag", ["de-AT", "pt-BR", "FR"])
def test_region_and_capitals_do_not_matter(tag: str) -> None:
    """A tag with a region has the manners of its language."""
    assert shipped_manners(tag).language == tag.partition("-")[0].lower()


@pytest.mark.parametrize("tag", ["pl", "../de", ""])
def test_other_languages_have_the_english_manners(tag: str) -> None:
    """Without a translation, courtesies are known in English."""
    assert shipped_manners(tag) == shipped_manners("en")


@pytest.mark.parametrize("code", _CODES)
def test_each_courtesy_and_move_is_answered_in_the_language(code: str) -> None:
    """Every stored phrasing is recognized, and the reply is that of the language."""
    bot = _bot(code)
    for entry in shipped_manners(code).entries:
        if entry.section == "Manners":
            for phrasing in filter(_has_letters, entry.phrasings):
                answer = bot.ask(phrasing)
                assert answer.manners, phrasing
                assert answer.matches[0].entry.id == entry.id, phrasing


@pytest.mark.parametrize(
    ("code", "said", "name"),
    [
        ("de", "Hallo Bot, guten Tag!", "greeting"),
        ("de", "Ach, vielen Dank!", "thanks"),
        ("es", "Hola, ¡buenos días!", "greeting"),
        ("fr", "Oh, merci beaucoup !", "thanks"),
        ("it", "Ciao, arrivederci", "goodbye"),
        ("nl", "Hallo, kun je me helpen?", "help"),
        ("pt", "Olá, bom dia!", "greeting"),
        ("de", "ok super, danke für deine Hilfe und bis bald", "goodbye"),
        ("fr", "ah d'accord, merci infiniment !", "thanks"),
        ("es", "vale, mil gracias y hasta otra", "goodbye"),
        ("it", "ok, grazie infinite", "thanks"),
        ("nl", "top, thx", "thanks"),
        ("pt", "legal, muito obrigado mesmo", "thanks"),
        ("de", "danke Leute", "thanks"),
        ("es", "gracias chicos", "thanks"),
        ("fr", "bonsoir à toutes", "greeting"),
        ("it", "grazie ragazzi", "thanks"),
        ("nl", "goedenavond iedereen", "greeting"),
        ("pt", "boa tarde pessoal", "greeting"),
    ],
)
def test_words_around_a_courtesy_do_not_change_it(code: str, said: str, name: str) -> None:
    """Words such as "bot" or "please" may stand before or after."""
    answer = _bot(code).ask(said)

    assert answer.manners
    assert answer.matches[0].entry.id == name


@pytest.mark.parametrize(
    ("code", "choices", "fallback"),
    [
        ("de", "Meinten Sie", "Darauf weiß ich keine Antwort."),
        ("es", "Quizá quería decir", "No sé la respuesta"),
        ("fr", "Vouliez-vous dire", "Je ne connais pas la réponse"),
        ("it", "Intendeva", "Non conosco la risposta"),
        ("nl", "Bedoelde u", "Daar weet ik geen antwoord op."),
        ("pt", "Queria dizer", "Não sei a resposta"),
    ],
)
def test_own_sentences_are_in_the_language(code: str, choices: str, fallback: str) -> None:
    """Choices and the fallback are said in the language of the knowledge base."""
    bot = _bot(code)
    offered = bot.ask("alpha beta", Conversation())

    assert offered.outcome is Outcome.AMBIGUOUS
    assert offered.text.startswith(choices)
    assert shipped_manners(code).by_id["none-of-these"].question in offered.text
    assert bot.ask("zzyzx").text.startswith(fallback)
