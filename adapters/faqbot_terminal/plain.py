"""Plain-text rendering of replies and their Markdown.

It serves pipes, dumb terminals, and installations without rich.
"""

from __future__ import annotations

import re
import textwrap
from collections import deque
from html import unescape
from typing import TYPE_CHECKING, TextIO

from faqbot_terminal.reply import Facts, Numbered, Part, Parts, Prose, one_line, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# A code span, an escaped punctuation mark, or a link in angle brackets: kept unchanged.
_LITERAL = re.compile(
    r"(?:(?<!`)|(?<=\\`))(?P<ticks>`++)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)"
    r"|\\(?P<mark>[!-/:-@\[-`{-~])"
    r"|<(?P<url>[a-z][a-z+.-]*:[^\s<>]*|[^\s<>@]+@[^\s<>@]+)>",
    re.DOTALL,
)
_LINK = re.compile(
    r"!?\[(?P<text>[^\[\]]*)\]"
    r"\(\s*+<?(?P<url>(?:[^()\s<>]|\([^()\s]*+\))*+)>?(?:\s++(?:\"[^\"]*+\"|'[^']*+'))?\s*+\)"
)
_EMPHASIS = (
    re.compile(r"\*\*\*(?!\s)([^*]+)(?<!\s)\*\*\*"),
    re.compile(r"(?<!\*)\*(?![\s*])([^*]+)(?<!\s)\*(?!\*)"),
    re.compile(r"\*\*(?!\s)([^*]+)(?<!\s)\*\*"),
    re.compile(r"(?<!\w)_(?![\s_])([^_]+)(?<!\s)_(?!\w)"),
    re.compile(r"(?<!\w)__(?![\s_])([^_]+)(?<!\s)__(?!\w)"),
    re.compile(r"~~(?!\s)([^~]+)(?<!\s)~~"),
)
_KEPT = re.compile("\0([0-9]+)\0")
_FENCE = re.compile(r" *(?P<marks>`{3,}|~{3,})[^`]*$")
_VERBATIM = re.compile(r" {4,}(?![-*+] |[0-9]+[.)] )\S")
_HEADING = re.compile(r" {0,3}#{1,6} +(?P<text>.*)")
_RULE = re.compile(r" {0,3}([-*_])(?: *\1){2,} *$")
# Nested quotes become a single level: each level takes width, and deep nesting takes stack.
_QUOTE = re.compile(r"(?: {0,3}> ?)+(?P<text>.*)")
_ITEM = re.compile(r" *(?P<bullet>[-*+]|[0-9]{1,9}[.)]) +(?P<text>\S.*)")
_TABLE_RULE = re.compile(r" *+\|?(?: *+:?-++:? *+\|)++(?: *+:?-++:? *+)?$|^ *+\| *+:?-++:? *+$")
_CELL_END = re.compile(r"(?<!\\)\|")
_HARD_BREAK = re.compile(r"(?:(?<! )  ++|\\)\n")
# Spaces between the columns of a table, chosen by hand.
_COLUMN_GAP = 2


def plain_inline(markdown: str) -> str:
    """Return the text of the block *markdown* without its marks.

    It must not hold NUL.

    A link becomes ``text (url)``, a code span keeps its backticks.
    """
    literals: list[str] = []

    def keep(found: re.Match[str]) -> str:
        literals.append(found["mark"] or found["url"] or found[0])
        return f"\0{len(literals) - 1}\0"

    text = _LINK.sub(_link, _LITERAL.sub(keep, markdown))
    for emphasis in _EMPHASIS:
        text = emphasis.sub(r"\1", text)
    return _KEPT.sub(lambda found: literals[int(found[1])], unescape(text))


def _link(found: re.Match[str]) -> str:
    text, url = found["text"].strip(), found["url"].removeprefix("mailto:")
    return f"{text} ({url})" if text and url and text != url else text or url


def plain_lines(markdown: str, width: int | None = None) -> Iterator[str]:
    """Yield *markdown* as plain lines of *width* characters.

    With *width* None they are not wrapped.

    Code and words longer than a line are not broken, so that they can be copied.
    """
    lines = deque(printable(markdown).split("\n"))
    while lines:
        yield from map(printable, _block(lines, width))


def wrapped(text: str, width: int | None, first: str = "", rest: str = "") -> Iterator[str]:
    """Yield *text* in lines of *width* characters, with prefixes."""
    start = first
    for line in printable(text).split("\n"):
        yield from _folded(line, width, start, rest)
        start = rest


def _unclosed(heading: str) -> str:
    """Return the text of a *heading* without closing marks."""
    text = heading.rstrip(" ")
    bare = text.rstrip("#")
    return bare.rstrip(" ") if bare.endswith(" ") else text


def _folded(line: str, width: int | None, first: str, rest: str) -> list[str]:
    if width is None or not line.strip():
        return [f"{first}{line}".rstrip()]
    return textwrap.wrap(
        line,
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _block(lines: deque[str], width: int | None) -> Iterator[str]:
    """Remove the first block from *lines*; return plain lines."""
    if fence := _FENCE.match(lines[0]):
        return _code(lines, fence["marks"])
    if _QUOTE.match(lines[0]):
        return _quote(lines, width)
    if _is_table(lines):
        return _table(lines, width)
    if not lines[0].strip() or _VERBATIM.match(lines[0]) or _RULE.match(lines[0]):
        return iter([lines.popleft().rstrip()])
    if heading := _HEADING.match(lines[0]):
        lines.popleft()
        return wrapped(plain_inline(_unclosed(heading["text"])), width)
    return _paragraph(lines, width)


def _code(lines: deque[str], marks: str) -> Iterator[str]:
    opening = lines.popleft()
    indent = len(opening) - len(opening.lstrip())
    while lines:
        line = lines.popleft()
        if line.strip().startswith(marks) and not line.strip().strip(marks[0]):
            return
        code = line[indent:] if not line[:indent].strip() else line
        yield f"{' ' * (indent + 4)}{code}".rstrip()


def _quote(lines: deque[str], width: int | None) -> Iterator[str]:
    quoted = []
    while lines and (found := _QUOTE.match(lines[0])):
        quoted.append(found["text"])
        lines.popleft()
    inner = None if width is None else max(width - 2, 1)
    for line in plain_lines("\n".join(quoted), inner):
        yield f"> {line}".rstrip()


def _paragraph(lines: deque[str], width: int | None) -> Iterator[str]:
    """Remove a paragraph or item from *lines*; return plain lines."""
    first = lines.popleft()
    item = _ITEM.match(first)
    text = item["text"] if item else first.lstrip()
    start = " " * (len(first) - len(first.lstrip()))
    if item:
        start += ("-" if item["bullet"] in "-*+" else item["bullet"]) + " "
    while lines and not _starts_block(lines):
        text += "\n" + lines.popleft().lstrip()
    broken = (" ".join(part.split()) for part in _HARD_BREAK.split(text))
    return wrapped(plain_inline("\n".join(broken)), width, start, " " * len(start))


def _starts_block(lines: deque[str]) -> bool:
    starts = (_FENCE, _QUOTE, _RULE, _HEADING, _ITEM)
    return (
        not lines[0].strip() or any(start.match(lines[0]) for start in starts) or _is_table(lines)
    )


def _is_table(lines: deque[str]) -> bool:
    return len(lines) > 1 and "|" in lines[0] and bool(_TABLE_RULE.match(lines[1]))


def _table(lines: deque[str], width: int | None) -> Iterator[str]:
    header = _cells(lines.popleft())
    lines.popleft()
    rows = []
    while lines and "|" in lines[0]:
        rows.append((_cells(lines.popleft()) + [""] * len(header))[: len(header)])
    columns = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    if width is None or sum(columns) + _COLUMN_GAP * (len(columns) - 1) <= width:
        return _aligned([header, ["-" * column for column in columns], *rows], columns)
    return _records(header, rows, width)


def _cells(row: str) -> list[str]:
    inner = row.strip().removeprefix("|").removesuffix("|")
    return [one_line(plain_inline(cell)) for cell in _CELL_END.split(inner)]


def _aligned(rows: list[list[str]], columns: list[int]) -> Iterator[str]:
    for row in rows:
        padded = (cell.ljust(column) for cell, column in zip(row, columns, strict=True))
        yield (" " * _COLUMN_GAP).join(padded).rstrip()


def _records(header: list[str], rows: list[list[str]], width: int) -> Iterator[str]:
    """Yield a wide table as a record per row: ``Heading: cell``."""
    for number, row in enumerate(rows):
        if number:
            yield ""
        for name, cell in zip(header, row, strict=True):
            yield from wrapped(f"{name}: {cell}" if name else cell, width, "", "  ")


class PlainScreen:
    """Screen for a person: wrapped lines, blank lines around parts."""

    def __init__(self, stream: TextIO, width: Callable[[], int]) -> None:
        """Write to *stream*; *width* is called for each reply."""
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
    """Screen for a program: a block of lines per reply."""

    def __init__(self, stream: TextIO) -> None:
        """Write to *stream* without wrapping."""
        self._stream = stream
        self._between = ""

    def show(self, parts: Parts) -> None:
        """Write *parts* and flush."""
        lines = (line for part in parts for line in part_lines(part, None))
        self._stream.write(self._between)
        self._stream.writelines(f"{line}\n" for line in lines if line.strip())
        self._stream.flush()
        self._between = "\n"


def part_lines(part: Part, width: int | None) -> Iterator[str]:
    """Yield *part* as plain lines, wrapped to *width* unless None."""
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
