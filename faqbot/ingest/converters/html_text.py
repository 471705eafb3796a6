"""Markdown of HTML nodes (inline text, code, tables), and unread text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from faqbot.ingest.blocks import Block, left_out
from faqbot.ingest.boilerplate import PAGE_BOILERPLATE
from faqbot.ingest.folded import only_folds
from faqbot.ingest.markdown_text import (
    escaped,
    escaped_lines,
    fenced,
    link,
    one_line,
    spanned,
)
from faqbot.ingest.unread import MARKUP, words_of, words_of_block

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

HEADINGS = {f"h{level}": level for level in range(1, 7)}
BLOCKS = frozenset({
    *HEADINGS, "address", "article", "aside", "blockquote", "body", "center", "dd", "details",
    "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form",
    "header", "hgroup", "hr", "html", "li", "main", "menu", "nav", "ol", "p", "pre", "search",
    "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
SILENT = frozenset({
    "script", "style", "template", "noscript", "head", "iframe", "object", "embed", "svg", "math",
    "canvas", "select", "textarea", "input", "audio", "video", "-comment", "map", "datalist",
})  # fmt: skip
_MARKS = {
    "em": "*",
    "i": "*",
    "cite": "*",
    "dfn": "*",
    "var": "*",
    "strong": "**",
    "b": "**",
    "del": "~~",
    "s": "~~",
    "strike": "~~",
}
_CODES = frozenset({"code", "kbd", "samp", "tt"})
_ANCHORS = frozenset(
    {"headerlink", "self-link", "anchor", "permalink", "heading-anchor", "anchorjs-link"}
)
_ANCHOR_TEXTS = frozenset({"¶", "#", "🔗", "§"})
# Depth of inline elements; deeper content counts as text. Real pages stay far below; chosen by hand.
_DEEPEST = 60
_LANGUAGE = re.compile(r"(?:lang|language|highlight|highlight-source)-([\w+#-]+)")
_BREAK = "\x02"
_PROGRAMS = frozenset({"script", "style"})
# Attributes that browsers show or read out.
_SAID = ("title", "alt", "label", "placeholder", "value")
_TAG = re.compile(r"<[^<>]*>")
_HIDDEN = "the page does not show it"
_EMBEDDED = "it belongs to a form, a picture or another embedded part"


def classes(node: LexborNode) -> frozenset[str]:
    """Return *node*'s classes and id, in lower case."""
    given = node.attributes
    return frozenset(f"{given.get('class') or ''} {given.get('id') or ''}".lower().split())


def inline(nodes: Iterable[LexborNode], base: str = "", depth: int = 0) -> str:
    """Return *nodes* as one Markdown line, with links resolved on *base*.

    ``<br>`` becomes a hard line break.
    """
    text = "".join(_inline(node, base, depth) for node in nodes)
    lines = (one_line(line) for line in text.split(_BREAK))
    return "\\\n".join(line for line in lines if line)


def paragraph(nodes: Iterable[LexborNode], base: str = "", depth: int = 0) -> str:
    """Return *nodes* as a paragraph, with other block marks escaped."""
    return escaped_lines(inline(nodes, base, depth))


def _inline(node: LexborNode, base: str, depth: int) -> str:
    tag = node.tag or ""
    if tag == "-text":
        return escaped(node.text_content or "")
    if tag in SILENT or "hidden" in node.attributes:
        return ""
    if tag in _CODES:
        return spanned(one_line(node.text(deep=True)))
    if tag in {"br", "img"}:
        return _BREAK if tag == "br" else _image(node, base)
    return _element(node, tag, base, depth)


def _element(node: LexborNode, tag: str, base: str, depth: int) -> str:
    if depth > _DEEPEST:
        return escaped(node.text(deep=True))
    inner = "".join(_inline(child, base, depth + 1) for child in node.iter(include_text=True))
    if tag == "a":
        return _anchor(node, inner, base)
    if tag in _MARKS:
        return _around(_MARKS[tag], inner)
    return f" {inner} " if tag in BLOCKS else inner


def _around(mark: str, inner: str) -> str:
    """Return *inner* between marks, with outer blanks outside them."""
    core = inner.strip()
    if not core or core.startswith("*") or core.endswith("*") or _BREAK in core:
        return inner
    start = inner[: len(inner) - len(inner.lstrip())]
    return f"{start}{mark}{core}{mark}{inner[len(inner.rstrip()) :]}"


def _anchor(node: LexborNode, inner: str, base: str) -> str:
    words = one_line(inner)
    if words.lower() in _ANCHOR_TEXTS or (classes(node) & _ANCHORS and len(words) <= 1):
        return ""
    url = (node.attributes.get("href") or "").strip()
    if url.startswith("#") or not url or not words or _BREAK in inner:
        return inner
    return link(words, urljoined(base, url))


def _image(node: LexborNode, base: str) -> str:
    alt = one_line(node.attributes.get("alt") or "")
    url = (node.attributes.get("src") or "").strip()
    if not alt and "alt" not in node.attributes and not url.startswith("data:"):
        # An empty description marks decoration. Without a description, the file name is shown.
        alt = PurePosixPath(url.partition("?")[0]).name or "image"
    return link(escaped(alt), urljoined(base, url)) if alt and url else escaped(alt)


def urljoined(base: str, url: str) -> str:
    """Return *url* resolved on *base*, or unchanged if invalid."""
    try:
        return urljoin(base, url) if base else url
    except ValueError:
        return url


def code_block(node: LexborNode) -> str:
    """Return a ``<pre>`` as fenced code, with its language if named."""
    named = " ".join(sorted(name for each in (node, *node.css("code")) for name in classes(each)))
    found = _LANGUAGE.search(named)
    return fenced(node.text(deep=True), found[1] if found else "")


def table_rows(node: LexborNode, base: str) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each ``<table>`` row, as Markdown."""
    for row in (row for row in node.css("tr") if "hidden" not in row.attributes):
        cells = [
            cell
            for cell in row.iter()
            if cell.tag in {"td", "th"} and "hidden" not in cell.attributes
        ]
        texts = tuple(inline(cell.iter(include_text=True), base) for cell in cells)
        if any(texts):
            yield texts


def unread_texts(
    tree: LexborHTMLParser,
    blocks: Iterable[Block],
    is_boilerplate: Callable[[LexborNode], bool],
) -> Iterator[Block]:
    """Yield *blocks*, then a record of each text of *tree* with words outside them.

    *is_boilerplate* returns True for an element that the converter leaves out with its content.
    """
    known: set[str] = set()
    for block in blocks:
        known.update(words_of_block(block))
        yield block
    for node in _nodes(tree.root):
        for text in _texts(node):
            if not only_folds(text) and any(word not in known for word in words_of(text)):
                yield left_out(one_line(text), _why(node, is_boilerplate))


def _nodes(root: LexborNode | None) -> Iterator[LexborNode]:
    """Yield each node of a page, including comments outside its root."""
    for step in ("prev", "next"):
        beside = getattr(root, step, None)
        while beside is not None:
            yield beside
            beside = getattr(beside, step)
    if root is not None:
        yield from root.traverse(include_text=True)


def _texts(node: LexborNode) -> Iterator[str]:
    """Yield the texts that *node* itself holds."""
    tag = node.tag or ""
    if tag == "-text":
        if node.parent is None or node.parent.tag not in _PROGRAMS:
            yield node.text_content or ""
    elif tag == "-comment":
        yield (node.html or "").removeprefix("<!--").removesuffix("-->")
    elif tag == "template":
        yield _TAG.sub(" ", node.html or "")
    else:
        given = node.attributes
        yield from (given[name] or "" for name in _SAID if given.get(name))


def _why(node: LexborNode, is_boilerplate: Callable[[LexborNode], bool]) -> str:
    if node.tag == "-comment":
        return "it is a comment"
    at: LexborNode | None = node
    while at is not None:
        if at.tag in SILENT:
            return _EMBEDDED
        if at.tag != "-text" and "hidden" in at.attributes:
            return _HIDDEN
        if at.tag != "-text" and at.parent is not None and is_boilerplate(at):
            return PAGE_BOILERPLATE
        at = at.parent
    return MARKUP
