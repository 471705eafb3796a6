"""Admonitions and other boxes of Markdown dialects, rewritten as plain Markdown.

Recognized are ``:::note`` (Docusaurus, VitePress, Quarto, MyST), fences such as ```` ```{note} ````
(MyST), ``!!! note`` and ``??? note`` (MkDocs), and ``> [!NOTE]`` (GitHub, Obsidian). Their text stays,
with the title in bold before it. A folded box becomes ``<details>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from faqbot.ingest.blocks import Block, BlockLocation, left_out
from faqbot.ingest.converters.dialects.templates import ADMONITIONS, FOLDED
from faqbot.ingest.markdown_text import plain

_PAD = r"(?P<pad>[ \t]*(?:>[ \t]?)*)"
_COLONS = re.compile(rf"{_PAD}(?P<mark>:{{3,}})[ \t]*(?P<rest>[^\n]*)")
_FENCE = re.compile(rf"{_PAD}(?P<mark>`{{3,}}|~{{3,}})(?P<rest>[^\n]*)")
_INDENTED = re.compile(
    r"(?P<pad>[ \t]*)(?:!!!|\?\?\?\+?)[ \t]+(?P<names>[\w-]+(?:[ ][\w-]+)*)(?:[ \t]+\"(?P<title>[^\"]*)\")?[ \t]*"
)
_TAB = re.compile(r"(?P<pad>[ \t]*)===[!+]?[ \t]+\"(?P<title>[^\"]*)\"[ \t]*")
_CALLOUT = re.compile(
    r"(?P<pad>[ \t]*(?:>[ \t]?)+)\[!(?P<name>[\w-]+)\](?P<fold>[-+]?)[ \t]*(?P<title>[^\n]*)"
)
_DIRECTIVE = re.compile(r"\{(?P<braced>[\w:.+-]+)\}|(?P<name>[A-Za-z][\w-]*)(?=[\s\[{]|$)")
_ATTRIBUTES = re.compile(r"\{(?P<inside>[^{}]*)\}")
_TITLED = re.compile(r"(?:title|label|summary)[ ]?=[ ]?(?:\"([^\"]*)\"|'([^']*)')")
_CLASS = re.compile(r"\.(?:callout-)?([\w-]+)")
_OPTION = re.compile(r"[ \t]*(?:>[ \t]?)*:[\w-]+:(?:[ \t].*)?")
# Attributes of a block in kramdown, alone on a line.
_BLOCK_ATTRIBUTES = re.compile(r"(?P<pad>[ \t]*(?:>[ \t]?)*)\{:(?P<inside>[^{}]*)\}[ \t]*")
_NOT_PROSE = re.compile(r"[ \t]*(?:[-*+>|<#:!=?]|\d+[.)][ \t]|`{3}|~{3})|(?: {4}|\t)|$")
# Directives of MyST with code or generated content: they stay as code.
_HOLDS_TEXT = ADMONITIONS | FOLDED | frozenset(
    ["seealso", "topic", "sidebar", "margin", "figure", "card", "grid", "grid-item", "grid-item-card", "tab-set", "tab-item", "dropdown", "epigraph", "pull-quote", "highlights", "div", "exercise", "solution", "aside"]
)  # fmt: skip
# Depth of nested boxes; deeper marks stay as text. Chosen by hand.
_DEEPEST = 50
_SETTING = "it sets how the page is shown"


@dataclass(slots=True)
class _OpenBox:
    """Open box: the closing *mark*, or the *indent* of its lines."""

    mark: str
    pad: str
    folded: bool = False
    indent: int = 0


class Boxes:
    """Rewriter of boxes in a document; *records* hold marks with text."""

    def __init__(self, lines: Sequence[str]) -> None:
        """Take the lines of a whole document."""
        self._lines = lines
        self._open: list[_OpenBox] = []
        self._title = ""
        self._pad = ""
        self._fence = ""
        self._options = False
        self.records: list[Block] = []

    def rewritten(self) -> Iterator[tuple[int, str]]:
        """Yield lines, each with its source line number, from 1."""
        number = 0
        for number, line in enumerate(self._lines, start=1):
            for each in (*self._unindented(line), *self._line(self._dedented(line), number)):
                yield number, each
        for each in self._close_all():
            yield number, each

    def _unindented(self, line: str) -> Iterator[str]:
        """Yield the ends of indented boxes that end before *line*."""
        if self._fence or not line.strip():
            return
        width = _width(line)
        while any(each.indent > width for each in self._open):
            yield from self._close()

    def _dedented(self, line: str) -> str:
        """Return *line* without the indentation of the innermost indented box."""
        box = next((each for each in reversed(self._open) if each.indent), None)
        if box is None or not line.strip():
            return line
        return box.pad + line.expandtabs(4)[box.indent :]

    def _line(self, line: str, number: int) -> Iterator[str]:
        fence = _FENCE.fullmatch(line)
        if self._fence:
            if fence and fence["mark"].startswith(self._fence) and not fence["rest"].strip():
                self._fence = ""
            yield line
        elif self._options and (_OPTION.fullmatch(line)):
            self.records.append(left_out(line.strip(), _SETTING, BlockLocation(number)))
        else:
            self._options = False
            yield from self._outside(line, number, fence)

    def _outside(self, line: str, number: int, fence: re.Match[str] | None) -> Iterator[str]:
        """Yield a line outside code."""
        colons = _COLONS.fullmatch(line)
        indented = _INDENTED.fullmatch(line)
        tab = _TAB.fullmatch(line)
        callout = _CALLOUT.fullmatch(line)
        if len(self._open) >= _DEEPEST and not (colons and not colons["rest"].strip()):
            yield line
        elif fence:
            yield from self._at_fence(line, number, fence)
        elif colons:
            yield from self._at_colons(line, number, colons)
        elif indented:
            yield from self._at_names(line, number, indented)
        elif tab:
            yield from self._opened(self._indented_box(tab["pad"], number), tab["title"])
        elif callout and not self._title:
            yield from self._at_callout(line, number, callout)
        elif attributes := _BLOCK_ATTRIBUTES.fullmatch(line):
            self._at_attributes(number, attributes)
        else:
            yield from self._prose(line)

    def _indented_box(self, pad: str, number: int, *, folded: bool = False) -> _OpenBox:
        return _OpenBox("", pad, folded, _width(self._lines[number - 1]) + 4)

    def _at_names(self, line: str, number: int, found: re.Match[str]) -> Iterator[str]:
        """Yield the start of a box whose lines are indented."""
        names = found["names"].split()
        kind = next((name for name in names if name.lower() in ADMONITIONS), names[0])
        title = found["title"] or kind.capitalize()
        if [name for name in names if name.lower() not in ADMONITIONS and name != kind] or (
            kind.lower() not in ADMONITIONS and found["title"]
        ):
            self.records.append(left_out(line.strip(), _SETTING, BlockLocation(number)))
        folded = line.lstrip().startswith("???")
        yield from self._opened(self._indented_box(found["pad"], number, folded=folded), title)

    def _at_callout(self, line: str, number: int, found: re.Match[str]) -> Iterator[str]:
        """Yield the title of a quotation that is a box."""
        self._title = found["title"].strip() or found["name"].replace("-", " ").capitalize()
        self._pad = found["pad"]
        if found["title"].strip() and found["name"].lower() not in ADMONITIONS:
            self.records.append(left_out(line.strip(), _SETTING, BlockLocation(number)))
        after = self._lines[number] if number < len(self._lines) else ""
        if not after.lstrip().startswith(">"):
            yield from self._titled()

    def _at_attributes(self, number: int, found: re.Match[str]) -> None:
        """Store the title that attributes such as ``{: .note }`` give to the block after them."""
        before = self._lines[number - 2] if number > 1 else ""
        kinds = (name.removesuffix("-title") for name in _CLASS.findall(found["inside"]))
        kind = next((name for name in kinds if name.lower() in ADMONITIONS), "")
        if kind and not before.strip("> \t"):
            self._title, self._pad = kind.capitalize(), found["pad"]
        if not kind or _more(found["inside"].replace("-title", ""), kind):
            text = self._lines[number - 1].strip()
            self.records.append(left_out(text, _SETTING, BlockLocation(number)))

    def _at_fence(self, line: str, number: int, fence: re.Match[str]) -> Iterator[str]:
        if self._open and self._open[-1].mark == fence["mark"] and not fence["rest"].strip():
            yield from self._close()
            return
        named = _DIRECTIVE.match(fence["rest"].strip())
        if named and named["braced"] and named["braced"].lower() in _HOLDS_TEXT:
            yield from self._directive(fence, number, line)
        else:
            self._fence = fence["mark"]
            yield from self._titled()
            yield line

    def _at_colons(self, line: str, number: int, colons: re.Match[str]) -> Iterator[str]:
        if colons["rest"].strip(" :"):
            yield from self._directive(colons, number, line)
        elif any(each.mark.startswith(":") for each in self._open):
            while self._open and not self._open[-1].mark.startswith(":"):
                yield from self._close()
            yield from self._close()
        else:
            yield ""

    def _directive(self, found: re.Match[str], number: int, line: str) -> Iterator[str]:
        name, title, rest = _named(found["rest"].strip().rstrip(":").rstrip())
        self._options = "{" in found["rest"]
        if rest:
            self.records.append(left_out(line.strip(), _SETTING, BlockLocation(number)))
        yield from self._opened(
            _OpenBox(found["mark"], found["pad"], name in FOLDED and bool(title)), title
        )

    def _opened(self, box: _OpenBox, title: str) -> Iterator[str]:
        yield from self._titled()
        self._open.append(box)
        yield box.pad.rstrip()
        if box.folded:
            yield f"{box.pad}<details><summary>{title}</summary>"
            yield box.pad.rstrip()
        else:
            self._title, self._pad = title, box.pad

    def _prose(self, line: str) -> Iterator[str]:
        bare = line.strip().lstrip(">").strip()
        if not self._title or not bare:
            yield line
        elif _NOT_PROSE.match(line[len(self._pad) :]):
            yield from self._titled()
            yield line
        else:
            yield f"{self._pad}{_bold(self._title)} {line[len(self._pad) :].lstrip()}"
            self._title = ""

    def _titled(self) -> Iterator[str]:
        """Yield the pending title of a box before its text."""
        if self._title:
            yield f"{self._pad}{_bold(self._title)}"
            yield self._pad.rstrip()
            self._title = ""

    def _close(self) -> Iterator[str]:
        yield from self._titled()
        box = self._open.pop()
        yield box.pad.rstrip()
        if box.folded:
            yield f"{box.pad}</details>"
            yield box.pad.rstrip()

    def _close_all(self) -> Iterator[str]:
        yield from self._titled()
        while self._open:
            if self._open[-1].folded:
                yield from self._close()
            else:
                self._open.pop()


def _named(rest: str) -> tuple[str, str, str]:
    """Return name, title and more text of a directive's *rest*."""
    found = _DIRECTIVE.match(rest)
    braced = rest.startswith("{") and not (found and found["braced"])
    attributes = _ATTRIBUTES.search(rest, found.end() if found and found["braced"] else 0)
    inside = attributes["inside"] if attributes else ""
    titled = _TITLED.search(inside)
    classed = _CLASS.search(inside)
    name = "" if braced or not found else (found["braced"] or found["name"])
    after = rest[found.end() :] if name and found else rest
    if attributes:
        after = after.replace(attributes[0], "", 1)
    title = after.strip()
    if title.startswith("[") and title.endswith("]"):
        title = title[1:-1].strip()
    if braced and classed:
        name = classed[1]
    given = (titled[1] or titled[2] or "") if titled else ""
    kind = name.lower()
    known = kind in _HOLDS_TEXT
    if (
        not known
        and name
        and not (found and found["braced"])
        and not braced
        and title
        and name[:1].isupper()
    ):
        return "", plain(rest), ""
    words = plain(given or title)
    other = inside.replace(titled[0], "") if titled else inside
    left = "" if (known or not name) and not _more(other, name) else rest
    if not words and kind in ADMONITIONS - {"admonition", "callout"}:
        words = name.capitalize()
    return kind, words, left


def _more(inside: str, name: str) -> bool:
    """Return True if attributes hold more than the box *name*."""
    return bool(re.sub(rf"\.(?:callout-)?{re.escape(name)}\b|\.callout\b", "", inside).strip())


def _bold(title: str) -> str:
    bare = title.strip().strip("*")
    return f"**{bare}**" if bare[-1:] in "?!.:" else f"**{bare}:**"


def _width(line: str) -> int:
    wide = line.expandtabs(4)
    return len(wide) - len(wide.lstrip())
