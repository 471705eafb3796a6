"""Names: words of a question that stand for one thing, and that an entry must know.

Names are words in capitals, capitalised words inside a sentence, words with signs or digits ("C++", "B12"),
letters that label a term ("plan B"), and words in small letters that no dictionary has ("nato").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from faqbot.retrieval.contradictions.numbers import labels
from faqbot.retrieval.languages import Language
from faqbot.retrieval.text import normalize

# Texts whose names are cached: those of the questions that are asked at the moment.
MAX_CACHED_TEXTS = 64

_TOKEN = re.compile(
    r"(?<![^\s(\"'])\.?[^\W_]+(?:['\u2019-][^\W_]+)*[+#]*|[^\W_]+(?:['\u2019-][^\W_]+)*"
)
_LETTER = re.compile(r"(?<![\w'.])[A-Z](?![\w'+#.])")
# Blanks, and marks that stand before the first word of a sentence or a quote.
_OPENING_MARKS = " \t\n\u00bf\u00a1\"'(\u201c\u201e\u00ab"
_SENTENCE_ENDS = ".!?:"


@lru_cache(maxsize=MAX_CACHED_TEXTS)
def written_names(text: str, *, capitalised: bool) -> tuple[str, ...]:
    """Return the names in *text*: words in capitals and, if *capitalised*, those inside a sentence.

    A question is read for each of its likely entries, so that the names of a few texts are cached.
    """
    return tuple(_written_names(text, capitalised=capitalised))


def _written_names(text: str, *, capitalised: bool) -> Iterator[str]:
    starts_plainly = text[1:2].islower() or text[1:2] == " "
    if starts_plainly and text[1:].replace(" I ", " i ").islower():
        return  # as most questions are typed
    tokens = list(_TOKEN.finditer(text))
    if 2 * sum(token[0].lstrip(".")[0].isupper() for token in tokens) > len(tokens) + 1:
        return  # in a heading, or a text in capitals, they mark no names
    for token in tokens:
        word = token[0]
        if len(word) > 1 and (
            word.isupper()
            or (capitalised and word[0].isupper() and not _starts_sentence(text, token.start()))
        ):
            yield word


def _starts_sentence(text: str, place: int) -> bool:
    """Return True if nothing stands before *place* in its sentence."""
    before = text[:place].rstrip(_OPENING_MARKS)
    return not before or before[-1] in _SENTENCE_ENDS


def written_letters(language: Language, text: str, words: Sequence[str]) -> set[str]:
    """Return the single letters among *words* that *text* has as capitals.

    One that is a word too counts only as the label of a term: "section A".
    """
    letters = set() if text.isupper() else {found.lower() for found in _LETTER.findall(text)}
    marked = {label.value for label in labels(language, words)} if letters else set()
    return {letter for letter in letters if language.is_content(letter) or letter in marked}


def is_coded(word: str) -> bool:
    """Return True if *word* has a letter first, and signs or digits: "c++", ".net", "b12"."""
    return not word.isalpha() and not word[:1].isdigit() and "'" not in word


def is_rare(language: Language, word: str) -> bool:
    """Return True if *word*, in small letters, is a word that the dictionary of *language* lacks."""
    return bool(language.words) and word.isalpha() and len(word) > 1 and not language.is_word(word)


def is_name(language: Language, word: str) -> bool:
    """Return True if *word*, in small letters, is a name by its form or is in no dictionary."""
    return is_coded(word) or (language.is_key_term(word) and is_rare(language, word))


@dataclass(frozen=True, slots=True)
class Name:
    """Name among the words of a question.

    *is_sure* is True if it is a name by its form alone. *is_written* is True if it has capitals.
    """

    word: str
    is_sure: bool
    is_written: bool


def names_of(
    language: Language, text: str, words: Sequence[str], new: Iterable[str]
) -> Iterator[Name]:
    """Yield the names among the *new* ones of *words*, the words of *text*."""
    distinct = dict.fromkeys(new)
    sure = set(filter(is_coded, distinct))
    if any(len(word) == 1 for word in distinct):
        sure |= written_letters(language, text, words)
    written: Iterable[str] = ()
    if not text.islower():
        written = written_names(text, capitalised=language.capitals_mark_names)
    shown = {part for name in written for part in language.tokenize(normalize(name))}
    for word in distinct:
        is_telling = language.is_key_term(word)
        is_written = word in shown and is_telling
        if word in sure or is_written or (is_telling and is_rare(language, word)):
            yield Name(word, word in sure, is_written)
