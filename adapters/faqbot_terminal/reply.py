"""Parts of a reply, and removal of control characters.

A reply is a tuple of parts. A screen decides how each is shown.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

ENCODING_ERRORS = "faqbot-nearest"
"""Name of the codec error handler that writes similar ASCII characters."""

_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# These reorder the text around them, so that a line can read as a different text.
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_NEAREST = {
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{MINUS SIGN}": "-",
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{BULLET}": "*",
    "\N{RIGHTWARDS ARROW}": "->",
}


@dataclass(frozen=True, slots=True)
class Title:
    """Heading of the next part: a line of plain text."""

    text: str


@dataclass(frozen=True, slots=True)
class Prose:
    """Markdown: an answer, or the knowledge base's greeting."""

    markdown: str


@dataclass(frozen=True, slots=True)
class Numbered:
    """List of plain texts to pick from, numbered from 1."""

    title: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Table of labels and values in plain text."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Remark of the chat in plain text."""

    text: str


Part = Title | Prose | Numbered | Facts | Note
Parts = tuple[Part, ...]


def printable(text: str) -> str:
    """Return *text* without control characters; tabs become spaces."""
    lines = _REORDERING.sub("", _LINE_ENDS.sub("\n", text))
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", lines).expandtabs(4)


def one_line(text: str) -> str:
    """Return *text* printable and on one line, with single spaces."""
    return " ".join(printable(text).split())


def _nearest(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character)
    return _NEAREST.get(character) or decomposed.encode("ascii", "ignore").decode() or "?"


def _encode_nearest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_nearest, error.object[error.start : error.end])), error.end


codecs.register_error(ENCODING_ERRORS, _encode_nearest)
