"""Negation: what a text says not to be, or not to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from faqbot.retrieval.languages.english import ASKING, is_content, listed

__all__ = ["DENYING", "affirmed", "affirms", "denies", "negated"]

_NEGATORS = frozenset(listed("negators"))
_DENIALS = frozenset(listed("denials"))
"""Words that deny without a "not": an entry that has one is not surprised by a question's "not"."""

DENYING = _NEGATORS | _DENIALS
"""A text with none of these denies nothing."""

_PRONOUNS = frozenset(listed("pronouns"))
_AUXILIARIES = frozenset(listed("auxiliaries"))
_ASKS_WHY = frozenset({"why", "how"})
_NOT_SURE = frozenset(listed("not_sure"))
_REACH = 5


def negated(words: Sequence[str]) -> Iterator[str]:
    """Yield what *words* negate: the first content word after each "not", "never", "without", ...

    Not the ways of asking that have a "not" and deny nothing: "why not", "whether or not", "can't I",
    "isn't it", "could you not", "I don't know how", "no longer", "not only".
    """
    for place, word in enumerate(words):
        if word in _NEGATORS and not _is_idle(words, place):
            after = words[place + 1 : place + 1 + _REACH]
            target = next((other for other in after if is_content(other)), None)
            if target is not None and target not in _NOT_SURE:
                yield target


def denies(words: Sequence[str]) -> bool:
    """Tell whether *words* deny anything, by a negation or by a word such as "fail"."""
    return not _DENIALS.isdisjoint(words) or any(negated(words))


def affirms(words: Sequence[str]) -> bool:
    """Tell whether *words* deny nothing and do not even ask in the way of a denial."""
    return DENYING.isdisjoint(words)


def affirmed(words: Sequence[str]) -> tuple[str, ...]:
    """Return *words* but for those that negate and those by which the same is asked in other ways."""
    return tuple(word for word in words if word not in _NEGATORS and word not in ASKING)


def _is_idle(words: Sequence[str], place: int) -> bool:
    """Tell whether the negator at *place* belongs to a way of asking, and denies nothing."""
    before, after = words[max(place - 2, 0) : place], words[place + 1 : place + 2]
    if not after or after[0] in _NOT_SURE or (before and before[-1] in {"why", "or", "if"}):
        return True
    if after[0] in _AUXILIARIES or (words[place] == "no" and after[0] in _PRONOUNS):
        return True
    if not before or not _ASKS_WHY.isdisjoint(words[:place]):
        return False
    asks_back = before[-1] in _AUXILIARIES and after[0] in _PRONOUNS
    return asks_back or (before[0] in _AUXILIARIES and before[-1] == "you")
