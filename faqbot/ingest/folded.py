"""Conversion of folded sections and lists of terms to blocks.

Documents mark up questions with both: `<details>` and `<dl>`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from faqbot.ingest.blocks import NO_ANSWER, Block, Kind, Pair, joined, left_out, not_joined
from faqbot.ingest.markdown_text import plain, without_number
from faqbot.ingest.question_forms import ends_as_question

_ANSWER = (
    "answers?|solutions?|explanations?|results?|antwort(?:en)?|l\u00f6sung(?:en)?|r\u00e9ponses?|solutions?|"
    "respuestas?|soluci\u00f3n|risposte?|rispost[ae]|soluzione|respostas?|antwoord(?:en)?|oplossing"
)
# A summary that announces the answer to the text above.
_IS_ANSWER = re.compile(
    r"(?:(?:show|view|see|reveal|open|expand|click(?: here)?|tap|to|for|the|our|my|sample|possible|correct|full)\s+)*"
    rf"(?:{_ANSWER}|a)(?:\s*(?:#\s*)?\d{{1,3}}|\s+(?:here|below|key))?",
    re.IGNORECASE,
)
_TELLS_ANSWER = re.compile(rf"(?:{_ANSWER})\b.{{0,200}}", re.IGNORECASE)
# A summary that only announces more text.
_IS_MORE = re.compile(
    r"details|show(?: more| details)?|more(?: details| info(?:rmation)?)?|read more|see more|"
    r"(?:click |tap )?(?:here )?(?:to )?expand(?: me)?|unfold|weiterlesen|mehr(?: anzeigen)?",
    re.IGNORECASE,
)


def only_folds(summary: str) -> bool:
    """Return True if *summary* is a mere label ("Show answer")."""
    bare = summary.rstrip(":.! ").strip()
    return not bare or bool(_IS_MORE.fullmatch(bare) or _IS_ANSWER.fullmatch(bare))


def shut(question: str, inner: Sequence[Block], level: int) -> Iterator[Block]:
    """Yield the blocks of a ``<details>`` with the summary *question* and the content *inner*.

    A summary such as "Answer" only hides part of the text above. A summary over further ones is a heading
    of *level*, or a question that includes them. A heading inside closes no section outside.
    """
    bare = question.rstrip(":.! ").strip()
    if not bare or _IS_MORE.fullmatch(bare):
        yield from _below(inner, level) if _asks(inner) else _as_text(inner)
    elif _IS_ANSWER.fullmatch(bare):
        yield from _as_text(inner)
    elif _TELLS_ANSWER.fullmatch(bare) and not ends_as_question(question):
        yield Block(Kind.TEXT, f"{question}")
        yield from _as_text(inner)
    else:
        yield from _asked(question, inner, level)


def _asked(question: str, inner: Sequence[Block], level: int) -> Iterator[Block]:
    nested = next((place for place, each in enumerate(inner) if each.kind is Kind.PAIR), len(inner))
    answer = joined(inner[:nested])
    if nested == len(inner) or (answer and ends_as_question(question)):
        yield from pair_of_terms([question], [answer])
        yield from not_joined(inner[:nested])
        yield from _below(inner[nested:], level)
    else:
        yield Block(Kind.HEADING, question, level=level)
        yield from _below(inner, level + 1)


def _asks(blocks: Iterable[Block]) -> bool:
    return any(each.kind is Kind.HEADING and ends_as_question(each.text) for each in blocks)


def _as_text(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield *blocks* with headings as bold text, which opens no section."""
    for block in blocks:
        if block.kind is Kind.HEADING:
            yield replace(
                block, kind=Kind.TEXT, text=f"{'#' * min(block.level, 6)} {block.text}", level=0
            )
        else:
            yield block


def _below(blocks: Sequence[Block], level: int) -> Iterator[Block]:
    """Yield *blocks*, the highest of their headings at *level* or below it."""
    highest = min((each.level for each in blocks if each.kind is Kind.HEADING), default=level)
    lower = max(level - highest, 0)
    for block in blocks:
        yield replace(block, level=block.level + lower) if block.kind is Kind.HEADING else block


def phrasings_of(markdown: str) -> list[str]:
    """Return the lines of a question in *markdown* that all ask; else its words as one question."""
    lines = [plain(line) for line in markdown.replace("\\\n", "\n").split("\n")]
    return lines if all(map(ends_as_question, lines)) else [plain(markdown)]


def pair_of_terms(terms: Sequence[str], answers: Sequence[str]) -> Iterator[Block]:
    """Yield the pair of *terms*, a question and its alternates, and *answers*.

    Terms without an answer are yielded as left out, answers without a term as text.
    """
    questions = tuple(dict.fromkeys(without_number(term) for term in terms if term))
    answer = "\n\n".join(each for each in answers if each)
    if questions and answer:
        shown = f"**{' / '.join(questions)}**\n\n{answer}"
        yield Block(Kind.PAIR, shown, pair=Pair(questions, answer))
    elif answer:
        yield Block(Kind.TEXT, answer)
    else:
        yield from (left_out(question, NO_ANSWER) for question in questions)
