"""Blocks of a document: the common form that every converter produces.

A converter is a function ``read(data, name)`` in a module of its own, named in the table of `formats`.
It yields blocks in the order of the document. It does not decide which text is a question: rules do.
Links, images, code, tables, lists and emphasis become Markdown; images become links. A converter
raises `UnreadableDocument` for a document that it cannot read. It fetches nothing and runs nothing.

A converter loses no line. Text that no answer shows, such as a comment, is yielded as `left_out`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

_BOLD = re.compile(r"(\*\*|__)(?=\S)(?:(?!\1).)+(?<=\S)\1[:.]?", re.DOTALL)


class Kind(StrEnum):
    """Kind of a block."""

    TITLE = "title"
    """Title of the document outside its headings: `<title>`, front matter."""
    LANGUAGE = "language"
    """Code of the document's language, in an export by faqbot."""
    HEADING = "heading"
    """Heading, without marks, numbers and links to itself; *level* 1 is the highest."""
    TEXT = "text"
    """Paragraph, quotation, or other plain text."""
    ITEM = "item"
    """List item with its mark ("- ", "1. ") and its content, nested lists included."""
    CODE = "code"
    """Code block with its fences."""
    TABLE = "table"
    """Table as Markdown, and in *rows*."""
    PAIR = "pair"
    """Question and answer that the document marks up, in *pair*."""
    NOTE = "note"
    """Sentence for the author about text that was left out; no part of the document."""
    LEFT_OUT = "left out"
    """Text of the document that no answer shows, with a *reason* for the summary."""


@dataclass(frozen=True, slots=True)
class BlockLocation:
    """Location of a block in its document.

    *number* counts from 1; 0 is unknown. *unit* is the thing counted: line, page, row, paragraph.
    """

    number: int = 0
    unit: str = "line"

    def __str__(self) -> str:
        """Return the location as text ("line 12"); empty if unknown."""
        return f"{self.unit} {self.number}" if self.number else ""


NO_ANSWER = "there is no answer below it"
"""Reason for leaving out a question without an answer."""

NOWHERE = BlockLocation()
"""Unknown location."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Question marked as one by its document, with its answer in Markdown.

    *questions* are the question and its alternates. *follow_ups* are questions or ids of other pairs of
    the same document. *reason* says why an author must look at the pair, which then becomes a draft. It is
    empty for other pairs. The rest are fields of an entry, for formats that have them.
    """

    questions: tuple[str, ...]
    answer: str
    id: str = ""
    section: str = ""
    source: str = ""
    url: str = ""
    not_for: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    audience: frozenset[str] = frozenset()
    follow_ups: tuple[str, ...] = ()
    reviewed: date | None = None
    expires: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Piece of a document, such as a heading, a paragraph or an item.

    *text* is Markdown without line breaks at its ends; of a heading, its words. *tight* says that no blank
    line precedes the block, as in most lists. *level* is the depth of a heading or an item; 1 is the
    outermost. *rows* are the cells of a table, its head first. *reason* completes "left out, because ..."
    for `Kind.LEFT_OUT`. *asks* says that the document marks the text as a question.
    """

    kind: Kind
    text: str = ""
    level: int = 0
    tight: bool = False
    place: BlockLocation = NOWHERE
    rows: tuple[tuple[str, ...], ...] = ()
    pair: Pair | None = None
    reason: str = ""
    asks: bool = False

    @property
    def bold(self) -> bool:
        """True if the whole text is bold."""
        return _BOLD.fullmatch(self.text) is not None


class Reader(Protocol):
    """Function that converts documents of one format to blocks."""

    def __call__(self, data: bytes, name: str) -> Iterator[Block]:
        """Yield the blocks of the document *data*; messages call it *name*.

        Raises `UnreadableDocument` if it is broken, locked, empty or too large, and `MissingDependency`
        without the library that it needs.
        """
        ...


_ASIDE = frozenset({Kind.NOTE, Kind.TITLE, Kind.LANGUAGE, Kind.LEFT_OUT})


def left_out(text: str, reason: str, place: BlockLocation = NOWHERE) -> Block:
    """Return the record of a *text* that no answer shows.

    *text* is the full text of the document. *reason* completes the sentence "left out, because ...".
    Records with equal reasons are listed together, therefore it holds no figure or name.
    """
    return Block(Kind.LEFT_OUT, text, place=place, reason=reason)


def not_joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield notes and left-out records of *blocks*, which `joined` omits."""
    return (block for block in blocks if block.kind in {Kind.NOTE, Kind.LEFT_OUT})


def joined(blocks: Iterable[Block]) -> str:
    """Return *blocks* as Markdown, without notes, left-out records, title and language."""
    text = ""
    for block in blocks:
        if block.kind in _ASIDE or not block.text:
            continue
        shown = (
            f"{'#' * min(block.level, 6)} {block.text}"
            if block.kind is Kind.HEADING
            else block.text
        )
        text += ("\n" if block.tight else "\n\n") + shown if text else shown
    return text
