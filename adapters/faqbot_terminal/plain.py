"""Shows a reply as plain text: for a pipe, a dumb terminal, or a computer without rich."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from faqbot_terminal.parts import Facts, Numbered, Part, Parts, Prose
from faqbot_terminal.plain_markdown import plain_lines, wrapped
from faqbot_terminal.reply import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["PipeScreen", "PlainScreen", "part_lines"]


class PlainScreen:
    """Writes replies for a person: wrapped to *width*, a blank line around each part."""

    def __init__(self, stream: TextIO, width: Callable[[], int]) -> None:
        """Write to *stream*; *width* is asked again for each reply, as a window can change."""
        self._stream = stream
        self._width = width

    def show(self, parts: Parts) -> None:
        """Write *parts* and flush."""
        width = self._width()
        for part in parts:
            self._stream.write("\n")
            self._stream.writelines(f"{line}\n" for line in part_lines(part, width))
        self._stream.write("\n")
        self._stream.flush()


class PipeScreen:
    """Writes replies for a program: each is one block without blank lines, a blank line between."""

    def __init__(self, stream: TextIO) -> None:
        """Write to *stream*, never wrapping a line."""
        self._stream = stream
        self._between = ""

    def show(self, parts: Parts) -> None:
        """Write *parts* and flush, so that a reader at the other end need not wait."""
        lines = (line for part in parts for line in part_lines(part, None))
        self._stream.write(self._between)
        self._stream.writelines(f"{line}\n" for line in lines if line.strip())
        self._stream.flush()
        self._between = "\n"


def part_lines(part: Part, width: int | None) -> Iterator[str]:
    """Yield the lines of *part* as plain text, wrapped to *width* characters unless None."""
    if isinstance(part, Prose):
        yield from plain_lines(part.markdown.strip(), width)
    elif isinstance(part, Numbered):
        yield from wrapped(one_line(part.title), width)
        yield from _numbered(part.items, width)
    elif isinstance(part, Facts):
        for label, value in part.rows:
            yield from wrapped(f"{one_line(label)}: {one_line(value)}", width, "", "  ")
    else:
        yield from wrapped(one_line(part.text), width)


def _numbered(items: tuple[str, ...], width: int | None) -> Iterator[str]:
    digits = len(str(len(items)))
    for number, item in enumerate(items, 1):
        start = f"{number:>{digits}}. "
        yield from wrapped(one_line(item), width, start, " " * len(start))
