"""Inline HTML and entities in Markdown, rewritten as Markdown.

Chats show tags as text. Formatting becomes emphasis, links and images become links, and other known
tags are removed. Words in angle brackets that are no HTML, such as ``<name>``, stay.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from faqbot.ingest.markdown_text import link, one_line, spanned

_MARKS = {
    **dict.fromkeys(("b", "strong"), "**"),
    **dict.fromkeys(("i", "em", "cite", "var", "dfn"), "*"),
    **dict.fromkeys(("s", "del", "strike"), "~~"),
}
_CODES = frozenset({"code", "kbd", "samp", "tt"})
_BARE = frozenset(
    ["a", "abbr", "acronym", "bdi", "bdo", "big", "center", "div", "font", "ins", "label", "mark", "nobr", "p", "q", "ruby", "small", "span", "sub", "sup", "time", "u", "wbr"]
)  # fmt: skip
_SINGLE = frozenset({"br", "hr", "img", "wbr"})
_KNOWN = sorted({*_MARKS, *_CODES, *_BARE, *_SINGLE}, key=len, reverse=True)
_TAG = re.compile(
    rf"(?<!\\)<(?P<shut>/?)(?P<name>{'|'.join(_KNOWN)})(?P<given>(?:[\s/][^<>]*+)?)>(?P<breaks>[ \t]*+\n)?",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    r"(?<![\w-])([\w-]++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'=<>`]++))", re.ASCII
)
_ENTITY = re.compile(r"(?<!\\)&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# Indentation of a line with the mark of a list, or the first bar of a table's row.
_LINE_START = re.compile(r"(?P<row>[ \t]*\|)|[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?")
_LOUD = frozenset("\\`*_[]<&~#|")


def without_html(markdown: str) -> str:
    """Return a paragraph of *markdown* without tags and entities.

    Code must be masked before.
    """
    if "<" in markdown:
        markdown = _without_tags(markdown)
    return without_entities(markdown)


def without_entities(markdown: str) -> str:
    """Return *markdown* with characters for entities, such as "<" for ``&lt;``."""
    return _ENTITY.sub(_character, markdown) if "&" in markdown else markdown


def _character(found: re.Match[str]) -> str:
    """Return the character of an entity, with a backslash if Markdown would read it as a mark."""
    said = html.unescape(found[0])
    if said == found[0]:
        return said
    around = (
        found.string[max(found.start() - 1, 0) : found.start()],
        found.string[found.end() : found.end() + 1],
    )
    if said.isspace():
        return "" if " " in around else " "
    if said == "<" and not (around[1].isalpha() or around[1] in "/!?&"):
        return said
    return f"\\{said}" if said in _LOUD else said


def _without_tags(markdown: str) -> str:
    parts: list[str] = []
    opened: list[tuple[str, int, Mapping[str, str]]] = []
    last = 0
    for found in _TAG.finditer(markdown):
        parts.append(markdown[last : found.start()])
        last = found.end() - len(found["breaks"] or "")
        name = found["name"].lower()
        if name in _SINGLE:
            # A row of a table stays on one line; a line of a list item keeps its indentation.
            line = _LINE_START.match(markdown, markdown.rfind("\n", 0, found.start()) + 1)
            is_row = line is not None and line["row"] is not None
            if name == "br" and line and not is_row:
                parts.append(f"\\\n{' ' * (line.end() - line.start())}")
                last = found.end()
            else:
                parts.append(found[0] if is_row and name == "br" else _single(name, found["given"]))
        elif not found["shut"]:
            opened.append((name, len(parts), _attributes(found["given"])))
        elif any(each[0] == name for each in opened[-_DEEPEST:]):
            while opened[-1][0] != name:
                opened.pop()
            _, start, given = opened.pop()
            parts[start:] = [_marked(name, "".join(parts[start:]), given)]
    return "".join([*parts, markdown[last:]])


# Depth of inline tags that are paired; deeper ones are removed. Chosen by hand.
_DEEPEST = 20


def _attributes(given: str) -> dict[str, str]:
    return {
        each[1].lower(): html.unescape(each[2] or each[3] or each[4] or "")
        for each in _ATTRIBUTE.finditer(given)
    }


def _single(name: str, attributes: str) -> str:
    if name != "img":
        return ""
    given = _attributes(attributes)
    url = given.get("src", "")
    words = one_line(given.get("alt", "")) or url.partition("?")[0].rpartition("/")[2] or "image"
    return link(words.replace("[", "(").replace("]", ")"), url) if url else words


def _marked(name: str, inner: str, given: Mapping[str, str]) -> str:
    """Return the element *name* with content *inner* in Markdown."""
    core = inner.strip()
    if not core:
        return inner
    if name == "a" and given.get("href"):
        marked = (
            core if "](" in core or given["href"].startswith("#") else link(core, given["href"])
        )
    elif name in _CODES and "\x01" not in core:
        marked = spanned(html.unescape(core))
    elif name in _MARKS and "\n\n" not in core and not core.startswith(("*", "~")):
        marked = f"{_MARKS[name]}{core}{_MARKS[name]}"
    elif name == "sup" and core.isalnum():
        marked = f"^{core}"  # 2<sup>10</sup> is not 210
    else:
        return inner
    start = inner[: len(inner) - len(inner.lstrip())]
    return f"{start}{marked}{inner[len(inner.rstrip()) :]}"
