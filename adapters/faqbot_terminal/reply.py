"""Which characters may reach a terminal: none that moves its cursor, none that it cannot show.

What the chat says, before anything decides how it looks: a reply is a tuple of parts.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

ENCODING_ERRORS = "faqbot-nearest"
"""The codec error handler that writes the nearest ASCII for a character an encoding lacks."""

_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# These reorder the text around them, so that a line reads as something else than it says.
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
    """One line of plain text that names what follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Prose:
    """Markdown: an answer, or the knowledge base's greeting."""

    markdown: str


@dataclass(frozen=True, slots=True)
class Numbered:
    """Things to pick by number, counted from 1; all plain text."""

    title: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels with their values, one a row; all plain text."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A remark of the chat's own, in plain text."""

    text: str


Part = Title | Prose | Numbered | Facts | Note
Parts = tuple[Part, ...]


def printable(text: str) -> str:
    """Return *text* with nothing in it that a terminal would obey: only characters, tabs and lines."""
    lines = _REORDERING.sub("", _LINE_ENDS.sub("\n", text))
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", lines).expandtabs(4)


def one_line(text: str) -> str:
    """Return *text* printable and on one line, its runs of white space single spaces."""
    return " ".join(printable(text).split())


def _nearest(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character)
    return _NEAREST.get(character) or decomposed.encode("ascii", "ignore").decode() or "?"


def _encode_nearest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_nearest, error.object[error.start : error.end])), error.end


codecs.register_error(ENCODING_ERRORS, _encode_nearest)
