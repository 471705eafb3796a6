"""Codes of languages: their normal form, and suggestions for wrong ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.kb.language_codes import language_hint, normal_language


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("DE", "de"),
        ("de-at", "de-AT"),
        ("PT-br", "pt-BR"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("deu", "de"),
        ("FRE-ca", "fr-CA"),
        ("gsw", "gsw"),
    ],
)
def test_a_code_has_one_normal_form(written: str, normal: str) -> None:
    """Capitals, and codes of three letters, do not matter."""
    assert normal_language(written) == normal


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("German", "de"),
        ("Deutsch", "de"),
        ("FRANÇAIS", "fr"),
        ("Español", "es"),
        ("de_AT", "de-AT"),
        ("jp", "ja"),
        ("English (UK)", "en"),
        ("Polski", "pl"),
    ],
)
def test_a_wrong_code_gets_the_right_one(written: str, hint: str) -> None:
    """Names of languages and codes of countries are common mistakes."""
    assert normal_language(written) is None
    assert language_hint(written) == f": write `{hint}`"


@pytest.mark.parametrize("written", ["xx", "klingon", "", "d", "e n"])
def test_an_unknown_code_gets_no_suggestion(written: str) -> None:
    """Nothing is guessed."""
    assert normal_language(written) is None
    assert language_hint(written) == ""


@given(st.text(max_size=40))
def test_the_normal_form_is_stable(text: str) -> None:
    """Any text gives a code or None, and a code stays as it is."""
    normal = normal_language(text)

    assert normal is None or normal_language(normal) == normal
