"""Locations of texts and lists in a YAML file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import yaml
from yaml import events

from faqbot.files import read_regular
from faqbot.kb.loading import MAX_BYTES
from faqbot.kb.parsing import Parser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Position: TypeAlias = tuple[str | int, ...]
"""Keys and item numbers (from 0) that lead to a value: ("entries", 2, "question")."""

# Line break as libyaml reads it.
_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_COMMENT = re.compile(r"[ \t]+(#.*)")
_NOT_BLANK = re.compile(r"\S")


@dataclass(frozen=True, slots=True)
class Location:
    """Location of a value from *line* (from 1), with its style.

    *style* is one of ``' " | >`` for a text, "" for a plain text, ``[`` for a list in brackets and
    ``-`` for any other list. *raw* are the lines of a text in the file, without the line of the mark
    ``|`` or ``>``; *first* is the number of the first of them. *cut* is the comment behind a plain
    text, from its ``#`` on.
    """

    line: int
    style: str = ""
    first: int = 0
    raw: tuple[str, ...] = ()
    cut: str = ""

    def line_of(self, words: str, offset: int = 0) -> int:
        """Return the number of the line with *words* in it.

        In a block ``|`` it is that of line *offset*, from 0.
        """
        if self.style == "|":
            return self.first + offset
        found = (number for number, text in enumerate(self.raw) if words and words in text)
        return (self.first or self.line) + next(found, 0)


def read_locations(path: Path) -> dict[Position, Location]:
    """Return the location of each value of *path*, by position.

    Faults are ignored: the result holds the part that could be read, {} for a missing file.
    """
    try:
        data = read_regular(path, MAX_BYTES)
        return dict(_LocationReader(data).locations())
    except (OSError, ValueError):
        return {}


@dataclass(slots=True)
class _OpenContainer:
    """Open container; *key* is that of its next value, if known."""

    is_list: bool
    key: str | int | None


class _LocationReader:
    """Reader of the locations in a file's parse events."""

    def __init__(self, data: bytes) -> None:
        self._parser = Parser(data)
        self._lines = _BREAK.split(data.decode("utf-8-sig"))
        self._stack: list[_OpenContainer] = []

    def locations(self) -> Iterator[tuple[Position, Location]]:
        """Yield every location in the order of the file."""
        try:
            while self._parser.check_event():
                yield from self._handle(self._parser.get_event())
        except yaml.YAMLError:
            return

    def _handle(self, event: events.Event | None) -> Iterator[tuple[Position, Location]]:
        if isinstance(event, events.ScalarEvent):
            if self._is_key():
                self._stack[-1].key = event.value
            else:
                yield self._position(), self._location(event)
                self._advance()
        elif isinstance(event, events.SequenceStartEvent):
            style = "[" if event.flow_style else "-"
            yield self._position(), Location(_start(event).line + 1, style)
            self._stack.append(_OpenContainer(is_list=True, key=0))
        elif isinstance(event, events.MappingStartEvent):
            self._stack.append(_OpenContainer(is_list=False, key=None))
        elif isinstance(event, events.CollectionEndEvent):
            self._stack.pop()
            self._advance()

    def _is_key(self) -> bool:
        return bool(self._stack) and self._stack[-1].key is None

    def _position(self) -> Position:
        return tuple(container.key for container in self._stack if container.key is not None)

    def _advance(self) -> None:
        if self._stack:
            top = self._stack[-1]
            top.key = top.key + 1 if isinstance(top.key, int) else None

    def _location(self, event: events.ScalarEvent) -> Location:
        start, end = _start(event), _end(event)
        style = event.style or ""
        if style in {"|", ">"}:
            # The end mark of this text is at the beginning of the line after it.
            raw = self._lines[start.line + 1 : end.line + (end.column > 0)]
            blank = next((n for n, text in enumerate(raw) if _NOT_BLANK.search(text)), 0)
            return Location(start.line + 1, style, start.line + 2 + blank, tuple(raw[blank:]))
        raw = self._lines[start.line : end.line + 1]
        # Marks count characters, and a text that is not quoted ends where its last word does. Where the
        # file ends too early, a value that is missing may begin behind its last line.
        found = None if style or not raw else _COMMENT.match(raw[-1], end.column)
        cut = found[1].rstrip() if found else ""
        return Location(start.line + 1, style, start.line + 1, tuple(raw), cut)


def _start(event: events.Event) -> Any:  # noqa: ANN401 - a mark of libyaml's, or of PyYAML's own parser
    return event.start_mark


def _end(event: events.Event) -> Any:  # noqa: ANN401 - the same
    return event.end_mark
