"""Detection of a text's language, with and without py3langid."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from faqbot.retrieval.languages import LISTED_LANGUAGES, detection, language_of
from faqbot.retrieval.languages.detection import detect_language

_WAYS = ["function words", "py3langid"]


@pytest.fixture(params=_WAYS, autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Detect by each way; that by function words as if py3langid were not installed."""
    if request.param == "py3langid" and find_spec("py3langid") is None:
        pytest.skip("py3langid is not installed")
    if request.param == "function words":
        monkeypatch.setattr(detection, "find_spec", lambda _: None)
    return str(request.param)


@pytest.mark.parametrize("code", sorted(LISTED_LANGUAGES))
def test_running_text_has_a_language(code: str) -> None:
    """Everyday questions are enough to tell the seven languages apart."""
    assert detect_language(language_of(code).out_of_scope_questions) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Rom, Paris, Berlin",
        "a b c d e f g h i j k l m n o p q r s t",
        "1 2 3 4 5 6 7 8 9 10 11 12 13",
    ],
)
def test_unclear_text_has_no_language(text: str) -> None:
    """Few words, names and numbers do not show a language."""
    assert detect_language([text]) == ""


def test_unlisted_language_needs_py3langid(way: str) -> None:
    """Polish has no word lists here, and is not mistaken for a language that has."""
    polish = (
        "Jak mogę przedłużyć wypożyczenie książki, jeżeli ktoś inny już na nią czeka w bibliotece?"
    )

    assert detect_language([polish]) == ("pl" if way == "py3langid" else "")


def test_only_the_beginning_of_long_texts_is_read() -> None:
    """A large document costs no more than two pages."""
    endless = (language_of("de").out_of_scope_questions[n % 30] for n in range(10**9))

    assert detect_language(endless) == "de"
