"""A second language stands beside English: every stage of retrieval uses the index's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faqbot.models import Entry, Question, Reason
from faqbot.retrieval import open_retriever
from faqbot.retrieval.cache import cache_key
from faqbot.retrieval.languages import ENGLISH, Language, same_base
from faqbot.retrieval.text import Contractions

if TYPE_CHECKING:
    from pathlib import Path

_FILES = {
    "__init__.py": "",
    "words.txt": "wie\nbezahlen\nkonto\n\nrechnung\n\nsperren\n\nberlin\n\nkonte\n",
    "function_words.txt": "wie kann ich ein das die der mein wer was ist mit im nicht wo\n",
    "word_classes.txt": (
        "[light] bitte frage\n[articles] ein das die der mein\n[framing] ich kann wie\n"
        "[negators] nicht\n[bare_negators]\n[denials]\n[uncertainty] sicher\n"
        "[before_idle_negator] warum\n[reasons] warum\n[pronouns] ich\n[addressee] du\n"
        "[auxiliaries] kann\n[spelled_numbers] zwei drei\n[ordinals] erste\n[any_number] uhr\n"
        "[spans] tag\n[no_prefix]\n"
    ),
    "opposites.txt": "# pairs\nkaufen / verkaufen\n",
    "out_of_scope.txt": "wie wird das wetter\nwer hat gewonnen\n",
}
_ENTRIES = (
    Entry("konto", "Wie kann ich mein Konto sperren?", "Im Profil."),
    Entry("kaufen", "Wo kann ich Aktien kaufen?", "Im Depot."),
    Entry("version", "Was ist neu in Version zwei?", "Vieles."),
)


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Language:
    """Return a small language whose lists are files of a package of its own."""
    folder = tmp_path / "small_german"
    folder.mkdir()
    for name, text in _FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return Language(
        code="de",
        package="small_german",
        contractions=Contractions(whole={"ins": ("in", "das")}, endings={"s": "es"}),
        inflections=(("en", "e"), ("en", "")),
        negating_prefixes=("un",),
        ordinal_suffixes=(),
        sound_spellings=(("\nk", "\nc"), ("ch", "x")),
    )


def test_words_and_classes_are_those_of_the_language(german: Language) -> None:
    """Lists of words, closed classes and contractions come from the package."""
    assert german.words["rechnung"] == 1
    assert german.is_known("berlin")
    assert german.tokenize("Geht's ins Depot?") == ["geht", "es", "in", "das", "depot"]
    assert german.content_words(["wie", "ist", "das", "konto"]) == ("konto",)
    assert [*map(german.is_key_term, ("konto", "bitte", "wie"))] == [True, False, False]
    assert german.number_words == {"zwei": "2", "drei": "3", "erste": "1."}
    assert german.out_of_scope_questions == ("wie wird das wetter", "wer hat gewonnen")


def test_typos_are_corrected_to_words_of_the_language(german: Language) -> None:
    """A word of the language is known, and an English one is a typo like any other."""
    retriever = open_retriever(_ENTRIES, (), "none", cache=False, language=german)
    reading = retriever.retrieve(Question("rechnung kono"), 1).reading

    assert reading.corrections == (("kono", "konto"),)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("wo kann ich aktien verkaufen", Reason.OPPOSITE),
        ("ich kann mein konto nicht sperren", Reason.NEGATION),
        ("was ist neu in version drei", Reason.NUMBER),
        ("was ist neu in version 3", Reason.NUMBER),
    ],
)
def test_contradictions_are_found_in_the_language(
    german: Language, question: str, reason: Reason
) -> None:
    """Opposites, negation and numbers are read with the lists of the language."""
    retriever = open_retriever(_ENTRIES, (), "none", cache=False, language=german)
    found = retriever.retrieve(Question(question), 1).abstention

    assert found is not None
    assert found.reason is reason


def test_same_text_in_two_languages_has_two_indexes(german: Language) -> None:
    """The key of a stored index names the language."""
    keys = {cache_key(_ENTRIES, (), "none", language) for language in (ENGLISH, german)}

    assert len(keys) == 2


@pytest.mark.parametrize(
    ("one", "other"), [("steal", "stolen"), ("forgets", "forgot"), ("women", "woman")]
)
def test_irregular_forms_share_a_base(one: str, other: str) -> None:
    """A list has the forms that no regular ending makes."""
    assert same_base(ENGLISH, one, other)


def test_a_form_that_is_another_word_keeps_its_meaning() -> None:
    """The left side has nothing to do with leaving."""
    assert not same_base(ENGLISH, "left", "leave")
