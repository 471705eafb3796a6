"""Interpretation of a message as a follow-up to the question before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from faqbot.retrieval import is_content, is_key_term, normalize, tokenize

# Longest message, in words, that can be a follow-up. Chosen by hand.
MAX_WORDS_OF_FOLLOW_UP = 15
# Interpretations of one follow-up, each of which is retrieved. Chosen by hand: a bound on the work.
MAX_INTERPRETATIONS = 20
# Longest message, in words, that is a follow-up without a pronoun or a lead word. Chosen by hand.
MAX_WORDS_IMPLICIT_FOLLOW_UP = 3
# ... and if it has at most one key term. Chosen by hand.
MAX_WORDS_SINGLE_TERM_FOLLOW_UP = 5

# Words that join a message to the one before it.
_LEADS = (
    ("what", "about"),
    ("how", "about"),
    ("what", "of"),
    *((word,) for word in ("and", "but", "or", "so", "then", "also", "ok", "okay", "now", "plus")),
)
# Pronouns, which stand for the topic of the question before.
_PRONOUNS = frozenset(
    {"it", "its", "itself", "they", "them", "their", "theirs", "this", "that", "these", "those"}
    | {"he", "she", "him", "her", "his", "hers", "one", "ones", "such", "there", "same", "both"}
)
# Key terms that name no topic: "the role of it".
_GENERIC = frozenset({"role", "way", "ways", "kind", "kinds", "type", "types", "thing", "things"})


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Interpretations of a message that may continue from the question before it.

    *texts* are complete questions, the most plausible first. *key_terms* are the key terms of the
    message itself. *explicit* is True if a lead word or a pronoun shows the connection ("and ...",
    "... it ..."), or if no key term stands in the message; False if the message is only short. *has_pronoun* is True if
    a pronoun stands for the topic: the first of *texts* then has the topic in its place.
    """

    texts: tuple[str, ...]
    key_terms: tuple[str, ...]
    explicit: bool
    has_pronoun: bool = False


def read_follow_up(text: str, before: str) -> FollowUp | None:
    """Interpret *text* after the question *before*.

    The result is None if it cannot be a follow-up.
    """
    words = tokenize(normalize(text))
    rest = _without_leads(words)
    has_pronoun = any(word in _PRONOUNS for word in rest)
    explicit = has_pronoun or len(rest) < len(words) or not any(map(is_key_term, rest))
    key_terms = tuple(word for word in rest if is_key_term(word) and word not in _PRONOUNS)
    short = MAX_WORDS_SINGLE_TERM_FOLLOW_UP if len(key_terms) <= 1 else MAX_WORDS_IMPLICIT_FOLLOW_UP
    if not rest or len(words) > MAX_WORDS_OF_FOLLOW_UP or not (explicit or len(rest) <= short):
        return None
    texts = dict.fromkeys(_interpretations(rest, tokenize(normalize(before))))
    return FollowUp(tuple(texts)[:MAX_INTERPRETATIONS], key_terms, explicit, has_pronoun)


def _without_leads(words: Sequence[str]) -> Sequence[str]:
    """Return *words* without leading words that join, such as "and" or "how about"."""
    for lead in _LEADS:
        if len(words) > len(lead) and tuple(words[: len(lead)]) == lead:
            return _without_leads(words[len(lead) :])
    return words


def _interpretations(rest: Sequence[str], before: Sequence[str]) -> Iterator[str]:
    """Yield the questions that the words *rest* may mean after the words *before*."""
    topics = [*_topics(before)]
    if any(word in _PRONOUNS for word in rest):
        for topic in topics:
            yield " ".join(" ".join(topic) if word in _PRONOUNS else word for word in rest)
    content = [word for word in rest if word not in _PRONOUNS and is_content(word)]
    content = [word for word in content if word not in _GENERIC] or content
    if content:
        yield from _substitutions(content, before)
    for topic in topics:
        yield " ".join((*rest, *topic))


def _topics(before: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the topic of *before*, and then its ends, which name broader subjects."""
    places = [place for place, word in enumerate(before) if _names_topic(word)]
    for first in places:
        yield tuple(before[first : places[-1] + 1])


def _substitutions(content: Sequence[str], before: Sequence[str]) -> Iterator[str]:
    """Yield *before* with *content* instead of two key terms or one, then with *content* added."""
    is_term = [is_key_term(word) for word in before]
    for width in (2, 1):
        for place in range(len(before) - width + 1):
            if all(is_term[place : place + width]):
                yield " ".join((*before[:place], *content, *before[place + width :]))
    for place, word in enumerate(before):
        if _names_topic(word):
            yield " ".join((*before[:place], *content, *before[place:]))


def _names_topic(word: str) -> bool:
    return is_key_term(word) and word not in _GENERIC
