"""Languages that matching knows, one package of word lists for each."""

from __future__ import annotations

from faqbot.retrieval.languages.english import ENGLISH
from faqbot.retrieval.languages.language import Language, OppositeGroup

__all__ = [
    "DEFAULT_LANGUAGE",
    "ENGLISH",
    "Language",
    "OppositeGroup",
    "content_words",
    "is_content",
    "is_key_term",
    "tokenize",
]

# Language of callers that name no other.
DEFAULT_LANGUAGE = ENGLISH

tokenize = DEFAULT_LANGUAGE.tokenize
content_words = DEFAULT_LANGUAGE.content_words
is_content = DEFAULT_LANGUAGE.is_content
is_key_term = DEFAULT_LANGUAGE.is_key_term
