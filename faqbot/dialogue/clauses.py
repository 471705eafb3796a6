"""Sentences and listed items of a line, the clauses of a sentence, and words before a question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from faqbot.retrieval import Language, alternatives, fold_case, normalize

# An end of a sentence before a blank; initials and list numbers ("J. Smith", "1.") are no ends.
_SENTENCE_END = re.compile(
    r"(?<=[?!\u2026])\s+|(?<=[^\W_]{2}[.;])\s+|(?<=[.;?!\u2026][\"'\u201d\u2019)\]])\s+"
    r"|(?<=[\"'\u201d\u2019)\]][.;?!])\s+"
)
_LIST_MARK = re.compile(r"(?:^|(?<=\s))(?:\(?\d{1,2}[.)]|\(?[a-h][)]|[-*•])\s+")


def listed_items(text: str) -> tuple[str, ...]:
    """Return the items of an enumeration such as "1. ... 2. ...".

    The result is empty where *text* is no enumeration.
    """
    if len(_LIST_MARK.findall(text)) <= 1:
        return ()
    return tuple(filter(None, (item.strip(" ,;") for item in _LIST_MARK.split(text))))


def line_parts(line: str) -> Sequence[str]:
    """Return the sentences and listed items of *line*."""
    if items := listed_items(line):
        return [part for item in items for part in _SENTENCE_END.split(item)]
    return _SENTENCE_END.split(
        _LIST_MARK.sub("", line, count=1) if _LIST_MARK.match(line) else line
    )


def whole_questions(pieces: Sequence[str], language: Language) -> Iterator[str]:
    """Yield *pieces* of one sentence, with a subordinate clause before the question after it.

    "When I lose my key, who helps me" is one question; "when do you open, who helps me" are two.
    """
    waiting = ""
    for piece in filter(None, pieces):
        joined = f"{waiting}, {piece.strip(' ,;')}" if waiting else piece
        waiting = joined if is_subordinate(piece, language) else ""
        if not waiting:
            yield joined
    if waiting:
        yield waiting


def is_subordinate(clause: str, language: Language) -> bool:
    """Return True if *clause* begins with a conjunction such as "when", and no verb follows it."""
    return _subordinate(language).match(clause) is not None


@cache
def _subordinate(language: Language) -> re.Pattern[str]:
    words = language.dialogue
    starts, verbs = alternatives(words.subordinators), alternatives(words.question_verbs)
    return re.compile(rf"\W*+(?:{starts})\s++(?!(?:{verbs})\b)", re.IGNORECASE)


@cache
def _frame(language: Language) -> re.Pattern[str]:
    """Return the pattern of words before a question word that change nothing: "do you know"."""
    words = language.dialogue
    asking = "|".join((*sorted(language.question_words), alternatives(words.question_starts)))
    return re.compile(
        rf"\u00bf?(?:{alternatives(words.frames)})[\s,:]++(?=\u00bf?(?:{asking})\b)", re.IGNORECASE
    )


def without_frame(text: str, language: Language) -> str:
    """Return *text* without words before a question word that change nothing.

    They stay where the rest names no subject: "tell me who I am".
    """
    first = fold_case(text.partition(" ")[0]).strip("\u00bf,:")
    if first not in _starts_of_frames(language) or not (lead := _frame(language).match(text)):
        return text
    rest = text[lead.end() :]
    names_subject = any(map(language.is_key_term, language.tokenize(normalize(rest))))
    return rest if names_subject else text


@cache
def _starts_of_frames(language: Language) -> frozenset[str]:
    return frozenset(fold_case(phrase).split()[0] for phrase in language.dialogue.frames)
