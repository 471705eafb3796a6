"""Splitting of paragraphs that hold several questions with their answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from faqbot.ingest.blocks import Block, Kind
from faqbot.ingest.extraction.question_marks import MARKED_LINE, is_line_question
from faqbot.ingest.markdown_text import plain, unwrapped
from faqbot.ingest.question_forms import ends_as_question

# Emphasized text, with a number before it; it may begin a line or follow an answer.
_BOLD = re.compile(
    r"(?:(?<=\s)|^)(?:\d{1,3}\\?[.)][ \t]+)?(?P<mark>\*\*|__)(?=[^\s*_])(?P<inside>(?:(?!(?P=mark))[^\n])+)(?P=mark)"
    r"(?P<after>\\?[?:]?)",
    re.MULTILINE,
)
# Line that ends an answer, so that the next one may ask.
_ENDS = re.compile(r"(?:[.!?:)\"\u2019\u201d]|\\| {2}|\u3002)$")
_NEVER = (">", "|", "```", "~~~", "<", "    ")
# Share of bold lines, 0 to 1, that must ask before others count too; chosen by hand.
_MOSTLY = 0.5


def split_at_questions(block: Block) -> Iterator[Block]:
    """Yield each question of a paragraph or item that holds several as a block of text.

    Recognized are "Q:" lines, bold questions and lines that end in a question mark. Other blocks are
    yielded unchanged.
    """
    text = unwrapped(block.text) if block.kind is Kind.ITEM else block.text
    starts = _starts(text)
    if len(starts) <= 1:
        yield block
        return
    for start, end in zip([0, *starts[1:]], [*starts[1:], len(text)], strict=True):
        number = block.place.number + text.count("\n", 0, start)
        place = replace(block.place, number=number) if block.place.number else block.place
        part = text[start:end].strip("\n").rstrip("\\ \n")
        yield replace(block, kind=Kind.TEXT, level=0, tight=False, text=part, place=place)


def _starts(text: str) -> list[int]:
    """Return the places in *text* where questions begin; at most one if it holds no several."""
    if text.startswith(_NEVER):
        return []
    marked = [found.start() for found in MARKED_LINE.finditer(text)]
    if len(marked) > 1:
        return marked
    return _bold_starts(text) or _line_starts(text)


def _bold_starts(text: str) -> list[int]:
    spans = list(_BOLD.finditer(text)) if "**" in text or "__" in text else []
    if len(spans) <= 1 or spans[0].start() or not _asks(spans[0]):
        return []
    asking = [found for found in spans if _asks(found)]
    lines = [found for found in spans if _is_line(text, found)]
    if sum(map(_asks, lines)) > _MOSTLY * len(lines):
        asking = [found for found in spans if found in lines or _asks(found)]
    return [found.start() for found in asking]


def _asks(found: re.Match[str]) -> bool:
    return ends_as_question(plain(found["inside"])) or found["after"].endswith("?")


def _is_line(text: str, found: re.Match[str]) -> bool:
    """Return True if a bold text fills one or more lines, and is no label."""
    begins = found.start() == 0 or text[found.start() - 1] == "\n"
    rest = text[found.end() :].partition("\n")
    label = found["inside"].endswith(":") or found["after"].endswith(":")
    return begins and bool(rest[1]) and not rest[0].strip(" \\") and not label


def _line_starts(text: str) -> list[int]:
    """Return the starts of lines that ask, if each has an answer of its own below it."""
    lines = text.split("\n")
    if not is_line_question(lines[0].rstrip("\\ ")):
        return []
    starts, at, asked = [0], len(lines[0]) + 1, True
    for before, line in pairwise(lines):
        if _ENDS.search(before) and is_line_question(line.rstrip("\\ ")):
            if asked:
                return []  # two questions in a row: the paragraph is no list of pairs
            starts.append(at)
            asked = True
        else:
            asked = False
        at += len(line) + 1
    return [] if asked else starts
