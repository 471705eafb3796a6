"""Checks of phrasings one by one: each is there once, and is neither a word nor a story."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from faqbot.authoring.checks.source_map import Manuscript, Text, short
from faqbot.authoring.findings import Finding
from faqbot.models import Entry, KnowledgeBase
from faqbot.retrieval.english import english_words
from faqbot.retrieval.languages.english import is_telling
from faqbot.retrieval.text import exact_keys, split_words, tidy

__all__ = ["check_phrasings"]

_MOST_WORDS = 30
_MOST_CHARS = 200
_LEAST_LETTERS = 3
_COMMONEST = 0
_FAMILIAR = 3
"""A word that so many other entries ask with is common in this knowledge base."""


def check_phrasings(manuscript: Manuscript) -> Iterator[Finding]:
    """Yield what is wrong with phrasings that are looked at one by one."""
    uses = _uses(manuscript.kb)
    for entry in manuscript.kb.entries:
        yield from _twice(manuscript, entry)
        for text in manuscript.phrasings(entry):
            yield from _length(text)
            yield from _one_word(text, entry, uses)


def _uses(kb: KnowledgeBase) -> Mapping[str, int]:
    """Count the entries that ask with each word."""
    return Counter(
        word
        for entry in kb.served
        for word in {word for text in entry.phrasings for word in split_words(tidy(text))}
    )


def _twice(manuscript: Manuscript, entry: Entry) -> Iterator[Finding]:
    refused = {exact_keys(text)[-1] for text in entry.not_for}
    seen: dict[str, Text] = {}
    for text in manuscript.phrasings(entry):
        key = exact_keys(text.text)[-1]
        if key in refused:
            message = f"{short(text.text)} is a phrasing of `{entry.id}` and in its `not_for`."
            yield text.finding("P205", message)
        if key in seen and not _tells_apart(seen[key].text, text.text):
            where = f"is on line {seen[key].place.line} already"
            yield text.finding("P201", f"{short(text.text)} {where}.")
        seen.setdefault(key, text)


def _tells_apart(one: str, other: str) -> bool:
    """Tell whether two phrasings differ in what the matcher would not pass over: C and C++."""
    return exact_keys(one)[2] != exact_keys(other)[2] and _marks(one) != _marks(other)


def _marks(text: str) -> Counter[str]:
    return Counter(mark for mark in text if mark in "+#&@/*=<>%$\u20ac\u00a3")


def _length(text: Text) -> Iterator[Finding]:
    words = len(text.text.split())
    letters = [letter for letter in text.text if letter.isalnum()]
    if words > _MOST_WORDS or len(text.text) > _MOST_CHARS:
        message = f"this phrasing has {words} words and {len(text.text)} characters."
        yield text.finding("P202", message)
    elif len(letters) < _LEAST_LETTERS and text.text.isascii() and not _is_acronym(text.text):
        yield text.finding("P203", f"the phrasing {short(text.text)} says next to nothing.")


def _is_acronym(text: str) -> bool:
    return len(text) > 1 and text.isalpha() and text.isupper()


def _one_word(text: Text, entry: Entry, uses: Mapping[str, int]) -> Iterator[Finding]:
    words = split_words(tidy(text.text))
    if text.field != "alternates" or len(words) != 1 or len(words[0]) < _LEAST_LETTERS:
        return
    (word,) = words
    if not is_telling(word) or english_words().get(word) == _COMMONEST:
        yield text.finding("P204", f"the alternate {short(text.text)} is a single common word.")
    elif uses[word] > _FAMILIAR and not entry.draft:
        message = f"{uses[word] - 1} other entries ask with the word {short(text.text)} as well."
        yield text.finding("P204", message)
