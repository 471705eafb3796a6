"""Languages with word lists, and languages without: no rule of English applies to either."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot.bot import Bot
from faqbot.models import Entry, KnowledgeBase, Outcome, Question, Reason
from faqbot.retrieval import Retriever, fold_case, normalize, open_retriever
from faqbot.retrieval.languages import ENGLISH, LISTED_LANGUAGES, describe_language, language_of

_CODES = sorted(LISTED_LANGUAGES)
_FOREIGN = [code for code in _CODES if code != "en"]
# Questions of a knowledge base about a library, the same in each language.
_QUESTIONS = {
    "de": ("Wie verlängere ich mein Konto?", "Wann öffnet die Bibliothek?", "Wo leihe ich Bücher?"),
    "es": ("¿Cómo amplío mi cuenta?", "¿Cuándo abre la biblioteca?", "¿Dónde pido libros?"),
    "fr": (
        "Comment prolonger mon compte ?",
        "Quand ouvre la bibliothèque ?",
        "Où prendre un livre ?",
    ),
    "it": ("Come prolungo il mio conto?", "Quando apre la biblioteca?", "Dove prendo i libri?"),
    "nl": ("Hoe verleng ik mijn pas?", "Wanneer opent de bibliotheek?", "Waar leen ik boeken?"),
    "pt": ("Como prolongo a minha conta?", "Quando abre a biblioteca?", "Onde peço livros?"),
    "pl": ("Jak przedłużyć konto?", "Kiedy otwarta jest biblioteka?", "Gdzie wypożyczyć książki?"),
}


def _retriever(code: str) -> Retriever:
    entries = [Entry(f"e{n}", text, "So.") for n, text in enumerate(_QUESTIONS[code])]
    return open_retriever(entries, (), "none", cache=False, language=language_of(code))


_RETRIEVERS = {code: _retriever(code) for code in _QUESTIONS}


@pytest.mark.parametrize("code", _CODES)
def test_language_has_every_class_of_words(code: str) -> None:
    """A class that English has is in each list, although it may be empty."""
    assert language_of(code)._classes.keys() == ENGLISH._classes.keys()


@pytest.mark.parametrize("code", _CODES)
def test_lists_are_normalized_and_not_empty(code: str) -> None:
    """Words are stored as text is compared: in small letters, without accents."""
    language = language_of(code)
    terms = {term for group in language.opposites for side in group for term in side}
    words = {*language.function_words, *language.light_words, *language.negative_words, *terms}

    assert all(word == fold_case(word) for word in words)
    assert len(language.function_words) > 100
    assert len(language.out_of_scope_questions) > 30
    assert len(language.number_words) == 21


@pytest.mark.parametrize("code", _CODES)
def test_opposites_are_thirty_or_more_and_no_side_opposes_itself(code: str) -> None:
    """A word of two sides of one group would contradict itself."""
    groups = language_of(code).opposites

    assert len(groups) >= 30
    for group in groups:
        terms = [term for side in group for term in side]
        assert len(group) >= 2
        assert len(terms) == len(set(terms)), group


@pytest.mark.parametrize(
    ("tag", "code"), [("de-AT", "de"), ("pt-BR", "pt"), ("EN", "en"), ("pl", "pl"), ("zh-TW", "zh")]
)
def test_tag_names_a_language_with_any_region(tag: str, code: str) -> None:
    """Regions and capitals do not matter."""
    assert language_of(tag).code == code


def test_language_without_lists_has_no_rules_of_english() -> None:
    """No word of such a language is a function word, and no capital marks a name."""
    polish = language_of("pl")

    assert not polish.has_lists
    assert polish.content_words(["the", "do", "konto"]) == ("the", "do", "konto")
    assert polish.tokenize("don't") == ["dont"]
    assert not polish.words
    assert not polish.opposites


@pytest.mark.parametrize(
    ("code", "text", "words"),
    [
        (
            "fr",
            "Qu'est-ce que l'adresse d'aujourd'hui ?",
            "que est ce que le adresse de aujourdhui",
        ),
        ("it", "Dov'è l'ufficio dell'agenzia?", "dove e il ufficio del agenzia"),
        ("nl", "zo'n foto's", "zo een foto"),
        ("de", "Geht\u2019s ins Büro?", "geht es in das buro"),
        ("pt", "copo d'água", "copo de agua"),
    ],
)
def test_elided_words_are_written_out(code: str, text: str, words: str) -> None:
    """An apostrophe before or after a word is part of the language."""
    assert language_of(code).tokenize(normalize(text)) == words.split()


@settings(deadline=None)
@given(code=st.sampled_from(sorted(_QUESTIONS)), data=st.data())
def test_no_question_of_another_language_is_repaired(code: str, data: st.DataObject) -> None:
    """Words are matched as typed: a letter changed, left out or swapped is not corrected."""
    typed = data.draw(st.sampled_from(_QUESTIONS[code]))
    place = data.draw(st.integers(0, len(typed) - 1))
    letters = data.draw(st.sampled_from(["", "e", "th", "\u00fc"]))
    changed = typed[:place] + letters + typed[place + 1 :]
    reading = _RETRIEVERS[code].retrieve(Question(changed), 1).reading

    assert reading.corrections == ()
    assert list(reading.words) == language_of(code).tokenize(normalize(changed))


def test_german_nouns_are_no_names() -> None:
    """A capitalised noun that the knowledge base lacks is not doubted as a name; capitals are."""
    retriever = _RETRIEVERS["de"]
    noun = retriever.retrieve(
        Question("Wann öffnet eigentlich die schöne Bibliothek am Montag?"), 1
    )
    name = retriever.retrieve(Question("wann öffnet die Bibliothek der TUM?"), 1)

    assert noun.abstention is None or noun.abstention.reason is not Reason.UNKNOWN_NAME
    assert name.abstention is not None
    assert name.abstention.reason is Reason.UNKNOWN_NAME


_PAIRS = [
    (
        "de",
        "Wie sperre ich meine Karte?",
        "wie kann ich meine Karte entsperren",
        "wie kann ich meine Karte sperren",
    ),
    (
        "de",
        "Kann ich mit Visa zahlen?",
        "kann ich nicht mit Visa zahlen",
        "kann man mit Visa bezahlen",
    ),
    (
        "es",
        "¿Cómo activo las notificaciones?",
        "cómo desactivar las notificaciones",
        "cómo activar las notificaciones",
    ),
    ("es", "¿Puedo viajar con perro?", "puedo viajar sin perro", "se puede viajar con perro"),
    (
        "fr",
        "Comment ouvrir un compte ?",
        "comment fermer un compte",
        "je voudrais ouvrir un compte",
    ),
    (
        "fr",
        "Comment activer l'alarme ?",
        "comment désactiver l'alarme",
        "comment activer une alarme",
    ),
    ("it", "Come attivo la scheda?", "come disattivare la scheda", "come attivare la scheda"),
    ("it", "Come compro un biglietto?", "come vendo un biglietto", "come comprare un biglietto"),
    (
        "nl",
        "Hoe blokkeer ik mijn pas?",
        "hoe kan ik mijn pas deblokkeren",
        "hoe kan ik mijn pas blokkeren",
    ),
    (
        "nl",
        "Hoe koop ik een kaartje?",
        "hoe kan ik een kaartje verkopen",
        "hoe kan ik een kaartje kopen",
    ),
    ("pt", "Como ativo o alarme?", "como desativar o alarme", "como ativar o alarme"),
    ("pt", "Como abro uma conta?", "como fechar uma conta", "como abrir uma conta"),
]


@pytest.mark.parametrize(("code", "stored", "opposite", "same"), _PAIRS)
def test_opposite_question_is_not_answered(
    code: str, stored: str, opposite: str, same: str
) -> None:
    """The opposite of a stored question is never answered with its answer; the same question is."""
    others = [Entry(f"e{n}", text, "So.") for n, text in enumerate(_QUESTIONS[code])]
    kb = KnowledgeBase((Entry("stored", stored, "So."), *others), language=code)
    bot = Bot.from_knowledge_base(kb, "none", cache=False)

    assert bot.ask(opposite).outcome is not Outcome.ANSWERED
    assert bot.retrieve(same)[0].entry.id == "stored"


@pytest.mark.parametrize(
    ("tag", "parts"),
    [
        ("en", "en: word lists, contradictions, follow-ups, manners, correction of typos"),
        ("de-AT", "de-AT: word lists, contradictions, follow-ups, manners"),
        ("pl", "pl: no word lists, no contradictions, no follow-ups, manners in English"),
    ],
)
def test_description_names_the_parts_that_a_language_has(tag: str, parts: str) -> None:
    """`faqbot info` says what the language of a knowledge base gets."""
    assert describe_language(tag) == parts
