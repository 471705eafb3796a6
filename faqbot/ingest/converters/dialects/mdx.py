"""Components of MDX and similar dialects, rewritten as plain Markdown.

Recognized are elements with a capital letter, such as ``<Accordion title="...">`` (Mintlify, Docusaurus,
Starlight, Nextra, Astro). A folded component becomes ``<details>``, an admonition a ``:::`` box. Other
components lose their tags and keep their title, in bold, and their text. Nothing is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from faqbot.ingest.blocks import Block, BlockLocation, left_out
from faqbot.ingest.converters.dialects.templates import ADMONITIONS, FOLDED, code_spans
from faqbot.ingest.markdown_text import one_line

_ATTRIBUTE = (
    r"[\w:.@-]++(?:=(?:\"[^\"]*+\"|'[^']*+'|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*+\})*+\})*+\}))?+"
)
_TAG = re.compile(
    rf"<(?P<shut>/)?(?P<name>[A-Z][\w.]*+)(?P<given>(?:\s++{_ATTRIBUTE})*+)\s*+(?P<alone>/)?>"
    r"|\{/\*(?P<comment>(?:[^*{]|\*(?!/)|\{(?!/\*))*+)\*/\}"
    r"|^(?P<module>(?:import|export)[ ](?:[^\n]*?[ ]from[ ]['\"][^\n]*|['\"][^\n]*|(?:const|default)[ ][^\n]*))$",
    re.MULTILINE,
)
_GIVEN = re.compile(
    r"(?<![\w:.@-])([\w:.@-]++)=(?:\"([^\"]*+)\"|'([^']*+)'|\{\s*+[\"'`]((?:[^\"'`{}])*+)[\"'`]\s*+\})"
)
_TITLES = ("title", "question", "summary", "header", "heading", "label", "trigger", "name", "q")
_ANSWERS = ("answer", "content", "text", "description", "body", "a")
_KINDS = ("type", "kind", "variant", "intent")
_FOLDS = FOLDED | frozenset(
    ["accordionitem", "accordionpanel", "disclosure", "expansionpanel", "faq", "faqitem", "faqentry", "foldable", "question", "toggle", "collapsiblesection", "qa"]
)  # fmt: skip
# Ends of the names of components that hold the title of a folded one.
_HEADS = re.compile(
    r"(?:.*(?:trigger|summary|header|title|button|control)|question)", re.IGNORECASE
)
# Depth of components whose lines lose their indentation. Each level costs a pass; chosen by hand.
_DEEPEST = 20
# Characters of a title; chosen by hand.
_LONGEST_TITLE = 500
_SETTING = "it is a setting of the page"
_COMMENT = "it is a comment"
_COMPONENT = "it is a component of the page that holds no text"


@dataclass(slots=True, eq=False)
class _Tag:
    """Tag in the text; *partner* closes or opens it.

    *alone* tags close themselves. *reason* says why a comment or a setting is left out. *has_head*
    says that a component inside gave the title, *is_open* that its partner is not written yet.
    """

    start: int
    end: int
    number: int
    source: str
    name: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    shut: bool = False
    alone: bool = False
    reason: str = ""
    partner: _Tag | None = None
    has_head: bool = False
    is_open: bool = False

    @property
    def title(self) -> str:
        """Title in its attributes, or an empty text."""
        return one_line(next((self.given[key] for key in _TITLES if self.given.get(key)), ""))

    @property
    def answer(self) -> str:
        """Text in its attributes, or an empty text."""
        return next((self.given[key].strip() for key in _ANSWERS if self.given.get(key)), "")


class Components:
    """Rewriter of a document's components; *records* hold texts left out."""

    def __init__(self, text: str) -> None:
        """Take the *text* of a whole document."""
        self._text = text
        self._widths: dict[int, int] = {}
        self._lines: list[tuple[int, str]] = []
        self._buffer = ""
        self._open: list[_Tag] = []
        self.records: list[Block] = []

    def rewritten(self) -> list[tuple[int, str]]:
        """Return the lines, each with its source line number, from 1."""
        tags = [tag for tag in _paired(_tags(self._text)) if self._is_markup(tag)]
        if not any(tag.name for tag in tags):
            return list(enumerate(self._text.split("\n"), start=1))
        depth = 0
        for tag in tags:
            depth += (-1 if tag.shut else 1) if tag.partner else 0
            if depth <= _DEEPEST:
                self._measure(tag)
        last, number = 0, 1
        for tag in tags:
            if tag.start < last:
                continue
            number = self._put(self._text[last : tag.start], number)
            last = self._put_tag(tag)
            number = tag.number + self._text.count("\n", tag.start, last)
        number = self._put(self._text[last:], number)
        self._flush(number)
        return self._lines

    def _is_markup(self, tag: _Tag) -> bool:
        return tag.partner is not None or tag.alone or bool(tag.reason)

    def _measure(self, tag: _Tag) -> None:
        """Store the indentation of lines between *tag* and its partner."""
        if tag.shut or tag.partner is None:
            return
        first = tag.number + tag.source.count("\n") + 1
        inside = self._text[tag.end : tag.partner.start].split("\n")[1:]
        widths = [len(line) - len(line.lstrip(" ")) for line in inside if line.strip()]
        for number in range(first, first + len(inside)):
            # The innermost component comes last.
            self._widths[number] = min(widths, default=0)

    def _put(self, text: str, number: int) -> int:
        """Write plain *text* from the line *number* on, and return the number of its last line."""
        first, *others = text.split("\n")
        self._buffer += first
        for line in others:
            self._flush(number)
            number += 1
            width = self._widths.get(number, 0)
            self._buffer = line[min(width, len(line) - len(line.lstrip(" "))) :]
        return number

    def _flush(self, number: int) -> None:
        self._lines.append((number, self._buffer))
        self._buffer = ""

    def _block(self, number: int, *lines: str) -> None:
        """Write *lines* of their own, with blank lines around them."""
        if self._buffer.strip():
            self._flush(number)
        self._buffer = ""
        self._lines += [(number, line) for line in ("", *lines, "")]

    def _put_tag(self, tag: _Tag) -> int:
        """Write the text of *tag*, and return where text continues."""
        opener = tag.partner if tag.shut and tag.partner else tag
        kind = opener.name.rpartition(".")[2].lower()
        if tag.reason:
            self.records.append(left_out(tag.source, tag.reason, BlockLocation(tag.number)))
        elif kind in _FOLDS and (opener.title or (tag.shut and opener.has_head)):
            self._folded(tag)
        elif tag.partner and not tag.shut and not tag.title and _HEADS.fullmatch(kind):
            return self._head(tag, tag.partner)
        elif kind in ADMONITIONS and not opener.alone:
            self._boxed(tag, kind)
        elif not tag.shut:
            self._plain(tag)
        self._nest(tag)
        return tag.end

    def _nest(self, tag: _Tag) -> None:
        """Store *tag* as the innermost open component, or end its partner and those inside."""
        if tag.partner and not tag.shut:
            tag.is_open = True
            self._open.append(tag)
        while tag.shut and tag.partner and tag.partner.is_open:
            self._open.pop().is_open = False

    def _folded(self, tag: _Tag) -> None:
        if tag.shut:
            self._block(tag.number, "</details>")
            return
        # A title holds no markup of its own: "<" is text.
        title = tag.title.replace("<", "&lt;")
        self._block(tag.number, f"<details><summary>{title}</summary>")
        if tag.answer:
            self._block(tag.number, *tag.answer.split("\n"))
        if tag.alone:
            self._block(tag.number, "</details>")

    def _boxed(self, tag: _Tag, kind: str) -> None:
        if tag.shut:
            self._block(tag.number, ":::")
            return
        kinds = (tag.given.get(key, "").lower() for key in _KINDS)
        name = next((each for each in kinds if each in ADMONITIONS), kind)
        self._block(tag.number, f":::{name}[{tag.title}]" if tag.title else f":::{name}")

    def _head(self, tag: _Tag, shut: _Tag) -> int:
        """Write a title component, and return the place after it.

        It is the title of the folded component around it, or else a line in bold.
        """
        inside = one_line(_TAG.sub("", self._text[tag.end : shut.start]))
        if not inside or len(inside) > _LONGEST_TITLE:
            return tag.end
        around = self._open[-1] if self._open else tag
        kind = around.name.rpartition(".")[2].lower()
        if kind in _FOLDS and not around.title and not around.has_head:
            around.has_head = True
            self._block(tag.number, f"<details><summary>{inside}</summary>")
        else:
            self._block(tag.number, f"**{inside}**")
        return shut.end

    def _plain(self, tag: _Tag) -> None:
        """Write title and text in another component's attributes."""
        address = tag.given.get("href", "")
        title = f"[{tag.title}]({address})" if tag.title and address else tag.title
        shown = [f"**{title}**"] if title else []
        shown += ["", *tag.answer.split("\n")] if tag.answer and tag.alone else []
        if shown:
            self._block(tag.number, *shown)
        elif tag.alone:
            self.records.append(left_out(tag.source, _COMPONENT, BlockLocation(tag.number)))


def _tags(text: str) -> Iterator[_Tag]:
    """Yield the tags outside code, with their line numbers."""
    spans = code_spans(text)
    at, number, seen = 0, 1, 0
    for found in _TAG.finditer(text):
        while at < len(spans) and spans[at][1] <= found.start():
            at += 1
        if at < len(spans) and spans[at][0] <= found.start():
            continue
        number += text.count("\n", seen, found.start())
        seen = found.start()
        tag = _Tag(*found.span(), number, found[0])
        if found["comment"] is not None or found["module"] is not None:
            tag.reason = _SETTING if found["module"] else _COMMENT
        else:
            tag.name, tag.shut, tag.alone = found["name"], bool(found["shut"]), bool(found["alone"])
            tag.given = _attributes(found["given"])
        yield tag


def _attributes(given: str) -> dict[str, str]:
    found = (
        (each[1].lower(), each[2] or each[3] or each[4] or "") for each in _GIVEN.finditer(given)
    )
    return dict(found)


def _paired(tags: Iterator[_Tag]) -> list[_Tag]:
    """Return *tags* with partners for opening and closing ones."""
    found = list(tags)
    opened: dict[str, list[_Tag]] = {}
    for tag in found:
        if tag.shut and opened.get(tag.name):
            tag.partner = opened[tag.name].pop()
            tag.partner.partner = tag
        elif tag.name and not tag.shut and not tag.alone:
            opened.setdefault(tag.name, []).append(tag)
    return found
