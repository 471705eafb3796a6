"""Removal of marks of site generators and template languages.

Recognized are shortcodes of Hugo: ``{{< note >}}``, ``{{% note %}}``. Tags of Liquid, Jinja and Django
are ``{% raw %}``, ``{% trans "..." %}``, ``{# ... #}``. Text between two marks stays. Nothing is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from faqbot.ingest.blocks import Block, BlockLocation, Kind, left_out
from faqbot.ingest.markdown_text import fence_around, one_line

ADMONITIONS = frozenset(
    [
        "abstract",
        "admonition",
        "alert",
        "attention",
        "bug",
        "callout",
        "caution",
        "check",
        "danger",
        "error",
        "example",
        "fail",
        "failure",
        "faq",
        "hint",
        "important",
        "info",
        "information",
        "note",
        "notice",
        "question",
        "quote",
        "remember",
        "seealso",
        "success",
        "summary",
        "tip",
        "tldr",
        "todo",
        "versionadded",
        "versionchanged",
        "deprecated",
        "warn",
        "warning",
    ]
)
"""Names of boxes that are set off from the text; they title boxes without a title."""
FOLDED = frozenset(
    [
        "details",
        "expand",
        "expandable",
        "accordion",
        "collapse",
        "collapsible",
        "spoiler",
        "dropdown",
    ]
)
"""Names of sections that a reader unfolds."""

# Each alternative ends at the first mark of another: matching needs linear time.
_TOKEN = re.compile(
    r"\{\{[<%](?P<hugo>(?:[^{}]|\{(?!\{)|\}(?!\}))*)[%>]\}\}"
    r"|\{%(?P<tag>(?:[^{%]|\{(?!%)|%(?!\}))*)%\}"
    r"|\{#(?=[\s-])(?P<comment>(?:[^{#]|\{(?!\#)|\#(?!\}))*)\#\}"
    r"|\{\{[-\s]*(?:_|gettext|trans|translate|t)\((?P<said>\"[^\"{}]*\"|'[^'{}]*')\)[-\s]*\}\}"
)
_MARKDOWN_CODE = re.compile(
    r"^[ >\t]*(?P<fence>`{3,}|~{3,})[^\n]*(?:\n(?![ >\t]*(?P=fence))[^\n]*)*(?:\n[^\n]*)?"
    r"|(?<!`)(?P<span>`{1,2})(?!`)[^`\n]+(?P=span)(?!`)",
    re.MULTILINE,
)
_HTML_CODE = re.compile(
    r"<(?P<code>pre|code|script|style)\b(?:[^<]|<(?!/?(?P=code)\b))*</(?P=code)>"
    r"|<!--(?:[^-<]|-(?!->)|<(?!!--))*-->",
    re.IGNORECASE,
)
_ARGUMENT = re.compile(r"(?:([\w-]+)[ ]?=[ ]?)?(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=]+))")
_TITLES = ("title", "header", "heading", "summary", "label", "name", "tabname", "tab")
_TEXTS = ("content", "text", "body", "message")
_KINDS = ("type", "style", "kind", "level", "class", "variant")
_RAW = frozenset({"raw", "verbatim"})
_COMMENTS = frozenset({"comment"})
_CODES = frozenset({"highlight", "code", "codeblock", "prettify"})
_SAID = frozenset({"trans", "translate"})
_OTHER_TEXT = frozenset({"else", "elsif", "elif", "elseif", "plural", "empty", "when"})
# Blanks beside a mark that is alone on its line, in characters; chosen by hand.
_LONGEST_LINE = 1_000
_INSTRUCTION = "it is an instruction to the program that builds the page"
_COMMENT = "it is a comment"


@dataclass(slots=True)
class _Mark:
    """Mark in the text; *partner* closes or opens it."""

    start: int
    end: int
    source: str
    name: str = ""
    given: str = ""
    closes: bool = False
    comment: bool = False
    said: str = ""
    partner: _Mark | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()


def without_templates(text: str, *, html: bool = False) -> tuple[str, list[Block]]:
    """Return *text* without template marks, and records of marks with text.

    Lines keep their numbers. A box that was set off becomes a ``:::`` container in Markdown. With *html* it
    becomes a paragraph with its title in bold. Code stays unchanged.
    """
    if "{%" not in text and "{{" not in text and "{#" not in text:
        return text, []
    marks = list(_marks(text, _HTML_CODE if html else _MARKDOWN_CODE))
    _pair(marks)
    return _Rewriting(text, html=html).done(marks)


def code_spans(text: str, code: re.Pattern[str] = _MARKDOWN_CODE) -> list[tuple[int, int]]:
    """Return start and end of each part of *text* that the pattern *code* matches."""
    return [found.span() for found in code.finditer(text)]


def _marks(text: str, code: re.Pattern[str]) -> Iterator[_Mark]:
    spans = code_spans(text, code)
    at = 0
    for found in _TOKEN.finditer(text):
        while at < len(spans) and spans[at][1] <= found.start():
            at += 1
        if at < len(spans) and spans[at][0] < found.start():
            continue
        yield _mark(found)


def _mark(found: re.Match[str]) -> _Mark:
    mark = _Mark(*found.span(), found[0])
    if found["comment"] is not None:
        mark.comment = True
    elif found["said"] is not None:
        mark.said = found["said"][1:-1]
    else:
        given = (found["hugo"] if found["hugo"] is not None else found["tag"]).strip("-+ \t\n")
        given = given.removesuffix("/").rstrip()
        name, _, mark.given = given.partition(" ")
        mark.closes = name.startswith(("/", "end"))
        mark.name = name.lstrip("/ ").removeprefix("end").lower() if mark.closes else name.lower()
        if mark.closes and not mark.name:
            mark.name = mark.given.strip().lower()
        _with_arguments(mark)
    return mark


def _with_arguments(mark: _Mark) -> None:
    named: dict[str, str] = {}
    words: list[str] = []
    for found in _ARGUMENT.finditer(mark.given):
        value = next((each for each in found.groups()[1:] if each is not None), "")
        if found[1]:
            named.setdefault(found[1].lower(), value)
        else:
            words.append(value)
    mark.arguments, mark.words = named, tuple(words)


def _pair(marks: list[_Mark]) -> None:
    """Link each opening mark to its closing mark, and back."""
    opened: dict[str, list[_Mark]] = {}
    last_close = {mark.name: at for at, mark in enumerate(marks) if mark.closes}
    verbatim = ""
    for at, mark in enumerate(marks):
        if verbatim and not (mark.closes and mark.name == verbatim):
            continue
        if mark.closes and opened.get(mark.name):
            verbatim = ""
            mark.partner = opened[mark.name].pop()
            mark.partner.partner = mark
        elif mark.name and not mark.closes:
            opened.setdefault(mark.name, []).append(mark)
            if mark.name in _RAW | _COMMENTS and last_close.get(mark.name, 0) > at:
                verbatim = mark.name


class _Rewriting:
    """Output text, written mark by mark."""

    def __init__(self, text: str, *, html: bool) -> None:
        self._text = text
        self._html = html
        self._parts: list[str] = []
        self._records: list[Block] = []
        self._last = 0
        self._code_end = 0
        self._code_fence = fence_around("")

    def done(self, marks: list[_Mark]) -> tuple[str, list[Block]]:
        """Return the text without *marks*, and the records."""
        line, seen = 1, 0
        for mark in marks:
            if mark.start < self._last:
                continue
            line += self._text.count("\n", seen, mark.start)
            seen = mark.start
            self._put(mark, BlockLocation(line))
        self._parts.append(self._text[self._last :])
        return "".join(self._parts), self._records

    def _put(self, mark: _Mark, place: BlockLocation) -> None:
        if mark.comment:
            self._drop(mark, mark.end, place, _COMMENT)
        elif mark.said or (mark.name in _SAID and mark.words and not mark.partner):
            self._replace(mark, mark.said or mark.words[0])
        elif mark.partner and mark.name in _RAW and not mark.closes:
            self._replace(mark, "")
            self._parts.append(self._text[self._last : mark.partner.start])
            self._last = mark.partner.start
        elif mark.partner and mark.name in _COMMENTS:
            self._drop(mark, mark.partner.end, place, _COMMENT)
        elif mark.partner:
            self._part(mark, place)
        elif mark.closes or mark.name in _OTHER_TEXT:
            self._replace(mark, "")
            if mark.given and mark.name in _OTHER_TEXT:
                self._records.append(left_out(mark.source, _INSTRUCTION, place))
        else:
            self._single(mark, place)

    def _part(self, mark: _Mark, place: BlockLocation) -> None:
        """Write a mark that opens or closes a text part."""
        partner = mark.partner
        alone = partner is not None and self._is_alone(mark) and self._is_alone(partner)
        if mark.name in _CODES:
            language = mark.words[0] if mark.words and not mark.closes else ""
            fence = (
                ("</code></pre>" if mark.closes else "<pre><code>")
                if self._html
                else f"{self._fence(mark)}{language}"
            )
            self._replace(mark, fence if alone or self._html else "")
        elif mark.closes:
            boxed = alone and not self._html and partner is not None and _is_box(partner)
            folded = partner is not None and self._folds_line(partner)
            self._replace(mark, ":::" if boxed else "</details>" if folded else "")
        else:
            self._open(mark, place, alone=alone)

    def _open(self, mark: _Mark, place: BlockLocation, *, alone: bool) -> None:
        title = _title(mark)
        if not _is_box(mark):
            if mark.given.strip():
                self._records.append(left_out(mark.source, _INSTRUCTION, place))
            self._replace(mark, "")
        elif self._html:
            self._replace(mark, f"<strong>{title}:</strong> " if title else "")
        elif self._folds_line(mark):
            self._replace(mark, f"<details><summary>{title}</summary>")
        elif alone:
            kind = "details" if mark.name in FOLDED else "note"
            self._replace(mark, f":::{kind}[{title}]")
        else:
            self._replace(mark, f"**{title}:** " if title else "")
        rest = [each for each in (*mark.arguments.values(), *mark.words) if each and each.lower() not in title.lower()]  # fmt: skip
        if rest and _is_box(mark):
            self._records.append(left_out(mark.source, _INSTRUCTION, place))

    def _folds_line(self, mark: _Mark) -> bool:
        """Return True if *mark* opens a folded section with a title that is one line of Markdown."""
        if self._html or mark.partner is None or mark.name not in FOLDED or not _title(mark):
            return False
        start, end = mark.start - _LONGEST_LINE, mark.partner.end + _LONGEST_LINE
        before = self._text[max(start, 0) : mark.start].rpartition("\n")[2]
        after = self._text[mark.partner.end : end].partition("\n")[0]
        inside = self._text[mark.end : mark.partner.start]
        return not before.strip() and not after.strip() and "\n" not in inside

    def _fence(self, mark: _Mark) -> str:
        """Return the fence for code between *mark* and its partner."""
        if mark.partner and not mark.closes and mark.start >= self._code_end:
            self._code_end = mark.partner.start
            self._code_fence = fence_around(self._text[mark.end : self._code_end])
        return self._code_fence

    def _single(self, mark: _Mark, place: BlockLocation) -> None:
        """Write the text of a mark without a partner, or record the mark."""
        said = next((mark.arguments[key] for key in _TEXTS if mark.arguments.get(key)), "")
        if not self._is_alone(mark):
            self._parts.append(self._text[self._last : mark.end])
            self._last = mark.end
        elif said:
            title = mark.arguments.get("title", "")
            bold = f"<strong>{title}:</strong> " if self._html else f"**{title}:** "
            self._replace(mark, (bold if title else "") + said)
            self._records.append(left_out(mark.source, _INSTRUCTION, place))
        elif "include" in mark.name:
            self._replace(mark, "")
            note = f"line {place.number} includes another file, which was not read: {one_line(mark.source)}"
            self._records.append(Block(Kind.NOTE, note))
        else:
            self._drop(mark, mark.end, place, _INSTRUCTION)

    def _is_alone(self, mark: _Mark) -> bool:
        start, end = mark.start - _LONGEST_LINE, mark.end + _LONGEST_LINE
        before = self._text[max(start, 0) : mark.start].rpartition("\n")
        after = self._text[mark.end : end].partition("\n")
        ends = bool(before[1] or start <= 0) and bool(after[1] or end >= len(self._text))
        return ends and not before[2].strip(" \t>") and not after[0].strip()

    def _replace(self, mark: _Mark, text: str) -> None:
        """Write *text* for a mark, with the mark's line ends."""
        lines = "\n" * mark.source.count("\n")
        self._parts += [self._text[self._last : mark.start], text, lines]
        self._last = mark.end

    def _drop(self, mark: _Mark, end: int, place: BlockLocation, reason: str) -> None:
        """Leave out and record the text from *mark* to *end*."""
        source = self._text[mark.start : end]
        self._parts += [self._text[self._last : mark.start], "\n" * source.count("\n")]
        self._last = end
        self._records.append(left_out(source, reason, place))


def _is_box(mark: _Mark) -> bool:
    """Return True if the part that *mark* opens is set off or titled."""
    return mark.name in ADMONITIONS | FOLDED or bool(_own_title(mark))


def _own_title(mark: _Mark) -> str:
    return next((mark.arguments[key] for key in _TITLES if mark.arguments.get(key)), "")


def _title(mark: _Mark) -> str:
    """Return the title of a box, else its kind."""
    titled = _own_title(mark)
    words = [each for each in mark.words if each.lower() not in ADMONITIONS]
    if titled or (words and f'"{words[0]}"' in mark.given):
        return one_line(titled or words[0])
    named = (*(mark.arguments.get(key, "") for key in _KINDS), *mark.words, mark.name)
    kinds = (
        each for each in named if each.lower() in ADMONITIONS - {"callout", "admonition", "alert"}
    )
    return next(kinds, "").capitalize()
