"""Facts: a time, a person or a number that a question asks for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

from faqbot.retrieval.languages import Language


def asked_fact(language: Language, words: Sequence[str]) -> str:
    """Return the question word of *words* that asks for a fact: "when", "who" or "how many"; else "".

    Only the beginning of a question asks: "what happens when I move" asks for no time.
    """
    if words and (words[0] in language.time_questions or words[0] in language.person_questions):
        return words[0]
    if language.quantity_starts.isdisjoint(words):
        return ""
    pairs = {f"{one}_{other}" for one, other in pairwise(words)}
    found = min(pairs & language.quantity_questions, default="")
    return found.replace("_", " ")


def may_ask_fact(language: Language, word: str) -> bool:
    """Return True if a question that asks for a fact can have *word* as its question word."""
    first = language.time_questions, language.person_questions, language.quantity_starts
    return any(word in words for words in first)


def holds_fact(
    language: Language,
    fact: str,
    words: Sequence[str],
    phrasings: Sequence[Sequence[str]],
    answer: Collection[str],
) -> bool:
    """Return True if an entry of *phrasings* and *answer* may hold the *fact* that *words* ask for.

    It does if a phrasing asks for the same. Otherwise the words of its answer tell a time or a number, or
    are those of the question.
    """
    if any(asked_fact(language, phrasing) == fact for phrasing in phrasings):
        return True
    said = {word for phrasing in phrasings for word in phrasing} | {*answer}
    if fact in language.person_questions:
        return all(word in said for word in words if language.is_content(word))
    telling = language.time_words if fact in language.time_questions else language.quantity_words
    return not said.isdisjoint(telling) or any(_is_number(language, word) for word in said)


def _is_number(language: Language, word: str) -> bool:
    return word in language.number_words or any(map(str.isdigit, word))
