"""The lines of a text by offset: where one begins and ends, and how it is broken."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["BREAK", "Lines"]

BREAK = r"(?:\r\n|\r(?!\n)|[\n\x85\u2028\u2029])"
"""A pattern for what libyaml takes for the end of a line."""
_LINE_END = re.compile("[\r\n\x85\u2028\u2029]|\\Z")
_TEXT_BELOW = re.compile(rf"(?:{BREAK}[ \t]*)*{BREAK}( *)(?=\S)")
_BLANKS = " \t\r\n\x85\u2028\u2029"


class Lines:
    """A text that is looked at by lines; *newline* is how most of them end."""

    def __init__(self, text: str) -> None:
        """Look at *text*."""
        self.text = text
        self.newline = max(("\n", "\r\n", "\r"), key=re.findall("\r\n|\r|\n", text).count)

    def stripped(self, offset: int) -> int:
        """Return where what stands before *offset* ends, without blanks and line breaks."""
        while offset and self.text[offset - 1] in _BLANKS:
            offset -= 1
        return offset

    def end(self, offset: int) -> int:
        """Return where the line ends on which what stands before *offset* ends."""
        found = _LINE_END.search(self.text, self.stripped(offset))
        return found.start() if found else len(self.text)

    def start(self, offset: int) -> int:
        """Return where the line of *offset* begins."""
        return 1 + max(self.text.rfind(each, 0, max(offset, 0)) for each in "\r\n")

    def above(self, line: int) -> int:
        """Return where the line above the one that begins at *line* does; ValueError at the top."""
        if not line:
            raise ValueError("there is no line above the first")
        return self.start(line - 1 - self.text.startswith("\r\n", line - 2))

    def indent_below(self, offset: int) -> int:
        """Return how deep the first line with text below the one at *offset* begins."""
        found = _TEXT_BELOW.match(self.text, self.end(offset))
        return len(found[1]) if found else 0

    def begins(self, offset: int) -> bool:
        """Tell whether only blanks stand before *offset* on its line."""
        return not self.text[self.start(offset) : offset].strip()

    def joined(self, lines: Iterable[str]) -> str:
        """Return *lines* as they go on behind the end of a line."""
        return "".join(self.newline + line for line in lines)
