"""Questions among paragraphs and list items: bold ones, ``Q:`` lines, and lines that end in "?"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from faqbot.ingest.blocks import Block, Kind
from faqbot.ingest.candidates import Rule
from faqbot.ingest.inline import one_line, plain
from faqbot.ingest.questions import is_question, tidy_question

__all__ = ["Asked", "asked_in", "split_at_marks", "without_answer_mark"]

_MARKED = re.compile(
    r"(?:[*_]{0,3}|#{1,6} )?(?:Q|Question|Frage|FAQ)[ .]?\d{0,3}[*_]{0,3}\s*[:.)][*_]{0,3}[ \t]+(\S.*)",
    re.DOTALL,
)
_MARKED_LINE = re.compile(
    r"^(?:[*_]{0,3})(?:Q|Question|Frage)[ .]?\d{0,3}[*_]{0,3}\s*[:.)][*_]{0,3}[ \t]+\S",
    re.MULTILINE,
)
_ANSWER_MARK = re.compile(
    r"^(\s*(?:[*_]{0,3}))(?:A|Ans|Answer|Antwort)[ .]?\d{0,3}[*_]{0,3}\s*[:.)][*_]{0,3}[ \t]+(?=\S)",
    re.IGNORECASE,
)
_ANSWER_BELOW = re.compile(
    r"\n[ \t]*(?=(?:[*_]{0,3})(?:A|Ans|Answer|Antwort)[ .]?\d{0,3}[*_]{0,3}\s*[:.)])"
)
_BOLD_START = re.compile(
    r"(?:\d{1,3}[.)]\s+)?(\*\*|__)(?=\S)((?:(?!\1).)+?)(?<=\S)\1[ \t]*:?(?:\\|  )?(?=\s|$)",
    re.DOTALL,
)
_ITEM = re.compile(r"^(\s*(?:[-*+]|\d{1,9}[.)])[ \t]+)(?:\[[ xX]\][ \t]+)?")
_ENDS = re.compile(r"[?\uff1f\u061f][\s*_\"'\u2019\u201d)]*$")
_STOP = re.compile(r"[.!:]\s+[A-Z]")
_LONGEST = 250


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that a block asks, as *rule* found it; *rest* is what the block says after it."""

    question: str
    rest: Block | None
    rule: Rule
    sure: bool


def asked_in(block: Block) -> Asked | None:
    """Return the question at the start of a paragraph or item, or None where it does not ask."""
    if block.kind is Kind.TEXT:
        return _in_text(block.text, block)
    if block.kind is Kind.ITEM:
        inner = _unwrapped(block.text)
        return _in_text(inner, replace(block, kind=Kind.TEXT, level=0, tight=False))
    return None


def _in_text(text: str, block: Block) -> Asked | None:
    marked = _MARKED.match(text)
    if marked:
        question, *answer = _ANSWER_BELOW.split(marked[1], maxsplit=1)
        if not answer and _ENDS.search(question.split("\n", 1)[0]):
            question, *answer = question.split("\n", 1)
        return _asked(question, "".join(answer), block, Rule.LINE_QUESTION, sure=True)
    bold = _BOLD_START.match(text)
    if bold:
        rest = text[bold.end() :]
        asks = is_question(plain(bold[2])) and (
            bool(_ENDS.search(bold[2])) or not rest.strip() or rest.lstrip(" \t\\").startswith("\n")
        )
        whole = not rest.strip() or rest.startswith("\n")
        if asks or whole:
            return _asked(bold[2], rest, block, Rule.BOLD_QUESTION, sure=asks)
    first, _, rest = text.partition("\n")
    if rest and _is_line_question(first):
        return _asked(first.rstrip("\\ "), rest, block, Rule.LINE_QUESTION, sure=False)
    if _is_line_question(one_line(text)):
        return _asked(text, "", block, Rule.LINE_QUESTION, sure=False)
    return None


def _is_line_question(line: str) -> bool:
    words = tidy_question(line)
    return (
        len(words) <= _LONGEST
        and bool(_ENDS.search(words))
        and not _STOP.search(words.replace("...", "\u2026"))
        and (words[:1].isupper() or not words[:1].isalpha() or is_question(words.rstrip("?")))
        and not line.lstrip().startswith((">", "|", "```", "<"))
    )


def _asked(question: str, rest: str, block: Block, rule: Rule, *, sure: bool) -> Asked | None:
    # Bold that began before the mark of the question ends with it.
    if question.count("**") % 2:
        question = question.replace("**", "", 1)
    words = tidy_question(question)
    if not words or len(words) > 2 * _LONGEST:
        return None
    after = (
        without_answer_mark(rest.strip("\n").lstrip(" \\").strip("\n"))
        if rest.strip(" \\\n")
        else ""
    )
    left = replace(block, text=after) if after else None
    return Asked(words, left, rule, sure)


def split_at_marks(block: Block) -> Iterator[Block]:
    """Yield the questions of a paragraph of several lines marked "Q:" as blocks of their own."""
    starts = [found.start() for found in _MARKED_LINE.finditer(block.text)]
    if len(starts) <= 1:
        yield block
        return
    for start, end in zip([0, *starts[1:]], [*starts[1:], len(block.text)], strict=True):
        number = block.place.number + block.text.count("\n", 0, start)
        place = replace(block.place, number=number) if block.place.number else block.place
        yield replace(block, text=block.text[start:end].strip("\n"), place=place)


def without_answer_mark(text: str) -> str:
    """Return an answer without the "A:" that it starts with."""
    return _ANSWER_MARK.sub(r"\1", text, count=1)


def _unwrapped(item: str) -> str:
    """Return what an item of a list holds, without its mark and indentation."""
    mark = _ITEM.match(item)
    width = len(mark[1]) if mark else 0
    first, *others = item.split("\n")
    rest = [line[min(width, len(line) - len(line.lstrip())) :] for line in others]
    return "\n".join([first[mark.end() if mark else 0 :], *rest])
