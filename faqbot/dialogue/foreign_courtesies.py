"""Courtesies in another language than that of the knowledge base: "danke" to an English bot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

from faqbot.dialogue.turn import Turn
from faqbot.kb import shipped_manners
from faqbot.kb.merged_manners import COURTESIES
from faqbot.models import Answer
from faqbot.retrieval import LISTED_LANGUAGES, Language, language_of, normalize

# Tokenizer without the contractions of any language.
_TOKENIZE: Callable[[str], list[str]] = language_of("").tokenize


def foreign_courtesy(turn: Turn) -> Answer | None:
    """Answer a courtesy in another language, in that language if only one has it.

    The knowledge base and its language must lack one of the words, and have none as a name.
    """
    words = _TOKENIZE(normalize(turn.question.text))
    if not words or not _is_foreign(turn, words):
        return None
    found = _courtesies().get(" ".join(words), {})
    others = {code: name for code, name in found.items() if code != turn.language.code}
    entry = turn.engine.manners.entry(next(iter(others.values()), ""))
    if entry is None:
        return None
    answer = turn.engine.small_talk(turn.question, entry)
    if len(others) != 1 or not turn.engine.may_answer(next(iter(others))):
        return answer
    text = turn.engine.manners.translated(entry.id, next(iter(others)))
    return replace(answer, text=text) if text else answer


def _is_foreign(turn: Turn, words: Sequence[str]) -> bool:
    """Return True if one of *words* is unknown, and the knowledge base has none of them."""
    language, has = turn.language, turn.engine.retriever.has_word
    return any(not _is_known(language, word) for word in words) and not any(map(has, words))


def _is_known(language: Language, word: str) -> bool:
    return word in language.function_words or language.is_known(word)


@cache
def _courtesies() -> Mapping[str, Mapping[str, str]]:
    """Id of each courtesy by language, by its words; read once, when a message has unknown words."""
    found: dict[str, dict[str, str]] = {}
    for key, code, name in _phrasings():
        found.setdefault(key, {})[code] = name
    return found


def _phrasings() -> Iterator[tuple[str, str, str]]:
    for code in LISTED_LANGUAGES:
        for entry in shipped_manners(code).entries:
            for phrasing in entry.phrasings if entry.section == COURTESIES else ():
                yield " ".join(_TOKENIZE(normalize(phrasing))), code, entry.id
