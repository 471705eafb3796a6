"""Checks of synonyms and keywords: what they rewrite, and whether they do anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from faqbot.authoring.checks.source_map import Manuscript, Text, short
from faqbot.authoring.findings import Finding
from faqbot.models import Entry, KnowledgeBase
from faqbot.retrieval.english import english_words
from faqbot.retrieval.languages.english import is_content
from faqbot.retrieval.text import split_words, tidy

__all__ = ["check_synonyms"]

_COMMONEST = 0
_MANY = 3
"""A word that so many entries ask with is common in this knowledge base."""

_LISTS = ("alternates", "not_for", "keywords", "tags", "follow_ups", "audience")


def check_synonyms(manuscript: Manuscript) -> Iterator[Finding]:
    """Yield what is wrong with synonyms, with keywords, and with lists that hold nothing."""
    words = _words(manuscript.kb)
    asked = _asked(manuscript.kb)
    seen: dict[str, Text] = {}
    for group in manuscript.synonyms():
        yield from _terms(group, seen)
        yield from _common(group, asked)
        if not any(set(split_words(tidy(term.text))) <= words for term in group):
            message = f"nothing in the knowledge base says {short(group[0].text)} or its synonyms."
            yield group[0].finding("S804", message)
    for entry in manuscript.kb.entries:
        yield from _keywords(manuscript, entry)
        yield from _empty(manuscript, entry)


def _words(kb: KnowledgeBase) -> set[str]:
    """Return every word of the entries."""
    texts = chain.from_iterable(
        (*entry.phrasings, *entry.not_for, entry.answer, *entry.keywords) for entry in kb.entries
    )
    return {word for text in texts for word in split_words(tidy(text))}


def _asked(kb: KnowledgeBase) -> Mapping[str, int]:
    """Count the entries that ask with each word."""
    return Counter(
        word
        for entry in kb.served
        for word in {word for text in entry.phrasings for word in split_words(tidy(text))}
    )


def _key(term: str) -> str:
    """Return what two terms share if the matcher takes them for the same."""
    tidied = tidy(term)
    return tidied if tidied.isupper() else tidied.casefold()


def _terms(group: Sequence[Text], seen: dict[str, Text]) -> Iterator[Finding]:
    own = set[str]()
    for term in group:
        key = _key(term.text)
        if term.text.casefold() in own:
            yield term.finding("S803", f"{short(term.text)} is twice in this group.")
        elif key in seen:
            where = f"is in the group on line {seen[key].place.line} already"
            yield term.finding("S802", f"{short(term.text)} {where}.")
        own.add(term.text.casefold())
    for term in group:
        seen.setdefault(_key(term.text), term)


def _common(group: Sequence[Text], asked: Mapping[str, int]) -> Iterator[Finding]:
    longest = max((tidy(term.text) for term in group), key=lambda term: (len(term), term))
    for term in group:
        words = split_words(tidy(term.text))
        if len(words) != 1 or tidy(term.text).isupper() or tidy(term.text) == longest:
            continue
        is_name = term.text[:1].isupper() and is_content(words[0])
        if not is_name and _is_common(words[0], split_words(longest), asked):
            message = f"every {short(term.text)} in a question is read as {short(longest)}."
            yield term.finding("S801", message, remedy=_remedy(words[0], longest))


def _is_common(word: str, full: Sequence[str], asked: Mapping[str, int]) -> bool:
    """Tell whether reading *word* as *full* changes what people say without meaning that."""
    if not is_content(word):
        return True
    if len(full) == 1 or word in full:
        return False
    tier = english_words().get(word)
    return tier == _COMMONEST or (tier is not None and asked.get(word, 0) >= _MANY)


def _remedy(word: str, longest: str) -> str:
    initials = "".join(part[0] for part in split_words(longest))
    if initials.startswith(word[:2]):
        return f"Write it as {word.upper()}, which matches only in capitals, or delete it."
    return "Delete it: `alternates` can say it in a whole phrasing."


def _keywords(manuscript: Manuscript, entry: Entry) -> Iterator[Finding]:
    own = set[str]()
    for keyword in manuscript.items(entry, "keywords"):
        key = " ".join(split_words(tidy(keyword.text)))
        if key in own:
            yield keyword.finding("S805", f"the keyword {short(keyword.text)} is there twice.")
        own.add(key)


def _empty(manuscript: Manuscript, entry: Entry) -> Iterator[Finding]:
    for name in _LISTS:
        if not getattr(entry, name) and manuscript.place_of(entry, name):
            yield manuscript.at(entry, name).finding("S806", f"`{name}` is empty.")
