"""Detection of the language of a text, by `py3langid` or by function words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from faqbot.retrieval.languages import LISTED_LANGUAGES, language_of
from faqbot.retrieval.languages.language import Language
from faqbot.retrieval.text import normalize

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# Characters of a text that are read. Chosen by hand: two pages.
MAX_CHARS = 20_000
# Fewest words of a text whose language is named. Chosen by hand: shorter texts are often names.
MIN_WORDS = 12
# Probability, 0 to 1, of the language that `py3langid` names, at least. Chosen by hand.
MIN_PROBABILITY = 0.9
# Share of a question's words, 0 to 1, that neither the knowledge base nor its language has. Measured: of
# 228 foreign questions 227 have it, and with the language named 1 of 3,824 English questions.
MIN_UNKNOWN_SHARE = 0.34
# Fewest unknown words of a foreign question. Chosen by hand: a single word is a name or a typo.
MIN_QUESTION_WORDS = 2
# Languages that a question is taken for. Chosen by hand: those of most speakers on the web. Of a few words
# `py3langid` otherwise names a neighbour of few speakers: "lb" for German, "wuu" for Chinese.
QUESTION_LANGUAGES = frozenset(
    (
        *("ar", "bg", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr"),
        *("hu", "id", "it", "ja", "ko", "lt", "lv", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl"),
        *("sr", "sv", "th", "tr", "uk", "vi", "zh"),
    )
)
# Share of words, 0 to 1, that are function words of the language, at least. Chosen by hand: running text
# has about half, a list of names next to none.
MIN_SHARE = 0.2
# Share of words by which the function words of the second language must be fewer. Chosen by hand:
# neighbours such as Spanish and Portuguese share many.
MIN_LEAD = 0.05


def detect_language(texts: Iterable[str]) -> str:
    """Return the ISO 639-1 language code of *texts*, "" if unclear.

    `py3langid` knows 97 languages. Without it, the function words of the languages with word lists are
    counted.
    """
    text = _beginning(texts)
    if len(text.split()) < MIN_WORDS:
        return ""
    return _by_letters(text) if find_spec("py3langid") else _by_function_words(text)


def foreign_language(text: str, words: Sequence[str], language: Language) -> str:
    """Return the ISO 639-1 code of the language of a question, "" if it may be in *language*.

    *words* are the words of *text* that a knowledge base in *language* lacks, or all of them. The
    question is foreign if neither the knowledge base nor the language has MIN_UNKNOWN_SHARE of its words,
    and `py3langid` names another language. Needs `py3langid`, and a language with a list of its words.
    """
    if not language.corrects_spelling:
        return ""
    count = len(language.tokenize(text))  # a character each where words have no spaces between them
    unknown = [
        word for word in words if not (language.is_known(word) or word in language.function_words)
    ]
    if len(unknown) < MIN_UNKNOWN_SHARE * count or len({*unknown}) < MIN_QUESTION_WORDS:
        return ""
    if not find_spec("py3langid"):
        return ""
    ranked = (code for code, _ in _identifier().rank(text) if code in QUESTION_LANGUAGES)
    code = next(ranked, language.code)
    return "" if code == language.code else code


def _beginning(texts: Iterable[str]) -> str:
    parts: list[str] = []
    length = 0
    for text in texts:
        parts.append(text[: MAX_CHARS - length])
        length += len(text)
        if length >= MAX_CHARS:
            break
    return "\n".join(parts)


def _by_letters(text: str) -> str:
    code, probability = _identifier().classify(text)
    return str(code) if probability >= MIN_PROBABILITY else ""


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _by_function_words(text: str) -> str:
    """Return the listed language with most function words of *text*."""
    shares = sorted(((_share(code, text), code) for code in LISTED_LANGUAGES), reverse=True)
    (best, code), (second, _) = shares[:2]
    return code if best >= MIN_SHARE and best - second >= MIN_LEAD else ""


def _share(code: str, text: str) -> float:
    language = language_of(code)
    words = [word for line in text.split("\n") for word in language.tokenize(normalize(line))]
    words = [
        word for word in words if len(word) > 1
    ]  # letters of lists and formulas are words, too
    return sum(word in language.function_words for word in words) / max(len(words), 1)
