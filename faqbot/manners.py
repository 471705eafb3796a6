"""What a bot says besides its answers: to a greeting, to thanks, and in its own words for every turn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from faqbot.kb import shipped_manners
from faqbot.models import Entry, KnowledgeBase
from faqbot.retrieval.text import split_words, tidy
from faqbot.retrieval.words import is_content

__all__ = ["Manners"]

_MANNERS, _MOVES, _WORDS = "Manners", "Moves", "Words"
_MOST_WORDS = 12
_MOST_CACHED = 20_000
_MOST_TEXTS = 16  # a message is looked up twice in a row
_ALIKE = 75.0
"""How alike, 0 to 100, a text must be to a way of saying it. Of 4,900 questions to other bots (the dev
splits the benchmarks measure with) one of another matter is taken for manners from here on."""
_LONG_WORD = 8
_SHORTEST_SLIP = 4
_MOST_TOPICS = 8
_REPEATED = re.compile(r"(.)\1\1+")
_MARK = re.compile(r"\{(\w+)\}")
# What is said around a courtesy and changes nothing about it: "hello there bot", "ok thanks then".
_FILLERS = frozenset(
    [
        "a",
        "ah",
        "all",
        "an",
        "any",
        "at",
        "bot",
        "hello",
        "hey",
        "hi",
        "hmm",
        "just",
        "much",
        "now",
        "oh",
        "please",
        "really",
        "so",
        "some",
        "the",
        "then",
        "there",
        "to",
        "very",
        "well",
    ]
)


class Manners:
    """The manners of one knowledge base: those that come with faqbot, as its author changed them."""

    def __init__(self, kb: KnowledgeBase) -> None:
        """Take the manners of *kb*, and what it says of itself for the marks in them."""
        self._kb = kb
        self._entries = {entry.id: entry for entry in _merged(kb) if not entry.draft}
        self._find = lru_cache(_MOST_TEXTS)(self._look_up)
        self._worded = lru_cache(_MOST_TEXTS)(self._word)
        self._may_be_said = lru_cache(_MOST_CACHED)(self._is_said)

    def find(self, text: str) -> Entry | None:
        """Return the entry whose greeting, thanks and the like *text* is, slips of the finger aside."""
        found = self._find(text)
        return found if found is not None and found.section != _MOVES else None

    def move(self, text: str) -> Entry | None:
        """Return the entry of the move in a conversation that *text* is, such as "repeat"."""
        found = self._find(text)
        return found if found is not None and found.section == _MOVES else None

    def words(self, name: str, question: str = "") -> str:
        """Return the bot's own words of the id *name*, in Markdown, with every mark filled in.

        A paragraph with a mark that has nothing to stand for is left out.
        """
        return self._worded(name, question)

    def _word(self, name: str, question: str) -> str:
        entry = self._entries.get(name)
        if entry is None:
            return ""
        marks = {
            "question": question,
            "title": self._kb.title or self._entries["untitled"].answer,
            "contact": self._kb.contact,
            "topics": ", ".join(self._topics()),
        }
        paragraphs = entry.answer.split("\n\n")
        return "\n\n".join(_fill(part, marks) for part in paragraphs if _can_fill(part, marks))

    def label(self, name: str) -> str:
        """Return what to call the move of the id *name* where it is offered; "" if it is left out."""
        entry = self._entries.get(name)
        return "" if entry is None else entry.question

    def _topics(self) -> Iterator[str]:
        named = [section for section, _ in self._kb.sections() if section]
        yield from named[:_MOST_TOPICS]

    def _look_up(self, text: str) -> Entry | None:
        key = _key(text)
        if key in self._said:
            return self._said[key]
        words = key.split()
        if len(words) > _MOST_WORDS or not all(map(self._may_be_said, words)):
            return None
        if not any(map(is_content, words)):
            return None
        near = process.extract(
            _bare(words),
            [*self._bare_said],
            scorer=fuzz.token_sort_ratio,
            score_cutoff=_ALIKE,
            limit=5,
        )
        for phrasing, _, _ in near:
            entry = self._bare_said[phrasing]
            if self._covers(entry, words):
                return entry
        return None

    @cached_property
    def _said(self) -> Mapping[str, Entry]:
        """Every way to say one of them, as it is compared."""
        said = ((phrasing, entry) for entry in self._entries.values() for phrasing in _said(entry))
        return {key: entry for phrasing, entry in reversed([*said]) if (key := _key(phrasing))}

    @cached_property
    def _bare_said(self) -> Mapping[str, Entry]:
        return {_bare(key.split()): entry for key, entry in self._said.items()}

    @cached_property
    def _vocabularies(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for key, entry in self._said.items():
            found.setdefault(entry.id, set()).update(key.split())
        return {name: frozenset(words) for name, words in found.items()}

    def _is_said(self, word: str) -> bool:
        """Tell whether any of them may be said with *word*: most questions have one that none is."""
        if word in _FILLERS or word in self._every_word:
            return True
        if len(word) < _SHORTEST_SLIP:
            return False
        most = 1 if len(word) < _LONG_WORD else 2
        near = process.extractOne(word, self._every_word, scorer=OSA.distance, score_cutoff=most)
        return near is not None

    @cached_property
    def _every_word(self) -> frozenset[str]:
        return frozenset().union(*self._vocabularies.values())

    def _covers(self, entry: Entry, words: Iterable[str]) -> bool:
        """Tell whether each of *words* is one that people say this with, or a slip of one."""
        own = self._vocabularies[entry.id]
        return all(word in own or word in _FILLERS or self._is_slip(word, own) for word in words)

    def _is_slip(self, word: str, own: frozenset[str]) -> bool:
        if len(word) < _SHORTEST_SLIP or any(word in each for each in self._vocabularies.values()):
            return False
        most = 1 if len(word) < _LONG_WORD else 2
        return any(OSA.distance(word, meant, score_cutoff=most) <= most for meant in own)


def _merged(kb: KnowledgeBase) -> Iterator[Entry]:
    """Yield the shipped entries as *kb* changes them, then those of its own."""
    shipped = shipped_manners().by_id
    changes = {entry.id: entry for entry in kb.manners or ()}
    for entry in shipped.values():
        if kb.manners != () or entry.section != _MANNERS:
            yield _changed(entry, changes[entry.id]) if entry.id in changes else entry
    yield from (entry for entry in changes.values() if entry.id not in shipped)


def _changed(entry: Entry, change: Entry) -> Entry:
    return replace(
        entry,
        question=change.question or entry.question,
        alternates=(*change.alternates, *entry.alternates),
        answer=change.answer or entry.answer,
        draft=change.draft,
    )


def _said(entry: Entry) -> tuple[str, ...]:
    return () if entry.section == _WORDS else entry.phrasings


def _key(text: str) -> str:
    """Return the words of *text* as they are compared: "Heeello!!" is hello."""
    typed = tidy(text)
    if _REPEATED.search(typed):  # which is sooner told than written anew
        typed = _REPEATED.sub(r"\1", typed)
    return " ".join(split_words(typed))


def _bare(words: Iterable[str]) -> str:
    given = [*words]
    return " ".join(word for word in given if word not in _FILLERS) or " ".join(given)


def _can_fill(paragraph: str, marks: Mapping[str, str]) -> bool:
    return all(marks.get(name) for name in _MARK.findall(paragraph))


def _fill(paragraph: str, marks: Mapping[str, str]) -> str:
    return _MARK.sub(lambda found: marks[found[1]], paragraph)
