"""Languages that matching knows, a package of word lists each.

Any other language is neutral: it has no lists, so that no rule of English applies to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module

from faqbot.retrieval.languages.dialogue_words import alternatives
from faqbot.retrieval.languages.english import ENGLISH
from faqbot.retrieval.languages.language import (
    MIN_BASE_LETTERS,
    Language,
    OppositeGroup,
    bases,
    has_form,
    meanings,
    same_base,
)
from faqbot.retrieval.text import Contractions

__all__ = [
    "DEFAULT_LANGUAGE",
    "ENGLISH",
    "LISTED_LANGUAGES",
    "MIN_BASE_LETTERS",
    "Language",
    "OppositeGroup",
    "alternatives",
    "bases",
    "content_words",
    "describe_language",
    "has_form",
    "is_content",
    "is_key_term",
    "language_of",
    "meanings",
    "native_name",
    "same_base",
    "tokenize",
]

# Language of callers that name no other.
DEFAULT_LANGUAGE = ENGLISH

# Package of each language with word lists, by its ISO 639-1 code.
LISTED_LANGUAGES: Mapping[str, str] = {
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "nl": "dutch",
    "pt": "portuguese",
}

# Name of each of these languages in the language itself.
NATIVE_NAMES: Mapping[str, str] = {
    "de": "Deutsch",
    "en": "English",
    "es": "español",
    "fr": "français",
    "it": "italiano",
    "nl": "Nederlands",
    "pt": "português",
}

tokenize = DEFAULT_LANGUAGE.tokenize
content_words = DEFAULT_LANGUAGE.content_words
is_content = DEFAULT_LANGUAGE.is_content
is_key_term = DEFAULT_LANGUAGE.is_key_term


def language_of(tag: str) -> Language:
    """Return the language of *tag*, such as "en" or "de-AT".

    A language without lists is neutral.
    """
    return _of_code(tag.partition("-")[0].lower())


def native_name(tag: str) -> str:
    """Return the name of the language of *tag* in itself, or *tag* if faqbot does not know the name."""
    return NATIVE_NAMES.get(tag.partition("-")[0].lower(), tag)


def describe_language(tag: str) -> str:
    """Return *tag* with the parts of matching and of the dialogue that its language has."""
    language = language_of(tag)
    if not language.has_lists:
        return f"{tag}: no word lists, no contradictions, no follow-ups, manners in English"
    typos = ", correction of typos" if language.corrects_spelling else ""
    return f"{tag}: word lists, contradictions, follow-ups, manners{typos}"


@lru_cache
def _of_code(code: str) -> Language:
    if code not in LISTED_LANGUAGES:
        return _neutral(code)
    name = LISTED_LANGUAGES[code]
    found: Language = getattr(import_module(f"{__name__}.{name}"), name.upper())
    return found


def _neutral(code: str) -> Language:
    """Return a language of which only the *code* is known."""
    return Language(
        code=code,
        package="",
        contractions=Contractions(whole={}),
        inflections=(),
        negating_prefixes=(),
        corrects_spelling=False,
        capitals_mark_names=False,
    )
