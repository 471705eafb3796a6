"""Which characters may reach a terminal: none that moves its cursor, none that it cannot show."""

from __future__ import annotations

import codecs
import re
import unicodedata

__all__ = ["ENCODING_ERRORS", "one_line", "printable"]

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
