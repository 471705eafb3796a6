"""What a bot says besides its answers: to a greeting, to thanks, and in its own words for every turn."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import product, takewhile

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from faqbot.kb import shipped_manners
from faqbot.models import Entry, KnowledgeBase
from faqbot.retrieval import (
    ENGLISH,
    is_content,
    normalize,
    tokenize,
)

__all__ = ["Manners", "is_move"]

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
_REPEATED = re.compile(r"([^\W\d_])\1\1+")
_RUN = re.compile(r"([^\W\d_])\1+")
_MARK = re.compile(r"\{(\w+)\}")
# What is said before or after a courtesy and changes nothing about it: "hello there bot", "help please".
_AROUND = frozenset(
    {"ah", "bot", "hello", "hey", "hi", "hmm", "just", "now", "oh", "please", "really", "so"}
    | {"then", "there", "very", "well"}
)
_GREETING = frozenset({"hello", "hey", "hi"})
# What may stand inside one as well: "you are a stupid bot".
_FILLERS = _AROUND | {"a", "all", "an", "any", "at", "much", "some", "the", "to"}
# Words that speak of the bot, the person or what was just said. A courtesy that has one is none without.
_POINTING = frozenset(
    {"i", "me", "my", "myself", "we", "us", "our", "u", "ur", "ya", "you", "your", "yours"}
    | {"yourself", "here", "it", "that", "this"}
)
# What a question begins with: "what is a name" and "do you have a computer" are questions.
_OPENING = frozenset(
    {"am", "are", "can", "could", "did", "do", "does", "has", "have", "how", "is", "may", "should"}
    | {"was", "were", "what", "when", "where", "which", "who", "whom", "whose", "why", "will"}
    | {"would"}
)
# Words of which one stands for another, or for none: "could you help me", "can you help us".
_ALIKE_WORDS = frozenset(
    {"can", "could", "for", "i", "like", "love", "may", "me", "need", "of", "us", "want", "we"}
    | {"will", "with", "would"}
)


_NEUTRAL = _FILLERS | _ALIKE_WORDS


def _knows_nothing(_: str) -> bool:
    return False


class Manners:
    """The manners of one knowledge base: those that come with faqbot, as its author changed them."""

    def __init__(self, kb: KnowledgeBase, knows: Callable[[str], bool] = _knows_nothing) -> None:
        """Take the manners of *kb*, and what it says of itself for the marks in them.

        *knows* returns True for a word of the entries of *kb*, which is then no misspelt courtesy.
        """
        self._kb = kb
        self._knows = knows
        self._entries = {entry.id: entry for entry in _merged(kb) if not entry.draft}
        self._find = lru_cache(_MOST_TEXTS)(self._look_up)
        self._worded = lru_cache(_MOST_TEXTS)(self._word)
        self._may_be_said = lru_cache(_MOST_CACHED)(self._is_said)

    def find(self, text: str) -> Entry | None:
        """Return the courtesy or move that *text* is; None for any other text.

        A single word must be written as stored, apart from repeated letters. In a longer text a
        word may have a typo, unless it is an English word or a word of the knowledge base.
        """
        return self._find(text)

    def said(self, text: str) -> frozenset[str]:
        """Return the words of *text* without articles and the like; a greeting stays."""
        return frozenset(tokenize(normalize(text))) - (_FILLERS - _GREETING)

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
        words = [*map(self._shortened, tokenize(normalize(text)))]
        if not words or len(words) > _MOST_WORDS:
            return None
        return self._exact(words) or self._near(words)

    def _shortened(self, word: str) -> str:
        """Return *word* without letters typed many times: "heeello" is hello."""
        if not _REPEATED.search(word):
            return word
        return self._by_letters.get(_RUN.sub(r"\1", word)) or _REPEATED.sub(r"\1", word)

    def _exact(self, words: Sequence[str]) -> Entry | None:
        """Return the entry that is said with *words*, or with those left without what is around it."""
        last = len(words)
        starts = range(_count_around(words) + 1)
        ends = range(last, last - _count_around(words[::-1]) - 1, -1)
        spans = sorted(product(starts, ends), key=lambda span: span[0] - span[1])
        found = (self._said.get(" ".join(words[start:end])) for start, end in spans if start < end)
        return next(filter(None, found), None)

    def _near(self, words: Sequence[str]) -> Entry | None:
        """Return the entry that is said with almost these *words*, several of which say something."""
        several = len({*words} - _NEUTRAL) > 1
        if not several or not any(map(is_content, words)):
            return None
        if not all(map(self._may_be_said, words)):
            return None
        near = process.extract(
            " ".join(_core(words)),
            [*self._cores],
            scorer=fuzz.token_sort_ratio,
            score_cutoff=_ALIKE,
            limit=5,
        )
        for core, _, _ in near:
            entry = self._said[self._cores[core]]
            meant = self._meant(entry, words)
            if meant and _agree(meant, self._cores[core].split()):
                return entry
        return None

    @cached_property
    def _said(self) -> Mapping[str, Entry]:
        """Every way to say one of them, as it is compared."""
        said = ((phrasing, entry) for entry in self._entries.values() for phrasing in _said(entry))
        return {key: entry for phrasing, entry in reversed([*said]) if (key := _key(phrasing))}

    @cached_property
    def _cores(self) -> Mapping[str, str]:
        """One way to say one of them under each core, if possible one that points at nobody."""
        ways = sorted(self._said, key=lambda way: not _POINTING.isdisjoint(way.split()))
        return {" ".join(_core(way.split())): way for way in reversed(ways)}

    @cached_property
    def _vocabularies(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for key, entry in self._said.items():
            found.setdefault(entry.id, set()).update(key.split())
        return {name: frozenset(words) for name, words in found.items()}

    @cached_property
    def _by_letters(self) -> Mapping[str, str]:
        """Each word they are said with, under its letters without any doubled."""
        return {_RUN.sub(r"\1", word): word for word in sorted(self._every_word | _FILLERS)}

    def _is_said(self, word: str) -> bool:
        """Return True if any of them may be said with *word*; most questions have a word of no courtesy."""
        if word in _NEUTRAL or word in self._every_word:
            return True
        return self._is_no_word(word) and _slip(word, self._every_word) is not None

    @cached_property
    def _every_word(self) -> frozenset[str]:
        return frozenset().union(*self._vocabularies.values())

    def _is_no_word(self, word: str) -> bool:
        """Return True if *word* may be misspelt: neither English nor the knowledge base has it."""
        if len(word) < _SHORTEST_SLIP or word in self._every_word or self._knows(word):
            return False
        return not (ENGLISH.is_known(word) or word in ENGLISH.doubtful_words)

    def _meant(self, entry: Entry, words: Sequence[str]) -> tuple[str, ...]:
        """Return *words* as they are meant if people say *entry* with each of them, else nothing."""
        own = self._vocabularies[entry.id]
        meant = [word if word in own | _NEUTRAL else self._repaired(word, own) for word in words]
        return tuple(word for word in meant if word) if all(meant) else ()

    def _repaired(self, word: str, own: frozenset[str]) -> str:
        return (_slip(word, own) or "") if self._is_no_word(word) else ""


def is_move(entry: Entry) -> bool:
    """Return True if *entry* is a move in the conversation, such as "repeat", and no courtesy."""
    return entry.section == _MOVES


def _slip(word: str, known: Iterable[str]) -> str | None:
    """Return the word of *known* that *word* is a slip of the finger away from; None without one."""
    most = 1 if len(word) < _LONG_WORD else 2
    near = process.extractOne(word, known, scorer=OSA.distance, score_cutoff=most)
    return None if near is None else str(near[0])


def _agree(words: Sequence[str], phrasing: Sequence[str]) -> bool:
    """Return True if *words* speak of what *phrasing* does: "what is a name" is not "what is your name"."""
    if _POINTING.isdisjoint(words) and not _POINTING.isdisjoint(phrasing):
        return False
    core = _core(words)
    if _OPENING.isdisjoint(words[:1]) and sum(map(is_content, core)) > 1:
        return True
    return {*core} == {*_core(phrasing)}


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
    """Return the words of *text* as they are compared."""
    return " ".join(tokenize(normalize(text)))


def _count_around(words: Iterable[str]) -> int:
    """Return how many of the first of *words* only stand around a courtesy."""
    return sum(1 for _ in takewhile(_AROUND.__contains__, words))


def _core(words: Sequence[str]) -> Sequence[str]:
    """Return *words* without those that change nothing about a courtesy; all of them if no other is left."""
    return [word for word in words if word not in _NEUTRAL] or words


def _can_fill(paragraph: str, marks: Mapping[str, str]) -> bool:
    return all(marks.get(name) for name in _MARK.findall(paragraph))


def _fill(paragraph: str, marks: Mapping[str, str]) -> str:
    return _MARK.sub(lambda found: marks[found[1]], paragraph)
