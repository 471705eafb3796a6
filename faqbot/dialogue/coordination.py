"""Step on one question with two subjects: "is there a sauna and a pool".

The words around the conjunction are completed to two questions: the second one gets the start of the
first, and the first one may get the end of the second. Both are answered if each finds an entry of its
own, which has a word of its question that the other entry lacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from faqbot.dialogue.joining import join_answers
from faqbot.dialogue.message_text import is_asked, key_terms
from faqbot.dialogue.turn import Turn, refer_back
from faqbot.models import Answer, Entry, Outcome
from faqbot.retrieval import Language, alternatives, has_form, normalize

# Longest question, in words, that is completed. Chosen by hand: a longer one tells a story.
MAX_WORDS = 20


def coordinated(turn: Turn) -> Answer | None:
    """Answer both questions that a conjunction joins.

    The result is None unless the best match lacks a word, and two other entries answer the two.
    """
    halves = _halves(turn.message.text, turn.language)
    if halves is None or len(turn.message.parts) != 1 or not _asks_twice(*halves, turn.language):
        return None
    if _has_all(turn, *halves):
        return None
    before, after = halves
    first = _answered(turn, _first_questions(before, after, turn.language), before, after)
    if first is None:
        return None
    second = _answered(turn, _second_questions(before, after, turn.language), after, before)
    if second is None:
        return None
    return join_answers(turn, [refer_back(first, turn), refer_back(second, turn)], more=False)


@lru_cache
def _conjunction(language: Language) -> re.Pattern[str]:
    words = alternatives(language.dialogue.conjunctions)
    return re.compile(rf"\s+(?:{words}|&)\s+", re.IGNORECASE)


@lru_cache
def _wish(language: Language) -> re.Pattern[str]:
    return re.compile(rf"(?:{alternatives(language.dialogue.wishes)})\b", re.IGNORECASE)


@lru_cache
def _comparisons(language: Language) -> frozenset[str]:
    return frozenset(_folded(word, language) for word in language.dialogue.comparisons)


def _halves(text: str, language: Language) -> tuple[list[str], list[str]] | None:
    """Return the words before and after the conjunction; None without one, and with several."""
    if not language.dialogue.conjunctions:
        return None
    halves = [half.rstrip(" ?.!").split() for half in _conjunction(language).split(text)]
    if len(halves) != 2 or not all(halves) or sum(map(len, halves)) > MAX_WORDS:  # noqa: PLR2004
        return None
    return halves[0], halves[1]


def _asks_twice(before: Sequence[str], after: Sequence[str], language: Language) -> bool:
    """Return True if *before* asks, wishes or orders, and *after* is no clause of its own.

    "I lost my card and I need a new one" tells a story: only the whole says which question is meant. So it
    is with a comparison: "the difference between a visa and a permit".
    """
    if not {_folded(word, language) for word in before}.isdisjoint(_comparisons(language)):
        return False
    text = " ".join(before)
    asks = is_asked(text, language) or _wish(language).match(text) is not None
    asks = asks or bool(key_terms(before[0], language))
    return asks and _folded(after[0], language) not in language.pronouns


def _has_all(turn: Turn, *halves: Sequence[str]) -> bool:
    """Return True if the best match of the whole question has all its key terms, or if there is none."""
    matches = turn.cleaned.found.matches
    if not matches:
        return True
    known = _words(matches[0].entry, turn)
    return all(_has_terms(turn, half, known) for half in halves)


def _first_questions(
    before: Sequence[str], after: Sequence[str], language: Language
) -> Iterator[str]:
    """Yield *before*, and *before* with the words of *after* behind its first key term."""
    yield " ".join(before)
    places = _places(after, language)
    if places and places[0] + 1 < len(after):
        yield " ".join((*before, *after[places[0] + 1 :]))


def _second_questions(
    before: Sequence[str], after: Sequence[str], language: Language
) -> Iterator[str]:
    """Yield *after* behind the start of *before*: without its last key terms, then without any."""
    places = _places(before, language)
    if not places:
        return
    start = places[-1]
    while start - 1 in places:
        start -= 1
    for end in dict.fromkeys((start, places[0])):
        kept = before[:end]
        while kept and _folded(kept[-1], language) in language.articles:
            kept = kept[:-1]
        yield " ".join((*kept, *after))


def _answered(
    turn: Turn, questions: Iterator[str], mine: Sequence[str], other: Sequence[str]
) -> Answer | None:
    """Return the answer to the first of *questions* that has one.

    The result is None unless its entry has all key terms of the half *mine*, and lacks one of the *other*.
    """
    answers = (turn.part(question).plain for question in questions)
    answer = next((each for each in answers if each.outcome is Outcome.ANSWERED), None)
    if answer is None or answer.entry is None:
        return None
    known = _words(answer.entry, turn)
    is_apart = _has_terms(turn, mine, known) and not _has_terms(turn, other, known)
    return answer if is_apart else None


def _has_terms(turn: Turn, half: Sequence[str], known: set[str]) -> bool:
    """Return True if the words *known* have all key terms of *half* in any regular form."""
    return all(has_form(turn.language, term, known) for term in _terms(half, turn))


def _words(entry: Entry, turn: Turn) -> set[str]:
    words_of = turn.engine.retriever.words_of
    return {word for text in entry.phrasings for word in words_of(text)}


def _terms(half: Sequence[str], turn: Turn) -> list[str]:
    """Return the key terms of *half*, as the words of an entry are read: "wifi" as "wi-fi"."""
    return [*filter(turn.language.is_key_term, turn.engine.retriever.words_of(" ".join(half)))]


def _places(words: Sequence[str], language: Language) -> list[int]:
    """Return the places of the words with a key term."""
    return [place for place, word in enumerate(words) if key_terms(word, language)]


def _folded(word: str, language: Language) -> str:
    return next(iter(language.tokenize(normalize(word))), "")
