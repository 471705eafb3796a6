"""Dialogues in six languages besides English: follow-ups, joined questions, picks, courtesies."""

from __future__ import annotations

from functools import cache

import pytest

from faqbot.bot import Bot
from faqbot.dialogue.conversation import Conversation
from faqbot.models import Entry, KnowledgeBase, Outcome

# Questions of one small library in each language: opening, fee, place, loan.
_QUESTIONS = {
    "de": (
        "Wann öffnet die Bücherei?",
        "Was kostet der Ausweis?",
        "Wo ist der Lesesaal?",
        "Was kostet der Lesesaal?",
    ),
    "es": (
        "¿Cuándo abre la biblioteca?",
        "¿Cuánto cuesta el carné?",
        "¿Dónde está la sala de lectura?",
        "¿Cuánto cuesta la sala de lectura?",
    ),
    "fr": (
        "Quand ouvre la bibliothèque ?",
        "Combien coûte la carte ?",
        "Où est la salle de lecture ?",
        "Combien coûte la salle de lecture ?",
    ),
    "it": (
        "Quando apre la biblioteca?",
        "Quanto costa la tessera?",
        "Dove si trova la sala di lettura?",
        "Quanto costa la sala di lettura?",
    ),
    "nl": (
        "Wanneer opent de bibliotheek?",
        "Wat kost de pas?",
        "Waar is de leeszaal?",
        "Wat kost de leeszaal?",
    ),
    "pt": (
        "Quando abre a biblioteca?",
        "Quanto custa o cartão?",
        "Onde fica a sala de leitura?",
        "Quanto custa a sala de leitura?",
    ),
    "pl": (
        "Kiedy otwiera się biblioteka?",
        "Ile kosztuje karta?",
        "Gdzie jest czytelnia?",
        "Ile kosztuje czytelnia?",
    ),
}
_NAMES = ("opening", "fee", "room", "room-fee")


@cache
def _bot(code: str) -> Bot:
    entries = tuple(
        Entry(name, question, f"Answer {name}.")
        for name, question in zip(_NAMES, _QUESTIONS[code], strict=True)
    )
    return Bot.from_knowledge_base(KnowledgeBase(entries, language=code), "none", cache=False)


def _found(code: str, *messages: str) -> list[str]:
    """Return the ids that the last of *messages* is answered with, in order."""
    conversation = Conversation()
    answers = [_bot(code).ask(message, conversation) for message in messages]
    parts = answers[-1].parts or answers[-1:]
    return [part.entry.id if part.entry else part.outcome.value for part in parts]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("de", "Wann öffnet die Bücherei und was kostet der Ausweis?"),
        ("es", "¿Cuándo abre la biblioteca y cuánto cuesta el carné?"),
        ("es", "cuando abre la biblioteca y cuanto cuesta el carne"),
        ("fr", "Quand ouvre la bibliothèque et combien coûte la carte ?"),
        ("it", "Quando apre la biblioteca e quanto costa la tessera?"),
        ("nl", "Wanneer opent de bibliotheek en wat kost de pas?"),
        ("pt", "Quando abre a biblioteca e quanto custa o cartão?"),
        ("pl", "Kiedy otwiera się biblioteka? Ile kosztuje karta?"),
        ("de", "1. Wann öffnet die Bücherei 2. Was kostet der Ausweis"),
        ("fr", "quand ouvre la bibliothèque\ncombien coûte la carte\nmerci"),
    ],
)
def test_joined_questions_are_answered_one_by_one(code: str, message: str) -> None:
    """The word for "and", a number, a line or a mark stands between two questions."""
    assert _found(code, message) == ["opening", "fee"]


@pytest.mark.parametrize(
    ("code", "follow_up"),
    [
        ("de", "und was kostet er?"),
        ("es", "¿y cuánto cuesta eso?"),
        ("fr", "et combien coûte-t-elle ?"),
        ("it", "e quanto costa questa?"),
        ("nl", "en wat kost die?"),
        ("pt", "e quanto custa isso?"),
    ],
)
def test_pronoun_stands_for_the_topic(code: str, follow_up: str) -> None:
    """After the place of the room, its fee is asked for with a pronoun."""
    assert _found(code, _QUESTIONS[code][2], follow_up) == ["room-fee"]


@pytest.mark.parametrize(
    ("code", "follow_up"),
    [
        ("de", "und was ist mit dem Lesesaal?"),
        ("es", "¿y qué hay de la sala de lectura?"),
        ("fr", "et la salle de lecture ?"),
        ("it", "e la sala di lettura?"),
        ("nl", "en hoe zit het met de leeszaal?"),
        ("pt", "e a sala de leitura?"),
    ],
)
def test_new_subject_replaces_the_one_before(code: str, follow_up: str) -> None:
    """After the fee of the card, "and the room?" asks for the fee of the room."""
    assert _found(code, _QUESTIONS[code][1], follow_up) == ["room-fee"]


@pytest.mark.parametrize(
    ("code", "again"),
    [
        ("de", "was kostet der?"),
        ("es", "¿cuánto cuesta eso?"),
        ("fr", "combien coûte-t-elle ?"),
        ("it", "quanto costa questa?"),
        ("nl", "wat kost die?"),
        ("pt", "quanto custa isso?"),
    ],
)
def test_same_question_with_a_pronoun_repeats_the_answer(code: str, again: str) -> None:
    """No other entry is found by "what does it cost" after the cost of the room."""
    assert _found(code, _QUESTIONS[code][3], again) == ["room-fee"]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("de", "1. Wann öffnet die Bücherei? 2. Was kostet der?"),
        ("fr", "Quand ouvre la bibliothèque ? Combien coûte la carte ou la salle ?"),
    ],
)
def test_doubtful_question_of_two_is_not_dropped(code: str, message: str) -> None:
    """One answer and the choices of the other question are shown."""
    assert _found(code, message) == ["opening", "ambiguous"]


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("de", "das zweite"),
        ("de", "Nummer zwei bitte"),
        ("de", "ich meine die letzte"),
        ("es", "la segunda"),
        ("fr", "la deuxième"),
        ("fr", "le second s'il vous plaît"),
        ("it", "la seconda"),
        ("it", "l'ultima"),
        ("nl", "de tweede graag"),
        ("pt", "a segunda"),
        ("pt", "a última por favor"),
    ],
)
def test_word_for_a_place_picks(code: str, place: str) -> None:
    """Ordinals of the language pick from two choices."""
    entries = (
        Entry("one", "Alpha beta gamma delta?", "First.", ("alpha beta",)),
        Entry("two", "Alpha beta gamma omega?", "Second.", ("alpha beta",)),
    )
    bot = Bot.from_knowledge_base(KnowledgeBase(entries, language=code), "none", cache=False)
    conversation = Conversation()

    assert bot.ask("alpha beta", conversation).outcome is Outcome.AMBIGUOUS
    assert bot.picks(place, conversation)
    assert bot.ask(place, conversation).text == "Second."


@pytest.mark.parametrize(
    ("code", "correction"),
    [
        ("de", "Nein, ich meinte den Lesesaal"),
        ("es", "no, quería decir la sala de lectura"),
        ("fr", "non, je voulais dire la salle de lecture"),
        ("it", "no, intendevo la sala di lettura"),
        ("nl", "nee, ik bedoelde de leeszaal"),
        ("pt", "Não, queria dizer a sala de leitura"),
    ],
)
def test_correction_is_asked_at_once(code: str, correction: str) -> None:
    """The words after "no, I meant" are the question."""
    assert _found(code, _QUESTIONS[code][0], correction)[0] in {"room", "room-fee", "ambiguous"}


@pytest.mark.parametrize(
    ("code", "text", "name"),
    [
        ("de", "danke, tschüss", "goodbye"),
        ("de", "veilen Dank", "thanks"),
        ("de", "auf Wiedersehn", "goodbye"),
        ("es", "muchas grasias", "thanks"),
        ("fr", "au revior", "goodbye"),
        ("nl", "hartelijk dankk", "thanks"),
        ("pt", "muito obrigdo", "thanks"),
        ("it", "grazei mille", "thanks"),
        ("de", "vielen Dank und tschüss", "goodbye"),
        ("es", "gracias y hasta luego", "goodbye"),
        ("fr", "merci et bonne journée", "goodbye"),
    ],
)
def test_courtesy_with_a_typo_is_known(code: str, text: str, name: str) -> None:
    """A word of five letters that nothing knows may be one typo away from a courtesy."""
    answer = _bot(code).ask(text)

    assert answer.manners
    assert answer.matches[0].entry.id == name


@pytest.mark.parametrize("text", ["thank yuo", "good mornng", "wat does it say"])
def test_words_of_a_language_without_manners_are_no_english_typos(text: str) -> None:
    """English courtesies stand in for Polish ones, but only as they are stored."""
    assert not _bot("pl").ask(text).manners


@pytest.mark.parametrize("text", ["what about karta", "and it", "how about"])
def test_language_without_lists_has_no_english_follow_ups(text: str) -> None:
    """Words of English are words like any other there."""
    conversation = Conversation()
    _bot("pl").ask(_QUESTIONS["pl"][2], conversation)

    assert _bot("pl").ask(text, conversation).read_as == ""
    assert not _bot("pl").picks("the second", conversation)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            "de",
            "Hallo zusammen,\n\nmeine Tante zieht her.\nWas kostet der Ausweis?\n\nViele Grüße\nAda Lund",
        ),
        ("de", "ähm, ich hätte eine Frage: was kostet der Ausweis bitte"),
        (
            "fr",
            "Bonjour,\nma tante déménage ici.\nCombien coûte la carte ?\n\nCordialement,\nAda Lund",
        ),
        ("es", "Hola:\nmi tía se muda aquí.\n¿Cuánto cuesta el carné?\n\nUn saludo,\nAda Lund"),
        (
            "it",
            "Buongiorno,\nmia zia si trasferisce.\nQuanto costa la tessera?\n\nSaluti\nAda Lund",
        ),
        ("nl", "Beste mensen,\nmijn tante verhuist.\nWat kost de pas?\n\nGroetjes,\nAda Lund"),
        ("pt", "Olá,\na minha tia muda-se.\nQuanto custa o cartão?\n\nCumprimentos,\nAda Lund"),
    ],
)
def test_question_inside_a_message_is_answered(code: str, message: str) -> None:
    """Greeting, story and signature are no part of the question."""
    assert _found(code, message) == ["fee"]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("de", "nicht der Ausweis, sondern der Lesesaal"),
        ("de", "warte, ich meinte den Lesesaal"),
        ("es", "no el carné, la sala de lectura"),
        ("fr", "pas la carte, mais la salle de lecture"),
        ("it", "non la tessera ma la sala di lettura"),
        ("nl", "niet de pas maar de leeszaal"),
        ("pt", "não o cartão, a sala de leitura"),
    ],
)
def test_one_thing_is_put_in_place_of_another(code: str, message: str) -> None:
    """The negated word stands in the question before."""
    assert _found(code, _QUESTIONS[code][1], message) == ["room-fee"]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        *(("de", "beide bitte"), ("es", "las dos"), ("fr", "les deux"), ("it", "tutte e due")),
        *(("nl", "allebei graag"), ("pt", "ambas, por favor")),
    ],
)
def test_both_choices_are_picked_at_once(code: str, message: str) -> None:
    """Two entries share a phrasing, and both are answered."""
    entries = (
        Entry("a", "Alpha beta gamma?", "A.", ("beta",)),
        Entry("b", "Beta?", "B.", ("beta",)),
    )
    bot = Bot.from_knowledge_base(KnowledgeBase(entries, language=code), "none", cache=False)
    conversation = Conversation()
    bot.ask("beta", conversation)
    answer = bot.ask(message, conversation)

    assert {part.entry.id for part in answer.parts if part.entry} == {"a", "b"}
