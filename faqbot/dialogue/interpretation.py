"""Follow-ups: what "and bilateral?", "who conducts it" or "why" mean after the answer before.

Several questions in one message: where one ends and the next begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from faqbot.retrieval import is_content, is_key_term, normalize, tokenize

_MOST_FRAGMENTS = 12
_MOST_CHARS = 2_000
_QUESTIONING = r"what|who|whom|whose|which|when|where|why|how"
_AUXILIARY = (
    r"is|are|was|were|am|do|does|did|can|could|will|would|should|shall|may|might|must|has|have|had"
)
# A sentence's end before a blank, a line's end, and an "and" before a word that asks.
_ENDS = re.compile(
    rf"(?<=[?!])\s+|(?<=[^\W\d_]{{2}}[.;])\s+|(?<!\s)\s*\n\s*|(?:[,;]|(?<!\s))\s++and\s++(?:also\s++)?(?=(?:{_QUESTIONING})\b)",
    re.IGNORECASE,
)
_MARKS = frozenset(".;?!\n")
_ASKS = re.compile(
    rf"(?:(?:and|but|also|so|ok|okay|then)[,\s]+)*(?:{_QUESTIONING}|{_AUXILIARY}|tell me|explain)\b",
    re.IGNORECASE,
)
_MOST_WORDS = 15
_MOST_READINGS = 20
_SHORT = 3
_SHORT_OF_ONE = 5
"""How many words a message may have that leans without showing it: all in all, and with one that tells."""
_LEADS = (
    ("what", "about"),
    ("how", "about"),
    ("what", "of"),
    *((word,) for word in ("and", "but", "or", "so", "then", "also", "ok", "okay", "now", "plus")),
)
_POINTERS = frozenset(
    [
        "it",
        "its",
        "itself",
        "they",
        "them",
        "their",
        "theirs",
        "this",
        "that",
        "these",
        "those",
        "he",
        "she",
        "him",
        "her",
        "his",
        "hers",
        "one",
        "ones",
        "such",
        "there",
        "same",
        "both",
    ]
)
_GENERIC = frozenset(["role", "way", "ways", "kind", "kinds", "type", "types", "thing", "things"])


def split_message(text: str) -> tuple[str, ...]:
    """Return the sentences of *text* and the questions joined by "and", in order.

    Of a long message the first 2,000 characters count, and the first dozen.
    """
    text = text[:_MOST_CHARS]
    found = _ENDS.split(text) if _may_go_on(text) else [text]
    return tuple(filter(None, [fragment.strip(" ,;") for fragment in found]))[:_MOST_FRAGMENTS]


def _may_go_on(text: str) -> bool:
    """Tell whether anything in *text* may be an end before its own, as nothing is in most messages."""
    return not _MARKS.isdisjoint(text[:-1]) or text.endswith("\n") or "and" in text.lower()


def is_asked(fragment: str) -> bool:
    """Tell whether *fragment* looks like a question: by its mark, or by how it begins."""
    return fragment.endswith("?") or _ASKS.match(fragment) is not None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A message that may lean on the question before it, with what it may then mean.

    *readings* are questions that stand on their own, the likeliest first; *telling* are the words of
    the message itself that say what it is about. *leans* says that the message shows that it leans
    ("and ...", "... it ..."); otherwise it is only short.
    """

    readings: tuple[str, ...]
    telling: tuple[str, ...]
    leans: bool


def read_follow_up(text: str, before: str) -> FollowUp | None:
    """Read *text* as a follow-up to the question *before*; None for a text that cannot be one."""
    words = tokenize(normalize(text))
    rest = _without_leads(words)
    points = any(word in _POINTERS for word in rest)
    leans = points or len(rest) < len(words) or not any(map(is_key_term, rest))
    telling = tuple(word for word in rest if is_key_term(word) and word not in _POINTERS)
    short = len(rest) <= _SHORT or (len(rest) <= _SHORT_OF_ONE and len(telling) <= 1)
    if not rest or len(words) > _MOST_WORDS or not (leans or short):
        return None
    readings = dict.fromkeys(_readings(rest, tokenize(normalize(before))))
    return FollowUp(tuple(readings)[:_MOST_READINGS], telling, leans)


def _without_leads(words: Sequence[str]) -> Sequence[str]:
    """Drop "and", "what about" and the like from the front."""
    for lead in _LEADS:
        if len(words) > len(lead) and tuple(words[: len(lead)]) == lead:
            return _without_leads(words[len(lead) :])
    return words


def _readings(rest: Sequence[str], before: Sequence[str]) -> Iterator[str]:
    """Yield the questions that *rest* may mean after *before*, both as words."""
    topics = [*_topics(before)]
    if any(word in _POINTERS for word in rest):
        for topic in topics:
            yield _pointed(rest, topic)
    about = [word for word in rest if word not in _POINTERS and is_content(word)]
    about = [word for word in about if word not in _GENERIC] or about
    if about:
        yield from _exchanged(about, before)
    for topic in topics:
        yield " ".join((*rest, *topic))


def _topics(before: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield what *before* is about: all of it, then its last words, which are the broader subject."""
    places = [
        place for place, word in enumerate(before) if is_key_term(word) and word not in _GENERIC
    ]
    if not places:
        return
    for first in places:
        yield tuple(before[first : places[-1] + 1])


def _pointed(rest: Sequence[str], topic: Sequence[str]) -> str:
    """Put *topic* where *rest* points to it; "its goal" becomes "diplomacy goal"."""
    return " ".join(" ".join(topic) if word in _POINTERS else word for word in rest)


def _exchanged(about: Sequence[str], before: Sequence[str]) -> Iterator[str]:
    """Yield *before* with two words side by side, one, or none given up for what *about* names."""
    telling = [is_key_term(word) for word in before]
    for width in (2, 1):
        for place in range(len(before) - width + 1):
            if all(telling[place : place + width]):
                yield " ".join((*before[:place], *about, *before[place + width :]))
    for place, word in enumerate(before):
        if _names(word):
            yield " ".join((*before[:place], *about, *before[place:]))


def _names(word: str) -> bool:
    """Tell whether *word* names something: no "kind of"."""
    return is_key_term(word) and word not in _GENERIC
